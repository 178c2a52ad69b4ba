"""Coverage: which facilities the agreement covers, and how much of one is bought by others."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.coverage import COVERAGE, Coverage, OperatorKind, Use, coverage
from rammevaerk.engine.errors import NoRuleForDate

DAY = date(2026, 3, 1)
OWN = 1


def judged(kind: OperatorKind, *uses: tuple[int, int, int], on: date = DAY) -> Coverage:
    return coverage(kind, OWN, [Use(*use) for use in uses], on=on)


def test_a_municipal_facility_is_covered_when_others_use_it() -> None:
    uses = [(OWN, 2025, 4), *((buyer, 2025, 1) for buyer in (2, 3, 4, 5))]
    found = judged(OperatorKind.MUNICIPAL, *uses)
    assert (found.covered, found.reason) == (True, "brugt af 4 andre kommuner i 2025")
    assert found.bought_by_others == Fraction(1, 2)
    one = judged(OperatorKind.INDEPENDENT, (OWN, 2025, 4), (2, 2025, 1))
    assert (one.covered, one.reason) == (True, "brugt af 1 anden kommune i 2025")


def test_a_municipal_facility_is_not_covered_when_only_its_own_municipality_uses_it() -> None:
    found = judged(OperatorKind.MUNICIPAL, (OWN, 2025, 4))
    assert (found.covered, found.others) == (False, 0)
    assert found.reason == "kun brugt af driftsherrens egen kommune i 2025"
    assert found.bought_by_others == 0


def test_a_regional_facility_is_always_covered_and_a_private_one_never() -> None:
    assert judged(OperatorKind.REGIONAL).reason == "regionalt tilbud: altid omfattet"
    private = judged(OperatorKind.PRIVATE, (2, 2025, 9))
    assert (private.covered, private.reason) == (False, "privat tilbud: ikke omfattet")


def test_nothing_is_covered_on_what_nobody_has_said() -> None:
    found = judged(OperatorKind.MUNICIPAL)
    assert (found.covered, found.year, found.bought_by_others) == (False, None, None)


def test_only_the_latest_year_up_to_the_day_counts() -> None:
    uses = [(2, 2024, 3), (OWN, 2025, 3), (2, 2027, 3)]
    assert not judged(OperatorKind.MUNICIPAL, *uses).covered
    assert judged(OperatorKind.MUNICIPAL, *uses, on=date(2024, 12, 31)).covered
    assert judged(OperatorKind.MUNICIPAL, *uses, on=date(2027, 1, 1)).covered


def test_a_buyer_without_citizens_has_not_used_it() -> None:
    assert not judged(OperatorKind.MUNICIPAL, (OWN, 2025, 3), (2, 2025, 0)).covered


def test_no_rule_is_known_before_the_agreement() -> None:
    with pytest.raises(NoRuleForDate):
        judged(OperatorKind.MUNICIPAL, on=date(2022, 12, 31))


def test_the_rule_has_a_source_and_stands_in_the_trace() -> None:
    assert COVERAGE.on(DAY).source == "agreement-2023-2024"
    last = list(judged(OperatorKind.REGIONAL).trace)[-1]
    assert (last.rule, last.source) == ("coverage", "agreement-2023-2024")


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(2020, 2026), st.integers(0, 50)), max_size=12)
)
def test_covered_says_the_same_as_the_number_of_others(uses: list[tuple[int, int, int]]) -> None:
    found = judged(OperatorKind.MUNICIPAL, *uses)
    assert found.covered is (found.others > 0)
    assert (found.bought_by_others or 0) <= 1
    assert ((found.bought_by_others or 0) > 0) is found.covered
