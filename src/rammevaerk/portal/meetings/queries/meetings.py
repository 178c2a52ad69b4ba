"""Reads of meetings."""

from dataclasses import dataclass
from datetime import datetime

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import Body, Meeting


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One line of a list of meetings, with the body's name on the day it meets."""

    meeting: Meeting
    body_name: str


def coming_meetings(actor: Actor, *, at: datetime) -> list[MeetingRow]:
    """The meetings that have not ended and are not called off, the next first."""
    rows = visible(Meeting.objects.filter(ends_at__gte=at), actor, Action.MEETING_READ)
    rows = rows.exclude(state=Meeting.State.CANCELLED)
    return with_names(list(rows.select_related("body__organisation").order_by("starts_at")))


def recent_meetings(actor: Actor, *, at: datetime) -> list[MeetingRow]:
    """The meetings that have been held, the last one first."""
    rows = visible(Meeting.objects.filter(ends_at__lt=at), actor, Action.MEETING_READ)
    rows = rows.exclude(state=Meeting.State.CANCELLED)
    return with_names(list(rows.select_related("body__organisation").order_by("-starts_at")[:20]))


def with_names(meetings: list[Meeting]) -> list[MeetingRow]:
    """Each meeting with its body's newest name up to the last of the days, from one query."""
    ids = sorted({meeting.body.organisation_id for meeting in meetings})
    names = (
        names_on(ids, on=max(day_of(one.starts_at) for one in meetings), short=True)
        if meetings
        else {}
    )
    return [MeetingRow(meeting, names[meeting.body.organisation_id]) for meeting in meetings]


def meetings_of(body: Body, actor: Actor) -> list[Meeting]:
    """A body's meetings, the newest first."""
    rows = visible(Meeting.objects.filter(body=body), actor, Action.MEETING_READ)
    return list(rows.order_by("-starts_at"))
