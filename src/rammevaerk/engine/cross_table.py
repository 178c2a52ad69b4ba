"""Tables of counts with sums: what does not add up, and every single number that would explain it.

A table has rows, columns, a column of row totals and a line of column totals. Each sum it shows
is one line of arithmetic. A number that is missing follows from the lines it stands in; where
they disagree, or a line is wrong, each number is tried in turn: which other value would mend
something, and what would then still not add up. Nothing is repaired.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

# A row and a column of the table; None is the total.
Position = tuple[str | None, str | None]
Numbers = Mapping[Position, int]


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts by row and column as they are printed; a position that has no number is missing.

    Rows or columns without any total have none, and nothing is asked of their sum.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    numbers: Numbers

    @property
    def positions(self) -> Iterator[Position]:
        """Every position that should hold a number, row by row, the line of totals last."""
        for row in (*self.rows, *([None] if self._has_line else [])):
            yield from ((row, column) for column in self.columns)
            if self._has_column:
                yield (row, None)

    @property
    def _has_line(self) -> bool:
        return any(row is None for row, _column in self.numbers)

    @property
    def _has_column(self) -> bool:
        return any(column is None for _row, column in self.numbers)


class ProblemKind(StrEnum):
    """What is wrong: a row, a column, or the place of a number that is missing."""

    ROW = "row"
    COLUMN = "column"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Problem:
    """A sum that is not what its numbers give, or a number that is missing.

    `at` is the total's place, or the missing number's. `printed` is None for the latter.
    `computed` is what the rest gives: of a missing number by its row and by its column, in that
    order and once where they agree; empty when nothing settles it.
    """

    kind: ProblemKind
    at: Position
    printed: int | None
    computed: tuple[int, ...]

    @property
    def name(self) -> tuple[ProblemKind, Position]:
        """Which problem it is, whatever its figures."""
        return self.kind, self.at


@dataclass(frozen=True, slots=True)
class Change:
    """A number that should have been another; `printed` is None where there is none."""

    at: Position
    printed: int | None
    value: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One or more printed numbers are wrong: what they should be, and the missing ones with them.

    `mends` are the problems it explains, `leaves` what does not add up if it is true.
    """

    changes: tuple[Change, ...]
    filled: tuple[Change, ...]
    mends: tuple[Problem, ...]
    leaves: tuple[Problem, ...]

    @property
    def whole(self) -> bool:
        """Whether everything adds up if it is true."""
        return not self.leaves


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a table, and what would explain it: what explains everything first.

    `totals` are the explanations by which every cell stands and only totals are wrong.
    """

    problems: tuple[Problem, ...]
    hypotheses: tuple[Hypothesis, ...]
    totals: tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A position where two tables differ; `printed` is None where the printed one is blank."""

    at: Position
    printed: int | None
    counted: int


@dataclass(frozen=True, slots=True)
class _Line:
    """One sum: the numbers at `addends` make the number at `target`."""

    kind: ProblemKind
    target: Position
    addends: tuple[Position, ...]

    @property
    def positions(self) -> tuple[Position, ...]:
        return (*self.addends, self.target)

    def demand(self, numbers: Numbers, at: Position) -> int:
        """What must stand at a position for the sum to hold; the other numbers are known."""
        total = sum(numbers[one] for one in self.addends if one != at)
        return total if at == self.target else numbers[self.target] - total


@dataclass(frozen=True, slots=True)
class _State:
    """The numbers with those that follow filled in, and what is wrong with them."""

    filled: dict[Position, int]
    demands: dict[Position, tuple[int, ...]]
    problems: tuple[Problem, ...]


def check(table: CrossTable) -> Checked:
    """Return what does not add up or is missing, and every explanation by one wrong number."""
    lines, positions = _lines(table), list(table.positions)
    base = _state(lines, positions, table.numbers)
    if not base.problems:
        return Checked((), (), ())
    found = [
        _hypothesis(lines, positions, table.numbers, base, (change,))
        for change in _changes(lines, positions, table.numbers)
    ]
    if _is_filled(base):
        found.append(_hypothesis(lines, positions, table.numbers, base, ()))
    telling = [one for one in found if one.mends]
    return Checked(
        base.problems,
        tuple(sorted(telling, key=_rank)),
        tuple(_by_totals(table, lines, positions, base)),
    )


def differences(table: CrossTable, counted: Numbers) -> list[Difference]:
    """Return where a table and a count of one's own differ; what is not counted is none.

    What is counted in rows or columns that the table does not have comes last.
    """
    inside = list(table.positions)
    outside = [at for at, count in counted.items() if count and at not in inside]
    return [
        Difference(at, table.numbers.get(at), counted.get(at, 0))
        for at in (*inside, *outside)
        if table.numbers.get(at) != counted.get(at, 0)
    ]


def _lines(table: CrossTable) -> list[_Line]:
    positions = set(table.positions)
    found = []
    for row in (*table.rows, None):
        if (row, None) in positions and (row is not None or (None, None) in positions):
            cells: tuple[Position, ...] = tuple((row, column) for column in table.columns)
            found.append(_Line(ProblemKind.ROW, (row, None), cells))
    for column in (*table.columns, None):
        if (None, column) in positions:
            cells = tuple((row, column) for row in table.rows)
            found.append(_Line(ProblemKind.COLUMN, (None, column), cells))
    return found


def _state(
    lines: list[_Line], positions: list[Position], numbers: Numbers, left: Position | None = None
) -> _State:
    """Fill in what follows without contradiction, and list what is then wrong.

    The number at `left` is not filled in: what each line demands of it is wanted.
    """
    known = dict(numbers)
    while True:
        demands = _demands(lines, known)
        agreed = {
            at: told[0]
            for at, told in demands.items()
            if len(told) == 1 and told[0] >= 0 and at != left
        }
        if not agreed:
            break
        # One at a time: what is filled in may settle, or contradict, the next.
        at = min(agreed, key=positions.index)
        known[at] = agreed[at]
    filled = {at: value for at, value in known.items() if at not in numbers}
    return _State(filled, demands, tuple(_problems(lines, positions, numbers, known, demands)))


def _demands(lines: list[_Line], known: Numbers) -> dict[Position, tuple[int, ...]]:
    """What each missing number must be by the lines in which it alone is missing."""
    found: dict[Position, list[int]] = defaultdict(list)
    for line in lines:
        missing = [at for at in line.positions if at not in known]
        if len(missing) == 1:
            found[missing[0]].append(line.demand(known, missing[0]))
    return {at: tuple(dict.fromkeys(told)) for at, told in found.items()}


def _problems(
    lines: list[_Line],
    positions: list[Position],
    numbers: Numbers,
    known: Numbers,
    demands: Mapping[Position, tuple[int, ...]],
) -> Iterator[Problem]:
    for at in positions:
        if at not in numbers:
            computed = (known[at],) if at in known else demands.get(at, ())
            yield Problem(ProblemKind.MISSING, at, None, computed)
    for line in lines:
        if all(at in known for at in line.positions):
            total = sum(known[at] for at in line.addends)
            if total != known[line.target]:
                yield Problem(line.kind, line.target, known[line.target], (total,))


def _changes(lines: list[_Line], positions: list[Position], numbers: Numbers) -> Iterator[Change]:
    """Every other value that a line would have for a printed number."""
    for at in positions:
        if at not in numbers:
            continue
        without = {one: value for one, value in numbers.items() if one != at}
        for value in _state(lines, positions, without, at).demands.get(at, ()):
            if value >= 0 and value != numbers[at]:
                yield Change(at, numbers[at], value)


def _hypothesis(
    lines: list[_Line],
    positions: list[Position],
    numbers: Numbers,
    base: _State,
    changes: tuple[Change, ...],
) -> Hypothesis:
    state = _state(lines, positions, {**numbers, **{one.at: one.value for one in changes}})
    # A number that is missing but follows without contradiction is explained.
    left = tuple(one for one in state.problems if not _follows(one, state))
    open_still = {one.name for one in left}
    return Hypothesis(
        changes,
        tuple(Change(at, None, value) for at, value in state.filled.items()),
        tuple(one for one in base.problems if one.name not in open_still),
        left,
    )


def _rank(one: Hypothesis) -> tuple[int, int, bool]:
    """What leaves least and mends most first; sums before cells, for somebody worked them out."""
    return len(one.leaves), -len(one.mends), all(None not in change.at for change in one.changes)


def _follows(problem: Problem, state: _State) -> bool:
    return problem.kind is ProblemKind.MISSING and problem.at in state.filled


def _is_filled(base: _State) -> bool:
    return any(_follows(problem, base) for problem in base.problems)


def _by_totals(
    table: CrossTable, lines: list[_Line], positions: list[Position], base: _State
) -> Iterator[Hypothesis]:
    """The cells stand; missing ones as their rows, or else as their columns, would have them."""
    seen = set()
    for kind in (ProblemKind.ROW, ProblemKind.COLUMN):
        cells = _cells(table, [line for line in lines if line.kind is kind])
        if cells is None:
            continue
        right = _totals(table, cells)
        changes = tuple(
            Change(at, printed, right[at])
            for at in positions
            if at in right and (printed := table.numbers.get(at)) not in (None, right[at])
        )
        if len(changes) > 1 and changes not in seen:
            seen.add(changes)
            yield _hypothesis(lines, positions, table.numbers, base, changes)


def _cells(table: CrossTable, lines: Iterable[_Line]) -> dict[Position, int] | None:
    """The cells with the missing ones filled in by some of the lines; None when they cannot."""
    inner = [(row, column) for row in table.rows for column in table.columns]
    known = dict(table.numbers)
    for line in lines:
        missing = [at for at in line.positions if at not in known]
        if len(missing) == 1 and missing[0] in inner:
            known[missing[0]] = line.demand(known, missing[0])
    if any(known.get(at, -1) < 0 for at in inner):
        return None
    return {at: known[at] for at in inner}


def _totals(table: CrossTable, cells: Numbers) -> dict[Position, int]:
    found: dict[Position, int] = {}
    for (row, column), value in cells.items():
        for at in ((row, None), (None, column), (None, None)):
            found[at] = found.get(at, 0) + value
    return found
