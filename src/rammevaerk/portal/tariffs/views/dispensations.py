"""Registering that a service may assume an occupancy outside the agreement's limits."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.tariffs.forms.dispensations import DispensationForm
from rammevaerk.portal.tariffs.operations.dispensations import register_dispensation
from rammevaerk.portal.tariffs.views.places import prices_trail


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_CHECK, "catalogue.Service", "service_id")
def service_dispensation(request: Request, service: Any) -> HttpResponse:
    year = request.today.year + 1
    form = DispensationForm(request.POST or None, initial={"first_year": year, "last_year": year})

    def store() -> None:
        given = form.cleaned_data
        register_dispensation(
            service.pk,
            occupancy=given["occupancy"],
            first_year=given["first_year"],
            last_year=given["last_year"],
            decision=given["decision"],
            decided_on=given["decided_on"],
            by=request.actor,
            at=request.at,
        )

    back = reverse("tariffs:service_prices", kwargs={"service_id": service.pk})
    if carried_out(form, store):
        messages.success(request, _("Det er gemt."))
        return redirect(f"{back}#dispensationer")
    named = f"{service.facility.name}, {service.name}"
    context = {
        "crumbs": prices_trail((named, back), _("Registrér dispensation")),
        "heading": _("Dispensation for belægning: %s") % named,
        "form": form,
        "offered": True,
        "back": back,
    }
    return render(request, "tariffs/cap_form.html", context, status=status_of(form))
