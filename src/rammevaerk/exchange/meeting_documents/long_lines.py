"""A whole page on one line, as some converters leave it, divided at its headings and numbers."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from rammevaerk.exchange.meeting_documents.words import any_of

_LONG, _FEWEST = 300, 3  # letters and headings of a line that may be a page
_SHORT, _FEWER = 100, 2  # and of the other lines of a document that has such a page
_BLOCKS = (
    r"(?:sags)?resumé", r"sagsfremstilling", r"sagsbeskrivelse", r"indstilling(?:er)?",
    r"anbefaling", r"beslutning(?:er)?", r"konklusion", r"bilag(?:sliste)?", r"baggrund",
    r"referat", r"det indstilles,? at", r"indledning/baggrund", r"vurdering", r"økonomi",
)  # fmt: skip
_LABELS = (
    r"møde(?:dato|sted|tidspunkt|leder)", r"sluttidspunkt", r"tid(?:spunkt)?", r"sted",
    r"tid og sted", r"deltagere", r"medlemmer", r"til ?stede", r"afbud", r"fraværende",
    r"referent", r"dagsorden", r"bemærkninger", r"sags(?:nr|id)\.?", r"sagen afgøres i",
    r"ikke til stede", r"åben sag",
)  # fmt: skip
_FIXED_TITLES = (
    r"godkendelse af dagsorden(?:en)?",
    r"godkendelse af referat(?:et)?(?: (?:fra|af) .{5,60}?\d{4})?",
    r"(?:eventuelt|evt\.|meddelelser|næste møde|bordet rundt|siden sidst)",
)
# A heading begins with a capital and has a colon, or stands before another capital.
_HEADING = re.compile(
    rf"(?<=\s)(?:(?P<label>(?=[A-ZÆØÅ])(?i:{any_of(_LABELS)})\s*:|Møde(?:dato|sted)\b)"
    rf"|(?P<block>(?=[A-ZÆØÅ])(?i:{any_of(_BLOCKS)})(?:\s*:|(?=\s+[A-ZÆØÅ•–-])|(?=\s*\Z))))"
)
_NUMBER = re.compile(r"(?<!\S)(?P<number>\d{1,3})\.\s+(?=[A-ZÆØÅ])")
_WORDED = re.compile(
    r"(?<!\S)(?:Dagsordenspunkt|Punkt|Pkt\.?)\s+(?P<number>\d{1,3})\s?[.:–-]?\s+(?=[A-ZÆØÅ])"
)
_ANNEX = re.compile(r"(?<=\s)Bilag \d{1,2}\s?[.:–-]\s+(?=[A-ZÆØÅ])")
_POINT = re.compile(r"(?<=\s)(?:\d{1,2}[.)]|[•·–-])\s+(?=[Aa]t\s)")
_TITLE = re.compile(r"(?<=\s)(?:Referat|Dagsorden) (?:fra|af|for|til) (?:\w+ )?møde(?:t)? i\b")
_FIXED = re.compile(any_of(_FIXED_TITLES) + r"(?=\s|\Z)", re.IGNORECASE)
# Words that a sentence begins with, where a title has ended without a stop.
_OPENING = re.compile(
    r"(?<=[\wæøå)]) (?=(?:Der|Det|Den|De|Formanden|Sekretariatet|Administrationen|Forvaltningen|"
    r"Udvalget|Rådet|Gruppen|På mødet|Intet|Ingen|Godkendt|Drøftet|Taget|Orienteringen|Referatet|"
    r"Dagsordenen|Punktet|Med|Som|I forlængelse|Ved)\s)"
)
_LONGEST_TITLE = 160


def holds_page(line: str) -> bool:
    """Say whether a line may be a whole page: long, and with several headings or numbers."""
    return len(line) >= _LONG and _signs(line) >= _FEWEST


def _signs(line: str) -> int:
    return sum(1 for _ in _HEADING.finditer(line)) + sum(1 for _ in _running(line))


def divided(line: str) -> tuple[str, ...]:
    """Divide a line of a document that holds pages: at headings, and before items' numbers.

    The numbers are those that follow each other from the first: 1, 2, 3. Nothing is left out or
    added but spaces.
    """
    if len(line) < _SHORT or _signs(line) < _FEWER:
        return (line,)
    cuts = {0, len(line)}
    headings = list(_HEADING.finditer(line))
    numbers = list(_running(line))
    for found in headings:
        cuts.add(found.start())
        if found["block"] and not found["block"].endswith(":"):
            cuts.add(found.end())
    cuts |= {found.start() for found in _ANNEX.finditer(line)}
    cuts |= {found.start() for found in _TITLE.finditer(line)}
    cuts |= {found.start() for found in _POINT.finditer(line)}
    cuts |= {found.start() for found in numbers}
    ordered = sorted(cuts)
    for found in numbers:
        end = ordered[bisect_right(ordered, found.start())]
        title_end = _title_end(line[found.end() : end])
        if title_end:
            cuts.add(found.end() + title_end)
    ordered = sorted(cuts)
    pieces = (line[one:other].strip() for one, other in pairwise(ordered))
    return tuple(piece for piece in pieces if piece)


def _running(line: str) -> Iterator[re.Match[str]]:
    """Yield the numbers that go on from each other: those of «Punkt 3» where there are several."""
    last = 0
    worded = list(_WORDED.finditer(line))
    for found in worded if len(worded) >= _FEWER else _NUMBER.finditer(line):
        number = int(found["number"])
        if number == last + 1 or (not last and number > 1):
            last = number
            yield found


def _title_end(text: str) -> int:
    """Return where the title at the start of `text` ends: 0 when it is all of it, or unknown."""
    fixed = _FIXED.match(text)
    if fixed and text[fixed.end() :].strip()[:1].isupper():
        return fixed.end()
    if len(text.strip()) <= _LONGEST_TITLE and not _OPENING.search(text):
        return 0
    opening = _OPENING.search(text, 3, 2 * _LONGEST_TITLE)
    return opening.start() if opening else 0
