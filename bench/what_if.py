"""What-if and zero-sum: `python bench/what_if.py [placements …]`, by default 60000 600000 5000000.

Everything is measured in turn in one process on the same data, and checked to agree to the øre.
Ratios count; seconds are the machine's of the day.
"""

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.tariffs.models.content import LARGEST_HOUR
from rammevaerk.engine.tariffs.zero_sum import (
    Effects,
    HourCounts,
    closest_to_zero,
    count_hours,
    solve_hour,
)

PAYERS, GROUPS, FACILITIES = 98, 8, 400
NOW, WHAT_IF = 30_800, 31_777
ROUNDS = 7
NAIVE_LIMIT = 60_000

Ints = NDArray[np.int64]


@dataclass
class Data:
    """Made-up placements: cell, the facility's basis, minutes, days, what was paid before."""

    cell: Ints
    basis: Ints
    minutes: Ints
    days: Ints
    before: Ints

    @classmethod
    def of(cls, count: int) -> "Data":
        random = np.random.default_rng(count)
        payer = random.integers(0, PAYERS, count)
        cell = payer * GROUPS + random.integers(0, GROUPS, count)
        by_facility = random.integers(80_000, 160_000, FACILITIES)
        basis = by_facility[random.integers(0, FACILITIES, count)]
        minutes = random.integers(60, 5_000, count)
        days = np.where(random.random(count) < 0.7, 365, random.integers(1, 366, count))
        level = (basis + minutes * 30_950 // 420) // 10_000 * 10_000 + 5_000
        return cls(cell, basis, minutes, days, level * days)


def naive_cells(data: Data, rate: int) -> list[int]:
    """A careful script: Decimal kroner, one placement at a time."""
    cells = [Decimal(0)] * (PAYERS * GROUPS)
    hour, ore = Decimal(rate) / 100, Decimal("0.01")
    columns = (data.cell, data.basis, data.minutes, data.days)
    for cell, basis, minutes, days in zip(*(one.tolist() for one in columns), strict=True):
        service = (minutes * days * hour / 420).quantize(ore, ROUND_HALF_UP)
        cells[cell] += Decimal(basis) / 100 * days + service
    return [int(cell * 100) for cell in cells]


def priced(data: Data, rate: int) -> Ints:
    """Every placement anew, with NumPy; products no array needs twice are not kept."""
    service = data.minutes * data.days
    service *= rate
    service += 210
    service //= 420
    service += data.basis * data.days
    return service


def vectorised_cells(data: Data, rate: int) -> Ints:
    """Re-pricing summed per payer and target group; the faster of the two exact ways to sum."""
    cells = np.zeros(PAYERS * GROUPS, np.int64)
    np.add.at(cells, data.cell, priced(data, rate))
    return cells


def bisect(change: Callable[[int], int]) -> int:
    """The first rate at which the change is not below zero."""
    low, high = 0, LARGEST_HOUR
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if change(middle) >= 0 else (middle + 1, high)
    return low


def effects_of(data: Data) -> Effects:
    """The statistic with everything the solver wants."""
    counts = count_hours(data.cell, PAYERS * GROUPS, data.minutes, data.days)
    sums = np.zeros((3, PAYERS * GROUPS), np.int64)
    for row, values in enumerate((data.before, data.basis * data.days, data.days)):
        np.add.at(sums[row], data.cell, values)
    payers = tuple(f"{at:02d}" for at in range(PAYERS))
    groups = tuple(f"{at}" for at in range(GROUPS))
    by_payer, line = counts.merged(GROUPS), counts.line()
    return Effects(payers, groups, sums[0], sums[1], sums[2], -80_000, NOW, counts, by_payer, line)


Work = dict[str, tuple[Callable[[], object], int]]


def works(data: Data, counts: HourCounts, moved: Effects) -> Work:
    """What is measured, each with how often it is repeated within a round."""
    tables, line = counts.prepare(), counts.line()
    before = int(data.before.sum())
    rest = int(moved.fixed.sum()) - before
    found: Work = {
        "vectorised re-pricing, table": (lambda: vectorised_cells(data, WHAT_IF), 1),
        "vectorised re-pricing, total": (lambda: int(priced(data, WHAT_IF).sum()), 1),
        "build: counts alone": (
            lambda: count_hours(data.cell, PAYERS * GROUPS, data.minutes, data.days),
            1,
        ),
        "build: all the solver wants": (lambda: effects_of(data), 1),
        "prepare all 420 columns": (counts.prepare, 1),
        "what-if table": (lambda: moved.after(WHAT_IF), 50),
        "what-if table, prepared": (lambda: moved.fixed + tables.service(WHAT_IF), 200),
        "what-if national total": (lambda: line.service(WHAT_IF), 200),
        "zero-sum vectorised": (
            lambda: bisect(lambda rate: int(priced(data, rate).sum()) - before),
            1,
        ),
        "zero-sum on statistic": (
            lambda: closest_to_zero(lambda rate: rest + line.service(rate), (0, LARGEST_HOUR), NOW),
            50,
        ),
        "zero-sum, rest shared by payer": (lambda: solve_hour(moved), 20),
    }
    return found


def measured(work: Work, rounds: int) -> dict[str, float]:
    """Medians of seconds over rounds in which everything has its turn."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, (run, times) in work.items():
            begun = time.perf_counter()
            for _ in range(times):
                run()
            taken[name].append((time.perf_counter() - begun) / times)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def must(*, hold: bool) -> None:
    if not hold:
        raise SystemExit("the ways disagree")


def check(data: Data, counts: HourCounts, moved: Effects, *, naive: bool) -> None:
    """All ways agree to the øre, at several rates, and so do the rates they solve for."""
    tables, line = counts.prepare(), counts.line()
    for rate in (0, 1, 419, 420, NOW, WHAT_IF, 99_991):
        cells = vectorised_cells(data, rate)
        fixed = moved.fixed
        must(hold=np.array_equal(moved.after(rate).ravel(), cells))
        must(hold=np.array_equal(fixed + tables.service(rate), cells))
        must(hold=int(fixed.sum()) + line.service(rate) == int(cells.sum()))
    if naive:
        must(hold=naive_cells(data, WHAT_IF) == vectorised_cells(data, WHAT_IF).tolist())
    before = int(data.before.sum())
    first = bisect(lambda rate: int(priced(data, rate).sum()) - before)
    solved = solve_hour(moved)
    must(hold=first in {solved.best.rate, solved.above.rate if solved.above else -1})
    must(hold=int(priced(data, solved.best.rate).sum()) - before == solved.best.residual)
    must(hold=solved.best.residual + sum(solved.allocation.values()) == 0)


def one_size(count: int) -> dict[str, float]:
    """Seconds of everything at one size, after all ways have agreed."""
    data = Data.of(count)
    moved = effects_of(data)
    naive = count <= NAIVE_LIMIT
    check(data, moved.hours, moved, naive=naive)
    work = works(data, moved.hours, moved)
    if naive:
        work["naive Decimal re-pricing"] = (lambda: naive_cells(data, WHAT_IF), 1)
    seconds = measured(work, ROUNDS)
    if naive:
        before = int(data.before.sum())
        slow = {"n": (lambda: bisect(lambda rate: sum(naive_cells(data, rate)) - before), 1)}
        seconds["zero-sum naive"] = measured(slow, 1)["n"]
    return seconds


def ratios(seconds: dict[str, float]) -> dict[str, float]:
    """How many times faster the statistic is."""
    table, solved = seconds["vectorised re-pricing, table"], seconds["zero-sum vectorised"]
    found = {
        "table: vectorised ÷ what-if": table / seconds["what-if table"],
        "table: vectorised ÷ prepared": table / seconds["what-if table, prepared"],
        "zero-sum: vectorised ÷ statistic": solved / seconds["zero-sum on statistic"],
        "the same, rest shared": solved / seconds["zero-sum, rest shared by payer"],
    }
    if "zero-sum naive" in seconds:
        naive = seconds["zero-sum naive"] / seconds["zero-sum on statistic"]
        found["zero-sum: naive ÷ statistic"] = naive
    return found


def show(count: int, seconds: dict[str, float]) -> None:
    """Print one size with the ratios."""
    sys.stdout.write(
        f"\n{count:,} placements, {PAYERS} payers × {GROUPS} groups; equal to the øre\n"
    )
    for name, taken in sorted(seconds.items()):
        amount = f"{taken * 1e6:12.1f} µs" if taken < 0.01 else f"{taken * 1e3:12.1f} ms"
        sys.stdout.write(f"  {name:34}{amount}\n")
    sys.stdout.write("  ratios\n")
    for name, ratio in ratios(seconds).items():
        sys.stdout.write(f"  {name:34}{ratio:12,.0f} ×\n")


def main(sizes: list[int], *, as_json: bool) -> None:
    """Measure every size; print, or write JSON for the page."""
    found = {size: one_size(size) for size in sizes}
    if as_json:
        json.dump(found, sys.stdout)
        return
    sys.stdout.write(f"Python {platform.python_version()}, NumPy {np.__version__}\n")
    for size, seconds in found.items():
        show(size, seconds)
    small, large = min(found), max(found)
    ratio = found[large]["what-if table"] / found[small]["what-if table"]
    sys.stdout.write(f"\nwhat-if table at {large:,} ÷ {small:,}: {ratio:.2f} (goal at most 2)\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of placements")
    parser.add_argument("--json", action="store_true", help="write seconds as JSON")
    options = parser.parse_args()
    main(options.sizes or [60_000, 600_000, 5_000_000], as_json=options.json)
