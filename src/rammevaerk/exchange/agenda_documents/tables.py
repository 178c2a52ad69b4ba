"""Rows of cells, as people's HTML has them, laid out as a full grid."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rammevaerk.exchange.agenda_documents.blocks import (
    Block,
    Cell,
    ListBlock,
    Paragraph,
    TableBlock,
    text_of,
)

# A page has no room for more; what stands to the right of it goes on below.
MOST_COLUMNS = 30
# A table whose cells claim more places than this means nothing by it.
_MOST_PLACES = 20_000
# Characters: how much a column asks for when the columns share the width of the page.
_LONGEST_WORD, _LONGEST_LINE, _NARROWEST, _MARGINS = 18, 40, 3, 4
# Points, by the number of columns that a size still has room for.
_SIZES = ((6, 10.0), (10, 8.5), (MOST_COLUMNS, 7.0))
_NUMBER = re.compile(r"[-–−+]?\s*\d[\d.,\s]*(%|kr\.?|mio\. kr\.?)?")


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as it is written: over how many rows and columns it says that it goes."""

    header: bool
    rows: int
    columns: int
    blocks: tuple[Block, ...]


def table(caption: str, rows: Sequence[Sequence[RawCell]], head: int = 0) -> TableBlock | None:
    """Return the grid of the rows, the first `head` of them header rows; None without any cell.

    A first row of nothing but header cells is a header row too. Cells that reach out over the
    table, or a header over the body, are cut; places that nobody filled get an empty cell.
    """
    rows = list(_narrowed(rows))
    if not rows:
        return None
    if not head and all(cell.header for cell in rows[0]):
        head = 1
    # A table of only header rows would be repeated on every page and have no body.
    head = head if head < len(rows) else 0
    claimed = sum(min(raw.rows, len(rows)) * raw.columns for row in rows for raw in row)
    taken = _laid_out(rows, head) if claimed <= _MOST_PLACES else {}
    if not taken or _width(taken) > MOST_COLUMNS:
        taken = _laid_out([[replace(raw, rows=1, columns=1) for raw in row] for row in rows], head)
    columns = _width(taken)
    for place in ((row, column) for row in range(len(rows)) for column in range(columns)):
        taken.setdefault(place, Cell(*place, 1, 1, place[0] < head, ()))
    cells = {(cell.row, cell.column): cell for cell in taken.values()}
    ordered = tuple(cells[place] for place in sorted(cells))
    return TableBlock(caption, len(rows), columns, head, ordered)


def number_columns(grid: TableBlock) -> frozenset[int]:
    """Return the columns whose body holds only numbers, so that they can be set to the right."""
    texts: dict[int, list[str]] = {}
    for cell in grid.cells:
        if cell.row >= grid.header_rows and not (cell.header and cell.column == 0):
            texts.setdefault(cell.column, []).append(cell_text(cell).strip())
    filled = {column: [text for text in found if text] for column, found in texts.items()}
    return frozenset(
        column
        for column, found in filled.items()
        if found and all(_NUMBER.fullmatch(text) for text in found)
    )


def column_shares(grid: TableBlock) -> list[int]:
    """Return how much of the width each column needs, by the longest that stands in it."""
    needs = [_NARROWEST] * grid.columns
    for cell in grid.cells:
        text = cell_text(cell)
        word = max((len(word) for word in text.split()), default=0)
        word += word // 4 if cell.header else 0  # it is set in bold
        line = max((len(line) for line in text.split("\n")), default=0)
        need = max(min(word, _LONGEST_WORD), min(line, _LONGEST_LINE)) // cell.columns
        needs[cell.column] = max(needs[cell.column], need)
    return [need + _MARGINS for need in needs]


def text_size(grid: TableBlock) -> float:
    """Return the size of type in points: a table of many columns is set in a smaller one."""
    return next(size for columns, size in _SIZES if grid.columns <= columns)


def cell_text(cell: Cell) -> str:
    """Return the words of a cell, its blocks on lines of their own."""
    return "\n".join(block_text(block) for block in cell.blocks)


def block_text(block: Block) -> str:
    """Return the words of a block, its parts on lines of their own."""
    match block:
        case ListBlock(items=items):
            return "\n".join(block_text(inner) for item in items for inner in item)
        case TableBlock(cells=cells):
            return "\n".join(cell_text(cell) for cell in cells)
        case Paragraph(runs=runs):
            return text_of(runs)
        case _:
            return text_of(block.runs)


def _narrowed(rows: Sequence[Sequence[RawCell]]) -> Iterator[Sequence[RawCell]]:
    """The rows that have cells; one with too many goes on in a row below."""
    for row in rows:
        for start in range(0, len(row), MOST_COLUMNS):
            yield row[start : start + MOST_COLUMNS]


def _laid_out(rows: Sequence[Sequence[RawCell]], head: int) -> dict[tuple[int, int], Cell]:
    taken: dict[tuple[int, int], Cell] = {}
    for number, row in enumerate(rows):
        last = head if number < head else len(rows)
        _place(taken, number, row, last - number)
    return taken


def _place(
    taken: dict[tuple[int, int], Cell], number: int, row: Sequence[RawCell], below: int
) -> None:
    column = 0
    for raw in row:
        while (number, column) in taken:
            column += 1
        width = 1
        while width < raw.columns and (number, column + width) not in taken:
            width += 1
        height = max(1, min(raw.rows, below))
        cell = Cell(number, column, height, width, raw.header, raw.blocks)
        for down in range(height):
            for right in range(width):
                taken[number + down, column + right] = cell
        column += width


def _width(taken: dict[tuple[int, int], Cell]) -> int:
    return 1 + max(column for _, column in taken)
