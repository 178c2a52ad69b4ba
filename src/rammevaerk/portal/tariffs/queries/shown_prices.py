"""Prices as the catalogue shows them."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Max, Min
from django.urls import reverse

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.prices import DayPrice, PriceText
from rammevaerk.portal.tariffs.models import Tariff
from rammevaerk.portal.tariffs.models.prices import Component, Unit
from rammevaerk.portal.tariffs.queries.prices import tariffs_on

# What a day costs before supplements; hours, kilometres and subscriptions are no day price.
_OF_A_DAY = (Component.WHOLE, Component.BASIS, Component.GROUND)
_DAYS = (Unit.DAY, Unit.DAY_ATTENDED)


def day_prices(actor: Actor, on: date) -> dict[int, DayPrice]:
    """From the lowest to the highest day price of each service the actor may see; one query."""
    rows = tariffs_on(actor, on=on).filter(component__in=_OF_A_DAY, unit__in=_DAYS)
    found = rows.order_by().values_list("service_id").annotate(Min("amount_ore"), Max("amount_ore"))
    return {service: DayPrice(low, high) for service, low, high in found}


def price_texts(
    actor: Actor, service_ids: Collection[int], on: date
) -> Mapping[int, list[PriceText]]:
    """Every price of the services on the day; one query."""
    rows = tariffs_on(actor, on=on).filter(service_id__in=list(service_ids))
    order = list(Component.values)
    found: dict[int, list[PriceText]] = {}
    for row in sorted(rows, key=lambda one: (order.index(one.component), one.label)):
        found.setdefault(row.service_id, []).append(
            PriceText(
                _label(row),
                row.amount_ore,
                str(row.get_unit_display()),
                reverse("tariffs:service_prices", kwargs={"service_id": row.service_id}),
            )
        )
    return found


def _label(row: Tariff) -> str:
    name = str(row.get_component_display())
    return f"{name}, {row.label}" if row.label else name
