"""A stay that is cut has, part by part, exactly the days and the price of the whole."""

from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.settlement.days import payable_days
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.segments import Gap, Held, Segment, payable_dates, segments
from rammevaerk.engine.settlement.settle import Settlement, settle
from rammevaerk.engine.tables import OPEN, date_of, day_number, moment

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
PERIOD = Months.parse("2026-01..2026-06")
ALWAYS = [Held(FIRST - 400 * DAY, None, "A")]
days_ahead = st.integers(0, 150)
moments = st.builds(
    lambda day, minute: datetime.combine(FIRST + day * DAY, time(minute // 60, minute % 60)),
    days_ahead,
    st.one_of(st.sampled_from([0, 1, 720, 1439]), st.integers(0, 1439)),
)
lengths = st.one_of(
    st.integers(0, 5000).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(0, 120).map(lambda days: timedelta(days=days)),
)


@st.composite
def stays(draw: st.DrawFn) -> tuple[datetime, datetime | None]:
    start = draw(moments)
    return start, draw(st.one_of(st.none(), lengths.map(lambda length: start + length)))


@st.composite
def held(draw: st.DrawFn, values: st.SearchStrategy[Any], *, gaps: bool) -> list[Held[Any]]:
    """Values one after the other from before the stay, perhaps with days between them."""
    found, at = [], FIRST - 10 * DAY
    for length in draw(st.lists(st.integers(1, 40), max_size=5)):
        hole = draw(st.integers(0, 3)) if gaps else 0
        found.append(Held(at, at + length * DAY, draw(values)))
        at += (length + hole) * DAY
    return [*found, Held(at, None, draw(values))]


def settled(rows: list[dict[str, Any]], *, hotel: bool, absences: list[Any]) -> Settlement:
    tables = {
        "facilities": [
            {
                "facility": "F",
                "operator": "O",
                "day_count": "hotel" if hotel else "calendar",
                "cap": 5,
                "absence_full_days": 3,
                "absence_basis_pct": 50,
                "absence_service_pct": 0,
            }
        ],
        "tariffs": [
            {
                "facility": "F",
                "plan": plan,
                "valid_from": date(2020, 1, 1),
                "basis_ore": 100_000,
                "basis_over_cap_ore": 0,
                "hour_ore": 30_800,
            }
            for plan in ("p", "q")
        ],
        "placements": rows,
        "absences": [
            {"placement": row["placement"], "from": start, "to": end}
            for row in rows
            for start, end in absences
        ],
        "supplements": [],
    }
    return settle(SettlementTables.from_rows(tables), PERIOD)


def rows_of(parts: list[Segment[str, str]], minutes: int | None = None) -> list[dict[str, Any]]:
    return [
        {
            "placement": f"P/{number}",
            "facility": "F",
            "payer": part.payer,
            "plan": part.plan,
            "minutes_per_week": part.minutes if minutes is None else minutes,
            "start": part.start,
            "end": part.end,
        }
        for number, part in enumerate(parts, start=1)
    ]


def dates_of(stay: tuple[datetime, datetime | None], *, hotel: bool) -> list[date]:
    """The payable days of a stay, up to the end of the period, by the engine's own rule."""
    end = OPEN if stay[1] is None else moment(stay[1])
    first = day_number(FIRST)
    a, b = payable_days(
        np.array([moment(stay[0])]), np.array([end]), np.array([int(hotel)]), first, 181
    )
    return [date_of(first + number) for number in range(int(a[0]), int(b[0]))]


@settings(deadline=None)
@given(stay=stays(), hotel=st.booleans())
def test_the_payable_dates_are_those_of_the_kernel_s_rule(
    stay: tuple[datetime, datetime | None], hotel: bool
) -> None:
    found = payable_dates(*stay, hotel=hotel)
    expected = dates_of(stay, hotel=hotel)
    days = [FIRST + number * DAY for number in range(181)]
    inside = [
        day for day in days if found and found[0] <= day and (found[1] is None or day < found[1])
    ]
    assert inside == expected


@settings(deadline=None)
@given(
    stay=stays(),
    hotel=st.booleans(),
    payers=held(st.sampled_from("AB"), gaps=False),
    plans=held(st.sampled_from("pq"), gaps=False),
    minutes=held(st.sampled_from([0, 420, 4200]), gaps=False),
    cuts=st.lists(days_ahead.map(lambda day: FIRST + day * DAY), max_size=4),
)
def test_parts_have_exactly_the_days_of_the_whole_each_once(
    stay: tuple[datetime, datetime | None],
    hotel: bool,
    payers: list[Held[str]],
    plans: list[Held[str]],
    minutes: list[Held[int]],
    cuts: list[date],
) -> None:
    parts, gaps = segments(
        *stay, hotel=hotel, payers=payers, plans=plans, minutes=minutes, cuts=cuts
    )
    assert gaps == []
    each = [day for part in parts for day in dates_of((part.start, part.end), hotel=hotel)]
    assert each == dates_of(stay, hotel=hotel)
    for part in parts:
        for day in dates_of((part.start, part.end), hotel=hotel):
            assert (part.payer, part.plan, part.minutes) == tuple(
                next(one.value for one in values if one.end is None or day < one.end)
                for values in (payers, plans, minutes)
            )


@settings(deadline=None)
@given(
    stay=stays(),
    hotel=st.booleans(),
    payers=held(st.sampled_from("AB"), gaps=False),
    cuts=st.lists(days_ahead.map(lambda day: FIRST + day * DAY), max_size=4),
    away=st.one_of(st.none(), st.tuples(days_ahead, st.integers(1, 30))),
)
def test_settled_together_the_parts_cost_what_the_whole_costs(
    stay: tuple[datetime, datetime | None],
    hotel: bool,
    payers: list[Held[str]],
    cuts: list[date],
    away: tuple[int, int] | None,
) -> None:
    absences = [(FIRST + away[0] * DAY, FIRST + sum(away) * DAY)] if away else []
    plans, minutes = [Held(date.min, None, "p")], [Held(date.min, None, 4200)]
    parts, _ = segments(*stay, hotel=hotel, payers=payers, plans=plans, minutes=minutes, cuts=cuts)
    whole = [Segment(*stay, "A", "p", 4200)]
    one = settled(rows_of(whole), hotel=hotel, absences=absences)
    cut = settled(rows_of(parts), hotel=hotel, absences=absences)
    # Every component divides evenly here, so not one øre goes to rounding.
    for name in ("days", "basis_ore", "service_ore", "total_ore"):
        assert getattr(one.lines, name).sum() == getattr(cut.lines, name).sum()
    assert not [found for found in cut.findings if found.severity == "error"]


@settings(deadline=None)
@given(
    stay=stays(),
    hotel=st.booleans(),
    payers=held(st.sampled_from("AB"), gaps=True),
    minutes=held(st.sampled_from([0, 420]), gaps=True),
)
def test_a_day_is_in_a_part_or_in_a_gap_and_never_in_both(
    stay: tuple[datetime, datetime | None],
    hotel: bool,
    payers: list[Held[str]],
    minutes: list[Held[int]],
) -> None:
    parts, gaps = segments(
        *stay, hotel=hotel, payers=payers, plans=[Held(date.min, None, "p")], minutes=minutes
    )
    in_parts = [day for part in parts for day in dates_of((part.start, part.end), hotel=hotel)]
    whole = dates_of(stay, hotel=hotel)
    in_gaps = {
        day for gap in gaps for day in whole if gap.start <= day and (not gap.end or day < gap.end)
    }
    assert sorted([*in_parts, *in_gaps]) == whole
    for gap in gaps:
        values = payers if gap.what == "payer" else minutes
        assert not any(
            one.start <= gap.start and (not one.end or gap.start < one.end) for one in values
        )


def test_a_change_of_payer_cuts_calendar_days_at_midnight_and_hotel_days_at_arrival() -> None:
    arrived, left = datetime(2026, 3, 1, 20), datetime(2026, 3, 5, 21)
    change = date(2026, 3, 3)
    payers = [Held(FIRST, change, "A"), Held(change, None, "B")]
    more: dict[str, Any] = {"plans": ALWAYS, "minutes": [Held(FIRST, None, 0)]}
    calendar, _ = segments(arrived, left, hotel=False, payers=payers, **more)
    hotel, _ = segments(arrived, left, hotel=True, payers=payers, **more)
    assert [(part.end, part.payer) for part in calendar] == [
        (datetime(2026, 3, 3), "A"),
        (left, "B"),
    ]
    assert [(part.end, part.payer) for part in hotel] == [
        (datetime(2026, 3, 3, 20), "A"),
        (left, "B"),
    ]


def test_equal_values_are_one_part_unless_a_cut_is_asked_for() -> None:
    payers = [Held(FIRST, date(2026, 2, 1), "A"), Held(date(2026, 2, 1), None, "A")]
    more: dict[str, Any] = {
        "hotel": False,
        "payers": payers,
        "plans": ALWAYS,
        "minutes": [Held(FIRST, None, 60)],
    }
    start = datetime(2026, 1, 10, 9)
    assert segments(start, None, **more)[0] == [Segment(start, None, "A", "A", 60)]
    parts, _ = segments(start, None, cuts=[date(2026, 2, 1)], **more)
    assert [part.start for part in parts] == [start, datetime(2026, 2, 1)]


def test_a_stay_without_hours_has_a_gap_and_no_part() -> None:
    parts, gaps = segments(
        datetime(2026, 1, 10, 9), None, hotel=False, payers=ALWAYS, plans=ALWAYS, minutes=[]
    )
    assert (parts, gaps) == ([], [Gap(date(2026, 1, 10), None, "minutes")])


def test_a_stay_of_less_than_24_hours_has_no_hotel_day() -> None:
    stay = datetime(2026, 1, 10, 9), datetime(2026, 1, 11, 8, 59)
    more: dict[str, Any] = {"payers": ALWAYS, "plans": ALWAYS, "minutes": [Held(FIRST, None, 0)]}
    assert segments(*stay, hotel=True, **more) == ([], [])


def test_two_values_on_a_day_are_refused_and_so_is_a_stay_that_ends_first() -> None:
    twice = [Held(FIRST, None, "A"), Held(date(2026, 2, 1), None, "B")]
    more: dict[str, Any] = {"plans": ALWAYS, "minutes": [Held(FIRST, None, 0)]}
    with pytest.raises(UnfitCase, match=r"to værdier af betaler den 1\. februar 2026"):
        segments(datetime(2026, 1, 10), None, hotel=False, payers=twice, **more)
    with pytest.raises(UnfitCase, match="før det begynder"):
        segments(datetime(2026, 1, 10), datetime(2026, 1, 9), hotel=False, payers=ALWAYS, **more)
