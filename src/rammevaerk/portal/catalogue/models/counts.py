"""Counts of facilities as others have published them: what the catalogue is compared with."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.catalogue.models.facilities import FacilityKind, Ownership
from rammevaerk.portal.common.fields import GuardedCharField


class OwnershipGroup(models.TextChoices):
    """Who runs it, as tables of the agreement count: what is not public is one column."""

    MUNICIPAL = Ownership.MUNICIPAL.value, _("Kommunale")
    REGIONAL = Ownership.REGIONAL.value, _("Regionale")
    NON_PUBLIC = "non_public", _("Private m.m.")

    @classmethod
    def of(cls, ownership: str) -> "OwnershipGroup":
        """The column a facility is counted in."""
        public = ownership in {Ownership.MUNICIPAL, Ownership.REGIONAL}
        return cls(ownership) if public else cls.NON_PUBLIC


class PublishedCount(models.Model):
    """One number of a published table of facilities by municipality and ownership, as printed.

    A table is the rows of one kind and day that were registered at the same moment; a corrected
    table is registered anew and the old one stays.
    """

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    kind = models.CharField(_("art"), max_length=18, choices=FacilityKind.choices)
    # Empty in the line of totals.
    municipality = models.ForeignKey(
        "access.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kommune"),
    )
    # Empty in the column of totals.
    ownership = models.CharField(
        _("ejerform"), max_length=12, choices=OwnershipGroup.choices, blank=True
    )
    # None where the table has no number and its row says that there must be one.
    count = models.PositiveIntegerField(_("antal"), null=True, blank=True)
    # How a cell was read that the print leaves open.
    note = GuardedCharField(_("aflæst sådan"), max_length=300, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300)
    as_of = models.DateField(_("opgjort pr."))
    registered_at = models.DateTimeField(_("registreret"))

    append_only = True
    access = AccessPath(read=Action.FACILITY_READ, cooperation="cooperation_id")

    class Meta:
        verbose_name = _("offentliggjort antal")
        verbose_name_plural = _("offentliggjorte antal")
        ordering: ClassVar = ["kind", "-as_of", "-registered_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=""), name="published_count_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperation", "kind", "-as_of"], name="published_count_table"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.as_of}: {self.count}"
