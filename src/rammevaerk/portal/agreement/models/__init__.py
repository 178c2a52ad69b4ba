"""Rows of the agreement, by concept; a module knows only those before it.

editions (agreement, edition, chapter, annex) → plan (area, goal, initiative) → history (status,
milestones, participation).
"""

from rammevaerk.portal.agreement.models.editions import (
    Agreement,
    Annex,
    AnnexVersion,
    Chapter,
    Edition,
    EditionParty,
)
from rammevaerk.portal.agreement.models.history import (
    Milestone,
    MilestoneDate,
    Participation,
    ParticipationCount,
    Status,
    StatusEntry,
)
from rammevaerk.portal.agreement.models.plan import (
    INITIATIVE_NUMBER,
    AreaSuccession,
    DevelopmentArea,
    Goal,
    Initiative,
    InitiativeSuccession,
    OwnerForum,
)

__all__ = [
    "INITIATIVE_NUMBER",
    "Agreement",
    "Annex",
    "AnnexVersion",
    "AreaSuccession",
    "Chapter",
    "DevelopmentArea",
    "Edition",
    "EditionParty",
    "Goal",
    "Initiative",
    "InitiativeSuccession",
    "Milestone",
    "MilestoneDate",
    "OwnerForum",
    "Participation",
    "ParticipationCount",
    "Status",
    "StatusEntry",
]
