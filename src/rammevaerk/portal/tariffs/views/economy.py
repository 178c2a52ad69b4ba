"""The whole economy over years, and the proof of each of its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from rammevaerk.engine.money import divide_half_up
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.uses import is_synthetic, kind_words, ownership_words
from rammevaerk.portal.common.charts import Axis, Bar, Chart, Line, bars, lines, money_axis
from rammevaerk.portal.common.crumbs import Crumb, trail
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.common.small_counts import small_count_limit
from rammevaerk.portal.tariffs.calculate.cap import missing_da
from rammevaerk.portal.tariffs.calculate.cap_words import index_rows
from rammevaerk.portal.tariffs.calculate.economy import GROUPINGS, Economy, Figures
from rammevaerk.portal.tariffs.queries.cap import Circle, circles
from rammevaerk.portal.tariffs.queries.economy import economy_of
from rammevaerk.portal.tariffs.queries.study_picture import amount_da
from rammevaerk.portal.tariffs.study_charts import signed_da

_GROUPING_WORDS = {
    "ownership": gettext_lazy("Ejerform"),
    "kind": gettext_lazy("Art af tilbud"),
    "reporter_id": gettext_lazy("Driftsherre"),
}
# A chart with more lines than these is read line by line in the table.
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A group's figures over the years, in the order of the years; None where there are none."""

    key: str
    label: str
    cells: tuple[tuple[int, Figures | None], ...]


def economy_trail(*steps: tuple[str, str] | str) -> list[Crumb]:
    """Overblik › Økonomi › Hele økonomien › steps."""
    above = (_("Økonomi"), reverse("tariffs:overview"))
    if not steps:
        return trail(above, _("Hele økonomien"))
    return trail(above, (_("Hele økonomien"), reverse("tariffs:economy")), *steps)


def _chosen(request: Request) -> tuple[Circle | None, list[Circle]]:
    """The cooperation asked for (`?samarbejde=`), the first by default."""
    found = circles(request.actor)
    found = [
        one for one in found if request.actor.is_system or one.id in request.actor.cooperation_ids
    ]
    asked = request.GET.get("samarbejde", "")
    chosen = next((one for one in found if one.key == asked), found[0] if found else None)
    return chosen, found


@require_GET
@requires(Action.TARIFF_READ)
def economy(request: Request) -> HttpResponse:
    circle, known = _chosen(request)
    found = economy_of(request.actor, circle.id, on=request.today) if circle else None
    context: dict[str, Any] = {"crumbs": economy_trail(), "circle": circle, "economy": found}
    if found is None or not found.totals:
        return render(request, "tariffs/economy.html", {**context, "economy": None})
    grouping = request.GET.get("vis", "")
    grouping = grouping if grouping in GROUPINGS else GROUPINGS[0]
    years = sorted(found.totals)
    labels = _labels(found, grouping, request)
    rows = _rows(found, grouping, labels, years)
    limit, _verified = small_count_limit(request.today)
    context |= {
        "circles": known if len(known) > 1 else [],
        "synthetic": circle is not None and is_synthetic(request.actor, circle.id),
        "years": years,
        "totals": [(year, found.totals[year]) for year in years],
        "sentence": sentence_da(found),
        "rows": rows,
        "limit": limit,
        "grouping": grouping,
        "grouping_word": str(_GROUPING_WORDS[grouping]),
        "groupings": [(key, str(word)) for key, word in _GROUPING_WORDS.items()],
        "spend_chart": _spend_chart(rows, years),
        "index_chart": _index_chart(found, years),
        "index_rows": _index_rows(found, years),
        "driver_chart": _driver_chart(found),
        "missing": [(*found.index_missing, missing_da(*found.index_missing))]
        if found.index_missing
        else [],
        "may_check": request.actor.scope(Action.TARIFF_CHECK) is not None,
        "index_trace": index_rows(found.index.trace) if found.index else [],
        "assumed_full": sum(cost.assumed_full for cost in found.costs if cost.year == years[-1]),
    }
    return render(request, "tariffs/economy.html", context)


def sentence_da(found: Economy) -> str:
    """What it costs now, and what drove the last change most."""
    years = sorted(found.totals)
    last = years[-1]
    said = _("%(amount)s i %(year)s") % {
        "amount": amount_da(found.totals[last].ore),
        "year": last,
    }
    if not found.steps:
        return f"{said}."
    step = found.steps[-1]
    drivers = {
        _("prisen"): step.price_ore,
        _("sammensætningen"): step.structure_ore,
        _("antallet af pladser i brug"): step.volume_ore,
    }
    most = max(drivers, key=lambda name: abs(drivers[name]))
    return _("%(said)s, %(change)s fra %(first)s; mest betyder %(driver)s (%(effect)s).") % {
        "said": said,
        "change": signed_da(step.change_ore),
        "first": step.first,
        "driver": most,
        "effect": signed_da(drivers[most]),
    }


def _labels(found: Economy, grouping: str, request: Request) -> Mapping[str, str]:
    """What the groups are called, in the order they are shown."""
    if grouping == "ownership":
        return ownership_words()
    if grouping == "kind":
        return kind_words()
    ids = [int(key) for key in found.groups[grouping]]
    names = names_on(ids, on=request.today, short=True)
    return {str(pk): name for pk, name in sorted(names.items(), key=lambda pair: pair[1])}


def _rows(
    found: Economy, grouping: str, labels: Mapping[str, str], years: Sequence[int]
) -> list[Row]:
    groups = found.groups[grouping]
    return [
        Row(key, label, tuple((year, groups[key].get(year)) for year in years))
        for key, label in labels.items()
        if key in groups
    ]


def _spend_chart(rows: Sequence[Row], years: Sequence[int]) -> Chart:
    """Lines of the greatest groups."""
    greatest = sorted(
        rows, key=lambda row: -max((one.ore for _year, one in row.cells if one), default=0)
    )
    shown = greatest[:_MOST_LINES]
    series = [
        Line(
            row.label,
            tuple(one.ore if one else None for _year, one in row.cells),
            tuple(amount_da(one.ore) if one else "–" for _year, one in row.cells),
        )
        for row in shown
    ]
    values = [value for line in series for value in line.values if value is not None]
    title = _("%(name)s koster mest, %(amount)s i %(year)s") % {
        "name": shown[0].label,
        "amount": series[0].texts[-1],
        "year": years[-1],
    }
    places = [str(year) for year in years]
    return lines(title, places, series, axis=money_axis(_("Udgift"), values), what=_("År"))


def _index_rows(found: Economy, years: Sequence[int]) -> list[tuple[int, int, str, str]]:
    """Year, mean cost of a place, its index and the price index."""
    rows = []
    for year in years:
        own = found.average_index(year)
        price = found.index.numbers.get(year) if found.index else None
        rows.append((year, found.totals[year].average_ore, _tenths(own), _tenths(price)))
    return rows


def _tenths(value: Fraction | None) -> str:
    return "–" if value is None else _text(value)


def _text(value: Fraction) -> str:
    points = _points(value)
    return f"{points // 10},{points % 10}"


def _points(value: Fraction) -> int:
    """An index number in tenths."""
    return divide_half_up(10 * value.numerator, value.denominator)


def _index_chart(found: Economy, years: Sequence[int]) -> Chart | None:
    """The mean cost of a place beside the price index, both 100 in the first year."""
    if found.index is None or len(years) == 1:
        return None
    own = [found.average_index(year) for year in years]
    price = [found.index.numbers.get(year) for year in years]
    series = [
        Line(
            name,
            tuple(None if one is None else _points(one) for one in values),
            tuple("–" if one is None else _text(one) for one in values),
        )
        for name, values in ((_("En plads"), own), (_("Pris- og lønskøn"), price))
    ]
    last_own, last_price = own[-1], price[-1]
    word = _("langsommere end")
    if last_own is not None and last_price is not None and last_own >= last_price:
        word = _("hurtigere end") if last_own > last_price else _("som")
    title = _("Prisen på en plads er steget %(word)s pris- og lønskønnet siden %(year)s") % {
        "word": word,
        "year": years[0],
    }
    axis = Axis(_("Indeks, %(year)s = 100") % {"year": years[0]}, 10)
    return lines(title, [str(year) for year in years], series, axis=axis, what=_("År"))


def _driver_chart(found: Economy) -> Chart | None:
    """What drove the last change."""
    if not found.steps:
        return None
    step = found.steps[-1]
    points = [
        Bar(_("Pris"), step.price_ore, signed_da(step.price_ore)),
        Bar(_("Sammensætning"), step.structure_ore, signed_da(step.structure_ore)),
        Bar(_("Pladser i brug"), step.volume_ore, signed_da(step.volume_ore)),
    ]
    title = _("Fra %(first)s til %(last)s: %(change)s") % {
        "first": step.first,
        "last": step.last,
        "change": signed_da(step.change_ore),
    }
    axis = money_axis(_("Ændring"), [point.value for point in points])
    return bars(title, points, axis=axis, what=_("Årsag"), ordered=False)


@require_GET
@requires(Action.TARIFF_READ)
def economy_proof(request: Request) -> HttpResponse:
    """What a year's figure is made of, service by service (`?aar=`, `?vis=`, `?gruppe=`)."""
    circle, _known = _chosen(request)
    found = economy_of(request.actor, circle.id, on=request.today) if circle else None
    years = sorted(found.totals) if found else []
    asked = row_id(request.GET.get("aar", ""))
    year = asked if asked in years else (years[-1] if years else None)
    grouping, group = request.GET.get("vis", ""), request.GET.get("gruppe", "")
    label = ""
    if found and grouping in GROUPINGS and group in found.groups[grouping]:
        label = _labels(found, grouping, request).get(group, "")
    costs = [
        cost
        for cost in (found.costs if found else ())
        if cost.year == year and (not label or str(getattr(cost.service, grouping)) == group)
    ]
    context = {
        "crumbs": economy_trail(_("Bevis")),
        "year": year,
        "label": label,
        "costs": sorted(costs, key=lambda cost: -cost.ore),
        "total": sum(cost.ore for cost in costs),
        "by_hour": found.by_hour if found else (),
    }
    return render(request, "tariffs/economy_proof.html", context)
