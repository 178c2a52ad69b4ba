"""The pages of the catalogue: what each role sees and may do, and what bad input is answered."""

import io
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from register_samples import bosted, facility, service
from world import HOW, MARK, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilityUse,
    OccupancyFigure,
    Paragraph,
    PlaceCapacity,
    TargetGroup,
)

READER = (Role.READER, "egenby")
PROVIDER = (Role.PROVIDER, "egenby")
FOUND = ["Hjemlig bosted i egenby", "Hjemlig bosted i naboby"]


def page(world: World, address: str, who: tuple[Role, str] = READER) -> str:
    response = world.client(*who).get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def rows_of(text: str) -> list[str]:
    return list(re.findall(r'scope="row"><a [^>]*>([^<]+)</a>', text))


def rows_of_workbook(client: Client, query: str) -> list[list[Any]]:
    response = client.get(f"/tilbud/tilbud.xlsx?{query}")
    assert "attachment" in response["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return book.get_sheet_by_name("Tilbud").to_python()[1:]


def test_the_workbook_is_exactly_what_is_shown(world: World) -> None:
    row = facility(world, "=Farligt navn", kind="day")
    service(row, "Dag", setting="day", places=30)
    for query in ("", "art=day", "q=naboby", "sorter=-pladser"):
        shown = rows_of(page(world, f"/tilbud/?{query}"))
        written = [line[0] for line in rows_of_workbook(world.client(*READER), query)]
        assert written == shown, query
    assert rows_of_workbook(world.client(*READER), "art=day")[0][13] == 30


def test_pages_follow_each_other_and_keep_the_filters(world: World) -> None:
    for number in range(30):
        facility(world, f"Hus {number:02}")
    first = page(world, "/tilbud/?q=hus")
    assert len(rows_of(first)) == 25
    assert "?q=hus&amp;side=2" in first
    assert len(rows_of(page(world, "/tilbud/?q=hus&side=2"))) == 5
    assert "Side 2 af 2" in page(world, "/tilbud/?q=hus&side=999")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("alder=abc", "kan ikke læses; skriv et tal"),
        ("alder=-1", "kan ikke læses; skriv et tal"),
        ("alder=121", "kan ikke læses; skriv et tal"),
        ("alder=٣", "kan ikke læses; skriv et tal"),
        ("pris_fra=1,5", "skriv hele kroner"),
        ("pris_til=99999999999", "skriv hele kroner"),
        ("pr=31.2.2026", "kan ikke læses|findes ikke"),
        ("pr=2026", "ikke en bestemt dag"),
        ("pr=1.1.2090", "mellem 2007 og ti år frem"),
        ("pr=1.1.1990", "mellem 2007 og ti år frem"),
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_narrows_nothing(
    world: World, query: str, said: str
) -> None:
    text = page(world, f"/tilbud/?{query}")
    assert re.search(said, text)
    assert rows_of(text) == FOUND


@pytest.mark.parametrize(
    "query",
    ["paragraf=zzz", "kommune=%27--", "driftsherre=999999999999999999999", "q=" + "x" * 5000],
)
def test_a_filter_that_answers_to_nothing_shows_a_helpful_page(world: World, query: str) -> None:
    assert "Ingen tilbud passer til det, du søger" in page(world, f"/tilbud/?{query}")


def test_what_is_written_is_shown_as_text(world: World) -> None:
    facility(world, "<script>alert(1)</script>", description="<b>x</b>")
    text = page(world, "/tilbud/?q=%3Cscript%3E")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_map_says_in_words_and_in_a_table_what_it_shows(world: World) -> None:
    Organisation.objects.filter(key="egenby").update(code="0791")
    Organisation.objects.filter(key="naboby").update(code="0740")
    text = page(world, "/tilbud/kort/?vis=pladser&art=residential")
    assert "Naboby har flest: 10 af 20 pladser i 2 kommuner" in text
    own = Organisation.objects.get(key="egenby").pk
    link = re.search(r'<a href="([^"]+)" aria-label="Egenby: 10 pladser">', text)
    assert link
    assert f"kommune={own}" in link[1]
    assert "art=residential" in link[1]
    assert rows_of(page(world, link[1].replace("&amp;", "&"))) == FOUND[:1]
    assert text.count('class="map-area map-level-1" d=') == 2
    assert "DAGI" in text
    assert MARK not in text


def test_a_region_without_outlines_has_its_table(world: World) -> None:
    text = page(world, "/tilbud/kort/?vis=nonsens")
    assert "<path" not in text.split("map-and-table")[1].split("table-region")[0]
    assert "Naboby" in text


def test_up_to_five_are_compared_and_differences_are_said(world: World) -> None:
    ids = [facility(world, f"Hus {number}").pk for number in range(6)]
    operations.revise_facility(Facility.objects.get(pk=ids[1]), {"kind": "day"}, **HOW)
    query = "&".join(f"id={pk}" for pk in ids)
    text = page(world, f"/tilbud/sammenlign/?{query}")
    assert "Du valgte 6 tilbud; de første fem er vist." in text
    assert "Hus 4" in text
    assert "Hus 5" not in text
    assert re.search(r"Art og ejerform <span class=.changed-mark.>forskel", text)
    assert not re.search(r"Driftsherre <span class=.changed-mark.>", text)


@pytest.mark.parametrize("query", ["", "id=1", "id=x&id=-1&id=1e3", "id=99999&id=999998"])
def test_fewer_than_two_cannot_be_compared(world: World, query: str) -> None:
    assert "Vælg mindst to tilbud" in page(world, f"/tilbud/sammenlign/?{query}")


def test_a_foreign_facility_is_not_compared(world: World) -> None:
    foreign = Facility.objects.get(key="fjernby-bosted").pk
    text = page(world, f"/tilbud/sammenlign/?id={foreign}&id={bosted().pk}")
    assert MARK not in text
    assert "Vælg mindst to" in text


def test_a_facility_s_page_shows_coverage_with_its_reason_and_the_share_of_others(
    world: World,
) -> None:
    for key, count in (("naboby", 5),):
        buyer = Organisation.objects.get(key=key)
        FacilityUse.objects.create(facility=bosted(), buyer=buyer, year=2025, citizens=count)
    text = page(world, f"/tilbud/{bosted().pk}/")
    assert "brugt af 1 anden kommune i 2025" in text
    assert "50 pct." in text
    assert "kilde: Rammeaftale 2023-24 for Midtjylland" in text
    assert "agreement-2023-2024" not in text


def test_a_facility_is_shown_as_it_was(world: World) -> None:
    held = bosted().services.get()
    operations.set_capacity(
        held, places=14, covered=14, valid_from=date(2025, 1, 1), reason="Ny fløj", **HOW
    )
    address = f"/tilbud/{bosted().pk}/"
    assert re.search(r"<dt>Pladser</dt><dd>14", page(world, address))
    before = page(world, f"{address}?pr=31.12.2024")
    assert re.search(r"<dt>Pladser</dt><dd>10", before)
    assert "Vist, som det var pr. 31. december 2024" in before
    assert "fra 10 til 14 pladser" in before
    assert "1 afløst pladstal" in before


def test_days_left_of_an_approval_are_counted(world: World) -> None:
    bosted().approvals.update(valid_to=date(2099, 1, 1))
    text = page(world, f"/tilbud/{bosted().pk}/?pr=22.12.2030")
    assert "24.847 dage" in text


def test_the_latest_figure_of_a_year_and_kind_holds(world: World) -> None:
    for points in (9_100, 9_345):
        operations.report_occupancy(
            bosted().services.get(), year=2025, kind="actual", basis_points=points, **HOW
        )
    text = page(world, f"/tilbud/{bosted().pk}/")
    assert "93,45 pct." in text
    assert "91,00 pct." not in text
    assert "−3,55" in text


def test_national_and_secure_units_show_capacity_and_occupancy_by_year(world: World) -> None:
    bosted("naboby").departments.update(secure=True)
    text = page(world, "/tilbud/landsdaekkende/")
    assert "Hjemlig bosted i naboby" in text
    assert text.count("Sikret</span>") == 1
    assert "forudsat 97,0 pct." in text
    assert MARK not in text


def test_only_those_who_may_are_offered_to_edit(world: World) -> None:
    address = f"/tilbud/{bosted().pk}/"
    theirs = f"/tilbud/{bosted('naboby').pk}/"
    for who, own, other in (
        (READER, False, False),
        (PROVIDER, True, False),
        ((Role.SECRETARIAT, "sekretariatet"), True, True),
    ):
        assert ("Rediger tilbuddet" in page(world, address, who)) is own
        assert ("Rediger tilbuddet" in page(world, theirs, who)) is other


FORMS: list[tuple[str, dict[str, Any], str]] = [
    ("{f}/rediger/", {"name": "Nyt navn", "kind": "day", "reach": "local"}, "Nyt navn"),
    ("{f}/ny-afdeling/", {"name": "Fløjen", "valid_from": "1. marts 2025"}, "Fløjen"),
    (
        "{f}/ny-ydelse/",
        {
            "name": "Aflastning", "setting": "short_stay", "audience": "children",
            "age_from": "0", "age_to": "18", "valid_from": "1.1.2025", "valid_to": "31.12.2027",
        },
        "Aflastning",
    ),
    (
        "{f}/ny-godkendelse/",
        {"status": "conditions", "authority": "Tilsyn Midt", "valid_from": "1.1.2025"},
        "Tilsyn Midt",
    ),
    (
        "ydelse/{s}/pladser/",
        {"places": "17", "covered": "16", "valid_from": "1.1.2026", "reason": "Flere rum"},
        "Flere rum",
    ),
    ("ydelse/{s}/ledighed/", {"free": "7", "waiting": "0", "as_of": "1.6.2025"}, "pr. 1.6.2025"),
    (
        "ydelse/{s}/belaegning/",
        {"year": "2024", "kind": "actual", "basis_points": "98,76", "source": "Regnskab"},
        "98,76 pct.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("address", "values", "shown"), FORMS, ids=[one[0] for one in FORMS])
def test_what_an_operator_enters_is_stored_and_shown(
    world: World, address: str, values: dict[str, Any], shown: str
) -> None:
    row = bosted()
    if address == "{f}/rediger/":
        values = {**values, "municipality_id": row.municipality_id, "valid_from": "1.1.2020"}
    client = world.client(*PROVIDER)
    where = "/tilbud/" + address.format(f=row.pk, s=row.services.get().pk)
    assert client.get(where).status_code == 200
    response = client.post(where, values, follow=True)
    assert response.redirect_chain == [(f"/tilbud/{row.pk}/", 302)], response.content.decode()
    assert shown in response.content.decode()


@pytest.mark.parametrize(
    ("address", "values", "said"),
    [
        ("ydelse/{s}/pladser/", {"places": "-1"}, "Intet er gemt"),
        ("ydelse/{s}/pladser/", {"places": "5", "covered": "9"}, "flere omfattede pladser"),
        ("ydelse/{s}/ledighed/", {"free": "500", "as_of": "1.6.2025"}, "Ret pladstallet først"),
        ("ydelse/{s}/ledighed/", {"free": "1", "as_of": "1.6.2099"}, "en dag, der har været"),
        ("ydelse/{s}/belaegning/", {"year": "2024", "basis_points": "1e9"}, "200 %"),
        ("ydelse/{s}/belaegning/", {"year": "2024", "basis_points": "NaN"}, "to decimaler"),
        ("ydelse/{s}/belaegning/", {"year": "2024", "basis_points": "97,555"}, "to decimaler"),
        ("{f}/ny-ydelse/", {"age_from": "30", "age_to": "18"}, "højere end den nedre"),
        ("{f}/ny-ydelse/", {"valid_to": "31.12.2010"}, "skal ligge efter"),
        ("{f}/ny-afdeling/", {"name": "010190-" + "1234"}, "ligner et CPR-nummer"),
        ("{f}/ny-afdeling/", {"p_number": "12"}, "ti cifre"),
        ("{f}/ny-godkendelse/", {"valid_from": "1. maj"}, "valid_from"),
    ],
)
def test_bad_input_is_answered_where_it_stands_and_nothing_is_stored(
    world: World, address: str, values: dict[str, str], said: str
) -> None:
    row = bosted()
    good = {
        "name": "Navn", "setting": "day", "audience": "adults", "age_from": "18",
        "valid_from": "1.1.2026", "places": "5", "covered": "5", "reason": "Grund", "waiting": "0",
        "kind": "budgeted", "status": "approved", "authority": "Tilsyn", **values,
    }  # fmt: skip
    before = PlaceCapacity.objects.count() + OccupancyFigure.objects.count()
    where = "/tilbud/" + address.format(f=row.pk, s=row.services.get().pk)
    response = world.client(*PROVIDER).post(where, good)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert PlaceCapacity.objects.count() + OccupancyFigure.objects.count() == before
    assert (row.services.count(), row.departments.count(), row.approvals.count()) == (1, 1, 1)


def test_law_and_groups_are_chosen_on_a_page(world: World) -> None:
    held = bosted().services.get()
    client = world.client(*PROVIDER)
    new = Paragraph.objects.get(key="bl-43-1-6").pk
    chosen = {"paragraph_ids": [new], "on": "1.1.2026"}
    assert client.post(f"/tilbud/ydelse/{held.pk}/paragraffer/", chosen).status_code == 302
    assert list(held.paragraphs.filter(valid_to=None).values_list("paragraph_id", flat=True)) == [
        new
    ]
    group = TargetGroup.objects.get(key="handicap").pk
    wanted = {"target_group_ids": [group], "main_id": group, "on": "1.1.2026"}
    assert client.post(f"/tilbud/ydelse/{held.pk}/maalgrupper/", wanted).status_code == 302
    assert held.target_groups.filter(is_main=True, valid_to=None).get().target_group_id == group
    stale = {**wanted, "seen": "0" * 16}
    response = client.post(f"/tilbud/ydelse/{held.pk}/maalgrupper/", stale)
    assert response.status_code == 422
    assert "En anden har ændret det samme" in response.content.decode()


def test_a_new_facility_is_made_on_a_page(world: World) -> None:
    own = Organisation.objects.get(key="egenby").pk
    values = {
        "name": "Åhuset", "operator_id": own, "ownership": "municipal", "reporter_id": own,
        "kind": "residential", "reach": "local", "municipality_id": own, "valid_from": "1.1.2025",
        "cvr": "29 18 98 46",
    }  # fmt: skip
    client = world.client(*PROVIDER)
    response = client.post("/tilbud/home/nyt/", values)
    row = Facility.objects.get(key="aahuset")
    assert response["Location"] == f"/tilbud/{row.pk}/"
    assert row.cvr == "29189846"
    theirs = {**values, "reporter_id": Organisation.objects.get(key="naboby").pk}
    assert client.post("/tilbud/home/nyt/", theirs).status_code == 422


def test_the_last_day_of_a_period_is_written_and_read_as_people_say_it(world: World) -> None:
    row = bosted().services.get()
    row.valid_to = date(2027, 1, 1)
    row.save()
    text = page(world, f"/tilbud/ydelse/{row.pk}/rediger/", PROVIDER)
    assert 'value="31. december 2026"' in text


def test_the_trail_of_a_facility_is_for_those_who_may_see_it(world: World) -> None:
    operations.set_capacity(
        bosted().services.get(), places=1, covered=1, valid_from=date(2026, 1, 1), **HOW
    )
    address = f"/tilbud/{bosted().pk}/spor/"
    assert "pladser" in page(world, address, (Role.SECRETARIAT, "sekretariatet"))
    assert world.client(*READER).get(address).status_code == 403


@pytest.mark.parametrize("address", ["/tilbud/", "/tilbud/kort/", "/tilbud/landsdaekkende/"])
def test_no_page_asks_once_for_each_row(world: World, address: str) -> None:
    client = world.client(*READER)
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    few = queries()
    for number in range(8):
        row = facility(world, f"Bosted {number}", reach="national")
        service(row, "Ophold", paragraph="sel-108", group="autisme", places=5)
    assert queries() == few


def test_a_facility_s_page_asks_no_more_for_more_services(world: World) -> None:
    client, address = world.client(*READER), f"/tilbud/{bosted().pk}/"
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    few = queries()
    for number in range(5):
        service(bosted(), f"Ophold {number}", paragraph="sel-108", group="autisme", places=5)
    assert queries() == few


def test_comparing_five_asks_no_more_than_comparing_two(world: World) -> None:
    rows = [facility(world, f"Bosted {number}", reach="national") for number in range(5)]
    for row in rows:
        service(row, f"Ophold i {row.name}", paragraph="sel-108", group="autisme", places=5)
    client = world.client(*READER)

    def queries(number: int) -> int:
        ids = "&".join(f"id={row.pk}" for row in rows[:number])
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/tilbud/sammenlign/?{ids}")
        text = answer.content.decode()
        assert [f"Ophold i {row.name}" in text for row in rows] == [at < number for at in range(5)]
        return len(captured)

    queries(2)
    assert queries(5) == queries(2)
