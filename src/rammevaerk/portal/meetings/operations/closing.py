"""Closing a meeting: excerpts, the minutes word for word, and what goes on to a later meeting."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import draft_of
from rammevaerk.portal.meetings.minutes_content import (
    excerpt_content,
    minutes_content,
    newest_decisions,
    sealed,
)
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Body,
    Decision,
    DecisionKind,
    Dispatch,
    Excerpt,
    FinalMinutes,
    Meeting,
)
from rammevaerk.portal.meetings.operations.carrying import carry_item
from rammevaerk.portal.meetings.operations.minutes import in_minutes
from rammevaerk.portal.meetings.queries.decisions import agenda_order, undecided_items
from rammevaerk.portal.meetings.queries.names import short_name

# What a meeting says of earlier minutes that makes them final.
APPROVING = (DecisionKind.ADOPTED, DecisionKind.AMENDED)


class Undecided(ValidationError):
    """A meeting cannot be closed while these items are undecided."""

    def __init__(self, items: Sequence[AgendaItem]) -> None:
        self.items = items
        numbers = ", ".join(item.number for item in items)
        super().__init__(
            _("Mødet kan ikke afsluttes: punkt %s er ikke besluttet.") % numbers, code="undecided"
        )


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Actor, at: datetime) -> list[Excerpt]:
    """Close a meeting: a numbered excerpt of each decision, and the minutes as they stand.

    Raises Undecided while an item is undecided. What was postponed goes back to the backlog, and
    minutes that the meeting approved are final. All of it happens, or nothing.
    """
    authorise(by, Action.MINUTES_WRITE, meeting)
    meeting = in_minutes(meeting)
    if left := undecided_items(meeting):
        raise Undecided(left)
    _refuse_unsent(meeting)
    items = agenda_order(meeting)
    decisions = newest_decisions(items)
    excerpts = [_issue_excerpt(meeting, item, decisions[item.pk], by=by, at=at) for item in items]
    for item in items:
        # What was taken up without having been sent out is sent out with the minutes.
        values = {"dispatched": True, "sent_closed": item.sent_closed or item.closed}
        store_changes(item, values, Action.MINUTES_WRITE, by=by, at=at)
        _follow(meeting, item, decisions[item.pk], by=by, at=at)
    _send_minutes(meeting, by=by, at=at)
    closed = {"state": Meeting.State.CLOSED}
    store_changes(meeting, closed, Action.MINUTES_WRITE, by=by, at=at)
    return excerpts


def _refuse_unsent(meeting: Meeting) -> None:
    """What was decided must be what the members were sent."""
    unsent = draft_of(meeting).pending
    if numbers := [one["number"] for one in (*unsent.changed, *unsent.withdrawn)]:
        raise ValidationError(
            _(
                "Punkt %s er ændret, siden dagsordenen blev sendt ud. Udsend ændringen som tillæg,"
                " og afslut så mødet."
            )
            % ", ".join(numbers)
        )


def correct_closed(
    meeting: Meeting, item: AgendaItem, decision: Decision, *, by: Actor, at: datetime
) -> None:
    """Send minutes out anew after a decision was corrected; called by ``revise_decision``."""
    _issue_excerpt(meeting, item, decision, by=by, at=at)
    _follow(meeting, item, decision, by=by, at=at)
    _send_minutes(meeting, by=by, at=at)


def _issue_excerpt(
    meeting: Meeting, item: AgendaItem, decision: Decision, *, by: Actor, at: datetime
) -> Excerpt:
    # Two meetings of one body that close at once wait here for each other.
    body = Body.objects.select_for_update().get(pk=meeting.body_id)
    on = day_of(meeting.starts_at)
    series = body.excerpts.filter(year=on.year, closed=item.closed)
    serial = (series.aggregate(last=Max("serial"))["last"] or 0) + 1
    mark = "L" if item.closed else ""
    number = f"{short_name(body, on=on)} {on.year}-{mark}{serial:03d}"
    former = item.excerpts.order_by("-decision__revision").first()
    content, sha256 = sealed(
        excerpt_content(
            item,
            decision,
            number=number,
            replaces=former.number if former else "",
            meeting=meeting,
        )
    )
    row = Excerpt(
        body=body,
        item=item,
        decision=decision,
        year=on.year,
        closed=item.closed,
        serial=serial,
        number=number,
        content=content,
        sha256=sha256,
        registered_at=at,
    )
    return store_new(row, Action.MINUTES_WRITE, by=by, at=at)


def _send_minutes(meeting: Meeting, *, by: Actor, at: datetime) -> Dispatch:
    sent = meeting.dispatches.filter(kind=Dispatch.Kind.MINUTES)
    version = (sent.aggregate(last=Max("version"))["last"] or 0) + 1
    content, sha256 = sealed(minutes_content(meeting, version))
    row = Dispatch(
        meeting=meeting,
        kind=Dispatch.Kind.MINUTES,
        version=version,
        content=content,
        sha256=sha256,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    return store_new(row, Action.MINUTES_WRITE, by=by, at=at)


def _follow(
    meeting: Meeting, item: AgendaItem, decision: Decision, *, by: Actor, at: datetime
) -> None:
    """What a decision brings with it: another meeting for the item, or final earlier minutes."""
    goes_on = decision.kind == DecisionKind.POSTPONED and not item.standing
    if goes_on and not item.carried_to.exists():
        carry_item(item, None, by=by, at=at)
    if item.standing == AgendaItem.Standing.MINUTES and decision.kind in APPROVING:
        for earlier in _put_to(meeting):
            settle_minutes(
                earlier,
                _("Godkendt på mødet %s") % date_text_da(day_of(meeting.starts_at)),
                item=item,
                by=by,
                at=at,
            )


def awaiting_approval(meeting: Meeting) -> list[Meeting]:
    """The body's earlier meetings whose minutes nobody has approved for good yet."""
    rows = Meeting.objects.filter(
        body_id=meeting.body_id, starts_at__lt=meeting.starts_at, state=Meeting.State.CLOSED
    )
    return list(rows.order_by("starts_at"))


def _put_to(meeting: Meeting) -> list[Meeting]:
    """Of those, the ones whose newest minutes were there when the agenda last went out."""
    sent = meeting.dispatches.exclude(kind=Dispatch.Kind.MINUTES).order_by("version").last()
    if sent is None:
        return []
    # Locked: a correction that comes meanwhile waits, and finds the minutes final.
    rows = Meeting.objects.select_for_update().filter(
        pk__in=[earlier.pk for earlier in awaiting_approval(meeting)]
    )
    newest = {row.pk: row.dispatches.filter(kind=Dispatch.Kind.MINUTES).last() for row in rows}
    return [row for row in rows if (minutes := newest[row.pk]) is not None and minutes.pk < sent.pk]


def settle_minutes(
    meeting: Meeting, how: str, *, item: AgendaItem | None = None, by: Actor, at: datetime
) -> None:
    """Make the newest minutes of a meeting final; called by operations that may."""
    newest = meeting.dispatches.filter(kind=Dispatch.Kind.MINUTES).order_by("-version").first()
    row = FinalMinutes(
        meeting=meeting,
        dispatch=newest,
        by_item=item,
        source=how,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    store_new(row, Action.MINUTES_WRITE, by=by, at=at)
    final = {"state": Meeting.State.APPROVED}
    store_changes(meeting, final, Action.MINUTES_WRITE, by=by, at=at)
