"""What can be done to the catalogue, by subject: register, facilities, places, succession."""

from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.catalogue.operations.counts import load_published_counts
from rammevaerk.portal.catalogue.operations.documenting import document_succession
from rammevaerk.portal.catalogue.operations.effects import Outcome
from rammevaerk.portal.catalogue.operations.facilities import (
    add_approval,
    add_department,
    add_facility,
    revise_approval,
    revise_department,
    revise_facility,
)
from rammevaerk.portal.catalogue.operations.loading import load_facilities
from rammevaerk.portal.catalogue.operations.places import (
    report_occupancy,
    report_vacancy,
    set_capacity,
)
from rammevaerk.portal.catalogue.operations.services import (
    add_service,
    revise_service,
    set_paragraphs,
    set_target_groups,
)
from rammevaerk.portal.catalogue.operations.succession import (
    close_facility,
    outcome_of,
    rehearse,
    rehearse_closure,
    revise_event,
    succeed,
    undo_event,
)
from rammevaerk.portal.catalogue.operations.succession_plans import (
    ClosurePlan,
    NewFacility,
    Share,
    SuccessionPlan,
)
from rammevaerk.portal.catalogue.operations.vocabulary import load_vocabulary

__all__ = [
    "ClosurePlan",
    "NewFacility",
    "Outcome",
    "RevisionConflict",
    "Share",
    "SuccessionPlan",
    "add_approval",
    "add_department",
    "add_facility",
    "add_service",
    "close_facility",
    "document_succession",
    "fingerprint",
    "load_facilities",
    "load_published_counts",
    "load_vocabulary",
    "outcome_of",
    "rehearse",
    "rehearse_closure",
    "report_occupancy",
    "report_vacancy",
    "revise_approval",
    "revise_department",
    "revise_event",
    "revise_facility",
    "revise_service",
    "set_capacity",
    "set_paragraphs",
    "set_target_groups",
    "succeed",
    "undo_event",
]
