"""Reviews of drafts, sending agendas out, and supplements to them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from agenda_samples import (
    CSV,
    a_closed_item,
    a_meeting,
    address,
    an_item,
    how,
    organisation,
    reader,
    secretariat,
    section,
    words,
)
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from pytest_django import Settings
from world import World

from rammevaerk.engine.periods import parse_due_da
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.audit import canonical
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import Case, Dispatch, Meeting


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"


def send(world: World, meeting: Meeting, **given: str) -> Any:
    """Press the button on the page as it is."""
    client = secretariat(world)
    page = client.get(address("dispatch", meeting)).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return client.post(address("dispatch", meeting), {"seen": seen, **given}, follow=True)


def test_a_sent_agenda_is_frozen_with_its_fingerprint(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster")
    assert "Dagsorden, version 1, er udsendt." in words(send(world, meeting))
    row = meeting.dispatches.get()
    assert row.sha256 == hashlib.sha256(row.content.encode()).hexdigest()
    assert row.content == canonical(json.loads(row.content))
    assert [one["title"] for one in json.loads(row.content)["items"]] == ["Takster"]
    item.refresh_from_db()
    meeting.refresh_from_db()
    assert (item.dispatched, meeting.state) == (True, "dispatched")
    with pytest.raises(DatabaseError), transaction.atomic():
        Dispatch.objects.filter(pk=row.pk).update(content="{}")


def test_readers_see_what_was_sent_and_not_what_was_written_since(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster", presentation="<p>Første udgave</p>")
    send(world, meeting)
    operations.revise_item(
        item, {"title": "Takster, rettet", "presentation": "<p>Anden udgave</p>"}, **how()
    )
    later = an_item(meeting, "Kommet til")
    client = reader(world)
    agenda, page = (words(client.get(address(*one))) for one in _both(meeting, item))
    assert "rettet" not in agenda
    assert "Kommet til" not in agenda
    assert "Første udgave" in page
    assert "Anden udgave" not in page
    assert client.get(address("item", later)).status_code == 404
    own = words(secretariat(world).get(address("meeting", meeting)))
    assert "Ændret, ikke udsendt endnu" in own
    assert "2 punkter er nye eller ændrede" in own


def _both(meeting: Meeting, item: Any) -> list[tuple[str, Any]]:
    return [("meeting", meeting), ("item", item)]


def test_a_supplement_holds_only_what_is_new_or_changed(world: World) -> None:
    meeting = a_meeting(world)
    same, changed = an_item(meeting, "Uændret"), an_item(meeting, "Ændret")
    operations.add_annex(changed, "Notat", CSV, "a.csv", **how())
    send(world, meeting)
    operations.revise_item(changed, {"title": "Ændret siden"}, **how())
    new = an_item(meeting, "Helt nyt")
    operations.add_annex(same, "Kom til senere", CSV, "b.csv", **how())
    operations.revise_item(same, {"presenters": ""}, **how())
    assert "Tillægsdagsorden, version 2, er udsendt." in words(send(world, meeting))
    second = json.loads(meeting.dispatches.get(version=2).content)
    assert second["kind"] == "supplement"
    assert [one["number"] for one in second["items"]] == ["1.1", "1.2", "1.3"]
    # The annex that went out keeps its number, the later one follows.
    assert {a["title"]: a["number"] for one in second["items"] for a in one["annexes"]} == {
        "Notat": 1,
        "Kom til senere": 2,
    }
    page = words(reader(world).get(address("meeting", meeting)))
    assert "Ændret siden" in page
    assert "Helt nyt" in page
    assert "Alt er udsendt" in words(secretariat(world).get(address("dispatch", meeting)))
    assert new.pk


def test_an_item_that_is_unchanged_is_not_sent_again(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Uændret")
    send(world, meeting)
    an_item(meeting, "Nyt")
    send(world, meeting)
    second = json.loads(meeting.dispatches.get(version=2).content)
    assert [one["title"] for one in second["items"]] == ["Nyt"]


def test_what_has_a_number_keeps_it_when_another_leaves(world: World) -> None:
    meeting = a_meeting(world)
    first, second = an_item(meeting, "Udgår"), an_item(meeting, "Bliver")
    send(world, meeting)
    operations.place_item(first, None, **how())
    third = an_item(meeting, "Ny")
    second.refresh_from_db()
    assert (second.number, third.number) == ("1.2", "1.3")
    with pytest.raises(ValidationError, match="beholder deres nummer"):
        operations.shift_item(third, -1, **how())
    assert "Taget af dagsordenen" in words(secretariat(world).get(address("meeting", meeting)))
    send(world, meeting)
    content = json.loads(meeting.dispatches.get(version=2).content)
    assert [one["number"] for one in content["withdrawn"]] == ["1.1"]
    page = words(reader(world).get(address("version", meeting.dispatches.get(version=2))))
    assert "Udgår 1.1 Udgår" in page


def test_a_number_that_was_withdrawn_is_not_given_again(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Bliver")
    last = an_item(meeting, "Udgår")
    send(world, meeting)
    operations.place_item(last, None, **how())
    assert an_item(meeting, "Ny").number == "1.3"


def test_a_sent_item_moved_to_another_section_is_seen_as_it_was_until_it_goes_out(
    world: World,
) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Flyttes")
    send(world, meeting)
    operations.place_item(item, section(meeting, "orientation"), **how())
    assert "1.1 Flyttes" in words(reader(world).get(address("meeting", meeting)))
    send(world, meeting)
    assert "2.1 Flyttes" in words(reader(world).get(address("meeting", meeting)))


def test_versions_are_listed_with_fingerprint_and_each_can_be_read(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster", presentation="<p>Første udgave</p>")
    send(world, meeting)
    operations.revise_item(item, {"presentation": "<p>Anden udgave</p>"}, **how())
    send(world, meeting)
    client = reader(world)
    listed = words(client.get(address("dispatches", meeting)))
    first, second = meeting.dispatches.order_by("version")
    assert first.sha256 in listed
    assert second.sha256 in listed
    assert "Første udgave" in words(client.get(address("version", first)))
    assert "Anden udgave" in words(client.get(address("version", second)))


def test_what_changed_since_it_was_shown_is_not_sent_unseen(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster")
    seen = operations.next_document(meeting)[1]
    operations.revise_item(item, {"title": "Takster, rettet"}, **how())
    answer = secretariat(world).post(address("dispatch", meeting), {"seen": seen})
    assert answer.status_code == 409
    assert "Dagsordenen er ændret, siden du så den" in words(answer)
    assert not meeting.dispatches.exists()


def test_a_reference_to_an_annex_is_told_where_the_agenda_has_none(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Takster", presentation="<p>Se bilag 9 for de nye takster.</p>")
    page = words(secretariat(world).get(address("dispatch", meeting)))
    assert "Der henvises til bilag 9" in page


def test_an_agenda_with_errors_goes_out_only_when_that_is_said(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster", presentation="<p>Se bilag 9 for de nye takster.</p>")
    operations.add_annex(item, "Takstblad", CSV, "a.csv", **how())
    answer = send(world, meeting)
    assert answer.status_code == 422
    assert "Udsend, selv om kontrollen finder fejl" in words(answer)
    assert not meeting.dispatches.exists()
    assert "er udsendt" in words(send(world, meeting, despite="on"))


def test_an_empty_agenda_is_not_sent(world: World) -> None:
    meeting = a_meeting(world)
    assert "Der er intet at udsende" in words(secretariat(world).get(address("dispatch", meeting)))
    with pytest.raises(ValidationError, match="ingen punkter"):
        operations.dispatch_agenda(meeting, **how())


def test_a_file_that_has_not_gone_out_is_not_to_be_had(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster")
    annex = operations.add_annex(item, "Notat", CSV, "a.csv", **how())
    send(world, meeting)
    newer = operations.replace_annex_file(annex, b"ny;fil\n", "b.csv", **how())
    client = reader(world)
    assert client.get(address("annex_file", annex.versions.get(version=1))).status_code == 200
    assert client.get(address("annex_file", newer)).status_code == 404
    assert "b.csv" not in words(client.get(address("item", item)))
    send(world, meeting)
    assert client.get(address("annex_file", newer)).status_code == 200


def ask(world: World, meeting: Meeting, *people: Any) -> Any:
    return secretariat(world).post(
        address("review", meeting), {"people": [one.pk for one in people]}, follow=True
    )


def test_only_those_who_are_asked_see_the_draft_and_only_its_open_items(world: World) -> None:
    meeting = a_meeting(world)
    item, closed = an_item(meeting, "Kladdepunkt"), a_closed_item(meeting)
    annex = operations.add_annex(item, "Notat", CSV, "a.csv", **how())
    director = world.person(Role.DIRECTOR, "naboby")
    assert "De valgte kan nu læse kladden" in words(ask(world, meeting, director))
    client = world.client(Role.DIRECTOR, "naboby")
    page = words(client.get(address("meeting", meeting)))
    assert "Du er bedt om at læse kladden igennem" in page
    assert "Kladdepunkt" in page
    assert closed.title not in page
    assert client.get(address("annex_file", annex.versions.get())).status_code == 200
    assert client.get(address("item", closed)).status_code == 404
    other = reader(world)
    assert "Kladdepunkt" not in words(other.get(address("meeting", meeting)))
    assert other.get(address("item", item)).status_code == 404
    answer = other.get(address("review_answer", meeting), follow=True)
    assert "Du er ikke bedt om" in words(answer)
    assert "Kladdepunkt" not in words(answer)


def test_an_answer_comes_back_to_the_secretariat_and_to_nobody_else(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Kladdepunkt")
    ask(world, meeting, world.person(Role.DIRECTOR, "naboby"), world.person(Role.BUYER, "naboby"))
    client = world.client(Role.DIRECTOR, "naboby")
    form = {"comment": "Husk bilaget.", "answered": "on"}
    assert client.post(address("review_answer", meeting), form).status_code == 302
    assert "Husk bilaget." in words(secretariat(world).get(address("review", meeting)))
    own = words(secretariat(world).get(address("meeting", meeting)))
    assert "1 af 2 har svaret" in own
    other = world.client(Role.BUYER, "naboby")
    assert "Husk bilaget." not in words(other.get(address("review_answer", meeting)))
    assert "Husk bilaget." not in words(other.get(address("meeting", meeting)))


def test_when_a_review_ends_the_draft_is_the_secretariats_own_again(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Kladdepunkt")
    ask(world, meeting, world.person(Role.DIRECTOR, "naboby"))
    secretariat(world).post(address("review_end", meeting), {"afslut": "1"})
    meeting.refresh_from_db()
    assert meeting.state == "draft"
    client = world.client(Role.DIRECTOR, "naboby")
    assert client.get(address("item", item)).status_code == 404
    answer = client.post(address("review_answer", meeting), {"comment": "x", "answered": "on"})
    assert answer.status_code == 422


def test_nobody_outside_the_cooperation_is_asked(world: World) -> None:
    meeting = a_meeting(world)
    answer = ask(world, meeting, world.person(Role.DIRECTOR, "fjernby"))
    assert answer.status_code == 422
    assert not meeting.reviews.exists()


def test_a_title_changed_since_it_was_sent_is_nowhere_but_with_those_who_write(
    world: World,
) -> None:
    meeting = a_meeting(world)
    case = world.first(Case)
    item = an_item(meeting, "Sendt titel", case_id=case.pk)
    send(world, meeting)
    values = {
        "owner_id": organisation("egenby").pk,
        "text": "Lovet under punktet",
        "due": parse_due_da("ultimo 2030"),
    }
    promised = operations.add_obligation(meeting.body, values, item=item, **how())
    operations.revise_item(item, {"title": "Ny titel"}, **how())
    client = reader(world)
    pages = [
        address("meeting", meeting),
        address("item", item),
        address("body", meeting.body),
        reverse("meetings:case", kwargs={"case_id": case.pk}),
        reverse("meetings:cases"),
        reverse("meetings:obligations"),
        reverse("meetings:search") + "?q=titel",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "Ny titel" not in words(answer), page
    # What was promised waits for the minutes, and they for the supplement with the new title.
    page = reverse("meetings:obligation", kwargs={"obligation_id": promised.pk})
    assert client.get(page).status_code == 404
