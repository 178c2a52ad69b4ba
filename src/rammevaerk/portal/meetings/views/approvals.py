"""Approving minutes: what the seats have said, a seat's answer, and making them final."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.forms.minutes import AnswerForm, DoForm
from rammevaerk.portal.meetings.models import Meeting, Seat
from rammevaerk.portal.meetings.queries.approvals import (
    answers,
    final_minutes,
    former_answers,
    progress,
    seats_to_answer,
)
from rammevaerk.portal.meetings.queries.minutes_versions import newest_seen
from rammevaerk.portal.meetings.queries.names import names_of
from rammevaerk.portal.meetings.views.minutes import meeting_name, minutes_trail, minutes_url


@require_GET
@requires(Action.MEETING_READ, Meeting, "meeting_id")
def approval(request: Request, meeting: Meeting) -> HttpResponse:
    """Who has approved, who objects, who has not answered. Remarks are for the secretariat."""
    actor = request.actor
    secretariat = actor.role is Role.SECRETARIAT
    own = {seat.pk for seat in seats_to_answer(meeting, actor)}
    newest = newest_seen(meeting, actor)
    rows = answers(meeting, read=newest) if newest else []
    context = {
        "crumbs": minutes_trail(meeting, _("Godkendelse")),
        "meeting": meeting,
        "name": meeting_name(meeting),
        "newest": newest,
        "final": final_minutes(meeting),
        "rows": [{"view": row, "remark_shown": secretariat or row.seat.pk in own} for row in rows],
        "progress": progress(meeting, on=request.today, read=newest),
        "former": former_answers(meeting) if secretariat else [],
        "may_answer": bool(own)
        and meeting.state == Meeting.State.CLOSED
        and actor.scope(Action.MINUTES_APPROVE) is not None,
        "can": abilities(actor, meeting, Action.MINUTES_WRITE),
        "awaits": meeting.state == Meeting.State.CLOSED,
    }
    return render(request, "meetings/approval.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_APPROVE, Meeting, "meeting_id")
def approval_answer(request: Request, meeting: Meeting) -> HttpResponse:
    newest = newest_seen(meeting, request.actor)
    seats = seats_to_answer(meeting, request.actor)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        seats=_choices(meeting, seats),
        initial={"version": newest.number if newest else 0},
    )
    if carried_out(form, lambda: _answer(request, meeting, seats, form)):
        messages.success(request, _("Svaret er registreret med tidspunkt."))
        return redirect("meetings:approval", meeting_id=meeting.pk)
    context: dict[str, Any] = {
        "crumbs": minutes_trail(meeting, _("Svar på referatet")),
        "meeting": meeting,
        "name": meeting_name(meeting),
        "form": form,
        "seats": seats,
        "newest": newest,
        "minutes_url": minutes_url(meeting),
    }
    return render(request, "meetings/approval_answer.html", context, status=status_of(form))


def _choices(meeting: Meeting, seats: list[Seat]) -> list[tuple[int, str]]:
    names = names_of((seat.organisation_id for seat in seats), on=day_of(meeting.starts_at))
    return [(seat.pk, names[seat.organisation_id]) for seat in seats]


def _answer(request: Request, meeting: Meeting, seats: list[Seat], form: AnswerForm) -> None:
    cleaned = form.cleaned_data
    operations.answer_minutes(
        meeting,
        next(seat for seat in seats if seat.pk == cleaned["seat"]),
        approves=cleaned["answer"] == "approve",
        remark=cleaned["remark"],
        seen=cleaned["version"],
        by=request.actor,
        at=request.at,
    )


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_WRITE, Meeting, "meeting_id")
def approval_finish(request: Request, meeting: Meeting) -> HttpResponse:
    """Make the minutes final."""
    form = DoForm(request.POST if request.method == "POST" else None, actions=["approve"])
    if carried_out(
        form, lambda: operations.approve_minutes(meeting, by=request.actor, at=request.at)
    ):
        messages.success(request, _("Referatet er godkendt og kan ikke længere ændres."))
        return redirect(minutes_url(meeting))
    standing = progress(meeting, on=request.today)
    if not form.is_bound and standing.hindrance and meeting.state == Meeting.State.CLOSED:
        messages.info(request, f"{standing.text}. {standing.hindrance}")
        return redirect("meetings:approval", meeting_id=meeting.pk)
    context = {
        "crumbs": minutes_trail(meeting, _("Markér som godkendt")),
        "heading": _("Markér referatet som godkendt: %s") % meeting_name(meeting),
        "explanation": f"{standing.ground or standing.text}. "
        + _(
            "Et godkendt referat kan aldrig ændres. Rettelser kan derefter kun ske som en ny"
            " beslutning på et senere møde."
        ),
        "form": form,
        "do": "approve",
        "button": _("Markér som godkendt"),
        "back": minutes_url(meeting),
    }
    return render(request, "meetings/minutes_confirm.html", context, status=status_of(form))
