"""Services with the tariffs that hold on a day, for a model to be written of them."""

from datetime import date

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.tariffs.calculate.model_from_tariffs import PricedService
from rammevaerk.portal.tariffs.queries.prices import prices_by_service


def priced_services(
    actor: Actor, *, on: date, operator_id: int | None = None
) -> list[PricedService]:
    """The services that have a price on the day, by facility; of one operator or of all."""
    services = services_of(actor, on=on)
    if operator_id is not None:
        services = services.filter(facility__operator_id=operator_id)
    prices = prices_by_service(actor, None, on=on)
    return [
        PricedService(row.facility.key, row.key, prices[row.pk])
        for row in services.order_by("facility__key", "key")
        if row.pk in prices
    ]


def operators_priced(actor: Actor, *, on: date) -> list[tuple[int, str]]:
    """The operators of facilities open on the day, by name."""
    ids = list(
        services_of(actor, on=on)
        .order_by()
        .values_list("facility__operator_id", flat=True)
        .distinct()
    )
    names = names_on(ids, on=on)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())
