"""Occupancy: how many stays take a day in a facility, and what is unsure about it."""

import numpy as np

from rammevaerk.engine.settlement.checks import Mask, Review
from rammevaerk.engine.settlement.schedules import Schedules
from rammevaerk.engine.tables import IntArray, date_of

_NAMED = 5  # stays that a message names


def occupancy(a: IntArray, b: IntArray, days: int) -> IntArray:
    """Count the stays [a, b) on each day of a period of one facility."""
    change = np.bincount(a, minlength=days + 1) - np.bincount(b, minlength=days + 1)
    return np.cumsum(change[:days])


def stop_unsure(
    found: Review,
    schedules: Schedules,
    schedule: IntArray,
    a: IntArray,
    b: IntArray,
    first_day: int,
    days: int,
) -> None:
    """Stop the stays whose price hangs on a row nobody can read: is the facility over its cap?

    A duplicate row may count or not, on its own days; a stay that ends before it begins may take
    any day. Only where that changes what a day costs are the stays of the day stopped. `schedule`
    and the payable days [a, b) are by row of placements.
    """
    placements = found.tables.placements
    hit: dict[int, tuple[int, str]] = {}
    for facility in sorted(set(placements.facility[found.unsure].tolist())):
        here = placements.facility == facility
        doubtful = _doubtful(found, here, a, b, days)
        rows = np.flatnonzero(here & found.unsure)
        whose = ", ".join(
            sorted({f"«{found.key('placements', int(row))}»" for row in rows})[:_NAMED]
        )
        for row in np.flatnonzero(here & found.live).tolist():
            day = _first_unsure(schedules, int(schedule[row]), doubtful, int(a[row]), int(b[row]))
            if day is not None:
                hit[row] = first_day + day, whose
    stopped = found.note(
        np.asarray(sorted(hit), dtype=np.int64),
        "placements",
        "facility",
        "settlement.unsure-occupancy",
        lambda row: (
            f"Om tilbuddet er over sit loft den {date_of(hit[row][0]).isoformat()}, afhænger af"
            f" ophold, der ikke kan bruges: {hit[row][1]}. Dette ophold er ikke afregnet; ret dem"
            " først."
        ),
    )
    found.stop(stopped)


def _doubtful(found: Review, here: Mask, a: IntArray, b: IntArray, days: int) -> Mask:
    """The days on which it is unsure whether a facility is over its cap."""
    placements = found.tables.placements
    sure, unsure = here & found.certain, here & found.unsure
    known = unsure & (placements.end >= placements.start)
    low = occupancy(a[sure], b[sure], days)
    high = low + occupancy(a[known], b[known], days) + int((unsure & ~known).sum())
    (row,) = found.facility_row[placements.facility[here][:1]]
    cap = found.tables.facilities.cap[row]
    return np.asarray((low <= cap) & (high > cap))


def _first_unsure(
    schedules: Schedules, schedule: int, doubtful: Mask, a: int, b: int
) -> int | None:
    """The first of the days [a, b) that is doubtful and costs something else over the cap."""
    if schedule < 0:
        return None
    pieces = range(int(schedules.piece_start[schedule]), int(schedules.piece_start[schedule + 1]))
    for piece in pieces:
        if schedules.basis[piece] != schedules.basis_over[piece]:
            low = max(a, int(schedules.first[piece]))
            days = np.flatnonzero(doubtful[low : min(b, int(schedules.last[piece]))])
            if len(days):
                return low + int(days[0])
    return None
