"""What an actor may choose among when he edits the catalogue."""

from datetime import date
from typing import Any

from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import cooperations, living, members_on, names_on
from rammevaerk.portal.catalogue.models import Facility, Paragraph, TargetGroup
from rammevaerk.portal.common.validity import in_force

Choices = list[tuple[int, str]]
_OPERATORS = ("municipality", "region", "operator", "association")


def manageable_cooperations(actor: Actor) -> list[Any]:
    """The cooperations in which the actor may put a facility."""
    if actor.scope(Action.FACILITY_MANAGE) is None:
        return []
    return list(cooperations(actor))


def municipality_choices(*, on: date) -> Choices:
    """The municipalities of the day, by name."""
    return living("municipality", on=on)


def operator_choices(*, on: date) -> Choices:
    """Everybody who could run a facility on the day, by name."""
    found = [pair for kind in _OPERATORS for pair in living(kind, on=on)]
    return sorted(found, key=lambda pair: pair[1].casefold())


def reporter_choices(actor: Actor, cooperation_id: int, *, on: date) -> Choices:
    """Who may keep the facility's rows: one's own organisation, or any member of the circle."""
    if actor.scope(Action.FACILITY_MANAGE) is Scope.OWN and actor.organisation_id:
        ids = [actor.organisation_id]
    else:
        ids = [row.organisation_id for row in members_on(cooperation_id, on=on)]
    return sorted(names_on(ids, on=on).items(), key=lambda pair: pair[1].casefold())


def department_choices(facility: Facility) -> Choices:
    """The departments of a facility, also those that have closed."""
    return [(row.pk, row.name) for row in facility.departments.all()]


def paragraph_choices(actor: Actor, *, on: date) -> Choices:
    """The provisions in force on the day, in the order of the law."""
    rows = visible(Paragraph.objects.filter(in_force(on)), actor, Action.VOCABULARY_READ)
    return [(row.pk, f"{row}: {row.title}") for row in rows]


def target_group_choices(actor: Actor, *, on: date) -> Choices:
    """The target groups of the day, a main group before its own."""
    rows = visible(TargetGroup.objects.filter(in_force(on)), actor, Action.VOCABULARY_READ)
    return [(row.pk, f"– {row.name}" if row.parent_id else row.name) for row in rows]
