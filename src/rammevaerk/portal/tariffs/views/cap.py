"""The cap: overview, one operator, the agreement, years, reports and what is registered."""

import re
from datetime import date
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.registers import packaged_caps
from rammevaerk.exchange.cap_report import word, workbook
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.catalogue.queries.uses import is_synthetic
from rammevaerk.portal.common.charts import Axis, Bar, Chart, Line, bars, lines
from rammevaerk.portal.common.crumbs import Crumb, trail
from rammevaerk.portal.tariffs.calculate.cap import (
    Standing,
    development_of,
    missing_estimates,
    stand,
    standings,
)
from rammevaerk.portal.tariffs.calculate.cap_words import (
    basket_rows,
    cap_report,
    citizens_text,
    how_it_is_read,
    outside,
    percent,
    proof,
    reasons,
    summary,
)
from rammevaerk.portal.tariffs.calculate.cap_world import (
    CapWorld,
    base_year_for,
    cap_of,
    load_world,
    series_text,
    usual_year,
)
from rammevaerk.portal.tariffs.forms.cap import (
    previous_quarter,
)
from rammevaerk.portal.tariffs.queries.cap import (
    Circle,
    circles,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FIRST_YEAR = 2008
_POINTS = 10_000


def cap_trail(*steps: tuple[str, str] | str) -> list[Crumb]:
    """Overblik › Økonomi › Takstaftale › steps."""
    economy = _("Økonomi"), reverse("tariffs:overview")
    if not steps:
        return trail(economy, _("Takstaftale"))
    return trail(economy, (_("Takstaftale"), reverse("tariffs:cap")), *steps)


def circle_of(request: Request) -> tuple[Circle | None, list[Circle]]:
    """The cooperation that the page is about: of ``?samarbejde=``, else the first."""
    found = circles(request.actor)
    wanted = request.GET.get("samarbejde", "")
    chosen = next((one for one in found if one.key == wanted), found[0] if found else None)
    return chosen, found


def _year(request: Request, circle: Circle) -> int:
    text = request.GET.get("aar", "")
    if re.fullmatch("[0-9]{4}", text) and FIRST_YEAR <= int(text) <= request.today.year + 1:
        return int(text)
    return usual_year(circle.key, request.today)


def _years(circle: Circle, today_year: int) -> list[int]:
    """The years one can choose: from the first with a known cap to the coming one."""
    known = [one.first_year for one in packaged_caps() if one.agreement == circle.key]
    return list(range(today_year + 1, min(known, default=today_year) - 1, -1))


def nothing_here(request: Request, heading: str) -> HttpResponse:
    context = {"crumbs": trail((_("Økonomi"), reverse("tariffs:overview")), heading)}
    return render(request, "tariffs/no_cooperation.html", {**context, "heading": heading})


def _common(request: Request, circle: Circle, all_circles: list[Circle], year: int) -> dict:
    return {
        "circle": circle,
        "synthetic": is_synthetic(request.actor, circle.id),
        "circles": all_circles if len(all_circles) > 1 else [],
        "year": year,
        "years": _years(circle, request.today.year),
        "may_report": request.actor.scope(Action.TARIFF_REPORT) is not None,
        "may_check": request.actor.scope(Action.TARIFF_CHECK) is not None,
    }


@require_GET
@requires(Action.TARIFF_READ)
def cap(request: Request) -> HttpResponse:
    circle, found = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Takstaftale"))
    year = _year(request, circle)
    base = base_year_for(circle.key, year)
    rows = standings(_load(request, circle, [base, year]), year)
    excess = sum(one.excess_ore or 0 for one in rows if one.verdict == "exceeded")
    turnover = sum(one.turnover_ore for one in rows)
    context = {
        **_common(request, circle, found, year),
        "crumbs": cap_trail(),
        "base_year": base,
        "rows": rows,
        "counts": {
            key: sum(1 for one in rows if one.verdict == key)
            for key in ("kept", "exceeded", "undecided")
        },
        "excess": excess,
        "supplement_points": _points(sum(one.supplements_ore for one in rows), turnover),
        "agreed": cap_of(circle.key, year),
        "summary": summary(rows),
        "how": how_it_is_read(base, year),
        "missing": missing_estimates(rows),
        "unverified": any(one.index_unverified for one in rows),
        "last_quarter": previous_quarter(request.today),
    }
    return render(request, "tariffs/cap.html", context)


def _points(part: int, whole: int) -> int | None:
    return (2 * _POINTS * part + whole) // (2 * whole) if whole else None


def _load(
    request: Request, circle: Circle, years: list[int], operator_id: int | None = None
) -> CapWorld:
    return load_world(request.actor, circle, years, today=request.today, operator_id=operator_id)


@require_GET
@requires(
    Action.TARIFF_READ,
    "access.Organisation",
    "organisation_id",
    row_action=Action.ORGANISATION_READ,
)
def operator(request: Request, organisation: Model) -> HttpResponse:
    circle, found = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Takstaftale"))
    year = _year(request, circle)
    base = base_year_for(circle.key, year)
    shown = list(range(base, max(year, min(request.today.year, base + 8)) + 1))
    world = _load(request, circle, shown, organisation.pk)
    row = stand(world, organisation.pk, year)
    developed = development_of(row)
    every = [stand(world, organisation.pk, one, base_year=base) for one in shown[1:]]
    context = {
        **_common(request, circle, found, year),
        "crumbs": cap_trail(row.name),
        "organisation": organisation,
        "row": row,
        "reasons": reasons(row),
        "missing": missing_estimates([row]),
        "basket": basket_rows(row),
        "outside": outside(row),
        "quarters": [(one, citizens_text(one, request.actor)) for one in row.quarters],
        "quarter_chart": _quarter_chart(row),
        "development": developed.found,
        "why_not": developed.problem,
        "left_out": developed.left_out,
        "proof": proof(row),
        "choices": [
            (one, series_text(one.series)) for one in world.choices.get(row.operator_id, ())
        ],
        "chart": _level_chart(row.name, base, every),
        "how": how_it_is_read(base, year),
        "own": organisation.pk == request.actor.organisation_id,
    }
    return render(request, "tariffs/cap_operator.html", context)


def _level_chart(name: str, base: int, rows: list[Standing]) -> Chart | None:
    """The level year by year against the allowed; None when there is nothing to draw."""
    if not any(one.level is not None for one in rows):
        return None
    level = [_POINTS, *(_basis(one.level) for one in rows)]
    allowed = [None, *(_basis(one.allowed) for one in rows)]
    places = [str(base), *(str(one.year) for one in rows)]
    last = next(one for one in reversed(rows) if one.level is not None)
    title = _("%(name)s: niveauet i %(year)s er %(level)s af %(base)s i faste priser") % {
        "name": name,
        "year": last.year,
        "level": percent(last.level),
        "base": base,
    }
    series = [Line(_("Niveau"), tuple(level), tuple(_text(one) for one in level))]
    if any(one is not None for one in allowed):
        series.append(
            Line(_("Højst tilladt"), tuple(allowed), tuple(_text(one) for one in allowed))
        )
    axis = Axis(_("Pct. af basisåret"), 100)
    return lines(title, places, series, axis=axis, what=_("År"))


def _basis(share: Any) -> int | None:
    return None if share is None else int((share * _POINTS).to_integral_value())


def _text(points: int | None) -> str:
    return "–" if points is None else f"{points // 100},{points % 100:02d} pct."


def _quarter_chart(row: Standing) -> Chart | None:
    points = [
        Bar(f"{one.row.quarter}. kvartal", one.share_points, _text(one.share_points))
        for one in row.quarters
        if one.share_points is not None
    ]
    if not points:
        return None
    title = _("Tillægstakster er %(share)s af omsætningen i %(year)s") % {
        "share": percent(row.supplement_share),
        "year": row.year,
    }
    axis = Axis(_("Pct. af omsætningen"), 100)
    return bars(title, points, axis=axis, what=_("Kvartal"), ordered=False)


@require_GET
@requires(Action.TARIFF_READ)
def agreement(request: Request) -> HttpResponse:
    circle, found = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Takstaftalen"))
    rules = AgreementRules(circle.key, Parameters.load())
    caps = [
        {
            "cap": one,
            "points": [(point, _parameters(rules, point.parameters, one.first_year))
                       for point in one.points],
        }
        for one in packaged_caps()
        if one.agreement == circle.key
    ]  # fmt: skip
    context = {
        **_common(request, circle, found, request.today.year),
        "crumbs": cap_trail(_("Takstaftalen")),
        "caps": caps,
        "reductions": _versions(rules, "cap_reduction"),
    }
    return render(request, "tariffs/cap_agreement.html", context)


def _parameters(rules: AgreementRules, names: tuple[str, ...], year: int) -> list[dict[str, Any]]:
    found = []
    for name in names:
        parameter = rules.parameters.get(f"tariffs/{rules.agreement}/{name}")
        version = next(one for one in parameter.versions if one.period.contains(date(year, 1, 1)))
        found.append(_version(rules, parameter, version))
    return found


def _without_region(label: str) -> str:
    """«Midtjylland: aftalt nedsættelse» without whose it is: the whole page is about that."""
    _region, _colon, rest = label.partition(": ")
    return rest[:1].upper() + rest[1:] if rest else label


def _versions(rules: AgreementRules, name: str) -> list[dict[str, Any]]:
    key = f"tariffs/{rules.agreement}/{name}"
    if key not in rules.parameters.by_key:
        return []
    parameter = rules.parameters.get(key)
    return [_version(rules, parameter, one) for one in parameter.versions]


def _version(rules: AgreementRules, parameter: Any, version: Any) -> dict[str, Any]:
    known = version.value is not None
    day = version.period.start
    return {
        "label": _without_region(parameter.label_da),
        "value": rules.parameters.on(parameter.key, day).text_da() if known else "",
        "period": version.period,
        "verified": version.verified,
        "source": rules.parameters.sources[version.source],
        "note": version.note,
    }


@require_GET
@requires(Action.TARIFF_READ)
def years(request: Request) -> HttpResponse:
    circle, found = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Niveau over år"))
    last = min(_year(request, circle) + 2, request.today.year)
    base = base_year_for(circle.key, last)
    shown = list(range(base, last + 1))
    world = _load(request, circle, shown)
    table = [
        (pk, world.names.get(pk, ""), [stand(world, pk, one, base_year=base) for one in shown[1:]])
        for pk in world.operator_ids
    ]
    by_year = [[cells[at] for _pk, _name, cells in table] for at in range(len(shown) - 1)]
    context = {
        **_common(request, circle, found, last),
        "crumbs": cap_trail(_("Niveau over år")),
        "base_year": base,
        "shown": shown[1:],
        "table": table,
        "chart": _median_chart(base, by_year),
        "missing": missing_estimates(one for rows in by_year for one in rows),
        "how": how_it_is_read(base, last),
    }
    return render(request, "tariffs/cap_years.html", context)


def _median_chart(base: int, by_year: list[list[Standing]]) -> Chart | None:
    """The lowest, the middle and the highest level of all operators, year by year."""
    found = [sorted(_basis(one.level) or 0 for one in rows if one.level is not None)
             for rows in by_year]  # fmt: skip
    if not any(found):
        return None
    places = [str(base), *(str(base + at) for at in range(1, len(found) + 1))]
    names = (_("Højeste"), _("Midterste"), _("Laveste"))
    picked = [
        [_POINTS, *((one[-1], one[len(one) // 2], one[0])[which] if one else None for one in found)]
        for which in range(3)
    ]
    allowed = [None, *(next((_basis(one.allowed) for one in rows if one.allowed is not None and
                             one.unmet is None), None) for rows in by_year)]  # fmt: skip
    series = [
        Line(name, tuple(values), tuple(_text(one) for one in values))
        for name, values in zip(names, picked, strict=True)
    ]
    if any(one is not None for one in allowed):
        series.append(Line(_("Loft uden efterslæb"), tuple(allowed), tuple(map(_text, allowed))))
    last = next(one for one in reversed(found) if one)
    title = _("Den midterste driftsherre ligger på %(level)s af %(base)s i faste priser") % {
        "level": _text(last[len(last) // 2]),
        "base": base,
    }
    return lines(title, places, series, axis=Axis(_("Pct. af basisåret"), 100), what=_("År"))


@require_GET
@requires(Action.TARIFF_READ)
def report_word(request: Request) -> HttpResponse:
    return _report(request, "docx")


@require_GET
@requires(Action.TARIFF_READ)
def report_workbook(request: Request) -> HttpResponse:
    return _report(request, "xlsx")


def _report(request: Request, kind: str) -> HttpResponse:
    circle, _found = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Takstaftale"))
    year = _year(request, circle)
    base = base_year_for(circle.key, year)
    rows = standings(_load(request, circle, [base, year]), year)
    over = previous_quarter(request.today)
    document = cap_report(
        rows,
        circle_key=circle.key,
        circle_name=circle.name,
        year=year,
        quarter=over[1] if over[0] == year else 4,
        as_of=request.today,
        actor=request.actor,
    )
    content = word.write(document) if kind == "docx" else workbook.write(document)
    response = HttpResponse(content, content_type=DOCX if kind == "docx" else XLSX)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"takstaftale-{circle.key}-{year}.{kind}"
    )
    return response
