"""The year's meetings of several bodies side by side."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import timezone

from rammevaerk.engine.findings import Finding
from rammevaerk.engine.planning.meeting_order import (
    Passage,
    PlannedMeeting,
    check_calendar,
    passages,
)
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.meetings.models import Body, Meeting


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One meeting of the year: which column it stands in, and what follows it."""

    meeting: Meeting
    name: str
    column: int
    passage: Passage | None
    moves: int


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """The meetings of a year in order of time, with a column for each body that meets."""

    year: int
    bodies: tuple[tuple[Body, str], ...]
    rows: tuple[CalendarRow, ...]
    findings: tuple[Finding, ...]


def year_calendar(actor: Actor, year: int, *, body_ids: frozenset[int]) -> YearCalendar:
    """The meetings that the actor may see; ``body_ids`` narrows them to some bodies."""
    rows = visible(Meeting.objects.all(), actor, Action.MEETING_READ).exclude(
        state=Meeting.State.CANCELLED
    )
    beginning, end = (datetime(one, 1, 1, tzinfo=UTC) for one in (year, year + 1))
    rows = rows.filter(starts_at__gte=beginning, starts_at__lt=end)
    if body_ids:
        rows = rows.filter(body_id__in=body_ids)
    found = list(rows.select_related("body").prefetch_related("body__seats", "moves"))
    bodies = {meeting.body_id: meeting.body for meeting in found}
    last_day = date(year, 12, 31)
    names = names_on([body.organisation_id for body in bodies.values()], on=last_day, short=True)
    columns = sorted(bodies, key=lambda pk: _rank(bodies[pk], names))
    planned = {
        meeting.pk: _planned(meeting, names[meeting.body.organisation_id]) for meeting in found
    }
    chain = {
        str(pk): str(body.passes_on_to_id)
        for pk, body in bodies.items()
        if body.passes_on_to_id in bodies
    }
    onward = {one.sender.key: one for one in passages(list(planned.values()), chain)}
    return YearCalendar(
        year=year,
        bodies=tuple((bodies[pk], names[bodies[pk].organisation_id]) for pk in columns),
        rows=tuple(
            CalendarRow(
                meeting,
                names[meeting.body.organisation_id],
                columns.index(meeting.body_id),
                onward.get(planned[meeting.pk].key),
                len(meeting.moves.all()),
            )
            for meeting in found
        ),
        findings=tuple(check_calendar(list(planned.values()), chain)),
    )


_ORDER = {str(value): place for place, value in enumerate(reversed(Body.Kind.values))}


def _rank(body: Body, names: dict[int, str]) -> tuple[int, str]:
    # From the working level up: what is prepared stands left of where it is decided.
    return _ORDER[body.kind], names[body.organisation_id].casefold()


def _planned(meeting: Meeting, name: str) -> PlannedMeeting:
    day = timezone.localdate(meeting.starts_at)
    members = frozenset(
        seat.organisation_id for seat in meeting.body.seats.all() if seat.holds(day)
    )
    return PlannedMeeting(
        key=str(meeting.pk),
        body=str(meeting.body_id),
        name=name,
        starts=timezone.localtime(meeting.starts_at).replace(tzinfo=None),
        ends=timezone.localtime(meeting.ends_at).replace(tzinfo=None),
        members=members,
    )


def years_with_meetings(actor: Actor) -> list[int]:
    """The years in which the actor sees a meeting, in order."""
    rows = visible(Meeting.objects.all(), actor, Action.MEETING_READ)
    return sorted({day.year for day in rows.dates("starts_at", "year")})
