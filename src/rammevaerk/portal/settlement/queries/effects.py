"""What the parties' disagreements about days are worth, line by line."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from rammevaerk.engine.tables import OPEN, moment_of
from rammevaerk.portal.settlement.calculate.effects import Effect, effects
from rammevaerk.portal.settlement.calculate.gathering import gather
from rammevaerk.portal.settlement.calculate.reconciliation import ComparedLine, as_records
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import Snapshot, month_of, months_from
from rammevaerk.portal.settlement.models import Statement
from rammevaerk.portal.settlement.queries.reconciliation import counting_for, known_of, moments_of


def effects_of(statement: Statement, lines: Collection[ComparedLine]) -> dict[int, Effect]:
    """What lines cost by the seller's days and by the buyer's, in øre.

    Made from what was known when the run was made, whole services at a time, by the function that
    made the run. A line whose days cannot be found there is left out.
    """
    found: dict[int, Effect] = {}
    by_month: dict[date, list[ComparedLine]] = defaultdict(list)
    for line in lines:
        by_month[line.month].append(line)
    for month, of_month in by_month.items():
        found |= _of_month(statement, month, of_month)
    return found


def _of_month(
    statement: Statement, month: date, lines: Collection[ComparedLine]
) -> dict[int, Effect]:
    scope = Scope(
        statement.run.cooperation_id,
        service_ids={line.service_id for line in lines},
        placement_ids={line.placement_id for line in lines},
    )
    known = known_of(statement)
    snapshot = gather(scope, months_from(month, 1), known=known)
    own = moments_of(statement.payer_id, {line.placement_id for line in lines})
    counting = counting_for(lines, known=known)
    keys, buyer, roundings = {}, {}, {}
    for line in lines:
        row = _row_of(snapshot, statement.payer_id, line)
        if row is None:
            continue
        part = snapshot.parts[row]
        keys[line.pk] = part.key
        roundings[part.key] = part.rounding
        buyer[part.key] = as_records(own.get(line.placement_id, []), counting[line.pk])
    settled = effects(snapshot.tables, roundings, month_of(month), buyer)
    return {pk: settled[key] for pk, key in keys.items() if key in settled}


def _row_of(snapshot: Snapshot, payer_id: int, line: ComparedLine) -> int | None:
    """The part of a stay that a line is for: its own payer's, with the line's first day in it."""
    placements, payers = snapshot.tables.placements, snapshot.tables.domains["payer"]
    for row, part in enumerate(snapshot.parts):
        if part.placement_id != line.placement_id:
            continue
        if int(payers.label(int(placements.payer[row]))) != payer_id:
            continue
        end = int(placements.end[row])
        begins = moment_of(int(placements.start[row])).date()
        if begins <= line.first and (end == OPEN or moment_of(end).date() >= line.first):
            return row
    return None
