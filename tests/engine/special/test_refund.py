"""The state's refund: slices by year, siblings summed, the clock that starts once."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.special.aftercare import aftercare_clock, support_refund
from rammevaerk.engine.settlement.special.refund import (
    CasePerson,
    PersonCost,
    costly_case_refunds,
    refund_totals,
)

RULES = Parameters.load()
ADULT, CHILD = CasePerson.ADULT, CasePerson.CHILD
YEARS = st.sampled_from([2020, 2021, 2022])
COSTS = st.integers(0, 5_000_000_00)
PEOPLE = st.lists(
    st.builds(
        PersonCost,
        st.text("ABC", min_size=1, max_size=2),
        COSTS,
        st.just(CHILD),
        st.sampled_from(["", "X", "Y"]),
    ),
    max_size=8,
)


KEYS = {ADULT: "refund/thresholds", CHILD: "refund/thresholds_children"}


def refund_of(cost: int, year: int, who: CasePerson = ADULT) -> int:
    (case,) = costly_case_refunds([PersonCost("A", cost, who)], year, RULES)
    return case.refund_ore


def reference(cost: int, year: int, who: CasePerson) -> int:
    thresholds = RULES.on(KEYS[who], date(year, 1, 1)).value
    assert isinstance(thresholds, tuple)
    refund = 0
    ends = [*map(int, thresholds[1:]), cost]  # type: ignore[arg-type]
    for at, (low, high) in enumerate(zip(map(int, thresholds), ends, strict=True), start=1):  # type: ignore[arg-type]
        part = Fraction(max(0, min(cost, high) - low) * at, 4)
        refund += divide_half_up(part.numerator, part.denominator)
    return refund


@given(COSTS, YEARS, st.sampled_from(CasePerson))
def test_each_slice_gets_its_own_share(cost: int, year: int, who: CasePerson) -> None:
    assert refund_of(cost, year, who) == reference(cost, year, who)


def test_a_child_of_2020_has_the_thresholds_of_children() -> None:
    assert refund_of(2_500_000_00, 2020, CHILD) == 635_000_00
    assert refund_of(2_500_000_00, 2020, ADULT) == 465_000_00
    siblings = [PersonCost("A", 500_000_00, CHILD, "X"), PersonCost("B", 450_000_00, CHILD, "X")]
    (case,) = costly_case_refunds(siblings, 2020, RULES)
    assert (case.refund_ore, case.trace.unverified) == (30_000_00, False)
    keys = {used.key for step in case.trace for used in step.parameters}
    assert keys == {"refund/thresholds_children", "refund/shares"}


@given(COSTS, st.sampled_from([2021, 2022]))
def test_since_2021_a_child_has_the_limits_of_adults_and_it_says_that_it_is_inferred(
    cost: int, year: int
) -> None:
    grown, child = (
        costly_case_refunds([PersonCost("A", cost, who)], year, RULES)[0] for who in (ADULT, CHILD)
    )
    assert grown.refund_ore == child.refund_ore
    assert (grown.trace.unverified, child.trace.unverified) == (False, True)


@pytest.mark.parametrize("other", [ADULT, CHILD])
def test_a_household_with_an_adult_is_not_summed_while_limits_differ(other: CasePerson) -> None:
    costs = [PersonCost("A", 500_000_00, ADULT, "X"), PersonCost("B", 450_000_00, other, "X")]
    with pytest.raises(UnfitCase, match="kun for børn"):
        costly_case_refunds(costs, 2020, RULES)
    (case,) = costly_case_refunds(costs, 2022, RULES)
    assert case.refund_ore == 22_500_00
    assert case.trace.unverified == (other is CHILD)


def test_one_person_is_not_both_child_and_adult_while_limits_differ() -> None:
    costs = [PersonCost("A", 500_000_00, ADULT), PersonCost("A", 450_000_00, CHILD)]
    with pytest.raises(UnfitCase, match="både barn og voksen"):
        costly_case_refunds(costs, 2020, RULES)
    assert costly_case_refunds(costs, 2022, RULES)[0].refund_ore == 22_500_00


@given(COSTS, COSTS, YEARS)
def test_more_cost_never_gives_less_refund_nor_less_net(one: int, other: int, year: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= refund_of(high, year) - refund_of(low, year) <= high - low + 3


@given(PEOPLE, YEARS, st.randoms(use_true_random=False))
def test_the_order_is_irrelevant_and_cases_sum_to_the_total(
    costs: list[PersonCost], year: int, chance: random.Random
) -> None:
    cases = costly_case_refunds(costs, year, RULES)
    shuffled = costs[:]
    chance.shuffle(shuffled)
    assert costly_case_refunds(shuffled, year, RULES) == cases
    totals = refund_totals(cases)
    assert totals["gross_ore"] == sum(cost.cost_ore for cost in costs)
    assert totals["net_ore"] == sum(case.net_ore for case in cases)
    assert totals["gross_ore"] == totals["refund_ore"] + totals["net_ore"]


def test_a_household_and_a_person_of_one_name_are_not_mixed_up() -> None:
    costs = [PersonCost("X", 500_000_00, ADULT), PersonCost("A", 500_000_00, ADULT, "X")]
    assert len(costly_case_refunds(costs, 2022, RULES)) == 2


def test_two_costs_of_one_person_are_one_case() -> None:
    (case,) = costly_case_refunds([PersonCost("A", 500_000_00, ADULT)] * 2, 2022, RULES)
    assert (case.persons, case.gross_ore, case.refund_ore) == (("A",), 1_000_000_00, 35_000_00)
    labels = [step.label_da for step in case.trace]
    assert labels[0] == "Udgift i alt"
    assert [step.value for step in case.trace][1:4] == [35_000_00, 0, 0]


def test_a_negative_cost_is_refused() -> None:
    with pytest.raises(UnfitCase, match="Udgiften til A er negativ"):
        costly_case_refunds([PersonCost("A", -1, ADULT)], 2022, RULES)


@pytest.mark.parametrize("who", CasePerson)
@pytest.mark.parametrize("year", [2018, 2019, 2023, 2026])
def test_a_year_without_thresholds_has_no_rule(year: int, who: CasePerson) -> None:
    with pytest.raises(NoRuleForDate):
        costly_case_refunds([PersonCost("A", 1, who)], year, RULES)


@given(st.lists(st.dates(date(2024, 1, 1), date(2030, 1, 1)), min_size=1, max_size=5))
def test_only_the_first_discharge_starts_the_clock(discharges: list[date]) -> None:
    clock = aftercare_clock(discharges, RULES)
    assert clock.first_discharge == min(discharges)
    assert clock == aftercare_clock([min(discharges)], RULES)
    assert clock.housing_window.last < clock.support.last


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 500))
def test_a_stay_is_refunded_six_months_within_the_year(discharged: date, wait: int) -> None:
    clock = aftercare_clock([discharged], RULES)
    moved_in = discharged + timedelta(days=wait)
    days = clock.housing(moved_in)
    if days is None:
        assert moved_in > clock.housing_window.last
    else:
        assert days.start == moved_in
        assert days.days() <= 184
        assert days.last <= clock.housing_window.last


def test_what_the_clock_cannot_answer_is_refused() -> None:
    with pytest.raises(UnfitCase, match="Uden en udskrivning"):
        aftercare_clock([], RULES)
    with pytest.raises(UnfitCase, match="før den første udskrivning"):
        aftercare_clock([date(2024, 2, 1)], RULES).housing(date(2024, 1, 31))
    with pytest.raises(NoRuleForDate, match=r"refund\.aftercare_clock"):
        aftercare_clock([date(2024, 2, 1), date(2023, 12, 31)], RULES)


@given(st.lists(st.tuples(st.dates(date(2023, 1, 1), date(2028, 1, 1)), COSTS), max_size=6))
def test_half_of_what_lies_within_the_clock_is_refunded(costs: list[tuple[date, int]]) -> None:
    clock = aftercare_clock([date(2024, 2, 1)], RULES)
    refund = support_refund(costs, clock, RULES)
    inside = sum(cost for day, cost in costs if date(2024, 2, 1) <= day <= date(2026, 1, 31))
    assert refund.refund_ore == divide_half_up(inside, 2)
    assert refund.gross_ore == sum(cost for _, cost in costs)
    assert refund.net_ore + refund.refund_ore == refund.gross_ore
