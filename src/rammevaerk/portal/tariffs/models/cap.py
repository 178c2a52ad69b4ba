"""What the cap (takstaftalen) is judged by beside the tariffs themselves."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField
from rammevaerk.portal.common.validity import period_check

_ORGANISATION = _("driftsherre")


class IndexChoice(models.Model):
    """The price index an operator has chosen for a period, with its reason and decision."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_ORGANISATION
    )
    # The names of the series of estimates that are multiplied, in order, joined by a comma.
    series = GuardedCharField(_("indeksserier"), max_length=200)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    reason = GuardedCharField(_("begrundelse"), max_length=500)
    decision = GuardedCharField(_("beslutning"), max_length=300)

    no_overlap = ("cooperation_id", "operator_id")
    access = AccessPath(
        read=Action.TARIFF_READ, organisation="operator_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("indeksvalg")
        verbose_name_plural = _("indeksvalg")
        ordering: ClassVar = ["operator", "valid_from"]
        constraints: ClassVar = [
            period_check("index_choice_period"),
        ]

    def __str__(self) -> str:
        return f"{self.operator}: {self.series}"

    @property
    def audit_label(self) -> str:
        return f"{self.operator.audit_label}: {self.series}"


class IndexEstimate(models.Model):
    """What a series was said to grow in a year, by a publisher on a day; a revision follows."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    # A key of the register of series.
    series = GuardedCharField(_("indeksserie"), max_length=60)
    year = models.PositiveSmallIntegerField(_("år"))
    growth_points = models.IntegerField(_("vækst i hundrededele procent"))
    published_on = models.DateField(_("offentliggjort"))
    source = GuardedCharField(_("kilde"), max_length=300)
    is_verified = models.BooleanField(_("læst hos udgiveren"), default=False)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = GuardedCharField(_("registreret af"), max_length=200)

    append_only = True
    access = AccessPath(read=Action.TARIFF_READ, cooperation="cooperation_id")

    class Meta:
        verbose_name = _("indeksskøn")
        verbose_name_plural = _("indeksskøn")
        ordering: ClassVar = ["series", "year", "published_on", "registered_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(growth_points__gt=-10_000, growth_points__lt=10_000),
                name="index_estimate_growth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}"


class UnmetReduction(models.Model):
    """What an operator lacks of an earlier cap, as a share of its level in that cap's year."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_ORGANISATION
    )
    year = models.PositiveSmallIntegerField(_("år"))
    basis_points = models.PositiveIntegerField(_("mangler i hundrededele procent"))
    source = GuardedCharField(_("kilde"), max_length=300)

    access = AccessPath(
        read=Action.TARIFF_READ, organisation="operator_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("udestående nedsættelse")
        verbose_name_plural = _("udestående nedsættelser")
        ordering: ClassVar = ["operator", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cooperation", "operator", "year"], name="unmet_reduction_once"
            ),
            models.CheckConstraint(
                condition=Q(basis_points__lt=10_000), name="unmet_reduction_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator}, {self.year}"

    @property
    def audit_label(self) -> str:
        return f"{self.operator.audit_label}, {self.year}"


class SupplementTurnover(models.Model):
    """What an operator took in supplements and in all in a quarter. A newer figure follows."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_ORGANISATION
    )
    year = models.PositiveSmallIntegerField(_("år"))
    quarter = models.PositiveSmallIntegerField(_("kvartal"))
    supplements_ore = models.BigIntegerField(_("tillæg i øre"))
    turnover_ore = models.BigIntegerField(_("omsætning i øre"))
    citizens = models.PositiveIntegerField(_("borgere med tillæg"), default=0)
    registered_at = models.DateTimeField(_("registreret"))

    append_only = True
    access = AccessPath(
        read=Action.TARIFF_READ, organisation="operator_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("tillægsomsætning")
        verbose_name_plural = _("tillægsomsætninger")
        ordering: ClassVar = ["operator", "-year", "-quarter", "-registered_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4), name="supplement_quarter"
            ),
            models.CheckConstraint(
                condition=Q(supplements_ore__gte=0, turnover_ore__gte=F("supplements_ore")),
                name="supplement_within_turnover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator}, {self.year}, {self.quarter}. kvartal"

    @property
    def audit_label(self) -> str:
        return f"{self.operator.audit_label}, {self.year}, {self.quarter}. kvartal"
