"""Keeping how organisations are billed and paid, from a day on."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.invoice.paper import is_cvr, is_gln
from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, Decision, Refused, authorise, require_grant
from rammevaerk.portal.access.queries import circles_of
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement.models import BillingParty

_ACTION = Action.INVOICE_ISSUE


def keepers(organisation_ids: Collection[int], by: Actor, *, on: date) -> dict[int, int]:
    """Who keeps an organisation's billing details when the actor registers them, by its id.

    The organisation itself when it is in a cooperation, and then only itself and its secretariat
    register them. For one that is in none it is whoever does so first. No key: he may not.
    """
    scope = by.scope(_ACTION)
    if scope is None:
        return {}
    circles = circles_of(organisation_ids, on=on)
    taken = BillingParty.objects.filter(organisation_id__in=set(organisation_ids))
    others = set(
        taken.exclude(keeper_id=by.organisation_id).values_list("organisation_id", flat=True)
    )
    found: dict[int, int] = {}
    for pk in organisation_ids:
        shares = scope is Scope.COOPERATION and circles.get(pk, set()) & by.cooperation_ids
        if scope is Scope.EVERYWHERE or pk == by.organisation_id or shares:
            found[pk] = pk
        elif pk not in circles and pk not in others and by.organisation_id is not None:
            found[pk] = by.organisation_id
    return found


@transaction.atomic
def register_party(
    organisation: Any, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> BillingParty:
    """Register details that hold from a day; those that held until then end.

    ValidationError when others begin on that day already: those are corrected instead.
    """
    require_grant(by, _ACTION)
    keeper_id = keepers([organisation.pk], by, on=day_of(at)).get(organisation.pk)
    if keeper_id is None:
        raise Refused(
            Decision(False, _("Organisationen vedligeholder selv sine faktureringsoplysninger."))
        )
    # Locked in one order, so that two who register at once wait for each other.
    rows = BillingParty.objects.select_for_update(of=("self",)).filter(organisation=organisation)
    held = list(rows.order_by("valid_from"))
    since: date = values["valid_from"]
    if any(one.valid_from == since for one in held):
        text = _("Der er allerede oplysninger, som gælder fra %s. Ret dem i stedet.")
        raise ValidationError({"valid_from": text % date_text_da(since)})
    for one in held:
        if one.valid_from < since and (one.valid_to is None or one.valid_to > since):
            store_changes(one, {"valid_to": since}, _ACTION, by=by, at=at)
    until = min((one.valid_from for one in held if one.valid_from > since), default=None)
    row = BillingParty(
        organisation=organisation,
        keeper_id=keeper_id,
        valid_to=until,
        **_sound(values, organisation),
    )
    store_new(row, _ACTION, by=by, at=at)
    authorise(by, _ACTION, row)
    return row


@transaction.atomic
def revise_party(
    party: BillingParty,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Correct details. Invoices that are issued keep what they said."""
    stored = lock_seen(party, _ACTION, seen=seen, by=by)
    kept = {name: value for name, value in values.items() if name != "valid_from"}
    return store_changes(stored, _sound(kept, stored.organisation), _ACTION, by=by, at=at)


def _sound(values: Mapping[str, Any], organisation: Any) -> dict[str, Any]:
    """The values as they may stand on an invoice: no stray spaces, numbers that can be right.

    The CVR number is that of the register of organisations where it has one, as in contracts.
    """
    found = {
        name: " ".join(value.split()) if isinstance(value, str) else value
        for name, value in values.items()
    }
    problems: dict[str, str] = {}
    if not is_cvr(found["cvr"]):
        problems["cvr"] = (
            _("«%s» er ikke et gyldigt CVR-nummer: det har otte cifre, og det sidste er kontrol.")
            % found["cvr"]
        )
    elif organisation.cvr and found["cvr"] != organisation.cvr:
        text = _(
            "Organisationen er registreret med CVR-nummer %s, og det står også i dens kontrakter. "
            "Skriv det, eller få organisationens nummer rettet."
        )
        problems["cvr"] = text % organisation.cvr
    if found["gln"] and not is_gln(found["gln"]):
        problems["gln"] = (
            _("«%s» er ikke et gyldigt EAN-nummer: det har 13 cifre, og det sidste er kontrol.")
            % found["gln"]
        )
    if bool(found["bank_registration"]) != bool(found["bank_account"]):
        problems["bank_account"] = _("Skriv både registreringsnummer og kontonummer, eller ingen.")
    if problems:
        raise ValidationError(problems)
    return found
