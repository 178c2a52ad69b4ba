"""Findings over many services: each code once by hand, and its limits."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.cap import CapLine, CapTerms, check_cap
from rammevaerk.engine.tariffs.checks import (
    CheckedService,
    ComparablePrice,
    FacilityApproval,
    PriceBounds,
    ReportingOperator,
    approval_findings,
    cap_findings,
    deadline_findings,
    missing_findings,
    price_findings,
    twice_median,
    unit_findings,
)
from rammevaerk.engine.tariffs.day_rate import PriceUnit
from rammevaerk.engine.tariffs.occupancy import Occupancy, OccupancyKind
from rammevaerk.engine.tariffs.occupancy_checks import CheckedOccupancy, occupancy_findings

RULES = Parameters.load()
TODAY = date(2025, 6, 2)
UNITS = RULES.on("findings/price_units", TODAY)
BOUNDS = PriceBounds.of(
    RULES.on("findings/comparable_minimum", TODAY),
    RULES.on("findings/price_distance", TODAY),
    RULES.on("findings/price_share", TODAY),
)
# How long a first draw takes says something of the machine, not of the checks.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
GROUP = ("døgn", "SEL § 107", "autisme")


def codes(found: list[Finding]) -> list[str]:
    return [one.code for one in found]


def checked(
    setting: str, *units: tuple[str, str], kind: str = "residential", places: int | None = 5
) -> CheckedService:
    return CheckedService("service:1", "Huset, ydelse", setting, kind, units, places)


def test_a_service_without_price_or_places_is_found() -> None:
    assert codes(missing_findings([checked("day", places=None)])) == [
        "price.missing",
        "places.missing",
    ]
    assert missing_findings([checked("day_and_night", ("whole", "day"))]) == []
    assert missing_findings([checked("outpatient", ("hour", "hour"), places=None)]) == []


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (checked("day_and_night", ("whole", "day")), []),
        (checked("day_and_night", ("whole", "day_attended")), ["price.unit"]),
        (checked("day", ("whole", "day_attended")), []),
        (checked("day", ("whole", "day")), ["price.calendar-days"]),
        (checked("day", ("whole", "day"), kind="school"), ["price.unit"]),
        (checked("outpatient", ("whole", "day"), kind="advice"), ["price.unit"]),
        (checked("outpatient", ("subscription", "year"), kind="advice"), []),
        (checked("day_and_night", ("basis", "day"), ("hour", "hour")), []),
        (checked("day_and_night", ("objective", "year")), []),
    ],
)
def test_a_unit_must_fit_the_service(service: CheckedService, expected: list[str]) -> None:
    assert codes(unit_findings([service], UNITS, {"day": "døgn"})) == expected


def prices(*ore: int) -> list[ComparablePrice]:
    return [ComparablePrice(f"service:{n}", f"Hus {n}", GROUP, each) for n, each in enumerate(ore)]


def test_a_price_far_from_the_others_is_found_with_median_and_count() -> None:
    # The others of the sixth: 90, 95, 100, 105, 110; median 100, distances 10, 5, 0, 5, 10: MAD 5.
    found = price_findings(prices(90_00, 95_00, 100_00, 105_00, 110_00, 160_00), BOUNDS)
    assert codes(found) == ["price.out-of-line"]
    assert found[0].target == "service:5"
    assert "60 % over medianen af 5 sammenlignelige ydelser" in found[0].message
    assert found[0].expected == "omkring 100,00 kr."


def test_too_few_to_compare_with_say_nothing() -> None:
    assert price_findings(prices(100_00, 100_00, 100_00, 100_00, 900_00), BOUNDS) == []


def test_alike_prices_do_not_make_a_small_difference_a_finding() -> None:
    # MAD is zero; 20 % away is still no finding, 26 % is.
    same = [100_00] * 6
    assert price_findings(prices(*same, 120_00), BOUNDS) == []
    assert codes(price_findings(prices(*same, 126_00), BOUNDS)) == ["price.out-of-line"]


@PATIENT
@given(st.lists(st.integers(1_00, 9_999_00), min_size=6, max_size=12), st.integers(2, 9))
def test_the_same_factor_on_all_prices_finds_the_same(ore: list[int], factor: int) -> None:
    plain = {one.target for one in price_findings(prices(*ore), BOUNDS)}
    scaled = price_findings(prices(*(each * factor for each in ore)), BOUNDS)
    assert {one.target for one in scaled} == plain


@PATIENT
@given(st.lists(st.integers(-99, 99), min_size=1))
def test_as_many_lie_above_the_median_as_below(values: list[int]) -> None:
    middle = twice_median(sorted(values))
    above = sum(1 for one in values if 2 * one > middle)
    below = sum(1 for one in values if 2 * one < middle)
    assert max(above, below) <= len(values) / 2


def test_an_operator_above_its_cap_is_an_error_and_the_dear_services_are_notes() -> None:
    lines = [
        CapLine("A", "X", PriceUnit.YEAR, Fraction(10), 120_00, 100_00),
        CapLine("A", "Y", PriceUnit.YEAR, Fraction(10), 100_00, 100_00),
    ]
    terms = CapTerms("K", 2022, 2024, Fraction("1.05"), Fraction(0))
    found = cap_findings(check_cap(lines, terms), "K", "operator:7")
    assert codes(found) == ["cap.exceeded", "cap.service"]
    # 10 · 220 − 10 · 200 · 1,05 = 100 kr.
    assert "100,00 kr. om året" in found[0].message
    assert (found[0].found, found[0].expected) == ("104,76 %", "højst 100,00 %")
    assert found[1].expected == "højst 105,00 kr. pr. plads om året"
    kept = check_cap(lines[1:], terms)
    assert cap_findings(kept, "K", "operator:7") == []


@pytest.mark.parametrize(
    ("day", "private", "late"),
    [
        (date(2024, 10, 1), True, False),
        (date(2024, 10, 2), True, True),
        (date(2024, 10, 2), False, False),
        (date(2024, 11, 15), False, False),
        (date(2024, 11, 16), False, True),
    ],
)
def test_the_deadlines_of_the_budget(day: date, private: bool, late: bool) -> None:
    asked = date(2024, 1, 1)
    found = deadline_findings(
        [ReportingOperator("operator:7", "K", private, 8, tuple(f"Hus {n}" for n in range(7)))],
        2025,
        day,
        RULES.on("deadlines/budget_public", asked),
        RULES.on("deadlines/budget_private", asked),
    )
    assert bool(found) is late
    if late:
        assert found[0].message.startswith("7 af 8 ")
        assert found[0].message.endswith("og 2 til.")


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2025, 6, 2), "approval.ended"),
        (date(2025, 6, 3), "approval.ending"),
        (date(2025, 8, 31), "approval.ending"),
        (date(2025, 9, 1), None),
    ],
)
def test_an_approval_near_its_end(until: date, code: str | None) -> None:
    within = RULES.on("findings/approval_days", TODAY)
    found = approval_findings(
        [FacilityApproval("facility:1", "Huset", "Tilsyn", until)], TODAY, within
    )
    assert codes(found) == ([code] if code else [])


def occupied(
    budgeted: str | None, kind: OccupancyKind = OccupancyKind.DAY_AND_NIGHT, **more: str
) -> CheckedOccupancy:
    assumed = Fraction(budgeted) if budgeted else None
    actual = {2024: Fraction(more["actual"])} if "actual" in more else {}
    return CheckedOccupancy(
        "service:1", "Huset", "day_and_night", Occupancy(assumed, kind, actual),
        2024 if actual else None, Fraction(more.get("then", "0.97")),
    )  # fmt: skip


def agreement(key: str) -> AgreementRules:
    return AgreementRules(key, RULES)


def judged(*rows: CheckedOccupancy, own: str = "midtjylland") -> list[Finding]:
    return occupancy_findings(
        rows, agreement(own), [agreement("nordjylland"), agreement("syddanmark")],
        agreement("syddanmark"), 2025,
    )  # fmt: skip


def test_without_a_rule_of_its_own_it_says_so_once_and_shows_the_neighbour_s() -> None:
    found = judged(occupied("0.90"), occupied("0.97"))
    assert codes(found) == ["occupancy.no-rule"]
    assert found[0].severity is Severity.NOTE
    assert "Midtjylland har ingen kendt grænse" in found[0].message
    assert "Nordjylland tillader 95 % til 100 %" in found[0].message
    assert "1 af 2 ydelser her ligger uden for" in found[0].message


def test_with_a_rule_of_its_own_it_is_judged_by_that() -> None:
    found = judged(occupied("0.90"), own="nordjylland")
    assert "occupancy.needs-approval" in codes(found)
    assert "occupancy.no-rule" not in codes(found)


def test_a_missing_occupancy_is_found_and_one_above_hundred_too() -> None:
    assert "occupancy.missing" in codes(judged(occupied(None)))
    assert "occupancy.above-hundred" in codes(judged(occupied("1.01")))


@pytest.mark.parametrize(("actual", "differs"), [("0.92", True), ("0.9201", False), ("1.02", True)])
def test_five_points_are_told_as_the_neighbour_s_practice(actual: str, differs: bool) -> None:
    found = [one for one in judged(occupied("0.97", actual=actual)) if "differs" in one.code]
    assert bool(found) is differs
    if differs:
        assert found[0].severity is Severity.NOTE
        assert "praksis i Syddanmark, ikke her" in found[0].message
