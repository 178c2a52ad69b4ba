"""How many citizens used facilities in years, added up by the database."""

from collections.abc import Collection

from django.db.models import Sum

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.models import Facility, FacilityUse
from rammevaerk.portal.catalogue.models.facilities import FacilityKind, Ownership


def citizens_in_years(
    actor: Actor, cooperation_id: int, years: Collection[int]
) -> dict[tuple[int, int], int]:
    """The citizens of all buyers by (facility, year), as far as they were reported."""
    rows = visible(FacilityUse.objects.all(), actor, Action.FACILITY_READ)
    values = (
        rows.filter(year__in=years, facility__cooperation_id=cooperation_id)
        .order_by()
        .values_list("facility_id", "year")
        .annotate(sum=Sum("citizens"))
    )
    return {(facility_id, year): total for facility_id, year, total in values}


def is_synthetic(actor: Actor, cooperation_id: int) -> bool:
    """Whether any facility of the cooperation is made up."""
    rows = visible(Facility.objects.all(), actor, Action.FACILITY_READ)
    return rows.filter(cooperation_id=cooperation_id, synthetic=True).exists()


def ownership_words() -> dict[str, str]:
    """Ownerships by key, in Danish and in their own order."""
    return {str(key): str(label) for key, label in Ownership.choices}


def kind_words() -> dict[str, str]:
    """Kinds of facility by key, in Danish and in their own order."""
    return {str(key): str(label) for key, label in FacilityKind.choices}
