"""A buyer's own days from a file: template, difference, and keeping what was shown."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.exchange.buyer_days import moments_da, write_template
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.forms import show_problem, status_of
from rammevaerk.portal.settlement.calculate.buyer_claims import Claim
from rammevaerk.portal.settlement.forms.records import RecordFileForm
from rammevaerk.portal.settlement.models import SettlementLine, Statement
from rammevaerk.portal.settlement.operations.records import keep_claims
from rammevaerk.portal.settlement.queries.reconciliation import records_of
from rammevaerk.portal.settlement.queries.record_proposal import (
    Change,
    Proposal,
    consequence_of,
    propose,
)
from rammevaerk.portal.settlement.views.places import (
    XLSX,
    attached,
    statement_step,
    statements_trail,
)

_SHOWN = 200
_HOURS = 12 * 60 * 60


def _salt(request: Request, row: Statement) -> str:
    """What was shown to one person of one statement can be kept by that person only."""
    return f"buyer-days:{request.actor.assignment_id}:{row.pk}"


@require_http_methods(["GET", "POST"])
@requires(Action.SETTLEMENT_ANSWER, Statement, "statement_id")
def statement_records(request: Request, row: Statement) -> HttpResponse:
    """Choose a file, and see what it would change."""
    form = RecordFileForm(
        request.POST or None,
        request.FILES or None,
        too_large=getattr(request, "upload_too_large", ""),
    )
    names = names_on([row.operator_id], on=request.today, short=True)
    context: dict[str, Any] = {
        "crumbs": statements_trail(
            statement_step(row, names.get(row.operator_id, "")), _("Egne døgn")
        ),
        "statement": row,
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            proposal = propose(row, file.read(), file.name, today=request.today)
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            return _shown(request, row, proposal, file.name, context)
    return render(request, "settlement/statement_records.html", context, status=status_of(form))


def _shown(
    request: Request, row: Statement, proposal: Proposal, name: str, context: dict[str, Any]
) -> HttpResponse:
    claims = proposal.claims
    payload = {"name": name[:150], "claims": [_packed(one) for one in claims]}
    order = list(Change)
    rows = sorted(proposal.rows, key=lambda one: (order.index(one.change), one.number))
    context |= {
        "name": name,
        "counts": proposal.counts(),
        "rows": Paginator(rows, _SHOWN).get_page(1),
        "count": len(rows),
        "keep": len(claims),
        "consequence": consequence_of(row, claims),
        "payload": signing.dumps(payload, salt=_salt(request, row), compress=True),
    }
    return render(request, "settlement/statement_records_shown.html", context)


def _packed(claim: Claim) -> list[Any]:
    columns = claim.columns()
    end = claim.end.isoformat() if claim.end else None
    return [claim.placement_id, claim.start.isoformat(), end, columns["absences"]]


def _unpacked(packed: list[Any]) -> Claim:
    placement, start, end, absences = packed
    return Claim(
        placement,
        datetime.fromisoformat(start),
        datetime.fromisoformat(end) if end else None,
        tuple((date.fromisoformat(a), date.fromisoformat(b) if b else None) for a, b in absences),
    )


@require_POST
@requires(Action.SETTLEMENT_ANSWER, Statement, "statement_id")
def statement_records_keep(request: Request, row: Statement) -> HttpResponse:
    """Keep what was shown."""
    try:
        said = signing.loads(
            request.POST.get("indhold", ""), salt=_salt(request, row), max_age=_HOURS
        )
    except signing.BadSignature:
        messages.error(request, _("Det er for længe siden, filen blev vist. Vælg den igen."))
        return redirect("settlement:statement_records", statement_id=row.pk)
    try:
        count = keep_claims(
            row,
            [_unpacked(one) for one in said["claims"]],
            source=said["name"],
            by=request.actor,
            at=request.at,
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("settlement:statement_records", statement_id=row.pk)
    told = ngettext("%(n)s ophold er gemt.", "%(n)s ophold er gemt.", count)
    messages.success(request, told % {"n": count})
    return redirect("settlement:statement", statement_id=row.pk)


@require_GET
@requires(Action.SETTLEMENT_ANSWER, Statement, "statement_id")
def statement_records_template(request: Request, row: Statement) -> HttpResponse:
    """The statement's citizens in a workbook, with what is registered already."""
    rows = SettlementLine.objects.filter(statement=row, placement__isnull=False).order_by()
    citizens = sorted(
        rows.values_list(
            "placement__reference", "placement__buyer_reference", "placement_id"
        ).distinct()
    )
    held = records_of(row.payer_id, {pk for _reference, _case, pk in citizens})
    cells = [
        line
        for reference, case, pk in citizens
        for line in _template_rows(reference, case, held.get(pk, []))
    ]
    content = write_template(cells, at=request.at)
    return attached(content, XLSX, f"Egne døgn {row.run.month:%Y-%m}.xlsx")


def _template_rows(reference: str, case: str, held: list[Any]) -> list[list[str]]:
    if not held:
        return [[reference, case, "", "", "", ""]]
    found = []
    for one in held:
        came, left = moments_da(one.valid_from, one.valid_to)
        away = [_days(pair) for pair in one.absences] or [("", "")]
        found += [[reference, case, came, left, first, back] for first, back in away]
    return found


def _days(pair: list[Any]) -> tuple[str, str]:
    first, back = pair
    return (
        f"{date.fromisoformat(first):%d-%m-%Y}",
        f"{date.fromisoformat(back):%d-%m-%Y}" if back else "",
    )
