"""Danish holidays, and limits counted in months and working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.deadlines import (
    Weekdays,
    day_of_year,
    months_later,
    weekdays_after,
    years_later,
)
from rammevaerk.engine.errors import NoRuleForDate, ParameterError
from rammevaerk.engine.holidays_da import HOLIDAYS, easter_sunday, holiday_da
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.units import misfits

RULES = Parameters.load()
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("month", "day", "year"),
    [
        # The earliest and latest possible days, and years where simpler formulas go wrong.
        (3, 22, 1818),
        (4, 25, 1943),
        (4, 18, 1954),
        (4, 19, 1981),
        (4, 18, 2049),
        (4, 8, 2012),
        (3, 31, 2013),
        (4, 20, 2025),
        (4, 5, 2026),
        (3, 28, 2027),
        (4, 25, 2038),
        (3, 22, 2285),
    ],
)
def test_easter_falls_where_the_almanac_has_it(month: int, day: int, year: int) -> None:
    assert easter_sunday(year) == date(year, month, day)


@given(st.integers(1583, 4000))
def test_easter_is_a_sunday_between_its_two_limits(year: int) -> None:
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


def test_the_holidays_of_2026() -> None:
    days = HOLIDAYS.on(date(2026, 1, 1)).calculate(2026)
    assert list(days) == [
        date(2026, 1, 1),
        date(2026, 4, 2),
        date(2026, 4, 3),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 5, 14),
        date(2026, 5, 24),
        date(2026, 5, 25),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]
    assert holiday_da(date(2026, 4, 2)) == "skærtorsdag"
    assert holiday_da(date(2026, 12, 24)) == ""


def test_prayer_day_was_a_holiday_until_2023() -> None:
    assert holiday_da(date(2023, 5, 5)) == "store bededag"
    assert holiday_da(date(2024, 4, 26)) == ""


def test_holidays_before_1900_have_no_rule() -> None:
    with pytest.raises(NoRuleForDate, match=r"holidays\.days"):
        holiday_da(date(1899, 12, 25))


@given(DAYS, st.integers(-600, 600))
def test_months_later_lands_in_the_right_month_on_the_same_day_or_its_last(
    day: date, months: int
) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


def test_a_year_after_29_february_is_28_february() -> None:
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)


@given(DAYS, st.integers(1, 12), st.sampled_from(Weekdays))
def test_working_days_are_counted_one_by_one(day: date, count: int, weekdays: Weekdays) -> None:
    found = weekdays_after(day, count, weekdays)
    every = [day + at * DAY for at in range(1, (found[-1] - day).days + 1)]
    assert list(found) == [one for one in every if weekdays.holds(one)]
    assert len(found) == count


@given(DAYS, st.integers(1, 12))
def test_counting_saturdays_never_gives_a_later_limit(day: date, count: int) -> None:
    with_saturday = weekdays_after(day, count, Weekdays.MONDAY_TO_SATURDAY)
    without = weekdays_after(day, count, Weekdays.MONDAY_TO_FRIDAY)
    assert with_saturday[-1] <= without[-1]
    assert not any(one.weekday() >= 5 for one in without)


def test_every_yearly_day_in_the_rules_is_a_day() -> None:
    keys = [one.key for one in RULES if one.unit == "month_day"]
    assert len(keys) >= 5
    for key in keys:
        for version in RULES.get(key).versions:
            found = RULES.on(key, version.period.start)
            assert day_of_year(found, 2027).year == 2027
            assert found.text_da().startswith(f"{day_of_year(found, 2027).day}. ")


@pytest.mark.parametrize("text", ["13-01", "02-29", "2-1", "00-10", "november", "", "11-15-01"])
def test_a_text_that_is_no_yearly_day_is_refused_in_the_rules(text: str) -> None:
    assert misfits(text, "month_day") == [f"value is {text!r}, which is no month_day"]
    assert misfits("11-15", "month_day") == []


def test_a_parameter_that_is_no_yearly_day_is_named() -> None:
    months = RULES.on("settlement/claim_limit_months", date(2025, 1, 1))
    with pytest.raises(ParameterError, match="claim_limit_months: 12 is no day of 2027"):
        day_of_year(months, 2027)
