"""Invoices as a workbook: one sheet of invoices and one of lines, written and read back."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto
from operator import attrgetter
from typing import Any

import xlsxwriter

from rammevaerk.engine.errors import UnreadableAmount
from rammevaerk.engine.money import parse_kroner
from rammevaerk.exchange.errors import Objection, RefusedFile
from rammevaerk.exchange.filetype import FileKind, judge
from rammevaerk.exchange.invoice.paper import (
    LARGEST_ORE,
    LARGEST_QUANTITY,
    MOST_ROWS,
    Format,
    InvoicePaper,
    InvoiceParty,
    InvoiceRow,
    Kind,
    ReadInvoice,
    as_written,
    positions,
    refuse_cpr,
)
from rammevaerk.exchange.listing import write_text
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.sheets import Cell, CellKind, Workbook, column_letter

INVOICES, LINES = "Regninger", "Linjer"
_KINDS: Mapping[Kind, str] = {"invoice": "Regning", "credit": "Kreditnota"}
_MOST_PROBLEMS = 50
_MOST_INVOICES = 5_000
_LONGEST_TEXT = 1_000
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{0,20})?")
_DAY_DA = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})")


class _Sort(Enum):
    """What a column holds; a last day is written inside its period, and kept as the day after."""

    TEXT = auto()
    DAY = auto()
    LAST_DAY = auto()
    HUNDREDTHS = auto()
    ORE = auto()
    WHOLE = auto()


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading, where its value stands in the paper or row, and whether it must be there.

    `digits` is how long a number of fixed length is, for Excel drops the zeros before it.
    """

    heading: str
    key: str
    sort: _Sort = _Sort.TEXT
    width: int = 16
    wanted: bool = False
    digits: int = 0


def _party_columns(role: str, heading: str) -> tuple[_Column, ...]:
    return (
        _Column(heading, f"{role}.name", width=30, wanted=True),
        _Column(f"{heading}s CVR-nummer", f"{role}.cvr", wanted=role == "seller", digits=8),
        _Column(f"{heading}s EAN-nummer", f"{role}.gln", digits=13),
        _Column(f"{heading}s adresse", f"{role}.street", width=30),
        _Column(f"{heading}s postnummer", f"{role}.postal_code", digits=4),
        _Column(f"{heading}s by", f"{role}.city"),
        _Column(f"{heading}s kontakt", f"{role}.contact", width=24),
        _Column(f"{heading}s e-mail", f"{role}.email", width=30),
    )


_PAPER = (
    _Column("Nummer", "number", width=20, wanted=True),
    _Column("Art", "kind", width=12),
    _Column("Udstedt", "issued_on", _Sort.DAY, wanted=True),
    _Column("Betales senest", "due_on", _Sort.DAY),
    _Column("Fra og med", "start", _Sort.DAY),
    _Column("Til og med", "end", _Sort.LAST_DAY),
    *_party_columns("seller", "Sælger"),
    _Column("Sælgers reg.nr.", "seller.bank_registration", digits=4),
    _Column("Sælgers kontonummer", "seller.bank_account"),
    *_party_columns("buyer", "Køber"),
    _Column("Købers reference", "reference", width=24),
    _Column("Krediterer nummer", "credits", width=20),
    _Column("Krediteret regning udstedt", "credits_issued_on", _Sort.DAY),
    _Column("Bemærkning", "note", width=40),
    _Column("I alt, kr.", "total_ore", _Sort.ORE, wanted=True),
)
_OF_INVOICE = _Column("Nummer", "number", width=20, wanted=True)
_ROW = (
    _Column("Linje", "position", _Sort.WHOLE, width=8),
    _Column("Tekst", "text", width=60, wanted=True),
    _Column("Borgerens reference", "reference", width=22),
    _Column("Fra og med", "start", _Sort.DAY),
    _Column("Til og med", "end", _Sort.LAST_DAY),
    _Column("Antal", "quantity", _Sort.HUNDREDTHS),
    _Column("Enhed", "unit", width=12),
    _Column("Beløb, kr.", "amount_ore", _Sort.ORE, wanted=True),
)
_FORMATS = {
    _Sort.TEXT: "@",
    _Sort.DAY: "dd-mm-yyyy",
    _Sort.LAST_DAY: "dd-mm-yyyy",
    _Sort.HUNDREDTHS: "#,##0.00",
    _Sort.ORE: "#,##0.00",
    _Sort.WHOLE: "0",
}
# A workbook has a time of writing, and the same papers shall give the same bytes.
_MADE_AT = datetime.combine(date(2000, 1, 1), time())


def write_workbook(papers: Sequence[InvoicePaper]) -> bytes:
    """Return a workbook with the papers; the same papers give the same bytes.

    `RefusedPaper` when a text holds a CPR number.
    """
    for paper in papers:
        refuse_cpr(paper)
    papers = [as_written(paper) for paper in papers]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": INVOICES, "created": _MADE_AT})
        looks = {
            sort: book.add_format({"num_format": form, "valign": "top"})
            for sort, form in _FORMATS.items()
        }
        head = book.add_format(
            {"bold": True, "bg_color": "#1A3E5C", "font_color": "#FFFFFF", "text_wrap": True}
        )
        _write(book.add_worksheet(INVOICES), _PAPER, map(_values, papers), looks, head)
        lines = ((paper.number, *_row_values(row)) for paper in papers for row in paper.rows)
        _write(book.add_worksheet(LINES), (_OF_INVOICE, *_ROW), lines, looks, head)
    return buffer.getvalue()


def _values(paper: InvoicePaper) -> tuple[Any, ...]:
    values = (attrgetter(column.key)(paper) for column in _PAPER)
    return tuple(
        _KINDS[paper.kind] if column.key == "kind" else value
        for column, value in zip(_PAPER, values, strict=True)
    )


def _row_values(row: InvoiceRow) -> tuple[Any, ...]:
    return tuple(attrgetter(column.key)(row) for column in _ROW)


def _write(
    sheet: Any,
    columns: Sequence[_Column],
    rows: Iterable[Sequence[Any]],
    looks: Mapping[_Sort, Any],
    head: Any,
) -> None:
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.heading, head)
    for number, row in enumerate(rows, start=1):
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write_value(sheet, (number, at), value, column.sort, looks[column.sort])
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write_value(sheet: Any, place: tuple[int, int], value: Any, sort: _Sort, look: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(*place, None, look)
    elif isinstance(value, str):
        write_text(sheet, place, " ".join(value.split()), look)
    elif isinstance(value, date):
        shown = value - timedelta(days=1) if sort is _Sort.LAST_DAY else value
        sheet.write_datetime(*place, datetime.combine(shown, time()), look)
    else:
        divisor = 1 if sort is _Sort.WHOLE else 100
        sheet.write_number(*place, Decimal(value) / divisor, look)


@dataclass(slots=True)
class _Reading:
    """The problems of a workbook so far, each with its sheet and cell."""

    problems: list[str] = field(default_factory=list)

    def add(self, sheet: str, cell: str, text: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(f"Arket «{sheet}», celle {cell}: {text}")


def read_workbook(content: bytes, name: str) -> tuple[ReadInvoice, ...]:
    """Return the invoices of a workbook as `write_workbook` makes it, in its order.

    `RefusedFile` with every problem and its cell. Columns are found by their heading.
    """
    judge(content, name, allowed=frozenset({FileKind.XLSX}))
    try:
        book = Workbook(Package(content))
        reading = _Reading()
        papers = list(_records(book, INVOICES, _PAPER, _MOST_INVOICES, reading))
        lines = list(_records(book, LINES, (_OF_INVOICE, *_ROW), MOST_ROWS, reading))
    except Objection as objection:
        raise RefusedFile(f"Filen {objection.predicate_da}", objection.code) from objection
    by_number = _lines_by_number(papers, lines, reading)
    if not papers and not reading.problems:
        reading.problems.append(f"Arket «{INVOICES}» er tomt.")
    _refuse(reading)
    read = tuple(_paper(record, by_number[record["number"]]) for record in papers)
    for paper in read:
        refuse_cpr(paper)
    return tuple(ReadInvoice(paper, Format.WORKBOOK, _remarks(paper)) for paper in read)


def _refuse(reading: _Reading) -> None:
    if reading.problems:
        raise RefusedFile(" ".join(reading.problems), "unreadable-invoice")


def _lines_by_number(
    papers: list[dict[str, Any]], lines: list[dict[str, Any]], reading: _Reading
) -> dict[str, list[dict[str, Any]]]:
    by_number: dict[str, list[dict[str, Any]]] = {}
    for record in papers:
        number = record.get("number", "")
        if number in by_number:
            reading.problems.append(f"Arket «{INVOICES}» har {quoted(number)} to gange.")
        by_number[number] = []
    for record in lines:
        found = by_number.get(record.get("number", ""))
        if found is None:
            shown = quoted(record.get("number", ""))
            reading.problems.append(f"Arket «{LINES}» har linjer til {shown}, som ikke findes.")
            break
        found.append(record)
    for number, found in by_number.items():
        if not found:
            reading.problems.append(f"Regningen {quoted(number)} har ingen linjer.")
    return by_number


def _paper(record: dict[str, Any], lines: Sequence[dict[str, Any]]) -> InvoicePaper:
    numbers = positions([line.get("position") for line in lines])
    kind: Kind = "credit" if record.get("kind", "").casefold() == "kreditnota" else "invoice"
    parties = {
        role: InvoiceParty(
            **{"cvr": ""}
            | {
                key.removeprefix(f"{role}."): value
                for key, value in record.items()
                if key.startswith(f"{role}.")
            }
        )
        for role in ("seller", "buyer")
    }
    return InvoicePaper(
        kind=kind,
        number=record["number"],
        issued_on=record["issued_on"],
        due_on=record.get("due_on"),
        start=record.get("start"),
        end=record.get("end"),
        seller=parties["seller"],
        buyer=parties["buyer"],
        reference=record.get("reference", ""),
        credits=record.get("credits", ""),
        credits_issued_on=record.get("credits_issued_on"),
        rows=tuple(_row(line, at) for line, at in zip(lines, numbers, strict=True)),
        total_ore=record["total_ore"],
        note=record.get("note", ""),
    )


def _row(line: dict[str, Any], at: int) -> InvoiceRow:
    return InvoiceRow(
        position=at,
        text=line["text"],
        reference=line.get("reference", ""),
        start=line.get("start"),
        end=line.get("end"),
        quantity=line.get("quantity", 0),
        unit=line.get("unit", ""),
        amount_ore=line["amount_ore"],
    )


def _remarks(paper: InvoicePaper) -> tuple[str, ...]:
    same = sum(row.amount_ore for row in paper.rows) == paper.total_ore
    return () if same else ("Linjerne giver ikke beløbet i alt.",)


def _records(
    book: Workbook, name: str, columns: Sequence[_Column], most: int, reading: _Reading
) -> Iterator[dict[str, Any]]:
    sheet = next((one for one in book.sheets if one.name.casefold() == name.casefold()), None)
    if sheet is None:
        reading.problems.append(f"Arket «{name}» mangler.")
        return
    rows: dict[int, dict[int, Cell]] = {}
    for one in book.contents(sheet):
        if not isinstance(one, Cell) or not one.text.strip():
            continue
        if one.row > most + 1:
            reading.problems.append(f"Arket «{name}» har flere end {most} rækker.")
            return
        rows.setdefault(one.row, {})[one.column] = one
    places = {cell.text.strip().casefold(): at for at, cell in rows.pop(1, {}).items()}
    missing = [
        one.heading for one in columns if one.wanted and one.heading.casefold() not in places
    ]
    if missing:
        reading.problems.append(f"Arket «{name}» mangler kolonnen {quoted(', '.join(missing))}.")
        return
    for number, cells in sorted(rows.items()):
        yield _record(name, columns, places, number, cells, reading)


def _record(
    sheet: str,
    columns: Sequence[_Column],
    places: Mapping[str, int],
    number: int,
    cells: Mapping[int, Cell],
    reading: _Reading,
) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for column in columns:
        at = places.get(column.heading.casefold())
        if at is None:
            continue
        place, cell = f"{column_letter(at)}{number}", cells.get(at)
        if cell is None:
            if column.wanted:
                reading.add(sheet, place, f"{column.heading} mangler.")
            continue
        value = _value(cell, column)
        if value is None:
            reading.add(sheet, place, f"{quoted(cell.text)} kan ikke bruges som {column.heading}.")
        else:
            record[column.key] = value
    first, end = record.get("start"), record.get("end")
    if (first is None) != (end is None) or (first and end and end <= first):
        reading.add(sheet, f"A{number}", "perioden mangler en dato, eller datoerne er byttet om.")
    return record


def _value(cell: Cell, column: _Column) -> Any:
    """The cell's value, or None when it cannot be used."""
    text = " ".join(cell.text.split())
    if cell.kind is CellKind.ERROR:
        return None
    if column.sort in {_Sort.DAY, _Sort.LAST_DAY}:
        return _day(cell, text, column.sort)
    if column.sort is _Sort.TEXT:
        short = len(text) <= _LONGEST_TEXT
        return (text.zfill(column.digits) if text.isdigit() else text) if short else None
    found = _number(text, column.sort) if cell.kind is CellKind.NUMBER else _typed(text)
    largest = LARGEST_ORE if column.sort is _Sort.ORE else LARGEST_QUANTITY
    return found if found is not None and abs(found) <= largest else None


def _number(text: str, sort: _Sort) -> int | None:
    if not _DECIMAL.fullmatch(text):
        return None
    exact = Decimal(text) * (1 if sort is _Sort.WHOLE else 100)
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _typed(text: str) -> int | None:
    """A number that somebody wrote as text, with a Danish comma."""
    try:
        return parse_kroner(text)
    except UnreadableAmount:
        return None


def _day(cell: Cell, text: str, sort: _Sort) -> date | None:
    day = cell.day
    try:
        if day is None and (written := _DAY_DA.fullmatch(text)):
            day = date(int(written[3]), int(written[2]), int(written[1]))
        elif day is None:
            day = date.fromisoformat(text)
    except ValueError:
        return None
    if sort is _Sort.DAY:
        return day
    return None if day == date.max else day + timedelta(days=1)
