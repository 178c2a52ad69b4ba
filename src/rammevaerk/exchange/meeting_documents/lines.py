"""The lines of a document as the passes of the reader see them, whatever file they came from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rammevaerk.exchange.meeting_documents.long_lines import divided, holds_page

_BREAK = re.compile(r"\r\n|\r|\n")
_WIDE_GAP = re.compile(r"\t+|\s*\|\s*| {3,}")
_LONE_SPACE = re.compile(r" \S")
# "fold dette punkt ind Resume", "PDFBilag 1", "Indhold1. Velkomst": web pages stuck to the text.
_TRACES = re.compile(
    r"\A(?P<sign>[•-]\s*)?(?:fold dette punkt (?:ind|ud)\s+|PDF(?=[A-ZÆØÅ][a-zæøå])"
    r"|[Ii]ndhold(?:sfortegnelse)?(?=[0-9]{1,2}\. [A-ZÆØÅ]))"
)
_ODD_SPACES = str.maketrans({"\xa0": " ", "\u202f": " ", "\u2007": " ", "\xad": "", "\ufeff": ""})
# A page that begins in the text is marked by one space, in scans; more would be an indented text.
_MOST_MARKED = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `number` from 1, `text` tidied; `heading` is the level of a Word heading, or 0.

    `page_start` when a page is known to begin with it, `from_table` when it is a row of a real
    table. `raw` is the line as it stands, with its tabs.
    """

    number: int
    text: str
    page_start: bool = False
    heading: int = 0
    from_table: bool = False
    raw: str = ""

    @property
    def blank(self) -> bool:
        """Say whether nothing stands on the line."""
        return not self.text


@dataclass(frozen=True, slots=True)
class RealTable:
    """A table that the file itself says is one; `lines` are the line numbers of its rows."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A document taken out of its file: `raw` the text as it stands, `lines` tidied, same count.

    `running` are texts of headers and footers, `doubts` (line, Danish sentence) what was lost.
    """

    raw: tuple[str, ...]
    lines: tuple[Line, ...]
    tables: tuple[RealTable, ...] = ()
    running: tuple[str, ...] = ()
    doubts: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class SourceBuilder:
    """Collects lines one by one, and gives each its number."""

    raw: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    tables: list[RealTable] = field(default_factory=list)

    def add(
        self, text: str, *, page_start: bool = False, heading: int = 0, from_table: bool = False
    ) -> int:
        """Take in one line and return its number."""
        number = len(self.raw) + 1
        self.raw.append(text)
        self.lines.append(Line(number, tidied(text), page_start, heading, from_table, text))
        return number

    def source(self, running: Sequence[str] = (), doubts: Sequence[tuple[int, str]] = ()) -> Source:
        """Return what was collected."""
        return Source(
            tuple(self.raw), tuple(self.lines), tuple(self.tables), tuple(running), tuple(doubts)
        )


def tidied(text: str) -> str:
    """Return a line without odd spaces or traces of a web page; gaps between columns stay."""
    bare = text.translate(_ODD_SPACES).strip(" \t\f\v")
    return _TRACES.sub(lambda found: found["sign"] or "", bare)


def source_from_text(text: str) -> Source:
    """Return plain text as a source; a page begins at a form feed, or at a lone leading space."""
    raw = _BREAK.split(text)
    if raw and not raw[-1]:
        raw.pop()
    filled = [line for line in raw if line.strip()]
    marked = sum(bool(_LONE_SPACE.match(line)) for line in filled)
    scanned = marked <= max(1, _MOST_MARKED * len(filled))
    builder, broken = SourceBuilder(), False
    raw, doubts = _divided(raw)
    for line in raw:
        head, feed, tail = line.rpartition("\f")
        begins = (
            broken or bool(feed and tail.strip()) or (scanned and bool(_LONE_SPACE.match(tail)))
        )
        builder.add(line, page_start=begins)
        broken = (broken and not tail.strip()) or bool(feed and not tail.strip() and not head)
    return builder.source(doubts=doubts)


def _divided(raw: Sequence[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """Divide lines that hold a whole page; line numbers are then those of the divided text."""
    if not any(map(holds_page, raw)):
        return list(raw), []
    found: list[str] = []
    doubts = []
    for number, line in enumerate(raw, start=1):
        parts = divided(line)
        if len(parts) > 1:
            what = (
                f"Linje {number} i filen holder en hel side; den er delt ved overskrifter og "
                f"numre, og dens tekst begynder her på linje {len(found) + 1}."
            )
            doubts.append((len(found) + 1, what))
        found += parts
    return found, doubts


def cells_of(text: str) -> list[str]:
    """Return the columns of a line that has wide gaps, tabs or bars in it; itself alone if not."""
    return [cell.strip() for cell in _WIDE_GAP.split(text) if cell.strip()]


def filled(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines that have something on them."""
    return (line for line in lines if line.text)
