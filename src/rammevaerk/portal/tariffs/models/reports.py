"""Tariff reports: what an operator works out, reports and has decided for a service."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import AccessPath, Actor
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField


class ReportState(models.TextChoices):
    """How far a report has come."""

    DRAFT = "draft", _("Kladde")
    REPORTED = "reported", _("Indberettet")
    CHECKED = "checked", _("Kontrolleret")
    DECIDED = "decided", _("Besluttet")
    PUBLISHED = "published", _("Offentliggjort")
    WITHDRAWN = "withdrawn", _("Trukket tilbage")


def _drafts_are_the_reporter_s(actor: Actor) -> Q:
    """A draft is for those who write it: the reporter, and who may report for all."""
    if actor.scope(Action.TARIFF_REPORT) in {Scope.COOPERATION, Scope.EVERYWHERE}:
        return Q()
    return ~Q(state=ReportState.DRAFT) | Q(service__facility__reporter_id=actor.organisation_id)


class TariffReport(models.Model):
    """The tariffs of one service from a day, from first draft to publication.

    `content` is JSON: the prices, and the budget they follow from where they are worked out here;
    `report_content` reads and writes it.
    From the day they are decided they stand as `Tariff` rows; this row then never changes.
    """

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", verbose_name=_("ydelse")
    )
    valid_from = models.DateField(_("gælder fra"))
    state = models.CharField(
        _("tilstand"), max_length=9, choices=ReportState.choices, default=ReportState.DRAFT
    )
    content = GuardedTextField(_("indhold"), max_length=200_000)
    reason = GuardedCharField(_("begrundelse"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("oprettet"))
    changed_at = models.DateTimeField(_("ændret"))

    access = AccessPath(
        read=Action.TARIFF_READ,
        organisation="service__facility__reporter_id",
        cooperation="service__facility__cooperation_id",
        limit=_drafts_are_the_reporter_s,
    )

    class Meta:
        verbose_name = _("takstindberetning")
        verbose_name_plural = _("takstindberetninger")
        ordering: ClassVar = ["service", "-valid_from", "-id"]
        constraints: ClassVar = [
            # Two who work on the tariffs of one day work on the same report.
            models.UniqueConstraint(
                fields=["service", "valid_from"],
                condition=Q(state__in=["draft", "reported", "checked"]),
                name="tariff_report_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.valid_from.year}"


class TariffReportStep(models.Model):
    """A report went from one state to another: who, when, on which decision. Never changed."""

    report = models.ForeignKey(TariffReport, models.PROTECT, related_name="steps")
    state = models.CharField(_("tilstand"), max_length=9, choices=ReportState.choices)
    at = models.DateTimeField(_("tidspunkt"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_label = GuardedCharField(_("udført af"), max_length=200)
    decision = GuardedCharField(_("beslutning"), max_length=300, blank=True)
    decided_on = models.DateField(_("besluttet den"), null=True, blank=True)
    note = GuardedTextField(_("bemærkning"), max_length=2000, blank=True)
    # The fingerprint of the content that went on.
    content_hash = models.CharField(_("fingeraftryk"), max_length=64)

    append_only = True
    access = AccessPath(
        read=Action.TARIFF_READ,
        organisation="report__service__facility__reporter_id",
        cooperation="report__service__facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("indberetningens skridt")
        verbose_name_plural = _("indberetningers skridt")
        ordering: ClassVar = ["report", "at", "id"]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_state_display()}"
