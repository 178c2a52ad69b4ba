"""A meeting that has been held, for the tests of minutes and obligations."""

import html
import re
from datetime import UTC, date, datetime
from typing import Any

from world import World

from rammevaerk.engine.periods import parse_due_da
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Approval,
    Body,
    Decision,
    Meeting,
    Obligation,
)
from rammevaerk.portal.meetings.queries.approvals import answers

HELD = datetime(2025, 5, 20, 8, 0, tzinfo=UTC)
AFTER = datetime(2025, 5, 20, 12, 0, tzinfo=UTC)
# The first moment after the fourteen days to answer.
OVERDUE = datetime(2025, 6, 3, 22, 0, tzinfo=UTC)
SECRET = "HEMMELIG-SAG"


def secretary(world: World) -> Actor:
    return world.actor(Role.SECRETARIAT, "sekretariatet")


def by(world: World, at: datetime = AFTER) -> dict[str, Any]:
    """How the secretary does things, after the meeting."""
    return {"by": secretary(world), "at": at}


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(key=key)


def held_meeting(
    world: World,
    *titles: str,
    starts: datetime = HELD,
    closed: str = "",
    readers: tuple[str, ...] = (),
    minuting: bool = True,
) -> Meeting:
    """A meeting with these items to decide, sent out and being minuted; ``closed`` one more."""
    how = by(world)
    body = world.first(Body)
    ends = starts.replace(hour=11)
    meeting = operations.plan_meeting(
        body, {"starts_at": starts, "ends_at": ends, "place": "Salen"}, **how
    )
    section = meeting.sections.get(kind="decision")
    # What writes itself is tried on its own.
    for item in AgendaItem.objects.filter(meeting=meeting):
        operations.place_item(item, None, **how)
    for title in titles:
        operations.add_item(
            body,
            {"title": title, "purpose": "decision", "presentation": f"<p>{title}</p>"},
            section=section,
            **how,
        )
    if closed:
        operations.add_item(
            body,
            {
                "title": closed,
                "purpose": "decision",
                "presentation": f"<p>{closed}</p>",
                "closed": True,
                "legal_ground": "forvaltningslovens § 27",
            },
            section=section,
            readers=([organisation(key).pk for key in readers], []),
            **how,
        )
    operations.dispatch_agenda(meeting, **how)
    if minuting:
        operations.begin_minutes(meeting, **how)
    meeting.refresh_from_db()
    return meeting


def items_of(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.items.order_by("section__position", "position"))


def item_called(title: str) -> AgendaItem:
    return AgendaItem.objects.filter(title=title).order_by("id").first()


def decide_all(world: World, meeting: Meeting, kind: str = "adopted") -> list[Decision]:
    return [
        operations.decide(item, kind, **by(world))
        for item in items_of(meeting)
        if not item.decisions.exists()
    ]


def closed_meeting(world: World, *titles: str, **more: Any) -> Meeting:
    meeting = held_meeting(world, *titles, **more)
    decide_all(world, meeting)
    operations.close_meeting(meeting, **by(world))
    meeting.refresh_from_db()
    return meeting


def objections_to(meeting: Meeting) -> list[Approval]:
    given = [row.answer for row in answers(meeting)]
    return [one for one in given if one is not None and not one.approves]


def promise(world: World, item: AgendaItem | None = None, **more: Any) -> Obligation:
    values = {
        "owner_id": organisation("egenby").pk,
        "text": "Vejledningen lægges frem igen",
        "due": parse_due_da("ultimo 2025"),
        "due_said": "ultimo 2025",
        **more,
    }
    return operations.add_obligation(world.first(Body), values, item=item, **by(world))


def on(text: str) -> date:
    return date.fromisoformat(text)


def words(response: Any) -> str:
    """The text of a page without its marks."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())
