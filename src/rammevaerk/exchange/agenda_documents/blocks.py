"""The few shapes a text has on paper: paragraphs, headings, lists and tables of runs."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one look; a line break is "\\n". `link` is an address or ""."""

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs after each other; `quoted` when somebody else's words are repeated."""

    runs: tuple[Run, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside an item's text: level 1 is right below the item's own headings."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Points, each of one or more blocks."""

    ordered: bool
    items: tuple[tuple["Block", ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at a place counted from 0, over so many rows and columns of the grid."""

    row: int
    column: int
    rows: int
    columns: int
    header: bool
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A full grid: every place belongs to exactly one cell; the header rows come first."""

    caption: str
    rows: int
    columns: int
    header_rows: int
    cells: tuple[Cell, ...]


Block: TypeAlias = Paragraph | Heading | ListBlock | TableBlock


def plain(text: str, *, strong: bool = False) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph((Run(text, strong=strong),))


def text_of(runs: tuple[Run, ...]) -> str:
    """The words of some runs, without their look."""
    return "".join(run.text for run in runs)
