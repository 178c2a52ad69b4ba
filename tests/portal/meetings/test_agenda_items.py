"""Items: writing, changing, moving, taking on, and their annexes."""

from pathlib import Path
from typing import Any

import pytest
from agenda_samples import (
    CSV,
    a_meeting,
    address,
    an_item,
    how,
    item_form,
    organisation,
    reader,
    secretariat,
    section,
    words,
)
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Body,
    Case,
    Decision,
    ItemAnnex,
    ItemAnnexVersion,
    Meeting,
    Seat,
)


@pytest.fixture
def shelf(world: World, settings: Settings, tmp_path: Path) -> World:
    """The world with an empty folder for its files."""
    settings.MEDIA_ROOT = tmp_path / "documents"
    return world


def write(world: World, meeting: Meeting, **given: Any) -> Any:
    form = item_form(section=section(meeting).pk, **given)
    return secretariat(world).post(address("item_new", meeting), form, follow=True)


def newest() -> AgendaItem:
    return AgendaItem.objects.latest("pk")


def test_an_item_is_written_with_its_recommendation_and_case(world: World) -> None:
    meeting, case = a_meeting(world), world.first(Case)
    page = words(
        write(world, meeting, case_id=case.pk, verb_3="discuss", text_3="næste skridt", duration="")
    )
    assert "1.1 Budget 2027" in page
    assert "godkender budgettet" in page
    assert "drøfter næste skridt" in page
    assert case.number in page
    assert newest().consultation == case.consultations.get(body=meeting.body)
    assert newest().presentation == "<p>Første afsnit.</p>\n<p>Andet afsnit.</p>"


def test_plain_text_becomes_paragraphs_and_lists_and_comes_back_as_it_was(world: World) -> None:
    meeting = a_meeting(world)
    write(world, meeting, presentation="Et < to & tre\nlinje to\n\n- æble\n- pære")
    assert newest().presentation == (
        "<p>Et &lt; to &amp; tre<br>linje to</p>\n<ul><li>æble</li><li>pære</li></ul>"
    )
    write(world, meeting, presentation="Et < to\nlinje to\n\nNæste")
    form = secretariat(world).get(address("item_revise", newest())).content.decode()
    assert "Et &lt; to\nlinje to\n\nNæste</textarea>" in form


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">her</a>',
        "<p onclick=alert(1)>tekst</p>",
        "<iframe src=//evil.example></iframe>",
        "<svg/onload=alert(1)>",
        "<style>body{display:none}</style>",
    ],
)
def test_what_could_run_is_taken_out_of_a_presentation(world: World, evil: str) -> None:
    page = write(world, a_meeting(world), presentation=f"<p>Før</p>{evil}<p>Efter</p>")
    shown = page.content.decode().split('<div class="presentation">')[1].split("</div>")[0]
    for part in ("script", "onerror", "onclick", "onload", "javascript", "alert", "<i", "<style"):
        assert part not in shown
    assert "Før" in shown
    assert "Efter" in shown


@pytest.mark.parametrize(
    "text", ["Borger 010190-1234", "<p>Borger 010190<strong>-1234</strong></p>"]
)
def test_a_presentation_holds_no_cpr_number(world: World, text: str) -> None:
    before = AgendaItem.objects.count()
    answer = write(world, a_meeting(world), presentation=text)
    assert answer.status_code == 422
    assert "CPR-nummer" in words(answer)
    assert AgendaItem.objects.count() == before


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"title": ""}, "Titel"),
        ({"verb_2": "discuss", "text_2": ""}, "Skriv, hvad der indstilles."),
        ({"verb_2": "", "text_2": "noget"}, "Vælg, hvad forummet skal."),
        ({"closed": "on"}, "Skriv, med hvilken hjemmel punktet er lukket."),
        ({"duration": "0"}, "Varighed"),
    ],
)
def test_an_item_that_lacks_something_is_explained(
    world: World, given: dict[str, str], message: str
) -> None:
    answer = write(world, a_meeting(world), **given)
    assert answer.status_code == 422
    assert message in words(answer)


def test_the_second_of_two_editors_sees_both_texts_and_nothing_is_lost(world: World) -> None:
    item = an_item(a_meeting(world), "Takster")
    client = secretariat(world)
    seen = operations.item_fingerprint(item)
    first = item_form(title="Takster A", seen=seen)
    assert client.post(address("item_revise", item), first).status_code == 302
    second = item_form(title="Takster B", verb_1="discuss", text_1="taksterne", seen=seen)
    answer = client.post(address("item_revise", item), second)
    page = words(answer)
    assert answer.status_code == 409
    assert "En anden har ændret det samme" in page
    assert "Takster A" in page
    assert "Takster B" in answer.content.decode()
    item.refresh_from_db()
    assert item.title == "Takster A"
    again = answer.content.decode().split('name="seen" value="')[1].split('"')[0]
    assert client.post(address("item_revise", item), {**second, "seen": again}).status_code == 302
    item.refresh_from_db()
    assert item.title == "Takster B"


def test_a_changed_recommendation_is_a_conflict_too(world: World) -> None:
    item = an_item(a_meeting(world), "Takster")
    seen = operations.item_fingerprint(item)
    operations.revise_item(item, {}, recommendation=[("note", "noget andet")], **how())
    form = item_form(title="Takster", seen=seen)
    assert secretariat(world).post(address("item_revise", item), form).status_code == 409


def test_moving_an_item_about_is_no_conflict(world: World) -> None:
    meeting = a_meeting(world)
    item, other = an_item(meeting, "Første"), an_item(meeting, "Anden")
    seen = operations.item_fingerprint(item)
    operations.shift_item(other, -1, **how())
    form = item_form(seen=seen)
    assert secretariat(world).post(address("item_revise", item), form).status_code == 302


def test_a_decided_item_is_not_changed(world: World) -> None:
    item = an_item(a_meeting(world), "Afgjort")
    Decision.objects.create(
        item=item, revision=1, kind="adopted", text="Godkendt.", registered_at=how()["at"]
    )
    answer = secretariat(world).post(address("item_revise", item), item_form())
    assert answer.status_code == 422
    assert "Punktet er besluttet og kan ikke ændres." in words(answer)


def numbers(meeting: Meeting) -> list[str]:
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("section")
    return [f"{row.number} {row.title}" for row in rows.order_by("section__position", "position")]


def test_items_go_up_and_down_to_other_sections_and_back(world: World) -> None:
    meeting = a_meeting(world)
    first, second, third = (an_item(meeting, title) for title in ("A", "B", "C"))
    client = secretariat(world)
    client.post(address("item_shift", third), {"retning": "op"})
    assert numbers(meeting) == ["1.1 A", "1.2 C", "1.3 B"]
    client.post(address("item_shift", first), {"retning": "ned"})
    assert numbers(meeting) == ["1.1 C", "1.2 A", "1.3 B"]
    orientation = section(meeting, "orientation").pk
    client.post(address("item_place", third), {"section": orientation})
    assert numbers(meeting) == ["1.1 A", "1.2 B", "2.1 C"]
    client.post(address("item_place", first), {"section": "0"})
    assert numbers(meeting) == ["1.1 B", "2.1 C"]
    assert "A" in words(client.get(address("backlog", meeting.body)))
    client.post(address("item_place", first), {"section": section(meeting).pk})
    assert numbers(meeting) == ["1.1 B", "1.2 A", "2.1 C"]
    assert second.pk


def test_an_item_is_not_placed_on_another_bodys_meeting(world: World) -> None:
    item = an_item(a_meeting(world), "Vores")
    foreign = section(world.first(Meeting, "foreign"))
    answer = secretariat(world).post(address("item_place", item), {"section": foreign.pk})
    assert answer.status_code == 422
    with pytest.raises(ValidationError):
        operations.place_item(item, foreign, **how())


def test_an_item_taken_on_is_a_copy_without_what_was_decided(shelf: World) -> None:
    meeting, later = a_meeting(shelf), a_meeting(shelf, 90)
    item = an_item(meeting, "Evaluering", duration=15)
    operations.add_annex(item, "Notat", CSV, "notat.csv", **how())
    Decision.objects.create(item=item, revision=1, kind="postponed", registered_at=how()["at"])
    client = secretariat(shelf)
    page = client.post(address("item_carry", item), {"section": section(later).pk}, follow=True)
    copy = newest()
    assert (copy.meeting_id, copy.carried_from_id) == (later.pk, item.pk)
    assert (copy.title, copy.duration, copy.decisions.count()) == ("Evaluering", 15, 0)
    assert [row.text for row in copy.recommendation.all()] == ["forslaget"]
    assert copy.annexes.get().versions.get().sha256 == item.annexes.get().versions.get().sha256
    assert "Ført videre fra" in words(page)
    item.refresh_from_db()
    assert item.meeting_id == meeting.pk


def test_a_director_hands_in_an_item_and_sees_his_own(world: World) -> None:
    body = world.first(Body)
    client = world.client(Role.DIRECTOR, "egenby")
    answer = client.post(address("item_submit", body), item_form(title="Fra Egenby"), follow=True)
    assert "Punktet er meldt ind" in words(answer)
    item = newest()
    assert (item.submitted_by, item.meeting) == (organisation("egenby"), None)
    assert "Fra Egenby" in words(client.get(address("backlog", body)))
    other = world.client(Role.DIRECTOR, "naboby")
    assert "Fra Egenby" not in words(other.get(address("backlog", body)))
    assert other.get(address("item", item)).status_code == 404
    assert client.get(address("item_revise", item)).status_code == 403


def test_who_has_no_seat_hands_nothing_in(world: World) -> None:
    body = world.first(Body)
    Seat.objects.filter(body=body, organisation__key="egenby").update(valid_to="2025-02-01")
    answer = world.client(Role.DIRECTOR, "egenby").post(address("item_submit", body), item_form())
    assert answer.status_code == 422
    assert "har ikke plads i forummet" in words(answer)


def test_a_reader_hands_nothing_in(world: World) -> None:
    answer = reader(world).post(address("item_submit", world.first(Body)), item_form())
    assert answer.status_code == 403


def upload(world: World, item: AgendaItem, name: str, content: bytes = CSV) -> Any:
    form = {"title": "Notat", "file": SimpleUploadedFile("x.csv", content)}
    form["file"].name = name  # SimpleUploadedFile itself takes folders away
    return secretariat(world).post(address("annex_new", item), form, follow=True)


def test_an_annex_named_after_a_folder_above_is_stored_under_a_safe_name(shelf: World) -> None:
    item = an_item(a_meeting(shelf), "Bilag")
    operations.add_annex(item, "Notat", CSV, "../../x.csv", **how())
    operations.add_annex(item, "Notat", CSV, "..\\..\\y.csv", **how())
    names = {row.name for row in ItemAnnexVersion.objects.filter(annex__item=item)}
    assert names == {"x.csv", "y.csv"}
    answer = secretariat(shelf).get(
        address("annex_file", ItemAnnexVersion.objects.get(name="x.csv"))
    )
    assert answer["Content-Disposition"] == 'attachment; filename="x.csv"'
    assert answer.content == CSV


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_kept(shelf: World) -> None:
    item = an_item(a_meeting(shelf), "Bilag")
    answer = upload(shelf, item, "notat.pdf", b"MZ\x90\x00\x03" + b"\x00" * 200)
    assert answer.status_code == 422
    assert "et Windows-program" in words(answer)
    assert not item.annexes.exists()


def test_annexes_get_other_files_titles_and_places_and_are_removed(shelf: World) -> None:
    item = an_item(a_meeting(shelf), "Bilag")
    client = secretariat(shelf)
    upload(shelf, item, "a.csv")
    upload(shelf, item, "b.csv")
    first, second = item.annexes.order_by("position")
    client.post(address("annex_replace", first), {"file": SimpleUploadedFile("c.csv", b"c;d\n")})
    assert first.versions.count() == 2
    seen = operations.fingerprint(second)
    client.post(address("annex_rename", second), {"title": "Regneark", "seen": seen})
    client.post(address("annex_change", second), {"handling": "op"})
    page = words(client.get(address("item", item)))
    assert page.index("Regneark") < page.index("c.csv")
    old = second.versions.get()
    client.post(address("annex_change", second), {"handling": "fjern"})
    assert [row.pk for row in item.annexes.all()] == [first.pk]
    assert "Regneark" not in words(client.get(address("item", item)))
    assert client.get(address("annex_file", old)).status_code == 404
    assert client.get(address("annex_rename", second)).status_code == 404


def test_an_annex_that_has_gone_out_is_not_removed(shelf: World) -> None:
    meeting = a_meeting(shelf)
    item = an_item(meeting, "Bilag")
    annex = operations.add_annex(item, "Notat", CSV, "a.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    answer = secretariat(shelf).post(
        address("annex_change", annex), {"handling": "fjern"}, follow=True
    )
    assert "Bilaget er udsendt og kan ikke fjernes" in words(answer)
    assert ItemAnnex.objects.filter(pk=annex.pk).exists()


def test_a_wrong_annex_number_is_found_and_leads_to_the_item(shelf: World) -> None:
    meeting = a_meeting(shelf)
    item = an_item(meeting, "Takster", presentation="<p>Se bilag 9 for de nye takster.</p>")
    operations.add_annex(item, "Takstblad", CSV, "a.csv", **how())
    page = secretariat(shelf).get(address("meeting", meeting))
    aside = page.content.decode().split('<aside class="page-aside"')[1]
    assert "ilag 9" in aside
    assert address("item", item) in aside
    operations.revise_item(item, {"presentation": "<p>Se bilag 1 for de nye takster.</p>"}, **how())
    assert "ilag 9" not in words(secretariat(shelf).get(address("meeting", meeting)))
