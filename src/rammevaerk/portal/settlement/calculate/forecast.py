"""What a payer's year comes to: what has been settled, and the rest as things stand now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from rammevaerk.engine.money import split_equally
from rammevaerk.engine.tables import DAY_US, day_number
from rammevaerk.portal.settlement.calculate.snapshot import Snapshot, after_month
from rammevaerk.portal.settlement.calculate.truth import Settled, TrueLine, settle_snapshot

MONTHS = 12


@dataclass(frozen=True, slots=True)
class SettledLine:
    """A line that has been settled, with what it is for: a placement, or else a part.

    `stands` unless it takes another back, or was taken back itself: its days may be billed anew.
    """

    placement_id: int | None
    part: str
    month: date
    ore: int
    stands: bool = True

    @property
    def subject(self) -> int | str:
        """What it is for."""
        return self.placement_id or self.part


@dataclass(frozen=True, slots=True)
class MonthSpend:
    """A month: øre on settled lines, and øre expected for what is not settled yet."""

    month: date
    settled_ore: int
    expected_ore: int

    @property
    def ore(self) -> int:
        """Both together."""
        return self.settled_ore + self.expected_ore


@dataclass(frozen=True, slots=True)
class Outlook:
    """A payer's months from the first of the year on, and each placement's by month.

    `unsettled` is how many findings kept days out of what is expected.
    """

    months: tuple[MonthSpend, ...]
    by_placement: Mapping[int, Mapping[date, int]]
    unsettled: int

    def of_year(self, year: int) -> tuple[MonthSpend, ...]:
        """The months of a year."""
        return tuple(one for one in self.months if one.month.year == year)

    def total(self, year: int) -> int:
        """Øre of a year, settled and expected."""
        return sum(one.ore for one in self.of_year(year))


def expected_lines(
    snapshot: Snapshot, payer_id: int, ends: Mapping[int, date]
) -> tuple[list[TrueLine], Settled]:
    """What a payer owes by a snapshot when placements end as they are expected to.

    `ends` are the first days that are not paid for, by placement; others go on as they stand.
    """
    settled = settle_snapshot(_ending(snapshot, ends))
    lines = [
        line
        for line in settled.lines
        if line.payer_id == payer_id and not _after(line, ends.get(line.placement_id or 0))
    ]
    return lines, settled


def _after(line: TrueLine, end: date | None) -> bool:
    return end is not None and line.first >= end


def _ending(snapshot: Snapshot, ends: Mapping[int, date]) -> Snapshot:
    """The snapshot with stays and quantities that go on beyond their day ended on it."""
    placements = snapshot.tables.placements
    last = placements.end.copy()
    hotel = np.zeros(len(snapshot.tables.domains["facility"]), np.int64)
    hotel[snapshot.tables.facilities.facility] = snapshot.tables.facilities.hotel
    for row, part in enumerate(snapshot.parts):
        day = ends.get(part.placement_id)
        if day is None:
            continue
        start = int(placements.start[row])
        # Full 24 hours are counted from the time of day of the arrival.
        clock = start % DAY_US if hotel[placements.facility[row]] else 0
        stop = day_number(day) * DAY_US + clock
        # A part that only begins then is left, and its lines are dropped.
        if start < stop < int(last[row]):
            last[row] = stop
    quantities = tuple(
        replace(row, end=min(row.end, ends.get(row.placement_id, row.end)))
        for row in snapshot.quantities
        if row.first < ends.get(row.placement_id, row.end)
    )
    tables = replace(snapshot.tables, placements=replace(placements, end=last))
    return replace(snapshot, tables=tables, quantities=quantities)


def outlook_of(
    first: date,
    count: int,
    settled: Sequence[SettledLine],
    expected: Iterable[TrueLine],
    unsettled: int,
) -> Outlook:
    """Put settled lines and expected ones together, month by month from the first.

    What has a line that stands in a month is settled there; nothing more is expected of it.
    """
    done = {(one.subject, one.month) for one in settled if one.stands}
    was: dict[date, int] = defaultdict(int)
    will: dict[date, int] = defaultdict(int)
    by_placement: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for one in settled:
        was[one.month] += one.ore
        if one.placement_id is not None:
            by_placement[one.placement_id][one.month] += one.ore
    for line in expected:
        month = line.first.replace(day=1)
        if (line.placement_id or line.part, month) in done:
            continue
        will[month] += line.total_ore
        if line.placement_id is not None:
            by_placement[line.placement_id][month] += line.total_ore
    months = tuple(
        MonthSpend(month, was[month], will[month])
        for month in (after_month(first, at) for at in range(count))
    )
    return Outlook(months, {pk: dict(found) for pk, found in by_placement.items()}, unsettled)


def evenly(budget_ore: int) -> list[int]:
    """A year's budget added up month by month, evenly."""
    parts = split_equally(budget_ore, MONTHS)
    return [sum(parts[: at + 1]) for at in range(MONTHS)]
