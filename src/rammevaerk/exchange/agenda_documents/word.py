"""An agenda or minutes as a Word document: named styles, contents, links, repeated table heads."""

from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from rammevaerk.exchange.agenda_documents.blocks import Run
from rammevaerk.exchange.agenda_documents.outline import Outline, OutlineItem, outline
from rammevaerk.exchange.agenda_documents.texts import AgendaDocument
from rammevaerk.exchange.agenda_documents.word_blocks import BlockWriter
from rammevaerk.exchange.agenda_documents.word_form import (
    FACTS,
    QUIET_LINE,
    element,
    packed,
    set_up,
)

_CONTENTS_FIELD = ' TOC \\o "1-2" \\h \\z \\u '


def write(document: AgendaDocument) -> bytes:
    """Return the document as .docx; the same document gives the same bytes.

    The contents are a field that Word fills with page numbers when the file is opened; until
    then, and in other programs, they are a list of links to the same headings.
    """
    content = outline(document)
    file = docx.Document()
    set_up(file, content)
    body: Any = file.element.body
    page = body.find(qn("w:sectPr"))
    for made in _Writer(BlockWriter(file)).elements(content):
        page.addprevious(made)
    return packed(file)


class _Writer:
    """Keeps the number of the heading it has come to, which the contents link to."""

    def __init__(self, blocks: BlockWriter) -> None:
        self._blocks = blocks
        self._headings = 0

    def elements(self, content: Outline) -> Iterator[Any]:
        yield self._line("Title", content.body)
        yield self._line("Subtitle", content.kind)
        for label, text in content.facts:
            runs = (Run(label, strong=True), Run(f"\t{text}"))
            yield self._blocks.paragraph(FACTS, runs)
        if content.attendance:
            yield self._line("TOC Heading", "Deltagere")
            yield from self._blocks.elements((content.attendance,))
        yield from self._contents(content)
        for section in content.sections:
            yield self._heading(1, section.heading)
            if section.note:
                yield self._line(QUIET_LINE, section.note)
            for item in section.items:
                yield from self._item(item)

    def _line(self, style: str, text: str) -> Any:
        return self._blocks.paragraph(style, (Run(text),))

    def _heading(self, level: int, text: str) -> Any:
        self._headings += 1
        made = self._line(f"Heading {level}", text)
        made.insert(
            1, element("w:bookmarkStart", id=self._headings, name=_bookmark(self._headings))
        )
        made.append(element("w:bookmarkEnd", id=self._headings))
        return made

    def _item(self, item: OutlineItem) -> Iterator[Any]:
        yield self._heading(2, item.heading)
        if item.closed:
            yield self._blocks.paragraph(QUIET_LINE, (Run(item.closed, strong=True),))
        if item.facts:
            yield self._line(QUIET_LINE, item.facts)
        for part in item.parts:
            yield self._line("Heading 3", part.heading)
            yield from self._blocks.elements(part.blocks, marked=part.marked)

    def _contents(self, content: Outline) -> Iterator[Any]:
        """The field around links to the headings that will follow, in the same order."""
        entries = [
            (level, text)
            for section in content.sections
            for level, text in (
                (1, section.heading),
                *((2, item.heading) for item in section.items),
            )
        ]
        if not entries:
            return
        yield self._line("TOC Heading", "Indhold")
        paragraphs = [
            self._entry(level, text, number)
            for number, (level, text) in enumerate(entries, start=1)
        ]
        for made in _field_start():
            paragraphs[0].find(qn("w:hyperlink")).addprevious(made)
        paragraphs[-1].append(element("w:r", element("w:fldChar", fldCharType="end")))
        yield from paragraphs

    def _entry(self, level: int, text: str, number: int) -> Any:
        made = self._line(f"toc {level}", text)
        link = element("w:hyperlink", *made.r_lst, anchor=_bookmark(number), history=1)
        made.append(link)
        return made


def _bookmark(number: int) -> str:
    return f"_Toc{number:06d}"


def _field_start() -> list[Any]:
    code = element("w:instrText")
    code.text = _CONTENTS_FIELD
    code.set(qn("xml:space"), "preserve")
    return [
        element("w:r", element("w:fldChar", fldCharType="begin", dirty="true")),
        element("w:r", code),
        element("w:r", element("w:fldChar", fldCharType="separate")),
    ]
