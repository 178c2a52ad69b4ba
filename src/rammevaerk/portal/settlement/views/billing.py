"""The invoicing of a run or of one statement: what will be issued, what waits, what went out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.channels import configured
from rammevaerk.portal.settlement.models import (
    BillingJob,
    Invoice,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.operations.billing_jobs import (
    start_documents,
    start_handing_over,
    start_issuing,
)
from rammevaerk.portal.settlement.operations.documents import lacking
from rammevaerk.portal.settlement.queries import invoices as queries
from rammevaerk.portal.settlement.queries.bills import (
    Bill,
    bills,
    internal_of,
    print_of,
    ready_statements,
)
from rammevaerk.portal.settlement.views.invoices import STATE_TAGS
from rammevaerk.portal.settlement.views.places import invoices_trail, statement_step

_MOST_SHOWN = 100


@require_GET
@requires(Action.INVOICE_ISSUE, SettlementRun, "run_id")
def run_invoices(request: Request, run: SettlementRun) -> HttpResponse:
    heading = _("Regninger for kørsel %(number)s, %(month)s") % {
        "number": run.number,
        "month": month_text_da(run.month),
    }
    place = {"crumbs": invoices_trail(heading), "heading": heading, "run": run}
    return _page(request, run, None, place)


@require_GET
@requires(Action.INVOICE_ISSUE, Statement, "statement_id")
def statement_invoices(request: Request, statement: Statement) -> HttpResponse:
    names = names_on([statement.operator_id, statement.payer_id], on=request.today, short=True)
    heading = _("Regninger til %(payer)s for %(month)s") % {
        "payer": names[statement.payer_id],
        "month": month_text_da(statement.run.month),
    }
    step = statement_step(statement, names[statement.operator_id])
    place = {"crumbs": invoices_trail(step, heading), "heading": heading, "statement": statement}
    return _page(request, statement.run, statement, place)


def _page(
    request: Request, run: SettlementRun, statement: Statement | None, place: dict[str, Any]
) -> HttpResponse:
    job = queries.newest_job(run, request.actor)
    under_way = job is not None and job.state == BillingJob.State.WORKING
    context: dict[str, Any] = {
        **place,
        "run": run,
        "job": job,
        "under_way": under_way,
        "address": _address("invoices", run, statement),
        "issue_address": _address("issue", run, statement),
        "hand_over_address": _address("hand_over", run, statement),
    }
    if not under_way:
        context |= _figures(request, run, statement)
    response = render(request, "settlement/billing.html", context)
    if request.htmx and not under_way and request.GET.get("vent"):
        # What was waited for has come: the whole page is another.
        response["HX-Refresh"] = "true"
    return response


def _figures(request: Request, run: SettlementRun, statement: Statement | None) -> dict[str, Any]:
    statements = ready_statements(run, request.actor, statement)
    planned = bills(statements, day=request.today)
    fit = [one for one in planned if one.problem is None]
    issued = _issued(request, run, statement)
    channel = configured()
    waiting = queries.waiting_lines(statements, on=request.today)
    return {
        "bills": planned[:_MOST_SHOWN],
        "count": len(planned),
        "fit": len(fit),
        "total_ore": sum(one.invoice.total_ore for one in fit),
        "lines": sum(len(one.lines) for one in fit),
        "problems": _problems(planned),
        "waiting": waiting,
        "waiting_ore": sum(one.total_ore for one in waiting),
        "internal": internal_of(statements),
        "today": request.today,
        "sums": queries.sums_of(issued),
        "by_state": _by_state(issued),
        "lacking": lacking(run, request.actor, statement).count(),
        "to_hand_over": queries.to_hand_over(request.actor, run, statement=statement).count(),
        "seen": print_of(planned),
        "destination": channel.destination if channel else "",
    }


def _issued(
    request: Request, run: SettlementRun, statement: Statement | None
) -> "QuerySet[Invoice]":
    rows = queries.seen_invoices(request.actor).filter(run=run)
    if statement is not None:
        rows = rows.filter(pk__in=queries.of_statement(statement))
    return queries.with_state(rows)


def _by_state(rows: "QuerySet[Invoice]") -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for one in rows:
        state = queries.state_of(one)
        counts[state] = counts.get(state, 0) + 1
    return [
        {"state": state, "text": text, "kind": kind, "count": counts[state]}
        for state, (text, kind) in STATE_TAGS.items()
        if state in counts
    ]


def _problems(planned: list[Bill]) -> list[dict[str, Any]]:
    """Why some cannot be issued, each reason once with how many it concerns."""
    found: dict[tuple[str, str], list[Bill]] = {}
    for one in planned:
        if one.problem:
            found.setdefault((one.problem.place, one.problem.message), []).append(one)
    return [
        {**rows[0].problem.as_dict(), "url": "", "count": len(rows)}
        for rows in found.values()
        if rows[0].problem
    ]


def _address(page: str, run: SettlementRun, statement: Statement | None = None) -> str:
    if statement is not None:
        return reverse(f"settlement:statement_{page}", kwargs={"statement_id": statement.pk})
    return reverse(f"settlement:run_{page}", kwargs={"run_id": run.pk})


@require_POST
@requires(Action.INVOICE_ISSUE, SettlementRun, "run_id")
def run_issue(request: Request, run: SettlementRun) -> HttpResponse:
    return _issue(request, run, None)


@require_POST
@requires(Action.INVOICE_ISSUE, Statement, "statement_id")
def statement_issue(request: Request, statement: Statement) -> HttpResponse:
    return _issue(request, statement.run, statement)


def _issue(request: Request, run: SettlementRun, statement: Statement | None) -> HttpResponse:
    try:
        if request.POST.get("handling") == "udsted":
            seen = request.POST.get("seen", "")
            start_issuing(run, statement, seen=seen, by=request.actor, at=request.at)
            text = _("Regningerne udstedes med datoen %s.")
            messages.success(request, text % date_text_da(request.today))
        elif request.POST.get("handling") == "dan":
            start_documents(run, statement, by=request.actor, at=request.at)
            messages.success(request, _("E-regningerne dannes og valideres."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect(_address("invoices", run, statement))


@require_POST
@requires(Action.INVOICE_ISSUE, SettlementRun, "run_id")
def run_hand_over(request: Request, run: SettlementRun) -> HttpResponse:
    """Have every valid e-invoice of the run handed over."""
    return _hand_over(request, run, None)


@require_POST
@requires(Action.INVOICE_ISSUE, Statement, "statement_id")
def statement_hand_over(request: Request, statement: Statement) -> HttpResponse:
    """Have the valid e-invoices of the statement handed over."""
    return _hand_over(request, statement.run, statement)


def _hand_over(request: Request, run: SettlementRun, statement: Statement | None) -> HttpResponse:
    try:
        if request.POST.get("handling") == "aflever":
            start_handing_over(run, statement=statement, by=request.actor, at=request.at)
            messages.success(request, _("E-regningerne afleveres."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect(_address("invoices", run, statement))
