"""The editor of a report: a service chosen, a budget written or read in, and its prices at once."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.agreement import known_agreements
from rammevaerk.exchange.budget_sheet import read_budget_file, write_budget_template
from rammevaerk.exchange.errors import RefusedFile, UnreadableFile
from rammevaerk.exchange.toml_tables import UnusableTable
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.forms import status_of
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.reports import Worked, proof_of, work_out
from rammevaerk.portal.tariffs.forms.budget_rows import ROWS
from rammevaerk.portal.tariffs.forms.report_files import BudgetFileForm
from rammevaerk.portal.tariffs.forms.report_values import initial_of, named, typed
from rammevaerk.portal.tariffs.forms.reports import Editor
from rammevaerk.portal.tariffs.models import ReportState, TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine, in_order, name_of, text_of
from rammevaerk.portal.tariffs.queries.reportable import (
    next_year,
    reportable_services,
)
from rammevaerk.portal.tariffs.queries.reports import content_rows
from rammevaerk.portal.tariffs.report_content import Content, content_of
from rammevaerk.portal.tariffs.views.places import (
    XLSX,
    attached,
    report_address,
    report_name,
    reports_trail,
)
from rammevaerk.portal.tariffs.views.report_beginning import beginning

_SERVICE = "catalogue.Service"


@require_GET
@requires(Action.TARIFF_REPORT)
def choose(request: Request) -> HttpResponse:
    """Which service to report on; those of which nothing is known for the coming year first."""
    year = next_year(request.today)
    rows = reportable_services(request.actor, year=year, text=request.GET.get("q", "")[:100])
    context = {
        "crumbs": reports_trail(_("Ny indberetning")),
        "page": Paginator(rows, 50).get_page(request.GET.get("side")),
        "count": len(rows),
        "missing": sum(1 for row in rows if row.missing),
        "many_operators": len({row.operator for row in rows}) > 1,
        "year": year,
        "text": request.GET.get("q", "")[:100],
    }
    return render(request, "tariffs/report_choose.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT, _SERVICE, "service_id")
def new(request: Request, service: Any) -> HttpResponse:
    return _edit(request, service, None)


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT, TariffReport, "report_id")
def revise(request: Request, row: TariffReport) -> HttpResponse:
    if row.state != ReportState.DRAFT:
        messages.info(request, _("Indberetningen er ikke længere kladde og kan ikke rettes."))
        return redirect(report_address(row))
    return _edit(request, row.service, row)


def _edit(request: Request, service: Any, row: TariffReport | None) -> HttpResponse:
    post = request.POST if request.method == "POST" else None
    wanted = post.get("do", "") if post else ""
    if post is None or wanted.removeprefix("add-") in ROWS:
        editor = _unjudged(request, service, row)
        stored = content_of(row) if row is not None and post is None else Content((), None)
        worked = work_out(stored.budget) if stored.budget is not None else Worked()
        return _page(request, service, row, editor, worked, stored.lines)
    editor = _editor(post, service, valid_from=_first_day(request, row))
    readable = editor.is_valid()
    worked, lines, budget = Worked(), [], None
    if readable:
        budget = _budget(request, service, row, editor)
        worked = work_out(budget) if budget is not None else Worked()
        lines = [*worked.lines, *editor.stated]
    if wanted == "gem" and readable:
        answer = _save(request, service, row, editor, Content(tuple(lines), budget))
        if answer is not None:
            return answer
    elif readable:
        editor.place(worked.problems)
    if request.htmx:
        context = _reckoned(service, editor, worked, lines)
        return render(request, "tariffs/report_preview.html", context)
    return _page(request, service, row, editor, worked, lines)


def _unjudged(request: Request, service: Any, row: TariffReport | None) -> Editor:
    """What is stored, or what has been typed so far with room for more rows."""
    day = _first_day(request, row)
    if request.method == "POST":
        more = request.POST["do"].removeprefix("add-")
        editor = _editor(None, service, valid_from=day, initial=typed(request.POST, more=more))
        return editor
    if row is not None:
        content = content_of(row)
        derived = work_out(content.budget).lines if content.budget is not None else ()
        initial = initial_of(content, derived={line.key for line in derived})
        initial["reason"] = row.reason
    else:
        initial = beginning(request.actor, service, day)
    return _editor(None, service, valid_from=day, initial={"valid_from": day, **initial})


def _editor(
    posted: Any, service: Any, *, valid_from: date, initial: dict[str, Any] | None = None
) -> Editor:
    return Editor(posted, initial=initial, agreements=_agreements(service), year=valid_from.year)


def _agreements(service: Any) -> list[tuple[str, str]]:
    """The agreement of the facility's cooperation; a choice where it has no numbers of its own."""
    known = known_agreements(Parameters.load())
    own = service.facility.cooperation.key
    return [(one, one.capitalize()) for one in ([own] if own in known else known)]


def _first_day(request: Request, row: TariffReport | None) -> date:
    return row.valid_from if row else date(next_year(request.today), 1, 1)


def _budget(
    request: Request, service: Any, row: TariffReport | None, editor: Editor
) -> dict[str, Any] | None:
    operator = service.facility.operator_id
    budget = editor.budget(
        facility=service.facility.name, operator=names_on([operator], on=request.today)[operator]
    )
    # What a file stated of the agreement has no field here; it stays with the draft.
    stored = content_of(row).budget if row else None
    if budget is not None and stored and "stated" in stored:
        budget["stated"] = stored["stated"]
    return budget


def _save(
    request: Request, service: Any, row: TariffReport | None, editor: Editor, content: Content
) -> HttpResponse | None:
    """Store the draft; None when something was refused, which then stands in the form."""
    given = editor.form.cleaned_data
    if row is not None and given["valid_from"] != row.valid_from:
        text = _("En indberetning skifter ikke dag. Træk den tilbage, og begynd en ny.")
        editor.form.add_error("valid_from", text)
        return None
    try:
        saved = operations.save_draft(
            service,
            valid_from=given["valid_from"],
            lines=content.lines,
            budget=content.budget,
            reason=given["reason"],
            seen=request.POST.get("seen", "")[:16],
            by=request.actor,
            at=request.at,
        )
    except operations.RevisionConflict as conflict:
        newest: Any = conflict.row
        return _conflict(request, service, newest, editor, content)
    except ValidationError as problem:
        _show(editor, problem)
        return None
    messages.success(request, _("Kladden er gemt."))
    return redirect(report_address(saved))


def _show(editor: Editor, problem: ValidationError) -> None:
    found = problem.error_dict if hasattr(problem, "error_dict") else {"": [problem]}
    for name, errors in found.items():
        editor.form.add_error(name if name in editor.form.fields else None, errors)


def _conflict(
    request: Request, service: Any, newest: TariffReport, editor: Editor, content: Content
) -> HttpResponse:
    context = _context(request, service, newest, editor)
    context["conflict"] = content_rows(content_of(newest), content, named)
    context["seen"] = operations.fingerprint(newest)
    context |= _reckoned(service, editor, Worked(), content.lines)
    return render(request, "tariffs/report_form.html", context, status=409)


def _page(
    request: Request,
    service: Any,
    row: TariffReport | None,
    editor: Editor,
    worked: Worked,
    lines: Any = (),
) -> HttpResponse:
    context = _context(request, service, row, editor)
    context |= _reckoned(service, editor, worked, lines)
    status = 422 if context["problems"] else 200
    return render(request, "tariffs/report_form.html", context, status=status)


def _context(
    request: Request, service: Any, row: TariffReport | None, editor: Editor
) -> dict[str, Any]:
    name = f"{service.facility.name}, {service.name}"
    steps: tuple[Any, ...] = (name,)
    back = reverse("tariffs:reports")
    if row is not None:
        back = report_address(row)
        steps = ((report_name(row), back), _("Rediger"))
    return {
        "crumbs": reports_trail(*steps),
        "service": service,
        "row": row,
        "editor": editor,
        "form": editor.form,
        "name": name,
        "back": back,
        "seen": request.POST.get("seen") or (operations.fingerprint(row) if row else ""),
    }


def _reckoned(service: Any, editor: Editor, worked: Worked, lines: Any) -> dict[str, Any]:
    """What the side shows: the prices, what the rules say, and how they came about."""
    shown: list[PriceLine] = sorted(lines, key=in_order)
    given = getattr(editor.form, "cleaned_data", {})
    day = given.get("valid_from")
    return {
        "worked": worked,
        "problems": list(editor.errors),
        "prices": [(name_of(one), text_of(one)) for one in shown],
        "proof": proof_of(worked.tariff.trace) if worked.tariff else [],
        "odd_day": date_text_da(day) if day and day.day != 1 else "",
        "service": service,
    }


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT, _SERVICE, "service_id")
def read_file(request: Request, service: Any) -> HttpResponse:
    """Begin a draft from a budget file: the template as xlsx, or the TOML of the command line."""
    day = date(next_year(request.today), 1, 1)
    form = BudgetFileForm(
        request.POST or None,
        request.FILES or None,
        initial={"valid_from": day},
        too_large=getattr(request, "upload_too_large", ""),
    )
    problems: tuple[str, ...] = ()
    if form.is_valid():
        try:
            return _draft_from(request, service, form)
        except UnusableTable as error:
            problems = error.problems
            form.add_error("file", _("Filen kan ikke bruges. Se hvorfor herunder."))
        except (RefusedFile, UnreadableFile) as error:
            form.add_error("file", error.reason_da)
        except operations.RevisionConflict:
            text = _(
                "Der er allerede en kladde fra den dag. Ret den, eller træk den tilbage først."
            )
            form.add_error("valid_from", text)
        except ValidationError as error:
            _add_all(form, error)
    context = {
        "crumbs": reports_trail(f"{service.facility.name}, {service.name}", _("Læs budget ind")),
        "form": form,
        "service": service,
        "problems": problems[:100],
        "more": max(0, len(problems) - 100),
        "back": reverse("tariffs:report_new", kwargs={"service_id": service.pk}),
    }
    return render(request, "tariffs/report_file.html", context, status=status_of(form))


def _add_all(form: BudgetFileForm, problem: ValidationError) -> None:
    texts = problem.messages
    if hasattr(problem, "error_dict") and "valid_from" in problem.error_dict:
        form.add_error("valid_from", problem.error_dict["valid_from"])
        return
    for text in texts[:20]:
        form.add_error("file", text)


def _draft_from(request: Request, service: Any, form: BudgetFileForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    day = form.cleaned_data["valid_from"]
    read = read_budget_file(upload.read(), upload.name)
    operator = service.facility.operator_id
    budget = read.budget
    if budget is not None:
        # Whose it is, and for when, is known here; the file may say it otherwise.
        budget = {
            **budget,
            "facility": service.facility.name,
            "operator": names_on([operator], on=request.today)[operator],
            "year": day.year,
        }
        for one in budget.get("reserve_use", ()):
            one |= {"facility": service.facility.name, "year": day.year}
        agreements = [key for key, _label in _agreements(service)]
        if budget.get("agreement") not in agreements:
            budget["agreement"] = agreements[0]
    worked = work_out(budget) if budget is not None else Worked()
    saved = operations.save_draft(
        service,
        valid_from=day,
        lines=[*worked.lines, *(PriceLine(**one) for one in read.prices)],
        budget=budget,
        reason=form.cleaned_data["reason"],
        by=request.actor,
        at=request.at,
        seen="",
    )
    messages.success(request, _("Filen er læst ind som kladde. Se tallene efter."))
    return redirect(reverse("tariffs:report_revise", kwargs={"report_id": saved.pk}))


@require_GET
@requires(Action.TARIFF_REPORT)
def template(request: Request) -> HttpResponse:
    """The workbook to fill in."""
    return attached(write_budget_template(at=request.at), XLSX, _("Takstbudget.xlsx"))
