"""What was found when help not yet claimed was looked for."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField


class ClaimWatch(models.Model):
    """Days that nobody has billed, by how near their limit is, as of a day. The newest holds.

    `rows` is JSON: a list of {"operator", "payer", "stage", "days", "ore", "last_day",
    "placements"}.
    """

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("opgjort for")
    )
    joint = models.BooleanField(_("for hele samarbejdet"), default=False)
    on = models.DateField(_("opgjort pr."))
    rows = models.JSONField(_("rækker"), default=list, blank=True)
    done = models.BooleanField(_("færdig"), default=False)
    failure = GuardedCharField(_("fejl"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("begyndt"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    access = AccessPath(
        read=Action.SETTLEMENT_READ, organisation="owner_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("eftersyn af krav")
        verbose_name_plural = _("eftersyn af krav")
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.owner}, {self.on}"
