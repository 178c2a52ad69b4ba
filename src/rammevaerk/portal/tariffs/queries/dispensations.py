"""What services may assume of occupancy outside what the agreement allows."""

from fractions import Fraction

from rammevaerk.engine.tariffs.occupancy import Dispensation
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.tariffs.models import OccupancyDispensation

_POINTS = 10_000


def dispensations_in(actor: Actor, cooperation_id: int, year: int) -> dict[int, Dispensation]:
    """The dispensation that holds for the tariffs of the year, by service."""
    rows = visible(OccupancyDispensation.objects.all(), actor, Action.TARIFF_READ).filter(
        service__facility__cooperation_id=cooperation_id, first_year__lte=year, last_year__gte=year
    )
    # The newest comes last and is the one that stands.
    newest = {row.service_id: row for row in rows.order_by("registered_at", "id")}
    return {
        pk: Dispensation(
            Fraction(row.occupancy, _POINTS), row.decision, row.decided_on, _years(row)
        )
        for pk, row in newest.items()
        if row.occupancy is not None
    }


def _years(row: OccupancyDispensation) -> tuple[int, ...]:
    return tuple(range(row.first_year, row.last_year + 1))


def dispensations_of(actor: Actor, service_id: int) -> list[OccupancyDispensation]:
    """Everything registered for a service, the newest first."""
    rows = visible(OccupancyDispensation.objects.all(), actor, Action.TARIFF_READ)
    return list(rows.filter(service_id=service_id).order_by("-registered_at", "-id"))
