"""Seller's and buyer's days: every day in dispute is named with its cause, and no other."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.settlement.reconcile import (
    Cause,
    DayDifference,
    StayRecord,
    compare_days,
    payable_set,
)

DAY = timedelta(days=1)
FIRST, END = date(2026, 3, 1), date(2026, 4, 1)
absences = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(1, 9))), max_size=2
).map(
    lambda found: tuple(
        (FIRST + at * DAY, None if length is None else FIRST + (at + length) * DAY)
        for at, length in found
    )
)


@st.composite
def parties(draw: st.DrawFn) -> list[StayRecord]:
    """One citizen's stays, none at the same time, the last perhaps not ended."""
    found, at = [], datetime(2026, 2, 20)
    for _ in range(draw(st.integers(0, 3))):
        at += timedelta(hours=draw(st.integers(0, 200)))
        end = at + timedelta(hours=draw(st.integers(0, 400)))
        found.append(
            StayRecord(at, end, draw(st.booleans()), draw(absences), draw(st.integers(0, 5)))
        )
        at = end + DAY
    if found and draw(st.booleans()):
        last = found[-1]
        found[-1] = StayRecord(last.start, None, last.hotel, last.absences, last.absence_full_days)
    return found


SWAPPED = {"seller": "buyer", "buyer": "seller", "rate": "rate", "": ""}


@settings(deadline=None)
@given(seller=parties(), buyer=parties())
def test_the_differences_are_exactly_those_of_the_payable_days(
    seller: list[StayRecord], buyer: list[StayRecord]
) -> None:
    found = compare_days(seller, buyer, FIRST, END)
    sold, bought = payable_set(seller, FIRST, END), payable_set(buyer, FIRST, END)
    assert {one.day for one in found if one.only == "seller"} == sold - bought
    assert {one.day for one in found if one.only == "buyer"} == bought - sold
    assert {one.day for one in found if one.only == "rate"} <= sold & bought
    days = [one.day for one in found]
    assert days == sorted(set(days))


@settings(deadline=None)
@given(seller=parties(), buyer=parties())
def test_the_comparison_is_the_same_from_either_side(
    seller: list[StayRecord], buyer: list[StayRecord]
) -> None:
    def turned(one: DayDifference) -> tuple[date, str, Cause, str]:
        return one.day, SWAPPED[one.only], one.cause, SWAPPED[one.reduced]

    there = compare_days(seller, buyer, FIRST, END)
    back = compare_days(buyer, seller, FIRST, END)
    assert [(one.day, one.only, one.cause, one.reduced) for one in there] == list(map(turned, back))


@settings(deadline=None)
@given(records=parties())
def test_equal_records_have_no_difference(records: list[StayRecord]) -> None:
    assert compare_days(records, records, FIRST, END) == ()


@settings(deadline=None)
@given(seller=parties(), buyer=parties(), middle=st.integers(0, 31))
def test_a_period_may_be_compared_in_parts(
    seller: list[StayRecord], buyer: list[StayRecord], middle: int
) -> None:
    cut = FIRST + middle * DAY
    halves = compare_days(seller, buyer, FIRST, cut) + compare_days(seller, buyer, cut, END)
    assert halves == compare_days(seller, buyer, FIRST, END)


def stay(came: str, left: str | None, *, hotel: bool = False, **more: object) -> StayRecord:
    end = datetime.fromisoformat(left) if left else None
    return StayRecord(datetime.fromisoformat(came), end, hotel, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seller", "buyer", "expected"),
    [
        (
            [stay("2026-05-01T10:00", "2026-05-03T09:00")],
            [stay("2026-05-01T10:00", "2026-05-02T17:00")],
            [
                "3. maj 2026: udskrivningsdagen; sælger tæller den med, køber gør ikke "
                "(sælger har 3. maj 2026 kl. 09.00, køber 2. maj 2026 kl. 17.00)"
            ],
        ),
        (
            [stay("2026-05-02T10:00", None)],
            [stay("2026-05-01T22:00", None)],
            [
                "1. maj 2026: ankomstdagen; køber tæller den med, sælger gør ikke "
                "(køber har 1. maj 2026 kl. 22.00, sælger 2. maj 2026 kl. 10.00)"
            ],
        ),
        (
            [stay("2026-05-01T20:00", "2026-05-04T09:00")],
            [stay("2026-05-01T20:00", "2026-05-04T09:00", hotel=True)],
            [
                "3. maj 2026: døgnprincippet; sælger tæller den med (kalenderdøgn), "
                "køber gør ikke (hoteldøgn)",
                "4. maj 2026: udskrivningsdagen; sælger tæller den med (kalenderdøgn), "
                "køber gør ikke (hoteldøgn)",
            ],
        ),
        (
            [stay("2026-05-01T20:00", "2026-05-02T20:00", hotel=True)],
            [],
            ["1. maj 2026: sælger tæller dagen med, køber har ingen registrering"],
        ),
        (
            [stay("2026-04-01T20:00", None)],
            [
                stay(
                    "2026-04-01T20:00",
                    None,
                    absences=((date(2026, 5, 9), date(2026, 5, 12)),),
                    absence_full_days=2,
                )
            ],
            ["11. maj 2026: fravær; køber regner dagen med nedsat betaling, sælger med fuld"],
        ),
    ],
)
def test_the_day_in_dispute_is_named(
    seller: list[StayRecord], buyer: list[StayRecord], expected: list[str]
) -> None:
    found = compare_days(seller, buyer, date(2026, 5, 1), date(2026, 6, 1))
    assert [one.text_da for one in found] == expected


def test_a_later_arrival_by_the_clock_is_an_arrival_even_where_the_last_day_falls() -> None:
    (found,) = compare_days(
        [stay("2026-05-01T08:00", "2026-05-03T09:00", hotel=True)],
        [stay("2026-05-01T20:00", "2026-05-03T09:00", hotel=True)],
        date(2026, 5, 1),
        date(2026, 6, 1),
    )
    assert (found.day, found.cause) == (date(2026, 5, 2), Cause.ARRIVAL)


def test_of_two_times_of_day_that_differ_the_one_that_loses_the_day_is_named() -> None:
    # The buyer has the later departure: it is the arrival that leaves him a day short.
    (found,) = compare_days(
        [stay("2026-05-01T10:00", "2026-05-04T10:00", hotel=True)],
        [stay("2026-05-01T12:00", "2026-05-04T11:00", hotel=True)],
        date(2026, 5, 1),
        date(2026, 6, 1),
    )
    assert (found.day, found.cause) == (date(2026, 5, 3), Cause.ARRIVAL)
    assert found.text_da == (
        "3. maj 2026: ankomsten; sælger tæller den med, køber gør ikke "
        "(sælger har 1. maj 2026 kl. 10.00, køber 1. maj 2026 kl. 12.00)"
    )


moments = st.integers(0, 3).map(lambda hours: datetime(2026, 3, 2) + timedelta(hours=hours))


@settings(deadline=None)
@given(came=st.tuples(moments, moments), left=st.tuples(moments, moments), hotel=st.booleans())
def test_where_one_moment_alone_explains_a_day_it_is_the_one_that_is_named(
    came: tuple[datetime, datetime], left: tuple[datetime, datetime], hotel: bool
) -> None:
    far = timedelta(days=4)
    sold, bought = (
        StayRecord(start, end + far, hotel) for start, end in zip(came, left, strict=True)
    )
    for one in compare_days([sold], [bought], FIRST, END):
        has, other = (sold, bought) if one.only == "seller" else (bought, sold)
        explains = {
            cause: one.day in payable_set([record], FIRST, END)
            for cause, record in (
                (Cause.ARRIVAL, StayRecord(has.start, other.end, hotel)),
                (Cause.DISCHARGE, StayRecord(other.start, has.end, hotel)),
            )
        }
        if len(set(explains.values())) > 1:
            assert explains[one.cause]
