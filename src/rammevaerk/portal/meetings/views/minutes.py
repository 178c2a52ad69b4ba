"""Minutes: the page of a meeting's, beginning them, who was there, and closing the meeting."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.crumbs import Crumb
from rammevaerk.portal.common.forms import carried_out, row_id, show_problem, status_of
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.forms.minutes import AttendanceForm, DoForm, GuestForm
from rammevaerk.portal.meetings.models import Attendance, Excerpt, Meeting
from rammevaerk.portal.meetings.queries.approvals import final_minutes, seats_to_answer
from rammevaerk.portal.meetings.queries.decisions import undecided_items
from rammevaerk.portal.meetings.queries.minutes import (
    attendances,
    excerpt_view,
    sent_minutes,
    written_items,
)
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.views.places import Step, meeting_trail, meetings_trail

_State = Meeting.State


def meeting_name(meeting: Meeting) -> str:
    """«DASSOS 27. februar 2026»."""
    day = day_of(meeting.starts_at)
    return f"{short_name(meeting.body, on=day)} {date_text_da(day)}"


def minutes_trail(meeting: Meeting, *steps: Step) -> list[Crumb]:
    """… › the meeting › Referat › steps."""
    here: Step = _("Referat")
    if steps:
        here = (_("Referat"), minutes_url(meeting))
    return meeting_trail(meeting, here, *steps)


def minutes_url(meeting: Meeting) -> str:
    return reverse("meetings:minutes", kwargs={"meeting_id": meeting.pk})


@require_GET
@requires(Action.MEETING_READ, Meeting, "meeting_id")
def minutes(request: Request, meeting: Meeting) -> HttpResponse:
    """The draft for those who write it; what was sent out for everybody."""
    can = abilities(
        request.actor,
        meeting,
        Action.MINUTES_WRITE,
        Action.MINUTES_APPROVE,
    )
    context: dict[str, Any] = {
        "crumbs": minutes_trail(meeting),
        "meeting": meeting,
        "name": meeting_name(meeting),
        "can": can,
    }
    if meeting.state == _State.MINUTING and can["minutes_write"]:
        rows = written_items(meeting)
        left = [row.item for row in rows if row.decision is None]
        context |= {
            "rows": rows,
            "left": left,
            "attendances": attendances(meeting),
            "orienting": sum(1 for one in left if one.purpose in {"orientation", "written"}),
        }
        return render(request, "meetings/minutes_draft.html", context)
    context |= {
        "minutes": sent_minutes(meeting, request.actor),
        "final": final_minutes(meeting),
        "may_begin": can["minutes_write"] and meeting.state == _State.DISPATCHED,
        "awaits": meeting.state == _State.CLOSED,
        "may_answer": can["minutes_approve"] and bool(seats_to_answer(meeting, request.actor)),
    }
    return render(request, "meetings/minutes.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_WRITE, Meeting, "meeting_id")
def minutes_begin(request: Request, meeting: Meeting) -> HttpResponse:
    form = DoForm(request.POST if request.method == "POST" else None, actions=["begin"])
    if carried_out(
        form, lambda: operations.begin_minutes(meeting, by=request.actor, at=request.at)
    ):
        messages.success(request, _("Referatet er begyndt. Se fremmødet efter først."))
        return redirect("meetings:attendance", meeting_id=meeting.pk)
    context = {
        "crumbs": minutes_trail(meeting, _("Begynd")),
        "heading": _("Begynd referatet: %s") % meeting_name(meeting),
        "explanation": _(
            "Deltagerlisten laves af dem, der har mandat på mødedagen. Derefter kan mødet ikke"
            " flyttes eller aflyses."
        ),
        "form": form,
        "do": "begin",
        "button": _("Begynd referatet"),
        "back": minutes_url(meeting),
    }
    return render(request, "meetings/minutes_confirm.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_WRITE, Meeting, "meeting_id")
def attendance(request: Request, meeting: Meeting) -> HttpResponse:
    """Who came. One form for the list, one for a guest; the button says which was sent."""
    if meeting.state != _State.MINUTING:
        return _not_now(request, meeting)
    rows = attendances(meeting)
    do = request.POST.get("do", "")
    posted = request.POST if request.method == "POST" else None
    form = AttendanceForm(posted if do != "guest" else None, rows=rows)
    guest = GuestForm(posted if do == "guest" else None)
    if do.startswith("remove:"):
        return _remove_guest(request, meeting, do.partition(":")[2])
    context = {
        "crumbs": minutes_trail(meeting, _("Fremmøde")),
        "meeting": meeting,
        "name": meeting_name(meeting),
        "form": form,
        "lines": form.lines(),
        "guest": guest,
        "seen": request.POST.get("seen") or operations.attendance_mark(meeting),
    }
    try:
        done = _attended(request, meeting, form, guest, do)
    except operations.RevisionConflict:
        context |= {
            "conflict": _attendance_side_by_side(rows, form),
            "seen": operations.attendance_mark(meeting),
        }
        return render(request, "meetings/minutes_attendance.html", context, status=409)
    if done:
        messages.success(request, _("Fremmødet er gemt."))
        here = reverse("meetings:attendance", kwargs={"meeting_id": meeting.pk})
        return redirect(here if do == "guest" else minutes_url(meeting))
    status = max(status_of(form), status_of(guest))
    return render(request, "meetings/minutes_attendance.html", context, status=status)


def _attended(
    request: Request, meeting: Meeting, form: AttendanceForm, guest: GuestForm, do: str
) -> bool:
    how: dict[str, Any] = {"by": request.actor, "at": request.at}
    if do == "guest":
        return carried_out(
            guest, lambda: operations.add_guest(meeting, guest.cleaned_data["name"], **how)
        )
    seen = request.POST.get("seen")
    return carried_out(
        form, lambda: operations.set_attendance(meeting, form.changes(), seen=seen, **how)
    )


def _attendance_side_by_side(rows: list[Attendance], form: AttendanceForm) -> list[dict[str, Any]]:
    labels = dict(Attendance.State.choices)
    written = form.changes()
    found = []
    for row in rows:
        state, substitute = written.get(row.pk, (row.state, row.substitute))
        now = ", ".join(filter(None, [str(row.get_state_display()), row.substitute]))
        mine = ", ".join(filter(None, [str(labels[state]), substitute]))
        found.append({"name": row.name, "before": now, "after": mine, "changed": now != mine})
    return found


def _remove_guest(request: Request, meeting: Meeting, key: str) -> HttpResponse:
    try:
        guest_id = row_id(key) or 0
        operations.remove_guest(meeting, guest_id, by=request.actor, at=request.at)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("meetings:attendance", meeting_id=meeting.pk)


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_WRITE, Meeting, "meeting_id")
def minutes_note(request: Request, meeting: Meeting) -> HttpResponse:
    """Note what only orients, in one go."""
    form = DoForm(request.POST if request.method == "POST" else None, actions=["note"])
    noted: list[int] = []
    if carried_out(
        form,
        lambda: noted.append(operations.note_remaining(meeting, by=request.actor, at=request.at)),
    ):
        text = ngettext(
            "%(n)s orienteringspunkt er taget til efterretning.",
            "%(n)s orienteringspunkter er taget til efterretning.",
            noted[0],
        )
        messages.success(request, text % {"n": noted[0]})
        return redirect(minutes_url(meeting))
    context = {
        "crumbs": minutes_trail(meeting, _("Orienteringer")),
        "heading": _("Tag resten af orienteringerne til efterretning"),
        "explanation": _(
            "De orienteringspunkter, der ikke er besluttet, får standardformuleringen. Det, der"
            " allerede er skrevet til dem, bliver stående."
        ),
        "form": form,
        "do": "note",
        "button": _("Tag til efterretning"),
        "back": minutes_url(meeting),
    }
    return render(request, "meetings/minutes_confirm.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_WRITE, Meeting, "meeting_id")
def minutes_close(request: Request, meeting: Meeting) -> HttpResponse:
    """Close the meeting; refused with a list of what is undecided."""
    form = DoForm(request.POST if request.method == "POST" else None, actions=["close"])
    left = undecided_items(meeting) if meeting.state == _State.MINUTING else []
    if form.is_valid():
        try:
            excerpts = operations.close_meeting(meeting, by=request.actor, at=request.at)
        except operations.Undecided as refusal:
            left = list(refusal.items)
            show_problem(form, refusal)
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _closed_message(excerpts))
            return redirect(minutes_url(meeting))
    context = {
        "crumbs": minutes_trail(meeting, _("Afslut")),
        "meeting": meeting,
        "name": meeting_name(meeting),
        "form": form,
        "left": left,
        "open": meeting.state == _State.MINUTING,
    }
    return render(request, "meetings/minutes_close.html", context, status=status_of(form))


def _closed_message(excerpts: list[Excerpt]) -> str:
    text = ngettext(
        "Mødet er afsluttet, og referatet er sendt til godkendelse med %(n)s udskrift.",
        "Mødet er afsluttet, og referatet er sendt til godkendelse med %(n)s udskrifter.",
        len(excerpts),
    )
    return text % {"n": len(excerpts)}


def _not_now(request: Request, meeting: Meeting) -> HttpResponse:
    messages.info(
        request,
        _("Mødet er «%s»; der skrives ikke i referatet.") % meeting.get_state_display(),
    )
    return redirect(minutes_url(meeting))


@require_GET
@requires(Action.MEETING_READ, Excerpt, "excerpt_id")
def excerpt(request: Request, row: Excerpt) -> HttpResponse:
    view = excerpt_view(row, request.actor)
    meeting = row.item.meeting
    context = {
        "crumbs": minutes_trail(meeting, row.number) if meeting else meetings_trail(row.number),
        "view": view,
        "excerpt": row,
    }
    return render(request, "meetings/minutes_excerpt.html", context)
