"""The provider's day, and the two things done from it with one click."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.calculate.moments import civil
from rammevaerk.portal.placements.forms.periods import AbsentNowForm
from rammevaerk.portal.placements.models import Absence, Placement
from rammevaerk.portal.placements.queries.day import AHEAD, day_of_provider
from rammevaerk.portal.placements.views.places import click, placements_trail

RUN = Action.PLACEMENT_RUN


@require_GET
@requires(RUN)
def today(request: Request) -> HttpResponse:
    day = day_of_provider(
        request.actor,
        on=request.today,
        now=civil(request.at),
        facility_id=row_id(request.GET.get("tilbud", "")),
    )
    rows = [one for service in day.services for one in service.lines if one.stay]
    context = {
        "crumbs": placements_trail(_("Pladser i dag")),
        "day": day,
        "today": request.today,
        "until": request.today + AHEAD,
        # Written once: it stands in every row.
        "reasons": format_html_join("", '<option value="{}">{}</option>', Absence.Reason.choices),
        "away": [one for one in rows if one.absence],
        "synthetic": any(one.stay.placement.synthetic for one in rows if one.stay),
    }
    return render(request, "placements/today.html", context)


@require_POST
@requires(RUN, Placement, "placement_id")
def absent_today(request: Request, row: Placement) -> HttpResponse:
    """Away from today."""
    form = AbsentNowForm(request.POST)
    click(
        request,
        lambda: operations.register_absence(
            row,
            {"reason": _reason(form), "valid_from": request.today},
            by=request.actor,
            at=request.at,
        ),
        _("%s er registreret som fraværende fra i dag.") % row.citizen.pseudonym,
    )
    return redirect(_day_of(row))


@require_POST
@requires(RUN, Absence, "absence_id")
def back_today(request: Request, row: Absence) -> HttpResponse:
    """Back from today."""
    click(
        request,
        lambda: operations.end_absence(row, on=request.today, by=request.actor, at=request.at),
        _("%s er registreret som tilbage fra i dag.") % row.placement.citizen.pseudonym,
    )
    return redirect(_day_of(row.placement))


def _reason(form: AbsentNowForm) -> str:
    if not form.is_valid():
        raise ValidationError(_("Vælg, hvorfor borgeren er fraværende."))
    reason: str = form.cleaned_data["reason"]
    return reason


def _day_of(placement: Placement) -> str:
    service: Any = placement.service
    return f"{reverse('placements:today')}?tilbud={service.facility_id}#pladser"
