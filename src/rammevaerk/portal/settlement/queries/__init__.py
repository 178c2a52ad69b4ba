"""What is asked about settlement and invoices; limited to what the actor may see."""

from typing import Any

from rammevaerk.portal.access.actions import Action


def may_read_invoices(request: Any) -> bool:
    """Whether «Økonomi» has a room of invoices for somebody."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.INVOICE_READ) is not None


def may_read_settlements(request: Any) -> bool:
    """Whether «Afregning» stands under «Økonomi»."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.SETTLEMENT_READ) is not None


def may_buy(request: Any) -> bool:
    """Whether «Økonomi» has a room of what is bought for somebody."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.INVOICE_CONTROL) is not None


def may_see_signs(request: Any) -> bool:
    """Whether «Økonomi» has a room of signs of irregularity for somebody."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.IRREGULARITY_READ) is not None
