"""What a settlement needs of the catalogue: services in a scope, and their places by date."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.catalogue.models import PlaceCapacity, Service
from rammevaerk.portal.common.validity import known_at, reaching, told_since


@dataclass(frozen=True, slots=True)
class SettledService:
    """A service as settlement knows it; `key` is "facility/service" by their keys."""

    pk: int
    key: str
    name: str
    facility: str
    facility_id: int
    operator_id: int
    reporter_id: int
    ownership: str


def settled_services(
    cooperation_id: int,
    *,
    reporter_id: int | None = None,
    operator_id: int | None = None,
    facility_id: int | None = None,
    service_ids: Collection[int] | None = None,
) -> list[SettledService]:
    """The services of a cooperation within a scope, of all times.

    It asks nobody's leave: who may settle what is decided by the operation that asks.
    """
    rows = Service.objects.filter(facility__cooperation_id=cooperation_id)
    for column, value in (
        ("facility__reporter_id", reporter_id),
        ("facility__operator_id", operator_id),
        ("facility_id", facility_id),
    ):
        if value is not None:
            rows = rows.filter(**{column: value})
    if service_ids is not None:
        rows = rows.filter(pk__in=service_ids)
    found = rows.order_by("facility__key", "key").values_list(
        "pk",
        "facility__key",
        "key",
        "name",
        "facility__name",
        "facility_id",
        "facility__operator_id",
        "facility__reporter_id",
        "facility__ownership",
    )
    return [SettledService(row[0], f"{row[1]}/{row[2]}", *row[3:]) for row in found]


def places_by_date(
    service_ids: Iterable[int], first: date, end: date, *, known: datetime | None = None
) -> dict[int, list[Held[int]]]:
    """The places of each service in [first, end), as believed now or known at the moment."""
    rows = PlaceCapacity.objects.filter(
        reaching(first, end), known_at(known), service_id__in=list(service_ids)
    ).order_by("service_id", "valid_from")
    found: dict[int, list[Held[int]]] = defaultdict(list)
    for service, places, start, until in rows.values_list(
        "service_id", "places", "valid_from", "valid_to"
    ):
        found[service].append(Held(start, until, places))
    return found


def places_changed_since(
    service_ids: Iterable[int], first: date, end: date, moment: datetime
) -> bool:
    """Whether the places of the services in [first, end) were told or superseded since."""
    rows = PlaceCapacity.objects.filter(told_since(moment), reaching(first, end))
    return rows.filter(service_id__in=list(service_ids)).exists()
