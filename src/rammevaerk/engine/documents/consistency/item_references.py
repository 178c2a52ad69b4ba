"""References to other items of the agenda: "se punkt 2.1" that is missing or is another item."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rammevaerk.engine.documents.consistency.passages import Passage, passages
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import is_paper, shared, subjects
from rammevaerk.engine.documents.meeting import Item, MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity

_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,3})?"
_REFERENCE = re.compile(
    rf"\b(?P<word>(?:dagsordens)?(?:punkt(?:et|er|erne)?|pkt\.?))\s+(?:nr\.\s*)?"
    rf"(?P<numbers>{_NUMBER}(?!\.?[0-9])(?:(?:\s*,\s*|\s+(?:og|samt|eller)\s+){_NUMBER}(?!\.?[0-9]))*)"
    r"(?!\s*(?:%|pct|procent|år|mio|kr))",
    re.IGNORECASE,
)
# The number belongs to another paper or to a list: "aftalens punkt 3", "punkt 4 i handlingsplanen".
_OWNED = re.compile(r"(?<!dagsorden)(?:\w{3,}(?:ens|ets|nes|ernes)|\bad)\s*$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"^\s*,?\s*(?:i|på|fra|under|af|til|ved)\s+(?!dagsordenen\b|dagens\b|denne\s+dagsorden\b"
    r"|dette\b|mødet\s+i\s+dag)",
    re.IGNORECASE,
)
# What is said below such a title is about the points of earlier minutes.
_OF_EARLIER = re.compile(
    r"(?:godkendelse|underskrift|opfølgning|bemærkninger)\w*\s.{0,40}\b(?:referat|protokol)",
    re.IGNORECASE,
)
_NEAR = 60  # letters beside a reference that can tell whose item it is


@dataclass(frozen=True, slots=True)
class _Reference:
    passage: Passage
    start: int
    number: str
    written: str


def item_references(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """item.unknown and item.other: a reference to an item that is missing or is another one.

    "Another one" takes two things: nothing in the sentence is about the title of the item that
    is named, and two words or more of it are about the title of one other item. References to
    points of other papers and meetings are left alone.
    """
    by_number = {item.number.partition("/")[0]: item for item in document.items}
    dotted = any("." in number for number in by_number)
    again = len(by_number) < len(document.items) and not dotted
    if len(by_number) < 2 or again:
        return  # unnumbered, or numbers that start again: nothing can be told
    for reference in _references(document):
        if dotted and "." not in reference.number:
            continue  # a section or a point of a list
        target = by_number.get(reference.number)
        if target is None:
            yield _unknown(reference, by_number)
        elif better := _better(reference, target, document):
            yield _other(reference, target, better)


def _references(document: MeetingDocument) -> Iterator[_Reference]:
    for passage in passages(document):
        if passage.item and _OF_EARLIER.match(passage.item.title):
            continue
        for match in _REFERENCE.finditer(passage.text):
            before = passage.text[max(match.start() - _NEAR, 0) : match.start()]
            after = passage.text[match.end() : match.end() + _NEAR]
            if _OWNED.search(before) or _ELSEWHERE.match(after):
                continue
            if passage.item is None and match.start() in passage.starts:
                continue  # a line of contents: "Pkt. 2.1 Title"
            if passage.item and match.start() == 0 and passage.line == passage.item.line:
                continue  # the heading of the item itself: "Punkt 3: …"
            for number in re.findall(_NUMBER, match["numbers"]):
                yield _Reference(passage, match.start(), number, f"punkt {number}")


def _better(reference: _Reference, target: Item, document: MeetingDocument) -> Item | None:
    """Return the one item whose title fits the sentence far better than that of `target`."""
    start, end = reference.passage.sentence_at(reference.start)
    around = subjects(reference.passage.text[start:end], but=document.body)
    if shared(around, subjects(target.title)) or target is reference.passage.item:
        return None
    own = reference.passage.number
    fits = [
        (len([word for word in shared(around, subjects(item.title)) if not is_paper(word)]), item)
        for item in document.items
        if item.number not in {own, target.number}
    ]
    best = max((score for score, _ in fits), default=0)
    candidates = [item for score, item in fits if score == best]
    return candidates[0] if best >= 2 and len(candidates) == 1 else None


def _unknown(reference: _Reference, by_number: dict[str, Item]) -> DocumentFinding:
    numbers = list(by_number)
    return DocumentFinding(
        code="item.unknown",
        severity=Severity.ERROR,
        line=reference.passage.line_at(reference.start),
        item=reference.passage.number,
        found=reference.written,
        expected=f"et punkt fra {numbers[0]} til {numbers[-1]}",
        message=f"Der henvises til {reference.written}, men dagsordenen har intet punkt med det "
        "nummer. Ret nummeret.",
    )


def _other(reference: _Reference, target: Item, better: Item) -> DocumentFinding:
    return DocumentFinding(
        code="item.other",
        severity=Severity.WARNING,
        line=reference.passage.line_at(reference.start),
        item=reference.passage.number,
        found=reference.written,
        expected=f"punkt {better.number}",
        message=f"Der henvises til {reference.written}, som er «{target.title}», men sætningen "
        f"handler om det, der står i punkt {better.number} «{better.title}». Er nummeret rigtigt?",
    )
