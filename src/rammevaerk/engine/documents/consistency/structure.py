"""Finding out how a table is built: which row totals which, which column is made of which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rammevaerk.engine.documents.consistency.grid import Grid, Position, Role
from rammevaerk.engine.documents.consistency.relations import (
    PercentRelation,
    Relation,
    SumRelation,
)

_STRIDES = (1, 2, 3, 4)
_ENOUGH = 8  # rows that all speak against a sum
_CLOSE = Fraction(1, 5)  # how far off a total may be and still be taken for one
_ROUNDINGS = ("nearest", "down", "up")


def relations(grid: Grid) -> list[Relation]:
    """Return every relation between cells of the table that its headings and numbers show."""
    found: list[Relation] = [*column_sums(grid)]
    for chain in row_chains(grid):
        found += _row_sums(grid, chain)
    for share in shares(grid):
        found += _percentages(grid, share)
    found += _percent_rows(grid)
    return found


def column_sums(grid: Grid) -> Iterator[SumRelation]:
    """Give the sums of the rows of totals, each over the rows that fit it best."""
    columns = [column for column in grid.numeric_columns() if not grid.is_percent(column)]
    for row, one in enumerate(grid.rows):
        if one.role is not Role.TOTAL:
            continue
        best = max(
            enumerate(_scopes(grid, row)),
            key=lambda found: (_fitting(grid, row, found[1], columns), -found[0]),
            default=None,
        )
        if best is not None:
            yield from _sums_over(grid, row, best[1], columns)


def _scopes(grid: Grid, row: int) -> list[tuple[int, ...]]:
    """List the sets of rows that a total may add up, the likeliest first."""
    above = [at for at in range(row) if grid.rows[at].role is not Role.TEXT]
    data = [at for at in above if grid.rows[at].role is Role.DATA]
    totals = [at for at in above if grid.rows[at].role is Role.TOTAL]
    parts = [at for at in above if grid.rows[at].role in {Role.DATA, Role.PART}]
    since = totals[-1] if totals else -1
    found = [
        [at for at in data if at > since],
        data,
        totals,
        totals + [at for at in data if at > since],
        [at for at in parts if at > since],
        parts,
    ]
    if not data:
        below = range(row + 1, len(grid.rows))
        found.append([at for at in below if grid.rows[at].role is Role.DATA])
    unique = dict.fromkeys(tuple(scope) for scope in found if scope)
    return list(unique)


def _sum(grid: Grid, row: int, scope: tuple[int, ...], column: int) -> SumRelation | None:
    addends = tuple((at, column) for at in scope)
    if (row, column) not in grid.numbers or any(grid.is_text(at) for at in addends):
        return None
    if sum(at in grid.numbers for at in addends) < 1:
        return None
    return SumRelation("column", (row, column), addends)


def _fitting(grid: Grid, row: int, scope: tuple[int, ...], columns: list[int]) -> int:
    sums = (_sum(grid, row, scope, column) for column in columns)
    return sum(bool(one and one.holds(grid.values)) for one in sums)


def _sums_over(
    grid: Grid, row: int, scope: tuple[int, ...], columns: list[int]
) -> Iterator[SumRelation]:
    sums = [one for column in columns if (one := _sum(grid, row, scope, column))]
    values = grid.values
    fitting = sum(one.holds(values) for one in sums)
    for one in sums:
        column = one.target[1]
        if not one.holds(values):
            if grid.is_rate(column) and not grid.is_total_column(column):
                continue  # an average of rates, not their sum
            if not fitting and len(sums) > 1 and not _close(one, grid):
                continue  # nothing fits at all: this is no total of these rows
        yield one


def _close(one: SumRelation, grid: Grid) -> bool:
    total, printed = one.total(grid.values), grid.values[one.target]
    return abs(total - printed) <= _CLOSE * max(abs(total), abs(printed))


@dataclass(frozen=True, slots=True)
class Chain:
    """Column `target` is the sum of the columns `addends`, row by row."""

    target: int
    addends: tuple[int, ...]


def row_chains(grid: Grid) -> list[Chain]:
    """Return the columns that are sums of others, as most rows show.

    The heading may say so ("I alt"); otherwise three rows or more, no two alike, must show it,
    and all but one in eight. Columns in steps are tried as well: places and prices side by side
    for each year.
    """
    columns = [column for column in grid.numeric_columns() if not grid.is_percent(column)]
    found: list[Chain] = []
    for target in columns:
        best = max(
            _candidates(columns, target), key=lambda chain: _proof(grid, chain), default=None
        )
        if best is not None and _proven(grid, best):
            found.append(best)
    return [chain for chain in found if not _repeats(chain, found)]


def _repeats(chain: Chain, found: Sequence[Chain]) -> bool:
    """Say whether another chain has all these columns and more: "a = b + c" of "c = a + …"."""
    columns = {chain.target, *chain.addends}
    return any(columns < {other.target, *other.addends} for other in found if other != chain)


def _candidates(columns: list[int], target: int) -> Iterator[Chain]:
    for stride in _STRIDES:
        for way in (-1, 1):
            addends: list[int] = []
            at = target + way * stride
            while at in columns:
                addends.append(at)
                if len(addends) >= 2:
                    yield Chain(target, tuple(sorted(addends)))
                at += way * stride
    if {target - 1, target + 1} <= set(columns):  # before, now, and the change between them
        yield Chain(target, (target - 1, target + 1))
    others = tuple(column for column in columns if column < target)
    if len(others) >= 2:
        yield Chain(target, others)


def _checked(grid: Grid, chain: Chain) -> list[bool]:
    """Say of each row that can show anything whether the sum holds in it; of like rows once."""
    values = grid.values
    shown: dict[tuple[Fraction | None, ...], bool] = {}
    for row, one in enumerate(grid.rows):
        cells = [(row, column) for column in (chain.target, *chain.addends)]
        known = [at for at in cells[1:] if values.get(at)]
        if one.role is Role.PERCENT or cells[0] not in values or any(map(grid.is_text, cells)):
            continue
        if len(shown) >= _ENOUGH and not any(shown.values()):
            break  # not one of so many: no sum
        if len(known) >= 2:
            total = sum((values.get(at, Fraction(0)) for at in cells[1:]), Fraction(0))
            shown[tuple(values.get(at) for at in cells)] = total == values[cells[0]]
    return list(shown.values())


def _proof(grid: Grid, chain: Chain) -> tuple[int, int]:
    shown = _checked(grid, chain)
    return sum(shown), len(chain.addends)


def _proven(grid: Grid, chain: Chain) -> bool:
    shown = _checked(grid, chain)
    right, wrong = sum(shown), len(shown) - sum(shown)
    if grid.is_total_column(chain.target) or any(map(grid.is_change_column, chain.addends)):
        return right >= wrong and right >= 1
    return right >= 3 and wrong <= len(shown) // 8


def _row_sums(grid: Grid, chain: Chain) -> Iterator[SumRelation]:
    for row, one in enumerate(grid.rows):
        cells = [(row, column) for column in (chain.target, *chain.addends)]
        printed = [at for at in cells[1:] if at in grid.numbers]
        if one.role is Role.PERCENT or cells[0] not in grid.numbers or not printed:
            continue
        if not any(map(grid.is_text, cells)):
            yield SumRelation("row", cells[0], tuple(cells[1:]))


@dataclass(frozen=True, slots=True)
class Share:
    """Column `percent` is column `part` in per cent of `whole`, or the change from it.

    `whole` is a column, or None for the total of the part's own column.
    """

    percent: int
    part: int
    whole: int | None
    change: bool
    rounding: str


def shares(grid: Grid) -> list[Share]:
    """Return the columns of percentages with what they are percentages of, as most rows show."""
    columns = grid.numeric_columns()
    percents = [column for column in columns if grid.is_percent(column)]
    amounts = [column for column in columns if column not in percents]
    found = []
    for percent in percents:
        candidates = [
            Share(percent, part, whole, change, rounding)
            for rounding in _ROUNDINGS
            for part in amounts
            for whole in (*amounts, None)
            for change in (False, True)
            if whole != part and not (change and whole is None)
        ]
        best = max(candidates, key=lambda share: _share_proof(grid, share), default=None)
        if best is not None and _share_proven(grid, best):
            found.append(best)
    return found


def _percentages(grid: Grid, share: Share) -> Iterator[PercentRelation]:
    for row, one in enumerate(grid.rows):
        percent = (row, share.percent)
        whole = _whole(grid, share, row)
        if percent not in grid.numbers or one.role is Role.PERCENT or whole is None:
            continue
        relation = PercentRelation(
            percent,
            (row, share.part),
            whole,
            grid.numbers[percent].decimals,
            share.change,
            share.rounding,
        )
        if whole in grid.numbers and not grid.is_text((row, share.part)):
            yield relation


def _whole(grid: Grid, share: Share, row: int) -> Position | None:
    if share.whole is not None:
        return row, share.whole
    totals = [at for at, one in enumerate(grid.rows) if one.role is Role.TOTAL]
    return (totals[-1], share.part) if totals else None


def _share_checked(grid: Grid, share: Share) -> list[bool]:
    values = grid.values
    return [
        relation.holds(values)
        for relation in _percentages(grid, share)
        if values[relation.percent] not in {0, 100} and values.get(relation.part)
    ]


def _share_proof(grid: Grid, share: Share) -> tuple[int, int, int]:
    near = -abs(share.percent - share.part) - abs(share.percent - (share.whole or share.part))
    return sum(_share_checked(grid, share)), -_ROUNDINGS.index(share.rounding), near


def _share_proven(grid: Grid, share: Share) -> bool:
    shown = _share_checked(grid, share)
    right = sum(shown)
    if share.rounding != "nearest":
        return right == len(shown) and right >= 4
    return right >= 2 and right * 5 >= 3 * len(shown)


def _percent_rows(grid: Grid) -> Iterator[PercentRelation]:
    """Give the percentages of a row of them, made from the row of totals above it."""
    for row, one in enumerate(grid.rows):
        totals = [at for at in range(row) if grid.rows[at].role is Role.TOTAL]
        if one.role is not Role.PERCENT or not totals:
            continue
        readings = [
            list(_paired(grid, row, totals[-1])),
            list(_beside(grid, row, totals[-1])),
            list(_of_the_last(grid, row, totals[-1])),
        ]
        best = max(readings, key=lambda made: _right(grid, made))
        right = _right(grid, best)
        if right >= 2 and right * 5 >= 3 * len(best):
            yield from best


def _right(grid: Grid, made: list[PercentRelation]) -> int:
    return sum(one.holds(grid.values) for one in made)


def _cells(grid: Grid, row: int, *, percent: bool) -> list[Position]:
    return [
        at
        for at, number in sorted(grid.numbers.items())
        if at[0] == row and number.percent is percent
    ]


def _made(grid: Grid, percent: Position, part: Position, whole: Position) -> PercentRelation:
    return PercentRelation(percent, part, whole, grid.numbers[percent].decimals)


def _paired(grid: Grid, row: int, total: int) -> Iterator[PercentRelation]:
    """Each percentage belongs to two numbers of the total: part and whole, part and whole."""
    percents, amounts = _cells(grid, row, percent=True), _cells(grid, total, percent=False)
    if len(amounts) == 2 * len(percents):
        for at, percent in enumerate(percents):
            yield _made(grid, percent, amounts[2 * at], amounts[2 * at + 1])


def _beside(grid: Grid, row: int, total: int) -> Iterator[PercentRelation]:
    """Each percentage stands under the whole, the part to the left of it, or under the part."""
    percents = _cells(grid, row, percent=True)
    for shift in (-1, 0):
        made = [
            _made(grid, percent, (total, percent[1] + shift), (total, percent[1] + shift + 1))
            for percent in percents
            if {(total, percent[1] + shift), (total, percent[1] + shift + 1)} <= set(grid.numbers)
        ]
        if made and _right(grid, made) == len(made):
            yield from made
            return


def _of_the_last(grid: Grid, row: int, total: int) -> Iterator[PercentRelation]:
    """Each percentage is the share that the total above it has of the last total."""
    amounts = _cells(grid, total, percent=False)
    for percent in _cells(grid, row, percent=True):
        part = (total, percent[1])
        if amounts and part in grid.numbers and part != amounts[-1]:
            yield _made(grid, percent, part, amounts[-1])
