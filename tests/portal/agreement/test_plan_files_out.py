"""The plan's files as they are sent."""

import io

import docx
from agreement_samples import (
    edition_page,
)
from reading_pages import (
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Initiative


def test_the_files_are_sent_as_attachments_with_a_name(world: World) -> None:
    for name, ending in (("plan_workbook", "xlsx"), ("plan_word", "docx")):
        answer = world.client(Role.READER, "egenby").get(edition_page(world, name))
        assert answer["Content-Disposition"] == (
            f'attachment; filename="Handlingsplan 2025-26.{ending}"'
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer.content[:2] == b"PK"


def test_the_word_file_holds_the_plan_of_today(world: World) -> None:
    row = world.first(Initiative)
    operations.revise_initiative(row, {"title": "<b>Æblegrød</b> & =1+1"}, **HOW)
    operations.add_milestone(
        row, kind="delivery", title="Oplæg", planned=PartialDate.from_code("2090"), **HOW
    )
    answer = world.client(Role.READER, "egenby").get(edition_page(world, "plan_word"))
    document = docx.Document(io.BytesIO(answer.content))
    cells = [c.text for table in document.tables for line in table.rows for c in line.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    assert "<b>Æblegrød</b> & =1+1" in text
    assert "Hjemlig status" in text
    assert {len(table.columns) for table in document.tables} == {3}


def test_a_plan_that_excel_cannot_hold_is_said_and_not_a_fault(world: World) -> None:
    row = world.first(Initiative)
    operations.revise_initiative(row, {"title": "Kode _x0041_x0042_"}, **HOW)
    answer = secretariat(world).get(edition_page(world, "plan_workbook"), follow=True)
    assert "Planen kan ikke skrives som Excel" in words(answer)
