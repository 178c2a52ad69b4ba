"""Reads of approvals: who may answer for which seat, and what the seats have said."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Approval,
    Dispatch,
    FinalMinutes,
    Meeting,
    Seat,
)
from rammevaerk.portal.meetings.queries.minutes_versions import (
    changed_between,
    newest_minutes,
    newest_seen,
)
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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the approval of minutes has come on a day; ``due`` is the last day to answer."""

    seats: int
    answered: int
    objections: int
    due: date | None
    on: date

    @property
    def text(self) -> str:
        """«Svarfrist 12. marts 2026; 3 af 5 har svaret»."""
        words = {"answered": self.answered, "seats": self.seats}
        if self.due is None:
            return _("Ingen svarfrist; %(answered)s af %(seats)s har svaret") % words
        return _("Svarfrist %(due)s; %(answered)s af %(seats)s har svaret") % {
            **words,
            "due": date_text_da(self.due),
        }

    @property
    def ground(self) -> str:
        """Why the minutes may be made final; empty while they may not."""
        if self.objections:
            return ""
        if self.seats and self.answered == self.seats:
            return _("Alle pladser har godkendt")
        if self.due is not None and self.due < self.on:
            return _("Ingen indsigelser ved svarfristens udløb %s") % date_text_da(self.due)
        return ""

    @property
    def hindrance(self) -> str:
        """Why they may not yet; empty when they may."""
        if self.ground:
            return ""
        if self.objections:
            return _(
                "Der er indsigelser mod referatet. Ret det, eller lad det næste møde godkende det"
                " under det faste punkt."
            )
        if self.due is None:
            return _(
                "Forummet har ingen svarfrist: referatet kan først markeres som godkendt, når alle"
                " pladser har godkendt det. Ellers kan det næste møde godkende det."
            )
        return _(
            "Referatet kan markeres som godkendt, når alle pladser har godkendt det, eller når"
            " svarfristen er udløbet uden indsigelser."
        )


def progress(meeting: Meeting, *, on: date, read: Dispatch | None = None) -> Progress:
    """Where the approval stands on a day.

    ``read`` is the version that is looked at, when it is not the newest: to somebody who may not
    see what was corrected since, the answers and the time limit are those of the one he has.
    """
    minutes = read or newest_minutes(meeting)
    given = counting_answers(meeting, read=minutes)
    seats = {seat.pk for seat in answering_seats(meeting)}
    days = meeting.body.approval_days
    return Progress(
        seats=len(seats),
        answered=len(seats & given.keys()),
        objections=sum(1 for row in given.values() if not row.approves),
        due=day_of(minutes.registered_at) + timedelta(days=days)
        if minutes is not None and days is not None
        else None,
        on=on,
    )


def final_minutes(meeting: Meeting) -> FinalMinutes | None:
    return FinalMinutes.objects.filter(meeting=meeting).first()


def answers_to(dispatch: Dispatch) -> dict[int, Approval]:
    """The newest answer of each seat to one version of the minutes, by seat."""
    rows = Approval.objects.filter(dispatch=dispatch).order_by("registered_at", "id")
    return {row.seat_id: row for row in rows}


def counting_answers(meeting: Meeting, *, read: Dispatch | None = None) -> dict[int, Approval]:
    """What each seat says of the newest minutes, or of an earlier version, by seat.

    An approval is of the version it was given to, and of a later one when nothing has changed
    that whoever approved may see: to ask him again would tell of what is closed. An objection
    stands against every later version until the same seat answers again: that something was
    corrected does not tell that it was this.
    """
    minutes = read or newest_minutes(meeting)
    rows = Approval.objects.filter(meeting=meeting).select_related("seat", "dispatch")
    last = {row.seat_id: row for row in rows.order_by("registered_at", "id")}
    return {
        seat: row
        for seat, row in last.items()
        if not row.approves or (minutes is not None and _covers(row, minutes))
    }


def _covers(answer: Approval, minutes: Dispatch) -> bool:
    """Whether an approval says what it says of these minutes too."""
    if answer.dispatch.version >= minutes.version:
        return True
    organisations = set(answer.registered_by.assignments.values_list("organisation_id", flat=True))
    organisations.add(answer.seat.organisation_id)
    readable = (
        Q(closed=False)
        | Q(submitted_by_id__in=organisations)
        | Q(readers__organisation_id__in=organisations)
        | Q(readers__person_id=answer.registered_by_id)
    )
    changed = AgendaItem.objects.filter(pk__in=changed_between(answer.dispatch, minutes))
    return not changed.filter(readable).exists()


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


def answers(meeting: Meeting, *, read: Dispatch | None = None) -> list[SeatAnswer]:
    """Every answering seat with its answer to the minutes: objections first."""
    given = counting_answers(meeting, read=read)
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
        newest = newest_seen(meeting, actor)
        given = answers_to(newest) if newest else {}
        if any(seat.pk not in given for seat in seats_to_answer(meeting, actor)):
            found.append(meeting)
    return found
