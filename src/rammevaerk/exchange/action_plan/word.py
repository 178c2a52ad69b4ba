"""The action plan as a Word document, in the three columns that secretariats know."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.shared import Cm
from docx.table import Table, _Cell

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.action_plan.rows import PlanDocument, PlanRow, tidied
from rammevaerk.exchange.word_page import lay_down

HEADINGS_DA = ("Målsætning", "Initiativ", "Status")
WIDTHS = (Cm(6.2), Cm(10.3), Cm(9.2))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of a table: `goal` is what stands beside it; `below` when it follows its parent."""

    row: PlanRow
    goal: str
    below: bool


def write(document: PlanDocument) -> bytes:
    """Return the plan as .docx: headings, one table per forum and planned start, page numbers.

    Every row stands in it exactly once, sub-initiatives after the one they belong under.
    """
    document = tidied(document)
    file = docx.Document()
    lay_down(
        file,
        title=document.title,
        author=document.organisation,
        day=document.as_of,
        subject=document.agreement,
    )
    file.add_heading(document.title, level=0)
    file.add_paragraph(f"{document.organisation} · {date_text_da(document.as_of)}".strip(" ·"))
    if not document.rows:
        file.add_paragraph("Planen har ingen initiativer endnu.")
    for area, rows in _grouped(document.rows, lambda row: row.area):
        file.add_heading(f"Udviklingsområde: {area}" if area else "Uden udviklingsområde", level=1)
        for forum, of_forum in _grouped(rows, lambda row: row.forum):
            heading = f"Initiativer under {forum}" if forum else "Initiativer uden forum"
            file.add_heading(heading, level=2)
            _write_forum(file, of_forum)
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def _grouped(things: Iterable[T], key: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """The things by one of their texts, groups in the order of their first member."""
    groups: dict[str, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return list(groups.items())


def _write_forum(file: Document, rows: Sequence[PlanRow]) -> None:
    """One table for each planned start; what has no planned start comes first."""
    starts = _grouped(_families(rows), lambda family: family[0].row.planned_start)
    for start, families in sorted(starts, key=lambda pair: bool(pair[0])):
        if start:
            file.add_heading(f"Planlagt opstart: {start}", level=3)
        by_goal = _grouped(families, lambda family: family[0].goal)
        _write_table(
            file, start, [one for _, group in by_goal for family in group for one in family]
        )


def _families(rows: Sequence[PlanRow]) -> list[list[_Entry]]:
    """Each initiative with what stands under it, at any depth; no row twice, and none left out.

    Numbers are people's own: there may be two of one, none, or a circle of parents.
    """
    below: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        below.setdefault(row.parent_number, []).append(index)
    own = {row.number for row in rows if row.number}
    roots = [index for index, row in enumerate(rows) if row.parent_number not in own]
    left = dict(enumerate(rows))
    families = []
    for root in (*roots, *range(len(rows))):
        if root in left:
            families.append(list(_family(root, left, below)))
    return families


def _family(root: int, left: dict[int, PlanRow], below: dict[str, list[int]]) -> Iterator[_Entry]:
    goal, waiting = left[root].goal, [root]
    while waiting:
        index = waiting.pop()
        row = left.pop(index, None)
        if row is None:
            continue
        yield _Entry(row, row.goal or goal, below=index != root)
        waiting += reversed(below.get(row.number, [])) if row.number else []


def _write_table(file: Document, start: str, entries: Sequence[_Entry]) -> None:
    table = file.add_table(rows=1, cols=len(HEADINGS_DA))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, HEADINGS_DA, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    _mark(table.rows[0], "w:tblHeader")
    for goal, run in groupby(entries, key=lambda entry: entry.goal):
        _write_goal(table, goal, start, list(run))
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


def _write_goal(table: Table, goal: str, start: str, entries: Sequence[_Entry]) -> None:
    """The goal stands once, beside all its initiatives."""
    first = len(table.rows)
    for entry in entries:
        cells = _new_row(table).cells
        _write_initiative(cells[1], entry)
        _write_status(cells[2], entry.row, start)
    merged = table.cell(first, 0).merge(table.cell(len(table.rows) - 1, 0))
    merged.text = goal


def _new_row(table: Any) -> Any:
    return table.add_row()


def _write_initiative(cell: _Cell, entry: _Entry) -> None:
    row, heading = entry.row, cell.paragraphs[0]
    heading.add_run(f"{row.number} {row.title}".strip()).bold = True
    lines = row.description.splitlines()
    if row.parent_number and not entry.below:
        lines.append(f"Hører under nr. {row.parent_number}")
    if row.responsible:
        lines.append(f"Ansvarlig: {row.responsible}")
    paragraphs = [heading, *(cell.add_paragraph(line) for line in lines)]
    if entry.below:
        for paragraph in paragraphs:
            paragraph.paragraph_format.left_indent = Cm(0.7)


def _write_status(cell: _Cell, row: PlanRow, start: str) -> None:
    heading = cell.paragraphs[0]
    heading.add_run(row.status or "Ingen status").bold = True
    if row.status_date:
        heading.add_run(f", {row.status_date}")
    for line in row.status_text.splitlines():
        cell.add_paragraph(line)
    if row.planned_start and row.planned_start != start:
        cell.add_paragraph(f"Planlagt opstart: {row.planned_start}")
    if row.actual_start:
        cell.add_paragraph(f"Faktisk opstart: {row.actual_start}")
    due = f"ventet {row.next_step_due}" if row.next_step_due else ""
    if row.next_step:
        cell.add_paragraph(f"Næste milepæl: {row.next_step}" + (f" ({due})" if due else ""))
    elif due:
        cell.add_paragraph(f"Næste milepæl {due}")
