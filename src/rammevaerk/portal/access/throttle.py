"""Slowing down those who guess passwords: by address, by person, and the page they get."""

from datetime import datetime, timedelta

from axes.models import AccessFailureLog
from axes.utils import reset
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

WINDOW = timedelta(minutes=10)
# An office of a hundred people behind one address mistypes now and then; a guesser does not stop.
FAILURES_PER_ADDRESS = 60
FAILURES_PER_PERSON = 20


def client_address(request: HttpRequest) -> str:
    """The address of the person, behind as many proxies as PROXY_COUNT says we trust."""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.PROXY_COUNT and len(hops) >= settings.PROXY_COUNT and hops[-1].strip():
        return hops[-settings.PROXY_COUNT].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def too_many_failures(request: HttpRequest, username: str, *, at: datetime) -> bool:
    """Whether this address, or guesses at this person from anywhere, have used up the window."""
    recent = AccessFailureLog.objects.filter(attempt_time__gte=at - WINDOW)
    from_here = recent.filter(ip_address=client_address(request)).count()
    at_person = recent.filter(username__iexact=username).count() if username else 0
    return from_here >= FAILURES_PER_ADDRESS or at_person >= FAILURES_PER_PERSON


def note_unusable(request: HttpRequest) -> None:
    """Count a try whose e-mail was none: against the address, without keeping what was written."""
    AccessFailureLog.objects.create(username="", ip_address=client_address(request))


def forget_failures(email: str) -> None:
    """Let a person in again after a new password: the old guesses no longer count."""
    reset(username=email)
    AccessFailureLog.objects.filter(username__iexact=email).delete()


def locked_out(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """The page of a person who is locked out from this address."""
    hours = settings.AXES_COOLOFF_TIME
    wait = ngettext("%(n)s time", "%(n)s timer", hours) % {"n": hours}
    return render(request, "429.html", {"wait": wait}, status=429)


def slowed_down(request: HttpRequest) -> HttpResponse:
    """The page of those who share an address or a name with too many guesses."""
    minutes = int(WINDOW.total_seconds() // 60)
    wait = ngettext("%(n)s minut", "%(n)s minutter", minutes) % {"n": minutes}
    return render(request, "429.html", {"wait": wait}, status=429)
