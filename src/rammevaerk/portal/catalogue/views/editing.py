"""Making and correcting facilities, departments and approvals."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.forms.facilities import (
    ApprovalForm,
    DepartmentForm,
    FacilityForm,
    NewFacilityForm,
)
from rammevaerk.portal.catalogue.models import Approval, Department, Facility
from rammevaerk.portal.catalogue.queries import facilities as choices
from rammevaerk.portal.catalogue.views.places import (
    catalogue_trail,
    facility_address,
    facility_trail,
)
from rammevaerk.portal.common.forms import carried_out, status_of

MANAGE = Action.FACILITY_MANAGE


def saved(
    request: Request, form: BaseForm, work: Callable[[], object], facility: Facility, heading: str
) -> HttpResponse:
    """Carry out a form that hangs on a facility, and go back to its page; or show the form."""
    if carried_out(form, work):
        messages.success(request, _("Det er gemt."))
        return redirect(facility_address(facility))
    context = {
        "crumbs": facility_trail(facility, heading),
        "heading": heading,
        "form": form,
        "back": facility_address(facility),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


def place_of(facility: Facility, heading: str) -> dict[str, Any]:
    """Where a form that corrects something of a facility lies."""
    return {
        "crumbs": facility_trail(facility, _("Rediger")),
        "heading": heading,
        "back": facility_address(facility),
    }


# The facility is yet to be made: it is asked of the new row itself whether it may be.
@require_http_methods(["GET", "POST"])
@requires(MANAGE, "access.Cooperation", "cooperation", field="key", row_action=Action.EDITION_READ)
def facility_new(request: Request, cooperation: Any) -> HttpResponse:
    actor, today = request.actor, request.today
    form = NewFacilityForm(
        request.POST or None,
        municipalities=choices.municipality_choices(on=today),
        operators=choices.operator_choices(on=today),
        reporters=choices.reporter_choices(actor, cooperation.pk, on=today),
        initial={"reporter_id": actor.organisation_id, "operator_id": actor.organisation_id},
    )
    made: list[Facility] = []

    def add() -> None:
        values = form.cleaned_data
        made.append(operations.add_facility(cooperation, values, by=actor, at=request.at))

    if carried_out(form, add):
        messages.success(request, _("Tilbuddet er oprettet. Tilføj nu dets ydelser."))
        return redirect(facility_address(made[0]))
    context = {
        "crumbs": catalogue_trail(_("Nyt tilbud")),
        "heading": _("Nyt tilbud"),
        "form": form,
        "back": reverse("catalogue:facilities"),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Facility, "facility_id")
def facility_revise(request: Request, row: Facility) -> HttpResponse:
    municipalities = choices.municipality_choices(on=request.today)
    form = FacilityForm(request.POST or None, municipalities=municipalities)
    heading = _("Rediger %s") % row.name
    return revise(request, row, form, operations.revise_facility, place_of(row, heading))


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Facility, "facility_id")
def department_new(request: Request, row: Facility) -> HttpResponse:
    form = DepartmentForm(request.POST or None)
    return saved(
        request,
        form,
        lambda: operations.add_department(row, form.cleaned_data, by=request.actor, at=request.at),
        row,
        _("Ny afdeling"),
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Department, "department_id")
def department_revise(request: Request, row: Department) -> HttpResponse:
    place = place_of(row.facility, _("Rediger %s") % row.name)
    form = DepartmentForm(request.POST or None)
    return revise(request, row, form, operations.revise_department, place)


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Facility, "facility_id")
def approval_new(request: Request, row: Facility) -> HttpResponse:
    form = ApprovalForm(request.POST or None)
    return saved(
        request,
        form,
        lambda: operations.add_approval(row, form.cleaned_data, by=request.actor, at=request.at),
        row,
        _("Ny godkendelse"),
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Approval, "approval_id")
def approval_revise(request: Request, row: Approval) -> HttpResponse:
    place = place_of(row.facility, _("Rediger godkendelsen af %s") % row.facility.name)
    form = ApprovalForm(request.POST or None)
    return revise(request, row, form, operations.revise_approval, place)
