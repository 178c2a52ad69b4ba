"""Special payments: registered month by month, corrected by a newer row, withdrawn."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.findings import Severity
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.actions import Scope as Reach
from rammevaerk.portal.access.policy import Actor, Decision, Refused, require_grant
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new, take_turn
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.calculate.special import special_amounts, special_row
from rammevaerk.portal.settlement.models import SpecialPayment

_ACTION = Action.SETTLEMENT_RUN
_PRICE_LEVELS = range(2000, 2101)


@transaction.atomic
def register_special(
    cooperation_id: int,
    kind: str,
    month: date,
    label: str,
    data: Mapping[str, Any],
    *,
    operator_id: int,
    payer_id: int | None,
    by: Actor,
    at: datetime,
) -> SpecialPayment:
    """Register days, counts or costs of a month; the next run of the operator bills them.

    ValidationError says why the engine's rule does not fit them.
    """
    require_grant(by, _ACTION)
    own = by.scope(_ACTION) is Reach.OWN
    if not by.is_system and (
        cooperation_id not in by.cooperation_ids or (own and operator_id != by.organisation_id)
    ):
        raise Refused(Decision(False, _("Du kan kun registrere for din egen organisation.")))
    row = SpecialPayment(
        cooperation_id=cooperation_id,
        operator_id=operator_id,
        reporter_id=operator_id,
        payer_id=payer_id,
        kind=kind,
        month=month,
        label=label,
        data=dict(data),
        registered_at=at,
        registered_by_id=by.person_id,
    )
    take_turn(operator_id)
    _refuse_again(row)
    _refuse_days(row)
    _refuse_unfit(row)
    return store_new(row, _ACTION, by=by, at=at)


def _refuse_again(row: SpecialPayment) -> None:
    """Sent twice it would be billed twice."""
    columns = ("operator_id", "payer_id", "kind", "month", "label", "data")
    said = {name: getattr(row, name) for name in columns}
    if SpecialPayment.objects.filter(**said, superseded_at__isnull=True).exists():
        raise ValidationError(
            _("Den betaling er allerede registreret. Er det en anden, så giv den en anden ")
            + _("betegnelse.")
        )


def _refuse_days(row: SpecialPayment) -> None:
    """What is paid for in a month did not begin after it."""
    for name in ("day", "first_day", "start"):
        written = row.data.get(name)
        if written and date.fromisoformat(written) >= after_month(row.month):
            raise ValidationError({name: _("Dagen ligger efter den måned, der betales for.")})
    level = row.data.get("price_level")
    if level is not None and level not in _PRICE_LEVELS:
        raise ValidationError({"price_level": _("Prisniveau år %s findes ikke.") % level})


def _refuse_unfit(row: SpecialPayment) -> None:
    row.pk = 0
    _amounts, findings = special_amounts([special_row(row)])
    row.pk = None
    errors = [one.message for one in findings if one.severity is Severity.ERROR]
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def withdraw_special(
    row: SpecialPayment, *, seen: str | None = None, by: Actor, at: datetime
) -> None:
    """Let a special payment hold no more; what was billed of it is credited by the next run."""
    stored = lock_seen(row, _ACTION, seen=seen, by=by)
    if stored.superseded_at is not None:
        raise ValidationError(_("Betalingen er allerede trukket tilbage."))
    store_changes(stored, {"superseded_at": at}, _ACTION, by=by, at=at)
