"""The action plan: areas, goals and initiatives, and how they follow those of earlier editions."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.agreement.models.editions import Agreement, Edition
from rammevaerk.portal.common.fields import (
    GuardedCharField,
    GuardedSlugField,
    GuardedTextField,
)

INITIATIVE_NUMBER = r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}"


class OwnerForum(models.Model):
    """The forum under which an agreement's initiatives run, e.g. a steering group."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="forums")
    key = GuardedSlugField(_("nøgle"), max_length=40)
    name = GuardedCharField(_("navn"), max_length=80)
    heading = GuardedCharField(_("overskrift"), max_length=200)
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    body = models.ForeignKey(
        "access.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organ"),
    )

    access = AccessPath(read=Action.PLAN_READ, cooperation="agreement__cooperation_id")

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("fora")
        ordering: ClassVar = ["agreement", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "key"], name="forum_key_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DevelopmentArea(models.Model):
    """A field in which an edition wants something to happen."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="areas")
    key = GuardedSlugField(_("nøgle"), max_length=60)
    number = models.PositiveSmallIntegerField(_("nummer"))
    title = GuardedCharField(_("titel"), max_length=200)
    description = GuardedTextField(_("beskrivelse"), max_length=6000, blank=True)

    access = AccessPath(read=Action.PLAN_READ, cooperation="edition__agreement__cooperation_id")

    class Meta:
        verbose_name = _("udviklingsområde")
        verbose_name_plural = _("udviklingsområder")
        ordering: ClassVar = ["edition", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="area_number_once"),
            models.UniqueConstraint(fields=["edition", "key"], name="area_key_once"),
        ]

    def __str__(self) -> str:
        return self.title


class AreaSuccession(models.Model):
    """A development area goes on in a later edition."""

    predecessor = models.ForeignKey(
        DevelopmentArea, models.PROTECT, related_name="successions", verbose_name=_("forgænger")
    )
    successor = models.ForeignKey(
        DevelopmentArea, models.PROTECT, related_name="origins", verbose_name=_("efterfølger")
    )

    access = AccessPath(
        read=Action.PLAN_READ, cooperation="successor__edition__agreement__cooperation_id"
    )

    class Meta:
        verbose_name = _("videreført udviklingsområde")
        verbose_name_plural = _("videreførte udviklingsområder")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="area_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="area_succession_other"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Goal(models.Model):
    """What a development area wants to reach."""

    area = models.ForeignKey(DevelopmentArea, models.PROTECT, related_name="goals")
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    text = GuardedTextField(_("målsætning"), max_length=2000)

    access = AccessPath(
        read=Action.PLAN_READ, cooperation="area__edition__agreement__cooperation_id"
    )

    class Meta:
        verbose_name = _("målsætning")
        verbose_name_plural = _("målsætninger")
        ordering: ClassVar = ["area", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "position"], name="goal_position_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Initiative(models.Model):
    """Something that is to be done for a goal; a sub-initiative has a parent."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="initiatives")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="initiatives")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("hører under"),
    )
    forum = models.ForeignKey(OwnerForum, models.PROTECT, related_name="initiatives")
    responsible = models.ForeignKey(
        "access.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ansvarlig"),
    )
    number = GuardedCharField(_("nummer"), max_length=12)
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    title = GuardedCharField(_("titel"), max_length=300)
    description = GuardedTextField(_("beskrivelse"), max_length=6000, blank=True)
    # Empty for what the plan held from its beginning.
    known_from = models.DateField(_("i planen fra"), null=True, blank=True)

    access = AccessPath(
        read=Action.PLAN_READ,
        organisation="responsible_id",
        cooperation="edition__agreement__cooperation_id",
    )

    class Meta:
        verbose_name = _("initiativ")
        verbose_name_plural = _("initiativer")
        ordering: ClassVar = ["edition", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="initiative_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class InitiativeSuccession(models.Model):
    """An initiative goes on as one of a later edition."""

    predecessor = models.ForeignKey(
        Initiative, models.PROTECT, related_name="successions", verbose_name=_("forgænger")
    )
    successor = models.ForeignKey(
        Initiative, models.PROTECT, related_name="origins", verbose_name=_("efterfølger")
    )

    access = AccessPath(
        read=Action.PLAN_READ, cooperation="successor__edition__agreement__cooperation_id"
    )

    class Meta:
        verbose_name = _("videreført initiativ")
        verbose_name_plural = _("videreførte initiativer")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="initiative_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="initiative_succession_other"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
