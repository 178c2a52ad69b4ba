"""The lines of plain text and CSV, as the guard must see them."""

from collections.abc import Iterator, Sequence

from rammevaerk.exchange.plaintext.breaks import Piece, unbroken
from rammevaerk.exchange.plaintext.numbers import as_written
from rammevaerk.exchange.plaintext.tables import Figure, Table

_SEPARATORS = ";\t,"


def text_lines(text: str) -> Iterator[Piece]:
    """Yield ("linje 3", line); lines that a number is broken over together, "linje 3-4"."""
    yield from unbroken(
        [(f"linje {number}", line) for number, line in enumerate(text.splitlines(), start=1)]
    )


def csv_lines(text: str) -> Iterator[Piece]:
    """Yield the same for CSV, long numbers with their headers, then numbers in two columns.

    Nothing of a line is ever left out, whatever its quotation marks are like. Only lines that may
    hold one cell are joined: the last figure of a row and the first of the next are no number.
    """
    lines = text.splitlines()
    separator = _separator(lines)
    table = Table()
    together: list[Piece] = []
    quoted = False
    for number, line in enumerate(lines, start=1):
        cells = _cells(line.split(separator), number, table)
        together.append((f"linje {number}", separator.join(cells)))
        quoted ^= line.count('"') % 2 == 1
        following = lines[number] if number < len(lines) else ""
        if not (quoted or line.rstrip().endswith("-") or separator not in line + following):
            yield from unbroken(together)
            together = []
    yield from unbroken(together)
    yield from table.split_numbers()


def _separator(lines: Sequence[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return max(_SEPARATORS, key=first.count)


def _cells(cells: Sequence[str], row: int, table: Table) -> Iterator[str]:
    for column, cell in enumerate(cells, start=1):
        if not cell:
            yield cell
            continue
        bare = cell.strip().strip('"')
        figure = Figure(f"linje {row}, kolonne", str(column), bare, is_text=False)
        words = table.announcement(row, column, figure)
        yield words + cell
        yield from (words + also for also in as_written(bare) if also != bare)
