"""Deciding items, and saying later, with a reason, that a decision was written wrongly."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import RevisionConflict, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import AgendaItem, Decision, FinalMinutes, Meeting
from rammevaerk.portal.meetings.operations.closing import APPROVING, correct_closed
from rammevaerk.portal.meetings.operations.minutes import (
    in_minutes,
    meeting_of,
    minute_to_write,
)
from rammevaerk.portal.meetings.queries.decisions import newest_decision, undecided_items
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.queries.phrases import usual_phrase

_State = Meeting.State
_ORIENTING = (AgendaItem.Purpose.ORIENTATION, AgendaItem.Purpose.WRITTEN)


@transaction.atomic
def decide(
    item: AgendaItem,
    kind: str,
    text: str = "",
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> Decision:
    """Enter what became of an item, and lock it; without a text the usual phrase is used."""
    authorise(by, Action.MINUTES_WRITE, item)
    row = minute_to_write(item, seen, by=by, at=at)
    meeting = meeting_of(item)
    said = text.strip() or usual_phrase(
        item, kind, short_name(meeting.body, on=day_of(meeting.starts_at))
    )
    _whole(item, said)
    store_changes(row, {"text": said, "locked": True}, Action.MINUTES_WRITE, by=by, at=at)
    return _enter(item, 1, kind, said, "", by=by, at=at)


@transaction.atomic
def note_remaining(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Note what only orients and has not been decided; what was begun on keeps its words."""
    authorise(by, Action.MINUTES_WRITE, meeting)
    in_minutes(meeting)
    left = [item for item in undecided_items(meeting) if item.purpose in _ORIENTING]
    for item in left:
        written = getattr(item, "minute", None)
        decide(item, "noted", written.text if written else "", by=by, at=at)
    return len(left)


@transaction.atomic
def revise_decision(
    item: AgendaItem,
    kind: str,
    text: str,
    *,
    reason: str,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Decision:
    """Reopen a decided item with a reason: the next revision, beside those that went before.

    ``seen`` is the revision that was shown; RevisionConflict when there is a newer one. Minutes
    that have been sent out get a new excerpt and are sent out anew; approved ones never change,
    and neither does a decision that approved earlier minutes become another than an approval.
    """
    authorise(by, Action.MINUTES_WRITE, item)
    meeting = Meeting.objects.select_for_update().get(pk=meeting_of(item).pk)
    if meeting.state not in {_State.MINUTING, _State.CLOSED}:
        raise ValidationError(
            _("Mødet er «%s»; beslutningen kan ikke ændres.") % meeting.get_state_display()
        )
    last = newest_decision(item)
    if last is None:
        raise ValidationError(_("Punktet er ikke besluttet endnu."))
    if seen is not None and seen != last.revision:
        raise RevisionConflict(last)
    _whole(item, text)
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor beslutningen ændres.")})
    if (kind, text) == (last.kind, last.text):
        raise ValidationError({"text": _("Beslutningen er den samme; der er ikke rettet noget.")})
    if kind not in APPROVING:
        _refuse_unapproving(item)
    decision = _enter(item, last.revision + 1, kind, text, reason, by=by, at=at)
    store_changes(item.minute, {"text": text}, Action.MINUTES_WRITE, by=by, at=at)
    if meeting.state == _State.CLOSED:
        correct_closed(meeting, item, decision, by=by, at=at)
    return decision


def _whole(item: AgendaItem, said: str) -> None:
    """Refuse words that stop at a colon: «med følgende ændringer:» and then nothing."""
    if said.rstrip().endswith(":"):
        raise ValidationError(
            {
                "text": _("Teksten til punkt %s slutter med et kolon. Skriv resten efter det.")
                % item.number
            }
        )


def _refuse_unapproving(item: AgendaItem) -> None:
    """Minutes that the item made final are final, whatever is said of it afterwards."""
    rows = FinalMinutes.objects.filter(by_item=item).select_related("meeting")
    approved = [_("mødet %s") % date_text_da(day_of(row.meeting.starts_at)) for row in rows]
    if approved:
        raise ValidationError(
            {
                "kind": _(
                    "Med dette punkt blev referatet af %s endeligt, og det kan ikke ændres."
                    " Ordlyden kan rettes, men beslutningen skal blive ved med at være en"
                    " godkendelse. Er der mere at sige om referatet, så gør det under et nyt punkt"
                    " på et kommende møde."
                )
                % _(" og ").join(approved)
            }
        )


def _enter(
    item: AgendaItem, revision: int, kind: str, text: str, reason: str, *, by: Actor, at: datetime
) -> Decision:
    row = Decision(
        item=item,
        revision=revision,
        kind=kind,
        text=text,
        reason=reason,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    return store_new(row, Action.MINUTES_WRITE, by=by, at=at)
