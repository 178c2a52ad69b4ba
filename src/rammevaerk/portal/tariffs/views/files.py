"""The takstfil: fetched, handed in, shown as a difference, confirmed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import cooperations, names_on
from rammevaerk.portal.common.crumbs import Crumb, trail
from rammevaerk.portal.common.documents import DamagedDocument, fetch
from rammevaerk.portal.common.forms import carried_out, row_id, show_problem, status_of
from rammevaerk.portal.tariffs import files as going_out
from rammevaerk.portal.tariffs.forms.files import ConfirmForm, FetchForm, HandInForm, likely_year
from rammevaerk.portal.tariffs.models import TariffFile, TariffFileRow
from rammevaerk.portal.tariffs.operations import files as operations
from rammevaerk.portal.tariffs.queries import files as queries

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_LISTED, _ROWS = 25, 50
_UNDER_WAY = {TariffFile.State.READING, TariffFile.State.STORING}
_CHOOSABLE = [TariffFileRow.Kind.NEW, TariffFileRow.Kind.CHANGED]


def file_trail(*steps: tuple[str, str] | str) -> list[Crumb]:
    """Overblik › Økonomi › Takstfil › steps."""
    here: tuple[str, str] | str = _("Takstfil")
    if steps:
        here = (_("Takstfil"), reverse("tariffs:files"))
    return trail((_("Økonomi"), reverse("tariffs:overview")), here, *steps)


@require_GET
@requires(Action.TARIFF_READ)
def files(request: Request) -> HttpResponse:
    regions = _regions(request)
    page = Paginator(queries.files_of(request.actor), _LISTED).get_page(request.GET.get("side"))
    senders = names_on([row.organisation_id for row in page], on=request.today, short=True)
    context = {
        "crumbs": file_trail(),
        "form": _fetch_form(request, regions, {"aar": likely_year(request.today)}),
        "page": page,
        "rows": [(row, senders[row.organisation_id]) for row in page],
        "may_hand_in": request.actor.scope(Action.TARIFF_REPORT) is not None,
    }
    return render(request, "tariffs/files.html", context)


def _regions(request: Request) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in cooperations(request.actor).order_by("name")]


def _fetch_form(
    request: Request, regions: list[tuple[int, str]], initial: dict[str, Any], data: Any = None
) -> FetchForm:
    operators = {
        pk: name
        for region, _name in regions
        for pk, name in queries.operators_of(request.actor, region, request.at)
    }
    return FetchForm(
        data,
        initial=initial,
        today=request.today,
        regions=regions,
        operators=sorted(operators.items(), key=lambda pair: pair[1].casefold()),
    )


@require_GET
@requires(Action.TARIFF_READ)
def file_fetch(request: Request) -> HttpResponse:
    """The prices that the actor may see, of a year, as Excel or CSV."""
    regions = _regions(request)
    form = _fetch_form(request, regions, {}, request.GET)
    if not regions:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Vælg år og driftsherre fra listerne."))
        return redirect("tariffs:files")
    chosen = form.cleaned_data
    region = chosen.get("samarbejde") or regions[0][0]
    operator = chosen["driftsherre"]
    made = going_out.document(
        request.actor,
        region,
        chosen["aar"],
        region=dict(regions)[region],
        operator_id=operator,
        operator=names_on([operator], on=request.today, short=True)[operator] if operator else "",
        at=request.at,
    )
    if chosen["form"] == "csv":
        return _attachment(going_out.as_csv(made), CSV, f"{made.title}.csv")
    return _attachment(going_out.as_workbook(made), XLSX, f"{made.title}.xlsx")


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT)
def file_new(request: Request) -> HttpResponse:
    form = HandInForm(
        request.POST or None,
        request.FILES or None,
        too_large=getattr(request, "upload_too_large", ""),
        initial={"year": likely_year(request.today)},
        today=request.today,
        regions=_regions(request),
    )
    handed: list[TariffFile] = []
    if carried_out(form, lambda: handed.append(_hand_in(request, form))):
        return redirect("tariffs:file", file_id=handed[0].pk)
    context = {"crumbs": file_trail(_("Indlæs")), "form": form}
    return render(request, "tariffs/file_new.html", context, status=status_of(form))


def _hand_in(request: Request, form: HandInForm) -> TariffFile:
    cleaned = form.cleaned_data
    content, name = cleaned["file"].read(), cleaned["file"].name
    return operations.hand_in(
        cleaned["region"], cleaned["year"], content, name, by=request.actor, at=request.at
    )


@require_GET
@requires(Action.TARIFF_READ, TariffFile, "file_id")
def file(request: Request, row: TariffFile) -> HttpResponse:
    """How far a file is: being read, waiting for columns, to be confirmed, being stored, stored."""
    return _file_page(request, row, ConfirmForm(initial={"ends_on": None}))


def _file_page(request: Request, row: TariffFile, form: ConfirmForm) -> HttpResponse:
    under_way = row.state in _UNDER_WAY
    context: dict[str, Any] = {
        "crumbs": file_trail(row.name),
        "file": row,
        "sender": names_on([row.organisation_id], on=request.today)[row.organisation_id],
        "under_way": under_way,
        "mine": _may_go_on(request, row),
        "form": form,
    }
    if not under_way:
        context |= _rows(request, row)
    response = render(request, "tariffs/file.html", context, status=status_of(form))
    if request.htmx and not under_way and request.GET.get("vent"):
        # What was waited for has come: the whole page is another.
        response["HX-Refresh"] = "true"
    return response


def _may_go_on(request: Request, row: TariffFile) -> bool:
    may = request.actor.scope(Action.TARIFF_REPORT) is not None
    return may and request.actor.organisation_id == row.organisation_id


def _rows(request: Request, row: TariffFile) -> dict[str, Any]:
    get = request.GET.get
    kind = get("art", "") if get("art", "") in TariffFileRow.Kind.values else ""
    text, warned = get("q", "").strip()[:100], get("advarsler", "") == "1"
    found = queries.rows_shown(row, request.actor, kind=kind, text=text, warned=warned)
    outcome = get("udfald", "")
    if outcome in TariffFileRow.Outcome.values:
        found = found.filter(outcome=outcome)
    page = Paginator(found, _ROWS).get_page(get("side"))
    return {
        "summary": queries.summary_of(row),
        "counts": queries.counts_of(row, request.actor),
        "page": page,
        "rows": [queries.row_view(one) for one in page],
        "filter": {"kind": kind, "text": text, "warned": warned, "outcome": outcome},
        "kinds": TariffFileRow.Kind.choices,
        "outcomes": TariffFileRow.Outcome.choices,
    }


@require_POST
@requires(Action.TARIFF_REPORT, TariffFile, "file_id")
def file_choose(request: Request, row: TariffFile) -> HttpResponse:
    """Keep what is chosen on a page of rows, and do what the button says."""
    act = request.POST.get("handling", "")
    if not act:
        return redirect("tariffs:file", file_id=row.pk)
    form = ConfirmForm(request.POST if act == "confirm" else None)
    try:
        operations.choose(row, _ids(request, "vist"), _ids(request, "valgt"), by=request.actor)
        if act in {"alle", "ingen"}:
            operations.choose_all(row, act == "alle", _CHOOSABLE, by=request.actor)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("tariffs:file", file_id=row.pk)
    if act == "confirm":
        return _confirm(request, row, form)
    address = reverse("tariffs:file", kwargs={"file_id": row.pk})
    return redirect(f"{address}?{request.GET.urlencode()}#raekker")


def _confirm(request: Request, row: TariffFile, form: ConfirmForm) -> HttpResponse:
    if form.is_valid():
        ends_on = form.cleaned_data["ends_on"]
        try:
            count = operations.confirm(row, ends_on=ends_on, by=request.actor, at=request.at)
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            said = ngettext("%(n)s række gemmes nu.", "%(n)s rækker gemmes nu.", count)
            messages.success(request, said % {"n": count})
            return redirect("tariffs:file", file_id=row.pk)
    return _file_page(request, row, form)


def _ids(request: Request, name: str) -> set[int]:
    found: Iterable[int | None] = map(row_id, request.POST.getlist(name))
    return {one for one in found if one is not None}


@require_POST
@requires(Action.TARIFF_REPORT, TariffFile, "file_id")
def file_again(request: Request, row: TariffFile) -> HttpResponse:
    """Read a file anew, against what is here now."""
    return _done(request, row, "igen", operations.read_again)


@require_POST
@requires(Action.TARIFF_REPORT, TariffFile, "file_id")
def file_drop(request: Request, row: TariffFile) -> HttpResponse:
    return _done(request, row, "opgiv", operations.drop)


def _done(request: Request, row: TariffFile, button: str, work: Any) -> HttpResponse:
    try:
        if request.POST.get("handling") == button:
            work(row, by=request.actor, at=request.at)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("tariffs:file", file_id=row.pk)


@require_GET
@requires(Action.TARIFF_READ, TariffFile, "file_id")
def file_original(request: Request, row: TariffFile) -> HttpResponse:
    """The bytes as they were handed in."""
    try:
        content = fetch(row.sha256)
    except DamagedDocument:
        messages.error(request, _("Den gemte fil findes ikke mere."))
        return redirect("tariffs:file", file_id=row.pk)
    kind = CSV if row.name.lower().endswith(".csv") else XLSX
    return _attachment(content, kind, row.name)
