"""The prices of services by date, for a settlement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.validity import known_at, reaching, told_since
from rammevaerk.portal.tariffs.models import Tariff
from rammevaerk.portal.tariffs.price_lines import line_of, name_of, text_of


@dataclass(frozen=True, slots=True)
class Price:
    """An amount per unit."""

    unit: str
    ore: int


# Versions by (component, label).
ServicePrices = Mapping[tuple[str, str], list[Held[Price]]]


def prices_by_date(
    service_ids: Iterable[int], first: date, end: date, *, known: datetime | None = None
) -> dict[int, ServicePrices]:
    """The versions of every price of the services that hold in [first, end).

    As believed now, or as known at the moment. It asks nobody's leave: the operation that settles
    has decided who may.
    """
    rows = Tariff.objects.filter(
        reaching(first, end), known_at(known), service_id__in=list(service_ids)
    ).order_by("service_id", "component", "label", "valid_from")
    found: dict[int, dict[tuple[str, str], list[Held[Price]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for service, component, label, unit, ore, start, until in rows.values_list(
        "service_id", "component", "label", "unit", "amount_ore", "valid_from", "valid_to"
    ):
        found[service][component, label].append(Held(start, until, Price(unit, ore)))
    return {service: dict(prices) for service, prices in found.items()}


def prices_changed_since(
    service_ids: Iterable[int], first: date, end: date, moment: datetime
) -> bool:
    """Whether a price of the services that holds in [first, end) was told or superseded since."""
    rows = Tariff.objects.filter(told_since(moment), reaching(first, end))
    return rows.filter(service_id__in=list(service_ids)).exists()


@dataclass(frozen=True, slots=True)
class DecidedPrice:
    """A price that was used, and the decision it rests on."""

    component: str
    label: str
    name: str
    text: str
    valid_from: date
    decided_on: date | None
    decision: str


def decisions_behind(
    actor: Actor, service_id: int, first: date, end: date, *, known: datetime | None = None
) -> list[DecidedPrice]:
    """The prices of a service in [first, end) that the actor may see, with their decisions."""
    rows = visible(Tariff.objects.all(), actor, Action.TARIFF_READ).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        known_at(known),
        service_id=service_id,
        valid_from__lt=end,
    )
    return [
        DecidedPrice(
            row.component,
            row.label,
            name_of(line_of(row)),
            text_of(line_of(row)),
            row.valid_from,
            row.decided_on,
            row.decision,
        )
        for row in rows.order_by("component", "label", "valid_from")
    ]
