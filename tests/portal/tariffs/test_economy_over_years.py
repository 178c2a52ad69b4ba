"""The whole economy: every figure follows from tariffs, places and occupancy, and has its proof."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from world import AT, HOW, MARK, World

from rammevaerk.engine.tariffs.basket import PricePart, YearOfPlace
from rammevaerk.engine.tariffs.price_index import IndexEstimate
from rammevaerk.engine.tariffs.registers import IndexRegister, KnownEstimate
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.catalogue.models import OccupancyFigure, PlaceCapacity, Service
from rammevaerk.portal.catalogue.queries.facts import ServiceFact
from rammevaerk.portal.tariffs.calculate.economy import Economy, Facts, work_out
from rammevaerk.portal.tariffs.models import Tariff
from rammevaerk.portal.tariffs.queries import economy as queries

YEARS = (2023, 2024, 2025)
OPENING = YearOfPlace(230)
SERIES = "kl-pris-og-loen"
REGISTER = IndexRegister(
    (),
    tuple(
        KnownEstimate(
            IndexEstimate(SERIES, year, Fraction(3, 100), date(year - 1, 6, 30), "et skøn"),
            "et skøn",
            is_verified=year == 2024,
        )
        for year in (2024, 2025)
    ),
)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    queries._worked_out.cache_clear()


def service(pk: int, kind: str = "residential", reporter: int = 1) -> ServiceFact:
    start = date(2020, 1, 1)
    return ServiceFact(
        pk, f"s{pk}", f"Ydelse {pk}", "day_and_night", start, None, pk, f"t{pk}", f"Tilbud {pk}",
        kind, "municipal", 1, reporter,
    )  # fmt: skip


def day_price(ore: int, component: str = "whole", unit: str = "day", label: str = "") -> PricePart:
    return PricePart(component, component, unit, ore, label)


def economy(**more: Any) -> Economy:
    facts: dict[str, Any] = {
        "services": [service(1), service(2, "day", 2), service(3)],
        "prices": {
            (1, 2023): (day_price(100_000),),
            (1, 2024): (day_price(110_000),),
            (1, 2025): (day_price(110_000),),
            (2, 2023): (day_price(50_000, unit="day_attended"),),
            (2, 2024): (day_price(50_000, unit="day_attended"),),
            (3, 2025): (day_price(200_000, "basis"), day_price(50_000, "service")),
        },
        "places": {
            (1, 2023): 10, (1, 2024): 10, (1, 2025): 12, (2, 2023): 5, (2, 2024): 5, (3, 2025): 4,
        },
        "occupancy": {
            1: {(2023, "budgeted"): 9_500, (2024, "budgeted"): 9_700, (2025, "actual"): 5_000},
            2: {(2023, "budgeted"): 10_000, (2024, "budgeted"): 10_000},
            3: {(2025, "budgeted"): 9_000},
        },
        "citizens": {(1, 2023): 11, (2, 2023): 6, (1, 2024): 12},
        "supplements": {(1, 2024): (300, 9_000), (2, 2024): (200, 1_000)},
    }  # fmt: skip
    facts |= more
    return work_out(
        Facts(**facts),
        YEARS,
        OPENING,
        REGISTER,
        (SERIES,),
        known_on=date(2026, 11, 1),
    )


def test_a_service_costs_price_times_places_times_occupancy() -> None:
    found = economy()
    assert {year: one.ore for year, one in found.totals.items()} == {
        2023: 365 * 100_000 * 10 * 95 // 100 + 230 * 50_000 * 5,
        2024: 365 * 110_000 * 10 * 97 // 100 + 230 * 50_000 * 5,
        # What was used in fact says nothing of what the tariff assumed.
        2025: 365 * 110_000 * 12 + 365 * 250_000 * 4 * 90 // 100,
    }
    assert [cost.assumed_full for cost in found.costs if cost.year == 2025] == [True, False]
    assert found.totals[2023].citizens == 17
    assert found.totals[2025].citizens is None
    assert (found.totals[2024].supplements_ore, found.totals[2024].turnover_ore) == (500, 10_000)
    assert found.totals[2025].supplements_ore is None


def test_what_takes_over_within_a_year_counts_from_the_next() -> None:
    day = date(2024, 7, 1)
    before, after = replace(service(1), valid_to=day), replace(service(2), valid_from=day)
    figures: dict[str, dict[Any, Any]] = {
        name: {} for name in ("prices", "places", "occupancy", "citizens", "supplements")
    }
    for pk, years in ((1, (2023, 2024)), (2, (2024, 2025))):
        for year in years:
            figures["prices"][pk, year] = (day_price(100_000),)
            figures["places"][pk, year] = 10
    found = economy(services=[before, after], **figures)
    assert {year: one.places for year, one in found.totals.items()} == dict.fromkeys(YEARS, 10)
    assert [step.change_ore for step in found.steps] == [0, 0]


def test_groups_add_up_to_the_year_and_the_proof_to_the_figure() -> None:
    found = economy()
    for year, total in found.totals.items():
        assert sum(cost.ore for cost in found.costs if cost.year == year) == total.ore
        for groups in found.groups.values():
            parts = [by_year[year] for by_year in groups.values() if year in by_year]
            assert sum(part.ore for part in parts) == total.ore
            assert sum(part.places for part in parts) == total.places
            assert sum((part.occupied for part in parts), Fraction(0)) == total.occupied


def test_the_drivers_add_up_to_the_change_to_the_ore() -> None:
    found = economy()
    assert [(step.first, step.last) for step in found.steps] == [(2023, 2024), (2024, 2025)]
    for step in found.steps:
        change = found.totals[step.last].ore - found.totals[step.first].ore
        assert step.change_ore == change
        assert step.price_ore + step.structure_ore + step.volume_ore == change
    only_price = economy(
        occupancy={1: {(2023, "budgeted"): 9_500, (2024, "budgeted"): 9_500}},
        services=[service(1)],
    ).steps[0]
    assert only_price.price_ore == only_price.change_ore
    assert only_price.structure_ore == 0
    only_places = economy(
        prices={(1, year): (day_price(100_000),) for year in YEARS},
        services=[service(1)],
        occupancy={},
    ).steps[1]
    assert only_places.volume_ore == only_places.change_ore == 365 * 100_000 * 2


def test_a_service_paid_by_the_hour_in_one_year_is_in_none() -> None:
    hourly = (day_price(1, "basis"), PricePart("hour", "Timepris", "hour", 30_800))
    found = economy(prices={(1, 2023): (day_price(100_000),), (1, 2024): hourly})
    assert [one.id for one in found.by_hour] == [1]
    assert not found.costs
    assert not found.totals
    assert found.index is None


def test_the_index_begins_at_a_hundred_and_follows_the_mean_place() -> None:
    found = economy()
    assert found.average_index(2023) == 100
    assert found.average_index(2024) == Fraction(
        100 * found.totals[2024].average_ore, found.totals[2023].average_ore
    )
    assert found.index is not None
    assert found.index.numbers[2023] == 100
    assert found.index.numbers[2025] == Fraction(10_609, 100)
    assert found.index_unverified


@pytest.fixture
def told(world: World) -> World:
    """Every service has prices, places and occupancy in the years up to now."""
    for row in Service.objects.all():
        OccupancyFigure.objects.create(
            service=row, year=2026, kind="budgeted", basis_points=9_500,
            registered_at=AT,
        )  # fmt: skip
    return world


@pytest.mark.parametrize(
    ("role", "key"), [(Role.DIRECTOR, "egenby"), (Role.SECRETARIAT, "sekretariatet")]
)
def test_the_page_shows_years_drivers_and_proof_of_the_own_cooperation(
    told: World, role: Role, key: str
) -> None:
    client = told.client(role, key)
    text = client.get(reverse("tariffs:economy")).content.decode()
    assert "Hvad driver udviklingen" in text
    assert MARK not in text
    for grouping in ("ownership", "kind", "reporter_id", "ukendt"):
        answer = client.get(reverse("tariffs:economy"), {"vis": grouping})
        assert answer.status_code == 200
        assert MARK not in answer.content.decode()
    proof = client.get(
        reverse("tariffs:economy_proof"), {"aar": "2026", "vis": "ownership", "gruppe": "municipal"}
    ).content.decode()
    # 2.450 kr. in 365 days, 10 places at 95 %.
    assert "8.495.375,00" in proof
    assert MARK not in proof


def test_another_cooperation_cannot_be_asked_for(told: World) -> None:
    client = told.client(Role.ANALYST, "egenby")
    for page in ("economy", "economy_proof"):
        text = client.get(reverse(f"tariffs:{page}"), {"samarbejde": "foreign"}).content.decode()
        assert MARK not in text
    strange = {"aar": "9" * 40, "vis": "kind", "gruppe": "<script>"}
    assert client.get(reverse("tariffs:economy_proof"), strange).status_code == 200


def test_what_is_kept_ends_with_the_next_change_and_costs_few_queries(told: World) -> None:
    client = told.client(Role.READER, "egenby")
    address = reverse("tariffs:economy")
    client.get(address)
    with CaptureQueriesContext(connection) as kept:
        client.get(address)
    assert len(kept) <= 12
    actor = told.actor(Role.READER, "egenby")
    cooperation = next(iter(actor.cooperation_ids))
    today = date(2026, 11, 22)
    first = queries.economy_of(actor, cooperation, on=today)
    assert queries.economy_of(actor, cooperation, on=today) is first
    row = told.first(Service)
    capacity = PlaceCapacity(
        service=row.facility.services.create(
            key="ny", name="Ny", setting="day", audience="adults", age_from=18,
            valid_from=date(2026, 1, 1),
        ),
        places=1, covered=1, valid_from=date(2026, 1, 1),
        registered_at=told.first(PlaceCapacity).registered_at,
    )  # fmt: skip
    store_new(capacity, Action.PLACES_REPORT, **HOW)
    assert queries.economy_of(actor, cooperation, on=today) is not first


def test_nothing_is_shown_to_whoever_has_no_right(world: World) -> None:
    assert queries.economy_of(Actor(label="ingen"), 1, on=date(2026, 1, 1)).totals == {}


def test_without_tariffs_the_page_says_what_comes_here(world: World) -> None:
    Tariff.objects.all().update(valid_from=date(1999, 1, 1), valid_to=date(2000, 1, 1))
    client = world.client(Role.READER, "egenby")
    assert "empty-title" in client.get(reverse("tariffs:economy")).content.decode()
    assert client.get(reverse("tariffs:economy_proof")).status_code == 200
