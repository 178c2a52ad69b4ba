"""Absence on pages of its own: also long after, and corrected."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.forms.periods import AbsenceForm, BackForm
from rammevaerk.portal.placements.forms.steps import ReasonForm
from rammevaerk.portal.placements.models import Absence, Placement, PlacementState
from rammevaerk.portal.placements.views.places import (
    Doing,
    do,
    placement_address,
    placement_trail,
)

RUN = Action.PLACEMENT_RUN
_AFTER = gettext_lazy("Det, der er afregnet, rettes i næste afregning.")


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def absence_new(request: Request, row: Placement) -> HttpResponse:
    form = AbsenceForm(request.POST or None, initial={"valid_from": request.today})
    return do(
        request, row, form,
        lambda: operations.register_absence(
            row, form.cleaned_data, by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Registrér fravær"),
            gettext_lazy("Fraværet er registreret."),
            explanation=_AFTER,
            part="fravaer",
            states=(PlacementState.ADMITTED, PlacementState.DISCHARGED),
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(RUN, Absence, "absence_id")
def absence_revise(request: Request, row: Absence) -> HttpResponse:
    heading = _("Ret fravær")
    place: dict[str, Any] = {
        "crumbs": placement_trail(row.placement, heading),
        "heading": heading,
        "explanation": _AFTER,
        "back": placement_address(row.placement, "fravaer"),
    }
    form = AbsenceForm(request.POST or None)
    return revise(request, row, form, operations.correct_absence, place)


@require_http_methods(["GET", "POST"])
@requires(RUN, Absence, "absence_id")
def absence_end(request: Request, row: Absence) -> HttpResponse:
    form = BackForm(request.POST or None, initial={"on": request.today})
    return do(
        request, row.placement, form,
        lambda: operations.end_absence(
            row, on=form.cleaned_data["on"], by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Borgeren er tilbage"),
            gettext_lazy("Fraværet er afsluttet."),
            part="fravaer",
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(RUN, Absence, "absence_id")
def absence_cancel(request: Request, row: Absence) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    return do(
        request, row.placement, form,
        lambda: operations.cancel_absence(
            row, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Borgeren var ikke fraværende"),
            gettext_lazy("Fraværet er taget tilbage."),
            gettext_lazy("Tag fraværet tilbage"),
            explanation=_AFTER,
            part="fravaer",
        ),
    )  # fmt: skip
