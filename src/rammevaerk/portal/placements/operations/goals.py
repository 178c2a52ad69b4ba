"""What a placement is to achieve: agreed, followed up from 1 to 5, reached or given up."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.models import (
    GoalFollowUp,
    Placement,
    PlacementGoal,
    PlacementState,
)
from rammevaerk.portal.placements.operations.steps import locked

GOALS = Action.PLACEMENT_GOALS
FAR, REACHED = 1, 5
_LIVING = (
    PlacementState.ENQUIRY,
    PlacementState.OFFERED,
    PlacementState.ACCEPTED,
    PlacementState.ADMITTED,
)


@transaction.atomic
def set_goal(
    placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> PlacementGoal:
    """Agree on a goal: ``text``, ``area``, ``agreed_on``, ``follow_up_by``."""
    row = locked(placement, GOALS, *_LIVING, by=by)
    _require_days(values["agreed_on"], values["follow_up_by"], at)
    last: int | None = row.goals.aggregate(last=Max("position"))["last"]
    goal = PlacementGoal(placement=row, position=(last or 0) + 1, **values)
    return store_new(goal, GOALS, by=by, at=at)


@transaction.atomic
def revise_goal(
    goal: PlacementGoal,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> PlacementGoal:
    """Correct the goal's words and days, or say that it is reached or given up."""
    stored = lock_seen(goal, GOALS, seen=seen, by=by)
    if values.get("follow_up_by", stored.follow_up_by) < stored.agreed_on:
        raise ValidationError(
            {"follow_up_by": _("Opfølgningen skal ligge efter aftalen om målet.")}
        )
    store_changes(stored, values, GOALS, by=by, at=at)
    return stored


@transaction.atomic
def follow_up(
    goal: PlacementGoal,
    *,
    on: date,
    progression: int,
    note: str = "",
    next_by: date | None = None,
    by: Actor,
    at: datetime,
) -> GoalFollowUp:
    """Say how it went by the day, 1 (far from the goal) to 5 (reached), and when to look again.

    At 5 the goal is reached; else `next_by` must be said.
    """
    stored = lock_seen(goal, GOALS, seen=None, by=by)
    if stored.state != PlacementGoal.State.OPEN:
        raise ValidationError(_("Målet er afsluttet. Åbn det, eller sæt et nyt."))
    if not FAR <= progression <= REACHED:
        raise ValidationError({"progression": _("Vælg et tal fra 1 til 5.")})
    if not stored.agreed_on <= on <= day_of(at):
        raise ValidationError(
            {"on": _("Dagen skal ligge fra %s til i dag.") % date_text_da(stored.agreed_on)}
        )
    values: dict[str, Any] = {}
    if progression == REACHED:
        values["state"] = PlacementGoal.State.REACHED
    elif next_by is None or next_by <= on:
        raise ValidationError(
            {"next_by": _("Skriv, hvornår der senest følges op igen; efter %s.") % date_text_da(on)}
        )
    else:
        values["follow_up_by"] = next_by
    store_changes(stored, values, GOALS, by=by, at=at)
    told = f"{by.label}, {by.organisation_label}" if by.organisation_label else by.label
    row = GoalFollowUp(
        goal=stored, on=on, progression=progression, note=note, by_label=told, registered_at=at
    )
    return store_new(row, GOALS, by=by, at=at)


def _require_days(agreed: date, by_day: date, at: datetime) -> None:
    if agreed > day_of(at):
        raise ValidationError({"agreed_on": _("Dagen er ikke kommet endnu.")})
    if by_day <= agreed:
        raise ValidationError(
            {"follow_up_by": _("Opfølgningen skal ligge efter %s.") % date_text_da(agreed)}
        )
