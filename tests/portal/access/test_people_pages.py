"""The pages of organisations, people, passwords and the audit trail."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from world import HOW, PASSWORD, World

from rammevaerk.portal.access import operations
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.models import (
    AuditRecord,
    Organisation,
    Person,
    RoleAssignment,
)
from rammevaerk.portal.access.register import load_organisations
from rammevaerk.portal.agreement.models import Initiative
from rammevaerk.portal.agreement.operations import revise_initiative

ADMINISTRATOR = Role.ADMINISTRATOR, "egenby"


def words(response: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def add_page(key: str = "egenby") -> str:
    return reverse("access:person_add", kwargs={"key": key})


def person_form(**given: str) -> dict[str, str]:
    return {
        "name": "Ny Person",
        "email": "ny@example.org",
        "role": "reader",
        "valid_from": "8. april 2025",
        "password": "",
        **given,
    }


def trail() -> int:
    return AuditRecord.objects.count()


# --- people and roles ---


def test_an_administrator_gives_a_role_and_sees_it_on_the_page(world: World) -> None:
    client = world.client(*ADMINISTRATOR)
    answer = client.post(add_page(), person_form(password=PASSWORD))
    assert answer["Location"] == reverse("access:organisation_detail", kwargs={"key": "egenby"})
    page = words(client.get(answer["Location"]))
    assert "Ny Person har fået rollen." in page
    assert "Ny Person ny@example.org Læser fra 8. april 2025" in page
    assert Person.objects.get(email="ny@example.org").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "Borger 010190-1234"}, "CPR-nummer: 010190-••••"),
        ({"name": ""}, "skal udfyldes"),
        ({"email": "ny"}, "E-mail"),
        ({"role": "secretariat"}, "secretariat"),
        ({"role": ""}, "skal udfyldes"),
        ({"valid_from": "31. februar 2025"}, "februar 2025 har 28 dage"),
        ({"valid_from": "2025"}, "er ikke en bestemt dag"),
        ({"password": "kort"}, "12 tegn"),
        ({"email": "READER.egenby@example.org"}, "har allerede den rolle"),
    ],
)
def test_a_role_that_cannot_be_given_comes_back(
    world: World, wrong: dict[str, str], message: str
) -> None:
    before = trail()
    answer = world.client(*ADMINISTRATOR).post(add_page(), person_form(**wrong))
    assert answer.status_code == 422
    assert message in words(answer)
    assert trail() == before


def test_a_password_that_was_refused_is_not_sent_back(world: World) -> None:
    answer = world.client(*ADMINISTRATOR).post(
        add_page(), person_form(password="hemmelig kode", name="")
    )
    assert "hemmelig kode" not in answer.content.decode()


def test_the_form_offers_the_secretariats_role_in_a_secretariat_only(world: World) -> None:
    for key, offered in (("egenby", False), ("sekretariatet", True)):
        page = world.client(Role.ADMINISTRATOR, key).get(add_page(key)).content.decode()
        assert ('value="secretariat"' in page) is offered


def test_a_role_is_ended_by_its_form(world: World) -> None:
    assignment = RoleAssignment.objects.get(person=world.person(Role.READER, "egenby"))
    address = reverse("access:role_end", kwargs={"assignment_id": assignment.pk})
    client = world.client(*ADMINISTRATOR)
    for text, message in (
        ("31. december 2018", "Rollen kan ikke slutte, før den begynder."),
        ("31. februar 2025", "februar 2025 har 28 dage"),
        ("", "skal udfyldes"),
    ):
        answer = client.post(address, {"csrfmiddlewaretoken": "x", "last_day": text})
        assert answer.status_code == 422
        assert message in words(answer)
    answer = client.post(address, {"last_day": "30. april 2025"}, follow=True)
    assert "historikken står endnu" in words(answer)
    assert "til og med 30. april 2025" in words(answer)
    assignment.refresh_from_db()
    assert assignment.valid_to == date(2025, 5, 1)
    answer = client.post(address, {"last_day": "30. april 2025"})
    assert "Rollen er allerede afsluttet." in words(answer)


def test_people_are_shown_to_those_who_manage_them(world: World) -> None:
    page = reverse("access:organisation_detail", kwargs={"key": "egenby"})
    email = "director.egenby@example.org"
    for role, key, shown in (
        (Role.ADMINISTRATOR, "egenby", True),
        (Role.SECRETARIAT, "sekretariatet", True),
        (Role.ADMINISTRATOR, "naboby", False),
        (Role.READER, "egenby", False),
    ):
        assert (email in words(world.client(role, key).get(page))) is shown, (role, key)


def test_a_role_withdrawn_by_its_form_is_shown_so_and_offers_nothing_more(world: World) -> None:
    client = world.client(*ADMINISTRATOR)
    client.post(add_page(), person_form(valid_from="1. januar 2090"))
    role = RoleAssignment.objects.get(person__email="ny@example.org")
    address = reverse("access:role_end", kwargs={"assignment_id": role.pk})
    page = reverse("access:organisation_detail", kwargs={"key": "egenby"})
    client.post(address, {"last_day": "31. december 2091"})
    assert address in client.get(page).content.decode()
    client.post(address, {"last_day": "31. december 2080"})
    answer = client.get(page)
    assert "Trukket tilbage" in words(answer)
    assert address not in answer.content.decode()


# --- organisations ---


def test_an_organisation_shows_its_names_regions_and_heirs(world: World) -> None:
    def named(*pairs: tuple[str, date, date | None]) -> list[dict[str, Any]]:
        return [
            {"name": text, "kind": "official", "valid_from": first, "valid_to": end}
            for text, first, end in pairs
        ]

    start, turn = date(2007, 1, 1), date(2020, 1, 1)
    entries = [
        {
            "key": "gammelregion",
            "kind": "region",
            "valid_from": start,
            "valid_to": turn,
            "name": named(("Region Gammel", start, None)),
        },
        {
            "key": "nyregion",
            "kind": "region",
            "valid_from": turn,
            "name": named(("Region Ny", turn, None)),
            "predecessor": [{"key": "gammelregion", "on": turn, "kind": "merger"}],
        },
        {
            "key": "skifteby",
            "kind": "municipality",
            "code": "0999",
            "cvr": "29189846",
            "valid_from": start,
            "name": named(("Gammelby", start, turn), ("Skifteby", turn, None)),
            "region": [
                {"key": "gammelregion", "valid_from": start, "valid_to": turn},
                {"key": "nyregion", "valid_from": turn},
            ],
        },
    ]
    load_organisations(entries, **HOW)
    client = world.client(Role.READER, "egenby")

    def page(key: str) -> str:
        return words(client.get(reverse("access:organisation_detail", kwargs={"key": key})))

    town = page("skifteby")
    assert town.index("Skifteby") < town.index("Gammelby")
    assert "Region Gammel fra 1. januar 2007 til og med 31. december 2019" in town
    assert "0999" in town
    assert "29189846" in town
    assert "afløses af Region Ny" in page("gammelregion")
    assert "Ophørt" in page("gammelregion")
    assert "afløser Region Gammel" in page("nyregion")
    assert "1 kommune Skifteby" in page("nyregion")
    register = words(client.get(reverse("access:organisations"), {"q": "gammelby"}))
    assert "1 organisation" in register
    assert "Skifteby også: Gammelby" in register


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 8), ({"art": "joint_secretariat"}, 2), ({"q": "by"}, 3), ({"art": "x"}, 0)],
)
def test_the_register_is_narrowed(world: World, query: dict[str, str], count: int) -> None:
    client, address = world.client(Role.READER, "egenby"), reverse("access:organisations")
    page = client.get(address, query).content.decode()
    assert page.count('<th scope="row">') == count
    part = client.get(address, query, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.count('<th scope="row">') == count


def test_an_organisation_of_another_cooperation_is_still_in_the_register(world: World) -> None:
    page = reverse("access:organisation_detail", kwargs={"key": "fjernby"})
    answer = world.client(Role.READER, "egenby").get(page)
    assert answer.status_code == 200
    assert "FREMMED" not in words(answer)


# --- one's own password ---


def change(client: Any, **given: str) -> Any:
    form = {"current": PASSWORD, "new": f"{PASSWORD} to", "repeated": f"{PASSWORD} to", **given}
    return client.post(reverse("access:password_change"), form)


def test_one_changes_ones_password_and_stays_logged_in(world: World) -> None:
    person = world.person(Role.READER, "egenby")
    operations.set_password(person, PASSWORD, **HOW)
    client, elsewhere = (world.client(Role.READER, "egenby") for _browser in range(2))
    answer = change(client)
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password(f"{PASSWORD} to")
    assert "Din adgangskode er skiftet." in words(client.get("/"))
    # Whoever else is logged in as the person is out.
    assert elsewhere.get("/").status_code == 302
    assert PASSWORD not in AuditRecord.objects.first().after


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"current": "forkert"}, "Den nuværende adgangskode er ikke rigtig."),
        ({"repeated": "noget andet end det"}, "De to nye adgangskoder er ikke ens."),
        ({"new": "kort", "repeated": "kort"}, "12 tegn"),
        ({"new": "", "repeated": ""}, "skal udfyldes"),
        ({"current": ""}, "skal udfyldes"),
    ],
)
def test_a_password_that_cannot_be_changed_comes_back(
    world: World, wrong: dict[str, str], message: str
) -> None:
    person = world.person(Role.READER, "egenby")
    operations.set_password(person, PASSWORD, **HOW)
    before = trail()
    answer = change(world.client(Role.READER, "egenby"), **wrong)
    assert answer.status_code == 422
    assert message in words(answer)
    assert PASSWORD not in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert trail() == before


# --- the audit trail ---


def test_the_trail_shows_before_and_after_with_what_changed(world: World) -> None:
    row = world.first(Initiative)
    actor = world.actor(Role.SECRETARIAT, "sekretariatet")
    revise_initiative(row, {"title": "Nyt navn"}, **{**HOW, "by": actor})
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    newest = AuditRecord.objects.first()
    page = client.get(reverse("access:audit_detail", kwargs={"sequence": newest.sequence}))
    assert "Titel ændret før: Hjemlig initiativ efter: Nyt navn" in words(page)
    assert newest.hash in words(page)
    listed = words(client.get(reverse("access:audit"), {"q": "nyt navn"}))
    assert "1.1 Nyt navn" in listed
    assert "Hjemlig Sekretariat i sekretariatet" in listed


def test_the_trail_is_narrowed_and_paged(world: World) -> None:
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    address = reverse("access:audit")

    def sequences(**query: str) -> list[str]:
        page = client.get(address, query).content.decode()
        return re.findall(r'href="/revisionsspor/(\d+)/"', page)

    assert sequences() == sorted(sequences(), key=int, reverse=True)
    rows = AuditRecord.objects.filter(cooperation__key="home")
    assert len(sequences(handling=Action.STATUS_UPDATE)) == (
        rows.filter(action=Action.STATUS_UPDATE).count()
    )
    assert sequences(handling="findes.ikke") == []
    for page in ("0", "-1", "99999999999999999999", "x", ""):
        assert sequences(side=page), page


def test_an_address_of_a_record_that_cannot_be_is_not_found(world: World) -> None:
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    for number in ("0", "99999999", "9" * 18, "9" * 30):
        assert client.get(f"/revisionsspor/{number}/").status_code == 404
        assert client.get(f"/aftale/initiativ/{number}/").status_code == 404


def test_nobody_but_secretariat_and_administrator_sees_the_trail(world: World) -> None:
    for role in Role:
        key = "sekretariatet" if role is Role.SECRETARIAT else "egenby"
        allowed = role in {Role.SECRETARIAT, Role.ADMINISTRATOR}
        answer = world.client(role, key).get(reverse("access:audit"))
        assert answer.status_code == (200 if allowed else 403), role


def test_the_name_of_an_organisation_that_has_none_is_its_key(world: World) -> None:
    Organisation.objects.get(key="udenfor").names.all().delete()
    client = world.client(Role.READER, "egenby")
    for address in (
        reverse("access:organisations"),
        reverse("access:organisation_detail", kwargs={"key": "udenfor"}),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "udenfor" in words(answer)
