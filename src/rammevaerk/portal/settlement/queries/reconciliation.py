"""A statement's lines with the seller's days and the buyer's side by side."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.placements.queries.reconciling import (
    Counting,
    counting_of,
    presence,
)
from rammevaerk.portal.settlement.calculate.reconciliation import (
    ComparedLine,
    Comparison,
    as_records,
    compare_lines,
    month_after,
)
from rammevaerk.portal.settlement.models import (
    BuyerRecord,
    LineAnswer,
    LineStanding,
    RunSnapshot,
    SettlementLine,
    Statement,
)
from rammevaerk.portal.settlement.models.lines import LineKind

# Months in which nobody said how days are counted: as most agreements have it.
_USUAL = Counting(hotel=False, absence_full_days=366)
_BATCH = 5_000
# Came, left, and absences as stored.
Moments = Sequence[tuple[datetime, datetime | None, Sequence[Sequence[str]]]]


@dataclass(frozen=True, slots=True)
class Agreeable:
    """The open lines about whose days the parties do not differ; `print` tells the set apart.

    `recorded` of them have days that the buyer registered itself.
    """

    line_ids: tuple[int, ...]
    recorded: int
    print: str

    @property
    def count(self) -> int:
        """How many lines."""
        return len(self.line_ids)


def comparisons(
    statement: Statement, line_ids: Collection[int] | None = None
) -> dict[int, Comparison]:
    """How the parties' days compare, for the lines of placements that the buyer has registered.

    A line that is for no stay, and one that takes another back, has no days to compare. Lines are
    read by the statement, which the actor has been found to see.
    """
    recorded = BuyerRecord.objects.filter(
        payer_id=statement.payer_id, superseded_at__isnull=True
    ).order_by()
    rows = SettlementLine.objects.filter(
        statement=statement,
        kind=LineKind.STAY,
        reverses__isnull=True,
        placement_id__in=recorded.values("placement_id"),
    )
    if line_ids is not None:
        # A placement's other lines of the month may hold the day.
        near = SettlementLine.objects.filter(pk__in=line_ids).order_by().values("placement_id")
        rows = rows.filter(placement_id__in=near)
    lines = [
        ComparedLine(*row)
        for row in rows.order_by("pk").values_list(
            "pk", "placement_id", "service_id", "valid_from", "valid_to", "days"
        )
    ]
    return compare(statement, lines) if lines else {}


def compare(statement: Statement, lines: Collection[ComparedLine]) -> dict[int, Comparison]:
    """Hold lines against what the buyer has registered of their placements."""
    own = moments_of(statement.payer_id, {one.placement_id for one in lines})
    return compare_with(statement, lines, own)


def compare_with(
    statement: Statement, lines: Collection[ComparedLine], own: Mapping[int, Moments]
) -> dict[int, Comparison]:
    """Hold lines against these stays of the buyer's, stored or not."""
    found: dict[int, Comparison] = {}
    known = known_of(statement)
    counting = counting_for(lines, known=known)
    # A statement is for one month, and now and then corrects others.
    for month in {one.month for one in lines}:
        of_month = [one for one in lines if one.month == month]
        here = presence(
            {one.placement_id for one in of_month if one.placement_id in own},
            statement.payer_id,
            month,
            month_after(month),
            known=known,
        )
        how = {one.placement_id: counting[one.pk] for one in of_month}
        found |= compare_lines(
            of_month,
            {pk: here.records(pk, one) for pk, one in how.items()},
            {pk: as_records(own[pk], one) for pk, one in how.items() if pk in own},
            here.paid,
            {pk: days for pk, one in how.items() if (days := here.kept(pk, one))},
        )
    return found


def known_of(statement: Statement) -> datetime:
    """The moment whose knowledge the statement was made from."""
    stored = RunSnapshot.objects.filter(run_id=statement.run_id).values_list("stored_at", flat=True)
    return stored.first() or statement.run.created_at


def counting_for(lines: Collection[ComparedLine], *, known: datetime) -> dict[int, Counting]:
    """How days were counted at the lines' services in their months, by line."""
    services = {one.service_id for one in lines}
    found = counting_of(services, {one.month for one in lines}, known=known)
    return {one.pk: found.get((one.service_id, one.month), _USUAL) for one in lines}


def moments_of(payer_id: int, placement_ids: Collection[int]) -> dict[int, Moments]:
    """When citizens came, left and were away, as a buyer believes now, by placement."""
    rows = records_of(payer_id, placement_ids)
    return {pk: [_moments(row) for row in own] for pk, own in rows.items()}


def _moments(row: Any) -> tuple[datetime, datetime | None, Sequence[Sequence[str]]]:
    return row.valid_from, row.valid_to, row.absences


def records_of(payer_id: int, placement_ids: Collection[int]) -> dict[int, list[BuyerRecord]]:
    """What a buyer believes now of when citizens came and left, by placement."""
    found: dict[int, list[BuyerRecord]] = defaultdict(list)
    rows = BuyerRecord.objects.filter(payer_id=payer_id, superseded_at__isnull=True)
    if len(placement_ids) <= _BATCH:
        rows = rows.filter(placement_id__in=list(placement_ids))
    for row in rows.order_by("placement_id", "valid_from"):
        if row.placement_id in placement_ids:
            found[row.placement_id].append(row)
    return found


def agreeable(
    statement: Statement, actor: Actor, compared: Mapping[int, Comparison] | None = None
) -> Agreeable:
    """The open lines without differences, as the actor may agree to them.

    A line that the buyer has objected to is never among them: it is answered by itself.
    `compared` are the statement's comparisons where they have been made already.
    """
    if not visible(
        Statement.objects.filter(pk=statement.pk), actor, Action.SETTLEMENT_READ
    ).exists():
        return Agreeable((), 0, "")
    (waiting,) = _waiting([statement]).values()
    found = comparisons(statement) if compared is None else compared
    fine = [pk for pk in waiting if pk not in found or not found[pk].differences]
    recorded = sum(1 for pk in fine if pk in found and found[pk].recorded)
    return Agreeable(tuple(fine), recorded, _print(fine))


def agreeable_lines(statements: Sequence[Statement], actor: Actor) -> set[int]:
    """The lines of `agreeable` for many statements at once, without what tells the sets apart."""
    ids = [one.pk for one in statements]
    rows = visible(Statement.objects.filter(pk__in=ids), actor, Action.SETTLEMENT_READ)
    seen = set(rows.values_list("pk", flat=True))
    recording = set(
        BuyerRecord.objects.filter(superseded_at__isnull=True)
        .order_by()
        .values_list("payer_id", flat=True)
        .distinct()
    )
    found: set[int] = set()
    for statement, waiting in _waiting([one for one in statements if one.pk in seen]).items():
        # A buyer that has registered nothing has nothing to differ in.
        compared = comparisons(statement) if statement.payer_id in recording else {}
        found |= {pk for pk in waiting if pk not in compared or not compared[pk].differences}
    return found


def _waiting(statements: Sequence[Statement]) -> dict[Statement, list[int]]:
    """The open lines of statements in order, without those that the buyer has objected to."""
    ids = [one.pk for one in statements]
    objected = LineAnswer.objects.filter(
        line__statement__in=ids, verdict=LineAnswer.Verdict.DISPUTED
    )
    apart = set(objected.values_list("line_id", flat=True))
    rows = LineStanding.objects.filter(
        line__statement__in=ids, state=LineStanding.State.OPEN
    ).values_list("line__statement_id", "line_id")
    found: dict[int, list[int]] = {pk: [] for pk in ids}
    for statement_id, line_id in rows.order_by("line_id"):
        if line_id not in apart:
            found[statement_id].append(line_id)
    return {one: found[one.pk] for one in statements}


def _print(line_ids: Iterable[int]) -> str:
    text = ",".join(map(str, line_ids))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
