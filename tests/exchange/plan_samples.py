"""A small action plan to write, change and read."""

import re
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

from office_samples import changed, member

from rammevaerk.exchange.action_plan.rows import PlanDocument, PlanRow
from rammevaerk.exchange.action_plan.workbook import ReadPlan, read, write

STATUSES = ("Ikke igangsat", "I gang", "Afsluttet")
FORUMS = ("DASSOS", "Sundhedsaftalen")
EXPORTED_AT = datetime(2025, 4, 8, 13, 30, tzinfo=UTC)
MENTAL = "Mental sundhed og psykiatri"
COMPLEX = "Borgere med komplekse udfordringer"


def plan_row(**given: str) -> PlanRow:
    texts = {
        "initiative_id": "17",
        "area": MENTAL,
        "goal": "Færre skal indlægges igen",
        "forum": "DASSOS",
        "number": "1.2",
        "parent_number": "",
        "title": "Botilbudsteams",
        "description": "Regionens teams kommer ud på bostederne.\nKommunerne former\nopgaven.",
        "responsible": "Sekretariatet",
        "planned_start": "januar 2025",
        "actual_start": "",
        "next_step": "Opgaven beskrives",
        "next_step_due": "1. kvartal 2025",
        "status": "Ikke igangsat",
        "status_text": "Venter på regionen",
        "status_date": "8. april 2025",
    }
    return PlanRow(**(texts | given))


ROWS = (
    plan_row(),
    plan_row(initiative_id="18", number="1.2.1", parent_number="1.2", title="Pilotprojekt"),
    plan_row(
        initiative_id="19",
        number="1.3",
        title="=1+1 er ikke en formel",
        description="-7\n+8\n@her\t\"citat\" og 'andet'",
        status_text="<r>ikke rig tekst</r>",
        planned_start="2027",
        next_step_due="20. september 2024",
    ),
    plan_row(
        initiative_id="20",
        area=COMPLEX,
        goal="Det rette tilbud til alle",
        forum="Sundhedsaftalen",
        number="2.1",
        title="Fælles principper – æøå ✓",
        planned_start="",
        actual_start="4. april 2025",
        status="I gang",
        description="",
        responsible="",
    ),
)


def plan_document(rows: tuple[PlanRow, ...] = ROWS) -> PlanDocument:
    return PlanDocument(
        title="Handlingsplan",
        agreement="Rammeaftale 2025-26",
        edition="2025-26",
        as_of=date(2025, 4, 8),
        organisation="Sekretariatet",
        rows=rows,
    )


CHOICES = {"statuses": STATUSES, "forums": FORUMS}
SHEET = "xl/worksheets/sheet1.xml"


def exported(rows: tuple[PlanRow, ...] = ROWS, document: PlanDocument | None = None) -> bytes:
    return write(document or plan_document(rows), exported_at=EXPORTED_AT, **CHOICES)


def read_in(content: bytes) -> ReadPlan:
    return read(content, **CHOICES)


def rows_of(plan: ReadPlan) -> list[PlanRow]:
    return [found.row for found in plan.rows]


def text_cell(text: str) -> str:
    """The inside of a cell element that holds `text`, as a program without shared texts has it."""
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is>'


def with_cells(content: bytes, cells: dict[str, str]) -> bytes:
    """The workbook with cells of the plan's sheet replaced: "H2" → what `text_cell` gives."""
    xml = member(content, SHEET)
    for place, inner in cells.items():
        element = f'<c r="{place}"{inner}</c>'
        row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        old = re.search(rf'<c r="{place}"(?:[^>]*/>|.*?</c>)', xml, re.DOTALL)
        if old:
            xml = xml[: old.start()] + element + xml[old.end() :]
        elif f'<row r="{row}"' in xml:
            xml = re.sub(rf'(<row r="{row}".*?)</row>', rf"\1{element}</row>", xml, flags=re.DOTALL)
        else:
            end = xml.index("</sheetData>")
            xml = f'{xml[:end]}<row r="{row}">{element}</row>{xml[end:]}'
    return changed(content, {SHEET: xml})


def with_texts(content: bytes, cells: dict[str, str]) -> bytes:
    return with_cells(content, {place: text_cell(text) for place, text in cells.items()})
