"""Tariffs as decided: the register, one service's prices over the years, and why."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.words import words
from rammevaerk.portal.common.charts import Chart, Line, lines, money_axis
from rammevaerk.portal.tariffs.forms.prices import PriceFilterForm
from rammevaerk.portal.tariffs.models import Component, ReportState, Tariff
from rammevaerk.portal.tariffs.price_lines import in_order, line_of, name_of
from rammevaerk.portal.tariffs.queries.dispensations import dispensations_of
from rammevaerk.portal.tariffs.queries.price_register import (
    SORTS,
    Listed,
    PriceFilter,
    PriceRow,
    price_register,
    price_rows,
    service_row,
    tariffs_of,
    with_year_before,
    year_series,
)
from rammevaerk.portal.tariffs.queries.prices import tariffs_on
from rammevaerk.portal.tariffs.queries.reports import TAGS, reports_of_service
from rammevaerk.portal.tariffs.report_content import content_of
from rammevaerk.portal.tariffs.views.places import XLSX, attached, economy_trail, prices_trail

_ON_A_PAGE = 50
_MOST_LINES = 6
_SERVICE = "catalogue.Service"


def _asked(request: Request) -> tuple[PriceFilterForm, list[Listed], date, str]:
    """The filter of the address, and what it leaves; a filter that cannot be read narrows less."""
    known_words = words(request.actor)
    paragraphs = {one.key: one for one in known_words.paragraph_choices}
    form = PriceFilterForm(
        request.GET,
        operators=_operators(request),
        paragraphs=[(one.key, f"{'– ' * one.depth}{one.name}") for one in paragraphs.values()],
    )
    form.is_valid()
    given = form.cleaned_data
    day = given.get("dag") or request.today
    chosen = paragraphs.get(given.get("paragraf", ""))
    narrowed = PriceFilter(
        text=given.get("q", ""),
        operator_id=given.get("driftsherre"),
        paragraphs=chosen.ids if chosen else None,
        component=given.get("takstdel", ""),
        unit=given.get("enhed", ""),
    )
    sort = request.GET.get("sorter", "")
    sort = sort if sort.removeprefix("-") in SORTS else "tilbud"
    rows = price_register(request.actor, narrowed, on=day, known=form.known(), sort=sort)
    return form, rows, day, sort


def _operators(request: Request) -> list[tuple[int, str]]:
    rows = visible(Tariff.objects.all(), request.actor, Action.TARIFF_READ).order_by()
    ids = [pk for (pk,) in rows.values_list("service__facility__operator_id").distinct()]
    names = names_on(ids, on=request.today, short=True)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


@require_GET
@requires(Action.TARIFF_READ)
def prices(request: Request) -> HttpResponse:
    form, rows, day, sort = _asked(request)
    page = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("side"))
    shown = price_rows(request.actor, list(page.object_list), on=day, known=form.known())
    context = {
        "crumbs": economy_trail(_("Takster")),
        "form": form,
        "page": page,
        "rows": shown,
        "synthetic": any(row.service.facility.synthetic for row in shown),
        "count": len(rows),
        "facilities": len({row.facility_id for row in rows}),
        "day": day,
        "known": form.cleaned_data.get("kendt"),
        "sort": sort,
    }
    return render(request, "tariffs/prices.html", context, status=422 if form.errors else 200)


_COLUMNS = (
    ListColumn("Tilbud", width=34),
    ListColumn("Ydelse", width=26),
    ListColumn("Driftsherre", width=22),
    ListColumn("Takstdel", width=20),
    ListColumn("Betegnelse", width=20),
    ListColumn("Takst (kr.)", ColumnKind.ORE),
    ListColumn("Enhed", width=12),
    ListColumn("Dagebasis", width=24),
    ListColumn("Forudsat belægning", ColumnKind.BASIS_POINTS),
    ListColumn("Takst året før (kr.)", ColumnKind.ORE),
    ListColumn("Ændring", ColumnKind.BASIS_POINTS, 12),
    ListColumn("Gælder fra", ColumnKind.DAY),
    ListColumn("Gælder til (dagen efter den sidste)", ColumnKind.DAY),
    ListColumn("Besluttet den", ColumnKind.DAY),
    ListColumn("Beslutning", width=40),
)


@require_GET
@requires(Action.TARIFF_READ)
def prices_workbook(request: Request) -> HttpResponse:
    """What the register shows, all pages of it."""
    form, listed, day, _sort = _asked(request)
    rows = price_rows(request.actor, listed, on=day, known=form.known())
    known = form.cleaned_data.get("kendt")
    about = [
        (_("Gælder pr."), date_text_da(day)),
        (_("Som kendt pr."), date_text_da(known) if known else _("i dag")),
        *((str(form[one].label), request.GET[one]) for one in _NAMED if request.GET.get(one)),
        (_("Rækker"), str(len(rows))),
    ]
    content = write_listing(
        _("Takster"), _COLUMNS, [_cells(row) for row in rows], about=about, at=request.at
    )
    return attached(content, XLSX, _("Takster %s.xlsx") % day.isoformat())


_NAMED = ("q", "paragraf", "takstdel", "enhed")


def _cells(row: PriceRow) -> list[Any]:
    tariff = row.tariff
    return [
        row.service.facility.name,
        row.service.name,
        row.operator,
        str(tariff.get_component_display()),
        tariff.label,
        tariff.amount_ore,
        str(tariff.get_unit_display()),
        str(tariff.get_days_basis_display()) if tariff.days_basis else "",
        tariff.occupancy,
        row.before.amount_ore if row.before and row.comparable else None,
        row.change,
        tariff.valid_from,
        tariff.valid_to,
        tariff.decided_on,
        tariff.decision,
    ]


@require_GET
@requires(Action.TARIFF_READ, _SERVICE, "service_id")
def service_prices(request: Request, service: Any) -> HttpResponse:
    """All that a service costs and has cost, and what was believed when."""
    form = PriceFilterForm(request.GET, operators=[], paragraphs=[])
    form.is_valid()
    day = form.cleaned_data.get("dag") or request.today
    known = form.known()
    now = tariffs_on(request.actor, on=day, known=known).filter(service_id=service.pk)
    held = sorted(now.select_related("service__facility"), key=lambda one: in_order(line_of(one)))
    versions = tariffs_of(request.actor, service.pk)
    described = service_row(service, on=day)
    context = {
        "crumbs": prices_trail(f"{service.facility.name}, {service.name}"),
        "service": service,
        "described": described,
        "form": form,
        "day": day,
        "known": form.cleaned_data.get("kendt"),
        "rows": with_year_before(request.actor, held, on=day, known=known),
        "versions": [_version(one, versions) for one in versions],
        "entries": _entries(versions),
        "chart": _chart(service, versions),
        "proved": _proved(held),
        "reports": [
            (one, TAGS[ReportState(one.state)])
            for one in reports_of_service(request.actor, service.pk)
        ],
        "dispensations": dispensations_of(request.actor, service.pk),
        "may_report": decide(request.actor, Action.TARIFF_REPORT, service).allowed,
        "may_dispense": decide(request.actor, Action.TARIFF_CHECK, service).allowed,
    }
    return render(request, "tariffs/service_prices.html", context)


def _version(row: Tariff, rows: list[Tariff]) -> dict[str, Any]:
    """A row with why it is no longer believed: the reason of what was registered in its place."""
    reason = ""
    if row.superseded_at is not None:
        after = [
            one
            for one in rows
            if one.registered_at == row.superseded_at
            and one.valid_from >= row.valid_from
            and one.pk != row.pk
        ]
        reason = next((one.reason for one in after if one.reason and one.reason != row.reason), "")
    return {"row": row, "name": name_of(line_of(row)), "because": reason}


def _entries(versions: list[Tariff]) -> list[dict[str, Any]]:
    """Each decision once, the latest first, for the timeline."""
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in versions:
        key = (row.decided_on, row.decision, row.report_id)
        if row.superseded_at is not None and key in seen:
            continue
        title = _("Takster fra %s") % date_text_da(row.valid_from)
        entry = seen.setdefault(
            key,
            {
                "day": row.decided_on or row.registered_at.date(),
                "title": title,
                "text": row.reason,
                "source": row.decision,
            },
        )
        if row.superseded_at is None:
            entry["title"] = title
    return sorted(seen.values(), key=lambda one: one["day"], reverse=True)[:20]


def _proved(rows: list[Tariff]) -> dict[int, int]:
    """The reports whose budgets the prices follow from, by tariff."""
    reports = {row.report_id: row.report for row in rows if row.report is not None}
    with_budget = {pk for pk, one in reports.items() if content_of(one).budget is not None}
    return {row.pk: row.report_id for row in rows if row.report_id and row.report_id in with_budget}


def _chart(service: Any, versions: list[Tariff]) -> Chart | None:
    """The day prices over the years; one year alone is no picture."""
    years, series = year_series(versions)
    shown = [
        (name_of(line_of(next(one for one in rows if one))), rows)
        for (component, _label), rows in series.items()
        if component in _CHARTED and sum(1 for one in rows if one) > 1
    ][:_MOST_LINES]
    if len(years) < len(("før", "nu")) or not shown:
        return None
    drawn = [
        Line(
            name,
            tuple(one.amount_ore if one else None for one in rows),
            tuple(format_kroner(one.amount_ore) if one else "–" for one in rows),
        )
        for name, rows in shown
    ]
    amounts = [value for line in drawn for value in line.values if value is not None]
    return lines(
        _sentence(drawn[0], years),
        [str(year) for year in years],
        drawn,
        axis=money_axis(_("Takst"), amounts),
        what=_("År"),
    )


_CHARTED = (Component.WHOLE, Component.BASIS, Component.SERVICE, Component.GROUND)


def _sentence(line: Line, years: list[int]) -> str:
    """What the first line shows, in words."""
    known = [
        (year, value, text)
        for year, value, text in zip(years, line.values, line.texts, strict=True)
        if value is not None
    ]
    first, last = known[0], known[-1]
    words = {"name": line.name, "before": first[2], "now": last[2]}
    words |= {"first": str(first[0]), "last": str(last[0])}
    if first[1] == last[1]:
        return _("%(name)s er uændret %(now)s fra %(first)s til %(last)s") % words
    return _("%(name)s er gået fra %(before)s i %(first)s til %(now)s i %(last)s") % words
