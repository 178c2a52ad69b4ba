"""From checked tables to what the kernel walks through: whole facilities, side by side."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.settlement.checks import Mask, Review, review
from rammevaerk.engine.settlement.days import payable_days
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.occupancy import stop_unsure
from rammevaerk.engine.settlement.schedules import Schedules, make_schedules
from rammevaerk.engine.table_findings import TableFinding, in_order
from rammevaerk.engine.tables import IntArray, date_of

Int32Array = NDArray[np.int32]


class LineOrder(StrEnum):
    """How the lines of a settlement are sorted: by placement, or by operator and facility first.

    The second is how they are priced, and how runs, bills and files in parts are made of them; it
    is the faster one.
    """

    PLACEMENT = "placement"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class Stays:
    """The stays that count, facility by facility, each with its payable days [a, b).

    `row` is the row of placements; `lines` how many lines the stay gets (0 when it is stopped or
    has no payable day) and `line_start` where the first of them stands in the output.
    """

    row: IntArray
    a: IntArray
    b: IntArray
    minutes: IntArray
    schedule: IntArray
    pair: IntArray
    first_month: IntArray
    lines: IntArray
    line_start: IntArray


@dataclass(frozen=True, slots=True)
class Pieces:
    """Days [first, last) of stays with something of their own, sorted by stay.

    The pieces of stay `i` are `start[i]:start[i + 1]`. For absences `amount` is 0; for
    supplements it is øre per day.
    """

    start: IntArray
    first: IntArray
    last: IntArray
    amount: IntArray


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything about a period that does not depend on how a line is rounded.

    Facilities stand in the order operator, facility; the stays of facility `f` are
    `stay_start[f]:stay_start[f + 1]` and its schedules `schedule_start[f]:schedule_start[f + 1]`.
    A pair is an operator with one of its payers, in order of operator.
    """

    tables: SettlementTables
    months: Months
    month_starts: IntArray
    month_of: IntArray
    facility_code: IntArray
    cap: IntArray
    basis_off: IntArray  # per cent taken off the basis in absence
    service_off: IntArray
    stay_start: IntArray
    schedule_start: IntArray
    schedules: Schedules
    stays: Stays
    absences: Pieces
    supplements: Pieces
    pair_payer: IntArray
    pair_operator: IntArray
    line_owner: IntArray  # codes of placements in the order of their lines
    owner_lines: IntArray  # how many lines each of them has
    owner_month: IntArray  # the month of its first one
    findings: tuple[TableFinding, ...]

    @property
    def days(self) -> int:
        """Days in the period."""
        return int(self.month_starts[-1])

    @property
    def line_count(self) -> int:
        """Lines of the whole settlement."""
        return int(self.owner_lines.sum())


@dataclass(frozen=True, slots=True)
class _Order:
    """The facilities with their stays and schedules side by side."""

    facility_code: IntArray
    rank: IntArray  # by code of facility: its place, −1 when it has no row
    stay_rows: IntArray
    stay_start: IntArray


def prepare(
    tables: SettlementTables, months: Months, *, line_order: LineOrder = LineOrder.PLACEMENT
) -> Prepared:
    """Check the tables and lay them out for a period; the findings come with it."""
    found = review(tables)
    starts = months.starts()
    days, first_day = int(starts[-1]), months.first_day
    schedules = make_schedules(found, first_day, days)
    row = found.facility_row[tables.placements.facility]
    hotel = tables.facilities.hotel[row] if len(tables.facilities.hotel) else row * 0
    a, b = payable_days(tables.placements.start, tables.placements.end, hotel, first_day, days)
    schedule = _schedule_of(found, schedules, a, b, first_day)
    order = _order(found, line_order)
    stop_unsure(found, schedules, schedule, a, b, first_day, days)
    schedules, moved, schedule_start = _by_facility(tables, schedules, order)
    rows = order.stay_rows
    pair, pair_operator, pair_payer = _pairs(tables, order)
    month_of = np.repeat(np.arange(months.count), np.diff(starts))
    stays = _stays(found, rows, a[rows], b[rows], moved[schedule[rows]], pair, month_of)
    stays, line_owner, owner_lines, owner_month = _owners(found, stays, line_order)
    facility_rows = found.facility_row[order.facility_code]
    facilities = tables.facilities
    absences, supplements = _children(found, stays, order, first_day, days)
    return Prepared(
        tables=tables,
        months=months,
        month_starts=starts,
        month_of=month_of,
        facility_code=order.facility_code,
        cap=facilities.cap[facility_rows],
        basis_off=100 - facilities.absence_basis_pct[facility_rows],
        service_off=100 - facilities.absence_service_pct[facility_rows],
        stay_start=order.stay_start,
        schedule_start=schedule_start,
        schedules=schedules,
        stays=stays,
        absences=absences,
        supplements=supplements,
        pair_payer=pair_payer,
        pair_operator=pair_operator,
        line_owner=line_owner,
        owner_lines=owner_lines,
        owner_month=owner_month,
        findings=tuple(in_order(found.findings)),
    )


def _schedule_of(
    found: Review, schedules: Schedules, a: IntArray, b: IntArray, first_day: int
) -> IntArray:
    """The schedule of each placement; those with a day without a tariff are stopped."""
    placements = found.tables.placements
    plans = max(1, len(found.tables.domains["plan"]))
    schedule = schedules.find(placements.facility * plans + placements.plan)
    # The last place stands for "no schedule", which knows no day.
    known = np.append(schedules.known_from, b.max(initial=0))[schedule]
    missing = found.live & (b > a) & (known > a)

    def why(row: int) -> str:
        if schedule[row] < 0:
            return "tilbuddet har ingen takst for den plan"
        first = date_of(int(schedules.begins[schedule[row]]))
        return f"den første version gælder fra {first.isoformat()}"

    rows = found.note(
        missing,
        "placements",
        "plan",
        "settlement.no-tariff",
        lambda row: (
            f"Der er ingen takst for «{found.key_of_plan(row)}» den"
            f" {date_of(first_day + int(a[row])).isoformat()}: {why(row)}."
            " Opholdet er ikke afregnet."
        ),
    )
    found.stop(rows)
    found.stop(np.flatnonzero(np.append(schedules.broken, False)[schedule]))
    return schedule


def _order(found: Review, line_order: LineOrder) -> _Order:
    tables = found.tables
    codes = np.flatnonzero(found.facility_row >= 0)
    operator = tables.facilities.operator[found.facility_row[codes]]
    codes = codes[np.lexsort((codes, operator))]
    rank = np.full(len(found.facility_row), -1, dtype=np.int64)
    rank[codes] = np.arange(len(codes))
    here = rank[tables.placements.facility]
    rows = np.flatnonzero(found.certain)
    if line_order is LineOrder.FACILITY:
        rows = rows[_ascending(tables.placements.placement[rows])]
    place = here[rows]
    if (place[1:] < place[:-1]).any():
        # A stable sort of small numbers is a radix sort.
        small = place.astype(np.uint16) if len(codes) < 2**16 else place
        by_place = np.argsort(small, kind="stable")
        rows, place = rows[by_place], place[by_place]
    start = np.searchsorted(place, np.arange(len(codes) + 1))
    return _Order(codes, rank, rows, start.astype(np.int64))


def _ascending(codes: IntArray) -> IntArray | slice:
    """What puts the codes in order: nothing, where they already are."""
    if (codes[1:] >= codes[:-1]).all():
        return slice(None)
    return np.argsort(codes, kind="stable")


def _by_facility(
    tables: SettlementTables, schedules: Schedules, order: _Order
) -> tuple[Schedules, IntArray, IntArray]:
    """Put the schedules in the order of the facilities; those of unknown facilities go last.

    Returns them, where each went (the last place is −1, for no schedule) and where those of each
    facility begin.
    """
    plans = max(1, len(tables.domains["plan"]))
    rank = order.rank[schedules.key // plans]
    rank = np.where(rank < 0, len(order.facility_code), rank)
    by_rank = np.argsort(rank, kind="stable")
    counts = np.diff(schedules.piece_start)
    starts = schedules.piece_start[:-1][by_rank]
    length = counts[by_rank]
    piece_start = np.concatenate(([0], np.cumsum(length))).astype(np.int64)
    take = np.repeat(starts - piece_start[:-1], length) + np.arange(piece_start[-1])
    moved = np.empty(len(by_rank) + 1, dtype=np.int64)
    moved[by_rank] = np.arange(len(by_rank))
    moved[-1] = -1
    laid = Schedules(
        key=schedules.key[by_rank],
        piece_start=piece_start,
        first=schedules.first[take],
        last=schedules.last[take],
        basis=schedules.basis[take],
        basis_over=schedules.basis_over[take],
        hour=schedules.hour[take],
        row=schedules.row[take],
        begins=schedules.begins[by_rank],
        known_from=schedules.known_from[by_rank],
        broken=schedules.broken[by_rank],
    )
    start = np.searchsorted(rank[by_rank], np.arange(len(order.facility_code) + 1))
    return laid, moved, start.astype(np.int64)


def _pairs(tables: SettlementTables, order: _Order) -> tuple[IntArray, IntArray, IntArray]:
    payers = max(1, len(tables.domains["payer"]))
    operator_of = np.zeros(len(order.rank), dtype=np.int64)
    operator_of[tables.facilities.facility] = tables.facilities.operator
    rows = order.stay_rows
    key = operator_of[tables.placements.facility[rows]] * payers + tables.placements.payer[rows]
    size = len(tables.domains["operator"]) * payers
    if size > 4 * len(key) + 1_000_000:
        keys, pair = np.unique(key, return_inverse=True)
    else:  # few enough to count, which is faster than sorting
        seen = np.zeros(size, bool)
        seen[key] = True
        keys = np.flatnonzero(seen)
        number = np.cumsum(seen) - 1
        pair = number[key]
    return pair.astype(np.int64), keys // payers, keys % payers


def _stays(
    found: Review,
    rows: IntArray,
    a: IntArray,
    b: IntArray,
    schedule: IntArray,
    pair: IntArray,
    month_of: IntArray,
) -> Stays:
    placements = found.tables.placements
    live = found.live[rows] & (b > a)
    first = month_of[np.minimum(a, len(month_of) - 1)]
    last = month_of[np.maximum(b - 1, 0)]
    lines = np.where(live, last - first + 1, 0)
    return Stays(
        row=rows,
        a=a,
        b=b,
        minutes=placements.minutes_per_week[rows],
        schedule=schedule,
        pair=pair,
        first_month=first,
        lines=lines,
        line_start=np.cumsum(lines) - lines,
    )


def _owners(
    found: Review, stays: Stays, line_order: LineOrder
) -> tuple[Stays, IntArray, IntArray, IntArray]:
    """Whose the lines are in the order wanted, how many and from which month; and the stays so."""
    codes = found.tables.placements.placement[stays.row]
    if line_order is LineOrder.FACILITY:
        return stays, codes, stays.lines, stays.first_month
    lines = np.zeros(len(found.placement_row), dtype=np.int64)
    lines[codes] = stays.lines
    month = np.zeros(len(found.placement_row), dtype=np.int64)
    month[codes] = stays.first_month
    begins = np.cumsum(lines) - lines
    return replace(stays, line_start=begins[codes]), np.arange(len(lines)), lines, month


def _children(
    found: Review, stays: Stays, order: _Order, first_day: int, days: int
) -> tuple[Pieces, Pieces]:
    tables = found.tables
    place = np.full(len(found.placement_row), -1, dtype=np.int64)
    settled = stays.lines > 0
    place[tables.placements.placement[stays.row[settled]]] = np.flatnonzero(settled)
    facility_row = found.facility_row[tables.placements.facility[stays.row]]
    facilities = tables.facilities
    last_day = first_day + days
    absences = tables.absences
    at = place[absences.placement]
    owner = facility_row[at] if len(facility_row) else at
    full = facilities.absence_full_days[owner] if len(facilities.cap) else at
    reduced = (at >= 0) & _reduces(found, owner)
    absence = _pieces(
        stays,
        at,
        reduced,
        np.minimum(absences.start, last_day) + full - first_day,
        np.minimum(absences.end, last_day) - first_day,
        np.zeros(len(at), dtype=np.int64),
    )
    supplements = tables.supplements
    at = place[supplements.placement]
    supplement = _pieces(
        stays,
        at,
        at >= 0,
        np.minimum(supplements.start, last_day) - first_day,
        np.minimum(supplements.end, last_day) - first_day,
        supplements.ore_per_day,
    )
    return absence, supplement


def _reduces(found: Review, owner: IntArray) -> Mask:
    facilities = found.tables.facilities
    if not len(facilities.cap):
        return np.zeros(len(owner), bool)
    full_price = (facilities.absence_basis_pct == 100) & (facilities.absence_service_pct == 100)
    return np.asarray(~full_price[owner])


def _pieces(
    stays: Stays, at: IntArray, wanted: Mask, first: IntArray, last: IntArray, amount: IntArray
) -> Pieces:
    """Cut the days of children to those of their stays; what has no day is left out."""
    rows = np.flatnonzero(wanted)
    at = at[rows]
    first = np.maximum(first[rows], stays.a[at])
    last = np.minimum(last[rows], stays.b[at])
    kept = last > first
    order = np.argsort(at[kept], kind="stable")
    at = at[kept][order]
    count = np.bincount(at, minlength=len(stays.row))
    return Pieces(
        np.concatenate(([0], np.cumsum(count))).astype(np.int64),
        first[kept][order],
        last[kept][order],
        amount[rows][kept][order],
    )
