"""Places of two times: when they hold and when we were told; vacancy and occupancy as reported."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_samples import OPENED, bosted
from world import AT, CLERK, HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import PlaceCapacity, Service

YEAR = {year: date(year, 1, 1) for year in range(2019, 2030)}


def held() -> Service:
    return bosted().services.get()


def believed(service: Service) -> list[tuple[Any, ...]]:
    rows = service.capacities.filter(superseded_at=None).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to", "places"))


def set_to(service: Service, places: int, day: date, **more: Any) -> PlaceCapacity:
    how = {**HOW, "covered": places, "reason": "Prøve", **more}
    return operations.set_capacity(service, places=places, valid_from=day, **how)


def test_a_new_version_holds_from_its_day_and_the_old_row_stays_superseded(world: World) -> None:
    service = held()
    later = datetime(2025, 8, 1, tzinfo=UTC)
    set_to(service, 14, YEAR[2026], at=later)
    assert believed(service) == [(OPENED, YEAR[2026], 10), (YEAR[2026], None, 14)]
    old = service.capacities.get(superseded_at=later)
    assert (old.places, old.valid_from, old.valid_to) == (10, OPENED, None)


def test_who_waited_for_another_s_figure_supersedes_that_one(world: World) -> None:
    service = held()
    later = datetime(2025, 8, 1, 9, 0, 2, tzinfo=UTC)
    set_to(service, 14, YEAR[2026], at=later)
    set_to(service, 15, YEAR[2026], at=datetime(2025, 8, 1, 9, 0, tzinfo=UTC))
    assert believed(service) == [(OPENED, YEAR[2026], 10), (YEAR[2026], None, 15)]


def test_what_was_known_before_can_still_be_seen(world: World) -> None:
    service = held()
    set_to(service, 14, YEAR[2026], at=datetime(2025, 8, 1, tzinfo=UTC))
    known = datetime(2025, 7, 1, tzinfo=UTC)
    then = service.capacities.filter(registered_at__lte=known).exclude(superseded_at__lte=known)
    assert [row.places for row in then] == [10]


def test_a_version_between_two_ends_where_the_next_begins(world: World) -> None:
    service = held()
    set_to(service, 20, YEAR[2028])
    set_to(service, 15, YEAR[2026])
    assert believed(service) == [
        (OPENED, YEAR[2026], 10),
        (YEAR[2026], YEAR[2028], 15),
        (YEAR[2028], None, 20),
    ]


def test_a_correction_from_the_same_day_takes_the_place_of_the_whole_version(world: World) -> None:
    service = held()
    set_to(service, 12, OPENED)
    assert believed(service) == [(OPENED, None, 12)]
    assert service.capacities.count() == 2


def test_the_same_figures_again_leave_no_trace(world: World) -> None:
    service = held()
    before = service.capacities.get()
    assert set_to(service, 10, YEAR[2026]) == before
    assert service.capacities.count() == 1


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.tuples(st.integers(2020, 2029), st.integers(0, 40)), min_size=1, max_size=5)
)
def test_every_day_has_one_figure_whatever_the_order(
    world: World, changes: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        service = held()
        for year, places in changes:
            set_to(service, places, YEAR[year])
        rows = believed(service)
        assert rows[0][0] == OPENED
        assert rows[-1][1] is None
        assert all(one[1] == other[0] for one, other in pairwise(rows))
        day, last = YEAR[changes[-1][0]], changes[-1][1]
        assert next(row[2] for row in rows if row[1] is None or day < row[1]) == last
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("places", "covered", "day", "field"),
    [
        (5, 6, YEAR[2026], "covered"),
        (-1, 0, YEAR[2026], "places"),
        (10_001, 0, YEAR[2026], "places"),
        (5, -1, YEAR[2026], "covered"),
        (5, 5, YEAR[2019], "valid_from"),
    ],
)
def test_places_that_cannot_be_are_refused(
    world: World, places: int, covered: int, day: date, field: str
) -> None:
    with pytest.raises(ValidationError) as problem:
        set_to(held(), places, day, covered=covered)
    assert set(problem.value.message_dict) == {field}
    assert believed(held()) == [(OPENED, None, 10)]


def test_the_database_itself_refuses_two_figures_for_one_day(world: World) -> None:
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        PlaceCapacity.objects.create(
            service=held(), places=1, covered=1, valid_from=YEAR[2026], registered_at=AT
        )


def test_only_the_one_who_reports_for_the_facility_may(world: World) -> None:
    provider = world.actor(Role.PROVIDER, "egenby")
    set_to(held(), 11, YEAR[2026], by=provider)
    for by in (world.actor(Role.PROVIDER, "naboby"), world.actor(Role.READER, "egenby")):
        with pytest.raises(Refused):
            set_to(held(), 12, YEAR[2026], by=by)
        with pytest.raises(Refused):
            operations.report_vacancy(held(), free=1, as_of=YEAR[2025], by=by, at=AT)
        with pytest.raises(Refused):
            operations.report_occupancy(
                held(), year=2025, kind="actual", basis_points=1, by=by, at=AT
            )


@pytest.mark.parametrize(
    ("free", "day", "field"),
    [(11, YEAR[2025], "free"), (1, YEAR[2026], "as_of"), (1, YEAR[2019], "as_of")],
)
def test_vacancy_fits_the_places_and_a_day_that_has_come(
    world: World, free: int, day: date, field: str
) -> None:
    with pytest.raises(ValidationError) as problem:
        operations.report_vacancy(held(), free=free, as_of=day, by=CLERK, at=AT)
    assert set(problem.value.message_dict) == {field}


@pytest.mark.parametrize(
    ("year", "kind", "points", "field"),
    [
        (2019, "budgeted", 9_500, "year"),
        (2026, "actual", 9_500, "year"),
        (2025, "budgeted", 20_001, "basis_points"),
    ],
)
def test_occupancy_that_cannot_be_is_refused(
    world: World, year: int, kind: str, points: int, field: str
) -> None:
    with pytest.raises(ValidationError) as problem:
        operations.report_occupancy(
            held(), year=year, kind=kind, basis_points=points, by=CLERK, at=AT
        )
    assert set(problem.value.message_dict) == {field}
