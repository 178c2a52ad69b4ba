"""What the cells of a table have to do with each other: sums and percentages, and their repairs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from rammevaerk.engine.documents.consistency.grid import Position, Values
from rammevaerk.engine.documents.consistency.numbers import rounded

_MOST = 40  # repairs of a percentage that are worth naming one by one


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell given another value, from `low` to `high` in steps of its last decimal."""

    at: Position
    low: Fraction
    high: Fraction

    @property
    def single(self) -> bool:
        """Say whether only one value will do."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class SumRelation:
    """`target` is the sum of `addends`; a blank addend counts as nothing."""

    kind: str  # "column" or "row"
    target: Position
    addends: tuple[Position, ...]

    @property
    def cells(self) -> tuple[Position, ...]:
        """All the cells that take part."""
        return (self.target, *self.addends)

    def total(self, values: Values) -> Fraction:
        """Return the sum of the addends."""
        return sum((values.get(at, Fraction(0)) for at in self.addends), Fraction(0))

    def holds(self, values: Values) -> bool:
        """Say whether the sum is right; a target that is blank cannot be wrong."""
        return self.target not in values or values[self.target] == self.total(values)

    def repairs(self, values: Values, decimals: dict[int, int]) -> Iterator[Repair]:
        """Give every change of one cell that makes the sum right, the target's first."""
        total = self.total(values)
        yield Repair(self.target, total, total)
        missing = values[self.target] - total
        positive = all(values.get(at, Fraction(0)) >= 0 for at in self.cells)
        for at in self.addends:
            value = values.get(at, Fraction(0)) + missing
            if value >= 0 or not positive:
                yield Repair(at, value, value)


@dataclass(frozen=True, slots=True)
class PercentRelation:
    """`percent` is `part` of `whole` (or the change from whole to part), rounded as printed.

    The rounding is the usual one, to the nearest in the last decimal printed, a tie either way;
    or, where the whole column keeps to it, always down or always up.
    """

    percent: Position
    part: Position
    whole: Position
    decimals: int
    change: bool = False
    rounding: str = "nearest"

    kind = "percent"

    @property
    def cells(self) -> tuple[Position, ...]:
        """All the cells that take part."""
        return (self.percent, self.part, self.whole)

    def right(self, values: Values) -> set[Fraction]:
        """Return the percentages that may stand there; empty when there is nothing to divide by."""
        part, whole = values.get(self.part, Fraction(0)), values.get(self.whole, Fraction(0))
        if whole == 0:
            return set()
        exact = 100 * (part - whole if self.change else part) / whole
        return self._rounded(exact)

    def _rounded(self, exact: Fraction) -> set[Fraction]:
        unit = Fraction(1, 10**self.decimals)
        if self.rounding == "down":
            return {floor(exact / unit) * unit}
        if self.rounding == "up":
            return {ceil(exact / unit) * unit}
        return rounded(exact, self.decimals)

    def holds(self, values: Values) -> bool:
        """Say whether the percentage is right; where nothing can be divided, it must be 0."""
        if self.percent not in values:
            return True
        right = self.right(values)
        if right:
            return values[self.percent] in right
        return values[self.percent] == 0 or self.whole not in values

    def repairs(self, values: Values, decimals: dict[int, int]) -> Iterator[Repair]:
        """Give every change of one cell that makes the percentage right, its own first."""
        right = sorted(self.right(values))
        if right:
            yield Repair(self.percent, right[0], right[-1])
        for at in (self.part, self.whole):
            step = Fraction(1, 10 ** decimals.get(at[1], 0))
            fitting = [
                value for value in self._near(values, at, step) if self._fits(values, at, value)
            ]
            if fitting:
                yield Repair(at, min(fitting), max(fitting))

    def _fits(self, values: Values, at: Position, value: Fraction) -> bool:
        return value > 0 and self.holds({**values, at: value})

    def _near(self, values: Values, at: Position, step: Fraction) -> Iterable[Fraction]:
        """Give the values of a cell around the one that gives the percentage exactly."""
        percent = values[self.percent] + (100 if self.change else 0)
        part, whole = values.get(self.part, Fraction(0)), values.get(self.whole, Fraction(0))
        if at == self.part:
            exact, width = percent * whole / 100, whole / (100 * 10**self.decimals)
        elif percent > 0:
            exact = part * 100 / percent
            width = exact / (percent * 10**self.decimals)
        else:
            return ()
        middle = round(exact / step)
        reach = min(ceil(abs(width) / step) + 1, _MOST)
        return ((middle + shift) * step for shift in range(-reach, reach + 1))


Relation = SumRelation | PercentRelation
