"""An invoice or credit note as one object, from which PDF, workbook and both XML formats come."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from stdnum import ean
from stdnum.dk import cvr

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.exchange.errors import ExchangeError

Kind = Literal["invoice", "credit"]

# What no agreement's money reaches, and a cell of Excel still holds to the øre.
LARGEST_ORE = 10**15
# Hundredths of a unit: twenty million days on one line.
LARGEST_QUANTITY = 2 * 10**9
MOST_ROWS = 50_000
_POSITIONS_END = 10**9
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Format(StrEnum):
    """What an invoice was read from, and which rules it is validated by."""

    OIOUBL = "oioubl"
    PEPPOL = "peppol"
    WORKBOOK = "xlsx"


class RefusedPaper(ExchangeError):
    """A paper that may not be written, or not be kept; `reason_da` is whole Danish sentences."""

    def __init__(self, reason_da: str, place_da: str = "") -> None:
        self.reason_da = reason_da
        self.place_da = place_da
        super().__init__(reason_da)


@dataclass(frozen=True, slots=True)
class InvoiceParty:
    """A seller or a buyer as it was on the day of the invoice; a text not known is empty."""

    name: str
    cvr: str
    gln: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    contact: str = ""
    email: str = ""
    bank_registration: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One line: what it is for, its days [start, end), hundredths of its unit, and øre.

    `reference` names the placement, never the citizen. `unit` is a Danish word («døgn», «time»).
    A row that takes back another has both quantity and amount with the opposite sign.
    """

    position: int
    text: str
    reference: str
    start: date | None
    end: date | None
    quantity: int
    unit: str
    amount_ore: int


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """An invoice or a credit note; periods are half-open, money is øre with its own sign.

    A credit note's amounts are negative here and positive in the XML formats: the writers and
    readers turn them. `reference` is the buyer's; `credits` is the number of what is taken back.
    """

    kind: Kind
    number: str
    issued_on: date
    due_on: date | None
    start: date | None
    end: date | None
    seller: InvoiceParty
    buyer: InvoiceParty
    reference: str
    credits: str
    credits_issued_on: date | None
    rows: tuple[InvoiceRow, ...]
    total_ore: int
    note: str = ""

    @property
    def sign(self) -> int:
        """What turns an amount of this paper to the amount that its XML shows, and back."""
        return -1 if self.kind == "credit" else 1


@dataclass(frozen=True, slots=True)
class ReadInvoice:
    """A paper as read from a file, and what a reader should know of the file."""

    paper: InvoicePaper
    format: Format
    # Danish sentences: «Linjerne giver 900,00 kr., men i alt er 1.000,00 kr.»
    remarks: tuple[str, ...] = ()


def as_written(paper: InvoicePaper) -> InvoicePaper:
    """Return the paper with a period that holds those of its rows, as every form of it says.

    Peppol requires it, and a line of an earlier month may come late.
    """
    periods = [(paper.start, paper.end), *((row.start, row.end) for row in paper.rows)]
    starts = [start for start, _ in periods if start is not None]
    ends = [end for _, end in periods if end is not None]
    return replace(paper, start=min(starts, default=None), end=max(ends, default=None))


def positions(written: Sequence[int | None]) -> list[int]:
    """Return the numbers of a file's lines, or 1, 2, 3 … where they are not all usable ones."""
    usable = [one for one in written if one is not None and 0 < one < _POSITIONS_END]
    if len(set(usable)) == len(written):
        return usable
    return list(range(1, len(written) + 1))


def is_gln(value: str) -> bool:
    """Whether this is a location number (GLN, «EAN-nummer»): 13 digits, the last a check digit."""
    return value.isascii() and value.isdigit() and len(value) == 13 and ean.is_valid(value)


def is_cvr(value: str) -> bool:
    """Whether this is a CVR number: eight digits of which the last is a check digit."""
    return value.isascii() and value.isdigit() and len(value) == 8 and cvr.is_valid(value)


def texts(paper: InvoicePaper) -> Iterator[tuple[str, str]]:
    """Yield (Danish place, text) for every text of the paper."""
    yield "nummeret", paper.number
    yield "købers reference", paper.reference
    yield "henvisningen til den krediterede regning", paper.credits
    yield "bemærkningen", paper.note
    for role, party in (("sælgers", paper.seller), ("købers", paper.buyer)):
        for field in fields(party):
            # Account and CVR numbers are numbers of their own, whatever they look like.
            if field.name not in {"cvr", "gln", "bank_registration", "bank_account"}:
                yield f"{role} oplysninger", getattr(party, field.name)
    for row in paper.rows:
        place = f"linje {row.position}"
        yield place, row.text
        yield place, row.reference
        yield place, row.unit


def refuse_cpr(paper: InvoicePaper) -> None:
    """Raise `RefusedPaper` when a text holds a CPR number: an invoice names nobody."""
    for place, text in texts(paper):
        if found := find_cpr(text):
            raise RefusedPaper(
                f"Der står et CPR-nummer ({found[0].masked}) i {place}. En regning må ikke "
                "indeholde CPR-numre: brug indskrivningens reference i stedet.",
                place,
            )


def refuse_unfit(paper: InvoicePaper) -> None:
    """Raise `RefusedPaper` when the paper cannot become an invoice: each reason says where."""
    refuse_cpr(paper)
    _refuse_bad_texts(paper)
    _refuse_bad_rows(paper)
    _refuse_bad_dates(paper)
    _refuse_bad_parties(paper)


def _refuse_bad_texts(paper: InvoicePaper) -> None:
    if not paper.number.strip():
        raise RefusedPaper("Regningen mangler et nummer.", "nummeret")
    for place, text in texts(paper):
        if _NOT_IN_XML.search(" ".join(text.split())):
            raise RefusedPaper(
                f"Der er tegn i {place}, som en e-regning ikke kan indeholde. Skriv teksten igen.",
                place,
            )


def _refuse_bad_rows(paper: InvoicePaper) -> None:
    if not paper.rows:
        raise RefusedPaper("Regningen har ingen linjer.", "linjerne")
    if len(paper.rows) > MOST_ROWS:
        raise RefusedPaper(f"Regningen har flere end {MOST_ROWS} linjer. Del den op.", "linjerne")
    for row in paper.rows:
        if not row.text.strip():
            raise RefusedPaper(f"Linje {row.position} mangler en tekst.", f"linje {row.position}")
    if len({row.position for row in paper.rows}) != len(paper.rows):
        raise RefusedPaper("To linjer har samme nummer.", "linjerne")
    if sum(row.amount_ore for row in paper.rows) != paper.total_ore:
        raise RefusedPaper("Linjernes beløb giver ikke regningens beløb i alt.", "beløb i alt")
    for row in paper.rows:
        if abs(row.amount_ore) > LARGEST_ORE or abs(row.quantity) > LARGEST_QUANTITY:
            place = f"linje {row.position}"
            raise RefusedPaper(f"Antallet eller beløbet i {place} er for stort.", place)
    if paper.sign * paper.total_ore < 0:
        kind = "kreditnota" if paper.kind == "credit" else "regning"
        raise RefusedPaper(f"Beløbet i alt har det forkerte fortegn for en {kind}.", "beløb i alt")


def _refuse_bad_dates(paper: InvoicePaper) -> None:
    if paper.due_on is None or paper.due_on < paper.issued_on:
        raise RefusedPaper(
            "Betalingsdagen mangler eller ligger før den dag, regningen er udstedt.",
            "betalingsdagen",
        )
    _refuse_bad_period(paper.start, paper.end, "regningens periode")
    for row in paper.rows:
        _refuse_bad_period(row.start, row.end, f"perioden i linje {row.position}")
    if paper.kind == "credit" and not paper.credits:
        raise RefusedPaper(
            "Kreditnotaen siger ikke, hvilken regning den krediterer.",
            "henvisningen til den krediterede regning",
        )


def _refuse_bad_period(start: date | None, end: date | None, place: str) -> None:
    if (start is None) != (end is None) or (start and end and end <= start):
        raise RefusedPaper(f"Der mangler en dato, eller datoerne er byttet om, i {place}.", place)


def _refuse_bad_parties(paper: InvoicePaper) -> None:
    for role, party in (("Sælger", paper.seller), ("Køber", paper.buyer)):
        place = f"{role.lower()}s oplysninger"
        if not (party.name and party.street and party.postal_code and party.city):
            raise RefusedPaper(f"{role} mangler navn eller adresse.", place)
        if not is_cvr(party.cvr):
            raise RefusedPaper(f"{role}s CVR-nummer «{party.cvr}» er ikke gyldigt.", place)
        if party.gln and not is_gln(party.gln):
            raise RefusedPaper(f"{role}s EAN-nummer «{party.gln}» er ikke gyldigt.", place)
    if not paper.buyer.gln:
        raise RefusedPaper(
            "Køber mangler et EAN-nummer, og en regning til det offentlige skal have et.",
            "købers oplysninger",
        )
    if not (paper.seller.bank_registration and paper.seller.bank_account):
        raise RefusedPaper(
            "Sælger mangler registreringsnummer og kontonummer, som køber skal betale til.",
            "sælgers oplysninger",
        )
