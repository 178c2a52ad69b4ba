"""The pages of minutes, approval, obligations and input, as people use them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from minutes_samples import (
    SECRET,
    by,
    closed_meeting,
    decide_all,
    held_meeting,
    item_called,
    items_of,
    organisation,
    promise,
    words,
)
from world import World

from rammevaerk.engine.periods import parse_due_da
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Attendance,
    Body,
    Excerpt,
    Input,
    InputRound,
    Meeting,
    Obligation,
)


@pytest.fixture
def desk(world: World) -> Client:
    """The secretary's browser."""
    return world.client(Role.SECRETARIAT, "sekretariatet")


def page(name: str, **row: int) -> str:
    return reverse(f"meetings:{name}", kwargs=row)


def writing(item: AgendaItem) -> str:
    return page("minutes_item", item_id=item.pk)


def seen_on(response: object) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def test_an_item_is_decided_in_two_clicks_and_the_next_one_opens(
    world: World, desk: Client
) -> None:
    meeting = held_meeting(world, "Det første", "Det andet")
    first, second = items_of(meeting)
    shown = desk.get(writing(first))
    assert "Godkendt – Home-Forum godkendte indstillingen." in words(shown)
    form = {"do": "decide", "kind": "adopted", "text": "", "seen": seen_on(shown)}
    answer = desk.post(writing(first), form)
    assert answer["Location"] == writing(second)
    assert first.decisions.get().text == "Home-Forum godkendte indstillingen."
    last = desk.post(writing(second), {"do": "decide", "kind": "noted"})
    assert last["Location"] == page("minutes", meeting_id=meeting.pk)


def test_one_moves_between_the_items_and_sees_how_far_one_is(world: World, desk: Client) -> None:
    meeting = held_meeting(world, "Det første", "Det andet", "Det tredje")
    first, second, third = items_of(meeting)
    shown = desk.get(writing(second))
    assert "Punkt 2 af 3" in words(shown)
    assert writing(first) in shown.content.decode()
    assert writing(third) in shown.content.decode()


def test_a_standard_phrase_is_put_after_what_stands_and_nothing_is_stored(
    world: World, desk: Client
) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    shown = desk.get(writing(item)).content.decode()
    key = re.search(r'value="(phrase:\d+)">Home-Forum bakkede op', shown)
    assert key
    answer = desk.post(writing(item), {"do": key[1], "text": "Efter drøftelse:", "seen": "new"})
    assert "Efter drøftelse:\nHome-Forum bakkede op om det indstillede." in answer.content.decode()
    assert 'value="adopted" id="kind-adopted" checked' in answer.content.decode()
    assert not hasattr(AgendaItem.objects.get(pk=item.pk), "minute")


def test_a_decision_without_a_kind_is_refused_and_the_words_stay(
    world: World, desk: Client
) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    answer = desk.post(writing(item), {"do": "decide", "text": "Mine ord", "seen": "new"})
    assert answer.status_code == 422
    assert "Vælg, hvad der blev besluttet" in words(answer)
    assert "Mine ord" in words(answer)


def test_the_second_writer_sees_both_texts_and_can_store_them(world: World, desk: Client) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    seen = seen_on(desk.get(writing(item)))
    operations.write_minute(item, "Den førstes ord", **by(world))
    answer = desk.post(writing(item), {"do": "save", "text": "Den andens ord", "seen": seen})
    assert answer.status_code == 409
    assert "Den førstes ord" in words(answer)
    assert "Den andens ord" in words(answer)
    both = {"do": "save", "text": "Begges ord", "seen": seen_on(answer)}
    assert desk.post(writing(item), both).status_code == 302
    assert AgendaItem.objects.get(pk=item.pk).minute.text == "Begges ord"


def test_who_writes_while_another_decides_keeps_the_words_before_him(
    world: World, desk: Client
) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    seen = seen_on(desk.get(writing(item)))
    operations.decide(item, "adopted", "Vedtaget.", **by(world))
    answer = desk.post(writing(item), {"do": "save", "text": "Mine lange ord", "seen": seen})
    assert answer.status_code == 409
    assert "Punktet er nu besluttet" in words(answer)
    assert "Mine lange ord" in words(answer)


def test_a_decided_item_offers_only_a_correction(world: World, desk: Client) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    operations.decide(item, "adopted", "Vedtaget.", **by(world))
    shown = desk.get(writing(item))
    assert "Beslut punktet" not in words(shown)
    assert "Ret beslutningen" in words(shown)
    form = {"kind": "rejected", "text": "Nej.", "reason": "Talt forkert", "seen": "1"}
    assert desk.post(page("decision_revise", item_id=item.pk), form).status_code == 302
    assert "begrundelse: Talt forkert" in words(desk.get(writing(item)))
    late = desk.post(page("decision_revise", item_id=item.pk), {**form, "text": "Måske."})
    assert late.status_code == 409
    assert "Måske." in words(late)


def test_presence_at_an_item_is_entered_and_taken_back(world: World, desk: Client) -> None:
    meeting = held_meeting(world, "Et punkt")
    item, person = items_of(meeting)[0], meeting.attendances.first()
    form = {"do": "except", "attendance": person.pk, "state": "conflict"}
    assert desk.post(writing(item), form).status_code == 302
    assert f"{person.name}: inhabil" in words(desk.get(writing(item)))
    assert desk.post(writing(item), form).status_code == 422
    drop = {"do": f"drop:{item.attendances.get().pk}"}
    assert desk.post(writing(item), drop).status_code == 302
    assert not item.attendances.exists()
    again = desk.post(writing(item), {"do": "drop:0"}, follow=True)
    assert "allerede fjernet" in words(again)


def test_attendance_is_one_form_and_a_guest_another(world: World, desk: Client) -> None:
    meeting = held_meeting(world, "Et punkt")
    address = page("attendance", meeting_id=meeting.pk)
    rows = list(meeting.attendances.order_by("id"))
    form = {"do": "save"}
    for row in rows:
        form |= {f"state_{row.pk}": "substitute", f"substitute_{row.pk}": ""}
    refused = desk.post(address, form)
    assert refused.status_code == 422
    assert "hvem der mødte i stedet" in words(refused)
    for row in rows:
        form[f"substitute_{row.pk}"] = "Vikar"
    assert desk.post(address, form).status_code == 302
    assert set(meeting.attendances.values_list("substitute", flat=True)) == {"Vikar"}
    assert desk.post(address, {"do": "guest", "name": "Gæst fra KL"}).status_code == 302
    guest = Attendance.objects.get(name="Gæst fra KL")
    assert desk.post(address, {"do": f"remove:{guest.pk}"}).status_code == 302
    assert not Attendance.objects.filter(pk=guest.pk).exists()


def test_closing_is_refused_with_links_to_what_is_undecided_and_then_done(
    world: World, desk: Client
) -> None:
    meeting = held_meeting(world, "Det første", "Det andet")
    first, second = items_of(meeting)
    operations.decide(first, "adopted", **by(world))
    address = page("minutes_close", meeting_id=meeting.pk)
    refused = desk.post(address, {"do": "close"})
    assert refused.status_code == 422
    assert "1 punkt er ikke besluttet" in words(refused)
    assert f'<a href="{writing(second)}">1.2 Det andet</a>' in refused.content.decode()
    assert writing(first) not in refused.content.decode()
    operations.decide(second, "adopted", **by(world))
    done = desk.post(address, {"do": "close"}, follow=True)
    assert "Mødet er afsluttet" in words(done)
    assert Excerpt.objects.get(item=second).number in words(done)


def test_minutes_begin_by_a_button_and_not_by_an_empty_form(world: World, desk: Client) -> None:
    meeting = held_meeting(world, "Et punkt", minuting=False)
    address = page("minutes_begin", meeting_id=meeting.pk)
    assert "Begynd referatet" in words(desk.get(page("minutes", meeting_id=meeting.pk)))
    assert desk.post(address, {}).status_code == 422
    assert desk.post(address, {"do": "begin"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.MINUTING


def test_orientations_are_noted_from_the_page(world: World, desk: Client) -> None:
    meeting = held_meeting(world, "Til orientering")
    AgendaItem.objects.filter(meeting=meeting).update(purpose="orientation")
    assert "Tag 1 orientering til efterretning" in words(
        desk.get(page("minutes", meeting_id=meeting.pk))
    )
    done = desk.post(page("minutes_note", meeting_id=meeting.pk), {"do": "note"}, follow=True)
    assert "1 orienteringspunkt er taget til efterretning." in words(done)


def test_nobody_else_sees_minutes_before_they_are_closed(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    decide_all(world, meeting)
    shown = world.client(Role.DIRECTOR, "egenby").get(page("minutes", meeting_id=meeting.pk))
    assert "Referatet er ikke sendt ud endnu" in words(shown)
    assert "godkendte indstillingen" not in words(shown)


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.READER, Role.ADMINISTRATOR])
def test_a_stranger_to_a_closed_item_finds_nothing_of_it_anywhere(world: World, role: Role) -> None:
    meeting = closed_meeting(world, "Åbent", closed=SECRET, readers=("egenby",))
    item = item_called(SECRET)
    excerpt = Excerpt.objects.get(item=item)
    row = promise(world, item, text=f"{SECRET}-LØFTE", owner_id=organisation("naboby").pk)
    client = world.client(role, "naboby")
    for name in ("minutes", "approval", "meeting"):
        shown = client.get(page(name, meeting_id=meeting.pk)).content.decode()
        assert SECRET not in shown
        assert excerpt.number not in shown
    for address in (
        page("excerpt", excerpt_id=excerpt.pk),
        page("obligation", obligation_id=row.pk),
        page("obligation_meet", obligation_id=row.pk),
        page("item", item_id=item.pk),
    ):
        assert client.get(address).status_code == 404
    for address in (
        f"{page('obligations')}?tilstand=all",
        f"{page('obligations')}?tilstand=all&q={SECRET.lower()}",
        "/",
    ):
        # The search field shows what was searched for; nothing else may.
        assert SECRET not in client.get(address).content.decode()
    reader = world.client(role, "egenby")
    assert SECRET in words(reader.get(page("minutes", meeting_id=meeting.pk)))
    assert reader.get(page("excerpt", excerpt_id=excerpt.pk)).status_code == 200


def test_the_trail_shows_a_closed_decision_s_words_to_the_secretariat_only(world: World) -> None:
    meeting = held_meeting(world, "Åbent", closed=SECRET)
    operations.decide(item_called(SECRET), "adopted", "HEMMELIGE-ORD", **by(world))
    decide_all(world, meeting)
    operations.close_meeting(meeting, **by(world))
    from rammevaerk.portal.access.models import AuditRecord

    written = [row for row in AuditRecord.objects.all() if "HEMMELIGE-ORD" in row.after]
    assert {row.target_type for row in written} == {"meetings.decision", "meetings.minutetext"}
    for role, shown in ((Role.SECRETARIAT, True), (Role.ADMINISTRATOR, False)):
        client = world.client(role, "sekretariatet")
        for row in written:
            address = reverse("access:audit_detail", kwargs={"sequence": row.sequence})
            assert ("HEMMELIGE-ORD" in client.get(address).content.decode()) is shown


def test_a_member_answers_and_others_do_not_see_the_remark(world: World, desk: Client) -> None:
    meeting = closed_meeting(world, "Et punkt")
    seat = meeting.body.seats.get(organisation__key="egenby")
    address = page("approval_answer", meeting_id=meeting.pk)
    client = world.client(Role.DIRECTOR, "egenby")
    form = {"seat": seat.pk, "answer": "object", "remark": "", "version": 1}
    assert client.post(address, form).status_code == 422
    answered = client.post(address, {**form, "remark": "Punkt 1.1 er forkert"}, follow=True)
    assert "Punkt 1.1 er forkert" in words(answered)
    status = page("approval", meeting_id=meeting.pk)
    other = words(world.client(Role.DIRECTOR, "naboby").get(status))
    assert "Indsigelse" in other
    assert "Punkt 1.1 er forkert" not in other
    assert "Punkt 1.1 er forkert" in words(desk.get(status))
    finish = page("approval_finish", meeting_id=meeting.pk)
    assert desk.post(finish, {"do": "approve"}).status_code == 422
    client.post(address, {**form, "answer": "approve"})
    done = desk.post(finish, {"do": "approve"}, follow=True)
    assert "kan ikke længere ændres" in words(done)
    assert "Referatet er godkendt" in words(client.get(address))


def test_an_obligation_is_made_from_the_item_and_met_by_its_owner(
    world: World, desk: Client
) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    form = {
        "owner_id": organisation("egenby").pk,
        "text": "Vejledningen lægges frem",
        "due": "Ultimo 2022",
    }
    address = page("obligation_of_item", item_id=item.pk)
    refused = desk.post(address, {**form, "due": "snart"})
    assert refused.status_code == 422
    assert "«snart» kan ikke læses som en dato" in words(refused)
    assert desk.post(address, form)["Location"] == writing(item)
    assert "Ultimo 2022 (læst som december 2022)" in words(desk.get(writing(item)))
    decide_all(world, item.meeting)
    operations.close_meeting(item.meeting, **by(world))
    row = Obligation.objects.get(text="Vejledningen lægges frem")
    owner = world.client(Role.DIRECTOR, "egenby")
    assert "Overskredet" in words(owner.get(page("obligations")))
    meet = page("obligation_meet", obligation_id=row.pk)
    done = owner.post(meet, {"met_on": "21. maj 2025", "note": "Sendt ud"}, follow=True)
    assert "Sendt ud" in words(done)
    reopen = page("obligation_reopen", obligation_id=row.pk)
    assert desk.post(reopen, {"do": "reopen"}).status_code == 302
    row.refresh_from_db()
    assert row.met_on is None


def test_two_who_correct_an_obligation_see_both_texts(world: World, desk: Client) -> None:
    row = promise(world)
    address = page("obligation_revise", obligation_id=row.pk)
    seen = seen_on(desk.get(address))
    operations.revise_obligation(row, {"text": "Den førstes"}, **by(world))
    form = {"owner_id": row.owner_id, "text": "Den andens", "due": "ultimo 2025", "seen": seen}
    answer = desk.post(address, form)
    assert answer.status_code == 409
    assert "Den førstes" in words(answer)
    assert "Den andens" in words(answer)


def test_a_condition_is_chosen_with_its_target(world: World, desk: Client) -> None:
    round_ = world.first(InputRound)
    form = {
        "owner_id": organisation("egenby").pk,
        "text": "Alle svarer",
        "due": "primo december 2026",
        "check": f"input_round_answers:{round_.pk}",
    }
    address = page("obligation_new", body_id=world.first(Body).pk)
    refused = desk.post(address, form)
    assert "hvor mange der skal til" in words(refused)
    made = desk.post(address, {**form, "condition_threshold": 1}, follow=True)
    assert "opfyldt, efterprøvet automatisk" in words(made)
    assert "1 af 1 svar" in words(made)


def test_a_round_is_opened_answered_and_made_an_item(world: World, desk: Client) -> None:
    body = world.first(Body)
    form = {"title": "Dialogmøde", "question": "Hvad?", "due": "primo december 2099"}
    made = desk.post(page("input_round_new", body_id=body.pk), form)
    row = InputRound.objects.get(title="Dialogmøde")
    assert made["Location"] == page("input_round", round_id=row.pk)
    assert (row.due_on.isoformat(), row.due_said) == ("2099-12-10", "primo december 2099")
    client = world.client(Role.DIRECTOR, "egenby")
    address = page("input_give", round_id=row.pk)
    own = {"organisation": organisation("egenby").pk, "text": "Tilsyn", "seen": "new"}
    assert client.post(address, own).status_code == 302
    late = client.post(address, {**own, "text": "Andet"})
    assert late.status_code == 409
    assert "Tilsyn" in words(late)
    for other in ("naboby", "sekretariatet"):
        wrong = {**own, "organisation": organisation(other).pk}
        assert client.post(address, wrong).status_code == 422
    shown = words(desk.get(page("input_round", round_id=row.pk)))
    assert "Mangler Naboby" in shown
    assert "Tilsyn" in shown
    neighbour = world.client(Role.DIRECTOR, "naboby")
    assert "Tilsyn" not in words(neighbour.get(page("input_round", round_id=row.pk)))
    item = {"title": "Dialogmøde", "purpose": "discussion", "section": ""}
    desk.post(page("input_round_item", round_id=row.pk), item)
    assert "Tilsyn" in AgendaItem.objects.get(title="Dialogmøde").presentation
    assert Input.objects.filter(round=row).count() == 1


def test_the_overview_shows_what_waits_in_the_meetings(world: World) -> None:
    meeting = closed_meeting(world, "Et punkt")
    promise(world, text="For sent på den")
    home = words(world.client(Role.DIRECTOR, "egenby").get("/"))
    assert "For sent på den Overskredet" in home
    assert meeting.state == Meeting.State.CLOSED
    assert "For sent på den" not in words(world.client(Role.DIRECTOR, "naboby").get("/"))


def test_the_standing_items_are_brought_up_to_date_by_a_button(world: World, desk: Client) -> None:
    promise(world, text="Forfalden sag", due=parse_due_da("ultimo 2022"))
    meeting = world.first(Meeting)
    address = page("standing_items", meeting_id=meeting.pk)
    assert desk.post(address, {}).status_code == 422
    done = desk.post(address, {"do": "fill"}, follow=True)
    assert "De faste punkter er bragt ajour." in words(done)
    item = meeting.items.get(standing="obligations")
    assert "Forfalden sag" in item.presentation
    again = desk.post(address, {"do": "fill"}, follow=True)
    assert "Der var intet nyt." in words(again)


def test_of_two_who_enter_the_attendance_the_second_sees_both(world: World, desk: Client) -> None:
    meeting = held_meeting(world, "Et punkt")
    address = page("attendance", meeting_id=meeting.pk)
    seen = seen_on(desk.get(address))
    first, second = meeting.attendances.order_by("id")
    operations.set_attendance(meeting, {first.pk: ("absent", "")}, **by(world))
    operations.add_guest(meeting, "Gæst imens", **by(world))
    form = {
        "do": "save",
        "seen": seen,
        f"state_{first.pk}": "present",
        f"state_{second.pk}": "substitute",
        f"substitute_{second.pk}": "Vikar Vikarsen",
    }
    answer = desk.post(address, form)
    assert answer.status_code == 409
    assert "En anden har ændret fremmødet" in words(answer)
    assert "Vikar Vikarsen" in words(answer)
    first.refresh_from_db()
    assert first.state == "absent"
    assert desk.post(address, {**form, "seen": seen_on(answer)}).status_code == 302
    second.refresh_from_db()
    assert second.substitute == "Vikar Vikarsen"
