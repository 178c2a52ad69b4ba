"""The takstfil written as Excel: numbers as numbers, texts as text whatever they begin with."""

import io
from collections.abc import Sequence
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import xlsxwriter

from rammevaerk.exchange.sheets import column_letter
from rammevaerk.exchange.tariff_file.cells import shown
from rammevaerk.exchange.tariff_file.columns import BY_KEY, COLUMNS, Column, Content, Row, stamp_of
from rammevaerk.exchange.tariff_file.guide import guide_of
from rammevaerk.exchange.tariff_file.layout import (
    EXPORT_KEYS,
    EXPORT_SHEET,
    FINDING_SHEET,
    FORMAT,
    KEY_COLUMN,
    LIST_SHEET,
    PRICE_SHEET,
    ROW_LIMIT,
    TariffDocument,
)
from rammevaerk.exchange.workbook_guide import write_guide

_A3 = 8
_LINE_HEIGHT = 15.0  # points
_FROZEN_COLUMNS = 3  # operator, ownership, facility
_PROPERTY_LIMIT, _HEADER_LIMIT = 255, 110
_NUMBER_FORMATS = {
    Content.MONEY: "#,##0.00",
    Content.PERCENT: "General",
    Content.WHOLE: "0",
    Content.DAY: "dd-mm-yyyy",
}
_SEVERITY_DA = {"error": "Fejl", "warning": "Advarsel", "note": "Bemærkning"}
_FINDING_HEADS = (
    ("Alvor", 12),
    ("Sted", 50),
    ("Fund", 70),
    ("Fundet", 24),
    ("Forventet", 24),
)


def write(document: TariffDocument) -> bytes:
    """Return the workbook: the same bytes for the same document."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": document.title[:_PROPERTY_LIMIT],
                "subject": f"Takster {document.year}, {document.region}"[:_PROPERTY_LIMIT],
                "author": document.exported_by[:_PROPERTY_LIMIT],
                "company": document.operator[:_PROPERTY_LIMIT],
                "keywords": f"{document.year}",
                "comments": f"Hentet {document.exported_at:%d.%m.%Y kl. %H.%M}",
                "created": document.exported_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        _Prices(book, document).write()
        write_guide(book, guide_of(document))
        _write_findings(book, document)
        _write_lists(book, document)
        _write_export(book, document)
    return buffer.getvalue()


def stamped(row: Row) -> Row:
    """The row with the print of what stands in it, by which a change is told later."""
    return {**row, "stamp": stamp_of(row)}


class _Prices:
    """Writes the sheet of prices."""

    def __init__(self, book: Any, document: TariffDocument) -> None:
        self._document = document
        self._sheet = book.add_worksheet(PRICE_SHEET)
        self._looks = {
            column.key: book.add_format(_look(column, shaded=not _white(column)))
            for column in COLUMNS
        }
        self._heads = {
            kind: book.add_format(_header_look(open_to_change=kind)) for kind in (True, False)
        }

    def write(self) -> None:
        sheet, rows = self._sheet, self._document.rows
        for index, column in enumerate(COLUMNS):
            options = {"hidden": True} if column.key == "stamp" else {}
            sheet.set_column(index, index, column.width, self._looks[column.key], options)
            sheet.write_string(0, index, column.header, self._heads[_white(column)])
            self._offer(index, column)
        for number, row in enumerate(rows, start=1):
            self._row(number, stamped(row))
        sheet.set_row(0, 64)
        sheet.freeze_panes(1, _FROZEN_COLUMNS)
        last = max(len(rows), 1)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        _set_up_print(sheet, self._document, last)

    def _row(self, number: int, row: Row) -> None:
        for index, column in enumerate(COLUMNS):
            text, look = row.get(column.key, ""), self._looks[column.key]
            if not text:
                self._sheet.write_blank(number, index, None, look)
            elif column.content in {Content.MONEY, Content.PERCENT, Content.WHOLE}:
                self._sheet.write_number(number, index, Decimal(text), look)
            elif column.content is Content.DAY:
                self._sheet.write_datetime(number, index, date.fromisoformat(text), look)
            else:
                told = shown(text, column, self._document.choices)
                write_text(self._sheet, number, index, told, look)

    def _offer(self, index: int, column: Column) -> None:
        """A drop-down list, or a whole or decimal number, for the cells that may be filled in."""
        if not _white(column):
            return
        choices = self._document.choices.get(column.key, ())
        options: dict[str, Any]
        if column.content is Content.CHOICE and choices:
            letter = column_letter(_list_columns(self._document)[column.key])
            options = {
                "validate": "list",
                "source": f"='{LIST_SHEET}'!${letter}$2:${letter}${len(choices) + 1}",
                "error_title": "Vælg fra listen",
                "error_message": f"{column.name_da} skal være en af listens muligheder.",
            }
        elif column.content is Content.WHOLE:
            options = {"validate": "integer", "criteria": ">=", "value": 0}
            options |= {"error_title": column.name_da, "error_message": "Skriv et helt tal."}
        elif column.content in {Content.MONEY, Content.PERCENT}:
            options = {"validate": "decimal", "criteria": ">=", "value": 0}
            options |= {"error_title": column.name_da, "error_message": "Skriv et tal, fx 1234,50."}
        else:
            return
        self._sheet.data_validation(1, index, ROW_LIMIT, index, options)


def _white(column: Column) -> bool:
    """Whether people write in the column: what is theirs stands on white."""
    return column.editable or column.key in {"component", "label", "note"}


def _header_look(*, open_to_change: bool) -> dict[str, Any]:
    colours = (
        {"bg_color": "#1A3E5C", "font_color": "#FFFFFF"}
        if open_to_change
        else {"bg_color": "#D9D9D9", "font_color": "#333333"}
    )
    return colours | {
        "bold": True,
        "valign": "vcenter",
        "border": 1,
        "num_format": "@",
        "text_wrap": True,
    }


def _look(column: Column, *, shaded: bool) -> dict[str, Any]:
    look: dict[str, Any] = {
        "num_format": _NUMBER_FORMATS.get(column.content, "@"),
        "valign": "top",
        "border": 1,
        "border_color": "#BFBFBF",
    }
    if shaded:
        look |= {"bg_color": "#F2F2F2", "font_color": "#595959"}
    return look


def write_text(sheet: Any, row: int, column: int, text: str, look: Any = None) -> None:
    """Write `text` as text whatever it begins with."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # The writer would take this for its own rich text; a space at the end counts as nothing.
        text += " "
    sheet.write_string(row, column, text, look)


def _set_up_print(sheet: Any, document: TariffDocument, last_row: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    sheet.repeat_rows(0)
    # The keys at the end are for the machine.
    told = [index for index, column in enumerate(COLUMNS) if column.content is not Content.KEY]
    sheet.print_area(0, 0, last_row, told[-1])
    sheet.repeat_columns(0, _FROZEN_COLUMNS - 1)
    sheet.fit_to_pages(2, 0)
    sheet.print_across()
    # Header and footer take & as a code; doubled it is itself.
    name = document.title[:_HEADER_LIMIT].replace("&", "&&")
    sheet.set_header(f"&L&B{name}&RHentet {document.exported_at:%d.%m.%Y}")
    sheet.set_footer("&CSide &P af &N")


def _write_findings(book: Any, document: TariffDocument) -> None:
    sheet = book.add_worksheet(FINDING_SHEET)
    head = book.add_format(_header_look(open_to_change=True))
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    for index, (name, width) in enumerate(_FINDING_HEADS):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, name, head)
    if not document.findings:
        sheet.write_string(1, 0, "Ingen fund")
    for number, one in enumerate(document.findings, start=1):
        texts = (_SEVERITY_DA[one.severity], one.place, one.message, one.found, one.expected)
        sheet.set_row(number, _LINE_HEIGHT * _lines(texts))
        for index, text in enumerate(texts):
            write_text(sheet, number, index, text, wrap)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(document.findings), 1), len(_FINDING_HEADS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _lines(texts: Sequence[str]) -> int:
    """How many lines the tallest cell of a finding takes, so that no program hides its end."""
    widths = [width for _name, width in _FINDING_HEADS]
    return max(-(-len(text) // width) for text, width in zip(texts, widths, strict=True)) or 1


def _list_columns(document: TariffDocument) -> dict[str, int]:
    return {key: index for index, key in enumerate(document.choices)}


def _write_lists(book: Any, document: TariffDocument) -> None:
    """The drop-downs' choices, then the vocabularies that other columns are written with."""
    sheet = book.add_worksheet(LIST_SHEET)
    head = book.add_format(_header_look(open_to_change=False))
    lists = [
        (BY_KEY[key].name_da, [label for _key, label in choices])
        for key, choices in document.choices.items()
    ]
    lists += [(name, list(words)) for name, words in document.words.items()]
    for index, (name, words) in enumerate(lists):
        sheet.set_column(index, index, 30)
        sheet.write_string(0, index, name, head)
        for row, word in enumerate(words, start=1):
            write_text(sheet, row, index, word)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_export(book: Any, document: TariffDocument) -> None:
    sheet = book.add_worksheet(EXPORT_SHEET)
    sheet.hide()
    facts = (
        FORMAT,
        f"{document.year}",
        document.region,
        document.operator,
        document.exported_at.isoformat(),
        document.exported_by,
    )
    for row, (key, fact) in enumerate(zip(EXPORT_KEYS, facts, strict=True)):
        sheet.write_string(row, 0, key)
        write_text(sheet, row, 1, fact)
    for number, one in enumerate(row for row in document.rows if row["key"]):
        write_text(sheet, number, KEY_COLUMN, one["key"])
