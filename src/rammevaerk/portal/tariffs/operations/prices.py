"""Tariffs as decided: a new version from a day, and what was believed before stays to be seen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.tariffs.models import Tariff, TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine, instead_of, line_of
from rammevaerk.portal.tariffs.report_content import content_of

Key = tuple[str, str]
_ACTION = Action.TARIFF_DECIDE


@transaction.atomic
def decide(
    report: TariffReport, *, decision: str, decided_on: date | None, by: Actor, at: datetime
) -> list[Tariff]:
    """Make the prices of a checked report hold from its day; returns the new versions.

    The report's prices are all that its service has: a part that is not among them ends. A price
    holds until the next version that is known, or as long as what it replaces did; a whole price
    also until a basis or a service price begins, and they until a whole one does. Rows are never
    overwritten: what no longer is believed is superseded, and what remains of it is put beside. A
    price that is what already held in the year of the report is left as it is.
    """
    authorise(by, _ACTION, report)
    _check(decision, decided_on, at)
    # One at a time decides on a service: two reports of it may touch the same rows.
    _locked_service(report)
    lines = content_of(report).lines
    known = known_of(report.service_id)
    # Who waited for another's decision was told of the prices after that one.
    at = max([at, *(row.registered_at for rows in known.values() for row in rows)])
    if needs_reason(lines, known, report.valid_from) and not report.reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor taksten ændres.")})
    said = {
        "registered_at": at,
        "decided_on": decided_on,
        "decision": decision,
        "reason": report.reason,
        "report": report,
    }
    by_key = {line.key: line for line in lines}
    for key in known.keys() - by_key.keys():
        _end(known[key], report.valid_from, by=by, at=at)
    made = []
    for key, line in by_key.items():
        rows = known.get(key, [])
        if _stands(rows, line, report.valid_from):
            continue
        until = _until(line, known, report)
        _end(rows, report.valid_from, by=by, at=at)
        new = _row(report.service_id, line, report.valid_from, until, said)
        made.append(store_new(new, _ACTION, by=by, at=at, reason=report.reason))
    return made


def publish(report: TariffReport, *, by: Actor, at: datetime) -> int:
    """Say that the prices of a decided report are published; returns how many."""
    authorise(by, Action.TARIFF_PUBLISH, report)
    rows = Tariff.objects.select_for_update().filter(
        report=report, superseded_at__isnull=True, published_at__isnull=True
    )
    values = {"published_at": at}
    return sum(
        store_changes(row, values, Action.TARIFF_PUBLISH, by=by, at=at) for row in list(rows)
    )


def known_of(service_id: int) -> dict[Key, list[Tariff]]:
    """The tariffs of a service as believed now, by part, the earliest first."""
    found: dict[Key, list[Tariff]] = defaultdict(list)
    rows = Tariff.objects.filter(service_id=service_id, superseded_at__isnull=True)
    for row in rows.order_by("valid_from", "id"):
        found[row.component, row.label].append(row)
    return dict(found)


def needs_reason(
    lines: Sequence[PriceLine], known: Mapping[Key, Sequence[Tariff]], day: date
) -> bool:
    """Whether the prices differ from what holds on the day; what is wholly new needs no reason."""
    holding = {key: _covering(rows, day) for key, rows in known.items()}
    before = {key: line_of(row) for key, row in holding.items() if row is not None}
    return bool(before) and before != {line.key: line for line in lines}


def _check(decision: str, decided_on: date | None, at: datetime) -> None:
    problems = {}
    if not decision.strip():
        problems["decision"] = _("Skriv, hvilken beslutning taksterne hviler på.")
    if decided_on is None:
        problems["decided_on"] = _("Skriv, hvilken dag beslutningen er truffet.")
    elif decided_on > day_of(at):
        problems["decided_on"] = _("Dagen er ikke kommet endnu.")
    if problems:
        raise ValidationError(problems)


def _locked_service(report: TariffReport) -> Any:
    model = type(report.service)
    return model._default_manager.select_for_update().get(pk=report.service_id)  # noqa: SLF001


def _covering(rows: Sequence[Tariff], day: date) -> Tariff | None:
    return next((row for row in rows if _holds(row, day)), None)


def _holds(row: Tariff, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def _stands(rows: Sequence[Tariff], line: PriceLine, day: date) -> bool:
    """The price held before and was set for that year; in a new year it is set anew."""
    held = _covering(rows, day)
    return held is not None and line_of(held) == line and held.valid_from.year == day.year


def _until(
    line: PriceLine, known: Mapping[Key, Sequence[Tariff]], report: TariffReport
) -> date | None:
    if held := _covering(known.get(line.key, ()), report.valid_from):
        return held.valid_to
    later = [
        row.valid_from
        for key, rows in known.items()
        if key == line.key or key[0] in instead_of(line.component)
        for row in rows
        if row.valid_from > report.valid_from
    ]
    service: Any = report.service
    ends = [one for one in (service.valid_to, service.facility.valid_to) if one is not None]
    return min([*later, *ends], default=None)


def _end(rows: Sequence[Tariff], day: date, *, by: Actor, at: datetime) -> None:
    """What holds on the day is believed only until the day; what begins later stands."""
    held = _covering(rows, day)
    if held is None:
        return
    remains = None
    if held.valid_from < day:
        said = {
            name: getattr(held, name)
            for name in ("decided_on", "decision", "reason", "report", "published_at")
        }
        remains = _row(
            held.service_id, line_of(held), held.valid_from, day, {**said, "registered_at": at}
        )
    store_changes(held, {"superseded_at": at}, _ACTION, by=by, at=at)
    if remains is not None:
        store_new(remains, _ACTION, by=by, at=at)


def _row(
    service_id: int,
    line: PriceLine,
    valid_from: date,
    valid_to: date | None,
    said: Mapping[str, Any],
) -> Tariff:
    return Tariff(
        service_id=service_id,
        valid_from=valid_from,
        valid_to=valid_to,
        **line.as_dict(),
        **said,
    )
