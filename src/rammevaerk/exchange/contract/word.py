"""A contract as a Word document, standing up: facts, fields, clauses, what each party has said."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from rammevaerk.exchange.agenda_documents.word_form import packed
from rammevaerk.exchange.contract.paper import (
    HASH_DA,
    HASH_HELP_DA,
    LEFT_OUT_DA,
    ContractPaper,
    deviation_da,
)
from rammevaerk.exchange.word_page import UPRIGHT_WIDTH_CM, stand_up

_LABEL_CM = 6.0
_QUIET = RGBColor(0x59, 0x59, 0x59)


def write_word(paper: ContractPaper) -> bytes:
    """Return the document; the same paper gives the same bytes."""
    file = docx.Document()
    stand_up(
        file,
        title=f"{paper.title} {paper.number}",
        author="Parterne",
        day=paper.written_at.date(),
        subject=paper.standard,
    )
    file.add_heading(_clean(paper.title), level=0)
    _rows(file, paper.facts)
    if paper.note:
        _quiet(file, paper.note)
    if paper.changes:
        file.add_heading("Hvad der ændres", level=1)
        told = [(one.name, one.before, one.after) for one in paper.changes]
        _table(file, ("Felt", "Før", "Efter"), told)
    for section in paper.sections:
        file.add_heading(_clean(section.title), level=1)
        _rows(file, section.rows)
    file.add_heading("Vilkår", level=1)
    for number, clause in enumerate(paper.clauses, start=1):
        file.add_heading(_clean(f"{number}. {clause.heading}"), level=2)
        file.add_paragraph(_clean(clause.text or LEFT_OUT_DA))
        if deviation := deviation_da(clause):
            file.add_paragraph().add_run(_clean(deviation)).italic = True
    file.add_heading("Godkendelse", level=1)
    answers = [(one.side, one.said, one.who) for one in paper.answers]
    _table(file, ("Part", "Svar", "Af"), answers)
    _quiet(file, f"{HASH_DA}: {paper.sha256}")
    _quiet(file, HASH_HELP_DA)
    return packed(file)


def _rows(file: Document, rows: Iterable[tuple[str, str]]) -> None:
    _fill(file, [(label, text or "–") for label, text in rows], bold_first=True)


def _table(file: Document, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    made = _fill(file, [tuple(head), *rows], bold_first=False)
    for cell in made.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    properties: Any = made.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - no name for it
    properties.append(OxmlElement("w:tblHeader"))


def _fill(file: Document, rows: Sequence[Sequence[str]], *, bold_first: bool) -> Any:
    made: Any = file.add_table(rows=len(rows), cols=len(rows[0]))
    made.style = "Table Grid"
    made.autofit = False
    rest = (UPRIGHT_WIDTH_CM - _LABEL_CM) / (len(rows[0]) - 1)
    widths = [Cm(_LABEL_CM), *[Cm(rest)] * (len(rows[0]) - 1)]
    for row, values in zip(made.rows, rows, strict=True):
        for at, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.add_run(_clean(value)).bold = bold_first and at == 0
            cell.width = widths[at]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - no name
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    # What stands first in a row names it; Word reads it aloud.
    look = made._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001 - no name for it
    if look is not None:
        look.set(qn("w:firstColumn"), "1" if bold_first else "0")
    file.add_paragraph().paragraph_format.space_after = Pt(0)
    return made


def _quiet(file: Document, text: str) -> None:
    run = file.add_paragraph().add_run(_clean(text))
    run.font.color.rgb, run.font.size = _QUIET, Pt(9)


def _clean(text: str) -> str:
    """Without the control characters that no Word file may hold."""
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) != "Cc")
