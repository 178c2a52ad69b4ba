"""What is wrong in the tables of a settlement, and which stays it keeps from being settled.

Whatever makes a figure wrong stops the stay it concerns; the others go on. A row that may or may
not count in a facility's occupancy is kept aside as unsure.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.findings import Severity
from rammevaerk.engine.settlement.days import calendar_days
from rammevaerk.engine.settlement.inputs import SettlementTables, Supplements
from rammevaerk.engine.table_findings import TableFinding, told
from rammevaerk.engine.tables import IntArray, date_of

Mask = NDArray[np.bool_]

MAX_RATE = 1_000_000_000  # ten million kroner per day or hour: beyond it is a mistake
MAX_MINUTES = 7 * 24 * 60
MAX_CAP = 1_000_000
MAX_FULL_DAYS = 36_600


@dataclass(slots=True)
class Review:
    """The findings so far, and by row of placements what can be settled.

    `live` gets lines; `certain` is known to take its days in the facility; `unsure` may.
    """

    tables: SettlementTables
    live: Mask
    certain: Mask
    unsure: Mask
    facility_row: IntArray  # by code of facility: its row, −1 when there is none
    placement_row: IntArray  # by code of placement: its (last) row, −1 when there is none
    findings: list[TableFinding] = field(default_factory=list)

    def note(
        self,
        rows: IntArray | Mask,
        table: str,
        column: str,
        code: str,
        message: Callable[[int], str],
        *,
        severity: Severity = Severity.ERROR,
    ) -> IntArray:
        """Tell of rows of a table; `message` gets the row. Returns the rows as numbers."""
        found = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64)
        self.findings += told(
            found,
            lambda row: TableFinding(
                code, severity, table, row + 1, column, self.key(table, row), message(row)
            ),
        )
        return found.astype(np.int64)

    def key(self, table: str, row: int) -> str:
        """Return what a row is about: the stay, or the facility and its plan."""
        data = getattr(self.tables, table)
        domains = self.tables.domains
        if hasattr(data, "placement"):
            return str(domains["placement"].label(int(data.placement[row])))
        facility = str(domains["facility"].label(int(data.facility[row])))
        if hasattr(data, "plan"):
            return f"{facility}/{domains['plan'].label(int(data.plan[row]))}"
        return facility

    def key_of_plan(self, row: int) -> str:
        """Return the facility and plan of a row of placements."""
        placements, domains = self.tables.placements, self.tables.domains
        facility = domains["facility"].label(int(placements.facility[row]))
        return f"{facility}/{domains['plan'].label(int(placements.plan[row]))}"

    def stop(self, rows: IntArray) -> None:
        """Keep rows of placements from being settled; their days still count."""
        self.live[rows] = False

    def stop_codes(self, codes: IntArray) -> None:
        """Keep the placements with these codes from being settled."""
        rows = self.placement_row[codes]
        self.live[rows[rows >= 0]] = False


def review(tables: SettlementTables) -> Review:
    """Check everything that can be checked without a period."""
    count = len(tables.placements.placement)
    found = Review(
        tables,
        live=np.ones(count, bool),
        certain=np.ones(count, bool),
        unsure=np.zeros(count, bool),
        facility_row=_rows_by_code(tables.facilities.facility, len(tables.domains["facility"])),
        placement_row=_rows_by_code(tables.placements.placement, len(tables.domains["placement"])),
    )
    _check_facilities(found)
    _check_placements(found)
    _check_absences(found)
    _check_supplements(found)
    return found


def _rows_by_code(codes: IntArray, size: int) -> IntArray:
    rows = np.full(size, -1, dtype=np.int64)
    rows[codes] = np.arange(len(codes))
    return rows


def repeated(codes: IntArray, size: int) -> Mask:
    """Say of each row whether its key stands more than once."""
    return np.asarray(np.bincount(codes, minlength=size)[codes] > 1)


def _check_facilities(found: Review) -> None:
    facilities = found.tables.facilities
    stopped = np.zeros(len(found.facility_row), bool)

    def refuse(rows: Mask, column: str, code: str, text: Callable[[int], str]) -> None:
        note = found.note(rows, "facilities", column, code, text)
        stopped[facilities.facility[note]] = True

    twice = repeated(facilities.facility, len(found.facility_row))
    refuse(
        twice,
        "facility",
        "settlement.duplicate-facility",
        lambda _row: "Tilbuddet står flere gange; ingen af dets ophold er afregnet.",
    )
    for column, values, highest in (
        ("cap", facilities.cap, MAX_CAP),
        ("absence_full_days", facilities.absence_full_days, MAX_FULL_DAYS),
        ("absence_basis_pct", facilities.absence_basis_pct, 100),
        ("absence_service_pct", facilities.absence_service_pct, 100),
    ):
        refuse(
            (values < 0) | (values > highest),
            column,
            "settlement.facility-number",
            lambda row, values=values, highest=highest: (  # type: ignore[misc]
                f"{values[row]} skal ligge fra 0 til {highest};"
                " ingen af tilbuddets ophold er afregnet."
            ),
        )
    found.live &= ~stopped[found.tables.placements.facility]


def _check_placements(found: Review) -> None:
    placements = found.tables.placements
    unknown = found.facility_row[placements.facility] < 0
    rows = found.note(
        unknown,
        "placements",
        "facility",
        "settlement.unknown-facility",
        lambda row: (
            f"Tilbuddet «{found.tables.domains['facility'].label(int(placements.facility[row]))}»"
            " står ikke i tabellen facilities; opholdet er ikke afregnet."
        ),
    )
    found.stop(rows)
    found.certain[rows] = False
    twice = repeated(placements.placement, len(found.placement_row))
    rows = found.note(
        twice,
        "placements",
        "placement",
        "settlement.duplicate-placement",
        lambda _row: "Opholdet står flere gange; det er ikke afregnet.",
    )
    _set_aside(found, rows)
    rows = found.note(
        placements.end < placements.start,
        "placements",
        "end",
        "settlement.end-before-start",
        lambda _row: "Opholdet slutter, før det begynder; det er ikke afregnet.",
    )
    _set_aside(found, rows)
    found.note(
        placements.end == placements.start,
        "placements",
        "end",
        "settlement.empty-stay",
        lambda _row: "Opholdet slutter i samme øjeblik, som det begynder. Er sluttiden rigtig?",
        severity=Severity.WARNING,
    )
    minutes = placements.minutes_per_week
    rows = found.note(
        (minutes < 0) | (minutes > MAX_MINUTES),
        "placements",
        "minutes_per_week",
        "settlement.minutes",
        lambda row: (
            f"{minutes[row]} minutter om ugen; der skal stå fra 0 til {MAX_MINUTES}."
            " Opholdet er ikke afregnet."
        ),
    )
    found.stop(rows)


def _set_aside(found: Review, rows: IntArray) -> None:
    found.stop(rows)
    known = rows[found.facility_row[found.tables.placements.facility[rows]] >= 0]
    found.certain[rows] = False
    found.unsure[known] = True


def _check_absences(found: Review) -> None:
    absences = found.tables.absences
    _check_children(found, "absences", absences.placement, absences.start, absences.end)
    # By stay and day, two that overlap are neighbours.
    order = np.lexsort((absences.end, absences.start, absences.placement))
    stay, start, end = (
        column[order] for column in (absences.placement, absences.start, absences.end)
    )
    both_end = np.minimum(end[1:], end[:-1])
    overlap = (stay[1:] == stay[:-1]) & (start[1:] < both_end)
    before = np.full(len(order), -1, dtype=np.int64)
    before[order[1:][overlap]] = order[:-1][overlap]
    # Only an overlap inside the stay leaves a day that could be counted twice.
    first, last = _days_of_stays(found, stay[1:])
    inside = np.zeros(len(order), bool)
    inside[order[1:]] = overlap & (start[1:] < last) & (both_end > first)

    def text(row: int) -> str:
        other = before[row]
        return (
            f"Fraværet fra {date_of(int(absences.start[row])).isoformat()} overlapper opholdets"
            f" fravær fra {date_of(int(absences.start[other])).isoformat()}."
        )

    code = "settlement.overlapping-absences"
    rows = found.note(
        inside, "absences", "from", code, lambda row: text(row) + " Opholdet er ikke afregnet."
    )
    found.stop_codes(absences.placement[rows])
    found.note((before >= 0) & ~inside, "absences", "from", code, text, severity=Severity.WARNING)


def _days_of_stays(found: Review, codes: IntArray) -> tuple[IntArray, IntArray]:
    """The days [first, last) that the stays with these codes touch; none for unknown ones."""
    placements = found.tables.placements
    rows = found.placement_row[codes]
    known = rows >= 0
    if not known.any():
        return codes * 0, codes * 0
    first, last = calendar_days(placements.start[rows], placements.end[rows])
    return np.where(known, first, 0), np.where(known, last, 0)


def _check_supplements(found: Review) -> None:
    supplements = found.tables.supplements
    _check_children(found, "supplements", supplements.placement, supplements.start, supplements.end)
    rows = found.note(
        np.abs(supplements.ore_per_day) > MAX_RATE,
        "supplements",
        "ore_per_day",
        "settlement.rate",
        lambda row: (
            f"{supplements.ore_per_day[row]} øre om dagen kan ikke være rigtigt: der skal stå"
            f" højst {MAX_RATE}. Opholdet er ikke afregnet."
        ),
    )
    found.stop_codes(supplements.placement[rows])
    found.note(
        _repeated(supplements),
        "supplements",
        "placement",
        "settlement.repeated-supplement",
        lambda _row: "Rækken står mere end én gang, og tillægget lægges til hver gang.",
        severity=Severity.WARNING,
    )


def _check_children(
    found: Review, table: str, placement: IntArray, start: IntArray, end: IntArray
) -> None:
    found.note(
        found.placement_row[placement] < 0,
        table,
        "placement",
        "settlement.unknown-placement",
        lambda _row: "Opholdet står ikke i tabellen placements; rækken er ikke brugt.",
    )
    rows = found.note(
        end < start,
        table,
        "to",
        "settlement.end-before-start",
        lambda _row: "Slutdagen ligger før startdagen; opholdet er ikke afregnet.",
    )
    found.stop_codes(placement[rows])
    found.note(
        end == start,
        table,
        "to",
        "settlement.no-days",
        lambda _row: (
            "«from» og «to» er samme dag, så rækken dækker ingen dage. «to» er dagen efter den"
            " sidste."
        ),
        severity=Severity.WARNING,
    )
    first, last = _days_of_stays(found, placement)
    outside = (start < end) & ((start >= last) | (end <= first))
    found.note(
        outside & (found.placement_row[placement] >= 0),
        table,
        "from",
        "settlement.outside-stay",
        lambda _row: "Dagene ligger helt uden for opholdet; rækken ændrer intet.",
        severity=Severity.WARNING,
    )


def _repeated(supplements: Supplements) -> Mask:
    """Say of each row whether one before it in the order is the same in every column."""
    columns = (
        supplements.ore_per_day,
        supplements.end,
        supplements.start,
        supplements.placement,
    )
    order = np.lexsort(columns)
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in columns:
        ordered = column[order]
        same &= ordered[1:] == ordered[:-1]
    found = np.zeros(len(order), bool)
    found[order[1:][same]] = True
    return found
