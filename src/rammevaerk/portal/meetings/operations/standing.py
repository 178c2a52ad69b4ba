"""Standing items write themselves: due obligations, earlier minutes, the next meeting."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext as _

from rammevaerk.engine.periods import date_text_da
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
from rammevaerk.portal.meetings.rich_text import clean_html

_OWN_WORDS = re.compile(r"<h[34]>.*", re.DOTALL)
_Standing, _Purpose, _Kind = AgendaItem.Standing, AgendaItem.Purpose, AgendaSection.Kind
# Where each stands, what it is for, and its words when there is nothing to say.
_PLACE = {
    _Standing.MINUTES: (_Kind.DECISION, _Purpose.DECISION),
    _Standing.OBLIGATIONS: (_Kind.DECISION, _Purpose.DISCUSSION),
    _Standing.NEXT_MEETING: (_Kind.UPCOMING, _Purpose.ORIENTATION),
    _Standing.OTHER: (_Kind.UPCOMING, _Purpose.ORIENTATION),
}


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
    if meeting.sent_out:
        return 0
    desk = _Desk(meeting, by, at)
    due = due_at(meeting, on=day_of(at))
    changed = desk.write(_Standing.MINUTES, _minutes_text(meeting), needed=_has_minutes(meeting))
    shared = [view for view in due if not _is_closed(view)]
    changed += desk.write(_Standing.OBLIGATIONS, _obligations_text(shared), needed=bool(shared))
    changed += desk.write_closed([view for view in due if _is_closed(view)])
    begun = meeting.items.filter(standing__in=[_Standing.NEXT_MEETING, _Standing.OTHER]).exists()
    changed += desk.write(_Standing.NEXT_MEETING, _next_text(meeting), needed=not begun)
    changed += desk.write(_Standing.OTHER, None, needed=not begun)
    if _is_next(meeting, at):
        changed += desk.take_written_orientations()
    return changed


@transaction.atomic
def plan_meeting_with_standing_items(
    body: Body, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Meeting:
    """Plan a meeting and write the standing items on its agenda."""
    meeting = plan_meeting(body, values, by=by, at=at)
    fill_standing_items(meeting, by=by, at=at)
    return meeting


@transaction.atomic
def stale_standing_items(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """How many standing items fill_standing_items would make or change; nothing stays stored."""
    changed = fill_standing_items(meeting, by=by, at=at)
    transaction.set_rollback(True)
    return changed


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

    def write(self, standing: str, text: str | None, *, needed: bool) -> int:
        """Put the text into the open standing item; make one where it is needed and missing.

        No text leaves what somebody has written there.
        """
        rows = self.meeting.items.filter(standing=standing, closed=False)
        if (row := rows.first()) is not None:
            return self._rewrite(row, text) if text is not None else 0
        if not needed:
            return 0
        self._add(standing, text or "", {})
        return 1

    def _add(self, standing: str, text: str, more: dict[str, object]) -> AgendaItem:
        kind, purpose = _PLACE[_Standing(standing)]
        values = {
            "title": str(_Standing(standing).label),
            "purpose": purpose,
            "standing": standing,
            "presentation": text,
            **more,
        }
        section = self.section(kind)
        item = add_item(self.meeting.body, values, section=section, by=self.by, at=self.at)
        if standing == _Standing.MINUTES:
            shift_item(item, -item.position, by=self.by, at=self.at)
        return item

    def _rewrite(self, row: AgendaItem, text: str) -> int:
        # What the secretariat has added under a heading of its own stays where it is.
        own = _OWN_WORDS.search(row.presentation)
        new = {"presentation": clean_html(text + (own[0] if own else ""))}
        return int(store_changes(row, new, Action.AGENDA_EDIT, by=self.by, at=self.at))

    def write_closed(self, due: Iterable[ObligationView]) -> int:
        """One closed item for each closed item that an obligation came from, same readers."""
        by_source: dict[AgendaItem, list[ObligationView]] = {}
        for view in due:
            if view.row.item is not None:
                by_source.setdefault(view.row.item, []).append(view)
        written = self.meeting.items.filter(standing=_Standing.OBLIGATIONS, closed=True)
        for row in written.exclude(carried_from__in=by_source):
            self._rewrite(row, _obligations_text([]))
        return sum(self._write_closed(item, views) for item, views in by_source.items())

    def _write_closed(self, source: AgendaItem, views: list[ObligationView]) -> int:
        text = _obligations_text(views)
        rows = self.meeting.items.filter(standing=_Standing.OBLIGATIONS, carried_from=source)
        if (row := rows.first()) is not None:
            return self._rewrite(row, text)
        more = {
            "closed": True,
            "legal_ground": source.legal_ground,
            "carried_from": source,
            "submitted_by_id": source.submitted_by_id,
        }
        item = self._add(_Standing.OBLIGATIONS, text, more)
        readers = source.readers.values_list("organisation_id", "person_id")
        _copy_readers(item, list(readers), by=self.by, at=self.at)
        return 1

    def take_written_orientations(self) -> int:
        waiting = self.meeting.body.items.filter(meeting=None, purpose=_Purpose.WRITTEN)
        section = self.section(_Kind.UPCOMING)
        return sum(
            place_item(item, section, by=self.by, at=self.at)
            for item in waiting.order_by("position")
        )


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
