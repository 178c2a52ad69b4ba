"""What a comparison becomes when the hourly rate or the basis is moved: payer × target group."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.errors import NoNeutralRate
from rammevaerk.engine.money import OreArray
from rammevaerk.engine.tables import IntArray
from rammevaerk.engine.tariffs.comparison import Comparison
from rammevaerk.engine.tariffs.models import Coded, Kind, Model, Placements, general_hour
from rammevaerk.engine.tariffs.zero_sum.statistic import HourCounts, HourLine, count_hours

# An øre more a day is an øre more a day only where no percentage lies on top.
_MOVABLE = frozenset({Kind.LEVELS, Kind.BASIS_HOURS, Kind.MAIN_SUPPLEMENTS, Kind.OBJECTIVE})


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """The comparison as a function of the hourly rate and of øre per day on the basis.

    Arrays have shape (payers, groups), flattened. `before` is the first model; `fixed` is all of
    the second that the hourly rate does not touch; `days` are those the basis is paid for, and
    `lowest` is how far it may fall, in øre per day (0 or less). `hour` is the rate now.
    `by_payer` and `line` are the statistic summed to payers and to everybody.
    """

    payers: tuple[str, ...]
    groups: tuple[str, ...]
    before: OreArray
    fixed: OreArray
    days: IntArray
    lowest: int
    hour: int | None
    hours: HourCounts
    by_payer: HourCounts
    line: HourLine

    @property
    def shape(self) -> tuple[int, int]:
        """Payers and target groups."""
        return len(self.payers), len(self.groups)

    def after(self, hour: int, basis: int = 0) -> OreArray:
        """What is paid after, payer × target group, at an hourly rate and a change of basis."""
        after = self.fixed + self.hours.service(hour) + self.days * basis
        return after.reshape(self.shape)

    def change(self, hour: int, basis: int = 0) -> OreArray:
        """The change from before, payer × target group."""
        return self.after(hour, basis) - self.before.reshape(self.shape)

    def payers_after(self, hour: int, basis: int = 0) -> OreArray:
        """What each payer pays after, at an hourly rate and a change of basis."""
        fixed = self.fixed + self.days * basis
        after: OreArray = fixed.reshape(self.shape).sum(axis=1) + self.by_payer.service(hour)
        return after

    def payers_before(self) -> OreArray:
        """What each payer pays before."""
        before: OreArray = self.before.reshape(self.shape).sum(axis=1)
        return before

    def of_payer(self, name: str) -> NDArray[np.bool_]:
        """The cells of a payer; `NoNeutralRate` when there is none of that name."""
        if name not in self.payers:
            raise NoNeutralRate(f"Betaleren «{name}» findes ikke blandt indskrivningerne.")
        return np.repeat(np.array([one == name for one in self.payers], bool), len(self.groups))


def effects(
    comparison: Comparison,
    model: Model,
    placements: Placements,
    facilities: Collection[str] | None = None,
) -> Effects:
    """Gather what the solvers need from a comparison, its second model and its placements.

    The hourly rate is the model's general one; placements with a rate of their own keep it. The
    basis is moved at `facilities`, all that have a price per day by default.
    """
    prices, size = comparison.prices[1], len(placements)
    groups = len(comparison.target_group)
    cells = len(comparison.payer) * groups
    cell = comparison.payer.codes * groups + comparison.target_group.codes
    own = cell[:size]
    general = prices.general_hour
    hours = count_hours(own[general], cells, placements.minutes[general], placements.days[general])
    before, fixed = np.zeros(cells, np.int64), np.zeros(cells, np.int64)
    np.add.at(before, cell, comparison.before)
    np.add.at(fixed, cell, comparison.after)
    np.add.at(fixed, own[general], -prices.service[general])
    movable = movable_rows(comparison, model, placements, facilities)
    days = np.zeros(cells, np.int64)
    np.add.at(days, own[movable], placements.days[movable])
    return Effects(
        payers=_texts(comparison.payer),
        groups=_texts(comparison.target_group),
        before=before,
        fixed=fixed,
        days=days,
        lowest=lowest_basis(comparison, model, placements, movable),
        hour=general_hour(model),
        hours=hours,
        by_payer=hours.merged(groups),
        line=hours.line(),
    )


def _texts(column: Coded) -> tuple[str, ...]:
    return tuple(column.text(code) for code in range(len(column)))


def movable_rows(
    comparison: Comparison,
    model: Model,
    placements: Placements,
    facilities: Collection[str] | None,
) -> NDArray[np.bool_]:
    """The placements whose basis can be moved, at the facilities named or everywhere."""
    kinds = np.array([part.kind in _MOVABLE for part in model.parts], bool)
    part = comparison.prices[1].part
    movable: NDArray[np.bool_] = (part >= 0) & kinds[part] & (placements.days > 0)
    if facilities is None:
        return movable
    known = placements.facility
    chosen = np.array([known.text(code) in facilities for code in range(len(known))], bool)
    movable &= chosen[known.codes]
    return movable


def lowest_basis(
    comparison: Comparison, model: Model, placements: Placements, rows: NDArray[np.bool_]
) -> int:
    """How many øre a day may be taken off before somebody's price would be negative."""
    prices = comparison.prices[1]
    whole = np.array([part.kind is Kind.LEVELS for part in model.parts], bool)[prices.part[rows]]
    amount = prices.basis[rows] + np.where(whole, prices.service[rows], 0)
    if not amount.size:
        return 0
    return -int((amount // placements.days[rows]).min())
