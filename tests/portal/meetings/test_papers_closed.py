"""Not a byte of a closed item is in a public paper, nor in that of somebody who may not see it."""

import io
import json
import zipfile
from itertools import product
from pathlib import Path

import pytest
from agenda_samples import (
    CSV,
    SECRET,
    a_closed_item,
    a_meeting,
    an_item,
    how,
    organisation,
    reader,
    secretariat,
    words,
)
from paper_samples import (
    FORMS,
    agenda_file,
    docx_words,
    fetched,
    held_with_closed,
    laid_open,
    minutes_file,
    name_of,
    pdf_words,
    sent_with_closed,
    version_file,
)
from pytest_django import Settings
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.meetings import operations, papers
from rammevaerk.portal.meetings.models import AgendaItem, Meeting


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"


def all_files(meeting: Meeting) -> list[str]:
    return [
        *(agenda_file(meeting, form) for form in FORMS),
        *(version_file(meeting, form, kind="agenda") for form in FORMS),
        *(version_file(meeting, form, kind="minutes") for form in FORMS),
        *(minutes_file(meeting, form) for form in ("docx", "pdf")),
    ]


def marks_of(meeting: Meeting) -> list[str]:
    """What tells of the closed item: its words, its file, its minutes, and any whole's mark."""
    return [
        "HEMMELIG",
        "forvaltningslovens",
        "1.L1",
        "Bilag L",
        "1 t. 17 min.",
        "1 t. 37 min.",
        "-L001",
        *(sha256[:16] for sha256 in meeting.dispatches.values_list("sha256", flat=True)),
    ]


def test_the_search_for_marks_finds_them_in_what_the_secretariat_gets(world: World) -> None:
    """Otherwise the tests below could not fail."""
    meeting = held_with_closed(world)
    client = secretariat(world)
    everything = "".join(laid_open(fetched(client, one)) for one in all_files(meeting))
    assert [mark for mark in marks_of(meeting) if mark not in everything] == []
    for address in all_files(meeting):
        assert "HEMMELIG" in laid_open(fetched(client, address)), address


@pytest.mark.parametrize("who", ["secretariat", "reader", "closed reader"])
def test_not_a_byte_of_a_closed_item_is_in_any_public_edition(world: World, who: str) -> None:
    meeting = held_with_closed(world)
    if who == "closed reader":
        closed = AgendaItem.objects.get(meeting=meeting, closed=True)
        closed.readers.create(organisation=organisation("naboby"))
    client = secretariat(world) if who == "secretariat" else reader(world)
    for address in all_files(meeting):
        found = laid_open(fetched(client, address, public=True))
        assert [mark for mark in marks_of(meeting) if mark in found] == [], address
    name = name_of(client.get(agenda_file(meeting, "docx"), {"offentlig": "1"}))
    assert name == f"Home-Forum {meeting.starts_at:%Y-%m-%d} Dagsorden, offentlig udgave.docx"


def test_not_a_byte_of_a_closed_item_is_in_what_a_stranger_gets(world: World) -> None:
    meeting = held_with_closed(world)
    for role, address in product(
        [r for r in Role if r is not Role.SECRETARIAT], all_files(meeting)
    ):
        if role is not Role.READER and not address.endswith(".docx"):
            continue
        found = laid_open(fetched(world.client(role, "naboby"), address))
        assert [mark for mark in marks_of(meeting) if mark in found] == [], (role, address)


def test_a_reader_of_the_closed_item_has_it_in_his_own_edition_with_its_annex(
    world: World,
) -> None:
    meeting = a_meeting(world)
    item = a_closed_item(meeting, readers=([organisation("naboby").pk], []))
    operations.add_annex(item, f"{SECRET} notat", CSV, "a.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    content = fetched(reader(world), agenda_file(meeting, "zip"))
    assert f"1.L1 Bilag L1 {SECRET} notat.csv" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    answer = reader(world).get(agenda_file(meeting, "zip"), {"offentlig": "1"}, follow=True)
    assert "Der er ikke noget at hente" in words(answer)


def test_an_item_closed_since_is_gone_from_old_versions_too(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, f"{SECRET} titel")
    an_item(meeting, "Takster 2027")
    operations.dispatch_agenda(meeting, **how())
    operations.revise_item(item, {"closed": True, "legal_ground": "fvl. § 27"}, **how())
    for form in FORMS:
        address = version_file(meeting, form)
        assert SECRET not in laid_open(fetched(reader(world), address))
        assert SECRET not in laid_open(fetched(secretariat(world), address, public=True))


def test_a_closed_item_that_is_withdrawn_is_not_in_the_public_supplement(world: World) -> None:
    sent = sent_with_closed(world)
    operations.place_item(sent.closed, None, **how())
    operations.place_item(sent.open, None, **how())
    operations.dispatch_agenda(sent.meeting, **how())
    address = version_file(sent.meeting, "docx", version=2)
    assert "HEMMELIG" in docx_words(fetched(secretariat(world), address))
    for client, public in ((secretariat(world), True), (reader(world), False)):
        found = laid_open(fetched(client, address, public=public))
        assert "HEMMELIG" not in found
        assert "Takster 2027" in found


def test_the_fingerprint_of_an_edition_does_not_tell_whether_something_was_left_out(
    world: World,
) -> None:
    """Else one could compare it with that of the version, which everybody sees on its page."""
    meeting = a_meeting(world)
    an_item(meeting, "Kun et åbent punkt")
    operations.dispatch_agenda(meeting, **how())
    row = meeting.dispatches.get()
    for actor, public in ((world.actor(Role.READER, "naboby"), False), (_desk(world), True)):
        paper = papers.version_paper(row, actor, public=public)
        assert paper is not None
        assert paper.fingerprint != row.sha256
        assert paper.content["items"][0]["title"] == "Kun et åbent punkt"
    public_ones = {
        papers.version_paper(row, actor, public=True).fingerprint
        for actor in (world.actor(Role.READER, "naboby"), _desk(world))
    }
    assert len(public_ones) == 1


def _desk(world: World) -> Actor:
    return world.actor(Role.SECRETARIAT, "sekretariatet")


def test_the_case_of_an_item_is_in_no_edition_of_others(world: World) -> None:
    case = operations.open_case(
        a_meeting(world, 10).body.cooperation,
        {"title": f"{SECRET} sag", "owner": organisation("egenby"), "closed": True},
        **how(),
    )
    meeting = a_meeting(world)
    an_item(meeting, "Åbent punkt", case_id=case.pk)
    operations.dispatch_agenda(meeting, **how())
    for form in FORMS:
        assert SECRET not in laid_open(fetched(reader(world), agenda_file(meeting, form)))
    meeting.refresh_from_db()
    paper = papers.agenda_paper(meeting, world.actor(Role.READER, "naboby"))
    assert SECRET not in json.dumps(paper.content)


def test_a_draft_that_is_read_through_has_open_items_only(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Åbent punkt", duration=20)
    item = a_closed_item(meeting, duration=77, readers=([organisation("naboby").pk], []))
    operations.add_annex(item, f"{SECRET} notat", CSV, f"{SECRET}.csv", **how())
    person = world.person(Role.READER, "naboby")
    operations.ask_for_review(meeting, [person.pk], **how())
    for form in FORMS:
        found = laid_open(fetched(reader(world), agenda_file(meeting, form)))
        assert [mark for mark in ("HEMMELIG", "1 t. 37", "1.L1", "Bilag L") if mark in found] == []
    assert "Kladde, ikke udsendt" in pdf_words(fetched(reader(world), agenda_file(meeting, "pdf")))
