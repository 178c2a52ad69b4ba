"""The year's meetings side by side, and the private addresses from which calendars fetch them."""

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.exchange import calendar as ics
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import public, requires
from rammevaerk.portal.common.crumbs import trail
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.forms.calendars import FeedForm
from rammevaerk.portal.meetings.views.places import meetings_trail

MEDIA_TYPE = "text/calendar; charset=utf-8"


@require_GET
@requires(Action.MEETING_READ)
def year(request: Request) -> HttpResponse:
    asked = request.GET.get("aar", "")
    chosen = int(asked) if re.fullmatch("(19|20)[0-9]{2}", asked) else request.today.year
    wanted = frozenset(filter(None, map(row_id, request.GET.getlist("forum"))))
    found = queries.year_calendar(request.actor, chosen, body_ids=wanted)
    context = {
        "crumbs": meetings_trail(_("Mødekalender")),
        "calendar": found,
        "years": sorted({*queries.years_with_meetings(request.actor), request.today.year}),
        "bodies": queries.bodies(request.actor, on=request.today),
        "wanted": wanted,
        "today": request.today,
    }
    return render(request, "meetings/calendar.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.MEETING_READ)
def feeds(request: Request) -> HttpResponse:
    bodies = queries.bodies(request.actor, on=request.today)
    form = FeedForm(request.POST or None, bodies=[(row.body.pk, row.name) for row in bodies])
    address = ""
    if form.is_valid():
        chosen = form.cleaned_data["body"]
        body = queries.body_by_id(chosen, request.actor) if chosen else None
        try:
            key = operations.open_feed(body, by=request.actor, at=request.at)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            address = request.build_absolute_uri(f"{reverse('meetings:feed')}?noegle={key}")
    context = {
        "crumbs": trail((_("Møder"), reverse("meetings:overview")), _("Kalenderadresser")),
        "form": form,
        "address": address,
        "rows": queries.feed_rows(request.actor, on=request.today),
    }
    return render(request, "meetings/feeds.html", context)


@require_POST
@requires(Action.MEETING_READ)
def feed_revoke(request: Request) -> HttpResponse:
    asked = request.POST.get("feed", "")
    try:
        operations.revoke_feed(row_id(asked) or 0, by=request.actor, at=request.at)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(request, _("Kalenderadressen er tilbagekaldt."))
    return redirect("meetings:feeds")


@require_GET
@public
def feed(request: Request) -> HttpResponse:
    """The meetings behind a private address; whoever has the address is its owner."""
    key = request.GET.get("noegle", "")
    if not key:
        return render(request, "meetings/feed_help.html", {"crumbs": []})
    found = queries.feed_events(
        queries.fingerprint_of(key), on=request.today, base=request.build_absolute_uri("/")
    )
    if found is None:
        raise Http404(_("Kalenderadressen findes ikke, eller den er tilbagekaldt."))
    name, events = found
    return HttpResponse(ics.write(events, name, at=request.at), content_type=MEDIA_TYPE)
