"""Tariffs follow when a facility goes on as another, and end when it closes."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes, store_new, store_removal
from rammevaerk.portal.access.two_times import Ended, end_rows, restore_rows, twin
from rammevaerk.portal.catalogue.following import Followed, Moved, Passage
from rammevaerk.portal.tariffs.models import ReportState, Tariff, TariffReport

# Whoever may let a facility go on as another may let its prices follow: no price is changed.
MANAGE = Action.FACILITY_MANAGE
CONTINUE = "continue"
_OPEN = (ReportState.DRAFT, ReportState.REPORTED, ReportState.CHECKED)


class TariffFollower:
    """The predecessor's tariffs end on the day; the same prices may go on at the successor's."""

    name = "tariffs"

    @property
    def subject(self) -> str:
        return _("Takster")

    def remaining(self, service_ids: Collection[int], on: date) -> list[str]:
        """Tariffs decided for the day or later."""
        rows = Tariff.objects.filter(
            service_id__in=service_ids, superseded_at__isnull=True, valid_from__gte=on
        ).select_related("service")
        return [
            _("takst for %(tariff)s fra %(day)s")
            % {"tariff": row, "day": date_text_da(row.valid_from)}
            for row in rows
        ]

    def follow(self, passage: Passage, *, by: Actor, at: datetime) -> Followed:
        """End what holds on the day, carry prices and open reports over where they fit."""
        reports = _move_reports(passage, by=by, at=at)
        rows = Tariff.objects.filter(service_id__in=passage.service_ids)
        ended = end_rows(rows, passage.on, MANAGE, by=by, at=at)
        made = []
        if passage.tariffs == CONTINUE:
            made = _continue(passage, ended, by=by, at=at)
        effects = {
            "on": passage.on.isoformat(),
            "ended": ended,
            "made": made,
            "reports": reports,
        }
        return Followed(_sentence(passage, len(ended), len(made), len(reports)), effects)

    def undo(self, effects: Any, *, by: Actor, at: datetime) -> None:
        """Let the old tariffs hold again; the successor's go, open reports return."""
        for pk, service_id in effects["reports"]:
            report = TariffReport.objects.filter(pk=pk).first()
            if report is not None and report.state in _OPEN:
                store_changes(report, {"service_id": service_id}, MANAGE, by=by, at=at)
        for pk in effects["made"]:
            tariff = Tariff.objects.filter(pk=pk).first()
            if tariff is not None:
                _require_untouched(tariff)
                store_removal(tariff, MANAGE, by=by, at=at)
        on = date.fromisoformat(effects["on"])
        restore_rows(Tariff, effects["ended"], on, MANAGE, by=by, at=at)


def _require_untouched(tariff: Tariff) -> None:
    if tariff.superseded_at is not None:
        raise ValidationError(
            _("Det kan ikke fortrydes: der er siden besluttet nye takster for %s.") % tariff.service
        )


def _continue(passage: Passage, ended: Iterable[Ended], *, by: Actor, at: datetime) -> list[int]:
    targets = _targets(passage.moved)
    made = []
    for old_id, _kept in ended:
        old = Tariff.objects.select_related("service__facility").get(pk=old_id)
        service: Any = old.service
        reason = _("Fortsætter fra %(facility)s, %(service)s") % {
            "facility": service.facility,
            "service": service,
        }
        for service_id in targets.get(old.service_id, ()):
            row = twin(
                old,
                service_id=service_id,
                valid_from=max(old.valid_from, passage.on),
                registered_at=at,
                superseded_at=None,
                reason=reason,
                report_id=None,
            )
            made.append(store_new(row, MANAGE, by=by, at=at).pk)
    return made


def _targets(moved: Iterable[Moved]) -> dict[int, list[int]]:
    """Where prices go on: not where the service joins another, which has prices of its own."""
    found: dict[int, list[int]] = {}
    for one in moved:
        if one.successor_service_id is not None and not one.joined:
            found.setdefault(one.service_id, []).append(one.successor_service_id)
    return found


def _move_reports(passage: Passage, *, by: Actor, at: datetime) -> list[tuple[int, int]]:
    """Reports under way for the day or later go on at the successor's service, if it is the same.

    ValidationError for those of a service that is divided, joined or ends: their figures would
    not be about anything.
    """
    same = {one.service_id: one.successor_service_id for one in passage.moved if one.as_it_was}
    rows = TariffReport.objects.select_for_update(of=("self",)).filter(
        service_id__in=passage.service_ids, state__in=_OPEN, valid_from__gte=passage.on
    )
    moved = []
    for report in rows.select_related("service"):
        successor_id = same.get(report.service_id)
        if successor_id is None:
            raise ValidationError(
                _(
                    "Der er en takstindberetning på vej for %(service)s fra %(day)s. Træk den"
                    " tilbage først; den passer ikke til det, der kommer efter."
                )
                % {"service": report.service, "day": date_text_da(report.valid_from)}
            )
        moved.append((report.pk, report.service_id))
        store_changes(report, {"service_id": successor_id}, MANAGE, by=by, at=at)
    return moved


def _sentence(passage: Passage, ended: int, made: int, reports: int) -> str:
    if not ended:
        text = _("Der er ingen takster, der gælder efter datoen.")
    elif passage.tariffs == CONTINUE:
        text = (
            ngettext(
                "%s takst fortsætter uændret, til der er besluttet en ny.",
                "%s takster fortsætter uændret, til der er besluttet nye.",
                made,
            )
            % made
        )
        if any(one.joined for one in passage.moved):
            text += _(" Hvor pladser lægges til en ydelse, gælder dennes takster.")
    else:
        text = ngettext("%s takst ophører.", "%s takster ophører.", ended) % ended
        if passage.tariffs:
            text += _(" Efterfølgeren skal have besluttet sine egne fra første dag.")
    if reports:
        text += " " + (
            ngettext(
                "%s indberetning på vej følger med.",
                "%s indberetninger på vej følger med.",
                reports,
            )
            % reports
        )
    return text
