"""A script as it is written in an office: a loop over days, dates and Decimal."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bench.settlement.generate import Data

from rammevaerk.engine.settlement.inputs import COLUMNS
from rammevaerk.engine.tables import OPEN, date_of, moment_of

Row = dict[str, Any]
DAY = timedelta(days=1)


def load(data: Data) -> tuple[dict[str, list[Row]], date, date]:
    """The tables as rows with dates and date-times."""
    tables = {}
    for table, names in COLUMNS.items():
        made = [
            [_value(name, number) for number in data.tables[table][name].tolist()] for name in names
        ]
        tables[table] = [dict(zip(names, row, strict=True)) for row in zip(*made, strict=True)]
    first, last = date_of(data.first_day), date_of(data.first_day + data.days)
    return tables, first, last


def _value(name: str, number: int) -> Any:
    if number == OPEN:
        return None
    if name in {"start", "end"}:
        return moment_of(number)
    if name in {"valid_from", "from", "to"}:
        return date_of(number)
    return number


def settle(native: tuple[dict[str, list[Row]], date, date]) -> tuple[Any, ...]:
    """Lines by (placement, month) and totals by (payer, operator, month)."""
    tables, first, last = native
    facilities = {row["facility"]: row for row in tables["facilities"]}
    versions: dict[Any, list[Row]] = defaultdict(list)
    for row in sorted(tables["tariffs"], key=lambda row: row["valid_from"], reverse=True):
        versions[row["facility"], row["plan"]].append(row)
    absences, supplements = _by_stay(tables["absences"]), _by_stay(tables["supplements"])
    present: dict[Any, int] = defaultdict(int)
    days = {}
    for row in tables["placements"]:
        hotel = facilities[row["facility"]]["day_count"] == 1
        days[row["placement"]] = _payable(row["start"], row["end"], hotel, first, last)
        for day in days[row["placement"]]:
            present[row["facility"], day] += 1
    lines: dict[Any, list[int]] = {}
    totals: dict[Any, list[int]] = {}
    for row in tables["placements"]:
        facility, name = facilities[row["facility"]], row["placement"]
        months = _months(
            days[name], row, facility, versions[row["facility"], row["plan"]], present,
            absences.get(name, ()), supplements.get(name, ()),
        )  # fmt: skip
        for month, (count, basis, service, extra) in months.items():
            basis_ore = _rounded(basis)
            service_ore = _rounded(service * row["minutes_per_week"] / 420)
            line = [count, basis_ore, service_ore, extra, basis_ore + service_ore + extra]
            lines[name, month] = line
            key = (row["payer"], facility["operator"], month)
            totals[key] = [a + b for a, b in zip(totals.get(key, [0] * 5), line, strict=True)]
    return lines, totals, first


def _months(
    days: list[date], row: Row, facility: Row, versions: list[Row], present: Any,
    absences: Any, supplements: Any,
) -> dict[Any, list[Any]]:  # fmt: skip
    """Days, basis, service and supplement of each month of a stay."""
    months: dict[Any, list[Any]] = {}
    for day in days:
        version = next(one for one in versions if one["valid_from"] <= day)
        over = present[row["facility"], day] > facility["cap"]
        basis = Decimal(version["basis_over_cap_ore" if over else "basis_ore"])
        service = Decimal(version["hour_ore"])
        if _absent(absences, facility["absence_full_days"], day):
            basis *= Decimal(facility["absence_basis_pct"]) / 100
            service *= Decimal(facility["absence_service_pct"]) / 100
        sums = months.setdefault((day.year, day.month), [0, Decimal(0), Decimal(0), 0])
        sums[0] += 1
        sums[1] += basis
        sums[2] += service
        sums[3] += sum(
            one["ore_per_day"]
            for one in supplements
            if one["from"] <= day and (one["to"] is None or day < one["to"])
        )
    return months


def _payable(start: datetime, end: datetime | None, hotel: bool, first: date, last: date) -> Any:
    found = []
    day = start.date()
    while day < last:
        begin = datetime.combine(day, start.time() if hotel else time())
        if end is not None and (begin + DAY > end if hotel else begin >= end):
            break
        if day >= first:
            found.append(day)
        day += DAY
    return found


def _by_stay(rows: list[Row]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["placement"]].append(row)
    return found


def _absent(absences: Any, full_days: int, day: date) -> bool:
    return any(
        one["from"] + full_days * DAY <= day and (one["to"] is None or day < one["to"])
        for one in absences
    )


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def columns(made: tuple[Any, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines and totals as columns."""
    lines, totals, first = made
    sums = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")

    def place(month: tuple[int, int]) -> int:
        return (month[0] - first.year) * 12 + month[1] - first.month

    rows = [(placement, place(month), *line) for (placement, month), line in lines.items()]
    added = [(*key[:2], place(key[2]), *line) for key, line in totals.items()]
    return (
        dict(zip(("placement", "month", *sums), zip(*rows, strict=True), strict=True)),
        dict(zip(("payer", "operator", "month", *sums), zip(*added, strict=True), strict=True)),
    )
