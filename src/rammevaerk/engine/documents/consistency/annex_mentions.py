"""Where a text refers to annexes of its own: "bilag 3", never "bilag 2 til rammeaftalen"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rammevaerk.engine.documents.consistency.passages import Passage, passages
from rammevaerk.engine.documents.meeting import MeetingDocument

REFERENCE = re.compile(
    r"\bbilag(?:et|ene)?\s+(?:nr\.\s*)?"
    r"(?P<numbers>[0-9]{1,2}(?![0-9.,]*[0-9]|[a-z])"
    r"(?:(?:\s*,\s*|\s?[-–]\s?|\s+(?:og|samt|eller)\s+)[0-9]{1,2}(?![0-9.,]*[0-9]|[a-z]))*)",
    re.IGNORECASE,
)
# The line of a list that defines the annex, not a reference to it.
_DEFINITION = re.compile(
    r"^\W*bilag\s+(?:nr\.\s*)?[0-9]{1,2}\s*(?:[:.–—-]|\s[A-ZÆØÅ])", re.IGNORECASE
)
# An annex of another paper: "bilag 1 til aftalen", "aftalens bilag 2", "bilag 3 i referatet",
# "bekendtgørelse nr. 9, bilag 1"; but "bilag 1 til dette punkt" is one of its own.
_FOREIGN = re.compile(
    r"^\s*\(?(?:til|i|fra|under|af|på|ved)\s+(?!(?:(?:dette|denne|nærværende|dagens)\b|dagsorden"
    r"|(?:punktet|sagen|mødet|indstillingen|sagsfremstillingen)\b|side\b))\w",
    re.IGNORECASE,
)
_OWNED = re.compile(r"(?<!punkt)(?<!sag)(?<!møde)\w{3,}(?:ens|ets|nes|ernes)\s+$", re.IGNORECASE)
_AFTER_PAPER = re.compile(
    r"\b\w*(?:bekendtgørelse|aftale|kontrakt|cirkulære|vejledning|forordning|direktiv|"
    r"lov(?:en)?(?:\s+nr|\s+om)|lovbekendtgørelse|betænkning|cirkulæret)\w*\b[^;()]{0,60},\s*(?:jf\.\s*)?$",
    re.IGNORECASE,
)
_NEAR = 60  # letters beside a reference that can tell whose annex it is


@dataclass(frozen=True, slots=True)
class Reference:
    """A number that a text refers to an annex by, and where in its passage it stands.

    `body` is the body that meets: its name says nothing about an annex. `before` is where the
    reference before it in the sentence ends, or the sentence begins.
    """

    passage: Passage
    start: int
    end: int
    number: int
    body: str
    before: int


def sentences_with_references(document: MeetingDocument) -> Iterator[list[Reference]]:
    """Give the references sentence by sentence; annexes of other papers are left out."""
    for passage in passages(document):
        if _DEFINITION.match(passage.text):
            continue
        for start, end in passage.sentences:
            found = list(_references(passage, start, end, document.body))
            if found:
                yield found


def _references(passage: Passage, start: int, end: int, body: str) -> Iterator[Reference]:
    before = start
    for match in REFERENCE.finditer(passage.text, start, end):
        ahead = passage.text[match.end() : match.end() + _NEAR]
        behind = passage.text[max(match.start() - 2 * _NEAR, 0) : match.start()]
        foreign = _FOREIGN.match(ahead) or _OWNED.search(behind) or _AFTER_PAPER.search(behind)
        if not foreign:
            for number in re.findall("[0-9]+", match["numbers"]):
                yield Reference(passage, match.start(), match.end(), int(number), body, before)
        before = match.end()
