"""The meetings of the small world: one of everything on each side, and a closed item at home.

The closed item's texts hold the mark that may never come out to those who are not its readers.
"""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from rammevaerk.engine.periods import parse_due_da
from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection

if TYPE_CHECKING:
    from world import World

STARTS = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
ENDS = datetime(2025, 9, 1, 11, 0, tzinfo=UTC)
HELD = datetime(2025, 4, 1, 8, 0, tzinfo=UTC)
HELD_END = datetime(2025, 4, 1, 10, 0, tzinfo=UTC)
SENT = datetime(2025, 5, 5, 8, 0, tzinfo=UTC)
SENT_END = datetime(2025, 5, 5, 10, 0, tzinfo=UTC)


def build_meetings(
    world: "World",
    side: str,
    cooperation: Cooperation,
    members: list[str],
    word: str,
    how: dict[str, Any],
) -> None:
    """A body with seats, a case, a meeting with one open item, and a backlog."""
    body = world.keep(
        operations.add_body(
            cooperation,
            {
                "organisation": Organisation.objects.get(key=f"{side}-forum"),
                "kind": "directors",
                "task": f"{word} opgave",
                "item_days": 18,
            },
            **how,
        ),
        side=side,
    )
    charter = {"text": f"{word} kommissorium", "valid_from": date(2025, 1, 1)}
    world.keep(operations.adopt_charter(body, charter, **how), side=side)
    for key in members:
        seat = world.keep(
            operations.add_seat(
                body,
                {
                    "organisation": Organisation.objects.get(key=key),
                    "function": "member",
                    "valid_from": date(2025, 1, 1),
                },
                **how,
            ),
            key,
            side,
        )
        mandate = operations.give_mandate(
            seat, {"name": f"{word} medlem fra {key}", "valid_from": date(2025, 1, 1)}, **how
        )
        world.keep(mandate, key, side)
    owner = Organisation.objects.get(key=members[0])
    case = world.keep(
        operations.open_case(
            cooperation,
            {"title": f"{word} sag", "summary": f"{word} resumé", "owner": owner},
            **how,
        ),
        members[0],
        side,
    )
    consultation = operations.consult(case, body, authoritative=True, **how)
    world.keep(consultation, members[0], side)
    meeting = world.keep(
        operations.plan_meeting(
            body,
            {"starts_at": STARTS, "ends_at": ENDS, "place": f"{word} sal"},
            **how,
        ),
        side=side,
    )
    section = AgendaSection.objects.filter(meeting=meeting).first()
    assert section is not None
    world.keep(section, side=side)
    item = operations.add_item(
        body,
        {
            "title": f"{word} punkt",
            "purpose": "decision",
            "presentation": f"<p>{word} sagsfremstilling</p>",
            "case": case,
            "consultation": consultation,
            "submitted_by": owner,
        },
        section=section,
        recommendation=[("discuss", f"{word} indstilling")],
        **how,
    )
    _sent_agenda(world, side, item, word, how)
    _held_meeting(world, side, item, word, how)


def _held_meeting(
    world: "World", side: str, draft: AgendaItem, word: str, how: dict[str, Any]
) -> None:
    """A meeting that has been held and closed, something promised, and a round of input."""
    body, owner = draft.body, draft.submitted_by
    assert owner is not None
    meeting = operations.plan_meeting(body, {"starts_at": HELD, "ends_at": HELD_END}, **how)
    section = AgendaSection.objects.get(meeting=meeting, kind="decision")
    operations.add_item(
        body, {"title": f"{word} behandlet punkt", "purpose": "decision"}, section=section, **how
    )
    operations.dispatch_agenda(meeting, **how)
    operations.begin_minutes(meeting, **how)
    for item in meeting.items.all():
        operations.decide(item, "adopted", f"{word} beslutning", **how)
    for excerpt in operations.close_meeting(meeting, **how):
        world.keep(excerpt, side=side)
    meeting.refresh_from_db()
    world.keep(meeting, side=side)
    values = {
        "owner_id": owner.pk,
        "text": f"{word} forpligtelse",
        "due": parse_due_da("ultimo 2022"),
        "due_said": "ultimo 2022",
    }
    world.keep(operations.add_obligation(body, values, **how), owner.key, side)
    asked = {
        "title": f"{word} inputrunde",
        "question": f"{word} spørgsmål",
        "due_on": date(2025, 12, 10),
    }
    round_ = world.keep(operations.open_round(body, asked, **how), side=side)
    operations.give_input(round_, owner.pk, f"{word} input", **how)


def _sent_agenda(
    world: "World", side: str, draft: AgendaItem, word: str, how: dict[str, Any]
) -> None:
    """An earlier meeting with an item and its annex, sent out: what every role may read."""
    owner = draft.submitted_by
    assert owner is not None
    meeting = operations.plan_meeting(draft.body, {"starts_at": SENT, "ends_at": SENT_END}, **how)
    values = {
        "title": f"{word} udsendt punkt",
        "purpose": "orientation",
        "submitted_by_id": owner.pk,
    }
    section = AgendaSection.objects.get(meeting=meeting, kind="orientation")
    item = operations.add_item(draft.body, values, section=section, **how)
    content = f"navn;antal\n{word};7\n".encode()
    annex = operations.add_annex(item, f"{word} bilag", content, "bilag.csv", **how)
    world.keep(operations.dispatch_agenda(meeting, **how), side=side)
    for row in (item, annex, annex.versions.get()):
        row.refresh_from_db()
        world.keep(row, owner.key, side)
