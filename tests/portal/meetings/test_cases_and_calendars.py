"""Cases on their way, the year's calendar, moved meetings, and private calendar addresses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from reading_pages import secretariat, words
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation, RoleAssignment
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.models import Body, CalendarFeed, Case, Consultation, Meeting


def reader(world: World) -> Client:
    return world.client(Role.READER, "naboby")


def test_cases_are_numbered_within_the_year(world: World) -> None:
    owner, first = Organisation.objects.get(key="naboby"), world.first(Case)
    values = {"title": "Endnu en", "owner": owner}
    second = operations.open_case(first.cooperation, values, **HOW)
    assert (first.number, second.number) == ("2025-0001", "2025-0002")
    later = operations.open_case(
        first.cooperation, {**values, "opened_on": date(2026, 1, 2)}, **HOW
    )
    assert later.number == "2026-0001"


def test_a_case_shows_its_way_and_what_it_waits_for(world: World) -> None:
    page = words(reader(world).get(reverse("meetings:cases")))
    assert "Venter på home-forum" in page or "Venter på" in page
    row = queries.cases(world.actor(Role.READER, "naboby"), on=TODAY)[0]
    assert row.next_step is not None
    assert row.next_step.consultation == world.first(Consultation)


def test_a_closed_case_exists_only_for_its_owner_and_the_secretariat(world: World) -> None:
    case = world.first(Case)
    operations.revise_case(case, {"closed": True}, **HOW)
    address = reverse("meetings:case", kwargs={"case_id": case.pk})
    assert reader(world).get(address).status_code == 404
    assert case.title not in words(reader(world).get(reverse("meetings:cases")))
    assert world.client(Role.READER, "egenby").get(address).status_code == 200
    assert secretariat(world).get(address).status_code == 200


def test_a_case_becomes_an_item_of_the_body_it_is_sent_to(world: World) -> None:
    row = world.first(Consultation)
    item = operations.item_from_consultation(row, **HOW)
    assert (item.body, item.case, item.meeting) == (row.body, row.case, None)
    assert item.purpose == "decision"


def test_a_moved_meeting_tells_where_it_lay(world: World) -> None:
    meeting = world.first(Meeting)
    was = meeting.starts_at
    operations.move_meeting(
        meeting,
        starts_at=was + timedelta(days=14),
        ends_at=meeting.ends_at + timedelta(days=14),
        place=meeting.place,
        items_due=None,
        reason="Sammenfald med KL's møde",
        **HOW,
    )
    meeting.refresh_from_db()
    move = meeting.moves.get()
    assert (move.was_at, move.now_at) == (was, was + timedelta(days=14))
    assert meeting.sequence == 1
    page = reader(world).get(reverse("meetings:calendar"), {"aar": "2025"})
    assert "Flyttet" in words(page)


def test_the_calendar_shows_a_year_of_the_chosen_bodies(world: World) -> None:
    body = world.first(Body)
    page = reader(world).get(reverse("meetings:calendar"), {"aar": "2025"})
    assert "1. september 2025" in words(page)
    empty = reader(world).get(reverse("meetings:calendar"), {"aar": "2025", "forum": body.pk + 99})
    assert "Ingen møder det år" in words(empty)
    assert reader(world).get(reverse("meetings:calendar"), {"aar": "9999"}).status_code == 200


def feed_address(world: World, role: Role = Role.READER, key: str = "naboby") -> str:
    page = world.client(role, key).post(reverse("meetings:feeds"), {"body": ""})
    address: str = page.context["address"]
    return address


def test_a_private_address_gives_the_meetings_without_a_log_in(world: World) -> None:
    answer = Client().get(feed_address(world))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"UID:{world.first(Meeting).uid}@rammevaerk" in text.replace("\r\n ", "")
    assert "SEQUENCE:0" in text
    assert "FREMMED" not in text


def test_a_cancelled_meeting_is_cancelled_in_the_calendar(world: World) -> None:
    address = feed_address(world)
    operations.cancel_meeting(world.first(Meeting), reason="For få sager", **HOW)
    text = Client().get(address).content.decode()
    assert "STATUS:CANCELLED" in text
    assert "SEQUENCE:1" in text


def test_a_revoked_address_answers_nobody(world: World) -> None:
    address = feed_address(world)
    client, feed = reader(world), CalendarFeed.objects.get()
    stranger = world.client(Role.DIRECTOR, "egenby")
    stranger.post(reverse("meetings:feed_revoke"), {"feed": feed.pk})
    assert Client().get(address).status_code == 200
    client.post(reverse("meetings:feed_revoke"), {"feed": feed.pk})
    assert Client().get(address).status_code == 404
    assert Client().get(address[:-3]).status_code == 404


def test_an_address_dies_with_the_role_it_was_made_in(world: World) -> None:
    address = feed_address(world)
    RoleAssignment.objects.filter(person=world.person(Role.READER, "naboby")).update(
        valid_to=date(2025, 1, 1)
    )
    assert Client().get(address).status_code == 404


def test_the_key_itself_is_kept_nowhere(world: World) -> None:
    key = feed_address(world).partition("noegle=")[2]
    feed = CalendarFeed.objects.get()
    assert key not in str(vars(feed))


def test_a_body_is_consulted_only_within_its_cooperation(world: World) -> None:
    with pytest.raises(ValidationError, match="et andet samarbejde"):
        operations.consult(
            world.first(Case), world.first(Body, "foreign"), authoritative=False, **HOW
        )


def test_a_meeting_before_its_deadline_is_refused(world: World) -> None:
    starts = datetime(2025, 11, 3, 9, tzinfo=UTC)
    values = {
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "items_due": date(2025, 11, 4),
    }
    with pytest.raises(ValidationError, match="Fristen for punkter ligger efter mødet"):
        operations.plan_meeting(world.first(Body), values, **HOW)
