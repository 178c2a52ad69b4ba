"""The slow reference: every rule of a settlement, one day at a time, in Decimal.

It shares nothing with the engine. What it cannot price (a day without a tariff) it leaves out as
a whole stay, as the rule says.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]
DAY = timedelta(days=1)


def payable_days(start: datetime, end: datetime | None, day_count: str, last: date) -> list[date]:
    """The dates a stay pays for, up to (not including) `last`."""
    days = []
    if day_count == "calendar":
        day = start.date()
        while day < last and (end is None or datetime.combine(day, time()) < end):
            days.append(day)
            day += DAY
        if not days and end is not None and start.date() < last and start.time() != time():
            days.append(start.date())
        return days
    begun = start
    while begun.date() < last and (end is None or begun + DAY <= end):
        days.append(begun.date())
        begun += DAY
    return days


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def settle(
    rows: Mapping[str, list[Row]], first: date, last: date, *, by_day: bool
) -> dict[tuple[Any, str], tuple[int, int, int, int, int]]:
    """Lines by (placement, month): days, basis, service, supplement, total; [first, last)."""
    facilities = {row["facility"]: row for row in rows["facilities"]}
    days = {
        row["placement"]: [
            day
            for day in payable_days(
                row["start"], row["end"], facilities[row["facility"]]["day_count"], last
            )
            if day >= first
        ]
        for row in rows["placements"]
    }
    present: dict[tuple[Any, date], int] = defaultdict(int)
    for row in rows["placements"]:
        for day in days[row["placement"]]:
            present[row["facility"], day] += 1
    lines: dict[tuple[Any, str], tuple[int, int, int, int, int]] = {}
    for row in rows["placements"]:
        own = _stay(row, facilities[row["facility"]], days[row["placement"]], present, rows, by_day)
        lines.update(own)
    return lines


def _stay(
    row: Row,
    facility: Row,
    days: list[date],
    present: Mapping[tuple[Any, date], int],
    rows: Mapping[str, list[Row]],
    by_day: bool,
) -> dict[tuple[Any, str], tuple[int, int, int, int, int]]:
    name = row["placement"]
    absences = [one for one in rows["absences"] if one["placement"] == name]
    supplements = [one for one in rows["supplements"] if one["placement"] == name]
    months: dict[str, list[tuple[Decimal, Decimal, int]]] = defaultdict(list)
    for day in days:
        version = _version(rows["tariffs"], row, day)
        if version is None:
            return {}
        over = present[row["facility"], day] > facility["cap"]
        basis = version["basis_over_cap_ore"] if over else version["basis_ore"]
        hour = Decimal(row["minutes_per_week"]) * version["hour_ore"] / 1
        share_b, share_s = _shares(absences, facility, day)
        extra = sum(one["ore_per_day"] for one in supplements if _inside(one, day))
        # The service is kept in minutes × øre and divided once, by 60 minutes and 7 days.
        service = Decimal(rounded(hour / 420)) * 420 if by_day else hour
        months[f"{day:%Y-%m}"].append((basis * share_b, service * share_s, extra))
    return {(name, month): _line(parts) for month, parts in months.items()}


def _line(parts: Iterable[tuple[Decimal, Decimal, int]]) -> tuple[int, int, int, int, int]:
    found = list(parts)
    basis = rounded(sum((one[0] for one in found), Decimal(0)) / 100)
    service = rounded(sum((one[1] for one in found), Decimal(0)) / 42_000)
    supplement = sum(one[2] for one in found)
    return len(found), basis, service, supplement, basis + service + supplement


def _version(tariffs: list[Row], row: Row, day: date) -> Row | None:
    fits = [
        one
        for one in tariffs
        if (one["facility"], one["plan"]) == (row["facility"], row["plan"])
        and one["valid_from"] <= day
    ]
    return max(fits, key=lambda one: one["valid_from"], default=None)


def _inside(one: Row, day: date) -> bool:
    return one["from"] <= day and (one["to"] is None or day < one["to"])


def _shares(absences: list[Row], facility: Row, day: date) -> tuple[Decimal, Decimal]:
    full = timedelta(days=facility["absence_full_days"])
    for one in absences:
        if one["from"] + full <= day and _inside(one, day):
            return Decimal(facility["absence_basis_pct"]), Decimal(facility["absence_service_pct"])
    return Decimal(100), Decimal(100)
