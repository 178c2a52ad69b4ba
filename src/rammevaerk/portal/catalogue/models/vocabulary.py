"""The words a service is described by: legal bases and target groups, as dated national lists."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField, GuardedSlugField
from rammevaerk.portal.common.validity import period_check


class Audience(models.TextChoices):
    """For whom: which of the two halves of the law and of the forms."""

    CHILDREN = "children", _("Børn og unge")
    ADULTS = "adults", _("Voksne")
    BOTH = "both", _("Både børn og voksne")


class Paragraph(models.Model):
    """A provision that help is given under: "SEL § 107", "BL § 43", "ABL § 105", "SUL § 141"."""

    key = GuardedSlugField(_("nøgle"), max_length=40, unique=True)
    law = GuardedCharField(_("lov"), max_length=10)
    number = GuardedCharField(_("paragraf"), max_length=30)
    # As a number, so that § 9 stands before § 107.
    position = models.PositiveIntegerField(_("rækkefølge"))
    title = GuardedCharField(_("titel"), max_length=200)
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(read=Action.VOCABULARY_READ)

    class Meta:
        verbose_name = _("paragraf")
        verbose_name_plural = _("paragraffer")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            period_check("paragraph_period"),
        ]

    def __str__(self) -> str:
        return f"{self.law} § {self.number}"


class ParagraphSuccession(models.Model):
    """Help under one provision is given under another from a day: an old law and a new."""

    predecessor = models.ForeignKey(Paragraph, models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Paragraph, models.PROTECT, related_name="predecessors")
    on = models.DateField(_("dato"))
    note = GuardedCharField(_("bemærkning"), max_length=300, blank=True)

    access = AccessPath(read=Action.VOCABULARY_READ)

    class Meta:
        verbose_name = _("afløst paragraf")
        verbose_name_plural = _("afløste paragraffer")
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="paragraph_succession_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class TargetGroup(models.Model):
    """A target group of the national vocabulary (VUM and FFB), from a main group downwards."""

    key = GuardedSlugField(_("nøgle"), max_length=60, unique=True)
    name = GuardedCharField(_("navn"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices)
    position = models.PositiveIntegerField(_("rækkefølge"))
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(read=Action.VOCABULARY_READ)

    class Meta:
        verbose_name = _("målgruppe")
        verbose_name_plural = _("målgrupper")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            period_check("target_group_period"),
        ]

    def __str__(self) -> str:
        return self.name
