"""What a study's files hold, as plain values; what may not be shown is already left out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Text, whole øre or a whole number by the column's kind; None for what is not shown.
Cell = str | int | None

NOT_SHOWN_DA = "skjult"


class HeadingKind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    COUNT = "count"
    ORE = "ore"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its heading and what stands in it."""

    text: str
    kind: HeadingKind = HeadingKind.TEXT


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table; `sheet` names its sheet, `total` is its last row, `in_word` puts it in Word too."""

    sheet: str
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    note: str = ""
    in_word: bool = True

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row) != len(self.headings):
                raise ValueError(f"{self.title}: a row has {len(row)} cells")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as PNG with the sentence that says what it shows."""

    title: str
    png: bytes


@dataclass(frozen=True, slots=True)
class StudyReport:
    """A study: its sentence first, then pictures and tables, the first table being the summary."""

    title: str
    sentence: str
    organisation: str
    made_on: date
    notes: tuple[str, ...]
    tables: tuple[ReportTable, ...]
    pictures: tuple[Picture, ...] = ()
