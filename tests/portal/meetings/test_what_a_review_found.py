"""Faults that a stranger found, each kept mended."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from minutes_samples import (
    AFTER,
    OVERDUE,
    by,
    closed_meeting,
    decide_all,
    held_meeting,
    items_of,
    objections_to,
    secretary,
)
from reading_pages import html, secretariat, words
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import AgendaItem, Body, Case, Meeting
from rammevaerk.portal.meetings.queries.approvals import seats_to_answer

SECRET = "Personsag om en leder"


def test_a_standing_item_does_not_go_out_with_the_title_of_what_was_closed_since(
    world: World,
) -> None:
    body, meeting = world.first(Body), world.first(Meeting)
    starts = meeting.starts_at + timedelta(days=90)
    values: dict[str, Any] = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    waiting = operations.add_item(body, {"title": SECRET, "purpose": "discussion"}, **HOW)
    planned = operations.plan_meeting_with_standing_items(body, values, **HOW)
    assert any(SECRET in item.presentation for item in planned.items.all())
    closing = {"closed": True, "legal_ground": "Forvaltningsloven § 27"}
    operations.revise_item(waiting, closing, **HOW)
    with pytest.raises(ValidationError, match="nævner et punkt, der er lukket siden"):
        operations.dispatch_agenda(planned, **HOW)
    operations.fill_standing_items(planned, **HOW)
    operations.dispatch_agenda(planned, **HOW)
    reader = world.client(Role.READER, "naboby")
    address = reverse("meetings:meeting", kwargs={"meeting_id": planned.pk})
    assert SECRET not in words(reader.get(address))
    assert SECRET not in words(reader.get(reverse("meetings:search"), {"q": SECRET[:10]}))


def test_a_sent_item_leaves_a_meeting_that_is_minuted_by_a_decision_only(world: World) -> None:
    meeting = held_meeting(world, "Første sag")
    item = meeting.items.filter(dispatched=True).first()
    assert item is not None
    with pytest.raises(ValidationError, match="Beslut, at punktet er udsat eller udgået"):
        operations.place_item(item, None, **by(world))


def test_the_trail_names_a_closed_case_by_its_number_only(world: World) -> None:
    case = world.first(Case)
    operations.revise_case(
        case, {"closed": True, "title": SECRET}, by=secretary(world), at=HOW["at"]
    )
    client = world.client(Role.ADMINISTRATOR, "sekretariatet")
    page = client.get(reverse("access:audit"))
    assert SECRET not in html(page)


def test_a_case_is_closed_once(world: World) -> None:
    how: dict[str, Any] = {"closed_on": TODAY, "outcome": "Godkendt", **HOW}
    operations.close_case(world.first(Case), **how)
    with pytest.raises(ValidationError, match="allerede afsluttet"):
        operations.close_case(world.first(Case), **how)


def test_a_cancelled_meeting_keeps_its_standing_items(world: World) -> None:
    body, meeting = world.first(Body), world.first(Meeting)
    starts = meeting.starts_at + timedelta(days=90)
    values: dict[str, Any] = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    planned = operations.plan_meeting_with_standing_items(body, values, **HOW)
    operations.cancel_meeting(planned, reason="For få sager", **HOW)
    assert not AgendaItem.objects.filter(body=body, meeting=None).exclude(standing="").exists()


@pytest.mark.parametrize("odd", ["²", "9" * 20, "9" * 5000, "-1", ""])
def test_an_id_that_cannot_be_one_is_no_crash(world: World, odd: str) -> None:
    client = secretariat(world)
    for name in ("calendar", "obligations"):
        assert client.get(reverse(f"meetings:{name}"), {"forum": odd}).status_code == 200
    assert client.post(reverse("meetings:feed_revoke"), {"feed": odd}).status_code == 302


def test_an_objection_stands_until_the_same_seat_answers_again(world: World) -> None:
    meeting = closed_meeting(world, "Første sag", "Anden sag")
    director = world.actor(Role.DIRECTOR, "egenby")
    seat = seats_to_answer(meeting, director)[0]
    how: dict[str, Any] = {"by": director, "at": AFTER}
    operations.answer_minutes(meeting, seat, approves=False, remark="Punkt 1 er forkert", **how)
    operations.revise_decision(
        items_of(meeting)[1], "noted", text="Rettet slåfejl", reason="Slåfejl", **by(world)
    )
    assert [one.remark for one in objections_to(meeting)] == ["Punkt 1 er forkert"]
    with pytest.raises(ValidationError, match="indsigelser"):
        operations.approve_minutes(meeting, **by(world, OVERDUE))
    operations.answer_minutes(meeting, seat, approves=True, **how)
    operations.approve_minutes(meeting, **by(world, OVERDUE))


def test_what_was_changed_after_it_was_sent_is_not_decided_unsent(world: World) -> None:
    meeting = held_meeting(world, "Første sag")
    item = meeting.items.get(title="Første sag")
    operations.revise_item(item, {"title": "Noget andet"}, **by(world))
    decide_all(world, meeting)
    with pytest.raises(ValidationError, match="er ændret, siden dagsordenen blev sendt ud"):
        operations.close_meeting(meeting, **by(world))
    operations.dispatch_agenda(meeting, **by(world))
    assert operations.close_meeting(meeting, **by(world))


def test_a_supplement_of_closed_items_alone_is_not_told_to_others(world: World) -> None:
    meeting = held_meeting(world, "Første sag", minuting=False)
    section = meeting.sections.first()
    operations.add_item(
        meeting.body,
        {
            "title": SECRET,
            "purpose": "decision",
            "closed": True,
            "legal_ground": "Forvaltningsloven § 27",
        },
        section=section,
        **by(world),
    )
    operations.dispatch_agenda(meeting, **by(world))
    address = reverse("meetings:meeting", kwargs={"meeting_id": meeting.pk})
    assert "Tillægsdagsorden" in words(secretariat(world).get(address))
    reader = world.client(Role.READER, "naboby")
    assert "Tillægsdagsorden" not in words(reader.get(address))
    listed = reverse("meetings:dispatches", kwargs={"meeting_id": meeting.pk})
    assert "Tillægsdagsorden" not in words(reader.get(listed))
