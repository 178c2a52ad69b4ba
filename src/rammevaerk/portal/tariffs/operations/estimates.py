"""Registering what a price index was said to grow."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.tariffs.registers import packaged_indices
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.tariffs.models import IndexEstimate
from rammevaerk.portal.tariffs.operations.cap import FIRST_YEAR

YEARS_AHEAD = 5  # nobody publishes an estimate for a year further ahead


@transaction.atomic
def register_estimate(
    cooperation_id: int,
    series: str,
    *,
    year: int,
    growth_points: int,
    published_on: date,
    source: str,
    is_verified: bool,
    by: Actor,
    at: datetime,
) -> IndexEstimate:
    """Register an estimate; the last published of a year holds, and the earlier ones stay.

    One more of the same day puts the registration right. The same once more is refused, and so
    is one that is not published yet.
    """
    require_grant(by, Action.TARIFF_CHECK)
    if series not in {one.key for one in packaged_indices().series}:
        raise ValidationError({"series": _("Vælg en af de kendte indeksserier.")})
    if published_on > day_of(at):
        raise ValidationError({"published_on": _("Vælg en dag, der har været.")})
    if not FIRST_YEAR <= year <= published_on.year + YEARS_AHEAD:
        raise ValidationError(
            {
                "year": _("Vælg et år fra %(first)s til %(last)s.")
                % {"first": FIRST_YEAR, "last": published_on.year + YEARS_AHEAD}
            }
        )
    what = {
        "cooperation_id": cooperation_id,
        "series": series,
        "year": year,
        "published_on": published_on,
    }
    said = {"growth_points": growth_points, "source": source, "is_verified": is_verified}
    newest = IndexEstimate.objects.filter(**what).order_by("registered_at", "id").last()
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        raise ValidationError(_("Det samme skøn er allerede registreret."))
    stored = store_new(
        IndexEstimate(**what, **said, registered_at=at, registered_by=by.label[:200]),
        Action.TARIFF_CHECK,
        by=by,
        at=at,
    )
    # Only a stored row can be decided on; a refusal here takes everything back with it.
    authorise(by, Action.TARIFF_CHECK, stored)
    return stored
