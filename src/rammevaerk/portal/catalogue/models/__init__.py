"""Rows of the catalogue (tilbudsviften), by concept; a module knows only those before it.

vocabulary (paragraphs, target groups) → facilities (facility, department, service) → places (how
many, how full, used by whom) → succession; counts (what others have published).
"""

from rammevaerk.portal.catalogue.models.counts import OwnershipGroup, PublishedCount
from rammevaerk.portal.catalogue.models.facilities import (
    Approval,
    Department,
    Facility,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
)
from rammevaerk.portal.catalogue.models.places import (
    FacilityUse,
    OccupancyFigure,
    PlaceCapacity,
    Vacancy,
)
from rammevaerk.portal.catalogue.models.succession import (
    CLOSURE,
    Contracts,
    FacilityEvent,
    FacilitySuccession,
    SuccessionKind,
    Tariffs,
)
from rammevaerk.portal.catalogue.models.vocabulary import (
    Paragraph,
    ParagraphSuccession,
    TargetGroup,
)

__all__ = [
    "CLOSURE",
    "Approval",
    "Contracts",
    "Department",
    "Facility",
    "FacilityEvent",
    "FacilitySuccession",
    "FacilityUse",
    "OccupancyFigure",
    "OwnershipGroup",
    "Paragraph",
    "ParagraphSuccession",
    "PlaceCapacity",
    "PublishedCount",
    "Service",
    "ServiceParagraph",
    "ServiceTargetGroup",
    "SuccessionKind",
    "TargetGroup",
    "Tariffs",
    "Vacancy",
]
