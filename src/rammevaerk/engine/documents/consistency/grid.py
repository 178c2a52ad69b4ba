"""A table as a grid of exact numbers: which rows are data or totals, which columns count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from rammevaerk.engine.documents.consistency.numbers import Number, is_blank, read_number
from rammevaerk.engine.documents.meeting import (
    SHARE_LABEL,
    TOTAL_LABEL,
    MeetingDocument,
    Table,
)

Position = tuple[int, int]  # row, column, from 0
Values = dict[Position, Fraction]

_PART = re.compile(r"^\W*(?:heraf|deraf|hvoraf|herunder)\b", re.IGNORECASE)
_RATE = re.compile(
    r"\b(?:takst\w*|pris\w*|gennemsnit\w*|gns\.?|snit|indeks|rate|sats\w*|pr\.|per|andel\w*|"
    r"procent\w*|pct\.?|\w*grad|median|alder)\b|%",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:ændring|aendring|forskel|difference|differens|diff\.|afvigelse|udvikling)(?:en|er)?\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


class Role(Enum):
    """What a row is."""

    DATA = auto()
    TOTAL = auto()
    PART = auto()  # "heraf": contained in a row above
    PERCENT = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, the line it stands on, its cells and its role."""

    label: str
    line: int
    cells: tuple[str, ...]
    role: Role
    floating: bool  # cells are missing and may stand under other columns than they seem to


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a label and `width` cells in each row.

    `numbers` has the cells that can be counted, and `values` what they are worth, exactly.
    """

    table: Table
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    width: int
    numbers: dict[Position, Number]
    values: Values

    def column_name(self, column: int) -> str:
        """Return the heading of a column, with its number where the heading does not tell."""
        name = self.header[column].strip() if column < len(self.header) else ""
        if name and self.header.count(self.header[column]) == 1:
            return f"«{name}»"
        return f"«{name}» (kolonne {column + 1})" if name else f"kolonne {column + 1}"

    def row_name(self, row: int) -> str:
        """Return the label of a row, shortened."""
        label = " ".join(self.rows[row].label.split())
        return f"«{label[:40]}»" if label else f"række {row + 1}"

    def decimals(self, column: int) -> int:
        """Return the most decimals a number of the column has."""
        return max(
            (number.decimals for (_, at), number in self.numbers.items() if at == column), default=0
        )

    def is_percent(self, column: int) -> bool:
        """Say whether a column holds percentages."""
        cells = [number for (_, at), number in self.numbers.items() if at == column]
        marked = sum(number.percent for number in cells)
        name = self.header[column] if column < len(self.header) else ""
        return bool(cells) and (
            marked * 2 > len(cells) or bool(re.search(r"%|\bpct\b|\bprocent", name, re.IGNORECASE))
        )

    def is_rate(self, column: int) -> bool:
        """Say whether the heading tells that the numbers of a column are not to be added."""
        return column < len(self.header) and bool(_RATE.search(self.header[column]))

    def is_total_column(self, column: int) -> bool:
        """Say whether the heading tells that a column is the sum of others."""
        return column < len(self.header) and bool(TOTAL_LABEL.search(self.header[column]))

    def is_change_column(self, column: int) -> bool:
        """Say whether the heading tells that a column is the difference of two others."""
        return column < len(self.header) and bool(_CHANGE.search(self.header[column]))

    def numeric_columns(self) -> list[int]:
        """Return the columns with numbers in them and hardly any text."""
        kept = []
        for column in range(self.width):
            numbers = sum((row, column) in self.numbers for row in range(len(self.rows)))
            texts = sum(self.is_text((row, column)) for row in range(len(self.rows)))
            if numbers and texts * 4 <= numbers:
                kept.append(column)
        return kept

    def is_text(self, at: Position) -> bool:
        """Say whether a cell holds something that is neither a number nor blank."""
        row, column = at
        cells = self.rows[row].cells
        return column < len(cells) and at not in self.numbers and not is_blank(cells[column])

    def with_cells(self, row: int, cells: tuple[str, ...]) -> "Grid":
        """Return the grid with other cells in one row."""
        old = self.rows[row]
        rows = list(self.rows)
        rows[row] = Row(old.label, old.line, cells, old.role, old.floating)
        return _built(self.table, self.header, rows, self.width)


def grids(document: MeetingDocument) -> Iterator[Grid]:
    """Give the tables of a document that have numbers to check."""
    for table in document.tables:
        grid = _grid(document, table)
        if grid is not None and grid.numeric_columns():
            yield grid


def _grid(document: MeetingDocument, table: Table) -> Grid | None:
    labelled = _labelled(table)
    width = max((len(row) for row in table.rows), default=0) - labelled
    if len(table.rows) < 2 or width < 1:
        return None
    rows = []
    for at, cells in enumerate(table.rows):
        line = table.row_lines[at] if at < len(table.row_lines) else table.line
        label = cells[0] if labelled and cells else ""
        rows.append(_row(document, label, line, tuple(cells[labelled:]), width))
    for label, line, cells in _rows_below(document, table, width):
        rows.append(_row(document, label, line, cells, width))
    whole = len(table.header) == width + labelled
    header = tuple(table.header[labelled:] if whole else ())
    return _built(table, header, rows, width)


def _built(table: Table, header: tuple[str, ...], rows: list[Row], width: int) -> Grid:
    numbers = _numbers(rows)
    values = {at: number.value for at, number in numbers.items()}
    return Grid(table, header, tuple(rows), width, numbers, values)


def _labelled(table: Table) -> int:
    """Return 1 when the first column names the rows, 0 when it is numbers like the others."""
    first = [row[0] for row in table.rows if row]
    named = sum(not is_blank(cell) and read_number(cell) is None for cell in first)
    years = all(_YEAR.fullmatch(cell.strip()) for cell in first) and len(set(first)) == len(first)
    return int(named * 2 >= len(first) or years)


def _row(
    document: MeetingDocument, label: str, line: int, cells: tuple[str, ...], width: int
) -> Row:
    raw = document.lines[line - 1] if 0 < line <= len(document.lines) else ""
    missing = sum(not is_blank(cell) for cell in cells) < width
    return Row(label, line, cells, _role(label, cells), missing and "\t" not in raw)


def _role(label: str, cells: tuple[str, ...]) -> Role:
    numbers = [number for cell in cells if (number := read_number(cell))]
    if not numbers:
        return Role.TEXT
    if all(number.percent for number in numbers) and (len(cells) > 1 or "%" in label):
        named = SHARE_LABEL.search(label)
        if named or TOTAL_LABEL.search(label):
            return Role.PERCENT
    if _PART.search(label):
        return Role.PART
    return Role.TOTAL if TOTAL_LABEL.search(label) else Role.DATA


_TOKENS = re.compile(r"(?:\s+(?:[-–−]?[0-9][0-9.,]*\s?%?|[-–—°]))+\s*$")


def _rows_below(
    document: MeetingDocument, table: Table, width: int
) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Read a line of totals directly below the table that was not taken for a row of it."""
    last = max(table.row_lines, default=0)
    for number in range(last + 1, min(last + 2, len(document.lines)) + 1):
        text = document.lines[number - 1]
        tokens = _TOKENS.search(text)
        if not last or not tokens or not TOTAL_LABEL.search(text[: tokens.start()]):
            return
        cells = tuple(tokens.group().split())
        if len(cells) == width:
            yield text[: tokens.start()].strip(), number, cells


def _numbers(rows: list[Row]) -> dict[Position, Number]:
    return {
        (at, column): number
        for at, row in enumerate(rows)
        for column, cell in enumerate(row.cells)
        if (number := read_number(cell))
    }
