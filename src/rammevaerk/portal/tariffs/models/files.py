"""Takstfiler handed in, and how a sender's own columns are read."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath, Actor
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField


class ColumnMapping(models.Model):
    """Which of a sender's columns hold which of ours; saved with the sender."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("afsender")
    )
    name = GuardedCharField(_("navn"), max_length=100)
    # JSON: our column → the sender's heading, and what his words mean in ours.
    content = GuardedTextField(_("kolonner"), max_length=20_000)

    access = AccessPath(
        read=Action.TARIFF_READ, organisation="organisation_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("kolonneoversættelse")
        verbose_name_plural = _("kolonneoversættelser")
        ordering: ClassVar = ["organisation", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cooperation", "organisation", "name"], name="column_mapping_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _files_are_the_sender_s(actor: Actor) -> Q:
    return _of_the_sender(actor, "")


def _rows_are_the_sender_s(actor: Actor) -> Q:
    return _of_the_sender(actor, "file__")


def _of_the_sender(actor: Actor, prefix: str) -> Q:
    if actor.is_system or actor.scope(Action.TARIFF_CHECK) is not None:
        return Q()
    return Q(**{f"{prefix}organisation_id": actor.organisation_id})


class TariffFile(models.Model):
    """A takstfil handed in: read, shown as a difference, and stored only when it is confirmed."""

    class State(models.TextChoices):
        READING = "reading", _("Læses")
        MAPPING = "mapping", _("Afventer kolonner")
        REFUSED = "refused", _("Kan ikke læses")
        PROPOSED = "proposed", _("Afventer bekræftelse")
        STORING = "storing", _("Gemmes")
        STORED = "stored", _("Gemt")
        DROPPED = "dropped", _("Opgivet")

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("afsender")
    )
    mapping = models.ForeignKey(
        ColumnMapping, models.PROTECT, null=True, blank=True, related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("år"))
    name = GuardedCharField(_("filnavn"), max_length=150)
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    size = models.BigIntegerField(_("størrelse i byte"))
    state = models.CharField(_("tilstand"), max_length=8, choices=State.choices)
    done = models.PositiveIntegerField(_("rækker behandlet"), default=0)
    total = models.PositiveIntegerField(_("rækker i alt"), default=0)
    # JSON: how many rows of each kind, and what is said of the file as a whole.
    proposal = GuardedTextField(_("forslag"), max_length=20_000, blank=True)
    message = GuardedCharField(_("besked"), max_length=1000, blank=True)
    uploaded_at = models.DateTimeField(_("lagt op"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The role he acted in, which the background work goes on in.
    assignment = models.ForeignKey(
        "access.RoleAssignment", models.PROTECT, null=True, blank=True, related_name="+"
    )

    audit_exclude: ClassVar = {"proposal", "done"}
    access = AccessPath(
        read=Action.TARIFF_READ,
        organisation="organisation_id",
        cooperation="cooperation_id",
        limit=_files_are_the_sender_s,
    )

    class Meta:
        verbose_name = _("takstfil")
        verbose_name_plural = _("takstfiler")
        ordering: ClassVar = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.name


class TariffFileRow(models.Model):
    """A row of a handed-in takstfil that changes something or that something is said of.

    Made when the file is read, and again when it is read again; only what is chosen, and what
    came of it, changes. `content` is JSON: which price, the cells before and after, the messages,
    and a fingerprint of what stood here when it was shown.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("Ny")
        CHANGED = "changed", _("Ændret")
        GONE = "gone", _("Mangler i filen")
        FAULT = "fault", _("Fejl")
        REMARK = "remark", _("Bemærkning")

    class Outcome(models.TextChoices):
        STORED = "stored", _("Gemt")
        REFUSED = "refused", _("Ikke gemt")

    file = models.ForeignKey(TariffFile, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("række i filen"))
    kind = models.CharField(_("art"), max_length=7, choices=Kind.choices)
    service = models.ForeignKey(
        "catalogue.Service",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ydelse"),
    )
    title = GuardedCharField(_("pris"), max_length=400)
    content = GuardedTextField(_("indhold"), max_length=100_000)
    warned = models.BooleanField(_("har advarsler"), default=False)
    chosen = models.BooleanField(_("valgt"), default=False)
    ends_on = models.DateField(_("udgår fra"), null=True, blank=True)
    outcome = models.CharField(_("udfald"), max_length=7, choices=Outcome.choices, blank=True)
    note = GuardedCharField(_("hvorfor ikke"), max_length=1000, blank=True)

    access = AccessPath(
        read=Action.TARIFF_READ,
        organisation="file__organisation_id",
        cooperation="file__cooperation_id",
        limit=_rows_are_the_sender_s,
    )

    class Meta:
        verbose_name = _("række i takstfil")
        verbose_name_plural = _("rækker i takstfil")
        ordering: ClassVar = ["file", "number", "id"]
        indexes: ClassVar = [
            models.Index(fields=["file", "kind", "number"], name="tariff_file_row_kind"),
        ]

    def __str__(self) -> str:
        return self.title
