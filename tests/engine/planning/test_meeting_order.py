"""Calendars of several bodies: clashes and order."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.planning.meeting_order import PlannedMeeting, check_calendar, passages

CHAIN = {"dassos": "kd-net", "kd-net": "kkr"}


def meeting(body: str, day: str, *members: int, hours: int = 3) -> PlannedMeeting:
    starts = datetime.fromisoformat(f"{day}T09:00")
    return PlannedMeeting(
        f"{body}:{day}", body, body.upper(), starts, starts + timedelta(hours=hours),
        frozenset(members),
    )  # fmt: skip


# The year 2026 as the secretariat printed it.
YEAR = [
    *(meeting("dassos", day) for day in ("2026-02-27", "2026-05-18", "2026-08-11", "2026-10-21")),
    *(meeting("kd-net", day) for day in ("2026-03-13", "2026-05-29", "2026-08-21", "2026-11-06")),
    *(meeting("kkr", day) for day in ("2026-03-24", "2026-06-17", "2026-09-01", "2026-11-17")),
]


def test_a_year_in_the_right_order_gives_no_finding() -> None:
    assert check_calendar(YEAR, CHAIN) == []


def test_the_days_from_one_body_to_the_next_are_counted() -> None:
    days = [(one.sender.body, one.days) for one in passages(YEAR, CHAIN)]
    assert [n for body, n in days if body == "dassos"] == [14, 11, 10, 16]
    assert [n for body, n in days if body == "kd-net"] == [11, 19, 11, 11]


def test_a_body_moved_behind_the_one_it_sends_to_is_found() -> None:
    moved = [one for one in YEAR if one.key != "dassos:2026-05-18"]
    moved.append(meeting("dassos", "2026-06-02"))
    found = check_calendar(moved, CHAIN)
    assert [(one.code, one.target) for one in found] == [("calendar.order", "kd-net:2026-05-29")]
    assert "DASSOS holder intet møde mellem 13. marts 2026 og 29. maj 2026" in found[0].message


def test_two_meetings_at_once_clash_when_somebody_sits_in_both() -> None:
    one = meeting("dassos", "2026-02-27", 1, 2)
    assert check_calendar([one, meeting("kosu", "2026-02-27", 3)], {}) == []
    found = check_calendar([one, meeting("kosu", "2026-02-27", 2, 3)], {})
    assert [one.code for one in found] == ["calendar.clash"]


def test_meetings_that_touch_do_not_clash() -> None:
    first = meeting("dassos", "2026-02-27", 1)
    after = PlannedMeeting(
        "k", "kosu", "KOSU", first.ends, first.ends + timedelta(hours=1), frozenset({1})
    )
    assert check_calendar([first, after], {}) == []


@given(st.permutations(YEAR))
def test_the_order_in_which_meetings_are_given_does_not_matter(
    meetings: list[PlannedMeeting],
) -> None:
    assert check_calendar(meetings, CHAIN) == []
