"""Word documents as lines: paragraphs with their headings and numbers, tables cell by cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from rammevaerk.exchange.errors import Objection
from rammevaerk.exchange.meeting_documents.lines import RealTable, Source, SourceBuilder
from rammevaerk.exchange.meeting_documents.table_layout import is_layout, layout_lines
from rammevaerk.exchange.meeting_documents.word_styles import (
    WordStyles,
    paragraph_list,
    paragraph_style,
)
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.safe_xml import attribute, local_name, walk

_DOCUMENT = re.compile(r"word/document[0-9]*\.xml", re.IGNORECASE)
_RUNNING = re.compile(r"word/(?:header|footer)[0-9]*\.xml", re.IGNORECASE)
_LONGEST_TEXT = 2_000_000  # characters
_LOOSE_TAGS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset({"del", "moveFrom", "Fallback"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as Word shows it."""

    text: str
    heading: int = 0
    page_start: bool = False


@dataclass(slots=True)
class _Table:
    rows: list[list[list[Paragraph]]] = field(default_factory=list)


def source_from_word(package: Package) -> Source:
    """Return a judged Word package as a source; `Objection` when it is damaged or too long.

    Deleted text is left out. A table that only lays out the page becomes lines.
    """
    reader = _Reader(WordStyles.of(package))
    for name in package.names:
        if _DOCUMENT.fullmatch(name):
            reader.read(package, name)
    return reader.builder.source(running=list(_running(package)))


def _running(package: Package) -> Iterator[str]:
    for name in package.names:
        if _RUNNING.fullmatch(name):
            reader = _Reader(WordStyles())
            reader.read(package, name)
            yield from (line.text for line in reader.builder.lines if line.text)


class _Reader:
    """Reads one part; paragraphs inside tables wait until their table ends."""

    def __init__(self, styles: WordStyles) -> None:
        self.builder = SourceBuilder()
        self._styles = styles
        self._texts: list[list[str]] = []
        self._tables: list[_Table] = []
        self._skipping = 0
        self._page_breaks = 0
        self._length = 0

    def read(self, package: Package, name: str) -> None:
        with package.open(name) as source:
            for event, element in walk(source):
                tag = local_name(element)
                if tag in _SKIPPED:
                    self._skipping += 1 if event == "start" else -1
                elif self._skipping:
                    continue
                elif event == "start":
                    self._enter(tag)
                else:
                    self._leave(tag, element)

    def _enter(self, tag: str) -> None:
        if tag == "p":
            self._texts.append([])
        elif tag == "tbl":
            self._tables.append(_Table())
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag == "tc" and self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1].append([])

    def _leave(self, tag: str, element: Element) -> None:
        if tag == "p" and self._texts:
            self._finish("".join(self._texts.pop()), element.find("{*}pPr"))
            element.clear(keep_tail=True)
        elif tag == "tbl" and self._tables:
            self._finish_table(self._tables.pop())
        elif tag == "br" and attribute(element, "type") == "page":
            self._page_breaks += 1
        elif self._texts and (tag in _LOOSE_TAGS or tag == "t"):
            text = _LOOSE_TAGS.get(tag) or element.text or ""
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise Objection("har for meget tekst til at blive læst. Del den op.", "too-long")
            self._texts[-1].append(text)

    def _finish(self, text: str, properties: Element | None) -> None:
        style = paragraph_style(properties)
        listed = paragraph_list(properties) or self._styles.list_of(style)
        prefix = self._styles.prefix(*listed) if text.strip() else ""
        heading = self._styles.heading(style)
        page_start, self._page_breaks = bool(self._page_breaks), 0
        parts = (prefix + text).split("\n")
        written = [Paragraph(part, heading, page_start and not at) for at, part in enumerate(parts)]
        if self._tables:
            rows = self._tables[-1].rows
            if rows and rows[-1]:
                rows[-1][-1] += written
            return
        self._add(written)
        # A paragraph of Word stands apart as one of plain text does with an empty line.
        if text.strip() and not prefix:
            self._add([Paragraph("")])

    def _add(self, written: Sequence[Paragraph]) -> None:
        for part in written:
            self.builder.add(part.text, heading=part.heading, page_start=part.page_start)

    def _finish_table(self, table: _Table) -> None:
        rows = [row for row in table.rows if any(_text(cell) for cell in row)]
        if self._tables:  # a table inside a cell: its text belongs to the cell
            outer = self._tables[-1].rows
            if outer and outer[-1]:
                outer[-1][-1] += [part for row in rows for cell in row for part in cell]
            return
        if not rows:
            return
        texts = [[_text(cell) for cell in row] for row in rows]
        cells = [[[(part.text, part.heading) for part in cell] for cell in row] for row in rows]
        if is_layout(texts):
            for text, heading in layout_lines(cells):
                self.builder.add(text, heading=heading)
        else:
            self._add_data(texts)
        self.builder.add("")

    def _add_data(self, texts: Sequence[Sequence[str]]) -> None:
        width = max(len(row) for row in texts)
        numbers = tuple(self.builder.add("\t".join(row), from_table=True) for row in texts)
        rows = tuple((*row, *[""] * (width - len(row))) for row in texts)
        self.builder.tables.append(RealTable(rows, numbers))


def _text(cell: Sequence[Paragraph]) -> str:
    return " ".join(part.text.strip() for part in cell if part.text.strip())
