"""What an uploaded workbook would change: shown before anything is saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rammevaerk.exchange.action_plan.rows import (
    COLUMNS,
    Column,
    PlanRow,
    cell_fingerprint,
    values,
)
from rammevaerk.exchange.action_plan.workbook import ReadPlan, ReadRow


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell somebody changed in the file: what the system has now, and what the file says.

    `overtaken` when the system's own value has changed since the export, so that taking the
    file's would undo somebody else's work.
    """

    initiative_id: str
    row_number: int
    number: str
    title: str
    column: Column
    before: str
    after: str
    overtaken: bool


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Everything the file would change, in the order of the file.

    `readonly` are changes in columns that are not taken from a file, `missing` rows that were
    exported and have been removed from it, `unknown` rows whose key the plan does not have.
    """

    changed: tuple[CellChange, ...]
    readonly: tuple[CellChange, ...]
    new: tuple[ReadRow, ...]
    missing: tuple[PlanRow, ...]
    unknown: tuple[ReadRow, ...]

    @property
    def empty(self) -> bool:
        """Whether the file says nothing that the plan does not."""
        return not (self.changed or self.readonly or self.new or self.missing or self.unknown)


def compare(current: Sequence[PlanRow], read: ReadPlan) -> PlanDifference:
    """Say what the file changes in `current`.

    A cell that still is as it was exported is no change, even when the system has moved on since:
    an old, untouched file changes nothing. Texts are compared as `rows.normalised` makes them.
    """
    plan = {row.initiative_id: row for row in current}
    known = [found for found in read.rows if found.row.initiative_id in plan]
    changes = [
        change for found in known for change in _changes(plan[found.row.initiative_id], found, read)
    ]
    stated = {found.row.initiative_id for found in read.rows}
    return PlanDifference(
        changed=tuple(change for change in changes if change.column.editable),
        readonly=tuple(change for change in changes if not change.column.editable),
        new=tuple(found for found in read.rows if not found.row.initiative_id),
        missing=tuple(
            row
            for row in current
            if row.initiative_id in read.exported and row.initiative_id not in stated
        ),
        unknown=tuple(
            found
            for found in read.rows
            if found.row.initiative_id and found.row.initiative_id not in plan
        ),
    )


def _changes(now: PlanRow, found: ReadRow, read: ReadPlan) -> Iterator[CellChange]:
    before, after = values(now), values(found.row)
    exported = read.exported.get(now.initiative_id, {})
    for column in COLUMNS:
        key = column.key
        then = exported.get(key, cell_fingerprint(before[key]))
        untouched = cell_fingerprint(after[key]) == then
        if before[key] != after[key] and not untouched:
            yield CellChange(
                now.initiative_id,
                found.row_number,
                before["number"],
                before["title"],
                column,
                before[key],
                after[key],
                overtaken=cell_fingerprint(before[key]) != then,
            )
