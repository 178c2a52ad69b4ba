"""What has been sent out of a meeting's agenda, version by version, as an actor may see it."""

import json
from dataclasses import dataclass

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, decide, visible
from rammevaerk.portal.meetings.agenda_content import AGENDAS, Content, in_agenda_order
from rammevaerk.portal.meetings.models import AgendaItem, Case, Dispatch, Meeting
from rammevaerk.portal.meetings.queries.minutes_versions import versions_public, versions_seen
from rammevaerk.portal.meetings.rich_text import for_page


@dataclass(frozen=True, slots=True)
class SentSection:
    """A section of a version with those of its items that may be seen."""

    title: str
    items: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version, as much of it as the actor may see."""

    row: Dispatch
    sections: tuple[SentSection, ...]
    withdrawn: tuple[Content, ...]
    whole: bool


def versions_of(meeting: Meeting, actor: Actor) -> list[Dispatch]:
    """The agenda and its supplements of which the actor may see something, the newest first.

    Each is told by its place among these, as ``versions_seen`` of the minutes are.
    """
    rows = visible(meeting.dispatches.filter(kind__in=AGENDAS), actor, Action.MEETING_READ)
    found = rows.select_related("registered_by").order_by("version")
    return _told([row for row in found if _holds_anything(version_view(row, actor))])[::-1]


def version_for(row: Dispatch, actor: Actor) -> Dispatch | None:
    """A version of an agenda or of minutes as it is told to the actor; None when nothing is."""
    agenda = row.kind in AGENDAS
    rows = versions_of(row.meeting, actor) if agenda else versions_seen(row.meeting, actor)
    return next((one for one in rows if one == row), None)


def agendas_public(meeting: Meeting) -> list[Dispatch]:
    """The agenda and its supplements with something open in them, the oldest first."""
    rows = meeting.dispatches.filter(kind__in=AGENDAS).order_by("version")
    return _told([row for row in rows if _holds_anything_open(row)])


def public_number(row: Dispatch) -> int:
    """What a version is called to those who see open items only: its place among what they see."""
    agenda = row.kind in AGENDAS
    rows = agendas_public(row.meeting) if agenda else versions_public(row.meeting)
    return max(1, sum(1 for one in rows if one.version <= row.version))


def _holds_anything_open(row: Dispatch) -> bool:
    content = json.loads(row.content)
    told = (*content["items"], *content["withdrawn"])
    ids = {one["id"] for one in told if not one["closed"]}
    return AgendaItem.objects.filter(pk__in=ids, closed=False, sent_closed=False).exists()


def _told(rows: list[Dispatch]) -> list[Dispatch]:
    for number, row in enumerate(rows, start=1):
        row.told = number
    return rows


def _holds_anything(version: "Version") -> bool:
    # A supplement of nothing but closed items would tell that there are some.
    return version.whole or bool(version.withdrawn) or any(one.items for one in version.sections)


def version_view(row: Dispatch, actor: Actor) -> Version:
    """A version without the items, annexes and cases that the actor may not see."""
    content = json.loads(row.content)
    whole = decide(actor, Action.AGENDA_EDIT, row).allowed
    ids = [one["id"] for one in (*content["items"], *content["withdrawn"])]
    rows = visible(AgendaItem.objects.filter(pk__in=ids), actor, Action.MEETING_READ)
    seen = set(rows.filter(**({} if whole else {"dispatched": True})).values_list("pk", flat=True))
    cases = _cases(content, actor)
    items = [
        {
            **one,
            "case": one["case"] if one["case"] and one["case"]["id"] in cases else None,
            "presentation": for_page(one["presentation"]),
        }
        for one in sorted(content["items"], key=in_agenda_order)
        if one["id"] in seen
    ]
    open_now = set(AgendaItem.objects.filter(pk__in=ids, closed=False).values_list("pk", flat=True))
    return Version(
        row=row,
        sections=tuple(
            SentSection(
                section["title"],
                tuple(one for one in items if one["section"] == section["position"]),
            )
            for section in content["sections"]
        ),
        withdrawn=tuple(
            one
            for one in content["withdrawn"]
            if whole or (not one["closed"] and one["id"] in open_now)
        ),
        whole=whole,
    )


def _cases(content: Content, actor: Actor) -> set[int]:
    ids = [one["case"]["id"] for one in content["items"] if one["case"]]
    rows = visible(Case.objects.filter(pk__in=ids), actor, Action.CASE_READ)
    return set(rows.values_list("pk", flat=True))
