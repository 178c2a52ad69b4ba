"""What the frame of every page shows: who is here, where one can go."""

from typing import Any

from django.conf import settings

import rammevaerk
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.queries import NOBODY, names_on
from rammevaerk.portal.common.navigation import editions_for, entries_for, rooms_for


def frame(request: Request) -> dict[str, Any]:
    """The variable ``frame`` of base.html."""
    actor = getattr(request, "actor", NOBODY)
    authenticated = actor.person_id is not None
    return {
        "frame": {
            "authenticated": authenticated,
            "actor_label": actor.label,
            "organisation_label": actor.organisation_label,
            "role_label": actor.role.label if actor.role else "",
            "assignments": _assignments(request) if authenticated else [],
            "navigation": entries_for(request) if authenticated else [],
            "rooms": rooms_for(request) if authenticated else [],
            "editions": editions_for(request) if authenticated else [],
            "version": rammevaerk.__version__,
            "demonstration": settings.DEMONSTRATION,
            "as_of": getattr(request, "at", None),
        }
    }


def _assignments(request: Request) -> list[dict[str, Any]]:
    held = request.held_roles
    if len(held) <= 1:
        # Nothing to switch between.
        return []
    names = names_on([row.organisation_id for row in held], on=request.today, short=True)
    return [
        {
            "id": row.pk,
            "label": f"{row.get_role_display()}, {names[row.organisation_id]}",
            "current": row.pk == request.actor.assignment_id,
        }
        for row in held
    ]
