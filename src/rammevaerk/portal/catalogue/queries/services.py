"""Services with what describes them on a day, in few queries: for lists, files and calculation."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.models import (
    Facility,
    OccupancyFigure,
    Paragraph,
    PlaceCapacity,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
    TargetGroup,
)
from rammevaerk.portal.common.validity import in_force

RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service as it is on a day. `occupancy` is basis points by (year, kind)."""

    service: Service
    facility: Facility
    operator: str
    municipality: str
    department: str
    paragraphs: tuple[Paragraph, ...]
    target_groups: tuple[TargetGroup, ...]
    main_target_group: TargetGroup | None
    places: int
    covered: int
    occupancy: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What names the service in files: the facility's key and its own."""
        return f"{self.facility.key}/{self.service.key}"


def services_of(
    actor: Actor, *, on: date | None, facility_ids: Collection[int] | None = None
) -> "QuerySet[Service]":
    """The services the actor may see; those given on the day, or with None of all times."""
    rows = visible(Service.objects.all(), actor, Action.FACILITY_READ)
    if on is not None:
        rows = rows.filter(in_force(on))
    if facility_ids is not None:
        rows = rows.filter(facility_id__in=facility_ids)
    return rows.select_related("facility", "department")


def service_rows(
    services: Iterable[Service], *, on: date, with_occupancy: bool = False
) -> list[ServiceRow]:
    """What describes these services on the day, in the order they come; they must be seen rows."""
    found = list(services)
    ids = [row.pk for row in found]
    paragraphs = _grouped(
        ServiceParagraph.objects.filter(_held(ids, on)).select_related("paragraph")
    )
    groups = _grouped(
        ServiceTargetGroup.objects.filter(_held(ids, on)).select_related("target_group")
    )
    capacity = {
        row.service_id: row
        for row in PlaceCapacity.objects.filter(_held(ids, on), superseded_at__isnull=True)
    }
    occupancy = _occupancies(ids) if with_occupancy else {}
    names = names_on(
        list(
            {
                one
                for row in found
                for one in (row.facility.operator_id, row.facility.municipality_id)
            }
        ),
        on=on,
        short=True,
    )
    made = []
    for row in found:
        main = [one.target_group for one in groups[row.pk] if one.is_main]
        places = capacity.get(row.pk)
        made.append(
            ServiceRow(
                service=row,
                facility=row.facility,
                operator=names[row.facility.operator_id],
                municipality=names[row.facility.municipality_id],
                department=row.department.name if row.department else "",
                paragraphs=tuple(one.paragraph for one in paragraphs[row.pk]),
                target_groups=tuple(one.target_group for one in groups[row.pk]),
                main_target_group=main[0] if main else None,
                places=places.places if places else 0,
                covered=places.covered if places else 0,
                occupancy=occupancy.get(row.pk, {}),
            )
        )
    return made


def _held(ids: list[int], on: date) -> Q:
    return Q(service_id__in=ids) & in_force(on)


def _grouped(rows: "QuerySet[RowT]") -> dict[int, list[RowT]]:
    found: dict[int, list[RowT]] = defaultdict(list)
    for row in rows:
        found[row.service_id].append(row)  # type: ignore[attr-defined]
    return found


def _occupancies(ids: list[int]) -> dict[int, dict[tuple[int, str], int]]:
    found: dict[int, dict[tuple[int, str], int]] = defaultdict(dict)
    # Oldest first: the last one said of a year holds.
    rows = OccupancyFigure.objects.filter(service_id__in=ids).order_by("registered_at", "id")
    for row in rows:
        found[row.service_id][row.year, row.kind] = row.basis_points
    return found
