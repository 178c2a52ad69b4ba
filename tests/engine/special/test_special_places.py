"""Special places: days of a stay, unused places, rates, shares to the øre."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.settlement.special.special_places import (
    PlaceDay,
    PlaceStay,
    stay_days,
    unused_place_payment,
    unused_places,
    used_place_payment,
)

RULES = Parameters.load()
FIRST = date(2020, 1, 1)
DAY = timedelta(days=1)
POPULATIONS = st.dictionaries(
    st.text("ABCDEFGH", min_size=1, max_size=3), st.integers(0, 10**6), min_size=1, max_size=19
).filter(lambda weights: any(weights.values()))


@st.composite
def stays(draw: st.DrawFn, place: str = "1") -> PlaceStay:
    start = FIRST + draw(st.integers(0, 100)) * DAY
    length = draw(st.none() | st.integers(0, 60))
    away = []
    for _ in range(draw(st.integers(0, 2))):
        left = start + draw(st.integers(0, 60)) * DAY
        away.append(Period(left, left + draw(st.integers(1, 9)) * DAY))
    end = None if length is None else start + length * DAY
    return PlaceStay(place, start, end, tuple(away))


@given(stays(), st.integers(1, 200), st.integers(1, 200))
def test_a_period_split_anywhere_counts_the_same_days(
    stay: PlaceStay, first: int, second: int
) -> None:
    middle = FIRST + first * DAY
    end = middle + second * DAY
    whole = stay_days(stay, Period(FIRST, end))
    parts = stay_days(stay, Period(FIRST, middle)) + stay_days(stay, Period(middle, end))
    assert whole == parts


@given(stays())
def test_a_finished_stay_has_its_days_but_the_last_or_one(stay: PlaceStay) -> None:
    period = Period(FIRST, FIRST + 300 * DAY)
    days = stay_days(stay, period)
    assert list(days) == sorted(set(days))
    assert days or stay.end is None
    assert stay.end is None or stay.end == stay.start or stay.end not in days
    if len(days) > 1:
        assert not any(away.contains(day) for away in stay.elsewhere for day in days)


def test_a_stay_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UnfitCase, match=r"slutter 1\. marts 2020, før det begynder 2\. marts 2020"):
        PlaceStay("Plads 1", date(2020, 3, 2), date(2020, 3, 1))


def test_each_day_is_priced_at_its_own_rate_and_the_trace_says_so() -> None:
    stay = PlaceStay("1", date(2019, 12, 30), date(2020, 1, 2))
    used = used_place_payment(stay, Period(date(2019, 12, 1), date(2020, 2, 1)), RULES)
    assert used.amount_ore == 2 * 3_959_00 + 4_055_00
    assert [step.value for step in used.trace] == [3, 7_918_00, 4_055_00, used.amount_ore]
    sources = [p.source.key for step in used.trace for p in step.parameters]
    assert sources == ["regionh-special-places-rates", "syddanmark-special-places"]
    assert {step.rule for step in used.trace} == {"special.place_stay_days"}


@pytest.mark.parametrize("year", [2018, 2021, 2023, 2026])
def test_a_year_without_a_published_rate_has_no_rule(year: int) -> None:
    stay = PlaceStay("1", date(year, 3, 1), date(year, 3, 2))
    with pytest.raises(NoRuleForDate, match="special/place_used_rate"):
        used_place_payment(stay, Period(date(year, 1, 1), date(year + 1, 1, 1)), RULES)


@given(st.lists(stays(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_stays_is_irrelevant_and_places_add_up(
    found: list[PlaceStay], chance: random.Random
) -> None:
    placed = [PlaceStay(str(at), one.start, one.end, one.elsewhere) for at, one in enumerate(found)]
    period = Period(FIRST, FIRST + 40 * DAY)
    counted = unused_places(placed, 8, 0, period, RULES)
    shuffled = placed[:]
    chance.shuffle(shuffled)
    assert unused_places(shuffled, 8, 0, period, RULES) == counted
    assert all(day.unused + day.used + day.remarked == day.created for day in counted.days)
    used = sum(len(stay_days(stay, period)) for stay in placed)
    assert counted.place_days == 40 * 8 - used
    assert counted.findings == ()


def test_the_day_a_stay_ends_is_unused_unless_somebody_else_comes() -> None:
    period = Period(date(2020, 3, 5), date(2020, 3, 6))
    first = PlaceStay("1", date(2020, 3, 1), date(2020, 3, 5))
    second = PlaceStay("1", date(2020, 3, 5), None)
    assert unused_places([first], 1, 0, period, RULES).place_days == 1
    assert unused_places([first, second], 1, 0, period, RULES).place_days == 0


def test_two_stays_that_count_the_same_day_in_one_place_are_pointed_out() -> None:
    period = Period(date(2020, 3, 1), date(2020, 3, 2))
    twice = [PlaceStay("1", date(2020, 3, 1), None), PlaceStay("1", date(2020, 3, 1), None)]
    counted = unused_places(twice, 2, 0, period, RULES)
    assert counted.place_days == 1
    assert [found.code for found in counted.findings] == ["special.place-used-twice"]


def test_more_used_than_there_are_is_refused() -> None:
    period = Period(date(2022, 3, 1), date(2022, 3, 2))
    both = [PlaceStay(name, date(2022, 3, 1), None) for name in "12"]
    with pytest.raises(UnfitCase, match="2 pladser brugt, men der er kun 1 oprettet"):
        unused_places(both, 1, 0, period, RULES)


@pytest.mark.parametrize("remarked", [-1, 9])
def test_a_quarter_at_most_is_re_marked(remarked: int) -> None:
    period = Period(date(2020, 10, 26), date(2020, 10, 27))
    with pytest.raises(UnfitCase, match="højst 25 % \\(8 pladser\\)"):
        unused_places([], 32, remarked, period, RULES)
    counted = unused_places([], 32, 8, period, RULES)
    assert counted.place_days == 24
    assert [p.key for p in next(iter(counted.trace)).parameters] == ["special/place_remark_share"]


@given(POPULATIONS, st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_shares_of_unused_places_add_up_to_the_øre(
    populations: dict[str, int], unused: list[int]
) -> None:
    days = [
        PlaceDay(FIRST + at * DAY, 40, 0, 40 - number, number) for at, number in enumerate(unused)
    ]
    paid = unused_place_payment(days, populations, RULES)
    assert paid.amount_ore == sum(unused) * 4_055_00
    assert sum(paid.shares_ore.values()) == paid.amount_ore
    turned = dict(reversed(populations.items()))
    assert unused_place_payment(days[::-1], turned, RULES) == paid


def test_the_payment_for_vacant_places_is_unknown_from_september_2020() -> None:
    after = PlaceDay(date(2020, 9, 1), 32, 8, 17, 7)
    with pytest.raises(NoRuleForDate, match="Betalingen for tomme pladser blev ændret"):
        unused_place_payment([after], {"A": 1}, RULES)


def test_a_full_day_costs_nothing_and_needs_no_rate() -> None:
    full = PlaceDay(date(2020, 9, 1), 24, 0, 24, 0)
    assert unused_place_payment([full], {"A": 1}, RULES).amount_ore == 0


def test_no_days_and_nobody_to_pay_are_refused() -> None:
    with pytest.raises(UnfitCase, match="ingen dage"):
        unused_place_payment([], {"A": 1}, RULES)
    with pytest.raises(UnfitCase, match="ingen kan bære"):
        unused_place_payment([PlaceDay(FIRST, 1, 0, 0, 1)], {"A": 0}, RULES)
    with pytest.raises(UnfitCase, match="negativ"):
        unused_place_payment([PlaceDay(FIRST, 1, 0, 0, 1)], {"A": -1, "B": 2}, RULES)
