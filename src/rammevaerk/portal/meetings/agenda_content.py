"""An agenda as content: what stands in the rows now, what was sent out, and what differs.

This is the one place that says what goes into a sent agenda. It knows nothing of who may see it:
``queries.agenda`` and ``queries.dispatches`` show of it what an actor may see, item by item.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Dispatch,
    ItemAnnex,
    ItemAnnexVersion,
    Meeting,
    RecommendationPoint,
)

Content = dict[str, Any]
AGENDAS = (Dispatch.Kind.AGENDA, Dispatch.Kind.SUPPLEMENT)
FORMAT = 1
# Before the numbers of closed items and their annexes: «1.L1», «bilag L1».
APART = "L"


def with_parts(items: Any) -> list[AgendaItem]:
    """The items with all that belongs to them, in the order of the agenda: four queries."""
    return list(
        items.select_related("section", "case")
        .prefetch_related(
            Prefetch("recommendation", RecommendationPoint.objects.order_by("position")),
            Prefetch("annexes", ItemAnnex.objects.order_by("position")),
            Prefetch("annexes__versions", ItemAnnexVersion.objects.order_by("-version")),
        )
        .order_by("section__position", "position", "id")
    )


def annex_numbers(items: Sequence[AgendaItem], sent: "Sent") -> dict[int, int | str]:
    """The number of each annex through the meeting; what was sent out keeps its number.

    The annexes of closed items are a series of their own, as the items are; that of an item that
    was closed after it was sent goes there too, unless it went out while the item was open.
    """
    numbers = {
        annex.pk: told
        for item in items
        for annex in item.annexes.all()
        if annex.sent_number is not None
        and (told := sent.annex_number(item.pk, annex.pk)) is not None
    }
    last = dict(sent.last_annexes)
    for item in items:
        for annex in item.annexes.all():
            if annex.pk not in numbers:
                last[item.closed] = last.get(item.closed, 0) + 1
                numbers[annex.pk] = _written(last[item.closed], apart=item.closed)
    return numbers


def _is_apart(number: int | str) -> bool:
    return str(number).startswith(APART)


def annex_figure(number: int | str) -> int:
    """The number of an annex within its series, from how it is written."""
    return int(str(number).removeprefix(APART) or 0)


def item_content(item: AgendaItem, numbers: Mapping[int, int | str]) -> Content:
    """An item as it is sent out; ``numbers`` are those of the annexes by their id, as written."""
    return {
        "id": item.pk,
        "section": item.section.position if item.section else 0,
        "number": item.number,
        "title": item.title,
        "purpose": item.purpose,
        "presenters": item.presenters,
        "presentation": item.presentation,
        "duration": item.duration,
        "closed": item.closed,
        "legal_ground": item.legal_ground,
        "case": _case(item),
        "recommendation": [
            {"verb": str(point.get_verb_display()), "text": point.text}
            for point in item.recommendation.all()
        ],
        "annexes": [_annex(annex, numbers.get(annex.pk)) for annex in item.annexes.all()],
    }


def _written(number: int, *, apart: bool) -> int | str:
    return f"{APART}{number}" if apart else number


def _case(item: AgendaItem) -> Content | None:
    if item.case is None:
        return None
    return {"id": item.case.pk, "number": item.case.number, "title": item.case.title}


def _annex(annex: ItemAnnex, number: int | str | None) -> Content:
    newest = next(iter(annex.versions.all()), None)
    file = newest and {
        "id": newest.pk,
        "version": newest.version,
        "name": newest.name,
        "media_type": newest.media_type,
        "size": newest.size,
        "sha256": newest.sha256,
    }
    return {"id": annex.pk, "number": number, "title": annex.title, "file": file}


@dataclass(frozen=True, slots=True)
class Sent:
    """What has been sent out of an agenda so far: the newest of each item, by its id.

    ``last_positions`` are the highest numbers ever sent out in each section, of open items and of
    closed ones, ``last_annexes`` those of the two series of annexes: what was withdrawn since has
    used its number too.
    """

    items: dict[int, Content]
    version: int
    last_positions: Mapping[tuple[int, bool], int]
    last_annexes: Mapping[bool, int]

    def knows(self, item: AgendaItem) -> bool:
        """Whether the item was sent out under the number that it has now."""
        return item.pk in self.items and self.items[item.pk]["number"] == item.number

    def annex_number(self, item_id: int, annex_id: int) -> int | str | None:
        """The number under which an annex of an item was sent out, as it was written."""
        annexes = self.items[item_id]["annexes"] if item_id in self.items else ()
        return next((one["number"] for one in annexes if one["id"] == annex_id), None)


def sent_so_far(meeting: Meeting) -> Sent:
    """Read together, in their order, the agenda and the supplements that went out."""
    rows = meeting.dispatches.filter(kind__in=AGENDAS).order_by("version")
    return merged(rows)


def merged(dispatches: Iterable[Dispatch]) -> Sent:
    items: dict[int, Content] = {}
    positions: dict[tuple[int, bool], int] = {}
    annexes: dict[bool, int] = {}
    version = 0
    for row in dispatches:
        content = json.loads(row.content)
        for one in content["items"]:
            items[one["id"]] = one
            section, apart, place, _pk = in_agenda_order(one)
            positions[section, apart] = max(place, positions.get((section, apart), 0))
            for annex in one["annexes"]:
                series, number = _is_apart(annex["number"]), annex_figure(annex["number"])
                annexes[series] = max(number, annexes.get(series, 0))
        for gone in content["withdrawn"]:
            items.pop(gone["id"], None)
        version = row.version
    return Sent(items, version, positions, annexes)


@dataclass(frozen=True, slots=True)
class Pending:
    """What stands in the rows and has not gone out."""

    new: tuple[Content, ...]
    changed: tuple[Content, ...]
    withdrawn: tuple[Content, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.withdrawn)

    def state_of(self, item_id: int) -> str:
        """``new``, ``changed`` or "" for an item of the agenda."""
        if any(one["id"] == item_id for one in self.new):
            return "new"
        return "changed" if any(one["id"] == item_id for one in self.changed) else ""


def pending(items: Sequence[Content], sent: Sent, closed: Mapping[int, bool]) -> Pending:
    """What differs from what was sent; ``closed`` says it of the items that left the agenda."""
    here = {one["id"] for one in items}
    return Pending(
        new=tuple(one for one in items if one["id"] not in sent.items),
        changed=tuple(
            one for one in items if one["id"] in sent.items and one != sent.items[one["id"]]
        ),
        withdrawn=tuple(
            {
                "id": pk,
                "number": one["number"],
                "title": one["title"],
                "closed": one["closed"] or closed.get(pk, True),
            }
            for pk, one in sent.items.items()
            if pk not in here
        ),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """An agenda as its rows have it now, beside what was sent out of it."""

    rows: tuple[AgendaItem, ...]
    items: tuple[Content, ...]
    sent: Sent
    pending: Pending


def draft_of(meeting: Meeting) -> Draft:
    """Read the whole agenda, whoever asks; a fixed number of queries."""
    rows = with_parts(AgendaItem.objects.filter(meeting=meeting))
    sent = sent_so_far(meeting)
    numbers = annex_numbers(rows, sent)
    items = [item_content(row, numbers) for row in rows]
    here = {row.pk for row in rows}
    gone = [pk for pk in sent.items if pk not in here]
    closed = dict(AgendaItem.objects.filter(pk__in=gone).values_list("pk", "closed"))
    return Draft(tuple(rows), tuple(items), sent, pending(items, sent, closed))


def document_of(meeting: Meeting, body_name: str, draft: Draft) -> Content:
    """The next document to be sent out: the whole agenda first, then only what is new."""
    first = draft.sent.version == 0
    wanted = draft.pending
    items = draft.items if first else (*wanted.new, *wanted.changed)
    return {
        "format": FORMAT,
        "kind": Dispatch.Kind.AGENDA if first else Dispatch.Kind.SUPPLEMENT,
        "version": draft.sent.version + 1,
        "body": body_name,
        "meeting": {
            "id": meeting.pk,
            "starts_at": meeting.starts_at.isoformat(),
            "ends_at": meeting.ends_at.isoformat(),
            "place": meeting.place,
        },
        "sections": [
            {"position": row.position, "kind": row.kind, "title": row.title}
            for row in meeting.sections.order_by("position")
        ],
        "items": sorted(items, key=in_agenda_order),
        "withdrawn": list(wanted.withdrawn),
    }


def in_agenda_order(content: Mapping[str, Any]) -> tuple[int, bool, int, int]:
    """Sort key of items: 1.2 before 1.10, and both before 1.L1."""
    place = content["number"].partition(".")[2]
    return content["section"], _is_apart(place), annex_figure(place or 0), content["id"]
