"""One line: both parties' days, what it is worth, what was said, and saying more."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.settlement.calculate.buyer_claims import claim_of
from rammevaerk.portal.settlement.calculate.reconciliation import month_after, month_text_da
from rammevaerk.portal.settlement.forms.answers import (
    LONGEST_REASON,
    ConcedeForm,
    DisputeForm,
    UpholdForm,
)
from rammevaerk.portal.settlement.forms.records import StayForm, initial_of
from rammevaerk.portal.settlement.models import (
    BuyerRecord,
    LineAnswer,
    LineStanding,
    SettlementLine,
)
from rammevaerk.portal.settlement.operations import answers
from rammevaerk.portal.settlement.operations.records import keep_claims
from rammevaerk.portal.settlement.queries.line_rows import line_rows
from rammevaerk.portal.settlement.queries.sides import LineSides, sides_of
from rammevaerk.portal.settlement.queries.statements import answers_to
from rammevaerk.portal.settlement.views.places import statement_step, statements_trail

_KINDS = {
    LineAnswer.Verdict.AGREED: "done",
    LineAnswer.Verdict.DISPUTED: "warning",
    LineAnswer.Verdict.UPHELD: "awaiting_decision",
    LineAnswer.Verdict.CONCEDED: "active",
}
State = LineStanding.State


@require_GET
@requires(Action.SETTLEMENT_READ, SettlementLine, "line_id")
def line(request: Request, row: SettlementLine) -> HttpResponse:
    return _page(request, row)


def _page(request: Request, row: Any, status: int = 200, **forms: Form) -> HttpResponse:
    statement = row.statement
    open_days = request.actor.scope(Action.PLACEMENT_READ) is not None
    sides = sides_of(row) if open_days else None
    compared = {row.pk: sides.comparison} if sides and sides.comparison else {}
    shown = line_rows(statement, [row], {}, on=request.today)[0]
    names = names_on([statement.operator_id, statement.payer_id], on=request.today, short=True)
    operator = names.get(statement.operator_id, "")
    may_answer = decide(request.actor, Action.SETTLEMENT_ANSWER, statement).allowed
    may_run = decide(request.actor, Action.SETTLEMENT_RUN, statement).allowed
    state = row.standing.state
    conceded = shown.said is not None and shown.said.verdict == LineAnswer.Verdict.CONCEDED
    context: dict[str, Any] = {
        "crumbs": statements_trail(statement_step(statement, operator), _name(row)),
        "line": row,
        "name": _name(row),
        "month": month_text_da(row.valid_from.replace(day=1)),
        "operator": operator,
        "payer": names.get(statement.payer_id, ""),
        "row": shown,
        "synthetic": row.placement is not None and row.placement.synthetic,
        "sides": sides,
        "comparison": compared.get(row.pk),
        "reversed_by": row.reversed_by.exclude(standing__state=State.DISCARDED).first(),
        "entries": [_entry(one) for one in answers_to(row)],
        "may_agree": may_answer and state in answers.MAY_AGREE,
        "may_dispute": may_answer and state in answers.MAY_DISPUTE,
        "may_rule": may_run and state == State.DISPUTED,
        "may_correct": row.placement is not None
        and decide(request.actor, Action.PLACEMENT_RUN, row.placement).allowed,
        "conceded": conceded,
        "may_record": may_answer and sides is not None,
        "dispute_form": _dispute_form(row, sides),
        "uphold_form": UpholdForm(auto_id="id_uphold_%s"),
        "concede_form": ConcedeForm(auto_id="id_concede_%s"),
        **forms,
    }
    return render(request, "settlement/line.html", context, status=status)


def _name(row: Any) -> str:
    return str(row.placement.reference) if row.placement else (row.text or row.part)


def _entry(one: LineAnswer) -> dict[str, Any]:
    day = _("Dag: %s") % date_text_da(one.day) if one.day else ""
    return {
        "day": one.at.date(),
        "title": one.get_verdict_display(),
        "kind": _KINDS[LineAnswer.Verdict(one.verdict)],
        "text": "\n".join(filter(None, (day, one.reason))),
        "who": one.by_label,
    }


def _days(row: Any) -> list[date]:
    first = row.valid_from.replace(day=1)
    return [first + timedelta(days=at) for at in range((month_after(first) - first).days)]


def _dispute_form(row: Any, sides: LineSides | None, data: Any = None) -> DisputeForm:
    """Filled in with what the parties' days say, where they differ."""
    initial: dict[str, Any] = {}
    if sides and sides.comparison and sides.comparison.differences:
        differences = sides.comparison.differences
        initial["day"] = differences[0].day.isoformat()
        initial["reason"] = "\n".join(sides.comparison.reasons())[:LONGEST_REASON]
    return DisputeForm(data, days=_days(row), initial=initial, auto_id="id_dispute_%s")


@require_POST
@requires(Action.SETTLEMENT_ANSWER, SettlementLine, "line_id")
def line_agree(request: Request, row: SettlementLine) -> HttpResponse:
    seen = {row.pk: request.POST.get("seen", "")}
    try:
        answers.agree_chosen(row.statement, seen, by=request.actor, at=request.at)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Linjen er godkendt."))
    return redirect("settlement:line", line_id=row.pk)


@require_POST
@requires(Action.SETTLEMENT_ANSWER, SettlementLine, "line_id")
def line_dispute(request: Request, row: SettlementLine) -> HttpResponse:
    form = _dispute_form(row, None, request.POST)
    return _said(request, row, "dispute_form", form, _("Linjen er bestridt."), answers.dispute)


@require_POST
@requires(Action.SETTLEMENT_RUN, SettlementLine, "line_id")
def line_uphold(request: Request, row: SettlementLine) -> HttpResponse:
    form = UpholdForm(request.POST, auto_id="id_uphold_%s")
    return _said(request, row, "uphold_form", form, _("Linjen er fastholdt."), answers.uphold)


@require_POST
@requires(Action.SETTLEMENT_RUN, SettlementLine, "line_id")
def line_concede(request: Request, row: SettlementLine) -> HttpResponse:
    form = ConcedeForm(request.POST, auto_id="id_concede_%s")
    said = _(
        "I har givet køber ret. Driftsherren retter nu indskrivningen, og næste kørsel retter"
        " linjen."
    )
    return _said(request, row, "concede_form", form, said, answers.concede)


def _said(
    request: Request,
    row: SettlementLine,
    name: str,
    form: Form,
    message: str,
    operation: Callable[..., object],
) -> HttpResponse:
    seen = request.POST.get("seen", "")
    try:
        done = carried_out(
            form,
            lambda: operation(row, **form.cleaned_data, seen=seen, by=request.actor, at=request.at),
        )
    except RevisionConflict:
        messages.error(
            request, _("Linjen er ændret, mens du skrev. Se, hvordan den står nu, og prøv igen.")
        )
        fresh = SettlementLine.objects.get(pk=row.pk)
        return _page(request, fresh, 409, **{name: form})
    if done:
        messages.success(request, message)
        return redirect("settlement:line", line_id=row.pk)
    return _page(request, row, status_of(form), **{name: form})


@require_http_methods(["GET", "POST"])
@requires(Action.SETTLEMENT_ANSWER, SettlementLine, "line_id")
def line_record(request: Request, row: SettlementLine) -> HttpResponse:
    """The buyer's own days of the line's citizen, typed: one stay at a time (`?nr=`)."""
    line: Any = row
    sides = sides_of(line)
    if sides is None:
        messages.error(request, _("Linjen har ingen døgn, der kan holdes op mod jeres."))
        return redirect("settlement:line", line_id=line.pk)
    asked = row_id(request.GET.get("nr", ""))
    held = next((one for one in sides.buyer if one.pk == asked), None)
    if held is None and asked is None and sides.buyer:
        held = sides.buyer[-1]
    form = StayForm(
        request.POST if request.method == "POST" else None,
        absences=len(held.absences) if held else 0,
        initial=initial_of(claim_of(held) if held else None),
    )
    conflict = request.method == "POST" and request.POST.get("seen", "") != _print(held)
    if conflict:
        form.is_valid()
        form.add_error(None, _("Registreringen er ændret, mens du skrev. Se den, og prøv igen."))
    elif carried_out(form, lambda: _keep(request, line, form, held)):
        messages.success(request, _("Jeres døgn er gemt."))
        return redirect("settlement:line", line_id=line.pk)
    context = {
        "crumbs": statements_trail(_("Egne døgn for %s") % _name(line)),
        "line": line,
        "name": _name(line),
        "sides": sides,
        "held": held,
        "form": form,
        "pairs": [(form[f"away_{at}"], form[f"back_{at}"]) for at in range(form.rows)],
        "seen": _print(held),
    }
    status = 409 if conflict else status_of(form)
    return render(request, "settlement/line_record.html", context, status=status)


def _print(held: BuyerRecord | None) -> str:
    return fingerprint(held) if held else ""


def _keep(request: Request, row: Any, form: StayForm, held: BuyerRecord | None) -> None:
    keep_claims(
        row.statement,
        [form.claim(row.placement_id)],
        source=form.cleaned_data["source"],
        without=[held.pk] if held else [],
        by=request.actor,
        at=request.at,
    )
