"""How the stays at a service are settled from a month on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.placements.models import SettlementTerms
from rammevaerk.portal.placements.operations.versions import put

MANAGE = Action.TERMS_MANAGE
_SHARE, _OVER, _DAYS = 100, 500, 30


@transaction.atomic
def set_terms(
    service: Any, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> SettlementTerms:
    """Settle by these terms from the first of a month until what is next said of.

    `values` has the columns of SettlementTerms but the service. ValidationError says which field
    is wrong; the payment days are at most 30, as for every public buyer.
    """
    authorise(by, MANAGE, service)
    # Two who change the terms of a service at once wait for each other.
    service = services_of(by, on=None).select_for_update(of=("self",)).get(pk=service.pk)
    first: date = values["valid_from"]
    if first.day != 1:
        raise ValidationError({"valid_from": _("Vilkår gælder fra den første i en måned.")})
    end: date | None = values.get("valid_to")
    if end is not None and (end.day != 1 or end <= first):
        raise ValidationError({"valid_to": _("Vilkår gælder hele måneder; vælg en senere måned.")})
    _require_limits(values)
    new = SettlementTerms(service_id=service.pk, registered_at=at, **values)
    rows = SettlementTerms.objects.filter(service_id=service.pk)
    return put(rows, new, MANAGE, by=by, at=at, reason=values.get("source", ""))


def _require_limits(values: Mapping[str, Any]) -> None:
    for name in ("absence_basis_pct", "absence_service_pct"):
        if not 0 <= values[name] <= _SHARE:
            raise ValidationError({name: _("Skriv en procent mellem 0 og 100.")})
    for name in ("notice_basis_pct", "notice_service_pct"):
        if not 0 <= values.get(name, _SHARE) <= _SHARE:
            raise ValidationError({name: _("Skriv en procent mellem 0 og 100.")})
    if not 0 <= values.get("over_cap_pct", _SHARE) <= _OVER:
        raise ValidationError({"over_cap_pct": _("Skriv en procent mellem 0 og 500.")})
    if not 1 <= values.get("payment_days", _DAYS) <= _DAYS:
        raise ValidationError(
            {
                "payment_days": _(
                    "Betalingsfristen er mellem 1 og 30 dage; offentlige købere må ikke aftale"
                    " længere."
                )
            }
        )
