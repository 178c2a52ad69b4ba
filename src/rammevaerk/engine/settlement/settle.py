"""Settling: from tables to lines, totals and findings, by one function for every use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.kernel import Amounts, Kernel, empty_amounts, price_blocks
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.prepare import LineOrder, Prepared, prepare
from rammevaerk.engine.table_findings import TableFinding
from rammevaerk.engine.tables import Domain, IntArray


class Rounding(StrEnum):
    """Whether a line's service is rounded once, or the price of each day first."""

    LINE = "line"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Lines:
    """One row per placement and month with a payable day, in the order asked for, then by month.

    `placement` holds codes of the domain placement, `month` the month's place in the period; the
    rest is days and øre.
    """

    placement: NDArray[np.int32]
    month: NDArray[np.int16]
    days: NDArray[np.int32]
    basis_ore: IntArray
    service_ore: IntArray
    supplement_ore: IntArray
    total_ore: IntArray

    def __len__(self) -> int:
        return len(self.placement)


@dataclass(frozen=True, slots=True)
class Totals:
    """The lines added up by payer, operator and month, sorted by these."""

    payer: IntArray
    operator: IntArray
    month: IntArray
    days: IntArray
    basis_ore: IntArray
    service_ore: IntArray
    supplement_ore: IntArray
    total_ore: IntArray

    def __len__(self) -> int:
        return len(self.payer)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a period costs: lines, totals, and the findings that kept stays out of them."""

    months: Months
    rounding: Rounding
    lines: Lines
    totals: Totals
    findings: tuple[TableFinding, ...]
    domains: dict[str, Domain]


def settle(
    tables: SettlementTables,
    months: Months,
    *,
    rounding: Rounding = Rounding.LINE,
    kernel: Kernel = price_blocks,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
    line_order: LineOrder = LineOrder.PLACEMENT,
) -> Settlement:
    """Settle a period. The rules are docs/algorithms/settlement.md; every figure is exact.

    `progress` is told the share done, from 0 to 1. Rows that make a figure wrong are findings and
    stop the stays they concern.
    """
    made = prepare(tables, months, line_order=line_order)
    return settle_prepared(
        made, rounding=rounding, kernel=kernel, threads=threads, progress=progress
    )


def settle_prepared(
    made: Prepared,
    *,
    rounding: Rounding = Rounding.LINE,
    kernel: Kernel = price_blocks,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
    out: Amounts | None = None,
) -> Settlement:
    """Settle what is prepared; `out` of an earlier run of the same is written over."""
    amounts = empty_amounts(made) if out is None else out
    if out is not None:
        amounts.cube.fill(0)
    parts = _parts(made, threads if progress is None else max(threads, 20))
    by_day = rounding is Rounding.DAY

    def price(part: tuple[int, int]) -> None:
        kernel(made, *part, by_day, amounts)

    if threads == 1:
        for done, part in enumerate(parts, start=1):
            price(part)
            _tell(progress, done / len(parts))
    else:
        # Imported here: a short command has one thread, and starts sooner without.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(threads) as pool:
            for done, _ in enumerate(pool.map(price, parts), start=1):
                _tell(progress, done / len(parts))
    return Settlement(
        made.months,
        rounding,
        _lines(made, amounts),
        _totals(made, amounts.cube),
        made.findings,
        dict(made.tables.domains),
    )


def _tell(progress: Callable[[float], None] | None, share: float) -> None:
    if progress is not None:
        progress(share)


def _parts(made: Prepared, wanted: int) -> Sequence[tuple[int, int]]:
    """Cut the facilities into parts of about as many stays, whole operators in each.

    Two parts then never add to the same sum.
    """
    count = len(made.facility_code)
    if not count:
        return []
    facilities = made.tables.facilities
    operator_of = np.zeros(len(made.tables.domains["facility"]), np.int64)
    operator_of[facilities.facility] = facilities.operator
    operator = operator_of[made.facility_code]
    edges = np.flatnonzero(np.append(True, operator[1:] != operator[:-1]))
    stays = made.stay_start[edges]
    goals = np.arange(wanted) * int(made.stay_start[-1]) // wanted
    cuts = edges[np.minimum(np.searchsorted(stays, goals), len(edges) - 1)]
    return list(pairwise(sorted({0, count, *cuts.tolist()})))


def _lines(made: Prepared, amounts: Amounts) -> Lines:
    lines = made.owner_lines
    before = np.cumsum(lines) - lines - made.owner_month
    # A month fits in 16 bits even where its terms do not: sums of int16 go round, and come back.
    month = np.arange(made.line_count).astype(np.int16)
    month -= np.repeat(before.astype(np.int16), lines)
    return Lines(
        np.repeat(made.line_owner.astype(np.int32), lines),
        month,
        amounts.days,
        amounts.basis,
        amounts.service,
        amounts.supplement,
        amounts.total,
    )


def _totals(made: Prepared, cube: IntArray) -> Totals:
    # There are far fewer pairs than cells: put them in order first, then drop the empty cells.
    order = np.lexsort((made.pair_operator, made.pair_payer))
    row, month = np.divmod(np.flatnonzero(cube[order, :, 0]), made.months.count)
    pair = order[row]
    found = np.ascontiguousarray(cube[pair, month].T)
    return Totals(
        made.pair_payer[pair],
        made.pair_operator[pair],
        month,
        found[0],
        found[1],
        found[2],
        found[3],
        found[1] + found[2] + found[3],
    )
