"""A document read in beside the meetings there are, as it was sealed, by the right people."""

from datetime import timedelta

import pytest
from agenda_samples import a_meeting, address, an_item, how, reader, secretariat, words
from django.core import signing
from reading_samples import (
    AGENDA,
    GROUND,
    MINUTES,
    agenda,
    confirm,
    hand_in,
    made,
    offered,
    stored,
    take_in,
)
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.meetings import operations, reading
from rammevaerk.portal.meetings.models import Body

# --- meetings that are there already ---


def test_the_same_document_is_read_in_once(world: World) -> None:
    form = offered(hand_in(world, MINUTES))
    confirm(world, form)
    before = stored()
    again = confirm(world, form)
    assert again.status_code == 422
    assert "Dokumentet er allerede læst ind, til mødet 12. marts 2026" in words(again)
    assert "allerede læst ind" in words(confirm(world, {**form, "starts": "11"}))
    shown = hand_in(world, MINUTES)
    assert shown.status_code == 422
    assert "allerede læst ind" in words(shown)
    assert stored() == before


def test_a_draft_without_items_can_be_filled(world: World) -> None:
    planned = a_meeting(world)
    content = agenda("1.1 Takster", "Ved A B", "")
    answer = hand_in(world, content)
    assert "Der er allerede planlagt et møde" in words(answer)
    form = offered(answer)
    unasked = confirm(world, form)
    assert unasked.status_code == 422
    assert "Sæt kryds her" in words(unasked)
    assert not planned.items.exists()
    confirm(world, {**form, "fill": "on"})
    assert made() == planned
    assert [one.title for one in planned.items.all()] == ["Takster"]
    planned.refresh_from_db()
    assert planned.ends_at - planned.starts_at == timedelta(hours=3), "as it was planned"


def test_a_meeting_with_items_is_not_written_over(world: World) -> None:
    an_item(a_meeting(world), "Står her")
    before = stored()
    answer = take_in(world, agenda("1.1 Takster", "Ved A B", ""), fill="on")
    assert answer.status_code == 422
    assert "der står punkter på dets dagsorden" in words(answer)
    assert stored() == before


def test_a_meeting_that_is_called_off_is_not_filled(world: World) -> None:
    operations.cancel_meeting(a_meeting(world), reason="sne", **how())
    answer = take_in(world, agenda("1.1 Takster", "Ved A B", ""), fill="on")
    assert answer.status_code == 422
    assert "det er «Aflyst»" in words(answer)


# --- the seal ---


def test_what_was_shown_cannot_be_changed(world: World) -> None:
    before = stored()
    form = offered(hand_in(world, MINUTES))
    answer = confirm(world, {**form, "sealed": form["sealed"][:-2] + "xx"})
    assert "kan ikke genkendes" in words(answer)
    assert "kan ikke genkendes" in words(confirm(world, {}))
    assert stored() == before


def test_what_was_shown_holds_for_two_hours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    form = offered(hand_in(world, MINUTES))
    before = stored()
    with monkeypatch.context() as later:
        now = signing.time.time()
        later.setattr(signing.time, "time", lambda: now + 2 * 3600 + 60)
        assert "mere end to timer" in words(confirm(world, form))
    assert stored() == before


def test_what_was_shown_is_one_persons_and_one_bodys(world: World) -> None:
    form = offered(hand_in(world, MINUTES))
    body = world.first(Body)
    found = reading.opened(form["sealed"], body, world.actor(Role.SECRETARIAT, "sekretariatet"))
    before = stored()
    other = reading.seal(found, body, world.actor(Role.ADMINISTRATOR, "sekretariatet"))
    assert "en anden person" in words(confirm(world, {**form, "sealed": other}))
    foreign = Body.objects.exclude(cooperation=body.cooperation).get()
    other = reading.seal(found, foreign, world.actor(Role.SECRETARIAT, "sekretariatet"))
    assert "et andet forum" in words(confirm(world, {**form, "sealed": other}))
    assert stored() == before


# --- who may ---


@pytest.mark.parametrize("role", [Role.READER, Role.DIRECTOR])
def test_others_than_the_secretariat_are_refused(world: World, role: Role) -> None:
    form = offered(hand_in(world, MINUTES))
    client, body = world.client(role, "naboby"), world.first(Body)
    assert client.get(address("read_document", body)).status_code == 403
    assert hand_in(world, MINUTES, client=client).status_code == 403
    assert confirm(world, form, client).status_code == 403
    assert client.get("/moeder/laes-ind/").status_code == 403
    assert "Læs et dokument ind" not in words(client.get("/moeder/"))
    assert "Læs et dokument ind" not in words(client.get(address("body", body)))


def test_a_body_of_another_cooperation_is_not_there(world: World) -> None:
    foreign = Body.objects.exclude(cooperation=world.first(Body).cooperation).get()
    client = secretariat(world)
    assert client.get(address("read_document", foreign)).status_code == 404
    assert client.post(address("read_confirm", foreign), {"sealed": "x"}).status_code == 404
    assert str(foreign) not in words(client.get("/moeder/laes-ind/"))


def test_the_way_in_is_on_the_overview_and_on_the_bodys_page(world: World) -> None:
    client, body = secretariat(world), world.first(Body)
    assert 'href="/moeder/laes-ind/"' in client.get("/moeder/").content.decode()
    here = f'href="{address("read_document", body)}"'
    assert here in client.get("/moeder/laes-ind/").content.decode()
    assert here in client.get(address("body", body)).content.decode()


def test_a_closed_item_read_in_is_seen_by_the_secretariat_alone(world: World) -> None:
    take_in(world, AGENDA, ground_3=GROUND)
    meeting = made()
    operations.dispatch_agenda(meeting, **how())
    page = words(reader(world).get(address("meeting", meeting)))
    assert "Nyt fra tilsynet" in page
    assert "Køb af grund" not in page


def test_two_hundred_items_are_taken_in_at_once(world: World) -> None:
    text = "Sætninger om økonomi, pladser og takster i kommunerne. " * 40
    items = []
    for section, heading in enumerate(["", "Orienteringspunkter", "Punkter til kommende møder"], 1):
        items += [f"{section}. {heading}", ""] if heading else []
        items += [
            f"{section}.{n} Punkt {n}\n\nSagsfremstilling\n{text}\n"
            for n in range(1, 67 + (section < 3))
        ]
    answer = hand_in(world, agenda(*items))
    assert answer.status_code == 200
    confirm(world, offered(answer))
    assert sorted(one.number for one in made().items.all())[-1] == "3.9"
    assert made().items.count() == 67 + 67 + 66
