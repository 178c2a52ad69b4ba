"""Facilities go on as others or close: what was decided for a day, and who follows whom."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.catalogue.models.facilities import Facility
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField


class SuccessionKind(models.TextChoices):
    """How a facility goes on as another."""

    OPERATOR = "operator", _("Skift af driftsherre")
    LEGAL_FORM = "legal_form", _("Skift af juridisk form")
    TAKEOVER = "takeover", _("Kommunal overtagelse")
    MERGER = "merger", _("Sammenlægning")
    SPLIT = "split", _("Deling")


CLOSURE = "closure"


class Contracts(models.TextChoices):
    """What becomes of contracts with the predecessor."""

    REISSUE = "reissue", _("Opsiges og indgås på ny")
    NOVATE = "novate", _("Fortsætter med den nye part")


class Tariffs(models.TextChoices):
    """What becomes of the predecessor's tariffs."""

    CONTINUE = "continue", _("Fortsætter, til nye er besluttet")
    NEW = "new", _("Nye takster fra første dag")


class FacilityEvent(models.Model):
    """What was decided to happen to one or more facilities on a day, and what followed from it.

    Entered ahead or afterwards; everything it moved is dated by its day. `effects` is JSON with
    the ids of the rows it made and ended, so that it can be taken back until its day.
    """

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    reporter = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("indberettes af")
    )
    kind = models.CharField(
        _("art"), max_length=10, choices=[*SuccessionKind.choices, (CLOSURE, _("Lukning"))]
    )
    on = models.DateField(_("dato"))
    # «Struer Skole- og Behandlingshjem → Stævnens Skole og Botilbud», as they were called then.
    title = GuardedCharField(_("hvad"), max_length=700)
    # Only of a closure: what goes on as another is named by the links.
    closed = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    reason = GuardedCharField(_("begrundelse"), max_length=500)
    decision = GuardedCharField(_("beslutning"), max_length=300)
    contracts = models.CharField(
        _("kontrakter"), max_length=8, choices=Contracts.choices, blank=True
    )
    tariffs = models.CharField(_("takster"), max_length=8, choices=Tariffs.choices, blank=True)
    must_stay_available = models.BooleanField(_("skal stå til rådighed for andre"), default=False)
    deviation = GuardedCharField(_("grund til at fravige reglen"), max_length=500, blank=True)
    presented_to = GuardedCharField(_("forelagt for"), max_length=200, blank=True)
    presented_on = models.DateField(_("forelagt den"), null=True, blank=True)
    buyers_told_on = models.DateField(_("køberne orienteret den"), null=True, blank=True)
    residents_told_on = models.DateField(_("beboerne varslet den"), null=True, blank=True)
    # JSON: what followed, each as subject and sentence.
    outcome = GuardedTextField(_("hvad der fulgte"), max_length=100_000)
    effects = models.TextField(_("berørte rækker"))
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("fortrudt"), null=True, blank=True)
    undone_because = GuardedCharField(_("grund til at fortryde"), max_length=500, blank=True)

    audit_exclude: ClassVar = {"effects"}
    access = AccessPath(
        read=Action.FACILITY_READ, organisation="reporter_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("efterfølgelse eller lukning")
        verbose_name_plural = _("efterfølgelser og lukninger")
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=CLOSURE, closed__isnull=False)
                | ~Q(kind=CLOSURE) & Q(closed__isnull=True),
                name="facility_event_closes_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperation", "-on"], name="facility_event_day"),
        ]

    def __str__(self) -> str:
        return self.title


class FacilitySuccession(models.Model):
    """A facility goes on as another from a day; a merger or split is several rows of one day."""

    Kind = SuccessionKind
    Contracts = Contracts
    Tariffs = Tariffs

    # Empty for what was known when the catalogue was first filled.
    event = models.ForeignKey(
        FacilityEvent, models.PROTECT, null=True, blank=True, related_name="links"
    )
    predecessor = models.ForeignKey(
        Facility, models.PROTECT, related_name="successions", verbose_name=_("forgænger")
    )
    successor = models.ForeignKey(
        Facility, models.PROTECT, related_name="origins", verbose_name=_("efterfølger")
    )
    on = models.DateField(_("dato"))
    kind = models.CharField(_("art"), max_length=10, choices=SuccessionKind.choices)
    contracts = models.CharField(_("kontrakter"), max_length=8, choices=Contracts.choices)
    tariffs = models.CharField(_("takster"), max_length=8, choices=Tariffs.choices)
    # A municipality that takes over must keep the places open to the others.
    must_stay_available = models.BooleanField(_("skal stå til rådighed for andre"), default=False)
    decision = GuardedCharField(_("beslutning"), max_length=300, blank=True)
    reason = GuardedCharField(_("begrundelse"), max_length=500, blank=True)

    access = AccessPath(
        read=Action.FACILITY_READ,
        organisation="predecessor__reporter_id",
        cooperation="predecessor__cooperation_id",
    )

    class Meta:
        verbose_name = _("tilbuds efterfølgelse")
        verbose_name_plural = _("tilbuds efterfølgelser")
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="facility_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="facility_succession_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
