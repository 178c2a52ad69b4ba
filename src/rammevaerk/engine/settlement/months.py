"""The months a settlement covers."""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.tables import IntArray, day_number

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_LONGEST = 1200
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months from `first` on, `count` of them; months are counted from year 0."""

    first: int
    count: int

    @classmethod
    def parse(cls, text: str) -> "Months":
        """Read "2025-01..2026-12", both months included, or one month "2025-01".

        `UnreadableDate` with a Danish reason for anything else, also a period that ends first.
        """
        first, dots, last = text.partition("..")
        start = parse_month(first)
        end = parse_month(last) if dots else start
        if end < start:
            raise UnreadableDate(text, f"Perioden «{text}» slutter, før den begynder.")
        if end - start >= _LONGEST:
            raise UnreadableDate(text, f"Perioden «{text}» er længere end {_LONGEST} måneder.")
        return cls(start, end - start + 1)

    def name(self, index: int) -> str:
        """Return the month with an index as "2025-01"."""
        year, month = divmod(self.first + index, 12)
        return f"{year:04d}-{month + 1:02d}"

    def names(self) -> list[str]:
        """Return every month of the period as "2025-01"."""
        return [self.name(index) for index in range(self.count)]

    def index(self, month: str) -> int:
        """Return the place of "2025-01" in the period; `UnreadableDate` when it lies outside."""
        at = parse_month(month) - self.first
        if not 0 <= at < self.count:
            raise UnreadableDate(month, f"{month} ligger uden for perioden {self}.")
        return at

    @property
    def first_day(self) -> int:
        """The day number of the first day."""
        return self._starts(0)

    def starts(self) -> IntArray:
        """Return the first day of each month, and of the one after, counted from the first."""
        days = [self._starts(index) - self.first_day for index in range(self.count + 1)]
        return np.asarray(days, dtype=np.int64)

    def _starts(self, index: int) -> int:
        year, month = divmod(self.first + index, 12)
        return day_number(date(year, month + 1, 1))

    def __str__(self) -> str:
        first, last = self.name(0), self.name(self.count - 1)
        return first if first == last else f"{first}..{last}"


def parse_month(text: str) -> int:
    """Read "2025-01" as months since year 0; `UnreadableDate` when it is not such a month."""
    found = _MONTH.fullmatch(text)
    if not found:
        raise UnreadableDate(text, f"«{text}» er ikke en måned; skriv fx 2025-01.")
    if not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        raise UnreadableDate(text, f"«{text}» ligger uden for årene {_FIRST_YEAR}-{_LAST_YEAR}.")
    return int(found[1]) * 12 + int(found[2]) - 1
