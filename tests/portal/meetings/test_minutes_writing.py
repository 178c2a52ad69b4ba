"""Minutes while they are written: who was there, texts of two writers, decisions that lock."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from minutes_samples import AFTER, HELD, by, decide_all, held_meeting, items_of, secretary
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import Attendance, Decision, Mandate, Meeting, MinuteText


def test_minutes_begin_with_those_whose_mandate_holds_on_the_day(world: World) -> None:
    meeting = held_meeting(world, "Et punkt", minuting=False)
    mandate = Mandate.objects.get(name="Hjemlig medlem fra naboby")
    operations.end_mandate(mandate, HELD.date() - timedelta(days=3), **by(world))
    operations.give_mandate(
        mandate.seat,
        {"name": "Den nye fra naboby", "valid_from": HELD.date() - timedelta(days=2)},
        **by(world),
    )
    operations.begin_minutes(meeting, **by(world))
    names = set(meeting.attendances.values_list("name", "organisation__key", "state"))
    assert names == {
        ("Hjemlig medlem fra egenby", "egenby", "present"),
        ("Den nye fra naboby", "naboby", "present"),
    }
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.MINUTING


def test_a_deputy_stands_where_the_seat_has_no_holder(world: World) -> None:
    meeting = held_meeting(world, "Et punkt", minuting=False)
    mandate = Mandate.objects.get(name="Hjemlig medlem fra naboby")
    operations.end_mandate(mandate, HELD.date() - timedelta(days=3), **by(world))
    operations.give_mandate(
        mandate.seat,
        {"name": "Stedfortræderen", "kind": "deputy", "valid_from": HELD.date()},
        **by(world),
    )
    operations.begin_minutes(meeting, **by(world))
    assert "Stedfortræderen" in meeting.attendances.values_list("name", flat=True)


def test_minutes_do_not_begin_before_the_agenda_is_out_or_the_day_has_come(world: World) -> None:
    draft = world.first(Meeting)
    with pytest.raises(ValidationError, match="når dagsordenen er sendt ud"):
        operations.begin_minutes(draft, **by(world))
    meeting = held_meeting(world, "Et punkt", minuting=False)
    with pytest.raises(ValidationError, match=r"Mødet er først 20[.] maj 2025"):
        operations.begin_minutes(meeting, by=secretary(world), at=HELD - timedelta(days=1))


def test_only_the_secretariat_begins_and_writes_minutes(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    director = world.actor(Role.DIRECTOR, "egenby")
    with pytest.raises(Refused):
        operations.write_minute(items_of(meeting)[0], "Mit referat", by=director, at=AFTER)
    with pytest.raises(Refused):
        operations.close_meeting(meeting, by=director, at=AFTER)


def test_absence_substitute_and_guests_are_entered(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    first, second = meeting.attendances.order_by("id")
    changed = operations.set_attendance(
        meeting,
        {first.pk: ("absent", ""), second.pk: ("substitute", "Vikar Vikarsen")},
        **by(world),
    )
    guest = operations.add_guest(meeting, "Gæst fra KL", **by(world))
    assert changed == 2
    second.refresh_from_db()
    assert (second.state, second.substitute) == ("substitute", "Vikar Vikarsen")
    operations.set_attendance(meeting, {second.pk: ("present", "Vikar Vikarsen")}, **by(world))
    second.refresh_from_db()
    assert second.substitute == ""
    operations.remove_guest(meeting, guest.pk, **by(world))
    assert not Attendance.objects.filter(name="Gæst fra KL").exists()


def test_a_substitute_has_a_name(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    row = meeting.attendances.first()
    with pytest.raises(ValidationError, match="hvem der mødte i stedet"):
        operations.set_attendance(meeting, {row.pk: ("substitute", "")}, **by(world))


def test_a_seat_is_not_removed_as_a_guest(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    with pytest.raises(ValidationError, match="allerede fjernet"):
        operations.remove_guest(meeting, meeting.attendances.first().pk, **by(world))


def test_conflict_of_interest_is_entered_at_one_item_until_it_is_decided(world: World) -> None:
    meeting = held_meeting(world, "Et punkt", "Et andet")
    item, other = items_of(meeting)
    person = meeting.attendances.first()
    row = operations.except_from_item(item, person.pk, state="conflict", **by(world))
    assert list(other.attendances.all()) == []
    with pytest.raises(ValidationError, match="allerede nævnt"):
        operations.except_from_item(item, person.pk, state="absent", **by(world))
    operations.decide(item, "adopted", **by(world))
    with pytest.raises(ValidationError, match="Punktet er besluttet"):
        operations.drop_exception(item, row.pk, **by(world))


def test_somebody_from_another_meeting_is_not_excepted(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    other = held_meeting(world, "Et andet", starts=HELD - timedelta(days=30))
    with pytest.raises(ValidationError, match="Vælg en af deltagerne"):
        operations.except_from_item(
            items_of(meeting)[0], other.attendances.first().pk, state="absent", **by(world)
        )


def test_of_two_writers_the_second_is_told_and_nothing_is_lost(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    seen = operations.mark_of(item)
    operations.write_minute(item, "Den førstes ord", seen=seen, **by(world))
    with pytest.raises(operations.RevisionConflict) as conflict:
        operations.write_minute(item, "Den andens ord", seen=seen, **by(world))
    assert conflict.value.row.text == "Den førstes ord"
    item = type(item).objects.get(pk=item.pk)
    assert item.minute.text == "Den førstes ord"
    operations.write_minute(item, "Begges ord", seen=operations.mark_of(item), **by(world))
    trail = AuditRecord.objects.filter(target_type="meetings.minutetext")
    assert "Den førstes ord" in "".join(row.after for row in trail)


def test_who_decides_on_top_of_another_s_words_is_told(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    seen = operations.mark_of(item)
    operations.write_minute(item, "Den førstes ord", seen=seen, **by(world))
    with pytest.raises(operations.RevisionConflict):
        operations.decide(item, "adopted", "Den andens ord", seen=seen, **by(world))
    assert not item.decisions.exists()


def test_a_decision_without_words_uses_the_body_s_usual_phrase(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    decision = operations.decide(item, "adopted", "  ", **by(world))
    assert decision.text == "Home-Forum godkendte indstillingen."


def test_deciding_locks_the_item(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    operations.decide(item, "adopted", "Vedtaget.", **by(world))
    row = MinuteText.objects.get(item=item)
    assert row.locked
    with pytest.raises(ValidationError, match="Punktet er besluttet"):
        operations.write_minute(item, "Noget andet", seen=operations.mark_of(item), **by(world))
    with pytest.raises(ValidationError, match="Punktet er besluttet"):
        operations.decide(item, "rejected", "Nej.", **by(world))
    with pytest.raises(ValidationError, match="Punktet er besluttet"):
        operations.revise_item(item, {"title": "En anden titel"}, **by(world))
    assert item.decisions.get().kind == "adopted"


def test_a_decision_is_reopened_only_as_a_revision_with_its_reason(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    with pytest.raises(ValidationError, match="ikke besluttet endnu"):
        operations.revise_decision(item, "rejected", "Nej.", reason="Fejl", **by(world))
    operations.decide(item, "adopted", "Vedtaget.", **by(world))
    with pytest.raises(ValidationError, match="hvorfor"):
        operations.revise_decision(item, "rejected", "Nej.", reason=" ", **by(world))
    with pytest.raises(ValidationError, match="den samme"):
        operations.revise_decision(item, "adopted", "Vedtaget.", reason="Fejl", **by(world))
    operations.revise_decision(
        item, "rejected", "Nej.", reason="Stemmerne var talt forkert", seen=1, **by(world)
    )
    rows = list(item.decisions.order_by("revision").values_list("revision", "kind", "reason"))
    assert rows == [(1, "adopted", ""), (2, "rejected", "Stemmerne var talt forkert")]
    assert MinuteText.objects.get(item=item).locked


def test_of_two_who_reopen_a_decision_the_second_is_told(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    operations.decide(item, "adopted", "Vedtaget.", **by(world))
    operations.revise_decision(item, "amended", "Med.", reason="Huller", seen=1, **by(world))
    with pytest.raises(operations.RevisionConflict) as conflict:
        operations.revise_decision(item, "noted", "Uden.", reason="Andet", seen=1, **by(world))
    assert conflict.value.row.kind == "amended"
    assert Decision.objects.filter(item=item).count() == 2


def test_what_only_orients_is_noted_in_one_go(world: World) -> None:
    meeting = held_meeting(world, "Et punkt", "Til orientering", "Skrevet på")
    decision, orientation, begun = items_of(meeting)
    type(decision).objects.filter(pk__in=[orientation.pk, begun.pk]).update(purpose="orientation")
    operations.write_minute(begun, "Taget til efterretning med ros.", **by(world))
    assert operations.note_remaining(meeting, **by(world)) == 2
    assert orientation.decisions.get().text == "Home-Forum tog orienteringen til efterretning."
    assert begun.decisions.get().text == "Taget til efterretning med ros."
    assert not decision.decisions.exists()
    assert operations.note_remaining(meeting, **by(world)) == 0


def test_no_minutes_are_written_of_what_waits_in_the_backlog(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    waiting = operations.add_item(
        meeting.body, {"title": "Venter", "purpose": "decision"}, **by(world)
    )
    with pytest.raises(ValidationError, match="står ikke på en dagsorden"):
        operations.write_minute(waiting, "Ord", **by(world))


def test_the_trail_names_no_item_by_its_title(world: World) -> None:
    meeting = held_meeting(world, "Et punkt", closed="HEMMELIG-SAG")
    decide_all(world, meeting)
    trail = AuditRecord.objects.filter(
        target_type__in=["meetings.decision", "meetings.minutetext", "meetings.excerpt"]
    )
    assert trail.count() >= 4
    assert not trail.filter(target_label__contains="HEMMELIG").exists()
