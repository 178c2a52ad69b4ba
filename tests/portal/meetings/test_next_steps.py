"""What a page says is next, and the words it uses: as those who use the meetings meet them."""

import pytest
from agenda_samples import a_meeting, address, an_item, how, reader, secretariat, section
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from minutes_samples import AFTER, by, closed_meeting, held_meeting, items_of, promise, words
from world import World

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import Body, ItemAnnex, Meeting


def action_on(client: Client, page: str) -> tuple[str, str]:
    """Label and address of the page's one primary action."""
    text = client.get(page).content.decode()
    block = text.split('<div class="page-action">')[1].split("</div>")[0]
    label = " ".join(block.split(">")[1].split("<")[0].split()) if "<a" in block else ""
    return label, block.split('href="')[1].split('"')[0] if "href" in block else ""


def test_a_meeting_to_come_that_is_sent_out_has_no_next_step(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Takster")
    operations.dispatch_agenda(meeting, **how())
    assert action_on(secretariat(world), address("meeting", meeting)) == ("", "")


def test_from_its_day_the_next_step_of_a_meeting_is_its_minutes(world: World) -> None:
    desk = secretariat(world)
    meeting = held_meeting(world, "Et punkt", minuting=False)
    page = address("meeting", meeting)
    assert action_on(desk, page) == ("Begynd referatet", address("minutes_begin", meeting))
    operations.begin_minutes(meeting, **by(world))
    assert action_on(desk, page) == ("Skriv videre på referatet", address("minutes", meeting))
    operations.decide(items_of(meeting)[0], "adopted", **by(world))
    operations.close_meeting(meeting, **by(world))
    assert action_on(desk, page) == ("Se svarene", address("approval", meeting))
    operations.approve_minutes(meeting, by=by(world)["by"], at=timezone.now())
    assert action_on(desk, page) == ("", "")


def test_the_next_step_of_a_meeting_today_is_its_minutes(world: World) -> None:
    starts = timezone.localtime().replace(hour=9, minute=0)
    meeting = held_meeting(world, "Et punkt", starts=starts, minuting=False)
    label, _page = action_on(secretariat(world), address("meeting", meeting))
    assert label == "Begynd referatet"


def test_readers_of_a_meeting_are_not_told_what_the_secretariat_does_next(world: World) -> None:
    meeting = held_meeting(world, "Et punkt", minuting=False)
    assert action_on(reader(world), address("meeting", meeting)) == ("", "")


def test_a_director_with_a_seat_answers_from_the_minutes(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    page = address("minutes", meeting)
    director = world.client(Role.DIRECTOR, "egenby")
    assert action_on(director, page) == ("Svar på referatet", address("approval_answer", meeting))
    assert action_on(reader(world), page) == ("Se svarene", address("approval", meeting))
    assert action_on(secretariat(world), page) == ("Se svarene", address("approval", meeting))


def test_an_item_leads_to_its_decision_when_the_minutes_are_sent_out(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    item = items_of(meeting)[0]
    there = f"{address('minutes', meeting)}#punkt-{item.pk}"
    assert there not in reader(world).get(address("item", item)).content.decode()
    operations.decide(item, "adopted", **by(world))
    assert there not in reader(world).get(address("item", item)).content.decode()
    operations.close_meeting(meeting, **by(world))
    assert there in reader(world).get(address("item", item)).content.decode()
    minutes = reader(world).get(address("minutes", meeting)).content.decode()
    assert f'id="punkt-{item.pk}"' in minutes


def test_a_running_review_leads_to_sending_out(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Takster")
    page = address("review", meeting)
    assert address("dispatch", meeting) not in secretariat(world).get(page).content.decode()
    person = world.person(Role.READER, "naboby")
    operations.ask_for_review(meeting, [person.pk], **how())
    shown = secretariat(world).get(page)
    assert address("dispatch", meeting) in shown.content.decode()
    assert "Gennemlæsning: Home-Forum" in words(shown)


def test_a_decision_does_not_stop_at_a_colon(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    with pytest.raises(ValidationError, match="slutter med et kolon"):
        operations.decide(item, "amended", **by(world))
    assert not item.decisions.exists()
    operations.decide(item, "amended", "Med følgende ændringer: Fristen er 1. maj.", **by(world))
    with pytest.raises(ValidationError, match="slutter med et kolon"):
        operations.revise_decision(
            item, "amended", "Med følgende ændringer: ", reason="Forkert frist", **by(world)
        )
    assert item.decisions.count() == 1


def test_words_that_must_be_ended_are_put_in_the_field(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    page, desk = address("minutes_item", item), secretariat(world)
    answer = desk.post(page, {"do": "decide", "kind": "amended", "text": " ", "seen": "new"})
    assert answer.status_code == 422
    assert "Teksten til punkt 1.1 slutter med et kolon" in words(answer)
    usual = "Home-Forum godkendte indstillingen med følgende ændringer:"
    assert f"{usual}</textarea>" in answer.content.decode()
    ended = {"do": "decide", "kind": "amended", "text": f"{usual} Ny frist.", "seen": "new"}
    assert desk.post(page, ended).status_code == 302
    assert item.decisions.get().text == f"{usual} Ny frist."


def test_the_history_of_an_obligation_says_what_was_done(world: World) -> None:
    row = promise(world)
    values = {"text": "Noget andet", "owner_id": row.owner_id, "due": row.due}
    seen = operations.fingerprint(row)
    operations.revise_obligation(row, values, seen=seen, **by(world))
    row.refresh_from_db()
    operations.meet_obligation(row, met_on=day_of(AFTER), note="Se referatet", **by(world))
    row.refresh_from_db()
    operations.reopen_obligation(row, **by(world))
    page = reverse("meetings:obligation", kwargs={"obligation_id": row.pk})
    aside = words(secretariat(world).get(page)).split("Historik")[1]
    places = [aside.index(word) for word in ("Genåbnet", "Meldt opfyldt", "Rettet", "Oprettet")]
    assert places == sorted(places)


def test_what_is_new_in_a_body_says_which(world: World) -> None:
    body, desk = world.first(Body), secretariat(world)
    assert "Ny forpligtelse: Home-Forum" in words(desk.get(address("obligation_new", body)))
    assert "Ny inputrunde: Home-Forum" in words(desk.get(address("input_round_new", body)))


def test_the_secretariat_opens_a_round_from_the_list_and_others_do_not(world: World) -> None:
    page = reverse("meetings:input_rounds")
    opening = address("input_round_new", world.first(Body))
    assert opening in secretariat(world).get(page).content.decode()
    assert opening not in reader(world).get(page).content.decode()


def test_moving_an_item_says_where_it_went(world: World) -> None:
    meeting: Meeting = a_meeting(world)
    item = an_item(meeting, "Takster")
    client = secretariat(world)
    to, day = section(meeting, "orientation"), date_text_da(day_of(meeting.starts_at))
    moved = client.post(address("item_place", item), {"section": to.pk}, follow=True)
    assert f"«Takster» er flyttet til «{day}: {to.title}»." in words(moved)
    moved = client.post(address("item_place", item), {"section": 0}, follow=True)
    assert "«Takster» er flyttet til «Ventelisten (uden møde)»." in words(moved)


def test_an_excerpt_of_the_search_has_whole_words(world: World) -> None:
    before, after = "forudgående " * 30, " efterfølgende" * 30
    an_item(a_meeting(world), "Punkt", presentation=f"<p>{before}kanelsnegl{after}</p>")
    page = words(secretariat(world).get(reverse("meetings:search"), {"q": "kanelsnegl"}))
    excerpt = page.split("… ", 1)[1].split(" …")[0].split()
    assert set(excerpt) == {"forudgående", "kanelsnegl", "efterfølgende"}


def test_a_short_text_is_shown_whole(world: World) -> None:
    an_item(a_meeting(world), "Punkt", presentation="<p>Om en kanelsnegl.</p>")
    page = words(secretariat(world).get(reverse("meetings:search"), {"q": "kanelsnegl"}))
    assert "Om en kanelsnegl." in page
    assert "…" not in page


def test_what_the_check_misses_is_named(world: World) -> None:
    meeting = a_meeting(world)
    ItemAnnex.objects.create(item=an_item(meeting, "Takster"), position=1, title="Takstblad")
    page = words(secretariat(world).get(address("meeting", meeting)))
    assert "Bilag 1, «Takstblad», har ingen fil." in page
