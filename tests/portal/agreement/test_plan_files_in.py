"""The plan's Excel file, out and in again: nothing is stored that was not seen and confirmed."""

import re
import time
from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    CPR,
    MASKED,
    edition_page,
    excel,
    html,
    part,
    pdf,
    secretariat,
    stored,
    words,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.utils import freeze_time
from django.urls import reverse
from plan_workbooks import Formula, edited
from world import HOW, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access import operations as access
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Edition, Initiative
from rammevaerk.portal.agreement.queries import initiative_view

# The world's plan: row 1 has the headers, row 2 initiative 1.1 (egenby), row 3 1.2 (naboby).
FIRST, SECOND, NEW = 2, 3, 4
Changes = dict[tuple[int, str], str | Formula]


def workbook(world: World, client: Client | None = None) -> bytes:
    answer = (client or secretariat(world)).get(edition_page(world, "plan_workbook"))
    assert answer.status_code == 200
    return bytes(answer.content)


def hand_in(world: World, content: bytes, name: str = "plan.xlsx", client: Any = None) -> Any:
    form = {"csrfmiddlewaretoken": "x", "file": SimpleUploadedFile(name, content)}
    return (client or secretariat(world)).post(edition_page(world, "plan_import"), form)


def change(world: World, changes: Changes, **more: Any) -> Any:
    return hand_in(world, edited(workbook(world), changes, **more))


def sealed(answer: HttpResponse) -> str:
    return part(answer, 'name="sealed" value="', '"')


def confirm(world: World, seal: str, client: Any = None) -> str:
    """Confirm, and return what the next page says."""
    page = edition_page(world, "plan_import_confirm")
    answer = (client or secretariat(world)).post(page, {"sealed": seal}, follow=True)
    return words(answer)


def differences(answer: HttpResponse) -> list[tuple[str, ...]]:
    """Row, initiative, field, before and after of each line of the table of differences."""
    if 'id="changed"' not in html(answer):
        return []
    table = part(answer, 'id="changed"', "</table>").split("<tbody>")[1]
    texts = re.sub(r"<span class=\"sr-only\">[^<]*</span>", "", table)
    return [
        tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[dh]>", line)[:-1])
        for line in texts.split("</tr>")[:-1]
    ]


def test_an_unchanged_file_changes_nothing_and_offers_nothing_to_confirm(world: World) -> None:
    before = stored()
    answer = hand_in(world, workbook(world))
    assert answer.status_code == 200
    assert "Filen ændrer ikke noget" in words(answer)
    assert 'name="sealed"' not in html(answer)
    assert stored() == before


def test_three_changed_cells_are_exactly_what_is_shown_and_stored(world: World) -> None:
    changes: Changes = {
        (FIRST, "description"): "Ny beskrivelse\ni to linjer",
        (FIRST, "next_step_due"): "20. september 2025",
        (SECOND, "title"): "Et nyt navn",
    }
    before = stored()
    client = secretariat(world)
    answer = hand_in(world, edited(workbook(world), changes), client=client)
    assert differences(answer) == [
        ("2", "1.1 Hjemlig initiativ", "Beskrivelse", "–", "Ny beskrivelsei to linjer"),
        (
            "2",
            "1.1 Hjemlig initiativ",
            "Frist for næste milepæl",
            "1. kvartal 2025",
            "20. september 2025",
        ),
        ("3", "1.2 Hjemlig initiativ", "Initiativ", "Hjemlig initiativ", "Et nyt navn"),
    ]
    assert stored() == before, "seeing the differences stores nothing"
    assert "3 ændringer er gemt." in confirm(world, sealed(answer), client)
    first, second = Initiative.objects.filter(edition=world.first(Edition)).order_by("number")
    assert first.description == "Ny beskrivelse\ni to linjer"
    assert first.title == "Hjemlig initiativ"
    assert (second.title, second.description) == ("Et nyt navn", "")
    view = initiative_view(first, as_of=date(2090, 1, 1))
    assert view.next_step.planned.code == "2025-09-20"
    assert view.next_step.first_planned.code == "2025-Q1"
    # Two revised rows and one date; the statuses are as they were.
    audit, statuses, dates, *rest = (now - then for now, then in zip(stored(), before, strict=True))
    assert (audit, statuses, dates, set(rest)) == (3, 0, 1, {0})


def test_what_was_confirmed_and_read_again_is_no_change(world: World) -> None:
    changes: Changes = {
        (FIRST, "title"): "Et nyt navn",
        (FIRST, "status"): "Godkendt",
        (FIRST, "status_text"): "=1+1 og «citat»",
        (FIRST, "planned_start"): "januar 2025",
        (FIRST, "actual_start"): "4. april 2025",
        (SECOND, "responsible"): "Egenby",
        (SECOND, "next_step"): "Et nyt skridt",
    }
    answer = change(world, changes)
    assert f"{len(changes)} ændringer er gemt." in confirm(world, sealed(answer))
    again = hand_in(world, edited(workbook(world), changes))
    assert "Filen ændrer ikke noget" in words(again)


def test_a_status_from_excel_is_a_new_line_of_the_history(world: World) -> None:
    row = world.first(Initiative)
    answer = change(world, {(FIRST, "status"): "Afsluttet", (FIRST, "status_date"): "1. maj 2025"})
    confirm(world, sealed(answer))
    newest, oldest = row.statuses.order_by("-id")
    assert (newest.status, newest.effective_on) == ("completed", date(2025, 5, 1))
    assert (newest.text, newest.source) == (oldest.text, "Indlæst fra Excel")
    assert newest.registered_by == world.person(Role.SECRETARIAT, "sekretariatet")


# --- a file that cannot be used: every mistake with its cell ---


@pytest.mark.parametrize(
    ("changes", "cell", "message"),
    [
        ({(FIRST, "title"): Formula("1+1", "2")}, "C2", "Cellen har en formel."),
        (
            {(SECOND, "status_text"): Formula('HYPERLINK("http://x";"y")', "y")},
            "O3",
            "Cellen har en formel.",
        ),
        (
            {(SECOND, "next_step_due"): "31. februar 2025"},
            "M3",
            "februar 2025 har 28 dage",
        ),
        ({(FIRST, "status_date"): "april 2025"}, "P2", "er ikke en bestemt dag"),
        ({(FIRST, "status"): "Næsten færdig"}, "N2", "«Næsten færdig» findes ikke som status"),
        ({(FIRST, "forum"): "Byrådet"}, "F2", "findes ikke som forum"),
        ({(FIRST, "title"): ""}, "C2", "Initiativ er tom."),
        ({(FIRST, "title"): "x" * 301}, "C2", "kan højst have 300"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_row_and_column(
    world: World, changes: Changes, cell: str, message: str
) -> None:
    before = stored()
    answer = change(world, changes)
    assert answer.status_code == 422
    table = part(answer, "<caption>", "</table>")
    assert f'<th scope="row">{cell}</th>' in table
    assert message in words(answer)
    assert 'name="sealed"' not in html(answer)
    assert stored() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({(FIRST, "number"): "7.7"}, "Række 2: kolonnen «Nr.» kan ikke ændres her"),
        ({(SECOND, "goal"): "Andet"}, "Række 3: kolonnen «Målsætning» kan ikke ændres her"),
        ({(FIRST, "responsible"): "Fjernby"}, "«Fjernby» er ikke en part i aftalen."),
        ({(FIRST, "status"): ""}, "En status kan ikke slettes; skriv en ny."),
        ({(FIRST, "next_step"): ""}, "En milepæl kan ikke slettes i Excel"),
        ({(NEW, "title"): "Nyt", (NEW, "area"): "Hjemlig område"}, "målsætningen findes ikke"),
        ({(FIRST, "initiative_id"): "999999"}, "nøglen «999999» findes ikke i planen"),
    ],
)
def test_a_change_that_cannot_be_made_is_explained_and_cannot_be_confirmed(
    world: World, changes: Changes, message: str
) -> None:
    before = stored()
    answer = change(world, changes)
    assert message in words(answer)
    assert 'name="sealed"' not in html(answer)
    assert stored() == before


@pytest.mark.parametrize(
    ("column", "text"),
    [("title", f"Borger {CPR}"), ("status_text", "En linje\n0101901234"), ("next_step", CPR)],
)
def test_a_cpr_number_in_a_cell_is_refused_with_its_place(
    world: World, column: str, text: str
) -> None:
    before = stored()
    answer = change(world, {(SECOND, column): text})
    assert answer.status_code == 422
    assert MASKED in words(answer)
    assert "ark «Handlingsplan»" in words(answer)
    assert CPR not in words(answer)
    assert stored() == before


def test_a_file_of_another_edition_is_refused(world: World) -> None:
    foreign = world.client(Role.SECRETARIAT, "fjernsekretariatet")
    address = reverse(
        "agreement:plan_workbook", kwargs={"edition": world.first(Edition, "foreign").slug}
    )
    answer = hand_in(world, foreign.get(address).content)
    assert answer.status_code == 422
    assert "ikke fra 2025-26" in words(answer)
    assert "FREMMED" not in words(answer)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (pdf(), "plan.pdf", "en PDF-fil, som ikke kan bruges her"),
        (pdf(), "plan.xlsx", "en PDF-fil"),
        (b"MZ\x90\x00" + b"\x00" * 100, "plan.xlsx", "et Windows-program"),
        (b"", "plan.xlsx", "tom"),
        (b"PK\x03\x04 afbrudt", "plan.xlsx", "plan.xlsx"),
        (excel("Noget", "andet"), "plan.xlsx", "Arket «Handlingsplan» mangler"),
        (b"a;b\n", "plan.csv", "en CSV-fil"),
    ],
)
def test_what_is_not_the_plans_workbook_is_refused_in_danish(
    world: World, content: bytes, name: str, message: str
) -> None:
    before = stored()
    answer = hand_in(world, content, name)
    assert answer.status_code == 422
    assert message in words(answer)
    assert stored() == before


def test_a_workbook_of_25_megabytes_is_refused(world: World) -> None:
    answer = hand_in(world, workbook(world) + b"\x00" * (25 * 1024 * 1024))
    assert answer.status_code == 422
    assert "er større end 20 MB" in words(answer)


# --- new and missing rows ---


def new_row(**given: str) -> Changes:
    texts = {
        "number": "1.3",
        "title": "Et helt nyt initiativ",
        "area": "Hjemlig område",
        "goal": "Hjemlig målsætning",
        "forum": "Hjemlig forum",
        "parent_number": "1.1",
        "description": "Fra Excel",
        "responsible": "Naboby",
        "planned_start": "januar 2026",
        "next_step": "Oplæg",
        "next_step_due": "1. kvartal 2026",
        "status": "Ikke igangsat",
        "status_text": "Venter",
        "status_date": "8. april 2025",
        **given,
    }
    return {(NEW, key): text for key, text in texts.items()}


def test_a_row_without_a_key_becomes_an_initiative(world: World) -> None:
    answer = change(world, new_row())
    assert "Række 4: 1.3 Et helt nyt initiativ (Hjemlig område)" in words(answer)
    assert "1 ændringer er gemt." in confirm(world, sealed(answer))
    row = Initiative.objects.get(number="1.3")
    view = initiative_view(row, as_of=date(2090, 1, 1))
    assert (row.parent.number, row.responsible.key) == ("1.1", "naboby")
    assert view.start.planned.code == "2026-01"
    assert (view.next_after_start.row.title, view.next_after_start.planned.code) == (
        "Oplæg",
        "2026-Q1",
    )
    assert (view.status.status, view.status.text) == ("not_started", "Venter")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"number": "1.1"}, "Nummeret bruges allerede."),
        ({"number": ""}, "Nummeret mangler."),
        ({"forum": ""}, "Forum mangler."),
        ({"parent_number": "8.8"}, "Initiativet, det hører under, findes ikke."),
        ({"next_step_due": ""}, "En ny milepæl skal have en frist."),
        ({"responsible": "Fjernby"}, "er ikke en part i aftalen"),
        ({"status": ""}, "status"),
    ],
)
def test_a_new_row_that_lacks_something_cannot_be_confirmed(
    world: World, wrong: dict[str, str], message: str
) -> None:
    answer = change(world, new_row(**wrong))
    assert message in words(answer)
    assert 'name="sealed"' not in html(answer)
    assert not Initiative.objects.filter(number="1.3").exists()


def test_two_new_rows_with_one_number_store_neither(world: World) -> None:
    second = {(NEW + 1, key): text for (_row, key), text in new_row().items()}
    before = stored()
    answer = change(world, {**new_row(), **second})
    if 'name="sealed"' in html(answer):
        confirm(world, sealed(answer))
    assert stored() == before


def test_a_row_that_was_taken_out_stays_in_the_plan(world: World) -> None:
    answer = change(world, {(FIRST, "title"): "Et nyt navn"}, without=(SECOND,))
    assert "Står ikke i filen" in words(answer)
    assert "1.2 Hjemlig initiativ" in words(answer)
    confirm(world, sealed(answer))
    assert Initiative.objects.filter(edition=world.first(Edition)).count() == 2


# --- what was seen is what is stored, or nothing ---

ONE: Changes = {(FIRST, "title"): "Et nyt navn"}


def refused(world: World, seal: str, why: str, client: Any = None) -> None:
    before = stored()
    assert why in confirm(world, seal, client)
    assert stored() == before


@pytest.mark.parametrize("cut", [slice(0, -1), slice(1, None), slice(0, 0), slice(0, 40)])
def test_a_seal_that_was_tampered_with_is_refused(world: World, cut: slice) -> None:
    refused(world, sealed(change(world, ONE))[cut], "Forslaget kan ikke genkendes")


@pytest.mark.parametrize("seal", ["", "æøå", "\x00", "a:b:c", "x" * 100_000])
def test_a_seal_that_never_was_one_is_refused(world: World, seal: str) -> None:
    refused(world, seal, "Forslaget kan ikke genkendes")


def test_a_seal_is_too_old_after_two_hours(world: World) -> None:
    with freeze_time(time.time() - 2 * 3600 - 5):
        old = sealed(change(world, ONE))
    refused(world, old, "Forslaget er blevet for gammelt.")


def test_a_seal_of_another_person_is_refused(world: World) -> None:
    colleague = access.add_person(
        Organisation.objects.get(key="sekretariatet"),
        email="kollega@example.org",
        name="Kollega",
        role=Role.SECRETARIAT,
        valid_from=date(2019, 1, 1),
        **HOW,
    ).person
    client = Client()
    client.force_login(colleague, backend="django.contrib.auth.backends.ModelBackend")
    refused(world, sealed(change(world, ONE)), "hører til en anden plan eller person", client)


def test_a_seal_is_of_one_edition(world: World) -> None:
    edition = world.first(Edition)
    other = operations.create_edition(
        edition.agreement,
        {
            "label": "2027-28",
            "title": "Næste udgave",
            "valid_from": date(2027, 1, 1),
            "valid_to": date(2029, 1, 1),
        },
        party_ids=(),
        **HOW,
    )
    address = reverse("agreement:plan_import_confirm", kwargs={"edition": other.slug})
    before = stored()
    answer = secretariat(world).post(address, {"sealed": sealed(change(world, ONE))}, follow=True)
    assert "hører til en anden plan eller person" in words(answer)
    assert stored() == before


def test_a_plan_that_was_changed_meanwhile_is_read_in_again(world: World) -> None:
    seal = sealed(change(world, ONE))
    operations.update_status(
        Initiative.objects.get(number="1.2", edition=world.first(Edition)),
        status="completed",
        text="",
        effective_on=date(2025, 5, 1),
        **HOW,
    )
    refused(world, seal, "Planen er ændret, siden du så forskellene.")


def test_of_two_confirmations_the_second_is_refused(world: World) -> None:
    seal = sealed(change(world, ONE))
    assert "1 ændringer er gemt." in confirm(world, seal)
    refused(world, seal, "Planen er ændret, siden du så forskellene.")


def test_a_cell_that_also_changed_here_is_marked_and_others_are_left_alone(world: World) -> None:
    file = edited(workbook(world), ONE)
    row = world.first(Initiative)
    operations.revise_initiative(row, {"title": "Rettet her", "description": "Også her"}, **HOW)
    answer = hand_in(world, file)
    assert [line[2:] for line in differences(answer)] == [
        ("InitiativOgså ændret her siden", "Rettet her", "Et nyt navn")
    ]
    confirm(world, sealed(answer))
    row.refresh_from_db()
    assert (row.title, row.description) == ("Et nyt navn", "Også her")


def test_a_confirmation_that_fails_half_way_stores_nothing(world: World) -> None:
    changes: Changes = {
        (FIRST, "title"): "Et nyt navn",
        (SECOND, "actual_start"): "2090",
    }
    before = stored()
    answer = change(world, changes)
    if 'name="sealed"' in html(answer):
        assert "ikke er kommet endnu" in confirm(world, sealed(answer))
    assert stored() == before


def test_a_director_neither_sees_the_import_nor_confirms_one(world: World) -> None:
    client = world.client(Role.DIRECTOR, "egenby")
    content = edited(workbook(world), ONE)
    assert hand_in(world, content, client=client).status_code == 403
    page = edition_page(world, "plan_import_confirm")
    assert client.post(page, {"sealed": sealed(change(world, ONE))}).status_code == 403
    assert secretariat(world).get(page).status_code == 405


def test_the_files_are_sent_as_attachments_with_a_name(world: World) -> None:
    for name, ending in (("plan_workbook", "xlsx"), ("plan_word", "docx")):
        answer = world.client(Role.READER, "egenby").get(edition_page(world, name))
        assert answer["Content-Disposition"] == (
            f'attachment; filename="Handlingsplan 2025-26.{ending}"'
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer.content[:2] == b"PK"


def test_the_word_file_holds_the_plan_of_today(world: World) -> None:
    import io

    import docx

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
