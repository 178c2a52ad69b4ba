"""Signs of irregularity: each with its figure, what it is held up against, and its limit."""

from datetime import date
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.irregularities import (
    APART,
    GrantedHours,
    OccupancyMonth,
    PaidDays,
    PaidSum,
    PriceStep,
    Sign,
    hours_unlike,
    occupancy_over,
    paid_twice,
    price_jumps,
    supplement_heavy,
)

RULES = Parameters.load()
ON = date(2026, 3, 1)


def seen(signs: list[Sign]) -> list[tuple[str, str, str]]:
    return [(sign.finding.code, sign.finding.found, sign.finding.expected) for sign in signs]


def test_more_days_than_places_is_a_sign_and_exactly_full_is_not() -> None:
    full = OccupancyMonth("T-1", "Elmehuset", ON, 310, 310)
    over = OccupancyMonth("T-2", "Birkehuset", ON, 310, 324)
    without = OccupancyMonth("T-3", "Granhuset", ON, 0, 3)
    empty = OccupancyMonth("T-4", "Fyrrehuset", ON, 0, 0)
    found = occupancy_over([full, over, without, empty], RULES)
    assert seen(found) == [
        ("irregularity.occupancy", "324 betalte døgn, 104,5 %", "højst 310 døgn, 100 %"),
        ("irregularity.occupancy", "3 betalte døgn", "højst 0 døgn, 100 %"),
    ]
    assert found[0].finding.place == "Birkehuset, marts 2026"
    assert all(sign.trace.unverified for sign in found)


@pytest.mark.parametrize(("after", "told"), [(112_500, False), (112_501, True), (90_000, False)])
def test_a_price_may_rise_with_the_development_and_the_limit(after: int, told: bool) -> None:
    rise = PriceStep("Y-1", "Elmehuset, døgn", ON, 100_000, after, Fraction(25, 1000))
    assert bool(price_jumps([rise], RULES)) is told


def test_a_price_that_was_nothing_has_no_rise() -> None:
    assert price_jumps([PriceStep("Y-1", "Ny", ON, 0, 100, Fraction(0))], RULES) == []


@pytest.mark.parametrize(("supplement", "told"), [(2_500, False), (2_501, True), (-2_501, False)])
def test_supplements_may_be_a_quarter(supplement: int, told: bool) -> None:
    assert bool(supplement_heavy([PaidSum("T", "E", ON, 10_000, supplement)], RULES)) is told


def granted(*hours: int) -> list[GrantedHours]:
    return [
        GrantedHours(f"I-{at}", f"Ophold {at}", "107 · autisme", 60 * number)
        for at, number in enumerate(hours, start=1)
    ]


def test_hours_far_from_comparable_stays_are_a_sign_both_ways() -> None:
    found = hours_unlike(granted(10, 11, 12, 10, 11, 60, 1), ON, RULES)
    assert seen(found) == [
        (
            "irregularity.hours",
            "60,0 timer om ugen",
            "median 10,5 timer af 6 sammenlignelige ophold",
        ),
        (
            "irregularity.hours",
            "1,0 timer om ugen",
            "median 11,0 timer af 6 sammenlignelige ophold",
        ),
    ]


def test_few_comparable_stays_or_a_small_difference_say_nothing() -> None:
    assert hours_unlike(granted(10, 10, 10, 10, 60), ON, RULES) == []
    assert hours_unlike(granted(10, 10, 10, 10, 10, 14), ON, RULES) == []


def test_a_move_counts_a_day_in_both_places_and_two_days_are_a_sign() -> None:
    here = PaidDays("I-1", "B-1", "Elme", date(2026, 3, 1), date(2026, 3, 11))
    moved = PaidDays("I-2", "B-1", "Birk", date(2026, 3, 10), date(2026, 4, 1))
    early = PaidDays("I-2", "B-1", "Birk", date(2026, 3, 9), date(2026, 4, 1))
    other = PaidDays("I-3", "B-2", "Birk", date(2026, 3, 1), date(2026, 4, 1))
    assert paid_twice([here, moved, other], ON, RULES) == []
    assert seen(paid_twice([here, early, other], ON, RULES)) == [
        (
            "irregularity.overlap",
            "2 fælles døgn fra 9. marts 2026",
            "højst 1 dag, når borgeren flytter",
        )
    ]


def test_one_day_twice_in_the_same_facility_is_enough() -> None:
    here = PaidDays("I-1", "B-1", "Elme", date(2026, 3, 1), date(2026, 3, 11))
    again = PaidDays("I-2", "B-1", "Elme", date(2026, 3, 10), date(2026, 4, 1))
    assert seen(paid_twice([again, here], ON, RULES)) == [
        ("irregularity.double-charge", "1 fælles døgn fra 10. marts 2026", "ingen fælles døgn")
    ]


def test_a_stay_that_is_paid_twice_is_named_once() -> None:
    once = PaidDays("I-1", "B-1", "Elme", date(2026, 3, 1), date(2026, 3, 11))
    (sign,) = paid_twice([once, once], ON, RULES)
    assert sign.finding.place == "I-1: Elme"


@given(
    value=st.integers(0, 6_000),
    others=st.lists(st.integers(0, 6_000), min_size=1, max_size=12),
    distance=st.fractions(0, 5, max_denominator=20),
    part=st.fractions(0, 1, max_denominator=20),
)
def test_far_from_the_others_is_by_their_median_and_spread(
    value: int, others: list[int], distance: Fraction, part: Fraction
) -> None:
    exact = [Fraction(other) for other in others]
    middle = median(exact)
    spread = median([abs(other - middle) for other in exact])
    away = abs(value - middle)
    far = away > distance * spread and away > part * middle
    assert APART.on(ON).calculate(value, others, distance, part) is far
