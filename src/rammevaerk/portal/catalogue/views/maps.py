"""The map of the region by municipality, with the same figures as a table beside it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.catalogue.queries.municipalities import (
    Figures,
    figures_by_municipality,
    region_map,
)
from rammevaerk.portal.catalogue.queries.offers import catalogue_on
from rammevaerk.portal.catalogue.queries.search import search
from rammevaerk.portal.catalogue.views.filters import read_filters
from rammevaerk.portal.catalogue.views.places import catalogue_trail
from rammevaerk.portal.common.templatetags.danish import number

# The figure's name in the address: the attribute of Figures, and what it is called.
SHOWN = {
    "pladser": ("places", gettext_lazy("Pladser"), gettext_lazy("pladser")),
    "tilbud": ("facilities", gettext_lazy("Tilbud"), gettext_lazy("tilbud")),
    "omfattede": ("covered", gettext_lazy("Omfattede pladser"), gettext_lazy("omfattede pladser")),
    "ledige": ("free", gettext_lazy("Ledige pladser"), gettext_lazy("ledige pladser")),
}


@require_GET
@requires(Action.FACILITY_READ)
def municipality_map(request: Request) -> HttpResponse:
    asked = read_filters(request.GET, today=request.today)
    shown = request.GET.get("vis", "")
    shown = shown if shown in SHOWN else "pladser"
    attribute, name, noun = SHOWN[shown]
    catalogue = catalogue_on(request.actor, on=asked.on)
    result = search(catalogue, asked.wanted)
    figures = figures_by_municipality(result.rows, request.actor, on=asked.on)
    context: dict[str, Any] = {
        "crumbs": catalogue_trail(_("Kort")),
        "asked": asked,
        "choices": [(key, one[1], key == shown) for key, one in SHOWN.items()],
        "shown": shown,
        "name": name,
        "noun": noun,
        "sentence": _sentence(figures, attribute, noun),
        "map": region_map(figures, attribute),
        "figures": figures,
        "attribute": attribute,
        "totals": _totals(figures),
        "filters": [one.name for values in result.facets.values() for one in values if one.chosen],
        "synthetic": any(place.synthetic for place in catalogue.places.values()),
    }
    return render(request, "catalogue/map.html", context)


def _sentence(figures: list[Figures], attribute: str, noun: Any) -> str:
    """The title of the picture: where the most are, and how many there are in all."""
    known = [(getattr(one, attribute) or 0, one.name) for one in figures]
    total = sum(value for value, _name in known)
    if not total:
        return _("Ingen kommuner har %s, der passer") % noun
    most, where = max(known)
    having = sum(1 for value, _name in known if value)
    return ngettext(
        "%(where)s har flest: %(most)s af %(total)s %(noun)s i %(n)s kommune",
        "%(where)s har flest: %(most)s af %(total)s %(noun)s i %(n)s kommuner",
        having,
    ) % {"where": where, "most": number(most), "total": number(total), "noun": noun, "n": having}


def _totals(figures: list[Figures]) -> dict[str, int]:
    return {
        "facilities": sum(one.facilities for one in figures),
        "places": sum(one.places for one in figures),
        "covered": sum(one.covered for one in figures),
        "free": sum(one.free or 0 for one in figures),
    }
