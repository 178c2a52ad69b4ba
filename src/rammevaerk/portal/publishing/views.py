"""The home page and the pages about the system itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import for_any_member, public
from rammevaerk.portal.publishing.queries import overview


@require_GET
@for_any_member
def home(request: Request) -> HttpResponse:
    """What needs this person, in this role; also the first page of somebody without a role."""
    context = {
        "overview": overview(request.actor, today=request.today),
        "may_read_audit": request.actor.scope(Action.AUDIT_READ) is not None,
    }
    return render(request, "publishing/home.html", context)


@require_GET
@public
def accessibility(request: Request) -> HttpResponse:
    return render(request, "publishing/accessibility.html")


@require_GET
@public
def privacy(request: Request) -> HttpResponse:
    return render(request, "publishing/privacy.html")
