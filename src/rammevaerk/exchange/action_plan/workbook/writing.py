"""The action plan written as a workbook: every cell is text, nothing is ever a formula."""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.action_plan.rows import (
    COLUMNS,
    Column,
    Content,
    PlanDocument,
    cell_fingerprint,
    fingerprint,
    tidied,
    values,
)
from rammevaerk.exchange.action_plan.workbook.cells import CellReader, UnreadableCell
from rammevaerk.exchange.action_plan.workbook.guide import guide_of
from rammevaerk.exchange.action_plan.workbook.layout import (
    EXPORT_KEYS,
    EXPORT_SHEET,
    FIRST_ROW,
    FORMAT,
    PLAN_SHEET,
    PRINTS_SHEET,
    ROW_LIMIT,
    ROW_LIMIT_DA,
)
from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.sheets import Cell, CellKind, column_letter
from rammevaerk.exchange.workbook_guide import write_guide

_A3 = 8
_TEXT_FORMAT = "@"
_FROZEN_COLUMNS = 3
_WRAP = {"text_wrap": True}
_LINE_HEIGHT, _TALLEST_ROW = 15.0, 409.0  # points; Excel has no taller row
_PROPERTY_LIMIT, _HEADER_LIMIT = 255, 110  # characters; the page header's 255 count codes too
# Office reads _x0041_ as a letter of its own; the writer can only prevent it for one at a time.
_CODES_IN_A_ROW = re.compile("_x[0-9A-Fa-f]{4}(?=_x[0-9A-Fa-f]{4}_)")
_LIST_COLUMNS = {Content.STATUS: 3, Content.FORUM: 4}


class UnwritablePlan(ExchangeError):
    """A plan that a workbook cannot hold without losing something; the message says what."""


def write(
    document: PlanDocument,
    *,
    statuses: Sequence[str],
    forums: Sequence[str],
    exported_at: datetime,
) -> bytes:
    """Return the workbook: the same bytes for the same arguments.

    `statuses` and `forums` become the drop-down lists. They must hold every status and
    forum in use. `UnwritablePlan` when `read` could not give the same rows back: more than 5,000,
    a text over its column's limit, a date or choice it would not know, one key twice.
    """
    document = tidied(document)
    _require_writable(document, CellReader(statuses, forums))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": f"{document.title} {document.edition}"[:_PROPERTY_LIMIT],
                "subject": document.agreement[:_PROPERTY_LIMIT],
                "author": document.organisation[:_PROPERTY_LIMIT],
                "created": exported_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        _write_plan(book, document, {Content.STATUS: statuses, Content.FORUM: forums})
        write_guide(book, guide_of(document, exported_at))
        _write_export(book, document, statuses, forums, exported_at)
        _write_prints(book, document)
    return buffer.getvalue()


def _require_writable(document: PlanDocument, reader: CellReader) -> None:
    """Nothing goes out that would not come in again as the same."""
    if len(document.rows) > ROW_LIMIT:
        raise UnwritablePlan(f"Handlingsplanen har flere end {ROW_LIMIT_DA} rækker.")
    seen: set[str] = set()
    for row in document.rows:
        texts = values(row)
        for column in COLUMNS:
            _require_readable(texts[column.key], column, texts["number"], reader)
        if texts["initiative_id"] in seen:
            raise UnwritablePlan(f"Nøglen {texts['initiative_id']} står i to rækker.")
        seen.add(texts["initiative_id"])


def _require_readable(text: str, column: Column, number: str, reader: CellReader) -> None:
    place = f"{column.name_da} for initiativ {number or 'uden nummer'}"
    if column.required and not text:
        raise UnwritablePlan(f"{place} er tom.")
    if found := _CODES_IN_A_ROW.search(text):
        raise UnwritablePlan(
            f"{place} har {found[0]}_ lige efterfulgt af en kode mere, og det kan Excel ikke gemme."
        )
    try:
        read_again = reader.text(Cell(1, 0, CellKind.TEXT, text), column)
    except UnreadableCell as error:
        raise UnwritablePlan(f"{place}: {error}") from error
    if read_again != text:
        raise UnwritablePlan(f"{place} skal skrives {quoted(read_again)}, ikke {quoted(text)}.")


def _write_plan(book: Any, document: PlanDocument, choices: dict[Content, Sequence[str]]) -> None:
    sheet = book.add_worksheet(PLAN_SHEET)
    last_row = max(len(document.rows), 1)
    for index, column in enumerate(COLUMNS):
        text_format = book.add_format({"num_format": _TEXT_FORMAT, "valign": "top"} | _WRAP)
        sheet.set_column(index, index, column.width, text_format)
        sheet.write_string(0, index, column.header, book.add_format(_header_look(column)))
        if column.content in choices:
            _offer_choices(sheet, index, column, choices[column.content])
    looks = {flag: book.add_format(_cell_look(flag)) for flag in (True, False)}
    for number, row in enumerate(document.rows, start=FIRST_ROW - 1):
        texts = values(row)
        sheet.set_row(number, _height(texts))
        for index, column in enumerate(COLUMNS):
            _write_text(sheet, number, index, texts[column.key], looks[column.editable])
    sheet.set_row(0, 3 * _LINE_HEIGHT)
    sheet.freeze_panes(1, _FROZEN_COLUMNS)
    sheet.autofilter(0, 0, last_row, len(COLUMNS) - 1)
    _set_up_print(sheet, document, last_row)


def _height(texts: dict[str, str]) -> float:
    """A row's height in points, so that no program hides the end of a wrapped text."""
    lines = max(
        sum(max(1, -(-len(line) // column.width)) for line in texts[column.key].split("\n"))
        for column in COLUMNS
    )
    return min(_LINE_HEIGHT * lines, _TALLEST_ROW)


def _header_look(column: Column) -> dict[str, Any]:
    """Dark for what may be changed, grey for what may not; the text says it too."""
    colours = (
        {"bg_color": "#1A3E5C", "font_color": "#FFFFFF"}
        if column.editable
        else {"bg_color": "#D9D9D9", "font_color": "#333333"}
    )
    return colours | _WRAP | {"bold": True, "valign": "vcenter", "border": 1, "num_format": "@"}


def _cell_look(editable: bool) -> dict[str, Any]:
    look = {"num_format": _TEXT_FORMAT, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
    if not editable:
        look |= {"bg_color": "#F2F2F2", "font_color": "#595959"}
    return look | _WRAP


def _write_text(sheet: Any, row: int, column: int, text: str, look: Any = None) -> None:
    """Write `text` as text whatever it begins with."""
    if not text:
        sheet.write_blank(row, column, None, look)
        return
    if text.startswith("<r>") and text.endswith("</r>"):
        # The writer would take this for its own rich text; a space at the end counts as nothing.
        text += " "
    sheet.write_string(row, column, text, look)


def _offer_choices(sheet: Any, index: int, column: Column, choices: Sequence[str]) -> None:
    if not choices:
        return
    letter = column_letter(_LIST_COLUMNS[column.content])
    sheet.data_validation(
        FIRST_ROW - 1,
        index,
        ROW_LIMIT,
        index,
        {
            "validate": "list",
            "source": f"='{EXPORT_SHEET}'!${letter}$2:${letter}${len(choices) + 1}",
            "error_title": "Vælg fra listen",
            "error_message": f"{column.name_da} skal være en af listens muligheder.",
        },
    )


def _set_up_print(sheet: Any, document: PlanDocument, last_row: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.print_area(0, 1, last_row, len(COLUMNS) - 1)
    # One page in width would make the letters too small to read.
    sheet.repeat_columns(1, _FROZEN_COLUMNS - 1)
    sheet.fit_to_pages(2, 0)
    sheet.print_across()
    # Header and footer take & as a code; doubled it is itself.
    name = f"{document.title} – {document.agreement}"[:_HEADER_LIMIT].replace("&", "&&")
    sheet.set_header(f"&L&B{name}&R{date_text_da(document.as_of)}")
    sheet.set_footer("&CSide &P af &N")


def _write_export(
    book: Any,
    document: PlanDocument,
    statuses: Sequence[str],
    forums: Sequence[str],
    exported_at: datetime,
) -> None:
    sheet = book.add_worksheet(EXPORT_SHEET)
    sheet.hide()
    facts = (
        FORMAT,
        document.agreement,
        document.edition,
        document.as_of.isoformat(),
        exported_at.isoformat(),
        fingerprint(document.rows),
    )
    for row, (key, fact) in enumerate(zip(EXPORT_KEYS, facts, strict=True)):
        sheet.write_string(row, 0, key)
        _write_text(sheet, row, 1, fact)
    for content, title, choices in (
        (Content.STATUS, "Status", statuses),
        (Content.FORUM, "Forum", forums),
    ):
        sheet.write_string(0, _LIST_COLUMNS[content], title)
        for row, choice in enumerate(choices, start=1):
            _write_text(sheet, row, _LIST_COLUMNS[content], choice)


def _write_prints(book: Any, document: PlanDocument) -> None:
    sheet = book.add_worksheet(PRINTS_SHEET)
    sheet.hide()
    for index, column in enumerate(COLUMNS):
        sheet.write_string(0, index, column.key)
    for number, row in enumerate(document.rows, start=1):
        texts = values(row)
        _write_text(sheet, number, 0, texts["initiative_id"])
        for index, column in enumerate(COLUMNS[1:], start=1):
            sheet.write_string(number, index, cell_fingerprint(texts[column.key]))
