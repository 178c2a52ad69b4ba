"""Input rounds: who is asked, until when, who is missing, and the item it becomes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from minutes_samples import AFTER, HELD, by, organisation, promise
from world import World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Refused, visible
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import Body, Input, InputRound
from rammevaerk.portal.meetings.queries.inputs import asked, awaiting_input, missing_in, rounds
from rammevaerk.portal.meetings.queries.obligations import obligation_view

DUE = HELD.date() + timedelta(days=14)


def opened(world: World, **more: Any) -> InputRound:
    values = {
        "title": "Dialogmøde med Socialtilsynet",
        "question": "Hvad vil I drøfte?",
        "due_on": DUE,
        **more,
    }
    return operations.open_round(world.first(Body), values, **by(world))


def give(world: World, row: InputRound, key: str = "egenby", **how: Any) -> Input:
    given = {
        "text": "Økonomisk kriminalitet",
        "by": world.actor(Role.DIRECTOR, key),
        "at": AFTER,
        **how,
    }
    return operations.give_input(row, organisation(key).pk, **given)


def test_those_with_a_seat_are_asked(world: World) -> None:
    row = opened(world)
    assert set(asked(row)) == {organisation(key).pk for key in ("egenby", "naboby")}


def test_a_delegation_asks_the_members_of_the_body_that_appointed_it(world: World) -> None:
    body = world.first(Body)
    delegation = operations.add_body(
        body.cooperation,
        {"organisation": organisation("udenfor"), "kind": "delegation", "parent": body},
        **by(world),
    )
    values = {"title": "Runde", "question": "Hvad?", "due_on": DUE}
    row = operations.open_round(delegation, values, **by(world))
    assert set(asked(row)) == {organisation(key).pk for key in ("egenby", "naboby")}


def test_where_nobody_has_a_seat_the_members_of_the_cooperation_are_asked(world: World) -> None:
    row = opened(world)
    world.first(Body).seats.filter(organisation__key="naboby").update(function="secretary")
    assert asked(row) == [organisation("egenby").pk]
    world.first(Body).seats.all().update(valid_to=HELD.date() - timedelta(days=1))
    assert set(asked(row)) == {organisation(key).pk for key in ("egenby", "naboby")}


def test_input_is_given_and_changed_until_the_day_is_over(world: World) -> None:
    row = opened(world)
    first = give(world, row)
    seen = operations.fingerprint(Input.objects.get(pk=first.pk))
    last_minute = AFTER + timedelta(days=14)
    give(world, row, text="Noget andet", seen=seen, at=last_minute)
    assert Input.objects.get(round=row).text == "Noget andet"
    with pytest.raises(ValidationError, match=r"Fristen var 3[.] juni 2025"):
        give(world, row, text="For sent", at=AFTER + timedelta(days=15))


def test_of_two_who_write_for_one_organisation_the_second_is_told(world: World) -> None:
    row = opened(world)
    give(world, row, seen=operations.NOTHING_GIVEN)
    with pytest.raises(operations.RevisionConflict) as conflict:
        give(world, row, text="Den anden", seen=operations.NOTHING_GIVEN)
    assert conflict.value.row.text == "Økonomisk kriminalitet"


def test_nobody_gives_input_for_others_and_strangers_give_none(world: World) -> None:
    row = opened(world)
    with pytest.raises(ValidationError, match="din egen organisation"):
        operations.give_input(
            row,
            organisation("naboby").pk,
            "På andres vegne",
            by=world.actor(Role.DIRECTOR, "egenby"),
            at=AFTER,
        )
    with pytest.raises(Refused):
        give(world, row, by=world.actor(Role.READER, "egenby"))
    with pytest.raises(Refused):
        give(world, row, "fjernby")
    with pytest.raises(ValidationError, match="ikke spurgt"):
        operations.give_input(row, organisation("sekretariatet").pk, "Os selv", **by(world))


def test_the_secretariat_enters_what_came_by_mail_also_late(world: World) -> None:
    row = opened(world)
    how = by(world, AFTER + timedelta(days=30))
    operations.give_input(row, organisation("naboby").pk, "Kom på mail", **how)
    assert Input.objects.get(round=row).text == "Kom på mail"


def test_the_secretariat_sees_who_is_missing_and_members_only_their_own(world: World) -> None:
    row = opened(world)
    give(world, row)
    assert missing_in(row) == ["Naboby"]
    other = world.actor(Role.DIRECTOR, "naboby")
    assert not visible(Input.objects.filter(round=row), other, Action.MEETING_READ).exists()
    assert row in awaiting_input(other, on=HELD.date())
    assert row not in awaiting_input(world.actor(Role.DIRECTOR, "egenby"), on=HELD.date())
    assert row not in awaiting_input(other, on=DUE + timedelta(days=1))


def test_a_round_ends_after_it_opens_and_may_be_given_more_time(world: World) -> None:
    with pytest.raises(ValidationError, match="før runden åbner"):
        opened(world, due_on=HELD.date() - timedelta(days=1))
    row = opened(world)
    seen = operations.fingerprint(InputRound.objects.get(pk=row.pk))
    later = DUE + timedelta(days=7)
    operations.revise_round(row, {"due_on": later}, seen=seen, **by(world))
    row.refresh_from_db()
    assert row.due_on == later
    with pytest.raises(operations.RevisionConflict):
        operations.revise_round(row, {"title": "Andet"}, seen=seen, **by(world))
    with pytest.raises(ValidationError, match="før runden åbner"):
        operations.revise_round(row, {"due_on": HELD.date() - timedelta(days=9)}, **by(world))


def test_the_input_becomes_an_item_with_each_member_s_words(world: World) -> None:
    row = opened(world)
    with pytest.raises(ValidationError, match="ikke kommet noget input"):
        operations.item_from_round(row, {"title": "T", "purpose": "discussion"}, **by(world))
    give(world, row, text="Tilsynets <script>metoder</script>\n\nKriminalitet")
    give(world, row, "naboby", text="Sanktioner")
    item = operations.item_from_round(
        row, {"title": "Dialogmøde", "purpose": "discussion"}, **by(world)
    )
    assert item.meeting is None
    assert "<h4>Egenby</h4><p>Tilsynets &lt;script&gt;metoder" in item.presentation
    assert "<p>Kriminalitet</p><h4>Naboby</h4><p>Sanktioner</p>" in item.presentation
    with pytest.raises(Refused):
        operations.item_from_round(
            row,
            {"title": "T", "purpose": "discussion"},
            by=world.actor(Role.DIRECTOR, "egenby"),
            at=AFTER,
        )


def test_an_obligation_can_rest_on_the_answers_of_a_round(world: World) -> None:
    row = opened(world)
    held = promise(
        world,
        condition="input_round_answers",
        condition_target=str(row.pk),
        condition_threshold=2,
    )
    give(world, row)
    view = obligation_view(held, on=DUE)
    assert (view.met, view.check.text_da) == (
        False,
        "1 af 2 svar i «Dialogmøde med Socialtilsynet»",
    )
    give(world, row, "naboby")
    assert obligation_view(held, on=DUE).met_by_machine
    gone = promise(
        world, condition="input_round_answers", condition_target="x", condition_threshold=1
    )
    assert obligation_view(gone, on=DUE).check.text_da == "Inputrunden findes ikke."


def test_running_rounds_stand_first(world: World) -> None:
    over = opened(world, title="Overstået")
    running = opened(world, title="I gang", due_on=DUE + timedelta(days=60))
    actor = world.actor(Role.READER, "egenby")
    found = [one.row.pk for one in rounds(actor, on=DUE + timedelta(days=1))]
    assert found.index(running.pk) < found.index(over.pk)
