"""Minutes as an actor sees them: the draft for those who write it, what was sent for the rest."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import in_agenda_order
from rammevaerk.portal.meetings.minutes_content import newest_decisions
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Attendance,
    Case,
    Decision,
    DecisionKind,
    Dispatch,
    Excerpt,
    ItemAttendance,
    Meeting,
    Seat,
)
from rammevaerk.portal.meetings.models.minutes import READABLE
from rammevaerk.portal.meetings.queries.decisions import agenda_order
from rammevaerk.portal.meetings.queries.minutes_versions import newest_seen

Content = Mapping[str, Any]
# How the tag of a decision looks.
KINDS = {
    DecisionKind.ADOPTED: "approved",
    DecisionKind.AMENDED: "approved",
    DecisionKind.REJECTED: "stopped",
    DecisionKind.POSTPONED: "planned",
    DecisionKind.NOTED: "info",
    DecisionKind.WITHDRAWN: "dropped",
}


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """One line of the minutes while they are written: only for whoever writes them."""

    item: AgendaItem
    decision: Decision | None
    begun: bool

    @property
    def kind(self) -> str:
        if self.decision is not None:
            return KINDS[DecisionKind(self.decision.kind)]
        return "draft" if self.begun else "not_started"


def written_items(meeting: Meeting) -> list[WrittenItem]:
    items = agenda_order(meeting)
    decisions = newest_decisions(items)
    begun = set(
        meeting.items.exclude(minute=None).exclude(minute__text="").values_list("pk", flat=True)
    )
    return [WrittenItem(item, decisions.get(item.pk), item.pk in begun) for item in items]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where an item stands among those of its meeting."""

    place: int
    count: int
    previous: AgendaItem | None
    following: AgendaItem | None
    next_undecided: AgendaItem | None


def neighbours(item: AgendaItem, rows: Sequence[WrittenItem]) -> Neighbours:
    items = [row.item for row in rows]
    place = next(n for n, one in enumerate(items) if one.pk == item.pk)
    rest = [*rows[place + 1 :], *rows[:place]]
    return Neighbours(
        place=place + 1,
        count=len(items),
        previous=items[place - 1] if place else None,
        following=items[place + 1] if place + 1 < len(items) else None,
        next_undecided=next((row.item for row in rest if row.decision is None), None),
    )


def attendances(meeting: Meeting) -> list[Attendance]:
    """Those in the seats first, in the order of the seats, then the guests."""
    rows = meeting.attendances.select_related("seat", "organisation")
    return sorted(rows, key=lambda row: (row.seat_id is None, row.pk))


def revisions_of(item: AgendaItem, actor: Actor) -> list[Decision]:
    """Every revision of the decision that the actor may see, the newest first."""
    rows = visible(Decision.objects.filter(item=item), actor, Action.MEETING_READ)
    return list(rows.select_related("registered_by", "excerpt").order_by("-revision"))


# --- minutes that have been sent out ---


@dataclass(frozen=True, slots=True)
class SentItem:
    """One item of minutes that were sent out; ``case`` is None where it may not be seen."""

    content: Content
    case: Content | None
    excerpt: Excerpt | None

    @property
    def decision(self) -> str:
        return str(DecisionKind(self.content["decision"]["kind"]).label)

    @property
    def kind(self) -> str:
        return KINDS[DecisionKind(self.content["decision"]["kind"])]

    @property
    def exceptions(self) -> list[str]:
        return exceptions_text(self.content["exceptions"])


@dataclass(frozen=True, slots=True)
class SentSection:
    """A section with those of its items that the actor may see."""

    title: str
    items: tuple[SentItem, ...]


@dataclass(frozen=True, slots=True)
class SentMinutes:
    """The minutes as they went out, as much of them as the actor may see."""

    row: Dispatch
    body: str
    sections: tuple[SentSection, ...]
    present: tuple[str, ...]
    absent: tuple[str, ...]
    guests: tuple[str, ...]


def sent_minutes(meeting: Meeting, actor: Actor) -> SentMinutes | None:
    """The newest minutes with something new to the actor; None before the meeting is closed."""
    row = newest_seen(meeting, actor) if meeting.state in READABLE else None
    return minutes_view(row, actor) if row else None


def minutes_view(row: Dispatch, actor: Actor) -> SentMinutes:
    """One version of the minutes without the items, excerpts and cases that may not be seen."""
    content = json.loads(row.content)
    items = sorted(_seen(content, actor), key=lambda one: in_agenda_order(one.content))
    sections = [
        SentSection(
            section["title"],
            tuple(one for one in items if one.content["section"] == section["position"]),
        )
        for section in content["sections"]
    ]
    people = content["attendance"]
    return SentMinutes(
        row=row,
        body=content["body"],
        sections=tuple(section for section in sections if section.items),
        present=tuple(_present(one) for one in people if _was_there(one)),
        absent=tuple(_person(one) for one in people if one["state"] == "absent"),
        guests=tuple(one["name"] for one in people if one["function"] == "guest"),
    )


def _seen(content: Content, actor: Actor) -> list[SentItem]:
    ids = [one["id"] for one in content["items"]]
    rows = visible(AgendaItem.objects.filter(pk__in=ids), actor, Action.MEETING_READ)
    seen = set(rows.values_list("pk", flat=True))
    excerpts = {
        row.number: row
        for row in visible(
            Excerpt.objects.filter(item_id__in=seen), actor, Action.MEETING_READ
        ).defer("content")
    }
    cases = _visible_cases(content["items"], actor)
    return [
        SentItem(
            content=one,
            case=one["case"] if one["case"] and one["case"]["id"] in cases else None,
            excerpt=excerpts.get(one["decision"]["excerpt"]),
        )
        for one in content["items"]
        if one["id"] in seen
    ]


def _visible_cases(items: Sequence[Content], actor: Actor) -> set[int]:
    ids = [one["case"]["id"] for one in items if one["case"]]
    rows = visible(Case.objects.filter(pk__in=ids), actor, Action.CASE_READ)
    return set(rows.values_list("pk", flat=True))


def _was_there(one: Content) -> bool:
    return one["state"] != "absent" and one["function"] != "guest"


def _person(one: Content) -> str:
    words = [one["name"], one["organisation"]]
    if one["function"] not in {Seat.Function.MEMBER, "guest"}:
        words.append(str(Seat.Function(one["function"]).label).lower())
    return ", ".join(word for word in words if word)


def _present(one: Content) -> str:
    if one["state"] == Attendance.State.SUBSTITUTE:
        return f"{one['substitute']} for {_person(one)}"
    return _person(one)


def exceptions_text(exceptions: Sequence[Content]) -> list[str]:
    """Who was not there at an item, was replaced, or had a conflict of interest, in words."""
    return [
        f"{one['name']}: {str(ItemAttendance.State(one['state']).label).lower()}"
        + (f" ({one['note']})" if one["note"] else "")
        for one in exceptions
    ]


# --- excerpts ---


@dataclass(frozen=True, slots=True)
class ExcerptView:
    """An excerpt as it was frozen, and whether its words still bear its fingerprint."""

    row: Excerpt
    content: Content
    held_at: datetime
    case: Content | None
    replaced_by: Excerpt | None

    @property
    def genuine(self) -> bool:
        return hashlib.sha256(self.row.content.encode()).hexdigest() == self.row.sha256

    @property
    def decision(self) -> str:
        return str(DecisionKind(self.content["decision"]["kind"]).label)

    @property
    def kind(self) -> str:
        return KINDS[DecisionKind(self.content["decision"]["kind"])]

    @property
    def present(self) -> list[str]:
        return [_present(one) for one in self.content["attendance"] if one["state"] != "absent"]

    @property
    def exceptions(self) -> list[str]:
        return exceptions_text(self.content["exceptions"])


def excerpt_view(row: Excerpt, actor: Actor) -> ExcerptView:
    content = json.loads(row.content)
    later = visible(row.item.excerpts.all(), actor, Action.MEETING_READ)
    held_at = parse_datetime(content["meeting"]["starts_at"])
    if held_at is None:
        raise ValueError(content["meeting"]["starts_at"])
    case = content["case"]
    if case and case["id"] not in _visible_cases([content], actor):
        case = None
    return ExcerptView(
        row=row,
        content=content,
        held_at=held_at,
        case=case,
        replaced_by=later.filter(decision__revision__gt=row.decision.revision)
        .order_by("decision__revision")
        .first(),
    )


def returned_to(actor: Actor, *, on: date, days: int = 30) -> list[Excerpt]:
    """Excerpts that have come back lately to cases of the actor's organisation."""
    if actor.organisation_id is None:
        return []
    rows = visible(
        Excerpt.objects.filter(item__case__owner_id=actor.organisation_id),
        actor,
        Action.MEETING_READ,
    )
    found = rows.select_related("decision", "item__case").defer("content")
    since = on - timedelta(days=days)
    return [row for row in found.order_by("-id")[:50] if day_of(row.registered_at) >= since]
