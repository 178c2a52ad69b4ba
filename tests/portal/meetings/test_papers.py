"""A meeting's papers as files: what is in them, the zip, and the pages that lead to them."""

import io
import re
import zipfile
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from agenda_samples import (
    CSV,
    SECRET,
    a_meeting,
    a_sent_agenda,
    an_item,
    how,
    reader,
    secretariat,
    words,
)
from django.urls import reverse
from libreoffice import converted
from paper_samples import (
    FORMS,
    MINUTES,
    after,
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

from rammevaerk.portal.common import documents
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import AgendaItem, ItemAnnexVersion


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"


# --- what is in the files ---


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_whole_paper_has_every_item_and_the_fingerprint_of_what_was_sent(
    world: World, form: str
) -> None:
    sent = sent_with_closed(world)
    row = sent.meeting.dispatches.get()
    read = laid_open if form == "docx" else pdf_words
    for address in (version_file(sent.meeting, form), agenda_file(sent.meeting, form)):
        found = read(fetched(secretariat(world), address))
        assert "Takster 2027" in found
        assert "godkender forslaget" in found
        assert f"{SECRET} titel" in found
        assert "Lukket punkt (forvaltningslovens § 27)" in found
        assert f"Version 1 · fingeraftryk {row.sha256[:16]}" in found
        assert "Udgave" not in found


def test_the_draft_is_for_those_who_write_it_and_says_what_it_is(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Endnu kun tænkt")
    found = pdf_words(fetched(secretariat(world), agenda_file(meeting, "pdf")))
    assert "Endnu kun tænkt" in found
    assert "Kladde, ikke udsendt" in found
    assert "fingeraftryk" not in found
    for form in FORMS:
        answer = reader(world).get(agenda_file(meeting, form), follow=True)
        assert "Der er ikke noget at hente" in words(answer)
        assert "Endnu kun tænkt" not in words(answer)


def test_nothing_that_was_not_sent_out_is_in_the_public_edition(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Takster 2027")
    client = secretariat(world)
    answer = client.get(agenda_file(meeting, "pdf"), {"offentlig": "1"}, follow=True)
    assert "intet er udsendt" in words(answer)
    operations.dispatch_agenda(meeting, **how())
    operations.revise_item(item, {"title": "Takster 2028"}, **how())
    an_item(meeting, "Kommet til")
    public = pdf_words(fetched(client, agenda_file(meeting, "pdf"), public=True))
    assert "Takster 2027" in public
    assert "2028" not in public
    assert "Kommet til" not in public
    own = pdf_words(fetched(client, agenda_file(meeting, "pdf")))
    assert "Takster 2028" in own
    assert "Kladde med ændringer, der ikke er udsendt" in own


def test_agenda_and_supplement_are_read_together_and_each_by_itself(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Det første")
    gone = an_item(meeting, "Det andet")
    operations.dispatch_agenda(meeting, **how())
    an_item(meeting, "Det tredje")
    operations.place_item(gone, None, **how())
    operations.dispatch_agenda(meeting, **how())
    client = reader(world)
    together = pdf_words(fetched(client, agenda_file(meeting, "pdf")))
    assert "Det første" in together
    assert "Det tredje" in together
    assert "Det andet" not in together
    first = pdf_words(fetched(secretariat(world), version_file(meeting, "pdf")))
    assert "Det andet" in first
    answer = client.get(version_file(meeting, "pdf", version=2))
    second = pdf_words(answer.content)
    assert "Tillægsdagsorden" in second
    assert "Det første" not in second
    assert re.search(r"Udgår 1\.2 Det andet", second)
    assert name_of(answer).endswith(" Tillægsdagsorden 2.pdf")


def test_the_agenda_of_a_moved_meeting_says_so_by_a_fingerprint_of_its_own(world: World) -> None:
    meeting = a_sent_agenda(world).meeting
    row = meeting.dispatches.get()
    operations.move_meeting(
        meeting,
        starts_at=meeting.starts_at + timedelta(days=1),
        ends_at=meeting.ends_at + timedelta(days=1),
        place="Salen",
        items_due=meeting.items_due,
        reason="Salen var optaget.",
        **how(),
    )
    found = pdf_words(fetched(secretariat(world), agenda_file(meeting, "pdf")))
    assert "Salen" in found
    assert row.sha256[:16] not in found
    assert "Version 1 · udgavens fingeraftryk" in found
    assert row.sha256[:16] in pdf_words(fetched(secretariat(world), version_file(meeting, "pdf")))


def test_the_minutes_have_people_decisions_and_excerpts(world: World) -> None:
    meeting = held_with_closed(world)
    answer = secretariat(world).get(minutes_file(meeting, "pdf"))
    found = pdf_words(answer.content)
    for told in (
        "Gæst Gæstesen",
        "Taksterne blev godkendt.",
        "Godkendt",
        f"Protokoludskrift Home-Forum {meeting.starts_at.year}-001",
        f"inhabil ({MINUTES} forhold)",
        meeting.dispatches.get(kind="minutes").sha256[:16],
    ):
        assert told in found
    assert name_of(answer) == f"Home-Forum {meeting.starts_at:%Y-%m-%d} Referat.pdf"


def test_minutes_that_are_not_sent_out_are_not_to_be_had(world: World) -> None:
    meeting = a_sent_agenda(world).meeting
    operations.begin_minutes(meeting, **after(meeting))
    for client in (secretariat(world), reader(world)):
        assert "Der er ikke noget at hente" in words(
            client.get(minutes_file(meeting, "docx"), follow=True)
        )


def test_an_older_version_of_the_minutes_stands_and_the_correction_says_why(world: World) -> None:
    meeting = held_with_closed(world)
    item = AgendaItem.objects.get(meeting=meeting, title="Takster 2027")
    operations.revise_decision(
        item, "rejected", "Taksterne blev afvist.", reason="Skrivefejl", **how()
    )
    client = reader(world)
    old = pdf_words(fetched(client, version_file(meeting, "pdf", kind="minutes")))
    assert "Taksterne blev godkendt." in old
    new = pdf_words(fetched(client, minutes_file(meeting, "pdf")))
    assert "Taksterne blev afvist. Rettet: Skrivefejl" in new
    assert "Version 2" in new


# --- the zip ---


def test_the_zip_has_the_agenda_and_the_annexes_in_the_order_of_the_items(world: World) -> None:
    meeting = a_meeting(world)
    first, second = an_item(meeting, "Det første"), an_item(meeting, "Det andet")
    operations.add_annex(second, "Sidst", CSV, "b.csv", **how())
    operations.add_annex(first, "Først/a", CSV + b"1;2\n", "a.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    for address in (agenda_file(meeting, "zip"), version_file(meeting, "zip")):
        with zipfile.ZipFile(io.BytesIO(fetched(reader(world), address))) as archive:
            assert archive.namelist() == [
                "01 Dagsorden.pdf",
                "01 Dagsorden.docx",
                "1.1 Bilag 1 Først-a.csv",
                "1.2 Bilag 2 Sidst.csv",
            ]
            assert archive.read("1.1 Bilag 1 Først-a.csv") == CSV + b"1;2\n"


def test_the_zip_has_the_files_that_went_out_and_not_later_ones(world: World) -> None:
    meeting = a_meeting(world)
    annex = operations.add_annex(an_item(meeting, "Punkt"), "Notat", CSV, "a.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    later = CSV + b"senere;9\n"
    operations.replace_annex_file(annex, later, "a.csv", **how())
    of_reader = zipfile.ZipFile(io.BytesIO(fetched(reader(world), agenda_file(meeting, "zip"))))
    assert of_reader.read("1.1 Bilag 1 Notat.csv") == CSV
    draft = zipfile.ZipFile(io.BytesIO(fetched(secretariat(world), agenda_file(meeting, "zip"))))
    assert draft.read("1.1 Bilag 1 Notat.csv") == later
    assert "01 Dagsorden, kladde.pdf" in draft.namelist()


@pytest.mark.parametrize("damage", ["gone", "other"])
def test_a_damaged_file_is_told_and_there_is_no_half_zip(world: World, damage: str) -> None:
    sent = sent_with_closed(world)
    version = ItemAnnexVersion.objects.get(annex__item=sent.open)
    path = documents.path_of(version.sha256)
    path.unlink()
    if damage == "other":
        path.write_bytes(b"noget andet")
    for client in (reader(world), secretariat(world)):
        answer = client.get(agenda_file(sent.meeting, "zip"), follow=True)
        assert "Bilag 1 «Åbent notat» findes ikke længere eller er beskadiget." in words(answer)
        assert answer["Content-Type"].startswith("text/html")
    assert fetched(reader(world), agenda_file(sent.meeting, "pdf"))


def test_a_damaged_file_of_a_closed_item_is_nothing_to_those_who_do_not_see_it(
    world: World,
) -> None:
    sent = sent_with_closed(world)
    documents.path_of(ItemAnnexVersion.objects.get(annex__item=sent.closed).sha256).unlink()
    address = agenda_file(sent.meeting, "zip")
    assert fetched(reader(world), address)
    assert fetched(secretariat(world), address, public=True)
    assert "beskadiget" in words(secretariat(world).get(address, follow=True))


# --- the pages and the programs that open them ---


def test_the_pages_lead_to_the_files(world: World) -> None:
    meeting = held_with_closed(world)
    pages = {
        reverse("meetings:meeting", kwargs={"meeting_id": meeting.pk}): [
            agenda_file(meeting, form) for form in FORMS
        ],
        reverse(
            "meetings:version",
            kwargs={"dispatch_id": meeting.dispatches.get(kind="agenda").pk},
        ): [version_file(meeting, form, kind="agenda") for form in FORMS],
        reverse("meetings:minutes", kwargs={"meeting_id": meeting.pk}): [
            minutes_file(meeting, form) for form in ("docx", "pdf")
        ],
    }
    for client, (page, files) in product((secretariat(world), reader(world)), pages.items()):
        answer = client.get(page)
        assert "Hent som Word" in words(answer)
        assert "Offentlig udgave" in words(answer)
        for file in files:
            assert f'href="{file}"' in answer.content.decode()
            assert f'href="{file}?offentlig=1"' in answer.content.decode()


def test_a_draft_has_no_link_to_a_public_edition(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Punkt")
    page = reverse("meetings:meeting", kwargs={"meeting_id": meeting.pk})
    answer = secretariat(world).get(page)
    assert "Hent som Word" in words(answer)
    assert "Offentlig udgave" not in words(answer)


def test_a_hostile_name_of_a_body_makes_a_safe_file_name(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Punkt")
    meeting.body.organisation.names.update(short='../../a"b\\c')
    name = name_of(secretariat(world).get(agenda_file(meeting, "docx")))
    assert re.fullmatch(r"[^/\\\"<>:|?*]+ Dagsorden, kladde\.docx", name)


def test_the_word_file_opens_in_libreoffice_with_all_its_words(
    world: World, tmp_path: Path
) -> None:
    meeting = held_with_closed(world)
    for number, address in enumerate((agenda_file(meeting, "docx"), minutes_file(meeting, "docx"))):
        content = fetched(secretariat(world), address)
        folder = tmp_path / str(number)
        folder.mkdir()
        read = pdf_words(converted(content, "papir.docx", "pdf", folder))
        for word in docx_words(content).split():
            assert word in read
