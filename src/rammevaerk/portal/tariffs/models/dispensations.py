"""Leave to assume an occupancy outside what an agreement allows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField


class OccupancyDispensation(models.Model):
    """A service may assume one occupancy in some tariff years, as decided; the newest row holds.

    A row without an occupancy takes back what was given for its years.
    """

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", verbose_name=_("ydelse")
    )
    occupancy = models.PositiveIntegerField(
        _("belægning i hundrededele procent"), null=True, blank=True
    )
    first_year = models.PositiveSmallIntegerField(_("første takstår"))
    last_year = models.PositiveSmallIntegerField(_("sidste takstår"))
    decision = GuardedCharField(_("beslutning"), max_length=300)
    decided_on = models.DateField(_("besluttet den"))
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = GuardedCharField(_("registreret af"), max_length=200)

    append_only = True
    access = AccessPath(
        read=Action.TARIFF_READ,
        organisation="service__facility__reporter_id",
        cooperation="service__facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("belægningsdispensation")
        verbose_name_plural = _("belægningsdispensationer")
        ordering: ClassVar = ["service", "-registered_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")), name="dispensation_years"
            ),
            models.CheckConstraint(
                condition=Q(occupancy__isnull=True) | Q(occupancy__gt=0, occupancy__lte=20_000),
                name="dispensation_occupancy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.first_year}–{self.last_year}"
