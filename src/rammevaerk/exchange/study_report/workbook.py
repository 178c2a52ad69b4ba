"""A study as a workbook: a sheet for each table, amounts as numbers, text never as a formula."""

import io
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.study_report.content import (
    NOT_SHOWN_DA,
    Cell,
    HeadingKind,
    ReportTable,
    StudyReport,
)

_PROPERTY_LIMIT = 255  # characters; what Office allows in a document property
_WIDEST, _NARROWEST = 60, 12
_LINE_POINTS, _MOST_LINES = 15, 9
_FIRST_ROW = 4  # below the title, the note and the headings, counted from 1


def write_workbook(report: StudyReport) -> bytes:
    """Return the workbook; the same report gives the same bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties(
            {
                "title": report.title[:_PROPERTY_LIMIT],
                "author": report.organisation[:_PROPERTY_LIMIT],
                "created": datetime.combine(report.made_on, time(12)),
            }
        )
        writer = _Writer(book)
        for at, table in enumerate(report.tables):
            sheet = book.add_worksheet(table.sheet)
            if at == 0:
                writer.table(sheet, table, [report.title, ""])
                writer.notes(sheet, table, report)
            else:
                writer.table(sheet, table, [table.title, table.note])
    return stream.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._note = book.add_format({"font_color": "#595959"})
        self._long_note = book.add_format(
            {"font_color": "#595959", "text_wrap": True, "valign": "top"}
        )
        head = {
            "bold": True,
            "bottom": 1,
            "valign": "top",
            "text_wrap": True,
            "bg_color": "#F5F5F5",
        }
        self._head = {
            HeadingKind.TEXT: book.add_format(head),
            HeadingKind.COUNT: book.add_format({**head, "align": "right"}),
            HeadingKind.ORE: book.add_format({**head, "align": "right"}),
        }
        self._cell = self._formats(book, {})
        self._sum = self._formats(book, {"bold": True, "top": 1})
        self._hidden = book.add_format({"align": "right", "italic": True, "font_color": "#595959"})

    @staticmethod
    def _formats(book: Any, more: dict[str, object]) -> dict[HeadingKind, Any]:
        return {
            HeadingKind.TEXT: book.add_format({"valign": "top", "num_format": "@", **more}),
            HeadingKind.COUNT: book.add_format({"num_format": "#,##0", **more}),
            HeadingKind.ORE: book.add_format({"num_format": "#,##0.00", **more}),
        }

    def table(self, sheet: Any, table: ReportTable, lines: list[str]) -> None:
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_FIRST_ROW - 2)
        sheet.write_string(0, 0, lines[0], self._title)
        sheet.write_string(1, 0, lines[1], self._note)
        lines_of_head = max(
            -(-len(heading.text) // (_width(table, at) - 3))
            for at, heading in enumerate(table.headings)
        )
        sheet.set_row(_FIRST_ROW - 2, _LINE_POINTS * min(lines_of_head + 1, _MOST_LINES))
        for column, heading in enumerate(table.headings):
            sheet.write_string(_FIRST_ROW - 2, column, heading.text, self._head[heading.kind])
            sheet.set_column(column, column, _width(table, column))
        for at, row in enumerate(table.rows):
            self._row(sheet, _FIRST_ROW - 1 + at, table, row, self._cell)
        last = _FIRST_ROW - 2 + len(table.rows)
        if table.total:
            self._row(sheet, last + 1, table, table.total, self._sum)
        sheet.freeze_panes(_FIRST_ROW - 1, 1)
        if table.rows:
            sheet.autofilter(_FIRST_ROW - 2, 0, last, len(table.headings) - 1)

    def notes(self, sheet: Any, table: ReportTable, report: StudyReport) -> None:
        """The sentence, and what must be known to read the figures, around the summary."""
        sheet.set_column(0, 0, _WIDEST)
        sheet.write_string(1, 0, report.sentence, self._long_note)
        first = _FIRST_ROW + len(table.rows) + 2
        made = f"{report.organisation}, {date_text_da(report.made_on)}"
        for at, note in enumerate((*report.notes, made)):
            sheet.write_string(first + at, 0, note, self._long_note)

    def _row(
        self,
        sheet: Any,
        at: int,
        table: ReportTable,
        row: tuple[Cell, ...],
        formats: dict[HeadingKind, Any],
    ) -> None:
        for column, (heading, cell) in enumerate(zip(table.headings, row, strict=True)):
            if cell is None:
                sheet.write_string(at, column, NOT_SHOWN_DA, self._hidden)
            elif isinstance(cell, str):
                sheet.write_string(at, column, cell, formats[HeadingKind.TEXT])
            elif heading.kind is HeadingKind.ORE:
                sheet.write_number(at, column, Decimal(cell).scaleb(-2), formats[heading.kind])
            else:
                sheet.write_number(at, column, cell, formats[heading.kind])


def _width(table: ReportTable, column: int) -> int:
    if table.headings[column].kind is not HeadingKind.TEXT:
        return 18 if table.headings[column].kind is HeadingKind.ORE else 15
    longest = max((len(str(row[column])) for row in table.rows), default=0)
    return min(max(longest + 2, len(table.headings[column].text) + 2, _NARROWEST), _WIDEST)
