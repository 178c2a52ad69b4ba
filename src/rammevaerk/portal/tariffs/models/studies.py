"""The model studio: tariff models, sets of placements, and two models compared on one set."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField


class _Kept(models.Model):
    """What the studio keeps belongs to a cooperation and to the organisation that made it."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("lavet af")
    )
    name = GuardedCharField(_("navn"), max_length=150)
    note = GuardedTextField(_("beskrivelse"), max_length=4000, blank=True)
    created_at = models.DateTimeField(_("oprettet"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    synthetic = models.BooleanField(_("opdigtede data"), default=False)

    access = AccessPath(
        read=Action.STUDY_READ, organisation="organisation_id", cooperation="cooperation_id"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class TariffModel(_Kept):
    """A tariff model as the engine reads it (TOML). A changed model is saved as a new one."""

    content = GuardedTextField(_("model"), max_length=2_000_000)

    append_only = True

    class Meta:
        verbose_name = _("takstmodel")
        verbose_name_plural = _("takstmodeller")
        ordering: ClassVar = ["-created_at", "-id"]


class PlacementSet(_Kept):
    """Placements to compare models over: a Parquet file kept by its fingerprint. Never changed."""

    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    # The placements as they were afterwards, where they changed in the same period.
    after_sha256 = models.CharField(_("fingeraftryk efter"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("indskrivninger"))

    append_only = True

    class Meta:
        verbose_name = _("sæt af indskrivninger")
        verbose_name_plural = _("sæt af indskrivninger")
        ordering: ClassVar = ["-created_at", "-id"]


class Study(_Kept):
    """Two models over one set of placements. Its figures are worked out whenever it is shown."""

    before = models.ForeignKey(TariffModel, models.PROTECT, related_name="+", verbose_name=_("før"))
    after = models.ForeignKey(
        TariffModel, models.PROTECT, related_name="+", verbose_name=_("efter")
    )
    placements = models.ForeignKey(
        PlacementSet, models.PROTECT, related_name="+", verbose_name=_("indskrivninger")
    )

    class Meta:
        verbose_name = _("modelstudie")
        verbose_name_plural = _("modelstudier")
        ordering: ClassVar = ["-created_at", "-id"]
