"""The list of editions, the page of one, and the forms that build it."""

import re
from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    CPR,
    MASKED,
    edition_page,
)
from django.urls import reverse
from reading_pages import (
    html,
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, CooperationMember, Organisation
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Agreement, DevelopmentArea, Edition

READER = Role.READER, "egenby"


def new_page(world: World) -> str:
    return reverse("agreement:edition_new", kwargs={"agreement": world.first(Agreement).slug})


def edition_form(**given: str) -> dict[str, str]:
    form = {
        "title": "Rammeaftale 2027-28",
        "label": "2027-28",
        "valid_from": "1. januar 2027",
        "last_day": "31. december 2028",
        "summary": "",
        "approval_deadline": "december 2026",
        "deadline_source": "",
        "published_on": "",
        "dispatched_on": "",
        "sources": "",
    }
    return {**form, **given}


def test_the_list_shows_editions_newest_first_and_which_one_holds(world: World) -> None:
    operations.create_edition(
        world.first(Agreement),
        {
            "label": "2023-24",
            "title": "Ældre udgave",
            "valid_from": date(2023, 1, 1),
            "valid_to": date(2025, 1, 1),
        },
        party_ids=(),
        **HOW,
    )
    page = words(world.client(*READER).get(reverse("agreement:editions")))
    assert page.index("Hjemlig udgave") < page.index("Ældre udgave")
    assert "1. januar 2023 31. december 2024" in page


def test_somebody_without_a_cooperation_sees_an_empty_list(world: World) -> None:
    CooperationMember.objects.filter(organisation__key="egenby").delete()
    page = words(world.client(*READER).get(reverse("agreement:editions")))
    assert "Ingen rammeaftaler" in page


def test_the_page_of_an_edition_shows_its_parts(world: World) -> None:
    page = words(world.client(*READER).get(edition_page(world, "edition")))
    for text in (
        "1. januar 2025 til og med 31. december 2026",
        "Hjemlig resumé",
        "1. Hjemlig område",
        "Hjemlig målsætning",
        "2 initiativer",
        "Hjemlig bilag",
        "bilag.csv",
        "Hjemlig kapitel",
        "2 aftaleparter",
        "Egenby",
    ):
        assert text in page


def test_the_secretariat_begins_an_edition_with_the_members_as_parties(world: World) -> None:
    answer = secretariat(world).post(new_page(world), edition_form())
    assert answer.status_code == 302
    edition = Edition.objects.get(label="2027-28", agreement=world.first(Agreement))
    assert edition.valid_to == date(2029, 1, 1)
    assert edition.approval_deadline.text_da() == "december 2026"
    parties = {party.organisation.key for party in edition.parties.all()}
    assert parties == {"egenby", "naboby"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"valid_from": "1. januar 2026"}, "Perioden overlapper Hjemlig udgave."),
        ({"label": "2027"}, "Skriv perioden som «2027-28»."),
        ({"last_day": "31. december 2026"}, "Perioden slutter, før den begynder."),
        ({"valid_from": "31. februar 2027"}, "februar 2027 har 28 dage"),
        ({"approval_deadline": "før jul"}, "kan ikke læses som en dato"),
        ({"summary": f"Se {CPR}"}, MASKED),
        ({"summary": "x" * 6001}, "6"),
        ({"title": ""}, "skal udfyldes"),
    ],
)
def test_an_edition_that_cannot_be_made_comes_back(
    world: World, wrong: dict[str, str], message: str
) -> None:
    before = Edition.objects.count(), AuditRecord.objects.count()
    answer = secretariat(world).post(new_page(world), edition_form(**wrong))
    assert answer.status_code == 422
    assert message in words(answer)
    assert (Edition.objects.count(), AuditRecord.objects.count()) == before


def test_a_label_that_is_used_already_comes_back_and_is_no_fault_of_the_server(
    world: World,
) -> None:
    Edition.objects.filter(pk=world.first(Edition).pk).update(
        valid_from=date(2015, 1, 1), valid_to=date(2017, 1, 1), label="2027-28"
    )
    answer = secretariat(world).post(new_page(world), edition_form())
    assert answer.status_code == 422
    assert "edition_label_once" not in words(answer)


def test_an_edition_is_revised_and_the_trail_says_what_changed(world: World) -> None:
    client, page = secretariat(world), edition_page(world, "edition_revise")
    form = {"title": "Nyt navn", "summary": "Kort", "published_on": "3. februar 2025"}
    assert client.post(page, form).status_code == 302
    edition = Edition.objects.get(pk=world.first(Edition).pk)
    assert (edition.title, edition.published_on) == ("Nyt navn", date(2025, 2, 3))
    newest = AuditRecord.objects.first()
    assert '"title":"Hjemlig udgave"' in newest.before
    assert '"title":"Nyt navn"' in newest.after
    shown = html(client.get(page))
    assert 'value="Nyt navn"' in shown
    assert 'value="3. februar 2025"' in shown


PARTS: list[tuple[str, dict[str, Any], str]] = [
    ("area_new", {"key": "boern", "number": "2", "title": "Børn og unge"}, "2. Børn og unge"),
    ("chapter_new", {"number": "10.1", "title": "Opkrævning"}, "Opkrævning"),
    ("annex_new", {"number": "2", "title": "Udviklingsplan"}, "Udviklingsplan"),
]


@pytest.mark.parametrize(("name", "form", "shown"), PARTS)
def test_a_part_is_added_by_its_form_and_stands_on_the_page(
    world: World, name: str, form: dict[str, Any], shown: str
) -> None:
    client = secretariat(world)
    answer = client.post(edition_page(world, name), form)
    assert answer.status_code == 302, words(answer)
    assert shown in words(client.get(edition_page(world, "edition")))


@pytest.mark.parametrize(("name", "form", "shown"), PARTS)
def test_a_number_that_is_used_already_comes_back(
    world: World, name: str, form: dict[str, Any], shown: str
) -> None:
    client = secretariat(world)
    client.post(edition_page(world, name), form)
    before = AuditRecord.objects.count()
    answer = client.post(edition_page(world, name), {**form, "title": "En anden"})
    assert answer.status_code == 422
    assert "_once" not in words(answer)
    assert AuditRecord.objects.count() == before


@pytest.mark.parametrize(("name", "form", "_shown"), PARTS)
@pytest.mark.parametrize("title", [f"Om {CPR}", "", "x" * 201])
def test_a_part_without_a_title_that_can_be_used_comes_back(
    world: World, name: str, form: dict[str, Any], _shown: str, title: str
) -> None:
    before = AuditRecord.objects.count()
    answer = secretariat(world).post(edition_page(world, name), {**form, "title": title})
    assert answer.status_code == 422
    assert AuditRecord.objects.count() == before


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "ftp"])
def test_an_annex_is_not_published_at_an_address_that_runs_something(
    world: World, address: str
) -> None:
    form = {"number": "2", "title": "Bilag", "published_at": address}
    answer = secretariat(world).post(edition_page(world, "annex_new"), form)
    assert answer.status_code in {302, 422}
    page = html(secretariat(world).get(edition_page(world, "edition")))
    assert not re.search(r'href="\s*(javascript|data):', page)


def test_a_goal_is_added_to_its_area(world: World) -> None:
    area = world.first(DevelopmentArea)
    address = reverse("agreement:goal_new", kwargs={"area_id": area.pk})
    client = secretariat(world)
    assert client.post(address, {"text": "Kortere ventetid"}).status_code == 302
    assert [goal.text for goal in area.goals.all()] == ["Hjemlig målsætning", "Kortere ventetid"]
    assert client.post(address, {"text": f"Om {CPR}"}).status_code == 422
    assert client.post(address, {"text": "x" * 2001}).status_code == 422
    assert area.goals.count() == 2


def test_a_party_is_shown_by_the_name_it_bears_today(world: World) -> None:
    organisation = Organisation.objects.get(key="egenby")
    organisation.names.update(valid_to=date(2020, 1, 1))
    organisation.names.create(name="Nyby", kind="official", valid_from=date(2020, 1, 1))
    page = words(world.client(*READER).get(edition_page(world, "edition")))
    assert "Nyby Naboby" in page or "Naboby Nyby" in page
