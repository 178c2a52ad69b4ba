"""How areas and initiatives follow those of earlier editions: saying it, and taking it back."""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import lock_seen, store_new, store_removal
from rammevaerk.portal.agreement.models import (
    AreaSuccession,
    DevelopmentArea,
    Edition,
    Initiative,
    InitiativeSuccession,
)

LinkT = TypeVar("LinkT", AreaSuccession, InitiativeSuccession)


@transaction.atomic
def link_areas(
    predecessor: DevelopmentArea, successor: DevelopmentArea, *, by: Actor, at: datetime
) -> AreaSuccession:
    """Say that an area goes on in a later edition."""
    return _link(AreaSuccession(predecessor=predecessor, successor=successor), by=by, at=at)


@transaction.atomic
def link_initiatives(
    predecessor: Initiative, successor: Initiative, *, by: Actor, at: datetime
) -> InitiativeSuccession:
    """Say that an initiative goes on as one of a later edition."""
    return _link(InitiativeSuccession(predecessor=predecessor, successor=successor), by=by, at=at)


def _link(link: LinkT, *, by: Actor, at: datetime) -> LinkT:
    authorise(by, Action.PLAN_EDIT, link.successor)
    _refuse_backwards(link.predecessor.edition, link.successor.edition)
    if link.successor.origins.filter(predecessor_id=link.predecessor_id).exists():
        raise ValidationError(_("Den forbindelse findes allerede."))
    return store_new(link, Action.PLAN_EDIT, by=by, at=at)


def _refuse_backwards(earlier: Edition, later: Edition) -> None:
    if earlier.agreement_id != later.agreement_id or earlier.valid_from >= later.valid_from:
        raise ValidationError(_("En forgænger skal stå i en tidligere udgave af samme aftale."))


@transaction.atomic
def unlink(
    link: AreaSuccession | InitiativeSuccession,
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Take back that one goes on as the other; ``seen`` as in lock_seen."""
    link = lock_seen(link, Action.PLAN_EDIT, seen=seen, by=by)
    store_removal(link, Action.PLAN_EDIT, by=by, at=at)
