"""The packaged rules: every file sound, and the figures as their source has them."""

import re
from datetime import date

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
