"""The way in: what meets next, and what is due."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.crumbs import trail
from rammevaerk.portal.meetings import queries


@require_GET
@requires(Action.MEETING_READ)
def overview(request: Request) -> HttpResponse:
    context = {
        "crumbs": trail(_("Møder")),
        "meetings": queries.coming_meetings(request.actor, at=request.at)[:10],
        "recent": queries.recent_meetings(request.actor, at=request.at)[:8],
        "vacancies": queries.coming_vacancies(request.actor, on=request.today),
        "reads_in": request.actor.scope(Action.AGENDA_EDIT) is not None,
    }
    return render(request, "meetings/overview.html", context)
