"""The round of review, and sending agendas out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.engine.findings import Severity
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.agenda_content import AGENDAS
from rammevaerk.portal.meetings.calculate import agenda_findings
from rammevaerk.portal.meetings.forms.agenda import (
    DispatchForm,
    ReviewAnswerForm,
    ReviewersForm,
)
from rammevaerk.portal.meetings.models import Dispatch, Meeting
from rammevaerk.portal.meetings.queries.choices import cooperation_people
from rammevaerk.portal.meetings.views.items import told
from rammevaerk.portal.meetings.views.minutes import meeting_name
from rammevaerk.portal.meetings.views.places import meeting_trail


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def dispatch(request: Request, row: Meeting) -> HttpResponse:
    """Show what would go out, with what the check finds, and send it when that is confirmed."""
    content, digest = operations.next_document(row)
    name = queries.meeting_body_name(row)
    findings = agenda_findings(row, name, queries.agenda_of(row, request.actor))
    errors = sum(1 for one in findings if one["severity"] is Severity.ERROR)
    form = DispatchForm(request.POST or None, errors=errors, initial={"seen": digest})
    context: dict[str, Any] = {
        "crumbs": meeting_trail(row, _("Udsend")),
        "meeting": row,
        "body_name": queries.meeting_short_name(row),
        "content": content,
        "sections": _by_section(content),
        "annexes": sum(len(one["annexes"]) for one in content["items"]),
        "findings": findings,
        "errors": errors,
        "form": form,
        "nothing": not content["items"] and not content["withdrawn"],
        "stale": operations.stale_standing_items(row, at=request.at),
    }
    try:
        if _sent(request, row, form):
            return redirect("meetings:meeting", meeting_id=row.pk)
    except operations.RevisionConflict:
        context["conflict"] = True
        context["form"] = DispatchForm(None, errors=errors, initial={"seen": digest})
        return render(request, "meetings/dispatch.html", context, status=409)
    return render(request, "meetings/dispatch.html", context, status=status_of(form))


def _by_section(content: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (section["title"], [one for one in content["items"] if one["section"] == number])
        for section in content["sections"]
        for number in [section["position"]]
    ]


def _sent(request: Request, row: Meeting, form: DispatchForm) -> bool:
    sent: list[Dispatch] = []
    if not carried_out(
        form,
        lambda: sent.append(
            operations.dispatch_agenda(
                row, seen=form.cleaned_data["seen"], by=request.actor, at=request.at
            )
        ),
    ):
        return False
    messages.success(
        request,
        _("%(kind)s, version %(version)s, er udsendt.")
        % {"kind": sent[0].get_kind_display(), "version": sent[0].version},
    )
    return True


@require_GET
@requires(Action.MEETING_READ, Meeting, "meeting_id")
def dispatches(request: Request, row: Meeting) -> HttpResponse:
    context = {
        "crumbs": meeting_trail(row, _("Udsendelser")),
        "meeting": row,
        "body_name": queries.meeting_short_name(row),
        "versions": queries.versions_of(row, request.actor),
    }
    return render(request, "meetings/dispatch_list.html", context)


@require_GET
@requires(Action.MEETING_READ, Dispatch, "dispatch_id")
def version(request: Request, row: Dispatch) -> HttpResponse:
    told = queries.version_for(row, request.actor)
    if told is None:
        raise Http404
    if row.kind not in AGENDAS:
        return redirect("meetings:minutes", meeting_id=row.meeting_id)
    listed = (
        _("Udsendelser"),
        reverse("meetings:dispatches", kwargs={"meeting_id": row.meeting_id}),
    )
    context = {
        "crumbs": meeting_trail(row.meeting, listed, _("Version %s") % told.number),
        "meeting": row.meeting,
        "body_name": queries.meeting_short_name(row.meeting),
        "view": queries.version_view(told, request.actor),
    }
    return render(request, "meetings/dispatch_version.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def review(request: Request, row: Meeting) -> HttpResponse:
    """Who has been asked to read the draft, and what they say; asking more."""
    form = ReviewersForm(
        request.POST or None,
        people=cooperation_people(row.body.cooperation_id, on=request.today),
    )
    if carried_out(
        form,
        lambda: operations.ask_for_review(
            row, form.cleaned_data["people"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("De valgte kan nu læse kladden. Ingen andre får besked."))
        return redirect("meetings:review", meeting_id=row.pk)
    context = {
        "crumbs": meeting_trail(row, _("Gennemlæsning")),
        "meeting": row,
        "body_name": queries.meeting_short_name(row),
        "reviews": row.reviews.select_related("person").order_by("person__name"),
        "running": row.state == Meeting.State.REVIEW,
        "form": form,
    }
    return render(request, "meetings/review.html", context, status=status_of(form))


@require_POST
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def review_end(request: Request, row: Meeting) -> HttpResponse:
    if request.POST.get("afslut") and told(
        request, lambda: operations.end_review(row, by=request.actor, at=request.at)
    ):
        messages.success(request, _("Gennemlæsningen er slut. Kun sekretariatet ser kladden."))
    return redirect("meetings:review", meeting_id=row.pk)


@require_http_methods(["GET", "POST"])
@requires(Action.MEETING_READ, Meeting, "meeting_id")
def review_answer(request: Request, row: Meeting) -> HttpResponse:
    """What somebody who was asked thinks of the draft."""
    asked = row.reviews.filter(person_id=request.actor.person_id or 0).first()
    if asked is None:
        messages.info(request, _("Du er ikke bedt om at læse en kladde til dette møde."))
        return redirect("meetings:meeting", meeting_id=row.pk)
    form = ReviewAnswerForm(request.POST or None, initial={"comment": asked.comment})
    if carried_out(
        form,
        lambda: operations.answer_review(
            asked, form.cleaned_data["comment"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Tak. Dit svar er gemt."))
        return redirect("meetings:meeting", meeting_id=row.pk)
    context = {
        "crumbs": meeting_trail(row, _("Gennemlæsning")),
        "heading": _("Bemærkninger til kladden: %s") % meeting_name(row),
        "form": form,
        "back": reverse("meetings:meeting", kwargs={"meeting_id": row.pk}),
        "button": _("Send svar"),
    }
    return render(request, "plain_form.html", context, status=status_of(form))
