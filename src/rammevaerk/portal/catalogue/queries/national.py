"""National, part-national and secure facilities with capacity and occupancy by year (M22)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.models import (
    Department,
    Facility,
    OccupancyFigure,
    PlaceCapacity,
)
from rammevaerk.portal.catalogue.models.facilities import Reach

YEARS = 5
_FAR = (Reach.SPECIALISED, Reach.NATIONAL)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Places on the last day of a year, or today in the year that runs, and occupancy of them.

    The occupancies are basis points weighted by places; None when nobody has said.
    """

    year: int
    places: int
    budgeted: int | None
    actual: int | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, or what of a facility lies in none, with its figures by year."""

    facility: Facility
    department: Department | None
    operator: str
    years: tuple[YearFigures, ...]
    has_departments: bool

    @property
    def secure(self) -> bool:
        return self.department.secure if self.department else self.facility.kind == "secure"


@dataclass(frozen=True, slots=True)
class _Stay:
    """The capacity of one service and period, with where it belongs."""

    service_id: int
    places: int
    valid_from: date
    valid_to: date | None


def national_units(actor: Actor, *, today: date) -> tuple[list[int], list[Unit]]:
    """The years shown, the latest last, and the units by facility, in a fixed number of queries."""
    years = list(range(today.year - YEARS + 1, today.year + 1))
    facilities = {row.pk: row for row in _facilities(actor, date(years[0], 1, 1), today)}
    capacity = visible(PlaceCapacity.objects.all(), actor, Action.FACILITY_READ).filter(
        superseded_at=None, service__facility_id__in=list(facilities)
    )
    held: dict[tuple[int, int | None], list[_Stay]] = defaultdict(list)
    for facility, department, service, places, first, end in capacity.order_by(
        "service_id"
    ).values_list(
        "service__facility_id",
        "service__department_id",
        "service_id",
        "places",
        "valid_from",
        "valid_to",
    ):
        held[facility, department].append(_Stay(service, places, first, end))
    departments = {
        row.pk: row
        for row in visible(Department.objects.all(), actor, Action.FACILITY_READ).filter(
            facility_id__in=list(facilities)
        )
    }
    occupancy = _occupancies(actor, facilities)
    names = names_on([row.operator_id for row in facilities.values()], on=today)
    divided = {row.facility_id for row in departments.values()}
    units = [
        Unit(
            facilities[facility],
            departments.get(department) if department else None,
            names.get(facilities[facility].operator_id, ""),
            tuple(_figures(stays, occupancy, year, today) for year in years),
            facility in divided,
        )
        for (facility, department), stays in held.items()
    ]
    return years, sorted(units, key=_order)


def _facilities(actor: Actor, first: date, today: date) -> Iterable[Facility]:
    """Those that reach beyond the region or are secure, and lived in the years shown."""
    rows = visible(Facility.objects.all(), actor, Action.FACILITY_READ)
    wanted = Q(reach__in=_FAR) | Q(kind="secure") | Q(departments__secure=True)
    lived = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gt=first))
    return rows.filter(wanted, lived).distinct()


def _occupancies(actor: Actor, facilities: Iterable[int]) -> dict[tuple[int, int], dict[str, int]]:
    rows = visible(OccupancyFigure.objects.all(), actor, Action.FACILITY_READ)
    rows = rows.filter(service__facility_id__in=list(facilities)).order_by("registered_at", "id")
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for service, year, kind, points in rows.values_list(
        "service_id", "year", "kind", "basis_points"
    ):
        found[service, year][kind] = points
    return found


def _figures(
    stays: Iterable[_Stay],
    occupancy: Mapping[tuple[int, int], Mapping[str, int]],
    year: int,
    today: date,
) -> YearFigures:
    day = min(date(year, 12, 31), today)
    places = {
        stay.service_id: stay.places
        for stay in stays
        if stay.valid_from <= day and (stay.valid_to is None or day < stay.valid_to)
    }
    return YearFigures(
        year,
        sum(places.values()),
        _weighted(places, {pk: occupancy.get((pk, year), {}).get("budgeted") for pk in places}),
        _weighted(places, {pk: occupancy.get((pk, year), {}).get("actual") for pk in places}),
    )


def _weighted(places: Mapping[int, int], points: Mapping[int, int | None]) -> int | None:
    """The mean of the services that have a figure, by places; half up to a whole point."""
    known = [(places[pk], value) for pk, value in points.items() if value is not None]
    weight = sum(size for size, _value in known)
    if not weight:
        return None
    return (2 * sum(size * value for size, value in known) + weight) // (2 * weight)


def _order(unit: Unit) -> tuple[str, int, str]:
    return (
        unit.facility.name.casefold(),
        unit.facility.pk,
        unit.department.name.casefold() if unit.department else "",
    )
