"""Lines and paragraphs that a CPR number is broken over, put together for the guard."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from rammevaerk.engine.cpr import find_cpr

Piece = tuple[str, str]
_PARAGRAPH = re.compile(r"afsnit \d+")
_NUMBERED = re.compile(r"(.*?)(\d+)$")
# The guard looks at most 24 characters back for a word such as CPR: as many empty lines.
_FURTHEST_BACK = 24


def unbroken(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield (place, text) as given, those that one number stands across joined: "linje 12-13".

    Every piece is in exactly one of those yielded, so no number is reported twice.
    """
    if len(pieces) < 2:
        yield from pieces
        return
    texts = [text for _, text in pieces]
    joined = "\n".join(texts)
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))[:-1]
    reached = 0
    for match in find_cpr(joined):
        last = bisect_right(starts, match.end - 1) - 1
        first = bisect_right(starts, match.start) - 1
        first = max(reached, _beginning(joined, starts, first, match.end))
        if first < last:
            yield from pieces[reached:first]
            yield _place(pieces[first][0], pieces[last][0]), "\n".join(texts[first : last + 1])
            reached = last + 1
    yield from pieces[reached:]


def unbroken_paragraphs(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces of a document, its paragraphs of main text last and with none broken."""
    paragraphs = []
    for place, text in pieces:
        if not _PARAGRAPH.fullmatch(place):
            yield place, text
        elif text.strip():
            paragraphs.append((place, text))
    yield from unbroken(paragraphs)


def _beginning(joined: str, starts: Sequence[int], first: int, end: int) -> int:
    """Go back until the guard finds the number: the word that announces it may stand above."""
    for index in range(first, max(-1, first - _FURTHEST_BACK), -1):
        if find_cpr(joined[starts[index] : end]):
            return index
    return first


def _place(first: str, last: str) -> str:
    one, other = _NUMBERED.fullmatch(first), _NUMBERED.fullmatch(last)
    if first == last:
        return first
    if one and other and one[1] == other[1]:
        return f"{first}-{other[2]}"
    return f"{first} og {last}"
