"""Who is asking: sets ``request.actor``, and demands a password that nobody else knows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from rammevaerk.portal.access.queries import actor_with, assignments_of

ASSIGNMENT_KEY = "assignment"
OPEN_BEFORE_OWN_PASSWORD = {"access:password_change", "access:log_out"}


class ActorMiddleware:
    """Gives the request an actor: the chosen role of the person, or nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        # Asked for when a page asks who is here, and once: the frame's switch shows them too.
        request.held_roles = SimpleLazyObject(
            lambda: assignments_of(request.user.pk, on=request.today)
        )
        request.actor = SimpleLazyObject(
            lambda: actor_with(
                request.user,
                request.held_roles,
                on=request.today,
                assignment_id=request.session.get(ASSIGNMENT_KEY),
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
