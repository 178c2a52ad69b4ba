"""What a settlement covers: services of a cooperation, by who reports, operator and facility."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rammevaerk.portal.catalogue.queries.settling import SettledService, settled_services


@dataclass(frozen=True, slots=True)
class Scope:
    """The services of a cooperation that are settled; None does not narrow.

    `reporter_id` is the organisation that reports for the facilities; `payer_id` leaves only the
    lines of one payer (whole services are settled all the same, since occupancy takes everybody).
    `placement_ids` (ids, or a query for them) leaves some placements, but everybody at a service
    that has a price for days with too many.
    """

    cooperation_id: int
    reporter_id: int | None = None
    operator_id: int | None = None
    facility_id: int | None = None
    service_ids: Collection[int] | None = None
    payer_id: int | None = None
    placement_ids: Any = None

    def services(self) -> list[SettledService]:
        """The services within, by facility."""
        return settled_services(
            self.cooperation_id,
            reporter_id=self.reporter_id,
            operator_id=self.operator_id,
            facility_id=self.facility_id,
            service_ids=self.service_ids,
        )


def scope_of_run(run: Any) -> Scope:
    """The scope of a run: its owner's own services, or all when a joint secretariat runs."""
    return Scope(
        run.cooperation_id,
        reporter_id=None if run.joint else run.owner_id,
        operator_id=run.operator_id,
        facility_id=run.facility_id,
    )
