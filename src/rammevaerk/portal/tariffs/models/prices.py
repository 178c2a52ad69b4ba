"""Tariffs as they were decided: of two times, when they hold and when we were told."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField
from rammevaerk.portal.common.validity import period_check
from rammevaerk.portal.tariffs.models.reports import TariffReport


class Component(models.TextChoices):
    """Which part of what a stay costs."""

    WHOLE = "whole", _("Helhedstakst")
    BASIS = "basis", _("Basistakst")
    SERVICE = "service", _("Ydelsestakst")
    HOUR = "hour", _("Timepris")
    SUPPLEMENT = "supplement", _("Tillægstakst")
    OBJECTIVE = "objective", _("Objektiv finansiering")
    GROUND = "ground", _("Grundtakst")
    SUBSCRIPTION = "subscription", _("Abonnement")


class Unit(models.TextChoices):
    """What one pays for one of. The engine's price units, and the year of a subscription."""

    DAY = "day", _("døgn")
    DAY_ATTENDED = "day_attended", _("fremmødedag")
    MONTH = "month", _("måned")
    YEAR = "year", _("år")
    HOUR = "hour", _("time")
    KM = "km", _("km")
    COURSE = "course", _("forløb")
    PIECE = "piece", _("stk.")


class DaysBasis(models.TextChoices):
    """The days of a year that a price is shared by."""

    CALENDAR = "calendar", _("kalenderåret (365 eller 366)")
    FIXED_365 = "fixed_365", _("365 dage")
    OPENING_DAYS = "opening_days", _("åbningsdage")


class Tariff(models.Model):
    """One price of a service from a day until a day, as decided.

    Known from `registered_at` until `superseded_at`; of those not superseded, one holds a day for
    each component and label (a level's or a supplement's name). Amounts never change: a
    correction supersedes the row and puts others in its place.
    """

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", verbose_name=_("ydelse")
    )
    component = models.CharField(_("takstdel"), max_length=12, choices=Component.choices)
    label = GuardedCharField(_("betegnelse"), max_length=80, blank=True)
    unit = models.CharField(_("enhed"), max_length=12, choices=Unit.choices)
    days_basis = models.CharField(
        _("dagebasis"), max_length=12, choices=DaysBasis.choices, blank=True
    )
    amount_ore = models.BigIntegerField(_("takst i øre"))
    # The occupancy that the price assumes, where it assumes one.
    occupancy = models.PositiveIntegerField(
        _("forudsat belægning i hundrededele procent"), null=True, blank=True
    )
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)
    decided_on = models.DateField(_("besluttet den"), null=True, blank=True)
    decision = GuardedCharField(_("beslutning"), max_length=300, blank=True)
    reason = GuardedCharField(_("ændringsårsag"), max_length=500, blank=True)
    report = models.ForeignKey(
        TariffReport, models.PROTECT, null=True, blank=True, related_name="tariffs"
    )
    published_at = models.DateTimeField(_("offentliggjort"), null=True, blank=True)

    no_overlap = ("service_id", "component", "label")
    no_overlap_while = "superseded_at"
    access = AccessPath(
        read=Action.TARIFF_READ,
        organisation="service__facility__reporter_id",
        cooperation="service__facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("takst")
        verbose_name_plural = _("takster")
        ordering: ClassVar = ["service", "component", "label", "valid_from", "registered_at"]
        constraints: ClassVar = [
            period_check("tariff_period"),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("registered_at")),
                name="tariff_superseded_after",
            ),
            models.CheckConstraint(condition=Q(amount_ore__gte=0), name="tariff_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["service", "component", "label"], name="tariff_price"),
            models.Index(fields=["valid_from", "valid_to"], name="tariff_day"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_component_display()} {self.label}".rstrip()
