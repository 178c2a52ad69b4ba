"""Statements: the list of both parties, one side by side, and agreeing to its lines."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.settlement.calculate.reconciliation import Comparison, month_text_da
from rammevaerk.portal.settlement.forms.answers import LineFilterForm, StatementFilterForm
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine, Statement
from rammevaerk.portal.settlement.operations import answers
from rammevaerk.portal.settlement.queries import statements as queries
from rammevaerk.portal.settlement.queries.line_rows import line_rows
from rammevaerk.portal.settlement.queries.reconciliation import agreeable, comparisons
from rammevaerk.portal.settlement.views.places import (
    XLSX,
    attached,
    statements_trail,
)

_ON_A_PAGE = 50


def _asked(request: Request) -> tuple[StatementFilterForm, queries.Listed, queries.Waiting]:
    actor, on = request.actor, request.today
    waiting = queries.waiting_by_statement(actor)
    form = StatementFilterForm(
        request.GET,
        months=[(one.isoformat(), month_text_da(one)) for one in queries.months_of(actor)],
        operators=queries.parties_of(actor, "operator_id", on=on),
        payers=queries.parties_of(actor, "payer_id", on=on),
    )
    form.is_valid()
    given = form.cleaned_data
    narrowed = queries.StatementFilter(
        month=given.get("maaned"),
        operator_id=given.get("driftsherre"),
        payer_id=given.get("betaler"),
        state=given.get("tilstand", ""),
        mine=bool(given.get("mine")),
    )
    return form, queries.list_statements(actor, narrowed, waiting), waiting


@require_GET
@requires(Action.SETTLEMENT_READ)
def statements(request: Request) -> HttpResponse:
    """What waits for the reader first, then the newest."""
    form, found, waiting = _asked(request)
    page = Paginator(found.ids, _ON_A_PAGE).get_page(request.GET.get("side"))
    context = {
        "crumbs": statements_trail(),
        "form": form,
        "page": page,
        "rows": queries.statement_rows(request.actor, list(page), waiting, on=request.today),
        "found": found,
        "count": len(found.ids),
        "disputes": queries.all_disputes(request.actor).count(),
        "mine": queries.disputes_of(request.actor).count(),
        "synthetic": queries.any_made_up(page),
    }
    return render(
        request, "settlement/statements.html", context, status=422 if form.errors else 200
    )


_COLUMNS = (
    ListColumn("Måned", width=16),
    ListColumn("Kørsel", ColumnKind.WHOLE, 10),
    ListColumn("Driftsherre", width=26),
    ListColumn("Betalingskommune", width=26),
    ListColumn("Tilstand", width=18),
    ListColumn("Svar senest", ColumnKind.DAY),
    ListColumn("Linjer", ColumnKind.WHOLE, 10),
    ListColumn("Afventer køber", ColumnKind.WHOLE, 12),
    ListColumn("Bestridt", ColumnKind.WHOLE, 12),
    ListColumn("Aftalt", ColumnKind.WHOLE, 12),
    ListColumn("Døgn", ColumnKind.WHOLE, 10),
    ListColumn("I alt (kr.)", ColumnKind.ORE),
)


@require_GET
@requires(Action.SETTLEMENT_READ)
def statements_workbook(request: Request) -> HttpResponse:
    """What the list shows, all pages of it."""
    _form, found, waiting = _asked(request)
    rows = queries.statement_rows(request.actor, found.ids, waiting, on=request.today)
    cells = [
        [
            month_text_da(row.statement.run.month),
            row.statement.run.number,
            row.operator,
            row.payer,
            str(row.statement.get_state_display()),
            row.statement.answer_by,
            row.statement.lines_count,
            row.count(LineStanding.State.OPEN),
            row.count(LineStanding.State.DISPUTED),
            row.count(LineStanding.State.AGREED),
            row.statement.days,
            row.statement.total_ore,
        ]
        for row in rows
    ]
    content = write_listing(_("Opgørelser"), _COLUMNS, cells, at=request.at)
    return attached(content, XLSX, "Opgørelser.xlsx")


@require_GET
@requires(Action.SETTLEMENT_READ, Statement, "statement_id")
def statement(request: Request, row: Statement) -> HttpResponse:
    """One statement with the seller's days and the buyer's side by side."""
    names = names_on([row.operator_id, row.payer_id, row.reporter_id], on=request.today, short=True)
    compared = comparisons(row)
    form = LineFilterForm(request.GET)
    form.is_valid()
    found = _narrowed(queries.lines_of(row), form.cleaned_data, compared)
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("side"))
    may_answer = decide(request.actor, Action.SETTLEMENT_ANSWER, row).allowed
    may_run = decide(request.actor, Action.SETTLEMENT_RUN, row).allowed
    operator, payer = names.get(row.operator_id, ""), names.get(row.payer_id, "")
    standing = queries.standing_of(row)
    context: dict[str, Any] = {
        "crumbs": statements_trail(f"{operator}, {month_text_da(row.run.month)}"),
        "statement": row,
        "month": month_text_da(row.run.month),
        "operator": operator,
        "payer": payer,
        "reporter": names.get(row.reporter_id, ""),
        "tag": queries.STATEMENT_TAGS[row.state],
        "standing": standing.rows(),
        "form": form,
        "page": page,
        "count": page.paginator.count,
        "rows": line_rows(row, list(page), compared, on=request.today),
        "synthetic": any(one.placement and one.placement.synthetic for one in page),
        "recorded": len(compared),
        "differing": sum(1 for one in compared.values() if one.differences),
        "open_days": request.actor.scope(Action.PLACEMENT_READ) is not None,
        "may_answer": may_answer,
        "may_run": may_run,
        "may_issue": row.state != Statement.State.DRAFT
        and decide(request.actor, Action.INVOICE_ISSUE, row).allowed,
        "agreed": LineStanding.State.AGREED in standing.counts,
        "overdue": row.answer_by is not None
        and row.answer_by < request.today
        and row.state == Statement.State.OPEN,
        "query": request.GET.urlencode(),
    }
    if may_answer and row.state == Statement.State.OPEN:
        context["agreeable"] = agreeable(row, request.actor, compared)
    return render(request, "settlement/statement.html", context)


def _narrowed(
    rows: "QuerySet[SettlementLine]", given: Mapping[str, Any], compared: Mapping[int, Comparison]
) -> "QuerySet[SettlementLine]":
    shown, text = given.get("vis", ""), given.get("q", "").strip()
    if shown == "forskelle":
        rows = rows.filter(pk__in=[pk for pk, one in compared.items() if one.differences])
    elif shown == "rettelser":
        rows = rows.filter(Q(reverses__isnull=False) | ~Q(cause=""))
    elif shown:
        rows = rows.filter(standing__state=shown)
    if text:
        rows = rows.filter(
            Q(part__icontains=text)
            | Q(text__icontains=text)
            | Q(placement__buyer_reference__icontains=text)
            | Q(service__facility__name__icontains=text)
        )
    return rows


@require_POST
@requires(Action.SETTLEMENT_ANSWER, Statement, "statement_id")
def statement_agree(request: Request, row: Statement) -> HttpResponse:
    """Agree to the lines that were chosen on a page."""
    seen = {
        pk: token for pk, token in map(_chosen, request.POST.getlist("linje")) if pk is not None
    }
    return _agreed(
        request,
        row,
        lambda: answers.agree_chosen(row, seen, by=request.actor, at=request.at),
    )


@require_POST
@requires(Action.SETTLEMENT_ANSWER, Statement, "statement_id")
def statement_agree_all(request: Request, row: Statement) -> HttpResponse:
    """Agree to every open line about whose days the parties do not differ."""
    seen = request.POST.get("seen", "")
    return _agreed(
        request,
        row,
        lambda: answers.agree_undisputed(row, seen=seen, by=request.actor, at=request.at),
    )


def _chosen(value: str) -> tuple[int | None, str]:
    key, _colon, token = value.partition(":")
    return row_id(key), token


def _agreed(request: Request, row: Statement, work: Any) -> HttpResponse:
    try:
        count = work()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        said = ngettext("%(n)s linje er godkendt.", "%(n)s linjer er godkendt.", count)
        messages.success(request, said % {"n": count})
    address = reverse("settlement:statement", kwargs={"statement_id": row.pk})
    asked = request.GET.urlencode()
    return HttpResponseRedirect(f"{address}?{asked}" if asked else address)


_LINE_COLUMNS = (
    ListColumn("Reference", width=16),
    ListColumn("Købers sagsnummer", width=18),
    ListColumn("Tilbud", width=30),
    ListColumn("Ydelse", width=26),
    ListColumn("Tekst", width=30),
    ListColumn("Fra og med", ColumnKind.DAY),
    ListColumn("Til (dagen efter den sidste)", ColumnKind.DAY),
    ListColumn("Sælgers døgn", ColumnKind.WHOLE, 10),
    ListColumn("Købers døgn", ColumnKind.WHOLE, 10),
    ListColumn("Forskel", width=50),
    ListColumn("Basis (kr.)", ColumnKind.ORE),
    ListColumn("Ydelse (kr.)", ColumnKind.ORE),
    ListColumn("Tillæg (kr.)", ColumnKind.ORE),
    ListColumn("I alt (kr.)", ColumnKind.ORE),
    ListColumn("Tilstand", width=22),
    ListColumn("Årsag til rettelse", width=30),
)


@require_GET
@requires(Action.SETTLEMENT_READ, Statement, "statement_id")
def statement_workbook(request: Request, row: Statement) -> HttpResponse:
    """Every line of the statement that the filter leaves."""
    compared = comparisons(row)
    form = LineFilterForm(request.GET)
    form.is_valid()
    found = _narrowed(queries.lines_of(row), form.cleaned_data, compared)
    open_days = request.actor.scope(Action.PLACEMENT_READ) is not None
    names = names_on([row.operator_id, row.payer_id], on=request.today)
    about = [
        (_("Driftsherre"), names.get(row.operator_id, "")),
        (_("Betalingskommune"), names.get(row.payer_id, "")),
        (_("Måned"), month_text_da(row.run.month)),
    ]
    cells = [_cells(one, compared.get(one.pk), open_days=open_days) for one in found]
    content = write_listing(_("Opgørelse"), _LINE_COLUMNS, cells, about=about, at=request.at)
    return attached(content, XLSX, f"Opgørelse {row.run.month:%Y-%m}, {row.pk}.xlsx")


def _cells(line: Any, compared: Comparison | None, *, open_days: bool) -> list[Any]:
    service, placement = line.service, line.placement
    return [
        placement.reference if placement else "",
        placement.buyer_reference if placement else "",
        service.facility.name if service else "",
        service.name if service else "",
        line.text,
        line.valid_from,
        line.valid_to,
        line.days,
        compared.buyers_days if compared else None,
        compared.sentence() if compared and open_days else "",
        line.basis_ore,
        line.service_ore,
        line.supplement_ore,
        line.total_ore,
        str(line.standing.get_state_display()),
        line.cause,
    ]
