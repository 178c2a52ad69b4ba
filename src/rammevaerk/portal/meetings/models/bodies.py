"""Bodies: who sits where, for whom, from when until when, and under which charter."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField
from rammevaerk.portal.common.validity import period_check


class Body(models.Model):
    """An organisation that meets: a board, a group, a delegation.

    Its names by date, its first day and its abolition are those of the organisation.
    """

    class Kind(models.TextChoices):
        POLITICAL = "political", _("Politisk forum")
        EXECUTIVES = "executives", _("Direktionsforum")
        DIRECTORS = "directors", _("Direktør- og chefforum")
        COMMITTEE = "committee", _("Udvalg")
        WORKING_GROUP = "working_group", _("Arbejdsgruppe")
        DELEGATION = "delegation", _("Delegation")
        EXTERNAL = "external", _("Eksternt forum")

    organisation = models.OneToOneField(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("nedsat af"),
    )
    # DASSOS → KD-Net → KKR: where its matters go on to, which its calendar must allow for.
    passes_on_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receives_from",
        verbose_name=_("sender sager videre til"),
    )
    kind = models.CharField(_("art"), max_length=16, choices=Kind.choices)
    task = GuardedTextField(_("opgave"), max_length=4000, blank=True)
    item_days = models.PositiveSmallIntegerField(
        _("frist for punkter, dage før mødet"), null=True, blank=True
    )
    # Silence until then is consent to the minutes; without it every seat must approve them.
    approval_days = models.PositiveSmallIntegerField(
        _("svarfrist for referat, dage efter udsendelsen"), null=True, blank=True, default=14
    )
    term_months = models.PositiveSmallIntegerField(
        _("valgperiode i måneder"), null=True, blank=True
    )
    # Mandates end with the edition of the agreement that is in force.
    follows_edition = models.BooleanField(_("valgperioden følger aftalens udgave"), default=False)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(read=Action.BODY_READ, cooperation="cooperation_id")

    class Meta:
        verbose_name = _("mødeforum")
        verbose_name_plural = _("mødefora")
        ordering: ClassVar = ["cooperation", "kind", "organisation__key"]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def audit_label(self) -> str:
        return self.organisation.audit_label

    def abolished(self, on: date) -> bool:
        """Whether it no longer exists on the day; then it can hold no meeting."""
        end = self.organisation.valid_to
        return end is not None and end <= on


class Charter(models.Model):
    """The terms under which a body works. Never changed; a new version follows."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="charters")
    version = models.PositiveSmallIntegerField(_("version"))
    valid_from = models.DateField(_("gælder fra"))
    text = GuardedTextField(_("kommissorium"), max_length=20_000)
    change = GuardedCharField(_("hvad er ændret"), max_length=500, blank=True)
    adopted_by = GuardedCharField(_("vedtaget"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    append_only = True
    access = AccessPath(read=Action.BODY_READ, cooperation="body__cooperation_id")

    class Meta:
        verbose_name = _("kommissorium")
        verbose_name_plural = _("kommissorier")
        ordering: ClassVar = ["body", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "version"], name="charter_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body}, kommissorium {self.version}"

    @property
    def audit_label(self) -> str:
        return f"{self.body.audit_label}, kommissorium {self.version}"


class Seat(models.Model):
    """A place in a body, held by an organisation while it is valid."""

    class Function(models.TextChoices):
        CHAIR = "chair", _("Formand")
        VICE_CHAIR = "vice_chair", _("Næstformand")
        MEMBER = "member", _("Medlem")
        OBSERVER = "observer", _("Observatør")
        SECRETARY = "secretary", _("Sekretær")

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    function = models.CharField(_("funktion"), max_length=10, choices=Function.choices)
    label = GuardedCharField(_("betegnelse"), max_length=120, blank=True)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(
        read=Action.BODY_READ,
        organisation="organisation_id",
        cooperation="body__cooperation_id",
    )

    class Meta:
        verbose_name = _("plads i forum")
        verbose_name_plural = _("pladser i forum")
        ordering: ClassVar = ["body", "organisation__key", "valid_from"]
        constraints: ClassVar = [period_check("seat_period")]

    def __str__(self) -> str:
        return f"{self.organisation} i {self.body}"

    @property
    def audit_label(self) -> str:
        return f"{self.organisation.audit_label} i {self.body.audit_label}"

    def holds(self, on: date) -> bool:
        """Whether the seat exists on the day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to > on)


class Mandate(models.Model):
    """Somebody sits in a seat from a day to a day; a seat has one holder at a time."""

    class Kind(models.TextChoices):
        HOLDER = "holder", _("Ordinær")
        DEPUTY = "deputy", _("Stedfortræder")

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="mandates")
    kind = models.CharField(_("art"), max_length=8, choices=Kind.choices, default=Kind.HOLDER)
    name = GuardedCharField(_("navn"), max_length=200)
    title = GuardedCharField(_("stilling"), max_length=200, blank=True)
    # The log-in of the person, where there is one: approvals and readers rest on it.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bruger"),
    )
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    # No two rows of one seat and kind overlap in time: the database refuses (common/no_overlap).
    no_overlap = ("seat_id", "kind")
    access = AccessPath(
        read=Action.BODY_READ,
        organisation="seat__organisation_id",
        cooperation="seat__body__cooperation_id",
    )

    class Meta:
        verbose_name = _("mandat")
        verbose_name_plural = _("mandater")
        ordering: ClassVar = ["seat", "kind", "valid_from"]
        constraints: ClassVar = [period_check("mandate_period")]

    def __str__(self) -> str:
        return self.name

    def holds(self, on: date) -> bool:
        """Whether somebody sits by it on the day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to > on)
