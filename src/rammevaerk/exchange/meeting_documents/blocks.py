"""The parts of one item: presenters, recommendation, presentation, annexes, decision."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rammevaerk.engine.documents.meeting import Unsure
from rammevaerk.exchange.meeting_documents.marks import (
    BlockMark,
    closed_within,
    ends_sentence,
    is_bullet,
    is_case_number,
    is_title_like,
    proposes,
    says_closed,
)
from rammevaerk.exchange.meeting_documents.pieces import Piece
from rammevaerk.exchange.meeting_documents.prose import Written
from rammevaerk.exchange.meeting_documents.quote import shown
from rammevaerk.exchange.meeting_documents.words import Block

_LISTS = frozenset({Block.RECOMMENDATION, Block.ANNEXES})
_LONG_PRESENTER = 60


@dataclass(slots=True)
class Blocks:
    """The lines of one item by block; `headed` are the blocks that a heading stands over."""

    lines: dict[Block, list[Written]] = field(default_factory=dict)
    headed: set[Block] = field(default_factory=set)
    presenters: list[str] = field(default_factory=list)
    closed: bool = False
    doubts: list[Unsure] = field(default_factory=list)

    def of(self, block: Block) -> list[Written]:
        """Return the lines of one block."""
        return self.lines.get(block, [])


class BlockReader:
    """Goes through the pieces of one item after its title."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._now: Block | None = None
        self._presenting = False
        self._after_heading = False

    def read(self, pieces: Sequence[Piece]) -> Blocks:
        """Return the item's blocks."""
        for at, piece in enumerate(pieces):
            following = pieces[at + 1] if at + 1 < len(pieces) else None
            self._take(piece, following)
        return self.blocks

    def _take(self, piece: Piece, following: Piece | None) -> None:
        if piece.detached and not piece.in_table:
            return
        if self._now is None and self._take_before_blocks(piece, following):
            return
        self._presenting = False
        if piece.block is not None and self._begins(piece.block):
            self._begin(piece, piece.block)
        elif piece.gap and not self._is_proposed() and proposes(piece.text):
            self._switch(Block.RECOMMENDATION)
            self._write(piece, piece.text)
        elif says_closed(piece.text):
            self.blocks.closed = True
        else:
            self._write(piece, piece.text)

    def _is_proposed(self) -> bool:
        """After a recommendation or a decision, no sentence begins a recommendation."""
        return bool(self.blocks.headed & {Block.RECOMMENDATION, Block.DECISION})

    def _take_before_blocks(self, piece: Piece, following: Piece | None) -> bool:
        """Take presenters and remarks between the title and the first block."""
        if piece.presenter is not None:
            self.blocks.presenters.append(piece.presenter)
            self._presenting = True
            return True
        if self._presenting and self._goes_on(piece, following):
            self.blocks.presenters[-1] += " " + piece.text
            return True
        return False

    def _goes_on(self, piece: Piece, following: Piece | None) -> bool:
        before = self.blocks.presenters[-1]
        if piece.gap or not piece.plain:
            return False
        if before.endswith((",", "-", " og", " samt")):
            return True
        ends_here = following is None or following.gap or following.block is not None
        return len(before) >= _LONG_PRESENTER and ends_here and is_title_like(piece.text)

    def _begins(self, mark: BlockMark) -> bool:
        """A sub-heading begins the presentation only after a list, a decision has no other."""
        if mark.block is Block.FACTS:
            return self._now is not Block.DECISION or is_case_number(mark.rest)
        if mark.block is Block.PRESENTERS:
            return self._now is None or self._now in _LISTS
        if mark.strong:
            return True
        return self._now is None or self._now in _LISTS

    def _begin(self, piece: Piece, mark: BlockMark) -> None:
        if mark.misread:
            what = f"{shown(piece.text)} er læst som «{mark.misread}»."
            self.blocks.doubts.append(Unsure(piece.line.number, what))
        if mark.block is Block.FACTS:
            self.blocks.closed |= closed_within(piece.text)
            return
        if mark.block is Block.PRESENTERS:
            self.blocks.presenters.append(mark.rest)
            return
        again = mark.block is Block.DECISION and self._now is Block.DECISION
        self._switch(mark.block)
        if not mark.strong or again:
            self._write(piece, piece.text)
        elif mark.rest:
            self._write(piece, mark.rest)

    def _switch(self, block: Block) -> None:
        self._now = block
        self.blocks.headed.add(block)
        self.blocks.lines.setdefault(block, [])

    def _write(self, piece: Piece, text: str) -> None:
        if self._now is None:
            self._now = Block.PRESENTATION
        lines = self.blocks.lines.setdefault(self._now, [])
        apart = piece.in_table or piece.block is not None or self._after_heading
        lines.append(Written(piece.line.number, text, piece.gap or apart or not lines))
        heading = piece.block is not None and not piece.block.rest
        self._after_heading = piece.in_table or heading


def is_prose(line: Written) -> bool:
    """Say whether a line is running text rather than an entry of a list."""
    return ends_sentence(line.text) and not is_bullet(line.text)
