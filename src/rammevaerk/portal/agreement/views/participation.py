"""Who takes part: the matrix, and reporting to it."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.forms import CountForm, EndForm, JoinForm
from rammevaerk.portal.agreement.models import Edition, Initiative, Participation
from rammevaerk.portal.agreement.views.places import edition_trail, initiative_trail
from rammevaerk.portal.common.forms import carried_out, status_of


@require_GET
@requires(Action.PLAN_READ, Edition, "edition", field="slug")
def participation(request: Request, edition: Edition) -> HttpResponse:
    matrix = queries.participation_matrix(
        edition, request.actor, as_of=edition.shown_as_of(request.today), today=request.today
    )
    context = {
        "crumbs": edition_trail(edition, _("Deltagelse")),
        "edition": edition,
        "matrix": matrix,
    }
    return render(request, "agreement/participation.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.PARTICIPATION_REPORT, Initiative, "initiative_id", row_action=Action.PLAN_READ)
def join(request: Request, row: Initiative) -> HttpResponse:
    form = JoinForm(
        queries.may_report_for(row, request.actor, on=request.today), request.POST or None
    )
    if carried_out(
        form,
        lambda: operations.join_initiative(
            row,
            form.cleaned_data["organisation"],
            valid_from=form.cleaned_data["valid_from"],
            note=form.cleaned_data["note"],
            source=form.cleaned_data["source"],
            by=request.actor,
            at=request.at,
        ),
    ):
        messages.success(request, _("Deltagelsen er gemt."))
        return redirect("agreement:initiative", initiative_id=row.pk)
    context = {
        "crumbs": initiative_trail(row, _("Ny deltager")),
        "edition": row.edition,
        "initiative": row,
        "form": form,
        "heading": _("Ny deltager"),
    }
    return render(request, "agreement/participation_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.PARTICIPATION_REPORT, Participation, "participation_id")
def count_new(request: Request, row: Participation) -> HttpResponse:
    form = CountForm(request.POST or None, initial={"as_of": request.today})
    if carried_out(
        form,
        lambda: operations.report_count(
            row,
            value=form.cleaned_data["value"],
            unit=form.cleaned_data["unit"],
            period_from=form.cleaned_data["period_from"],
            period_to=form.period_to(),
            as_of=form.cleaned_data["as_of"],
            source=form.cleaned_data["source"],
            by=request.actor,
            at=request.at,
        ),
    ):
        messages.success(request, _("Antallet er gemt."))
        return redirect("agreement:initiative", initiative_id=row.initiative_id)
    return _form(request, row, form, _("Nyt antal deltagere"))


@require_http_methods(["GET", "POST"])
@requires(Action.PARTICIPATION_REPORT, Participation, "participation_id")
def participation_end(request: Request, row: Participation) -> HttpResponse:
    form = EndForm(request.POST or None, initial={"last_day": request.today})
    if carried_out(
        form,
        lambda: operations.end_participation(
            row, last_day=form.cleaned_data["last_day"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Deltagelsen er afsluttet; tallene står endnu."))
        return redirect("agreement:initiative", initiative_id=row.initiative_id)
    return _form(request, row, form, _("Afslut deltagelse"))


def _form(request: Request, row: Participation, form: BaseForm, heading: str) -> HttpResponse:
    context = {
        "crumbs": initiative_trail(row.initiative, heading),
        "edition": row.initiative.edition,
        "initiative": row.initiative,
        "participation": row,
        "name": queries.participant_name(row, on=request.today),
        "form": form,
        "heading": heading,
    }
    return render(request, "agreement/participation_form.html", context, status=status_of(form))
