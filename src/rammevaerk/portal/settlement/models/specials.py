"""Special payments: what is paid by other rules than a tariff, registered month by month."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField, GuardedJSONField


class SpecialKind(models.TextChoices):
    """By which rule it is paid; each has its function in the engine."""

    USED_PLACE = "used_place", _("Særlig plads i psykiatrien, ophold")
    UNUSED_PLACES = "unused_places", _("Særlige pladser i psykiatrien, ubenyttede")
    DISCHARGED_SOMATIC = "somatic", _("Færdigbehandlet, somatisk")
    DISCHARGED_PSYCHIATRIC = "psychiatric", _("Færdigbehandlet, psykiatrisk")
    OBJECTIVE = "objective", _("Objektiv finansiering, a conto")
    HEALTH_SERVICE = "health", _("Sundhedsydelse til borger i botilbud")


class SpecialPayment(models.Model):
    """Days, counts or costs of a month that are paid by a special rule. Superseded, not changed.

    `data` is JSON with what the rule asks for (see `calculate/special.py`); `payer` is empty where
    several share.
    """

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("modtager")
    )
    reporter = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("registreret af")
    )
    payer = models.ForeignKey(
        "access.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("betalingskommune"),
    )
    kind = models.CharField(_("art"), max_length=13, choices=SpecialKind.choices)
    month = models.DateField(_("måned"))
    # What the statement calls it: a place, a ward, a pseudonym; never who it is.
    label = GuardedCharField(_("betegnelse"), max_length=80)
    data = GuardedJSONField(_("oplysninger"))
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    access = AccessPath(
        read=Action.SETTLEMENT_READ,
        organisation=("reporter_id", "payer_id"),
        cooperation="cooperation_id",
        sides={Action.SETTLEMENT_RUN: ("reporter_id",)},
    )

    class Meta:
        verbose_name = _("særlig betaling")
        verbose_name_plural = _("særlige betalinger")
        ordering: ClassVar = ["-month", "kind", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__day=1), name="special_payment_month_first"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperation", "month"], name="special_payment_month"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.label}"
