"""What it is worth whether days are counted as calendar days or as full 24 hours."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement, settle
from rammevaerk.engine.table_findings import TableFinding

BoolArray: TypeAlias = NDArray[np.bool_]
_Pair: TypeAlias = tuple[int | str, int | str]


@dataclass(frozen=True, slots=True)
class CountRow:
    """Days and øre of one operator and payer by both ways of counting.

    The differences are hotel less calendar: negative where hotel days are cheaper for the payer.
    """

    operator: int | str
    payer: int | str
    calendar_days: int
    hotel_days: int
    calendar_ore: int
    hotel_ore: int

    @property
    def days(self) -> int:
        """How many days more hotel days give."""
        return self.hotel_days - self.calendar_days

    @property
    def ore(self) -> int:
        """How much more hotel days cost."""
        return self.hotel_ore - self.calendar_ore


@dataclass(frozen=True, slots=True)
class CountEffect:
    """The rows by operator and payer, their sum, and what kept stays out of either."""

    rows: tuple[CountRow, ...]
    total: CountRow
    findings: tuple[TableFinding, ...]


def counted_as(tables: SettlementTables, *, hotel: bool) -> SettlementTables:
    """Return the tables with every facility counting the same way.

    Right for stays that are whole. A stay that was cut (`segments`) must be cut anew for the other
    way, since the parts meet at midnight in the one and at the time of arrival in the other.
    """
    facilities = tables.facilities
    counted = np.full_like(facilities.hotel, int(hotel))
    return replace(tables, facilities=replace(facilities, hotel=counted))


def day_count_effect(
    calendar: SettlementTables,
    hotel: SettlementTables,
    months: Months,
    *,
    by_day: Collection[str] = (),
) -> CountEffect:
    """Settle a period both ways and set the sums beside each other, by operator and payer.

    `calendar` and `hotel` are the same stays, each cut for its way of counting; for whole stays
    they are the same tables. `by_day` names the placements whose øre are rounded day by day; the
    rest are by the line. Occupancy follows the days, so prices over the cap may differ too.
    """
    counted = [counted_as(calendar, hotel=False), counted_as(hotel, hotel=True)]
    settled = [_settled(tables, months, by_day) for tables in counted]
    sums = [_sums(tables, ways) for tables, ways in zip(counted, settled, strict=True)]
    pairs = sorted(sums[0].keys() | sums[1].keys(), key=lambda pair: tuple(map(str, pair)))
    rows = tuple(
        _row(*pair, sums[0].get(pair, (0, 0)), sums[1].get(pair, (0, 0))) for pair in pairs
    )
    findings = tuple(
        dict.fromkeys(found for ways in settled for one, _kept in ways for found in one.findings)
    )
    return CountEffect(rows, _total(rows), findings)


def _settled(
    tables: SettlementTables, months: Months, by_day: Collection[str]
) -> list[tuple[Settlement, BoolArray]]:
    """Everybody settled by each rounding that somebody has, with whose lines count there."""
    daily = np.isin(tables.domains["placement"].labels, list(by_day))
    ways = [(Rounding.LINE, ~daily), (Rounding.DAY, daily)]
    return [
        (settle(tables, months, rounding=rounding), kept) for rounding, kept in ways if kept.any()
    ]


def _sums(
    tables: SettlementTables, ways: Iterable[tuple[Settlement, BoolArray]]
) -> dict[_Pair, tuple[int, int]]:
    """Days and øre by the labels of operator and payer, over all months."""
    placements, facilities = tables.placements, tables.facilities
    row_of = np.zeros(len(tables.domains["placement"]), np.int64)
    row_of[placements.placement] = np.arange(len(placements.placement))
    operator_of = np.zeros(len(tables.domains["facility"]), np.int64)
    operator_of[facilities.facility] = facilities.operator
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for settled, kept in ways:
        lines = settled.lines
        counts = kept[lines.placement]
        rows = row_of[lines.placement[counts]]
        columns = (
            operator_of[placements.facility[rows]],
            placements.payer[rows],
            lines.days[counts],
            lines.total_ore[counts],
        )
        for operator, payer, days, ore in zip(*(one.tolist() for one in columns), strict=True):
            sums = found[operator, payer]
            sums[0] += days
            sums[1] += ore
    operators, payers = tables.domains["operator"], tables.domains["payer"]
    return {
        (operators.label(operator), payers.label(payer)): (days, ore)
        for (operator, payer), (days, ore) in found.items()
    }


def _row(
    operator: int | str, payer: int | str, calendar: tuple[int, int], hotel: tuple[int, int]
) -> CountRow:
    return CountRow(operator, payer, calendar[0], hotel[0], calendar[1], hotel[1])


def _total(rows: Iterable[CountRow]) -> CountRow:
    found = list(rows)
    calendar = (sum(row.calendar_days for row in found), sum(row.calendar_ore for row in found))
    hotel = (sum(row.hotel_days for row in found), sum(row.hotel_ore for row in found))
    return _row("", "", calendar, hotel)
