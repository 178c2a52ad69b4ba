"""Which numbers in a text are its items': the best run of numbers that grow as items do."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rammevaerk.exchange.meeting_documents.marks import (
    NumberMark,
    annex_line,
    ends_sentence,
    is_fixed_title,
    is_title_like,
)
from rammevaerk.exchange.meeting_documents.pieces import Piece, structured
from rammevaerk.exchange.meeting_documents.words import Block

_OF_LISTS = frozenset({Block.ANNEXES, Block.RECOMMENDATION})
_CONTENTS = re.compile(r"(?:\.{3,}|\s\.\s\.|\t|\s{3,}|…)\s*\d{1,3}\Z")
_TWO_LEVELS = 2
_FEWEST = 2  # numbers of two levels before they are taken for the items' own
_MOST_SKIPPED = 6
_SECTIONS = (1, 2, 3)  # how much further the next section's number may be
_EMPTY_SECTION = 0.5
_DEAREST = 2.0
_CHANGED = 1.0
_STRUCTURED, _HEADING, _WORDED = 3.0, 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may be an item's, at a piece; `attached` when a title follows on its line."""

    at: int
    mark: NumberMark
    weight: float
    attached: bool
    structured: bool


@dataclass(frozen=True, slots=True)
class _Chain:
    weight: float
    last: Candidate
    before: "_Chain | None"


def item_numbers(pieces: Sequence[Piece]) -> list[Candidate]:
    """Return the numbers that are items', in order: of two levels ("1.2") where there are any."""
    two_levels = _best(_candidates(pieces, _TWO_LEVELS), pieces)
    sections = _above(pieces, two_levels)
    flat = _best(_without_lists(_by_word_alone(_candidates(pieces, 1))), pieces)
    of_items = [candidate for candidate in flat if candidate.at not in sections]
    alone = len(two_levels) < _FEWEST and (of_items or not _weight_of(two_levels) > _STRUCTURED)
    if alone or _weight_of(of_items) > _weight_of(two_levels):
        return flat
    return two_levels


def _by_word_alone(candidates: list[Candidate]) -> list[Candidate]:
    """Where the items are called "Punkt 1", "Punkt 2", no number without the word is an item's."""
    worded = [candidate for candidate in candidates if candidate.mark.worded]
    runs = sum(other.mark.parts[-1] == one.mark.parts[-1] + 1 for one, other in pairwise(worded))
    return worded if runs >= _FEWEST else candidates


def _listed(pieces: Sequence[Piece]) -> set[int]:
    """Return the pieces that are entries of a list which begins with 1 right below its heading.

    The list of annexes or of points, without an empty line in it, is no row of items.
    """
    found: set[int] = set()
    expected = 0
    for at, piece in enumerate(pieces):
        mark = piece.block
        if mark is not None and mark.block in _OF_LISTS and not mark.rest:
            expected = 1
        elif (
            piece.number and piece.number.parts == (expected,) and not (piece.gap and expected > 1)
        ):
            found.add(at)
            expected += 1
        elif piece.gap or mark is not None or piece.section:
            expected = 0
    return found


def _weight_of(chain: Sequence[Candidate]) -> float:
    return sum(candidate.weight for candidate in chain)


def _above(pieces: Sequence[Piece], chain: Sequence[Candidate]) -> set[int]:
    """Return the pieces "2. Økonomi" that stand right before an item 2.1."""
    found = set()
    for candidate in chain:
        for at in range(candidate.at - 1, max(candidate.at - _FEWEST - 1, -1), -1):
            number = pieces[at].number
            if number and number.parts == candidate.mark.parts[:1]:
                found.add(at)
    return found


def _candidates(pieces: Sequence[Piece], depth: int) -> list[Candidate]:
    found = []
    listed = _listed(pieces)
    for at, piece in enumerate(pieces):
        mark = piece.number or piece.detached
        if mark is None or len(mark.parts) != depth or piece.section or at in listed:
            continue
        if annex_line(mark.title):  # "Punkt 2.1 Bilag 3: Budget" is of a list of annexes
            continue
        attached = piece.number is not None
        follows = attached and structured(pieces, at, depth)
        weight = _weight(piece, mark, follows) if attached else _weight_detached(pieces, at, depth)
        if weight > 0:
            found.append(Candidate(at, mark, weight, attached, follows))
    return found


def _weight(piece: Piece, mark: NumberMark, follows: bool) -> float:
    weight = 1.0 + _STRUCTURED * follows + _HEADING * bool(piece.line.heading)
    weight += _WORDED * mark.worded + 0.5 * piece.gap + 0.5 * is_title_like(mark.title)
    weight -= 0.8 * (ends_sentence(mark.title) and not follows) + 0.3 * (not mark.signed)
    if _CONTENTS.search(piece.text):
        weight = 0.2
    return weight


def _weight_detached(pieces: Sequence[Piece], at: int, depth: int) -> float:
    mark = pieces[at].detached
    if mark is not None and mark.worded:
        return _STRUCTURED
    if depth == _TWO_LEVELS:
        return 1.0
    following = pieces[at + 1] if at + 1 < len(pieces) else None
    titled = following is not None and following.plain and is_title_like(following.text)
    lone = pieces[at].text.isdecimal()
    return (0.4 if lone else 1.0) + 0.5 * pieces[at].gap if titled else 0.0


def _without_lists(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the lists inside the text: runs from 1 with nothing of an item in any of them."""
    if not any(candidate.structured for candidate in candidates):
        return list(candidates)
    kept: list[Candidate] = []
    run: list[Candidate] = []
    for candidate in candidates:
        goes_on = run and candidate.mark.parts[-1] == run[-1].mark.parts[-1] + 1
        if not goes_on:
            kept += run if _is_of_items(run) else []
            run = []
        run.append(candidate)
    return kept + (run if _is_of_items(run) else [])


def _is_of_items(run: Sequence[Candidate]) -> bool:
    if not run or len(run[0].mark.parts) == _TWO_LEVELS or run[0].mark.parts[0] != 1:
        return True
    return any(candidate.structured or candidate.mark.worded for candidate in run)


class _Ends:
    """The best chain that ends with each number and sign, with each major one, and of all."""

    def __init__(self, sections: Sequence[int]) -> None:
        self.best: _Chain | None = None
        self._sections = sections
        self._by_number: dict[tuple[int, ...], dict[str, _Chain]] = {}
        self._by_major: dict[int, _Chain] = {}

    def before(self, candidate: Candidate) -> _Chain | None:
        """Return the best chain that the candidate can go on."""
        *major, last = candidate.mark.parts
        steps = range(1, _MOST_SKIPPED + 1)
        options: list[_Chain | None] = [
            chain
            for step in steps
            for chain in self._by_number.get((*major, last - step), {}).values()
        ]
        if major:
            # A section between may be empty: 1.4 is then followed by 3.1.
            options += [self._by_major.get(major[0] - step) for step in _SECTIONS]
        elif last == 1 and self.best and self._section_between(self.best, candidate):
            options.append(self.best)
        chains = [chain for chain in options if chain is not None]
        return max(
            chains, key=lambda chain: chain.weight - _changed(chain, candidate), default=None
        )

    def _section_between(self, chain: _Chain, candidate: Candidate) -> bool:
        """Numbers begin anew only after the heading of a section."""
        following = bisect_right(self._sections, chain.last.at)
        return following < len(self._sections) and self._sections[following] < candidate.at

    def take(self, chain: _Chain) -> None:
        """Remember a chain where it is at least as good as what was there."""
        key = chain.last.mark.parts
        signed = self._by_number.setdefault(key, {})
        sign = chain.last.mark.sign
        if sign not in signed or signed[sign].weight <= chain.weight:
            signed[sign] = chain
        if key[0] not in self._by_major or self._by_major[key[0]].weight <= chain.weight:
            self._by_major[key[0]] = chain
        if self.best is None or self.best.weight <= chain.weight:
            self.best = chain


def _best(candidates: Sequence[Candidate], pieces: Sequence[Piece]) -> list[Candidate]:
    ends = _Ends([at for at, piece in enumerate(pieces) if piece.section])
    for candidate in candidates:
        before = ends.before(candidate)
        late = before is None and candidate.mark.parts[-1] > _MOST_SKIPPED
        if late and not (candidate.structured or candidate.mark.worded):
            continue
        gained = candidate.weight - _skip_cost(before, candidate)
        ends.take(_Chain(gained + (before.weight if before else 0.0), candidate, before))
    return _unwound(ends.best)


def _changed(before: _Chain | None, candidate: Candidate) -> float:
    """Return what it costs to go on from a number with another sign: from "1)" to "2."."""
    both = before is not None and before.last.attached and candidate.attached
    return _CHANGED * (both and before is not None and before.last.mark.sign != candidate.mark.sign)


def _skip_cost(before: _Chain | None, candidate: Candidate) -> float:
    """Numbers left out are unlikely: more so in front of a number that stands alone."""
    last = candidate.mark.parts[-1]
    changed = _changed(before, candidate)
    same = before is not None and before.last.mark.parts[:-1] == candidate.mark.parts[:-1]
    previous = before.last.mark.parts[-1] if before and same else 0
    if before is not None and last == 1:
        return changed + _EMPTY_SECTION * _sections_between(before, candidate)
    return changed + min(_DEAREST, 0.3 * max(0, last - previous - 1))


def _sections_between(before: _Chain, candidate: Candidate) -> int:
    """Count the sections left out between two numbers of two levels."""
    if len(candidate.mark.parts) < _TWO_LEVELS:
        return 0
    return max(0, candidate.mark.parts[0] - before.last.mark.parts[0] - 1)


def _unwound(chain: _Chain | None) -> list[Candidate]:
    found = []
    while chain is not None:
        found.append(chain.last)
        chain = chain.before
    return found[::-1]


def is_contents(text: str) -> bool:
    """Say whether the line belongs to a table of contents: a title, dots, a page number."""
    return bool(_CONTENTS.search(text)) and not is_fixed_title(text)
