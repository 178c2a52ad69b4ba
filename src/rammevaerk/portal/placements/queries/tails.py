"""Days that are paid for after a citizen has left, until the notice runs out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from rammevaerk.portal.common.validity import known_at
from rammevaerk.portal.placements.models import Notice, Placement, PlacementState, Stay

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StayRow:
    """A stay as stored: moments on the Danish clock, None while it lasts."""

    placement_id: int
    service_id: int
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Tail:
    """What a notice leaves to be paid after the last of some stays, up to the day `end`.

    The day is that on which the notice runs out, or on which another comes to the place or the
    service ends, whichever is first.
    """

    stays: tuple[StayRow, ...]
    end: date

    @property
    def service_id(self) -> int:
        """Where the citizen was last."""
        return max(self.stays, key=lambda one: one.start).service_id


@dataclass(frozen=True, slots=True)
class _Left:
    """Where a citizen was last, and the day the service itself ends."""

    at: datetime
    place: _Place
    closes: date | None


def tails_of(chosen: Q, first: date, *, known: datetime | None) -> dict[int, Tail]:
    """The tails that reach beyond the day, as believed now or known then, by placement.

    `chosen` narrows by columns of a row of a placement. A placement that went on at a successor
    leaves none: there the citizen is, and is paid for.
    """
    notices = _notices(known).filter(chosen, ends_on__gt=first)
    ends = dict(notices.order_by().values_list("placement_id", "ends_on"))
    if not ends:
        return {}
    stays, left = _stays(notices.order_by().values("placement_id"), known)
    gone = left.keys() - _continued(left)
    taken = _taken({pk: left[pk] for pk in gone}, known)
    found = {}
    for pk in sorted(gone):
        days = [ends[pk], taken.get(pk), left[pk].closes]
        end = min(day for day in days if day is not None)
        if end > left[pk].at.date():
            found[pk] = Tail(tuple(stays[pk]), end)
    return found


def _notices(known: datetime | None) -> Any:
    if known is None:
        return Notice.objects.filter(withdrawn_at__isnull=True)
    withdrawn = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known)
    return Notice.objects.filter(withdrawn, registered_at__lte=known)


def _stays(
    placements: Any, known: datetime | None
) -> tuple[dict[int, list[StayRow]], dict[int, _Left]]:
    """Every stay of the placements, and of those that are over where it ended."""
    rows = Stay.objects.filter(known_at(known), placement__in=placements).order_by(
        "placement_id", "valid_from"
    )
    found: dict[int, list[StayRow]] = defaultdict(list)
    left: dict[int, _Left] = {}
    columns = (
        *("placement_id", "service_id", "place", "valid_from", "valid_to"),
        *("service__valid_to", "service__facility__valid_to"),
    )
    for pk, service, place, start, end, *closing in rows.values_list(*columns):
        found[pk].append(StayRow(pk, service, start, end))
        left.pop(pk, None)
        if end is not None:
            closes = min((day for day in closing if day is not None), default=None)
            left[pk] = _Left(end, (service, place), closes)
    return found, left


def _continued(placements: Iterable[int]) -> set[int]:
    rows = Placement.objects.filter(continues_id__in=list(placements))
    rows = rows.exclude(state=PlacementState.WITHDRAWN)
    return {pk for (pk,) in rows.values_list("continues_id") if pk is not None}


def _taken(left: Mapping[int, _Left], known: datetime | None) -> dict[int, date]:
    """The day on which another placement has come to the place."""
    if not left:
        return {}
    rows = Stay.objects.filter(
        known_at(known),
        service_id__in={one.place[0] for one in left.values()},
        valid_from__gte=min(one.at for one in left.values()),
    ).order_by("valid_from")
    came: dict[_Place, list[tuple[datetime, int]]] = defaultdict(list)
    columns = "service_id", "place", "valid_from", "placement_id"
    for service, place, start, pk in rows.values_list(*columns):
        if start is not None:
            came[service, place].append((start, pk))
    found = {}
    for pk, one in left.items():
        days = [at.date() for at, who in came[one.place] if at >= one.at and who != pk]
        if days:
            found[pk] = min(days)
    return found
