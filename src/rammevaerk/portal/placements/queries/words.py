"""What a service is given under, at which prices, and with how many places, on a day."""

from datetime import date
from typing import Any

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.queries.services import ServiceRow, service_rows
from rammevaerk.portal.tariffs.price_lines import PriceLine, in_order, line_of
from rammevaerk.portal.tariffs.queries.prices import prices_by_service

# The parts that one chooses between; what else is paid follows from the choice.
_CHOSEN = ("whole", "basis", "ground")
# Units of which one counts how many there were in a month.
COUNTED = ("hour", "km", "course", "piece", "day_attended")


def described(service: Any, *, on: date) -> ServiceRow:
    """The service with its operator, places and provisions on the day."""
    return service_rows([service], on=on)[0]


def law_of(service: Any, *, on: date) -> tuple[Any, ...]:
    """The provisions that the service is given under on the day."""
    return described(service, on=on).paragraphs


def places_of(service: Any, *, on: date) -> int:
    """How many places the service has on the day."""
    return described(service, on=on).places


def prices_on(actor: Actor, service_id: int, *, on: date) -> list[PriceLine]:
    """The service's decided prices on the day, in the order they are read."""
    rows = prices_by_service(actor, [service_id], on=on).get(service_id, [])
    return sorted((line_of(row) for row in rows), key=in_order)


def choices_on(actor: Actor, service_id: int, *, on: date) -> list[PriceLine]:
    """The prices that a placement may be settled by: whole and basic ones, levels of the basis."""
    return [one for one in prices_on(actor, service_id, on=on) if one.component in _CHOSEN]


def supplements_on(actor: Actor, service_id: int, *, on: date) -> list[PriceLine]:
    """The supplements that may be granted."""
    return [one for one in prices_on(actor, service_id, on=on) if one.component == "supplement"]


def counted_on(actor: Actor, service_id: int, *, on: date) -> list[PriceLine]:
    """The prices by hour, kilometre, piece, course or day attended."""
    return [
        one
        for one in prices_on(actor, service_id, on=on)
        if one.unit in COUNTED and one.component in ("whole", "supplement")
    ]
