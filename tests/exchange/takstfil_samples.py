"""A small takstfil: two operators, three services, and the words of the columns."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from rammevaerk.exchange.tariff_file.cells import shown
from rammevaerk.exchange.tariff_file.columns import BY_KEY, COLUMNS, Column, Content, Row, row_key
from rammevaerk.exchange.tariff_file.difference import Difference, RowChange, compare
from rammevaerk.exchange.tariff_file.grid import TariffWorkbook
from rammevaerk.exchange.tariff_file.identity import PriceBook, ServiceFacts
from rammevaerk.exchange.tariff_file.layout import PRICE_SHEET, TariffDocument
from rammevaerk.exchange.tariff_file.mapping import ColumnMap, own_map
from rammevaerk.exchange.tariff_file.reading import ReadFile, read_rows
from rammevaerk.exchange.tariff_file.writing import stamped, write

YEAR = 2027
AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
CHOICES = {
    "component": [("whole", "Helhedstakst"), ("supplement", "Tillægstakst")],
    "unit": [("day", "døgn"), ("day_attended", "fremmødedag"), ("hour", "time")],
    "days_basis": [("calendar", "kalenderåret (365 eller 366)"), ("fixed_365", "365 dage")],
    "ownership": [("municipal", "Kommunalt"), ("private", "Privat")],
    "setting": [("day_and_night", "Døgn"), ("day", "Dag")],
    "audience": [("adults", "Voksne"), ("children", "Børn og unge")],
}
WORDS = {"Lovgrundlag": ["SEL § 107", "SEL § 108"], "Målgrupper": ["Autisme", "Hjerneskade"]}
OWN, OTHER = "egenby", "naboby"


def price(service: str = "moellen/ophold", label: str = "", **changes: str) -> dict[str, str]:
    """One row as the portal makes it."""
    facility, _, name = service.partition("/")
    component = "supplement" if label else "whole"
    row = {
        "operator": OTHER if facility == "fyrret" else OWN,
        "ownership": "municipal",
        "facility": facility.title(),
        "department": "",
        "service": name.title(),
        "setting": "day_and_night",
        "component": component,
        "label": label,
        "unit": "day",
        "days_basis": "" if label else "calendar",
        "amount": "1234.50",
        "amount_before": "1200.00",
        "places": "12",
        "covered": "10",
        "occupancy": "97.50",
        "occupancy_1": "96.25",
        "occupancy_2": "",
        "reason": "",
        "valid_from": "2026-01-01",
        "valid_to": "",
        "state": "Besluttet",
        "decision": "Byrådet",
        "note": "",
        "paragraphs": "SEL § 107; SEL § 108",
        "main_group": "Autisme",
        "groups": "Autisme; Hjerneskade",
        "audience": "adults",
        "ages": "fra 18 år",
        "municipality": "Egenby",
        "cvr": "29189846",
        "p_number": "1003256789",
        "portal_id": "10123",
        "service_key": service,
        "key": row_key(service, component, label, f"{YEAR}-01-01"),
    }
    return {**row, **changes}


ROWS: tuple[Mapping[str, str], ...] = (
    price(),
    price(label="Nattevagt", amount="89.00", occupancy=""),
    price("lunden/dag"),
    price("fyrret/ophold", amount="2000.00"),
)


def document(rows: Any = ROWS, **changes: Any) -> TariffDocument:
    whole = TariffDocument(YEAR, "Midt", "", "Prøve", AT, rows, CHOICES, WORDS)
    return replace(whole, **changes)


def facts(key: str, **changes: Any) -> ServiceFacts:
    facility, _, name = key.partition("/")
    own = facility != "fyrret"
    one = ServiceFacts(
        key,
        OWN if own else OTHER,
        facility.title(),
        "",
        name.title(),
        own,
        date(2015, 1, 1),
        None,
    )
    return replace(one, **changes)


def book(rows: Any = ROWS, *more: ServiceFacts) -> PriceBook:
    services = {row["service_key"]: facts(row["service_key"]) for row in rows}
    services |= {one.key: one for one in more}
    return PriceBook(YEAR, rows, services, WORDS)


def read(content: bytes, name: str = "takstfil.xlsx", chosen: ColumnMap | None = None) -> ReadFile:
    opened = TariffWorkbook(content, name)
    chosen = chosen or own_map(opened)
    assert chosen is not None
    return read_rows(opened.table(chosen.sheet), chosen, CHOICES)


def no_faults(_row: Row) -> Mapping[str, str]:
    return {}


def difference(
    content: bytes, rows: Any = ROWS, *more: ServiceFacts, name: str = "takstfil.xlsx"
) -> Difference:
    opened = TariffWorkbook(content, name)
    said = opened.facts()
    keys = said.keys if said.own else None
    return compare(book(rows, *more), read(content, name), judge=no_faults, exported=keys)


def changed(edits: Mapping[tuple[int, str], object], rows: Any = ROWS) -> bytes:
    """The exported sheet with cells (row from 0, column) replaced, saved by another program.

    Values are written as they are: numbers as numbers, texts as texts.
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet(PRICE_SHEET)
        day = made.add_format({"num_format": "dd-mm-yyyy"})
        for index, column in enumerate(COLUMNS):
            sheet.write_string(0, index, column.header)
        for number, row in enumerate(map(stamped, rows)):
            for index, column in enumerate(COLUMNS):
                value = edits.get((number, column.key), as_shown(row, column))
                if isinstance(value, date):
                    sheet.write_datetime(number + 1, index, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number + 1, index, value)
                elif value is not None:
                    sheet.write(number + 1, index, value)
    return buffer.getvalue()


def as_shown(row: Row, column: Column) -> object:
    text = row.get(column.key, "")
    if not text:
        return None
    if column.content in {Content.MONEY, Content.PERCENT, Content.WHOLE}:
        return Decimal(text)
    if column.content is Content.DAY:
        return date.fromisoformat(text)
    return shown(text, column, CHOICES)


def table(headings: list[str], *rows: list[object], sheet: str = "Ark1", above: int = 0) -> bytes:
    """A workbook of somebody else's."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        page = made.add_worksheet(sheet)
        for number in range(above):
            page.write_string(number, 0, f"Takstoversigt, side {number}")
        for number, cells in enumerate([headings, *rows], start=above):
            for index, cell in enumerate(cells):
                page.write(number, index, cell)
    return buffer.getvalue()


def only(found: Difference) -> RowChange:
    (one,) = found.rows
    return one


def said(one: RowChange) -> str:
    return " ".join(message.text_da for message in one.messages)


def letter_of(key: str) -> int:
    return COLUMNS.index(BY_KEY[key])


def exported(rows: Any = ROWS) -> bytes:
    return write(document(rows))
