"""Tables of one figure a row in plain text: nothing but the total below tells that they are one."""

import re
from collections.abc import Iterator, Sequence

from rammevaerk.engine.documents.meeting import TOTAL_LABEL
from rammevaerk.exchange.meeting_documents.lines import Line
from rammevaerk.exchange.meeting_documents.marks import (
    annex_line,
    block_mark,
    is_title_like,
    section_title,
    without_bullet,
)
from rammevaerk.exchange.meeting_documents.table_rows import FIGURE, TABLE_TITLE, Row, TextTable

_ROW = re.compile(
    rf"(?P<label>[^\W\d_].{{1,70}}?)\s*[:.…]*\s+(?P<cell>(?:kr\.?\s*)?{FIGURE}(?:,-+)?"
    r"(?:\s?(?:%|pct\.?|kr\.?|(?:mio|mia|t)\.?(?:\s?kr\.?)?|pladser|borgere|personer))?)\Z",
    re.IGNORECASE,
)
_MOST_ROWS = 100
_FEWEST_ROWS = 2  # beside the total
_TITLES_ABOVE = 2


def lone_figures(written: Sequence[Line], taken: set[int]) -> Iterator[TextTable]:
    """Give the tables that end with a total: labels with one figure each, directly above it.

    `taken` are the numbers of lines that belong to other tables.
    """
    for at, line in enumerate(written):
        total = None if line.number in taken else _row(line)
        if total is None or not TOTAL_LABEL.search(total.label):
            continue
        rows = [total]
        for above in reversed(written[max(at - _MOST_ROWS, 0) : at]):
            row = None if above.number in taken else _row(above)
            if row is None or TOTAL_LABEL.search(row.label):
                break
            rows.insert(0, row)
        if len(rows) > _FEWEST_ROWS:
            yield _table(written[max(at + 1 - len(rows) - _TITLES_ABOVE, 0) : at], rows)


def _row(line: Line) -> Row | None:
    text = without_bullet(line.text)
    found = None if line.from_table else _ROW.match(text)
    if found is None or annex_line(text) or section_title(text) or block_mark(text):
        return None
    label = found["label"].strip()
    return Row(line.number, label, (found["cell"],)) if is_title_like(label) else None


def _table(above: Sequence[Line], rows: Sequence[Row]) -> TextTable:
    title = next((line for line in reversed(above) if TABLE_TITLE.match(line.text)), None)
    return TextTable(title, (), tuple(rows), of_dates=False)
