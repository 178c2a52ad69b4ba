"""The tariff of each facility's plan through a period: which version a day has."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rammevaerk.engine.findings import Severity
from rammevaerk.engine.settlement.checks import MAX_RATE, Mask, Review
from rammevaerk.engine.tables import IntArray, date_of


@dataclass(frozen=True, slots=True)
class Schedules:
    """Versions of every schedule (facility, plan), sorted by schedule and day.

    `key` is facility code × number of plans + plan code, ascending. The versions of schedule `s`
    are the pieces `piece_start[s]:piece_start[s + 1]`; a piece holds the rates of the days
    [first, last) of the period and the row of the version. `begins` is the day number of the first
    version, `known_from` the first day of the period with one, the number of days when there is
    none; `broken` schedules cannot be used.
    """

    key: IntArray
    piece_start: IntArray
    first: IntArray
    last: IntArray
    basis: IntArray
    basis_over: IntArray
    hour: IntArray
    row: IntArray
    begins: IntArray
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
    in_use = np.zeros(len(order), bool)
    in_use[order] = used
    bad = _check_tariffs(found, order, in_use)
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
        begins=start[head],
        known_from=np.clip(start[head] - first_day, 0, days),
        broken=broken,
    )


def _check_tariffs(found: Review, order: IntArray, in_use: Mask) -> Mask:
    """Tell of versions that cannot be used; those that no day of the period has only warn."""
    tariffs = found.tables.tariffs
    bad = np.zeros(len(order), bool)

    def refuse(rows: Mask, column: str, code: str, text: Callable[[int], str]) -> None:
        stops = rows & in_use
        end = " Ophold med den er ikke afregnet."
        found.note(stops, "tariffs", column, code, lambda row: text(row) + end)
        found.note(rows & ~in_use, "tariffs", column, code, text, severity=Severity.WARNING)
        bad[stops] = True

    refuse(
        _twins(found, order),
        "valid_from",
        "settlement.duplicate-tariff",
        lambda row: (
            f"Taksten for {found.key('tariffs', row)} fra"
            f" {date_of(int(tariffs.valid_from[row])).isoformat()} står mere end én gang; kun den"
            " ene kan gælde."
        ),
    )
    for column in ("basis_ore", "basis_over_cap_ore", "hour_ore"):
        values = getattr(tariffs, column)
        refuse(
            (values < 0) | (values > MAX_RATE),
            column,
            "settlement.rate",
            lambda row, values=values: (  # type: ignore[misc]
                f"{values[row]} øre kan ikke være rigtigt: der skal stå fra 0 til {MAX_RATE}."
            ),
        )
    found.note(
        found.facility_row[tariffs.facility] < 0,
        "tariffs",
        "facility",
        "settlement.unused-tariff",
        lambda _row: "Tilbuddet står ikke i tabellen facilities; taksten er ikke brugt.",
        severity=Severity.WARNING,
    )
    return bad


def _twins(found: Review, order: IntArray) -> Mask:
    """Say of each row whether one before it in the order has the same schedule and day.

    Of such rows the last in the order is the one that a day would have.
    """
    tariffs = found.tables.tariffs
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in (tariffs.facility, tariffs.plan, tariffs.valid_from):
        ordered = column[order]
        same &= ordered[1:] == ordered[:-1]
    twins = np.zeros(len(order), bool)
    twins[order[1:][same]] = True
    return twins
