"""Contracts taken back, given up, changed by an addendum and ended."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.saving import fingerprint
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.placements.forms.contracts import (
    AddendumForm,
    ConfirmForm,
    EndForm,
    last_day_of,
)
from rammevaerk.portal.placements.models import Contract
from rammevaerk.portal.placements.operations import contracts as operations
from rammevaerk.portal.placements.operations.contract_answers import earliest_end, end_contract
from rammevaerk.portal.placements.views.contract_places import contract_address, contract_trail
from rammevaerk.portal.placements.views.contract_writing import away_without_draft

_WRITE = Action.CONTRACT_WRITE


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_clause_drop(request: Request, row: Contract) -> HttpResponse:
    """Take the parties' own wording away again."""
    if (away := away_without_draft(request, row)) is not None:
        return away
    key = request.GET.get("vilkaar", "")[:60]
    if key not in row.draft["clauses"]:
        raise Http404
    return _confirmed(
        request,
        row,
        lambda: operations.drop_clause(row, key, by=request.actor, at=request.at),
        heading=_("Tag ændringen af «%s» tilbage") % row.draft["clauses"][key]["heading"],
        explanation=_("Standardens vilkår gælder igen. Et af parternes egne vilkår fjernes."),
        button=_("Tag tilbage"),
        done=_("Ændringen er taget tilbage."),
    )


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_recall(request: Request, row: Contract) -> HttpResponse:
    return _confirmed(
        request,
        row,
        lambda: operations.recall_contract(row, by=request.actor, at=request.at),
        heading=_("Tag %s tilbage") % row.number,
        explanation=_("Den bliver en kladde igen, og svar, der er givet, gælder ikke den nye."),
        button=_("Tag tilbage"),
        done=_("Den er taget tilbage og kan rettes."),
    )


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_drop(request: Request, row: Contract) -> HttpResponse:
    return _confirmed(
        request,
        row,
        lambda: operations.drop_draft(row, by=request.actor, at=request.at),
        heading=_("Opgiv kladden %s") % row.number,
        explanation=_("Det, der er skrevet, slettes. Det, der er sendt, bliver stående."),
        button=_("Opgiv"),
        done=_("Kladden er opgivet."),
    )


def _confirmed(
    request: Request,
    row: Contract,
    work: Callable[[], object],
    *,
    heading: str,
    explanation: str,
    button: str,
    done: str,
) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None, seen=fingerprint(row))
    if carried_out(form, work):
        messages.success(request, done)
        return redirect(contract_address(row))
    context = {
        "crumbs": contract_trail(row, heading),
        "heading": heading,
        "explanation": explanation,
        "button": button,
        "form": form,
        "back": contract_address(row),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_addendum(request: Request, row: Contract) -> HttpResponse:
    form = AddendumForm(request.POST or None)

    def begin() -> None:
        given = form.cleaned_data
        operations.begin_addendum(
            row,
            valid_from=given["valid_from"],
            summary=given["summary"],
            by=request.actor,
            at=request.at,
        )

    if carried_out(form, begin):
        messages.success(
            request, _("Tillægget er begyndt. Det, indskrivningen siger fra dagen, er fyldt ind.")
        )
        return redirect(contract_address(row))
    context = {
        "crumbs": contract_trail(row, _("Nyt tillæg")),
        "heading": _("Nyt tillæg til %s") % row.number,
        "explanation": _(
            "Ændringer af timer, pris og betaler registreres på indskrivningen og kommer med herfra"
            " af sig selv. Begge parter skal godkende tillægget, før det gælder."
        ),
        "button": _("Begynd tillægget"),
        "form": form,
        "back": contract_address(row),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_end(request: Request, row: Contract) -> HttpResponse:
    earliest = earliest_end(row, request.today)
    form = EndForm(
        request.POST or None, initial={"ends_on": last_day_of(max(earliest, row.valid_from))}
    )

    def end() -> None:
        end_contract(
            row,
            ends_on=form.valid_to(),
            reason=form.cleaned_data["ended_reason"],
            by=request.actor,
            at=request.at,
        )

    if carried_out(form, end):
        messages.success(request, _("Det er registreret, hvornår kontrakten ophører."))
        return redirect(contract_address(row))
    last = last_day_of(earliest)
    context = {
        "crumbs": contract_trail(row, _("Lad den ophøre")),
        "heading": _("Lad kontrakt %s ophøre") % row.number,
        "explanation": _(
            "Den sidste dag kan tidligst være %s efter det aftalte varsel, en registreret opsigelse"
            " eller udskrivningen. En tidligere dag aftales i et tillæg, som begge godkender."
        )
        % (date_text_da(last) if last else ""),
        "form": form,
        "back": contract_address(row),
    }
    return render(request, "plain_form.html", context, status=status_of(form))
