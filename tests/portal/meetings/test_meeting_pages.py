"""Planning, moving, correcting and calling off meetings, on screen."""

from datetime import date, timedelta
from typing import Any

import pytest
from agenda_samples import (
    a_meeting,
    address,
    an_item,
    how,
    in_days,
    reader,
    secretariat,
    words,
)
from django.utils import timezone
from world import World

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import Body, Meeting


def meeting_form(on: date, /, **given: Any) -> dict[str, Any]:
    form = {"day": date_text_da(on), "starts": "9", "ends": "kl. 12.30", "place": "Sal 2"}
    return {**form, "items_due": "", "series": "", "note": "", **given}


def plan(world: World, **given: Any) -> Any:
    day = given.pop("on", in_days(60).date())
    return secretariat(world).post(
        address("meeting_new", world.first(Body)), meeting_form(day, **given), follow=True
    )


def test_a_planned_meeting_gets_its_deadline_from_the_rule_of_the_body(world: World) -> None:
    page = words(plan(world))
    due = date_text_da(in_days(60).date() - timedelta(days=18))
    assert f"Fristen for punkter er {due}" in page
    made = Meeting.objects.get(place="Sal 2")
    local = timezone.localtime(made.starts_at), timezone.localtime(made.ends_at)
    assert [f"{one:%H.%M}" for one in local] == ["09.00", "12.30"]
    assert "Kladde" in page
    assert "Eventuelt" in page


def test_a_deadline_that_is_written_stands(world: World) -> None:
    due = in_days(50).date()
    assert date_text_da(due) in words(plan(world, items_due=date_text_da(due)))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ends": "8.30"}, "Mødet slutter, før det begynder."),
        ({"starts": "25.00"}, "«25.00» er ikke et klokkeslæt."),
        ({"day": "31. februar 2027"}, "februar 2027 har 28 dage"),
        ({"items_due": "1. december 2099"}, "Fristen for punkter ligger efter mødet."),
    ],
)
def test_a_plan_that_cannot_be_is_explained(
    world: World, given: dict[str, str], message: str
) -> None:
    answer = plan(world, **given)
    assert answer.status_code == 422
    assert message in words(answer)
    assert not Meeting.objects.filter(place="Sal 2").exists()


def test_an_abolished_body_holds_no_meeting(world: World) -> None:
    body = world.first(Body)
    type(body.organisation).objects.filter(pk=body.organisation_id).update(
        valid_to=date(2021, 1, 1)
    )
    answer = plan(world)
    assert answer.status_code == 422
    assert "er nedlagt fra 1. januar 2021 og kan ikke holde møde derefter" in words(answer)
    assert not Meeting.objects.filter(place="Sal 2").exists()


def test_two_meetings_of_a_body_do_not_begin_at_once(world: World) -> None:
    plan(world)
    assert plan(world).status_code == 422
    assert Meeting.objects.filter(place="Sal 2").count() == 1


@pytest.mark.parametrize(("days", "word"), [(-1, "Overskredet"), (0, "I dag"), (7, "Om 7 dage")])
def test_a_deadline_that_is_near_says_so(world: World, days: int, word: str) -> None:
    meeting = a_meeting(world)
    Meeting.objects.filter(pk=meeting.pk).update(items_due=in_days(days).date())
    assert word in words(secretariat(world).get(address("meeting", meeting)))


def test_a_deadline_far_off_has_no_tag(world: World) -> None:
    meeting = a_meeting(world)
    Meeting.objects.filter(pk=meeting.pk).update(items_due=in_days(8).date())
    page = secretariat(world).get(address("meeting", meeting))
    assert "om 8 dage" in words(page)
    assert "status-warning" not in page.content.decode()


def move(world: World, meeting: Meeting, **given: Any) -> Any:
    form = meeting_form(in_days(90).date(), **{"reason": "Kollision", **given})
    return secretariat(world).post(address("meeting_move", meeting), form, follow=True)


def test_a_move_is_in_the_history_with_its_reason(world: World) -> None:
    meeting = a_meeting(world)
    page = words(move(world, meeting))
    was, now = date_text_da(in_days(60).date()), date_text_da(in_days(90).date())
    assert f"Flyttet fra {was} til {now}" in page
    assert "Kollision" in page
    meeting.refresh_from_db()
    assert meeting.sequence == 1


def test_a_meeting_is_not_moved_before_its_deadline(world: World) -> None:
    meeting = a_meeting(world)
    due = in_days(42).date()
    answer = move(world, meeting, day=date_text_da(in_days(30).date()), items_due=date_text_da(due))
    assert answer.status_code == 422
    assert f"før fristen for punkter {date_text_da(due)}" in words(answer)
    meeting.refresh_from_db()
    assert timezone.localtime(meeting.starts_at).date() == in_days(60).date()
    assert not meeting.moves.exists()


def test_two_who_move_a_meeting_both_see_the_other_s_time(world: World) -> None:
    meeting = a_meeting(world)
    first, second = secretariat(world), secretariat(world)
    page = second.get(address("meeting_move", meeting)).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    form = {**meeting_form(in_days(90).date()), "reason": "Kollision", "starts": "10.15"}
    assert first.post(address("meeting_move", meeting), form).status_code == 302
    mine = {**meeting_form(in_days(70).date()), "reason": "Ferie", "seen": seen}
    answer = second.post(address("meeting_move", meeting), mine)
    assert answer.status_code == 409
    told = words(answer)
    assert date_text_da(in_days(90).date()) in told
    assert date_text_da(in_days(70).date()) in told
    assert "10.15" in told
    assert meeting.moves.get().reason == "Kollision"
    again = answer.content.decode().split('name="seen" value="')[1].split('"')[0]
    mine["seen"] = again
    assert second.post(address("meeting_move", meeting), mine).status_code == 302
    assert [row.reason for row in meeting.moves.order_by("id")] == ["Kollision", "Ferie"]


def test_a_move_without_a_reason_is_refused(world: World) -> None:
    assert move(world, a_meeting(world), reason="").status_code == 422


def test_two_who_correct_the_same_meeting_see_each_other(world: World) -> None:
    meeting = a_meeting(world)
    seen = operations.fingerprint(meeting)
    form = {"series": "", "place": "Sal 1", "items_due": "", "note": "", "seen": seen}
    client = secretariat(world)
    assert client.post(address("meeting_revise", meeting), form).status_code == 302
    answer = client.post(address("meeting_revise", meeting), {**form, "place": "Sal 9"})
    assert answer.status_code == 409
    assert "Sal 1" in words(answer)
    meeting.refresh_from_db()
    assert meeting.place == "Sal 1"


def test_the_items_of_a_meeting_called_off_wait_in_the_backlog(world: World) -> None:
    meeting = a_meeting(world)
    rows = [an_item(meeting, "Første"), an_item(meeting, "Anden")]
    operations.dispatch_agenda(meeting, **how())
    client = secretariat(world)
    page = client.post(address("meeting_cancel", meeting), {"reason": "Sygdom"}, follow=True)
    assert "Aflyst" in words(page)
    assert "Sygdom" in words(page)
    for row in rows:
        row.refresh_from_db()
        assert (row.meeting_id, row.section_id, row.dispatched) == (None, None, False)
    backlog = words(client.get(address("backlog", meeting.body)))
    assert backlog.index("Første") < backlog.index("Anden")


def test_items_are_numbered_through_sections_and_annexes_through_the_meeting(world: World) -> None:
    meeting = a_meeting(world)
    later = an_item(meeting, "Til orientering", "orientation")
    operations.add_annex(later, "Sidste bilag", b"a;b\n1;2\n", "b.csv", **how())
    first = an_item(meeting, "Til beslutning")
    operations.add_annex(first, "Bilag et", b"a;b\n1;2\n", "a.csv", **how())
    page = words(secretariat(world).get(address("meeting", meeting)))
    assert "1.1 Til beslutning" in page
    assert "2.1 Til orientering" in page
    assert "Bilag 1: Bilag et" in page
    assert "Bilag 2: Sidste bilag" in page


def test_durations_are_summed_and_too_many_minutes_are_warned_of(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Kort", duration=60)
    client = secretariat(world)
    assert "Punkterne varer 60 minutter i alt" in words(client.get(address("meeting", meeting)))
    an_item(meeting, "Lang", duration=125)
    page = words(client.get(address("meeting", meeting)))
    assert "Punkterne varer 185 minutter; mødet varer 180" in page
    assert "Det er 5 minutter for meget" in page


def test_sixty_items_take_as_many_queries_as_two(
    world: World, django_assert_max_num_queries: Any
) -> None:
    client = secretariat(world)
    few, many = a_meeting(world), a_meeting(world, 61)
    for meeting, count in ((few, 2), (many, 60)):
        for number in range(count):
            item = an_item(meeting, f"Punkt nr. {number}")
            operations.add_annex(item, f"Notat {number}", b"a;b\n1;2\n", "a.csv", **how())
    client.get(address("meeting", few))
    with django_assert_max_num_queries(60) as captured:
        client.get(address("meeting", few))
    with django_assert_max_num_queries(len(captured)):
        page = client.get(address("meeting", many))
    assert "Punkt nr. 59" in words(page)


def test_a_reader_has_nothing_to_press(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Kladdepunkt")
    page = reader(world).get(address("meeting", meeting))
    assert "Kladdepunkt" not in words(page)
    assert "Dagsordenen er ikke udsendt endnu" in words(page)
    for name in ("meeting_move", "meeting_cancel", "item_new", "dispatch", "review"):
        assert address(name, meeting) not in page.content.decode()
        assert reader(world).get(address(name, meeting)).status_code == 403
