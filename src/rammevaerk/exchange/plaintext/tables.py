"""Figures in rows and columns: said together with their headers, and with their other half."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rammevaerk.engine.cpr import find_cpr

_LABEL_LIMIT = 60
_MOST_COLUMNS = 16_384  # as in Excel
_FIGURE = re.compile(r"[\s./-]*\d[\d\s./-]*")
_LONG_FIGURE = range(9, 21)  # characters
_DATE_DIGITS, _LAST_DIGITS = 6, 4
# With fewer rows, ordinary figures may by chance look like birth dates and their last four.
_FEWEST_ROWS = 3


class Figure(NamedTuple):
    """A cell as the guard must see it, at `start` + `cell`: "ark «Tal», celle", "C5".

    `is_text` when the file stores it as a text, so that a zero in front has been kept.
    """

    start: str
    cell: str
    text: str
    is_text: bool


@dataclass(slots=True)
class _Column:
    label: str = ""
    has_figures: bool = False


@dataclass(slots=True)
class _Pairs:
    """The halves found side by side in two columns: how many, and which may be CPR numbers."""

    rows: int = 0
    plausible: list[tuple[str, str]] = field(default_factory=list)
    certain: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """Reads the cells of one table in order and remembers what it needs of them.

    docs/algorithms/file_types.md says what is taken for a number in two cells, and why.
    """

    _columns: dict[int, _Column] = field(default_factory=dict)
    _pairs: dict[int, _Pairs] = field(default_factory=dict)
    _row: int = 0
    _row_label: str = ""
    _left: tuple[int, Figure] | None = None

    def announcement(self, row: int, column: int, figure: Figure) -> str:
        """Take in a cell; return the words that announce it, "P-nr.: ", when it is a long number.

        They are the nearest text to the left, and the texts above the column's first figure.
        """
        if row != self._row:
            self._row, self._row_label, self._left = row, "", None
        text = figure.text.strip()
        if not text or column > _MOST_COLUMNS:
            self._left = None
            return ""
        own = self._columns.get(column)
        if own is None:
            own = self._columns[column] = _Column()
        if not _FIGURE.fullmatch(text):
            self._note_label(own, text)
            self._left = None
            return ""
        own.has_figures = True
        self._note_pair(column, figure)
        self._left = (column, figure)
        label = f"{self._row_label} {own.label}".strip()
        return f"{label}: " if label and len(text) in _LONG_FIGURE and not find_cpr(label) else ""

    def split_numbers(self) -> Iterator[tuple[str, str]]:
        """Yield (place, number) for the numbers that stand in two cells side by side."""
        for pairs in self._pairs.values():
            if pairs.rows < _FEWEST_ROWS:
                yield from pairs.certain
            elif 2 * len(pairs.plausible) > pairs.rows:
                yield from pairs.plausible

    def _note_label(self, column: _Column, text: str) -> None:
        short = text if len(text) <= _LABEL_LIMIT else ""
        self._row_label = short
        if not column.has_figures:
            column.label = f"{column.label} {short}".strip()[-_LABEL_LIMIT:]

    def _note_pair(self, column: int, right: Figure) -> None:
        if self._left is None or self._left[0] != column - 1:
            return
        left = self._left[1]
        date, last = left.text.strip(" -"), right.text.strip(" -")
        # A spreadsheet drops the zeros in front of a number: at most one of a date, three of four.
        if not (_digits(date, _DATE_DIGITS - 1, _DATE_DIGITS) and _digits(last, 1, _LAST_DIGITS)):
            return
        pairs = self._pairs.setdefault(column, _Pairs())
        pairs.rows += 1
        number = f"{date.zfill(_DATE_DIGITS)}-{last.zfill(_LAST_DIGITS)}"
        if find_cpr(number) and _may_be_issued(number):
            found = (f"{left.start} {left.cell} og {right.cell}", number)
            pairs.plausible.append(found)
            whole = (len(date), len(last)) == (_DATE_DIGITS, _LAST_DIGITS)
            as_text = "0" in (date[0], last[0]) or (left.is_text and right.is_text)
            if (whole and as_text) or self._is_announced(column):
                pairs.certain.append(found)

    def _is_announced(self, column: int) -> bool:
        """Whether the words around say CPR: then the guard finds digits it would else let be."""
        above = (self._columns[index].label for index in (column - 1, column))
        return any(find_cpr(f"{label} 0101 90 1234") for label in (*above, self._row_label))


def _digits(text: str, fewest: int, most: int) -> bool:
    return text.isascii() and text.isdecimal() and fewest <= len(text) <= most


def _may_be_issued(number: str) -> bool:
    """Whether the control digit fits, or may be missing: what the guard asks of P-numbers."""
    return bool(find_cpr(f"P-nr. {number.replace('-', '')}"))
