"""The plan's Excel file read in again: every change shown, every mistake named with its cell."""

from datetime import date

import pytest
from agreement_samples import (
    CPR,
    MASKED,
    excel,
    pdf,
    stored,
)
from django.urls import reverse
from plan_workbooks import (
    FIRST,
    NEW,
    SECOND,
    Changes,
    Formula,
    change,
    confirm,
    differences,
    edited,
    hand_in,
    sealed,
    workbook,
)
from reading_pages import (
    html,
    part,
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Edition, Initiative
from rammevaerk.portal.agreement.queries import initiative_view


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
        (SECOND, "next_step_due"): "2. kvartal 2026",
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


def test_a_start_that_was_reached_stays_reached_when_only_its_plan_is_corrected(
    world: World,
) -> None:
    begun: Changes = {
        (FIRST, "planned_start"): "januar 2025",
        (FIRST, "actual_start"): "4. april 2025",
    }
    confirm(world, sealed(change(world, begun)))
    confirm(world, sealed(change(world, {(FIRST, "planned_start"): "februar 2025"})))
    start = initiative_view(world.first(Initiative), as_of=date(2090, 1, 1)).start
    assert (start.planned.code, start.reached.code) == ("2025-02", "2025-04-04")


def test_a_status_older_than_the_newest_is_announced_as_history_only(world: World) -> None:
    answer = change(world, {(FIRST, "status"): "Godkendt", (FIRST, "status_date"): "1. marts 2025"})
    assert "Der er en nyere status (8. april 2025); denne lægges kun i historikken." in words(
        answer
    )


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
        ({(FIRST, "next_step_due"): ""}, "En frist hører til en milepæl"),
        ({(FIRST, "forum"): ""}, "Forum mangler."),
        ({(NEW, "title"): "Nyt", (NEW, "area"): "Hjemlig område"}, "målsætningen findes ikke"),
        ({(FIRST, "status_date"): "1. januar 2090"}, "Række 2: 1.1 Hjemlig initiativ: Statusdato:"),
        ({(FIRST, "status_text"): "x" * 4001}, "Række 2: 1.1 Hjemlig initiativ: Statustekst:"),
        ({(SECOND, "next_step"): "x" * 201}, "Række 3: 1.2 Hjemlig initiativ: Næste milepæl:"),
        ({(SECOND, "actual_start"): "2090"}, "som ikke er kommet endnu"),
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


@pytest.mark.parametrize("column", ["status", "forum", "next_step_due", "initiative_id"])
def test_a_cpr_number_where_it_cannot_even_be_read_is_not_repeated(
    world: World, column: str
) -> None:
    answer = change(world, {(SECOND, column): CPR})
    assert answer.status_code == 422
    assert CPR not in html(answer)


def test_a_deadline_without_a_milestone_to_have_it_is_not_lost_in_silence(world: World) -> None:
    row = world.first(Initiative)
    values = {"number": "1.3", "title": "Uden milepæle", "forum": row.forum}
    bare = operations.add_initiative(row.goal, values, **HOW)
    before = stored()
    answer = change(world, {(NEW, "next_step_due"): "2090"})
    assert "1.3 Uden milepæle: En frist hører til en milepæl" in words(answer)
    assert 'name="sealed"' not in html(answer)
    answer = change(world, {(NEW, "next_step"): "Oplæg", (NEW, "next_step_due"): "2090"})
    confirm(world, sealed(answer))
    assert stored() != before
    assert bare.milestones.get().title == "Oplæg"


def test_a_planned_start_cannot_be_emptied_in_silence(world: World) -> None:
    operations.add_milestone(
        world.first(Initiative),
        kind="start",
        title="Opstart",
        planned=PartialDate.from_code("2025-01"),
        **HOW,
    )
    answer = change(world, {(FIRST, "planned_start"): ""})
    assert "En planlagt opstart kan ikke slettes i Excel." in words(answer)
    assert 'name="sealed"' not in html(answer)


def test_a_next_milestone_written_in_the_file_is_the_one_the_plan_then_shows(world: World) -> None:
    changes: Changes = {(SECOND, "next_step"): "Et nyt skridt"}
    confirm(world, sealed(change(world, changes)))
    assert "Filen ændrer ikke noget" in words(hand_in(world, edited(workbook(world), changes)))


def test_a_file_of_an_earlier_edition_is_refused(world: World) -> None:
    edition = world.first(Edition)
    earlier = operations.create_edition(
        edition.agreement,
        {
            "label": "2023-24",
            "title": "Ældre udgave",
            "valid_from": date(2023, 1, 1),
            "valid_to": date(2025, 1, 1),
        },
        party_ids=(),
        **HOW,
    )
    address = reverse("agreement:plan_workbook", kwargs={"edition": earlier.slug})
    answer = hand_in(world, secretariat(world).get(address).content)
    assert answer.status_code == 422
    message = "Filen er hentet fra Hjemlig aftale 2023-24, ikke fra Hjemlig aftale 2025-26."
    assert f"{message} Intet er gemt." in words(answer)


def test_a_file_of_another_agreement_is_refused(world: World) -> None:
    foreign = world.client(Role.SECRETARIAT, "fjernsekretariatet")
    address = reverse(
        "agreement:plan_workbook", kwargs={"edition": world.first(Edition, "foreign").slug}
    )
    before = stored()
    assert hand_in(world, foreign.get(address).content).status_code == 422
    assert stored() == before


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
    for (_row, key), text in new_row().items():
        assert f"<dd>{text}</dd>" in html(answer), key
    assert "1 ændring er gemt." in confirm(world, sealed(answer))
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
        ({"number": "abc"}, "Række 4: abc Et helt nyt initiativ: Skriv et nummer som «1.4»"),
        ({"parent_number": "1.3"}, "Et delinitiativ kan ikke høre under"),
        ({"forum": ""}, "Forum mangler."),
        ({"parent_number": "8.8"}, "Initiativet, det hører under, findes ikke."),
        ({"next_step_due": ""}, "En milepæl og dens frist skal følges ad."),
        ({"next_step": ""}, "En milepæl og dens frist skal følges ad."),
        ({"responsible": "Fjernby"}, "er ikke en part i aftalen"),
        ({"status": ""}, "En statustekst skal følges af en status."),
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
    assert "Række 5: 1.3 Et helt nyt initiativ: Nummeret bruges allerede." in words(answer)
    assert 'name="sealed"' not in html(answer)
    assert stored() == before


def test_a_new_initiative_and_its_part_come_in_one_file_in_either_order(world: World) -> None:
    part_of_it = new_row(number="2.1", parent_number="2")
    whole = {
        (NEW + 1, key): text for (_row, key), text in new_row(number="2", parent_number="").items()
    }
    confirm(world, sealed(change(world, {**part_of_it, **whole})))
    assert Initiative.objects.get(number="2.1").parent == Initiative.objects.get(number="2")


def test_a_row_that_was_taken_out_stays_in_the_plan(world: World) -> None:
    answer = change(world, {(FIRST, "title"): "Et nyt navn"}, without=(SECOND,))
    assert "Står ikke i filen" in words(answer)
    assert "1.2 Hjemlig initiativ" in words(answer)
    confirm(world, sealed(answer))
    assert Initiative.objects.filter(edition=world.first(Edition)).count() == 2
