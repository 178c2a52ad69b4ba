"""Facilities with all that hangs on them, as they were on a day."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from rammevaerk.engine.coverage import Coverage, Use
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.models import (
    Approval,
    Department,
    Facility,
    FacilityUse,
    OccupancyFigure,
    PlaceCapacity,
    Service,
    Vacancy,
)
from rammevaerk.portal.catalogue.prices import PriceText, price_texts
from rammevaerk.portal.catalogue.queries.offers import ADULT, coverage_of, own_authority
from rammevaerk.portal.catalogue.queries.services import ServiceRow, service_rows, services_of


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service on the day with its latest vacancy and its prices."""

    row: ServiceRow
    vacancy: Vacancy | None
    prices: tuple[PriceText, ...]

    @property
    def service(self) -> Service:
        return self.row.service

    @property
    def crosses_18(self) -> bool:
        service = self.service
        return service.age_from < ADULT and (service.age_to is None or service.age_to > ADULT)

    @property
    def last_age(self) -> int | None:
        """The last age that is not too old."""
        return None if self.service.age_to is None else self.service.age_to - 1


@dataclass(frozen=True, slots=True)
class OccupancyRow:
    """The three figures of a service and a year, in basis points; None where nobody has said."""

    service: Service
    year: int
    budgeted: int | None
    actual: int | None
    portal: int | None

    @property
    def difference(self) -> int | None:
        """Actual less budgeted."""
        if self.budgeted is None or self.actual is None:
            return None
        return self.actual - self.budgeted


@dataclass(frozen=True, slots=True)
class UseRow:
    """How many citizens an authority had at the facility in a year."""

    buyer: str
    own: bool
    year: int
    citizens: int


@dataclass(frozen=True, slots=True)
class FacilityView:
    """What a facility's page shows."""

    facility: Facility
    on: date
    names: Mapping[int, str]
    services: tuple[ServiceView, ...]
    departments: tuple[Department, ...]
    approval: Approval | None
    approvals: tuple[Approval, ...]
    coverage: Coverage | None
    uses: tuple[UseRow, ...]
    occupancy: tuple[OccupancyRow, ...]
    capacities: tuple[PlaceCapacity, ...]
    superseded: tuple[PlaceCapacity, ...]

    @property
    def operator(self) -> str:
        return self.names.get(self.facility.operator_id, "")

    @property
    def reporter(self) -> str:
        return self.names.get(self.facility.reporter_id, "")

    @property
    def municipality(self) -> str:
        return self.names.get(self.facility.municipality_id, "")

    @property
    def places(self) -> int:
        return sum(one.row.places for one in self.services)

    @property
    def covered_places(self) -> int:
        return sum(one.row.covered for one in self.services)

    @property
    def free(self) -> int | None:
        said = [one.vacancy.free for one in self.services if one.vacancy]
        return sum(said) if said else None

    @property
    def days_left(self) -> int | None:
        """How many days the approval still holds; None when it has no end or there is none."""
        if self.approval is None or self.approval.valid_to is None:
            return None
        return (self.approval.valid_to - self.on).days

    @property
    def secure(self) -> bool:
        """Whether it or one of its departments is secure."""
        return self.facility.kind == "secure" or any(one.secure for one in self.departments)


def facility_view(facility: Facility, actor: Actor, *, on: date) -> FacilityView:
    """Everything of one facility the actor may see."""
    return facility_views([facility], actor, on=on)[0]


def facility_views(facilities: Sequence[Facility], actor: Actor, *, on: date) -> list[FacilityView]:
    """Everything of these facilities the actor may see, in the same few queries for all."""
    keys = [facility.pk for facility in facilities]
    approvals = _by_facility(_of(Approval, keys, actor))
    departments = _by_facility(_of(Department, keys, actor))
    uses = _by_facility(_of(FacilityUse, keys, actor))
    services = _by_facility(_service_views(actor, keys, on), lambda one: one.service.facility_id)
    occupancy = _by_facility(occupancy_rows(actor, keys), lambda one: one.service.facility_id)
    capacities = _by_facility(_capacities(actor, keys), lambda one: one.service.facility_id)
    names = names_on(_organisations(facilities, uses), on=on)
    return [
        FacilityView(
            facility=facility,
            on=on,
            names=names,
            services=tuple(services[facility.pk]),
            departments=tuple(departments[facility.pk]),
            approval=next((one for one in approvals[facility.pk] if _holds(one, on)), None),
            approvals=tuple(approvals[facility.pk]),
            occupancy=tuple(occupancy[facility.pk]),
            capacities=tuple(row for row in capacities[facility.pk] if row.superseded_at is None),
            superseded=tuple(
                row for row in capacities[facility.pk] if row.superseded_at is not None
            ),
            **_use_of(facility, uses[facility.pk], names, on),
        )
        for facility in facilities
    ]


def _use_of(
    facility: Facility, uses: Sequence[FacilityUse], names: Mapping[int, str], on: date
) -> dict[str, Any]:
    """Who uses it, and whether that has it covered by the agreement."""
    own = own_authority(facility.operator_id, facility.municipality_id, facility.ownership)
    used = [Use(use.buyer_id, use.year, use.citizens) for use in uses]
    return {
        "coverage": coverage_of(facility.ownership, own, used, on=on),
        "uses": tuple(
            UseRow(names.get(use.buyer_id, ""), use.buyer_id == own, use.year, use.citizens)
            for use in uses
        ),
    }


def _service_views(actor: Actor, facility_ids: Collection[int], on: date) -> list[ServiceView]:
    services = list(services_of(actor, on=on, facility_ids=facility_ids))
    ids = [row.pk for row in services]
    prices = price_texts(actor, ids, on=on)
    vacancies = latest_vacancies(actor, ids, on=on)
    return [
        ServiceView(row, vacancies.get(row.service.pk), tuple(prices.get(row.service.pk, ())))
        for row in service_rows(services, on=on)
    ]


def _capacities(actor: Actor, facility_ids: Collection[int]) -> "QuerySet[PlaceCapacity]":
    rows = visible(PlaceCapacity.objects.all(), actor, Action.FACILITY_READ)
    rows = rows.filter(service__facility_id__in=facility_ids).select_related("service")
    return rows.order_by("service__name", "service_id", "-valid_from", "registered_at")


def _organisations(
    facilities: Iterable[Facility], uses: Mapping[int, Sequence[FacilityUse]]
) -> list[int]:
    """Those whose names are shown."""
    ids = {use.buyer_id for each in uses.values() for use in each}
    for one in facilities:
        ids |= {one.operator_id, one.reporter_id, one.municipality_id}
    return list(ids)


def _of(model: Any, facility_ids: Collection[int], actor: Actor) -> Iterable[Any]:
    rows = visible(model.objects.all(), actor, Action.FACILITY_READ)
    return rows.filter(facility_id__in=facility_ids)


def _by_facility(
    rows: Iterable[Any], key: Callable[[Any], int] = attrgetter("facility_id")
) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _holds(row: Approval, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def latest_vacancies(actor: Actor, service_ids: Collection[int], *, on: date) -> dict[int, Vacancy]:
    """The newest report of free places up to the day, by service."""
    rows = visible(Vacancy.objects.all(), actor, Action.FACILITY_READ)
    rows = rows.filter(service_id__in=list(service_ids), as_of__lte=on)
    found: dict[int, Vacancy] = {}
    for row in rows.order_by("service_id", "-as_of", "-registered_at", "-id"):
        found.setdefault(row.service_id, row)
    return found


def occupancy_rows(actor: Actor, facility_ids: Collection[int]) -> list[OccupancyRow]:
    """The three figures by service and year, the latest year first; the last one said holds."""
    rows = visible(OccupancyFigure.objects.all(), actor, Action.FACILITY_READ)
    rows = rows.filter(service__facility_id__in=list(facility_ids))
    rows = rows.select_related("service").order_by("registered_at", "id")
    services: dict[int, Service] = {}
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for row in rows:
        services[row.service_id] = row.service
        found[row.service_id, row.year][row.kind] = row.basis_points
    keys = sorted(found, key=lambda key: (-key[1], services[key[0]].name, key[0]))
    return [
        OccupancyRow(
            services[pk],
            year,
            found[pk, year].get("budgeted"),
            found[pk, year].get("actual"),
            found[pk, year].get("portal"),
        )
        for pk, year in keys
    ]
