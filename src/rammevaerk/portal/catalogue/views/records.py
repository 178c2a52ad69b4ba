"""A facility's page, several side by side, those that reach beyond the region, and the trail."""

from decimal import Decimal
from fractions import Fraction

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.access.trails import show_trail
from rammevaerk.portal.catalogue.facility_parts import sections
from rammevaerk.portal.catalogue.models import Facility
from rammevaerk.portal.catalogue.queries.comparison import MOST, age_range, compare
from rammevaerk.portal.catalogue.queries.history import history_of, trail_of_facility
from rammevaerk.portal.catalogue.queries.national import national_units
from rammevaerk.portal.catalogue.queries.record import facility_view
from rammevaerk.portal.catalogue.views.filters import as_of
from rammevaerk.portal.catalogue.views.places import catalogue_trail, facility_trail
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.common.templatetags.danish import number


@require_GET
@requires(Action.FACILITY_READ, Facility, "facility_id")
def facility(request: Request, row: Facility) -> HttpResponse:
    problems: list[str] = []
    on = as_of(request.GET.get("pr", ""), request.today, problems)
    view = facility_view(row, request.actor, on=on)
    context = {
        "crumbs": facility_trail(row),
        "facility": row,
        "view": view,
        "services": [
            (one, age_range(one.service.age_from, one.service.age_to)) for one in view.services
        ],
        "occupancy": [(one, _points(one.difference)) for one in view.occupancy],
        "share_bought": _percent(view.coverage.bought_by_others) if view.coverage else "",
        "history": history_of(row, request.actor),
        "sections": sections(row, request.actor, on=on),
        "on": on,
        "on_text": request.GET.get("pr", "")[:60],
        "problems": problems,
        "today": request.today,
        "open": row.open_on(on),
        "can": abilities(request.actor, row, Action.FACILITY_MANAGE, Action.PLACES_REPORT),
        "sees_trail": request.actor.scope(Action.AUDIT_READ) is not None,
    }
    return render(request, "catalogue/facility.html", context)


def _percent(share: Fraction | None) -> str:
    """A share as whole percent, half up; empty when it is not known."""
    if share is None:
        return ""
    return f"{int(share * 100 + Fraction(1, 2))} pct."


def _points(difference: int | None) -> str:
    """Basis points as percentage points with a sign: «−2,50», «+1,00»."""
    if difference is None:
        return "–"
    sign = "−" if difference < 0 else "+" if difference else ""
    return sign + number(Decimal(abs(difference)).scaleb(-2), 2)


# Each record has its reader: whoever may see the facility sees those that are for him.
@require_GET
@requires(Action.AUDIT_READ, Facility, "facility_id", row_action=Action.FACILITY_READ)
def facility_audit(request: Request, row: Facility) -> HttpResponse:
    return show_trail(
        request,
        trail_of_facility(row, request.actor),
        "catalogue/facility_audit.html",
        crumbs=facility_trail(row, _("Revisionsspor")),
        facility=row,
        nothing=_(
            "Her står, hvad der gøres ved tilbuddet. Det, der blev læst ind samlet med andre,"
            " står i revisionssporet for hele samarbejdet."
        ),
    )


@require_GET
@requires(Action.FACILITY_READ)
def comparison(request: Request) -> HttpResponse:
    problems: list[str] = []
    on = as_of(request.GET.get("pr", ""), request.today, problems)
    ids = [pk for text in request.GET.getlist("id")[:50] if (pk := row_id(text)) is not None]
    if len(set(ids)) > MOST:
        problems.append(_("Du valgte %s tilbud; de første fem er vist.") % len(set(ids)))
    found = compare(ids, request.actor, on=on)
    context = {
        "crumbs": catalogue_trail(_("Sammenlign")),
        "comparison": found,
        "problems": problems,
        "on": on,
        "synthetic": any(one.facility.synthetic for one in found.views),
    }
    return render(request, "catalogue/comparison.html", context)


@require_GET
@requires(Action.FACILITY_READ)
def national(request: Request) -> HttpResponse:
    years, units = national_units(request.actor, today=request.today)
    context = {
        "crumbs": catalogue_trail(_("Lands- og landsdelsdækkende og sikrede")),
        "years": years,
        "units": units,
        "totals": [
            sum(unit.years[at].places for unit in units if unit.years) for at in range(len(years))
        ],
        "secure": sum(unit.years[-1].places for unit in units if unit.secure),
        "today": request.today,
        "synthetic": any(unit.facility.synthetic for unit in units),
    }
    return render(request, "catalogue/national.html", context)
