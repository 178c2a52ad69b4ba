"""The lines of a run, the proof of one, unbilled days near their limit, and the day count."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.actions import Scope as Reach
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import cooperations, names_on
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.settlement.calculate.claims import ELSEWHERE
from rammevaerk.portal.settlement.calculate.day_count import effect_of
from rammevaerk.portal.settlement.calculate.reconciliation import days_text_da, month_text_da
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.forms.runs import DayCountForm, LineFilterForm
from rammevaerk.portal.settlement.models import SettlementLine, SettlementRun
from rammevaerk.portal.settlement.operations import claims as watching
from rammevaerk.portal.settlement.operations.run_requests import RunRequest, check_request
from rammevaerk.portal.settlement.queries import claims, proof, runs
from rammevaerk.portal.settlement.queries.statements import TAGS
from rammevaerk.portal.settlement.views.runs import run_step, run_trail

_ROWS = 50


@require_GET
@requires(Action.SETTLEMENT_READ, SettlementRun, "run_id")
def run_lines(request: Request, row: SettlementRun) -> HttpResponse:
    """The lines of a run, narrowed by what stands in the address."""
    sums = row.statements.values_list("operator_id", "payer_id")
    operators, payers = {one for one, _payer in sums}, {one for _operator, one in sums}
    names = names_on(sorted(operators | payers), on=request.today, short=True)
    form = LineFilterForm(
        request.GET,
        operators=_named(operators, names),
        payers=_named(payers, names),
    )
    given = form.cleaned_data if form.is_valid() else {}
    asked = runs.LineFilter(
        text=given.get("q", "").strip(),
        operator_id=given.get("driftsherre"),
        payer_id=given.get("betaler"),
        state=given.get("tilstand", ""),
        kind=given.get("art", ""),
        earlier=bool(given.get("tidligere")),
    )
    found = runs.run_lines(row, request.actor, asked)
    page = Paginator(found, _ROWS).get_page(request.GET.get("side"))
    shown = runs.with_sides(page.object_list)  # type: ignore[arg-type]
    context = {
        "crumbs": run_trail(run_step(row), _("Linjer")),
        "run": row,
        "name": run_step(row)[0],
        "form": form,
        "page": page,
        "count": page.paginator.count,
        "rows": [
            {
                "line": one,
                "payer": names.get(one.statement.payer_id, ""),
                "operator": names.get(one.statement.operator_id, ""),
                "tag": TAGS[one.standing.state],
                "period": days_text_da(one.valid_from, one.valid_to),
                "earlier": one.valid_from < row.month,
            }
            for one in shown
        ],
    }
    return render(request, "settlement/run_lines.html", context, status=422 if form.errors else 200)


def _named(ids: set[int], names: dict[int, str]) -> list[tuple[int, str]]:
    pairs = [(one, names.get(one, "")) for one in ids]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


@require_GET
@requires(Action.SETTLEMENT_READ, SettlementLine, "line_id")
def line_proof(request: Request, row: SettlementLine) -> HttpResponse:
    """Why a line is what it is."""
    run = row.statement.run
    sides = [row.statement.payer_id, row.statement.operator_id]
    names = names_on(sides, on=request.today, short=True)
    own = request.actor.organisation_id == run.owner_id or (
        request.actor.scope(Action.SETTLEMENT_READ) is Reach.COOPERATION
    )
    context = {
        "crumbs": run_trail(run_step(run), row.part) if own else run_trail(row.part),
        "line": row,
        "proof": proof.proof_of_line(row, request.actor),
        "payer": names.get(row.statement.payer_id, ""),
        "operator": names.get(row.statement.operator_id, ""),
        "month": month_text_da(row.valid_from.replace(day=1)),
    }
    return render(request, "settlement/line_proof.html", context)


@require_GET
@requires(Action.SETTLEMENT_READ)
def claim_watch(request: Request) -> HttpResponse:
    """Days nobody has billed, the nearest to their limit first."""
    context: dict[str, Any] = {
        "crumbs": run_trail(_("Krav tæt på fristen")),
        "found": claims.claim_page(request.actor, on=request.today),
        "stages": claims.STAGES_DA,
        "may_run": request.actor.scope(Action.SETTLEMENT_RUN) is not None,
    }
    found = context["found"]
    context["sums"] = [
        (claims.STAGES_DA[stage], claims.TAGS[stage], days, ore)
        for stage, days, ore in found.sums
        if stage != ELSEWHERE
    ]
    context["near"] = [one for one in found.rows if one.stage != ELSEWHERE]
    context["elsewhere"] = elsewhere = [one for one in found.rows if one.stage == ELSEWHERE]
    context["elsewhere_days"] = sum(one.days for one in elsewhere)
    context["elsewhere_ore"] = sum(one.ore for one in elsewhere)
    return render(request, "settlement/claims.html", context)


@require_POST
@requires(Action.SETTLEMENT_RUN)
def claim_watch_start(request: Request) -> HttpResponse:
    actor = request.actor
    circle = cooperations(actor).order_by("name").first()
    if request.POST.get("se-efter") != "ja":
        return redirect("settlement:claims")
    try:
        if circle is None or actor.organisation_id is None:
            raise ValidationError(_("Du har ingen tilbud at se efter krav for."))
        watching.start_watch(
            circle.pk,
            actor.organisation_id,
            joint=actor.scope(Action.SETTLEMENT_RUN) is not Reach.OWN,
            by=actor,
            at=request.at,
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("settlement:claims")


@require_GET
@requires(Action.SETTLEMENT_RUN)
def day_count(request: Request) -> HttpResponse:
    """What a month's placements cost by calendar days and by full 24 hours."""
    choices = runs.choices_for(request.actor, on=request.today)
    form = DayCountForm(
        request.GET if "maaned" in request.GET else None,
        initial={"maaned": f"{after_month(request.today, -1):%Y-%m}"},
        on=request.today,
        operators=choices.operators,
        facilities=choices.facilities,
    )
    context: dict[str, Any] = {
        "crumbs": run_trail(_("Kalenderdøgn eller hoteldøgn")),
        "form": form,
    }

    def work() -> None:
        context.update(_effect(request, form, choices))

    carried_out(form, work)
    return render(request, "settlement/day_count.html", context, status=status_of(form))


def _effect(request: Request, form: DayCountForm, choices: runs.Choices) -> dict[str, Any]:
    given = form.cleaned_data
    asked = RunRequest(
        (choices.cooperations or [(0, "")])[0][0],
        request.actor.organisation_id or 0,
        given["maaned"],
        request.today,
        0,
        choices.joint,
        given.get("driftsherre"),
        given.get("tilbud"),
    )
    check_request(asked, by=request.actor)
    effect, snapshot = effect_of(asked.scope, given["maaned"])
    names = snapshot.names
    rows: list[dict[str, Any]] = [
        {
            "row": one,
            "operator": names.get(int(one.operator), ""),
            "payer": names.get(int(one.payer), ""),
        }
        for one in effect.rows
    ]
    rows.sort(key=lambda row: -abs(row["row"].ore))
    return {
        "rows": rows,
        "total": effect.total,
        "less_days": -effect.total.days,
        "less_ore": -effect.total.ore,
        "month": month_text_da(given["maaned"]),
    }
