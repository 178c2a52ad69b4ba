"""Successions: what the rules say follows, notice to residents, places and chains."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.deadlines import Weekdays, months_later
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.succession import (
    Aspect,
    Kind,
    closes_a_circle,
    consequences,
    last_day_to_tell,
    last_of,
    proposed,
    turned,
    unmatched,
    walk,
)

RULES = Parameters.load()
DAYS = st.dates(date(2024, 2, 1), date(2039, 12, 31))
# Pairs where the second is greater never run in a ring.
PAIRS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1]),
    max_size=30,
)


def test_a_change_of_legal_form_is_a_closure_and_a_new_beginning() -> None:
    found = consequences(Kind.LEGAL_FORM, date(2026, 1, 1), RULES)
    assert proposed(found, Aspect.CONTRACTS) == "reissue"
    assert proposed(found, Aspect.APPROVAL) == "new"
    verified = {one.aspect for one in found if one.is_verified}
    assert {Aspect.CONTRACTS, Aspect.APPROVAL} <= verified
    assert Aspect.TARIFFS not in verified


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("day", [date(2012, 1, 1), date(2026, 1, 1), date(2034, 1, 1)])
def test_surplus_and_deficit_are_never_made_up(kind: Kind, day: date) -> None:
    surplus = next(one for one in consequences(kind, day, RULES) if one.aspect is Aspect.SURPLUS)
    assert (surplus.code, surplus.text_da) == ("", "Reglen er ikke kendt.")
    if day.year > 2022:
        assert "6.5" in surplus.note


def test_only_a_takeover_has_the_duty_to_stay_available() -> None:
    for kind in Kind:
        found = proposed(consequences(kind, date(2026, 1, 1), RULES), Aspect.AVAILABLE)
        assert found == ("yes" if kind is Kind.TAKEOVER else "")


@pytest.mark.parametrize("kind", [Kind.OPERATOR, Kind.TAKEOVER, Kind.MERGER, Kind.SPLIT])
def test_what_is_only_supposed_says_so(kind: Kind) -> None:
    by_aspect = {one.aspect: one for one in consequences(kind, date(2026, 1, 1), RULES)}
    for aspect in (Aspect.CONTRACTS, Aspect.TARIFFS, Aspect.APPROVAL):
        assert not by_aspect[aspect].is_verified
        assert by_aspect[aspect].note


@pytest.mark.parametrize(
    ("closes", "told"),
    [
        (date(2026, 1, 1), date(2025, 9, 1)),
        (date(2026, 1, 2), date(2025, 10, 2)),
        (date(2026, 2, 1), date(2025, 10, 2)),
        (date(2026, 2, 2), date(2025, 11, 2)),
        (date(2026, 6, 30), date(2026, 3, 1)),
    ],
)
def test_residents_are_told_three_months_before_a_first_working_day(
    closes: date, told: date
) -> None:
    assert last_day_to_tell(closes, 3) == told


@given(DAYS)
def test_the_notice_has_run_out_when_the_facility_closes(closes: date) -> None:
    told = last_day_to_tell(closes, 3)
    ends = months_later(told, 3)
    assert ends <= closes
    month = [ends.replace(day=day) for day in range(1, ends.day)]
    # A short month moves the day told; else the notice ends on the month's first working day.
    if told.day == ends.day:
        assert not any(Weekdays.MONDAY_TO_FRIDAY.holds(day) for day in month)


@given(DAYS, DAYS)
def test_a_later_closure_never_needs_earlier_notice(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert last_day_to_tell(first, 3) <= last_day_to_tell(second, 3)


@given(st.dictionaries(st.integers(0, 5), st.lists(st.integers(0, 50), min_size=1), max_size=5))
def test_parts_that_add_up_are_matched(parts: dict[int, list[int]]) -> None:
    before = {key: sum(counts) for key, counts in parts.items()}
    pairs = [(key, count) for key, counts in parts.items() for count in counts]
    assert unmatched(before, pairs) == {}
    for key, total in before.items():
        assert unmatched(before, [*pairs, (key, 1)]) == {key: total + 1}


@given(PAIRS)
def test_walking_forward_and_back_meet(pairs: list[tuple[int, int]]) -> None:
    for one in range(13):
        for after in walk(pairs, one):
            assert one in walk(turned(pairs), after)
        for before in walk(turned(pairs), one):
            assert one in walk(pairs, before)


@given(PAIRS)
def test_the_last_are_those_nobody_follows(pairs: list[tuple[int, int]]) -> None:
    for one in range(13):
        last = last_of(pairs, one)
        assert last
        assert not {predecessor for predecessor, _after in pairs} & set(last)


@given(PAIRS, st.tuples(st.integers(0, 12), st.integers(0, 12)))
def test_a_circle_is_found_when_the_first_comes_after_the_second(
    pairs: list[tuple[int, int]], new: tuple[int, int]
) -> None:
    first, second = new
    ring = first == second or first in walk(pairs, second)
    assert closes_a_circle(pairs, [new]) is ring


def test_a_walk_in_a_ring_ends() -> None:
    assert walk([(1, 2), (2, 3), (3, 1)], 1) == [2, 3]
