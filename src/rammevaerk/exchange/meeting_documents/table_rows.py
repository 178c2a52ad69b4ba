"""Rows and tables as they were found in plain text, and what a title and a date look like."""

import re
from dataclasses import dataclass

from rammevaerk.exchange.meeting_documents.lines import Line

EMPTY_MARKS = frozenset({"-", "–", "—", "°", "·", "÷", "−"})
_MONTH = r"(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"(?:\w+dag\s+)?(?:den\s+)?(?:\d{{1,2}}\.\s?{_MONTH}|\d{{1,2}}\s?[./-]\s?\d{{1,2}}(?!\d))"
    r"(?:\s?[./-]?\s?(?:19|20)\d{2})?"
    r"(?:,?\s*kl\.?\s*\d{1,2}(?:[.:]\d{2})?(?:\s?[-–]\s?\d{1,2}(?:[.:]\d{2})?)?)?",
    re.IGNORECASE,
)
FIGURE = r"[-–−+]?(?:\d{1,3}(?:[. ]\d{3})+|\d+)(?:[.,]\d+)?"
TABLE_TITLE = re.compile(r"tabel\s*\d*\s*[:.–-]\s*\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table in the text: its label ("" for none) and the cells after it."""

    line: int
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table found: `header` are its lines above the rows, the nearest last.

    `head` has the cells of the heading where the text itself divides them.
    """

    title: Line | None
    header: tuple[Line, ...]
    rows: tuple[Row, ...]
    of_dates: bool
    head: tuple[str, ...] = ()

    @property
    def first_line(self) -> int:
        """The line of the title, of the topmost header, or of the first row."""
        if self.title:
            return self.title.number
        return self.header[0].number if self.header else self.rows[0].line
