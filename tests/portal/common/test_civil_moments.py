"""Moments on the Danish clock: kept to the minute, in order as text, never with a time zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st
from world import World

from rammevaerk.portal.common.fields import CivilMomentField
from rammevaerk.portal.placements.models import Stay

MOMENTS = st.datetimes().map(lambda one: one.replace(second=0, microsecond=0, fold=0))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def field() -> CivilMomentField:
    return CivilMomentField("kom")


@given(one=MOMENTS, other=MOMENTS)
def test_the_order_of_the_text_is_the_order_of_time(one: datetime, other: datetime) -> None:
    texts = [field().get_prep_value(moment) for moment in (one, other)]
    assert (texts[0] < texts[1]) is (one < other)
    assert [len(text) for text in texts] == [16, 16]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(26, 3, 1), date(2028, 2, 29)])
def test_a_moment_comes_back_as_it_was(world: World, day: date) -> None:
    stay, moment = world.first(Stay), at(day, 23, 59)
    Stay.objects.filter(pk=stay.pk).update(valid_from=moment, valid_to=None)
    assert Stay.objects.get(pk=stay.pk).valid_from == moment
    assert Stay.objects.filter(pk=stay.pk, valid_from=moment).exists()


def test_seconds_are_not_kept(world: World) -> None:
    stay = world.first(Stay)
    moment = at(date(2025, 3, 1), 20)
    Stay.objects.filter(pk=stay.pk).update(valid_from=moment + timedelta(seconds=59))
    assert Stay.objects.get(pk=stay.pk).valid_from == moment


def test_the_hour_that_comes_twice_in_october_is_an_ordinary_hour(world: World) -> None:
    stay = world.first(Stay)
    moment = at(date(2025, 10, 26), 2, 30)
    Stay.objects.filter(pk=stay.pk).update(valid_from=moment)
    assert Stay.objects.get(pk=stay.pk).valid_from == moment


def test_a_moment_with_a_time_zone_is_refused(world: World) -> None:
    stay = world.first(Stay)
    stay.valid_from = datetime(2025, 3, 1, 20, tzinfo=UTC)
    for write in (stay.full_clean, stay.save):
        with pytest.raises(ValidationError, match="uden tidszone"):
            write()


def test_no_moment_is_none_and_an_empty_column(world: World) -> None:
    stay = world.first(Stay)
    assert stay.valid_to is None
    assert Stay.objects.filter(pk=stay.pk, valid_to__isnull=True).exists()
    assert Stay._meta.get_field("valid_to").value_to_string(stay) == ""
    assert field().to_python("") is None


def test_the_trail_tells_a_moment_as_it_stands_in_the_column(world: World) -> None:
    stay = world.first(Stay)
    stay.valid_from = at(date(2025, 3, 1), 8, 5)
    assert Stay._meta.get_field("valid_from").value_to_string(stay) == "2025-03-01T08:05"


def test_text_that_is_no_moment_is_refused() -> None:
    for text in ("i går", "2025-02-31T10:00", "2025-13-01T10:00"):
        with pytest.raises(ValueError, match=r".+"):
            field().to_python(text)


def test_the_field_is_rebuilt_from_what_a_migration_says() -> None:
    _name, path, args, kwargs = CivilMomentField("kom", null=True).deconstruct()
    assert path.endswith(".CivilMomentField")
    assert "max_length" not in kwargs
    assert isinstance(CivilMomentField(*args, **kwargs), models.CharField)
