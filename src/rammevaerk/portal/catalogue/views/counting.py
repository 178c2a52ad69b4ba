"""Facilities counted by municipality and ownership, beside the table that was published."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.counting_texts import Words, cells_of
from rammevaerk.portal.catalogue.forms.counting import PublishedTableForm
from rammevaerk.portal.catalogue.models import OwnershipGroup
from rammevaerk.portal.catalogue.models.facilities import FacilityKind
from rammevaerk.portal.catalogue.queries.counting import (
    Count,
    Place,
    count_on,
    keys_by_name,
    published_days,
    registrable_cooperations,
)
from rammevaerk.portal.catalogue.views.facilities import XLSX
from rammevaerk.portal.catalogue.views.filters import as_of
from rammevaerk.portal.catalogue.views.places import catalogue_trail
from rammevaerk.portal.common.forms import carried_out, status_of

_GROUPS = [(group.value, str(group.label)) for group in OwnershipGroup]


@require_GET
@requires(Action.FACILITY_READ)
def count(request: Request) -> HttpResponse:
    kind, problems = _kind(request), []  # type: tuple[str, list[str]]
    days = published_days(request.actor, kind)
    on = _day(request, days, problems)
    counted = count_on(request.actor, kind, on=on)
    words = Words(counted, kind)
    context = {
        "crumbs": catalogue_trail(_("Optælling")),
        "kind": kind,
        "kinds": FacilityKind.choices,
        "on": on,
        "today": request.today,
        "day_text": request.GET.get("pr", "")[:60],
        "problems": problems,
        "days": [day for day in days if day != on],
        "counted": counted,
        "sentence": words.sentence(),
        "columns": [label for _value, label in _GROUPS],
        "lines": [_line(counted, kind, *one) for one in counted.municipalities],
        "totals": _line(counted, kind, None, _("I alt")),
        "findings": [asdict(one) for one in words.findings()],
        "explanations": words.explanations(),
        "one_by_one": words.one_by_one(),
        "readings": words.readings(),
        "synthetic": counted.synthetic,
        "registrable": registrable_cooperations(request.actor),
    }
    return render(request, "catalogue/count.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.FACILITY_MANAGE, "access.Cooperation", "cooperation", field="key")
def published_new(request: Request, cooperation: Any) -> HttpResponse:
    form = PublishedTableForm(
        request.POST or None, keys=keys_by_name(on=request.today), latest=request.today
    )

    def load() -> None:
        operations.load_published_counts(
            cooperation, form.entries(), by=request.actor, at=request.at
        )

    address = reverse("catalogue:count")
    if carried_out(form, load):
        messages.success(request, _("Tabellen er gemt, som den står."))
        asked = {"art": form.cleaned_data["kind"], "pr": form.cleaned_data["as_of"].isoformat()}
        return redirect(f"{address}?{urlencode(asked)}")
    heading = _("Registrer en offentliggjort tabel")
    context = {
        "crumbs": catalogue_trail((_("Optælling"), address), heading),
        "heading": heading,
        "explanation": _(
            "Tallene gemmes, som de står, og sammenlignes med kataloget. Er der allerede en tabel "
            "for samme art og dag, tager den nye dens plads; den gamle bliver bevaret."
        ),
        "form": form,
        "back": address,
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_GET
@requires(Action.FACILITY_READ)
def count_workbook(request: Request) -> HttpResponse:
    """The count with the published table's numbers beside it, and what was found."""
    kind = _kind(request)
    on = _day(request, published_days(request.actor, kind), [])
    counted = count_on(request.actor, kind, on=on)
    words = Words(counted, kind)
    content = write_listing(
        _("Optælling"),
        _columns(counted),
        [_cells(counted, row, name) for row, name in (*counted.municipalities, (None, _("I alt")))],
        about=[
            (_("Art"), str(FacilityKind(kind).label)),
            (_("Opgjort pr."), date_text_da(on)),
            (_("Udtrukket"), date_text_da(request.today)),
            (_("I alt"), words.sentence()),
            *([(_("Offentliggjort tabel"), counted.published.source)] if counted.published else []),
            *((one.place, one.message) for one in words.findings()),
            *((_("Forklaring"), one.text) for one in words.explanations()),
            *words.readings(),
        ],
        at=request.at,
    )
    response = HttpResponse(content, content_type=XLSX)
    name = f"Optælling {on.isoformat()}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _kind(request: Request) -> str:
    asked = request.GET.get("art", "")
    return asked if asked in FacilityKind.values else FacilityKind.RESIDENTIAL.value


def _day(request: Request, days: list[date], problems: list[str]) -> date:
    """The day asked for; else that of the latest published table, else today."""
    text = request.GET.get("pr", "").strip()
    latest = next((day for day in days if day <= request.today), request.today)
    return as_of(text, request.today, problems) if text else latest


def _line(counted: Count, kind: str, row: str | None, name: str) -> dict[str, Any]:
    has_table = counted.published is not None
    cells = [
        {
            "own": own,
            "printed": printed,
            "differs": differs and has_table,
            "url": _register(counted, kind, at),
        }
        for at, own, printed, differs in cells_of(counted, row)
    ]
    return {"name": name, "cells": cells}


def _register(counted: Count, kind: str, at: Place) -> str:
    """The register with exactly the facilities that are counted there."""
    row, column = at
    asked = {"art": kind, "kommune": row, "ejerform": column, "pr": counted.on.isoformat()}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('catalogue:facilities')}?{query}"


def _columns(counted: Count) -> list[ListColumn]:
    names = [*(label for _value, label in _GROUPS), _("I alt")]
    own = [ListColumn(name, ColumnKind.WHOLE, 14) for name in names]
    printed = [ListColumn(_("Tabellen: %s") % name, ColumnKind.WHOLE, 16) for name in names]
    return [ListColumn(_("Kommune"), width=24), *own, *(printed if counted.published else [])]


def _cells(counted: Count, row: str | None, name: str) -> list[Any]:
    found = cells_of(counted, row)
    printed = [one[2] for one in found] if counted.published else []
    return [name, *(one[1] for one in found), *printed]
