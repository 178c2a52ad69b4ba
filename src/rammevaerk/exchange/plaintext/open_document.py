"""The texts of OpenDocument files: paragraphs, cells, slides, annotations and properties."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from lxml.etree import _Element as Element

from rammevaerk.exchange.package import Package
from rammevaerk.exchange.plaintext.breaks import unbroken_paragraphs
from rammevaerk.exchange.plaintext.numbers import as_written
from rammevaerk.exchange.plaintext.tables import Figure, Table
from rammevaerk.exchange.safe_xml import attribute, local_name, walk
from rammevaerk.exchange.sheets import column_letter, number_text

_PARAGRAPHS = frozenset({"p", "h"})
_BREAKS = {"tab": "\t", "line-break": "\n"}
_ASIDE = {
    "annotation": "kommentar",
    "notes": "noter",
    "note": "fodnote",
    "header": "sidehoved",
    "header-left": "sidehoved",
    "header-first": "sidehoved",
    "footer": "sidefod",
    "footer-left": "sidefod",
    "footer-first": "sidefod",
    "text-box": "tekstboks",
    "tracked-changes": "slettet tekst",
}
_LOOSE = frozenset({"desc", "text-input", "user-field-decl", "label"})
_ATTRIBUTES = ("formula", "string-value", "title", "help-message", "current-value")
_PROPERTIES = {
    "title": "titel",
    "creator": "forfatter",
    "initial-creator": "forfatter",
    "subject": "emne",
    "keyword": "nøgleord",
    "description": "kommentarer",
}


def open_document_texts(package: Package) -> Iterator[tuple[str, str]]:
    """Yield (Danish place, text) for content, styles (headers), properties and inner objects."""
    for name in package.names:
        last = name.split("/")[-1]
        if last == "meta.xml":
            yield from _properties(package, name)
        elif last in {"content.xml", "styles.xml"}:
            inner = f"{name.rpartition('/')[0]}, " if "/" in name else ""
            with package.open(name) as source:
                pieces = _ContentReader(in_styles=last == "styles.xml").read(source)
                for place, text in unbroken_paragraphs(pieces):
                    yield inner + place, text


def _properties(package: Package, name: str) -> Iterator[tuple[str, str]]:
    with package.open(name) as source:
        for _, element in walk(source, ("end",)):
            found = local_name(element)
            label = attribute(element, "name") or _PROPERTIES.get(found, found)
            for text in as_written(element.text or ""):
                yield f"dokumentegenskaben {label}", text


@dataclass(slots=True)
class _ContentReader:
    """Walks content.xml and keeps track of table, cell, slide and what stands aside."""

    in_styles: bool
    _count: int = 0
    _slide: int = 0
    _tables: int = 0
    _table: str = ""
    _row: int = 0
    _column: int = 0
    _aside: tuple[str, ...] = ()
    _in_sheet: bool = False
    _figures: Table = field(default_factory=Table)
    _is_text: bool = False
    _words: str = ""

    def read(self, source: IO[bytes]) -> Iterator[tuple[str, str]]:
        for event, element in walk(source):
            name = local_name(element)
            if event == "start":
                yield from self._enter(name, element)
            else:
                yield from self._leave(name, element)

    def _enter(self, name: str, element: Element) -> Iterator[tuple[str, str]]:
        match name:
            case "spreadsheet":
                self._in_sheet = True
            case "page":
                self._slide += 1
            case "table":
                self._tables += 1
                self._table, self._row = attribute(element, "name"), 0
                self._figures = Table()
                yield self._place(), self._table
            case "table-row":
                self._row, self._column = self._row + 1, 0
            case "table-cell" | "covered-table-cell":
                self._column += 1
                self._is_text = attribute(element, "value-type") == "string"
                self._words = ""
            case _ if name in _ASIDE:
                self._aside = (*self._aside, _ASIDE[name])
        for key in _ATTRIBUTES:
            yield self._place(), attribute(element, key)

    def _leave(self, name: str, element: Element) -> Iterator[tuple[str, str]]:
        if name in _PARAGRAPHS:
            yield from self._paragraph(element)
        elif name == "table":
            yield from self._figures.split_numbers()
            self._table = ""
        elif name == "table-row":
            self._row += _repeats(element, "number-rows-repeated")
        elif name in {"table-cell", "covered-table-cell"}:
            yield from self._stored_number(element)
            self._column += _repeats(element, "number-columns-repeated")
        elif name in _ASIDE:
            self._aside = self._aside[:-1]
        elif name in _LOOSE:
            yield self._place(), element.text or ""

    def _stored_number(self, element: Element) -> Iterator[tuple[str, str]]:
        if attribute(element, "value-type") == "float":
            for text in as_written(number_text(attribute(element, "value"))):
                yield self._place(), self._words + text

    def _paragraph(self, element: Element) -> Iterator[tuple[str, str]]:
        text = _text_of(element)
        if text.strip():
            if not self._table and not self._aside:
                self._count += 1
            yield self._place(), self._announcement(text) + text
        # What stands inside (a note, a text box) has been yielded and must not come again.
        element.clear(keep_tail=True)

    def _announcement(self, text: str) -> str:
        if not self._in_sheet or not self._table or self._aside:
            return ""
        figure = Figure(f"ark «{self._table}», celle", self._cell(), text, self._is_text)
        self._words = self._figures.announcement(self._row, self._column, figure)
        return self._words

    def _cell(self) -> str:
        return f"{column_letter(self._column - 1)}{self._row}"

    def _place(self) -> str:
        if self._table and self._in_sheet:
            main = f"ark «{self._table}»"
            if self._row and self._column:
                main += f", celle {self._cell()}"
        elif self._table:
            main = f"tabel {self._tables}, række {self._row}, celle {self._column}"
        elif self._slide:
            main = f"dias {self._slide}"
        else:
            main = "" if self.in_styles else f"afsnit {max(self._count, 1)}"
        return ", ".join(part for part in (main, *self._aside) if part) or "typografier"


def _repeats(element: Element, name: str) -> int:
    """A row or cell may stand for many alike: the number beyond the one already counted."""
    written = attribute(element, name)
    return int(written) - 1 if written.isdecimal() else 0


def _text_of(element: Element) -> str:
    name = local_name(element)
    if name in _BREAKS:
        return _BREAKS[name]
    if name == "s":
        written = attribute(element, "c")
        return " " * min(int(written) if written.isdecimal() else 1, 1_000)
    if name == "annotation":
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [_text_of(child), child.tail or ""]
    return "".join(parts)
