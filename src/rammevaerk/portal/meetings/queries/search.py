"""Search in the items of meetings: only in what the one who searches may see, as he may see it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from django.db.models import Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import (
    AGENDAS,
    Content,
    Sent,
    item_content,
    merged,
    with_parts,
)
from rammevaerk.portal.meetings.models import AgendaItem, Case, Dispatch
from rammevaerk.portal.meetings.rich_text import plain_lines

MOST = 100
_AROUND = 90


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that was found, and the words around what was searched for."""

    item_id: int
    number: str
    title: str
    body_name: str
    starts_at: datetime | None
    excerpt: str
    closed: bool


def search_items(actor: Actor, text: str) -> list[Hit]:
    """The items in whose title, presentation or case every word stands, the newest first.

    Words are compared without regard to capitals, Danish letters too.
    """
    words = text.casefold().split()
    if not words:
        return []
    seen = visible(AgendaItem.objects.all(), actor, Action.MEETING_READ)
    drafts = visible(AgendaItem.objects.all(), actor, Action.AGENDA_EDIT)
    as_sent = seen.filter(dispatched=True).exclude(pk__in=drafts.values("pk"))
    as_written = seen.exclude(pk__in=as_sent.values("pk"))
    cases = set(visible(Case.objects.all(), actor, Action.CASE_READ).values_list("pk", flat=True))
    found = [
        (row, content)
        for row, content in (*_written(as_written, words), *_sent(as_sent, words))
        if all(word in _text(content, cases).casefold() for word in words)
    ]
    found.sort(key=lambda pair: _newest_first(pair[0]), reverse=True)
    return _hits(found[:MOST], words, cases)


def _newest_first(row: AgendaItem) -> tuple[bool, float, int]:
    starts = row.meeting.starts_at.timestamp() if row.meeting else 0.0
    return row.meeting is None, starts, row.pk


def _written(
    rows: "QuerySet[AgendaItem]", words: Sequence[str]
) -> Iterable[tuple[AgendaItem, Content]]:
    longest = max(words, key=len)
    wanted = Q()
    for form in _spellings(longest):
        wanted |= Q(title__icontains=form) | Q(case__title__icontains=form)
        wanted |= Q(case__number__icontains=form)
        wanted |= Q(presentation__icontains=escape(form, quote=False))
    for row in with_parts(rows.filter(wanted).select_related("meeting", "body")):
        yield row, item_content(row, {})


def _sent(
    rows: "QuerySet[AgendaItem]", words: Sequence[str]
) -> Iterable[tuple[AgendaItem, Content]]:
    longest = max(words, key=len)
    wanted = Q()
    for form in _spellings(longest):
        for marked in (form, escape(form, quote=False)):
            wanted |= Q(content__icontains=json.dumps(marked, ensure_ascii=False)[1:-1])
    agendas = Dispatch.objects.filter(kind__in=AGENDAS, meeting_id__in=rows.values("meeting_id"))
    meetings = set(agendas.filter(wanted).values_list("meeting_id", flat=True))
    sent = _sent_by_meeting(agendas.filter(meeting_id__in=meetings).order_by("version"))
    for row in rows.filter(meeting_id__in=meetings).select_related("meeting", "section", "body"):
        content = sent[row.meeting_id or 0].items.get(row.pk)
        if content is not None:
            yield row, content


def _sent_by_meeting(dispatches: Iterable[Dispatch]) -> dict[int, Sent]:
    groups: dict[int, list[Dispatch]] = {}
    for row in dispatches:
        groups.setdefault(row.meeting_id, []).append(row)
    return {meeting_id: merged(rows) for meeting_id, rows in groups.items()}


def _spellings(word: str) -> set[str]:
    # SQLite disregards the capitals of A to Z only: the database narrows by the usual spellings,
    # and the words are compared properly afterwards.
    return {word, word.upper(), word.capitalize()}


def _text(content: Content, cases: set[int]) -> str:
    case = content["case"]
    known = f"{case['number']} {case['title']}" if case and case["id"] in cases else ""
    return " ".join([content["title"], known, *plain_lines(content["presentation"])])


def _hits(
    found: Sequence[tuple[AgendaItem, Content]], words: Sequence[str], cases: set[int]
) -> list[Hit]:
    names: dict[int, str] = {}
    if found:
        days = [row.meeting.starts_at for row, _content in found if row.meeting]
        ids = sorted({row.body.organisation_id for row, _content in found})
        names = names_on(ids, on=day_of(max(days)) if days else date.max, short=True)
    return [
        Hit(
            item_id=row.pk,
            number=content["number"],
            title=content["title"],
            body_name=names[row.body.organisation_id],
            starts_at=row.meeting.starts_at if row.meeting else None,
            excerpt=_excerpt(_text({**content, "title": ""}, cases).strip(), words),
            closed=content["closed"],
        )
        for row, content in found
    ]


def _excerpt(text: str, words: Sequence[str]) -> str:
    """Whole words around the first of those that were searched for."""
    place = min((n for word in words if (n := text.casefold().find(word)) >= 0), default=0)
    start = text.find(" ", place - _AROUND, place) + 1 if place > _AROUND else 0
    end = text.rfind(" ", place, place + 2 * _AROUND) if len(text) > place + 2 * _AROUND else -1
    shown = text[start : end if end > place else len(text)].strip()
    return f"{'… ' if start else ''}{shown}{' …' if end > place else ''}"
