"""Claims, notices, budgets, own payment, health-act services and the supervision fee."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.budgets import budget_report
from rammevaerk.engine.errors import NoRuleForDate, ParameterError, UnfitCase
from rammevaerk.engine.operators import OperatorKind
from rammevaerk.engine.parameter_types import share, shares, whole, wholes
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.settlement.claims import ClaimState, claim_made, claim_waiting
from rammevaerk.engine.settlement.special.health_services import (
    HealthService,
    health_service_payment,
)
from rammevaerk.engine.settlement.special.notification import shelter_notice, shelter_payer
from rammevaerk.engine.settlement.special.own_payment import TemporaryStay, own_payment
from rammevaerk.engine.settlement.special.supervision import supervision_fee, treatment_places
from rammevaerk.engine.trace import Trace

RULES = Parameters.load()
DAY = timedelta(days=1)
GIVEN = st.dates(date(2024, 1, 1), date(2060, 1, 1))
PUBLIC = st.sampled_from([OperatorKind.MUNICIPAL, OperatorKind.REGIONAL])
PRIVATE = st.sampled_from([OperatorKind.PRIVATE, OperatorKind.PRIVATE_WITH_AGREEMENT])


def with_value(key: str, value: object) -> Parameters:
    old = RULES.get(key)
    versions = tuple(replace(version, value=value) for version in old.versions)
    return Parameters(RULES.sources, {**RULES.by_key, key: replace(old, versions=versions)})


def rules_of(trace: Trace) -> set[str]:
    return {step.rule for step in trace}


@given(GIVEN, PUBLIC)
def test_the_last_day_is_in_time_and_the_next_is_not(day: date, seller: OperatorKind) -> None:
    last = claim_made(day, day, seller, RULES).last_day
    assert last is not None
    assert claim_made(day, last, seller, RULES).state is ClaimState.IN_TIME
    late = claim_made(day, last + DAY, seller, RULES)
    assert late.state is ClaimState.TOO_LATE
    assert rules_of(late.trace) == {"settlement.claim_limit"}
    assert late.findings[0].severity == "error"


@given(GIVEN, st.integers(0, 800), PUBLIC)
def test_waiting_help_is_warned_about_before_it_is_lost(
    day: date, passed: int, seller: OperatorKind
) -> None:
    on = day + timedelta(days=passed)
    claim = claim_waiting(day, on, seller, RULES)
    assert claim.last_day is not None
    assert (claim.state is ClaimState.TOO_LATE) == (on > claim.last_day)
    if passed < 270:
        assert claim.state is ClaimState.IN_TIME
    if 280 < passed <= 364:
        assert claim.state is ClaimState.WARNED
        assert claim.trace.unverified  # the months of the warnings are our own choice


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 5000), PRIVATE)
def test_a_private_seller_is_never_bound(day: date, passed: int, seller: OperatorKind) -> None:
    for judge in (claim_made, claim_waiting):
        claim = judge(day, day + timedelta(days=passed), seller, RULES)
        assert (claim.state, claim.last_day, claim.findings) == (ClaimState.NO_LIMIT, None, ())


@given(GIVEN, st.integers(1, 900), st.sampled_from(OperatorKind))
def test_a_claim_made_before_the_help_was_given_is_refused(
    day: date, early: int, seller: OperatorKind
) -> None:
    with pytest.raises(UnfitCase, match=r"Kravet er rejst .*, før hjælpen blev ydet"):
        claim_made(day, day - timedelta(days=early), seller, RULES)


def test_a_private_seller_with_an_agreement_is_not_bound_by_our_reading() -> None:
    read, plain = (
        claim_made(date(2025, 3, 15), date(2025, 3, 15), seller, RULES).trace.steps[0].label_da
        for seller in (OperatorKind.PRIVATE_WITH_AGREEMENT, OperatorKind.PRIVATE)
    )
    assert "vores læsning" in read
    assert "vores læsning" not in plain


def test_the_warnings_follow_the_parameter() -> None:
    rules = with_value("settlement/claim_warning_months", (3,))
    day = date(2025, 3, 15)
    on = date(2025, 6, 15)
    assert claim_waiting(day, on, OperatorKind.MUNICIPAL, rules).state is ClaimState.WARNED
    assert claim_waiting(day, on, OperatorKind.MUNICIPAL, RULES).state is ClaimState.IN_TIME


def test_help_before_the_rule_is_known_has_no_rule() -> None:
    with pytest.raises(NoRuleForDate, match=r"settlement\.claim_limit"):
        claim_made(date(2023, 12, 31), date(2024, 1, 1), OperatorKind.REGIONAL, RULES)


@given(st.dates(date(2023, 10, 1), date(2060, 1, 1)))
def test_the_day_to_be_warned_by_is_never_after_the_deadline(admitted: date) -> None:
    notice = shelter_notice(admitted, RULES)
    assert admitted < notice.warn_by <= notice.deadline
    assert shelter_notice(admitted, RULES, given=notice.warn_by).findings == ()
    late = shelter_notice(admitted, RULES, given=notice.deadline + DAY).findings
    assert [found.code for found in late] == ["deadlines.notice-late"]


def test_a_notice_before_and_a_payer_before_have_no_rule() -> None:
    with pytest.raises(NoRuleForDate, match=r"deadlines\.shelter_notice"):
        shelter_notice(date(2023, 9, 30), RULES)
    with pytest.raises(NoRuleForDate, match=r"payer\.self_referral"):
        shelter_payer("A", date(2023, 12, 31))


@given(st.integers(2023, 2060), st.sampled_from(OperatorKind), st.integers(-200, 60))
def test_a_budget_in_time_is_approved_and_one_after_all_limits_is_not(
    year: int, kind: OperatorKind, days: int
) -> None:
    reported = date(year - 1, 11, 15) + timedelta(days=days)
    found = budget_report(year, kind, reported, RULES)
    assert found.on_time == (reported <= found.deadline) == (not found.findings)
    assert (found.approved_by is None) == (days > 0)
    if found.on_time:
        assert found.approved_by is not None
    assert not found.trace.unverified


def test_a_budget_year_without_limits_has_no_rule() -> None:
    with pytest.raises(NoRuleForDate, match=r"deadlines\.budget"):
        budget_report(2022, OperatorKind.PRIVATE, date(2021, 10, 1), RULES)


@given(st.integers(1, 300), st.integers(1, 64), st.sampled_from(TemporaryStay))
def test_own_payment_of_a_stay_is_the_sum_of_its_parts(
    first: int, second: int, stay: TemporaryStay
) -> None:
    start = date(2023, 1, 1)
    middle = start + first * DAY
    end = middle + second * DAY
    whole_stay = own_payment(stay, Period(start, end), RULES)
    parts = [own_payment(stay, Period(*days), RULES) for days in ((start, middle), (middle, end))]
    assert whole_stay.amount_ore == sum(part.amount_ore for part in parts)
    assert whole_stay.days == first + second


@pytest.mark.parametrize("year", [2018, 2022, 2024])
def test_a_year_without_a_rate_has_no_own_payment(year: int) -> None:
    period = Period(date(year, 5, 1), date(year, 5, 2))
    for stay in TemporaryStay:
        with pytest.raises(NoRuleForDate, match=f"own_payment/{stay}_rate"):
            own_payment(stay, period, RULES)


def test_only_days_from_the_day_of_asking_count_as_paid_in_advance() -> None:
    period = Period(date(2023, 1, 1), date(2023, 3, 1))
    asked = own_payment(TemporaryStay.SHELTER, period, RULES, asked_on=date(2023, 2, 1))
    assert next(iter(asked.trace)).value == 28


@given(st.integers(0, 10**9), st.booleans(), st.sampled_from("AB"), st.sampled_from("AB"))
def test_a_health_service_is_in_the_tariff_or_repaid_or_stays(
    cost: int, part_of_stay: bool, residence: str, former: str
) -> None:
    service = HealthService(date(2025, 1, 1), cost, part_of_stay, residence, former)
    found = health_service_payment(service, RULES)
    assert found.trace.unverified
    assert (found.in_tariff_ore, found.repaid_ore) == (
        (cost, 0) if part_of_stay else (0, cost if residence != former else 0)
    )
    assert bool(found.repaid_by) == (not part_of_stay and residence != former)


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        (HealthService(date(2025, 1, 1), -1, True, "B", "A"), "negativ udgift"),
        (HealthService(date(2025, 1, 1), 1, False, "B", ""), "skal være oplyst"),
        (HealthService(date(2025, 1, 1), 1, False, "", "A"), "skal være oplyst"),
    ],
)
def test_a_health_service_that_cannot_be_placed_is_refused(
    service: HealthService, reason: str
) -> None:
    with pytest.raises(UnfitCase, match=reason):
        health_service_payment(service, RULES)


@pytest.mark.parametrize(
    ("places", "fee"),
    [
        (0, 39_448_00),
        (7, 39_448_00),
        (8, 47_338_00),
        (24, 47_338_00),
        (25, 78_896_00),
        (49, 78_896_00),
        (50, 118_344_00),
    ],
)
def test_the_fee_rises_at_the_limits_of_its_bands(places: int, fee: int) -> None:
    assert supervision_fee(places, 2023, RULES).fee_ore == fee


def test_a_started_place_counts_and_a_negative_number_is_refused() -> None:
    assert [treatment_places(citizens, 2023, RULES) for citizens in (0, 1, 10, 11)] == [0, 1, 1, 2]
    with pytest.raises(UnfitCase, match="-1 pladser"):
        supervision_fee(-1, 2023, RULES)
    with pytest.raises(NoRuleForDate, match=r"supervision/treatment_citizens_per_place"):
        treatment_places(1, 2017, RULES)


@pytest.mark.parametrize(
    ("read", "value", "wanted"),
    [
        (whole, "5", "a whole number"),
        (whole, True, "a whole number"),
        (wholes, 5, "a list of whole numbers"),
        (wholes, (5, "6"), "a list of whole numbers"),
        (share, 1, "a share"),
        (shares, (1,), "a list of shares"),
        (shares, (), "a list of shares"),
    ],
)
def test_a_parameter_of_another_type_is_named(read: object, value: object, wanted: str) -> None:
    rules = with_value("refund/thresholds", value)
    assert callable(read)
    with pytest.raises(ParameterError, match=f"refund/thresholds: .* is not {wanted}"):
        read(rules.on("refund/thresholds", date(2022, 1, 1)))


@pytest.mark.parametrize(
    ("key", "value"),
    [("supervision/fee", (1, 2)), ("supervision/fee_from_places", (1, 8, 25, 50))],
)
def test_bands_that_do_not_belong_together_are_named(key: str, value: object) -> None:
    with pytest.raises(ParameterError, match="do not belong together"):
        supervision_fee(5, 2023, with_value(key, value))
