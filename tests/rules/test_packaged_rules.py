"""The packaged rules: every file sound, and the figures as their source has them."""

import re
from datetime import date
from decimal import Decimal

import pytest

from rammevaerk.engine.parameters import Parameters

RULES = Parameters.load()


def test_there_are_sources_for_the_law_the_orders_and_the_agreements() -> None:
    kinds = [source.kind for source in RULES.sources.values()]
    assert len(kinds) >= 40
    assert {"act", "order", "agreement", "minutes", "guidance", "bill"} <= set(kinds)


def test_no_two_sources_are_the_same() -> None:
    titles = [(source.title_da, source.reference) for source in RULES.sources.values()]
    assert len(set(titles)) == len(titles)


def test_keys_are_plain_english_names() -> None:
    for key in (*RULES.by_key, *RULES.sources):
        assert re.fullmatch(r"[a-z0-9_/-]+", key), key


@pytest.mark.parametrize(
    ("edition_start", "deadline"),
    [
        (date(2018, 1, 1), date(2017, 10, 15)),
        (date(2019, 1, 1), date(2018, 10, 15)),
        (date(2021, 1, 1), date(2020, 10, 15)),
        (date(2023, 1, 1), date(2023, 3, 1)),
        (date(2025, 1, 1), date(2024, 12, 31)),
        (date(2027, 1, 1), date(2026, 12, 1)),
    ],
)
def test_the_deadline_of_each_edition(edition_start: date, deadline: date) -> None:
    assert RULES.on("agreement/approval_deadline", edition_start).value == deadline


def test_the_trust_of_a_deadline_is_that_of_the_notes() -> None:
    starts = (date(2023, 1, 1), date(2025, 1, 1), date(2027, 1, 1))
    found = [RULES.on("agreement/approval_deadline", day).unverified for day in starts]
    assert found == ["", "", "medium"]


@pytest.mark.parametrize(
    ("layer", "keys"),
    [
        (
            "law",
            "agreement/approval_deadline agreement/development_plan_places agreement/period_years "
            "regulation/social_rates",
        ),
        ("authority", "tariffs/hour_rate supervision/fee supervision/intensified_share"),
        (
            "statement",
            "special/discharged_psychiatric special/discharged_psychiatric_from "
            "special/place_used_rate_stated cost_sharing/family_planning_budget "
            "cost_sharing/family_planning_floor_share tariffs/days_per_month",
        ),
        ("project", "privacy/small_count settlement/claim_warning_months"),
    ],
)
def test_the_layer_is_what_the_figure_rests_on(layer: str, keys: str) -> None:
    assert {key: RULES.get(key).layer for key in keys.split()} == dict.fromkeys(keys.split(), layer)


@pytest.mark.parametrize(
    ("prefix", "ends"),
    [("tariffs/nordjylland/", date(2020, 1, 1)), ("settlement/", date(2025, 1, 1))],
)
def test_an_old_agreement_is_verified_for_its_own_period_only(prefix: str, ends: date) -> None:
    ours = [one for one in RULES if one.key.startswith(prefix) and one.layer == "agreement"]
    assert ours
    for parameter in ours:
        for version in parameter.versions:
            if version.verified:
                assert version.period.end is not None, parameter.key
                assert version.period.end <= ends, parameter.key


@pytest.mark.parametrize(
    "key",
    [
        "special/place_remark_months",
        "supervision/intensified_share",
        "tariffs/days_in_year",
        "tariffs/days_per_month",
        "tariffs/elder_overhead_shares",
        "tariffs/opening_days",
    ],
)
def test_what_is_only_for_people_says_so(key: str) -> None:
    assert "Til læsning" in RULES.get(key).description_da


@pytest.mark.parametrize(
    ("key", "text", "unverified"),
    [
        (
            "tariffs/elder_overhead_shares",
            {
                "independent_care_home": Decimal("0.063"),
                "whole_care": Decimal("0.06"),
                "meals": Decimal("0.036"),
            },
            "",
        ),
        ("tariffs/days_in_year", {"common_year": 365, "leap_year": 366}, "high"),
        ("tariffs/opening_days", {"least": 220, "most": 250}, "medium"),
        (
            "tariffs/days_per_month",
            {"common_year": Decimal("30.42"), "leap_year": Decimal("30.5")},
            "",
        ),
    ],
)
def test_what_practice_uses_stands_with_its_mark(key: str, text: object, unverified: str) -> None:
    found = RULES.on(key, date(2025, 6, 1))
    assert (found.value, found.unverified) == (text, unverified)


@pytest.mark.parametrize(
    ("key", "day", "value", "source", "verified"),
    [
        ("tariffs/hour_rate", date(2025, 7, 1), 308_00, "dassos-2025-autumn", True),
        ("settlement/claim_limit_months", date(2025, 3, 15), 12, "sel-174", True),
        ("privacy/small_count", date(2025, 1, 1), 5, "data-authority-anonymisation", False),
        ("privacy/small_count_floor", date(2025, 1, 1), 3, "dst-anonymisation", True),
    ],
)
def test_the_figures_stand_as_their_source_has_them(
    key: str, day: date, value: int, source: str, verified: bool
) -> None:
    found = RULES.on(key, day)
    assert (found.value, found.source.key, found.is_verified) == (value, source, verified)


def test_the_threshold_is_never_below_its_floor() -> None:
    for version in RULES.get("privacy/small_count").versions:
        floor = RULES.on("privacy/small_count_floor", version.period.start).value
        assert isinstance(version.value, int)
        assert isinstance(floor, int)
        assert version.value >= floor
