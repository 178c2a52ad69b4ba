"""Minutes and excerpts as content: the words that are frozen when a meeting is closed.

As with agendas, this says what goes in; the queries show of it what an actor may see.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from rammevaerk.portal.access.audit import canonical
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import FORMAT, Content
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Dispatch,
    Excerpt,
    ItemAttendance,
    Meeting,
)
from rammevaerk.portal.meetings.queries.decisions import agenda_order
from rammevaerk.portal.meetings.queries.names import names_of, short_name


def sealed(content: Content) -> tuple[str, str]:
    """The one JSON text of a content, and its fingerprint."""
    text = canonical(content)
    return text, hashlib.sha256(text.encode()).hexdigest()


def minutes_content(meeting: Meeting, version: int) -> Content:
    """The minutes of a meeting whose items are all decided and have their excerpts."""
    attendances = list(meeting.attendances.select_related("seat").order_by("id"))
    items = agenda_order(meeting)
    decisions = newest_decisions(items)
    exceptions = _exceptions(meeting)
    on = day_of(meeting.starts_at)
    names = names_of((row.organisation_id for row in attendances), on=on)
    return {
        "format": FORMAT,
        "kind": Dispatch.Kind.MINUTES,
        "version": version,
        "body": short_name(meeting.body, on=on),
        "meeting": meeting_content(meeting),
        "sections": [
            {"position": row.position, "kind": row.kind, "title": row.title}
            for row in meeting.sections.order_by("position")
        ],
        "attendance": [attendance_content(row, names) for row in attendances],
        "withdrawn": [],
        "items": [
            _item_content(item, decisions[item.pk], exceptions.get(item.pk, [])) for item in items
        ],
    }


def meeting_content(meeting: Meeting) -> Content:
    return {
        "id": meeting.pk,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": meeting.place,
    }


def attendance_content(row: Attendance, names: Mapping[int, str]) -> Content:
    return {
        "name": row.name,
        "organisation": names.get(row.organisation_id or 0, ""),
        "function": row.seat.function if row.seat else "guest",
        "state": row.state,
        "substitute": row.substitute,
    }


def newest_decisions(items: Sequence[AgendaItem]) -> dict[int, Decision]:
    """The decision in force of each item, with its excerpt when it has one."""
    rows = Decision.objects.filter(item__in=items).select_related("excerpt").order_by("revision")
    return {row.item_id: row for row in rows}


def _exceptions(meeting: Meeting) -> dict[int, list[Content]]:
    rows = ItemAttendance.objects.filter(item__meeting=meeting).select_related("attendance")
    found: dict[int, list[Content]] = {}
    for row in rows.order_by("attendance_id"):
        found.setdefault(row.item_id, []).append(
            {"name": row.attendance.name, "state": row.state, "note": row.note}
        )
    return found


def _item_content(item: AgendaItem, decision: Decision, exceptions: list[Content]) -> Content:
    return {
        "id": item.pk,
        "section": item.section.position if item.section else 0,
        "number": item.number,
        "title": item.title,
        "purpose": item.purpose,
        "presenters": item.presenters,
        "closed": item.closed,
        "case": _case(item),
        "decision": decision_content(decision),
        "exceptions": exceptions,
    }


def _case(item: AgendaItem) -> Content | None:
    if item.case is None:
        return None
    return {"id": item.case.pk, "number": item.case.number, "title": item.case.title}


def decision_content(decision: Decision) -> Content:
    excerpt: Excerpt | None = getattr(decision, "excerpt", None)
    return {
        "kind": decision.kind,
        "text": decision.text,
        "revision": decision.revision,
        "reason": decision.reason,
        "excerpt": excerpt.number if excerpt else "",
    }


def excerpt_content(
    item: AgendaItem, decision: Decision, *, number: str, replaces: str, meeting: Meeting
) -> Content:
    """One decision as it goes back to its case: what was asked, who was there, what was said."""
    on = day_of(meeting.starts_at)
    attendances = list(meeting.attendances.select_related("seat").order_by("id"))
    names = names_of((row.organisation_id for row in attendances), on=on)
    exceptions = item.attendances.select_related("attendance").order_by("attendance_id")
    content: dict[str, Any] = {
        "format": FORMAT,
        "number": number,
        "replaces": replaces,
        "body": names_of([meeting.body.organisation_id], on=on)[meeting.body.organisation_id],
        "meeting": meeting_content(meeting),
        "item": {
            "id": item.pk,
            "number": item.number,
            "title": item.title,
            "closed": item.closed,
            "legal_ground": item.legal_ground,
        },
        "case": _case(item),
        "recommendation": [
            {"verb": str(point.get_verb_display()), "text": point.text}
            for point in item.recommendation.order_by("position")
        ],
        "decision": {
            "kind": decision.kind,
            "text": decision.text,
            "revision": decision.revision,
            "reason": decision.reason,
        },
        "attendance": [attendance_content(row, names) for row in attendances],
        "exceptions": [
            {"name": row.attendance.name, "state": row.state, "note": row.note}
            for row in exceptions
        ],
    }
    return content
