"""Closing a meeting: refused while something is undecided, and what it leaves behind."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from minutes_samples import (
    HELD,
    SECRET,
    by,
    closed_meeting,
    decide_all,
    held_meeting,
    items_of,
)
from world import World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import visible
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import AgendaItem, Case, Decision, Excerpt, Meeting
from rammevaerk.portal.meetings.queries.minutes import (
    excerpt_view,
    returned_to,
    sent_minutes,
)


def numbers(**wanted: object) -> list[str]:
    return list(Excerpt.objects.filter(**wanted).order_by("id").values_list("number", flat=True))


def test_a_meeting_is_not_closed_while_an_item_is_undecided(world: World) -> None:
    meeting = held_meeting(world, "Det første", "Det andet", "Det tredje")
    first, second, third = items_of(meeting)
    operations.decide(second, "adopted", **by(world))
    operations.write_minute(third, "Kun et udkast", **by(world))
    with pytest.raises(operations.Undecided, match=r"punkt 1[.]1, 1[.]3 er ikke") as refused:
        operations.close_meeting(meeting, **by(world))
    assert [item.pk for item in refused.value.items] == [first.pk, third.pk]
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.MINUTING
    assert not Excerpt.objects.filter(item__meeting=meeting).exists()
    assert not meeting.dispatches.filter(kind="minutes").exists()


def test_closing_numbers_one_excerpt_for_each_decision_without_gaps(world: World) -> None:
    before = len(numbers())
    closed_meeting(world, "Det første", "Det andet")
    closed_meeting(world, "Det tredje", starts=HELD - timedelta(days=40))
    found = numbers()[before:]
    serials = [int(number.rpartition("-")[2]) for number in found]
    assert serials == list(range(serials[0], serials[0] + 3))
    assert all(number.startswith("Home-Forum 2025-") for number in found)


def test_a_year_begins_a_new_series(world: World) -> None:
    closed_meeting(world, "Et gammelt punkt", starts=HELD.replace(year=2021))
    closed_meeting(world, "Et nyt punkt")
    assert numbers(year=2021) == ["Home-Forum 2021-001"]


def test_closed_items_have_a_series_of_their_own_so_that_no_gap_tells(world: World) -> None:
    meeting = closed_meeting(world, "Åbent", "Også åbent", closed=SECRET)
    opened = meeting.body.excerpts.filter(closed=False).order_by("serial")
    serials = [row.serial for row in opened if row.year == HELD.year]
    assert serials == list(range(1, len(serials) + 1))
    secret = Excerpt.objects.get(closed=True, item__title=SECRET)
    assert secret.number == "Home-Forum 2025-L001"


def test_an_excerpt_is_frozen_with_its_fingerprint(world: World) -> None:
    closed_meeting(world, "Et punkt")
    row = Excerpt.objects.get(item__title="Et punkt")
    assert hashlib.sha256(row.content.encode()).hexdigest() == row.sha256
    content = json.loads(row.content)
    assert content["decision"]["text"] == "Home-Forum godkendte indstillingen."
    assert content["number"] == row.number
    assert excerpt_view(row, world.actor(Role.SECRETARIAT, "sekretariatet")).genuine
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Excerpt.objects.filter(pk=row.pk).update(content="{}")


def test_the_minutes_are_sent_out_word_for_word(world: World) -> None:
    meeting = closed_meeting(world, "Det første", "Det andet")
    row = meeting.dispatches.get(kind="minutes")
    assert hashlib.sha256(row.content.encode()).hexdigest() == row.sha256
    content = json.loads(row.content)
    assert [one["title"] for one in content["items"]] == ["Det første", "Det andet"]
    assert {one["name"] for one in content["attendance"]} == {
        "Hjemlig medlem fra egenby",
        "Hjemlig medlem fra naboby",
    }


def test_what_was_postponed_goes_to_the_backlog_and_keeps_its_decision(world: World) -> None:
    meeting = held_meeting(world, "Udsættes", "Vedtages")
    first, second = items_of(meeting)
    operations.decide(first, "postponed", **by(world))
    operations.decide(second, "adopted", **by(world))
    operations.close_meeting(meeting, **by(world))
    carried = AgendaItem.objects.get(carried_from=first)
    assert (carried.meeting, carried.title) == (None, "Udsættes")
    assert not carried.decisions.exists()
    assert first.decisions.get().kind == "postponed"
    assert not AgendaItem.objects.filter(carried_from=second).exists()


def test_all_of_it_happens_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = held_meeting(world, "Det første", "Det andet")
    decide_all(world, meeting)
    before = numbers()

    def broken(*_arguments: object, **_how: object) -> None:
        raise RuntimeError("the light went out")

    monkeypatch.setattr("rammevaerk.portal.meetings.operations.closing._send_minutes", broken)
    with pytest.raises(RuntimeError):
        operations.close_meeting(meeting, **by(world))
    meeting.refresh_from_db()
    assert (meeting.state, numbers()) == (Meeting.State.MINUTING, before)


def test_a_closed_meeting_is_closed_once_and_written_in_no_more(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    item = items_of(meeting)[0]
    for work in (
        lambda: operations.close_meeting(meeting, **by(world)),
        lambda: operations.add_guest(meeting, "Sen gæst", **by(world)),
        lambda: operations.write_minute(item, "Mere", **by(world)),
        lambda: operations.decide(item, "rejected", **by(world)),
    ):
        with pytest.raises(ValidationError, match="Referat til godkendelse"):
            work()


def test_the_excerpt_comes_back_to_the_case_and_its_owner(world: World) -> None:
    meeting = held_meeting(world, "Med sag")
    case = world.first(Case)
    AgendaItem.objects.filter(meeting=meeting).update(case=case)
    operations.dispatch_agenda(meeting, **by(world))
    decide_all(world, meeting)
    operations.close_meeting(meeting, **by(world))
    owner = world.actor(Role.DIRECTOR, "egenby")
    row = Excerpt.objects.get(item__title="Med sag")
    assert row in returned_to(owner, on=HELD.date())
    assert row not in returned_to(owner, on=HELD.date() + timedelta(days=60))
    assert row not in returned_to(world.actor(Role.DIRECTOR, "naboby"), on=HELD.date())


def test_a_correction_after_closing_gives_a_new_excerpt_and_new_minutes(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    item = items_of(meeting)[0]
    operations.revise_decision(item, "rejected", "Nej.", reason="Byttet om", **by(world))
    first, second = Excerpt.objects.filter(item=item).order_by("id")
    assert second.serial == first.serial + 1
    assert json.loads(second.content)["replaces"] == first.number
    versions = meeting.dispatches.filter(kind="minutes").order_by("version")
    assert [row.version for row in versions] == [1, 2]
    assert "godkendte" in versions[0].content
    assert json.loads(versions[1].content)["items"][0]["decision"]["text"] == "Nej."


def test_nobody_but_the_readers_sees_a_closed_decision_or_its_excerpt(world: World) -> None:
    meeting = closed_meeting(world, "Åbent", closed=SECRET, readers=("egenby",))
    reader, other = (world.actor(Role.DIRECTOR, key) for key in ("egenby", "naboby"))
    for model in (Decision, Excerpt):
        rows = model.objects.filter(item__meeting=meeting)
        assert visible(rows, reader, Action.MEETING_READ).count() == 2
        assert visible(rows, other, Action.MEETING_READ).count() == 1
    shown = sent_minutes(meeting, other)
    assert SECRET not in repr(shown)
    assert SECRET in repr(sent_minutes(meeting, reader).sections)


def test_minutes_are_nobody_s_but_the_secretariat_s_until_they_are_closed(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    decide_all(world, meeting)
    actor = world.actor(Role.DIRECTOR, "egenby")
    rows = Decision.objects.filter(item__meeting=meeting)
    assert not visible(rows, actor, Action.MEETING_READ).exists()
    assert sent_minutes(meeting, actor) is None


def test_the_database_keeps_an_excerpt_number_from_standing_twice(world: World) -> None:
    closed_meeting(world, "Det første", "Det andet")
    first = Excerpt.objects.get(item__title="Det første")
    decision = Decision.objects.create(
        item=first.item, revision=9, kind="noted", registered_at=HELD
    )
    first.pk, first.decision = None, decision
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)
    connection.check_constraints()
