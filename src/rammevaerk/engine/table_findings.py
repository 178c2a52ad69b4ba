"""Findings in tables: which table, row and column, what stands there and what it does."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

from rammevaerk.engine.findings import Severity
from rammevaerk.engine.tables import IntArray

# Of one kind of finding so many are told one by one; the rest are counted.
TOLD = 100


@dataclass(frozen=True, slots=True)
class TableFinding:
    """One observation about a row of a table.

    `row` counts the rows of the table from 1, without its heading; 0 is the table as a whole.
    `key` is what the row is about ("P-17"); `message` is a whole Danish sentence.
    """

    code: str
    severity: Severity
    table: str
    row: int
    column: str
    key: str
    message: str

    def as_dict(self) -> dict[str, str | int]:
        """Return plain values, ready for JSON."""
        return {**asdict(self), "severity": str(self.severity)}


def stops_figures(findings: Iterable[TableFinding]) -> bool:
    """Say whether any finding has kept a figure from being made."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[TableFinding]) -> list[TableFinding]:
    """Sort findings by table, code, column and row; what counts the rest comes last of its kind."""
    return sorted(
        findings,
        key=lambda one: (one.table, one.code, one.severity, one.row == 0, one.row, one.column),
    )


def told(rows: IntArray, make: Callable[[int], TableFinding]) -> list[TableFinding]:
    """Make a finding for each row, up to `TOLD`, and then one that counts the rest."""
    found = [make(int(row)) for row in rows[:TOLD]]
    if len(rows) > TOLD:
        text = f"Og {len(rows) - TOLD} rækker mere med samme fund."
        found.append(replace(found[-1], row=0, column="", key="", message=text))
    return found
