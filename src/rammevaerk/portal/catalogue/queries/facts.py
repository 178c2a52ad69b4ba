"""Plain facts about many services and facilities at once, for calculation over all of them.

Rows of values, not of models: the whole region in a few queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.models import (
    Approval,
    FacilitySuccession,
    OccupancyFigure,
    PlaceCapacity,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
)
from rammevaerk.portal.common.validity import in_force


@dataclass(frozen=True, slots=True)
class ServiceFact:
    """A service with what of its facility a calculation needs."""

    id: int
    key: str
    name: str
    setting: str
    valid_from: date
    valid_to: date | None
    facility_id: int
    facility_key: str
    facility: str
    kind: str
    ownership: str
    cooperation_id: int
    reporter_id: int
    facility_from: date = date.min
    facility_to: date | None = None

    @property
    def file_key(self) -> str:
        """What names the service in files: the facility's key and its own."""
        return f"{self.facility_key}/{self.key}"

    def given_on(self, day: date) -> bool:
        """Whether the service is given on the day, and its facility open."""
        return (
            self.valid_from <= day
            and self.facility_from <= day
            and (self.valid_to is None or day < self.valid_to)
            and (self.facility_to is None or day < self.facility_to)
        )


@dataclass(frozen=True, slots=True)
class SuccessionFact:
    """One facility went on as another on a day; `kind` as people call it."""

    predecessor_id: int
    predecessor: str
    successor_id: int
    successor: str
    on: date
    kind: str


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    """The last approval of a facility, and the first day it no longer holds."""

    facility_id: int
    facility: str
    reporter_id: int
    authority: str
    until: date


def service_facts(
    actor: Actor,
    *,
    cooperation_id: int | None = None,
    reporter_id: int | None = None,
) -> list[ServiceFact]:
    """The services the actor may see, of all times."""
    rows = visible(Service.objects.all(), actor, Action.FACILITY_READ)
    if cooperation_id is not None:
        rows = rows.filter(facility__cooperation_id=cooperation_id)
    if reporter_id is not None:
        rows = rows.filter(facility__reporter_id=reporter_id)
    values = rows.order_by("facility__name", "facility_id", "name", "id").values_list(
        "id", "key", "name", "setting", "valid_from", "valid_to", "facility_id", "facility__key",
        "facility__name", "facility__kind", "facility__ownership", "facility__cooperation_id",
        "facility__reporter_id", "facility__valid_from", "facility__valid_to",
    )  # fmt: skip
    return [ServiceFact(*row) for row in values]


def places_in_years(actor: Actor, years: Collection[int]) -> dict[tuple[int, int], int]:
    """The places by (service, year): those of the first day of the year that had any."""
    rows = visible(PlaceCapacity.objects.all(), actor, Action.FACILITY_READ)
    rows = rows.filter(superseded_at__isnull=True).filter(overlapping(years))
    found: dict[tuple[int, int], int] = {}
    spans = rows.order_by("service_id", "-valid_from").values_list(
        "service_id", "places", "valid_from", "valid_to"
    )
    bounds = [(year, date(year, 1, 1), date(year + 1, 1, 1)) for year in years]
    for service_id, places, start, end in spans:
        for year, first_day, last_day in bounds:
            # The latest comes first, so the earliest that holds the year stands at last.
            if start < last_day and (end is None or end > first_day):
                found[service_id, year] = places
    return found


def overlapping(years: Collection[int]) -> Q:
    """Rows whose validity holds a day of any of the years."""
    meant = Q(pk__in=())
    for year in years:
        meant |= Q(valid_from__lt=date(year + 1, 1, 1)) & (
            Q(valid_to__isnull=True) | Q(valid_to__gt=date(year, 1, 1))
        )
    return meant


def succession_facts(actor: Actor) -> list[SuccessionFact]:
    """Every succession the actor may see, in order of day."""
    rows = visible(FacilitySuccession.objects.all(), actor, Action.FACILITY_READ)
    kinds = dict(FacilitySuccession.Kind.choices)
    values = rows.order_by("on", "id").values_list(
        "predecessor_id", "predecessor__name", "successor_id", "successor__name", "on", "kind"
    )
    return [SuccessionFact(*row[:5], str(kinds[row[5]])) for row in values]


def occupancy_figures(
    actor: Actor, years: Collection[int]
) -> dict[int, dict[tuple[int, str], int]]:
    """Occupancy in basis points by service and (year, kind); the last one said holds."""
    rows = visible(OccupancyFigure.objects.all(), actor, Action.FACILITY_READ)
    found: dict[int, dict[tuple[int, str], int]] = defaultdict(dict)
    values = rows.filter(year__in=years).order_by("registered_at", "id")
    for service_id, year, kind, points in values.values_list(
        "service_id", "year", "kind", "basis_points"
    ):
        found[service_id][year, kind] = points
    return found


def last_approvals(actor: Actor, *, on: date) -> list[ApprovalFact]:
    """The last day of what each open facility is approved for; one without an end is left out.

    Approvals that follow each other without a gap are one. One that ends because the facility
    does (it closes, or another follows it) is left out too.
    """
    rows = visible(Approval.objects.all(), actor, Action.FACILITY_READ).filter(
        in_force(on, "facility__")
    )
    found: dict[int, ApprovalFact | None] = {}
    values = rows.order_by("facility_id", "valid_from", "id").values_list(
        "facility_id",
        "facility__name",
        "facility__reporter_id",
        "authority",
        "valid_to",
        "valid_from",
        "facility__valid_to",
    )
    for facility_id, name, reporter_id, authority, end, start, closes in values:
        before = found.get(facility_id)
        # One that begins after a gap does not help on the day before it begins.
        if before is not None and start > before.until and start > on:
            continue
        found[facility_id] = (
            ApprovalFact(facility_id, name, reporter_id, authority, end)
            if end is not None and end != closes
            else None
        )
    return [one for one in found.values() if one is not None]


def main_groups_and_paragraphs(
    actor: Actor, *, on: date
) -> tuple[dict[int, str], dict[int, tuple[str, ...]]]:
    """The name of each service's main target group, and its provisions, on the day."""
    groups: QuerySet = visible(ServiceTargetGroup.objects.all(), actor, Action.FACILITY_READ)
    main = groups.filter(in_force(on), is_main=True)
    paragraphs: QuerySet = visible(ServiceParagraph.objects.all(), actor, Action.FACILITY_READ)
    rows = paragraphs.filter(in_force(on)).order_by("paragraph__position", "paragraph_id")
    return (
        dict(main.order_by("-id").values_list("service_id", "target_group__name")),
        _grouped(rows.values_list("service_id", "paragraph__law", "paragraph__number")),
    )


def _grouped(rows: Iterable[tuple[int, str, str]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    for service_id, law, number in rows:
        found[service_id].append(f"{law} § {number}")
    return {key: tuple(texts) for key, texts in found.items()}
