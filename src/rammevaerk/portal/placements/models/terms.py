"""How the stays at a service are settled: what the engine's facility row says, by date."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField
from rammevaerk.portal.common.validity import period_check


class DayCount(models.TextChoices):
    """Which days of a stay are paid for."""

    CALENDAR = "calendar", _("kalenderdøgn")
    HOTEL = "hotel", _("hoteldøgn")


class Rounding(models.TextChoices):
    """Whether a line's service is rounded once, or the price of each day first."""

    LINE = "line", _("linjen afrundes én gang")
    DAY = "day", _("døgnprisen afrundes først")


class SettlementTerms(models.Model):
    """How the stays at a service are settled in a period of whole months.

    Day count, absence, the price over the number of places, rounding and the days to pay within.
    """

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", verbose_name=_("ydelse")
    )
    day_count = models.CharField(_("døgnprincip"), max_length=8, choices=DayCount.choices)
    rounding = models.CharField(
        _("afrunding"), max_length=4, choices=Rounding.choices, default=Rounding.LINE
    )
    absence_full_days = models.PositiveSmallIntegerField(_("fraværsdage med fuld betaling"))
    absence_basis_pct = models.PositiveSmallIntegerField(_("derefter af basistaksten i pct."))
    absence_service_pct = models.PositiveSmallIntegerField(_("derefter af ydelsen i pct."))
    # What the basis is multiplied by on days with more stays than places.
    over_cap_pct = models.PositiveSmallIntegerField(
        _("basistakst ved overbelægning i pct."), default=100
    )
    # What days are paid by after the citizen has left, until the notice runs out.
    notice_basis_pct = models.PositiveSmallIntegerField(
        _("tomgangsdage: basistakst i pct."), default=100
    )
    notice_service_pct = models.PositiveSmallIntegerField(
        _("tomgangsdage: ydelse i pct."), default=100
    )
    payment_days = models.PositiveSmallIntegerField(_("betalingsfrist i dage"), default=30)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    source = GuardedCharField(_("grundlag"), max_length=300)
    unverified = models.BooleanField(_("ikke efterprøvet"), default=False)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("service_id",)
    no_overlap_while = "superseded_at"
    access = AccessPath(
        read=Action.TARIFF_READ,
        organisation="service__facility__reporter_id",
        cooperation="service__facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("afregningsvilkår")
        verbose_name_plural = _("afregningsvilkår")
        ordering: ClassVar = ["service", "valid_from", "registered_at"]
        constraints: ClassVar = [
            period_check("settlement_terms_period"),
            models.CheckConstraint(
                condition=Q(valid_from__day=1) & (Q(valid_to__isnull=True) | Q(valid_to__day=1)),
                name="settlement_terms_whole_months",
            ),
            models.CheckConstraint(
                condition=Q(absence_basis_pct__lte=100) & Q(absence_service_pct__lte=100),
                name="settlement_terms_shares",
            ),
            models.CheckConstraint(
                condition=Q(notice_basis_pct__lte=100) & Q(notice_service_pct__lte=100),
                name="settlement_terms_notice",
            ),
            models.CheckConstraint(
                condition=Q(over_cap_pct__lte=500), name="settlement_terms_over_cap"
            ),
            # Public buyers have at most 30 days (rules: settlement/payment_days_max_public).
            models.CheckConstraint(
                condition=Q(payment_days__gte=1) & Q(payment_days__lte=30),
                name="settlement_terms_payment_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_day_count_display()}"
