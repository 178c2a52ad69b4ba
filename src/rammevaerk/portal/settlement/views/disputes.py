"""Lines that the parties disagree on: whose turn it is, by when, and what is late."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.queries.statements import (
    DisputeRow,
    all_disputes,
    dispute_rows,
    disputes_of,
)
from rammevaerk.portal.settlement.views.places import XLSX, attached, statements_trail

_ON_A_PAGE = 50
_COLUMNS = (
    ListColumn("Reference", width=16),
    ListColumn("Tilbud", width=30),
    ListColumn("Måned", width=16),
    ListColumn("Driftsherre", width=24),
    ListColumn("Betalingskommune", width=24),
    ListColumn("Dag", ColumnKind.DAY),
    ListColumn("Sagt sidst", width=20),
    ListColumn("Begrundelse", width=50),
    ListColumn("Venter på", width=24),
    ListColumn("Senest", ColumnKind.DAY),
    ListColumn("Beløb (kr.)", ColumnKind.ORE),
)


def _asked(request: Request) -> tuple[Any, bool]:
    mine = request.GET.get("mine") == "1"
    return (disputes_of if mine else all_disputes)(request.actor), mine


@require_GET
@requires(Action.SETTLEMENT_READ)
def disputes(request: Request) -> HttpResponse:
    found, mine = _asked(request)
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("side"))
    rows = dispute_rows(list(page), on=request.today)
    context = {
        "crumbs": statements_trail(_("Uenigheder")),
        "page": page,
        "rows": rows,
        "count": page.paginator.count,
        "overdue": found.filter(due_on__lt=request.today).count(),
        "mine": mine,
        "synthetic": any(one.line.placement and one.line.placement.synthetic for one in rows),
        "open_days": request.actor.scope(Action.PLACEMENT_READ) is not None,
    }
    return render(request, "settlement/statement_disputes.html", context)


@require_GET
@requires(Action.SETTLEMENT_READ)
def disputes_workbook(request: Request) -> HttpResponse:
    found, _mine = _asked(request)
    rows = dispute_rows(list(found), on=request.today)
    content = write_listing(_("Uenigheder"), _COLUMNS, [_cells(row) for row in rows], at=request.at)
    return attached(content, XLSX, "Uenigheder.xlsx")


def _cells(row: DisputeRow) -> list[Any]:
    line: Any = row.line
    return [
        line.placement.reference if line.placement else line.part,
        line.service.facility.name if line.service else "",
        month_text_da(line.valid_from.replace(day=1)),
        row.operator,
        row.payer,
        row.day,
        row.verdict_label,
        row.reason,
        row.owner,
        row.standing.due_on,
        line.total_ore,
    ]
