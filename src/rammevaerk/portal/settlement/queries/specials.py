"""Special payments as pages show them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.actions import Scope as Reach
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import cooperations, members_on, names_on
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.calculate.special import special_amounts, special_row
from rammevaerk.portal.settlement.models import SpecialPayment


@dataclass(frozen=True, slots=True)
class SpecialShown:
    """One special payment with what it comes to."""

    row: SpecialPayment
    month: str
    operator: str
    payer: str
    ore: int
    problem: str


def seen_specials(actor: Actor) -> "QuerySet[SpecialPayment]":
    """Those that hold and that the actor may see."""
    rows = visible(SpecialPayment.objects.all(), actor, Action.SETTLEMENT_READ)
    return rows.filter(superseded_at__isnull=True)


def shown_specials(rows: list[SpecialPayment], *, on: date) -> list[SpecialShown]:
    """What a list shows of some payments; each is priced with the others of its month."""
    ids = {one for row in rows for one in (row.operator_id, row.payer_id) if one is not None}
    names = names_on(sorted(ids), on=on, short=True)
    found = []
    for row in rows:
        same = SpecialPayment.objects.filter(
            operator_id=row.operator_id, month=row.month, superseded_at__isnull=True
        )
        amounts, findings = special_amounts([special_row(one) for one in same])
        own = [one for one in amounts if one.row.pk == row.pk]
        problem = next((one.message for one in findings if one.target == f"special:{row.pk}"), "")
        payers = {one.payer_id for one in own}
        payer = names.get(row.payer_id or 0, "") or f"{len(payers)} kommuner"
        found.append(
            SpecialShown(
                row,
                month_text_da(row.month),
                names.get(row.operator_id, ""),
                payer,
                sum(one.amount_ore for one in own),
                problem,
            )
        )
    return found


def parties(actor: Actor, *, on: date) -> tuple[int | None, list[Any], list[Any]]:
    """The cooperation, its municipalities, and those the actor may register for."""
    circle = cooperations(actor).order_by("name").first()
    if circle is None:
        return None, [], []
    members = [one.organisation for one in members_on(circle.pk, on=on)]
    names = names_on([one.pk for one in members], on=on, short=True)
    pairs = [
        (one.pk, names[one.pk])
        for one in members
        if one.kind in {"municipality", "region"} and one.pk in names
    ]
    pairs.sort(key=lambda pair: pair[1].casefold())
    payers = [pair for pair, _kind in _with_kinds(pairs, members) if _kind == "municipality"]
    own = pairs
    if actor.scope(Action.SETTLEMENT_RUN) is Reach.OWN:
        own = [pair for pair in pairs if pair[0] == actor.organisation_id]
    return circle.pk, payers, own


def _with_kinds(pairs: list[Any], members: list[Any]) -> list[tuple[Any, str]]:
    kinds = {one.pk: one.kind for one in members}
    return [(pair, kinds[pair[0]]) for pair in pairs]
