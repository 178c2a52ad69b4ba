"""The action plan as a Word document, in the three columns that secretariats know."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from itertools import groupby
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from rammevaerk.engine.periods import date_text_da
from rammevaerk.exchange.action_plan.rows import PlanDocument, PlanRow, normalised

HEADINGS_DA = ("Målsætning", "Initiativ", "Status")
WIDTHS = (Cm(6.2), Cm(10.3), Cm(9.2))
LANGUAGE = "da-DK"


def write(document: PlanDocument) -> bytes:
    """Return the plan as .docx: headings, one table per forum and planned start, page numbers."""
    file = docx.Document()
    _set_up(file, document)
    file.add_heading(normalised(document.title), level=0)
    file.add_paragraph(f"{document.organisation} · {date_text_da(document.as_of)}".strip(" ·"))
    if not document.rows:
        file.add_paragraph("Planen har ingen initiativer endnu.")
    for area, rows in _grouped(document.rows, "area"):
        file.add_heading(f"Udviklingsområde: {area}", level=1)
        for forum, of_forum in _grouped(rows, "forum"):
            file.add_heading(f"Initiativer under {forum}", level=2)
            _write_forum(file, of_forum)
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def _set_up(file: Document, document: PlanDocument) -> None:
    section = file.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))
    style: Any = file.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_after = Pt(4)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGE)
    style.element.get_or_add_rPr().append(language)
    facts = file.core_properties
    facts.title, facts.author = normalised(document.title), normalised(document.organisation)
    facts.subject, facts.language = normalised(document.agreement), LANGUAGE
    facts.created = facts.modified = datetime.combine(document.as_of, time(12), tzinfo=UTC)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    """«Side 2 af 7», kept by Word's own fields."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text, field in (("Side ", "PAGE"), (" af ", "NUMPAGES")):
        paragraph.add_run(text)
        for kind in ("begin", None, "end"):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = field
            paragraph.add_run()._r.append(element)  # noqa: SLF001 - python-docx has no fields


def _grouped(rows: Iterable[PlanRow], key: str) -> list[tuple[str, list[PlanRow]]]:
    """The rows by one of their texts, groups in the order of their first row."""
    groups: dict[str, list[PlanRow]] = {}
    for row in rows:
        groups.setdefault(normalised(getattr(row, key)), []).append(row)
    return list(groups.items())


def _write_forum(file: Document, rows: Sequence[PlanRow]) -> None:
    """One table for each planned start; what has no planned start comes first."""
    own = {row.number for row in rows}
    parents = [row for row in rows if row.parent_number not in own]
    starts = _grouped(parents, "planned_start")
    for start, starting in sorted(starts, key=lambda pair: bool(pair[0])):
        if start:
            file.add_heading(f"Planlagt opstart: {start}", level=3)
        _write_table(file, list(_with_children(starting, rows)))


def _with_children(parents: Iterable[PlanRow], rows: Sequence[PlanRow]) -> Iterator[PlanRow]:
    for parent in parents:
        yield parent
        yield from (row for row in rows if parent.number and row.parent_number == parent.number)


def _write_table(file: Document, rows: Sequence[PlanRow]) -> None:
    table = file.add_table(rows=1, cols=len(HEADINGS_DA))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, HEADINGS_DA, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    _mark(table.rows[0], "w:tblHeader")
    for goal, run in groupby(rows, key=lambda row: normalised(row.goal)):
        _write_goal(table, goal, list(run))
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    for row in table.rows:
        _mark(row, "w:cantSplit")
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = width
    file.add_paragraph()


def _mark(row: Any, name: str) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for it
    properties.append(OxmlElement(name))


def _write_goal(table: Table, goal: str, rows: Sequence[PlanRow]) -> None:
    """The goal stands once, beside all its initiatives."""
    first = len(table.rows)
    for row in rows:
        cells = _new_row(table).cells
        _write_initiative(cells[1], row)
        _write_status(cells[2], row)
    merged = table.cell(first, 0).merge(table.cell(len(table.rows) - 1, 0))
    merged.text = goal


def _new_row(table: Any) -> Any:
    return table.add_row()


def _write_initiative(cell: _Cell, row: PlanRow) -> None:
    heading = cell.paragraphs[0]
    heading.add_run(f"{row.number} {normalised(row.title)}".strip()).bold = True
    lines = [*normalised(row.description).splitlines()]
    if row.responsible:
        lines.append(f"Ansvarlig: {normalised(row.responsible)}")
    paragraphs = [heading, *(cell.add_paragraph(line) for line in lines)]
    if row.parent_number:
        for paragraph in paragraphs:
            paragraph.paragraph_format.left_indent = Cm(0.7)


def _write_status(cell: _Cell, row: PlanRow) -> None:
    heading = cell.paragraphs[0]
    heading.add_run(row.status or "Ingen status").bold = True
    if row.status_date:
        heading.add_run(f", {row.status_date}")
    for line in normalised(row.status_text).splitlines():
        cell.add_paragraph(line)
    if row.actual_start:
        cell.add_paragraph(f"Faktisk opstart: {row.actual_start}")
    if row.next_step:
        due = f" (ventet {row.next_step_due})" if row.next_step_due else ""
        cell.add_paragraph(f"Næste milepæl: {normalised(row.next_step)}{due}")
