"""Reports: the list, one report with its steps, the proof of its prices, and each step onwards."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.reports import proof_of, work_out
from rammevaerk.portal.tariffs.forms.report_steps import BackForm, DecisionForm, StepForm
from rammevaerk.portal.tariffs.models import ReportState, TariffReport
from rammevaerk.portal.tariffs.operations.reports import may_move, what_stops
from rammevaerk.portal.tariffs.price_lines import in_order, name_of, text_of
from rammevaerk.portal.tariffs.queries.reports import (
    OPEN,
    TAGS,
    ReportFilter,
    changes_of,
    reports_found,
    seen_reports,
    steps_of,
    way_of,
)
from rammevaerk.portal.tariffs.report_content import content_of
from rammevaerk.portal.tariffs.views.places import (
    economy_trail,
    report_address,
    report_name,
    reports_trail,
)

_MOST_SHOWN = 200
_STATES = {
    "aabne": (gettext_lazy("Åbne"), OPEN),
    **{str(state): (state.label, (state,)) for state in ReportState},
    "alle": (gettext_lazy("Alle"), ()),
}


@require_GET
@requires(Action.TARIFF_READ)
def reports(request: Request) -> HttpResponse:
    get = request.GET.get
    state = get("tilstand", "") if get("tilstand", "") in _STATES else "aabne"
    year = row_id(get("aar", "")[:4])
    narrowed = ReportFilter(
        states=_STATES[state][1],
        year=year,
        text=get("q", "")[:100],
        operator_id=row_id(get("driftsherre", "")),
    )
    rows = reports_found(request.actor, narrowed, on=request.today)
    context = {
        "crumbs": economy_trail(_("Indberetninger")),
        "rows": rows[:_MOST_SHOWN],
        "synthetic": any(one.synthetic for one in rows[:_MOST_SHOWN]),
        "count": len(rows),
        "filter": narrowed,
        "state": state,
        "states": [(key, label) for key, (label, _states) in _STATES.items()],
        "operators": _operators(request),
        "years": _years(request),
        "reports_own": request.actor.scope(Action.TARIFF_REPORT) is not None,
    }
    return render(request, "tariffs/reports.html", context)


def _operators(request: Request) -> list[tuple[int, str]]:
    ids = seen_reports(request.actor).order_by().values_list("service__facility__operator_id")
    names = names_on([pk for (pk,) in ids.distinct()], on=request.today, short=True)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def _years(request: Request) -> list[int]:
    days = seen_reports(request.actor).order_by().values_list("valid_from", flat=True).distinct()
    return sorted({day.year for day in days}, reverse=True)


@require_GET
@requires(Action.TARIFF_READ, TariffReport, "report_id")
def report(request: Request, row: TariffReport) -> HttpResponse:
    content = content_of(row)
    worked = work_out(content.budget) if content.budget is not None else None
    steps = steps_of(row, request.actor)
    service: Any = row.service
    moves = may_move(request.actor, row)
    context = {
        "crumbs": reports_trail(report_name(row)),
        "row": row,
        "name": report_name(row),
        "service": service,
        "operator": names_on([service.facility.operator_id], on=row.valid_from)[
            service.facility.operator_id
        ],
        "tag": TAGS[ReportState(row.state)],
        "way": way_of(row, steps),
        "steps": list(reversed(steps)),
        "lines": [(name_of(one), text_of(one)) for one in sorted(content.lines, key=in_order)],
        "changes": changes_of(row, request.actor),
        "worked": worked,
        "moves": [(state, _MOVES[ReportState(state)]) for state in moves],
        "writes": ReportState.WITHDRAWN in moves and row.state == ReportState.DRAFT,
        "stops": what_stops(row) if row.state == ReportState.DRAFT else [],
        "late_start": row.valid_from.day != 1,
    }
    return render(request, "tariffs/report.html", context)


@require_GET
@requires(Action.TARIFF_READ, TariffReport, "report_id")
def proof(request: Request, row: TariffReport) -> HttpResponse:
    """Every step behind the prices that the report's budget gives."""
    content = content_of(row)
    worked = work_out(content.budget) if content.budget is not None else None
    name = report_name(row)
    context = {
        "crumbs": reports_trail((name, report_address(row)), _("Hvorfor?")),
        "row": row,
        "name": name,
        "worked": worked,
        "proof": proof_of(worked.tariff.trace) if worked and worked.tariff else [],
        "lines": [(name_of(one), text_of(one)) for one in sorted(content.lines, key=in_order)],
    }
    return render(request, "tariffs/report_proof.html", context)


@dataclass(frozen=True, slots=True)
class _Move:
    """A step as its page and its button say it."""

    url: str
    button: Any
    heading: Any
    explanation: Any
    done: Any
    form: type[forms.Form] = StepForm
    primary: bool = True


_MOVES = {
    ReportState.REPORTED: _Move(
        "tariffs:report_hand_in",
        gettext_lazy("Indberet"),
        gettext_lazy("Indberet taksterne"),
        gettext_lazy("Taksterne går til kontrol og kan ikke rettes, før de er sendt tilbage."),
        gettext_lazy("Taksterne er indberettet."),
    ),
    ReportState.CHECKED: _Move(
        "tariffs:report_check",
        gettext_lazy("Godkend kontrollen"),
        gettext_lazy("Godkend kontrollen"),
        gettext_lazy("Taksterne er kontrolleret og kan besluttes af driftsherren."),
        gettext_lazy("Indberetningen er kontrolleret."),
    ),
    ReportState.DECIDED: _Move(
        "tariffs:report_decide",
        gettext_lazy("Registrér beslutningen"),
        gettext_lazy("Registrér beslutningen"),
        gettext_lazy(
            "Herefter er taksterne dem, der gælder fra dagen. Det, der gjaldt før, bliver"
            " stående, så det kan ses, hvad man vidste hvornår."
        ),
        gettext_lazy("Taksterne er besluttet og gælder fra dagen."),
        DecisionForm,
    ),
    ReportState.PUBLISHED: _Move(
        "tariffs:report_publish",
        gettext_lazy("Offentliggør"),
        gettext_lazy("Offentliggør taksterne"),
        gettext_lazy("Taksterne mærkes som offentliggjort i dag."),
        gettext_lazy("Taksterne er offentliggjort."),
    ),
    ReportState.DRAFT: _Move(
        "tariffs:report_back",
        gettext_lazy("Tilbage til kladde"),
        gettext_lazy("Send tilbage til kladde"),
        gettext_lazy("Driftsherren kan rette igen. Skriv, hvad der skal rettes."),
        gettext_lazy("Indberetningen er kladde igen."),
        BackForm,
        primary=False,
    ),
    ReportState.WITHDRAWN: _Move(
        "tariffs:report_withdraw",
        gettext_lazy("Træk tilbage"),
        gettext_lazy("Træk indberetningen tilbage"),
        gettext_lazy("Indberetningen bliver stående, men der sker ikke mere med den."),
        gettext_lazy("Indberetningen er trukket tilbage."),
        BackForm,
        primary=False,
    ),
}


def _move(request: Request, row: TariffReport, state: ReportState) -> HttpResponse:
    move = _MOVES[state]
    initial = {"seen": operations.fingerprint(row)}
    form = move.form(request.POST if request.method == "POST" else None, initial=initial)
    name = report_name(row)
    context: dict[str, Any] = {
        "crumbs": reports_trail((name, report_address(row)), str(move.heading)),
        "heading": _("%(what)s: %(name)s fra %(day)s")
        % {"what": move.heading, "name": name, "day": date_text_da(row.valid_from)},
        "explanation": move.explanation,
        "button": move.button,
        "form": form,
        "back": report_address(row),
        "changes": changes_of(row, request.actor),
        "stops": what_stops(row) if state == ReportState.REPORTED and not form.is_bound else [],
        "row": row,
    }
    try:
        if carried_out(form, lambda: _carry_out(request, row, state, form)):
            messages.success(request, str(move.done))
            return redirect(report_address(row))
    except operations.RevisionConflict:
        messages.warning(
            request,
            _(
                "En anden har ændret indberetningen, mens du så på den. Intet af dit er gemt. Se,"
                " hvad der står nu, før du går videre."
            ),
        )
        return redirect(report_address(row))
    return render(request, "tariffs/report_step.html", context, status=status_of(form))


def _carry_out(
    request: Request, row: TariffReport, state: ReportState, form: forms.Form
) -> TariffReport:
    given = form.cleaned_data
    return operations.move_on(
        row,
        state,
        decision=given.get("decision", ""),
        decided_on=given.get("decided_on"),
        note=given["note"],
        seen=given["seen"],
        by=request.actor,
        at=request.at,
    )


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT, TariffReport, "report_id")
def hand_in(request: Request, row: TariffReport) -> HttpResponse:
    return _move(request, row, ReportState.REPORTED)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_CHECK, TariffReport, "report_id")
def check(request: Request, row: TariffReport) -> HttpResponse:
    return _move(request, row, ReportState.CHECKED)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_DECIDE, TariffReport, "report_id")
def decide(request: Request, row: TariffReport) -> HttpResponse:
    return _move(request, row, ReportState.DECIDED)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_PUBLISH, TariffReport, "report_id")
def publish(request: Request, row: TariffReport) -> HttpResponse:
    return _move(request, row, ReportState.PUBLISHED)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT, TariffReport, "report_id")
def back_to_draft(request: Request, row: TariffReport) -> HttpResponse:
    return _move(request, row, ReportState.DRAFT)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT, TariffReport, "report_id")
def withdraw(request: Request, row: TariffReport) -> HttpResponse:
    return _move(request, row, ReportState.WITHDRAWN)
