"""Approving minutes: each seat says yes, or what is wrong; and when they are final."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import Approval, Meeting, Seat
from rammevaerk.portal.meetings.operations.closing import settle_minutes
from rammevaerk.portal.meetings.queries.approvals import answers_to, progress, seats_to_answer
from rammevaerk.portal.meetings.queries.minutes_versions import newest_seen


@transaction.atomic
def answer_minutes(
    meeting: Meeting,
    seat: Seat,
    *,
    approves: bool,
    remark: str = "",
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Approval:
    """Approve the minutes for a seat, or object with what is wrong.

    A seat has one answer to each version of the minutes; a later one takes its place, and both
    are kept. ``seen`` is the number of the version that was read: newer minutes with something
    new to whoever answers must be read first.
    """
    authorise(by, Action.MINUTES_APPROVE, meeting)
    meeting = _awaiting(meeting)
    if seat.pk not in {row.pk for row in seats_to_answer(meeting, by)}:
        raise ValidationError(_("Du har ingen plads, som du kan godkende referatet for."))
    dispatch = newest_seen(meeting, by)
    if dispatch is None:
        raise ValidationError(_("Der er ikke udsendt noget referat."))
    if seen is not None and seen != dispatch.number:
        raise ValidationError(
            _("Referatet er rettet, siden du åbnede det. Læs version %s, og svar igen.")
            % dispatch.number
        )
    if not approves and not remark.strip():
        raise ValidationError({"remark": _("Skriv, hvad der skal rettes i referatet.")})
    last = answers_to(dispatch).get(seat.pk)
    if last is not None and (last.approves, last.remark) == (approves, remark):
        raise ValidationError(_("Det svar er allerede registreret."))
    row = Approval(
        meeting=meeting,
        dispatch=dispatch,
        seat=seat,
        approves=approves,
        remark=remark,
        registered_at=at,
        registered_by_id=by.person_id or 0,
    )
    return store_new(row, Action.MINUTES_APPROVE, by=by, at=at)


@transaction.atomic
def approve_minutes(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    """Make minutes final; from then on they never change.

    Nobody may object, and either every answering seat has approved them, or the body's time limit
    for answers is over. What it was is stored with them.
    """
    authorise(by, Action.MINUTES_WRITE, meeting)
    meeting = _awaiting(meeting)
    standing = progress(meeting, on=day_of(at))
    if standing.hindrance:
        raise ValidationError(f"{standing.text}. {standing.hindrance}")
    settle_minutes(meeting, standing.ground, by=by, at=at)


def _awaiting(meeting: Meeting) -> Meeting:
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state != Meeting.State.CLOSED:
        raise ValidationError(
            _("Mødet er «%s»; der er intet referat til godkendelse.") % meeting.get_state_display()
        )
    return meeting
