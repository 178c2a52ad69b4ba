"""Prices by the piece, the month and the year: rounded once, and parts make up the whole."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.settlement.quantities import (
    month_parts,
    quantity_amount,
    quantity_da,
    year_parts,
)

prices = st.integers(-10_000_000, 100_000_000)
cuts_of_march = st.lists(st.integers(0, 31), max_size=5).map(lambda cuts: [0, *sorted(cuts), 31])
MARCH = date(2026, 3, 1)


@settings(deadline=None)
@given(price=prices, hundredths=st.integers(-100_000, 100_000))
def test_a_quantity_is_rounded_to_the_nearest_ore(price: int, hundredths: int) -> None:
    ore = quantity_amount(hundredths, price, MARCH).ore
    assert abs(ore - Fraction(price * hundredths, 100)) <= Fraction(1, 2)


@settings(deadline=None)
@given(price=prices, cuts=cuts_of_march)
def test_the_parts_of_a_whole_month_cost_the_month(price: int, cuts: list[int]) -> None:
    days = [after - before for before, after in pairwise(cuts)]
    parts = month_parts(price, days, MARCH)
    assert sum(part.ore for part in parts) == price
    for part, count in zip(parts, days, strict=True):
        assert abs(part.ore - Fraction(price * count, 31)) <= 1


@settings(deadline=None)
@given(price=prices, days=st.integers(0, 28))
def test_the_first_part_of_a_month_is_its_share_rounded(price: int, days: int) -> None:
    (part,) = month_parts(price, [days], date(2026, 2, 17))
    assert abs(part.ore - Fraction(price * days, 28)) <= Fraction(1, 2)


@settings(deadline=None)
@given(price=prices, months=st.permutations([5, 4, 3]))
def test_twelve_months_cost_the_year(price: int, months: list[int]) -> None:
    assert sum(part.ore for part in year_parts(price, months, 2026)) == price


def test_a_quarter_past_seven_hours_and_half_an_ore() -> None:
    priced = quantity_amount(725, 30_802, MARCH)
    assert priced.ore == 223_315  # 2.233,145 kr.
    assert [step.label_da for step in priced.trace] == ["Pris for én", "7,25 × prisen"]
    assert [quantity_da(number) for number in (700, 750, -705, 5)] == ["7", "7,5", "-7,05", "0,05"]


def test_a_payer_change_in_the_month_shares_the_month_to_the_ore() -> None:
    first, second = month_parts(1_000_000, [12, 19], MARCH)
    assert (first.ore, second.ore) == (387_097, 612_903)
    assert first.trace.steps[-1].label_da == "12 af månedens 31 dage"


@pytest.mark.parametrize("days", [[20, 12], [-1], [32]])
def test_more_days_than_the_month_has_are_refused(days: list[int]) -> None:
    with pytest.raises(UnfitCase, match="højst 31"):
        month_parts(100, days, MARCH)
    with pytest.raises(UnfitCase, match="højst 12"):
        year_parts(100, [13], 2026)
