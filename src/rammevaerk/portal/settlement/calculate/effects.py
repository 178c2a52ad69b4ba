"""What a disagreement about days is worth: the seller's days and the buyer's, both settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rammevaerk.engine.settlement.inputs import Absences, Placements, SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.reconcile import StayRecord
from rammevaerk.engine.settlement.settle import Rounding, settle
from rammevaerk.engine.settlement.subset import of_facility
from rammevaerk.engine.tables import DAY_US, OPEN, IntArray, day_number, moment


@dataclass(frozen=True, slots=True)
class Effect:
    """Øre for a part of a stay in a month by each party's days."""

    seller_ore: int
    buyer_ore: int

    @property
    def difference_ore(self) -> int:
        """What the buyer would pay more (or, negative, less) than the seller asks."""
        return self.buyer_ore - self.seller_ore


def effects(
    tables: SettlementTables,
    roundings: Mapping[str, str],
    month: str,
    buyer: Mapping[str, Sequence[StayRecord]],
) -> dict[str, Effect]:
    """Settle a month by the tables and again with the buyer's stays in some parts of stays.

    `roundings` are the parts' own, by key. Every other stay is left as the seller has it. A part
    that the tables do not have is left out.
    """
    months, found = Months.parse(month), {}
    codes = {
        key: code for key in buyer if (code := tables.domains["placement"].code(key)) is not None
    }
    rows = {key: np.flatnonzero(tables.placements.placement == code) for key, code in codes.items()}
    by_facility: dict[int, list[str]] = {}
    for key, at in rows.items():
        if len(at):
            by_facility.setdefault(int(tables.placements.facility[at[0]]), []).append(key)
    for facility, keys in by_facility.items():
        own = of_facility(tables, facility).tables
        other = own
        for key in keys:
            other = _with_stays(other, codes[key], buyer[key])
        for key in keys:
            rounding = Rounding(roundings[key])
            found[key] = Effect(
                _total(own, months, rounding, codes[key]),
                _total(other, months, rounding, codes[key]),
            )
    return found


def _total(tables: SettlementTables, months: Months, rounding: Rounding, code: int) -> int:
    lines = settle(tables, months, rounding=rounding).lines
    return int(lines.total_ore[lines.placement == code].sum())


def _with_stays(
    tables: SettlementTables, code: int, records: Sequence[StayRecord]
) -> SettlementTables:
    """The tables with one part of a stay as the buyer has it."""
    placements = tables.placements
    row = int(np.flatnonzero(placements.placement == code)[0])
    start, end = int(placements.start[row]), int(placements.end[row])
    record = _same_stay(records, start, end)
    starts, ends = placements.start.copy(), placements.end.copy()
    if record is None:
        # Nowhere in the month: a stay without a payable day.
        ends[row] = start
        return replace(tables, placements=_kept(tables, starts, ends, row))
    first, last = _outer(tables, row)
    begins = moment(record.start)
    stops = OPEN if record.end is None else moment(record.end)
    starts[row] = begins if first else max(start, begins)
    ends[row] = stops if last else min(end, stops)
    if ends[row] <= starts[row]:
        ends[row] = starts[row]
    changed = replace(tables, placements=_kept(tables, starts, ends, row))
    return replace(changed, absences=_absences(tables, code, record))


def _kept(tables: SettlementTables, starts: IntArray, ends: IntArray, row: int) -> Placements:
    """The placements with new moments; a stay that has become empty is taken out."""
    placements = replace(tables.placements, start=starts, end=ends)
    if ends[row] > starts[row]:
        return placements
    keep = np.arange(len(starts)) != row
    names = ("placement", "facility", "payer", "plan", "minutes_per_week", "start", "end")
    return Placements(*(getattr(placements, name)[keep] for name in names))


def _same_stay(records: Sequence[StayRecord], start: int, end: int) -> StayRecord | None:
    """The buyer's record that shares most time with the part, or touches a date of it."""

    def shared(record: StayRecord) -> int:
        stop = OPEN if record.end is None else moment(record.end)
        return min(stop, end) - max(moment(record.start), start)

    # Two that touch a date of each other are less than a day apart.
    return max((one for one in records if shared(one) > -DAY_US), key=shared, default=None)


def _outer(tables: SettlementTables, row: int) -> tuple[bool, bool]:
    """Whether a part is the first and the last of its stay: what it was cut from goes no further.

    Parts of one stay are keyed «reference/1», «reference/2» and follow each other.
    """
    placements, domain = tables.placements, tables.domains["placement"]
    stem = str(domain.label(int(placements.placement[row]))).rpartition("/")[0]
    own = [
        at
        for at in range(len(placements.placement))
        if str(domain.label(int(placements.placement[at]))).rpartition("/")[0] == stem
    ]
    first = not any(int(placements.end[at]) == int(placements.start[row]) for at in own)
    last = not any(int(placements.start[at]) == int(placements.end[row]) for at in own)
    return first, last


def _absences(tables: SettlementTables, code: int, record: StayRecord) -> Absences:
    held = tables.absences
    keep = held.placement != code
    starts = [day_number(first) for first, _back in record.absences]
    ends = [OPEN if back is None else day_number(back) for _first, back in record.absences]
    return Absences(
        np.concatenate([held.placement[keep], np.full(len(starts), code, np.int64)]),
        np.concatenate([held.start[keep], np.asarray(starts, np.int64)]),
        np.concatenate([held.end[keep], np.asarray(ends, np.int64)]),
    )
