"""Each party answers a contract or an addendum for its own side."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.saving import RevisionConflict
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.placements.calculate.contract_text import content_changes
from rammevaerk.portal.placements.forms.contracts import AnswerForm
from rammevaerk.portal.placements.models import ContractApproval, ContractVersion
from rammevaerk.portal.placements.operations.contract_answers import answer_contract
from rammevaerk.portal.placements.queries.contract_paper import name_of_version, paper_of
from rammevaerk.portal.placements.queries.contract_record import deviations_of
from rammevaerk.portal.placements.queries.contracts import held_before
from rammevaerk.portal.placements.views.contract_places import contract_address, contract_trail

Side = ContractApproval.Side


@require_http_methods(["GET", "POST"])
@requires(Action.CONTRACT_BUY, ContractVersion, "contract_version_id")
def contract_answer_buyer(request: Request, row: ContractVersion) -> HttpResponse:
    return _answer(request, row, Side.BUYER)


@require_http_methods(["GET", "POST"])
@requires(Action.CONTRACT_SELL, ContractVersion, "contract_version_id")
def contract_answer_seller(request: Request, row: ContractVersion) -> HttpResponse:
    return _answer(request, row, Side.SELLER)


def _answer(request: Request, row: ContractVersion, side: Side) -> HttpResponse:
    parent: Any = row.contract
    form = AnswerForm(request.POST or None)

    def answer() -> None:
        answer_contract(
            row,
            side,
            approved=form.approved(),
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=request.at,
        )

    try:
        if carried_out(form, answer):
            done = (
                _("Din godkendelse er registreret.")
                if form.approved()
                else _("Din afvisning er registreret.")
            )
            messages.success(request, done)
            return redirect(contract_address(parent))
    except RevisionConflict:
        messages.warning(
            request,
            _("Teksten er taget tilbage eller afløst af en nyere. Dit svar er ikke gemt."),
        )
        return redirect(contract_address(parent))
    before = held_before(row) if row.number else None
    name = name_of_version(row)
    context = {
        "crumbs": contract_trail(parent, _("Svar")),
        "row": row,
        "parent": parent,
        "name": name,
        "side": side.label,
        "form": form,
        "changes": content_changes(before.content, row.content) if before else [],
        "deviations": deviations_of(parent, row.content) if parent.template_id else [],
        "paper": paper_of(row),
        "back": contract_address(parent),
    }
    return render(request, "placements/contract_answer.html", context, status=status_of(form))
