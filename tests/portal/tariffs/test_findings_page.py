"""The findings of facilities and tariffs: each code from rows, filters, rights and the workbook."""

import io
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook
from reading_pages import html, secretariat, words
from test_cap_pages import home, places, price, service
from world import TODAY, World

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.catalogue.models import (
    Approval,
    Facility,
    OccupancyFigure,
    Paragraph,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
    TargetGroup,
)
from rammevaerk.portal.tariffs.calculate.findings import file_finder, findings_for_file
from rammevaerk.portal.tariffs.models import Tariff
from rammevaerk.portal.tariffs.views.findings import CODES_DA

CODES = {"cap.service", "occupancy.deviation"}


@pytest.fixture
def region(world: World) -> World:
    """The home cooperation with Midtjylland's agreement."""
    Cooperation.objects.filter(key="home").update(key="midtjylland")
    return world


def found(world: World, key: str = "egenby", on: date = TODAY, **given: Any) -> list[Finding]:
    return findings_for_file(world.actor(Role.TARIFF_OFFICER, key), on=on, **given)


def codes_at(rows: list[Finding], place: str) -> set[str]:
    return {one.code for one in rows if one.place.startswith(place)}


def now(row: Service, ore: int, **more: Any) -> Tariff:
    return price(row, 2025, ore, **({"occupancy": 9_700} | more))


def test_a_service_that_lacks_everything_is_found(region: World) -> None:
    service("tom")
    assert codes_at(found(region), "Huset tom") == {"price.missing", "places.missing"}


def test_a_sound_service_is_not_found(region: World) -> None:
    row = service("god")
    places(row, 10)
    now(row, 2_000_00)
    assert codes_at(found(region), "Huset god") == set()


def test_a_missing_occupancy_and_a_foreign_unit_are_found(region: World) -> None:
    row = service("skaev")
    places(row, 10)
    now(row, 2_000_00, unit="day_attended", days_basis="opening_days", occupancy=None)
    assert codes_at(found(region), "Huset skaev") == {"price.unit", "occupancy.missing"}


def test_the_neighbours_band_is_orientation_once(region: World) -> None:
    for name in ("a", "b"):
        row = service(name)
        places(row, 10)
        now(row, 2_000_00, occupancy=8_000)
    notes = [one for one in found(region) if one.code == "occupancy.no-rule"]
    assert len(notes) == 1
    assert notes[0].severity is Severity.NOTE
    assert "Nordjylland tillader" in notes[0].message


def test_an_actual_occupancy_five_points_away_is_told_with_whose_rule(region: World) -> None:
    row = service("tom-plads")
    places(row, 10)
    now(row, 2_000_00)
    for kind, points in (("budgeted", 9_700), ("actual", 9_100)):
        OccupancyFigure.objects.create(
            service=row, year=2024, kind=kind, basis_points=points,
            registered_at=Tariff.objects.latest("id").registered_at,
        )  # fmt: skip
    rows = [one for one in found(region) if one.code == "occupancy.differs"]
    assert [one.place for one in rows] == ["Huset tom-plads, Ophold tom-plads"]
    assert "6 procentpoint" in rows[0].message
    assert "Syddanmark, ikke her" in rows[0].message


def test_approvals_ended_and_ending_are_found_and_followed_ones_are_not(region: World) -> None:
    for name, end, follows in (
        ("udloebet", date(2025, 6, 1), False),
        ("snart", date(2025, 8, 1), False),
        ("fulgt", date(2025, 8, 1), True),
        ("laenge", date(2026, 6, 1), False),
    ):
        facility = service(name).facility
        common = {"facility": facility, "authority": "Tilsyn", "status": "approved"}
        Approval.objects.create(**common, valid_from=date(2020, 1, 1), valid_to=end)
        if follows:
            Approval.objects.create(**common, valid_from=end)
    rows = [one for one in found(region) if one.code.startswith("approval.")]
    assert [(one.code, one.place) for one in rows] == [
        ("approval.ended", "Huset udloebet"),
        ("approval.ending", "Huset snart"),
    ]


def test_an_approval_that_ends_with_its_facility_is_not_found(region: World) -> None:
    facility = service("lukker").facility
    end = date(2025, 8, 1)
    Facility.objects.filter(pk=facility.pk).update(valid_to=end)
    Approval.objects.create(
        facility=facility, authority="Tilsyn", status="approved", valid_from=date(2020, 1, 1),
        valid_to=end,
    )  # fmt: skip
    assert not any(one.code.startswith("approval.") for one in found(region))
    # One that ends before the facility does is missed in between.
    Facility.objects.filter(pk=facility.pk).update(valid_to=date(2025, 12, 1))
    assert [one.code for one in found(region) if one.code.startswith("approval.")] == [
        "approval.ending"
    ]


def test_who_has_not_reported_for_the_coming_year(region: World) -> None:
    row = service("a")
    service("b")
    price(row, 2026, 1_000_00)
    after = [one for one in found(region, on=date(2025, 11, 16)) if "2026" in one.message]
    late = [one for one in after if one.code == "deadline.budget" and one.place == "Egenby"]
    assert len(late) == 1
    assert "Fristen var 15. november 2025" in late[0].message
    assert "Huset b" in late[0].message
    assert "Huset a" not in late[0].message
    before = found(region, on=date(2025, 11, 15))
    assert not any("takster for 2026" in one.message for one in before)


def test_a_price_out_of_line_with_the_same_setting_provision_and_group(region: World) -> None:
    paragraph, group = Paragraph.objects.first(), TargetGroup.objects.first()
    for n in range(7):
        row = service(f"n{n}")
        places(row, 5)
        now(row, (2_000_00 + n * 10_00) if n < 6 else 5_000_00)
        since = {"service": row, "valid_from": date(2020, 1, 1)}
        ServiceParagraph.objects.create(**since, paragraph=paragraph)
        ServiceTargetGroup.objects.create(**since, target_group=group, is_main=True)
    rows = [one for one in found(region) if one.code == "price.out-of-line"]
    assert [one.place for one in rows] == ["Huset n6, Ophold n6"]
    # The middle of 2.000, 2.010 … 2.050 is 2.025 kr. a day.
    assert rows[0].expected == "omkring 739.125,00 kr."
    assert "af 6" in rows[0].message or "af 7" in rows[0].message


def test_the_file_s_sheet_can_be_one_operator_s_alone(region: World) -> None:
    service("egen")
    service("anden", operator="naboby")
    own = Organisation.objects.get(key="egenby").pk
    places_of = {one.place for one in found(region, organisation_id=own)}
    assert any(one.startswith("Huset egen") for one in places_of)
    assert not any(one.startswith("Huset anden") for one in places_of)


def test_the_sheet_of_a_takstfil_has_what_concerns_its_rows(region: World) -> None:
    for name in ("med", "uden"):
        row = service(name)
        places(row, 10)
        now(row, 2_000_00, occupancy=10_100)
    actor = region.actor(Role.TARIFF_OFFICER, "egenby")
    rows = file_finder(actor, home().pk, 2025, [{"service_key": "hus-med/med"}])
    assert "Huset med, Ophold med" in {one.place for one in rows}
    assert not any(one.place.startswith("Huset uden") for one in rows)
    assert file_finder(actor, home().pk, 2025, []) == []
    outsider = region.actor(Role.TARIFF_OFFICER, "fjernby")
    assert file_finder(outsider, home().pk, 2025, [{"service_key": "hus-med/med"}]) == []


def test_own_findings_come_first_and_filters_narrow(region: World) -> None:
    service("egen")
    service("anden", operator="naboby")
    client = region.client(Role.TARIFF_OFFICER, "naboby")
    address = reverse("tariffs:findings")
    text = words(client.get(address))
    assert text.index("Huset anden") < text.index("Huset egen")
    narrowed = words(client.get(address, {"kode": "places.missing"}))
    assert "Pladser mangler." in narrowed
    assert "Takst mangler." not in narrowed
    naboby = Organisation.objects.get(key="naboby").pk
    mine = words(client.get(address, {"driftsherre": str(naboby)}))
    assert "Huset egen" not in mine
    assert "Huset anden" not in words(client.get(address, {"alvor": "error"}))


@pytest.mark.parametrize(
    "asked",
    [{"driftsherre": "x"}, {"kode": "findes-ikke"}, {"alvor": "'"}, {"side": "999"}, {"side": "x"},
     {"samarbejde": "foreign"}],
)  # fmt: skip
def test_odd_filters_do_no_harm(region: World, asked: dict[str, str]) -> None:
    assert secretariat(region).get(reverse("tariffs:findings"), asked).status_code == 200


def test_each_finding_leads_to_its_facility(region: World) -> None:
    row = service("tom")
    page = html(secretariat(region).get(reverse("tariffs:findings")))
    assert reverse("catalogue:facility", kwargs={"facility_id": row.facility_id}) in page


def test_the_workbook_has_the_same_rows_as_text(region: World) -> None:
    row = service("tom")
    Facility.objects.filter(pk=row.facility_id).update(name="=HYPERLINK(1)")
    response = secretariat(region).get(
        reverse("tariffs:findings_workbook"), {"kode": "price.missing"}
    )
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert any(one[3].startswith("=HYPERLINK(1), Ophold") for one in rows)
    assert {one[2] for one in rows[1:]} == {"Takst mangler"}


def test_nobody_sees_the_other_cooperation_s(region: World) -> None:
    service("hemmelig")
    text = words(region.client(Role.READER, "fjernby").get(reverse("tariffs:findings")))
    assert "Huset hemmelig" not in text


def test_every_code_that_came_out_has_a_danish_name(region: World) -> None:
    service("tom")
    for one in found(region):
        assert one.code in CODES_DA
    assert set(CODES_DA) >= CODES
    assert home()
