"""Careful Python without any package: whole numbers, lists, the prices of the days added up once.

What a good programmer writes who has only Python: facility by facility, and a look-up instead of
a loop over days.
"""

from collections import defaultdict
from itertools import accumulate
from typing import Any

from bench.settlement.generate import MINUTE_US, Data

from rammevaerk.engine.settlement.inputs import COLUMNS
from rammevaerk.engine.tables import OPEN

Rows = list[tuple[int, ...]]


def load(data: Data) -> tuple[dict[str, Rows], list[int]]:
    """The tables as rows; days and minutes count from the period's first day."""
    found: dict[str, Rows] = {}
    for table, names in COLUMNS.items():
        made = []
        for name in names:
            column = data.tables[table][name]
            if name in {"start", "end"}:
                numbers = (column // MINUTE_US - data.first_day * 1440).tolist()
            elif name in {"valid_from", "from", "to"}:
                numbers = (column - data.first_day).tolist()
            else:
                numbers = column.tolist()
            if name in {"end", "to"}:
                numbers = [
                    None if was == OPEN else now
                    for was, now in zip(column.tolist(), numbers, strict=True)
                ]
            made.append(numbers)
        found[table] = list(zip(*made, strict=True))
    return found, data.months.starts().tolist()


def settle(native: tuple[dict[str, Rows], list[int]]) -> tuple[Rows, dict[tuple[int, ...], Any]]:
    """Lines as rows, and totals by payer, operator and month."""
    tables, starts = native
    days = starts[-1]
    month_of = [month for month in range(len(starts) - 1) for _ in range(*starts[month:][:2])]
    absences, supplements = _by_key(tables["absences"]), _by_key(tables["supplements"])
    versions: dict[int, Rows] = defaultdict(list)
    for row in tables["tariffs"]:
        versions[row[0]].append(row)
    stays: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    facilities = {row[0]: row for row in tables["facilities"]}
    for placement, facility, payer, plan, minutes, start, end in tables["placements"]:
        first, last = start // 1440, days
        if end is not None and facilities[facility][2]:
            last = min(days, first + (end - start) // 1440)
        elif end is not None:
            last = min(days, -(-end // 1440))
        if first < 0:
            first = 0
        if first < last:
            stays[facility].append((placement, payer, plan, minutes, first, last))
    lines: Rows = []
    totals: dict[tuple[int, ...], Any] = {}
    for facility, own in stays.items():
        _facility(
            facilities[facility], own, versions[facility], absences, supplements, starts, month_of,
            lines, totals,
        )  # fmt: skip
    return lines, totals


def _by_key(rows: Rows) -> dict[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _facility(  # noqa: PLR0915 - one loop: a call for every line would cost it a fifth
    facility: tuple[int, ...], stays: Rows, tariffs: Rows, absences: dict[int, Rows],
    supplements: dict[int, Rows], starts: list[int], month_of: list[int], lines: Rows,
    totals: dict[tuple[int, ...], Any],
) -> None:  # fmt: skip
    _, operator, _, cap, full_days, basis_pct, service_pct = facility
    off_basis, off_service = 100 - basis_pct, 100 - service_pct
    days = starts[-1]
    change = [0] * (days + 1)
    for stay in stays:
        change[stay[4]] += 1
        change[stay[5]] -= 1
    over = [present > cap for present in accumulate(change)]
    prices = _prices(tariffs, over, days)
    for placement, payer, plan, minutes, a, b in stays:
        basis, hours = prices[plan]
        first, last = month_of[a], month_of[b - 1]
        reduced: dict[int, list[int]] = {}
        for _, begin, end in absences.get(placement, ()):
            low, high = max(a, begin + full_days), b if end is None else min(b, end)
            for month, lo, hi in _months(low, high, starts, month_of):
                sums = reduced.setdefault(month, [0, 0])
                sums[0] += basis[hi] - basis[lo]
                sums[1] += hours[hi] - hours[lo]
        extra: dict[int, int] = {}
        for _, begin, end, ore in supplements.get(placement, ()):
            low, high = max(a, begin), b if end is None else min(b, end)
            for month, lo, hi in _months(low, high, starts, month_of):
                extra[month] = extra.get(month, 0) + ore * (hi - lo)
        low = a
        for month in range(first, last + 1):
            high = starts[month + 1] if month < last else b
            basis_ore = basis[high] - basis[low]
            hour = 100 * (hours[high] - hours[low])
            if month in reduced:
                basis_ore = (100 * basis_ore - off_basis * reduced[month][0] + 50) // 100
                hour -= off_service * reduced[month][1]
            service = (minutes * hour + 21_000) // 42_000
            more = extra.get(month, 0)
            total = basis_ore + service + more
            lines.append((placement, month, high - low, basis_ore, service, more, total))
            key = (payer, operator, month)
            found = totals.get(key)
            if found is None:
                totals[key] = [high - low, basis_ore, service, more, total]
            else:
                found[0] += high - low
                found[1] += basis_ore
                found[2] += service
                found[3] += more
                found[4] += total
            low = high


def _prices(tariffs: Rows, over: list[bool], days: int) -> dict[int, tuple[list[int], list[int]]]:
    """Cumulative øre per day and per hour of each plan."""
    by_plan: dict[int, Rows] = defaultdict(list)
    for row in sorted(tariffs, key=lambda row: row[2]):
        by_plan[row[1]].append(row)
    found = {}
    for plan, versions in by_plan.items():
        normal, above, rate = [0] * days, [0] * days, [0] * days
        for _, _, begin, basis, basis_over, hour in versions:
            low = max(begin, 0)
            if low < days:
                normal[low:] = [basis] * (days - low)
                above[low:] = [basis_over] * (days - low)
                rate[low:] = [hour] * (days - low)
        paid = [high if full else low for full, low, high in zip(over, normal, above, strict=False)]
        found[plan] = (list(accumulate(paid, initial=0)), list(accumulate(rate, initial=0)))
    return found


def _months(low: int, high: int, starts: list[int], month_of: list[int]) -> Rows:
    if low >= high:
        return []
    return [
        (month, max(low, starts[month]), min(high, starts[month + 1]))
        for month in range(month_of[low], month_of[high - 1] + 1)
    ]


def columns(made: tuple[Rows, dict[tuple[int, ...], Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines and totals as columns."""
    names = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")
    lines, totals = made
    rows = [(*key, *sums) for key, sums in totals.items()]
    return (
        dict(zip(("placement", "month", *names), zip(*lines, strict=True), strict=True)),
        dict(zip(("payer", "operator", "month", *names), zip(*rows, strict=True), strict=True)),
    )
