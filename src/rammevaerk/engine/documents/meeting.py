"""What an agenda or minutes say, and where: the common ground of reader and checker."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# What a row is called that sums up others, also where a scan has lost a letter of «I alt».
TOTAL_LABEL = re.compile(
    r"(?:\b[il1]\s+|\|\s*|^\s*)alt\b|\bialt\b|\btotal(?:en|t|er|sum)?\b|\bsum\b|\bsammenlagt\b|"
    r"\btilsammen\b|\bsamlet\b|\bsubtotal\b|\bdelsum\b|\bhovedtotal\b|\bmellemsum\b",
    re.IGNORECASE,
)
SHARE_LABEL = re.compile(r"pct|procent|%|grad\b|andel|fordeling", re.IGNORECASE)


class Kind(StrEnum):
    """What a document is, as far as its own text shows."""

    AGENDA = "agenda"
    MINUTES = "minutes"
    ACTION_PLAN = "action_plan"
    AGREEMENT = "agreement"
    NOTE = "note"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AnnexReference:
    """One annex as an item's own list of annexes names it; ``number`` is None where none stands."""

    number: int | None
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda. Lines are 1-based, both ends included."""

    number: str
    title: str
    presenters: tuple[str, ...]
    recommendation: tuple[str, ...]
    presentation: str
    annexes: tuple[AnnexReference, ...]
    decision: str
    closed: bool
    line: int
    last_line: int

    def as_dict(self) -> dict[str, object]:
        """Return the item in the shape ``rammevaerk read --json`` prints."""
        return {
            "number": self.number,
            "title": self.title,
            "presenters": list(self.presenters),
            "recommendation": list(self.recommendation),
            "presentation": self.presentation,
            "annexes": [{"number": annex.number, "title": annex.title} for annex in self.annexes],
            "decision": self.decision,
            "closed": self.closed,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the agenda, e.g. the items to be decided. The title is "" where none stands."""

    title: str
    items: tuple[Item, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """One table: ``row_lines`` holds the 1-based line of each row, in the order of ``rows``."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    row_lines: tuple[int, ...] = ()

    @property
    def totals(self) -> tuple[tuple[str, ...], ...]:
        """The rows that sum up or compare the others: «I alt», «Dækningsgrad i pct.»."""
        return tuple(row for row in self.rows if _sums_up(row))

    @property
    def data(self) -> tuple[tuple[str, ...], ...]:
        """The rows that say something of their own."""
        return tuple(row for row in self.rows if not _sums_up(row))


def _sums_up(row: tuple[str, ...]) -> bool:
    label, *cells = row or ("",)
    written = [cell.strip() for cell in cells if cell.strip()]
    if not written:
        return False
    shares = all(cell.endswith("%") for cell in written)
    return bool(TOTAL_LABEL.search(label)) or (shares and bool(SHARE_LABEL.search(label)))


@dataclass(frozen=True, slots=True)
class Unsure:
    """One thing the reader could not tell for certain: a Danish sentence and its line."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, weakref_slot=True)
class MeetingDocument:
    """Everything read from one document; ``lines`` is the text that all line numbers count in.

    What is worked out from it can be kept as long as it, by a weak reference.
    """

    kind: Kind
    body: str
    day: date | None
    day_text: str
    place: str
    participants: tuple[str, ...]
    absent: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    lines: tuple[str, ...]
    unsure: tuple[Unsure, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order of the document."""
        return tuple(item for section in self.sections for item in section.items)

    def item_at(self, line: int) -> Item | None:
        """Return the item whose lines include the 1-based ``line``, if any."""
        for item in self.items:
            if item.line <= line <= item.last_line:
                return item
        return None

    def as_dict(self) -> dict[str, object]:
        """Return the document in the shape ``rammevaerk read --json`` prints."""
        return {
            "kind": self.kind.value,
            "body": self.body,
            "date": self.day.isoformat() if self.day else None,
            "sections": [
                {"title": part.title, "items": [item.as_dict() for item in part.items]}
                for part in self.sections
            ],
            "tables": [
                {
                    "line": table.line,
                    "header": list(table.header),
                    "rows": [list(row) for row in table.data],
                    "totals": [list(row) for row in table.totals],
                }
                for table in self.tables
            ],
            "unsure": [{"line": doubt.line, "what": doubt.what} for doubt in self.unsure],
        }
