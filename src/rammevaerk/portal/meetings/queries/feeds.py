"""What a private calendar address shows: what its owner may see, and nothing once he may not."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.exchange.calendar import CalendarEvent
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import actor_of, assignments_of, names_on
from rammevaerk.portal.meetings.models import CalendarFeed, Meeting
from rammevaerk.portal.meetings.queries.meetings import with_names


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One of a person's addresses, without the key, which is not kept."""

    feed: CalendarFeed
    name: str


def feed_rows(actor: Actor, *, on: date) -> list[FeedRow]:
    """The person's own open addresses, the newest first."""
    rows = list(feeds_of(actor).select_related("body").order_by("-created_at", "-id"))
    names = names_on([row.body.organisation_id for row in rows if row.body], on=on)
    return [
        FeedRow(row, names[row.body.organisation_id] if row.body else _("Alle fora"))
        for row in rows
    ]


def feed_events(
    token_sha256: str, *, on: date, base: str
) -> tuple[str, list[CalendarEvent]] | None:
    """The calendar's name and events; None for an address that is unknown, revoked or outlived.

    Cancelled meetings are in it, so that they disappear from calendars that have them.
    """
    row = (
        CalendarFeed.objects.filter(token_sha256=token_sha256, revoked_at=None)
        .select_related("person", "body")
        .first()
    )
    if row is None or not _still_held(row, on):
        return None
    actor = actor_of(row.person, on=on, assignment_id=row.assignment_id)
    rows = visible(Meeting.objects.all(), actor, Action.MEETING_READ)
    if row.body_id:
        rows = rows.filter(body_id=row.body_id)
    found = with_names(list(rows.select_related("body").order_by("starts_at")))
    name = found[0].body_name if row.body_id and found else _("Møder i rammeaftalen")
    return name, [_event(one.meeting, one.body_name, base) for one in found]


def _still_held(row: CalendarFeed, on: date) -> bool:
    return row.person.is_active and any(
        one.pk == row.assignment_id for one in assignments_of(row.person_id, on=on)
    )


def _event(meeting: Meeting, name: str, base: str) -> CalendarEvent:
    address = reverse("meetings:meeting", kwargs={"meeting_id": meeting.pk})
    return CalendarEvent(
        uid=f"{meeting.uid}@rammevaerk",
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=name,
        location=meeting.place,
        description=meeting.note,
        url=f"{base.rstrip('/')}{address}",
        cancelled=meeting.state == Meeting.State.CANCELLED,
    )


def feeds_of(actor: Actor) -> "QuerySet[CalendarFeed]":
    """The person's own open addresses."""
    return CalendarFeed.objects.filter(person_id=actor.person_id or 0, revoked_at=None)


def fingerprint_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
