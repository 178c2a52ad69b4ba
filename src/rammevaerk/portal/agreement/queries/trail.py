"""What the audit trail says of an initiative and of everything that hangs on it."""

from typing import Any

from django.db.models import Q, QuerySet

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import trail_of
from rammevaerk.portal.agreement.models import (
    Initiative,
    InitiativeSuccession,
    Milestone,
    MilestoneDate,
    Participation,
    ParticipationCount,
    StatusEntry,
)


def trail_of_initiative(row: Initiative, actor: Actor) -> "QuerySet[Any]":
    """The records of the initiative, its history and its links that the actor may see.

    A sub-initiative has a trail of its own.
    """
    parts: list[QuerySet[Any]] = [
        Initiative.objects.filter(pk=row.pk),
        StatusEntry.objects.filter(initiative=row),
        Milestone.objects.filter(initiative=row),
        MilestoneDate.objects.filter(milestone__initiative=row),
        Participation.objects.filter(initiative=row),
        ParticipationCount.objects.filter(participation__initiative=row),
        InitiativeSuccession.objects.filter(Q(predecessor=row) | Q(successor=row)),
    ]
    # A link that was taken back is still part of what was done.
    ends = ("predecessor_id", "successor_id")
    return trail_of(parts, actor, former=[(InitiativeSuccession, end, row.pk) for end in ends])
