"""Standing items write themselves: due obligations, earlier minutes, the next meeting."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_changes
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.templatetags.danish import dato_tid
from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection, Body, Meeting
from rammevaerk.portal.meetings.operations.closing import awaiting_approval
from rammevaerk.portal.meetings.operations.items import add_item, place_item, shift_item
from rammevaerk.portal.meetings.operations.planning import plan_meeting
from rammevaerk.portal.meetings.operations.readers import set_readers
from rammevaerk.portal.meetings.queries.obligations import ObligationView, due_at
from rammevaerk.portal.meetings.rich_text import clean_html, for_page

_OWN_WORDS = re.compile(r"<h[34]>.*", re.DOTALL)
_Standing, _Purpose, _Kind = AgendaItem.Standing, AgendaItem.Purpose, AgendaSection.Kind
# Where each stands, what it is for, and its words when there is nothing to say.
_PLACE = {
    _Standing.MINUTES: (_Kind.DECISION, _Purpose.DECISION),
    _Standing.OBLIGATIONS: (_Kind.DECISION, _Purpose.DISCUSSION),
    _Standing.NEXT_MEETING: (_Kind.UPCOMING, _Purpose.ORIENTATION),
    _Standing.OTHER: (_Kind.UPCOMING, _Purpose.ORIENTATION),
}


@dataclass(frozen=True, slots=True)
class _Step:
    """A standing item that is to be made, where ``item`` is None, or is to say something else."""

    standing: str
    text: str
    item: AgendaItem | None = None
    # The closed item that its words come from; it stands just as closed.
    source: AgendaItem | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What would bring an agenda up to date."""

    steps: tuple[_Step, ...] = ()
    orientations: tuple[AgendaItem, ...] = ()

    def __len__(self) -> int:
        return len(self.steps) + len(self.orientations)


@transaction.atomic
def fill_standing_items(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Bring the standing items of an agenda that has not been sent out up to date.

    Called when a meeting is planned and before it is sent out. A new agenda gets «Punkter til
    næste møde» and «Eventuelt»; earlier minutes and due obligations get their item when there are
    any; written orientations that wait are taken on at the body's next meeting. What came from a
    closed item stands in an item just as closed. Returns how many items were made or changed.
    """
    authorise(by, Action.AGENDA_EDIT, meeting)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    plan = _plan(meeting, at)
    desk = _Desk(meeting, by, at)
    for step in plan.steps:
        desk.carry_out(step)
    for item in plan.orientations:
        place_item(item, desk.section(_Kind.UPCOMING), by=by, at=at)
    return len(plan)


def stale_standing_items(meeting: Meeting, *, at: datetime) -> int:
    """How many standing items ``fill_standing_items`` would make or change; writes nothing."""
    return len(_plan(meeting, at))


def _plan(meeting: Meeting, at: datetime) -> _Plan:
    if meeting.sent_out:
        return _Plan()
    due = due_at(meeting, on=day_of(at))
    shared = [view for view in due if not _is_closed(view)]
    begun = meeting.items.filter(standing__in=[_Standing.NEXT_MEETING, _Standing.OTHER]).exists()
    steps = [
        _shared(meeting, _Standing.MINUTES, _minutes_text(meeting), needed=_has_minutes(meeting)),
        _shared(meeting, _Standing.OBLIGATIONS, _obligations_text(shared), needed=bool(shared)),
        *_closed(meeting, [view for view in due if _is_closed(view)]),
        _shared(meeting, _Standing.NEXT_MEETING, _next_text(meeting), needed=not begun),
        _shared(meeting, _Standing.OTHER, None, needed=not begun),
    ]
    waiting = meeting.body.items.filter(meeting=None, purpose=_Purpose.WRITTEN)
    orientations = waiting.order_by("position") if _is_next(meeting, at) else ()
    return _Plan(tuple(step for step in steps if step is not None), tuple(orientations))


def _shared(meeting: Meeting, standing: str, text: str | None, *, needed: bool) -> _Step | None:
    """The text into the open standing item; a new one where it is needed and missing.

    No text leaves what somebody has written there.
    """
    row = meeting.items.filter(standing=standing, closed=False).first()
    if row is not None:
        return _rewritten(row, text) if text is not None else None
    return _Step(standing, text or "") if needed else None


def _closed(meeting: Meeting, due: Iterable[ObligationView]) -> Iterable[_Step | None]:
    """One closed item for each closed item that an obligation came from, same readers."""
    by_source: dict[AgendaItem, list[ObligationView]] = {}
    for view in due:
        if view.row.item is not None:
            by_source.setdefault(view.row.item, []).append(view)
    rows = meeting.items.filter(standing=_Standing.OBLIGATIONS, closed=True)
    written = {row.carried_from_id: row for row in rows}
    kept = {source.pk for source in by_source}
    for row in rows:
        if row.carried_from_id not in kept:
            yield _rewritten(row, _obligations_text([]))
    for source, views in by_source.items():
        text = _obligations_text(views)
        if source.pk in written:
            yield _rewritten(written[source.pk], text)
        else:
            yield _Step(_Standing.OBLIGATIONS, text, source=source)


def _rewritten(row: AgendaItem, text: str) -> _Step | None:
    # What the secretariat has added under a heading of its own stays where it is.
    own = _OWN_WORDS.search(row.presentation)
    new = for_page(text + (own[0] if own else ""))
    return _Step(row.standing, new, row) if new != row.presentation else None


@transaction.atomic
def plan_meeting_with_standing_items(
    body: Body, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Meeting:
    """Plan a meeting and write the standing items on its agenda."""
    meeting = plan_meeting(body, values, by=by, at=at)
    fill_standing_items(meeting, by=by, at=at)
    return meeting


def refuse_closed_titles(meeting: Meeting) -> None:
    """Raise ValidationError when an open standing item names an item that is closed.

    It was open when the words were written and has been closed since.
    """
    closed = meeting.body.items.filter(closed=True).values_list("title", flat=True)
    titles = [escape(title) for title in closed]
    rows = meeting.items.filter(closed=False).exclude(standing="")
    for row in rows:
        if any(title in row.presentation for title in titles):
            raise ValidationError(
                _(
                    "«%s» nævner et punkt, der er lukket siden. Bring de faste punkter ajour, før"
                    " du udsender."
                )
                % row.title
            )


class _Desk:
    """Writes on one agenda."""

    def __init__(self, meeting: Meeting, by: Actor, at: datetime) -> None:
        self.meeting, self.by, self.at = meeting, by, at

    def section(self, kind: str) -> AgendaSection | None:
        own = self.meeting.sections.filter(kind=kind).order_by("position").first()
        return own or self.meeting.sections.order_by("-position").first()

    def carry_out(self, step: _Step) -> None:
        if step.item is not None:
            new = {"presentation": clean_html(step.text)}
            store_changes(step.item, new, Action.AGENDA_EDIT, by=self.by, at=self.at)
        elif step.source is None:
            self._add(step, {})
        else:
            self._add_closed(step, step.source)

    def _add(self, step: _Step, more: dict[str, object]) -> AgendaItem:
        kind, purpose = _PLACE[_Standing(step.standing)]
        values = {
            "title": str(_Standing(step.standing).label),
            "purpose": purpose,
            "standing": step.standing,
            "presentation": step.text,
            **more,
        }
        section = self.section(kind)
        item = add_item(self.meeting.body, values, section=section, by=self.by, at=self.at)
        if step.standing == _Standing.MINUTES:
            shift_item(item, -item.position, by=self.by, at=self.at)
        return item

    def _add_closed(self, step: _Step, source: AgendaItem) -> None:
        more = {
            "closed": True,
            "legal_ground": source.legal_ground,
            "carried_from": source,
            "submitted_by_id": source.submitted_by_id,
        }
        item = self._add(step, more)
        readers = source.readers.values_list("organisation_id", "person_id")
        _copy_readers(item, list(readers), by=self.by, at=self.at)


def _copy_readers(
    item: AgendaItem, readers: list[tuple[int | None, int | None]], *, by: Actor, at: datetime
) -> None:
    organisations = [pk for pk, _person in readers if pk is not None]
    people = [pk for _organisation, pk in readers if pk is not None]
    set_readers(item, organisations, people, by=by, at=at)


def _is_closed(view: ObligationView) -> bool:
    return view.row.item is not None and view.row.item.closed


def _is_next(meeting: Meeting, at: datetime) -> bool:
    """Whether no other meeting of the body that is yet to come and be sent out lies before it."""
    before = meeting.body.meetings.filter(
        starts_at__gte=at,
        starts_at__lt=meeting.starts_at,
        state__in=[Meeting.State.DRAFT, Meeting.State.REVIEW],
    )
    return not before.exists()


def _obligations_text(due: Iterable[ObligationView]) -> str:
    views = list(due)
    if not views:
        return format_html("<p>{}</p>", _("Ingen forpligtelser er forfaldne til mødet."))
    rows = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        (
            (
                f"{view.row.text} {view.check.text_da}".strip() if view.check else view.row.text,
                f"{view.owner}{_by(view)}",
                view.due_text,
                date_text_da(view.row.agreed_on),
            )
            for view in views
        ),
    )
    head = format_html_join(
        "",
        '<th scope="col">{}</th>',
        ((word,) for word in (_("Forpligtelse"), _("Ansvarlig"), _("Frist"), _("Aftalt"))),
    )
    return format_html(
        "<p>{}</p><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        _("Følgende er aftalt på tidligere møder, og fristen er nået på mødedagen."),
        head,
        rows,
    )


def _by(view: ObligationView) -> str:
    return _(" ved %s") % view.row.owner_name if view.row.owner_name else ""


def _has_minutes(meeting: Meeting) -> bool:
    return bool(awaiting_approval(meeting))


def _minutes_text(meeting: Meeting) -> str:
    waiting = awaiting_approval(meeting)
    if not waiting:
        return format_html("<p>{}</p>", _("Alle tidligere referater er godkendt."))
    return format_html(
        "<p>{}</p><ul>{}</ul>",
        _("Følgende referater er sendt ud og er ikke godkendt endnu:"),
        format_html_join(
            "",
            "<li>{}</li>",
            ((_("mødet %s") % date_text_da(day_of(one.starts_at)),) for one in waiting),
        ),
    )


def _next_text(meeting: Meeting) -> str:
    rows = meeting.body.meetings.filter(starts_at__gt=meeting.starts_at)
    following = rows.exclude(state=Meeting.State.CANCELLED).order_by("starts_at").first()
    if following is None:
        when = format_html("<p>{}</p>", _("Næste møde er ikke planlagt endnu."))
    else:
        where = _(", %s") % following.place if following.place else ""
        text = _("Næste møde er %s") % dato_tid(following.starts_at) + where + "."
        if following.items_due:
            text += " " + _("Frist for punkter er %s.") % date_text_da(following.items_due)
        when = format_html("<p>{}</p>", text)
    return when + _expected(meeting, following)


def _expected(meeting: Meeting, following: Meeting | None) -> str:
    """What is expected on the next agenda; closed items are not spoken of."""
    waiting = list(
        meeting.body.items.filter(meeting=None, closed=False, standing="").order_by("position")
    )
    if following is not None:
        taken = following.items.filter(closed=False, standing="")
        waiting = [*taken.order_by("section__position", "position"), *waiting]
    waiting = [item for item in waiting if item.purpose != _Purpose.WRITTEN]
    if not waiting:
        return format_html("<p>{}</p>", _("Der er ingen ventende punkter."))
    return format_html(
        "<p>{}</p><ul>{}</ul>",
        _("Punkter, der ventes på dagsordenen:"),
        format_html_join("", "<li>{}</li>", ((item.title,) for item in waiting)),
    )
