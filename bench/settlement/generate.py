"""Made-up tables of a settlement in the shape of Denmark's, the same for every run of a size.

Nobody in them exists. What they hold, and why, is described in docs/benchmarks.md.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rammevaerk.engine.settlement.inputs import COLUMNS, KEYS, SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.tables import DAY_US, OPEN, Domain, IntArray, day_number

PERIOD = "2024-01..2025-12"  # with a 29 February
MINUTE_US = 60_000_000
PAYERS = 98  # the municipalities
STAYS_PER_FACILITY = 150
# Of all stays: a few hours, days, months, years.
KINDS = (0.02, 0.28, 0.35, 0.35)
LENGTH = ((1, 2), (1, 60), (60, 420), (700, 5500))  # in days, from and until

Table = Mapping[str, IntArray]


@dataclass(frozen=True, slots=True)
class Data:
    """The five tables as int64 columns; keys are whole numbers from 1, an open end is `OPEN`."""

    size: int
    months: Months
    tables: Mapping[str, Table]

    @property
    def first_day(self) -> int:
        return self.months.first_day

    @property
    def days(self) -> int:
        return int(self.months.starts()[-1])


def generate(size: int, period: str = PERIOD) -> Data:
    """Make the tables of `size` stays; the same size and period give the same tables."""
    months = Months.parse(period)
    dice = np.random.default_rng(size)
    first, days = months.first_day, int(months.starts()[-1])
    count = max(20, size // STAYS_PER_FACILITY)
    plans = dice.integers(1, 4, count)
    facility = _facility_of_stays(dice, size, count)
    hotel = (dice.random(count) < 0.25).astype(np.int64)
    start, end = _stays(dice, size, first, days)
    placements = {
        "placement": np.arange(1, size + 1),
        "facility": facility + 1,
        "payer": dice.integers(1, PAYERS + 1, size),
        "plan": (dice.random(size) * plans[facility]).astype(np.int64) + 1,
        "minutes_per_week": _minutes(dice, size),
        "start": start,
        "end": end,
    }
    facilities = {
        "facility": np.arange(1, count + 1),
        "operator": dice.integers(1, min(400, max(12, count // 4)) + 1, count),
        "day_count": hotel,
        "cap": _caps(dice, facility, start // DAY_US - first, end, first, days, count),
        "absence_full_days": dice.choice([0, 3, 7, 14, 30], count),
        "absence_basis_pct": dice.choice([50, 80, 90, 100], count),
        "absence_service_pct": dice.choice([0, 50, 100], count),
    }
    tables = {
        "facilities": facilities,
        "tariffs": _tariffs(dice, plans, first + days),
        "placements": placements,
        "absences": _absences(dice, start // DAY_US, first),
        "supplements": _supplements(dice, start // DAY_US, first),
    }
    return Data(size, months, tables)


def _facility_of_stays(dice: np.random.Generator, size: int, count: int) -> IntArray:
    weight = np.cumsum(dice.lognormal(0.0, 0.8, count))
    found = np.searchsorted(weight / weight[-1], dice.random(size), side="right")
    return np.minimum(found, count - 1).astype(np.int64)


def _stays(
    dice: np.random.Generator, size: int, first: int, days: int
) -> tuple[IntArray, IntArray]:
    kind = np.searchsorted(np.cumsum(KINDS[:-1]), dice.random(size), side="right")
    shortest, longest = np.asarray(LENGTH).T
    length = dice.integers(shortest[kind], longest[kind])
    day = first + days - 1 - (dice.random(size) * (length + days)).astype(np.int64)
    clock = _clock(dice, size)
    leaving = np.where(dice.random(size) < 0.4, clock, _clock(dice, size))
    start = day * DAY_US + clock * MINUTE_US
    end = np.where(
        kind == 0,
        start + dice.integers(30, 1440, size) * MINUTE_US,
        (day + length) * DAY_US + leaving * MINUTE_US,
    )
    # Of a stay that outlasts the period, one rarely knows more than that.
    unknown = (end >= (first + days) * DAY_US) & (dice.random(size) < 0.8)
    return start, np.where(unknown, OPEN, end)


def _clock(dice: np.random.Generator, size: int) -> IntArray:
    """Minutes after midnight: a sixth at midnight, a sixth at noon."""
    any_time = dice.integers(0, 1440, size)
    return np.choose(dice.integers(0, 6, size), [any_time * 0, any_time * 0 + 720, *[any_time] * 4])


def _minutes(dice: np.random.Generator, size: int) -> IntArray:
    granted = np.where(
        dice.random(size) < 0.5, 15 * dice.integers(1, 160, size), dice.integers(1, 5000, size)
    )
    return np.where(dice.random(size) < 0.03, 0, granted)


def _caps(
    dice: np.random.Generator,
    facility: IntArray,
    day: IntArray,
    end: IntArray,
    first: int,
    days: int,
    count: int,
) -> IntArray:
    """A third of the facilities has too many now and then, the others have room."""
    last = np.where(end == OPEN, days, np.minimum(-(-end // DAY_US) - first, days))
    change = np.zeros(count * (days + 1), np.int64)
    row = facility * (days + 1)
    change += np.bincount(row + np.clip(day, 0, days), minlength=len(change))
    change -= np.bincount(row + np.clip(last, 0, days), minlength=len(change))
    peak = change.reshape(count, days + 1).cumsum(axis=1).max(axis=1)
    return np.where(dice.random(count) < 0.35, peak * 94 // 100, peak + 2).astype(np.int64)


def _tariffs(dice: np.random.Generator, plans: IntArray, last: int) -> Table:
    """A version each 1 January since 2020, and now and then one more within a year."""
    facility = np.repeat(np.arange(1, len(plans) + 1), plans)
    plan = np.concatenate([np.arange(1, count + 1) for count in plans])
    years = [day_number(date(year, 1, 1)) for year in range(2010, 2030)]
    years = [years[0], *[day for day in years[10:] if day < last]]
    parts = [(np.arange(len(facility)), np.full(len(facility), day)) for day in years]
    for day in years[-3:]:
        some = np.flatnonzero(dice.random(len(facility)) < 0.3)
        parts.append((some, day + dice.integers(1, 365, len(some))))
    row = np.concatenate([part[0] for part in parts])
    valid_from = np.concatenate([part[1] for part in parts])
    price = dice.integers(40_000, 400_000, len(facility))[row]
    basis = price + price * (valid_from - years[0]) * 2 // 36_500
    usual = dice.random(len(row)) < 0.3
    return {
        "facility": facility[row],
        "plan": plan[row],
        "valid_from": valid_from,
        "basis_ore": basis,
        "basis_over_cap_ore": basis * dice.integers(50, 96, len(row)) // 100,
        "hour_ore": np.where(usual, 30_800, dice.integers(25_000, 45_000, len(row))),
    }


def _absences(dice: np.random.Generator, day: IntArray, first: int) -> Table:
    """An eighth of the stays has one to three, one after another; some outlast the stay."""
    stay = np.flatnonzero(dice.random(len(day)) < 0.125)
    many = dice.integers(1, 4, len(stay))
    at = np.maximum(day[stay], first - 20)
    parts = []
    for nth in range(3):
        stay, at, many = (column[many > nth] for column in (stay, at, many))
        begin = at + dice.integers(0, 120, len(at))
        at = begin + dice.integers(1, 60, len(at))
        parts.append((stay + 1, begin, at))
    columns = map(np.concatenate, zip(*parts, strict=True))
    return _sorted_rows(dict(zip(COLUMNS["absences"], columns, strict=True)))


def _supplements(dice: np.random.Generator, day: IntArray, first: int) -> Table:
    """A seventh of the stays has one or two, which may overlap; some have no end."""
    stay = np.flatnonzero(dice.random(len(day)) < 1 / 7)
    stay = np.sort(np.concatenate((stay, stay[dice.random(len(stay)) < 0.3])))
    begin = np.maximum(day[stay], first - 20) + dice.integers(-10, 200, len(stay))
    end = begin + dice.integers(20, 500, len(stay))
    return {
        "placement": stay + 1,
        "from": begin,
        "to": np.where(dice.random(len(stay)) < 0.3, OPEN, end),
        "ore_per_day": dice.integers(500, 90_000, len(stay)),
    }


def _sorted_rows(table: Table) -> Table:
    order = np.lexsort((table["from"], table["placement"]))
    return {name: column[order] for name, column in table.items()}


def settlement_tables(data: Data) -> SettlementTables:
    """The tables as the engine has them: keys as codes into their domains."""
    domains = {
        key: Domain(
            np.arange(1, 1 + max(int(data.tables[table][key].max(initial=0)) for table in tables))
        )
        for key, tables in KEYS.items()
    }
    numbers = {
        (table, name): (data.tables[table][name] - (1 if name in KEYS else 0)).astype(np.int64)
        for table, names in COLUMNS.items()
        for name in names
    }
    return SettlementTables.from_numbers(numbers, domains)


def arrow_numbers(data: Data) -> dict[str, pa.Table]:
    """The tables as Arrow's whole numbers: what the peers work on in memory; open ends are null.

    Days count from the period's first day, `start` and `end` are minutes from it. That is more
    than a file gives them, and what the engine is given too.
    """
    found = {}
    for table, columns in data.tables.items():
        made = {}
        for name, column in columns.items():
            made[name] = _arrow_number(data, name, column)
        found[table] = pa.table(made)
    return found


def _arrow_number(data: Data, name: str, column: IntArray) -> pa.Array:
    mask = column == OPEN
    if name in {"start", "end"}:
        column = np.where(mask, 0, column // MINUTE_US - data.first_day * 1440)
    elif name in {"valid_from", "from", "to"}:
        column = np.where(mask, 0, column - data.first_day)
    return pa.array(column, pa.int64() if "ore" in name else pa.int32(), mask=mask, safe=True)


def arrow_tables(data: Data) -> dict[str, pa.Table]:
    """The tables as in a file: dates, date-times without zone, "calendar" and "hotel"."""
    found = {}
    for table, columns in data.tables.items():
        made = {}
        for name, column in columns.items():
            mask = column == OPEN
            if name == "day_count":
                made[name] = pa.array(["calendar", "hotel"]).take(pa.array(column))
            elif name in {"start", "end"}:
                made[name] = pa.array(np.where(mask, 0, column), pa.timestamp("us"), mask=mask)
            elif name in {"valid_from", "from", "to"}:
                days = np.where(mask, 0, column).astype(np.int32)
                made[name] = pa.array(days, pa.int32(), mask=mask).cast(pa.date32())
            else:
                made[name] = pa.array(column)
        found[table] = pa.table(made)
    return found


def write_folder(data: Data, folder: Path) -> None:
    """Write the tables as Parquet, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in arrow_tables(data).items():
        pq.write_table(table, folder / f"{name}.parquet")


if __name__ == "__main__":
    write_folder(generate(int(sys.argv[1])), Path(sys.argv[2]))
