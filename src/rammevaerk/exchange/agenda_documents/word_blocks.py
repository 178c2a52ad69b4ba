"""Blocks as WordprocessingML: paragraphs in named styles, real lists, tables and links."""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from rammevaerk.exchange.agenda_documents.blocks import (
    Block,
    Cell,
    Heading,
    ListBlock,
    Paragraph,
    Run,
    TableBlock,
    plain,
)
from rammevaerk.exchange.agenda_documents.tables import (
    cell_text,
    column_shares,
    number_columns,
    text_size,
)
from rammevaerk.exchange.agenda_documents.word_form import (
    DECISION,
    DECISION_POINT,
    TEXT_WIDTH,
    element,
)

_MANY_COLUMNS = 7
_BELOW_PARTS = 3  # the level of the heading that an item's parts have
_LIST_STYLES = {False: "List Bullet", True: "List Number"}
_BREAKS = {"\n": "w:br", "\t": "w:tab"}
_EMU_PER_TWENTIETH = 635


class BlockWriter:
    """Makes the elements of one file; it keeps the file's links and numbered lists."""

    def __init__(self, file: Document) -> None:
        self._part = file.part
        self._styles = {style.name: style.style_id for style in file.styles}
        self._numbering = file.part.numbering_part.element

    def elements(self, blocks: Iterable[Block], *, marked: bool = False) -> Iterator[Any]:
        """Yield the elements of the blocks in order; `marked` sets paragraphs as a decision."""
        ordered = tuple(blocks)
        for block, following in zip_longest(ordered, ordered[1:]):
            match block:
                case Paragraph(runs=runs, quoted=quoted):
                    style = "Quote" if quoted else DECISION if marked else "Normal"
                    # «Det indstilles, at …:» stays with the first point.
                    kept = [element("w:keepNext")] if isinstance(following, ListBlock) else []
                    yield self.paragraph(style, runs, *kept)
                case Heading(level=level, runs=runs):
                    yield self.paragraph(f"Heading {_BELOW_PARTS + level}", runs)
                case ListBlock():
                    yield from self._list(block, 1, DECISION_POINT if marked else "")
                case TableBlock():
                    yield from self._table(block)

    def paragraph(self, style: str, runs: Iterable[Run], *properties: Any) -> Any:
        """Return a paragraph in a named style; `properties` go into its pPr in schema order."""
        form = element("w:pPr", element("w:pStyle", val=self._styles[style]), *properties)
        return element("w:p", form, *(self._run(run) for run in runs))

    def _run(self, run: Run) -> Any:
        if not run.link:
            return _text_run(run)
        key = self._part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = element("w:hyperlink", _text_run(run, self._styles["Hyperlink"]), history=1)
        link.set(qn("r:id"), key)
        return link

    def _list(self, block: ListBlock, depth: int, style: str = "") -> Iterator[Any]:
        suffix = "" if depth == 1 else f" {depth}"
        style = style or f"{_LIST_STYLES[block.ordered]}{suffix}"
        number = [self._new_numbering(style)] if block.ordered else []
        for item in block.items:
            for place, inner in enumerate(item):
                if isinstance(inner, ListBlock):
                    yield from self._list(inner, depth + 1)
                elif isinstance(inner, Paragraph):
                    first = place == 0
                    form = map(_numbered, number) if first else ()
                    yield self.paragraph(
                        style if first else f"List Continue{suffix}", inner.runs, *form
                    )
                else:
                    yield from self.elements((inner,))

    def _new_numbering(self, style: str) -> int:
        """Number a list from 1 of its own: a style alone would go on where the last list ended."""
        of_style = self._part.styles[style].element.find(f".//{qn('w:numId')}")
        used = next(
            number
            for number in self._numbering.num_lst
            if number.numId == int(of_style.get(qn("w:val")))
        )
        made = self._numbering.add_num(used.abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(made.numId)

    def _table(self, grid: TableBlock) -> Iterator[Any]:
        if grid.caption:
            yield self.paragraph("Caption", plain(grid.caption).runs)
        shares = column_shares(grid)
        widths = [TEXT_WIDTH // _EMU_PER_TWENTIETH * share // sum(shares) for share in shares]
        numbers = number_columns(grid)
        made = element(
            "w:tbl",
            element(
                "w:tblPr",
                element("w:tblStyle", val=self._styles["Table Grid"]),
                element("w:tblW", w=5000, type="pct"),
                _borders(),
                element("w:tblLayout", type="fixed"),
                _margins(100 if grid.columns < _MANY_COLUMNS else 50),
                element("w:tblLook", val="0020" if grid.header_rows else "0000"),
                *([element("w:tblCaption", val=grid.caption)] if grid.caption else []),
            ),
            element("w:tblGrid", *(element("w:gridCol", w=width) for width in widths)),
        )
        places = _places(grid)
        for row in range(grid.rows):
            form = [element("w:cantSplit")] if _is_short(places, row) else []
            if row < grid.header_rows:
                form.append(element("w:tblHeader"))
            cells = (
                self._cell(cell, row, widths, right=column in numbers)
                for column, cell in sorted(places[row].items())
            )
            made.append(element("w:tr", element("w:trPr", *form), *cells))
        for run in made.iter(qn("w:r")):
            _set_size(run, text_size(grid))
        yield made
        # Word joins two tables that touch; an empty line of small height keeps them apart.
        yield element("w:p", element("w:pPr", element("w:spacing", after=60, line=120)))

    def _cell(self, cell: Cell, row: int, widths: list[int], *, right: bool) -> Any:
        form = [element("w:tcW", w=sum(widths[cell.column :][: cell.columns]), type="dxa")]
        if cell.columns > 1:
            form.append(element("w:gridSpan", val=cell.columns))
        if cell.rows > 1:
            form.append(element("w:vMerge", val="restart" if row == cell.row else "continue"))
        if cell.header:
            form.append(element("w:shd", val="clear", color="auto", fill="EAF2F4"))
        blocks = cell.blocks if row == cell.row else ()
        inside = list(self.elements(_strong(blocks) if cell.header else blocks))
        inside = inside or [self.paragraph("Normal", ())]
        for paragraph in inside:
            _set_in_cell(paragraph, right=right)
        return element("w:tc", element("w:tcPr", *form), *inside)


def _text_run(run: Run, style: str = "") -> Any:
    form = [element("w:rStyle", val=style)] if style else []
    form += [element("w:b")] if run.strong else []
    form += [element("w:i")] if run.emphasis else []
    made = element("w:r", *([element("w:rPr", *form)] if form else []))
    for piece in re.split("([\n\t])", run.text):
        if piece in _BREAKS:
            made.append(element(_BREAKS[piece]))
        elif piece:
            text = element("w:t")
            text.text = piece
            text.set(qn("xml:space"), "preserve")
            made.append(text)
    return made


def _numbered(number: int) -> Any:
    return element("w:numPr", element("w:ilvl", val=0), element("w:numId", val=number))


def _borders() -> Any:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = (element(f"w:{side}", val="single", sz=4, space=0, color="A9B1B5") for side in sides)
    return element("w:tblBorders", *lines)


def _margins(beside: int) -> Any:
    sides = (("top", 40), ("left", beside), ("bottom", 40), ("right", beside))
    return element("w:tblCellMar", *(element(f"w:{s}", w=w, type="dxa") for s, w in sides))


def _places(grid: TableBlock) -> list[dict[int, Cell]]:
    """The cells that each row writes: those that start in it and those that reach into it."""
    rows: list[dict[int, Cell]] = [{} for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.rows):
            rows[row][cell.column] = cell
    return rows


def _is_short(places: list[dict[int, Cell]], row: int) -> bool:
    """Whether a row is kept on one page; a long one would leave half of the page before empty."""
    return all(len(cell_text(cell)) < 400 for cell in places[row].values())


def _strong(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph):
            runs = (Run(run.text, True, run.emphasis, run.link) for run in block.runs)
            yield Paragraph(tuple(runs), block.quoted)
        else:
            yield block


def _set_size(run: Any, points: float) -> None:
    if run.rPr is None:
        run.insert(0, element("w:rPr"))
    for name in ("w:sz", "w:szCs"):
        run.rPr.append(element(name, val=int(points * 2)))


def _set_in_cell(paragraph: Any, *, right: bool) -> None:
    form = paragraph.pPr
    form.append(element("w:spacing", before=0, after=0))
    if right:
        form.append(element("w:jc", val="right"))
