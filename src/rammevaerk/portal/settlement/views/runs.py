"""Settlement runs: the list, parameters and preview, progress, result, and the next step."""

from collections.abc import Callable, Sequence
from datetime import date
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
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.forms.runs import DiscardForm, RunForm
from rammevaerk.portal.settlement.models import SettlementRun
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.operations import runs as operations
from rammevaerk.portal.settlement.operations.looking_back import LookingBack, looking_back
from rammevaerk.portal.settlement.operations.run_requests import RunRequest
from rammevaerk.portal.settlement.queries import runs as queries
from rammevaerk.portal.settlement.queries.statements import statements_of
from rammevaerk.portal.settlement.views.places import Step, economy_trail

_LISTED, _FIRST, _TOLD, _PAYERS = 25, 8, 100, 40


def run_trail(*steps: Step) -> Any:
    """… › Afregning › steps."""
    if not steps:
        return economy_trail(_("Afregning"))
    return economy_trail((_("Afregning"), reverse("settlement:runs")), *steps)


def run_step(run: SettlementRun) -> tuple[str, str]:
    """A run as a step of a trail."""
    return _name(run), reverse("settlement:run", kwargs={"run_id": run.pk})


def _name(run: SettlementRun) -> str:
    return _("Kørsel %(number)s, %(month)s") % {
        "number": run.number,
        "month": month_text_da(run.month),
    }


@require_GET
@requires(Action.SETTLEMENT_READ)
def runs(request: Request) -> HttpResponse:
    """The runs the reader may see, the newest month first."""
    actor = request.actor
    if actor.scope(Action.SETTLEMENT_ANSWER) and not actor.scope(Action.SETTLEMENT_RUN):
        return redirect("settlement:statements")
    found = queries.seen_runs(actor).select_related("facility", "created_by")
    page = Paginator(found, _LISTED).get_page(request.GET.get("side"))
    context = {
        "crumbs": run_trail(),
        "page": page,
        "rows": queries.run_rows(list(page), on=request.today),
        "settled": not page.object_list and statements_of(actor).exists(),
        "may_run": actor.scope(Action.SETTLEMENT_RUN) is not None,
    }
    return render(request, "settlement/runs.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.SETTLEMENT_RUN)
def run_new(request: Request) -> HttpResponse:
    """Parameters, then what the run would come to, and then it is begun."""
    choices = queries.choices_for(request.actor, on=request.today)
    asked = request.POST if request.method == "POST" else request.GET
    form = RunForm(
        asked if "maaned" in asked else None,
        initial=_initial(request),
        on=request.today,
        cooperations=choices.cooperations,
        operators=choices.operators,
        facilities=choices.facilities,
    )
    context: dict[str, Any] = {"crumbs": run_trail(_("Ny kørsel")), "form": form}
    made: list[SettlementRun] = []
    if request.method == "POST":
        if carried_out(form, lambda: made.append(_start(request, form, choices))):
            return redirect("settlement:run", run_id=made[0].pk)
    elif form.is_bound:
        carried_out(form, lambda: context.update(_preview(request, form, choices)))
    return render(request, "settlement/run_new.html", context, status=status_of(form))


def _initial(request: Request) -> dict[str, Any]:
    month = after_month(request.today, -1)
    return {
        "maaned": f"{month:%Y-%m}",
        "krav": request.today,
    }


def _asked(request: Request, form: RunForm, choices: queries.Choices) -> LookingBack:
    given = form.cleaned_data
    cooperation = given.get("samarbejde") or (choices.cooperations or [(0, "")])[0][0]
    asked = RunRequest(
        cooperation_id=cooperation,
        owner_id=request.actor.organisation_id or 0,
        month=given["maaned"],
        claimed_on=given["krav"],
        joint=choices.joint,
        operator_id=given.get("driftsherre"),
        facility_id=given.get("tilbud"),
    )
    return looking_back(asked, more=given["nye"] or 0)


def _start(request: Request, form: RunForm, choices: queries.Choices) -> SettlementRun:
    asked = _asked(request, form, choices).request
    return operations.start(asked, by=request.actor, at=request.at)


def _preview(request: Request, form: RunForm, choices: queries.Choices) -> dict[str, Any]:
    asked = _asked(request, form, choices)
    billing = operations.preview(asked.request, by=request.actor)
    rows = queries.preview_rows(billing)
    return {
        "billing": billing,
        "month": month_text_da(asked.request.month),
        "since": month_text_da(asked.since) if asked.request.months_back and asked.since else "",
        "new": _months_da(asked.new),
        "rows": rows,
        "lines": sum(row.lines for row in rows),
        "earlier_ore": sum(row.earlier_ore for row in rows),
        "replaced": sum(1 for one in billing.taken if not one.by_a_line),
        "credited": sum(1 for one in billing.taken if one.by_a_line),
        **_told(billing.findings),
    }


def _months_da(months: Sequence[date]) -> str:
    """«januar 2025 og februar 2025»."""
    told = [month_text_da(one) for one in months]
    return _(" og ").join(filter(None, [", ".join(told[:-1]), *told[-1:]]))


@require_GET
@requires(Action.SETTLEMENT_READ, SettlementRun, "run_id")
def run(request: Request, row: SettlementRun) -> HttpResponse:
    """How far a run is: being made, failed, a draft, with the buyers, agreed, invoiced."""
    return _run_page(request, row, DiscardForm(initial={"seen": fingerprint(row)}))


def _run_page(request: Request, row: SettlementRun, form: DiscardForm) -> HttpResponse:
    working = row.state == RunState.WORKING
    ids = sorted({one for one in (row.owner_id, row.operator_id) if one is not None})
    context: dict[str, Any] = {
        "crumbs": run_trail(_name(row)),
        "run": row,
        "name": _name(row),
        "tag": queries.TAGS[row.state],
        "working": working,
        "may_run": decide(request.actor, Action.SETTLEMENT_RUN, row).allowed,
        "may_discard": row.state in operations.MAY_BE_DISCARDED,
        "form": form,
        "facts": queries.run_facts(row, names_on(ids, on=request.today, short=True)),
    }
    if not working:
        context |= _result(request, row)
    response = render(request, "settlement/run.html", context, status=status_of(form))
    if request.htmx and not working and request.GET.get("vent"):
        # What was waited for has come: the whole page is another.
        response["HX-Refresh"] = "true"
    return response


def _result(request: Request, row: SettlementRun) -> dict[str, Any]:
    rows = queries.statement_sums(row, request.actor, on=request.today)
    counts = queries.state_counts(row)
    page = Paginator(rows, _PAYERS).get_page(request.GET.get("side"))
    return {
        "rows": list(page),
        "page": page,
        "counts": counts,
        "total_ore": sum(one.total_ore for one in rows),
        "days": sum(one.days for one in rows),
        "lines": sum(one.lines for one in rows),
        "earlier_ore": sum(one.earlier_ore for one in rows),
        **_told(row.findings),
        "answer_by": _answer_by(row),
    }


def _told(findings: Sequence[Any]) -> dict[str, Any]:
    """The gravest findings, those that are folded away, and how many are left out."""
    return {
        "findings": findings[:_FIRST],
        "rest": findings[_FIRST:_TOLD],
        "more_findings": max(0, len(findings) - _TOLD),
    }


def _answer_by(row: SettlementRun) -> date | None:
    found = row.statements.filter(answer_by__isnull=False).order_by("answer_by")
    return found.values_list("answer_by", flat=True).first()


@require_POST
@requires(Action.SETTLEMENT_RUN, SettlementRun, "run_id")
def run_review(request: Request, row: SettlementRun) -> HttpResponse:
    """Send the statements to the buyers."""
    seen = request.POST.get("seen", "")[:16]
    return _done(
        request,
        row,
        lambda: operations.review(row, seen=seen, by=request.actor, at=request.at),
        _("Opgørelserne er sendt til køberne."),
    )


@require_POST
@requires(Action.SETTLEMENT_RUN, SettlementRun, "run_id")
def run_discard(request: Request, row: SettlementRun) -> HttpResponse:
    form = DiscardForm(request.POST)
    if not form.is_valid():
        return _run_page(request, row, form)
    given = form.cleaned_data
    return _done(
        request,
        row,
        lambda: operations.discard(
            row,
            reason=given["reason"],
            seen=given["seen"] or None,
            by=request.actor,
            at=request.at,
        ),
        _("Kørslen er kasseret. Dens døgn kan afregnes igen."),
    )


@require_POST
@requires(Action.SETTLEMENT_RUN, SettlementRun, "run_id")
def run_cancel(request: Request, row: SettlementRun) -> HttpResponse:
    return _done(
        request,
        row,
        lambda: operations.cancel(row, by=request.actor, at=request.at),
        _("Kørslen er stoppet. Intet er gemt af den."),
    )


@require_POST
@requires(Action.SETTLEMENT_RUN, SettlementRun, "run_id")
def run_again(request: Request, row: SettlementRun) -> HttpResponse:
    """Have a run made that failed or stands still."""
    return _done(
        request,
        row,
        lambda: operations.begin_again(row, by=request.actor, at=request.at),
        _("Kørslen laves igen."),
    )


def _done(
    request: Request, row: SettlementRun, work: Callable[[], object], said: str
) -> HttpResponse:
    try:
        work()
    except RevisionConflict:
        messages.error(request, _("Kørslen er ændret, mens du så på den. Se den igen, og prøv så."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, said)
    return redirect("settlement:run", run_id=row.pk)


@require_GET
@requires(Action.SETTLEMENT_READ, SettlementRun, "run_id")
def run_replay(request: Request, row: SettlementRun) -> HttpResponse:
    """The run made again from what was stored, beside what it came to then."""
    context: dict[str, Any] = {
        "crumbs": run_trail(run_step(row), _("Gør efter")),
        "run": row,
        "name": _name(row),
    }
    try:
        context["replay"] = operations.replay(row, by=request.actor)
    except ValidationError as problem:
        context["problem"] = " ".join(problem.messages)
    return render(request, "settlement/run_replay.html", context)
