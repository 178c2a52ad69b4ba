"""Building the action plan: forums, areas, goals and initiatives."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new
from rammevaerk.portal.agreement.models import (
    Agreement,
    DevelopmentArea,
    Edition,
    Goal,
    Initiative,
    OwnerForum,
)
from rammevaerk.portal.common.clock import day_of


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
    edition that has no parent itself. ``known_from`` is the day it came into the plan, None for
    one that the plan held from its beginning.
    """
    authorise(by, Action.PLAN_EDIT, goal)
    edition = goal.area.edition
    _refuse_future(values.get("known_from"), at)
    parent = values.get("parent")
    if parent and (parent.parent_id or parent.edition_id != edition.pk):
        raise ValidationError(
            {"parent": _("Et delinitiativ hører under et initiativ i samme plan.")}
        )
    last = edition.initiatives.aggregate(last=Max("position"))["last"] or 0
    initiative = Initiative(edition=edition, goal=goal, position=last + 1, **values)
    _refuse_foreign_forum(edition, initiative.forum_id)
    return store_new(initiative, Action.PLAN_EDIT, by=by, at=at)


def _refuse_future(known_from: date | None, at: datetime) -> None:
    if known_from is not None and known_from > day_of(at):
        raise ValidationError({"known_from": _("Dagen er ikke kommet endnu.")})


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
    """Change an initiative's title, description, number, forum, responsible or its day.

    ``seen`` as in lock_seen.
    """
    initiative = lock_seen(initiative, Action.PLAN_EDIT, seen=seen, by=by)
    _refuse_future(values.get("known_from"), at)
    _refuse_foreign_forum(initiative.edition, values.get("forum_id", initiative.forum_id))
    return store_changes(initiative, values, Action.PLAN_EDIT, by=by, at=at)
