"""The provider's day: who is there, who comes and goes, who is away, and what is free."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.services import ServiceRow, service_rows, services_of
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.placements.models import (
    Absence,
    Notice,
    Placement,
    PlacementState,
    Stay,
)

AHEAD = timedelta(days=14)
RUN = Action.PLACEMENT_RUN


@dataclass(frozen=True, slots=True)
class FacilityDay:
    """A facility in figures on the day."""

    facility_id: int
    name: str
    places: int
    there: int
    away: int
    arrivals: int
    departures: int

    @property
    def free(self) -> int:
        """Places without a citizen; below zero when it is overcrowded."""
        return self.places - self.there

    @property
    def over(self) -> int:
        """How many citizens there are more than places."""
        return max(0, -self.free)


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place on the day: who has it, since when, and whether he is away."""

    place: int
    stay: Stay | None
    buyer: str = ""
    absence: Absence | None = None
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """A service's places on the day."""

    row: ServiceRow
    lines: tuple[PlaceLine, ...]

    @property
    def free(self) -> list[int]:
        """The numbers of the places nobody has."""
        return [one.place for one in self.lines if one.stay is None]


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who comes or leaves on a day; `late` when it has passed.

    `goes_on` is the placement that continues it at a successor.
    """

    day: date
    placement: Placement
    text: str
    late: bool
    goes_on: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What a provider has today and the coming fortnight."""

    facilities: tuple[FacilityDay, ...]
    chosen: FacilityDay | None
    services: tuple[ServiceDay, ...]
    arrivals: tuple[Coming, ...]
    departures: tuple[Coming, ...]
    unnotified: tuple[Placement, ...]
    # Those still to be discharged where the facility is no more.
    left_behind: tuple[Coming, ...] = ()


def _there(moment: datetime) -> Q:
    return Q(superseded_at__isnull=True, valid_from__lte=moment) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=moment)
    )


def day_of_provider(
    actor: Actor, *, on: date, now: datetime, facility_id: int | None = None
) -> Day:
    """The day of all the actor's own facilities, and the places of one of them."""
    services = list(
        visible(services_of(actor, on=on), actor, RUN).filter(in_force(on, "facility__"))
    )
    stays = Stay.objects.filter(_there(now), service_id__in=_run_by(actor)).order_by()
    there = Counter(stays.values_list("service_id", flat=True))
    away = Counter(_away(on, actor).values_list("placement__service_id", flat=True))
    arriving = _arrivals(actor, on)
    leaving = _departures(actor, on, now)
    coming = Counter(one.placement.service.facility_id for one in arriving)
    going = Counter(one.placement.service.facility_id for one in leaving)
    rows: dict[int, list[ServiceRow]] = defaultdict(list)
    for row in service_rows(services, on=on):
        rows[row.facility.pk].append(row)
    facilities = sorted(
        (
            FacilityDay(
                facility_id=pk,
                name=own[0].facility.name,
                places=sum(one.places for one in own),
                there=sum(there[one.service.pk] for one in own),
                away=sum(away[one.service.pk] for one in own),
                arrivals=coming[pk],
                departures=going[pk],
            )
            for pk, own in rows.items()
        ),
        key=lambda one: one.name.casefold(),
    )
    chosen = next((one for one in facilities if one.facility_id == facility_id), None)
    chosen = chosen or (facilities[0] if facilities else None)
    return Day(
        facilities=tuple(facilities),
        chosen=chosen,
        services=_places(stays, rows[chosen.facility_id], on) if chosen else (),
        arrivals=_of(arriving, chosen),
        departures=_of(leaving, chosen),
        unnotified=tuple(unnotified(actor)),
        left_behind=tuple(
            one
            for one in leaving
            if one.placement.service.facility_id not in rows and one.day <= on
        ),
    )


def _of(found: Iterable[Coming], chosen: FacilityDay | None) -> tuple[Coming, ...]:
    pk = chosen.facility_id if chosen else None
    return tuple(one for one in found if one.placement.service.facility_id == pk)


def _run_by(actor: Actor) -> "QuerySet[Any]":
    """The services whose places the actor runs: what is placed there is his to see."""
    return visible(services_of(actor, on=None), actor, RUN).order_by().values("pk")


def _own(actor: Actor) -> "QuerySet[Placement]":
    rows = Placement.objects.filter(service_id__in=_run_by(actor))
    return rows.select_related("service__facility", "citizen")


def _away(on: date, actor: Actor) -> "QuerySet[Absence]":
    rows = Absence.objects.filter(placement__service_id__in=_run_by(actor)).order_by()
    return rows.filter(
        in_force(on), superseded_at__isnull=True, placement__state=PlacementState.ADMITTED
    )


def _places(stays: "QuerySet[Stay]", rows: list[ServiceRow], on: date) -> tuple[ServiceDay, ...]:
    ids = [row.service.pk for row in rows]
    own = list(stays.filter(service_id__in=ids).select_related("placement", "citizen"))
    taken = {(one.service_id, one.place): one for one in own}
    away = {
        one.placement_id: one
        for one in Absence.objects.filter(
            in_force(on), superseded_at__isnull=True, placement__service_id__in=ids
        )
    }
    names = names_on(list({one.placement.buyer_id for one in own}), on=on, short=True)
    days = []
    for row in rows:
        beyond = [place for service, place in taken if service == row.service.pk]
        numbers = sorted({*range(1, row.places + 1), *beyond})
        lines = []
        for place in numbers:
            stay = taken.get((row.service.pk, place))
            lines.append(
                PlaceLine(
                    place=place,
                    stay=stay,
                    buyer=names[stay.placement.buyer_id] if stay else "",
                    absence=away.get(stay.placement_id) if stay else None,
                    beyond=place > row.places,
                )
            )
        days.append(ServiceDay(row, tuple(lines)))
    return tuple(sorted(days, key=lambda one: (one.row.department, one.row.service.name)))


def _arrivals(actor: Actor, on: date) -> list[Coming]:
    rows = _own(actor).filter(state=PlacementState.ACCEPTED)
    rows = rows.annotate(comes=Coalesce("offered_from", "wanted_from")).filter(
        comes__lte=on + AHEAD
    )
    return [
        Coming(row.comes, row, "", row.comes < on) for row in rows.order_by("comes", "reference")
    ]


def _departures(actor: Actor, on: date, now: datetime) -> list[Coming]:
    """Planned discharges, also those whose day has passed, and notices that run out."""
    last = datetime.combine(on + AHEAD, time.max)
    stays = Stay.objects.filter(
        superseded_at__isnull=True,
        valid_to__lte=last,
        service_id__in=_run_by(actor),
        placement__state=PlacementState.ADMITTED,
    ).select_related("placement__service__facility", "placement__citizen")
    # One who was moved has a stay that ended, and another that goes on.
    latest: dict[int, Stay] = {}
    for stay in stays.order_by("valid_from"):
        latest[stay.placement_id] = stay
    going = set(
        Stay.objects.filter(_there(now), placement_id__in=list(latest), valid_to__isnull=True)
        .values_list("placement_id", flat=True)
    )  # fmt: skip
    carried = Placement.objects.filter(
        continues_id__in=list(latest), state=PlacementState.ADMITTED
    ).order_by()
    goes_on = dict(carried.values_list("continues_id", "reference"))
    found = [
        Coming(
            stay.valid_to.date(), stay.placement, "planned", stay.valid_to < now,
            goes_on.get(pk, ""),
        )
        for pk, stay in latest.items()
        if pk not in going and stay.valid_to is not None
    ]  # fmt: skip
    notices = Notice.objects.filter(
        withdrawn_at__isnull=True,
        ends_on__lte=on + AHEAD,
        placement__service_id__in=_run_by(actor),
        placement__state=PlacementState.ADMITTED,
    ).select_related("placement__service__facility", "placement__citizen")
    found += [
        Coming(one.ends_on, one.placement, "notice", one.ends_on < on)
        for one in notices
        if one.placement_id not in latest
    ]
    return sorted(found, key=lambda one: (one.day, one.placement.reference))


def unnotified(actor: Actor) -> "QuerySet[Placement]":
    """Those who came by themselves, and whose municipality has not been told; the oldest first."""
    rows = _own(actor).filter(notify_by__isnull=False, notified_on__isnull=True)
    return rows.order_by("notify_by", "reference")
