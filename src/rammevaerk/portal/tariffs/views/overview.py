"""The front page of tariffs and economy: what needs the person, and the ways on."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.crumbs import trail
from rammevaerk.portal.tariffs.models import ReportState
from rammevaerk.portal.tariffs.queries.needs import (
    any_step,
    deadlines,
    lately,
    reporting,
    waiting,
)
from rammevaerk.portal.tariffs.queries.prices import tariffs_on
from rammevaerk.portal.tariffs.queries.reportable import next_year, progress_of

_TITLES = {
    ReportState.DRAFT: gettext_lazy("Kladder, der skal skrives færdig og indberettes"),
    ReportState.REPORTED: gettext_lazy("Indberetninger, der skal kontrolleres"),
    ReportState.CHECKED: gettext_lazy("Kontrollerede takster, der venter på beslutning"),
    ReportState.DECIDED: gettext_lazy("Besluttede takster, der skal offentliggøres"),
}


@require_GET
@requires(Action.TARIFF_READ)
def overview(request: Request) -> HttpResponse:
    actor = request.actor
    held = tariffs_on(actor, on=request.today).order_by()
    rows = reporting(actor, on=request.today)
    for_many = actor.scope(Action.TARIFF_CHECK) is not None
    progress = progress_of(rows) if for_many else []
    missing = [one.service for one in rows if one.missing]
    context = {
        "crumbs": trail(_("Økonomi")),
        "waiting": [(_TITLES[one.state], one) for one in waiting(actor, on=request.today)],
        "deadlines": deadlines(request.today),
        "missing": missing,
        "for_many": for_many,
        "progress": [one for one in progress if not one.done],
        "done": sum(1 for one in progress if one.done),
        "takes_steps": any_step(actor),
        "synthetic": held.filter(service__facility__synthetic=True).exists(),
        "reports_own": actor.scope(Action.TARIFF_REPORT) is not None,
        "year": next_year(request.today),
        "tariffs": held.count(),
        "services": held.values("service_id").distinct().count(),
        "facilities": held.values("service__facility_id").distinct().count(),
        "lately": lately(actor, on=request.today, at=request.at),
    }
    return render(request, "tariffs/overview.html", context)
