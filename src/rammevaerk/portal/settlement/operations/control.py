"""Having months controlled: what a payer should be charged, held against what it was."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, Decision, Refused, require_grant
from rammevaerk.portal.access.queries import actor_of, cooperations
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.queries.controlling import placements_paid_by
from rammevaerk.portal.placements.queries.settling import services_paid_by
from rammevaerk.portal.settlement import tasks
from rammevaerk.portal.settlement.calculate.control import (
    Part,
    control_month,
    full_prices,
    pack,
    seller_sums,
)
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import after_month, month_of, months_from
from rammevaerk.portal.settlement.calculate.truth import Settled, settle_scope
from rammevaerk.portal.settlement.models import ControlMonth
from rammevaerk.portal.settlement.queries.charges import charges_by_month, names_of

MOST_MONTHS = 36
_ACTION = Action.INVOICE_CONTROL
_State = ControlMonth.State


def payer_of(by: Actor) -> int:
    """The organisation somebody controls for: his own. Refused without the right."""
    require_grant(by, _ACTION)
    if by.organisation_id is None:
        raise Refused(Decision(False, _("Kun en betalingskommune kontrollerer regninger.")))
    return by.organisation_id


@transaction.atomic
def ask_control(months: Collection[date], *, by: Actor, at: datetime) -> list[ControlMonth]:
    """Have months of the actor's own charges controlled in the background.

    A month that is being calculated is calculated once more: it gives the same, or what came since.
    """
    payer = payer_of(by)
    wanted = sorted({day.replace(day=1) for day in months})
    if len(wanted) > MOST_MONTHS:
        raise ValidationError(_("Vælg højst %s måneder ad gangen.") % MOST_MONTHS)
    asked = {
        "state": _State.WORKING,
        "failure": "",
        "asked_at": at,
        "asked_by_id": by.person_id,
        "assignment_id": by.assignment_id,
    }
    held = ControlMonth.objects.select_for_update().filter(payer_id=payer, month__in=wanted)
    stored = {one.month: one for one in held.order_by("month")}
    for month in wanted:
        if month in stored:
            store_changes(stored[month], asked, _ACTION, by=by, at=at)
        else:
            stored[month] = store_new(
                ControlMonth(payer_id=payer, month=month, **asked), _ACTION, by=by, at=at
            )
    ids = [stored[month].pk for month in wanted]
    if ids:
        transaction.on_commit(lambda: tasks.control_months.enqueue(ids))
    return [stored[month] for month in wanted]


def work(ids: Sequence[int], *, at: datetime) -> None:
    """Calculate months that were asked for; all are of one payer. May be begun again."""
    rows = ControlMonth.objects.filter(pk__in=list(ids), state=_State.WORKING)
    found = list(rows.select_related("assignment__person").defer("content").order_by("month"))
    if not found:
        return
    by = _actor(found[0], at)
    try:
        require_grant(by, _ACTION)
        made = calculate(found[0].payer_id, [one.month for one in found], on=day_of(at))
    except Refused as refusal:
        _finish(found, {"state": _State.FAILED, "failure": str(refusal)[:500]}, by=by, at=at)
    except Exception:
        text = _("Der skete en fejl, som ikke er din. Prøv igen; hjælper det ikke, så sig til.")
        _finish(found, {"state": _State.FAILED, "failure": text}, by=by, at=at)
        raise
    else:
        for one in found:
            _finish([one], _values(made[one.month], on=day_of(at)), by=by, at=at)


def _actor(row: Any, at: datetime) -> Actor:
    """Who asked, in the role of then; with no right at all when he has it no more."""
    assignment = row.assignment
    if assignment is None:
        return Actor(label=_("Uden rolle")) if row.asked_by_id else Actor.system(_("Systemet"))
    found = actor_of(assignment.person, on=day_of(at), assignment_id=assignment.pk)
    return found if found.assignment_id == assignment.pk else Actor(label=found.label)


def calculate(payer_id: int, months: Sequence[date], *, on: date) -> dict[date, list[Part]]:
    """The parts of each month, from what is believed and charged now."""
    first, end = min(months), after_month(max(months))
    settled = _settled(payer_id, first, end)
    charges = charges_by_month(payer_id, months)
    also = {
        one.placement_id for own in charges.values() for one in own if one.placement_id is not None
    }
    places = placements_paid_by(payer_id, also)
    sellers = {one.operator_id for one in places.values()}
    sellers |= {line.operator_id for one in settled for line in one.lines}
    sellers |= {one.seller_id for own in charges.values() for one in own if one.seller_id}
    names = names_of(sellers, on=on)
    full = {key: ore for one in settled for key, ore in full_prices(one).items()}
    return {
        month: control_month(
            # What the payer owes itself nobody charges.
            [
                line
                for one in settled
                for line in one.of_month(month_of(month))
                if not line.internal
            ],
            full,
            charges.get(month, []),
            places,
            names,
        )
        for month in months
    }


def _settled(payer_id: int, first: date, end: date) -> list[Settled]:
    """What should be charged, in every cooperation where the payer buys."""
    services = services_paid_by(payer_id, first, end)
    count = (end.year - first.year) * 12 + end.month - first.month
    everywhere = cooperations(Actor.system(_("Kontrol"))).order_by("pk")
    return [
        settle_scope(
            Scope(circle.pk, service_ids=services, payer_id=payer_id), months_from(first, count)
        )
        for circle in everywhere
    ]


def _values(parts: Sequence[Part], *, on: date) -> dict[str, Any]:
    content = pack(parts)
    names = names_of({int(one.seller) for one in parts if one.seller.isdigit()}, on=on)
    return {
        "state": _State.DONE,
        "failure": "",
        "expected_ore": sum(one.expected_ore for one in parts),
        "charged_ore": sum(one.charged_ore for one in parts),
        "sellers": seller_sums(parts, names),
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


@transaction.atomic
def _finish(
    rows: Sequence[ControlMonth], values: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    for row in rows:
        stored = ControlMonth.objects.select_for_update().get(pk=row.pk)
        if stored.asked_at == row.asked_at:
            store_changes(stored, {**values, "calculated_at": at}, _ACTION, by=by, at=at)
