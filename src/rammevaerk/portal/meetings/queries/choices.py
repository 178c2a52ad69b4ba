"""What forms offer: organisations, people and bodies by name."""

from datetime import date

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import (
    cooperations,
    living,
    members_on,
    names_on,
    people_with_a_role,
)
from rammevaerk.portal.meetings.models import Body, Seat

Choices = list[tuple[int, str]]


def organisation_choices(cooperation_id: int, *, on: date) -> Choices:
    """The cooperation's members on the day, by name."""
    ids = [row.organisation_id for row in members_on(cooperation_id, on=on)]
    return sorted(names_on(ids, on=on).items(), key=lambda pair: pair[1].casefold())


def people_choices(organisation_id: int, *, on: date) -> Choices:
    """Those who can log in for an organisation."""
    return people_with_a_role([organisation_id], on=on)


def cooperation_people(cooperation_id: int, *, on: date) -> Choices:
    """Those who can log in for any member of the cooperation."""
    return people_with_a_role(
        [row.organisation_id for row in members_on(cooperation_id, on=on)], on=on
    )


def body_choices(cooperation_id: int, actor: Actor, *, on: date) -> Choices:
    """The cooperation's bodies that exist on the day, by name."""
    rows = visible(Body.objects.filter(cooperation_id=cooperation_id), actor, Action.BODY_READ)
    found = [row for row in rows.select_related("organisation") if not row.abolished(on)]
    names = names_on([row.organisation_id for row in found], on=on)
    pairs = [(row.pk, names[row.organisation_id]) for row in found]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def known_bodies(actor: Actor, *, on: date) -> Choices:
    """The bodies of all the actor's cooperations that exist on the day, by name."""
    return [pair for row in cooperations(actor) for pair in body_choices(row.pk, actor, on=on)]


def body_by_id(pk: int, actor: Actor) -> Body:
    """A body the actor may see; a form has offered it, so it is there."""
    return visible(Body.objects.all(), actor, Action.BODY_READ).get(pk=pk)


def organisations_without_body(*, on: date) -> Choices:
    """Joint bodies of the register that do not meet here yet."""
    taken = set(Body.objects.values_list("organisation_id", flat=True))
    return [(pk, name) for pk, name in living("joint_body", on=on) if pk not in taken]


def body_name(row: Body, *, on: date) -> str:
    return names_on([row.organisation_id], on=on)[row.organisation_id]


def seat_name(row: Seat, *, on: date) -> str:
    return names_on([row.organisation_id], on=on)[row.organisation_id]
