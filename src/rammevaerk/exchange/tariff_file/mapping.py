"""Which of a sender's columns hold which of ours: found by their names, or chosen by people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from rammevaerk.exchange.tariff_file.cells import CellReader, Choices, folded
from rammevaerk.exchange.tariff_file.columns import BY_KEY, COLUMNS, NOT_READ_DA, Content
from rammevaerk.exchange.tariff_file.grid import (
    HEAD_ROWS,
    Table,
    TariffWorkbook,
    first_sheets,
    headings,
)

# One of each group must be there, or the rows cannot be told apart or priced.
REQUIRED = (
    ("key", "service_key", "service", "facility"),
    ("amount",),
)
_NAMES = frozenset({"facility", "department", "service"})
# Those that a foreign file is read by: what says which price it is, and what may be changed.
MAPPABLE = tuple(
    column
    for column in COLUMNS
    if column.editable or column.key in _NAMES or (column.names and column.key != "stamp")
)
_MANY_WORDS = 60
_ALIKE = 0.72
# What others call our columns, beside our own names.
_ALSO = {
    "facility": ("tilbud", "tilbudsnavn", "tilbuddets navn", "virksomhed", "institution"),
    "department": ("afdeling", "afdelingsnavn"),
    "service": ("ydelse", "ydelsesnavn", "type", "ydelsens navn"),
    "component": ("takstdel", "taksttype", "takstmodel", "priselement"),
    "label": ("betegnelse", "niveau", "takstniveau", "tillæg"),
    "unit": ("enhed", "takst-enhed", "takst-enheder", "takstenhed", "pris pr."),
    "days_basis": ("dagebasis", "dage", "antal dage"),
    "amount": ("takst", "pris", "pris pr. enhed", "takst i alt", "døgntakst", "dagstakst"),
    "places": ("pladser", "normering", "antal pladser", "pladser i alt", "antal pladser i alt"),
    "covered": ("heraf omfattet", "omfattede pladser"),
    "occupancy": ("belægning", "belægningsprocent", "budgetteret belægning", "forudsat belægning"),
    "reason": ("ændringsårsag", "årsag", "begrundelse", "bemærkning"),
    "valid_from": ("gælder fra", "gyldig fra", "fra dato", "takst fra"),
    "service_key": ("ydelsesnøgle", "ydelses-id"),
}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where a file's table is, and how it is read.

    `columns` is our column → the file's heading; `words` is our column → the sender's word,
    case-folded → our key.
    """

    sheet: str
    header_row: int
    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def places(self, table: Table) -> dict[int, str]:
        """Return our column keys by the table's column, for the headings that are there."""
        wanted = {heading_key(heading): key for key, heading in self.columns.items()}
        found: dict[int, str] = {}
        for index, heading in headings(table, self.header_row).items():
            key = wanted.get(heading_key(heading))
            if key is not None:
                found[index] = key
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet and the row its headings are in."""

    sheet: str
    row: int


def heading_key(text: str) -> str:
    """Return a heading as headings are compared."""
    return folded(text).removesuffix(NOT_READ_DA).strip().rstrip(":*")


def own_map(book: TariffWorkbook) -> ColumnMap | None:
    """Return how a file with our headings is read; None when no sheet has those it must have."""
    ours = {heading_key(column.name_da): column.key for column in COLUMNS}
    for name in first_sheets(book.sheet_names):
        table = book.head(name)
        for row in sorted(table.rows)[:HEAD_ROWS]:
            found = {
                ours[heading_key(text)]: text
                for text in headings(table, row).values()
                if heading_key(text) in ours
            }
            if not lacking(found):
                return ColumnMap(name, row, found)
    return None


def saved_map_fits(book: TariffWorkbook, saved: ColumnMap) -> ColumnMap | None:
    """Return the saved map, at the row where its headings are now; None when one is not there."""
    wanted = {heading_key(heading) for heading in saved.columns.values()}
    if not wanted:
        return None
    names = sorted(book.sheet_names, key=lambda name: name != saved.sheet)
    for name in names:
        table = book.head(name)
        for row in sorted(table.rows)[:HEAD_ROWS]:
            if wanted <= {heading_key(text) for text in headings(table, row).values()}:
                return ColumnMap(name, row, saved.columns, saved.words)
    return None


def likely_place(book: TariffWorkbook) -> Place | None:
    """Return the sheet and row that look most like headings; None for a file without content."""
    best: tuple[int, int, Place] | None = None
    for name in first_sheets(book.sheet_names):
        table = book.head(name)
        for row in sorted(table.rows)[:HEAD_ROWS]:
            texts = list(headings(table, row).values())
            found = (len(guessed(texts)), len(texts), Place(name, row))
            if best is None or found[:2] > best[:2]:
                best = found
    return best[2] if best else None


def guessed(texts: Sequence[str]) -> dict[str, str]:
    """Return our columns by the headings that look like them, each heading once."""
    scores = sorted(
        (
            (_likeness(column.key, text), -order, column.key, text)
            for order, column in enumerate(MAPPABLE)
            for text in dict.fromkeys(texts)
        ),
        reverse=True,
    )
    found: dict[str, str] = {}
    for score, _order, key, text in scores:
        if score < _ALIKE:
            break
        if key not in found and text not in found.values():
            found[key] = text
    return found


def _likeness(key: str, text: str) -> float:
    heading = heading_key(text).partition("(")[0].strip()
    names = [heading_key(BY_KEY[key].name_da), *_ALSO.get(key, ())]
    plain = [name.partition("(")[0].strip() for name in names]
    if heading in plain:
        # A heading that says exactly this comes before one that only looks like it.
        return 2.0
    return max(SequenceMatcher(None, heading, name).ratio() for name in plain)


def lacking(columns: Mapping[str, str]) -> list[str]:
    """Return, as Danish alternatives, the columns that must be there and are not."""
    return [
        " eller ".join(f"«{BY_KEY[key].name_da}»" for key in group)
        for group in REQUIRED
        if not set(group) & set(columns)
    ]


def unknown_words(
    table: Table, chosen: ColumnMap, choices: Choices
) -> dict[str, tuple[list[str], int]]:
    """Return, by column, the sender's words that are none of ours, and how many more there are."""
    reader = CellReader(choices, chosen.words)
    places = chosen.places(table)
    found: dict[str, dict[str, None]] = {}
    for row, cells in table.rows.items():
        if row <= chosen.header_row:
            continue
        for index, key in places.items():
            column = BY_KEY[key]
            if column.content is Content.CHOICE and index in cells and _takes(key):
                word = " ".join(cells[index].text.split())[:100]
                if not reader.knows(word, column):
                    found.setdefault(key, {})[word] = None
    return {
        key: (list(words)[:_MANY_WORDS], max(0, len(words) - _MANY_WORDS))
        for key, words in found.items()
    }


def _takes(key: str) -> bool:
    return BY_KEY[key].editable or BY_KEY[key].names
