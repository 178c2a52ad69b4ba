"""Rows whose empty cells were lost: under which columns the remaining cells can stand."""

from collections.abc import Iterator
from itertools import combinations, islice, product
from math import lcm

from rammevaerk.engine.documents.consistency.grid import Grid, Role, Values
from rammevaerk.engine.documents.consistency.numbers import is_blank, read_number
from rammevaerk.engine.documents.consistency.relations import PercentRelation, SumRelation
from rammevaerk.engine.documents.consistency.structure import (
    Chain,
    Share,
    column_sums,
    row_chains,
    shares,
)

_MOST_WAYS = 2000  # alignments of one row that are tried
_MOST_STEPS, _MOST_MOVES = 40, 4000  # improvements of a whole table, and moves tried for each


def settled(grid: Grid) -> Grid:
    """Return the grid with the cells of floating rows where the rows' own sums want them.

    A row is moved only to where all sums and percentages of the row hold; where several places
    will do, those are chosen that bring the totals of the columns closest. A row for which no
    place will do stays as it was read.
    """
    if not any(one.floating for one in grid.rows):
        return grid
    for _ in range(2):  # rows that found their place may show more of the structure
        chains, parts = row_chains(grid), shares(grid)
        if not chains:
            return grid
        ways = {
            row: found
            for row, one in enumerate(grid.rows)
            if one.floating and one.role is Role.DATA and (found := _ways(grid, row, chains, parts))
        }
        grid = _chosen(grid, ways)
    return grid


def _ways(grid: Grid, row: int, chains: list[Chain], parts: list[Share]) -> list[tuple[str, ...]]:
    """List the alignments of one row in which all its relations hold, the leftmost first.

    Where none is, a percentage may be wrong: then those in which its sums hold.
    """
    tried = [(cells, _values(row, cells)) for cells in islice(_alignments(grid, row), _MOST_WAYS)]
    adding = [(cells, values) for cells, values in tried if _sums_hold(row, values, chains)]
    exact = [cells for cells, values in adding if _percents_hold(grid, row, values, parts)]
    return exact or [cells for cells, _ in adding]


def _sums_hold(row: int, values: Values, chains: list[Chain]) -> bool:
    """Say whether every sum holds, a blank total being one of nothing, and one has addends."""
    sums = [
        SumRelation("row", (row, chain.target), tuple((row, at) for at in chain.addends))
        for chain in chains
    ]
    return any(at in values for one in sums for at in one.addends) and all(
        values.get(one.target, 0) == one.total(values) for one in sums
    )


def _percents_hold(grid: Grid, row: int, values: Values, parts: list[Share]) -> bool:
    percents = [
        PercentRelation(
            (row, share.percent),
            (row, share.part),
            (row, share.whole),
            grid.decimals(share.percent),
            share.change,
            share.rounding,
        )
        for share in parts
        if share.whole is not None
    ]
    return all(
        one.holds(values) and (one.percent not in values or one.whole in values) for one in percents
    )


def _alignments(grid: Grid, row: int) -> Iterator[tuple[str, ...]]:
    """Give every way to lay the cells of a row under the columns in their order."""
    cells = [cell for cell in grid.rows[row].cells if not is_blank(cell)]
    percents = [column for column in range(grid.width) if grid.is_percent(column)]
    others = [column for column in range(grid.width) if column not in percents]
    marked = [cell for cell in cells if (number := read_number(cell)) and number.percent]
    plain = [cell for cell in cells if cell not in marked]
    if len(marked) > len(percents) or len(plain) > len(others):
        return
    for chosen in combinations(others, len(plain)):
        for right in combinations(percents, len(marked)):
            laid = [""] * grid.width
            for column, cell in [
                *zip(chosen, plain, strict=True),
                *zip(right, marked, strict=True),
            ]:
                laid[column] = cell
            yield tuple(laid)


def _chosen(grid: Grid, ways: dict[int, list[tuple[str, ...]]]) -> Grid:
    """Choose one alignment of each row, so that the totals of the columns are least off.

    Begins with the rows as they were read where that will do, else with the leftmost alignment,
    and moves one row or two at a time as long as the totals come closer.
    """
    choice = {
        row: found.index(_padded(grid, row)) if _padded(grid, row) in found else 0
        for row, found in ways.items()
    }
    balance = _Balance(grid, ways)
    movable = {row: len(found) for row, found in ways.items() if len(found) > 1}
    apart = balance.apart(choice)
    for _ in range(_MOST_STEPS):
        moves = islice(_moves(movable), _MOST_MOVES)
        tried = ((balance.after(apart, choice, move), move) for move in moves)
        better, move = min(tried, key=lambda one: _off(one[0]), default=(apart, ()))
        if _off(better) >= _off(apart):
            break
        apart = better
        choice |= dict(move)
    for row, at in choice.items():
        grid = grid.with_cells(row, ways[row][at])
    return grid


_Move = tuple[tuple[int, int], ...]  # rows, and which of their alignments they get


def _off(apart: list[int]) -> tuple[int, int]:
    return sum(map(abs, apart)), sum(map(bool, apart))


class _Balance:
    """How far the totals of the columns are from what stands above them, in whole numbers.

    Thousands of moves are tried; fractions would take ten times as long.
    """

    def __init__(self, grid: Grid, ways: dict[int, list[tuple[str, ...]]]) -> None:
        sums = list(column_sums(grid))
        laid = {row: [_values(row, cells) for cells in found] for row, found in ways.items()}
        values = [grid.values, *(one for found in laid.values() for one in found)]
        unit = lcm(*(value.denominator for one in values for value in one.values()))
        fixed = {at: value for at, value in grid.values.items() if at[0] not in ways}
        self._rest = [int(unit * (fixed[one.target] - one.total(fixed))) for one in sums]
        self._parts = {
            row: [[int(unit * one.total(values)) for one in sums] for values in found]
            for row, found in laid.items()
        }

    def apart(self, choice: dict[int, int]) -> list[int]:
        """Return what each total has left over when the rows lie as chosen."""
        return self.after(self._rest, {}, tuple(choice.items()))

    def after(self, apart: list[int], choice: dict[int, int], move: _Move) -> list[int]:
        """Return what is left over when some rows lie elsewhere than chosen."""
        for row, at in move:
            before = self._parts[row][choice[row]] if row in choice else [0] * len(apart)
            now = self._parts[row][at]
            apart = [rest + a - b for rest, a, b in zip(apart, before, now, strict=True)]
        return apart


def _moves(movable: dict[int, int]) -> Iterator[_Move]:
    """Give every move of one row to one of its alignments, then every one of two rows."""
    for row, count in movable.items():
        for at in range(count):
            yield ((row, at),)
    for one, other in combinations(movable, 2):
        for at, also in product(range(movable[one]), range(movable[other])):
            yield (one, at), (other, also)


def _padded(grid: Grid, row: int) -> tuple[str, ...]:
    cells = ["" if is_blank(cell) else cell for cell in grid.rows[row].cells]
    return tuple(cells + [""] * (grid.width - len(cells)))


def _values(row: int, cells: tuple[str, ...]) -> Values:
    return {
        (row, column): number.value
        for column, cell in enumerate(cells)
        if (number := read_number(cell))
    }
