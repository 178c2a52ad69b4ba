"""The written lines of a document with all that each may be, and what stands around it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rammevaerk.exchange.meeting_documents.lines import Line
from rammevaerk.exchange.meeting_documents.marks import (
    BlockMark,
    NumberMark,
    block_mark,
    detached_number,
    ends_sentence,
    is_bullet,
    number_mark,
    proposes,
    section_title,
)
from rammevaerk.exchange.meeting_documents.people import presenter_line

_REFERS = re.compile(r"\b(?:jf|jfr|jævnfør|se|og|samt|i|af|fra|til)\.?\Z", re.IGNORECASE)
_NEAR = 5  # pieces after a title within which its first block or presenter is looked for
_USUAL_WIDTH = 0.7


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the text. `gap` when a blank line or a page's edge stands before it."""

    line: Line
    gap: bool
    in_table: bool
    block: BlockMark | None
    section: tuple[str, int | None] | None
    presenter: str | None
    number: NumberMark | None
    detached: NumberMark | None

    @property
    def text(self) -> str:
        """The line's text."""
        return self.line.text

    @property
    def plain(self) -> bool:
        """Say whether the line is nothing but text, so that it may be or go on a title."""
        marked = self.block or self.section or self.detached or self.in_table
        return not marked and self.presenter is None and not is_bullet(self.text)


def pieces_of(lines: Sequence[Line], dropped: set[int], in_tables: Iterable[int]) -> list[Piece]:
    """Return the pieces of the lines that are left when page furniture is dropped."""
    tables = set(in_tables)
    found: list[Piece] = []
    gap = True
    before = ""
    for line in lines:
        if line.blank or line.number in dropped:
            gap = True
            continue
        piece = _piece(line, gap or line.page_start, line.number in tables)
        if not gap and _is_mid_sentence(piece, before):
            piece = replace(piece, block=None)
        found.append(piece)
        before = line.text
        gap = False
    return found


def _is_mid_sentence(piece: Piece, before: str) -> bool:
    """Say whether "bilag 3." only goes on the sentence of the line before it."""
    small = piece.text.startswith("bilag ") and piece.block is not None
    return small and (bool(_REFERS.search(before)) or not ends_sentence(before))


def _piece(line: Line, gap: bool, in_table: bool) -> Piece:
    text = line.text
    if in_table:
        return Piece(line, gap, True, None, None, None, None, None)
    number = number_mark(text)
    return Piece(
        line,
        gap,
        False,
        block_mark(text),
        section_title(text),
        presenter_line(text),
        number,
        None if number else detached_number(text),
    )


def structured(pieces: Sequence[Piece], at: int, depth: int, before: int | None = None) -> bool:
    """Say whether what follows a title is an item's: a presenter, a block, its own heading.

    Looks five pieces ahead, never at piece `before` or after it.
    """
    end = at + 1 + _NEAR
    for piece in pieces[at + 1 : end if before is None else min(end, before)]:
        if piece.section or (piece.number and len(piece.number.parts) == depth):
            return False
        if piece.presenter is not None or (piece.block and piece.block.strong):
            return True
        if proposes(piece.text):
            return True
    return False


def usual_width(pieces: Sequence[Piece]) -> int:
    """Return the length from which a line may have been broken for lack of room."""
    lengths = sorted(len(piece.text) for piece in pieces if not piece.in_table)
    return int(_USUAL_WIDTH * lengths[len(lengths) * 9 // 10]) if lengths else 0
