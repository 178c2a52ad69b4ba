"""A closed item: nobody but its readers meets a word of it, wherever he looks."""

import json
from pathlib import Path
from typing import Any

import pytest
from agenda_samples import (
    CSV,
    SECRET,
    Sent,
    a_closed_item,
    a_meeting,
    a_sent_agenda,
    address,
    an_item,
    how,
    item_form,
    organisation,
    reader,
    secretariat,
    words,
)
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import AgendaItem, ItemAnnexVersion


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"


def search(client: Client, text: str) -> Any:
    return client.get(reverse("meetings:search"), {"q": text})


def pages_of(sent: Sent) -> list[str]:
    meeting = sent.meeting
    return [
        address("meeting", meeting),
        address("dispatches", meeting),
        address("version", meeting.dispatches.get()),
        address("backlog", meeting.body),
        address("body", meeting.body),
        reverse("meetings:overview"),
        reverse("meetings:search") + f"?q={SECRET}",
    ]


def guessed(sent: Sent) -> list[str]:
    version = ItemAnnexVersion.objects.get(annex__item=sent.closed)
    return [address("item", sent.closed), address("annex_file", version)]


STRANGERS = [role for role in Role if role is not Role.SECRETARIAT]


@pytest.mark.parametrize("role", STRANGERS, ids=str)
def test_a_stranger_meets_nothing_of_a_closed_item(world: World, role: Role) -> None:
    sent = a_sent_agenda(world)
    client = world.client(role, "naboby")
    for page in pages_of(sent):
        answer = client.get(page)
        assert answer.status_code == 200, page
        # The search page repeats what was searched for, in its field and its title.
        found = answer.content.decode().replace(f'value="{SECRET}"', "")
        assert f"{SECRET} titel" not in found, page
        assert f"{SECRET} tekst" not in found, page
        assert f"{SECRET} notat" not in found, page
    for page in guessed(sent):
        assert client.get(page).status_code == 404, page


def test_the_readers_of_a_closed_item_see_it_once_it_is_sent(world: World) -> None:
    person = world.person(Role.BUYER, "egenby")
    sent = a_sent_agenda(world, readers=([organisation("naboby").pk], [person.pk]))
    for client in (reader(world), world.client(Role.BUYER, "egenby")):
        assert f"{SECRET} titel" in words(client.get(address("meeting", sent.meeting)))
        version = sent.meeting.dispatches.get()
        assert f"{SECRET} tekst" in words(client.get(address("version", version)))
        assert f"{SECRET} titel" in words(search(client, SECRET))
        for page in guessed(sent):
            assert client.get(page).status_code == 200
    assert world.client(Role.READER, "egenby").get(guessed(sent)[0]).status_code == 404


def test_a_closed_item_leaves_no_gap_in_the_numbers(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Første")
    closed = a_closed_item(meeting)
    operations.add_annex(closed, f"{SECRET} notat", CSV, "a.csv", **how())
    last = an_item(meeting, "Sidste")
    operations.add_annex(last, "Åbent notat", CSV, "a.csv", **how())
    own = words(secretariat(world).get(address("meeting", meeting)))
    assert f"1.L1 {SECRET} titel" in own
    assert f"Bilag L1: {SECRET} notat" in own
    operations.dispatch_agenda(meeting, **how())
    page = words(reader(world).get(address("meeting", meeting)))
    assert "1.1 Første" in page
    assert "1.2 Sidste" in page
    assert "Bilag 1: Åbent notat" in page
    later = an_item(meeting, "Kommet til")
    assert (later.number, a_closed_item(meeting).number) == ("1.3", "1.L2")


def test_an_item_closed_in_the_draft_changes_series_and_closes_the_gap(world: World) -> None:
    meeting = a_meeting(world)
    first, second = an_item(meeting, "Første"), an_item(meeting, "Anden")
    closing = {"closed": True, "legal_ground": "fvl. § 27"}
    operations.revise_item(first, closing, **how())
    for row in (first, second):
        row.refresh_from_db()
    assert (first.number, second.number) == ("1.L1", "1.1")
    operations.revise_item(first, {"closed": False}, **how())
    first.refresh_from_db()
    assert first.number == "1.2"


def test_its_readers_see_no_draft_of_it(world: World) -> None:
    item = a_closed_item(a_meeting(world), readers=([organisation("naboby").pk], []))
    assert reader(world).get(address("item", item)).status_code == 404
    assert SECRET not in words(reader(world).get(address("meeting", item.meeting)))


def test_an_item_closed_after_it_was_sent_is_gone_at_once(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, f"{SECRET} titel")
    operations.dispatch_agenda(meeting, **how())
    client = reader(world)
    assert SECRET in words(client.get(address("meeting", meeting)))
    operations.revise_item(item, {"closed": True, "legal_ground": "fvl. § 27"}, **how())
    for page in (address("meeting", meeting), address("version", meeting.dispatches.get())):
        assert SECRET not in words(client.get(page))
    assert client.get(address("item", item)).status_code == 404
    assert "0 punkter" in words(search(client, SECRET))


def test_what_was_sent_closed_is_never_opened(world: World) -> None:
    sent = a_sent_agenda(world)
    client = secretariat(world)
    answer = client.post(address("item_revise", sent.closed), item_form())
    assert answer.status_code == 422
    assert "udsendt som lukket og kan ikke åbnes" in words(answer)
    operations.place_item(sent.closed, None, **how())
    assert client.post(address("item_revise", sent.closed), item_form()).status_code == 422
    sent.closed.refresh_from_db()
    assert sent.closed.closed


def test_a_closed_item_that_is_withdrawn_is_not_named(world: World) -> None:
    sent = a_sent_agenda(world)
    operations.place_item(sent.closed, None, **how())
    operations.dispatch_agenda(sent.meeting, **how())
    second = sent.meeting.dispatches.get(version=2)
    assert SECRET in second.content
    assert SECRET not in words(reader(world).get(address("version", second)))
    assert SECRET in words(secretariat(world).get(address("version", second)))


def test_the_audit_trail_keeps_a_closed_item_from_administrators(world: World) -> None:
    """The secretariat's administrator reads the trail of his organisation, not its secrets."""
    meeting = a_meeting(world)
    client = secretariat(world)
    client.post(
        address("item_new", meeting),
        item_form(
            section=meeting.sections.first().pk,
            title=f"{SECRET} titel",
            presentation=f"{SECRET} tekst",
            text_1=f"{SECRET} indstilling",
            closed="on",
            legal_ground="fvl. § 27",
        ),
    )
    item = AgendaItem.objects.latest("pk")
    assert item.closed
    operations.add_annex(
        item, f"{SECRET} notat", CSV, f"{SECRET}.csv",
        by=world.actor(Role.SECRETARIAT, "sekretariatet"), at=how()["at"],
    )  # fmt: skip
    admin = world.client(Role.ADMINISTRATOR, "sekretariatet")
    rows = AuditRecord.objects.filter(target_type__startswith="meetings.").order_by("-sequence")[:9]
    for row in rows:
        page = admin.get(reverse("access:audit_detail", kwargs={"sequence": row.sequence}))
        assert SECRET not in page.content.decode()
    assert SECRET not in admin.get(reverse("access:audit")).content.decode()


def test_the_case_of_an_item_is_shown_to_those_who_may_see_the_case(world: World) -> None:
    case = operations.open_case(
        organisation_cooperation(world),
        {"title": f"{SECRET} sag", "owner": organisation("egenby"), "closed": True},
        **how(),
    )
    meeting = a_meeting(world)
    item = an_item(meeting, "Åbent punkt", case_id=case.pk)
    operations.dispatch_agenda(meeting, **how())
    client = reader(world)
    for page in (
        address("item", item),
        address("meeting", meeting),
        address("version", meeting.dispatches.get()),
    ):
        assert SECRET not in client.get(page).content.decode()
    assert "0 punkter" in words(search(client, f"{SECRET} sag"))
    assert "1 punkt" in words(search(secretariat(world), f"{SECRET} sag"))


def organisation_cooperation(world: World) -> Any:
    from rammevaerk.portal.access.models import Cooperation

    return world.first(Cooperation)


def test_the_form_closes_an_item_with_its_readers(world: World) -> None:
    meeting = a_meeting(world)
    nabo, person = organisation("naboby"), world.person(Role.DIRECTOR, "egenby")
    form = item_form(
        section=meeting.sections.first().pk,
        closed="on",
        legal_ground="fvl. § 27",
        organisations=[nabo.pk],
        people=[person.pk],
    )
    page = words(secretariat(world).post(address("item_new", meeting), form, follow=True))
    assert "Lukket punkt" in page
    assert person.name in page
    item = AgendaItem.objects.latest("pk")
    assert operations.written(item)["organisations"] == [nabo.pk]
    form = item_form(closed="on", legal_ground="fvl. § 27", people=[person.pk])
    secretariat(world).post(address("item_revise", item), form)
    assert operations.written(item)["organisations"] == []


def test_search_finds_words_in_titles_texts_and_cases_whatever_their_capitals(
    world: World,
) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Ændring af takster", presentation="<p>Årets &amp; næste års ØKONOMI</p>")
    own = secretariat(world)
    assert "1 punkt" in words(search(own, "ændring ÅRETS"))
    assert "1 punkt" in words(search(own, "økonomi"))
    assert "0 punkter" in words(search(own, "ændring kapacitet"))
    assert "0 punkter" in words(search(reader(world), "økonomi"))
    operations.dispatch_agenda(meeting, **how())
    assert "1 punkt" in words(search(reader(world), "takster økonomi"))
    content = json.loads(meeting.dispatches.get().content)
    assert content["items"][0]["title"] == "Ændring af takster"


def test_search_finds_what_was_sent_and_not_what_was_written_since(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster")
    operations.dispatch_agenda(meeting, **how())
    operations.revise_item(item, {"presentation": "<p>Kanelsnegle</p>"}, **how())
    assert "1 punkt" in words(search(secretariat(world), "kanelsnegle"))
    assert "0 punkter" in words(search(reader(world), "kanelsnegle"))


def test_a_supplement_of_closed_items_is_not_there_by_its_address(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Åbent")
    operations.dispatch_agenda(meeting, **how())
    a_closed_item(meeting, readers=([organisation("egenby").pk], []))
    second = operations.dispatch_agenda(meeting, **how())
    for name in ("version", "version_docx", "version_pdf", "version_zip"):
        page = reverse(f"meetings:{name}", kwargs={"dispatch_id": second.pk})
        assert reader(world).get(page).status_code == 404, name
        assert reader(world, "egenby").get(page).status_code == 200, name
        assert secretariat(world).get(page).status_code == 200, name


def test_the_audit_trail_does_not_name_the_readers_of_a_closed_item(world: World) -> None:
    meeting = a_meeting(world)
    item, nabo = a_closed_item(meeting), organisation("naboby")
    person = world.person(Role.BUYER, "egenby")
    secretary = {"by": world.actor(Role.SECRETARIAT, "sekretariatet"), "at": how()["at"]}
    given = {"title": item.title}
    operations.revise_item(item, given, readers=([nabo.pk], [person.pk]), **secretary)
    operations.revise_item(item, given, readers=([], []), **secretary)
    rows = AuditRecord.objects.filter(target_type="meetings.itemreader").order_by("-sequence")[:4]
    assert rows.count() == 4
    admin = world.client(Role.ADMINISTRATOR, "sekretariatet")
    for row in rows:
        assert "naboby" not in row.target_label.casefold()
        assert person.name not in row.target_label
        told = words(admin.get(reverse("access:audit_detail", kwargs={"sequence": row.sequence})))
        assert "(skjult)" in told
        assert "Naboby" not in told
        assert person.name not in told
    assert person.name not in words(admin.get(reverse("access:audit")))
