"""The whole-øre hourly rate or basis that makes the change zero, and what then is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rammevaerk.engine.errors import NoNeutralRate
from rammevaerk.engine.money import OreArray, split_by_weight
from rammevaerk.engine.tariffs.comparison import Comparison
from rammevaerk.engine.tariffs.models import Model, Placements
from rammevaerk.engine.tariffs.models.content import LARGEST_HOUR, LARGEST_RATE
from rammevaerk.engine.tariffs.zero_sum.effects import Effects, lowest_basis, movable_rows

HOUR, BASIS = "hour", "basis"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rate and the change it leaves, in øre."""

    rate: int
    residual: int


@dataclass(frozen=True, slots=True)
class ZeroSum:
    """The best whole-øre rate, its neighbours, and the residual shared out.

    `lever` is "hour" (øre per hour) or "basis" (øre per day more or less than the model's).
    `below` and `above` are the last rate with a fall and the first with a rise; one of them is
    None where there is no such rate within the bounds. `allocation` is each payer's part of
    minus the residual, by largest remainder in proportion to what they pay after; with it the
    change is zero. `change` is each payer's change at the best rate, before the allocation.
    """

    lever: str
    now: int
    best: Candidate
    below: Candidate | None
    above: Candidate | None
    allocation: Mapping[str, int]
    change: Mapping[str, int]

    @property
    def exact(self) -> bool:
        """Whether the rate hits zero by itself."""
        return self.best.residual == 0

    def as_dict(self) -> dict[str, object]:
        """Return plain values, ready for JSON."""

        def shown(one: Candidate | None) -> dict[str, int] | None:
            return None if one is None else {"rate_ore": one.rate, "residual_ore": one.residual}

        return {
            "lever": self.lever,
            "now_ore": self.now,
            "best": shown(self.best),
            "exact": self.exact,
            "below": shown(self.below),
            "above": shown(self.above),
            "change_ore": dict(self.change),
            "allocation_ore": dict(self.allocation),
            "change_after_allocation_ore": self.best.residual + sum(self.allocation.values()),
        }


def solve_hour(effects: Effects) -> ZeroSum:
    """Find the hourly rate that makes the whole change zero; nearest to now among equals.

    `NoNeutralRate` when the model has no general hourly rate, nobody has hours, or even the
    lowest or highest rate is on the wrong side.
    """
    if effects.hour is None:
        raise NoNeutralRate("Model nr. 2 har ingen timepris, der gælder alle tilbud.")
    line = effects.line
    if line.minute_days == 0:
        raise NoNeutralRate("Ingen indskrivninger har timer, så timeprisen ændrer intet.")
    rest = int(effects.fixed.sum()) - int(effects.before.sum())
    best, below, above = closest_to_zero(
        lambda rate: rest + line.service(rate), (0, LARGEST_HOUR), effects.hour
    )
    shared = _by_payer(effects, best.rate, 0)
    return ZeroSum(HOUR, effects.hour, best, below, above, *shared)


def solve_basis(effects: Effects, hour: int | None = None) -> ZeroSum:
    """Find the whole øre per day on the basis that makes the whole change zero.

    `hour` is the hourly rate to hold, the model's own by default. `NoNeutralRate` when no basis
    can be moved or a price would be negative.
    """
    held = effects.hour or 0 if hour is None else hour
    change = int(effects.payers_after(held).sum()) - int(effects.before.sum())
    best, below, above = _solve_days(change, int(effects.days.sum()), effects.lowest)
    return ZeroSum(BASIS, 0, best, below, above, *_by_payer(effects, held, best.rate))


def solve_basis_by_group(
    comparison: Comparison,
    model: Model,
    placements: Placements,
    groups: Mapping[str, tuple[str, ...]],
) -> dict[str, ZeroSum]:
    """Find, for each group of facilities, the basis that makes that group's change zero."""
    facility, payer = comparison.facility, comparison.payer
    solved = {}
    for name, facilities in groups.items():
        chosen = np.array([facility.text(code) in facilities for code in range(len(facility))])
        inside = chosen[facility.codes]
        rows = movable_rows(comparison, model, placements, facilities)
        lowest = lowest_basis(comparison, model, placements, rows)
        days = int(placements.days[rows].sum())
        change = int(comparison.change[inside].sum())
        best, below, above = _solve_days(change, days, lowest, name)
        sums = np.zeros((2, len(payer)), np.int64)
        for side, figures in enumerate((comparison.change, comparison.after)):
            np.add.at(sums[side], payer.codes[inside], figures[inside])
            moved = payer.codes[: len(placements)][rows]
            np.add.at(sums[side], moved, placements.days[rows] * best.rate)
        names = [payer.text(code) for code in range(len(payer))]
        solved[name] = ZeroSum(BASIS, 0, best, below, above, *_shared(names, *sums))
    return solved


def _solve_days(
    change: int, days: int, lowest: int, group: str = ""
) -> tuple[Candidate, Candidate | None, Candidate | None]:
    if days == 0:
        where = f" i gruppen «{group}»" if group else ""
        raise NoNeutralRate(f"Ingen indskrivninger{where} har en basistakst, der kan flyttes.")
    return closest_to_zero(lambda basis: change + days * basis, (lowest, LARGEST_RATE), 0)


def allocate(amount: int, weights: OreArray) -> list[int]:
    """Share an amount by what each pays, equally when nobody pays anything."""
    if not weights.any():
        return split_by_weight(amount, [1] * len(weights))
    return split_by_weight(amount, weights.tolist())


def _by_payer(effects: Effects, hour: int, basis: int) -> tuple[dict[str, int], dict[str, int]]:
    """The allocation and the change of each payer."""
    after = effects.payers_after(hour, basis)
    return _shared(effects.payers, after - effects.payers_before(), after)


def _shared(
    names: Sequence[str], change: OreArray, after: OreArray
) -> tuple[dict[str, int], dict[str, int]]:
    parts = allocate(-int(change.sum()), after)
    return dict(zip(names, parts, strict=True)), dict(zip(names, change.tolist(), strict=True))


def closest_to_zero(
    change: Callable[[int], int], bounds: tuple[int, int], now: int
) -> tuple[Candidate, Candidate | None, Candidate | None]:
    """Find the whole number where a never-falling function is nearest zero, by bisection.

    Of several equally near the one nearest `now` is taken, then the lower. Also returns the last
    number where the function is below zero and the first where it is above. `NoNeutralRate` when
    it is above zero on all of `bounds` (both inclusive), or below.
    """
    lowest, highest = bounds
    if change(lowest) > 0:
        raise NoNeutralRate(
            f"Selv med den laveste sats ({lowest} øre) bliver det dyrere i alt, "
            f"{change(lowest)} øre."
        )
    if change(highest) < 0:
        raise NoNeutralRate(
            f"Selv med den højeste sats ({highest} øre) bliver det billigere i alt, "
            f"{-change(highest)} øre."
        )
    first = first_at_least(change, 0, lowest, highest)
    over = first_at_least(change, 1, first, highest)
    below = Candidate(first - 1, change(first - 1)) if first > lowest else None
    above = Candidate(over, change(over)) if over <= highest else None
    if first < over:
        return Candidate(min(max(now, first), over - 1), 0), below, above
    nearest = []
    if below is not None:
        nearest.append(_towards(change, below, (lowest, below.rate), now))
    if above is not None:
        nearest.append(_towards(change, above, (above.rate, highest), now))
    best = min(nearest, key=lambda one: (abs(one.residual), abs(one.rate - now), one.rate))
    return best, below, above


def _towards(
    change: Callable[[int], int], one: Candidate, bounds: tuple[int, int], now: int
) -> Candidate:
    """The number nearest `now` with the same change: rounding can make it flat for a while."""
    low, high = bounds
    if not low <= now <= high:
        now = low if now < low else high
    if now < one.rate:
        now = max(now, first_at_least(change, one.residual, low, high))
    elif now > one.rate:
        now = min(now, first_at_least(change, one.residual + 1, low, high) - 1)
    return Candidate(now, one.residual)


def first_at_least(change: Callable[[int], int], wanted: int, lowest: int, highest: int) -> int:
    """Find where a never-falling function first is at least `wanted`; one past the end if never."""
    if change(lowest) >= wanted:
        return lowest
    low, high = lowest + 1, highest + 1
    while low < high:
        middle = (low + high) // 2
        if change(middle) >= wanted:
            high = middle
        else:
            low = middle + 1
    return low
