"""Notice to end a placement: who gave it, by which rule, and when it runs out."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.common.fields import GuardedCharField
from rammevaerk.portal.placements.models.placements import Placement, of_placement


class Notice(models.Model):
    """One party has given the other notice of a placement; it runs out on a day by a rule."""

    class Side(models.TextChoices):
        BUYER = "buyer", _("Køber")
        SELLER = "seller", _("Sælger")
        DEATH = "death", _("Dødsfald")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="notices")
    side = models.CharField(_("opsagt af"), max_length=6, choices=Side.choices)
    given_on = models.DateField(_("opsagt den"))
    reason = GuardedCharField(_("begrundelse"), max_length=500, blank=True)
    # The key of the parameter that gave the length, and the chapter or clause it stands in.
    rule = GuardedCharField(_("regel"), max_length=80)
    clause = GuardedCharField(_("kapitel eller punkt"), max_length=80, blank=True)
    # The first day that is no longer paid for.
    ends_on = models.DateField(_("udløber"))
    unverified = models.BooleanField(_("ikke efterprøvet"), default=False)
    registered_at = models.DateTimeField(_("registreret"))
    withdrawn_at = models.DateTimeField(_("trukket tilbage"), null=True, blank=True)

    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("opsigelse")
        verbose_name_plural = _("opsigelser")
        ordering: ClassVar = ["placement", "-given_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("given_on")), name="notice_ends_after_it_is_given"
            ),
            models.UniqueConstraint(
                fields=["placement"],
                condition=Q(withdrawn_at__isnull=True),
                name="notice_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement}: {self.ends_on}"
