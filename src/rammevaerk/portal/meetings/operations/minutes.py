"""Writing minutes: who was there, what is said of each item, until it is decided."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import canonical, record, snapshot
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import (
    RevisionConflict,
    fingerprint,
    refuse_changed,
    store_changes,
    store_new,
)
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Attendance,
    ItemAttendance,
    Meeting,
    MinuteText,
)
from rammevaerk.portal.meetings.queries.bodies import body_view

_State = Meeting.State
# What the form of an item without a text of its own remembers of it.
UNWRITTEN = "new"


@transaction.atomic
def begin_minutes(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    """Begin the minutes of a meeting that has been sent out, with those who sit in its seats."""
    authorise(by, Action.MINUTES_WRITE, meeting)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state != _State.DISPATCHED:
        raise ValidationError(
            _("Mødet er «%s». Referatet begyndes, når dagsordenen er sendt ud.")
            % meeting.get_state_display()
        )
    held_on = day_of(meeting.starts_at)
    if held_on > day_of(at):
        raise ValidationError(
            _("Mødet er først %s; referatet begyndes på mødedagen.") % date_text_da(held_on)
        )
    for view in body_view(meeting.body, on=held_on).seats:
        mandate = view.holder or view.deputy
        if mandate is not None:
            row = Attendance(
                meeting=meeting,
                seat=view.seat,
                name=mandate.name,
                organisation_id=view.seat.organisation_id,
                state=Attendance.State.PRESENT,
            )
            store_new(row, Action.MINUTES_WRITE, by=by, at=at)
    store_changes(meeting, {"state": _State.MINUTING}, Action.MINUTES_WRITE, by=by, at=at)


def in_minutes(meeting: Meeting) -> Meeting:
    """The meeting, locked for its minutes; two who write wait here for each other."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state != _State.MINUTING:
        raise ValidationError(
            _("Mødet er «%s»; der kan ikke skrives i referatet.") % meeting.get_state_display()
        )
    return meeting


def meeting_of(item: AgendaItem) -> Meeting:
    """The meeting an item stands on; ValidationError for one in the backlog."""
    if item.meeting is None:
        raise ValidationError(_("Punktet står ikke på en dagsorden."))
    return item.meeting


@transaction.atomic
def set_attendance(
    meeting: Meeting,
    changes: Mapping[int, tuple[str, str]],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Say who came: (state, substitute) by the row's id. Returns how many rows changed.

    ``seen`` is the ``attendance_mark`` as it was shown; RevisionConflict when it is another.
    """
    authorise(by, Action.MINUTES_WRITE, meeting)
    meeting = in_minutes(meeting)
    if seen is not None and seen != attendance_mark(meeting):
        raise RevisionConflict(meeting)
    rows = {row.pk: row for row in meeting.attendances.filter(pk__in=changes)}
    changed = 0
    for pk in rows:
        state, substitute = changes[pk]
        replaced = state == Attendance.State.SUBSTITUTE
        if replaced and not substitute:
            raise ValidationError({f"substitute_{pk}": _("Skriv, hvem der mødte i stedet.")})
        values = {"state": state, "substitute": substitute if replaced else ""}
        changed += store_changes(rows[pk], values, Action.MINUTES_WRITE, by=by, at=at)
    return changed


def attendance_mark(meeting: Meeting) -> str:
    """What the form of the attendance remembers of it."""
    rows = [snapshot(row) for row in meeting.attendances.order_by("pk")]
    return hashlib.sha256(canonical(rows).encode()).hexdigest()[:16]


@transaction.atomic
def add_guest(meeting: Meeting, name: str, *, by: Actor, at: datetime) -> Attendance:
    """Enter somebody who came without a seat."""
    authorise(by, Action.MINUTES_WRITE, meeting)
    row = Attendance(meeting=in_minutes(meeting), name=name, state=Attendance.State.PRESENT)
    return store_new(row, Action.MINUTES_WRITE, by=by, at=at)


@transaction.atomic
def remove_guest(meeting: Meeting, guest_id: int, *, by: Actor, at: datetime) -> None:
    """Take a guest out again who was not there after all."""
    authorise(by, Action.MINUTES_WRITE, meeting)
    row = in_minutes(meeting).attendances.filter(seat=None, pk=guest_id).first()
    if row is None:
        raise ValidationError(_("Gæsten er allerede fjernet."))
    if row.exceptions.exists():
        raise ValidationError(_("%s er nævnt ved et punkt; fjern det først dér.") % row.name)
    record(by, Action.MINUTES_WRITE, row, at=at, before=snapshot(row), removed=True)
    row.delete()


@transaction.atomic
def except_from_item(
    item: AgendaItem,
    attendance_id: int,
    *,
    state: str,
    note: str = "",
    by: Actor,
    at: datetime,
) -> ItemAttendance:
    """Say that somebody was not there for an item, was replaced, or had a conflict of interest."""
    authorise(by, Action.MINUTES_WRITE, item)
    meeting = in_minutes(meeting_of(item))
    _refuse_decided(item)
    attendance = meeting.attendances.filter(pk=attendance_id).first()
    if attendance is None:
        raise ValidationError({"attendance": _("Vælg en af deltagerne.")})
    if item.attendances.filter(attendance=attendance).exists():
        raise ValidationError({"attendance": _("%s er allerede nævnt.") % attendance.name})
    if state == ItemAttendance.State.SUBSTITUTE and not note:
        raise ValidationError({"note": _("Skriv, hvem der mødte i stedet.")})
    row = ItemAttendance(item=item, attendance=attendance, state=state, note=note)
    return store_new(row, Action.MINUTES_WRITE, by=by, at=at)


@transaction.atomic
def drop_exception(item: AgendaItem, exception_id: int, *, by: Actor, at: datetime) -> None:
    """Take back what was said of somebody's presence at an item."""
    authorise(by, Action.MINUTES_WRITE, item)
    in_minutes(meeting_of(item))
    _refuse_decided(item)
    row = item.attendances.filter(pk=exception_id).first()
    if row is None:
        raise ValidationError(_("Bemærkningen er allerede fjernet."))
    record(by, Action.MINUTES_WRITE, row, at=at, before=snapshot(row), removed=True)
    row.delete()


def _refuse_decided(item: AgendaItem) -> None:
    if item.decisions.exists():
        raise ValidationError(_("Punktet er besluttet. Ret det som en ændring med en begrundelse."))


def mark_of(item: AgendaItem) -> str:
    """What a form remembers of an item's minutes, to tell whether somebody wrote meanwhile."""
    row = MinuteText.objects.filter(item=item).first()
    return fingerprint(row) if row else UNWRITTEN


def minute_to_write(item: AgendaItem, seen: str | None, *, by: Actor, at: datetime) -> MinuteText:
    """The item's minutes, made when there are none, inside a transaction.

    RevisionConflict when they are not what was seen, ValidationError when the item is decided.
    """
    in_minutes(meeting_of(item))
    row = MinuteText.objects.filter(item=item).first()
    if row is None:
        return store_new(MinuteText(item=item), Action.MINUTES_WRITE, by=by, at=at)
    refuse_changed(row, seen)
    if row.locked:
        _refuse_decided(item)
    return row


@transaction.atomic
def write_minute(
    item: AgendaItem, text: str, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Keep what has been written of an item so far; ``seen`` is ``mark_of`` as it was shown."""
    authorise(by, Action.MINUTES_WRITE, item)
    row = minute_to_write(item, seen, by=by, at=at)
    return store_changes(row, {"text": text}, Action.MINUTES_WRITE, by=by, at=at)
