"""Tables that only lay out a page or hold an agenda, turned into the lines that they mean."""

import re
from collections.abc import Iterator, Sequence

from rammevaerk.exchange.meeting_documents.marks import (
    block_mark,
    detached_number,
    number_mark,
    section_title,
)
from rammevaerk.exchange.meeting_documents.people import is_person
from rammevaerk.exchange.meeting_documents.words import Block, any_of

Part = tuple[str, int]  # text and heading level
_NUMBER_HEAD = re.compile(
    any_of((r"(?:punkt|pkt|nr|dagsordenspunkt)\.?(?: nr\.?)?|#|",)) + r"\Z", re.IGNORECASE
)
_TITLE_HEAD = re.compile(
    any_of((r"(?:emne|titel|sag|punkt|dagsordenspunkt|overskrift|indhold|tema|dagsorden)",))
    + r"\Z",
    re.IGNORECASE,
)
_PRESENTER_HEAD = re.compile(
    any_of((r"(?:ansvarlig|oplægsholder|sagsfremstiller|ved|v/|fremlægges af|hvem|indleder)",))
    + r"\Z",
    re.IGNORECASE,
)
_MASTHEAD_LABEL = re.compile(
    any_of(
        (
            "deltagere",
            "afbud",
            "sted",
            "dato",
            "tid",
            "tid og sted",
            "mødedato",
            "mødested",
            "referent",
            "mødeleder",
            "fraværende",
            "til stede",
            "ordstyrer",
        )
    )
    + r"\s*:?\Z",
    re.IGNORECASE,
)
_LONGEST_CELL = 160
_FEWEST_DATA_ROWS = 2


def is_layout(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a table is a way of setting out text: an agenda, a case with its headings.

    Tables of figures and short words are data.
    """
    if len(rows) < _FEWEST_DATA_ROWS or max(map(len, rows)) < _FEWEST_DATA_ROWS:
        return True
    firsts = [row[0].strip() for row in rows if row]
    labelled = sum(bool(_is_label(first)) for first in firsts)
    if labelled * 2 >= len(firsts) or _agenda_columns(rows[0]):
        return True
    people = sum(is_person(cell.strip()) for row in rows for cell in row)
    long = sum(len(cell) > _LONGEST_CELL for row in rows for cell in row)
    cells = sum(bool(cell.strip()) for row in rows for cell in row)
    return 2 * people >= cells or 3 * long >= cells


def _is_label(text: str) -> bool:
    return bool(block_mark(text) or section_title(text) or _MASTHEAD_LABEL.match(text))


def _agenda_columns(head: Sequence[str]) -> dict[int, str]:
    """Return what the columns of an agenda hold, by their headings; {} when it is none."""
    found: dict[int, str] = {}
    for at, cell in enumerate(head):
        bare = cell.strip(" :")
        mark = block_mark(bare)
        if _TITLE_HEAD.match(bare) and "title" not in found.values():
            found[at] = "title"
        elif _NUMBER_HEAD.match(bare) and at == 0:
            found[at] = "number"
        elif _PRESENTER_HEAD.match(bare):
            found[at] = "presenter"
        elif mark is not None:
            found[at] = "block"
    titled = "title" in found.values()
    return found if titled and len(found) > 1 else {}


def layout_lines(rows: Sequence[Sequence[Sequence[Part]]]) -> Iterator[Part]:
    """Yield the lines a layout table means, empty ones between what stands apart."""
    head = [" ".join(text for text, _ in cell) for cell in rows[0]]
    columns = _agenda_columns(head)
    if columns and len(rows) > 1:
        for row in rows[1:]:
            yield from _agenda_row(row, columns, head)
        return
    for row in rows:
        cells = [[part for part in cell if part[0].strip()] for cell in row]
        filled = [cell for cell in cells if cell]
        if len(filled) > 1 and all(len(cell) == 1 for cell in filled) and _is_short(filled):
            yield _one_line(filled)
            continue
        for cell in filled:
            yield from _parted(cell)
    yield "", 0


def _is_short(cells: Sequence[Sequence[Part]]) -> bool:
    """Cells of one line each stay beside each other, unless the first is a block's heading."""
    first = cells[0][0][0].strip()
    mark = block_mark(first)
    heading = mark is not None and mark.block is not Block.FACTS and not mark.rest
    return not heading and all(len(cell[0][0]) <= _LONGEST_CELL for cell in cells)


def _one_line(cells: Sequence[Sequence[Part]]) -> Part:
    texts = [cell[0][0].strip() for cell in cells]
    if detached_number(texts[0]) and len(texts) == 2:
        return f"{texts[0]} {texts[1]}", max(cell[0][1] for cell in cells)
    return "\t".join(texts), 0


def _parted(cell: Sequence[Part]) -> Iterator[Part]:
    yield "", 0
    yield from cell


def _agenda_row(
    row: Sequence[Sequence[Part]], columns: dict[int, str], head: Sequence[str]
) -> Iterator[Part]:
    number, title, rest = "", [], []
    for at, cell in enumerate(row):
        texts = [(text.strip(), level) for text, level in cell if text.strip()]
        kind = columns.get(at, "text")
        if not texts:
            continue
        if kind == "number":
            number = texts[0][0]
        elif kind == "title":
            title, more = texts[:1], texts[1:]
            rest += [("", 0), *more] if more else []
        elif kind == "presenter":
            rest.insert(0, (f"Ansvarlig: {', '.join(text for text, _ in texts)}", 0))
        elif kind == "block":
            rest += [("", 0), (head[at].strip(), 0), *texts]
        else:
            rest += [("", 0), *texts]
    if title or number:
        yield "", 0
        yield _numbered(number, title[0][0] if title else "")
        yield from rest


def _numbered(number: str, title: str) -> Part:
    mark = number_mark(title)
    detached = detached_number(number)
    if mark is not None or detached is None:
        return f"{number} {title}".strip() if detached is None and number else title, 0
    worded = number if "." in number else f"{number}."
    return f"{worded} {title}".strip(), 0
