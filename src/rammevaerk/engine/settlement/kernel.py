"""The pricing kernel in NumPy: blocks of whole facilities, cumulative day prices, one rounding.

Per facility, arrivals less departures give the occupancy of each day; per schedule, the prices of
the days are added up, so that what any interval costs is the difference of two look-ups. The
numerators are exact int64: `checks` bounds every factor.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.settlement.prepare import Pieces, Prepared
from rammevaerk.engine.settlement.rules import HOUR_WEEK
from rammevaerk.engine.tables import IntArray

BLOCK = 8_000  # stays: what a block works on then lies in the cache
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Amounts:
    """The columns of the lines, in øre, and their sums by pair and month: [pair, month, 4]."""

    days: NDArray[np.int32]
    basis: IntArray
    service: IntArray
    supplement: IntArray
    total: IntArray
    cube: IntArray


class Kernel(Protocol):
    """Prices the lines of the facilities [first, last) into `out`, where each has its place."""

    def __call__(
        self, made: Prepared, first: int, last: int, by_day: bool, out: Amounts
    ) -> None: ...


def empty_amounts(made: Prepared) -> Amounts:
    """Room for all lines and sums of a prepared settlement."""
    count = made.line_count
    return Amounts(
        np.empty(count, np.int32),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.zeros((len(made.pair_payer), made.months.count, 4), np.int64),
    )


def price_blocks(made: Prepared, first: int, last: int, by_day: bool, out: Amounts) -> None:
    """The kernel in NumPy; see `Kernel`. `by_day` rounds the service price of each day first."""
    at = first
    while at < last:
        # At least one facility, and then as many as fit.
        fits = np.searchsorted(made.stay_start, made.stay_start[at] + BLOCK, side="right") - 1
        end = min(max(int(fits), at + 1), last)
        if made.stay_start[end] > made.stay_start[at]:
            _Block(made, at, end).price(by_day, out)
        at = end


class _Block:
    """The stays of some facilities side by side, their prices added up day by day."""

    def __init__(self, made: Prepared, first: int, last: int) -> None:
        self.made, self.width = made, made.days + 1
        self.stays = slice(int(made.stay_start[first]), int(made.stay_start[last]))
        self.schedules = slice(int(made.schedule_start[first]), int(made.schedule_start[last]))
        self.facilities = slice(first, last)
        stays = made.stays
        self.a, self.b = stays.a[self.stays], stays.b[self.stays]
        self.lines = stays.lines[self.stays]
        self.minutes = stays.minutes[self.stays]
        self.first_month = stays.first_month[self.stays]
        self.first_line = np.cumsum(self.lines) - self.lines
        # Where the cumulative prices of the stay's schedule begin.
        self.base = (stays.schedule[self.stays] - self.schedules.start) * self.width

    def price(self, by_day: bool, out: Amounts) -> None:
        self._add_up_days()
        nth = np.arange(int(self.lines.sum()))
        month = self._by_line(self.first_month - self.first_line) + nth
        low, high = self._days_of(month)
        minutes = self._by_line(self.minutes)
        base = self._by_line(self.base)
        basis = self._between(self.basis, base + high)
        if by_day:
            hours = np.empty(0, np.int64)
            stay = np.repeat(np.arange(len(self.lines)), self.lines)
            service = self._service_by_day(stay, low, high)
        else:
            hours = self._between(self.hours, base + high)
            service = _half_up(minutes * hours, HOUR_WEEK)
        self._take_off_absence(basis, hours, service, minutes, by_day)
        supplement = self._supplements(len(basis))
        days = high - low
        place = self._by_line(self.made.stays.line_start[self.stays] - self.first_line) + nth
        out.days[place] = days.astype(np.int32)
        out.basis[place] = basis
        out.service[place] = service
        out.supplement[place] = supplement
        out.total[place] = basis + service + supplement
        self._sum(out.cube, month, (days, basis, service, supplement))

    def _by_line(self, of_stay: IntArray) -> IntArray:
        return np.repeat(of_stay, self.lines)

    def _days_of(self, month: IntArray) -> tuple[IntArray, IntArray]:
        """The days [low, high) of each line: whole months, but for a stay's first and last."""
        starts = self.made.month_starts
        low, high = starts[month], starts[month + 1]
        self.settled = np.flatnonzero(self.lines)
        self.head = self.first_line[self.settled]
        tail = self.head + self.lines[self.settled] - 1
        low[self.head] = self.a[self.settled]
        high[tail] = self.b[self.settled]
        return low, high

    def _between(self, table: IntArray, high_at: IntArray) -> IntArray:
        """What each line costs: a line begins where the one before it in the stay ends."""
        upto = table[high_at]
        before = np.empty_like(upto)
        before[1:] = upto[:-1]
        before[self.head] = table[self.base[self.settled] + self.a[self.settled]]
        upto -= before
        return upto

    def _add_up_days(self) -> None:
        """Cumulative øre per day and per hour of each schedule, with 0 before the first day."""
        schedules, count = self.made.schedules, self.schedules.stop - self.schedules.start
        bounds = schedules.piece_start[self.schedules.start : self.schedules.stop + 1]
        pieces = slice(int(bounds[0]), int(bounds[-1]))
        first, last = schedules.first[pieces], schedules.last[pieces]
        # Each schedule begins with the days before its first version, which nobody pays for.
        gap = bounds[:-1] - pieces.start
        known = np.append(first, self.width - 1)[gap]
        known[np.diff(bounds) == 0] = self.width - 1
        length = np.insert(last - first, gap, known)

        def laid(prices: IntArray) -> IntArray:
            priced = np.insert(prices[pieces], gap, 0)
            return np.repeat(priced, length).reshape(count, self.width - 1)

        paid = np.where(self._over_cap(), laid(schedules.basis_over), laid(schedules.basis))
        self.basis = self._cumulated(paid)
        self.hours = self._cumulated(laid(schedules.hour))

    def _cumulated(self, prices: IntArray) -> IntArray:
        table = np.empty((len(prices), self.width), np.int64)
        table[:, 0] = 0
        np.cumsum(prices, axis=1, out=table[:, 1:])
        return table.ravel()

    def _over_cap(self) -> NDArray[np.bool_]:
        """Say of each schedule and day whether the facility has more stays than its cap."""
        made, width = self.made, self.width
        count = self.facilities.stop - self.facilities.start
        own = np.repeat(
            np.arange(count),
            np.diff(made.stay_start[self.facilities.start : self.facilities.stop + 1]),
        )
        change = np.bincount(own * width + self.a, minlength=count * width)
        change -= np.bincount(own * width + self.b, minlength=count * width)
        present = np.cumsum(change.reshape(count, width)[:, :-1], axis=1)
        over = present > made.cap[self.facilities][:, None]
        facility = np.repeat(
            np.arange(count),
            np.diff(made.schedule_start[self.facilities.start : self.facilities.stop + 1]),
        )
        return np.asarray(over[facility])

    def _service_by_day(self, stay: IntArray, low: IntArray, high: IntArray) -> IntArray:
        """The service of days [low, high) of stays, the price of each day rounded by itself."""
        schedules = self.made.schedules
        schedule = self.made.stays.schedule[self.stays][stay]
        counts = schedules.piece_start[schedule + 1] - schedules.piece_start[schedule]
        line = np.repeat(np.arange(len(stay)), counts)
        ends = np.cumsum(counts)
        piece = schedules.piece_start[schedule][line] + np.arange(len(line)) - (ends - counts)[line]
        days = np.minimum(schedules.last[piece], high[line]) - np.maximum(
            schedules.first[piece], low[line]
        )
        price = _half_up(self.minutes[stay][line] * schedules.hour[piece], HOUR_WEEK)
        found = np.zeros(len(stay), np.int64)
        np.add.at(found, line, price * np.maximum(days, 0))
        return found

    def _take_off_absence(
        self,
        basis: IntArray,
        hours: IntArray,
        service: IntArray,
        minutes: IntArray,
        by_day: bool,
    ) -> None:
        """Price the lines with absence anew, in hundredths, before their only rounding."""
        _piece, stay, line, low, high = self._cut(self.made.absences)
        if not len(line):
            return
        facility = np.searchsorted(
            self.made.stay_start[self.facilities], stay + self.stays.start, side="right"
        )
        facility = facility + self.facilities.start - 1
        low_at, high_at = self.base[stay] + low, self.base[stay] + high
        lines, at = np.unique(line, return_inverse=True)
        off = np.zeros((2, len(lines)), np.int64)
        gone = self.basis[high_at] - self.basis[low_at]
        np.add.at(off[0], at, self.made.basis_off[facility] * gone)
        if by_day:
            gone, whole = self._service_by_day(stay, low, high), service[lines]
        else:
            gone, whole = self.hours[high_at] - self.hours[low_at], hours[lines]
        np.add.at(off[1], at, self.made.service_off[facility] * gone)
        basis[lines] = _half_up(PERCENT * basis[lines] - off[0], PERCENT)
        left = PERCENT * whole - off[1]
        if by_day:
            service[lines] = _half_up(left, PERCENT)
        else:
            service[lines] = _half_up(minutes[lines] * left, PERCENT * HOUR_WEEK)

    def _supplements(self, count: int) -> IntArray:
        found = np.zeros(count, np.int64)
        piece, _stay, line, low, high = self._cut(self.made.supplements)
        np.add.at(found, line, self.made.supplements.amount[piece] * (high - low))
        return found

    def _cut(self, pieces: Pieces) -> tuple[IntArray, ...]:
        """Cut the block's pieces at the months: piece, stay, line, first day, day after last."""
        start = pieces.start[self.stays.start : self.stays.stop + 1]
        piece = np.arange(start[0], start[-1])
        stay = np.repeat(np.arange(len(self.lines)), np.diff(start))
        month = self.made.month_of[pieces.first[piece]]
        count = self.made.month_of[pieces.last[piece] - 1] - month + 1
        own = np.repeat(np.arange(len(piece)), count)
        month = month[own] + np.arange(len(own)) - (np.cumsum(count) - count)[own]
        piece, stay = piece[own], stay[own]
        low = np.maximum(pieces.first[piece], self.made.month_starts[month])
        high = np.minimum(pieces.last[piece], self.made.month_starts[month + 1])
        line = self.first_line[stay] + month - self.first_month[stay]
        return piece, stay, line, low, high

    def _sum(self, cube: IntArray, month: IntArray, columns: tuple[IntArray, ...]) -> None:
        pair, months = self.made.stays.pair[self.stays], self.made.months.count
        lowest, highest = int(pair.min()), int(pair.max())
        cell = self._by_line((pair - lowest) * months) + month
        part = cube[lowest : highest + 1].reshape(-1, 4)
        for at, column in enumerate(columns):
            np.add.at(part[:, at], cell, column)


def _half_up(numerator: IntArray, denominator: int) -> IntArray:
    """Round to the nearest, a half up; nothing here is negative."""
    return (numerator + denominator // 2) // denominator
