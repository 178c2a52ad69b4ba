"""What can be done to placements and contracts, by subject."""

from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.placements.operations.absences import (
    cancel_absence,
    correct_absence,
    end_absence,
    register_absence,
)
from rammevaerk.portal.placements.operations.acting import follow_acting
from rammevaerk.portal.placements.operations.admitting import (
    admit,
    admit_self_referred,
    notify,
    stop_payment,
)
from rammevaerk.portal.placements.operations.asking import (
    accept,
    decline,
    enquire,
    offer,
    withdraw,
)
from rammevaerk.portal.placements.operations.contract_loading import load_contracts
from rammevaerk.portal.placements.operations.contract_templates import load_templates
from rammevaerk.portal.placements.operations.ending import discharge, reopen, unplan
from rammevaerk.portal.placements.operations.goals import follow_up, revise_goal, set_goal
from rammevaerk.portal.placements.operations.loading import load_placements, load_terms
from rammevaerk.portal.placements.operations.notices import give_notice, withdraw_notice
from rammevaerk.portal.placements.operations.periods import (
    change_payer,
    deliver,
    end_supplement,
    grant_supplement,
    set_hours,
    set_price,
)
from rammevaerk.portal.placements.operations.stays import correct_stay, move
from rammevaerk.portal.placements.operations.terms import set_terms

__all__ = [
    "RevisionConflict",
    "accept",
    "admit",
    "admit_self_referred",
    "cancel_absence",
    "change_payer",
    "correct_absence",
    "correct_stay",
    "decline",
    "deliver",
    "discharge",
    "end_absence",
    "end_supplement",
    "enquire",
    "fingerprint",
    "follow_acting",
    "follow_up",
    "give_notice",
    "grant_supplement",
    "load_contracts",
    "load_placements",
    "load_templates",
    "load_terms",
    "move",
    "notify",
    "offer",
    "register_absence",
    "reopen",
    "revise_goal",
    "set_goal",
    "set_hours",
    "set_price",
    "set_terms",
    "stop_payment",
    "unplan",
    "withdraw",
    "withdraw_notice",
]
