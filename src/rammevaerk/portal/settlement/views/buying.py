"""The buyer's pages: my citizens, my commitments, and the year's spend against the budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.money import format_kroner
from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.charts import Chart, Line, lines, money_axis
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.placements.queries.buying import (
    Bought,
    asked_for,
    bought,
    buys_made_up,
)
from rammevaerk.portal.settlement.calculate.forecast import Outlook, evenly
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.forms.buying import BudgetForm, CitizenFilterForm, YearForm
from rammevaerk.portal.settlement.operations.budgets import register_budget
from rammevaerk.portal.settlement.queries.outlook import (
    budget_of,
    budgets_of,
    first_settled,
    outlook,
)
from rammevaerk.portal.settlement.queries.statements import disputes_of, waiting_by_statement
from rammevaerk.portal.settlement.views.places import XLSX, attached, buying_trail
from rammevaerk.portal.tariffs.queries.study_picture import amount_da

_ON_A_PAGE = 50
_AHEAD = 12


@dataclass(frozen=True, slots=True)
class CitizenRow:
    """A citizen with what this month costs; None where nothing is known of it."""

    bought: Bought
    month_ore: int | None
    goals_late: bool
    no_contract: bool

    @property
    def hours(self) -> str:
        """The granted hours a week: «20:30»."""
        whole, rest = divmod(self.bought.minutes or 0, 60)
        return f"{whole}:{rest:02}"


def _asked(request: Request) -> tuple[CitizenFilterForm, list[CitizenRow], list[Bought]]:
    form = CitizenFilterForm(request.GET)
    form.is_valid()
    found = bought(request.actor, on=request.today)
    month = request.today.replace(day=1)
    ahead = outlook(request.actor.organisation_id or 0, request.today.year, on=request.today)
    rows = [
        CitizenRow(
            one,
            ahead.by_placement.get(one.pk, {}).get(month),
            one.goals_due is not None and one.goals_due < request.today,
            one.contract is None or one.contract.kind != "approved",
        )
        for one in found
    ]
    return form, _narrowed(rows, form.cleaned_data), found


def _narrowed(rows: Sequence[CitizenRow], given: dict[str, Any]) -> list[CitizenRow]:
    shown, text = given.get("vis", ""), given.get("q", "").strip().casefold()
    fits = {
        "betaler": lambda row: row.bought.pays,
        "kontrakt": lambda row: row.no_contract,
        "maal": lambda row: row.goals_late,
        "slutter": lambda row: row.bought.ends_on is not None,
    }.get(shown, lambda _row: True)
    found = [row for row in rows if fits(row) and (not text or text in _words(row.bought))]
    # What needs somebody first; then by facility.
    found.sort(key=lambda row: (not row.goals_late, not row.no_contract, row.bought.facility))
    return found


def _words(one: Bought) -> str:
    words = (one.reference, one.case, one.pseudonym, one.facility, one.service)
    return " ".join(words).casefold()


@require_GET
@requires(Action.INVOICE_CONTROL)
def buying(request: Request) -> HttpResponse:
    """My citizens: where they are, since when, what they cost, and what is missing."""
    form, rows, found = _asked(request)
    page = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("side"))
    waiting = waiting_by_statement(request.actor)
    context = {
        "crumbs": buying_trail(),
        "form": form,
        "page": page,
        "rows": list(page),
        "count": len(rows),
        "month": month_text_da(request.today.replace(day=1)),
        "month_ore": sum(row.month_ore or 0 for row in rows),
        "citizens": len(found),
        "paid": sum(1 for one in found if one.pays),
        "late": sum(1 for one in found if one.goals_due and one.goals_due < request.today),
        "asked": asked_for(request.actor, on=request.today),
        "statements": len(waiting),
        "disputes": disputes_of(request.actor).count(),
        "synthetic": any(one.synthetic for one in found),
        "here": "buying",
    }
    return render(request, "settlement/buying.html", context)


_COLUMNS = (
    ListColumn("Reference", width=16),
    ListColumn("Sagsnummer", width=18),
    ListColumn("Pseudonym", width=16),
    ListColumn("Tilbud", width=30),
    ListColumn("Ydelse", width=26),
    ListColumn("Tilstand", width=14),
    ListColumn("Siden", ColumnKind.DAY),
    ListColumn("Timer pr. uge i minutter", ColumnKind.WHOLE, 12),
    ListColumn("Vi betaler", width=10),
    ListColumn("Denne måned (kr.)", ColumnKind.ORE),
    ListColumn("Kontrakt", width=20),
    ListColumn("Næste opfølgning", ColumnKind.DAY),
    ListColumn("Opsagt, betales ikke fra", ColumnKind.DAY),
    ListColumn("Forventet til", ColumnKind.DAY),
)


@require_GET
@requires(Action.INVOICE_CONTROL)
def buying_workbook(request: Request) -> HttpResponse:
    _form, rows, _found = _asked(request)
    cells = [
        [
            row.bought.reference,
            row.bought.case,
            row.bought.pseudonym,
            row.bought.facility,
            row.bought.service,
            row.bought.state_text,
            row.bought.since,
            row.bought.minutes,
            _("ja") if row.bought.pays else _("nej"),
            row.month_ore,
            row.bought.contract.text if row.bought.contract else _("Ingen"),
            row.bought.goals_due,
            row.bought.notice_ends,
            row.bought.expected_to,
        ]
        for row in rows
    ]
    content = write_listing(_("Mine borgere"), _COLUMNS, cells, at=request.at)
    return attached(content, XLSX, "Mine borgere.xlsx")


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a running placement costs in the coming months, while it is expected to go on."""

    bought: Bought
    months: tuple[int, ...]

    @property
    def ore(self) -> int:
        """All the months."""
        return sum(self.months)


def _commitments(request: Request) -> tuple[list[date], list[Commitment]]:
    first = request.today.replace(day=1)
    months = [after_month(first, at) for at in range(_AHEAD)]
    ahead = outlook(request.actor.organisation_id or 0, request.today.year, on=request.today)
    rows = [
        Commitment(one, tuple(ahead.by_placement.get(one.pk, {}).get(at, 0) for at in months))
        for one in bought(request.actor, on=request.today)
    ]
    rows = sorted((row for row in rows if row.ore), key=lambda row: -row.ore)
    return months, rows


@require_GET
@requires(Action.INVOICE_CONTROL)
def commitments(request: Request) -> HttpResponse:
    """What the running placements cost, month by month, until they are expected to end."""
    months, rows = _commitments(request)
    page = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("side"))
    context = {
        "crumbs": buying_trail(_("Forpligtelser")),
        "months": months,
        "page": page,
        "rows": list(page),
        "count": len(rows),
        "total_ore": sum(row.ore for row in rows),
        "sums": [sum(row.months[at] for row in rows) for at in range(_AHEAD)],
        "ending": sum(1 for row in rows if row.bought.ends_on),
        "synthetic": any(row.bought.synthetic for row in rows),
        "here": "commitments",
    }
    return render(request, "settlement/buying_commitments.html", context)


@require_GET
@requires(Action.INVOICE_CONTROL)
def commitments_workbook(request: Request) -> HttpResponse:
    months, rows = _commitments(request)
    columns = (
        ListColumn("Reference", width=16),
        ListColumn("Sagsnummer", width=18),
        ListColumn("Tilbud", width=30),
        ListColumn("Ydelse", width=26),
        ListColumn("Opsagt, betales ikke fra", ColumnKind.DAY),
        ListColumn("Forventet til", ColumnKind.DAY),
        *(ListColumn(f"{month_text_da(one)} (kr.)", ColumnKind.ORE) for one in months),
        ListColumn("I alt (kr.)", ColumnKind.ORE),
    )
    cells = [
        [
            row.bought.reference,
            row.bought.case,
            row.bought.facility,
            row.bought.service,
            row.bought.notice_ends,
            row.bought.expected_to,
            *row.months,
            row.ore,
        ]
        for row in rows
    ]
    content = write_listing(_("Forpligtelser"), columns, cells, at=request.at)
    return attached(content, XLSX, "Forpligtelser.xlsx")


@require_GET
@requires(Action.INVOICE_CONTROL)
def forecast(request: Request) -> HttpResponse:
    """The year's spend, settled and expected, against the budget."""
    form = YearForm(request.GET, today=request.today)
    form.is_valid()
    year = form.cleaned_data.get("aar") or request.today.year
    found = outlook(request.actor.organisation_id or 0, year, on=request.today)
    held = budget_of(request.actor, year)
    budget = held.amount_ore if held else None
    total = found.total(year)
    began = first_settled(request.actor.organisation_id or 0)
    months = _month_rows(found, year, budget, began)
    before = sum(row["expected"] for row in months if row["before"])
    context = {
        "crumbs": buying_trail(_("Forbrug og budget")),
        "form": YearForm(initial={"aar": year}, today=request.today),
        "year": year,
        "budget": held,
        "history": budgets_of(request.actor, year),
        "months": months,
        "total": total,
        "settled": sum(one.settled_ore for one in found.of_year(year)),
        "before": before,
        "expected": sum(one.expected_ore for one in found.of_year(year)) - before,
        "over": total - budget if budget is not None else None,
        "sentence": sentence_da(total, budget),
        "chart": _chart(found, year, budget) if total or budget else None,
        "unsettled": found.unsettled,
        "synthetic": buys_made_up(request.actor.organisation_id),
        "here": "forecast",
    }
    return render(request, "settlement/buying_forecast.html", context)


def sentence_da(total_ore: int, budget_ore: int | None) -> str:
    """«Året ender 3,2 mio. kr. over budgettet.»."""
    if budget_ore is None:
        return _("Året ender på %s Der er ikke registreret noget budget.") % amount_da(total_ore)
    over = total_ore - budget_ore
    if not over:
        return _("Året ender præcis på budgettet.")
    words = _("Året ender %s over budgettet.") if over > 0 else _("Året ender %s under budgettet.")
    return words % amount_da(over)


def _month_rows(
    found: Outlook, year: int, budget: int | None, began: date | None = None
) -> list[dict[str, Any]]:
    """The months added up; those before the first settled here are marked so."""
    planned = evenly(budget) if budget is not None else None
    rows, so_far = [], 0
    for at, one in enumerate(found.of_year(year)):
        so_far += one.ore
        rows.append(
            {
                "month": one.month,
                "before": began is not None and one.month < began,
                "settled": one.settled_ore,
                "expected": one.expected_ore,
                "so_far": so_far,
                "planned": planned[at] if planned else None,
                "over": so_far - planned[at] if planned else None,
            }
        )
    return rows


def _chart(found: Outlook, year: int, budget: int | None) -> Chart:
    rows = _month_rows(found, year, budget)
    spent = [row["so_far"] for row in rows]
    series = [_line(_("Forbrug"), spent)]
    if budget is not None:
        series.append(_line(_("Budget"), [row["planned"] for row in rows]))
    values = [value for line in series for value in line.values if value is not None]
    places = [date_format(row["month"], "M").lower() for row in rows]
    title = sentence_da(found.total(year), budget).rstrip(".")
    return lines(title, places, series, axis=money_axis(_("Lagt sammen"), values), what=_("Måned"))


def _line(name: str, values: Sequence[int]) -> Line:
    return Line(name, tuple(values), tuple(format_kroner(one) for one in values))


@require_http_methods(["GET", "POST"])
@requires(Action.INVOICE_CONTROL)
def budget(request: Request) -> HttpResponse:
    """Register a year's budget (`?aar=`)."""
    year = row_id(request.GET.get("aar", "")) or request.today.year
    held = budget_of(request.actor, year)
    initial = {"amount": held.amount_ore} if held else {}
    form = BudgetForm(request.POST or None, initial=initial)

    def keep() -> None:
        said = form.cleaned_data
        register_budget(
            request.actor.organisation_id or 0,
            year,
            said["amount"],
            note=said["note"],
            seen=row_id(request.POST.get("seen", "")),
            by=request.actor,
            at=request.at,
        )

    if carried_out(form, keep):
        messages.success(request, _("Budgettet for %s er gemt.") % year)
        return redirect(f"{reverse('settlement:forecast')}?aar={year}")
    context = {
        "crumbs": buying_trail(
            (_("Forbrug og budget"), reverse("settlement:forecast")), _("Budget")
        ),
        "form": form,
        "year": year,
        "held": held,
    }
    return render(request, "settlement/buying_budget.html", context, status=status_of(form))
