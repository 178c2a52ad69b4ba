"""The report as a Word document, ready to be an annex to Takstgruppen's agenda."""

import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Twips

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.exchange.cap_report.content import CapReport, OperatorPart
from rammevaerk.exchange.word_page import TEXT_WIDTH_CM, lay_down

_NONE = "–"
_TWIPS_PER_CM = 567


def write(report: CapReport) -> bytes:
    """Return the report as .docx: overview, supplements, development, one section per operator."""
    file = docx.Document()
    lay_down(file, title=report.title, author=report.author, day=report.as_of)
    file.add_heading(report.title, level=0)
    file.add_paragraph(f"{report.author} · {date_text_da(report.as_of)}".strip(" ·"))
    for text in report.lead:
        file.add_paragraph(text)
    _overview(file, report)
    _supplements(file, report)
    _development(file, report)
    for part in report.operators:
        _operator(file, part, report)
    _agreement(file, report)
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def _overview(file: Document, report: CapReport) -> None:
    file.add_heading("Overblik", level=1)
    rows = [
        (
            one.name,
            one.verdict,
            one.level or _NONE,
            one.allowed or _NONE,
            _kr(one.excess_ore),
            one.supplement_share or _NONE,
            one.index or _NONE,
        )
        for one in report.operators
    ]
    headings = (
        "Driftsherre", "Vurdering", f"Niveau {report.year}", "Højst tilladt",
        "Over (−: under) loftet, om året", "Tillæg, andel", "Indeks",
    )  # fmt: skip
    _table(file, headings, rows, (4.4, 3.6, 2.6, 2.6, 4.0, 3.0, 5.5), right=(2, 3, 4, 5))


def _supplements(file: Document, report: CapReport) -> None:
    file.add_heading(f"Tillægstakster, {report.quarter}. kvartal {report.year}", level=1)
    rows = [
        (
            one.name, _kr(each.supplements_ore), _kr(each.turnover_ore), each.share,
            each.citizens, each.registered,
        )
        for one in report.operators
        for each in one.quarters
        if each.quarter == report.quarter
    ]  # fmt: skip
    missing = [
        one.name
        for one in report.operators
        if all(each.quarter != report.quarter for each in one.quarters)
    ]
    if rows:
        headings = ("Driftsherre", "Tillæg", "Omsætning", "Andel", "Borgere", "Indberettet")
        _table(file, headings, rows, (6.0, 4.2, 4.6, 2.6, 2.6, 5.7), right=(1, 2, 3, 4))
    if missing:
        file.add_paragraph(f"Har ikke indberettet kvartalet: {', '.join(missing)}.")


def _development(file: Document, report: CapReport) -> None:
    file.add_heading("Takstudvikling", level=1)
    file.add_paragraph(
        f"Gennemsnit pr. plads om året, {report.base_year} og {report.year}, i løbende priser. "
        "Priseffekten er ydelser, der findes i begge år; resten er ændret sammensætning."
    )
    rows = [
        (
            one.name, _kr(one.development.before_ore), _kr(one.development.after_ore),
            _kr(one.development.price_ore), _kr(one.development.structure_ore),
        )
        for one in report.operators
        if one.development.before_ore is not None
    ]  # fmt: skip
    headings = (
        "Driftsherre", f"Gennemsnit {report.base_year}", f"Gennemsnit {report.year}",
        "Priseffekt", "Struktureffekt",
    )  # fmt: skip
    _table(file, headings, rows, (7.7, 4.5, 4.5, 4.5, 4.5), right=(1, 2, 3, 4))
    for one in report.operators:
        if one.development.note:
            file.add_paragraph(f"{one.name}: {one.development.note}")


def _operator(file: Document, part: OperatorPart, report: CapReport) -> None:
    heading = file.add_heading(f"{part.name}: {part.verdict.lower()}", level=1)
    heading.paragraph_format.page_break_before = True
    for reason in part.reasons:
        file.add_paragraph(reason)
    _section(
        file,
        "Kurven",
        ("Tilbud", "Ydelse", "Pladser", f"Pr. plads {report.base_year}",
         f"Pr. plads {report.year}", "Ændring"),
        [
            (r.facility, r.service, r.places, _kr(r.base_ore), _kr(r.now_ore), r.change)
            for r in part.basket
        ],
        (6.2, 6.5, 2.0, 4.0, 4.0, 3.0),
        right=(2, 3, 4, 5),
    )  # fmt: skip
    _section(
        file,
        "Uden for kurven",
        ("Tilbud", "Ydelse", "Status", "Grund"),
        [(r.facility, r.service, r.status, r.reason) for r in part.outside],
        (6.2, 6.5, 3.0, 10.0),
    )
    _section(
        file,
        "Tillæg kvartal for kvartal",
        ("Kvartal", "Tillæg", "Omsætning", "Andel", "Borgere", "Indberettet"),
        [
            (
                f"{r.quarter}. kvartal", _kr(r.supplements_ore), _kr(r.turnover_ore), r.share,
                r.citizens,
                r.registered + (f" (rettet {r.corrected} gange)" if r.corrected else ""),
            )
            for r in part.quarters
        ],
        (3.5, 4.2, 4.6, 2.8, 2.6, 8.0),
        right=(1, 2, 3, 4),
    )  # fmt: skip
    _section(
        file,
        "Beviset",
        ("Skridt", "Tal", "Kilde"),
        [
            (r.label, r.value, r.source + (" – ikke efterprøvet" if r.unverified else ""))
            for r in part.steps
        ],
        (8.0, 7.7, 10.0),
    )


def _section(
    file: Document,
    heading: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    right: Iterable[int] = (),
) -> None:
    if rows:
        file.add_heading(heading, level=2)
        _table(file, headings, rows, widths, right=right)


def _agreement(file: Document, report: CapReport) -> None:
    heading = file.add_heading("Aftalen og kilderne", level=1)
    heading.paragraph_format.page_break_before = True
    for title, text in report.points:
        paragraph = file.add_paragraph()
        paragraph.add_run(f"{title}. ").bold = True
        paragraph.add_run(text)
    if report.unverified:
        file.add_heading("Ikke efterprøvet", level=2)
        for text in report.unverified:
            file.add_paragraph(text, style="List Bullet")
    file.add_heading("Kilder", level=2)
    for text in report.sources:
        file.add_paragraph(text, style="List Bullet")


def _table(
    file: Document,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    right: Iterable[int] = (),
) -> None:
    table: Any = file.add_table(rows=0, cols=len(headings))
    table.style = "Table Grid"
    table.autofit = False
    scale = _TWIPS_PER_CM * TEXT_WIDTH_CM / sum(widths)
    columns = [(round(width * scale), at in set(right)) for at, width in enumerate(widths)]
    for column, (width, _right) in zip(table.columns, columns, strict=True):
        column.width = Twips(width)
    # As XML at once: python-docx looks through the whole table for each cell it is asked for.
    xml = _row(headings, columns, head=True) + "".join(_row(row, columns) for row in rows)
    for row in list(parse_xml(f"<w:tbl {nsdecls('w')}>{xml}</w:tbl>")):
        table._tbl.append(row)  # noqa: SLF001
    file.add_paragraph()


def _row(texts: Sequence[str], columns: Sequence[tuple[int, bool]], *, head: bool = False) -> str:
    cells = "".join(
        _cell(text, width, right=right, bold=head)
        for text, (width, right) in zip(texts, columns, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _cell(text: str, width: int, *, right: bool, bold: bool) -> str:
    written = escape("".join(letter for letter in text if letter >= " "), quote=False)
    side = '<w:jc w:val="right"/>' if right else ""
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:after="0"/>{side}</w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">{written}</w:t></w:r></w:p></w:tc>'
    )


def _kr(ore: int | None) -> str:
    return _NONE if ore is None else format_kroner(ore)
