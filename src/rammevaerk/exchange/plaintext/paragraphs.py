"""Paragraphs of Office parts put together again from the runs they are stored in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from lxml.etree import _Element as Element

from rammevaerk.exchange.safe_xml import attribute, local_name, walk

_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_TEXTS = frozenset({"t", "instrText"})
_DELETED = frozenset({"delText", "delInstrText"})
_LOOSE = frozenset({"v", "text", "definedName", "f", "formula"})
_ATTRIBUTES = frozenset({"descr", "title", "tooltip", "instr", "statusText", "helpText"})
_NOTES = {"comment": "kommentar", "cm": "kommentar", "footnote": "fodnote", "endnote": "slutnote"}


@dataclass(slots=True)
class _Paragraph:
    shown: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    changed: bool = False


@dataclass(slots=True)
class _Table:
    number: int
    row: int = 0
    column: int = 0


@dataclass(slots=True)
class PartReader:
    """Reads one part of a Word or PowerPoint file; `label` is "" in the main text of Word."""

    label: str
    _paragraphs: list[_Paragraph] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _count: int = 0
    _table_count: int = 0
    _note: str = ""
    _note_count: int = 0
    _boxes: int = 0
    _inserted: int = 0

    def read(self, source: IO[bytes]) -> Iterator[tuple[str, str]]:
        """Yield (place, text) for each paragraph, and for texts that stand outside of any."""
        for event, element in walk(source):
            name = local_name(element)
            if event == "start":
                self._enter(name, element)
                yield from self._attributes(element)
            else:
                yield from self._leave(name, element)

    def _enter(self, name: str, element: Element) -> None:
        match name:
            case "p":
                self._paragraphs.append(_Paragraph())
            case "txbxContent":
                self._boxes += 1
            case "ins":
                self._inserted += 1
            case "tbl":
                self._table_count += 1
                self._tables.append(_Table(self._table_count))
            case "tr" if self._tables:
                self._tables[-1].row += 1
                self._tables[-1].column = 0
            case "tc" if self._tables:
                self._tables[-1].column += 1
            case _ if name in _NOTES:
                self._note_count += 1
                self._note = f"{_NOTES[name]} {attribute(element, 'ref') or self._note_count}"

    def _leave(self, name: str, element: Element) -> Iterator[tuple[str, str]]:
        if name == "p":
            yield from self._finished(self._paragraphs.pop())
            element.clear(keep_tail=True)
        elif name == "txbxContent":
            self._boxes -= 1
        elif name == "ins":
            self._inserted -= 1
        elif name == "tbl":
            self._tables.pop()
        elif name in _NOTES:
            self._note = ""
        else:
            yield from self._text(name, element)

    def _text(self, name: str, element: Element) -> Iterator[tuple[str, str]]:
        text = _BREAKS.get(name) or element.text or ""
        if self._paragraphs and name in _BREAKS:
            self._add(text, shown=True, before=True)
        elif self._paragraphs and name in _DELETED:
            self._add(text, shown=False, before=True)
        elif self._paragraphs and name in _TEXTS:
            self._add(text, shown=True, before=not self._inserted)
        elif name in _LOOSE or name in _TEXTS:
            yield self._place(), text

    def _add(self, text: str, *, shown: bool, before: bool) -> None:
        paragraph = self._paragraphs[-1]
        paragraph.changed |= shown != before
        if shown:
            paragraph.shown.append(text)
        if before:
            paragraph.before.append(text)

    def _finished(self, paragraph: _Paragraph) -> Iterator[tuple[str, str]]:
        shown, before = "".join(paragraph.shown), "".join(paragraph.before)
        if not (shown + before).strip():
            return
        if not self._tables and not self._boxes:
            self._count += 1
        yield self._place(), shown
        if paragraph.changed:
            yield f"{self._place()} (før rettelser)", before

    def _attributes(self, element: Element) -> Iterator[tuple[str, str]]:
        for key, value in element.attrib.items():
            if str(key).rpartition("}")[2] in _ATTRIBUTES:
                yield f"{self._place()} (alternativ tekst eller felt)", str(value)

    def _place(self) -> str:
        parts = [self.label] if self.label else []
        if self._note:
            parts.append(self._note)
        elif self._tables:
            table = self._tables[-1]
            parts.append(f"tabel {table.number}, række {table.row}, celle {table.column}")
        elif not self.label:
            parts.append(f"afsnit {max(self._count, 1)}")
        if self._boxes:
            parts.append("tekstboks")
        return ", ".join(parts)
