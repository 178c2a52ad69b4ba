"""Registering what the cap is judged by: index choices, supplements and arrears."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.uses import is_synthetic
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.tariffs.calculate.cap_world import series_text
from rammevaerk.portal.tariffs.forms.cap import (
    EstimateForm,
    IndexForm,
    SupplementForm,
    UnmetForm,
    previous_quarter,
)
from rammevaerk.portal.tariffs.models import IndexChoice
from rammevaerk.portal.tariffs.operations import cap as operations
from rammevaerk.portal.tariffs.operations.estimates import register_estimate
from rammevaerk.portal.tariffs.queries.cap import Circle, index_choices, operators_one_may
from rammevaerk.portal.tariffs.queries.indices import series_rows
from rammevaerk.portal.tariffs.views.cap import cap_trail, circle_of, nothing_here


def _open_on(row: IndexChoice, day: date) -> bool:
    return row.valid_to is None or row.valid_to > day


@require_GET
@requires(Action.TARIFF_READ)
def index(request: Request) -> HttpResponse:
    circle, _all = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Indeks"))
    chosen = index_choices(request.actor, circle.id)
    names = names_on(list(chosen), on=request.today, short=True)
    rows = [
        (
            names.get(pk, ""),
            row,
            series_text(row.series),
            row.valid_to is None or row.valid_to > request.today,
        )
        for pk, each in chosen.items()
        for row in each
    ]
    rows.sort(key=lambda one: (one[0].casefold(), -one[1].valid_from.toordinal()))
    context = {
        "crumbs": cap_trail(_("Indeks")),
        "circle": circle,
        "rows": rows,
        "synthetic": is_synthetic(request.actor, circle.id),
        "series": series_rows(request.actor, circle.id),
        "may_report": request.actor.scope(Action.TARIFF_REPORT) is not None,
        "may_check": request.actor.scope(Action.TARIFF_CHECK) is not None,
    }
    return render(request, "tariffs/cap_index.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_CHECK)
def estimate_new(request: Request) -> HttpResponse:
    circle, _all = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Registrér et skøn"))
    asked = {"series": request.GET.get("serie"), "year": row_id(request.GET.get("aar", ""))}
    form = EstimateForm(request.POST or None, initial=asked)

    def store() -> None:
        given = form.cleaned_data
        register_estimate(
            circle.id,
            given["series"],
            year=given["year"],
            growth_points=given["growth"],
            published_on=given["published_on"],
            source=given["source"],
            is_verified=given["is_verified"],
            by=request.actor,
            at=request.at,
        )

    index_page = reverse("tariffs:cap_index")
    if carried_out(form, store):
        messages.success(request, _("Skønnet er gemt. De tidligere står endnu."))
        return redirect(f"{index_page}#serie-{form.cleaned_data['series']}")
    context = {
        "crumbs": cap_trail((_("Indeks"), index_page), _("Registrér et skøn")),
        "heading": _("Registrér et skøn"),
        "form": form,
        "offered": True,
        "back": index_page,
    }
    return render(request, "tariffs/cap_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT)
def index_new(request: Request) -> HttpResponse:
    def store(form: Form, circle: Circle) -> None:
        operations.choose_index(
            circle.id,
            form.cleaned_data["operator"],
            series=tuple(form.cleaned_data["series"]),
            valid_from=form.cleaned_data["valid_from"],
            reason=form.cleaned_data["reason"],
            decision=form.cleaned_data["decision"],
            by=request.actor,
            at=request.at,
        )

    return _registered(
        request,
        IndexForm,
        store,
        heading=_("Vælg indeks"),
        said=_("Indeksvalget er gemt."),
        action=Action.TARIFF_REPORT,
        back="tariffs:cap_index",
    )


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT)
def supplements_new(request: Request) -> HttpResponse:
    def store(form: Form, circle: Circle) -> None:
        operations.report_supplements(
            circle.id,
            form.cleaned_data["operator"],
            year=form.cleaned_data["year"],
            quarter=form.cleaned_data["quarter"],
            supplements_ore=form.cleaned_data["supplements"],
            turnover_ore=form.cleaned_data["turnover"],
            citizens=form.cleaned_data["citizens"] or 0,
            by=request.actor,
            at=request.at,
        )

    year, quarter = previous_quarter(request.today)
    return _registered(
        request,
        SupplementForm,
        store,
        heading=_("Indberet tillægstakster"),
        said=_("Tallene er gemt. De tidligere står endnu."),
        action=Action.TARIFF_REPORT,
        initial={"year": year, "quarter": quarter},
    )


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_CHECK)
def unmet_new(request: Request) -> HttpResponse:
    def store(form: Form, circle: Circle) -> None:
        operations.record_unmet(
            circle.id,
            form.cleaned_data["operator"],
            year=form.cleaned_data["year"],
            basis_points=form.cleaned_data["share"],
            source=form.cleaned_data["source"],
            by=request.actor,
            at=request.at,
        )

    return _registered(
        request,
        UnmetForm,
        store,
        heading=_("Registrér efterslæb"),
        said=_("Efterslæbet er gemt."),
        action=Action.TARIFF_CHECK,
    )


def _registered(
    request: Request,
    form_class: Callable[..., Form],
    store: Callable[[Form, Circle], None],
    *,
    heading: str,
    said: str,
    action: Action,
    back: str = "",
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """A form for one of the operators that the actor may register for; then his page."""
    circle, _all = circle_of(request)
    if circle is None:
        return nothing_here(request, heading)
    offered = operators_one_may(request.actor, action, circle.id, on=request.today)
    asked = row_id(request.GET.get("driftsherre", ""))
    first = asked if asked in dict(offered) else (offered[0][0] if offered else None)
    form = form_class(offered, request.POST or None, initial={"operator": first, **(initial or {})})
    if carried_out(form, lambda: store(form, circle)):
        messages.success(request, said)
        if back:
            return redirect(back)
        return redirect("tariffs:cap_operator", organisation_id=form.cleaned_data["operator"])
    context = {
        "crumbs": cap_trail(heading),
        "heading": heading,
        "form": form,
        "offered": offered,
        "back": reverse(back or "tariffs:cap"),
    }
    return render(request, "tariffs/cap_form.html", context, status=status_of(form))
