"""What a buyer itself has of when citizens came and left: typed one by one, or many from a file."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.bulk import record_load, store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement.calculate.buyer_claims import (
    Claim,
    claim_of,
    clash_of,
    overlap,
    problem_of,
)
from rammevaerk.portal.settlement.models import BuyerRecord, SettlementLine, Statement


@transaction.atomic
def keep_claims(
    statement: Statement,
    claims: Sequence[Claim],
    *,
    source: str,
    without: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> int:
    """Keep stays as the buyer of a statement has them; returns how many are new or other.

    What overlaps a new one is superseded by it, and so are the rows ``without`` names; the same
    said again changes nothing. The placements must stand on a statement to this buyer. All of
    them or none, with one line in the trail.
    """
    authorise(by, Action.SETTLEMENT_ANSWER, statement)
    for claim in claims:
        if problem := problem_of(claim, today=day_of(at)):
            raise ValidationError(problem)
    if clash := clash_of(claims):
        raise ValidationError(clash)
    payer = statement.payer_id
    _refuse_strangers(payer, {one.placement_id for one in claims})
    held = _held(payer, {one.placement_id for one in claims}, without)
    said = {row.pk: claim_of(row) for row in held}
    same = set(said.values()) & set(claims)
    new = [one for one in dict.fromkeys(claims) if one not in same]
    by_placement: dict[int, list[Claim]] = {}
    for one in new:
        by_placement.setdefault(one.placement_id, []).append(one)
    gone = [
        row
        for row in held
        if said[row.pk] not in same
        and (
            row.pk in without
            or any(overlap(said[row.pk], one) for one in by_placement.get(row.placement_id, ()))
        )
    ]
    if not new and not gone:
        return 0
    for row in gone:
        row.superseded_at = at
    BuyerRecord.objects.filter(pk__in=[row.pk for row in gone]).update(superseded_at=at)
    rows = [
        BuyerRecord(payer_id=payer, source=source[:200], registered_at=at, **one.columns())
        for one in new
    ]
    store_rows(rows)
    entries = [{**one.columns(), "payer": payer} for one in new]
    record_load(
        statement.run.cooperation,
        Action.SETTLEMENT_ANSWER,
        entries,
        {BuyerRecord: [*gone, *rows]},
        by=by,
        at=at,
    )
    return len(rows) or len(gone)


def _held(payer_id: int, placement_ids: set[int], without: Sequence[int]) -> list[BuyerRecord]:
    """The rows believed now that the claims may touch, locked."""
    rows = BuyerRecord.objects.filter(payer_id=payer_id, superseded_at__isnull=True)
    ids = list(placement_ids)
    found: dict[int, BuyerRecord] = {}
    for first in range(0, max(len(ids), 1), 5_000):
        chosen = Q(placement_id__in=ids[first : first + 5_000]) | Q(pk__in=list(without))
        locked = rows.filter(chosen).select_for_update(of=("self",)).order_by("pk")
        found |= {row.pk: row for row in locked}
    return list(found.values())


def _refuse_strangers(payer_id: int, placement_ids: set[int]) -> None:
    billed = SettlementLine.objects.filter(statement__payer_id=payer_id)
    ids = list(placement_ids)
    for first in range(0, len(ids), 5_000):
        chosen = ids[first : first + 5_000]
        known = billed.filter(placement_id__in=chosen).order_by()
        if known.values("placement_id").distinct().count() != len(chosen):
            raise ValidationError(_("En af borgerne står ikke på nogen opgørelse til jer."))
