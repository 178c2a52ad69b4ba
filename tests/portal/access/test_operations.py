"""People and roles: who may give which, and that a password never opens somebody else's house."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from axes.models import AccessFailureLog
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks
from world import AT, HOW, PASSWORD, TODAY, World

from rammevaerk.portal.access import operations
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.models import (
    AuditRecord,
    CooperationMember,
    Organisation,
    Person,
    RoleAssignment,
)
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.access.queries import actor_of, assignments_of, roles_ending


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
    again = add("naboby", email="NY@Example.org", name="Et andet navn")
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
    assert Role.SECRETARIAT not in operations.roles_open_to(organisation(key), on=TODAY)
    with pytest.raises(ValidationError, match="kun gives i et samarbejdes sekretariat"):
        add(key, role=Role.SECRETARIAT, by=administrator)
    assert counts() == before


def test_the_secretariats_own_administrator_gives_it(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR, "sekretariatet")
    assert set(operations.roles_open_to(organisation("sekretariatet"), on=TODAY)) == set(Role)
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
    after = {**HOW, "at": AT + timedelta(days=29)}
    with pytest.raises(ValidationError, match="allerede afsluttet"):
        operations.end_role(assignment, last_day=date(2025, 7, 31), **after)
    assert counts() == before


def test_an_end_that_has_not_come_can_be_moved(world: World) -> None:
    assignment = add()
    for last_day in (date(2025, 6, 30), date(2025, 12, 31), TODAY):
        operations.end_role(assignment, last_day=last_day, **HOW)
        assignment.refresh_from_db()
        assert assignment.valid_to == last_day + timedelta(days=1)


@pytest.mark.parametrize("first", [TODAY, date(2025, 7, 1)])
def test_a_role_given_by_mistake_is_withdrawn_and_counts_on_no_day(
    world: World, first: date
) -> None:
    assignment = add(valid_from=first)
    operations.end_role(assignment, last_day=TODAY - timedelta(days=1), **HOW)
    assignment.refresh_from_db()
    assert assignment.withdrawn_at == AT
    assert assignments_of(assignment.person_id, on=first) == []
    assert actor_of(assignment.person, on=first).role is None
    with pytest.raises(ValidationError, match="allerede afsluttet"):
        operations.end_role(assignment, last_day=date(2025, 8, 1), **HOW)
    # And it can be given again, rightly.
    assert add(valid_from=first).person == assignment.person


def test_a_role_of_one_day_is_a_role_but_none_of_less(world: World) -> None:
    assignment = add()
    with pytest.raises(ValidationError, match="før den begynder"):
        operations.end_role(assignment, last_day=date(2025, 5, 31), **HOW)
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
    add("naboby")
    operations.set_password(person, PASSWORD, **HOW)
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
    with pytest.raises(ValidationError, match="findes i forvejen"):
        add(email=secretary.email, password=PASSWORD, by=administrator)
    add(email=secretary.email, by=administrator)
    secretary.refresh_from_db()
    assert not secretary.check_password(PASSWORD)
    with pytest.raises(ValidationError):
        operations.set_password(secretary, PASSWORD, **{**HOW, "by": administrator})


def test_a_role_elsewhere_keeps_the_lock_until_it_has_ended(world: World) -> None:
    person = add().person
    elsewhere = add("naboby")
    operations.end_role(elsewhere, last_day=TODAY, **HOW)
    how = {**HOW, "by": world.actor(Role.ADMINISTRATOR, "egenby")}
    with pytest.raises(ValidationError):
        operations.set_password(person, PASSWORD, **how)
    operations.set_password(person, PASSWORD, **{**how, "at": AT + timedelta(days=1)})


def test_a_role_elsewhere_that_was_withdrawn_keeps_no_lock(world: World) -> None:
    person = add().person
    elsewhere = add("naboby")
    operations.end_role(elsewhere, last_day=TODAY - timedelta(days=1), **HOW)
    how = {**HOW, "by": world.actor(Role.ADMINISTRATOR, "egenby")}
    operations.set_password(person, PASSWORD, **how)


def test_whose_password_another_chose_gets_no_role_elsewhere_before_changing_it(
    world: World,
) -> None:
    """Else one could register somebody else's coming director and wait with the password."""
    person = add(password=PASSWORD, by=world.actor(Role.ADMINISTRATOR, "egenby")).person
    before = counts()
    with pytest.raises(ValidationError, match="har ikke selv valgt sin adgangskode endnu"):
        add("naboby", role=Role.DIRECTOR, by=world.actor(Role.ADMINISTRATOR, "naboby"))
    assert counts() == before
    own = {**HOW, "by": actor_of(person, on=TODAY)}
    with pytest.raises(ValidationError, match="en anden adgangskode"):
        operations.set_password(person, PASSWORD, **own)
    operations.set_password(person, f"{PASSWORD} to", **own)
    assert add("naboby", role=Role.DIRECTOR).person == person


def test_a_password_that_the_machine_gave_is_not_another_persons(world: World) -> None:
    assert not add(password=PASSWORD).person.password_set_by_other


def test_a_new_password_from_another_forgets_the_failures(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    person = world.person(Role.READER, "egenby")
    for name in (person.email.upper(), "andre@example.org"):
        AccessFailureLog.objects.create(username=name, ip_address="198.51.100.7")
    with django_capture_on_commit_callbacks(execute=True):
        operations.set_password(person, PASSWORD, **HOW)
    assert [row.username for row in AccessFailureLog.objects.all()] == ["andre@example.org"]


def test_a_secretary_acts_for_the_circles_whose_secretariat_it_is(world: World) -> None:
    house = organisation("sekretariatet")
    home = world.actor(Role.SECRETARIAT, "sekretariatet").cooperation_ids
    foreign = CooperationMember.objects.get(organisation__key="fjernby").cooperation
    CooperationMember.objects.create(cooperation=foreign, organisation=house, valid_from=TODAY)
    assert world.actor(Role.SECRETARIAT, "sekretariatet").cooperation_ids == home
    assert foreign.pk in world.actor(Role.READER, "sekretariatet").cooperation_ids
    house.cooperations.update(valid_to=TODAY + timedelta(days=1))
    assert Role.SECRETARIAT not in operations.roles_open_to(house, on=TODAY + timedelta(days=1))


@pytest.mark.parametrize("password", ["", "kort", "password1234", "Hjemlig Læser"])
def test_a_password_that_is_easily_guessed_is_refused(world: World, password: str) -> None:
    person = world.person(Role.READER, "egenby")
    before = person.password
    with pytest.raises(ValidationError):
        operations.set_password(person, password, **HOW)
    person.refresh_from_db()
    assert person.password == before


def test_the_command_gives_a_new_password_and_records_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person(Role.READER, "egenby")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command("set_password", person.email.upper())
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert AuditRecord.objects.first().actor_label == "rammevaerk set_password"
    with pytest.raises(CommandError, match="Nobody has the e-mail"):
        call_command("set_password", "ingen@example.org")
