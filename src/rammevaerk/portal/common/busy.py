"""When others keep the database busy for too long: said as it is, and not as a fault."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# PostgreSQL: could not be serialised, ended a deadlock, waited for a lock in vain.
_STATES = {"40001", "40P01", "55P03"}
_SECONDS = "10"


class BusyDatabase:
    """Answers 503 where what was sent could not be written because others were writing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """The page for a busy database; None for every other problem."""
        if not isinstance(problem, OperationalError) or not _is_busy(problem):
            return None
        # Without the request: the frame of a page asks the database.
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": _SECONDS})


def _is_busy(problem: OperationalError) -> bool:
    state = getattr(problem.__cause__, "sqlstate", None)
    return state in _STATES or "database is locked" in str(problem)
