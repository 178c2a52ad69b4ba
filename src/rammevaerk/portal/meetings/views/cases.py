"""Cases: the register, the page of one, and its way through the bodies."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.access.queries import cooperations
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.forms.cases import CaseForm, CloseCaseForm, ConsultationForm
from rammevaerk.portal.meetings.forms.minutes import DoForm
from rammevaerk.portal.meetings.models import AgendaItem, Case, Consultation
from rammevaerk.portal.meetings.views.places import cases_trail, meetings_trail


@require_GET
@requires(Action.CASE_READ)
def cases(request: Request) -> HttpResponse:
    text, open_only = request.GET.get("q", "")[:100], request.GET.get("aabne") == "1"
    context = {
        "crumbs": meetings_trail(_("Sager")),
        "rows": queries.cases(request.actor, on=request.today, text=text, open_only=open_only),
        "text": text,
        "open_only": open_only,
        "manageable": [
            one
            for one in cooperations(request.actor)
            if abilities(request.actor, one, Action.CASE_MANAGE)["case_manage"]
        ],
    }
    return render(request, "meetings/cases.html", context)


@require_GET
@requires(Action.CASE_READ, Case, "case_id")
def case(request: Request, row: Case) -> HttpResponse:
    context = {
        "crumbs": cases_trail(row.number),
        "case": row,
        "row": queries.case_rows([row], request.actor, on=request.today)[0],
        "can": abilities(request.actor, row, Action.CASE_MANAGE),
    }
    return render(request, "meetings/case.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.CASE_MANAGE, "access.Cooperation", "cooperation", field="key")
def case_new(request: Request, cooperation: Any) -> HttpResponse:
    organisations = queries.organisation_choices(cooperation.pk, on=request.today)
    form = CaseForm(request.POST or None, organisations=organisations)
    opened: list[Case] = []
    if carried_out(
        form,
        lambda: opened.append(
            operations.open_case(cooperation, form.cleaned_data, by=request.actor, at=request.at)
        ),
    ):
        messages.success(request, _("Sagen er oprettet."))
        return redirect("meetings:case", case_id=opened[0].pk)
    crumbs = cases_trail(_("Ny sag"))
    return _form(request, form, crumbs, _("Ny sag"), reverse("meetings:cases"))


@require_http_methods(["GET", "POST"])
@requires(Action.CASE_MANAGE, Case, "case_id")
def case_revise(request: Request, row: Case) -> HttpResponse:
    organisations = queries.organisation_choices(row.cooperation_id, on=request.today)
    form = CaseForm(request.POST or None, organisations=organisations)
    return revise(
        request,
        row,
        form,
        operations.revise_case,
        {
            "crumbs": _trail(row, _("Rediger")),
            "heading": _("Rediger %s") % row,
            "back": _address(row),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Action.CASE_MANAGE, Case, "case_id")
def case_close(request: Request, row: Case) -> HttpResponse:
    form = CloseCaseForm(request.POST or None, initial={"closed_on": request.today})
    if carried_out(
        form,
        lambda: operations.close_case(row, **form.cleaned_data, by=request.actor, at=request.at),
    ):
        messages.success(request, _("Sagen er afsluttet."))
        return redirect(_address(row))
    heading = _("Afslut %s") % row
    return _form(request, form, _trail(row, _("Afslut")), heading, _address(row))


@require_http_methods(["GET", "POST"])
@requires(Action.CASE_MANAGE, Case, "case_id")
def consultation_new(request: Request, row: Case) -> HttpResponse:
    bodies = queries.body_choices(row.cooperation_id, request.actor, on=request.today)
    form = ConsultationForm(request.POST or None, bodies=bodies)
    if carried_out(
        form,
        lambda: operations.consult(
            row,
            queries.body_by_id(form.cleaned_data["body"], request.actor),
            authoritative=form.cleaned_data["role"] == "decides",
            wanted=form.cleaned_data["wanted"],
            by=request.actor,
            at=request.at,
        ),
    ):
        return redirect(_address(row))
    heading = _("Send til et forum: %s") % row
    return _form(request, form, _trail(row, _("Send til et forum")), heading, _address(row))


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Consultation, "consultation_id")
def consultation_item(request: Request, row: Consultation) -> HttpResponse:
    """Put the case on the backlog of the body that is to handle it."""
    form = DoForm(request.POST if request.method == "POST" else None, actions=["make"])
    made: list[AgendaItem] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.item_from_consultation(row, by=request.actor, at=request.at)
        ),
    ):
        messages.success(request, _("Punktet står nu på forummets venteliste."))
        return redirect("meetings:item", item_id=made[0].pk)
    name = queries.body_name(row.body, on=request.today)
    context = {
        "crumbs": _trail(row.case, _("Lav punkt")),
        "heading": _("Lav et punkt til %s") % name,
        "explanation": _(
            "Punktet får sagens titel og resumé og sættes på forummets venteliste. Derfra kan det"
            " sættes på et møde."
        ),
        "back": _address(row.case),
        "form": form,
        "do": "make",
        "button": _("Lav punktet"),
    }
    return render(request, "meetings/minutes_confirm.html", context, status=status_of(form))


def _address(row: Case) -> str:
    return reverse("meetings:case", kwargs={"case_id": row.pk})


def _trail(row: Case, step: str) -> Any:
    return cases_trail((row.number, _address(row)), step)


def _form(request: Request, form: BaseForm, crumbs: Any, heading: str, back: str) -> HttpResponse:
    context = {"crumbs": crumbs, "form": form, "heading": heading, "back": back}
    return render(request, "plain_form.html", context, status=status_of(form))
