"""What is said of initiatives over time: status, milestones and participation."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.agreement.models.plan import Initiative
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField, PartialDateField

_COOPERATION = "initiative__edition__agreement__cooperation_id"


class Status(models.TextChoices):
    """Where an initiative stands."""

    NOT_STARTED = "not_started", _("Ikke igangsat")
    AWAITING_START = "awaiting_start", _("Afventer opstart")
    IN_PREPARATION = "in_preparation", _("Under udarbejdelse")
    AWAITING_DECISION = "awaiting_decision", _("Afventer beslutning")
    APPROVED = "approved", _("Godkendt")
    IMPLEMENTING = "implementing", _("Under implementering")
    IN_PROGRESS = "in_progress", _("I gang")
    COMPLETED = "completed", _("Afsluttet")
    CONTINUED = "continued", _("Videreført")
    STOPPED = "stopped", _("Stoppet")

    @property
    def not_started(self) -> bool:
        return self in {Status.NOT_STARTED, Status.AWAITING_START}

    @property
    def closed(self) -> bool:
        return self in {Status.COMPLETED, Status.CONTINUED, Status.STOPPED}


class StatusEntry(models.Model):
    """What was said of an initiative on a day. Never changed; a newer entry follows."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    text = GuardedTextField(_("statustekst"), max_length=4000, blank=True)
    effective_on = models.DateField(_("status pr."))
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registreret af"),
    )

    append_only = True
    access = AccessPath(
        read=Action.PLAN_READ,
        organisation="initiative__responsible_id",
        cooperation=_COOPERATION,
    )

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statusser")
        # The last one said of the latest day holds.
        ordering: ClassVar = ["initiative", "-effective_on", "-registered_at", "-id"]

    def __str__(self) -> str:
        return (
            f"{self.initiative}: {self.get_status_display()} pr. {date_text_da(self.effective_on)}"
        )


class Milestone(models.Model):
    """Something expected of an initiative at a time: its start, a decision, a delivery, its end."""

    class Kind(models.TextChoices):
        START = "start", _("Opstart")
        DECISION = "decision", _("Beslutning")
        DELIVERY = "delivery", _("Leverance")
        COMPLETION = "completion", _("Afslutning")

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="milestones")
    kind = models.CharField(_("art"), max_length=12, choices=Kind.choices)
    title = GuardedCharField(_("titel"), max_length=200)
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    body = models.ForeignKey(
        "access.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organ"),
    )

    access = AccessPath(
        read=Action.PLAN_READ, organisation="initiative__responsible_id", cooperation=_COOPERATION
    )

    class Meta:
        verbose_name = _("milepæl")
        verbose_name_plural = _("milepæle")
        ordering: ClassVar = ["initiative", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["initiative"], condition=Q(kind="start"), name="milestone_one_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def dates_in_order(self) -> list["MilestoneDate"]:
        """What was said of its date, first the plan's own, then by the day it was said of."""
        return sorted(
            self.dates.all(),
            key=lambda one: (one.effective_on or date.min, one.registered_at, one.pk),
        )


class MilestoneDate(models.Model):
    """What was known of a milestone's date. Never changed; a newer one follows.

    Without ``effective_on`` it is the plan's own and holds from the plan's beginning.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Ventet")
        REACHED = "reached", _("Nået")
        DROPPED = "dropped", _("Bortfaldet")

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="dates")
    state = models.CharField(_("tilstand"), max_length=8, choices=State.choices)
    on = PartialDateField(_("dato"))
    effective_on = models.DateField(_("oplyst pr."), null=True, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registreret af"),
    )

    append_only = True
    access = AccessPath(
        read=Action.PLAN_READ,
        organisation="milestone__initiative__responsible_id",
        cooperation=f"milestone__{_COOPERATION}",
    )

    class Meta:
        verbose_name = _("milepælsdato")
        verbose_name_plural = _("milepælsdatoer")
        ordering: ClassVar = ["milestone", "registered_at", "id"]

    def __str__(self) -> str:
        when = f" {self.on.text_da()}" if self.on else ""
        return f"{self.milestone}: {self.get_state_display().lower()}{when}"


class Participation(models.Model):
    """An organisation takes part in an initiative in a period."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="participations")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    valid_from = models.DateField(_("deltager fra"), null=True, blank=True)
    valid_to = models.DateField(_("deltager til"), null=True, blank=True)
    note = GuardedCharField(_("bemærkning"), max_length=500, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(
        read=Action.PLAN_READ, organisation="organisation_id", cooperation=_COOPERATION
    )

    class Meta:
        verbose_name = _("deltagelse")
        verbose_name_plural = _("deltagelser")
        ordering: ClassVar = ["initiative", "organisation"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="participation_period",
            ),
            models.UniqueConstraint(
                fields=["initiative", "organisation"],
                condition=Q(valid_to__isnull=True),
                name="participation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} i {self.initiative}"

    @property
    def audit_label(self) -> str:
        return f"{self.organisation.audit_label} i {self.initiative}"


class ParticipationCount(models.Model):
    """How many took part in a period, as reported. Never changed; a newer count follows."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="counts")
    value = models.PositiveIntegerField(_("antal"))
    unit = GuardedCharField(_("hvad tælles"), max_length=60)
    period_from = models.DateField(_("periode fra"))
    period_to = models.DateField(_("periode til"))
    as_of = models.DateField(_("opgjort pr."), null=True, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registreret af"),
    )

    append_only = True
    # A small count is for those who report it, in the trail too.
    audit_sensitive: ClassVar = {"value": Action.PARTICIPATION_REPORT}
    access = AccessPath(
        read=Action.PLAN_READ,
        organisation="participation__organisation_id",
        cooperation=f"participation__{_COOPERATION}",
    )

    class Meta:
        verbose_name = _("deltagertal")
        verbose_name_plural = _("deltagertal")
        ordering: ClassVar = ["participation", "unit", "-period_to", "-registered_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period_to__gt=F("period_from")), name="participation_count_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"

    @property
    def audit_label(self) -> str:
        return f"{self.unit}, {self.participation.audit_label}"
