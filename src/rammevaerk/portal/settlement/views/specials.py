"""Special payments: the list, registering one, and taking one back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.settlement.forms.specials import SpecialForm
from rammevaerk.portal.settlement.models import SpecialKind, SpecialPayment
from rammevaerk.portal.settlement.operations import specials as operations
from rammevaerk.portal.settlement.queries import specials as queries
from rammevaerk.portal.settlement.views.runs import run_trail

_LISTED = 25


def _trail(*steps: Any) -> Any:
    here: Any = _("Særlige betalinger")
    return run_trail((here, reverse("settlement:specials")), *steps) if steps else run_trail(here)


@require_GET
@requires(Action.SETTLEMENT_READ)
def specials(request: Request) -> HttpResponse:
    """What is registered, the newest month first, with what each comes to."""
    found = queries.seen_specials(request.actor)
    page = Paginator(found, _LISTED).get_page(request.GET.get("side"))
    context = {
        "crumbs": _trail(),
        "page": page,
        "rows": queries.shown_specials(list(page), on=request.today),
        "kinds": SpecialKind.choices,
        "may_run": request.actor.scope(Action.SETTLEMENT_RUN) is not None,
    }
    return render(request, "settlement/specials.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.SETTLEMENT_RUN)
def special_new(request: Request) -> HttpResponse:
    """Register one, by the kind in the address (`?art=`)."""
    kind = request.GET.get("art", "")
    if kind not in SpecialKind.values:
        # The list is where a kind is chosen.
        return redirect("settlement:specials")
    cooperation, payers, own = queries.parties(request.actor, on=request.today)
    form = SpecialForm(request.POST or None, kind=kind, on=request.today, parties=payers, own=own)

    def store() -> None:
        given = form.cleaned_data
        operations.register_special(
            cooperation or 0,
            kind,
            given["maaned"],
            given["label"],
            form.data_of(),
            operator_id=given["operator"],
            payer_id=given.get("payer"),
            by=request.actor,
            at=request.at,
        )

    if carried_out(form, store):
        messages.success(request, _("Betalingen er registreret. Den kommer med i næste kørsel."))
        return redirect("settlement:specials")
    title = str(SpecialKind(kind).label)
    context = {"crumbs": _trail(title), "form": form, "title": title}
    return render(request, "settlement/special_new.html", context, status=status_of(form))


@require_POST
@requires(Action.SETTLEMENT_RUN, SpecialPayment, "special_id")
def special_withdraw(request: Request, row: SpecialPayment) -> HttpResponse:
    try:
        operations.withdraw_special(row, by=request.actor, at=request.at)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(
            request,
            _("Betalingen er trukket tilbage. Er den faktureret, krediterer næste kørsel den."),
        )
    return redirect("settlement:specials")
