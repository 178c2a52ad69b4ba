"""A contract as it would be sent now: what is typed, what the placement fills in, the clauses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.placements.calculate.contract_text import (
    Clause,
    StandardClause,
    clauses_of,
    content_of,
)
from rammevaerk.portal.placements.contract_fields import FIELDS, TYPED
from rammevaerk.portal.placements.models import Contract, ContractTemplate, Placement
from rammevaerk.portal.placements.queries.contract_facts import Facts, facts_of, with_related

# Both parties see the same facts, whatever else each may see.
_CONTRACT = Actor.system("Kontrakt")


def standard_of(template: ContractTemplate | None) -> list[StandardClause]:
    """The clauses of a template in order; none for a contract outside the standard."""
    if template is None:
        return []
    rows = template.clauses.order_by("position")
    return [StandardClause(row.key, row.heading, row.text) for row in rows]


def draft_day(contract: Contract) -> date:
    """The first day of what is being written."""
    return date.fromisoformat(contract.draft["valid_from"])


def draft_end(contract: Contract) -> date | None:
    """The first day after what is being written, where an end is agreed."""
    text = contract.draft.get("valid_to")
    return date.fromisoformat(text) if text else None


def fields_of(facts: Mapping[str, str], typed: Mapping[str, str]) -> Facts:
    """Every field: what is typed before what the placement says before the usual."""
    found = {name: field.default for name, field in FIELDS.items()} | dict(facts)
    return found | {name: value for name, value in typed.items() if name in TYPED}


def drafted_fields(contract: Contract) -> Facts:
    """The fields of the draft as they are now."""
    day = draft_day(contract)
    placement = with_related(Placement.objects.all()).get(pk=contract.placement_id)
    facts = facts_of(
        [placement], _CONTRACT, on={placement.pk: day}, ends={placement.pk: draft_end(contract)}
    )[placement.pk]
    return fields_of(facts, contract.draft["fields"])


def drafted_clauses(contract: Contract) -> list[Clause]:
    """The clauses of the draft with their placeholders."""
    return clauses_of(standard_of(contract.template), contract.draft["clauses"])


def drafted_content(contract: Contract) -> dict[str, Any]:
    """What would be frozen if the draft were sent now."""
    return content_of(drafted_fields(contract), standard_of(contract.template), contract.draft)
