"""Who follows whom: the chain of a facility both ways, all events, and old keys looked up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.engine.succession import last_of, turned, walk
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.models import (
    CLOSURE,
    Contracts,
    Facility,
    FacilityEvent,
    FacilitySuccession,
    Tariffs,
)

Pairs = list[tuple[int, int]]
READ = Action.FACILITY_READ
PLANNED, DONE, UNDONE = "planned", "done", "undone"
_KINDS = dict(FacilityEvent._meta.get_field("kind").flatchoices)  # noqa: SLF001
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened or is to happen: who went on as whom, or who closed.

    `event` is None for what was known when the catalogue was first filled. A closure has no
    successors.
    """

    on: date
    kind: str
    predecessors: tuple[Facility, ...]
    successors: tuple[Facility, ...]
    contracts: str
    tariffs: str
    must_stay_available: bool
    decision: str
    reason: str
    event: FacilityEvent | None
    state: str
    title: str = ""

    @property
    def kind_da(self) -> str:
        """«Kommunal overtagelse»."""
        return str(_KINDS[self.kind])

    @property
    def contracts_da(self) -> str:
        return str(Contracts(self.contracts).label) if self.contracts else ""

    @property
    def tariffs_da(self) -> str:
        return str(Tariffs(self.tariffs).label) if self.tariffs else ""

    @property
    def planned(self) -> bool:
        return self.state == PLANNED

    @property
    def tag(self) -> tuple[str, str]:
        """The kind of tag and its text."""
        return {
            PLANNED: ("planned", _("Planlagt")),
            DONE: ("done", _("Gennemført")),
            UNDONE: ("dropped", _("Fortrudt")),
        }[self.state]


@dataclass(frozen=True, slots=True)
class Chain:
    """A facility's steps in order of day, those that came before and after it, and who holds now.

    `members` are all facilities of the steps, in the order they opened.
    """

    facility: Facility
    steps: tuple[Step, ...] = ()
    members: tuple[Facility, ...] = ()
    before: frozenset[int] = frozenset()
    after: frozenset[int] = frozenset()
    holders: tuple[Facility, ...] = ()

    @property
    def moved_on(self) -> bool:
        """Whether others hold today what the facility was."""
        return bool(self.holders) and self.facility not in self.holders


def chain_of(facility: Facility, actor: Actor, *, on: date) -> Chain:
    """The chain that the facility is part of, as far as the actor may see it."""
    pairs = _pairs(actor, facility.cooperation_id)
    ids = _together(pairs, facility.pk)
    if ids == {facility.pk} and facility.valid_to is None:
        return Chain(facility)
    links = visible(FacilitySuccession.objects.all(), actor, READ).filter(
        Q(predecessor_id__in=ids) | Q(successor_id__in=ids)
    )
    steps = steps_of(links.select_related("event", "predecessor", "successor"), on=on)
    closures = visible(FacilityEvent.objects.all(), actor, READ)
    closures = closures.filter(closed_id__in=ids, undone_at__isnull=True).select_related("closed")
    steps += [closure_step(one, on=on) for one in closures]
    if not steps:
        return Chain(facility)
    members = {one.pk: one for step in steps for one in (*step.predecessors, *step.successors)}
    holding = [members[pk] for pk in last_of(pairs, facility.pk) if pk in members]
    return Chain(
        facility,
        tuple(sorted(steps, key=lambda step: (step.on, step.title))),
        tuple(sorted(members.values(), key=lambda one: (one.valid_from, one.name))),
        frozenset(walk(turned(pairs), facility.pk)),
        frozenset(walk(pairs, facility.pk)),
        _holding(holding, members, pairs, facility, on),
    )


def _holding(
    last: Sequence[Facility],
    members: dict[int, Facility],
    pairs: Pairs,
    facility: Facility,
    on: date,
) -> tuple[Facility, ...]:
    """Those of the way that are open on the day; a successor to come does not hold yet."""
    open_ones = [one for one in last if one.open_on(on)]
    if open_ones:
        return tuple(open_ones)
    way = [facility.pk, *walk(pairs, facility.pk)]
    return tuple(members[pk] for pk in way if pk in members and members[pk].open_on(on))


def _pairs(actor: Actor, cooperation_id: int) -> Pairs:
    rows = visible(FacilitySuccession.objects.all(), actor, READ)
    rows = rows.filter(predecessor__cooperation_id=cooperation_id).order_by("on", "id")
    return list(rows.values_list("predecessor_id", "successor_id"))


def _together(pairs: Pairs, start: int) -> set[int]:
    """All that hang together with the facility, whichever way."""
    return {start, *walk([*pairs, *turned(pairs)], start)}


def steps_of(links: Iterable[FacilitySuccession], *, on: date) -> list[Step]:
    """The links put together: those of one event, and those that are alike and belong together."""
    groups: dict[Any, list[FacilitySuccession]] = defaultdict(list)
    for link in links:
        groups[_group(link)].append(link)
    return [_step(rows, on=on) for rows in groups.values()]


def _group(link: FacilitySuccession) -> Any:
    if link.event_id is not None:
        return link.event_id
    # Of a merger the successor is one, of anything else the predecessor.
    one = link.successor_id if link.kind == "merger" else link.predecessor_id
    return (link.on, link.kind, one)


def _step(rows: Sequence[FacilitySuccession], *, on: date) -> Step:
    first = rows[0]
    said: Any = first.event or first
    before = {row.predecessor_id: row.predecessor for row in rows}
    after = {row.successor_id: row.successor for row in rows}
    return Step(
        on=first.on,
        kind=first.kind,
        predecessors=tuple(before.values()),
        successors=tuple(after.values()),
        contracts=first.contracts,
        tariffs=first.tariffs,
        must_stay_available=first.must_stay_available,
        decision=said.decision,
        reason=said.reason,
        event=first.event,
        state=PLANNED if first.on > on else DONE,
        title=f"{_names(before.values())} → {_names(after.values())}",
    )


def closure_step(event: FacilityEvent, *, on: date) -> Step:
    """A closure, or an event that was taken back, as a step."""
    state = UNDONE if event.undone_at else PLANNED if event.on > on else DONE
    return Step(
        on=event.on,
        kind=event.kind,
        predecessors=(event.closed,) if event.closed else (),
        successors=(),
        contracts=event.contracts,
        tariffs=event.tariffs,
        must_stay_available=event.must_stay_available,
        decision=event.decision,
        reason=event.reason,
        event=event,
        state=state,
        title=event.title,
    )


def _names(facilities: Iterable[Facility]) -> str:
    return _(" og ").join(one.name for one in facilities)


@dataclass(frozen=True, slots=True)
class StepFilter:
    """What the list of successions and closures is narrowed to."""

    text: str = ""
    kind: str = ""
    state: str = ""
    municipality_id: int | None = None
    year: int | None = None

    def admits(self, step: Step) -> bool:
        places = {one.municipality_id for one in (*step.predecessors, *step.successors)}
        return (
            self.text.casefold() in f"{step.title} {step.decision} {step.reason}".casefold()
            and self.kind in ("", step.kind)
            and (self.state == step.state or (not self.state and step.state != UNDONE))
            and (self.municipality_id is None or self.municipality_id in places)
            and (self.year is None or self.year == step.on.year)
        )


def all_steps(actor: Actor, *, on: date) -> list[Step]:
    """Every succession and closure the actor may see, what is to come first, then the newest."""
    links = visible(FacilitySuccession.objects.all(), actor, READ)
    steps = steps_of(links.select_related("event", "predecessor", "successor"), on=on)
    events = visible(FacilityEvent.objects.all(), actor, READ).select_related("closed")
    alone = events.filter(Q(kind=CLOSURE) | Q(undone_at__isnull=False))
    steps += [closure_step(one, on=on) for one in alone]
    # Facilities whose closing was known from the start have no event.
    told = {one.pk for step in steps for one in step.predecessors if step.state != UNDONE}
    closed = visible(Facility.objects.filter(valid_to__isnull=False), actor, READ)
    steps += [_known_closure(one, on=on) for one in closed.exclude(pk__in=told)]
    return sorted(steps, key=lambda step: (not step.planned, -step.on.toordinal(), step.title))


def _known_closure(facility: Facility, *, on: date) -> Step:
    assert facility.valid_to is not None  # noqa: S101 - asked for by the caller
    return Step(
        on=facility.valid_to,
        kind=CLOSURE,
        predecessors=(facility,),
        successors=(),
        contracts="",
        tariffs="",
        must_stay_available=False,
        decision="",
        reason=facility.closing_reason,
        event=None,
        state=PLANNED if facility.valid_to > on else DONE,
        title=facility.name,
    )


def municipalities_of(steps: Iterable[Step], *, on: date) -> list[tuple[int, str]]:
    """The municipalities that the facilities of the steps lie in, by name."""
    ids = {one.municipality_id for step in steps for one in (*step.predecessors, *step.successors)}
    names = names_on(list(ids), on=on, short=True)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


@dataclass(frozen=True, slots=True)
class Way:
    """From a facility that was looked up to the one that holds today."""

    found: Facility
    matched: str
    chain: Chain
    steps: tuple[Step, ...] = field(default=())


def look_up(text: str, actor: Actor, *, on: date) -> list[Way]:
    """The facilities with that key, number or name, of all times, each with the way from it."""
    wanted = text.strip()
    if not wanted:
        return []
    rows = visible(Facility.objects.all(), actor, READ)
    exact = rows.filter(
        Q(key__iexact=wanted)
        | Q(portal_id=wanted)
        | Q(p_number=wanted)
        | Q(departments__portal_id=wanted)
        | Q(departments__p_number=wanted)
    ).distinct()
    found = list(exact.order_by("-valid_from")[:MOST_FOUND])
    if not found:
        found = list(rows.filter(name__icontains=wanted).order_by("name")[:MOST_FOUND])
    return [_way(one, wanted, actor, on=on) for one in found]


def _way(facility: Facility, wanted: str, actor: Actor, *, on: date) -> Way:
    chain = chain_of(facility, actor, on=on)
    after = {facility.pk, *chain.after}
    steps = [
        step
        for step in chain.steps
        if step.state == DONE and any(one.pk in after for one in step.predecessors)
    ]
    return Way(facility, wanted, chain, tuple(steps))


def facility_by_key(key: str, actor: Actor) -> Facility | None:
    """The facility with the key, as far as the actor may see it."""
    return visible(Facility.objects.filter(key=key), actor, READ).first()


def undocumented_links(key: str, actor: Actor) -> list[FacilitySuccession]:
    """Where the facility went on, for what the catalogue was filled with without a decision."""
    links = FacilitySuccession.objects.filter(predecessor__key=key, event=None)
    return list(visible(links, actor, READ).select_related("predecessor", "successor"))
