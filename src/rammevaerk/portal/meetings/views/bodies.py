"""Bodies: the list, the page of one, its seats, mandates and charters."""

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
from rammevaerk.portal.meetings import operations, queries, terms
from rammevaerk.portal.meetings.forms.bodies import (
    BodyFacts,
    CharterForm,
    LastDayForm,
    MandateForm,
    NewBodyForm,
    SeatForm,
)
from rammevaerk.portal.meetings.models import Body, Charter, Mandate, Seat
from rammevaerk.portal.meetings.views.places import bodies_trail, meetings_trail


@require_GET
@requires(Action.BODY_READ)
def bodies(request: Request) -> HttpResponse:
    context = {
        "crumbs": meetings_trail(_("Mødefora")),
        "rows": queries.bodies(request.actor, on=request.today),
        "manageable": [
            one
            for one in cooperations(request.actor)
            if abilities(request.actor, one, Action.BODY_MANAGE)["body_manage"]
        ],
    }
    return render(request, "meetings/bodies.html", context)


@require_GET
@requires(Action.BODY_READ, Body, "body_id")
def body(request: Request, row: Body) -> HttpResponse:
    view = queries.body_view(row, on=request.today)
    context = {
        "crumbs": bodies_trail(view.name),
        "view": view,
        "body": row,
        "charters": list(row.charters.all()),
        "meetings": queries.meetings_of(row, request.actor),
        "today": request.today,
        "can": abilities(request.actor, row, Action.BODY_MANAGE, Action.AGENDA_EDIT),
    }
    return render(request, "meetings/body.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.BODY_MANAGE, "access.Cooperation", "cooperation", field="key")
def body_new(request: Request, cooperation: Any) -> HttpResponse:
    form = NewBodyForm(
        request.POST or None,
        organisations=queries.organisations_without_body(on=request.today),
        parents=queries.body_choices(cooperation.pk, request.actor, on=request.today),
    )
    if carried_out(
        form,
        lambda: operations.add_body(
            cooperation, form.cleaned_data, by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Forummet er oprettet."))
        return redirect("meetings:bodies")
    return _form(request, form, bodies_trail(_("Nyt mødeforum")), _("Nyt mødeforum"))


@require_http_methods(["GET", "POST"])
@requires(Action.BODY_MANAGE, Body, "body_id")
def body_revise(request: Request, row: Body) -> HttpResponse:
    others = queries.body_choices(row.cooperation_id, request.actor, on=request.today)
    form = BodyFacts(request.POST or None, parents=[one for one in others if one[0] != row.pk])
    return revise(
        request,
        row,
        form,
        operations.revise_body,
        {
            "crumbs": _body_trail(request, row, _("Rediger")),
            "heading": _("Rediger %s") % _name(request, row),
            "back": _address(row),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Action.BODY_MANAGE, Body, "body_id")
def seat_new(request: Request, row: Body) -> HttpResponse:
    form = SeatForm(
        request.POST or None,
        organisations=queries.organisation_choices(row.cooperation_id, on=request.today),
        initial={"valid_from": request.today},
    )
    if carried_out(
        form,
        lambda: operations.add_seat(row, form.cleaned_data, by=request.actor, at=request.at),
    ):
        return redirect(_address(row))
    return _body_form(request, row, form, _("Ny plads"))


@require_http_methods(["GET", "POST"])
@requires(Action.BODY_MANAGE, Seat, "seat_id")
def mandate_new(request: Request, row: Seat) -> HttpResponse:
    term = row.body.follows_edition and terms.last_day_of_term(
        row.body.cooperation_id, request.today
    )
    form = MandateForm(
        request.POST or None,
        people=queries.people_choices(row.organisation_id, on=request.today),
        initial={"valid_from": request.today, "last_day": term or None},
    )
    if carried_out(
        form,
        lambda: operations.give_mandate(row, form.values(), by=request.actor, at=request.at),
    ):
        messages.success(request, _("Mandatet er gemt."))
        return redirect(_address(row.body))
    heading = _("Nyt mandat: %s") % queries.seat_name(row, on=request.today)
    return _body_form(request, row.body, form, heading)


@require_http_methods(["GET", "POST"])
@requires(Action.BODY_MANAGE, Mandate, "mandate_id")
def mandate_end(request: Request, row: Mandate) -> HttpResponse:
    form = LastDayForm(request.POST or None, initial={"last_day": request.today})
    if carried_out(
        form,
        lambda: operations.end_mandate(
            row, form.cleaned_data["last_day"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Mandatet er afsluttet; pladsen er ledig derefter."))
        return redirect(_address(row.seat.body))
    return _body_form(request, row.seat.body, form, _("Afslut mandat: %s") % row.name)


@require_http_methods(["GET", "POST"])
@requires(Action.BODY_MANAGE, Seat, "seat_id")
def seat_end(request: Request, row: Seat) -> HttpResponse:
    form = LastDayForm(request.POST or None, initial={"last_day": request.today})
    if carried_out(
        form,
        lambda: operations.end_seat(
            row, form.cleaned_data["last_day"], by=request.actor, at=request.at
        ),
    ):
        return redirect(_address(row.body))
    heading = _("Nedlæg plads: %s") % queries.seat_name(row, on=request.today)
    return _body_form(request, row.body, form, heading)


@require_http_methods(["GET", "POST"])
@requires(Action.BODY_MANAGE, Body, "body_id")
def charter_new(request: Request, row: Body) -> HttpResponse:
    newest = row.charters.first()
    form = CharterForm(
        request.POST or None,
        initial={"text": newest.text if newest else "", "valid_from": request.today},
    )
    if carried_out(
        form,
        lambda: operations.adopt_charter(row, form.cleaned_data, by=request.actor, at=request.at),
    ):
        messages.success(request, _("Kommissoriet er gemt som en ny version."))
        return redirect(_address(row))
    return _body_form(request, row, form, _("Nyt kommissorium"))


@require_GET
@requires(Action.BODY_READ, Charter, "charter_id")
def charter(request: Request, row: Charter) -> HttpResponse:
    heading = _("Kommissorium, version %s") % row.version
    context = {"crumbs": _body_trail(request, row.body, heading), "charter": row}
    return render(request, "meetings/charter.html", context)


def _name(request: Request, row: Body) -> str:
    return queries.body_name(row, on=request.today)


def _address(row: Body) -> str:
    return reverse("meetings:body", kwargs={"body_id": row.pk})


def _body_trail(request: Request, row: Body, step: str) -> Any:
    return bodies_trail((_name(request, row), _address(row)), step)


def _body_form(request: Request, row: Body, form: BaseForm, heading: str) -> HttpResponse:
    return _form(request, form, _body_trail(request, row, heading), heading, _address(row))


def _form(
    request: Request, form: BaseForm, crumbs: Any, heading: str, back: str = ""
) -> HttpResponse:
    context = {
        "crumbs": crumbs,
        "form": form,
        "heading": heading,
        "back": back or reverse("meetings:bodies"),
    }
    return render(request, "plain_form.html", context, status=status_of(form))
