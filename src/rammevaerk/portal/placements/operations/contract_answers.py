"""Two parties answer a contract: each for its own side, once; and how a contract ends."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import RevisionConflict, lock_seen, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.models import (
    Contract,
    ContractApproval,
    ContractVersion,
    Notice,
    Stay,
)
from rammevaerk.portal.placements.operations.contracts import WRITE, label_of
from rammevaerk.portal.placements.queries.contracts import (
    SIDE_ACTIONS,
    answers_of,
    current_version,
    holding,
    is_agreed,
)

Side = ContractApproval.Side


@transaction.atomic
def answer_contract(
    version: ContractVersion,
    side: str,
    *,
    approved: bool,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> ContractApproval:
    """Approve or refuse a version for a side, which the actor must have the right to.

    When both have approved, the contract or addendum is agreed. A refusal needs a reason and makes
    it a draft again. RevisionConflict when another version has been sent since this one was seen.
    """
    action = SIDE_ACTIONS[Side(side)]
    authorise(by, action, version.contract)
    # Two who answer at once: the second waits here, and sees what the first said.
    contract = Contract.objects.select_for_update().get(pk=version.contract_id)
    current = current_version(contract)
    if current is None or current.pk != version.pk:
        raise RevisionConflict(contract)
    if side in answers_of(current):
        raise ValidationError(_("Der er allerede svaret for din side."))
    if contract.under_way != Contract.UnderWay.SENT:
        raise RevisionConflict(contract)
    if not approved and not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor du afviser, så det kan rettes.")})
    answer = store_new(
        ContractApproval(
            version=current,
            side=side,
            approved=approved,
            reason=reason.strip(),
            by_label=label_of(by),
            by_id=by.person_id,
            at=at,
        ),
        action, by=by, at=at,
    )  # fmt: skip
    stored = ContractVersion.objects.get(pk=current.pk)
    if not approved:
        store_changes(contract, {"under_way": Contract.UnderWay.DRAFT}, action, by=by, at=at)
    elif is_agreed(stored):
        store_changes(contract, _agreed(contract, stored, at), action, by=by, at=at)
    return answer


def _agreed(contract: Contract, version: ContractVersion, at: datetime) -> dict[str, Any]:
    """What becomes of the contract when both have approved the version."""
    values: dict[str, Any] = {"under_way": "", "draft": None}
    if version.number == 0:
        return {**values, "agreed_at": at}
    ends = version.content["written"].get("valid_to")
    ends_on = date.fromisoformat(ends) if ends else None
    if ends_on != contract.valid_to:
        reason = _("Aftalt i tillæg %s") % version.number if ends_on else ""
        values |= {"valid_to": ends_on, "ended_reason": reason}
    return values


def earliest_end(contract: Contract, on: date) -> date:
    """The first day on which a party may let the contract no longer hold.

    What a notice of the placement or its discharge says; else the rest of the month and the months
    of notice that are agreed.
    """
    days = [_by_notice(contract, on)]
    notice = Notice.objects.filter(
        placement_id=contract.placement_id, withdrawn_at__isnull=True
    ).first()
    if notice is not None:
        days.append(notice.ends_on)
    stays = Stay.objects.filter(placement_id=contract.placement_id, superseded_at__isnull=True)
    left = [row.valid_to for row in stays]
    if left and None not in left:
        days.append(max(one for one in left if one).date() + timedelta(days=1))
    return max(min(days), contract.valid_from + timedelta(days=1))


def _by_notice(contract: Contract, on: date) -> date:
    held = holding(contract, max(on, contract.valid_from))
    text = held.content["fields"].get("notice_months", "") if held else ""
    months = int(text) if text.isascii() and text.isdigit() else 1
    month = on.month + months
    year, month = on.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1]) + timedelta(days=1)


@transaction.atomic
def end_contract(
    contract: Contract,
    *,
    ends_on: date,
    reason: str,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> Contract:
    """Let an agreed contract hold no longer than to the day (the first it does not hold).

    A day before the notice has run out is refused: that is agreed by both, in an addendum.
    """
    stored = lock_seen(contract, WRITE, seen=seen, by=by)
    if stored.agreed_at is None:
        raise ValidationError(_("Kontrakten er ikke indgået. Opgiv kladden i stedet."))
    today = day_of(at)
    if stored.valid_to is not None and stored.valid_to <= today:
        raise ValidationError(_("Kontrakten er allerede ophørt."))
    if stored.under_way:
        raise ValidationError(_("Der er et tillæg på vej. Gør det færdigt, eller opgiv det først."))
    if not reason.strip():
        raise ValidationError({"ended_reason": _("Skriv, hvorfor kontrakten ophører.")})
    earliest = earliest_end(stored, today)
    if ends_on < earliest:
        raise ValidationError(
            {
                "ends_on": _(
                    "Kontrakten kan tidligst ophøre, så %s er den første dag, den ikke gælder."
                )
                % date_text_da(earliest)
            }
        )
    if stored.valid_to is not None and ends_on > stored.valid_to:
        raise ValidationError(
            {"ends_on": _("Den ophører allerede før. En forlængelse er en ny kontrakt.")}
        )
    values = {"valid_to": ends_on, "ended_reason": reason.strip()}
    store_changes(stored, values, WRITE, by=by, at=at)
    return stored
