"""People and roles: who may give which, and that a password never opens somebody else's house."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from world import HOW, PASSWORD, TODAY, World

from rammevaerk.portal.access import operations
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.models import AuditRecord, Organisation, Person, RoleAssignment
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.access.queries import roles_ending


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(key=key)


def add(key: str = "egenby", **given: Any) -> RoleAssignment:
    values = {
        "email": "ny@example.org",
        "name": "Ny Person",
        "role": Role.READER,
        "valid_from": TODAY,
        **HOW,
        **given,
    }
    return operations.add_person(organisation(key), **values)


def counts() -> tuple[int, int, int]:
    return Person.objects.count(), RoleAssignment.objects.count(), AuditRecord.objects.count()


def test_a_new_person_and_the_role_are_two_records(world: World) -> None:
    people, roles, records = counts()
    assignment = add(by=world.actor(Role.ADMINISTRATOR, "egenby"))
    assert assignment.person.email == "ny@example.org"
    assert counts() == (people + 1, roles + 1, records + 2)
    assert not assignment.person.has_usable_password()


def test_somebody_who_exists_gets_one_more_role_and_keeps_name_and_password(world: World) -> None:
    first = add(password=PASSWORD)
    again = add("naboby", email="NY@Example.org", name="Et andet navn", password="x" * 20)
    assert again.person == first.person
    assert again.person.name == "Ny Person"
    assert again.person.check_password(PASSWORD)


def test_the_same_role_is_held_once_at_a_time(world: World) -> None:
    first = add()
    before = counts()
    with pytest.raises(ValidationError, match="Ny Person har allerede den rolle"):
        add()
    assert counts() == before
    operations.end_role(first, last_day=TODAY, **HOW)
    assert add(valid_from=date(2025, 7, 1)).person == first.person


@pytest.mark.parametrize("key", ["egenby", "naboby"])
def test_the_role_of_the_secretariat_is_given_in_the_secretariat_only(
    world: World, key: str
) -> None:
    before = counts()
    administrator = world.actor(Role.ADMINISTRATOR, key)
    assert Role.SECRETARIAT not in operations.roles_open_to(organisation(key))
    with pytest.raises(ValidationError, match="kun gives i et samarbejdes sekretariat"):
        add(key, role=Role.SECRETARIAT, by=administrator)
    assert counts() == before


def test_the_secretariats_own_administrator_gives_it(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR, "sekretariatet")
    assert set(operations.roles_open_to(organisation("sekretariatet"))) == set(Role)
    assert add("sekretariatet", role=Role.SECRETARIAT, by=actor).role == Role.SECRETARIAT


@pytest.mark.parametrize(
    ("role", "key"),
    [
        (Role.ADMINISTRATOR, "naboby"),
        (Role.ADMINISTRATOR, "sekretariatet"),
        (Role.SECRETARIAT, "sekretariatet"),
        (Role.DIRECTOR, "egenby"),
        (Role.READER, "egenby"),
    ],
)
def test_nobody_but_its_own_administrator_gives_roles_in_a_municipality(
    world: World, role: Role, key: str
) -> None:
    before = counts()
    with pytest.raises(Refused):
        add("egenby", by=world.actor(role, key))
    assert counts() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "ikke en adresse"},
        {"email": ""},
        {"name": ""},
        {"name": "Borger 010190-1234"},
        {"name": "x" * 121},
        {"password": "kort"},
        {"password": "password1234"},
        {"password": "ny@example.org"},
        {"role": "konge"},
        {"valid_from": None},
    ],
)
def test_what_makes_no_person_is_refused_whole(world: World, wrong: dict[str, Any]) -> None:
    before = counts()
    with pytest.raises(ValidationError):
        add(**wrong)
    assert counts() == before


def test_a_password_is_in_no_record(world: World) -> None:
    person = add(password=PASSWORD).person
    operations.set_password(person, f"{PASSWORD} igen", **HOW)
    for entry in AuditRecord.objects.filter(target_id=str(person.pk)):
        for text in (entry.before, entry.after, entry.reason):
            assert PASSWORD not in text
            assert "argon2" not in text
            assert "pbkdf2" not in text


# --- ending a role ---


def test_a_role_ends_after_its_last_day_and_once(world: World) -> None:
    assignment = add()
    operations.end_role(assignment, last_day=date(2025, 6, 30), **HOW)
    assignment.refresh_from_db()
    assert assignment.valid_to == date(2025, 7, 1)
    newest = AuditRecord.objects.first()
    assert '"valid_to":null' in newest.before
    assert '"valid_to":"2025-07-01"' in newest.after
    before = counts()
    with pytest.raises(ValidationError, match="allerede afsluttet"):
        operations.end_role(assignment, last_day=TODAY, **HOW)
    assert counts() == before


def test_a_role_of_one_day_is_a_role_but_none_of_less(world: World) -> None:
    assignment = add()
    with pytest.raises(ValidationError, match="før den begynder"):
        operations.end_role(assignment, last_day=date(2025, 6, 1), **HOW)
    operations.end_role(assignment, last_day=TODAY, **HOW)


def test_nobody_ends_a_role_in_another_organisation(world: World) -> None:
    assignment = add()
    for role, key in ((Role.ADMINISTRATOR, "naboby"), (Role.SECRETARIAT, "sekretariatet")):
        with pytest.raises(Refused):
            operations.end_role(assignment, last_day=TODAY, **{**HOW, "by": world.actor(role, key)})
    assignment.refresh_from_db()
    assert assignment.valid_to is None


def test_roles_that_run_out_are_shown_to_their_own_administrator(world: World) -> None:
    assignment = add()
    operations.end_role(assignment, last_day=date(2025, 6, 20), **HOW)

    def ending(key: str, before: date) -> list[RoleAssignment]:
        actor = world.actor(Role.ADMINISTRATOR, key)
        found = roles_ending(actor, after=TODAY, before=before)
        return [row for row, _last_day in found]

    assert ending("egenby", date(2025, 7, 2)) == [assignment]
    assert ending("naboby", date(2025, 7, 2)) == []
    assert ending("egenby", date(2025, 6, 20)) == []


# --- passwords ---


def test_everybody_changes_his_own_password(world: World) -> None:
    person = world.person(Role.READER, "egenby")
    actor = world.actor(Role.READER, "egenby")
    operations.set_password(person, PASSWORD, **{**HOW, "by": actor})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    newest = AuditRecord.objects.first()
    assert (newest.action, newest.reason) == (Action.PERSON_MANAGE, "Ny adgangskode")


def test_an_administrator_sets_it_for_people_who_are_only_his(world: World) -> None:
    administrator = world.actor(Role.ADMINISTRATOR, "egenby")
    how = {**HOW, "by": administrator}
    person = add(by=administrator).person
    operations.set_password(person, PASSWORD, **how)
    add("naboby")
    before = counts()
    with pytest.raises(ValidationError, match="har også roller i andre organisationer"):
        operations.set_password(person, f"{PASSWORD} to", **how)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert counts() == before


def test_nobody_gets_into_another_house_by_giving_its_people_a_role_and_a_password(
    world: World,
) -> None:
    """An administrator may make anybody his reader; that must not make him their locksmith."""
    secretary = world.person(Role.SECRETARIAT, "sekretariatet")
    administrator = world.actor(Role.ADMINISTRATOR, "egenby")
    add(email=secretary.email, password=PASSWORD, by=administrator)
    secretary.refresh_from_db()
    assert not secretary.check_password(PASSWORD)
    with pytest.raises(ValidationError):
        operations.set_password(secretary, PASSWORD, **{**HOW, "by": administrator})


def test_a_role_elsewhere_that_has_ended_still_keeps_the_lock(world: World) -> None:
    person = add().person
    elsewhere = add("naboby")
    operations.end_role(elsewhere, last_day=TODAY, **HOW)
    with pytest.raises(ValidationError):
        operations.set_password(
            person, PASSWORD, **{**HOW, "by": world.actor(Role.ADMINISTRATOR, "egenby")}
        )


@pytest.mark.parametrize("password", ["", "kort", "password1234", "Hjemlig Læser"])
def test_a_password_that_is_easily_guessed_is_refused(world: World, password: str) -> None:
    person = world.person(Role.READER, "egenby")
    before = person.password
    with pytest.raises(ValidationError):
        operations.set_password(person, password, **HOW)
    person.refresh_from_db()
    assert person.password == before
