"""Periods that may not overlap by several keys at once: a place, a citizen, a placement."""

from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from world import World

from rammevaerk.portal.catalogue.models import Service
from rammevaerk.portal.common.no_overlap import keys_of
from rammevaerk.portal.placements.models import Absence, Placement, Stay
from rammevaerk.portal.tariffs.models import Tariff

FREE_PLACE = 9


def noon(month: int, day: int) -> datetime:
    return datetime.combine(date(2024, month, day), time(12))


def stay(world: World, *, of: int = 0, place: int = FREE_PLACE, **changes: Any) -> Stay:
    """A stay of one of the home placements in 2024, before anything else of the world."""
    placement = world.rows[Placement][of].row
    values = {
        "placement": placement, "service": placement.service, "citizen": placement.citizen,
        "place": place, "way": "residence", "valid_from": noon(3, 1), "valid_to": noon(4, 1),
        "registered_at": timezone.now(),
    }  # fmt: skip
    return Stay.objects.create(**{**values, **changes})


def refused(world: World, **changes: Any) -> None:
    before = Stay.objects.count()
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        stay(world, **changes)
    assert Stay.objects.count() == before


def beside(world: World) -> dict[str, Any]:
    """Another placement of another citizen at the service of the second home placement."""
    return {"of": 2, "service": world.rows[Placement][1].row.service}


def test_a_model_s_keys_are_the_first_and_the_further_ones() -> None:
    assert keys_of(Stay) == [("service_id", "place"), ("citizen_id", "way"), ("placement_id",)]
    assert keys_of(Absence) == [("placement_id",)]
    assert keys_of(Tariff)
    assert keys_of(Service) == []


def test_one_place_has_one_citizen_at_a_time(world: World) -> None:
    stay(world, of=1)
    refused(world, **beside(world))
    stay(world, **beside(world), place=FREE_PLACE + 1)


def test_one_citizen_lives_in_one_place_at_a_time(world: World) -> None:
    stay(world, of=1)
    citizen = world.rows[Placement][1].row.citizen
    refused(world, of=2, citizen=citizen, place=FREE_PLACE + 1)


def test_somewhere_to_live_and_a_short_stay_are_two_things(world: World) -> None:
    stay(world, of=1)
    citizen = world.rows[Placement][1].row.citizen
    stay(world, of=2, citizen=citizen, place=FREE_PLACE + 1, way="short")
    refused(world, of=3, citizen=citizen, place=FREE_PLACE + 2, way="short")


def test_of_day_offers_a_citizen_may_have_several(world: World) -> None:
    citizen = world.rows[Placement][1].row.citizen
    for number in (1, 2):
        stay(world, of=number, citizen=citizen, place=FREE_PLACE + number, way=None)
    assert Stay.objects.filter(citizen=citizen, way__isnull=True).count() == 2


def test_one_placement_is_in_one_place_at_a_time(world: World) -> None:
    stay(world, of=1, way=None)
    refused(world, of=1, way=None, place=FREE_PLACE + 1)


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [
        ((2, 1), (3, 1), False),
        ((4, 1), (5, 1), False),
        ((2, 1), (3, 2), True),
        ((3, 31), (5, 1), True),
        ((3, 10), (3, 11), True),
        ((2, 1), (5, 1), True),
    ],
)
def test_the_next_may_come_the_minute_the_first_leaves(
    world: World, start: tuple[int, int], end: tuple[int, int], clashes: bool
) -> None:
    stay(world, of=1)
    changes = {**beside(world), "valid_from": noon(*start), "valid_to": noon(*end)}
    if clashes:
        refused(world, **changes)
    else:
        assert stay(world, **changes).pk


def test_what_was_believed_before_takes_no_place(world: World) -> None:
    first = stay(world, of=1)
    Stay.objects.filter(pk=first.pk).update(superseded_at=timezone.now())
    second = stay(world, **beside(world))
    stay(world, of=1, superseded_at=timezone.now())
    # To believe the first again is refused too.
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Stay.objects.filter(pk=first.pk).update(superseded_at=None)
    assert Stay.objects.get(pk=second.pk).superseded_at is None


def test_no_way_of_writing_gets_past_it(world: World) -> None:
    stay(world, of=1)
    other = stay(world, **beside(world), place=FREE_PLACE + 1)
    twin = Stay(
        placement=other.placement, service=other.service, citizen=other.citizen, place=FREE_PLACE,
        way="short", valid_from=noon(3, 5), valid_to=None, registered_at=timezone.now(),
    )  # fmt: skip
    for write in (
        lambda: Stay.objects.filter(pk=other.pk).update(place=FREE_PLACE),
        lambda: Stay.objects.bulk_create([twin]),
        lambda: Stay.objects.bulk_update([Stay(pk=other.pk, place=FREE_PLACE)], ["place"]),
    ):
        with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
            write()
