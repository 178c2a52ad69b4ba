"""Patients ready for discharge: two rules that never meet."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.errors import NoRuleForDate, UnfitCase, UnknownParameter
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.special.discharged import (
    discharged_psychiatric,
    discharged_somatic,
)

RULES = Parameters.load()
DAY = date(2021, 1, 1)
BED_DAYS = st.integers(1, 400)


def without(part: str) -> Parameters:
    kept = {key: one for key, one in RULES.by_key.items() if part not in key}
    return Parameters(RULES.sources, kept)


@given(BED_DAYS)
def test_one_more_somatic_day_costs_what_its_number_says(days: int) -> None:
    now = discharged_somatic(days, DAY, 2016, RULES)
    more = discharged_somatic(days + 1, DAY, 2016, RULES)
    assert more.region_ore - now.region_ore == 1_976_00
    assert more.state_ore - now.state_ore == (1_976_00 if days + 1 <= 2 else 3_952_00)
    assert now.total_ore == now.region_ore + now.state_ore


@given(BED_DAYS)
def test_one_more_psychiatric_day_costs_what_its_number_says(days: int) -> None:
    now = discharged_psychiatric(days, DAY, 2016, RULES)
    more = discharged_psychiatric(days + 1, DAY, 2016, RULES)
    number = days + 1
    day_price = 0 if number < 7 else 1_976_00 if number < 14 else 3_952_00
    assert more.total_ore - now.total_ore == day_price


@given(BED_DAYS)
def test_the_steps_add_up_to_the_total(days: int) -> None:
    somatic = discharged_somatic(days, DAY, 2016, RULES)
    *parts, total = [step.value for step in somatic.trace]
    assert sum(int(str(part)) for part in parts) == total == somatic.total_ore
    psychiatric = discharged_psychiatric(days, DAY, 2016, RULES)
    *parts, total = [step.value for step in psychiatric.trace]
    assert sum(int(str(part)) for part in parts) == total == psychiatric.total_ore


def test_neither_rule_reads_the_parameters_of_the_other() -> None:
    assert discharged_somatic(14, DAY, 2016, without("psychiatric")).total_ore == 79_040_00
    assert discharged_psychiatric(14, DAY, 2016, without("somatic")).total_ore == 17_784_00
    with pytest.raises(UnknownParameter):
        discharged_somatic(14, DAY, 2016, without("somatic"))
    with pytest.raises(UnknownParameter):
        discharged_psychiatric(14, DAY, 2016, without("psychiatric"))


def test_the_act_is_checked_and_the_minutes_are_not() -> None:
    assert not discharged_somatic(3, DAY, 2016, RULES).trace.unverified
    assert discharged_psychiatric(3, DAY, 2016, RULES).trace.unverified


def test_a_price_level_other_than_the_stays_own_is_pointed_out() -> None:
    (found,) = discharged_somatic(1, DAY, 2016, RULES).findings
    assert (found.found, found.expected) == ("2016-niveau", "2021-niveau")


@pytest.mark.parametrize("level", [2015, 2017, 2026])
def test_rates_are_never_carried_to_another_price_level(level: int) -> None:
    with pytest.raises(NoRuleForDate, match="special/discharged_somatic_region"):
        discharged_somatic(1, DAY, level, RULES)
    with pytest.raises(NoRuleForDate, match="special/discharged_psychiatric"):
        discharged_psychiatric(1, DAY, level, RULES)


def test_a_stay_before_the_rule_has_no_rule() -> None:
    with pytest.raises(NoRuleForDate, match=r"special\.discharged_somatic har"):
        discharged_somatic(1, date(2016, 12, 31), 2016, RULES)
    with pytest.raises(NoRuleForDate, match=r"special\.discharged_psychiatric har"):
        discharged_psychiatric(1, date(2020, 11, 22), 2016, RULES)


@pytest.mark.parametrize("days", [0, -1])
def test_less_than_one_bed_day_is_refused(days: int) -> None:
    for calculate in (discharged_somatic, discharged_psychiatric):
        with pytest.raises(UnfitCase, match="mindst én"):
            calculate(days, DAY, 2016, RULES)
