"""The versions of a meeting's minutes, and in which of them somebody sees something new."""

import json
from collections.abc import Collection
from typing import Any

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.meetings.models import AgendaItem, Dispatch, Meeting


def newest_minutes(meeting: Meeting) -> Dispatch | None:
    """The newest there are, whatever they correct."""
    return _minutes(meeting).order_by("-version").first()


def versions_seen(meeting: Meeting, actor: Actor) -> list[Dispatch]:
    """The versions in which the actor sees something new, the oldest first.

    One that only corrects what is closed to him would tell that there is something closed; so
    would a missing number, so each is told by its place among these.
    """
    rows = visible(_minutes(meeting), actor, Action.MEETING_READ)
    items = visible(AgendaItem.objects.filter(meeting=meeting), actor, Action.MEETING_READ)
    return _with_news(rows, set(items.values_list("pk", flat=True)))


def newest_seen(meeting: Meeting, actor: Actor) -> Dispatch | None:
    """The newest version in which the actor sees something new."""
    return next(reversed(versions_seen(meeting, actor)), None)


def versions_public(meeting: Meeting) -> list[Dispatch]:
    """The versions with something new to those who see open items only, the oldest first."""
    items = AgendaItem.objects.filter(meeting=meeting, closed=False, sent_closed=False)
    return _with_news(_minutes(meeting), set(items.values_list("pk", flat=True)))


def changed_between(earlier: Dispatch, later: Dispatch) -> set[int]:
    """The ids of the items that two versions put differently."""
    before, after = _items(earlier), _items(later)
    return {pk for pk in before.keys() | after.keys() if before.get(pk) != after.get(pk)}


def _minutes(meeting: Meeting) -> Any:
    return meeting.dispatches.filter(kind=Dispatch.Kind.MINUTES)


def _with_news(rows: Any, seen: Collection[int]) -> list[Dispatch]:
    found: list[Dispatch] = []
    last = None
    for row in rows.select_related("registered_by").order_by("version"):
        shown = {pk: one for pk, one in _items(row).items() if pk in seen}
        if shown != last:
            found.append(row)
            row.told = len(found)
            last = shown
    return found


def _items(row: Dispatch) -> dict[int, Any]:
    items = json.loads(row.content)["items"]
    return {one["id"]: one for one in items}
