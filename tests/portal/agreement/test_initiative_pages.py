"""The record of an initiative and the forms that change it."""

from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    CPR,
    MASKED,
    edition_page,
    initiative_page,
    status_form,
    stored,
)
from django.urls import reverse
from reading_pages import (
    html,
    part,
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Edition, Initiative

DIRECTOR = Role.DIRECTOR, "egenby"


def update(world: World, who: tuple[Role, str] = DIRECTOR, **given: Any) -> Any:
    row = world.first(Initiative)
    form = status_form(row, **given)
    return world.client(*who).post(initiative_page(row, "status_update"), form)


def test_a_status_that_was_saved_stands_in_the_history(world: World) -> None:
    row = world.first(Initiative)
    client = world.client(*DIRECTOR)
    form = status_form(row, text="Principperne er sendt ud.", status="approved", source="Møde 4")
    answer = client.post(initiative_page(row, "status_update"), form)
    assert answer.status_code == 302
    assert answer["Location"] == initiative_page(row)
    page = client.get(initiative_page(row))
    history = words_of(part(page, '<ol class="timeline', "</ol>"))
    assert history.index("Principperne er sendt ud.") < history.index("Hjemlig status")
    assert "Hjemlig Direktør i egenby · Møde 4" in history
    assert "Status er gemt." in words(page)
    assert "Godkendt" in part(page, 'class="page-title"', "</div>")


def words_of(source: str) -> str:
    class Answer:
        content = source.encode()

    return words(Answer())  # type: ignore[arg-type]


def test_the_page_shows_milestones_moved_reached_and_late(world: World) -> None:
    row = world.first(Initiative)
    first = row.milestones.get()
    operations.date_milestone(
        first,
        state="planned",
        on=PartialDate.from_code("2025-05"),
        effective_on=date(2025, 4, 8),
        **HOW,
    )
    done = operations.add_milestone(
        row, kind="delivery", title="Oplæg", planned=PartialDate.from_code("2025"), **HOW
    )
    operations.date_milestone(
        done,
        state="reached",
        on=PartialDate.from_code("2025-03-14"),
        effective_on=date(2025, 3, 14),
        **HOW,
    )
    page = words(world.client(Role.READER, "naboby").get(initiative_page(row)))
    assert "maj 2025 oprindelig 1. kvartal 2025" in page
    assert "14. marts 2025 Nået" in page
    assert "Overskredet" in page


def test_the_page_shows_where_the_initiative_comes_from_and_its_parts(world: World) -> None:
    row = world.first(Initiative)
    values = {"number": "1.1.1", "title": "Delprojektet", "forum": row.forum, "parent": row}
    sub = operations.add_initiative(row.goal, values, **HOW)
    earlier = operations.create_edition(
        row.edition.agreement,
        {
            "label": "2023-24",
            "title": "Udgave 2023-24",
            "valid_from": date(2023, 1, 1),
            "valid_to": date(2025, 1, 1),
        },
        party_ids=(),
        **HOW,
    )
    area = operations.add_area(earlier, {"key": "x", "number": 1, "title": "Den nære"}, **HOW)
    goal = operations.add_goal(area, "Mål", **HOW)
    before = operations.add_initiative(
        goal, {"number": "1.1", "title": "Forløberen", "forum": row.forum}, **HOW
    )
    operations.link_initiatives(before, row, **HOW)
    operations.link_areas(area, row.goal.area, **HOW)
    client = world.client(Role.READER, "naboby")
    page = words(client.get(initiative_page(row)))
    assert "Fører videre: Forløberen (2023-24)" in page
    assert "2023-24 Den nære" in page
    assert "1.1.1 Delprojektet" in page
    assert "Videreføres i: Hjemlig initiativ (2025-26)" in words(
        client.get(initiative_page(before))
    )
    assert "Hører under 1.1 Hjemlig initiativ" in words(client.get(initiative_page(sub)))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (
            (Role.SECRETARIAT, "sekretariatet"),
            {"status_update", "milestone_new", "initiative_revise"},
        ),
        (DIRECTOR, {"status_update", "milestone_new"}),
        ((Role.DIRECTOR, "naboby"), set()),
        ((Role.READER, "egenby"), set()),
    ],
)
def test_the_page_offers_what_one_may_do(
    world: World, who: tuple[Role, str], may: set[str]
) -> None:
    row = world.first(Initiative)
    page = html(world.client(*who).get(initiative_page(row)))
    for name in ("status_update", "milestone_new", "initiative_revise"):
        assert (f'href="{initiative_page(row, name)}"' in page) == (name in may), name


# --- the status form ---


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"effective_on": "31. februar 2025"},
            "«31. februar 2025» findes ikke: februar 2025 har 28",
        ),
        ({"effective_on": ""}, "skal udfyldes"),
        ({"effective_on": "april 2025"}, "«april 2025» er ikke en bestemt dag"),
        ({"effective_on": "1. januar 2090"}, "en dag, der ikke er kommet endnu"),
        ({"text": f"Borgeren {CPR} venter"}, f"CPR-nummer: {MASKED} (linje 1, tegn 10)"),
        ({"text": "To linjer\nog 0101901234"}, "linje 2, tegn 4"),
        ({"source": f"Sag {CPR}"}, f"CPR-nummer: {MASKED}"),
        ({"text": "x" * 4001}, "højst have 4000 tegn"),
        ({"status": "flyttet"}, "flyttet"),
        ({"status": ""}, "skal udfyldes"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_a_danish_message(
    world: World, wrong: dict[str, str], message: str
) -> None:
    before = stored()
    answer = update(world, **wrong)
    assert answer.status_code == 422
    page = words(answer)
    assert "Intet er gemt: ret dette og prøv igen" in page
    assert message in page
    assert stored() == before


def test_a_refused_text_is_given_back_to_mend_but_never_in_the_message(world: World) -> None:
    answer = update(world, text=f"Borgeren {CPR} venter", source="Mødet")
    assert CPR not in part(answer, 'class="alert alert-error', "</div>")
    assert f"Borgeren {CPR} venter" in part(answer, '<textarea name="text"', "</textarea>")
    assert 'value="Mødet"' in html(answer)


@pytest.mark.parametrize(
    ("choice", "day", "message"),
    [
        ("reached", "", "Skriv datoen."),
        ("planned", "", "Skriv datoen."),
        ("keep", "maj 2025", "Vælg, om milepælen er nået eller har fået en ny dato."),
        ("dropped", "maj 2025", "Vælg, om milepælen er nået eller har fået en ny dato."),
        ("reached", "31. februar 2025", "februar 2025 har 28 dage"),
        ("reached", "2090", "kan ikke være nået 2090, som ikke er kommet endnu"),
        ("opgivet", "", "opgivet"),
    ],
)
def test_a_milestone_without_a_date_that_fits_stores_neither_it_nor_the_status(
    world: World, choice: str, day: str, message: str
) -> None:
    pk = world.first(Initiative).milestones.get().pk
    before = stored()
    answer = update(world, **{f"milestone_{pk}": choice, f"date_{pk}": day})
    assert answer.status_code == 422
    assert message in words(answer)
    assert stored() == before


def test_a_milestone_is_reached_moved_and_dropped_by_the_form(world: World) -> None:
    row = world.first(Initiative)
    milestone = row.milestones.get()
    choice, day = f"milestone_{milestone.pk}", f"date_{milestone.pk}"
    for state, text in (("planned", "2. kvartal 2090"), ("reached", "maj 2025")):
        assert update(world, **{choice: state, day: text}).status_code == 302
        newest = milestone.dates.latest("pk")
        assert (newest.state, newest.on.text_da()) == (state, text)
    # Reached: it has a choice of another name, and an answer to the old one is not heard.
    page = html(world.client(*DIRECTOR).get(initiative_page(row, "status_update")))
    assert choice not in page
    count = milestone.dates.count()
    assert update(world, **{choice: "dropped"}).status_code == 302
    assert milestone.dates.count() == count


def test_of_two_who_write_at_once_the_second_sees_both_texts_and_nothing_is_lost(
    world: World,
) -> None:
    row = world.first(Initiative)
    form = status_form(row, text="Den andens <b>tekst</b>")
    assert update(world, text="Den førstes tekst", status="approved").status_code == 302
    client = secretariat(world)
    before = stored()
    answer = client.post(initiative_page(row, "status_update"), form)
    assert answer.status_code == 409
    page = html(answer)
    assert "Der er kommet en ny status, mens du skrev" in page
    assert "Den førstes tekst" in part(answer, "<blockquote>", "</blockquote>")
    written = part(answer, '<textarea name="text"', "</textarea>")
    assert "Den andens &lt;b&gt;tekst&lt;/b&gt;" in written
    assert "Hjemlig Direktør i egenby" in words(answer)
    assert stored() == before
    # Sent again from that page both stand in the history.
    seen = part(answer, 'name="latest_seen" value="', '"')
    assert (
        client.post(
            initiative_page(row, "status_update"), {**form, "latest_seen": seen}
        ).status_code
        == 302
    )
    texts = list(row.statuses.order_by("-id").values_list("text", flat=True))[:2]
    assert texts == ["Den andens <b>tekst</b>", "Den førstes tekst"]


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 30])
def test_a_form_that_has_lost_what_it_saw_overwrites_nothing(world: World, seen: str) -> None:
    before = stored()
    assert update(world, latest_seen=seen).status_code in {409, 422}
    assert stored() == before


# --- milestones and initiatives ---


def test_a_second_start_is_refused_in_words_a_person_understands(world: World) -> None:
    row = world.first(Initiative)
    form = {"kind": "start", "title": "Opstart", "planned": "januar 2025"}
    client = secretariat(world)
    assert client.post(initiative_page(row, "milestone_new"), form).status_code == 302
    before = stored()
    answer = client.post(initiative_page(row, "milestone_new"), form)
    assert answer.status_code == 422
    assert "Initiativet har allerede en opstart." in words(answer)
    assert stored() == before


@pytest.mark.parametrize("planned", ["", "31. februar 2025", "snart", "31/2/2025", "2500"])
def test_a_milestone_has_a_date_that_can_be_read(world: World, planned: str) -> None:
    row = world.first(Initiative)
    form = {"kind": "delivery", "title": "Oplæg", "planned": planned}
    before = stored()
    answer = secretariat(world).post(initiative_page(row, "milestone_new"), form)
    assert answer.status_code == 422
    assert stored() == before


def initiative_form(world: World, **given: Any) -> dict[str, Any]:
    row = world.first(Initiative)
    form = {
        "goal": row.goal_id,
        "parent": "",
        "number": "1.7",
        "title": "Et nyt initiativ",
        "description": "",
        "forum": row.forum_id,
        "responsible": "",
    }
    return {**form, **given}


def test_an_initiative_is_made_and_revised_by_the_forms(world: World) -> None:
    client, top = secretariat(world), world.first(Initiative)
    answer = client.post(
        edition_page(world, "initiative_new"),
        initiative_form(world, parent=top.pk, responsible=top.responsible_id),
    )
    row = Initiative.objects.get(number="1.7")
    assert answer["Location"] == initiative_page(row)
    assert (row.parent, row.responsible, row.edition) == (top, top.responsible, top.edition)
    answer = client.post(
        initiative_page(row, "initiative_revise"), initiative_form(world, title="Et andet navn")
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    # Revising leaves the place in the plan alone.
    assert (row.title, row.responsible, row.parent) == ("Et andet navn", None, top)
    trail = AuditRecord.objects.filter(target_id=str(row.pk), target_label__contains="1.7")
    assert trail.count() == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"number": "1.1"}, "allerede"),
        ({"number": "et"}, "Skriv et nummer som «1.4» eller «2.1.3»."),
        ({"title": ""}, "skal udfyldes"),
        ({"title": f"Om {CPR}"}, MASKED),
        ({"description": f"Om {CPR}"}, MASKED),
        ({"goal": "999999"}, "999999"),
        ({"parent": "999999"}, "999999"),
        ({"forum": "x"}, "x"),
    ],
)
def test_an_initiative_that_cannot_be_made_comes_back(
    world: World, wrong: dict[str, str], message: str
) -> None:
    before = stored()
    answer = secretariat(world).post(
        edition_page(world, "initiative_new"), initiative_form(world, **wrong)
    )
    assert answer.status_code == 422
    assert message in words(answer)
    assert stored() == before


def test_rows_of_the_other_cooperation_cannot_be_chosen(world: World) -> None:
    foreign = world.first(Initiative, "foreign")
    before = stored()
    for name, value in (
        ("goal", foreign.goal_id),
        ("parent", foreign.pk),
        ("forum", foreign.forum_id),
        ("responsible", foreign.responsible_id),
    ):
        answer = secretariat(world).post(
            edition_page(world, "initiative_new"), initiative_form(world, **{name: value})
        )
        assert answer.status_code == 422, name
    assert stored() == before


def test_the_switch_of_editions_leads_to_the_same_kind_of_page(world: World) -> None:
    agreement = world.first(Edition).agreement
    for year in (2021, 2023):
        operations.create_edition(
            agreement,
            {
                "label": f"{year}-{year - 1999}",
                "title": f"Udgave {year}",
                "valid_from": date(year, 1, 1),
                "valid_to": date(year + 2, 1, 1),
            },
            party_ids=(),
            **HOW,
        )
    page = html(secretariat(world).get(edition_page(world, "plan")))
    assert f'href="{reverse("agreement:plan", args=["home-aftale-2021-22"])}"' in page


def test_the_second_of_two_editors_sees_both_texts_and_nothing_is_lost(world: World) -> None:
    row = world.first(Initiative)
    client = secretariat(world)
    address = reverse("agreement:initiative_revise", kwargs={"initiative_id": row.pk})
    seen = client.get(address).context["seen"]
    values = {"number": row.number, "forum": row.forum_id, "responsible": row.responsible_id}
    client.post(address, {**values, "title": "Den førstes titel", "seen": seen})
    late = {**values, "title": row.title, "description": "Den andens tekst", "seen": seen}
    answer = client.post(address, late)
    assert answer.status_code == 409
    assert "Den førstes titel" in html(answer)
    assert "Den andens tekst" in html(answer)
    row.refresh_from_db()
    assert (row.title, row.description) == ("Den førstes titel", "")
    client.post(address, {**late, "seen": answer.context["seen"]})
    row.refresh_from_db()
    assert row.description == "Den andens tekst"
