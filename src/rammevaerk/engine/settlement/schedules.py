"""The tariff of each facility's plan through a period: which version a day has."""

from dataclasses import dataclass

import numpy as np

from rammevaerk.engine.settlement.checks import MAX_RATE, Mask, Review
from rammevaerk.engine.tables import IntArray


@dataclass(frozen=True, slots=True)
class Schedules:
    """Versions of every schedule (facility, plan), sorted by schedule and day.

    `key` is facility code × number of plans + plan code, ascending. The versions of schedule `s`
    are the pieces `piece_start[s]:piece_start[s + 1]`; a piece holds the rates of the days
    [first, last) of the period and the row of the version. `known_from` is the first day with a
    version, the number of days when there is none; `broken` schedules cannot be used.
    """

    key: IntArray
    piece_start: IntArray
    first: IntArray
    last: IntArray
    basis: IntArray
    basis_over: IntArray
    hour: IntArray
    row: IntArray
    known_from: IntArray
    broken: Mask

    def find(self, keys: IntArray) -> IntArray:
        """Return the schedule of each key, −1 where there is none."""
        if not len(self.key):
            return np.full(len(keys), -1, dtype=np.int64)
        size = int(max(self.key[-1], keys.max(initial=0))) + 1
        if size <= 4 * len(keys) + 1_000_000:  # few enough for a table, which is faster
            place = np.full(size, -1, dtype=np.int64)
            place[self.key] = np.arange(len(self.key))
            return place[keys]
        at = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[at] == keys, at, -1)


def make_schedules(found: Review, first_day: int, days: int) -> Schedules:
    """Lay the versions out over a period; the version of a day is the last one not after it."""
    tariffs = found.tables.tariffs
    plans = max(1, len(found.tables.domains["plan"]))
    key = tariffs.facility * plans + tariffs.plan
    order = np.lexsort((tariffs.valid_from, key))
    bad = _check_tariffs(found, key, order)
    key, start = key[order], tariffs.valid_from[order]
    # A version ends where the next one of the same schedule begins. `valid_from` is never moved
    # to the period's start before that: two versions would then begin on the same day.
    following = np.full(len(start), first_day + days, dtype=np.int64)
    same = key[1:] == key[:-1]
    following[:-1][same] = np.minimum(start[1:][same], first_day + days)
    first = np.maximum(start, first_day) - first_day
    last = following - first_day
    keys, head = np.unique(key, return_index=True)
    used = last > first
    schedule = np.searchsorted(keys, key)
    broken = np.zeros(len(keys), bool)
    broken[schedule[bad[order]]] = True
    counts = np.bincount(schedule[used], minlength=len(keys))
    rows = order[used]
    return Schedules(
        key=keys,
        piece_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        first=first[used],
        last=last[used],
        basis=tariffs.basis_ore[rows],
        basis_over=tariffs.basis_over_cap_ore[rows],
        hour=tariffs.hour_ore[rows],
        row=rows,
        known_from=np.clip(start[head] - first_day, 0, days),
        broken=broken,
    )


def _check_tariffs(found: Review, key: IntArray, order: IntArray) -> Mask:
    tariffs = found.tables.tariffs
    sorted_key, start = key[order], tariffs.valid_from[order]
    bad = np.zeros(len(key), bool)
    twin = (sorted_key[1:] == sorted_key[:-1]) & (start[1:] == start[:-1])
    rows = found.note(
        np.sort(order[1:][twin]),
        "tariffs",
        "valid_from",
        "settlement.duplicate-tariff",
        lambda _row: (
            "To versioner af taksten gælder fra samme dag; ophold med den er ikke afregnet."
        ),
    )
    bad[rows] = True
    for column in ("basis_ore", "basis_over_cap_ore", "hour_ore"):
        values = getattr(tariffs, column)
        rows = found.note(
            (values < 0) | (values > MAX_RATE),
            "tariffs",
            column,
            "settlement.rate",
            lambda row, values=values: (  # type: ignore[misc]
                f"{values[row]} øre kan ikke være rigtigt: der skal stå fra 0 til {MAX_RATE}."
                " Ophold med taksten er ikke afregnet."
            ),
        )
        bad[rows] = True
    return bad
