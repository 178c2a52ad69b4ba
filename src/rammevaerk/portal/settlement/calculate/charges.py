"""A charge as control reads it: a line of an invoice or credit note, cut by month."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rammevaerk.engine.money import divide_half_up
from rammevaerk.portal.settlement.calculate.snapshot import after_month

# A line for more months than these has a slip of the pen in its dates.
MOST_MONTHS = 24
_DAY_UNITS = frozenset({"døgn", "day", "dag", "dage"})
_PERIOD_UNITS = frozenset({"month", "måned", "måneder", "year", "år", "uge", "uger"})


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of an invoice or credit note, whoever it came from.

    `source` is "invoice:5" or "received:7"; `days` hundredths, None where another unit is priced.
    `counts` says whether the unit is one of days ("day"), of whole periods, or of something else.
    """

    source: str
    label: str
    position: int
    issued_on: date
    seller_id: int | None
    seller: str
    placement_id: int | None
    reference: str
    first: date | None
    end: date | None
    days: int | None
    counts: str
    amount_ore: int
    text: str

    @property
    def months(self) -> list[date]:
        """The months it is for; that of its issue where it says no days that can be used."""
        return [_month(day) for day, _end in _cut(self)] or [_month(self.issued_on)]


def counts_of(unit: str) -> str:
    """What a unit counts: "day", "period" or "piece"."""
    word = unit.strip().casefold()
    if word in _DAY_UNITS:
        return "day"
    return "period" if word in _PERIOD_UNITS else "piece"


def _month(day: date) -> date:
    return day.replace(day=1)


def _cut(charge: Charge) -> list[tuple[date, date]]:
    """The charge's days by month; none where it has no days, or too many to be meant."""
    if charge.first is None or charge.end is None:
        return []
    limit = date(9000, 1, 1)
    if charge.end > limit or charge.end > after_month(charge.first, MOST_MONTHS):
        return []
    found, first = [], charge.first
    while first < charge.end:
        end = min(after_month(first), charge.end)
        found.append((first, end))
        first = end
    return found


def pieces_of(charge: Charge) -> dict[date, Charge]:
    """A charge by month: shared out by days, so that the pieces give the whole."""
    parts = _cut(charge)
    if not parts:
        return {_month(charge.issued_on): replace(charge, first=None, end=None)}
    if len(parts) == 1:
        return {_month(parts[0][0]): charge}
    whole = sum((end - first).days for first, end in parts)
    found, passed, given, counted = {}, 0, 0, 0
    for first, end in parts:
        passed += (end - first).days
        ore = divide_half_up(charge.amount_ore * passed, whole)
        days = None if charge.days is None else divide_half_up(charge.days * passed, whole)
        found[_month(first)] = replace(
            charge,
            first=first,
            end=end,
            amount_ore=ore - given,
            days=None if days is None else days - counted,
        )
        given, counted = ore, days or 0
    return found


def counts_days(line: Any) -> bool:
    """Whether a settlement line is for days, there or kept: by the day, or a price by the month."""
    return line.kind in {"stay", "notice"} or (
        line.kind == "quantity" and counts_of(line.unit) == "period"
    )


def own_charges(line: Any, charge: Charge) -> Iterator[Charge]:
    """A line of an invoice issued here, its supplement by itself; `line` is the settled one."""
    whole = line.basis_ore + line.service_ore
    if counts_days(line):
        if whole or not line.supplement_ore:
            yield replace(charge, days=100 * line.days, counts="day", amount_ore=whole)
        if line.supplement_ore:
            yield replace(charge, days=None, counts="extra", amount_ore=line.supplement_ore)
    else:
        yield replace(charge, days=None, counts="extra", amount_ore=line.total_ore)
