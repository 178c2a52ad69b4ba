"""Milestones: what was known of a date, as of any day, and what may be said of one."""

from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    stored,
)
from django.core.exceptions import ValidationError
from world import HOW, TODAY, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Initiative, Milestone
from rammevaerk.portal.agreement.queries import MilestoneView, initiative_view


def dated(
    milestone: Milestone,
    state: str,
    code: str | None,
    said_on: date | None,
    reopen: bool = False,
) -> None:
    on = PartialDate.from_code(code) if code else None
    how = {**HOW, "reopen": reopen}
    operations.date_milestone(milestone, state=state, on=on, effective_on=said_on, **how)


def seen(row: Initiative, as_of: date) -> MilestoneView:
    return initiative_view(row, as_of=as_of).milestones[0]


def added(row: Initiative, **given: Any) -> Milestone:
    values = {"kind": "delivery", "title": "Oplæg", "planned": None, **HOW, **given}
    return operations.add_milestone(row, **values)


def test_a_milestone_is_planned_then_moved_then_reached_each_as_of_its_day(world: World) -> None:
    row = world.first(Initiative)
    milestone = row.milestones.get()
    dated(milestone, "planned", "2025-05", date(2025, 4, 10))
    dated(milestone, "reached", "2025-05-20", date(2025, 5, 21))

    original = seen(row, date(2025, 4, 9))
    assert (original.planned.code, original.moved, original.open) == ("2025-Q1", False, True)
    moved = seen(row, date(2025, 4, 10))
    assert (moved.planned.code, moved.first_planned.code) == ("2025-05", "2025-Q1")
    assert (moved.moved, moved.open, moved.reached) == (True, True, None)
    reached = seen(row, date(2025, 5, 21))
    assert (reached.reached.code, reached.open, reached.late) == ("2025-05-20", False, False)
    assert reached.planned.code == "2025-05"


def test_a_dropped_milestone_is_no_longer_waited_for(world: World) -> None:
    row = world.first(Initiative)
    assert initiative_view(row, as_of=TODAY).overdue
    dated(row.milestones.get(), "dropped", None, date(2025, 6, 1))
    view = initiative_view(row, as_of=TODAY)
    assert (view.overdue, view.next_step, view.milestones[0].dropped) == (False, None, True)
    assert initiative_view(row, as_of=date(2025, 5, 31)).overdue


def test_a_quarter_is_late_on_the_day_after_its_last_day(world: World) -> None:
    row = world.first(Initiative)
    assert not seen(row, date(2025, 3, 31)).late
    assert seen(row, date(2025, 4, 1)).late
    assert initiative_view(row, as_of=TODAY).overdue_since == date(2025, 3, 31)


def test_an_initiative_that_is_closed_is_not_overdue(world: World) -> None:
    row = world.first(Initiative)
    operations.update_status(row, status="continued", text="", effective_on=TODAY, **HOW)
    view = initiative_view(row, as_of=TODAY)
    assert (view.closed, view.overdue, view.overdue_since) == (True, False, None)


def test_what_was_reached_can_be_opened_again(world: World) -> None:
    row = world.first(Initiative)
    dated(row.milestones.get(), "reached", "2025-03", date(2025, 4, 1))
    dated(row.milestones.get(), "planned", "2025-09", date(2025, 5, 1), reopen=True)
    view = seen(row, TODAY)
    assert (view.open, view.reached, view.planned.code) == (True, None, "2025-09")


@pytest.mark.parametrize(("state", "code"), [("reached", "2025-03"), ("dropped", None)])
def test_what_is_closed_is_not_expected_again_by_a_slip(
    world: World, state: str, code: str | None
) -> None:
    milestone = world.first(Initiative).milestones.get()
    dated(milestone, state, code, date(2025, 4, 1))
    before = stored()
    with pytest.raises(ValidationError, match="er nået eller bortfaldet"):
        dated(milestone, "planned", "2025-09", date(2025, 5, 1))
    assert stored() == before


def test_the_next_step_is_the_one_expected_first_and_the_undated_come_last(world: World) -> None:
    row = world.first(Initiative)
    added(row, title="Uden dato")
    added(row, title="Senere", planned=PartialDate.from_code("2026"))
    first = added(row, title="Først", planned=PartialDate.from_code("2025-02"))
    view = initiative_view(row, as_of=TODAY)
    assert view.next_step.row == first
    dated(first, "reached", "2025-02", TODAY)
    assert initiative_view(row, as_of=TODAY).next_step.row == row.milestones.get(kind="decision")


def test_an_initiative_starts_only_once(world: World) -> None:
    row = world.first(Initiative)
    added(row, kind="start", title="Opstart")
    before = stored()
    with pytest.raises(ValidationError):
        added(row, kind="start", title="Opstart igen")
    assert stored() == before
    assert row.milestones.filter(kind="start").count() == 1


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("reached", "2025-06-03"),  # tomorrow
        ("reached", "2025-07"),
        ("reached", None),
        ("planned", None),
        ("dropped", "2025-06"),
        ("delayed", "2025-06"),
    ],
)
def test_dates_that_make_no_sense_are_refused(world: World, state: str, code: str | None) -> None:
    before = stored()
    with pytest.raises(ValidationError):
        dated(world.first(Initiative).milestones.get(), state, code, TODAY)
    assert stored() == before


def test_this_month_may_be_reached_before_it_is_over(world: World) -> None:
    row = world.first(Initiative)
    dated(row.milestones.get(), "reached", "2025-06", TODAY)
    assert seen(row, TODAY).reached.code == "2025-06"


def test_a_milestone_that_cannot_be_dated_is_not_added_either(world: World) -> None:
    row = world.first(Initiative)
    before = stored(), row.milestones.count()
    with pytest.raises(ValidationError):
        added(row, planned=PartialDate.from_code("2025"), source="x" * 301)
    assert (stored(), row.milestones.count()) == before


def test_a_reader_dates_nothing(world: World) -> None:
    reader = world.actor(Role.READER, "egenby")
    row = world.first(Initiative)
    with pytest.raises(Refused):
        added(row, by=reader)
    with pytest.raises(Refused):
        operations.date_milestone(
            row.milestones.get(),
            state="dropped",
            on=None,
            effective_on=TODAY,
            **{**HOW, "by": reader},
        )
    assert row.milestones.get().dates.count() == 1
