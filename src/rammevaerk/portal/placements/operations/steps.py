"""A placement goes from one state to another: locked, possible, done, written down."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import fingerprint, store_changes, store_new
from rammevaerk.portal.placements.models import Placement, PlacementState, PlacementStep

NOTHING: Mapping[str, Any] = MappingProxyType({})


def locked(placement: Placement, action: Action, *states: PlacementState, by: Actor) -> Placement:
    """The placement as it is stored now, locked, when the actor may act on it and it is so far.

    ValidationError says how far it has come when it is in none of the states (none is any).
    """
    authorise(by, action, placement)
    row = (
        Placement.objects.select_for_update(of=("self",))
        .select_related("service__facility", "citizen", "paragraph", "buyer")
        .get(pk=placement.pk)
    )
    if states and row.state not in states:
        raise ValidationError(not_so_far(row))
    return row


def not_so_far(placement: Placement) -> str:
    """That what was asked for cannot be done as the placement stands."""
    return _(
        "Indskrivningen er «%(state)s», så det kan ikke gøres. Se, hvad der er sket, og gå videre"
        " derfra."
    ) % {"state": placement.get_state_display().lower()}


def print_of(placement: Placement) -> str:
    """What a page remembers of a placement and of the rows that hold of it now."""
    dated = (
        placement.stays,
        placement.payers,
        placement.hours,
        placement.prices,
        placement.supplements,
    )
    held = [sorted(rows.filter(superseded_at__isnull=True).values_list("pk")) for rows in dated]
    notices = sorted(placement.notices.filter(withdrawn_at__isnull=True).values_list("pk"))
    told = repr((fingerprint(placement), held, notices))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@transaction.atomic
def unless_changed(placement: Placement, seen: str, work: Callable[[], object]) -> None:
    """Do what somebody decided before a page; ValidationError when the page no longer holds.

    ``seen`` is `print_of` the placement as the page showed it; empty skips the check.
    """
    stored = Placement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
    if seen and seen != print_of(stored):
        raise ValidationError(
            _(
                "Indskrivningen er ændret, siden du åbnede siden. Se, hvad der gælder nu, og send"
                " så igen, hvis det stadig skal gøres. Intet er gemt."
            )
        )
    work()


def take_step(
    placement: Placement,
    state: PlacementState,
    action: Action,
    *,
    on: date,
    note: str = "",
    values: Mapping[str, Any] = NOTHING,
    by: Actor,
    at: datetime,
) -> PlacementStep:
    """Bring the locked placement to the state, with the values, and write the step down."""
    before = placement.state
    store_changes(placement, {**values, "state": state}, action, by=by, at=at)
    return _written(placement, before, state, action, on=on, note=note, by=by, at=at)


def first_step(
    placement: Placement, action: Action, *, on: date, note: str = "", by: Actor, at: datetime
) -> PlacementStep:
    """Write down how a new placement began."""
    return _written(
        placement, "", PlacementState(placement.state), action, on=on, note=note, by=by, at=at
    )


def _written(
    placement: Placement,
    before: str,
    state: PlacementState,
    action: Action,
    *,
    on: date,
    note: str,
    by: Actor,
    at: datetime,
) -> PlacementStep:
    step = PlacementStep(
        placement=placement,
        from_state=before,
        to_state=state,
        on=on,
        note=note,
        by_label=f"{by.label}, {by.organisation_label}" if by.organisation_label else by.label,
        by_id=by.person_id,
        registered_at=at,
    )
    return store_new(step, action, by=by, at=at, reason=note)
