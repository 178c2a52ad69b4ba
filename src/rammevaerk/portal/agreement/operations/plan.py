"""Building the action plan: areas, goals, initiatives and their links to earlier editions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.agreement.models import (
    Agreement,
    AreaSuccession,
    DevelopmentArea,
    Edition,
    Goal,
    Initiative,
    InitiativeSuccession,
    OwnerForum,
)
from rammevaerk.portal.agreement.operations.saving import refuse_changed, store_changes, store_new


@transaction.atomic
def add_forum(
    agreement: Agreement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> OwnerForum:
    """Add a forum under which initiatives run."""
    authorise(by, Action.PLAN_EDIT, agreement)
    last = agreement.forums.aggregate(last=Max("position"))["last"] or 0
    forum = OwnerForum(agreement=agreement, position=last + 1, **values)
    return store_new(forum, Action.PLAN_EDIT, by=by, at=at)


@transaction.atomic
def add_area(
    edition: Edition, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> DevelopmentArea:
    """Add a development area to an edition."""
    authorise(by, Action.PLAN_EDIT, edition)
    area = DevelopmentArea(edition=edition, **values)
    return store_new(area, Action.PLAN_EDIT, by=by, at=at)


@transaction.atomic
def add_goal(area: DevelopmentArea, text: str, *, by: Actor, at: datetime) -> Goal:
    """Add a goal after the area's last one."""
    authorise(by, Action.PLAN_EDIT, area)
    last = area.goals.aggregate(last=Max("position"))["last"] or 0
    return store_new(Goal(area=area, position=last + 1, text=text), Action.PLAN_EDIT, by=by, at=at)


@transaction.atomic
def add_initiative(goal: Goal, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Initiative:
    """Add an initiative after the edition's last one.

    ``values`` may hold ``parent``: a sub-initiative stands under an initiative of the same
    edition that has no parent itself.
    """
    authorise(by, Action.PLAN_EDIT, goal)
    edition = goal.area.edition
    parent = values.get("parent")
    if parent and (parent.parent_id or parent.edition_id != edition.pk):
        raise ValidationError(
            {"parent": _("Et delinitiativ hører under et initiativ i samme plan.")}
        )
    last = edition.initiatives.aggregate(last=Max("position"))["last"] or 0
    initiative = Initiative(edition=edition, goal=goal, position=last + 1, **values)
    _refuse_foreign_forum(edition, initiative.forum_id)
    return store_new(initiative, Action.PLAN_EDIT, by=by, at=at)


def _refuse_foreign_forum(edition: Edition, forum_id: int) -> None:
    if not edition.agreement.forums.filter(pk=forum_id).exists():
        raise ValidationError(_("Forummet hører ikke til denne rammeaftale."))


@transaction.atomic
def revise_initiative(
    initiative: Initiative,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Change an initiative's title, description, number, forum or responsible organisation.

    ``seen`` is the fingerprint of the row the person had before him: RevisionConflict when
    somebody has changed it since.
    """
    authorise(by, Action.PLAN_EDIT, initiative)
    initiative = Initiative.objects.select_for_update().get(pk=initiative.pk)
    refuse_changed(initiative, seen)
    _refuse_foreign_forum(initiative.edition, values.get("forum_id", initiative.forum_id))
    return store_changes(initiative, values, Action.PLAN_EDIT, by=by, at=at)


@transaction.atomic
def link_areas(
    predecessor: DevelopmentArea, successor: DevelopmentArea, *, by: Actor, at: datetime
) -> AreaSuccession:
    """Say that an area goes on in a later edition."""
    authorise(by, Action.PLAN_EDIT, successor)
    _refuse_backwards(predecessor.edition, successor.edition)
    link = AreaSuccession(predecessor=predecessor, successor=successor)
    return store_new(link, Action.PLAN_EDIT, by=by, at=at)


@transaction.atomic
def link_initiatives(
    predecessor: Initiative, successor: Initiative, *, by: Actor, at: datetime
) -> InitiativeSuccession:
    """Say that an initiative goes on as one of a later edition."""
    authorise(by, Action.PLAN_EDIT, successor)
    _refuse_backwards(predecessor.edition, successor.edition)
    link = InitiativeSuccession(predecessor=predecessor, successor=successor)
    return store_new(link, Action.PLAN_EDIT, by=by, at=at)


def _refuse_backwards(earlier: Edition, later: Edition) -> None:
    if earlier.agreement_id != later.agreement_id or earlier.valid_from >= later.valid_from:
        raise ValidationError(_("En forgænger skal stå i en tidligere udgave af samme aftale."))
