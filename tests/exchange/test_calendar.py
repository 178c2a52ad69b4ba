"""The feed as calendars read it: the same meeting known again, in Danish time, nothing escaping."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from rammevaerk.exchange import calendar
from rammevaerk.exchange.calendar import COPENHAGEN, CalendarEvent

AT = datetime(2026, 2, 1, 12, tzinfo=UTC)
EVENT = CalendarEvent(
    uid="3f0c2b1e-7d4c-4c6e-9a55-0d4f0f3f5a11@rammevaerk",
    sequence=2,
    starts_at=datetime(2026, 2, 27, 10, tzinfo=COPENHAGEN),
    ends_at=datetime(2026, 2, 27, 12, 30, tzinfo=COPENHAGEN),
    changed_at=datetime(2026, 1, 15, 8, 30, 5, 999, tzinfo=UTC),
    summary="DASSOS",
    location="Regionshuset Viborg; mødelokale Tønder, 2. sal",
    description="Dagsorden:\nÆrø\\Å",
    url="https://portal.example/moeder/17/?a=1,2;b",
)


def parsed(*events: CalendarEvent, name: str = "Møder i DASSOS") -> Calendar:
    return Calendar.from_ical(calendar.write(events, name, at=AT))


def read_back(event: CalendarEvent) -> Event:
    (found,) = parsed(event).events
    return found


def test_every_fact_of_the_meeting_is_read_back():
    found = read_back(EVENT)
    assert found["uid"] == EVENT.uid
    assert found["sequence"] == 2
    assert found.decoded("dtstamp") == AT
    assert found.decoded("last-modified") == datetime(2026, 1, 15, 8, 30, 5, tzinfo=UTC)
    assert found.decoded("dtstart") == EVENT.starts_at
    assert found.decoded("dtend") == EVENT.ends_at
    assert found["summary"] == "DASSOS"
    assert found["location"] == EVENT.location
    assert found["description"] == EVENT.description
    assert found["url"] == EVENT.url
    assert (found["status"], found["transp"]) == ("CONFIRMED", "OPAQUE")


def test_the_feed_says_its_name_and_when_to_come_again():
    feed = parsed(EVENT)
    assert feed["x-wr-calname"] == "Møder i DASSOS"
    assert (feed["method"], feed["version"]) == ("PUBLISH", "2.0")
    assert feed.decoded("refresh-interval") == timedelta(hours=4)
    assert feed["x-published-ttl"] == "PT4H"


@pytest.mark.parametrize(
    ("moment", "clock"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "20260329T015900"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "20260329T030000"),
        (datetime(2026, 7, 1, 8, tzinfo=UTC), "20260701T100000"),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), "20261201T100000"),
        (datetime(2041, 7, 1, 8, tzinfo=ZoneInfo("UTC")), "20410701T100000"),
    ],
)
def test_the_clock_is_danish_all_year(moment, clock):
    event = replace(EVENT, starts_at=moment, ends_at=moment + timedelta(hours=1))
    content = calendar.write([event], "x", at=AT).decode()
    assert f"DTSTART;TZID=Europe/Copenhagen:{clock}\r\n" in content


@pytest.mark.parametrize("year", [1997, 2026, 2041])
def test_the_written_time_zone_is_that_of_copenhagen(year):
    (zone,) = parsed(EVENT).timezones
    written = zone.to_tz(lookup_tzid=False)
    for day in range(0, 365, 7):
        moment = datetime(year, 1, 1, 12, tzinfo=COPENHAGEN) + timedelta(days=day)
        assert moment.replace(tzinfo=written).utcoffset() == moment.utcoffset()


def test_a_cancelled_meeting_stays_and_says_so():
    found = read_back(replace(EVENT, cancelled=True, sequence=3))
    assert (found["status"], found["sequence"]) == ("CANCELLED", 3)
    assert (found["summary"], found["transp"]) == ("Aflyst: DASSOS", "TRANSPARENT")


def test_no_line_is_longer_than_75_bytes_and_no_danish_letter_is_broken():
    title = "Ærø, Ålborg og Øster Åby: " * 20
    content = calendar.write([replace(EVENT, summary=title)], title, at=AT)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode()
    (found,) = Calendar.from_ical(content).events
    assert found["summary"] == title.strip()


def test_events_stand_in_order_of_time_and_the_feed_is_the_same_again():
    later = replace(EVENT, uid="b", starts_at=EVENT.starts_at + timedelta(hours=1))
    same = replace(EVENT, uid="a")
    content = calendar.write([later, EVENT, same], "x", at=AT)
    assert content == calendar.write(iter([same, later, EVENT]), "x", at=AT)
    assert [event["uid"] for event in Calendar.from_ical(content).events] == [EVENT.uid, "a", "b"]


def test_an_empty_feed_is_a_calendar():
    assert parsed().events == []


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="says no time zone"):
        calendar.write([replace(EVENT, starts_at=datetime(2026, 1, 1))], "x", at=AT)  # noqa: DTZ001


@given(*[st.text(st.characters(codec=None), max_size=120)] * 3)
def test_no_text_adds_a_line_or_an_event_of_its_own(one, other, third):
    nasty = f"{one}\r\nEND:VEVENT\nBEGIN:VEVENT\u2028ATTACH:x\r{other}"
    event = replace(
        EVENT,
        uid=f"u{nasty}",
        summary=nasty,
        location=f"{third}\n{nasty}",
        description=nasty,
        url=f"https://x.example/{nasty}",
    )
    feed = parsed(event, replace(EVENT, cancelled=True), name=nasty)
    assert len(feed.events) == 2
    assert feed.errors == []
    for found in feed.events:
        assert found.errors == []
        assert "attach" not in found
