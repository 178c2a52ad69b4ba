"""Names of people and places in several words that are spelled in two ways."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rammevaerk.engine.documents.consistency.passages import passages
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.spelling import (
    inflected,
    is_scanned,
    key,
    slip,
    sounds_alike,
)
from rammevaerk.engine.documents.consistency.words import fold
from rammevaerk.engine.documents.meeting import Item, MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity

_PART = r"(?:[A-ZÆØÅ][a-zæøåéüö]+(?:-[A-ZÆØÅ][a-zæøåéüö]+){0,3}|[A-ZÆØÅ]\.)"
_NAME = re.compile(rf"\b{_PART}(?: {_PART}){{1,4}}(?![\w-])")
# Words with a capital because a sentence or line begins, or as a title, not as part of a name.
_NOT_A_NAME = frozenset(
    re.findall(
        r"\w+",
        """
    ved den det de der en et i pa fra til af at og med for efter under hos om som vi bilag
    punkt rammeaftale rammeaftalen rammeaftaler januar februar marts april maj juni juli
    august september oktober november december mandag tirsdag onsdag torsdag fredag lordag
    sondag status orientering indstilling referat beslutning sagsfremstilling kommune
    kommuner kommunen
    """,
    )
)


@dataclass(slots=True)
class _Name:
    """Two words on end of a name as they are written, and where."""

    parts: tuple[str, ...]
    lines: list[int] = field(default_factory=list)
    items: list[Item | None] = field(default_factory=list)
    belongs: set[str] = field(default_factory=set)

    @property
    def written(self) -> str:
        return " ".join(self.parts)


def name_spellings(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """name.spelling: one name of two words or more is spelled in two ways.

    A hyphen on one side only ("Ann Britt", "Ann-Britt"), or one part with a slip and the other
    part the same. Letters lost in scanning, inflection and middle names that come and go are no
    differences. First names differ only by sound: "Lone" and "Lene" are two people. Two names
    that both stand in the list of participants, or belong to two organisations, are two people.
    """
    scanned = is_scanned(document)
    names = list(_names(document).values())
    for at, one in enumerate(names):
        for other in names[:at]:
            if _variants(one, other, scanned=scanned) and not _two_people(one, other, document):
                rare, usual = _rare_first(one, other)
                yield _finding(rare, usual)


def _names(document: MeetingDocument) -> dict[tuple[str, ...], _Name]:
    """Collect the pairs and triples of words that names consist of, by how they are written."""
    found: dict[tuple[str, ...], _Name] = {}
    for parts, line, item, belongs in _occurrences(document):
        for size in (2, 3):
            for at in range(len(parts) - size + 1):
                piece = parts[at : at + size]
                name = found.setdefault(piece, _Name(piece))
                name.lines.append(line)
                name.items.append(item)
                if belongs:
                    name.belongs.add(belongs)
    return found


_BELONGS = re.compile(
    r"^\s*(?:\(|,\s*)(?:[a-zæøå]+\s+){0,3}(?:Region\s+(?P<region>[A-ZÆØÅ][\w-]+)|"
    r"(?P<who>[A-ZÆØÅ][\w-]+)\s+Kommune)\b"
)


def _occurrences(
    document: MeetingDocument,
) -> Iterator[tuple[tuple[str, ...], int, Item | None, str]]:
    for passage in passages(document):
        for match in _NAME.finditer(passage.text):
            parts = tuple(match.group().split())
            while parts and fold(parts[0]) in _NOT_A_NAME:
                parts = parts[1:]
            belongs = _BELONGS.match(passage.text[match.end() :])
            who = fold(belongs["region"] or belongs["who"]) if belongs else ""
            if len(parts) >= 2 and not any(fold(part) in _NOT_A_NAME for part in parts):
                yield parts, passage.line_at(match.start()), passage.item, who


def _variants(one: _Name, other: _Name, *, scanned: bool) -> bool:
    if one.parts == other.parts:
        return False
    if _hyphens_only(one, other, scanned=scanned):
        return True
    if len(one.parts) != 2 or len(other.parts) != 2:
        return False
    same = [
        key(a, scanned=scanned) == key(b, scanned=scanned)
        for a, b in zip(one.parts, other.parts, strict=True)
    ]
    first, last = ([fold(name.parts[at]) for name in (one, other)] for at in (0, 1))
    if same == [True, False]:
        if inflected(*last):
            return not scanned and _final_e(*last)
        return slip(*last) and _real_slip(*last, scanned=scanned)
    if same == [False, True]:
        return sounds_alike(*first)
    return False


def _final_e(one: str, other: str) -> bool:
    """No family name is inflected with an e: "Toft" and "Tofte" are two names."""
    short, long = sorted((one, other), key=len)
    return long == short + "e"


def _real_slip(one: str, other: str, *, scanned: bool) -> bool:
    """Say whether a slip remains when what scanning does is taken away."""
    keys = [key(word, scanned=scanned) for word in (one, other)]
    return keys[0] != keys[1] and not inflected(*keys)


def _hyphens_only(one: _Name, other: _Name, *, scanned: bool) -> bool:
    if ("-" in one.written) == ("-" in other.written):
        return False
    pieces = [
        [key(part, scanned=scanned) for part in re.split("[- ]", name.written)]
        for name in (one, other)
    ]
    return pieces[0] == pieces[1] and len(pieces[0]) >= 3


def _two_people(one: _Name, other: _Name, document: MeetingDocument) -> bool:
    listed = [any(name.written in person for person in document.participants + document.absent)
              for name in (one, other)]  # fmt: skip
    if all(listed):
        return True
    return bool(one.belongs and other.belongs and not one.belongs & other.belongs)


def _rare_first(one: _Name, other: _Name) -> tuple[_Name, _Name]:
    rare, usual = sorted((one, other), key=lambda name: (len(name.lines), -name.lines[0]))
    return rare, usual


def _finding(rare: _Name, usual: _Name) -> DocumentFinding:
    item = rare.items[0]
    return DocumentFinding(
        code="name.spelling",
        severity=Severity.WARNING,
        line=rare.lines[0],
        item=item.number if item else "",
        found=rare.written,
        expected=usual.written,
        message=f"«{rare.written}» skrives på linje {usual.lines[0]} «{usual.written}». "
        "Er det samme navn, så skriv det ens.",
    )
