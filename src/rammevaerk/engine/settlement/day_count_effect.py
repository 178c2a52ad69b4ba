"""What it is worth whether days are counted as calendar days or as full 24 hours."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement, settle
from rammevaerk.engine.table_findings import TableFinding


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
    rounding: Rounding = Rounding.LINE,
) -> CountEffect:
    """Settle a period both ways and set the sums beside each other, by operator and payer.

    `calendar` and `hotel` are the same stays, each cut for its way of counting; for whole stays
    they are the same tables. Occupancy follows the days, so prices over the cap may differ too.
    """
    settled = [
        settle(counted_as(tables, hotel=way), months, rounding=rounding)
        for tables, way in ((calendar, False), (hotel, True))
    ]
    sums = [_sums(one) for one in settled]
    pairs = sorted(sums[0].keys() | sums[1].keys(), key=lambda pair: tuple(map(str, pair)))
    rows = tuple(
        _row(*pair, sums[0].get(pair, (0, 0)), sums[1].get(pair, (0, 0))) for pair in pairs
    )
    findings = tuple(dict.fromkeys(found for one in settled for found in one.findings))
    return CountEffect(rows, _total(rows), findings)


def _sums(settled: Settlement) -> dict[tuple[int | str, int | str], tuple[int, int]]:
    """Days and øre by the labels of operator and payer, over all months."""
    totals, found = settled.totals, dict[tuple[int | str, int | str], tuple[int, int]]()
    for at in range(len(totals)):
        pair = (
            settled.domains["operator"].label(int(totals.operator[at])),
            settled.domains["payer"].label(int(totals.payer[at])),
        )
        days, ore = found.get(pair, (0, 0))
        found[pair] = (days + int(totals.days[at]), ore + int(totals.total_ore[at]))
    return found


def _row(
    operator: int | str, payer: int | str, calendar: tuple[int, int], hotel: tuple[int, int]
) -> CountRow:
    return CountRow(operator, payer, calendar[0], hotel[0], calendar[1], hotel[1])


def _total(rows: Iterable[CountRow]) -> CountRow:
    found = list(rows)
    calendar = (sum(row.calendar_days for row in found), sum(row.calendar_ore for row in found))
    hotel = (sum(row.hotel_days for row in found), sum(row.hotel_ore for row in found))
    return _row("", "", calendar, hotel)
