"""The register of facilities: search and filters, on screen and as a workbook."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.catalogue.models.facilities import FacilityKind, Ownership, Reach
from rammevaerk.portal.catalogue.queries.comparison import age_range
from rammevaerk.portal.catalogue.queries.facilities import manageable_cooperations
from rammevaerk.portal.catalogue.queries.offers import Catalogue, catalogue_on
from rammevaerk.portal.catalogue.queries.search import Found, Result, search
from rammevaerk.portal.catalogue.views.filters import Asked, read_filters
from rammevaerk.portal.catalogue.views.places import catalogue_trail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_PER_PAGE = 25
_WORDS_SHOWN = 4


@require_GET
@requires(Action.FACILITY_READ)
def facilities(request: Request) -> HttpResponse:
    asked, catalogue, result = _found(request)
    page = Paginator(result.rows, ROWS_PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "crumbs": catalogue_trail(),
        "asked": asked,
        "result": result,
        "page": page,
        "rows": [_row(one, catalogue) for one in page],
        "sort": request.GET.get("sorter", ""),
        "synthetic": any(place.synthetic for place in catalogue.places.values()),
        "manageable": manageable_cooperations(request.actor),
        "today": request.today,
        "more_open": _more_open(asked),
    }
    return render(request, "catalogue/facilities.html", context)


def _more_open(asked: Asked) -> bool:
    """Whether one of the filters that are folded away is in use."""
    chosen = asked.wanted.chosen
    folded = any(chosen.get(name) for name in ("driftsherre", "ejerform", "daekning", "form"))
    return folded or any(asked.texts[name] for name in ("omfattet", "pris_fra", "pris_til", "pr"))


@require_GET
@requires(Action.FACILITY_READ)
def facilities_workbook(request: Request) -> HttpResponse:
    """Every row that the register shows with the same filters, in the same order."""
    asked, catalogue, result = _found(request)
    content = write_listing(
        _("Tilbud"),
        _COLUMNS,
        [_cells(one, catalogue) for one in result.rows],
        about=[
            (_("Opgjort pr."), date_text_da(asked.on)),
            (_("Udtrukket"), date_text_da(request.today)),
            (_("Tilbud"), f"{len(result.rows)} af {result.total}"),
            *_filters_said(asked, result),
        ],
        at=request.at,
    )
    response = HttpResponse(content, content_type=XLSX)
    name = f"Tilbud {asked.on.isoformat()}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _found(request: Request) -> tuple[Asked, Catalogue, Result]:
    asked = read_filters(request.GET, today=request.today)
    catalogue = catalogue_on(request.actor, on=asked.on, with_closed=asked.with_closed)
    return asked, catalogue, search(catalogue, asked.wanted, order=request.GET.get("sorter", ""))


def paragraphs_of(found: Found, catalogue: Catalogue) -> list[str]:
    """The provisions of the services that fit, in the order of the law."""
    ids = {pk for offer in found.offers for pk in offer.paragraphs}
    return catalogue.words.paragraph_names(ids)


def groups_of(found: Found, catalogue: Catalogue) -> list[str]:
    """The target groups of the services that fit, the main ones first."""
    main = {offer.main_group for offer in found.offers}
    ids = {pk for offer in found.offers for pk in offer.target_groups}
    groups = catalogue.words.target_groups
    order = sorted(ids, key=lambda pk: (pk not in main, groups[pk].position))
    return [groups[pk].name for pk in order]


def ages_text(found: Found) -> str:
    """«18 år og opefter», «0-17 år»; empty without services."""
    if found.ages is None:
        return ""
    return age_range(*found.ages)


def _row(found: Found, catalogue: Catalogue) -> dict[str, Any]:
    place = found.place
    groups = groups_of(found, catalogue)
    return {
        "found": found,
        "place": place,
        "ownership": Ownership(place.ownership).label,
        "kind": FacilityKind(place.kind).label,
        "reach": Reach(place.reach).label if place.reach in {"specialised", "national"} else "",
        "paragraphs": ", ".join(paragraphs_of(found, catalogue)),
        "groups": ", ".join(groups[:_WORDS_SHOWN]),
        "more_groups": max(0, len(groups) - _WORDS_SHOWN),
        "ages": ages_text(found),
        "price": [Decimal(ore) / 100 for ore in found.price_ore or ()],
        "closed": place.valid_to is not None and place.valid_to <= catalogue.on,
    }


_COLUMNS = (
    ListColumn("Tilbud", width=36),
    ListColumn("Nøgle", width=20),
    ListColumn("Tilbudsportalen", width=14),
    ListColumn("Kommune", width=18),
    ListColumn("Driftsherre", width=24),
    ListColumn("Ejerform", width=14),
    ListColumn("Art", width=20),
    ListColumn("Dækning", width=20),
    ListColumn("Adresse", width=34),
    ListColumn("Paragraffer", width=34),
    ListColumn("Målgrupper", width=44),
    ListColumn("Alder", width=18),
    ListColumn("Ydelser (antal)", ColumnKind.WHOLE, 10),
    ListColumn("Pladser (antal)", ColumnKind.WHOLE, 10),
    ListColumn("Omfattede pladser (antal)", ColumnKind.WHOLE, 12),
    ListColumn("Ledige (antal)", ColumnKind.WHOLE, 10),
    ListColumn("Dagspris fra (kr.)", ColumnKind.ORE, 14),
    ListColumn("Dagspris til (kr.)", ColumnKind.ORE, 14),
    ListColumn("Omfattet af rammeaftalen", width=16),
    ListColumn("Begrundelse", width=44),
    ListColumn("Lukket", ColumnKind.DAY, 18),
)


def _cells(found: Found, catalogue: Catalogue) -> list[Any]:
    place, price = found.place, found.price_ore
    return [
        place.name,
        place.key,
        place.portal_id,
        found.municipality,
        found.operator,
        str(Ownership(place.ownership).label),
        str(FacilityKind(place.kind).label),
        str(Reach(place.reach).label),
        place.address,
        ", ".join(paragraphs_of(found, catalogue)),
        ", ".join(groups_of(found, catalogue)),
        ages_text(found),
        len(found.offers),
        found.places,
        found.covered,
        found.free,
        price[0] if price else None,
        price[1] if price else None,
        None if place.covered is None else _("ja") if place.covered else _("nej"),
        place.covered_reason,
        place.valid_to,
    ]


def _filters_said(asked: Asked, result: Result) -> list[tuple[str, str]]:
    """The filters as they were chosen, for whoever opens the workbook later."""
    said = [(name, text) for name, text in asked.texts.items() if text and name != "pr"]
    for name, values in result.facets.items():
        said += [(name, one.name) for one in values if one.chosen]
    return [(_("Filter: %s") % name, text) for name, text in said]
