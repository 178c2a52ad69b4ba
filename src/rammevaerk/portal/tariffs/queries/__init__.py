"""What tariffs are asked for, by subject; already limited to what the actor may see."""

from typing import Any

from rammevaerk.portal.access.actions import Action


def may_read_tariffs(request: Any) -> bool:
    """Whether the main navigation shows «Økonomi»."""
    actor = getattr(request, "actor", None)
    return actor is not None and actor.scope(Action.TARIFF_READ) is not None
