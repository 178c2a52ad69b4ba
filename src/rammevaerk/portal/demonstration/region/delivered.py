"""What was delivered beyond the days: hours, kilometres, children who came along, days attended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rammevaerk.portal.demonstration.region.occupants import Visit
from rammevaerk.portal.demonstration.region.services import TODAY, moment

Entry = dict[str, Any]
_SINCE = date(2026, 8, 1)
_NOW = TODAY.replace(day=1)
_HALF_A_MONTH = 15
# How many in a hundred have a supplement of the unit, and how much of it in a month.
_HAVE = {"day": 40, "hour": 9, "km": 5}
_MUCH = {"hour": (400, 3_200), "km": (4_000, 42_000)}
_GRANTED = date(2026, 1, 1)
# Days in a month that a day offer is open.
_OPEN = {8: 21, 9: 22, 10: 17}


def supplement_entries(visit: Visit, supplements: Mapping[str, str]) -> list[Entry]:
    """The supplements that the citizen of a visit has been granted."""
    if visit.end is not None and visit.end.date() <= _SINCE:
        return []
    last = None if visit.end is None else visit.end.date() + timedelta(days=1)
    start = max(_GRANTED, visit.start.date())
    return [
        {
            "label": label,
            "valid_from": start,
            "valid_to": last,
            "reason": "Bevilget af handlekommunen (opdigtet)",
            "registered_at": moment(start),
        }
        for label, unit in sorted(supplements.items())
        if _has(visit, label, unit)
    ]


def _has(visit: Visit, label: str, unit: str) -> bool:
    return visit.dice(f"supplement/{label}").randrange(100) < _HAVE.get(unit, 0)


def deliveries(visit: Visit, supplements: Mapping[str, str], counted: str) -> list[Entry]:
    """What was delivered in each whole month since August, as it was told soon after."""
    rows: list[Entry] = []
    month = _SINCE
    while month < _NOW:
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        there = _days_there(visit, month, following)
        # Who came late in a month or left early has attended, and nothing more.
        came = visit.start.date() <= month + timedelta(days=_HALF_A_MONTH)
        stayed = visit.end is None or visit.end.date() >= following
        if there:
            extra = supplements if came and stayed else {}
            rows += _of_month(visit, extra, counted, (month, following), there)
        month = following
    return rows


def _days_there(visit: Visit, month: date, following: date) -> int:
    """On how many days of the month the citizen was there, the one he left on among them."""
    last = following - timedelta(days=1)
    if visit.end is not None:
        last = min(last, visit.end.date())
    return max(0, (last - max(month, visit.start.date())).days + 1)


def by_payer(rows: Iterable[Entry], payers: Sequence[Entry]) -> list[Entry]:
    """What was delivered in a month of two payers, split between them by their days."""
    found: list[Entry] = []
    for row in rows:
        month, much = row["month"], row["quantity"]
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        changes = [one["valid_from"] for one in payers if month < one["valid_from"] < end]
        before, after = payers[0]["payer"], payers[-1]["payer"]
        # Who acts may change, and who pays stay the same.
        if not changes or before == after:
            found.append(row)
            continue
        first = much * (changes[0] - month).days // (end - month).days // 100 * 100
        parts = ((before, first), (after, much - first))
        found += [{**row, "payer": who, "quantity": part} for who, part in parts if part]
    return found


def _of_month(
    visit: Visit,
    supplements: Mapping[str, str],
    counted: str,
    period: tuple[date, date],
    there: int,
) -> list[Entry]:
    month, following = period
    common: Entry = {"month": month, "registered_at": moment(following + timedelta(days=2))}
    rows: list[Entry] = []
    dice = visit.dice(f"delivered/{month}")
    if counted == "course":
        if visit.start.date() >= month:
            rows.append({**common, "component": "whole", "label": "", "quantity": 100})
    elif counted:
        opened = _OPEN[month.month] * there // (following - month).days
        days = max(1, opened - dice.choice([0, 0, 0, 1, 1, 2, 3, 6]))
        rows.append({**common, "component": "whole", "label": "", "quantity": days * 100})
    for label, unit in sorted(supplements.items()):
        if unit in _MUCH and _has(visit, label, unit):
            least, most = _MUCH[unit]
            much = dice.randrange(least, most, 25)
            rows.append({**common, "component": "supplement", "label": label, "quantity": much})
    return rows
