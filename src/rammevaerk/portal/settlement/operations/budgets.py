"""Registering what a buyer has set aside for placements in a year."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant
from rammevaerk.portal.access.saving import store_new, take_turn
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement.models import SpendBudget

_YEARS = 5


@transaction.atomic
def register_budget(
    organisation_id: int,
    year: int,
    amount_ore: int,
    *,
    note: str = "",
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> SpendBudget:
    """Register a year's budget in øre; the newest row holds. ``seen`` is the one that was shown.

    ValidationError for a year far off, the same again, or when another was registered meanwhile.
    """
    require_grant(by, Action.INVOICE_CONTROL)
    if abs(year - day_of(at).year) > _YEARS:
        raise ValidationError({"year": _("Vælg et år højst %s år fra nu.") % _YEARS})
    take_turn(organisation_id)
    rows = SpendBudget.objects.filter(organisation_id=organisation_id, year=year)
    newest = rows.order_by("-registered_at", "-pk").first()
    if (newest.pk if newest else None) != seen:
        raise ValidationError(
            _("En anden har registreret budgettet for %s imens. Se det, og prøv igen.") % year
        )
    if newest and newest.amount_ore == amount_ore:
        raise ValidationError({"amount": _("Budgettet er allerede det samme.")})
    row = SpendBudget(
        organisation_id=organisation_id,
        year=year,
        amount_ore=amount_ore,
        note=note,
        registered_at=at,
    )
    store_new(row, Action.INVOICE_CONTROL, by=by, at=at)
    authorise(by, Action.INVOICE_CONTROL, row)
    return row
