"""Approving minutes: one answer per seat and version, objections, and what is final."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from minutes_samples import (
    AFTER,
    HELD,
    OVERDUE,
    by,
    closed_meeting,
    held_meeting,
    items_of,
    objections_to,
    words,
)
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Person
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import (
    Approval,
    Decision,
    FinalMinutes,
    Mandate,
    Meeting,
    Seat,
)
from rammevaerk.portal.meetings.queries.approvals import answers, awaiting_answer


def seat_of(meeting: Meeting, key: str) -> Seat:
    return meeting.body.seats.get(organisation__key=key)


def answer(world: World, meeting: Meeting, key: str = "egenby", **how: object) -> Approval:
    given = {"approves": True, "by": world.actor(Role.DIRECTOR, key), "at": AFTER, **how}
    return operations.answer_minutes(meeting, seat_of(meeting, key), **given)


def test_a_seat_approves_and_the_moment_is_kept(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    row = answer(world, meeting)
    assert (row.approves, row.registered_at, row.dispatch.version) == (True, AFTER, 1)
    assert [(one.name, one.kind) for one in answers(meeting)] == [
        ("Naboby", "planned"),
        ("Egenby", "approved"),
    ]


def test_a_seat_answers_a_version_once_but_may_change_its_answer(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting)
    with pytest.raises(ValidationError, match="allerede registreret"):
        answer(world, meeting)
    answer(world, meeting, approves=False, remark="Punkt 1.1 er forkert")
    assert len(objections_to(meeting)) == 1
    answer(world, meeting)
    assert objections_to(meeting) == []
    assert Approval.objects.filter(meeting=meeting).count() == 3


def test_an_objection_says_what_is_wrong(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    with pytest.raises(ValidationError, match="hvad der skal rettes"):
        answer(world, meeting, approves=False)


def test_nobody_answers_for_the_seat_of_others(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    director = world.actor(Role.DIRECTOR, "naboby")
    with pytest.raises(ValidationError, match="ingen plads"):
        answer(world, meeting, "egenby", by=director)
    with pytest.raises(Refused):
        answer(world, meeting, "egenby", by=world.actor(Role.READER, "egenby"))
    with pytest.raises(Refused):
        answer(world, meeting, "egenby", by=world.actor(Role.DIRECTOR, "fjernby"))


def test_a_mandate_s_own_log_in_answers_for_its_seat(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    other = world.person(Role.DIRECTOR, "naboby")
    Mandate.objects.filter(seat=seat_of(meeting, "egenby")).update(
        person=Person.objects.get(pk=other.pk)
    )
    row = answer(world, meeting, "egenby", by=world.actor(Role.DIRECTOR, "naboby"))
    assert row.seat.organisation.key == "egenby"


@pytest.mark.parametrize("role", [Role.TARIFF_OFFICER, Role.BUYER, Role.PROVIDER])
def test_whoever_holds_the_mandate_answers_in_whatever_role(world: World, role: Role) -> None:
    meeting = closed_meeting(world, "Et punkt")
    seat, member = seat_of(meeting, "egenby"), world.person(role, "egenby")
    client = world.client(role, "egenby")
    page = reverse("meetings:approval_answer", kwargs={"meeting_id": meeting.pk})
    assert "Du svarer ikke for nogen plads" in words(client.get(page))
    form = {"seat": seat.pk, "answer": "approve", "remark": "", "version": 1}
    assert client.post(page, form).status_code == 422
    with pytest.raises(ValidationError, match="ingen plads"):
        answer(world, meeting, by=world.actor(role, "egenby"))
    Mandate.objects.filter(seat=seat).update(person=Person.objects.get(pk=member.pk))
    assert meeting in awaiting_answer(world.actor(role, "egenby"), since=HELD - timedelta(days=1))
    shown = client.get(reverse("meetings:approval", kwargs={"meeting_id": meeting.pk}))
    assert "Svar på referatet" in words(shown)
    assert client.post(page, form).status_code == 302
    row = Approval.objects.get(meeting=meeting)
    assert (row.seat_id, row.registered_by_id, row.approves) == (seat.pk, member.pk, True)
    assert "Du svarer ikke for nogen plads" in words(world.client(role, "naboby").get(page))


def test_an_observer_s_seat_does_not_answer(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    Seat.objects.filter(pk=seat_of(meeting, "egenby").pk).update(function="observer")
    with pytest.raises(ValidationError, match="ingen plads"):
        answer(world, meeting)


def test_minutes_that_are_not_sent_out_are_not_answered(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    with pytest.raises(ValidationError, match="intet referat til godkendelse"):
        answer(world, meeting)


def test_who_read_an_older_version_reads_the_new_one_first(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    item = items_of(meeting)[0]
    operations.revise_decision(item, "noted", "Noteret.", reason="Fejl", **by(world))
    with pytest.raises(ValidationError, match="Læs version 2"):
        answer(world, meeting, seen=1)
    assert answer(world, meeting, seen=2).dispatch.version == 2


def test_the_secretariat_makes_minutes_final_only_when_nobody_objects(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting, approves=False, remark="Forkert")
    with pytest.raises(ValidationError, match="indsigelser"):
        operations.approve_minutes(meeting, **by(world, OVERDUE))
    item = items_of(meeting)[0]
    operations.revise_decision(item, "noted", "Noteret.", reason="Indsigelse", **by(world))
    answer(world, meeting, approves=True)
    operations.approve_minutes(meeting, **by(world, OVERDUE))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.APPROVED
    assert FinalMinutes.objects.get(meeting=meeting).dispatch.version == 2
    with pytest.raises(Refused):
        operations.approve_minutes(meeting, by=world.actor(Role.DIRECTOR, "egenby"), at=AFTER)


@pytest.mark.parametrize("kind", ["adopted", "amended"])
def test_the_next_meeting_approves_earlier_minutes_whatever_was_objected(
    world: World, kind: str
) -> None:
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting, approves=False, remark="Uenig")
    later = held_meeting(world, "Godkendelse", starts=HELD + timedelta(hours=2))
    item = items_of(later)[0]
    type(item).objects.filter(pk=item.pk).update(standing="minutes")
    item.refresh_from_db()
    operations.decide(item, kind, "Godkendt med den tilføjelse.", **by(world))
    operations.close_meeting(later, **by(world))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.APPROVED
    final = FinalMinutes.objects.get(meeting=meeting)
    assert (final.by_item_id, final.source) == (item.pk, "Godkendt på mødet 20. maj 2025")
    later.refresh_from_db()
    assert later.state == Meeting.State.CLOSED


def test_a_meeting_that_rejects_earlier_minutes_leaves_them_open(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    later = held_meeting(world, "Godkendelse", starts=HELD + timedelta(hours=2))
    item = items_of(later)[0]
    type(item).objects.filter(pk=item.pk).update(standing="minutes")
    item.refresh_from_db()
    operations.decide(item, "rejected", "Skal rettes.", **by(world))
    operations.close_meeting(later, **by(world))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CLOSED


def approving(world: World, kind: str = "adopted") -> tuple[Meeting, Meeting]:
    """A meeting, and the later one that said this of its minutes."""
    meeting = closed_meeting(world, "Et punkt")
    later = held_meeting(world, "Godkendelse", starts=HELD + timedelta(hours=2))
    item = items_of(later)[0]
    type(item).objects.filter(pk=item.pk).update(standing="minutes")
    item.refresh_from_db()
    operations.decide(item, kind, "Som sagt.", **by(world))
    operations.close_meeting(later, **by(world))
    for row in (meeting, later):
        row.refresh_from_db()
    return meeting, later


@pytest.mark.parametrize("kind", ["rejected", "postponed", "noted", "withdrawn"])
def test_an_approval_of_minutes_is_not_taken_back_by_a_correction(world: World, kind: str) -> None:
    meeting, later = approving(world)
    item = items_of(later)[0]
    with pytest.raises(ValidationError, match=r"mødet 20[.] maj 2025 endeligt"):
        operations.revise_decision(item, kind, "Nej.", reason="Byttet om", **by(world))
    assert item.decisions.count() == 1
    assert later.dispatches.filter(kind="minutes").count() == 1
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.APPROVED
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    page = reverse("meetings:decision_revise", kwargs={"item_id": item.pk})
    form = {"kind": kind, "text": "Nej.", "reason": "Byttet om"}
    refused = client.post(page, form)
    assert refused.status_code == 422
    assert "kan ikke ændres" in words(refused)


def test_the_words_of_an_approval_of_minutes_may_be_corrected(world: World) -> None:
    meeting, later = approving(world)
    item = items_of(later)[0]
    operations.revise_decision(item, "amended", "Med en rettelse.", reason="Slåfejl", **by(world))
    assert FinalMinutes.objects.filter(meeting=meeting).count() == 1


def test_a_rejection_of_minutes_that_was_wrongly_written_approves_them_after_all(
    world: World,
) -> None:
    meeting, later = approving(world, "rejected")
    assert meeting.state == Meeting.State.CLOSED
    item = items_of(later)[0]
    operations.revise_decision(item, "adopted", "Godkendt.", reason="Byttet om", **by(world))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.APPROVED


def test_approved_minutes_never_change_by_any_operation(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    operations.approve_minutes(meeting, **by(world, OVERDUE))
    item = items_of(meeting)[0]
    person = meeting.attendances.first()
    how = by(world)
    ways = [
        lambda: operations.write_minute(item, "Ændret", **how),
        lambda: operations.decide(item, "rejected", **how),
        lambda: operations.revise_decision(item, "rejected", "Nej.", reason="Sent", **how),
        lambda: operations.set_attendance(meeting, {person.pk: ("absent", "")}, **how),
        lambda: operations.add_guest(meeting, "Sen gæst", **how),
        lambda: operations.remove_guest(meeting, person.pk, **how),
        lambda: operations.except_from_item(item, person.pk, state="conflict", **how),
        lambda: operations.note_remaining(meeting, **how),
        lambda: operations.close_meeting(meeting, **how),
        lambda: operations.begin_minutes(meeting, **how),
        lambda: operations.approve_minutes(meeting, **how),
        lambda: operations.revise_item(item, {"title": "Anden titel"}, **how),
        lambda: operations.place_item(item, None, **how),
        lambda: operations.shift_item(item, 1, **how),
        lambda: operations.cancel_meeting(meeting, reason="Fortrudt", **how),
        lambda: operations.dispatch_agenda(meeting, **how),
        lambda: answer(world, meeting, approves=False, remark="For sent"),
    ]
    for way in ways:
        with pytest.raises(ValidationError):
            way()
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.APPROVED


@pytest.mark.parametrize("model", [Decision, Approval, FinalMinutes])
def test_the_database_itself_keeps_what_was_decided_and_approved(world: World, model: type) -> None:
    meeting = closed_meeting(world, "Et punkt")
    answer(world, meeting)
    operations.approve_minutes(meeting, **by(world, OVERDUE))
    row = model.objects.order_by("-id").first()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(registered_at=HELD)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")


def test_the_overview_knows_whose_answer_is_missing(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    director = world.actor(Role.DIRECTOR, "egenby")
    assert meeting in awaiting_answer(director, since=HELD - timedelta(days=1))
    answer(world, meeting)
    assert meeting not in awaiting_answer(director, since=HELD - timedelta(days=1))
    assert awaiting_answer(world.actor(Role.READER, "egenby"), since=HELD) == []
