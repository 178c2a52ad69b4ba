"""How organisations are billed: the list, the details of one over time, and keeping them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.access.queries import names_on, organisation_register
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.common.crumbs import Crumb
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.settlement.forms.parties import NewPartyForm, PartyForm
from rammevaerk.portal.settlement.models import BillingParty
from rammevaerk.portal.settlement.operations import parties as operations
from rammevaerk.portal.settlement.queries.parties import (
    parties_on,
    party_rows,
    seen_parties,
    versions_of,
)
from rammevaerk.portal.settlement.views.places import Step, invoices_trail

_KINDS = ("municipality", "region", "operator", "state_agency")


def parties_trail(*steps: Step) -> list[Crumb]:
    """… › Regninger › Faktureringsoplysninger › steps."""
    here: Step = _("Faktureringsoplysninger")
    if steps:
        here = (_("Faktureringsoplysninger"), reverse("settlement:billing_parties"))
    return invoices_trail(here, *steps)


@require_GET
@requires(Action.INVOICE_READ)
def parties(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    context = {
        "crumbs": parties_trail(),
        "rows": parties_on(request.actor, on=request.today, text=text),
        "text": text,
        "today": request.today,
        "may_keep": request.actor.scope(Action.INVOICE_ISSUE) is not None,
    }
    return render(request, "settlement/billing_parties.html", context)


@require_GET
@requires(Action.INVOICE_READ, BillingParty, "billing_party_id")
def party(request: Request, row: BillingParty) -> HttpResponse:
    """One organisation's details, and what they were before."""
    [shown] = party_rows([row], on=request.today)
    context = {
        "crumbs": parties_trail(shown.organisation),
        "row": shown,
        "party": row,
        "versions": versions_of(row, request.actor),
        "today": request.today,
        "may_keep": decide(request.actor, Action.INVOICE_ISSUE, row).allowed,
    }
    return render(request, "settlement/billing_party.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.INVOICE_ISSUE)
def party_new(request: Request) -> HttpResponse:
    """Register details from a day on, beginning with those that hold where there are any."""
    given = request.POST or None
    form = NewPartyForm(given, organisations=_organisations(request), initial=_before(request))
    made: list[BillingParty] = []

    def store() -> None:
        values = dict(form.cleaned_data)
        organisation = _register(request)[int(values.pop("organisation"))]
        made.append(
            operations.register_party(organisation, values, by=request.actor, at=request.at)
        )

    if carried_out(form, store):
        messages.success(request, _("Faktureringsoplysningerne er gemt."))
        return redirect("settlement:billing_party", billing_party_id=made[0].pk)
    context = {
        "crumbs": parties_trail(_("Registrér")),
        "heading": _("Registrér faktureringsoplysninger"),
        "explanation": _(
            "Oplysningerne gælder fra den dag, du skriver. Dem, der gælder nu, ophører samme dag, "
            "og regninger, der allerede er udstedt, ændres ikke."
        ),
        "form": form,
        "back": reverse("settlement:billing_parties"),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


def _register(request: Request) -> dict[int, Any]:
    rows = organisation_register(request.actor, on=request.today)
    return {one.organisation.pk: one.organisation for one in rows}


def _organisations(request: Request) -> Sequence[tuple[int, str]]:
    """Those whose details the actor may register, by name."""
    rows = organisation_register(request.actor, on=request.today)
    ids = [one.organisation.pk for one in rows if one.organisation.kind in _KINDS]
    kept = operations.keepers(ids, request.actor, on=request.today)
    return [(one.organisation.pk, one.name) for one in rows if one.organisation.pk in kept]


def _before(request: Request) -> dict[str, Any]:
    """What holds for the organisation in the address, as a beginning."""
    pk = row_id(request.GET.get("fra", ""))
    row = seen_parties(request.actor).filter(pk=pk).first() if pk else None
    if row is None:
        return {"organisation": request.actor.organisation_id}
    kept = {name: getattr(row, name) for name in PartyForm.base_fields}
    return {**kept, "organisation": row.organisation_id}


@require_http_methods(["GET", "POST"])
@requires(Action.INVOICE_ISSUE, BillingParty, "billing_party_id")
def party_revise(request: Request, row: BillingParty) -> HttpResponse:
    back = reverse("settlement:billing_party", kwargs={"billing_party_id": row.pk})
    name = names_on([row.organisation_id], on=request.today)[row.organisation_id]
    place = {
        "crumbs": parties_trail((name, back), _("Ret")),
        "heading": _("Ret faktureringsoplysninger: %s") % name,
        "explanation": _(
            "Ret det, der er forkert. Ændrer noget sig fra en dag, så registrér nye oplysninger i "
            "stedet. Regninger, der allerede er udstedt, ændres ikke."
        ),
        "back": back,
    }
    return revise(request, row, PartyForm(request.POST or None), operations.revise_party, place)
