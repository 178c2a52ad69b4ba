"""On a facility's page: where a buyer asks for a place, and a leader admits one who comes."""

from datetime import date

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.facility_parts import Section
from rammevaerk.portal.catalogue.queries.services import service_rows, services_of
from rammevaerk.portal.placements.calculate.shelters import is_self_referral


def section_of(facility: object, actor: Actor, on: date) -> Section | None:
    """The services one may ask for a place at, or admit to; None where there are none."""
    pk: int = facility.pk  # type: ignore[attr-defined]
    asks = actor.scope(Action.PLACEMENT_REQUEST) is not None
    own = visible(services_of(actor, on=on, facility_ids=[pk]), actor, Action.PLACEMENT_RUN)
    runs = own.exists()
    if not asks and not runs:
        return None
    services = [
        {
            "service": one.service,
            "asks": asks,
            "admits": runs and any(map(is_self_referral, one.paragraphs)),
        }
        for one in service_rows(services_of(actor, on=on, facility_ids=[pk]), on=on)
    ]
    if not services:
        return None
    context = {"services": services, "runs": runs, "facility": facility}
    return Section("placements/_facility.html", context)
