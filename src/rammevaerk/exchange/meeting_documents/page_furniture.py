"""What belongs to the page and not to the text: page numbers, running heads, links to the top."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rammevaerk.exchange.meeting_documents.lines import Line, filled
from rammevaerk.exchange.meeting_documents.marks import (
    block_mark,
    detached_number,
    is_bullet,
    section_title,
    without_bullet,
)
from rammevaerk.exchange.meeting_documents.people import presenter_line
from rammevaerk.exchange.meeting_documents.words import (
    KIND_AGENDA,
    KIND_MINUTES,
    WEB_TRACES,
    any_of,
    whole,
)

_PAGE_NUMBER = re.compile(
    r"(?:side|s\.)\s*\|?\s*\d{1,4}(?:\s*(?:af|/|ud af)\s*\d{1,4})?\Z|[-–—]\s*\d{1,4}\s*[-–—]\Z"
    r"|\d{1,4}\s*(?:af|/)\s*\d{1,4}\Z|\[\s*\d{1,4}\s*\]\Z|(?:tilbage )?til (?:toppen|indhold\w*)\Z",
    re.IGNORECASE,
)
_WEB_TRACE = whole(WEB_TRACES)
_LONE_NUMBER = re.compile(r"0{0,2}\d{1,3}\Z")
_DATE = r"(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})|\d{1,2}\.\s?[a-z]{3,9}\.?\s\d{4})"
_RUNNING_HEAD = re.compile(
    any_of((*KIND_AGENDA, *KIND_MINUTES)) + rf"\b[^.:]{{0,60}}?\b{_DATE}(?:\s*,?\s*side \d+)?\Z",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_MASTHEAD_LINES = 15
_LONGEST_RUNNING = 90
_NEAR = 2  # lines from the edge of a page
_FEWEST = 3  # times that make a line a running one


def page_furniture(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that belong to pages, not to the text.

    A lone number is a page's only beside the edge of a page; a line is a running head when it
    comes back at the edges of three pages, or is a title with a date that stands alone inside.
    """
    written = list(filled(lines))
    found = {line.number for line in written if _PAGE_NUMBER.match(line.text)}
    found |= set(_running_titles(written))
    traces = {line.number for line in written if _WEB_TRACE.match(without_bullet(line.text))}
    edges = _edges(written, found)
    found |= {line.number for line in edges if _LONE_NUMBER.match(line.text)}
    return found | traces | set(_repeated(edges))


def _running_titles(written: Sequence[Line]) -> Iterator[int]:
    for line in written[_MASTHEAD_LINES:]:
        if len(line.text) <= _LONGEST_RUNNING and _RUNNING_HEAD.match(line.text):
            yield line.number


def _edges(written: Sequence[Line], known: set[int]) -> list[Line]:
    """Return the lines within two lines of where a page ends; known furniture is not counted."""
    edges: dict[int, Line] = {}
    for place, line in enumerate(written):
        if place and (line.page_start or line.number in known):
            before = list(written[max(place - _NEAR, 0) : place])
            after = written[place : place + _NEAR]
            if line.number in known:
                before, after = before[-1:], after[1:2]
            edges |= {other.number: other for other in (*before, *after)}
    return [line for line in edges.values() if not _begins_page_with_item(line)]


def _begins_page_with_item(line: Line) -> bool:
    """A number in the margin of a page's first line is an item's: "3." with its stop, or "2.1"."""
    return line.page_start and not line.text.isdecimal() and len(line.text) < 4


def _repeated(edges: Sequence[Line]) -> Iterator[int]:
    short = [line for line in edges if len(line.text) <= _LONGEST_RUNNING]
    counts = Counter(_DIGITS.sub("0", line.text.lower()) for line in short)
    for line in short:
        often = counts[_DIGITS.sub("0", line.text.lower())] >= _FEWEST
        if often and not _says_something(line.text):
            yield line.number


def _says_something(text: str) -> bool:
    """Some lines of the text itself come again and again, and may well stand at an edge."""
    known = (block_mark, section_title, presenter_line, detached_number)
    return is_bullet(text) or any(read(text) is not None for read in known)
