"""Lines put together again as they were meant: words mended, paragraphs and points kept apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rammevaerk.exchange.meeting_documents import words
from rammevaerk.exchange.meeting_documents.marks import (
    ends_sentence,
    is_bullet,
    is_lettered,
    proposes,
    without_bullet,
    without_letter,
)
from rammevaerk.exchange.meeting_documents.words import any_of

_FULL_LINE = 60  # letters from which a line may have been broken for lack of room
_GAPS = re.compile(r"[ \t]+")
_BROKEN_WORD = re.compile(r"[^\W\d_]-\Z")
_LINKING_WORD = re.compile(r"(?:og|eller|samt|til|og/eller|men|kontra)\b", re.IGNORECASE)
_THAT = re.compile(r"at\b\s*[:,]?\s*", re.IGNORECASE)
_LEAD = re.compile(
    r".{0,160}(?:\bat|:|\b(?:indstilles|indstiller|foresl\w{1,2}r|anbefaler)\b.{0,60}[,:]"
    r"|\b(?:indstilles|indstiller|foresl\w{1,2}r|anbefaler))\Z",
    re.IGNORECASE,
)
_VERB = re.compile(any_of(words.RECOMMENDING_VERBS) + r"\b", re.IGNORECASE)
_TO_VERB = re.compile(
    r"til (?:godkendelse|drøftelse|orientering|efterretning|beslutning)", re.IGNORECASE
)
_INLINE_LEAD = re.compile(
    r"(?P<lead>.{0,120}?\b(?:indstille[rs]|anbefale[rs]|foresl\w{1,2}[rs])\b"
    r"(?: til \w+)?\s*[:,]?)\s*(?P<rest>at\b.+)\Z",
    re.IGNORECASE,
)
_BARE_LEAD = re.compile(
    r"[aA][tT](?:\s+(?:[A-ZÆØÅ][\w-]*|i|på|for|og)){0,6}\s*:?\Z|[aA]t(?:\s+[\w-]+){0,6}\s*:\Z"
    r"|(?:[dD]et|[dD]er) indstilles.{0,12}\Z"
)


@dataclass(frozen=True, slots=True)
class Written:
    """One line of a block: `gap` when a new paragraph may begin with it."""

    number: int
    text: str
    gap: bool


def joined(lines: Sequence[str]) -> str:
    """Return lines as one text; a word divided at the end of a line is put together.

    "dag-" before "og" keeps its hyphen, as does a hyphen before a capital or after a figure.
    """
    text = ""
    for line in lines:
        bare = _GAPS.sub(" ", line.strip())
        if not text or not bare:
            text += bare
        elif _BROKEN_WORD.search(text[-2:]) and bare[0].islower() and not _LINKING_WORD.match(bare):
            text = text[:-1] + bare
        elif text.endswith("-") and not text.endswith(" -") and not _LINKING_WORD.match(bare):
            text += bare
        else:
            text += " " + bare
    return text


def paragraphs(lines: Sequence[Written]) -> list[list[Written]]:
    """Return the lines by paragraph; each point of a list is one, mended across pages."""
    found: list[list[Written]] = []
    for line in lines:
        new = line.gap or is_bullet(line.text)
        if new and found and not is_bullet(line.text) and _goes_on(found[-1][-1].text, line.text):
            new = False
        if new or not found:
            found.append([line])
        else:
            found[-1].append(line)
    return found


def _goes_on(before: str, text: str) -> bool:
    return text[:1].islower() and not ends_sentence(before)


def text_of(lines: Sequence[Written]) -> str:
    """Return a block's text: paragraphs with an empty line between, points with "- "."""
    parts = []
    for paragraph in paragraphs(lines):
        text = joined([line.text for line in paragraph])
        parts.append("- " + without_bullet(text) if is_bullet(text) else text)
    return "\n\n".join(part for part in parts if part)


def recommendation(lines: Sequence[Written]) -> tuple[list[str], list[Written]]:
    """Return the points of a recommendation, and the lines after it that are not its own.

    A lead ("At gruppen:", "Formanden indstiller, at") is left out. A paragraph of prose after
    the points is no point, but begins the presentation.
    """
    points: list[list[str]] = []
    lines = _without_lead(lines)
    listed = False
    for at, line in enumerate(lines):
        if _is_point(line, points):
            points.append([_bare(line.text)])
            listed = True
        elif points and _is_sentence_below(points[-1][-1], line.text):
            return _texts(points), list(lines[at:])
        elif points and (not line.gap or _goes_on(points[-1][-1], line.text)):
            points[-1].append(line.text)
        elif points and listed:
            return _texts(points), list(lines[at:])
        else:
            points.append([line.text])
    return _texts(points), []


def _is_sentence_below(point: str, text: str) -> bool:
    """Say whether a line is a sentence of its own below a point that ended before it was full."""
    return text[:1].isupper() and len(point) < _FULL_LINE and ends_sentence(text)


def _texts(points: Sequence[Sequence[str]]) -> list[str]:
    return [text for text in (joined(point).strip(" ,;") for point in points) if text]


def _without_lead(lines: Sequence[Written]) -> list[Written]:
    """Leave out the lead, and divide a line that holds both a lead and the first point."""
    rest = list(lines)
    while rest and len(rest) > 1 and _is_lead(rest[0].text, rest[1]):
        rest = rest[1:]
    if not rest:
        return rest
    found = _INLINE_LEAD.match(rest[0].text)
    if found:
        rest[0] = Written(rest[0].number, found["rest"], True)
    return rest


def _is_lead(text: str, following: Written) -> bool:
    if is_bullet(text) or _VERB.match(text):
        return False
    begins_point = is_bullet(following.text) or is_lettered(following.text)
    begins_point = begins_point or bool(_VERB.match(following.text) or _THAT.match(following.text))
    begins_point = begins_point or bool(_TO_VERB.match(following.text))
    if _BARE_LEAD.match(text):
        return True
    return begins_point and bool(_LEAD.match(text) or proposes(text))


def _is_point(line: Written, points: Sequence[Sequence[str]]) -> bool:
    """A line begins a point by its sign or letter, by "at", or by a verb after other points."""
    text = line.text
    if is_bullet(text) or is_lettered(text) or _TO_VERB.match(text):
        return True
    if _THAT.match(text):
        before = points[-1] if points else [""]
        ended = before[-1].endswith((",", ";", ".", " og", " samt"))
        parted = bool(_THAT.match(before[0])) and (ended or len(before[-1]) < _FULL_LINE)
        return line.gap or not points or parted
    return text[:1].isupper() and bool(_VERB.match(text))


def _bare(text: str) -> str:
    return " ".join(without_letter(without_bullet(text)).replace("|", " ").split())
