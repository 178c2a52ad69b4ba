"""An invoice or credit note for people, as tagged PDF (PDF/UA-1) in Danish."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.exchange.agenda_documents.shown_letters import partable, shown
from rammevaerk.exchange.invoice.paper import (
    InvoicePaper,
    InvoiceParty,
    InvoiceRow,
    as_written,
    refuse_unfit,
)
from rammevaerk.exchange.invoice.ubl import EXEMPTION_DA, hundredths
from rammevaerk.exchange.typesetting import typeset

_KINDS_DA = {"invoice": "Regning", "credit": "Kreditnota"}
_WORDS_DA = {"seller": "Fra", "buyer": "Til", "lines": "Linjer", "payment": "Betaling"}
_COLUMNS_DA = ("Nr.", "Tekst", "Borgerens reference", "Periode", "Antal", "Beløb")
# How many letters without a place to part fit in a cell.
_IN_TEXT, _IN_CELL = 30, 14


def write_pdf(paper: InvoicePaper) -> bytes:
    """Return the paper as PDF/UA-1; the same paper gives the same bytes.

    Amounts have the sign they are stored with, so that a credit note's are negative.
    `RefusedPaper` when it cannot become an invoice.
    """
    refuse_unfit(paper)
    paper = as_written(paper)
    issued = datetime.combine(paper.issued_on, time(12), UTC)
    return typeset(_template(), _document(paper), issued)


@cache
def _template() -> bytes:
    return files(__package__).joinpath("pdf.typ").read_bytes()


def _document(paper: InvoicePaper) -> dict[str, Any]:
    kind = _KINDS_DA[paper.kind]
    total = format_kroner(paper.total_ore)
    return {
        "title": shown(f"{kind} {paper.number}"),
        "heading": _text(f"{kind} {paper.number}"),
        "kind": kind,
        "words": _WORDS_DA,
        "seller": _party(paper.seller),
        "buyer": _party(paper.buyer),
        "facts": _shown(_facts(paper)),
        "note": _text(paper.note),
        "columns": _COLUMNS_DA,
        "rows": [_row(row) for row in paper.rows],
        "totals": [("Moms", format_kroner(0)), ("I alt", total)],
        "exemption": f"{EXEMPTION_DA}.",
        "payment": _shown(_payment(paper)),
    }


def _party(party: InvoiceParty) -> list[str]:
    place = f"{party.postal_code} {party.city}"
    numbers = (f"CVR-nummer {party.cvr}", f"EAN-nummer {party.gln}" if party.gln else "")
    all_lines = (party.name, party.street, place, *numbers, party.contact, party.email)
    return [_text(one) for one in all_lines if one]


def _facts(paper: InvoicePaper) -> list[tuple[str, str]]:
    # The lines may fill many pages: what is owed, and when, stands on the first.
    facts = [("I alt", format_kroner(paper.total_ore))]
    facts.append(("Udstedt", date_text_da(paper.issued_on)))
    if paper.due_on and paper.kind == "invoice":
        facts.append(("Betales senest", date_text_da(paper.due_on)))
    if paper.start and paper.end:
        facts.append(("Periode", f"{date_text_da(paper.start)} - {_last(paper.end)}"))
    if paper.reference:
        facts.append(("Jeres reference", paper.reference))
    if paper.credits:
        of = paper.credits_issued_on
        issued = f" af {date_text_da(of)}" if of else ""
        facts.append(("Krediterer", f"regning {paper.credits}{issued}"))
    return facts


def _payment(paper: InvoicePaper) -> list[tuple[str, str]]:
    if paper.kind == "credit":
        return [("Til gode", "Beløbet modregnes eller betales tilbage.")]
    due = [("Senest", date_text_da(paper.due_on))] if paper.due_on else []
    seller = paper.seller
    account = f"Reg.nr. {seller.bank_registration}, konto {seller.bank_account}"
    return [*due, ("Til", account), ("Skriv ved betaling", paper.number)]


def _row(row: InvoiceRow) -> list[str]:
    period = _period(row.start, row.end)
    count = f"{hundredths(row.quantity).replace('.', ',').removesuffix(',00')} {row.unit}".strip()
    cells = (row.text, row.reference, period, count if row.quantity else "")
    fitted = [partable(shown(one), _IN_CELL if at else _IN_TEXT) for at, one in enumerate(cells)]
    return [str(row.position), *fitted, format_kroner(row.amount_ore)]


def _period(start: date | None, end: date | None) -> str:
    if not start or not end:
        return ""
    last = end - timedelta(days=1)
    same_year = "" if start.year == last.year else f".{start.year}"
    first = f"{start.day}.{start.month}{same_year}"
    return f"{first} - {last.day}.{last.month}.{last.year}"


def _last(end: date) -> str:
    return date_text_da(end - timedelta(days=1))


def _shown(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, _text(text)) for label, text in facts]


def _text(text: str) -> str:
    return partable(shown(text))
