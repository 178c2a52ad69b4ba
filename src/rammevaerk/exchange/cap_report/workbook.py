"""The report as a workbook: a sheet for each subject, amounts as numbers, never a formula."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from rammevaerk.exchange.cap_report.content import CapReport

_MONEY = "#,##0.00"
_LIMIT = 255
_A4 = 9
_LINE_HEIGHT, _TALLEST_ROW = 15.0, 409.0  # points; Excel has no taller row
Value = str | Decimal | int | None


def write(report: CapReport) -> bytes:
    """Return the workbook: overview, basket, outside, supplements, development, proof, sources."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": report.title[:_LIMIT],
                "author": report.author[:_LIMIT],
                "created": datetime.combine(report.as_of, time(12), tzinfo=UTC).replace(
                    tzinfo=None
                ),
            }
        )
        looks = _Looks(book)
        for name, headings, widths, rows in _sheets(report):
            _sheet(book, looks, name, headings, widths, rows)
    return buffer.getvalue()


class _Looks:
    """The few formats of the book."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format(
            {
                "bold": True, "bg_color": "#1A3E5C", "font_color": "#FFFFFF", "text_wrap": True,
                "valign": "vcenter", "border": 1,
            }
        )  # fmt: skip
        self.text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.money = book.add_format({"num_format": _MONEY, "valign": "top"})
        self.whole = book.add_format({"num_format": "#,##0", "valign": "top"})


Sheet = tuple[str, Sequence[str], Sequence[int], list[Sequence[Value]]]


def _sheets(report: CapReport) -> list[Sheet]:
    return [
        _overview(report),
        *_parts(report),
        _development(report),
        _proof(report),
        _about(report),
    ]


def _overview(report: CapReport) -> Sheet:
    headings = (
        "Driftsherre", "Vurdering", f"Niveau {report.year}", "Højst tilladt",
        "Over (−: under) loftet, om året (kr.)", "Tillæg, andel", "Indeks", "Begrundelse",
    )  # fmt: skip
    rows: list[Sequence[Value]] = [
        (
            one.name, one.verdict, one.level, one.allowed, _kroner(one.excess_ore),
            one.supplement_share, one.index, " ".join(one.reasons),
        )
        for one in report.operators
    ]  # fmt: skip
    return "Overblik", headings, (28, 20, 14, 14, 20, 14, 34, 80), rows


def _parts(report: CapReport) -> list[Sheet]:
    basket: list[Sequence[Value]] = [
        (
            one.name,
            r.facility,
            r.service,
            r.places,
            _kroner(r.base_ore),
            _kroner(r.now_ore),
            r.change,
        )
        for one in report.operators
        for r in one.basket
    ]
    outside: list[Sequence[Value]] = [
        (one.name, r.facility, r.service, r.status, r.reason)
        for one in report.operators
        for r in one.outside
    ]
    quarters: list[Sequence[Value]] = [
        (
            one.name, f"{r.quarter}. kvartal {report.year}", _kroner(r.supplements_ore),
            _kroner(r.turnover_ore), r.share, r.citizens, r.registered, r.corrected,
        )
        for one in report.operators
        for r in one.quarters
    ]  # fmt: skip
    per = (f"Pr. plads {report.base_year} (kr.)", f"Pr. plads {report.year} (kr.)")
    return [
        ("Kurven", ("Driftsherre", "Tilbud", "Ydelse", "Pladser", *per, "Ændring"),
         (28, 34, 34, 10, 18, 18, 12), basket),
        ("Uden for kurven", ("Driftsherre", "Tilbud", "Ydelse", "Status", "Grund"),
         (28, 34, 34, 14, 60), outside),
        ("Tillægstakster",
         ("Driftsherre", "Kvartal", "Tillæg (kr.)", "Omsætning (kr.)", "Andel", "Borgere",
          "Indberettet", "Antal rettelser"),
         (28, 18, 18, 18, 12, 12, 26, 12), quarters),
    ]  # fmt: skip


def _development(report: CapReport) -> Sheet:
    headings = (
        "Driftsherre", f"Gennemsnit {report.base_year} (kr.)", f"Gennemsnit {report.year} (kr.)",
        "Priseffekt (kr.)", "Struktureffekt (kr.)", "Bemærkning",
    )  # fmt: skip
    rows: list[Sequence[Value]] = [
        (
            one.name, _kroner(one.development.before_ore), _kroner(one.development.after_ore),
            _kroner(one.development.price_ore), _kroner(one.development.structure_ore),
            one.development.note,
        )
        for one in report.operators
    ]  # fmt: skip
    return "Takstudvikling", headings, (28, 20, 20, 20, 20, 60), rows


def _proof(report: CapReport) -> Sheet:
    rows: list[Sequence[Value]] = [
        (one.name, r.label, r.value, r.source, "ikke efterprøvet" if r.unverified else "")
        for one in report.operators
        for r in one.steps
    ]
    headings = ("Driftsherre", "Skridt", "Tal", "Kilde", "Sikkerhed")
    return "Beviset", headings, (28, 44, 44, 60, 18), rows


def _about(report: CapReport) -> Sheet:
    rows: list[Sequence[Value]] = [
        *(("Om rapporten", text) for text in report.lead),
        *((title, text) for title, text in report.points),
        *(("Ikke efterprøvet", text) for text in report.unverified),
        *(("Kilde", text) for text in report.sources),
    ]
    return "Aftale og kilder", ("Emne", "Tekst"), (28, 120), rows


def _sheet(
    book: Any,
    looks: _Looks,
    name: str,
    headings: Sequence[str],
    widths: Sequence[int],
    rows: list[Sequence[Value]],
) -> None:
    sheet = book.add_worksheet(name)
    for at, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, heading, looks.head)
    for number, row in enumerate(rows, start=1):
        sheet.set_row(number, _height(row, widths))
        for at, value in enumerate(row):
            _cell(sheet, number, at, value, looks)
    sheet.set_row(0, 2 * _LINE_HEIGHT)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _height(row: Sequence[Value], widths: Sequence[int]) -> float:
    """A row's height in points, so that no program hides the end of a wrapped text."""
    lines = [
        -(-len(value) // width)
        for value, width in zip(row, widths, strict=True)
        if isinstance(value, str)
    ]
    return min(_LINE_HEIGHT * max(1, *lines, 1), _TALLEST_ROW)


def _cell(sheet: Any, row: int, column: int, value: Value, looks: _Looks) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(row, column, value, looks.money)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, looks.whole)
    elif value:
        # As text whatever it begins with: a name is never a formula.
        sheet.write_string(row, column, value, looks.text)


def _kroner(ore: int | None) -> Decimal | None:
    return None if ore is None else Decimal(ore).scaleb(-2)
