"""Rows that findings are made of: prices of a day with their occupancy, and who has reported."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.tariffs.basket import PricePart
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.tariffs.models import Tariff, TariffReport
from rammevaerk.portal.tariffs.models.reports import ReportState
from rammevaerk.portal.tariffs.queries.cap import price_part

_UNREPORTED = (ReportState.DRAFT, ReportState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class CurrentPrices:
    """The prices of a service on a day, and the occupancy in basis points that they assume."""

    parts: tuple[PricePart, ...]
    occupancy: int | None


def current_prices(actor: Actor, cooperation_id: int, *, on: date) -> dict[int, CurrentPrices]:
    """The prices that hold on the day, by service."""
    rows = visible(Tariff.objects.all(), actor, Action.TARIFF_READ).filter(
        in_force(on),
        service__facility__cooperation_id=cooperation_id,
        superseded_at__isnull=True,
    )
    parts: dict[int, list[PricePart]] = defaultdict(list)
    assumed: dict[int, int] = {}
    values = rows.order_by("service_id", "component", "label").values_list(
        "service_id", "component", "label", "unit", "amount_ore", "occupancy"
    )
    for service_id, component, label, unit, ore, occupancy in values:
        parts[service_id].append(price_part(component, label, unit, ore))
        if occupancy is not None:
            assumed.setdefault(service_id, occupancy)
    return {key: CurrentPrices(tuple(each), assumed.get(key)) for key, each in parts.items()}


def services_reported_for(actor: Actor, cooperation_id: int, year: int) -> set[int]:
    """The services with a tariff from a day of the year, decided or reported."""
    days = {"valid_from__gte": date(year, 1, 1), "valid_from__lt": date(year + 1, 1, 1)}
    where = {"service__facility__cooperation_id": cooperation_id, **days}
    tariffs = visible(Tariff.objects.all(), actor, Action.TARIFF_READ).filter(
        superseded_at__isnull=True, **where
    )
    reports = visible(TariffReport.objects.all(), actor, Action.TARIFF_READ).filter(**where)
    reports = reports.exclude(state__in=_UNREPORTED)
    return {
        *tariffs.values_list("service_id", flat=True),
        *reports.values_list("service_id", flat=True),
    }
