"""Statuses: dated, never overwritten, and nothing half stored."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from agreement_samples import (
    CPR,
    stored,
)
from django.core.exceptions import ValidationError
from django.urls import reverse
from reading_pages import (
    html,
    secretariat,
)
from world import AT, HOW, TODAY, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Initiative, Milestone, MilestoneDate, StatusEntry
from rammevaerk.portal.agreement.operations.history import MilestoneChange
from rammevaerk.portal.agreement.queries import initiative_view, newest_status, timeline_of


def say(row: Initiative, status: str, on: date, **more: Any) -> StatusEntry:
    values = {"text": f"{status} {on}", **HOW, **more}
    return operations.update_status(row, status=status, effective_on=on, **values)


def shown(row: Initiative, as_of: date) -> str:
    status = initiative_view(row, as_of=as_of).status
    return status.status if status else ""


def test_a_newer_status_stands_beside_the_older_ones(world: World) -> None:
    row = world.first(Initiative)
    before = list(row.statuses.values_list("pk", "status", "text"))
    say(row, "completed", TODAY)
    after = list(row.statuses.values_list("pk", "status", "text"))
    assert set(before) < set(after)
    assert len(after) == len(before) + 1


def test_of_two_statuses_of_one_day_the_last_one_said_holds(world: World) -> None:
    row = world.first(Initiative)
    say(row, "stopped", TODAY)
    say(row, "completed", TODAY)
    assert shown(row, TODAY) == "completed"
    assert [one["kind"] for one in timeline_of(row) if "kind" in one][:2] == [
        "completed",
        "stopped",
    ]


def test_a_status_entered_late_about_an_earlier_day_does_not_become_the_newest(
    world: World,
) -> None:
    row = world.first(Initiative)
    say(row, "completed", date(2025, 5, 1))
    late = say(row, "awaiting_decision", date(2025, 3, 1))
    assert shown(row, TODAY) == "completed"
    assert shown(row, date(2025, 3, 31)) == "awaiting_decision"
    assert shown(row, date(2025, 4, 8)) == "in_progress"
    assert shown(row, date(2025, 2, 28)) == ""
    # The conflict check asks what was entered last, whatever day it speaks of.
    assert newest_status(row) == late


def test_a_status_of_tomorrow_is_refused_and_nothing_is_stored(world: World) -> None:
    before = stored()
    with pytest.raises(ValidationError) as refusal:
        say(world.first(Initiative), "completed", date(2025, 6, 3))
    assert "effective_on" in refusal.value.error_dict
    assert stored() == before


def test_the_day_is_the_danish_one(world: World) -> None:
    # Half past midnight of 3 June in Denmark, while it is still 2 June in Greenwich.
    late = datetime(2025, 6, 2, 22, 30, tzinfo=UTC)
    entry = say(world.first(Initiative), "completed", date(2025, 6, 3), at=late)
    assert entry.effective_on == date(2025, 6, 3)


def test_the_second_of_two_writers_is_told_what_the_first_one_wrote(world: World) -> None:
    row = world.first(Initiative)
    seen = newest_status(row).pk
    first = say(row, "completed", TODAY, text="Den førstes tekst", latest_seen=seen)
    before = stored()
    with pytest.raises(operations.StatusConflict) as conflict:
        say(row, "stopped", TODAY, text="Den andens tekst", latest_seen=seen)
    assert conflict.value.newer == first
    assert conflict.value.newer.text == "Den førstes tekst"
    assert stored() == before


def test_whoever_saw_no_status_may_write_the_first_but_not_the_second(world: World) -> None:
    goal = world.first(Initiative).goal
    values = {"number": "9.1", "title": "Nyt", "forum": world.first(Initiative).forum}
    row = operations.add_initiative(goal, values, **HOW)
    say(row, "not_started", TODAY, latest_seen=0)
    with pytest.raises(operations.StatusConflict):
        say(row, "in_progress", TODAY, latest_seen=0)
    assert row.statuses.count() == 1


def test_milestones_change_with_the_status_that_speaks_of_them(world: World) -> None:
    row = world.first(Initiative)
    milestone = row.milestones.get()
    change = MilestoneChange(milestone.pk, "reached", PartialDate.from_code("2025-05"))
    say(row, "approved", date(2025, 6, 1), source="Mødet", milestones=[change])
    newest = milestone.dates.latest("pk")
    assert newest.state == MilestoneDate.State.REACHED
    assert newest.effective_on == date(2025, 6, 1)
    assert newest.source == "Mødet"


@pytest.mark.parametrize(
    ("state", "code"),
    [("reached", "2090"), ("planned", None), ("dropped", "2025"), ("lost", "2025")],
)
def test_a_milestone_change_that_fails_takes_the_status_back_with_it(
    world: World, state: str, code: str | None
) -> None:
    row = world.first(Initiative)
    on = PartialDate.from_code(code) if code else None
    before = stored()
    with pytest.raises(ValidationError):
        say(
            row,
            "approved",
            TODAY,
            milestones=[
                MilestoneChange(row.milestones.get().pk, "planned", PartialDate.from_code("2026")),
                MilestoneChange(row.milestones.get().pk, state, on),
            ],
        )
    assert stored() == before


def test_a_status_does_not_touch_the_milestone_of_another_initiative(world: World) -> None:
    row = world.first(Initiative)
    for other in Milestone.objects.exclude(initiative=row):
        before = stored()
        change = MilestoneChange(other.pk, "dropped")
        with pytest.raises(ValidationError, match="hører ikke til"):
            say(row, "approved", TODAY, milestones=[change])
        assert stored() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": f"Borger {CPR} er flyttet"},
        {"source": f"Sag {CPR}"},
        {"text": "x" * 4001},
        {"source": "x" * 301},
        {"status": "flyttet"},
        {"status": ""},
    ],
)
def test_what_may_not_be_written_is_refused_and_nothing_is_stored(
    world: World, wrong: dict[str, str]
) -> None:
    before = stored()
    values = {"status": "approved", "on": TODAY, **wrong}
    with pytest.raises(ValidationError):
        say(world.first(Initiative), **values)
    assert stored() == before


@pytest.mark.parametrize(
    ("role", "organisation", "allowed"),
    [
        (Role.SECRETARIAT, "sekretariatet", True),
        (Role.DIRECTOR, "egenby", True),
        (Role.DIRECTOR, "naboby", False),
        (Role.BUYER, "egenby", False),
        (Role.READER, "egenby", False),
        (Role.ADMINISTRATOR, "egenby", False),
        (Role.SECRETARIAT, "fjernsekretariatet", False),
        (Role.DIRECTOR, "fjernby", False),
    ],
)
def test_only_the_secretariat_and_the_responsible_director_update(
    world: World, role: Role, organisation: str, allowed: bool
) -> None:
    row = world.first(Initiative)
    before = stored()
    if allowed:
        entry = say(row, "approved", TODAY, by=world.actor(role, organisation))
        assert entry.registered_by == world.person(role, organisation)
        return
    with pytest.raises(Refused):
        say(row, "approved", TODAY, by=world.actor(role, organisation))
    assert stored() == before


def test_who_said_it_and_when_stand_beside_the_status(world: World) -> None:
    actor = world.actor(Role.DIRECTOR, "egenby")
    row = world.first(Initiative)
    entry = say(row, "approved", date(2025, 5, 30), source="Møde 4", by=actor)
    assert (entry.registered_at, entry.registered_by_id) == (AT, actor.person_id)
    newest = timeline_of(row)[0]
    assert newest["who"] == "Hjemlig Direktør i egenby"
    assert (newest["source"], newest["day"]) == ("Møde 4", date(2025, 5, 30))


@pytest.mark.parametrize(("state", "code"), [("reached", "2025-03"), ("dropped", None)])
def test_a_milestone_closed_by_mistake_is_opened_again_by_the_form(
    world: World, state: str, code: str | None
) -> None:
    row = world.first(Initiative)
    pk = row.milestones.get().pk
    on = PartialDate.from_code(code) if code else None
    say(row, "approved", TODAY, milestones=[MilestoneChange(pk, state, on)])
    page = reverse("agreement:status_update", kwargs={"initiative_id": row.pk})
    client = secretariat(world)
    assert "Alligevel ventet" in html(client.get(page))
    form = {
        "status": "approved",
        "effective_on": "2. juni 2025",
        "latest_seen": newest_status(row).pk,
        f"closed_{pk}": "planned",
    }
    assert client.post(page, form).status_code == 422, "it must have a date"
    kept = {**form, f"closed_{pk}": "keep", f"date_{pk}": "maj 2090"}
    assert client.post(page, kept).status_code == 422, "a date is not lost in silence"
    assert client.post(page, {**form, f"date_{pk}": "maj 2090"}).status_code == 302
    view = initiative_view(row, as_of=date(2090, 1, 1)).milestones[0]
    assert (view.open, view.planned.code) == (True, "2090-05")
