"""Registering leave to assume an occupancy outside what an agreement allows."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.tariffs.models import OccupancyDispensation
from rammevaerk.portal.tariffs.operations.cap import FIRST_YEAR

MOST_YEARS = 10


@transaction.atomic
def register_dispensation(
    service_id: int,
    *,
    occupancy: int | None,
    first_year: int,
    last_year: int,
    decision: str,
    decided_on: date,
    by: Actor,
    at: datetime,
) -> OccupancyDispensation:
    """Register what a service may assume in some tariff years, in hundredths of a percent.

    The newest row holds for each of its years; None takes back what was given. A decision after
    the end of the years, or one that has not been made yet, is refused.
    """
    require_grant(by, Action.TARIFF_CHECK)
    if decided_on > day_of(at):
        raise ValidationError({"decided_on": _("Vælg en dag, der har været.")})
    if not FIRST_YEAR <= first_year <= last_year < first_year + MOST_YEARS:
        raise ValidationError(
            {
                "last_year": _("Vælg takstår fra %(first)s; højst %(most)s år i træk.")
                % {"first": FIRST_YEAR, "most": MOST_YEARS}
            }
        )
    if decided_on.year > first_year:
        raise ValidationError(
            {
                "decided_on": _("Der kan ikke gives dispensation til takster for %s bagefter.")
                % first_year
            }
        )
    rows = OccupancyDispensation.objects.filter(service_id=service_id)
    held = rows.filter(first_year__lte=last_year, last_year__gte=first_year)
    if occupancy is None and not held.filter(occupancy__isnull=False).exists():
        raise ValidationError(
            {"withdrawn": _("Ydelsen har ingen dispensation i de år, som kan tages tilbage.")}
        )
    said = {
        "occupancy": occupancy,
        "first_year": first_year,
        "last_year": last_year,
        "decision": decision,
        "decided_on": decided_on,
    }
    newest = rows.order_by("registered_at", "id").last()
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        raise ValidationError(_("Den samme dispensation er allerede registreret."))
    stored = store_new(
        OccupancyDispensation(
            service_id=service_id, **said, registered_at=at, registered_by=by.label[:200]
        ),
        Action.TARIFF_CHECK,
        by=by,
        at=at,
    )
    authorise(by, Action.TARIFF_CHECK, stored)
    return stored
