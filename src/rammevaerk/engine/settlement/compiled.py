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
    own = np.empty((len(month_starts), 3), np.int64)
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
        _stays(
            low, high, by_day, month_starts, month_of, basis_off[facility], service_off[facility],
            begin, basis, hours, schedules, stays, absences, supplements, own, out, cube,
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
def _stays(
    first, last, by_day, month_starts, month_of, basis_off, service_off, begin, basis, hours,
    schedules, stays, absences, supplements, own, out, cube,
):  # fmt: skip
    """Write the lines of a facility's stays, and add them to the sums of their pairs."""
    # The tuples are taken apart outside the loop: within it, every look into one counts references,
    # which takes longer than the pricing.
    a, b, minutes_of, schedule_of, pair_of, first_month, lines, line_start = stays
    absence_start, supplement_start = absences[0], supplements[0]
    days, basis_ore, service_ore, supplement_ore, total_ore = out
    for stay in range(first, last):
        pair, month, line = pair_of[stay], first_month[stay], line_start[stay]
        at, minutes, low, end = schedule_of[stay] - begin, minutes_of[stay], a[stay], b[stay]
        pieces = absence_start[stay + 1] - absence_start[stay]
        pieces += supplement_start[stay + 1] - supplement_start[stay]
        plain = pieces == 0 and not by_day
        if not plain and lines[stay]:
            _uneven(
                stay, by_day, month_starts, month_of, basis_off, service_off, basis[at], hours[at],
                schedules, stays, absences, supplements, own,
            )  # fmt: skip
        for nth in range(lines[stay]):
            high = min(month_starts[month + nth + 1], end)
            if plain:
                cost, supplement = basis[at, high] - basis[at, low], 0
                service = _half_up(minutes * (hours[at, high] - hours[at, low]), _WEEK)
            else:
                cost, service, supplement = own[nth, 0], own[nth, 1], own[nth, 2]
            days[line] = high - low
            basis_ore[line] = cost
            service_ore[line] = service
            supplement_ore[line] = supplement
            total_ore[line] = cost + service + supplement
            cube[pair, month + nth, 0] += high - low
            cube[pair, month + nth, 1] += cost
            cube[pair, month + nth, 2] += service
            cube[pair, month + nth, 3] += supplement
            line += 1
            low = high


@njit(cache=True, nogil=True)
def _uneven(
    stay, by_day, month_starts, month_of, basis_off, service_off, basis, hours, schedules, stays,
    absences, supplements, own,
):  # fmt: skip
    """Basis, service and supplement of each line of a stay with absences or supplements.

    Also of one whose service is rounded day by day. They go into the first rows of `own`.
    """
    a, b, minutes, schedule = stays[0][stay], stays[1][stay], stays[2][stay], stays[3][stay]
    month, count = stays[5][stay], stays[6][stay]
    start, firsts, lasts = absences
    own[:count] = 0
    for piece in range(start[stay], start[stay + 1]):
        low = firsts[piece]
        while low < lasts[piece]:
            nth = month_of[low] - month
            high = min(month_starts[month + nth + 1], lasts[piece])
            own[nth, 0] -= basis_off * (basis[high] - basis[low])
            if by_day:
                own[nth, 1] -= service_off * _by_day(minutes, schedules, schedule, low, high)
            else:
                own[nth, 1] -= service_off * (hours[high] - hours[low])
            low = high
    _supplements(stay, month, month_starts, month_of, supplements, own)
    low = a
    for nth in range(count):
        high = min(month_starts[month + nth + 1], b)
        own[nth, 0] = _half_up(own[nth, 0] + PERCENT * (basis[high] - basis[low]), _PERCENT)
        if by_day:
            whole = PERCENT * _by_day(minutes, schedules, schedule, low, high)
            own[nth, 1] = _half_up(own[nth, 1] + whole, _PERCENT)
        else:
            left = own[nth, 1] + PERCENT * (hours[high] - hours[low])
            own[nth, 1] = _half_up(minutes * left, _WHOLE)
        low = high


@njit(cache=True, nogil=True)
def _supplements(stay, month, month_starts, month_of, supplements, own):
    """Add the supplements of each line of a stay that begins in `month` to its row of `own`."""
    start, firsts, lasts, amounts = supplements
    for piece in range(start[stay], start[stay + 1]):
        low = firsts[piece]
        while low < lasts[piece]:
            nth = month_of[low] - month
            high = min(month_starts[month + nth + 1], lasts[piece])
            own[nth, 2] += amounts[piece] * (high - low)
            low = high


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
def _half_up(numerator, denominator):
    """Round to the nearest, a half up; nothing here is negative, and unsigned divides faster."""
    return np.int64((np.uint64(numerator) + denominator // np.uint64(2)) // denominator)
