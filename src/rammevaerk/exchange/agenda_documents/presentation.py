"""The sanitised HTML of a presentation, read into blocks without a word lost."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

from rammevaerk.exchange.agenda_documents.blocks import (
    Block,
    Heading,
    ListBlock,
    Paragraph,
    Run,
    plain,
)
from rammevaerk.exchange.agenda_documents.tables import RawCell, block_text, table
from rammevaerk.exchange.cleaning import cleaned

# Lists deeper than this are read as paragraphs of the innermost point: paper has no more indents.
DEEPEST_LIST = 3
LONGEST_LINK = 2000  # characters; Word takes no longer address
_SCHEMES = ("http", "https", "mailto")
_STRONG, _EMPHASIS = {"strong", "b"}, {"em", "i"}
_HEADINGS = {"h1": 1, "h2": 1, "h3": 1, "h4": 2, "h5": 2, "h6": 2}
_LISTS = {"ul", "ol"}
_CELLS = {"td", "th"}
_CONTAINERS = _LISTS | _CELLS | {"li", "table", "thead", "tr", "caption", "blockquote"}
_UNREAD = {"script", "style"}
_BLANKS = re.compile(r"[ \t\n]+")


def read(html: str) -> tuple[Block, ...]:
    """Return the blocks of the HTML; tags that are not known leave their text behind."""
    reader = _Reader()
    reader.feed(cleaned(html))
    reader.close()
    return reader.finished()


@dataclass(slots=True)
class _Frame:
    """An open element that holds blocks. A `thin` one lends its parent's."""

    tag: str
    blocks: list[Block]
    thin: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    points: list[tuple[Block, ...]] = field(default_factory=list)
    rows: list[list[RawCell]] = field(default_factory=list)
    head: int = 0
    caption: str = ""


class _Reader(HTMLParser):
    """Keeps a stack of open elements, so that no depth of nesting is too deep."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._stack = [_Frame("", [])]
        # How many elements of each name are open: all of them, and those with blocks of their own.
        self._all: Counter[str] = Counter()
        self._thick: Counter[str] = Counter()
        self._runs: list[Run] = []
        self._strong = self._emphasis = self._unread = 0
        self._links: list[str] = []
        self._heading = 0
        self._levels = 0

    def finished(self) -> tuple[Block, ...]:
        while len(self._stack) > 1:
            self._pop()
        self._flush()
        return tuple(self._stack[0].blocks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _UNREAD:
            self._unread += 1
        elif tag == "br":
            self._runs.append(Run("\n"))
        elif tag == "a":
            self._links.append(safe_link(attributes.get("href", "")))
        elif tag in _STRONG | _EMPHASIS:
            self._mark(tag, 1)
        elif tag in _CONTAINERS:
            self._flush()
            self._push(tag, attributes)
        elif tag == "p" or tag == "div" or tag in _HEADINGS:
            self._flush()
            self._heading = _HEADINGS.get(tag, 0)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag == "a" and self._links:
            self._links.pop()
        elif tag in _STRONG | _EMPHASIS:
            self._mark(tag, -1)
        elif tag in _CONTAINERS and self._all[tag]:
            while self._pop() != tag:
                pass
        elif tag == "p" or tag == "div" or tag in _HEADINGS:
            self._flush()

    def handle_data(self, data: str) -> None:
        if not self._unread and data:
            link = self._links[-1] if self._links else ""
            text = _BLANKS.sub(" ", data)
            self._runs.append(Run(text, self._strong > 0, self._emphasis > 0, link))

    def _mark(self, tag: str, step: int) -> None:
        if tag in _STRONG:
            self._strong = max(0, self._strong + step)
        else:
            self._emphasis = max(0, self._emphasis + step)

    def _push(self, tag: str, attributes: dict[str, str]) -> None:
        thin = self._is_thin(tag)
        blocks = self._stack[-1].blocks if thin else []
        self._stack.append(_Frame(tag, blocks, thin, attributes))
        self._all[tag] += 1
        self._thick[tag] += not thin

    def _is_thin(self, tag: str) -> bool:
        """Whether an element can only lend its text to the one around it."""
        if tag in _LISTS:
            return self._open(*_LISTS) >= DEEPEST_LIST
        if tag == "table":
            return self._open("table", *_LISTS) > 0
        if tag == "li":
            return self._stack[-1].thin or self._stack[-1].tag not in _LISTS
        if tag in _CELLS:
            return self._stack[-1].tag != "tr" or self._stack[-1].thin
        if tag == "tr":
            return self._table() is None
        return tag in {"thead", "caption"} and self._table() is None

    def _open(self, *tags: str) -> int:
        return sum(self._thick[tag] for tag in tags)

    def _table(self) -> _Frame | None:
        """The table that a row or a caption here belongs to."""
        for frame in reversed(self._stack):
            if frame.tag == "table":
                return None if frame.thin else frame
            if frame.tag != "thead":
                return None
        return None

    def _pop(self) -> str:
        """Close the innermost open element and give its blocks to the one around it."""
        self._flush()
        frame = self._stack.pop()
        self._all[frame.tag] -= 1
        self._thick[frame.tag] -= not frame.thin
        if not frame.thin:
            self._close(frame, self._stack[-1])
        return frame.tag

    def _close(self, frame: _Frame, around: _Frame) -> None:
        if frame.tag == "li":
            around.points.append(tuple(frame.blocks))
        elif frame.tag in _LISTS:
            self._close_list(frame, around)
        elif frame.tag in _CELLS:
            self._close_cell(frame, around)
        elif frame.tag == "tr":
            self._close_row(frame)
        elif frame.tag == "caption":
            self._close_caption(frame)
        elif frame.tag == "table":
            grid = table(frame.caption, frame.rows, frame.head)
            alone = (plain(frame.caption),) if frame.caption else ()
            around.blocks += [*frame.blocks, *((grid,) if grid else alone)]
        else:
            around.blocks += frame.blocks

    def _close_list(self, frame: _Frame, around: _Frame) -> None:
        around.blocks += frame.blocks
        points = tuple(point for point in frame.points if point)
        if points:
            around.blocks.append(ListBlock(frame.tag == "ol", points))

    def _close_cell(self, frame: _Frame, row: _Frame) -> None:
        row.rows = row.rows or [[]]
        row.rows[0].append(
            RawCell(
                frame.tag == "th",
                _span(frame.attributes.get("rowspan", "")),
                _span(frame.attributes.get("colspan", "")),
                tuple(frame.blocks),
            )
        )

    def _close_row(self, frame: _Frame) -> None:
        whole = self._table()
        if whole is None:
            return
        whole.blocks += frame.blocks
        if frame.rows:
            in_head = self._stack[-1].tag == "thead" and whole.head == len(whole.rows)
            whole.head += in_head
            whole.rows.append(frame.rows[0])

    def _close_caption(self, frame: _Frame) -> None:
        whole = self._table()
        if whole is not None:
            said = " ".join(" ".join(map(block_text, frame.blocks)).split())
            whole.caption = f"{whole.caption} {said}".strip()

    def _flush(self) -> None:
        """End the paragraph or heading that is being read."""
        runs, self._runs = _trimmed(self._runs), []
        heading, self._heading = self._heading, 0
        if not runs:
            return
        if heading and len(self._stack) == 1:
            # No level may be left out: a reader of headings would look for what is missing.
            self._levels = min(heading, self._levels + 1)
            self._stack[-1].blocks.append(Heading(self._levels, runs))
        elif heading:
            strong = tuple(Run(run.text, True, run.emphasis, run.link) for run in runs)
            self._stack[-1].blocks.append(Paragraph(strong))
        else:
            self._stack[-1].blocks.append(Paragraph(runs, self._open("blockquote") > 0))


def safe_link(address: str) -> str:
    """Return the address as Office and PDF readers accept it, or "" when it is none of ours."""
    address = quote(address.strip(), safe="%;/?:@&=+$,#!'()*~-._[]")
    try:
        parts = urlsplit(address)
        place = parts.path if parts.scheme == "mailto" else parts.hostname
        known = parts.scheme in _SCHEMES and bool(place) and parts.port != 0
    except ValueError:
        return ""
    return address if known and len(address) <= LONGEST_LINK else ""


def _span(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 4 else 1


def _trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """The runs without blanks at either end of a line, and without empty ones."""
    kept: list[Run] = []
    at_start = True
    for run in runs:
        text = run.text.lstrip(" " if kept else " \n") if at_start else run.text
        if text:
            kept.append(Run(text, run.strong, run.emphasis, run.link))
            at_start = text[-1] in " \n"
    while kept:
        last = kept.pop()
        text = last.text.rstrip(" \n")
        if text:
            return (*kept, Run(text, last.strong, last.emphasis, last.link))
    return ()
