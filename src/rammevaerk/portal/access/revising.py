"""The page that corrects a row, safe against two who do it at once."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.common.conflicts import texts_side_by_side
from rammevaerk.portal.common.forms import carried_out, status_of

SAME_NAMES: Mapping[str, str] = MappingProxyType({})


# Where a form's page lies: crumbs, heading, perhaps an explanation, and ``back`` from it.
Place = dict[str, Any]


def revise(
    request: Request,
    row: Model,
    form: BaseForm,
    operation: Callable[..., object],
    place: Place,
    columns: Mapping[str, str] = SAME_NAMES,
) -> HttpResponse:
    """Show the form with the row in it, carry the correction out, or show what came first.

    ``operation(row, values, seen=…, by=…, at=…)`` raises RevisionConflict when the row is not the
    one that was seen. ``columns`` names the row's columns for fields that are called otherwise.
    """
    form.initial = _stored(row, form, columns)
    seen = request.POST.get("seen") or fingerprint(row)
    context: dict[str, Any] = {**place, "form": form, "seen": seen}
    try:
        if carried_out(
            form,
            lambda: operation(
                row,
                {columns.get(name, name): value for name, value in form.cleaned_data.items()},
                seen=seen,
                by=request.actor,
                at=request.at,
            ),
        ):
            messages.success(request, _("Ændringerne er gemt."))
            return redirect(place["back"])
    except RevisionConflict as conflict:
        context["conflict"] = texts_side_by_side(form, _stored(conflict.row, form, columns))
        context["seen"] = fingerprint(conflict.row)
        return render(request, "revise_form.html", context, status=409)
    return render(request, "revise_form.html", context, status=status_of(form))


def _stored(row: Model, form: BaseForm, columns: Mapping[str, str]) -> dict[str, Any]:
    return {name: getattr(row, columns.get(name, name)) for name in form.fields}
