"""The cap on screen: figures against a hand calculation, rights, bad input and the files."""

import io
from datetime import UTC, date, datetime
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from python_calamine import CalamineWorkbook
from reading_pages import html, secretariat, words
from world import AT, HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Cooperation, Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue.models import Facility, FacilitySuccession, PlaceCapacity, Service
from rammevaerk.portal.tariffs.models import (
    IndexChoice,
    IndexEstimate,
    SupplementTurnover,
    Tariff,
    UnmetReduction,
)
from rammevaerk.portal.tariffs.operations import cap as operations
from rammevaerk.portal.tariffs.operations.estimates import register_estimate

KNOWN = datetime(2021, 12, 1, tzinfo=UTC)
YEAR = {"aar": "2024"}


@pytest.fixture
def region(world: World) -> World:
    """The home cooperation with Midtjylland's agreement, and nothing else priced in it."""
    Cooperation.objects.filter(key="home").update(key="midtjylland")
    IndexChoice.objects.all().delete()
    UnmetReduction.objects.all().delete()
    for series, year, points in (
        ("kl-pris-og-loen", 2023, 300), ("kl-pris-og-loen", 2024, 350), ("trepart", 2024, 50),
        ("kl-pris-og-loen", 2025, 300),
    ):  # fmt: skip
        estimate(series, year, points)
    choose("egenby")
    return world


def home() -> Cooperation:
    return Cooperation.objects.get(key="midtjylland")


def estimate(series: str, year: int, points: int, **more: Any) -> IndexEstimate:
    values = {"published_on": date(year - 1, 6, 30), "source": "KL", "is_verified": False}
    return register_estimate(
        home().pk, series, year=year, growth_points=points, **(values | more), **HOW
    )


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(key=key)


def choose(key: str, *series: str, since: date = date(2022, 1, 1)) -> None:
    operations.choose_index(
        home().pk,
        organisation(key).pk,
        series=series or ("kl-pris-og-loen",),
        valid_from=since,
        reason="Fælles skøn",
        decision="Byrådet",
        **HOW,
    )


def service(name: str, operator: str = "egenby", facility: str = "", **more: Any) -> Service:
    owner = organisation(operator)
    house, _made = Facility.objects.get_or_create(
        key=facility or f"hus-{name}",
        defaults={
            "cooperation": home(),
            "operator": owner,
            "reporter": owner,
            "municipality": owner,
            "name": f"Huset {facility or name}",
            "ownership": more.pop("ownership", "municipal"),
            "kind": "residential",
            "valid_from": date(2020, 1, 1),
        },
    )
    values = {"setting": "day_and_night", "audience": "adults", "age_from": 18} | more
    return Service.objects.create(
        facility=house, key=name, name=f"Ophold {name}", valid_from=date(2020, 1, 1), **values
    )


def places(row: Service, count: int, since: date = date(2020, 1, 1)) -> None:
    PlaceCapacity.objects.create(
        service=row, places=count, covered=count, valid_from=since, registered_at=KNOWN
    )


def price(row: Service, year: int, ore: int, **more: Any) -> Tariff:
    values = {"component": "whole", "unit": "day", "days_basis": "calendar", "label": ""} | more
    return Tariff.objects.create(
        service=row,
        amount_ore=ore,
        valid_from=date(year, 1, 1),
        valid_to=date(year + 1, 1, 1),
        registered_at=KNOWN,
        **values,
    )


def priced(name: str, count: int, before: int, after: int, **more: Any) -> Service:
    row = service(name, **more)
    places(row, count)
    price(row, 2022, before)
    price(row, 2024, after)
    return row


def page(world: World, key: str = "egenby", **given: str) -> str:
    address = reverse("tariffs:cap_operator", kwargs={"organisation_id": organisation(key).pk})
    return words(secretariat(world).get(address, YEAR | given))


def test_the_level_and_the_excess_are_those_of_the_hand_calculation(region: World) -> None:
    # Places of 2024: 10 and 20. The index of 2023 is 3,0 % and of 2024 3,5 %: 1,03 · 1,035 =
    # 1,06605. Base: 10·2.000 + 20·1.000 = 40.000 kr. a day; now: 10·2.200 + 20·1.100 = 44.000.
    # Level: 44.000 / 42.642 = 103,184…; over: 1.358 kr. a day, times 365 = 495.670,00 kr.
    priced("a", 10, 2_000_00, 2_200_00)
    priced("b", 20, 1_000_00, 1_100_00)
    text = page(region)
    assert "Overskredet" in text
    assert "103,18" in text
    assert "495.670,00 kr." in text


def test_a_rise_of_exactly_the_index_is_allowed(region: World) -> None:
    priced("a", 1, 100_000_00, 106_605_00)
    text = page(region)
    assert "Overholdt" in text
    assert "100 pct." in text or "100,00" in text


def test_what_is_new_closed_and_restructured_stands_outside_with_its_reason(region: World) -> None:
    priced("a", 10, 2_000_00, 2_000_00)
    new = service("ny")
    places(new, 5)
    price(new, 2024, 9_000_00)
    closed = service("lukket")
    places(closed, 5)
    price(closed, 2022, 1_000_00)
    changed = service("omlagt")
    places(changed, 5)
    price(changed, 2022, 1_000_00)
    price(changed, 2024, 500_00, component="basis")
    price(changed, 2024, 308_00, component="hour", unit="hour", days_basis="")
    text = page(region)
    assert "93,8" in text  # 1 / 1,06605 = 93,804…: only the unchanged service counts
    assert "Ydelsen havde ingen takst i 2022" in text
    assert "Ydelsen har ingen takst i 2024" in text
    assert "ny: basistakst, timepris; ikke mere: helhedstakst" in text
    assert "En timepris har ingen pladser at vægte med" in text


def test_a_service_that_follows_anothers_is_restructured(region: World) -> None:
    old, new = service("ophold", facility="gammel"), service("ophold", facility="nyt")
    places(new, 10)
    price(old, 2022, 1_000_00)
    price(new, 2024, 5_000_00)
    FacilitySuccession.objects.create(
        predecessor=old.facility, successor=new.facility, on=date(2023, 7, 1), kind="merger",
        contracts="novate", tariffs="new",
    )  # fmt: skip
    text = page(region)
    assert "Følger efter Huset gammel (sammenlægning 1. juli 2023)" in text
    assert text.count("Huset nyt") >= 1
    assert "Ydelsen har ingen takst i 2024" not in text


def test_private_facilities_are_no_party_to_the_cap(region: World) -> None:
    priced("p", 10, 1_000_00, 9_000_00, ownership="private", facility="privat")
    assert "Huset privat" not in page(region)


def test_an_operator_without_an_index_cannot_be_judged_and_is_told_why(region: World) -> None:
    IndexChoice.objects.all().delete()
    priced("a", 10, 1_000_00, 1_000_00)
    text = page(region)
    assert "Kan ikke afgøres" in text
    assert "ikke valgt indeks for 2023" in text


def test_arrears_lower_what_is_allowed(region: World) -> None:
    priced("a", 10, 1_000_00, 1_066_05)
    assert "Overholdt" in page(region)
    operations.record_unmet(
        home().pk, organisation("egenby").pk, year=2022, basis_points=150, source="Opgørelse", **HOW
    )
    text = page(region)
    assert "Overskredet" in text
    assert "98,5" in text
    assert "Opgørelse" in text


def test_a_year_without_a_known_cap_has_a_level_but_no_verdict(region: World) -> None:
    row = service("a")
    places(row, 10)
    price(row, 2022, 1_000_00)
    price(row, 2025, 2_000_00)
    text = page(region, aar="2025")
    assert "Ingen kendt aftale" in text
    assert "Overskredet" not in text


def test_the_overview_puts_the_problem_first_and_asks_few_queries(
    region: World, django_assert_max_num_queries: Any
) -> None:
    choose("naboby")
    for n in range(12):
        priced(f"k{n}", 10, 1_000_00, 1_000_00, operator="egenby")
        priced(f"o{n}", 10, 1_000_00, 2_000_00, operator="naboby")
    client = secretariat(region)
    with django_assert_max_num_queries(24):
        response = client.get(reverse("tariffs:cap"), YEAR)
    text = words(response)
    assert text.index("Naboby") < text.index("Egenby")
    assert "Af 2 driftsherrer overholder 1 takstaftalen, og 1 overskrider den." in text


@pytest.mark.parametrize("year", ["", "abcd", "0000", "99999", "2024' OR 1", "-1", "1999"])
def test_an_impossible_year_shows_the_usual_one(region: World, year: str) -> None:
    priced("a", 10, 1_000_00, 1_000_00)
    response = secretariat(region).get(reverse("tariffs:cap"), {"aar": year})
    assert response.status_code == 200
    assert "Takstaftale 2024" in words(response)


def test_the_agreement_s_points_show_what_is_checked_and_what_is_not(region: World) -> None:
    text = words(secretariat(region).get(reverse("tariffs:cap_agreement")))
    for number in range(1, 6):
        assert f" {number}. " in text
    assert "Efterprøvet" in text
    assert "Ikke efterprøvet" in text
    assert "ikke kendt" in text


def test_the_officer_reports_for_his_own_and_no_other(region: World) -> None:
    officer = region.actor(Role.TARIFF_OFFICER, "egenby")
    figures = {
        "year": 2024, "quarter": 1, "supplements_ore": 100_00, "turnover_ore": 1_000_00,
        "citizens": 2, "at": AT,
    }  # fmt: skip
    before = AuditRecord.objects.count()
    with pytest.raises(Refused):
        operations.report_supplements(home().pk, organisation("naboby").pk, by=officer, **figures)
    assert not SupplementTurnover.objects.filter(operator__key="naboby", year=2024).exists()
    assert AuditRecord.objects.count() == before
    operations.report_supplements(home().pk, organisation("egenby").pk, by=officer, **figures)
    assert AuditRecord.objects.count() == before + 1


@pytest.mark.parametrize("role", [Role.READER, Role.BUYER, Role.PROVIDER, Role.DIRECTOR])
def test_nobody_else_registers_anything(region: World, role: Role) -> None:
    client = region.client(role, "egenby")
    for name in ("cap_supplements_new", "cap_index_new", "cap_unmet_new"):
        assert client.get(reverse(f"tariffs:{name}")).status_code == 403
    assert client.get(reverse("tariffs:cap")).status_code == 200


def test_a_newer_figure_follows_and_the_earlier_one_is_seen(region: World) -> None:
    priced("a", 10, 1_000_00, 1_000_00)
    client = region.client(Role.TARIFF_OFFICER, "egenby")
    address = reverse("tariffs:cap_supplements_new")
    sent = {"operator": organisation("egenby").pk, "year": "2024", "quarter": "4",
            "supplements": "10.000,00", "turnover": "200.000,00", "citizens": "2"}  # fmt: skip
    assert client.post(address, sent).status_code == 302
    again = client.post(address, sent)
    assert again.status_code == 422
    assert "allerede indberettet" in words(again)
    assert client.post(address, sent | {"supplements": "12.000"}).status_code == 302
    text = page(region)
    assert "12.000,00 kr." in text
    assert "10.000,00 kr. af 200.000,00 kr." in text
    assert "6 pct." in text or "6,00" in text
    # Two citizens are shown to their own operator alone.
    assert "færre end 5" in text
    own = reverse("tariffs:cap_operator", kwargs={"organisation_id": organisation("egenby").pk})
    assert "færre end 5" not in words(client.get(own, YEAR))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"supplements": "1.5"}, "punktum skiller kun tusinder"),
        ({"supplements": "-5"}, "negativt"),
        ({"supplements": "300.000"}, "større end hele omsætningen"),
        ({"turnover": "99.999.999.999.999"}, "for stort"),
        ({"year": "2031"}, "der har været"),
        ({"quarter": "5"}, "kvartal"),
        ({"operator": "999999"}, "999999"),
        ({"citizens": "-1"}, "0"),
    ],
)
def test_figures_that_cannot_be_are_refused_where_they_stand(
    region: World, change: dict[str, str], said: str
) -> None:
    client = region.client(Role.TARIFF_OFFICER, "egenby")
    before = SupplementTurnover.objects.count()
    sent = {"operator": organisation("egenby").pk, "year": "2024", "quarter": "1",
            "supplements": "10.000,00", "turnover": "200.000,00"}  # fmt: skip
    response = client.post(reverse("tariffs:cap_supplements_new"), sent | change)
    assert response.status_code == 422
    assert said in words(response)
    assert SupplementTurnover.objects.count() == before


def test_a_choice_ends_the_one_before_and_both_stand(region: World) -> None:
    choose("egenby", "kl-pris-og-loen", "trepart", since=date(2024, 1, 1))
    rows = list(IndexChoice.objects.filter(operator__key="egenby").order_by("valid_from"))
    assert [(one.series, one.valid_from, one.valid_to) for one in rows] == [
        ("kl-pris-og-loen", date(2022, 1, 1), date(2024, 1, 1)),
        ("kl-pris-og-loen,trepart", date(2024, 1, 1), None),
    ]
    # 1,03 · 1,035 · 1,005 = 1,07138025: the addition is a factor of 2024 alone.
    priced("a", 1, 100_000_00, 107_138_00)
    assert "Overholdt" in page(region)


def test_a_choice_before_a_later_one_ends_where_that_begins(region: World) -> None:
    choose("egenby", since=date(2024, 1, 1))
    choose("egenby", "stat-pris-og-loen", since=date(2023, 1, 1))
    rows = IndexChoice.objects.filter(operator__key="egenby").order_by("valid_from")
    ends = [one.valid_to for one in rows]
    assert ends == [date(2023, 1, 1), date(2024, 1, 1), None]


@pytest.mark.parametrize("series", [(), ("findes-ikke",), ("trepart", "trepart")])
def test_a_choice_is_of_known_series_each_once(region: World, series: tuple[str, ...]) -> None:
    before = list(IndexChoice.objects.values())
    with pytest.raises(ValidationError):
        operations.choose_index(
            home().pk, organisation("egenby").pk, series=series, valid_from=date(2025, 1, 1),
            reason="x", decision="y", **HOW,
        )  # fmt: skip
    assert list(IndexChoice.objects.values()) == before


def test_the_report_as_a_document_has_every_operator_and_both_standing_items(
    region: World,
) -> None:
    priced("a", 10, 2_000_00, 2_200_00)
    response = secretariat(region).get(reverse("tariffs:cap_report_word"), YEAR)
    file = docx.Document(io.BytesIO(response.content))
    headings = [one.text for one in file.paragraphs if one.style.name.startswith("Heading")]
    assert "Tillægstakster, 4. kvartal 2024" in headings
    assert "Takstudvikling" in headings
    assert "Egenby: overskredet" in headings
    assert "Ikke efterprøvet" in headings
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert "103,18 pct." in cells


def test_the_report_as_a_workbook_has_amounts_as_numbers_and_no_formulas(region: World) -> None:
    row = priced("a", 10, 2_000_00, 2_200_00)
    Service.objects.filter(pk=row.pk).update(name="=1+1")
    response = secretariat(region).get(reverse("tariffs:cap_report_workbook"), YEAR)
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert book.sheet_names[:2] == ["Overblik", "Kurven"]
    basket = book.get_sheet_by_name("Kurven").to_python()
    assert basket[1][2] == "=1+1"
    assert basket[1][4:6] == [730_000.0, 803_000.0]


def test_an_outsider_sees_no_figures(region: World) -> None:
    priced("a", 10, 2_000_00, 2_200_00)
    client = region.client(Role.TARIFF_OFFICER, "fjernby")
    address = reverse("tariffs:cap_operator", kwargs={"organisation_id": organisation("egenby").pk})
    text = html(client.get(address, {**YEAR, "samarbejde": "midtjylland"}))
    assert "Huset a" not in text
    assert "103,18" not in text
