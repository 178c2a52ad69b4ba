"""Invoices that a buyer of the invented region was sent from outside, with deliberate mistakes.

Sellers take back some lines of the month that is invoiced and charge them anew, each with one
thing wrong: so that every cause of a difference is there to be found, and nothing else is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.paper import InvoicePaper, InvoiceRow, Kind
from rammevaerk.exchange.invoice.workbook import write_workbook
from rammevaerk.portal.placements.queries.controlling import placements_paid_by
from rammevaerk.portal.settlement.calculate.control import full_prices
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import month_of, months_from
from rammevaerk.portal.settlement.calculate.truth import settle_scope
from rammevaerk.portal.settlement.queries.papers import paper_of

_ISSUED = date(2026, 11, 3)
_TO_PAY, _OVERLAP = timedelta(days=30), timedelta(days=5)
# Full payment lasts no longer than this in any terms of a home.
_LONG_AWAY = timedelta(days=30)
_TEXT = "Rettet regning (opdigtet)"
Mistake = Callable[[InvoiceRow], list[InvoiceRow]]


def _a_day(row: InvoiceRow) -> int:
    return row.amount_ore * 100 // row.quantity


def _a_day_too_many(row: InvoiceRow) -> list[InvoiceRow]:
    return [replace(row, quantity=row.quantity + 100, amount_ore=row.amount_ore + _a_day(row))]


def _dearer(row: InvoiceRow) -> list[InvoiceRow]:
    return [replace(row, amount_ore=row.amount_ore * 103 // 100)]


def _forgotten(_row: InvoiceRow) -> list[InvoiceRow]:
    return []


# What is wrong with a line that was taken back and charged anew …
_ANEW: tuple[Mistake, ...] = (_a_day_too_many, _dearer, _forgotten)


def _again(row: InvoiceRow) -> list[InvoiceRow]:
    return [row]


def _not_granted(row: InvoiceRow) -> list[InvoiceRow]:
    return [replace(row, text="Ekstra støtte", quantity=600, unit="time", amount_ore=6 * 372_00)]


def _of_nobody(row: InvoiceRow) -> list[InvoiceRow]:
    return [replace(row, reference=f"{row.reference[:4]}-UKENDT", text="Ophold")]


# … and what is charged beside a line that stands.
_BESIDE: tuple[Mistake, ...] = (_again, _not_granted)


class Sent:
    """What sellers sent a payer about a run's month: credit notes and new invoices."""

    def __init__(self, run: Any, payer_id: int) -> None:
        self.run, self.payer_id = run, payer_id
        self.back: defaultdict[Any, list[InvoiceRow]] = defaultdict(list)
        self.anew: defaultdict[Any, list[InvoiceRow]] = defaultdict(list)
        self._mistaken()
        self._charged_on()
        self.in_book = self._away()

    def files(self) -> list[tuple[str, bytes]]:
        """XML files, and a book of those whose seller forgot that somebody was away."""
        found, book = [], []
        for invoice in sorted({*self.back, *self.anew}, key=lambda one: one.label):
            papers = list(self._papers(invoice))
            if invoice == self.in_book:
                book += papers
            else:
                found += [(f"{one.number}.xml", write_oioubl(one)) for one in papers]
        return [*found, ("regninger.xlsx", write_workbook(book))] if book else found

    def _papers(self, invoice: Any) -> Iterable[InvoicePaper]:
        issued = paper_of(invoice)
        kinds: tuple[tuple[Kind, str, list[InvoiceRow]], ...] = (
            ("credit", "K", self.back[invoice]), ("invoice", "R", self.anew[invoice])
        )  # fmt: skip
        for kind, letter, rows in kinds:
            if rows:
                numbered = [replace(one, position=at) for at, one in enumerate(rows, start=1)]
                yield replace(
                    issued,
                    kind=kind,
                    number=f"{letter}-{invoice.label}",
                    issued_on=_ISSUED,
                    due_on=_ISSUED + _TO_PAY,
                    credits=invoice.label if kind == "credit" else "",
                    credits_issued_on=invoice.issued_on if kind == "credit" else None,
                    rows=tuple(numbered),
                    total_ore=sum(one.amount_ore for one in numbered),
                    note=_TEXT,
                )

    def _lines(self, **only: Any) -> list[Any]:
        """The lines for stays of the payer's invoices, in order."""
        invoices = self.run.invoices.filter(payer_id=self.payer_id).order_by("label")
        return [
            line
            for invoice in invoices
            for line in invoice.lines.filter(line__kind="stay", **only)
            .select_related("line__service__facility")
            .order_by("position")
        ]

    def _mistaken(self) -> None:
        """The private seller with the most lines has made the most mistakes."""
        private = self._lines(
            line__service__facility__ownership__in=("private", "independent"),
            line__supplement_ore=0,
        )
        by_seller: defaultdict[int, list[Any]] = defaultdict(list)
        for one in private:
            # No sign of irregularity is shown to whoever reports for the facility.
            if one.line.service.facility.reporter_id != self.payer_id and self._alone(one):
                by_seller[one.invoice_id].append(one)
        most = max(by_seller.values(), key=len, default=[])
        for at, one in enumerate(most[: len(_ANEW) + len(_BESIDE)]):
            if at < len(_ANEW):
                self._take_back(one)
                self.anew[one.invoice] += _ANEW[at](_row(one))
            else:
                self.anew[one.invoice] += _BESIDE[at - len(_ANEW)](_row(one))

        for one in most[-1:]:
            self.anew[one.invoice] += _of_nobody(_row(one))

    def _alone(self, one: Any) -> bool:
        """Whether the invoice has nothing else for the citizen."""
        return bool(one.invoice.lines.filter(reference=one.reference).count() == 1)

    def _take_back(self, one: Any) -> None:
        row = _row(one)
        self.back[one.invoice].append(
            replace(row, quantity=-row.quantity, amount_ore=-row.amount_ore)
        )

    def _charged_on(self) -> None:
        """A seller charges on for a citizen who has moved to another."""
        places = placements_paid_by(self.payer_id)
        lines = self._lines()
        lives = {places[one.line.placement_id].citizen_id: one for one in lines}
        sellers = {one.invoice.operator_id: one for one in lines}
        for place in sorted(places.values(), key=lambda one: one.reference):
            now, seller = lives.get(place.citizen_id), sellers.get(place.operator_id)
            if now is None or seller is None or now.line.placement_id == place.pk:
                continue
            first = now.line.valid_from
            if first + _OVERLAP > now.line.valid_to:
                continue
            row = _row(seller)
            days = _OVERLAP.days
            self.anew[seller.invoice].append(
                replace(
                    row,
                    reference=place.reference,
                    start=first,
                    end=first + _OVERLAP,
                    quantity=100 * days,
                    amount_ore=days * _a_day(row),
                )
            )
            return

    def _away(self) -> Any:
        """A seller charges in full for days that somebody was away; which invoice it was."""
        away = {
            "line__placement__absences__superseded_at__isnull": True,
            "line__placement__absences__valid_from__lte": self.run.month - _LONG_AWAY,
            "line__placement__absences__valid_to__gt": self.run.month,
        }
        for one in self._lines(**away, line__service_ore__gt=0, line__supplement_ore=0):
            row, more = _row(one), self._reduced(one.line)
            if more:
                self._take_back(one)
                self.anew[one.invoice].append(replace(row, amount_ore=row.amount_ore + more))
                return one.invoice
        return None

    def _reduced(self, line: Any) -> int:
        """By how much absence has lowered a line's price."""
        scope = Scope(self.run.cooperation_id, service_ids={line.service_id})
        full = full_prices(settle_scope(scope, months_from(self.run.month, 1)))
        stay = line.basis_ore + line.service_ore
        whole: int = full.get((line.part, month_of(line.valid_from), line.valid_from), stay)
        return whole - stay


def _row(one: Any) -> InvoiceRow:
    """A line of an invoice as it was billed: one without a supplement."""
    line = one.line
    return InvoiceRow(
        one.position, one.text, one.reference, line.valid_from, line.valid_to, line.days * 100,
        "døgn", one.amount_ore,
    )  # fmt: skip
