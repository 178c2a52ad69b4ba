"""The register of placements, as a page and as a workbook."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.placements.queries.register import (
    SORTS,
    STATES,
    Listed,
    PlacementFilter,
    buyer_choices,
    facility_choices,
    found,
    listed,
)
from rammevaerk.portal.placements.views.places import placements_trail
from rammevaerk.portal.tariffs.views.places import XLSX, attached

_ON_A_PAGE = 50


def _asked(request: Request) -> tuple[PlacementFilter, str]:
    get = request.GET.get
    state = get("tilstand", "")
    sort = get("sorter", "")
    narrowed = PlacementFilter(
        text=get("q", "").replace("\x00", "")[:100].strip(),
        state=state if state in STATES else "aktuelle",
        facility_id=row_id(get("tilbud", "")),
        buyer_id=row_id(get("koeber", "")),
    )
    return narrowed, sort if sort.removeprefix("-") in SORTS else "tilstand"


@require_GET
@requires(Action.PLACEMENT_READ)
def placements(request: Request) -> HttpResponse:
    narrowed, sort = _asked(request)
    rows = found(request.actor, narrowed, sort)
    page = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("side"))
    shown = listed(rows[page.start_index() - 1 if page.paginator.count else 0 : page.end_index()],
                   on=request.today)  # fmt: skip
    context = {
        "crumbs": placements_trail(),
        "filter": narrowed,
        "sort": sort,
        "states": [(key, label) for key, (label, _states) in STATES.items()],
        "facilities": facility_choices(request.actor),
        "buyers": buyer_choices(request.actor, on=request.today),
        "page": page,
        "rows": shown,
        "count": page.paginator.count,
        "synthetic": any(one.placement.synthetic for one in shown),
        "provides": request.actor.scope(Action.PLACEMENT_RUN) is not None,
        "asks": request.actor.scope(Action.PLACEMENT_REQUEST) is not None,
        "contract_reader": request.actor.scope(Action.CONTRACT_READ) is not None,
    }
    return render(request, "placements/placements.html", context)


_COLUMNS = (
    ListColumn("Reference", width=16),
    ListColumn("Borger", width=14),
    ListColumn("Tilbud", width=34),
    ListColumn("Ydelse", width=26),
    ListColumn("Lovgrundlag", width=16),
    ListColumn("Tilstand", width=14),
    ListColumn("Plads", ColumnKind.WHOLE, 8),
    ListColumn("Ønsket fra", ColumnKind.DAY),
    ListColumn("Kom", ColumnKind.DAY),
    ListColumn("Gik", ColumnKind.DAY),
    ListColumn("Handlekommune", width=22),
    ListColumn("Betalingskommune", width=22),
    ListColumn("Købers reference", width=20),
)


@require_GET
@requires(Action.PLACEMENT_READ)
def placements_workbook(request: Request) -> HttpResponse:
    """What the register shows, all pages of it."""
    narrowed, sort = _asked(request)
    rows = listed(
        found(request.actor, narrowed, sort).select_related("paragraph"), on=request.today
    )
    about = [
        (_("Tilstand"), str(STATES[narrowed.state][0])),
        *([(_("Søgt efter"), narrowed.text)] if narrowed.text else []),
        (_("Rækker"), str(len(rows))),
    ]
    cells = [_cells(row) for row in rows]
    content = write_listing(_("Indskrivninger"), _COLUMNS, cells, about=about, at=request.at)
    return attached(content, XLSX, _("Indskrivninger %s.xlsx") % request.today.isoformat())


def _cells(row: Listed) -> list[Any]:
    one = row.placement
    return [
        one.reference,
        one.citizen.pseudonym,
        row.facility,
        row.service,
        str(one.paragraph),
        str(one.get_state_display()),
        row.place,
        one.wanted_from,
        row.came,
        row.left,
        row.buyer,
        row.payer,
        one.buyer_reference,
    ]
