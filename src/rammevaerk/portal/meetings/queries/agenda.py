"""Agendas as an actor sees them: the draft for those who write it, what was sent for the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, decide, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import (
    Content,
    Draft,
    Pending,
    draft_of,
    in_agenda_order,
    item_content,
    with_parts,
)
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    AgendaSection,
    Body,
    Case,
    Dispatch,
    Meeting,
    MeetingMove,
)
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.rich_text import for_page

NEAR = 7
DRAFT = "draft"
# The colour and icon of a meeting's state, as components/tag.html calls them.
STATE_TAGS = {
    Meeting.State.DRAFT: "draft",
    Meeting.State.REVIEW: "awaiting_decision",
    Meeting.State.DISPATCHED: "active",
    Meeting.State.MINUTING: "in_progress",
    Meeting.State.CLOSED: "awaiting_decision",
    Meeting.State.APPROVED: "approved",
    Meeting.State.CANCELLED: "stopped",
}


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item. ``state``: ``new`` or ``changed`` since it was sent, ``draft``, or ""."""

    content: Content
    state: str
    case_visible: bool

    @property
    def pk(self) -> int:
        return int(self.content["id"])

    @property
    def purpose(self) -> str:
        return str(AgendaItem.Purpose(self.content["purpose"]).label)

    @property
    def presentation(self) -> SafeString:
        return for_page(self.content["presentation"])


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with those of its items that the actor may see, and the sum of their minutes."""

    section: AgendaSection
    items: tuple[ItemView, ...]

    @property
    def minutes(self) -> int:
        return sum(one.content["duration"] or 0 for one in self.items)


@dataclass(frozen=True, slots=True)
class AgendaView:
    """An agenda; ``writes`` says that it is the draft, with what has not gone out."""

    sections: tuple[SectionView, ...]
    writes: bool
    pending: Pending | None
    length: int

    @property
    def items(self) -> list[ItemView]:
        return [one for section in self.sections for one in section.items]

    @property
    def minutes(self) -> int:
        return sum(section.minutes for section in self.sections)

    @property
    def overrun(self) -> int:
        """How many minutes the items take beyond the meeting; 0 when they fit."""
        return max(0, self.minutes - self.length)


def agenda_of(meeting: Meeting, actor: Actor) -> AgendaView:
    """The meeting's agenda as the actor may see it; a fixed number of queries."""
    writes = decide(actor, Action.AGENDA_EDIT, meeting).allowed
    draft = draft_of(meeting)
    shown = draft.items if writes else _sent_to(draft, meeting, actor)
    shown = sorted(shown, key=in_agenda_order)
    seen = _visible_cases(shown, actor)
    views = [
        ItemView(one, _state(one, draft, meeting, writes=writes), _case_id(one) in seen)
        for one in shown
    ]
    sections = meeting.sections.order_by("position")
    return AgendaView(
        sections=tuple(
            SectionView(row, tuple(v for v in views if v.content["section"] == row.position))
            for row in sections
        ),
        writes=writes,
        pending=draft.pending if writes and meeting.sent_out else None,
        length=int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
    )


def _sent_to(draft: Draft, meeting: Meeting, actor: Actor) -> list[Content]:
    """What the actor may see of the items, each as it was sent out, else as it stands."""
    rows = visible(AgendaItem.objects.filter(meeting=meeting), actor, Action.MEETING_READ)
    dispatched = dict(rows.values_list("pk", "dispatched"))
    return [
        draft.sent.items[one["id"]] if dispatched[one["id"]] else one
        for one in draft.items
        if one["id"] in dispatched and (not dispatched[one["id"]] or one["id"] in draft.sent.items)
    ]


def _state(content: Content, draft: Draft, meeting: Meeting, *, writes: bool) -> str:
    if not meeting.sent_out:
        return ""
    if writes:
        return draft.pending.state_of(content["id"])
    return "" if content["id"] in draft.sent.items else DRAFT


def _case_id(content: Content) -> int:
    return content["case"]["id"] if content["case"] else 0


def _visible_cases(contents: Iterable[Content], actor: Actor) -> set[int]:
    ids = {_case_id(one) for one in contents} - {0}
    rows = visible(Case.objects.filter(pk__in=ids), actor, Action.CASE_READ)
    return set(rows.values_list("pk", flat=True))


def item_view(item: AgendaItem, actor: Actor) -> ItemView | None:
    """One item that the actor may see; None when nothing of it is there for him yet."""
    if item.meeting is None:
        row = with_parts(AgendaItem.objects.filter(pk=item.pk))[0]
        numbers = {annex.pk: n for n, annex in enumerate(row.annexes.all(), start=1)}
        content = item_content(row, numbers)
        return ItemView(content, "", _case_id(content) in _visible_cases([content], actor))
    agenda = agenda_of(item.meeting, actor)
    return next((one for one in agenda.items if one.pk == item.pk), None)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day for items, seen from a day."""

    day: date
    days_left: int

    @property
    def kind(self) -> str:
        """The tag's colour: ``late``, ``warning`` when it is near, else plain."""
        if self.days_left < 0:
            return "late"
        return "warning" if self.days_left <= NEAR else ""


def deadline_of(meeting: Meeting, *, today: date) -> Deadline | None:
    """The deadline while it matters: until the agenda is sent out."""
    if meeting.items_due is None or meeting.sent_out:
        return None
    return Deadline(meeting.items_due, (meeting.items_due - today).days)


def state_tag(meeting: Meeting) -> str:
    return STATE_TAGS[Meeting.State(meeting.state)]


def meeting_body_name(meeting: Meeting) -> str:
    """The name of the body on the day it meets."""
    pk = meeting.body.organisation_id
    return names_on([pk], on=day_of(meeting.starts_at))[pk]


def meeting_short_name(meeting: Meeting) -> str:
    """What the body is called for short on the day it meets: «DASSOS»."""
    return short_name(meeting.body, on=day_of(meeting.starts_at))


def history_of(meeting: Meeting, dispatches: Iterable[Dispatch]) -> list[dict[str, Any]]:
    """Moves and sendings as entries of a timeline, the newest first.

    ``dispatches`` are those of which the reader may see something: ``versions_of`` the agenda and
    ``versions_seen`` of the minutes.
    """
    moves = [_move_entry(row) for row in meeting.moves.select_related("registered_by")]
    sent = [
        {
            "at": row.registered_at,
            "day": day_of(row.registered_at),
            "title": _("%(kind)s, version %(version)s, udsendt")
            % {"kind": row.get_kind_display(), "version": row.number},
            "who": row.registered_by.name if row.registered_by else "",
        }
        for row in dispatches
    ]
    return sorted([*moves, *sent], key=lambda entry: entry["at"], reverse=True)


def _move_entry(row: MeetingMove) -> dict[str, Any]:
    was = date_text_da(day_of(row.was_at))
    if row.now_at is None:
        title = _("Aflyst (skulle være holdt %s)") % was
    elif day_of(row.now_at) == day_of(row.was_at):
        title = _("Nyt tidspunkt %s") % was
    else:
        now = date_text_da(day_of(row.now_at))
        title = _("Flyttet fra %(was)s til %(now)s") % {"was": was, "now": now}
    return {
        "at": row.registered_at,
        "day": day_of(row.registered_at),
        "title": title,
        "text": row.reason,
        "who": row.registered_by.name if row.registered_by else "",
    }


def backlog_of(body: Body, actor: Actor) -> list[AgendaItem]:
    """The items that wait for a meeting of the body, as far as the actor may see them."""
    rows = visible(AgendaItem.objects.filter(body=body, meeting=None), actor, Action.MEETING_READ)
    return list(rows.select_related("case", "submitted_by").order_by("position", "id"))


def section_choices(
    body: Body, *, at: datetime, without: int | None = None
) -> list[tuple[int, str]]:
    """The sections of the body's open agendas: «27. februar 2026: Beslutningspunkter»."""
    return [
        (row.pk, f"{date_text_da(day_of(row.meeting.starts_at))}: {row.title}")
        for row in _open_sections(body, at)
        if row.meeting_id != without
    ]


def likely_sections(body: Body, *, at: datetime) -> dict[str, int]:
    """Where an item of each purpose most likely belongs: at the next meeting, by its kind."""
    found: dict[str, int] = {}
    for row in _open_sections(body, at):
        found.setdefault(row.kind, row.pk)
    orienting = {AgendaItem.Purpose.ORIENTATION, AgendaItem.Purpose.WRITTEN}
    kinds = AgendaSection.Kind
    wanted = {
        purpose: kinds.ORIENTATION if purpose in orienting else kinds.DECISION
        for purpose in AgendaItem.Purpose
    }
    return {purpose: found[kind] for purpose, kind in wanted.items() if kind in found}


def _open_sections(body: Body, at: datetime) -> list[AgendaSection]:
    """The sections of agendas still open: coming meetings first, then those gone by, latest first.

    A meeting gone by whose agenda is open has been forgotten, or is being written up afterwards.
    """
    open_states = [
        Meeting.State.DRAFT,
        Meeting.State.REVIEW,
        Meeting.State.DISPATCHED,
        Meeting.State.MINUTING,
    ]
    rows = AgendaSection.objects.filter(meeting__body=body, meeting__state__in=open_states)
    found = list(rows.select_related("meeting").order_by("meeting__starts_at", "position"))
    coming = [row for row in found if row.meeting.ends_at >= at]
    gone = [row for row in found if row.meeting.ends_at < at]
    gone.sort(key=lambda row: (row.meeting.starts_at, -row.position), reverse=True)
    return [*coming, *gone]


def case_choices(cooperation_id: int, actor: Actor) -> list[tuple[int, str]]:
    """The open cases of the cooperation that the actor may see, the newest first."""
    rows = Case.objects.filter(cooperation_id=cooperation_id, closed_on=None)
    return [(row.pk, str(row)) for row in visible(rows, actor, Action.CASE_READ)]


def names_of_submitters(items: Iterable[AgendaItem], *, on: date) -> Mapping[int, str]:
    return names_on([one.submitted_by_id for one in items if one.submitted_by_id], on=on)


def visible_items(actor: Actor) -> "QuerySet[AgendaItem]":
    """The items the actor may see, on agendas and in backlogs."""
    return visible(AgendaItem.objects.all(), actor, Action.MEETING_READ)


def readers_of(item: AgendaItem, *, on: date) -> list[str]:
    """Who may see the item when it is closed, by name."""
    rows = list(item.readers.select_related("person"))
    names = names_on([row.organisation_id for row in rows if row.organisation_id], on=on)
    found = [row.person.name for row in rows if row.person]
    return sorted([*names.values(), *found], key=str.casefold)
