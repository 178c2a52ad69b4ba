"""Reads of approvals: who may answer for which seat, and what the seats have said."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import Approval, Dispatch, FinalMinutes, Meeting, Seat
from rammevaerk.portal.meetings.queries.names import names_of

# Those who observe or write do not answer for what was decided.
_SILENT = (Seat.Function.OBSERVER, Seat.Function.SECRETARY)


@dataclass(frozen=True, slots=True)
class SeatAnswer:
    """What one seat has said of the newest minutes; ``answer`` is None while it has not."""

    seat: Seat
    name: str
    answer: Approval | None

    @property
    def kind(self) -> str:
        if self.answer is None:
            return "planned"
        return "approved" if self.answer.approves else "warning"


def newest_minutes(meeting: Meeting) -> Dispatch | None:
    rows = meeting.dispatches.filter(kind=Dispatch.Kind.MINUTES)
    return rows.order_by("-version").first()


def final_minutes(meeting: Meeting) -> FinalMinutes | None:
    return FinalMinutes.objects.filter(meeting=meeting).first()


def answers_to(dispatch: Dispatch) -> dict[int, Approval]:
    """The newest answer of each seat to one version of the minutes, by seat."""
    rows = Approval.objects.filter(dispatch=dispatch).order_by("registered_at", "id")
    return {row.seat_id: row for row in rows}


def counting_answers(meeting: Meeting) -> dict[int, Approval]:
    """What each seat says of the newest minutes, by seat.

    An approval is of the version it was given to. An objection stands against every later
    version until the same seat answers again: that something was corrected does not tell that
    it was this.
    """
    newest = newest_minutes(meeting)
    rows = Approval.objects.filter(meeting=meeting).order_by("registered_at", "id")
    last = {row.seat_id: row for row in rows}
    return {
        seat: row
        for seat, row in last.items()
        if not row.approves or (newest is not None and row.dispatch_id == newest.pk)
    }


def objections_to(meeting: Meeting) -> list[Approval]:
    """The objections that stand against the newest minutes."""
    return [row for row in counting_answers(meeting).values() if not row.approves]


def answering_seats(meeting: Meeting) -> list[Seat]:
    """The seats that answer for the minutes: the body's members on the day of the meeting."""
    on = day_of(meeting.starts_at)
    held = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    rows = meeting.body.seats.filter(held).exclude(function__in=_SILENT)
    return list(rows.select_related("organisation").prefetch_related("mandates"))


def seats_to_answer(meeting: Meeting, actor: Actor) -> list[Seat]:
    """The seats the actor answers for: his own mandate's, and as director his organisation's."""
    if actor.person_id is None:
        return []
    on = day_of(meeting.starts_at)
    return [
        seat
        for seat in answering_seats(meeting)
        if (actor.role is Role.DIRECTOR and seat.organisation_id == actor.organisation_id)
        or any(one.person_id == actor.person_id and one.holds(on) for one in seat.mandates.all())
    ]


def answers(meeting: Meeting) -> list[SeatAnswer]:
    """Every answering seat with its answer to the newest minutes: objections first."""
    given = counting_answers(meeting)
    seats = answering_seats(meeting)
    names = names_of((seat.organisation_id for seat in seats), on=day_of(meeting.starts_at))
    rows = [SeatAnswer(seat, names[seat.organisation_id], given.get(seat.pk)) for seat in seats]
    rank = {"warning": 0, "planned": 1, "approved": 2}
    return sorted(rows, key=lambda row: (rank[row.kind], row.name.casefold()))


def former_answers(meeting: Meeting) -> list[Approval]:
    """Answers that no longer count: to earlier versions, or replaced by a later one."""
    counting = {row.pk for row in counting_answers(meeting).values()}
    rows = meeting.approvals.select_related("seat", "dispatch", "registered_by")
    return [row for row in rows.order_by("-registered_at", "-id") if row.pk not in counting]


def awaiting_answer(actor: Actor, *, since: datetime) -> list[Meeting]:
    """Closed meetings since a moment whose minutes the actor has not answered yet."""
    if actor.scope(Action.MINUTES_APPROVE) is None:
        return []
    rows = visible(Meeting.objects.filter(state=Meeting.State.CLOSED), actor, Action.MEETING_READ)
    found = []
    for meeting in rows.filter(starts_at__gte=since).select_related("body__organisation"):
        newest = newest_minutes(meeting)
        given = answers_to(newest) if newest else {}
        if any(seat.pk not in given for seat in seats_to_answer(meeting, actor)):
            found.append(meeting)
    return found
