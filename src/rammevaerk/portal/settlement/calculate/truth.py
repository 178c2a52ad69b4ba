"""What a scope's months cost as we believe now: one function for preview, run, replay and forecast.

Rows → a snapshot (`gathering`) → the engine → lines that name placement, service and payer.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import numpy as np

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.settlement.corrections import LineFacts
from rammevaerk.engine.settlement.days import payable_days
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.quantities import (
    month_parts,
    quantity_amount,
    quantity_da,
    year_parts,
)
from rammevaerk.engine.settlement.settle import Rounding, Settlement, settle
from rammevaerk.engine.tables import IntArray, date_of
from rammevaerk.portal.settlement.calculate.gathering import gather
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import (
    QuantityRow,
    Snapshot,
    month_of,
)
from rammevaerk.portal.settlement.calculate.special import SpecialAmount, special_amounts
from rammevaerk.portal.settlement.models.specials import SpecialKind

_LONGEST_CLAIM = 80
_HUNDREDTHS = 100
LEFT_DA = "Tomgangsdage i opsigelsesperioden"
UNITS_DA = {
    "day": "døgn",
    "day_attended": "fremmødedage",
    "month": "måneder",
    "year": "år",
    "hour": "timer",
    "km": "km",
    "course": "forløb",
    "piece": "stk.",
}


@dataclass(frozen=True, slots=True)
class TrueLine:
    """What one payer owes for one part of a stay, quantity or special payment in a month.

    `claim` is what the days [first, end) are billed as; `reference` the placement's, empty for
    what is for no citizen.
    """

    kind: str
    claim: str
    part: str
    reference: str
    placement_id: int | None
    service_id: int | None
    operator_id: int
    reporter_id: int
    payer_id: int
    first: date
    end: date
    days: int
    basis_ore: int
    service_ore: int = 0
    supplement_ore: int = 0
    quantity: int = 0
    unit: str = ""
    unit_price_ore: int = 0
    text: str = ""
    unverified: bool = False

    @property
    def month(self) -> str:
        """The month it is for, as «2026-03»."""
        return month_of(self.first)

    @property
    def internal(self) -> bool:
        """Whether the payer is the operator itself: never invoiced."""
        return self.payer_id == self.operator_id

    @property
    def total_ore(self) -> int:
        """Basis, service and supplement together."""
        return self.basis_ore + self.service_ore + self.supplement_ore

    def facts(self) -> LineFacts:
        """As the engine compares lines."""
        return LineFacts(
            self.claim,
            self.month,
            self.part,
            self.first,
            self.end,
            self.payer_id,
            self.operator_id,
            self.days,
            self.basis_ore,
            self.service_ore,
            self.supplement_ore,
            self.quantity,
            self,
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """The lines of every month of a snapshot, and what kept days out of them."""

    snapshot: Snapshot
    lines: tuple[TrueLine, ...]
    findings: tuple[Finding, ...]

    @property
    def total_ore(self) -> int:
        """All lines together."""
        return sum(line.total_ore for line in self.lines)

    def of_month(self, month: str) -> list[TrueLine]:
        """The lines of «2026-03»."""
        return [line for line in self.lines if line.month == month]


def settle_scope(
    scope: Scope,
    months: Months,
    *,
    known: datetime | None = None,
    tick: Callable[[int, int], None] | None = None,
) -> Settled:
    """Settle a scope's months as believed now, or as known at a moment."""
    found = settle_snapshot(gather(scope, months, known=known, tick=tick))
    if scope.payer_id is None:
        return found
    own = tuple(line for line in found.lines if line.payer_id == scope.payer_id)
    return Settled(found.snapshot, own, found.findings)


def settle_snapshot(snapshot: Snapshot) -> Settled:
    """Settle what a snapshot holds; asks no database, so a stored one gives the same again."""
    findings: list[Finding] = list(snapshot.findings)
    lines = [
        *stay_lines(snapshot, snapshot.tables, findings),
        *_quantity_lines(snapshot),
        *_special_lines(snapshot, findings),
    ]
    lines.sort(key=_order)
    return Settled(snapshot, tuple(lines), tuple(dict.fromkeys(findings)))


def _order(line: TrueLine) -> tuple[str, str, date]:
    return line.month, line.claim, line.first


def stay_lines(
    snapshot: Snapshot, tables: SettlementTables, findings: list[Finding]
) -> list[TrueLine]:
    """The lines of stays by the tables, which are the snapshot's or like them row by row."""
    found: list[TrueLine] = []
    for rounding in sorted({part.rounding for part in snapshot.parts}):
        settled = settle(tables, snapshot.months, rounding=Rounding(rounding))
        found += _engine_lines(snapshot, tables, settled, rounding)
        findings += _engine_findings(snapshot, settled)
    return found


def _engine_findings(snapshot: Snapshot, settled: Settlement) -> Iterator[Finding]:
    by_key = {part.key: part for part in snapshot.parts}
    for one in settled.findings:
        part = by_key.get(one.key)
        place = (
            f"{part.reference}, {snapshot.services[part.service_id].facility}" if part else one.key
        )
        if one.severity is not Severity.ERROR:
            # Absences and supplements outside a part say nothing of the stay as a whole.
            continue
        target = f"placement:{part.reference}" if part else ""
        yield Finding(one.code, one.severity, place, one.message, target=target)


def _engine_lines(
    snapshot: Snapshot, tables: SettlementTables, settled: Settlement, rounding: str
) -> Iterator[TrueLine]:
    placements, lines = tables.placements, settled.lines
    if not len(lines):
        return
    row_of = np.zeros(len(tables.domains["placement"]), np.int64)
    row_of[placements.placement] = np.arange(len(placements.placement))
    rows = row_of[lines.placement]
    first, end = _days(tables, snapshot.months, rows, lines.month.astype(np.int64))
    payer, operator = tables.domains["payer"], _operators(tables)
    columns = (
        rows,
        first,
        end,
        placements.payer[rows],
        operator[rows],
        lines.days,
        lines.basis_ore,
        lines.service_ore,
        lines.supplement_ore,
    )
    for row, a, b, who, seller, days, basis, service, supplement in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        part = snapshot.parts[row]
        if part.rounding != rounding:
            continue
        yield TrueLine(
            "notice" if part.left else "stay",
            f"{part.reference}:stay",
            part.key,
            part.reference,
            part.placement_id,
            part.service_id,
            int(seller),
            snapshot.services[part.service_id].reporter_id,
            int(payer.label(who)),
            date_of(a),
            date_of(b),
            days,
            basis,
            service,
            supplement,
            # Days of another kind: a line of as many days there is not the same one.
            quantity=days * _HUNDREDTHS if part.left else 0,
            unit="day" if part.left else "",
            text=LEFT_DA if part.left else "",
            unverified=part.unverified,
        )


def _operators(tables: SettlementTables) -> IntArray:
    """The operator's id by row of placements."""
    facilities = tables.facilities
    by_code = np.zeros(len(tables.domains["facility"]), np.int64)
    labels = tables.domains["operator"].labels.astype(np.int64)
    by_code[facilities.facility] = labels[facilities.operator]
    found: IntArray = by_code[tables.placements.facility]
    return found


def _days(
    tables: SettlementTables, months: Months, rows: IntArray, month: IntArray
) -> tuple[IntArray, IntArray]:
    """The payable days [first, end) of each line as day numbers."""
    placements, facilities = tables.placements, tables.facilities
    hotel_of = np.zeros(len(tables.domains["facility"]), np.int64)
    hotel_of[facilities.facility] = facilities.hotel
    starts = months.starts()
    a, b = payable_days(
        placements.start[rows],
        placements.end[rows],
        hotel_of[placements.facility[rows]],
        months.first_day,
        int(starts[-1]),
    )
    first = np.maximum(a, starts[month]) + months.first_day
    end = np.minimum(b, starts[month + 1]) + months.first_day
    return first, end


def claim_of(reference: str, component: str, label: str) -> str:
    """What a quantity is billed as; a long label by its fingerprint."""
    claim = f"{reference}:{component}:{label}".rstrip(":")
    if len(claim) <= _LONGEST_CLAIM:
        return claim
    return f"{reference}:{component}:{hashlib.sha256(label.encode()).hexdigest()[:24]}"


def _quantity_lines(snapshot: Snapshot) -> Iterator[TrueLine]:
    def price(row: QuantityRow) -> tuple[int, str, str, str, int]:
        return row.placement_id, row.component, row.label, month_of(row.first), row.price_ore

    rows = sorted(snapshot.quantities, key=lambda row: (*price(row), row.first))
    for _price, group in groupby(rows, key=price):
        own = list(group)
        for row, ore in zip(own, _amounts(own), strict=True):
            if ore or row.quantity:
                yield _quantity_line(snapshot, row, ore)


def _amounts(rows: Sequence[QuantityRow]) -> Iterable[int]:
    """Øre of quantities of the same thing in a month, in order of their days."""
    first = rows[0]
    if first.basis == "piece":
        return [quantity_amount(row.quantity, row.price_ore, row.first).ore for row in rows]
    price = first.price_ore
    if first.basis == "year":
        price = year_parts(price, [1] * 12, first.first.year)[first.first.month - 1].ore
    days = [(row.end - row.first).days for row in rows]
    return [one.ore for one in month_parts(price, days, first.first)]


def _quantity_line(snapshot: Snapshot, row: QuantityRow, ore: int) -> TrueLine:
    service = snapshot.services[row.service_id]
    days = 0 if row.basis == "piece" else (row.end - row.first).days
    name = row.label or service.name
    if row.basis == "piece":
        text = f"{name}, {quantity_da(row.quantity)} {UNITS_DA[row.unit]}"
    else:
        text = f"{name}, {days} dage af måneden"
        if row.left:
            text = f"{name}, {days} tomgangsdage af måneden i opsigelsesperioden"
    supplement = row.component == "supplement"
    return TrueLine(
        "quantity",
        claim_of(row.reference, row.component, row.label),
        row.reference,
        row.reference,
        row.placement_id,
        row.service_id,
        service.operator_id,
        service.reporter_id,
        row.payer_id,
        row.first,
        row.end,
        days,
        0 if supplement else ore,
        0,
        ore if supplement else 0,
        row.quantity if row.basis == "piece" else days * _HUNDREDTHS,
        row.unit,
        row.price_ore,
        text[:200],
        row.left,
    )


def _special_lines(snapshot: Snapshot, findings: list[Finding]) -> Iterator[TrueLine]:
    amounts, told = special_amounts(snapshot.special)
    findings += told
    for one in amounts:
        yield _special_line(one)


def _special_line(one: SpecialAmount) -> TrueLine:
    row = one.row
    end = date(row.month.year + row.month.month // 12, row.month.month % 12 + 1, 1)
    return TrueLine(
        "special",
        f"special:{row.pk}:{one.payer_id}",
        f"S-{row.pk}",
        "",
        None,
        None,
        row.operator_id,
        row.reporter_id,
        one.payer_id,
        row.month,
        end,
        one.days,
        one.amount_ore,
        text=f"{SpecialKind(row.kind).label}: {row.label}"[:200],
        unverified=one.trace.unverified,
    )
