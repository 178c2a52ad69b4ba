"""The action plan: the register, its files out and in, and its findings."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.periods import Precision, parse_partial_date_da
from rammevaerk.exchange.action_plan.workbook import BrokenWorkbook, UnwritablePlan
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.access.queries import organisation_id
from rammevaerk.portal.agreement import plan_files, queries
from rammevaerk.portal.agreement.calculate import findings_of
from rammevaerk.portal.agreement.forms import PlanFileForm
from rammevaerk.portal.agreement.models import Edition, Status
from rammevaerk.portal.agreement.views.places import edition_trail
from rammevaerk.portal.common.forms import status_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@requires(Action.PLAN_READ, Edition, "edition", field="slug")
def plan(request: Request, edition: Edition) -> HttpResponse:
    as_of, unreadable = _as_of(request)
    view = queries.plan_view(edition, request.actor, as_of=as_of)
    narrowed = _filter(request)
    parties = queries.party_names(edition, on=request.today)
    sorter = request.GET.get("sorter", "")
    shown = _shown(view, narrowed, sorter)
    findings = findings_of(view, request.actor)
    context = {
        "crumbs": edition_trail(edition, _("Handlingsplan")),
        "edition": edition,
        "plan": view,
        "shown": shown,
        "sort": sorter,
        "overdue": sum(1 for one in view.initiatives if one.overdue),
        "filter": narrowed,
        "as_of": as_of,
        "as_of_text": request.GET.get("pr", ""),
        "unreadable": unreadable,
        "statuses": [*Status.choices, ("none", _("Uden status"))],
        "parties": parties,
        "findings": findings,
        "can": abilities(request.actor, edition, Action.PLAN_EDIT),
    }
    template = "agreement/plan.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _shown(
    view: queries.PlanView, narrowed: queries.PlanFilter, sorter: str = ""
) -> list[queries.InitiativeView]:
    participant = organisation_id(narrowed.organisation) if narrowed.organisation else None
    return [one for one in view.ordered(sorter) if narrowed.admits(one, participant)]


def _filter(request: Request) -> queries.PlanFilter:
    get = request.GET.get
    return queries.PlanFilter(
        area=get("omraade", ""),
        forum=get("forum", ""),
        status=get("status", ""),
        organisation=get("kommune", ""),
        text=get("q", "")[:100],
        overdue=get("overskredet", "") == "1",
    )


def _as_of(request: Request) -> tuple[date, str]:
    """The day of ``?pr=``, else today; with what is wrong with it when it cannot be read."""
    text = request.GET.get("pr", "").strip()
    if not text:
        return request.today, ""
    try:
        found = parse_partial_date_da(text)
    except UnreadableDate as problem:
        return request.today, problem.reason_da
    if found.precision is not Precision.DAY:
        return request.today, _("Skriv en bestemt dag, fx «8. april 2025».")
    return found.first, ""


@require_GET
@requires(Action.PLAN_READ, Edition, "edition", field="slug")
def plan_findings(request: Request, edition: Edition) -> HttpResponse:
    as_of, unreadable = _as_of(request)
    view = queries.plan_view(edition, request.actor, as_of=as_of)
    context = {
        "crumbs": edition_trail(edition, _("Kontrol af planen")),
        "edition": edition,
        "as_of": as_of,
        "as_of_text": request.GET.get("pr", ""),
        "unreadable": unreadable,
        "findings": [_with_address(one, edition, view) for one in findings_of(view, request.actor)],
    }
    return render(request, "agreement/plan_findings.html", context)


def _with_address(finding: Finding, edition: Edition, view: queries.PlanView) -> dict[str, str]:
    """The finding for the page, with the address of the record it speaks of."""
    kind, _colon, rest = finding.target.partition(":")
    key = rest.partition(":")[0]
    url = reverse("agreement:edition", kwargs={"edition": edition.slug})
    if kind == "milestone":
        owners = {str(m.row.pk): one.row.pk for one in view.initiatives for m in one.milestones}
        kind, key = "initiative", str(owners.get(key, ""))
    if kind == "initiative" and key:
        url = reverse("agreement:initiative", kwargs={"initiative_id": int(key)})
    return {**finding.as_dict(), "url": url}


@require_GET
@requires(Action.PLAN_READ, Edition, "edition", field="slug")
def plan_workbook(request: Request, edition: Edition) -> HttpResponse:
    """The rows that the register shows with the same filters, in the plan's own order."""
    view = queries.plan_view(edition, request.actor, as_of=request.today)
    shown = {one.row.pk for one in _shown(view, _filter(request))}
    try:
        content = plan_files.workbook(view, shown, at=request.at)
    except UnwritablePlan as problem:
        messages.error(request, _("Planen kan ikke skrives som Excel: %s") % problem)
        return redirect("agreement:plan", edition=edition.slug)
    return _file(content, XLSX, f"Handlingsplan {edition.label}.xlsx")


@require_GET
@requires(Action.PLAN_READ, Edition, "edition", field="slug")
def plan_word(request: Request, edition: Edition) -> HttpResponse:
    as_of, _unreadable = _as_of(request)
    content = plan_files.word(queries.plan_view(edition, request.actor, as_of=as_of))
    return _file(content, DOCX, f"Handlingsplan {edition.label}.docx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Edition, "edition", field="slug")
def plan_import(request: Request, edition: Edition) -> HttpResponse:
    """Read a changed Excel file and show what would change. Nothing is stored here."""
    form = PlanFileForm(
        request.POST or None,
        request.FILES or None,
        too_large=getattr(request, "upload_too_large", ""),
    )
    context: dict[str, Any] = {
        "crumbs": edition_trail(edition, _("Indlæs Excel")),
        "edition": edition,
        "form": form,
    }
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            proposal = plan_files.propose(
                edition, file.read(), file.name, by=request.actor, today=request.today
            )
        except BrokenWorkbook as broken:
            form.add_error("file", _("Filen kan ikke læses ind. Intet er gemt."))
            context["problems"] = broken.problems
        except ValidationError as problem:
            form.add_error("file", problem)
        else:
            context["proposal"] = proposal
            context["overtaken"] = any(one.overtaken for one in proposal.difference.changed)
            context["sealed"] = plan_files.seal(proposal, edition, request.actor)
    return render(request, "agreement/plan_import.html", context, status=status_of(form))


@require_POST
@requires(Action.PLAN_EDIT, Edition, "edition", field="slug")
def plan_import_confirm(request: Request, edition: Edition) -> HttpResponse:
    """Store those of the changes shown that were chosen, all of them or none."""
    try:
        count = plan_files.apply(
            request.POST.get("sealed", ""),
            set(request.POST.getlist("take")),
            edition,
            by=request.actor,
            at=request.at,
        )
    except ValidationError as problem:
        for message in problem.messages:
            messages.error(request, message)
        return redirect("agreement:plan_import", edition=edition.slug)
    text = ngettext("%(n)s ændring er gemt.", "%(n)s ændringer er gemt.", count) % {"n": count}
    messages.success(request, text)
    return redirect("agreement:plan", edition=edition.slug)
