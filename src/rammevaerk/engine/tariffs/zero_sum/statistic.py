"""What is enough to know of placements to price their service at any hourly rate, exactly.

With x = minutes per week × days = 420 q + s, the rounded service at r øre an hour is
q r + round(s r / 420). So the sum over any set of placements needs Σ q and how many have each of
the 420 residues s. With r = 420 a + b it is also Σ x · a + t[b], where t has 420 entries.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.errors import AmountOverflow
from rammevaerk.engine.money import OreArray
from rammevaerk.engine.tables import IntArray
from rammevaerk.engine.tariffs.models.content import LARGEST_HOUR

RESIDUES = 420  # 60 minutes × 7 days
_HALF = RESIDUES // 2
_BLOCK = 1 << 16
_LARGEST = int(np.iinfo(np.int64).max)
_LARGEST_INT32 = int(np.iinfo(np.int32).max)
_RESIDUES = np.arange(RESIDUES, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class HourLine:
    """The service of one set of placements at any hourly rate, in a few operations.

    `minute_days` is Σ minutes per week × days; `rounded[b]` is the rounded service at b øre an
    hour, for b below 420.
    """

    minute_days: int
    rounded: OreArray

    def service(self, rate: int) -> int:
        """The sum of the rounded services at a rate in øre per hour."""
        whole, rest = divmod(rate, RESIDUES)
        return self.minute_days * whole + int(self.rounded[rest])

    def services(self, rates: IntArray) -> OreArray:
        """The same for many rates at once."""
        whole = rates // RESIDUES
        services: OreArray = self.minute_days * whole + self.rounded[rates - whole * RESIDUES]
        return services


@dataclass(frozen=True, slots=True, eq=False)
class RateTables:
    """The service of every cell at any rate by one look-up; built in some 50 ms, for sliders."""

    minute_days: IntArray
    rounded: OreArray

    def service(self, rate: int) -> OreArray:
        """The rounded services per cell at a rate in øre per hour."""
        whole, rest = divmod(rate, RESIDUES)
        services: OreArray = self.minute_days * whole + self.rounded[rest]
        return services


@dataclass(frozen=True, slots=True, eq=False)
class HourCounts:
    """The sufficient statistic per cell (a payer and target group).

    `whole` is Σ q and `minute_days` Σ x, int64 of shape (cells,); `residues` counts the
    placements with each residue, of shape (420, cells). It is int32 as long as a sum of 420 times
    the counts fits there, which halves what a look-up reads, and int64 otherwise.
    """

    whole: IntArray
    minute_days: IntArray
    residues: NDArray[np.int32] | NDArray[np.int64]

    def service(self, rate: int) -> OreArray:
        """The sum of the rounded services per cell at a rate in øre per hour."""
        times, rest = divmod(rate, RESIDUES)
        rounded = np.einsum("sc,s->c", self.residues, self._rounding()[rest])
        services: OreArray = self.minute_days * times + self.whole * rest + rounded
        return services

    def line(self, cells: NDArray[np.bool_] | None = None) -> HourLine:
        """The sum over all cells, or those marked, as a line in the rate."""
        chosen = slice(None) if cells is None else cells
        counts = self.residues[:, chosen].sum(axis=1, dtype=np.int64)
        rounded = int(self.whole[chosen].sum()) * _RESIDUES + _rounding() @ counts
        return HourLine(int(self.minute_days[chosen].sum()), rounded)

    def merged(self, size: int) -> "HourCounts":
        """The same with each run of `size` cells as one: from payer × group to payer."""
        return _counts(
            self.whole.reshape(-1, size).sum(axis=1),
            self.residues.reshape(RESIDUES, -1, size).sum(axis=2, dtype=np.int64),
        )

    def prepare(self) -> RateTables:
        """Work out the 420 columns that every rate falls back on."""
        rounded = np.einsum("sc,bs->bc", self.residues, self._rounding())
        return RateTables(self.minute_days, rounded + np.outer(_RESIDUES, self.whole))

    def _rounding(self) -> NDArray[np.int32] | NDArray[np.int64]:
        return _rounding(small=self.residues.dtype == np.int32)


@cache
def _rounding(*, small: bool = False) -> NDArray[np.int32] | NDArray[np.int64]:
    """round(s b / 420) for every b (row) and s (column), in 32 bits when the counts are."""
    table: IntArray = (np.outer(_RESIDUES, _RESIDUES) + _HALF) // RESIDUES
    return table.astype(np.int32) if small else table


def count_hours(cell: IntArray, cells: int, minutes: IntArray, days: IntArray) -> HourCounts:
    """Build the statistic of placements in one pass; `cell` says where each belongs.

    `AmountOverflow` when the service at the dearest rate there may be could leave 64 bits.
    """
    whole = np.zeros(cells, np.int64)
    residues = np.zeros(RESIDUES * cells, np.int64)
    for begin in range(0, cell.size, _BLOCK):
        block = slice(begin, begin + _BLOCK)
        product = minutes[block] * days[block]
        quotient = product // RESIDUES
        np.add.at(whole, cell[block], quotient)
        product -= quotient * RESIDUES
        np.add.at(residues, product * cells + cell[block], 1)
    if (int(whole.sum()) + cell.size) * LARGEST_HOUR > _LARGEST:
        raise AmountOverflow("the service of all placements")
    return _counts(whole, residues.reshape(RESIDUES, cells))


def _counts(whole: IntArray, residues: IntArray) -> HourCounts:
    minute_days = whole * RESIDUES + np.einsum("sc,s->c", residues, _RESIDUES)
    fits = int(residues.sum(axis=0).max(initial=0)) <= _LARGEST_INT32 // RESIDUES
    return HourCounts(whole, minute_days, residues.astype(np.int32) if fits else residues)
