"""Reads of the agreement, each limited to what the actor may see."""

from rammevaerk.portal.agreement.queries.editions import (
    agreements_with_editions,
    annex_register,
    cooperations_without_agreement,
    current_edition,
    edition_switch,
    editions,
    may_read_editions,
    parties_of,
    party_ids,
    party_names,
    possible_parties,
)
from rammevaerk.portal.agreement.queries.initiatives import (
    area_summaries,
    goal_and_parent,
    initiative_choices,
    latest_statuses,
    lineage_of,
    may_report_for,
    newest_status,
    participant_name,
    timeline_of,
)
from rammevaerk.portal.agreement.queries.links import earlier_areas, earlier_initiatives
from rammevaerk.portal.agreement.queries.participation import (
    newest_counts,
    participation_matrix,
    participation_without_count,
    participations_of,
)
from rammevaerk.portal.agreement.queries.plan import (
    InitiativeView,
    MilestoneView,
    PlanFilter,
    PlanView,
    initiative_view,
    plan_view,
)
from rammevaerk.portal.agreement.queries.trail import trail_of_initiative

__all__ = [
    "InitiativeView",
    "MilestoneView",
    "PlanFilter",
    "PlanView",
    "agreements_with_editions",
    "annex_register",
    "area_summaries",
    "cooperations_without_agreement",
    "current_edition",
    "earlier_areas",
    "earlier_initiatives",
    "edition_switch",
    "editions",
    "goal_and_parent",
    "initiative_choices",
    "initiative_view",
    "latest_statuses",
    "lineage_of",
    "may_read_editions",
    "may_report_for",
    "newest_counts",
    "newest_status",
    "participant_name",
    "participation_matrix",
    "participation_without_count",
    "participations_of",
    "parties_of",
    "party_ids",
    "party_names",
    "plan_view",
    "possible_parties",
    "timeline_of",
    "trail_of_initiative",
]
