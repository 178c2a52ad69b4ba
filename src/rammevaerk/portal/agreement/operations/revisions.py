"""Correcting the parts of an edition and of its plan. ``seen`` is everywhere as in lock_seen.

What stands in addresses, the keys of areas and forums, is not corrected: a link that somebody has
kept would lead nowhere.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import lock_seen, store_changes
from rammevaerk.portal.agreement.models import (
    Annex,
    Chapter,
    DevelopmentArea,
    Goal,
    Milestone,
    OwnerForum,
)
from rammevaerk.portal.agreement.operations.history import refuse_second_start

Values = Mapping[str, Any]


def _revise(
    row: models.Model, values: Values, action: Action, *, seen: str | None, by: Actor, at: datetime
) -> bool:
    stored = lock_seen(row, action, seen=seen, by=by)
    return store_changes(stored, values, action, by=by, at=at)


@transaction.atomic
def revise_chapter(
    chapter: Chapter, values: Values, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change a chapter's number, title, summary or source."""
    return _revise(chapter, values, Action.EDITION_MANAGE, seen=seen, by=by, at=at)


@transaction.atomic
def revise_annex(
    annex: Annex, values: Values, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change an annex's number, title or address; its files stay as they were handed in."""
    return _revise(annex, values, Action.EDITION_MANAGE, seen=seen, by=by, at=at)


@transaction.atomic
def revise_forum(
    forum: OwnerForum, values: Values, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change a forum's name or heading."""
    return _revise(forum, values, Action.PLAN_EDIT, seen=seen, by=by, at=at)


@transaction.atomic
def revise_area(
    area: DevelopmentArea, values: Values, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change a development area's number, title or description."""
    return _revise(area, values, Action.PLAN_EDIT, seen=seen, by=by, at=at)


@transaction.atomic
def revise_goal(
    goal: Goal, values: Values, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change a goal's text."""
    return _revise(goal, values, Action.PLAN_EDIT, seen=seen, by=by, at=at)


@transaction.atomic
def revise_milestone(
    milestone: Milestone, values: Values, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change a milestone's title or kind; what was said of its dates is history and stays."""
    stored = lock_seen(milestone, Action.STATUS_UPDATE, seen=seen, by=by)
    refuse_second_start(stored, values.get("kind", stored.kind))
    return store_changes(stored, values, Action.STATUS_UPDATE, by=by, at=at)
