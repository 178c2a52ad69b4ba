"""Why a line is what it is: every step from the stay to the total, day by day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import EngineError
from rammevaerk.engine.findings import Severity
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.settlement.days import PAYABLE_DAYS
from rammevaerk.engine.settlement.inputs import CALENDAR, HOTEL, SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.occupancy import occupancy
from rammevaerk.engine.settlement.prepare import Prepared, prepare
from rammevaerk.engine.settlement.rules import (
    ABSENCE,
    BASIS,
    OVER_CAP,
    SERVICE_BY_DAY,
    SERVICE_BY_LINE,
    SUPPLEMENT,
    PayableDay,
)
from rammevaerk.engine.settlement.settle import Rounding, settle_prepared
from rammevaerk.engine.settlement.subset import Subset, of_facility
from rammevaerk.engine.steps import step
from rammevaerk.engine.table_findings import TableFinding
from rammevaerk.engine.tables import OPEN, IntArray, date_of, day_number, moment_of
from rammevaerk.engine.trace import Step, Trace

_DAY_COUNT_DA = {CALENDAR: "kalenderdøgn", HOTEL: "hoteldøgn"}


class NoLine(EngineError, LookupError):
    """A stay and month that have no line: unknown, without payable days, or stopped."""

    def __init__(self, reason_da: str, findings: Sequence[TableFinding] = ()) -> None:
        self.findings = tuple(findings)
        super().__init__(" ".join([reason_da, *(finding.message for finding in findings)]))


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line with its steps, in øre."""

    placement: str
    month: str
    days: int
    basis_ore: int
    service_ore: int
    supplement_ore: int
    total_ore: int
    trace: Trace

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        amounts = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")
        return {
            "placement": self.placement,
            "month": self.month,
            **{name: getattr(self, name) for name in amounts},
            **self.trace.as_dict(),
        }


def explain(
    tables: SettlementTables,
    placement: int | str,
    month: str,
    *,
    rounding: Rounding = Rounding.LINE,
    period: Months | None = None,
) -> Explanation:
    """Recompute the line of a stay and a month "2025-03" and give every step.

    `period` is the one that was settled: what stops the stay anywhere in it stops the line too.
    Without it the month is looked at alone. `NoLine` says why there is none. The figures are made
    day by day from the rules, not by the kernel, and EngineError is raised should the two ever
    disagree.
    """
    code = tables.domains["placement"].code(placement)
    rows = np.flatnonzero(tables.placements.placement == (-1 if code is None else code))
    if not len(rows):
        raise NoLine(f"Opholdet «{placement}» findes ikke.")
    own = of_facility(tables, int(tables.placements.facility[rows[0]]))
    if period is not None:
        period.index(month)
        _refuse_stopped(prepare(own.tables, period), placement)
    made = prepare(own.tables, Months.parse(month))
    settled = settle_prepared(made, rounding=rounding).lines
    at = np.flatnonzero(settled.placement == code)
    if not len(at):
        _refuse_stopped(made, placement)
        when = _stay_text(tables, int(rows[0]))
        raise NoLine(f"Opholdet «{placement}» er {when}; ingen betalte døgn i {month}.")
    found = _Line(made, own, int(code or 0), rounding).explained(str(placement), month)
    kernel = tuple(
        int(getattr(settled, name)[at[0]])
        for name in ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")
    )
    if kernel != (
        found.days,
        found.basis_ore,
        found.service_ore,
        found.supplement_ore,
        found.total_ore,
    ):
        raise EngineError(f"explanation and kernel disagree on {placement} {month}: {kernel}")
    return found


def _refuse_stopped(made: Prepared, placement: int | str) -> None:
    about = [
        one for one in made.findings if one.key == str(placement) and one.severity is Severity.ERROR
    ]
    if about:
        raise NoLine(f"Opholdet «{placement}» er ikke afregnet.", about)


def _stay_text(tables: SettlementTables, row: int) -> str:
    end = int(tables.placements.end[row])
    until = "endnu ikke afsluttet" if end == OPEN else f"til {moment_of(end):%Y-%m-%d %H:%M}"
    return f"fra {moment_of(int(tables.placements.start[row])):%Y-%m-%d %H:%M} {until}"


class _Line:
    """A stay in one month, with what its facility, tariff and absences say of each day."""

    def __init__(self, made: Prepared, own: Subset, code: int, rounding: Rounding) -> None:
        self.made, self.tables, self.rounding = made, made.tables, rounding
        self.rows = own.rows
        self.first_day = made.months.first_day
        (stay,) = np.flatnonzero(self.tables.placements.placement[made.stays.row] == code)
        self.stay = int(stay)
        self.row = int(made.stays.row[stay])
        facility = self.tables.placements.facility[self.row]
        (self.facility_row,) = np.flatnonzero(self.tables.facilities.facility == facility)
        self.code = code

    def explained(self, placement: str, month: str) -> Explanation:
        days = self._days()
        minutes = int(self.tables.placements.minutes_per_week[self.row])
        on = days[0].day
        basis = BASIS.on(on)
        rule = SERVICE_BY_DAY if self.rounding is Rounding.DAY else SERVICE_BY_LINE
        service, supplement = rule.on(on), SUPPLEMENT.on(on)
        amounts = (
            basis.calculate(days),
            service.calculate(days, minutes),
            supplement.calculate(days),
        )
        steps = [
            self._stay_step(),
            self._days_step(days),
            *self._tariff_steps(),
            self._over_cap_step(days),
            *self._absence_steps(days),
            *self._price_steps(days),
            Step(
                "Bevilget tid, minutter pr. uge",
                minutes,
                "count",
                source=self._place("placements", self.row),
            ),
            step("Basis", amounts[0], "ore", basis),
            step("Service", amounts[1], "ore", service),
            *self._supplement_steps(),
            step("Tillæg", amounts[2], "ore", supplement),
            Step("I alt: basis, service og tillæg", sum(amounts), "ore"),
        ]
        return Explanation(placement, month, len(days), *amounts, sum(amounts), Trace(tuple(steps)))

    def _days(self) -> list[PayableDay]:
        stays = self.made.stays
        over = self._over()
        return [
            self._day(day, bool(over[day]))
            for day in range(int(stays.a[self.stay]), int(stays.b[self.stay]))
        ]

    def _day(self, day: int, over: bool) -> PayableDay:
        number = self.first_day + day
        version = self._versions()[day]
        tariffs, facilities = self.tables.tariffs, self.tables.facilities
        reduced = self._reduced(number)
        return PayableDay(
            day=date_of(number),
            basis_ore=int((tariffs.basis_over_cap_ore if over else tariffs.basis_ore)[version]),
            hour_ore=int(tariffs.hour_ore[version]),
            basis_pct=int(facilities.absence_basis_pct[self.facility_row]) if reduced else 100,
            service_pct=int(facilities.absence_service_pct[self.facility_row]) if reduced else 100,
            supplement_ore=sum(
                int(self.tables.supplements.ore_per_day[row])
                for row in self._children("supplements", number)
            ),
        )

    def _over(self) -> list[bool]:
        present = self._present()
        cap = int(self.tables.facilities.cap[self.facility_row])
        rule = OVER_CAP.on(date_of(self.first_day)).calculate
        return [rule(int(count), cap) for count in present]

    def _present(self) -> IntArray:
        stays = self.made.stays
        here = (
            self.tables.placements.facility[stays.row]
            == (self.tables.placements.facility[self.row])
        )
        return occupancy(stays.a[here], stays.b[here], self.made.days)

    def _versions(self) -> dict[int, int]:
        """The row of tariffs by day of the month."""
        schedules, schedule = self.made.schedules, int(self.made.stays.schedule[self.stay])
        pieces = range(
            int(schedules.piece_start[schedule]), int(schedules.piece_start[schedule + 1])
        )
        return {
            day: int(schedules.row[piece])
            for piece in pieces
            for day in range(int(schedules.first[piece]), int(schedules.last[piece]))
        }

    def _children(self, table: str, number: int) -> list[int]:
        """The rows of absences or supplements of the stay on a day."""
        data = getattr(self.tables, table)
        here = (data.placement == self.code) & (data.start <= number) & (data.end > number)
        return [int(row) for row in np.flatnonzero(here)]

    def _reduced(self, number: int) -> bool:
        full = int(self.tables.facilities.absence_full_days[self.facility_row])
        rule = ABSENCE.on(date_of(self.first_day)).calculate
        return any(
            rule(date_of(number), date_of(int(self.tables.absences.start[row])), full)
            for row in self._children("absences", number)
        )

    # --- the steps ---

    def _place(self, table: str, row: int) -> str:
        return f"{table}, række {self.rows[table][row] + 1}"

    def _stay_step(self) -> Step:
        text = _stay_text(self.tables, self.row)
        return Step("Ophold", text, "text", source=self._place("placements", self.row))

    def _days_step(self, days: Sequence[PayableDay]) -> Step:
        kind = (CALENDAR, HOTEL)[int(self.tables.facilities.hotel[self.facility_row])]
        edition = PAYABLE_DAYS[kind].on(days[0].day)
        label = (
            f"Betalte {_DAY_COUNT_DA[kind]}, {date_text_da(days[0].day)}"
            f" til og med {date_text_da(days[-1].day)}"
        )
        return step(label, len(days), "days", edition)

    def _tariff_steps(self) -> list[Step]:
        tariffs, versions = self.tables.tariffs, self._versions()
        stays = self.made.stays
        own = range(int(stays.a[self.stay]), int(stays.b[self.stay]))
        steps = []
        for row in dict.fromkeys(versions[day] for day in own):
            count = sum(versions[day] == row for day in own)
            since = date_text_da(date_of(int(tariffs.valid_from[row])))
            place = self._place("tariffs", row)
            label = f"Takst gældende fra {since} ({count} døgn)"
            steps += [
                Step(f"{label}: basis", int(tariffs.basis_ore[row]), "ore_per_day", source=place),
                Step(
                    f"{label}: basis over loftet",
                    int(tariffs.basis_over_cap_ore[row]),
                    "ore_per_day",
                    source=place,
                ),
                Step(f"{label}: time", int(tariffs.hour_ore[row]), "ore_per_hour", source=place),
            ]
        return steps

    def _over_cap_step(self, days: Sequence[PayableDay]) -> Step:
        over, stays = self._over(), self.made.stays
        count = sum(over[int(stays.a[self.stay]) : int(stays.b[self.stay])])
        cap = int(self.tables.facilities.cap[self.facility_row])
        label = f"Døgn med flere end {cap} indskrevne"
        return step(label, count, "days", OVER_CAP.on(days[0].day))

    def _absence_steps(self, days: Sequence[PayableDay]) -> list[Step]:
        absences, facilities = self.tables.absences, self.tables.facilities
        first, last = day_number(days[0].day), day_number(days[-1].day) + 1
        full = int(facilities.absence_full_days[self.facility_row])
        steps = []
        for row in np.flatnonzero(absences.placement == self.code):
            start, end = int(absences.start[row]), int(absences.end[row])
            count = min(end, last) - max(start + full, first)
            if min(end, last) > max(start, first):
                label = f"{_away_da(start, end)}, døgn efter de første"
                edition = ABSENCE.on(days[0].day)
                made = step(f"{label} {full}", max(count, 0), "days", edition)
                steps.append(replace(made, source=self._place("absences", int(row))))
        return steps

    def _price_steps(self, days: Sequence[PayableDay]) -> list[Step]:
        """How many days have each price and per cent: what the amounts can be added up from."""
        basis = Counter((day.basis_ore, day.basis_pct) for day in days)
        hour = Counter((day.hour_ore, day.service_pct) for day in days)
        return [
            Step(
                f"Døgn til {noun} {format_kroner(ore)}, hvoraf {pct} % tæller",
                count,
                "days",
                source="taksten, loftet og fraværet ovenfor",
            )
            for noun, found in (("basispris", basis), ("timepris", hour))
            for (ore, pct), count in sorted(found.items())
        ]

    def _supplement_steps(self) -> list[Step]:
        supplements = self.tables.supplements
        stays = self.made.stays
        first = self.first_day + int(stays.a[self.stay])
        last = self.first_day + int(stays.b[self.stay])
        steps = []
        for row in np.flatnonzero(supplements.placement == self.code):
            count = min(int(supplements.end[row]), last) - max(int(supplements.start[row]), first)
            if count > 0:
                steps.append(
                    Step(
                        f"Tillæg i {count} døgn",
                        int(supplements.ore_per_day[row]),
                        "ore_per_day",
                        source=self._place("supplements", int(row)),
                    )
                )
        return steps


def _away_da(start: int, end: int) -> str:
    first = f"Fravær fra {date_text_da(date_of(start))}"
    if end == OPEN:
        return f"{first} uden slutdag"
    return f"{first} til og med {date_text_da(date_of(end - 1))}"
