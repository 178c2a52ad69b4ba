"""What a buyer has set aside for a year, to hold the forecast against."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField


class SpendBudget(models.Model):
    """What a buyer has set aside for placements in a year. Never changed; the newest holds."""

    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("betalingskommune")
    )
    year = models.PositiveSmallIntegerField(_("år"))
    amount_ore = models.BigIntegerField(_("budget i øre"))
    note = GuardedCharField(_("bemærkning"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))

    append_only = True
    access = AccessPath(read=Action.INVOICE_CONTROL, organisation="organisation_id")

    class Meta:
        verbose_name = _("budget for køb")
        verbose_name_plural = _("budgetter for køb")
        ordering: ClassVar = ["organisation", "-year", "-registered_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_ore__gte=0), name="spend_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.year}"
