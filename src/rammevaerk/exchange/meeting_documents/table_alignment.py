"""Rows with cells lost put back under their columns, by the sums that the whole rows keep."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, islice

Cells = tuple[str, ...]
_MOST_WAYS = 2_000
_FEWEST_PROOFS = 2  # whole rows that must agree before a relation is believed


@dataclass(frozen=True, slots=True)
class Aligned:
    """A row under its columns; `ways` is how many placings were equally good."""

    cells: Cells
    ways: int


@lru_cache(maxsize=4096)
def figure(cell: str) -> Decimal | None:
    """Return the value of a Danish figure, 0 for an empty cell, None for text."""
    bare = re.sub(r"[\s%]", "", cell)
    if not bare:
        return Decimal(0)
    if re.fullmatch(r"[-–−]?\d{1,3}(?:\.\d{3})+(?:,\d+)?", bare):
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".").replace("–", "-").replace("−", "-")
    return Decimal(bare) if re.fullmatch(r"-?\d+(?:\.\d+)?", bare) else None


def group_size(rows: Sequence[Cells], columns: int) -> int:
    """Return how many columns a group has whose last group sums up the others; 0 if none does.

    "kommunale, regionale, private, i alt" has groups of one; with two columns under each, of two.
    A third of the rows may break it: a wrong sum in a table must not hide what its columns are.
    """
    whole = [row for row in rows if len(row) == columns]
    for size in range(1, columns // 2 + 1):
        if columns % size == 0 and columns // size > 2:
            proofs = [_sums(row, size) == size for row in whole if any(row[-size:])]
            if sum(proofs) >= _FEWEST_PROOFS and 3 * sum(proofs) >= 2 * len(proofs):
                return size
    return 0


def _sums(row: Cells, size: int) -> int:
    """Count the columns of the last group that are the sum of theirs in the groups before."""
    values = [figure(cell) for cell in row]
    if None in values:
        return 0
    known = [value for value in values if value is not None]
    right = 0
    for at in range(size):
        column = known[at::size]
        right += sum(column[:-1]) == column[-1]
    return right


@dataclass(frozen=True, slots=True)
class Habits:
    """What the whole rows of a table tell: columns, those of percentages, size of a group.

    `often` says, for each place in a group, in how many of a hundred groups it has something.
    """

    columns: int
    percent: frozenset[int]
    size: int
    often: tuple[int, ...] = ()


def habits_of(rows: Sequence[Cells], columns: int, percent: frozenset[int]) -> Habits:
    """Return the habits of a table from its rows as they were read, some with cells lost."""
    plain = [tuple(cell for cell in row if "%" not in cell) for row in rows]
    width = columns - len(percent)
    size = group_size(plain, width)
    first = Habits(columns, percent, size)
    placed = [aligned(row, first) for row in rows] if size else []
    sure = [_plain(row.cells, first) for row in placed if row.ways == 1]
    often = tuple(
        sum(100 * bool(cell) for row in sure for cell in row[at::size])
        // max(1, sum(len(row[at::size]) for row in sure))
        for at in range(size)
    )
    return Habits(columns, percent, size, often)


def aligned(row: Cells, habits: Habits) -> Aligned:
    """Return the row with empty cells put in: best by its sums, then by groups left whole.

    After those, by the places of a group that are most often filled, then as far left as can be.
    Percentages stand in their columns and nothing else does. A row that fits no way is returned
    as it is, with 0 ways.
    """
    ways = list(dict.fromkeys(islice(_ways(row, habits), _MOST_WAYS)))
    if not ways:
        return Aligned(row, 0)
    if len(row) == habits.columns:
        return Aligned(row, 1)
    best = max(_score(way, habits) for way in ways)
    equal = [way for way in ways if _score(way, habits) == best]
    chosen = max(equal, key=lambda way: _habit(way, habits))
    return Aligned(chosen, len(equal))


def aligned_total(row: Cells, habits: Habits, data: Sequence[Cells]) -> Aligned:
    """Return a row of totals under its columns: where its cells come nearest to the sums.

    `data` are the rows above, under their columns.
    """
    ways = list(dict.fromkeys(islice(_ways(row, habits), _MOST_WAYS)))
    sums = [_sum(column) for column in zip(*data, strict=True)] if data else []
    if len(ways) < _FEWEST_PROOFS or len(sums) != habits.columns:
        return aligned(row, habits)
    best = max(_nearness(way, sums) for way in ways)
    near = [way for way in ways if _nearness(way, sums) == best]
    return Aligned(near[0], len(near))


def _sum(cells: Sequence[str]) -> Decimal | None:
    values = [figure(cell) for cell in cells if "%" not in cell]
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _nearness(way: Cells, sums: Sequence[Decimal | None]) -> tuple[int, int]:
    """Count the cells that are the sum of their column, and those not far from it."""
    pairs = [(figure(cell), total) for cell, total in zip(way, sums, strict=True) if cell]
    known = [(value, total) for value, total in pairs if value is not None and total is not None]
    close = sum(5 * abs(value - total) <= abs(total) for value, total in known)
    return sum(value == total for value, total in known), close


def _plain(way: Cells, habits: Habits) -> Cells:
    return tuple(cell for at, cell in enumerate(way) if at not in habits.percent)


def _score(way: Cells, habits: Habits) -> tuple[int, int]:
    if not habits.size:
        return 0, 0
    plain, size = _plain(way, habits), habits.size
    groups = [plain[at : at + size] for at in range(0, len(plain), size)]
    return _sums(plain, size), sum(all(group) or not any(group) for group in groups)


def _habit(way: Cells, habits: Habits) -> int:
    if not habits.often:
        return 0
    plain = _plain(way, habits)
    return sum(habits.often[at % habits.size] for at, cell in enumerate(plain) if cell)


def _ways(row: Cells, habits: Habits) -> Iterator[Cells]:
    """Yield the placings, cells as far to the left as possible first."""
    if len(row) > habits.columns:
        return
    for places in combinations(range(habits.columns), len(row)):
        pairs = list(zip(places, row, strict=True))
        if all(("%" in cell) == (at in habits.percent) for at, cell in pairs):
            way = [""] * habits.columns
            for at, cell in pairs:
                way[at] = cell
            yield tuple(way)
