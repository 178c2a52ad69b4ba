"""The audit trail of one thing, reached from its own page."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.trails import show_trail
from rammevaerk.portal.agreement import queries
from rammevaerk.portal.agreement.models import Initiative
from rammevaerk.portal.agreement.views.places import initiative_trail as place_of


# Each record has its reader: whoever may see the initiative sees those that are for him.
@require_GET
@requires(Action.AUDIT_READ, Initiative, "initiative_id", row_action=Action.PLAN_READ)
def initiative_trail(request: Request, row: Initiative) -> HttpResponse:
    return show_trail(
        request,
        queries.trail_of_initiative(row, request.actor),
        "agreement/initiative_trail.html",
        crumbs=place_of(row, _("Revisionsspor")),
        edition=row.edition,
        initiative=row,
    )
