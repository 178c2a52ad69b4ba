"""How many places a service has, how full they are, how many are free, and who uses them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.catalogue.models.facilities import Facility, Service
from rammevaerk.portal.common.fields import GuardedCharField
from rammevaerk.portal.common.validity import period_check

_OF_SERVICE = AccessPath(
    read=Action.FACILITY_READ,
    organisation="service__facility__reporter_id",
    cooperation="service__facility__cooperation_id",
)


class PlaceCapacity(models.Model):
    """The places of a service from a day, as known from a moment until something else was known.

    Of those not superseded, one holds a day.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="capacities")
    places = models.PositiveIntegerField(_("pladser"))
    # How many of them the framework agreement covers.
    covered = models.PositiveIntegerField(_("heraf omfattet af rammeaftalen"))
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    reason = GuardedCharField(_("begrundelse"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("service_id",)
    no_overlap_while = "superseded_at"
    access = _OF_SERVICE

    class Meta:
        verbose_name = _("pladstal")
        verbose_name_plural = _("pladstal")
        ordering: ClassVar = ["service", "valid_from", "registered_at"]
        constraints: ClassVar = [
            period_check("place_capacity_period"),
            models.CheckConstraint(
                condition=Q(covered__lte=models.F("places")), name="place_capacity_covered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.places} pladser"


class OccupancyFigure(models.Model):
    """How full a service was or is expected to be in a year. A newer figure follows; none change.

    The three that are easily mixed up are kinds of their own: what the tariff assumes, what
    accounts show, and what Tilbudsportalen shows.
    """

    class Kind(models.TextChoices):
        BUDGETED = "budgeted", _("Forudsat i taksten")
        ACTUAL = "actual", _("Faktisk")
        PORTAL = "portal", _("Vist på Tilbudsportalen")

    service = models.ForeignKey(Service, models.PROTECT, related_name="occupancies")
    year = models.PositiveSmallIntegerField(_("år"))
    kind = models.CharField(_("art"), max_length=8, choices=Kind.choices)
    basis_points = models.PositiveIntegerField(_("belægning i hundrededele procent"))
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))

    append_only = True
    access = _OF_SERVICE

    class Meta:
        verbose_name = _("belægningstal")
        verbose_name_plural = _("belægningstal")
        ordering: ClassVar = ["service", "-year", "kind", "-registered_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["service", "year"], name="occupancy_service_year"),
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.year}: {self.get_kind_display().lower()}"


class Vacancy(models.Model):
    """How many places were free on a day, as reported. Never changed; a newer one follows."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="vacancies")
    free = models.PositiveIntegerField(_("ledige pladser"))
    waiting = models.PositiveIntegerField(_("venter"), default=0)
    as_of = models.DateField(_("opgjort pr."))
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    append_only = True
    access = _OF_SERVICE

    class Meta:
        verbose_name = _("ledighed")
        verbose_name_plural = _("ledighed")
        ordering: ClassVar = ["service", "-as_of", "-registered_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["service", "-as_of"], name="vacancy_service_day"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.free}"


class FacilityUse(models.Model):
    """How many citizens an authority had at a facility in a year: what coverage (R1) rests on."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="uses")
    buyer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("køber")
    )
    year = models.PositiveSmallIntegerField(_("år"))
    citizens = models.PositiveIntegerField(_("borgere"))
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(
        read=Action.FACILITY_READ,
        organisation="facility__reporter_id",
        cooperation="facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("anvendelse")
        verbose_name_plural = _("anvendelser")
        ordering: ClassVar = ["facility", "-year", "buyer"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["facility", "buyer", "year"], name="facility_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.facility}, {self.year}"
