"""Planning meetings: when, where, the deadline for items, and what happens when they are moved."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import refuse_changed, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import AgendaSection, Body, Meeting, MeetingMove
from rammevaerk.portal.meetings.operations.items import return_to_backlog

_State = Meeting.State


@transaction.atomic
def plan_meeting(body: Body, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Meeting:
    """Plan a meeting with its three sections; the deadline for items follows the body's rule."""
    authorise(by, Action.AGENDA_EDIT, body)
    given = dict(values)
    held_on = day_of(given["starts_at"])
    _refuse_abolished(body, held_on)
    if given.get("items_due") is None:
        given["items_due"] = items_due(body, held_on)
    _refuse_late_deadline(given["items_due"], held_on)
    meeting = Meeting(body=body, changed_at=at, **given)
    store_new(meeting, Action.AGENDA_EDIT, by=by, at=at)
    for position, (kind, title) in enumerate(AgendaSection.Kind.choices, start=1):
        section = AgendaSection(meeting=meeting, position=position, kind=kind, title=str(title))
        store_new(section, Action.AGENDA_EDIT, by=by, at=at)
    return meeting


def items_due(body: Body, held_on: date) -> date | None:
    """The last day for items of a meeting on a day, by the body's rule; None without a rule."""
    return None if body.item_days is None else held_on - timedelta(days=body.item_days)


def _refuse_abolished(body: Body, held_on: date) -> None:
    if body.abolished(held_on):
        raise ValidationError(
            {
                "starts_at": _("%(body)s er nedlagt fra %(day)s og kan ikke holde møde derefter.")
                % {
                    "body": body.audit_label,
                    "day": date_text_da(body.organisation.valid_to or held_on),
                }
            }
        )


def _refuse_late_deadline(due: date | None, held_on: date) -> None:
    if due is not None and due > held_on:
        raise ValidationError({"items_due": _("Fristen for punkter ligger efter mødet.")})


def _refuse_before_deadline(due: date | None, held_on: date) -> None:
    if due is not None and held_on < due:
        raise ValidationError(
            {
                "starts_at": _(
                    "Mødet ville ligge %(day)s, før fristen for punkter %(due)s. Flyt fristen med,"
                    " eller vælg en senere dag. Intet er gemt."
                )
                % {"day": date_text_da(held_on), "due": date_text_da(due)}
            }
        )


@transaction.atomic
def move_meeting(
    meeting: Meeting,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    items_due: date | None,
    reason: str,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Move a meeting in time or place, with the reason; calendars follow.

    ``seen`` is its fingerprint as it was shown; RevisionConflict when somebody changed it since.
    """
    authorise(by, Action.AGENDA_EDIT, meeting)
    meeting = _open(meeting)
    refuse_changed(meeting, seen)
    held_on = day_of(starts_at)
    _refuse_abolished(meeting.body, held_on)
    _refuse_before_deadline(items_due, held_on)
    if starts_at != meeting.starts_at:
        _log_move(meeting, starts_at, reason, by=by, at=at)
    new = {"starts_at": starts_at, "ends_at": ends_at, "place": place, "items_due": items_due}
    if all(getattr(meeting, name) == value for name, value in new.items()):
        return False
    return _change(meeting, new, by=by, at=at)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: Actor, at: datetime) -> None:
    """Call a meeting off, with the reason. Its items go back to the body's backlog."""
    authorise(by, Action.AGENDA_EDIT, meeting)
    meeting = _open(meeting)
    _log_move(meeting, None, reason, by=by, at=at)
    # Standing items are the meeting's own; the next one writes its own.
    waiting = meeting.items.filter(standing="").order_by("section__position", "position")
    return_to_backlog(list(waiting), by=by, at=at)
    _change(meeting, {"state": _State.CANCELLED}, by=by, at=at)


@transaction.atomic
def revise_meeting(
    meeting: Meeting, values: Mapping[str, Any], *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change the series, the place, the deadline or the remark; the time is ``move_meeting``'s."""
    authorise(by, Action.AGENDA_EDIT, meeting)
    meeting = _open(meeting)
    refuse_changed(meeting, seen)
    _refuse_late_deadline(values.get("items_due"), day_of(meeting.starts_at))
    if all(getattr(meeting, name) == value for name, value in values.items()):
        return False
    return _change(meeting, values, by=by, at=at)


def _open(meeting: Meeting) -> Meeting:
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.over or meeting.state == _State.MINUTING:
        raise ValidationError(
            _("Mødet er «%s» og kan ikke flyttes eller aflyses.") % meeting.get_state_display()
        )
    return meeting


def _log_move(
    meeting: Meeting, now_at: datetime | None, reason: str, *, by: Actor, at: datetime
) -> None:
    move = MeetingMove(
        meeting=meeting,
        was_at=meeting.starts_at,
        now_at=now_at,
        reason=reason,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    store_new(move, Action.AGENDA_EDIT, by=by, at=at)


def _change(meeting: Meeting, values: Mapping[str, Any], *, by: Actor, at: datetime) -> bool:
    # A calendar takes a change only when the number has grown.
    marks = {"sequence": meeting.sequence + 1, "changed_at": at}
    return store_changes(meeting, {**values, **marks}, Action.AGENDA_EDIT, by=by, at=at)
