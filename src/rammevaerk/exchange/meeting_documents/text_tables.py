"""Tables in plain text: rows of figures or dates under a header, as scans and text files give."""

import re
from collections.abc import Callable, Sequence

from rammevaerk.exchange.meeting_documents.column_tables import column_table
from rammevaerk.exchange.meeting_documents.lines import Line, cells_of
from rammevaerk.exchange.meeting_documents.lone_figures import lone_figures
from rammevaerk.exchange.meeting_documents.marks import block_mark, is_bullet, section_title
from rammevaerk.exchange.meeting_documents.people import presenter_line
from rammevaerk.exchange.meeting_documents.table_rows import (
    DATE,
    EMPTY_MARKS,
    TABLE_TITLE,
    Row,
    TextTable,
)

_NOISE = "|]![:;,{}()_‘’'`"
_FIGURE = re.compile(r"[-–−+]?\d{1,3}(?:[.\s]\d{3})*(?:,\d+)?%?\Z|[-–−+]?\d+(?:[.,]\d+)?%?\Z")
_ROMAN_ONE = re.compile(r"\A\|\s(?=\w+\s[^|]*\Z)")  # what scanning makes of "I alt"
_SHORTENED = re.compile(r"(?:\A|\s)[a-z]{1,4}\.\Z")
_ABBREVIATED = re.compile(r"\b(?:mm|mv|kr|pct|nr|stk|mio|mia|gns|inkl|ekskl|t)\.\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_HEADER_SPLIT = re.compile(r"[|\[\]]+|\s+")
_WITH_BRACKET = re.compile(r"\S+(?:\s*\([^()]*\))?")
_FEWEST_ROWS, _FEWEST_FIGURES = 3, 2
_MOST_HEADER_LINES, _LONGEST_HEADER = 8, 160
_LONGEST_LABEL = 70
_FEWEST_DATES = 2


def find_tables(lines: Sequence[Line]) -> list[TextTable]:
    """Return the tables in the text, in order.

    Lines in columns; else three rows of figures, or two of dates, or rows of one figure each
    with their total below.
    """
    written = [line for line in lines if line.text]
    found: list[TextTable] = []
    place = looked_at = 0
    while place < len(written):
        table, taken = column_table(written, place) if place >= looked_at else (None, 0)
        looked_at = max(looked_at, place + taken)
        if table:
            found.append(table)
            place += taken
            continue
        figures = _run(written, place, _figure_row)
        dates = [] if figures else _run(written, place, _date_row)
        rows = figures or dates
        if len(rows) >= (_FEWEST_ROWS if figures else _FEWEST_DATES) and _agree(rows):
            found.append(_table(written, place, rows, bool(dates)))
        place += max(len(rows), 1)
    found += lone_figures(written, {row.line for table in found for row in table.rows})
    return sorted(found, key=lambda table: table.first_line)


def _run(written: Sequence[Line], place: int, read: Callable[[Line], Row | None]) -> list[Row]:
    rows: list[Row] = []
    for at in range(place, len(written)):
        line = written[at]
        row = None if line.from_table else read(line)
        if row is None:
            break
        rows.append(row)
    return rows


def _agree(rows: Sequence[Row]) -> bool:
    """Rows of one table have nearly the same number of cells; scans drop the empty ones."""
    widths = [len(row.cells) for row in rows]
    labelled = sum(bool(row.label) for row in rows)
    return max(widths) >= _FEWEST_FIGURES and (labelled * 2 >= len(rows) or len(set(widths)) == 1)


def _figure_row(line: Line) -> Row | None:
    """Read "Horsens 40,00 37,50": a label and at least two figures at the end of the line."""
    if len(line.text) > _LONGEST_HEADER or presenter_line(line.text) or is_bullet(line.text):
        return None
    tokens = _ROMAN_ONE.sub("I ", line.text).replace("|", " ").split()
    cells: list[str] = []
    while tokens:
        token = tokens[-1].strip(_NOISE)
        if token and not _FIGURE.match(token) and token not in EMPTY_MARKS:
            break
        tokens.pop()
        if token:
            cells.append("" if token in EMPTY_MARKS else token)
    label = " ".join(tokens).strip(_NOISE + " ")
    figures = sum(bool(cell) for cell in cells)
    if figures < _FEWEST_FIGURES or len(label) > _LONGEST_LABEL or not _is_label(label):
        return None
    return Row(line.number, label, tuple(reversed(cells)))


def _is_label(label: str) -> bool:
    if not label:
        return True
    ends_well = not label.endswith((".", ",")) or bool(_SHORTENED.search(label))
    return ends_well and bool(re.search(r"[^\W\d_]", label))


def _date_row(line: Line) -> Row | None:
    """Read a line of nothing but dates, with a short label in front at most."""
    if len(line.text) > 2 * _LONGEST_HEADER or is_bullet(line.text):
        return None
    dates = list(DATE.finditer(line.text))
    if len(dates) < _FEWEST_DATES:
        return None
    label = line.text[: dates[0].start()].strip(" :|")
    between = DATE.sub("", line.text[dates[0].start() :]).strip(" |\t;,.")
    if between or len(label) > _LONGEST_LABEL // 2 or len(label.split()) > 3:
        return None
    return Row(line.number, label, tuple(date.group().strip() for date in dates))


def _table(written: Sequence[Line], place: int, rows: Sequence[Row], of_dates: bool) -> TextTable:
    header: list[Line] = []
    title: Line | None = None
    if len(rows) > _FEWEST_ROWS and all(_YEAR.match(cell) for cell in rows[0].cells):
        header, rows = [written[place]], rows[1:]
    for line in reversed(written[max(place - _MOST_HEADER_LINES, 0) : place]):
        if TABLE_TITLE.match(line.text):
            title = line
            break
        if not _is_header(line) or (of_dates and header):
            break
        header.insert(0, line)
    if not title and not any(_splits(line, rows) for line in header):
        header = header[-1:]
    elif not title:
        header = header[min(at for at, line in enumerate(header) if _splits(line, rows)) :]
    return TextTable(title, tuple(header), tuple(rows), of_dates)


def _is_header(line: Line) -> bool:
    text = line.text
    if len(text) > _LONGEST_HEADER or text.endswith((".", ",", ":", ";")) or is_bullet(text):
        return bool(_ABBREVIATED.search(text))
    known = (block_mark(text), section_title(text), presenter_line(text))
    return not any(mark is not None for mark in known)


def _splits(line: Line, rows: Sequence[Row]) -> bool:
    return bool(header_cells(line.text, width(rows)))


def width(rows: Sequence[Row]) -> int:
    """Return the number of columns, the label's among them."""
    return max(len(row.cells) for row in rows) + any(row.label for row in rows)


def header_cells(text: str, columns: int) -> tuple[str, ...]:
    """Split a header into so many columns, in the first way that gives them; () if none does.

    One column too few is the one of the labels, which often has no heading.
    """
    ways = (
        cells_of(text),
        [part for part in _HEADER_SPLIT.split(text) if part],
        [part.group() for part in _WITH_BRACKET.finditer(text)],
    )
    for cells in ways:
        if len(cells) == columns:
            return tuple(cells)
    for cells in ways:
        if len(cells) == columns - 1 and len(cells) > 1:
            return ("", *cells)
    return ()
