"""Tables whose cells are parted by tabs, bars or wide gaps: whatever stands between is a cell."""

import re
from collections import Counter
from collections.abc import Sequence

from rammevaerk.engine.documents.meeting import TOTAL_LABEL
from rammevaerk.exchange.meeting_documents.lines import Line
from rammevaerk.exchange.meeting_documents.marks import block_mark, is_bullet, section_title
from rammevaerk.exchange.meeting_documents.people import presenter_line
from rammevaerk.exchange.meeting_documents.table_rows import (
    DATE,
    EMPTY_MARKS,
    TABLE_TITLE,
    Row,
    TextTable,
)

_VALUE = re.compile(
    r"(?:ca\.?\s*|kr\.?\s*)?[-–−+]?\s?(?:\d{1,3}(?:[. ]\d{3})+|\d+)(?:[.,]\d+)?\s?(?:,-+)?"
    r"(?:\s?(?:%|[^\W\d_]{1,14}\.?(?:\s[^\W\d_]{1,10}\.?)?))?\s?[*°|\])]{0,3}\Z"
)
_TIME = re.compile(
    r"(?:kl\.?\s*)?\d{1,2}[.:]\d{2}(?:\s?[-–]\s?\d{1,2}[.:]\d{2})?\Z|\d{1,3}\s?min\w*\.?\Z",
    re.IGNORECASE,
)
_WIDE = re.compile(r" {3,}")
_BAR = re.compile(r"\s*\|\s*")
_RULE = re.compile(r"[\s|:+=_–-]*\Z")  # what only draws a line across
_NO_TABLE = re.compile(r"(?:side|punkt|pkt\.?|emne|dagsorden|indhold|titel)(?:\s?nr\.?)?\Z", re.I)
_YEAR = re.compile(r"(?:[A-ZÆØÅ][\w-]{2,12}\s)?(?:19|20)\d\d\Z")  # as headings: "Budget 2026"
_FEWEST_ROWS = 2
_LONGEST_LABEL = 120
_HEADER_LINES_ABOVE = 3

_Cells = tuple[str, ...]


def column_table(written: Sequence[Line], place: int) -> tuple[TextTable | None, int]:
    """Return the table in the columns that begin at `place`, and how many lines were gone through.

    Its rows have a number or a date in most places of a column; one column of numbers needs a
    heading, a row of totals or a title besides, for a table of contents looks like that too.
    """
    run = _run(written, place)
    lines, rows = _variant(run)
    valued = [at for at, row in enumerate(rows) if _values(row)]
    if len(valued) < _FEWEST_ROWS:
        return None, len(run)
    heading = len(valued) > _FEWEST_ROWS and _are_years(rows[valued[0]])
    first, last = valued[0] + heading, valued[-1]
    head = rows[first - 1] if first else ()
    body = rows[first : last + 1]
    title = _title(written, place)
    if not _is_table(head, body, titled=title is not None):
        return None, len(run)
    labelled = 2 * sum(not _is_value(row[0]) for row in body) >= len(body)
    width = max(len(row) for row in body)
    found = TextTable(
        title,
        tuple(lines[first - 1 : first]) if first else (),
        tuple(
            _row(line, row, labelled=labelled)
            for line, row in zip(lines[first : last + 1], body, strict=True)
        ),
        of_dates=False,
        head=_head(head, width),
    )
    return found, written.index(lines[last], place) + 1 - place


def _run(written: Sequence[Line], place: int) -> list[Line]:
    run: list[Line] = []
    for at in range(place, len(written)):
        line = written[at]
        if not _is_columned(line) or _parts(run, line):
            break
        run.append(line)
    return run


def _parts(run: Sequence[Line], line: Line) -> bool:
    """Say whether a line apart from a run without empty lines has not as many cells as its last."""
    if len(run) < _FEWEST_ROWS or run[-1].number > run[-2].number + 1:
        return False
    widths = {len(_cells(one, explicit=False)) for one in (run[-1], line)}
    return line.number > run[-1].number + 1 and len(widths) > 1


def _is_columned(line: Line) -> bool:
    text = line.text
    if line.from_table or is_bullet(text) or len(_cells(line, explicit=False)) < _FEWEST_ROWS:
        return False
    return not (presenter_line(text) or section_title(text) or block_mark(text))


def _cells(line: Line, *, explicit: bool) -> _Cells:
    """Divide a line: by tabs, else by bars, else by wide gaps.

    `explicit` takes two tabs on end for an empty cell between, else for one wide gap.
    """
    if "\t" in line.raw.strip():
        cells = line.raw.split("\t") if explicit else re.split(r"\t+", line.raw.strip())
    elif line.text.count("|") > 1 or " | " in line.text:
        cells = _BAR.split(line.text.removeprefix("|").removesuffix("|"))
    else:
        cells = _WIDE.split(line.text)
    return tuple(" ".join(cell.split()) for cell in cells)


def _variant(run: Sequence[Line]) -> tuple[list[Line], list[_Cells]]:
    """Return the rows, read in the way in which most of them have as many cells."""
    lines = [line for line in run if not _RULE.match(line.text)]
    ways = [[_cells(line, explicit=explicit) for line in lines] for explicit in (True, False)]
    rows = max(ways, key=lambda way: (_agreement(way), way is ways[0])) if lines else []
    return lines, rows


def _agreement(rows: Sequence[_Cells]) -> int:
    """Count the rows with the usual number of cells; nothing when a whole column is empty."""
    (width, times), *_ = Counter(len(row) for row in rows).most_common(1)
    of_width = [row for row in rows if len(row) == width]
    used = all(any(row[at] for row in of_width) for at in range(width))
    return times if used else 0


def _is_value(cell: str) -> bool:
    return bool(_VALUE.match(cell) or DATE.fullmatch(cell))


def _are_years(row: _Cells) -> bool:
    """Say whether the only numbers of a row are years, as in a heading."""
    return all(_YEAR.match(cell) for cell in row[1:] if _is_value(cell))


def _values(row: _Cells) -> int:
    return sum(_is_value(cell) for cell in row[1:])


def _is_table(head: _Cells, body: Sequence[_Cells], *, titled: bool) -> bool:
    width, times = Counter(len(row) for row in body).most_common(1)[0]
    if 3 * times < 2 * len(body) or any(len(row[0]) > _LONGEST_LABEL for row in body):
        return False
    if any(_NO_TABLE.match(cell) for cell in head) or _are_labels(body):
        return False
    columns = [at for at in range(1, width) if _is_of_values(body, at)]
    if not columns:
        return False
    total = any(TOTAL_LABEL.search(row[0]) for row in body)
    return len(columns) > 1 or titled or total or (len(head) in {width, width - 1})


def _is_of_values(body: Sequence[_Cells], at: int) -> bool:
    cells = [row[at] for row in body if at < len(row) and row[at] not in EMPTY_MARKS | {""}]
    values = sum(_is_value(cell) for cell in cells)
    return 3 * values >= 2 * len(cells) > 0 and not all(map(_TIME.match, cells))


def _are_labels(body: Sequence[_Cells]) -> bool:
    """Say whether the rows are facts of the head: "Sted:", "Dato:"."""
    return 2 * sum(row[0].endswith(":") for row in body) >= len(body)


def _title(written: Sequence[Line], place: int) -> Line | None:
    above = written[max(place - _HEADER_LINES_ABOVE, 0) : place]
    return next((line for line in reversed(above) if TABLE_TITLE.match(line.text)), None)


def _head(head: _Cells, width: int) -> _Cells:
    """Return the heading with as many cells as the rows; the first may be missing."""
    if len(head) == width - 1:
        return ("", *head)
    return head if len(head) == width else ()


def _row(line: Line, cells: _Cells, *, labelled: bool) -> Row:
    plain = tuple("" if cell in EMPTY_MARKS else cell for cell in cells[labelled:])
    return Row(line.number, cells[0] if labelled else "", plain)
