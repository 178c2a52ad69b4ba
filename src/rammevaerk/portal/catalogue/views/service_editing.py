"""Making and correcting services, and reporting their places, vacancy and occupancy."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.forms.services import (
    CapacityForm,
    OccupancyForm,
    ParagraphsForm,
    ServiceForm,
    TargetGroupsForm,
    VacancyForm,
)
from rammevaerk.portal.catalogue.models import Facility, Service
from rammevaerk.portal.catalogue.operations.services import seen_of
from rammevaerk.portal.catalogue.queries import facilities as choices
from rammevaerk.portal.catalogue.views.editing import place_of, saved
from rammevaerk.portal.common.validity import in_force

MANAGE = Action.FACILITY_MANAGE
REPORT = Action.PLACES_REPORT


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Facility, "facility_id")
def service_new(request: Request, row: Facility) -> HttpResponse:
    form = ServiceForm(
        request.POST or None,
        departments=choices.department_choices(row),
        initial={"valid_from": max(row.valid_from, request.today)},
    )
    return saved(
        request,
        form,
        lambda: operations.add_service(row, form.cleaned_data, by=request.actor, at=request.at),
        row,
        _("Ny ydelse"),
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Service, "service_id")
def service_revise(request: Request, row: Service) -> HttpResponse:
    departments = choices.department_choices(row.facility)
    form = ServiceForm(request.POST or None, departments=departments)
    place = place_of(row.facility, _("Rediger %s") % row.name)
    return revise(request, row, form, operations.revise_service, place)


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Service, "service_id")
def service_paragraphs(request: Request, row: Service) -> HttpResponse:
    held = row.paragraphs.filter(in_force(request.today))
    form = ParagraphsForm(
        request.POST or None,
        paragraphs=_with(
            choices.paragraph_choices(request.actor, on=request.today),
            [(one.paragraph_id, str(one.paragraph)) for one in held.select_related("paragraph")],
        ),
        initial={
            "paragraph_ids": [one.paragraph_id for one in held],
            "on": max(row.valid_from, request.today),
            "seen": seen_of(row, "paragraph_id"),
        },
    )
    return saved(
        request,
        form,
        lambda: operations.set_paragraphs(
            row,
            form.cleaned_data["paragraph_ids"],
            on=form.cleaned_data["on"],
            seen=form.cleaned_data["seen"] or None,
            by=request.actor,
            at=request.at,
        ),
        row.facility,
        _("Paragraffer for %s") % row.name,
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE, Service, "service_id")
def service_groups(request: Request, row: Service) -> HttpResponse:
    held = row.target_groups.filter(in_force(request.today))
    main = [one.target_group_id for one in held if one.is_main]
    form = TargetGroupsForm(
        request.POST or None,
        groups=_with(
            choices.target_group_choices(request.actor, on=request.today),
            [
                (one.target_group_id, str(one.target_group))
                for one in held.select_related("target_group")
            ],
        ),
        initial={
            "target_group_ids": [one.target_group_id for one in held],
            "main_id": main[0] if main else None,
            "on": max(row.valid_from, request.today),
            "seen": seen_of(row, "target_group_id"),
        },
    )
    return saved(
        request,
        form,
        lambda: operations.set_target_groups(
            row,
            form.cleaned_data["target_group_ids"],
            main_id=form.cleaned_data["main_id"],
            on=form.cleaned_data["on"],
            seen=form.cleaned_data["seen"] or None,
            by=request.actor,
            at=request.at,
        ),
        row.facility,
        _("Målgrupper for %s") % row.name,
    )


def _with(offered: choices.Choices, held: choices.Choices) -> choices.Choices:
    """The choices, with those that are held but no longer offered."""
    known = {pk for pk, _name in offered}
    return offered + [pair for pair in held if pair[0] not in known]


@require_http_methods(["GET", "POST"])
@requires(REPORT, Service, "service_id")
def capacity(request: Request, row: Service) -> HttpResponse:
    held = row.capacities.filter(in_force(request.today), superseded_at=None).first()
    form = CapacityForm(
        request.POST or None,
        initial={"places": held.places, "covered": held.covered} if held else {},
    )
    return _reported(request, row, form, operations.set_capacity, _("Pladser i %s"))


@require_http_methods(["GET", "POST"])
@requires(REPORT, Service, "service_id")
def vacancy(request: Request, row: Service) -> HttpResponse:
    form = VacancyForm(request.POST or None, initial={"as_of": request.today})
    return _reported(request, row, form, operations.report_vacancy, _("Ledige pladser i %s"))


@require_http_methods(["GET", "POST"])
@requires(REPORT, Service, "service_id")
def occupancy(request: Request, row: Service) -> HttpResponse:
    form = OccupancyForm(request.POST or None, initial={"year": str(request.today.year)})
    return _reported(request, row, form, operations.report_occupancy, _("Belægning i %s"))


def _reported(
    request: Request, row: Service, form: Any, operation: Any, heading: str
) -> HttpResponse:
    return saved(
        request,
        form,
        lambda: operation(row, **form.cleaned_data, by=request.actor, at=request.at),
        row.facility,
        heading % row.name,
    )
