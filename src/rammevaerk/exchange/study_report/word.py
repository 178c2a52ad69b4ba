"""A study as a Word document: the sentence, pictures and tables, to read and to send."""

import io
import struct
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt, RGBColor

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.exchange.agenda_documents.word_form import packed
from rammevaerk.exchange.study_report.content import (
    NOT_SHOWN_DA,
    Cell,
    Heading,
    HeadingKind,
    ReportTable,
    StudyReport,
)
from rammevaerk.exchange.word_page import TEXT_WIDTH_CM, lay_down

_AMOUNT_CM, _COUNT_CM = 4.0, 3.5
_PICTURE_CM = (19.0, 10.5)
_PNG_SIZE = slice(16, 24)


def write_word(report: StudyReport) -> bytes:
    """Return the document; the same report gives the same bytes."""
    file = docx.Document()
    lay_down(file, title=report.title, author=report.organisation, day=report.made_on)
    file.add_heading(report.title, level=0)
    sentence = file.add_paragraph(report.sentence)
    sentence.runs[0].font.size = Pt(13)
    for note in (*report.notes, f"{report.organisation}, {date_text_da(report.made_on)}"):
        file.add_paragraph(note).runs[0].font.color.rgb = RGBColor(0x59, 0x59, 0x59)
    for table in report.tables[:1]:
        _write_table(file, table)
    for picture in report.pictures:
        file.add_heading(picture.title, level=2)
        shape = file.add_picture(io.BytesIO(picture.png), **_size(picture.png))
        # Word reads this aloud in place of the picture; the table below has its figures.
        properties: Any = shape._inline.docPr  # noqa: SLF001 - python-docx has no name for it
        properties.set("descr", picture.title)
    for table in report.tables[1:]:
        if table.in_word:
            _write_table(file, table)
    return packed(file)


def _size(png: bytes) -> dict[str, Any]:
    """As wide as the text allows, but never so high that it needs a page of its own."""
    width, height = struct.unpack(">II", png[_PNG_SIZE])
    widest, highest = _PICTURE_CM
    if width * highest < height * widest:
        return {"height": Cm(highest)}
    return {"width": Cm(widest)}


def _write_table(file: Document, table: ReportTable) -> None:
    file.add_heading(table.title, level=2)
    if table.note:
        file.add_paragraph(table.note).paragraph_format.keep_with_next = True
    if not table.rows:
        file.add_paragraph("Ingen rækker.")
        return
    made: Any = file.add_table(rows=1, cols=len(table.headings))
    made.style = "Table Grid"
    made.autofit = False
    widths = _widths(table)
    for cell, heading in zip(made.rows[0].cells, table.headings, strict=True):
        _write_cell(cell, heading.text, heading, bold=True)
    _mark(made.rows[0], "w:tblHeader")
    for row in table.rows:
        _write_row(made, table, row, bold=False)
    if table.total:
        _write_row(made, table, table.total, bold=True)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    for row in made.rows:
        _mark(row, "w:cantSplit")


def _write_row(made: Any, table: ReportTable, row: tuple[Cell, ...], *, bold: bool) -> None:
    cells = made.add_row().cells
    for cell, heading, value in zip(cells, table.headings, row, strict=True):
        _write_cell(cell, _text(value, heading), heading, bold=bold)


def _write_cell(cell: Any, text: str, heading: Heading, *, bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.add_run(text).bold = bold
    if heading.kind is not HeadingKind.TEXT:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _text(value: Cell, heading: Heading) -> str:
    if value is None:
        return NOT_SHOWN_DA
    if isinstance(value, str):
        return value
    if heading.kind is HeadingKind.ORE:
        return format_kroner(value).removesuffix(" kr.")
    return f"{value:,}".replace(",", ".")


def _widths(table: ReportTable) -> list[Any]:
    """Figures get what they need; the columns of text share the rest."""
    fixed = {HeadingKind.ORE: _AMOUNT_CM, HeadingKind.COUNT: _COUNT_CM}
    texts = sum(heading.kind is HeadingKind.TEXT for heading in table.headings)
    taken = sum(fixed.get(heading.kind, 0.0) for heading in table.headings)
    rest = (TEXT_WIDTH_CM - taken) / max(texts, 1)
    return [Cm(fixed.get(heading.kind, min(rest, 16.0))) for heading in table.headings]


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - no name for it
