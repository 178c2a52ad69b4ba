"""The running text of a document in paragraphs that still know on which line each letter stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rammevaerk.engine.documents.consistency.memory import once_per_document
from rammevaerk.engine.documents.meeting import Item, MeetingDocument
from rammevaerk.engine.documents.texts import sentences

# A bullet, also as scans have it: "e ", "o ", "¢ ".
_BULLET = re.compile(
    r"^\s*(?:[-–—•*·¢°]|[eo©»>])\s+(?=\S)|^\s*\(?(?:[0-9]{1,2}|[a-h])[.)]\s+(?=\S)"
)
_PAGE_NUMBER = re.compile(r"^\s*(?:side\s+)?[0-9]{1,3}(?:\s+af\s+[0-9]{1,3})?\s*$", re.IGNORECASE)
_ITEM_NUMBER = re.compile(r"^\s*[0-9]{1,2}\.[0-9]{1,2}\.?\s*$")
_HEADING = re.compile(
    r"^\s*(?:indstilling|sagsfremstilling|referat|beslutning|bilag|status|baggrund|resum[eé]|"
    r"[A-ZÆØÅ]\w+punkter)\s*:?\s*$",
    re.IGNORECASE,
)
_PRESENTER = re.compile(r"^\s*(?:Ved|V/|v/|v\.)\s*[A-ZÆØÅ]")
_ENDED = re.compile(r"[.!?:;][\"»”')\]]*\s*$")
_LONE_I = re.compile(r"^(\s*)\|(?=\s+\S)")
_STUCK = re.compile(r"(?<=[0-9a-zæøå]{2})\.(?=[A-ZÆØÅ][a-zæøå])")


@dataclass(frozen=True)
class Passage:
    """One paragraph, heading or point of a list: lines joined by spaces, in an item or in none.

    `starts` and `lines` tell at which offset the text of each line begins.
    """

    text: str
    item: Item | None
    starts: tuple[int, ...]
    lines: tuple[int, ...]
    bullet: bool = False

    @property
    def line(self) -> int:
        """The line the passage begins on."""
        return self.lines[0]

    @property
    def number(self) -> str:
        """The number of the item, or "" outside of any."""
        return self.item.number if self.item else ""

    def line_at(self, offset: int) -> int:
        """Return the line that the letter at `offset` stands on."""
        return self.lines[max(bisect_right(self.starts, offset) - 1, 0)]

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The spans of the sentences."""
        return sentences(self.text)

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Return the span of the sentence that `offset` lies in."""
        at = bisect_right(self.sentences, offset, key=lambda span: span[0]) - 1
        if at >= 0 and offset < self.sentences[at][1]:
            return self.sentences[at]
        return 0, len(self.text)


@once_per_document
def passages(document: MeetingDocument) -> tuple[Passage, ...]:
    """Divide a document into passages; rows of tables and page numbers belong to none.

    Words broken by a hyphen at the end of a line are put together, and a sentence goes on over
    a blank line when the next one begins with a small letter.
    """
    owners = _owners(document)
    return tuple(_passage(document, numbers, owners) for numbers in _groups(document))


def _owners(document: MeetingDocument) -> dict[int, Item]:
    """Return the item of every line that is in one; where two overlap, the first."""
    found: dict[int, Item] = {}
    for item in reversed(document.items):
        found |= dict.fromkeys(range(item.line, item.last_line + 1), item)
    return found


@once_per_document
def cells(document: MeetingDocument) -> tuple[Passage, ...]:
    """Return the cells of all tables as passages, each with the line of its row."""
    owners = _owners(document)
    return tuple(
        Passage(cell, owners.get(line), (0,), (line,))
        for table in document.tables
        for line, row in zip(table.row_lines, table.rows, strict=False)
        for cell in row
        if cell.strip()
    )


def _groups(document: MeetingDocument) -> Iterator[list[int]]:
    left_out = {line for table in document.tables for line in table.row_lines}
    titles = {item.line for item in document.items}
    firsts = titles | {item.last_line + 1 for item in document.items}
    group: list[int] = []
    blank = False
    for number, text in enumerate(document.lines, start=1):
        if not text.strip() or number in left_out or _PAGE_NUMBER.match(text):
            blank = True
            continue
        if group:
            last = document.lines[group[-1] - 1]
            titled = group[-1] in titles and _begins_anew(last, text)
            if number in firsts or titled or _divides(last, text, blank, number - group[-1]):
                yield group
                group = []
        group.append(number)
        blank = False
    if group:
        yield group


def _begins_anew(title: str, text: str) -> bool:
    return text.strip()[:1].isupper() and not title.rstrip().endswith(("-", ",", "og"))


def _divides(last: str, text: str, blank: bool, apart: int) -> bool:
    """Say whether a new passage begins with `text`, `apart` lines after `last`."""
    alone = any(
        form.match(line) for form in (_HEADING, _ITEM_NUMBER, _PRESENTER) for line in (last, text)
    )
    if alone or _BULLET.match(text):
        return True
    if not blank:
        return False
    return bool(_ENDED.search(last)) or not text.strip()[:1].islower() or apart > 3


def _passage(document: MeetingDocument, numbers: list[int], owners: dict[int, Item]) -> Passage:
    text, starts = "", []
    for number in numbers:
        line = " ".join(_LONE_I.sub(r"\1I", document.lines[number - 1]).split())
        line = _STUCK.sub(". ", line)
        if text.endswith("-") and text[-2:-1].isalpha() and line[:1].islower() and not _joins(line):
            text = text[:-1]
        elif text and not text.endswith("-"):
            text += " "
        starts.append(len(text))
        text += line
    return Passage(
        text=text,
        item=owners.get(numbers[0]),
        starts=tuple(starts),
        lines=tuple(numbers),
        bullet=bool(_BULLET.match(document.lines[numbers[0] - 1])),
    )


def _joins(line: str) -> bool:
    """Say whether the hyphen before `line` stays: "social- / og boligudvalget"."""
    return bool(re.match(r"(?:og|eller|samt)\b", line))
