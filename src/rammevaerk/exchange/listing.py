"""A list written as a workbook: what a page shows, with its filters; nothing is ever a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import xlsxwriter

Value = str | int | date | None


class ColumnKind(StrEnum):
    """What a column holds: text, a whole number, an amount in øre, basis points, or a day."""

    TEXT = "text"
    WHOLE = "whole"
    ORE = "ore"
    BASIS_POINTS = "basis_points"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A heading with its unit, and how wide the column is in characters."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 16


_FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.WHOLE: "#,##0",
    ColumnKind.ORE: "#,##0.00",
    ColumnKind.BASIS_POINTS: "0.00%",
    ColumnKind.DAY: "d. mmmm yyyy",
}
_DIVISORS = {ColumnKind.ORE: 100, ColumnKind.BASIS_POINTS: 10_000}
_SHEET_NAME = 31
_PROPERTY_LIMIT = 255
_CELL_LIMIT = 32_767


def write_listing(
    title: str,
    columns: Sequence[ListColumn],
    rows: Sequence[Sequence[Value]],
    *,
    about: Sequence[tuple[str, str]] = (),
    at: datetime,
) -> bytes:
    """Return a workbook with the rows, and a sheet that says what they are (`about`).

    The same arguments give the same bytes. Text is text whatever it begins with; each row has a
    value for each column, None for an empty cell.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": title[:_PROPERTY_LIMIT],
                "created": at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        _write_rows(book, title, columns, rows)
        _write_about(book, title, about)
    return buffer.getvalue()


def _write_rows(
    book: Any, title: str, columns: Sequence[ListColumn], rows: Sequence[Sequence[Value]]
) -> None:
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format(
        {"bold": True, "bg_color": "#1A3E5C", "font_color": "#FFFFFF", "text_wrap": True}
    )
    looks = {
        kind: book.add_format({"num_format": text, "valign": "top"})
        for kind, text in _FORMATS.items()
    }
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.name, head)
    for number, row in enumerate(rows, start=1):
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write_value(sheet, (number, at), value, column.kind, looks[column.kind])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write_value(
    sheet: Any, place: tuple[int, int], value: Value, kind: ColumnKind, look: Any
) -> None:
    if value is None or value == "":
        sheet.write_blank(*place, None, look)
    elif isinstance(value, str):
        write_text(sheet, place, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001
    else:
        sheet.write_number(*place, Decimal(value) / _DIVISORS.get(kind, 1), look)


def write_text(sheet: Any, place: tuple[int, int], text: str, look: Any = None) -> None:
    """Write text as text: no formula, no link, no rich text, and no longer than a cell holds."""
    shown = text[:_CELL_LIMIT]
    if shown.startswith("<r>") and shown.endswith("</r>"):
        # The writer would take this for its own rich text.
        shown = shown[: _CELL_LIMIT - 1] + " "
    sheet.write_string(*place, shown, look)


def _write_about(book: Any, title: str, about: Sequence[tuple[str, str]]) -> None:
    if not about:
        return
    sheet = book.add_worksheet("Om listen")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70)
    write_text(sheet, (0, 0), title, bold)
    for number, (name, value) in enumerate(about, start=2):
        write_text(sheet, (number, 0), name, bold)
        write_text(sheet, (number, 1), value, wrapped)


def _sheet_name(title: str) -> str:
    name = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)
    return " ".join(name.split())[:_SHEET_NAME] or "Liste"
