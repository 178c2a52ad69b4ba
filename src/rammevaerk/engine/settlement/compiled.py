"""The pricing kernel compiled by Numba (extra `fast`): the same figures, several times faster.

Import it only where it is wanted: loading Numba takes about as long as settling a region.
"""

import numpy as np
from numba import njit

from rammevaerk.engine.settlement.kernel import PERCENT, Amounts
from rammevaerk.engine.settlement.prepare import Prepared
from rammevaerk.engine.settlement.rules import HOUR_WEEK

# Unsigned, as `_half_up` wants them.
_PERCENT = np.uint64(PERCENT)
_WEEK = np.uint64(HOUR_WEEK)
_WHOLE = np.uint64(PERCENT * HOUR_WEEK)


def price_compiled(made: Prepared, first: int, last: int, by_day: bool, out: Amounts) -> None:
    """The kernel compiled; see `kernel.Kernel`. Releases Python's lock, so that threads work."""
    stays, schedules = made.stays, made.schedules
    _facilities(
        first,
        last,
        by_day,
        made.month_starts,
        made.month_of,
        made.cap,
        made.basis_off,
        made.service_off,
        made.stay_start,
        made.schedule_start,
        (
            schedules.piece_start,
            schedules.first,
            schedules.last,
            schedules.basis,
            schedules.basis_over,
            schedules.hour,
        ),
        (
            stays.a,
            stays.b,
            stays.minutes,
            stays.schedule,
            stays.pair,
            stays.first_month,
            stays.lines,
            stays.line_start,
        ),
        (made.absences.start, made.absences.first, made.absences.last),
        (
            made.supplements.start,
            made.supplements.first,
            made.supplements.last,
            made.supplements.amount,
        ),
        (out.days, out.basis, out.service, out.supplement, out.total),
        out.cube,
    )


@njit(cache=True, nogil=True)
def _facilities(
    first, last, by_day, month_starts, month_of, cap, basis_off, service_off, stay_start,
    schedule_start, schedules, stays, absences, supplements, out, cube,
):  # fmt: skip
    days = month_starts[-1]
    over = np.empty(days + 1, np.int64)
    most = 1
    for facility in range(first, last):
        most = max(most, schedule_start[facility + 1] - schedule_start[facility])
    basis = np.zeros((most, days + 1), np.int64)
    hours = np.zeros((most, days + 1), np.int64)
    for facility in range(first, last):
        low, high = stay_start[facility], stay_start[facility + 1]
        if low == high:
            continue
        _occupancy(stays[0], stays[1], low, high, cap[facility], over)
        begin = schedule_start[facility]
        for schedule in range(begin, schedule_start[facility + 1]):
            _add_up(schedules, schedule, over, basis[schedule - begin], hours[schedule - begin])
        for stay in range(low, high):
            if stays[6][stay]:
                at = stays[3][stay] - begin
                _stay(
                    stay, by_day, month_starts, month_of, basis_off[facility],
                    service_off[facility], basis[at], hours[at], schedules, stays, absences,
                    supplements, out, cube,
                )  # fmt: skip


@njit(cache=True, nogil=True)
def _occupancy(a, b, low, high, cap, over):
    """Write 1 on each day with more stays than the cap, 0 on the others."""
    over[:] = 0
    for stay in range(low, high):
        over[a[stay]] += 1
        over[b[stay]] -= 1
    present = 0
    for day in range(len(over)):
        present += over[day]
        over[day] = present > cap


@njit(cache=True, nogil=True)
def _add_up(schedules, schedule, over, basis, hours):
    """Cumulative øre per day and per hour of a schedule, with 0 before the first day."""
    piece_start, firsts, lasts, normal, above, hour = schedules
    low, high = piece_start[schedule], piece_start[schedule + 1]
    known = firsts[low] if low < high else len(over) - 1
    basis[: known + 1] = 0
    hours[: known + 1] = 0
    for piece in range(low, high):
        sum_basis, sum_hours = basis[firsts[piece]], hours[firsts[piece]]
        for day in range(firsts[piece], lasts[piece]):
            sum_basis += above[piece] if over[day] else normal[piece]
            sum_hours += hour[piece]
            basis[day + 1] = sum_basis
            hours[day + 1] = sum_hours


@njit(cache=True, nogil=True)
def _by_day(minutes, schedules, schedule, low, high):
    """Service of the days [low, high), the price of each day rounded by itself."""
    piece_start, firsts, lasts, _normal, _above, hour = schedules
    found = 0
    for piece in range(piece_start[schedule], piece_start[schedule + 1]):
        count = min(lasts[piece], high) - max(firsts[piece], low)
        if count > 0:
            found += _half_up(minutes * hour[piece], _WEEK) * count
    return found


@njit(cache=True, nogil=True)
def _stay(
    stay, by_day, month_starts, month_of, basis_off, service_off, basis, hours, schedules, stays,
    absences, supplements, out, cube,
):  # fmt: skip
    a, b, minutes, schedule = stays[0][stay], stays[1][stay], stays[2][stay], stays[3][stay]
    pair, month, count, line = stays[4][stay], stays[5][stay], stays[6][stay], stays[7][stay]
    absent, absent_end = absences[0][stay], absences[0][stay + 1]
    extra, extra_end = supplements[0][stay], supplements[0][stay + 1]
    plain = absent == absent_end and extra == extra_end and not by_day
    low, basis_low, hours_low = a, basis[a], hours[a]
    for nth in range(count):
        high = min(month_starts[month + nth + 1], b)
        basis_high, hours_high = basis[high], hours[high]
        basis_ore, supplement = basis_high - basis_low, 0
        if plain:
            service_ore = _half_up(minutes * (hours_high - hours_low), _WEEK)
        else:
            basis_ore, service_ore, supplement = _uneven(
                low, high, by_day, minutes, basis, hours, schedules, schedule, basis_off,
                service_off, absences, absent, absent_end, supplements, extra, extra_end,
            )  # fmt: skip
        out[0][line] = high - low
        out[1][line] = basis_ore
        out[2][line] = service_ore
        out[3][line] = supplement
        out[4][line] = basis_ore + service_ore + supplement
        cube[pair, month + nth, 0] += high - low
        cube[pair, month + nth, 1] += basis_ore
        cube[pair, month + nth, 2] += service_ore
        cube[pair, month + nth, 3] += supplement
        line += 1
        low, basis_low, hours_low = high, basis_high, hours_high


@njit(cache=True, nogil=True)
def _uneven(
    low, high, by_day, minutes, basis, hours, schedules, schedule, basis_off, service_off,
    absences, absent, absent_end, supplements, extra, extra_end,
):  # fmt: skip
    """A line with absence or supplements, or with a service rounded day by day."""
    off_basis, off_service, supplement = 0, 0, 0
    for piece in range(absent, absent_end):
        lo, hi = max(absences[1][piece], low), min(absences[2][piece], high)
        if hi > lo:
            off_basis += basis_off * (basis[hi] - basis[lo])
            if by_day:
                off_service += service_off * _by_day(minutes, schedules, schedule, lo, hi)
            else:
                off_service += service_off * (hours[hi] - hours[lo])
    for piece in range(extra, extra_end):
        lo, hi = max(supplements[1][piece], low), min(supplements[2][piece], high)
        if hi > lo:
            supplement += supplements[3][piece] * (hi - lo)
    basis_ore = _half_up(PERCENT * (basis[high] - basis[low]) - off_basis, _PERCENT)
    if by_day:
        whole = _by_day(minutes, schedules, schedule, low, high)
        service_ore = _half_up(PERCENT * whole - off_service, _PERCENT)
    else:
        left = PERCENT * (hours[high] - hours[low]) - off_service
        service_ore = _half_up(minutes * left, _WHOLE)
    return basis_ore, service_ore, supplement


@njit(cache=True, nogil=True)
def _half_up(numerator, denominator):
    """Round to the nearest, a half up; nothing here is negative, and unsigned divides faster."""
    return np.int64((np.uint64(numerator) + denominator // np.uint64(2)) // denominator)
