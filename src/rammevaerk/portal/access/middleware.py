"""Who is asking: sets ``request.actor`` from the session."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from rammevaerk.portal.access.queries import actor_of

ASSIGNMENT_KEY = "assignment"


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
