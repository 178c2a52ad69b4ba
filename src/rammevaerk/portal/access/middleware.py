"""Who is asking: sets ``request.actor``, and demands a password that nobody else knows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from rammevaerk.portal.access.queries import actor_of

ASSIGNMENT_KEY = "assignment"
OPEN_BEFORE_OWN_PASSWORD = {"access:password_change", "access:log_out"}


class ActorMiddleware:
    """Gives the request an actor: the chosen role of the person, or nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = SimpleLazyObject(
            lambda: actor_of(
                request.user, on=request.today, assignment_id=request.session.get(ASSIGNMENT_KEY)
            )
        )
        return self.get_response(request)


class OwnPasswordMiddleware:
    """Whose password somebody else chose gets no further than choosing his own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, *_view: Any) -> HttpResponse | None:
        if request.resolver_match.view_name in OPEN_BEFORE_OWN_PASSWORD:
            return None
        if not getattr(request.user, "password_set_by_other", False):
            return None
        messages.warning(request, _("Vælg din egen adgangskode, før du går videre."))
        return redirect("access:password_change")
