"""What the catalogue says on the overview: approvals that run out, and the free places."""

from datetime import date, timedelta

from django.db.models import OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.parameters import Parameters
from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.models import Vacancy
from rammevaerk.portal.catalogue.queries.facts import last_approvals
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.common.validity import in_force

_MOST = 5


def catalogue_needs(actor: Actor, *, on: date) -> list[Need]:
    """Approvals that have run out or soon do, the first to end first, of those the actor keeps."""
    scope = actor.scope(Action.FACILITY_MANAGE)
    if scope is None:
        return []
    try:
        within = whole(Parameters.load().on("findings/approval_days", on))
    except NoRuleForDate:
        return []
    ending = [
        one
        for one in last_approvals(actor, on=on)
        if (one.until - on).days <= within
        and (scope is not Scope.OWN or one.reporter_id == actor.organisation_id)
    ]
    ending.sort(key=lambda one: (one.until, one.facility))
    return [
        Need(
            title=_("Godkendelsen af %s") % one.facility,
            url=reverse("catalogue:facility", kwargs={"facility_id": one.facility_id}),
            kind="late" if one.until <= on else "warning",
            mark=_days(one.until, on),
            note=_("Gælder til og med %s") % date_text_da(one.until - timedelta(days=1)),
        )
        for one in ending[:_MOST]
    ]


def _days(until: date, on: date) -> str:
    left = (until - on).days
    if left <= 0:
        return _("Udløbet")
    return ngettext("%(n)s dag tilbage", "%(n)s dage tilbage", left) % {"n": left}


def places_free(actor: Actor, *, on: date) -> int | None:
    """The free places by the newest report of each service; None when nobody has reported any."""
    newest = Vacancy.objects.filter(service=OuterRef("service"), as_of__lte=on)
    last = newest.order_by("-as_of", "-registered_at", "-id").values("pk")[:1]
    rows = visible(Vacancy.objects.all(), actor, Action.FACILITY_READ).filter(
        in_force(on, "service__"), in_force(on, "service__facility__"), pk=Subquery(last)
    )
    total: int | None = rows.order_by().aggregate(total=Sum("free"))["total"]
    return total
