"""Who is asking: the chosen role of the person, and nobody else's."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.middleware import ASSIGNMENT_KEY
from rammevaerk.portal.access.models import Organisation, Person, RoleAssignment
from rammevaerk.portal.access.operations import add_person
from rammevaerk.portal.agreement.models import Initiative

SWITCH = reverse("access:switch_assignment")


@pytest.fixture
def both(world: World) -> dict[str, RoleAssignment]:
    """A reader of one municipality who is director of its neighbour."""
    reader = world.person(Role.READER, "egenby")
    director = add_person(
        Organisation.objects.get(key="naboby"),
        email=reader.email,
        name=reader.name,
        role=Role.DIRECTOR,
        valid_from=date(2019, 1, 1),
        **HOW,
    )
    return {"reader": reader.assignments.get(role=Role.READER), "director": director}


def roles_shown(client: Client) -> tuple[bool, bool]:
    page = client.get("/").content.decode()
    return "Læser, Egenby" in page, "Direktør, Naboby" in page


def may_update(client: Client, row: Initiative) -> bool:
    address = reverse("agreement:status_update", kwargs={"initiative_id": row.pk})
    return client.get(address).status_code == 200


def test_one_acts_in_one_role_at_a_time(world: World, both: dict[str, RoleAssignment]) -> None:
    client = world.client(Role.READER, "egenby")
    of_naboby = Initiative.objects.get(responsible__key="naboby")
    assert roles_shown(client) == (True, True)
    assert not may_update(client, of_naboby)
    answer = client.post(SWITCH, {"assignment": both["director"].pk})
    assert answer["Location"] == "/"
    assert may_update(client, of_naboby)
    assert not may_update(client, world.first(Initiative))
    client.post(SWITCH, {"assignment": both["reader"].pk})
    assert not may_update(client, of_naboby)


def test_a_role_that_is_not_ones_own_is_not_taken(
    world: World, both: dict[str, RoleAssignment]
) -> None:
    client = world.client(Role.READER, "egenby")
    foreign = world.person(Role.SECRETARIAT, "sekretariatet").assignments.get()
    for chosen in (str(foreign.pk), "", "x", "-1", "9" * 30, "\x00"):
        assert client.post(SWITCH, {"assignment": chosen}).status_code == 302
        assert ASSIGNMENT_KEY not in client.session
    # Nor when it stands in the session already.
    session = client.session
    session[ASSIGNMENT_KEY] = foreign.pk
    session.save()
    assert client.get(reverse("access:audit")).status_code == 403


def test_a_chosen_role_that_has_ended_falls_back_to_one_that_holds(
    world: World, both: dict[str, RoleAssignment]
) -> None:
    client = world.client(Role.READER, "egenby")
    client.post(SWITCH, {"assignment": both["director"].pk})
    RoleAssignment.objects.filter(pk=both["director"].pk).update(valid_to=date(2025, 1, 1))
    assert client.get("/").status_code == 200
    assert not may_update(client, Initiative.objects.get(responsible__key="naboby"))


def test_the_choice_is_forgotten_when_somebody_else_logs_in(
    world: World, both: dict[str, RoleAssignment]
) -> None:
    client = world.client(Role.READER, "egenby")
    client.post(SWITCH, {"assignment": both["director"].pk})
    client.force_login(
        world.person(Role.PROVIDER, "egenby"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert ASSIGNMENT_KEY not in client.session


def test_switching_needs_a_post(world: World, both: dict[str, RoleAssignment]) -> None:
    client = world.client(Role.READER, "egenby")
    assert client.get(SWITCH, {"assignment": both["director"].pk}).status_code == 405


def test_somebody_without_a_role_is_told_whom_to_ask(world: World) -> None:
    person = Person.objects.create(email="uden@example.org", name="Uden Rolle")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "Du har ingen rolle endnu" in page
    assert "Uden Rolle" in page
    assert client.get(reverse("access:password_change")).status_code == 200


def test_whose_password_another_chose_reaches_only_the_change_of_it(world: World) -> None:
    Person.objects.filter(pk=world.person(Role.READER, "egenby").pk).update(
        password_set_by_other=True
    )
    client = world.client(Role.READER, "egenby")
    change = reverse("access:password_change")
    for address in ("/", reverse("access:organisations"), reverse("access:log_in")):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, change)
    page = client.get(change)
    assert page.status_code == 200
    assert "Vælg din egen adgangskode" in page.content.decode()
    assert client.post(reverse("access:log_out"))["Location"] == reverse("access:log_in")


def test_what_one_saw_logged_in_is_kept_nowhere(world: World) -> None:
    answer = world.client(Role.READER, "egenby").get("/")
    assert answer["Cache-Control"] == "private, no-store"
    assert "HX-Request" in answer["Vary"]
    assert "HX-Request" in Client().get(reverse("access:log_in"))["Vary"]
