"""What there is to choose among when a succession is planned."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import living, names_on
from rammevaerk.portal.catalogue.models import Facility, Service
from rammevaerk.portal.catalogue.operations.succession_plans import places_on, services_from
from rammevaerk.portal.common.validity import in_force

Choices = list[tuple[int, str]]
GroupedChoices = list[tuple[str, Choices]]
MOST_TOGETHER = 5
MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service that is to go on somewhere, with the places it has."""

    service: Service
    label: str
    places: int


@dataclass(frozen=True, slots=True)
class Setting:
    """What a succession is about: fixed by the address of its page."""

    kind: str
    predecessors: tuple[Facility, ...]
    existing: Facility | None
    parts: int
    lines: tuple[ServiceLine, ...]
    joinable: Choices
    operators: GroupedChoices
    may_choose_reporter: bool

    @property
    def first(self) -> Facility:
        return self.predecessors[0]


def others_to_choose(facility: Facility, actor: Actor, *, on: date) -> GroupedChoices:
    """The other facilities the actor may let go on or take over, by municipality."""
    rows = visible(Facility.objects.filter(in_force(on)), actor, Action.FACILITY_MANAGE)
    rows = rows.filter(cooperation_id=facility.cooperation_id).exclude(pk=facility.pk)
    found: dict[int, Choices] = defaultdict(list)
    for pk, name, municipality_id in rows.order_by("name").values_list(
        "pk", "name", "municipality_id"
    ):
        found[municipality_id].append((pk, name))
    names = names_on(list(found), on=on, short=True)
    return sorted(((names[pk], choices) for pk, choices in found.items()), key=_by_name)


def _by_name(group: tuple[str, Any]) -> str:
    return group[0].casefold()


def setting_of(
    facility: Facility,
    actor: Actor,
    *,
    kind: str,
    others: list[int],
    existing_id: int | None,
    parts: int,
    on: date,
) -> Setting:
    """The facilities and services that the succession is about, as far as he may manage them."""
    may = visible(Facility.objects.all(), actor, Action.FACILITY_MANAGE)
    may = may.filter(cooperation_id=facility.cooperation_id).exclude(pk=facility.pk)
    joined = may.filter(pk__in=others).order_by("name") if kind == "merger" else may.none()
    existing = may.filter(pk=existing_id).exclude(pk__in=others).first() if existing_id else None
    predecessors = (facility, *joined[: MOST_TOGETHER - 1])
    taking = existing if kind != "split" else None
    return Setting(
        kind=kind,
        predecessors=predecessors,
        existing=taking,
        parts=min(max(parts, 2), MOST_PARTS) if kind == "split" else 1,
        lines=_lines(predecessors, on),
        joinable=_joinable(taking, on),
        # A day before the facility opened is refused, but not for want of operators.
        operators=operators_on(max(on, facility.valid_from)),
        may_choose_reporter=actor.scope(Action.FACILITY_MANAGE) is not Scope.OWN,
    )


def _lines(predecessors: tuple[Facility, ...], on: date) -> tuple[ServiceLine, ...]:
    services = services_from(predecessors, on)
    held = places_on([one.pk for one in services], on)
    return tuple(
        ServiceLine(
            one,
            one.name if len(predecessors) == 1 else f"{one.facility}: {one.name}",
            held[one.pk].places if one.pk in held else 0,
        )
        for one in services
    )


def _joinable(existing: Facility | None, on: date) -> Choices:
    if existing is None:
        return []
    rows = Service.objects.filter(in_force(on), facility=existing).order_by("name")
    return list(rows.values_list("pk", "name"))


def operators_on(on: date) -> GroupedChoices:
    """Who can run a facility, by what they are."""
    return [
        ("Kommuner", living("municipality", on=on)),
        ("Regioner", living("region", on=on)),
        ("Driftsherrer", living("operator", on=on)),
    ]
