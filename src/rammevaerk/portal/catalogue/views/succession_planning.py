"""Planning a succession in two steps, or a closure: shown as it will be before it is done."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.forms.succession import ChooseForm, ClosureForm, PlanForm
from rammevaerk.portal.catalogue.models import CLOSURE, Facility, SuccessionKind
from rammevaerk.portal.catalogue.operations.closing import last_day_for_residents
from rammevaerk.portal.catalogue.operations.succession_plans import (
    Chosen,
    NewFacility,
    SuccessionPlan,
    chosen,
    followed_rules,
)
from rammevaerk.portal.catalogue.queries.succession_choices import (
    Setting,
    others_to_choose,
    setting_of,
)
from rammevaerk.portal.catalogue.views.places import facility_address, facility_trail
from rammevaerk.portal.common.forms import DayField, carried_out, row_id, status_of


@require_GET
@requires(Action.FACILITY_MANAGE, Facility, "facility_id")
def succession_choose(request: Request, facility: Facility) -> HttpResponse:
    """The first step: what happens, and with whom. Its answer is the address of the second."""
    others = others_to_choose(facility, request.actor, on=request.today)
    form = ChooseForm(others, request.GET if "art" in request.GET else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        address = reverse("catalogue:succession_plan", kwargs={"facility_id": facility.pk})
        parts = [("art", data["art"]), ("dele", data["dele"]), ("til", data["til"])]
        parts += [("med", pk) for pk in form.others()]
        return redirect(f"{address}?{urlencode([(name, v) for name, v in parts if v])}")
    context = {
        "crumbs": facility_trail(facility, _("Gå over til et andet tilbud")),
        "facility": facility,
        "form": form,
        "rules": [
            (label, followed_rules(kind, request.today)) for kind, label in SuccessionKind.choices
        ],
    }
    status = status_of(form)
    return render(request, "catalogue/succession_choose.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Action.FACILITY_MANAGE, Facility, "facility_id")
def succession_plan(request: Request, facility: Facility) -> HttpResponse:
    """The second step: when, who, what goes where. Shown as it will be before it is done."""
    kind = request.GET.get("art", "")
    if kind not in SuccessionKind.values:
        return redirect("catalogue:succession_choose", facility_id=facility.pk)
    on = _asked_day(request)
    setting = _setting(request, facility, kind, on)
    rules = _by_rule(setting, on)
    form = PlanForm(setting, rules, request.POST if request.method == "POST" else None)
    outcome = None
    if form.is_valid():
        try:
            if request.POST.get("do") == "carry_out":
                event = operations.succeed(form.plan(), by=request.actor, at=request.at)
                messages.success(request, _("Efterfølgelsen er registreret: %s.") % event.title)
                return redirect("catalogue:facility_event", event_id=event.pk)
            outcome = operations.rehearse(form.plan(), by=request.actor, at=request.at)
        except ValidationError as problem:
            form.show(problem)
    label = SuccessionKind(kind).label
    context = {
        "crumbs": facility_trail(facility, str(label)),
        "facility": facility,
        "heading": f"{label}: {facility.name}",
        "setting": setting,
        "form": form,
        "rules": rules.rules,
        "outcome": outcome,
        "back": facility_address(facility),
    }
    return render(request, "catalogue/succession_plan.html", context, status=status_of(form))


def _asked_day(request: Request) -> date:
    """The day of the form where it can be read: places and rules are those of the day."""
    try:
        found = DayField(required=False).clean(request.POST.get("on", "")[:60])
    except ValidationError:
        return request.today
    return found or request.today


def _setting(request: Request, facility: Facility, kind: str, on: date) -> Setting:
    asked = request.GET
    others = [pk for text in asked.getlist("med")[:10] if (pk := row_id(text)) is not None]
    return setting_of(
        facility,
        request.actor,
        kind=kind,
        others=others,
        existing_id=row_id(asked.get("til", "")),
        parts=row_id(asked.get("dele", "")) or 2,
        on=on,
    )


def _by_rule(setting: Setting, on: date) -> Chosen:
    return chosen(
        SuccessionPlan(
            SuccessionKind(setting.kind),
            on,
            setting.predecessors,
            (setting.existing or NewFacility(""),),
            decision="",
            reason="",
        )
    )


@require_http_methods(["GET", "POST"])
@requires(Action.FACILITY_MANAGE, Facility, "facility_id")
def closure(request: Request, facility: Facility) -> HttpResponse:
    form = ClosureForm(request.POST if request.method == "POST" else None)
    outcome = None
    if form.is_valid():
        plan = form.plan(facility)
        how: dict[str, Any] = {"by": request.actor, "at": request.at}
        if request.POST.get("do") == "carry_out":
            if carried_out(form, lambda: operations.close_facility(plan, **how)):
                messages.success(
                    request, _("%s lukker %s.") % (facility.name, date_text_da(plan.on))
                )
                return redirect(facility_address(facility))
        else:
            found: list[Any] = []
            if carried_out(form, lambda: found.extend(operations.rehearse_closure(plan, **how))):
                outcome = found
    on = _asked_day(request)
    context = {
        "crumbs": facility_trail(facility, _("Luk")),
        "facility": facility,
        "form": form,
        "rules": followed_rules(CLOSURE, on),
        "residents_last": last_day_for_residents(facility, on),
        "outcome": outcome,
        "back": facility_address(facility),
    }
    return render(request, "catalogue/closure.html", context, status=status_of(form))
