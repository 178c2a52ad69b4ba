"""Cases and their way through the bodies."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import AccessPath, Actor, Limit
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField, PartialDateField
from rammevaerk.portal.meetings.models.bodies import Body


def of_cases(prefix: str = "") -> Limit:
    """The rows of cases that the actor may see; a closed one only as owner or reader of an item."""

    def limit(actor: Actor) -> models.Q:
        if actor.is_system or actor.role is Role.SECRETARIAT:
            return models.Q()
        organisation, person = actor.organisation_id or 0, actor.person_id or 0
        return (
            models.Q(**{f"{prefix}closed": False})
            | models.Q(**{f"{prefix}owner_id": organisation})
            | models.Q(**{f"{prefix}items__readers__organisation_id": organisation})
            | models.Q(**{f"{prefix}items__readers__person_id": person})
        )

    return limit


class Case(models.Model):
    """A matter that somebody wants handled; it keeps its number wherever it goes."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    number = GuardedCharField(_("sagsnummer"), max_length=12)
    title = GuardedCharField(_("titel"), max_length=300)
    summary = GuardedTextField(_("resumé"), max_length=6000, blank=True)
    owner = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("sagsejer")
    )
    opened_on = models.DateField(_("oprettet"))
    closed_on = models.DateField(_("afsluttet"), null=True, blank=True)
    outcome = GuardedTextField(_("udfald"), max_length=2000, blank=True)
    closed = models.BooleanField(_("lukket"), default=False)

    access = AccessPath(
        read=Action.CASE_READ,
        organisation="owner_id",
        cooperation="cooperation_id",
        limit=of_cases(),
    )

    class Meta:
        verbose_name = _("sag")
        verbose_name_plural = _("sager")
        ordering: ClassVar = ["cooperation", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperation", "number"], name="case_number_once"),
        ]

    # The trail names a case by its number: its title may be for few.
    audit_sensitive: ClassVar = dict.fromkeys(("title", "summary", "outcome"), Action.CASE_READ)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def audit_label(self) -> str:
        return self.number


class Consultation(models.Model):
    """One body's handling of a case: it decides, or it is heard."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    body = models.ForeignKey(Body, models.PROTECT, related_name="consultations")
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    authoritative = models.BooleanField(_("træffer afgørelsen"), default=False)
    wanted = PartialDateField(_("ønsket behandlet"))

    access = AccessPath(
        read=Action.CASE_READ,
        organisation="case__owner_id",
        cooperation="case__cooperation_id",
        limit=of_cases("case__"),
    )

    class Meta:
        verbose_name = _("behandling i forum")
        verbose_name_plural = _("behandlinger i fora")
        ordering: ClassVar = ["case", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "position"], name="consultation_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case} i {self.body}"

    @property
    def audit_label(self) -> str:
        return f"{self.case.audit_label} i {self.body.audit_label}"
