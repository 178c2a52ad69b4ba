"""Meetings: planning one, its page with the agenda, moving it and calling it off."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.access.revising import Place, revise
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.conflicts import texts_side_by_side
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.agenda_content import Pending
from rammevaerk.portal.meetings.calculate import agenda_findings
from rammevaerk.portal.meetings.forms.agenda import (
    MeetingFactsForm,
    MeetingForm,
    MoveForm,
    ReasonForm,
)
from rammevaerk.portal.meetings.models import Body, Meeting, Review
from rammevaerk.portal.meetings.queries.minutes_versions import versions_seen
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.views.places import body_step, meeting_trail, meetings_trail

_State = Meeting.State


@require_GET
@requires(Action.MEETING_READ, Meeting, "meeting_id")
def meeting(request: Request, row: Meeting) -> HttpResponse:
    agenda = queries.agenda_of(row, request.actor)
    name = queries.meeting_body_name(row)
    versions = queries.versions_of(row, request.actor)
    context = {
        "crumbs": meeting_trail(row),
        "meeting": row,
        "body_name": queries.meeting_short_name(row),
        "tag": queries.state_tag(row),
        "deadline": queries.deadline_of(row, today=request.today),
        "agenda": agenda,
        "next_step": _next_step(row, agenda, request.today) if agenda.writes else None,
        "review": _open_review(request, row),
        "versions": versions,
        "history": queries.history_of(row, [*versions, *versions_seen(row, request.actor)]),
        "findings": agenda_findings(row, name, agenda) if agenda.writes and not row.over else None,
        "movable": row.state in {_State.DRAFT, _State.REVIEW, _State.DISPATCHED},
        "can": abilities(request.actor, row, Action.AGENDA_EDIT),
    }
    return render(request, "meetings/meeting.html", context)


def _open_review(request: Request, row: Meeting) -> Review | None:
    """The review that the person has been asked for."""
    if row.state != _State.REVIEW:
        return None
    return row.reviews.filter(person_id=request.actor.person_id or 0).first()


def _next_step(row: Meeting, agenda: queries.AgendaView, today: date) -> dict[str, str] | None:
    """What those who write the agenda do next, and where."""
    if row.state == _State.DRAFT:
        return _step_of_draft(row, agenda)
    if row.state == _State.REVIEW:
        return _step_of_review(row)
    if row.state in {_State.DISPATCHED, _State.MINUTING} and agenda.pending:
        return _step_of_sent(row, agenda.pending)
    return _step_of_minutes(row, today)


def _to(name: str, row: Meeting) -> str:
    return reverse(f"meetings:{name}", kwargs={"meeting_id": row.pk})


def _step_of_draft(row: Meeting, agenda: queries.AgendaView) -> dict[str, str]:
    if not agenda.items:
        return {
            "text": _(
                "Dagsordenen er tom. Skriv det første punkt, eller hent punkter fra ventelisten."
            ),
            "url": _to("item_new", row),
            "label": _("Nyt punkt"),
        }
    return {
        "text": _("Dagsordenen er en kladde, som kun sekretariatet ser."),
        "url": _to("dispatch", row),
        "label": _("Gennemse og udsend"),
    }


def _step_of_review(row: Meeting) -> dict[str, str]:
    reviews = list(row.reviews.all())
    answered = sum(1 for one in reviews if one.answered_at)
    return {
        "text": _("Kladden er til gennemlæsning: %(answered)s af %(asked)s har svaret.")
        % {"answered": answered, "asked": len(reviews)},
        "url": _to("review", row),
        "label": _("Se bemærkningerne"),
    }


def _step_of_sent(row: Meeting, waiting: Pending) -> dict[str, str]:
    count = len(waiting.new) + len(waiting.changed) + len(waiting.withdrawn)
    return {
        "text": ngettext(
            "%s punkt er nyt eller ændret og er ikke udsendt endnu.",
            "%s punkter er nye eller ændrede og er ikke udsendt endnu.",
            count,
        )
        % count,
        "url": _to("dispatch", row),
        "label": _("Gennemse og udsend tillæg"),
    }


def _step_of_minutes(row: Meeting, today: date) -> dict[str, str] | None:
    """From the day of the meeting until its minutes are approved."""
    if row.state == _State.DISPATCHED and day_of(row.starts_at) <= today:
        return {
            "text": _("Dagsordenen er udsendt. Nu kan referatet skrives."),
            "url": _to("minutes_begin", row),
            "label": _("Begynd referatet"),
        }
    if row.state == _State.MINUTING:
        return {
            "text": _("Referatet skrives; kun sekretariatet ser det."),
            "url": _to("minutes", row),
            "label": _("Skriv videre på referatet"),
        }
    if row.state == _State.CLOSED:
        return {
            "text": _("Mødet er afsluttet, og referatet er sendt til godkendelse."),
            "url": _to("approval", row),
            "label": _("Se svarene"),
        }
    return None


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Body, "body_id")
def meeting_new(request: Request, row: Body) -> HttpResponse:
    form = MeetingForm(request.POST or None, rule=_rule(row))
    made: list[Meeting] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.plan_meeting_with_standing_items(
                row, form.values(), by=request.actor, at=request.at
            )
        ),
    ):
        due = made[0].items_due
        messages.success(
            request,
            _("Mødet er planlagt. Fristen for punkter er %s.") % date_text_da(due)
            if due
            else _("Mødet er planlagt, uden frist for punkter."),
        )
        return redirect("meetings:meeting", meeting_id=made[0].pk)
    name = short_name(row, on=request.today)
    place: Place = {
        "crumbs": meetings_trail(body_step(row, name), _("Nyt møde")),
        "heading": _("Nyt møde i %s") % name,
        "back": reverse("meetings:body", kwargs={"body_id": row.pk}),
    }
    return _form(request, form, place, _("Planlæg mødet"))


def _rule(row: Body) -> str:
    if row.item_days is None:
        return _(
            "Forummet har ingen regel om frist; lad feltet stå tomt, hvis der ingen skal være."
        )
    return _("Lad feltet stå tomt, så følger fristen forummets regel: %s dage før mødet.") % (
        row.item_days
    )


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def meeting_move(request: Request, row: Meeting) -> HttpResponse:
    """Another time or place; two who move at once see both times."""
    form = MoveForm(request.POST or None, initial=_times_of(row))
    seen = request.POST.get("seen") or operations.fingerprint(row)
    context: dict[str, Any] = {
        **_place(row, _("Flyt mødet")),
        "form": form,
        "seen": seen,
        "button": _("Flyt mødet"),
    }
    try:
        moved = carried_out(form, lambda: _move(request, row, form, seen))
    except operations.RevisionConflict as conflict:
        now = Meeting.objects.get(pk=conflict.row.pk)
        context["conflict"] = texts_side_by_side(form, _times_of(now))
        context["seen"] = operations.fingerprint(now)
        return render(request, "revise_form.html", context, status=409)
    if moved:
        messages.success(request, _("Mødet er flyttet. Kalendere, der følger det, følger med."))
        return redirect("meetings:meeting", meeting_id=row.pk)
    return render(request, "revise_form.html", context, status=status_of(form))


def _times_of(row: Meeting) -> dict[str, Any]:
    starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": row.place,
        "items_due": row.items_due,
    }


def _move(request: Request, row: Meeting, form: MoveForm, seen: str) -> None:
    operations.move_meeting(
        row,
        **form.times(),
        place=form.cleaned_data["place"],
        items_due=form.cleaned_data["items_due"],
        reason=form.cleaned_data["reason"],
        seen=seen,
        by=request.actor,
        at=request.at,
    )


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def meeting_revise(request: Request, row: Meeting) -> HttpResponse:
    return revise(
        request,
        row,
        MeetingFactsForm(request.POST or None),
        operations.revise_meeting,
        _place(row, _("Ret mødets oplysninger")),
    )


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def meeting_cancel(request: Request, row: Meeting) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.cancel_meeting(
            row, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Mødet er aflyst. Dets punkter står nu på ventelisten."))
        return redirect("meetings:meeting", meeting_id=row.pk)
    explanation = _(
        "Mødet bliver stående som aflyst, med begrundelsen. Punkterne går tilbage til forummets"
        " venteliste; intet slettes."
    )
    return _meeting_form(request, row, form, _("Aflys mødet"), _("Aflys mødet"), explanation)


@require_GET
@requires(Action.MEETING_READ)
def search(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    context = {
        "crumbs": meetings_trail(_("Søg i møder")),
        "text": text,
        "hits": queries.search_items(request.actor, text),
    }
    return render(request, "meetings/meeting_search.html", context)


def _place(row: Meeting, heading: str) -> Place:
    return {
        "crumbs": meeting_trail(row, heading),
        "heading": f"{heading}: {queries.meeting_short_name(row)}"
        f" {date_text_da(day_of(row.starts_at))}",
        "back": _to("meeting", row),
    }


def _meeting_form(
    request: Request, row: Meeting, form: BaseForm, heading: str, button: str, explanation: str = ""
) -> HttpResponse:
    return _form(request, form, {**_place(row, heading), "explanation": explanation}, button)


def _form(request: Request, form: BaseForm, place: Place, button: str) -> HttpResponse:
    context: dict[str, Any] = {**place, "form": form, "button": button}
    return render(request, "plain_form.html", context, status=status_of(form))
