"""When minutes may be made final: everybody has approved them, or the time to answer is over."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from minutes_samples import (
    AFTER,
    OVERDUE,
    by,
    closed_meeting,
    items_of,
    words,
)
from world import TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import Body, FinalMinutes, Meeting, Seat
from rammevaerk.portal.meetings.queries.approvals import awaiting_answer, progress

DUE = date(2025, 6, 3)
LAST_MOMENT = OVERDUE - timedelta(minutes=1)


def answer(world: World, meeting: Meeting, key: str, **more: Any) -> None:
    operations.answer_minutes(
        meeting,
        meeting.body.seats.get(organisation__key=key),
        **{"approves": True, "by": world.actor(Role.DIRECTOR, key), "at": AFTER, **more},
    )


def make_final(world: World, meeting: Meeting, at: datetime = AFTER) -> str:
    operations.approve_minutes(meeting, **by(world, at))
    return FinalMinutes.objects.get(meeting=meeting).source


def without_deadline(meeting: Meeting) -> None:
    Body.objects.filter(pk=meeting.body_id).update(approval_days=None)


def page(client: Client, meeting: Meeting, name: str = "approval") -> Any:
    return client.get(reverse(f"meetings:{name}", kwargs={"meeting_id": meeting.pk}), follow=True)


def test_minutes_that_nobody_has_answered_wait_for_the_deadline(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    for at in (AFTER, LAST_MOMENT):
        with pytest.raises(ValidationError, match=r"Svarfrist 3[.] juni 2025; 0 af 2 har svaret"):
            make_final(world, meeting, at)
    assert make_final(world, meeting, OVERDUE) == (
        "Ingen indsigelser ved svarfristens udløb 3. juni 2025"
    )


def test_minutes_that_every_seat_approved_are_final_at_once(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting, "egenby")
    with pytest.raises(ValidationError, match="1 af 2 har svaret"):
        make_final(world, meeting)
    answer(world, meeting, "naboby")
    assert make_final(world, meeting) == "Alle pladser har godkendt"


def test_an_objection_holds_minutes_back_after_the_deadline_too(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting, "egenby", approves=False, remark="Forkert")
    with pytest.raises(ValidationError, match="indsigelser"):
        make_final(world, meeting, OVERDUE)


def test_a_body_without_a_deadline_waits_for_every_seat(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    without_deadline(meeting)
    answer(world, meeting, "egenby")
    late = OVERDUE + timedelta(days=1000)
    with pytest.raises(ValidationError, match="ingen svarfrist"):
        make_final(world, meeting, late)
    answer(world, meeting, "naboby")
    assert make_final(world, meeting, late) == "Alle pladser har godkendt"


def test_that_no_seat_answers_is_not_that_all_have_approved(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    Seat.objects.filter(body=meeting.body).update(function="observer")
    with pytest.raises(ValidationError, match="0 af 0"):
        make_final(world, meeting)
    assert "svarfristens udløb" in make_final(world, meeting, OVERDUE)


def test_a_correction_begins_the_time_to_answer_anew(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting, "egenby")
    answer(world, meeting, "naboby")
    later = AFTER + timedelta(days=10)
    item = items_of(meeting)[0]
    operations.revise_decision(item, "noted", "Noteret.", reason="Fejl", **by(world, later))
    assert progress(meeting, on=DUE).due == DUE + timedelta(days=10)
    assert progress(meeting, on=DUE).answered == 0
    with pytest.raises(ValidationError, match=r"Svarfrist 13[.] juni 2025; 0 af 2"):
        make_final(world, meeting, OVERDUE)


def test_the_pages_tell_the_deadline_and_the_button_comes_with_the_right(world: World) -> None:
    # The clock of a page is today's, long after the deadline.
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting, "egenby")
    secretariat = world.client(Role.SECRETARIAT, "sekretariatet")
    told = words(page(secretariat, meeting))
    assert "Svarfrist 3. juni 2025; 1 af 2 har svaret" in told
    assert "Ingen indsigelser ved svarfristens udløb 3. juni 2025" in told
    assert "Markér som godkendt" in told
    without_deadline(meeting)
    told = words(page(secretariat, meeting))
    assert "Ingen svarfrist; 1 af 2 har svaret" in told
    assert "Markér som godkendt" not in told
    assert "når alle pladser har godkendt det" in told
    refused = words(page(secretariat, meeting, "approval_finish"))
    assert "Ingen svarfrist; 1 af 2 har svaret" in refused
    answered = secretariat.post(
        reverse("meetings:approval_finish", kwargs={"meeting_id": meeting.pk}), {"do": "approve"}
    )
    assert answered.status_code == 422
    assert "Ingen svarfrist" in words(answered)


def test_the_deadline_is_the_bodys_rule_and_is_edited_with_it(world: World) -> None:
    body = world.first(Body)
    assert body.approval_days == 14
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    address = reverse("meetings:body_revise", kwargs={"body_id": body.pk})
    form = client.get(address).content.decode()
    seen = form.split('name="seen" value="')[1].split('"')[0]
    given = {"kind": body.kind, "task": body.task, "item_days": "18", "seen": seen}
    assert client.post(address, {**given, "approval_days": "21"}).status_code == 302
    assert "21 dage efter udsendelsen" in words(
        client.get(reverse("meetings:body", kwargs={"body_id": body.pk}))
    )
    body.refresh_from_db()
    assert body.approval_days == 21


# --- what is corrected out of sight ---

SECRET = "HEMMELIG-SAG"


def corrected_out_of_sight(world: World) -> Meeting:
    """Both seats approved; then a closed item that Egenby may read was corrected."""
    meeting = closed_meeting(world, "Åbent", closed=SECRET, readers=("egenby",))
    for key in ("egenby", "naboby"):
        answer(world, meeting, key)
    closed = meeting.items.get(closed=True)
    later = AFTER + timedelta(days=5)
    operations.revise_decision(closed, "noted", "Noteret.", reason="Fejl", **by(world, later))
    return meeting


def test_minutes_that_corrected_what_is_closed_are_no_news_to_others(world: World) -> None:
    meeting = corrected_out_of_sight(world)
    other, reader = world.client(Role.READER, "naboby"), world.client(Role.READER, "egenby")
    for name in ("minutes", "approval"):
        told = words(page(other, meeting, name))
        assert "ersion 1" in told
        assert "ersion 2" not in told
        assert "ersion 2" in words(page(reader, meeting, name))
    assert "3. juni 2025" in words(page(other, meeting))
    assert "8. juni 2025" in words(page(reader, meeting))
    history = words(page(other, meeting, "meeting"))
    assert "Referat, version 1, udsendt" in history
    assert "Referat, version 2" not in history
    assert "Referat, version 2, udsendt" in words(page(reader, meeting, "meeting"))


def test_whoever_approved_is_not_asked_again_for_what_he_may_not_see(world: World) -> None:
    meeting = corrected_out_of_sight(world)
    since = AFTER - timedelta(days=30)
    assert meeting not in awaiting_answer(world.actor(Role.DIRECTOR, "naboby"), since=since)
    assert meeting in awaiting_answer(world.actor(Role.DIRECTOR, "egenby"), since=since)
    standing = progress(meeting, on=TODAY)
    assert (standing.answered, standing.seats) == (1, 2)
    assert "2 af 2 har svaret" in words(page(world.client(Role.READER, "naboby"), meeting))
    answer(world, meeting, "egenby", seen=2)
    assert make_final(world, meeting) == "Alle pladser har godkendt"


def test_the_member_who_sees_only_the_first_version_answers_that(world: World) -> None:
    meeting = closed_meeting(world, "Åbent", closed=SECRET, readers=("egenby",))
    closed = meeting.items.get(closed=True)
    operations.revise_decision(closed, "noted", "Noteret.", reason="Fejl", **by(world))
    answer(world, meeting, "naboby", seen=1)
    assert meeting.approvals.get().dispatch.version == 1
    with pytest.raises(ValidationError, match="Læs version 2"):
        answer(world, meeting, "egenby", seen=1)
    assert progress(meeting, on=TODAY).answered == 1


def test_a_version_with_nothing_new_to_see_is_not_there_by_its_address(world: World) -> None:
    meeting = corrected_out_of_sight(world)
    second = meeting.dispatches.get(kind="minutes", version=2)
    other, reader = world.client(Role.READER, "naboby"), world.client(Role.READER, "egenby")
    for name in ("version", "version_docx", "version_pdf", "version_zip"):
        address = reverse(f"meetings:{name}", kwargs={"dispatch_id": second.pk})
        assert other.get(address).status_code == 404
        assert reader.get(address).status_code in {200, 302}


def test_the_versions_of_minutes_are_numbered_without_what_is_not_there(world: World) -> None:
    meeting = corrected_out_of_sight(world)
    opened = meeting.items.get(closed=False)
    later = AFTER + timedelta(days=6)
    operations.revise_decision(opened, "noted", "Noteret.", reason="Fejl", **by(world, later))
    other, reader = world.client(Role.READER, "naboby"), world.client(Role.READER, "egenby")
    for name in ("minutes", "approval", "meeting"):
        assert "ersion 2" in words(page(other, meeting, name))
        assert "ersion 3" not in words(page(other, meeting, name))
        assert "ersion 3" in words(page(reader, meeting, name))
    answer(world, meeting, "naboby", seen=2)
    with pytest.raises(ValidationError, match="Læs version 3"):
        answer(world, meeting, "egenby", seen=2)
