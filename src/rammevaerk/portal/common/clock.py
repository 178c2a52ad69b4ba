"""The portal asks what time it is once per request, here."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


def day_of(at: datetime) -> date:
    """The civil Danish day of a moment; ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(timezone.get_default_timezone()).date()


def beginning_of(day: date) -> datetime:
    """The moment at which the civil Danish day begins."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


class ClockMiddleware:
    """Sets ``request.at`` (a moment) and ``request.today`` (a civil Danish day)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.at = timezone.now()
        request.today = day_of(request.at)
        return self.get_response(request)
