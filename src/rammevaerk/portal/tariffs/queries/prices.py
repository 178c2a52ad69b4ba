"""Tariffs as they were on a day, and as they were known at a moment."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.validity import in_force, known_at
from rammevaerk.portal.tariffs.models import Tariff


def tariffs_on(actor: Actor, *, on: date, known: datetime | None = None) -> "QuerySet[Tariff]":
    """The tariffs the actor may see that hold on the day, as known at the moment."""
    rows = visible(Tariff.objects.all(), actor, Action.TARIFF_READ)
    return rows.filter(in_force(on), known_at(known))


def change_days(service_ids: Collection[int]) -> list[date]:
    """The days on which a price of the services begins or ends, as believed now, in order.

    From one of them until the next the same prices hold.
    """
    rows = Tariff.objects.filter(superseded_at__isnull=True, service_id__in=list(service_ids))
    periods = rows.order_by().values_list("valid_from", "valid_to").distinct()
    return sorted({day for period in periods for day in period if day is not None})


def prices_by_service(
    actor: Actor,
    service_ids: Collection[int] | None,
    *,
    on: date,
    known: datetime | None = None,
) -> dict[int, list[Tariff]]:
    """The tariffs that hold on the day, by service; None is every service."""
    rows = tariffs_on(actor, on=on, known=known)
    if service_ids is not None:
        rows = rows.filter(service_id__in=service_ids)
    found: dict[int, list[Tariff]] = defaultdict(list)
    for row in rows:
        found[row.service_id].append(row)
    return found
