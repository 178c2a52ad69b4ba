"""Occupancy: how many stays take a day in a facility, and what is unsure about it."""

import numpy as np

from rammevaerk.engine.settlement.checks import Review
from rammevaerk.engine.tables import IntArray


def occupancy(a: IntArray, b: IntArray, days: int) -> IntArray:
    """Count the stays [a, b) on each day of a period of one facility."""
    change = np.bincount(a, minlength=days + 1) - np.bincount(b, minlength=days + 1)
    return np.cumsum(change[:days])


def stop_unsure(found: Review, rank: IntArray, a: IntArray, b: IntArray, days: int) -> None:
    """Stop the stays whose price hangs on a row nobody can read: is the facility over its cap?

    A duplicate row may count or not, on its own days; a stay that ends before it begins may take
    any day. Only where that changes whether a day is over the cap are the stays of the day
    stopped.
    """
    placements = found.tables.placements
    for facility in sorted(set(placements.facility[found.unsure].tolist())):
        if rank[facility] < 0:
            continue
        here = placements.facility == facility
        sure, unsure = here & found.certain, here & found.unsure
        known = unsure & (placements.end >= placements.start)
        low = occupancy(a[sure], b[sure], days)
        high = low + occupancy(a[known], b[known], days) + int((unsure & ~known).sum())
        cap = found.tables.facilities.cap[found.facility_row[facility]]
        doubtful = np.concatenate(([0], np.cumsum((low <= cap) & (high > cap))))
        hit = here & found.live & (doubtful[b] > doubtful[a])
        rows = found.note(
            hit,
            "placements",
            "facility",
            "settlement.unsure-occupancy",
            lambda _row: (
                "Om tilbuddet er over sit loft, afhænger af en række, der ikke kan bruges;"
                " opholdet er ikke afregnet."
            ),
        )
        found.stop(rows)
