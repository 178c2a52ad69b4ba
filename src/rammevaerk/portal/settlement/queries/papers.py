"""An invoice as the one object that its PDF, workbook and XML are made from."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from rammevaerk.exchange.cleaning import on_one_line
from rammevaerk.exchange.invoice.paper import InvoicePaper, InvoiceParty, InvoiceRow
from rammevaerk.portal.access.audit import canonical
from rammevaerk.portal.settlement.models import BillingParty, Invoice, InvoiceLine
from rammevaerk.portal.settlement.models.lines import LineKind

_PARTY = tuple(one.name for one in fields(InvoiceParty))
# A line that counts nothing is one of what its text says.
_ONE = 100
_DAY_UNIT = "døgn"
_PIECE_UNIT = "stk."


def party_content(party: BillingParty) -> dict[str, str]:
    """How somebody is billed and paid that day, as an invoice keeps it."""
    return {name: on_one_line(getattr(party, name)) for name in (*_PARTY, "format")}


def paper_of(invoice: Invoice) -> InvoicePaper:
    """A stored invoice with its lines."""
    lines = InvoiceLine.objects.filter(invoice=invoice).select_related("line")
    return paper_from(invoice, lines.order_by("position"))


def paper_from(invoice: Invoice, lines: Iterable[InvoiceLine]) -> InvoicePaper:
    """An invoice, stored or not, and its lines with the settlement lines they bill."""
    rows = tuple(_row(one) for one in lines)
    credited: Invoice | None = invoice.credits
    return InvoicePaper(
        kind="credit" if invoice.kind == Invoice.Kind.CREDIT else "invoice",
        number=invoice.label,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        start=min((one.start for one in rows if one.start), default=None),
        end=max((one.end for one in rows if one.end), default=None),
        seller=_party(invoice.seller),
        buyer=_party(invoice.buyer),
        reference=invoice.reference,
        credits=credited.label if credited else "",
        credits_issued_on=credited.issued_on if credited else None,
        rows=rows,
        total_ore=invoice.total_ore,
    )


def _row(billed: InvoiceLine) -> InvoiceRow:
    line = billed.line
    quantity, unit = line.days * 100, _DAY_UNIT
    if line.kind not in (LineKind.STAY, LineKind.NOTICE):
        quantity, unit = line.quantity, line.unit or _PIECE_UNIT
    if not quantity:
        quantity, unit = (-_ONE if billed.amount_ore < 0 else _ONE), _PIECE_UNIT
    return InvoiceRow(
        position=billed.position,
        text=billed.text,
        reference=billed.reference,
        start=line.valid_from,
        end=line.valid_to,
        quantity=quantity,
        unit=unit,
        amount_ore=billed.amount_ore,
    )


def _party(content: Mapping[str, Any]) -> InvoiceParty:
    return InvoiceParty(**{name: str(content.get(name, "")) for name in _PARTY})


def paper_print(paper: InvoicePaper) -> str:
    """SHA-256 over everything that the invoice says: the same invoice always gives the same."""
    return hashlib.sha256(canonical(_plain(asdict(paper))).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
