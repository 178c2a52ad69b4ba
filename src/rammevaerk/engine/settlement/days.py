"""Payable days of a stay: "kalenderdøgn" and "hoteldøgn", on the civil axis."""

from datetime import date

import numpy as np

from rammevaerk.engine.rule import Rule
from rammevaerk.engine.tables import DAY_US, OPEN, IntArray

# Moments in microseconds and an end that may be OPEN → day numbers [from, to).
PAYABLE_DAYS: dict[str, Rule[[IntArray, IntArray], tuple[IntArray, IntArray]]] = {
    "calendar": Rule("settlement/calendar_days"),
    "hotel": Rule("settlement/hotel_days"),
}
# A way of counting, not a law: it holds for any period that is asked about.
_FIRST = date(1900, 1, 1)


@PAYABLE_DAYS["calendar"].edition(_FIRST, source="dassos-2025-autumn")
def calendar_days(start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """Every civil date touched: from the day of arrival to the last day entered."""
    first = start // DAY_US
    last = np.where(end == OPEN, OPEN, -(-end // DAY_US))
    return first, last


@PAYABLE_DAYS["hotel"].edition(_FIRST, source="dassos-2025-autumn")
def hotel_days(start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """Every full 24 civil hours, on the date on which it begins; an open stay has no last one."""
    first = start // DAY_US
    known = np.where(end == OPEN, start, end)
    last = np.where(end == OPEN, OPEN, first + (known - start) // DAY_US)
    return first, last


def payable_days(
    start: IntArray, end: IntArray, hotel: IntArray, first_day: int, days: int
) -> tuple[IntArray, IntArray]:
    """Payable days [a, b) within a period, counted from its first day; none where b <= a.

    `start` and `end` are moments, `hotel` is 1 where full 24 hours are counted. Source of the
    rules: settlement rule 1, see docs/algorithms/settlement.md.
    """
    calendar_first, calendar_last = calendar_days(start, end)
    _, hotel_last = hotel_days(start, end)
    last = np.where(hotel == 1, hotel_last, calendar_last)
    a = np.clip(calendar_first, first_day, first_day + days) - first_day
    b = np.clip(last, first_day, first_day + days) - first_day
    return a, np.maximum(a, b)
