"""Meetings as an iCalendar feed that calendars fetch again and again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
REFRESH = timedelta(hours=4)
_MAKER = "-//Rammevaerk//Moedekalender//DA"
_CANCELLED_DA = "Aflyst: "
_UNWRITABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Directive 2000/84/EC: from 1996 summer time lasts from the last Sunday of March to the last of
# October, and changes at one o'clock universal time. The rule has no end, a list of years would.
_TIMEZONE = Component.from_ical(
    "\r\n".join(
        (
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Copenhagen",
            "BEGIN:DAYLIGHT",
            "DTSTART:19960331T020000",
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "TZNAME:CEST",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:19961027T030000",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
            "TZNAME:CET",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "END:STANDARD",
            "END:VTIMEZONE",
            "",
        )
    )
)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One meeting as a calendar keeps it.

    `uid` is the same all the meeting's life and `sequence` grows with every change; that is how a
    calendar knows a moved meeting again. The moments know their time zone.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    cancelled: bool = False


def write(events: Iterable[CalendarEvent], name: str, *, at: datetime) -> bytes:
    """Return the feed in RFC 5545, `at` as the moment it was made; events in order of time.

    A cancelled meeting stays in the feed, marked in both its status and its title: many calendars
    show only the title. `ValueError` for a moment without a time zone.
    """
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _one_line(name))
    calendar.add("x-wr-timezone", COPENHAGEN.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    calendar.add_component(_TIMEZONE)
    for event in sorted(events, key=lambda event: (event.starts_at, event.uid)):
        calendar.add_component(_event(event, at))
    feed: bytes = calendar.to_ical()
    return feed


def _event(event: CalendarEvent, at: datetime) -> Event:
    made = Event()
    made.add("uid", _one_line(event.uid))
    made.add("sequence", event.sequence)
    made.add("dtstamp", _universal(at))
    made.add("last-modified", _universal(event.changed_at))
    made.add("dtstart", _danish(event.starts_at))
    made.add("dtend", _danish(event.ends_at))
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    made.add("summary", f"{_CANCELLED_DA if event.cancelled else ''}{_one_line(event.summary)}")
    for key, text in (
        ("location", _one_line(event.location)),
        ("description", _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", event.description)).strip()),
        ("url", "".join(_one_line(event.url).split())),
    ):
        if text:
            made.add(key, text)
    return made


def _universal(moment: datetime) -> datetime:
    return _known(moment).astimezone(UTC).replace(microsecond=0)


def _danish(moment: datetime) -> datetime:
    return _known(moment).astimezone(COPENHAGEN).replace(microsecond=0)


def _known(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} says no time zone")
    return moment


def _one_line(text: str) -> str:
    return " ".join(_UNWRITABLE.sub("", _LINE_ENDS.sub(" ", text)).split())
