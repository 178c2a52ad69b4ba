"""Money granted in a table without a word on what became of it."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from rammevaerk.engine.documents.consistency.grid import Grid, Role, grids
from rammevaerk.engine.documents.consistency.numbers import is_blank, number_text_da
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import fold
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity

_MONEY = re.compile(
    r"\bkr\b|\bkroner\b|\bmio\b|\bmia\b|\bt\.?kr\b|bel(?:ø|o|g)b|bevilling|bevilget|tilskud|budget|"
    r"\bramme\b|\bpulje|ans(?:ø|o|g)gt|tildelt|udm(?:ø|o|g)nt|\bl(?:å|a)n\b|midler",
    re.IGNORECASE,
)
_LINES_ABOVE = 4  # of a table, in which it may be said that its numbers are money
_STATUS = re.compile(r"\bstatus\b|\bbem(?:æ|ae|ee|e)rkning", re.IGNORECASE)


def money_without_status(
    document: MeetingDocument, register: Register
) -> Iterable[DocumentFinding]:
    """funding.no-status: one row of a table of money has no status, though most others have.

    Either the text below the table goes through the rows one by one, under a heading each, and
    leaves this one out; or the table has a column for the status, and it is empty here.
    """
    for grid in grids(document):
        columns = _money_columns(document, grid)
        if not columns or not all(any(map(str.isalpha, one.label)) for one in grid.rows):
            continue
        funded = [
            row
            for row, one in enumerate(grid.rows)
            if one.role is Role.DATA and any(grid.values.get((row, at)) for at in columns)
        ]
        for row in dict.fromkeys([*_not_below(document, grid, funded), *_blank(grid, funded)]):
            yield _finding(document, grid, row, columns)


def _money_columns(document: MeetingDocument, grid: Grid) -> list[int]:
    above = document.lines[max(grid.table.line - 1 - _LINES_ABOVE, 0) : grid.table.line - 1]
    whole = " ".join((grid.table.title, *grid.table.header, *above))
    numeric = [column for column in grid.numeric_columns() if not grid.is_percent(column)]
    named = [
        column
        for column in numeric
        if column < len(grid.header) and _MONEY.search(grid.header[column])
    ]
    return named or (numeric if _MONEY.search(whole) else [])


def _not_below(document: MeetingDocument, grid: Grid, funded: list[int]) -> Iterator[int]:
    last = max(one.line for one in grid.rows)
    item = document.item_at(last)
    end = item.last_line if item else len(document.lines)
    below = [fold(" ".join(text.split())) for text in document.lines[last:end]]
    told = [row for row in funded if _has_heading(_name(grid, row), below)]
    if len(told) >= 2 and 2 * len(told) >= len(funded):
        for row in funded:
            if not any(_name(grid, row) in text for text in below):
                yield row


def _name(grid: Grid, row: int) -> str:
    """Return what names a row in text: its label without "Kommune" and the like."""
    label = fold(grid.rows[row].label)
    return re.sub(r"\s*\b(?:kommuner?|region|projekt(?:et)?)\b\s*", " ", label).strip(" :*.")


def _has_heading(name: str, below: list[str]) -> bool:
    if len(name) < 3:
        return False
    heading = re.compile(
        rf"^(?:[-–•*·eo]\s+|[0-9]{{1,2}}\.\s*)?(?:region\s+)?{re.escape(name)}"
        r"(?:\s+(?:kommune|projektet))?\s*(?:$|:|\s[–-]\s)"
    )
    return any(heading.match(text) for text in below)


def _blank(grid: Grid, funded: list[int]) -> Iterator[int]:
    for column, name in enumerate(grid.header):
        if not _STATUS.search(name):
            continue
        blank = [row for row in funded if is_blank(_cell(grid, row, column))]
        if blank and 2 * len(blank) < len(funded):
            yield from blank


def _cell(grid: Grid, row: int, column: int) -> str:
    cells = grid.rows[row].cells
    return cells[column] if column < len(cells) else ""


def _finding(
    document: MeetingDocument, grid: Grid, row: int, columns: list[int]
) -> DocumentFinding:
    one = grid.rows[row]
    item = document.item_at(one.line)
    amounts = [grid.values.get((row, column), Fraction(0)) for column in columns]
    decimals = max(grid.decimals(column) for column in columns)
    listed = " + ".join(number_text_da(amount, decimals) for amount in amounts)
    if len(amounts) > 1:
        listed += f" = {number_text_da(sum(amounts, Fraction(0)), decimals)}"
    return DocumentFinding(
        code="funding.no-status",
        severity=Severity.WARNING,
        line=one.line,
        item=item.number if item else "",
        found=one.label.strip(),
        expected="en status som for de andre",
        message=f"«{one.label.strip()}» har beløb i tabellen ({listed}), men ingen status, mens de "
        "andre har en. Skriv, hvad der er sket.",
    )
