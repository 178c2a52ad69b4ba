"""Where the items begin: by number, by presenter, by Word heading, or by what is due again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter

from rammevaerk.exchange.meeting_documents.marks import (
    NumberMark,
    ends_sentence,
    is_bullet,
    is_case_number,
    is_fixed_title,
    is_title_like,
    says_closed,
)
from rammevaerk.exchange.meeting_documents.masthead import tells_of_meeting
from rammevaerk.exchange.meeting_documents.number_chain import Candidate, is_contents
from rammevaerk.exchange.meeting_documents.people import split_presenter
from rammevaerk.exchange.meeting_documents.pieces import Piece, structured, usual_width
from rammevaerk.exchange.meeting_documents.prose import joined
from rammevaerk.exchange.meeting_documents.quote import shown
from rammevaerk.exchange.meeting_documents.words import KIND_AGENDA, KIND_MINUTES, Block, any_of

_MOST_TITLE_LINES = 4
_LONG_TITLE_LINE = 45  # letters of a large heading that may fill its line
_LONGEST_SHORT, _FEWEST_SHORT = 70, 3  # headings without numbers or blocks
_MOST_HEAD = 25
_PAGE_AT_END = re.compile(r"\s\d{1,3}\Z")  # of a line of contents
_CLOSING_TITLE = re.compile(r"(?:eventuelt|evt\.?)\Z", re.IGNORECASE)
_DOCUMENT_TITLE = re.compile(any_of((*KIND_AGENDA, *KIND_MINUTES)) + r"\b", re.IGNORECASE)
_FACT = re.compile(r"[A-ZÆØÅ][\w./-]*(?:\s[\w./-]+){0,2}:(?:\s|\Z)")  # "Sags-id: 24/551"
_OPENING_BLOCKS = (Block.RECOMMENDATION, Block.PRESENTATION)


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of an item: the pieces of its title, first and last, and what told of it.

    `number` is the one printed in front of the title. `why` tells, in Danish, on what the title
    was guessed; "" when it was not.
    """

    first: int
    last: int
    title: str
    number: NumberMark | None = None
    why: str = ""


def find_starts(pieces: Sequence[Piece], chain: Sequence[Candidate]) -> list[Start]:
    """Return the items' beginnings in order; no two share a line."""
    width = usual_width(pieces)
    found = _Found()
    for candidate in chain:
        if candidate.attached:
            found.add(_numbered(pieces, candidate, width))
        elif candidate.mark.worded:
            found.add(_by_word(pieces, candidate, width))
    counted = bool(chain) and chain[0].attached and chain[0].mark.parts[-1] == 1
    opening = chain[0].at if counted else 0
    for start in (*_by_heading(pieces), *_by_presenter(pieces)):
        if start.first >= opening:  # before the first number, people are the participants
            found.add(start)
    for start in () if found.starts else _unmarked(pieces, chain, width):
        found.add(start)
    for start in (*_by_repetition(pieces, found.starts), *_closing(pieces, found.starts)):
        found.add(start)
    return [found.starts[at] for at in sorted(found.starts)]


def _unmarked(pieces: Sequence[Piece], chain: Sequence[Candidate], width: int) -> Iterator[Start]:
    """Titles below their numbers, or failing those, above their text."""
    below = list(_after_detached(pieces, chain, width))
    yield from below or _by_short_headings(pieces)


class _Found:
    """The beginnings found so far; one that shares a line with an earlier one is left out."""

    def __init__(self) -> None:
        self.starts: dict[int, Start] = {}
        self._taken: set[int] = set()

    def add(self, start: Start) -> None:
        own = range(start.first, start.last + 1)
        if self._taken.isdisjoint(own):
            self.starts[start.first] = start
            self._taken.update(own)


def _numbered(pieces: Sequence[Piece], candidate: Candidate, width: int) -> Start:
    last = candidate.at
    parts = [candidate.mark.title]
    while last - candidate.at < _MOST_TITLE_LINES and _continues(pieces, last, width):
        last += 1
        parts.append(pieces[last].text)
    return Start(candidate.at, last, joined(parts), candidate.mark)


def _by_word(pieces: Sequence[Piece], candidate: Candidate, width: int) -> Start:
    """«Ad 3.» alone on a line takes its title from where the number stood in front of one above.

    Failing that, from the line below.
    """
    at, mark = candidate.at, candidate.mark
    numbers = (piece.number for piece in pieces[:at])
    title = next((one.title for one in numbers if one and one.parts == mark.parts), "")
    below = pieces[at + 1] if at + 1 < len(pieces) else None
    if below and _PAGE_AT_END.sub("", title) == below.text:
        title = below.text
    above = pieces[at - 1] if at else None
    if not title and above and above.plain and is_title_like(above.text) and not pieces[at].gap:
        return Start(at - 1, at, above.text, mark)
    if not title and below and below.plain and is_title_like(below.text):
        titled = replace(candidate, at=at + 1, mark=replace(mark, title=below.text))
        return replace(_numbered(pieces, titled, width), first=at)
    repeated = bool(title) and below is not None and below.text == title
    return Start(at, at + repeated, title or pieces[at].text, mark)


def _continues(pieces: Sequence[Piece], at: int, width: int) -> bool:
    """Say whether the title on piece `at` goes on in the next: broken for lack of room."""
    if at + 1 >= len(pieces):
        return False
    this, following = pieces[at], pieces[at + 1]
    if not following.plain or following.number or this.line.heading or following.line.heading:
        return False
    if split_presenter(this.text)[1] or says_closed(following.text) or _FACT.match(following.text):
        return False
    low = following.text[:1].islower()
    after = pieces[at + 2] if at + 2 < len(pieces) else None
    ends_here = after is None or after.gap or after.presenter is not None or bool(after.block)
    if following.gap and _is_case(after) and len(this.text) >= _LONG_TITLE_LINE:
        return low or is_title_like(following.text)
    if following.gap:
        return low and after is not None and (after.presenter is not None or bool(after.block))
    if low:
        return ends_here or not ends_sentence(following.text)
    return len(this.text) >= width and ends_here and is_title_like(following.text)


def _is_case(piece: Piece | None) -> bool:
    return piece is not None and piece.block is not None and is_case_number(piece.text)


def _by_presenter(pieces: Sequence[Piece]) -> Iterator[Start]:
    for at, piece in enumerate(pieces):
        if piece.presenter is not None:
            start = title_before(pieces, at)
            if start is not None:
                yield start


def title_before(pieces: Sequence[Piece], at: int) -> Start | None:
    """Return the title that ends right before piece `at`, numbers alone in between skipped."""
    last = at - 1
    while last >= 0 and pieces[last].detached:
        last -= 1
    if last < 0 or not _may_end_title(pieces[last]):
        return None
    first = last
    while first > 0 and last - first < _MOST_TITLE_LINES and _goes_on_from(pieces, first):
        first -= 1
    number = pieces[first].number
    text = [piece.text for piece in pieces[first : last + 1]]
    if number is not None:
        text[0] = number.title
    return Start(first, last, joined(text), number)


def _may_end_title(piece: Piece) -> bool:
    bare = piece.text.rstrip("?!")
    return piece.plain and not ends_sentence(bare) and not is_contents(piece.text)


def _goes_on_from(pieces: Sequence[Piece], at: int) -> bool:
    """Say whether the title on piece `at` began on the one before."""
    this, before = pieces[at], pieces[at - 1]
    if this.number or not before.plain or ends_sentence(before.text) or this.line.page_start:
        return False
    if before.line.heading != this.line.heading:
        return False
    return this.text[:1].islower() or not this.gap


def _by_heading(pieces: Sequence[Piece]) -> Iterator[Start]:
    """Items by the headings of a Word document, at the level just above the items' own."""
    level = _item_level(pieces)
    for at, piece in enumerate(pieces):
        if level and piece.line.heading == level and _is_item_heading(piece):
            number = piece.number
            yield Start(at, at, number.title if number else piece.text, number)


def _is_item_heading(piece: Piece) -> bool:
    return not (piece.block or piece.section or _DOCUMENT_TITLE.match(piece.text))


def _item_level(pieces: Sequence[Piece]) -> int:
    headed = [piece for piece in pieces if piece.line.heading]
    levels = {piece.line.heading for piece in headed if _is_item_heading(piece)}
    blocks = {piece.line.heading for piece in headed if piece.block and piece.block.strong}
    above = {level for level in levels if level < min(blocks)} if blocks else set()
    if above:
        return max(above)
    led = {
        piece.line.heading
        for at, piece in enumerate(pieces)
        if piece.line.heading in levels and structured(pieces, at, 1)
    }
    numbered = {piece.line.heading for piece in headed if piece.number and _is_item_heading(piece)}
    sections = {piece.line.heading for piece in headed if piece.section}
    below = {level for level in levels if sections and level == min(sections) + 1}
    return min(led or numbered or below or levels, default=0)


def _after_detached(
    pieces: Sequence[Piece], chain: Sequence[Candidate], width: int
) -> Iterator[Start]:
    """Titles on the line after their number, where nothing else tells of items."""
    for candidate in chain:
        at = candidate.at + 1
        if candidate.attached or at >= len(pieces) or not pieces[at].plain:
            continue
        titled = replace(candidate, at=at, mark=replace(candidate.mark, title=pieces[at].text))
        start = _numbered(pieces, titled, width)
        yield replace(start, number=candidate.mark)


def _by_short_headings(pieces: Sequence[Piece]) -> Iterator[Start]:
    """Short lines that stand apart over running text, in minutes without numbers or blocks.

    Three at least, and one of them a title that every agenda has.
    """
    head = [at for at, piece in enumerate(pieces[:_MOST_HEAD]) if tells_of_meeting(piece.text)]
    opening = head[-1] if head else 0
    found = [
        Start(at, at, piece.text, why="fordi den står alene over et afsnit")
        for at, (piece, below) in enumerate(pairwise(pieces))
        if at > opening and _is_short_heading(piece) and _is_text(below)
    ]
    if len(found) >= _FEWEST_SHORT and any(is_fixed_title(start.title) for start in found):
        yield from found


def _is_short_heading(piece: Piece) -> bool:
    apart = piece.gap and piece.plain and not piece.number and len(piece.text) <= _LONGEST_SHORT
    return apart and is_title_like(piece.text) and not _DOCUMENT_TITLE.match(piece.text)


def _is_text(piece: Piece) -> bool:
    return (piece.plain or is_bullet(piece.text)) and not is_title_like(piece.text)


def _by_repetition(pieces: Sequence[Piece], found: dict[int, Start]) -> Iterator[Start]:
    """Items that nothing tells of but that a block begins which the item before already has."""
    seen: set[Block] = set()
    for at, piece in enumerate(pieces):
        if at in found or (piece.section and not piece.block):
            seen = set()
        if piece.block is None or not (piece.block.strong and piece.block.opens):
            continue
        if piece.block.rest:
            continue
        block = piece.block.block
        again = block in seen or (not found and not seen)
        if block in _OPENING_BLOCKS and again:
            start = title_before(pieces, at)
            if start is not None and pieces[start.first].gap and is_title_like(start.title):
                yield replace(start, why=f"fordi den står lige over {shown(piece.text)}")
                seen = set()
        seen.add(block)


def _closing(pieces: Sequence[Piece], found: dict[int, Start]) -> Iterator[Start]:
    """«Eventuelt» alone on a line, after the other items have begun."""
    first = min(found, default=len(pieces))
    for at, piece in enumerate(pieces):
        title = (piece.number.title if piece.number else piece.text).rstrip(" :")
        if at > first and piece.gap and piece.plain and _CLOSING_TITLE.match(title):
            yield Start(at, at, title, piece.number)


def missing_title(pieces: Sequence[Piece], after: Start, before: int, depth: int) -> Start | None:
    """Return the likeliest title between an item's and piece `before`, where a number is missing.

    It stands apart, is no list's and no table's, and is best followed by what items begin with,
    or by a table, or is one of the titles that every agenda has.
    """
    best: tuple[int, int] = (0, 0)
    for at in range(after.last + 1, before):
        piece = pieces[at]
        if not (piece.gap and piece.plain and is_title_like(piece.text)) or piece.number:
            continue
        following = pieces[at + 1] if at + 1 < before else None
        score = 4 * structured(pieces, at, depth, before) + 3 * is_fixed_title(piece.text)
        score += 2 * bool(following and following.in_table)
        score += bool(pieces[at - 1].detached) + bool(following is None or following.gap)
        if score > best[0]:
            best = (score, at)
    score, at = best
    why = "fordi der mangler en"
    return Start(at, at, pieces[at].text, why=why) if score > 1 else None


def section_starts(
    pieces: Sequence[Piece], starts: Sequence[Start]
) -> list[tuple[int, str, int | None]]:
    """Return (piece, title, printed number) of the section headings in front of items.

    Right above the heading of a section with items there may be those of sections without any.
    """
    own = {at for start in starts for at in range(start.first, start.last + 1)}
    found = []
    before = 0
    majors: set[int] = set()
    for start in starts:
        known = start.number is not None and start.number.parts[0] in majors
        for at in range(start.first - 1, before - 1, -1):
            piece = pieces[at]
            section = piece.section or _headed_section(piece)
            section = section or (None if known else _numbered_section(piece, start))
            if at in own or not (section or piece.detached or is_closed_note(piece)):
                break
            if section:
                found.append((at, *section))
                found += _empty_sections(pieces, at, before)
                break
        before = start.last + 1
        majors |= {start.number.parts[0]} if start.number else set()
    return sorted(found, key=itemgetter(0))


def _empty_sections(
    pieces: Sequence[Piece], first: int, before: int
) -> list[tuple[int, str, int | None]]:
    found = []
    for at in range(first - 1, before - 1, -1):
        section = pieces[at].section
        if section is None:
            break
        found.append((at, *section))
    return found


def is_closed_note(piece: Piece) -> bool:
    """Say whether the line is a remark in brackets below a heading."""
    return piece.text.startswith("(") and piece.text.endswith(")")


def _headed_section(piece: Piece) -> tuple[str, int | None] | None:
    """A heading of a higher level than the items', unless it is the document's own title."""
    if not piece.line.heading or piece.block or _DOCUMENT_TITLE.match(piece.text):
        return None
    number = piece.number
    if number is not None and len(number.parts) == 1:
        return number.title, number.parts[0]
    return piece.text, None


def _numbered_section(piece: Piece, following: Start) -> tuple[str, int | None] | None:
    """A line "2. Økonomi" right before an item that is numbered 2.1."""
    number, first = piece.number, following.number
    if number is None or first is None or len(first.parts) == 1:
        return None
    if len(number.parts) != 1 or number.parts[0] != first.parts[0]:
        return None
    return number.title, number.parts[0]
