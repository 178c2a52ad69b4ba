"""Rows of placements, by concept; a module knows only those before it.

terms (how a service is settled) → placements (citizen, placement, its steps) → periods (stay,
payer, hours, price, absence, supplement, what was delivered) → endings (notice) → goals → contracts
(template, contract, versions, approvals).
"""

from rammevaerk.portal.placements.models.contracts import (
    Contract,
    ContractApproval,
    ContractTemplate,
    ContractVersion,
    TemplateClause,
)
from rammevaerk.portal.placements.models.endings import Notice
from rammevaerk.portal.placements.models.goals import GoalFollowUp, PlacementGoal
from rammevaerk.portal.placements.models.periods import (
    Absence,
    Delivery,
    Hours,
    PayerPeriod,
    PriceChoice,
    Stay,
    SupplementGrant,
)
from rammevaerk.portal.placements.models.placements import (
    Citizen,
    Placement,
    PlacementState,
    PlacementStep,
)
from rammevaerk.portal.placements.models.terms import SettlementTerms

__all__ = [
    "Absence",
    "Citizen",
    "Contract",
    "ContractApproval",
    "ContractTemplate",
    "ContractVersion",
    "Delivery",
    "GoalFollowUp",
    "Hours",
    "Notice",
    "PayerPeriod",
    "Placement",
    "PlacementGoal",
    "PlacementState",
    "PlacementStep",
    "PriceChoice",
    "SettlementTerms",
    "Stay",
    "SupplementGrant",
    "TemplateClause",
]
