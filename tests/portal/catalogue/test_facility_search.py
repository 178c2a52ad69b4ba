"""Looking for facilities: what each filter finds, what facets count, and what it costs."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from register_samples import OPENED, bosted, facility, service
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import FacilityUse, Paragraph
from rammevaerk.portal.catalogue.queries.offers import catalogue_on
from rammevaerk.portal.catalogue.queries.search import Result, Wanted, search
from rammevaerk.portal.tariffs.models import Tariff


def found(world: World, on: date = TODAY, *, closed: bool = False, **wanted: Any) -> Result:
    choices = {
        name: wanted.pop(name)
        for name in ("paragraf", "maalgruppe", "kommune", "art", "ejerform", "form", "driftsherre")
        if name in wanted
    }
    actor = world.actor(Role.READER, "egenby")
    catalogue = catalogue_on(actor, on=on, with_closed=closed)
    return search(catalogue, Wanted(chosen=choices, **wanted))


def names(result: Result) -> list[str]:
    return [row.place.name for row in result.rows]


def counts(result: Result, facet: str) -> dict[str, int]:
    return {one.key: one.count for one in result.facets[facet]}


def test_without_filters_everything_open_that_day_is_there(world: World) -> None:
    result = found(world)
    assert names(result) == ["Hjemlig bosted i egenby", "Hjemlig bosted i naboby"]
    assert (result.total, result.services, result.places) == (2, 2, 20)
    before = found(world, date(2019, 6, 1))
    assert names(before) == ["Hjemlig bosted, som det hed før"] * 2
    assert len(found(world, closed=True).rows) == 4


def test_nothing_of_another_cooperation_is_found_or_counted(world: World) -> None:
    result = found(world, text="fremmed")
    assert names(result) == []
    assert all(count == 0 for count in counts(result, "kommune").values())


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("GULDREGN", True),
        ("ahornvej", True),
        ("aflastning guld", True),
        ("555123", True),
        ("§ 108", True),
        ("guldregn xyz", False),
        ("%", False),
        ("_", False),
    ],
)
def test_text_is_found_in_name_address_number_service_and_law(
    world: World, text: str, hit: bool
) -> None:
    row = facility(world, "Guldregnen", address="Ahornvej 3", portal_id="555123")
    service(row, "Aflastning", paragraph="sel-108")
    assert ("Guldregnen" in names(found(world, text=text))) is hit


def test_who_looks_for_the_new_paragraph_finds_the_old_one_and_the_other_way_round(
    world: World,
) -> None:
    service(facility(world, "Gammel lov"), "Ophold", paragraph="sel-66-1-6")
    service(facility(world, "Ny lov"), "Ophold", paragraph="bl-43-1-6")
    for key in ("sel-66-1-6", "bl-43-1-6"):
        result = found(world, paragraf=key)
        assert names(result) == ["Gammel lov", "Ny lov"]
        assert counts(result, "paragraf")[key] == 2
    assert names(found(world, paragraf="sel-108")) == names(found(world))[1:3]


def test_a_whole_paragraph_finds_all_its_subsections(world: World) -> None:
    Paragraph.objects.create(
        key="bl-43-1-5", law="BL", number="43, stk. 1, nr. 5", position=9430105,
        title="Anbringelse", audience="children", valid_from=date(2024, 1, 1),
    )  # fmt: skip
    service(facility(world, "Femmer"), "Ophold", paragraph="bl-43-1-5")
    service(facility(world, "Sekser"), "Ophold", paragraph="sel-66-1-6")
    assert names(found(world, paragraf="bl-43-alle")) == ["Femmer", "Sekser"]
    assert names(found(world, paragraf="bl-43-1-5")) == ["Femmer"]


def test_a_main_group_finds_what_lies_in_it_but_not_the_other_way_round(world: World) -> None:
    service(facility(world, "Bred"), "Ophold", group="handicap")
    service(facility(world, "Smal"), "Ophold", group="autisme")
    assert {"Bred", "Smal"} <= set(names(found(world, maalgruppe="handicap")))
    assert "Bred" not in names(found(world, maalgruppe="autisme"))
    assert counts(found(world), "maalgruppe") == {"handicap": 4, "autisme": 3}


@pytest.mark.parametrize(("age", "hit"), [(15, False), (16, True), (22, True), (23, False)])
def test_an_age_is_held_by_the_half_open_range(world: World, age: int, hit: bool) -> None:
    service(facility(world, "Overgangen"), "Ophold", age_from=16, age_to=23)
    assert ("Overgangen" in names(found(world, age=age))) is hit


@pytest.mark.parametrize(
    ("youngest", "oldest", "crosses"),
    [(16, 23, True), (0, 18, False), (18, None, False), (17, None, True), (17, 19, True)],
)
def test_only_a_range_on_both_sides_of_18_crosses_it(
    world: World, youngest: int, oldest: int | None, crosses: bool
) -> None:
    service(facility(world, "Prøven"), "Ophold", age_from=youngest, age_to=oldest)
    assert ("Prøven" in names(found(world, only_across_18=True))) is crosses


def test_filters_must_be_met_by_the_same_service(world: World) -> None:
    row = facility(world, "To ydelser")
    service(row, "Voksen", paragraph="sel-108")
    service(row, "Barn", paragraph="bl-43-1-6", age_from=0, age_to=18)
    assert "To ydelser" not in names(found(world, paragraf="sel-108", age=10))
    assert "To ydelser" in names(found(world, paragraf="bl-43-1-6", age=10))


def test_free_places_are_those_last_reported_up_to_the_day(world: World) -> None:
    held = service(facility(world, "Ledigt"), "Ophold", places=8)
    operations.report_vacancy(held, free=3, as_of=date(2025, 3, 1), **HOW)
    operations.report_vacancy(held, free=0, as_of=date(2025, 5, 1), **HOW)
    assert "Ledigt" not in names(found(world, only_free=True))
    assert "Ledigt" in names(found(world, date(2025, 4, 1), only_free=True))
    assert found(world).free_count == 2


def test_price_is_a_range_that_meets_the_service_s_own(world: World) -> None:
    held = service(facility(world, "Dyrt"), "Ophold")
    for label, ore in (("1", 100_000), ("2", 300_000)):
        Tariff.objects.create(
            service=held, component="whole", label=label, unit="day", days_basis="calendar",
            amount_ore=ore, valid_from=OPENED, registered_at=HOW["at"],
        )  # fmt: skip
    assert "Dyrt" in names(found(world, price_from_ore=290_000))
    assert "Dyrt" in names(found(world, price_to_ore=100_000))
    assert "Dyrt" not in names(found(world, price_from_ore=300_001))
    row = next(one for one in found(world).rows if one.place.name == "Dyrt")
    assert row.price_ore == (100_000, 300_000)


def test_covered_is_what_others_use(world: World) -> None:
    neighbour = Organisation.objects.get(key="naboby")
    FacilityUse.objects.create(facility=bosted(), buyer=neighbour, year=2025, citizens=2)
    covered = found(world, covered="ja")
    assert names(covered) == ["Hjemlig bosted i egenby"]
    assert covered.rows[0].place.covered_reason == "brugt af 1 anden kommune i 2025"
    assert (covered.covered_count, len(found(world, covered="nej").rows)) == (1, 1)


def test_a_facet_counts_beside_the_other_filters_and_not_itself(world: World) -> None:
    own, neighbour = (str(Organisation.objects.get(key=key).pk) for key in ("egenby", "naboby"))
    service(facility(world, "Værested", kind="day"), "Dag", setting="day")
    result = found(world, kommune=own)
    assert counts(result, "kommune") == {own: 2, neighbour: 1}
    assert counts(result, "art") == {"residential": 1, "day": 1}
    both = found(world, kommune=neighbour, art="day")
    assert (len(both.rows), counts(both, "kommune")) == (0, {own: 1, neighbour: 0})


def test_a_facility_without_services_is_found_by_what_it_is(world: World) -> None:
    facility(world, "Tomt hus", kind="shelter")
    assert names(found(world, art="shelter")) == ["Tomt hus"]
    assert names(found(world, art="shelter", age=30)) == []


def test_a_choice_that_is_not_there_finds_nothing_and_is_shown(world: World) -> None:
    result = found(world, kommune="999999")
    assert names(result) == []
    chosen = [one for one in result.facets["kommune"] if one.chosen]
    assert [(one.key, one.count) for one in chosen] == [("999999", 0)]


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(world, text="bosted")
        return len(captured)

    few = queries()
    for number in range(12):
        row = facility(world, f"Bosted {number}")
        service(row, "Ophold", paragraph="sel-108", group="autisme", places=5)
    assert queries() == few
