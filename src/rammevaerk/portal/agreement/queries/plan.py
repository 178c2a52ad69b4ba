"""The action plan as it stood on a day: composed once, from a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.agreement.models import (
    DevelopmentArea,
    Edition,
    Initiative,
    Milestone,
    MilestoneDate,
    OwnerForum,
    Participation,
    Status,
    StatusEntry,
)


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone as it stood on the day; ``late`` when the whole planned unit had gone by."""

    row: Milestone
    body: str
    planned: PartialDate | None
    first_planned: PartialDate | None
    reached: PartialDate | None
    dropped: bool
    late: bool

    @property
    def open(self) -> bool:
        return self.reached is None and not self.dropped

    @property
    def moved(self) -> bool:
        return self.planned != self.first_planned


def _first(waiting: list[MilestoneView]) -> MilestoneView | None:
    return min(waiting, key=lambda one: one.planned.last if one.planned else date.max, default=None)


@dataclass(slots=True)
class InitiativeView:
    """An initiative as it stood on the day."""

    row: Initiative
    as_of: date
    responsible: str
    status: StatusEntry | None
    milestones: list[MilestoneView]
    participants: frozenset[int]
    children: list["InitiativeView"] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        return self.status is not None and Status(self.status.status).closed

    @property
    def start(self) -> MilestoneView | None:
        return next((one for one in self.milestones if one.row.kind == Milestone.Kind.START), None)

    @property
    def next_step(self) -> MilestoneView | None:
        """The open milestone that is expected first; one without a date comes last."""
        return _first([one for one in self.milestones if one.open])

    @property
    def next_after_start(self) -> MilestoneView | None:
        """The open milestone after the start that is expected first."""
        start = Milestone.Kind.START
        return _first([one for one in self.milestones if one.open and one.row.kind != start])

    @property
    def overdue(self) -> bool:
        return not self.closed and any(one.late for one in self.milestones)

    @property
    def overdue_since(self) -> date | None:
        """The last day of the earliest expectation that has gone by."""
        if self.closed:
            return None
        late = [one.planned.last for one in self.milestones if one.planned and one.late]
        return min(late, default=None)


def natural(number: str) -> list[int]:
    """A number such as «2.1.10» as it sorts: after «2.1.9»."""
    return [int(part) for part in number.split(".") if part.isdigit()]


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What the register of the plan is narrowed to; empty means all."""

    area: str = ""
    forum: str = ""
    status: str = ""
    organisation: str = ""
    text: str = ""
    overdue: bool = False

    def admits(self, view: InitiativeView, organisation_id: int | None) -> bool:
        """Whether the initiative is shown."""
        row = view.row
        return (
            self.area in ("", row.goal.area.key)
            and self.forum in ("", row.forum.key)
            and self.status in ("", view.status.status if view.status else "none")
            and (not self.organisation or organisation_id in view.participants)
            and self.text.casefold() in f"{row.number} {row.title} {row.description}".casefold()
            and (view.overdue or not self.overdue)
        )


def _waits_until(view: InitiativeView) -> date:
    step = None if view.closed else view.next_step
    return step.planned.last if step and step.planned else date.max


SORTERS: dict[str, Callable[[InitiativeView], Any]] = {
    "nr": lambda view: (view.row.goal.area.number, natural(view.row.number)),
    "initiativ": lambda view: view.row.title.casefold(),
    "status": lambda view: view.status.get_status_display() if view.status else "",
    "ventet": _waits_until,
}


@dataclass(slots=True)
class PlanView:
    """An edition's plan on a day: areas and forums to choose from, and all initiatives."""

    edition: Edition
    as_of: date
    areas: list[DevelopmentArea]
    forums: list[OwnerForum]
    initiatives: list[InitiativeView]

    @property
    def top(self) -> list[InitiativeView]:
        return [view for view in self.initiatives if view.row.parent_id is None]

    def ordered(self, sorter: str) -> list[InitiativeView]:
        """By one of SORTERS, descending with a minus before it; anything else is late first."""
        key = SORTERS.get(sorter.removeprefix("-"))
        if key is None:
            return self.late_first()
        found = sorted(self.initiatives, key=key, reverse=sorter.startswith("-"))
        # What waits for nothing stands last either way.
        return sorted(found, key=lambda view: key is _waits_until and key(view) == date.max)

    def late_first(self) -> list[InitiativeView]:
        """What is overdue first, the longest overdue on top; then the plan's own order."""
        return sorted(self.initiatives, key=lambda view: view.overdue_since or date.max)


def plan_view(edition: Edition, actor: Actor, *, as_of: date) -> PlanView:
    """The plan of an edition as of a day, in the plan's own order."""
    known = Q(known_from=None) | Q(known_from__lte=as_of)
    rows = visible(Initiative.objects.filter(known, edition=edition), actor, Action.PLAN_READ)
    views = _views(rows.order_by("goal__area__number", "position", "id"), as_of)
    by_id = {view.row.pk: view for view in views}
    for view in views:
        if view.row.parent_id in by_id:
            by_id[view.row.parent_id].children.append(view)
    return PlanView(
        edition=edition,
        as_of=as_of,
        areas=list(edition.areas.prefetch_related("goals", "origins__predecessor__edition")),
        forums=list(edition.agreement.forums.all()),
        initiatives=views,
    )


def initiative_view(row: Initiative, *, as_of: date) -> InitiativeView:
    """One initiative as of a day; the caller has found the row through ``visible``."""
    views = _views(Initiative.objects.filter(pk=row.pk), as_of)
    views[0].children = _views(Initiative.objects.filter(parent=row).order_by("position"), as_of)
    return views[0]


def _views(rows: "QuerySet[Initiative]", as_of: date) -> list[InitiativeView]:
    statuses = StatusEntry.objects.filter(effective_on__lte=as_of).select_related("registered_by")
    milestones = Milestone.objects.select_related("body").prefetch_related("dates__registered_by")
    found = list(
        rows.select_related("goal__area", "forum", "responsible", "parent").prefetch_related(
            Prefetch("statuses", statuses, to_attr="statuses_then"),
            Prefetch("milestones", milestones),
            Prefetch("participations", Participation.objects.all()),
        )
    )
    wanted = {row.responsible_id for row in found if row.responsible_id}
    wanted |= {m.body_id for row in found for m in row.milestones.all() if m.body_id}
    names = names_on(sorted(wanted), on=as_of, short=True)
    return [
        InitiativeView(
            row=row,
            as_of=as_of,
            responsible=names.get(row.responsible_id or 0, ""),
            status=row.statuses_then[0] if row.statuses_then else None,
            milestones=[
                milestone_view(m, names, as_of)
                for m in row.milestones.all()
                if _known_of(m, as_of) or not m.dates.all()
            ],
            participants=frozenset(
                p.organisation_id for p in row.participations.all() if takes_part(p, as_of)
            ),
        )
        for row in found
    ]


def takes_part(row: Participation, on: date) -> bool:
    """Whether the participation holds on the day; unknown ends count as open."""
    begun = row.valid_from is None or row.valid_from <= on
    return begun and (row.valid_to is None or row.valid_to > on)


def _known_of(row: Milestone, as_of: date) -> list[MilestoneDate]:
    return [one for one in row.dates_in_order() if (one.effective_on or date.min) <= as_of]


def milestone_view(row: Milestone, names: dict[int, str], as_of: date) -> MilestoneView:
    """What was known of the milestone on the day."""
    known = _known_of(row, as_of)
    state = MilestoneDate.State
    by_state: dict[str, list[MilestoneDate]] = defaultdict(list)
    for one in known:
        by_state[one.state].append(one)
    last = known[-1].state if known else ""
    planned = [one.on for one in by_state[state.PLANNED]] or [None]
    reached = known[-1].on if last == state.REACHED else None
    dropped = last == state.DROPPED
    open_still = reached is None and not dropped
    return MilestoneView(
        row=row,
        body=names.get(row.body_id or 0, ""),
        planned=planned[-1],
        first_planned=planned[0],
        reached=reached,
        dropped=dropped,
        late=open_still and planned[-1] is not None and planned[-1].passed(as_of),
    )
