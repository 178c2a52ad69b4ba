"""Which places of a service are taken in a period, and by whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.placements.models import Placement, Stay
from rammevaerk.portal.placements.queries.words import places_of

# Places beyond the number may be used when it is said why; these are offered.
_BEYOND = 5


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a service in a period: how many, which are taken by which stay, and free."""

    count: int
    taken: dict[int, Stay]

    @property
    def free(self) -> list[int]:
        """The places of the service that nobody has in the whole period."""
        return [one for one in range(1, self.count + 1) if one not in self.taken]

    @property
    def beyond(self) -> list[int]:
        """The next places that there are not, for overcrowding."""
        most = self.count + _BEYOND + len(self.taken)
        over = (one for one in range(self.count + 1, most + 1) if one not in self.taken)
        return [place for _at, place in zip(range(_BEYOND), over, strict=False)]


def overlapping(start: datetime, end: datetime | None) -> Q:
    """Stays that are believed and share a moment with the period."""
    meant = Q(superseded_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=start))
    return meant & Q(valid_from__lt=end) if end is not None else meant


def places_in(service: Any, start: datetime, end: datetime | None = None) -> Places:
    """The places of the service from the moment; for those who run it, whoever has them.

    Not narrowed by actor: the numbers are the service's. Names are shown to its own only.
    """
    rows: QuerySet[Stay] = Stay.objects.filter(overlapping(start, end), service_id=service.pk)
    taken = {row.place: row for row in rows.select_related("placement", "citizen")}
    return Places(places_of(service, on=start.date()), taken)


def planned_end(placement: Placement) -> datetime | None:
    """When the citizen is to leave as it is planned; None where he stays on."""
    last = placement.stays.filter(superseded_at__isnull=True).order_by("-valid_from").first()
    return last.valid_to if last else None


def may_see(stay: Stay, actor: Actor) -> bool:
    """Whether the actor may know of the stay."""
    return visible(Stay.objects.filter(pk=stay.pk), actor, Action.PLACEMENT_READ).exists()


def places_taken(service_ids: Collection[int], moment: datetime) -> dict[int, int]:
    """How many citizens have a place at each of the services at the moment; for those seen."""
    rows = Stay.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=moment),
        superseded_at__isnull=True,
        valid_from__lte=moment,
        service_id__in=list(service_ids),
    )
    return dict(rows.order_by().values_list("service_id").annotate(count=Count("pk")))
