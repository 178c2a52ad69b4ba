"""Who acts and who pays: RSL § 9 from one move to the next."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.payer import (
    Dwelling,
    Ground,
    Move,
    PayerAgreement,
    PayerSpan,
    payer_periods,
)

SINCE = date(2025, 1, 1)
moves = st.lists(
    st.builds(
        Move,
        on=st.integers(0, 900).map(lambda day: SINCE + timedelta(days=day)),
        municipality=st.sampled_from("ABC"),
        dwelling=st.sampled_from(Dwelling),
        contributed=st.booleans(),
        to_live=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda move: move.on,
)


@settings(deadline=None)
@given(moves=moves)
def test_the_periods_follow_each_other_without_a_hole(moves: list[Move]) -> None:
    found = payer_periods("A", SINCE, moves)
    assert found.spans[0].start == SINCE
    assert found.spans[-1].end is None
    assert all(
        one.end == next_.start for one, next_ in zip(found.spans, found.spans[1:], strict=False)
    )
    assert len(found.trace.steps) == len(moves) + 1


@settings(deadline=None)
@given(moves=moves)
def test_nobody_becomes_acting_but_where_the_citizen_has_moved(moves: list[Move]) -> None:
    for span in payer_periods("A", SINCE, moves).spans:
        assert span.payer == span.acting
        assert span.acting == "A" or any(
            move.municipality == span.acting and move.on <= span.start for move in moves
        )


@settings(deadline=None)
@given(moves=moves, day=st.integers(0, 900), length=st.integers(1, 300))
def test_an_agreement_changes_who_pays_in_its_days_and_nothing_else(
    moves: list[Move], day: int, length: int
) -> None:
    start = SINCE + timedelta(days=day)
    agreed = PayerAgreement(start, start + timedelta(days=length), "D", "Brev af 2. januar 2025")
    plain = payer_periods("A", SINCE, moves).spans
    found = payer_periods("A", SINCE, moves, agreements=[agreed]).spans
    for number in range(0, 1300, 7):
        on = SINCE + timedelta(days=number)
        one, other = at(found, on), at(plain, on)
        assert one.acting == other.acting
        if agreed.start <= on < (agreed.end or on):
            assert (one.payer, one.ground) == ("D", Ground.AGREED)
        else:
            assert (one.payer, one.ground) == (other.payer, other.ground)


def at(spans: tuple[PayerSpan, ...], day: date) -> PayerSpan:
    (found,) = [one for one in spans if one.start <= day and (one.end is None or day < one.end)]
    return found


def grounds(moves: list[Move]) -> list[tuple[str, Ground]]:
    return [(span.payer, span.ground) for span in payer_periods("A", SINCE, moves).spans]


def test_a_stay_arranged_and_the_next_keep_the_payer_until_a_home_of_ones_own() -> None:
    stays = [
        Move(date(2025, 3, 1), "B", Dwelling.STAY, contributed=True),
        Move(date(2025, 9, 1), "C", Dwelling.STAY),
        Move(date(2026, 2, 15), "C", Dwelling.OWN_HOME),
    ]
    assert grounds(stays) == [
        ("A", Ground.RESIDENCE),
        ("A", Ground.CONTRIBUTED),
        ("A", Ground.CONTINUED),
        ("C", Ground.RESIDENCE),
    ]


def test_who_comes_to_a_shelter_by_himself_is_still_paid_for_by_his_municipality() -> None:
    found = payer_periods("A", SINCE, [Move(date(2026, 4, 1), "B", Dwelling.SHELTER)])
    assert [span.payer for span in found.spans] == ["A", "A"]
    assert [one.code for one in found.findings] == ["payer.contribution"]


def test_homeless_after_a_stay_no_municipality_is_new_until_he_settles() -> None:
    found = grounds(
        [
            Move(date(2025, 3, 1), "B", Dwelling.STAY, contributed=True),
            Move(date(2025, 5, 1), "C", Dwelling.UNKNOWN),
            Move(date(2025, 6, 1), "C", Dwelling.OWN_HOME, to_live=False),
            Move(date(2025, 7, 1), "B", Dwelling.STAY),
        ]
    )
    assert found[-1] == ("A", Ground.CONTINUED)
    assert {payer for payer, _ in found} == {"A"}


def test_a_stay_nobody_helped_him_to_makes_a_new_payer_and_asks_for_evidence() -> None:
    found = payer_periods("A", SINCE, [Move(date(2025, 3, 1), "B", Dwelling.STAY)])
    assert found.spans[-1].payer == "B"
    assert "dokumentationen" in found.findings[0].message


def test_a_named_home_of_veterans_needs_no_contribution() -> None:
    found = grounds([Move(date(2025, 3, 1), "B", Dwelling.VETERANS)])
    assert found[-1] == ("A", Ground.VETERANS)


def test_a_stay_at_home_is_no_stay_elsewhere() -> None:
    found = grounds(
        [
            Move(date(2025, 3, 1), "A", Dwelling.STAY, contributed=True),
            Move(date(2025, 8, 1), "B", Dwelling.STAY),
        ]
    )
    assert found == [("A", Ground.RESIDENCE), ("B", Ground.RESIDENCE)]


def test_before_2024_children_and_two_moves_on_a_day_have_no_answer() -> None:
    with pytest.raises(NoRuleForDate):
        payer_periods("A", date(2023, 12, 31), [])
    with pytest.raises(UnfitCase, match="§ 9 a"):
        payer_periods("A", SINCE, [], child=True)
    twice = [Move(date(2025, 3, 1), place, Dwelling.OWN_HOME) for place in "BC"]
    with pytest.raises(UnfitCase, match="to flytninger"):
        payer_periods("A", SINCE, twice)
    with pytest.raises(UnfitCase, match="før"):
        payer_periods("A", date(2025, 6, 1), twice[:1])
    agreements = [PayerAgreement(SINCE, None, "D", "a"), PayerAgreement(SINCE, None, "E", "b")]
    with pytest.raises(UnfitCase, match="to aftaler"):
        payer_periods("A", SINCE, [], agreements=agreements)
