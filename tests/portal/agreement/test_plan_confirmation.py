"""What was seen of an Excel file is what is stored, once, by the same person, or nothing is."""

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from agreement_samples import (
    edition_page,
    stored,
)
from django.test import Client
from django.test.utils import freeze_time
from django.urls import reverse
from plan_workbooks import (
    ALL,
    FIRST,
    SECOND,
    Changes,
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
    secretariat,
    words,
)
from world import HOW, TODAY, World

from rammevaerk.exchange.action_plan.workbook import read
from rammevaerk.portal.access import operations as access
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.agreement import operations, plan_files
from rammevaerk.portal.agreement.models import Edition, Initiative
from rammevaerk.portal.agreement.queries import plan_view

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
    form = {"sealed": sealed(change(world, ONE)), "take": ALL}
    answer = secretariat(world).post(address, form, follow=True)
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
    assert "1 ændring er gemt." in confirm(world, seal)
    refused(world, seal, "Planen er ændret, siden du så forskellene.")


def test_a_cell_that_also_changed_here_is_marked_and_others_are_left_alone(world: World) -> None:
    file = edited(workbook(world), ONE)
    row = world.first(Initiative)
    operations.revise_initiative(row, {"title": "Rettet her", "description": "Også her"}, **HOW)
    answer = hand_in(world, file)
    assert [line[2:] for line in differences(answer)] == [
        ("InitiativOgså ændret her siden", "Rettet her", "Et nyt navn")
    ]
    assert 'value="felt-0">' in html(answer)  # not chosen beforehand
    confirm(world, sealed(answer))
    row.refresh_from_db()
    assert (row.title, row.description) == ("Et nyt navn", "Også her")


def test_only_what_is_chosen_is_stored(world: World) -> None:
    row = world.first(Initiative)
    both = {**ONE, (FIRST, "description"): "En ny beskrivelse"}
    answer = change(world, both)
    assert html(answer).count(" checked>") == 2
    assert "1 ændring er gemt." in confirm(world, sealed(answer), take=["felt-1"])
    title, row = row.title, Initiative.objects.get(pk=row.pk)
    assert (row.title, row.description) == (title, "En ny beskrivelse")


def test_choosing_nothing_is_said_and_stores_nothing(world: World) -> None:
    seal, before = sealed(change(world, ONE)), stored()
    assert "Du valgte ingen ændringer" in confirm(world, seal, take=[])
    assert stored() == before


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


def test_the_workbook_says_when_it_was_made_in_danish_time(world: World) -> None:
    view = plan_view(
        world.first(Edition), world.actor(Role.SECRETARIAT, "sekretariatet"), as_of=TODAY
    )
    content = plan_files.workbook(view, (), at=datetime(2025, 6, 2, 22, 30, tzinfo=UTC))
    plan = read(content, statuses=(), forums=())
    assert plan.exported_at == "2025-06-03T00:30:00+02:00"
