"""The takstfil as CSV: semicolons, UTF-8 with a mark, and no cell that a program would run."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from rammevaerk.exchange.errors import Objection
from rammevaerk.exchange.filetype import decode_text
from rammevaerk.exchange.sheets import Cell, CellKind
from rammevaerk.exchange.tariff_file.cells import shown
from rammevaerk.exchange.tariff_file.columns import COLUMNS
from rammevaerk.exchange.tariff_file.layout import TariffDocument
from rammevaerk.exchange.tariff_file.writing import stamped

_SEPARATORS = ";\t,"
# Programs take a cell that begins so for a formula; an apostrophe in front makes it text.
_RUNS = re.compile("'*[=+\\-@\t\r]")
_MOST_CELL = 100_000
_START, _MOST_ROWS = 50_000, 40


def write_csv(document: TariffDocument) -> bytes:
    """Return the prices as CSV: the columns of the workbook, numbers as Danes write them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name_da for column in COLUMNS])
    for row in map(stamped, document.rows):
        texts = (shown(row.get(column.key, ""), column, document.choices) for column in COLUMNS)
        writer.writerow([disarmed(text) for text in texts])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def disarmed(text: str) -> str:
    """Return the text with an apostrophe in front when a program would run it."""
    return f"'{text}" if _RUNS.match(text) else text


def armed(text: str) -> str:
    """Return the text that `disarmed` was given."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


def read_csv(content: bytes) -> Iterator[Cell]:
    """Yield the cells with any text, line by line; `Objection` when it is no CSV."""
    text = decode_text(content)
    csv.field_size_limit(_MOST_CELL)
    separator = separator_of(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(rows, start=1):
            for index, cell in enumerate(cells):
                if cell.strip():
                    yield Cell(number, index, CellKind.TEXT, armed(cell))
    except csv.Error as error:
        raise Objection(
            f"kan ikke læses som CSV ved linje {rows.line_num}: et anførselstegn er ikke lukket, "
            "eller en celle er alt for lang. Gem den igen som «CSV UTF-8».",
            "not-csv",
        ) from error


def separator_of(text: str) -> str:
    """Return the sign that splits the first lines in most; Excel's own «sep=;» decides."""
    if text[:4].lower() == "sep=" and text[4:5] in _SEPARATORS:
        return text[4]
    return max(_SEPARATORS, key=lambda separator: _alike(text[:_START], separator))


def _alike(text: str, separator: str) -> tuple[int, int]:
    """How many of the first rows the sign splits into equally many cells, and into how many.

    Headings have no decimal commas, and names do not all have the same number of commas.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        counts = Counter(len(cells) for cells in islice(rows, _MOST_ROWS))
    except csv.Error:
        return 0, 0
    found = ((rows, cells) for cells, rows in counts.items() if cells > 1)
    return max(found, default=(0, 0))
