"""How it goes with the goals of those who are placed, facility by facility (M39)."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.placements.models import GoalFollowUp, PlacementGoal, PlacementState
from rammevaerk.portal.placements.queries.register import placements_of

_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class FacilityGoals:
    """The placements at a facility on a day, with how many have goals that are followed up.

    A placement is followed up when each goal has been looked at once and none is late.
    """

    facility_id: int
    name: str
    placements: int
    with_goals: int
    followed: int
    late: int
    progression: tuple[int, int, int, int, int]
    synthetic: bool = False

    @property
    def share(self) -> int | None:
        """The share followed up in basis points of the placements; None where there are none."""
        return _POINTS * self.followed // self.placements if self.placements else None

    @property
    def goals(self) -> int:
        """Goals that have been looked at."""
        return sum(self.progression)


def goals_by_facility(actor: Actor, *, on: date) -> list[FacilityGoals]:
    """The facilities of the placements the actor may see, those with the smallest share first."""
    rows = placements_of(actor).filter(state=PlacementState.ADMITTED).order_by()
    names: dict[int, str] = {}
    own: dict[int, list[int]] = defaultdict(list)
    made_up: set[int] = set()
    values = rows.values_list("pk", "service__facility_id", "service__facility__name", "synthetic")
    for pk, facility_id, name, synthetic in values:
        if synthetic:
            made_up.add(facility_id)
        names[facility_id] = name
        own[facility_id].append(pk)
    last = _last_progression(rows)
    goals: dict[int, list[tuple[str, date, int | None]]] = defaultdict(list)
    told = PlacementGoal.objects.filter(placement_id__in=rows.values("pk")).order_by()
    for pk, placement_id, state, by_day in told.values_list(
        "pk", "placement_id", "state", "follow_up_by"
    ):
        goals[placement_id].append((state, by_day, last.get(pk)))
    found = [
        replace(_facility(pk, names[pk], ids, goals, on), synthetic=pk in made_up)
        for pk, ids in own.items()
    ]
    return sorted(found, key=lambda one: (one.share or 0, one.name.casefold()))


def _last_progression(placements: "QuerySet[Any]") -> dict[int, int]:
    """The last assessment of each goal of the placements."""
    rows = GoalFollowUp.objects.filter(goal__placement_id__in=placements.values("pk"))
    return dict(rows.order_by("on", "id").values_list("goal_id", "progression"))


def _facility(
    pk: int,
    name: str,
    ids: list[int],
    goals: dict[int, list[tuple[str, date, int | None]]],
    on: date,
) -> FacilityGoals:
    open_state = PlacementGoal.State.OPEN
    followed = late = with_goals = 0
    counts = [0, 0, 0, 0, 0]
    for placement_id in ids:
        own = goals.get(placement_id, [])
        with_goals += bool(own)
        overdue = any(state == open_state and by_day < on for state, by_day, _last in own)
        late += overdue
        followed += bool(own) and not overdue and all(last is not None for *_rest, last in own)
        for *_rest, last in own:
            if last is not None:
                counts[last - 1] += 1
    one, two, three, four, five = counts
    return FacilityGoals(
        pk, name, len(ids), with_goals, followed, late, (one, two, three, four, five)
    )


def goals_due(actor: Actor, *, on: date) -> "QuerySet[Any]":
    """Open goals of those who are placed that should be followed up by the day, oldest first."""
    rows = visible(PlacementGoal.objects.all(), actor, Action.PLACEMENT_GOALS).filter(
        state=PlacementGoal.State.OPEN,
        follow_up_by__lte=on,
        placement__state=PlacementState.ADMITTED,
    )
    rows = rows.select_related("placement__service__facility", "placement__citizen")
    return rows.order_by("follow_up_by", "placement__reference", "position")
