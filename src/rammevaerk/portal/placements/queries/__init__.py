"""Reads of placements and contracts, by subject."""

from typing import Any

from rammevaerk.portal.access.actions import Action


def may_read_placements(request: Any) -> bool:
    """Whether the actor sees any placement at all."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.PLACEMENT_READ) is not None


def may_manage_terms(request: Any) -> bool:
    """Whether the actor sets the terms of settlement."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.TERMS_MANAGE) is not None


def may_read_templates(request: Any) -> bool:
    """Whether the actor sees how the standard contract is used."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.TEMPLATE_READ) is not None
