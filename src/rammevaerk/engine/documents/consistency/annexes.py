"""References to annexes: a number that no list has, or that is another paper than the text says."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from rammevaerk.engine.documents.consistency.annex_mentions import (
    REFERENCE,
    Reference,
    sentences_with_references,
)
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import is_paper, shared, subjects
from rammevaerk.engine.documents.meeting import AnnexReference, Item, Kind, MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity

_PROMISED = re.compile(r"\b(?:vedlægges|eftersendes|omdeles|udleveres)\b", re.IGNORECASE)
_MOST_TWICE = 2  # numbers of one item that are given twice by mistake
_LEADS_ON = re.compile(
    r"^\s*(?:for|om|med|vedr\w*\.?|der|som|viser|indeholder|beskriver|er|omhandler)\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The annexes of a document by item, and the last one of each number.

    `per_item` tells that the numbers start again with each item.
    """

    by_item: dict[int, tuple[AnnexReference, ...]]
    by_number: dict[int, AnnexReference]
    per_item: bool

    def of(self, item: Item | None) -> tuple[AnnexReference, ...]:
        return self.by_item.get(item.line, ()) if item else ()

    def targets(self, item: Item | None) -> dict[int, AnnexReference]:
        """The annexes that a number written in `item` can mean."""
        if self.per_item:
            return {annex.number: annex for annex in self.of(item) if annex.number is not None}
        return self.by_number


def _lists(document: MeetingDocument) -> _Lists:
    by_item = {
        item.line: tuple(annex for annex in item.annexes if annex.number is not None)
        for item in document.items
    }
    by_number = {
        annex.number: annex
        for listed in by_item.values()
        for annex in listed
        if annex.number is not None
    }
    numbers = Counter(
        number for listed in by_item.values() for number in {annex.number for annex in listed}
    )
    return _Lists(by_item, by_number, per_item=any(count > 1 for count in numbers.values()))


def annex_references(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """annex.unknown and annex.other: a reference to an annex that is missing or is another one.

    A number is unknown when no list of annexes has it (where the numbers start again with each
    item: when the item's own list has not), also when there is no list at all. It is another one
    when nothing in the sentence is about the title of the annex and the sentence is about
    another annex of the item instead. Annexes of other papers ("bilag 1 til aftalen") are left
    alone.
    """
    lists = _lists(document)
    if not lists.by_number:
        yield from _without_list(document)
        return
    for group in sentences_with_references(document):
        for reference in group:
            own = lists.targets(reference.passage.item)
            if reference.number not in own:
                if not lists.per_item or lists.of(reference.passage.item):
                    yield _unknown(reference, own)
            elif better := _better(reference, group, lists):
                yield _other(reference, own[reference.number], better)


def _without_list(document: MeetingDocument) -> Iterable[DocumentFinding]:
    """References in a document where no annex has a number, each number once in an item.

    Annexes without numbers may be meant by their place in the list. Minutes that only tell what
    happened leave the list to the agenda; so does a sentence that promises the annex.
    """
    listed = sum(len(item.annexes) for item in document.items)
    told: set[tuple[str, int]] = set()
    for reference in chain.from_iterable(sentences_with_references(document)):
        passage = reference.passage
        start, end = passage.sentence_at(reference.start)
        key = (passage.number, reference.number)
        if passage.item is None or reference.number <= listed or key in told:
            continue
        told.add(key)
        has_case = document.kind is Kind.AGENDA or bool(passage.item.recommendation)
        if has_case and not _PROMISED.search(passage.text[start:end]):
            yield _unlisted(reference)


def _better(reference: Reference, group: list[Reference], lists: _Lists) -> AnnexReference | None:
    """Return the one annex that the words are about, when they are not about the one named."""
    own, listed = lists.targets(reference.passage.item), lists.of(reference.passage.item)
    target = own[reference.number]
    sentence = _words(reference, whole=True)
    swapped = _swapped(reference, group, own)
    if _about(sentence, target, listed) and not swapped:
        return None
    words = _words(reference, whole=False) or sentence
    paragraph = subjects(reference.passage.text, but=reference.body)
    mine = [annex for annex in listed if annex.number != reference.number]
    fits = [
        (len(_about(words, annex, [*mine, target])), len(_about(paragraph, annex, [*mine, target])))
        for annex in mine
    ]
    good = [
        (near, far, annex)
        for (near, far), annex in zip(fits, mine, strict=True)
        if near and (far >= 2 or swapped) and _more_than_paper(paragraph, annex)
    ]
    good.sort(key=lambda found: found[:2], reverse=True)
    if not good or (len(good) > 1 and good[0][:2] == good[1][:2]):
        return None
    return good[0][2]


def _words(reference: Reference, *, whole: bool) -> tuple[str, ...]:
    """Return what the sentence is about, or only the words that belong to this reference.

    These stand before it, back to the reference before ("beregningen (bilag 2)"), or after it
    where a word leads on ("bilag 2 for beregningen").
    """
    passage = reference.passage
    start, end = passage.sentence_at(reference.start)
    if not whole:
        ahead = passage.text[reference.end : end]
        nearest = REFERENCE.search(ahead)
        if _LEADS_ON.match(ahead):
            start, end = reference.end, reference.end + (nearest.start() if nearest else len(ahead))
        else:
            start, end = reference.before, reference.start
    text = REFERENCE.sub(" ", passage.text[start:end])
    return subjects(text, but=reference.body)


def _about(
    words: Sequence[str], annex: AnnexReference, rivals: Sequence[AnnexReference]
) -> list[str]:
    """List the words that are about `annex` and not about all the annexes beside it as well."""
    others = [subjects(rival.title) for rival in rivals if rival is not annex]
    common = [
        word for word in subjects(annex.title) if others and all(shared([word], o) for o in others)
    ]
    return shared(words, [word for word in subjects(annex.title) if word not in common])


def _more_than_paper(words: Sequence[str], annex: AnnexReference) -> bool:
    return any(not is_paper(word) for word in shared(words, subjects(annex.title)))


def _swapped(reference: Reference, group: list[Reference], own: dict[int, AnnexReference]) -> bool:
    """Say whether two references of one sentence each stand where the other belongs."""
    target = own[reference.number]
    words = _words(reference, whole=False)
    if shared(words, subjects(target.title)):
        return False
    return any(
        other.number in own
        and other.number != reference.number
        and shared(words, subjects(own[other.number].title))
        and shared(_words(other, whole=False), subjects(target.title))
        and not shared(_words(other, whole=False), subjects(own[other.number].title))
        for other in group
    )


def _unknown(reference: Reference, own: dict[int, AnnexReference]) -> DocumentFinding:
    listed = ", ".join(str(number) for number in sorted(own))
    return DocumentFinding(
        code="annex.unknown",
        severity=Severity.ERROR,
        line=reference.passage.line_at(reference.start),
        item=reference.passage.number,
        found=f"bilag {reference.number}",
        expected=f"et af bilagene {listed}" if len(own) > 1 else f"bilag {listed}",
        message=f"Der henvises til bilag {reference.number}, men det står ikke på listen over "
        "bilag. Ret nummeret, eller føj bilaget til listen.",
    )


def _unlisted(reference: Reference) -> DocumentFinding:
    return DocumentFinding(
        code="annex.unknown",
        severity=Severity.WARNING,
        line=reference.passage.line_at(reference.start),
        item=reference.passage.number,
        found=f"bilag {reference.number}",
        expected="et bilag på listen over bilag",
        message=f"Der henvises til bilag {reference.number}, men dokumentet har ikke så mange "
        "bilag på sine lister. Føj bilaget til punktet, eller ret henvisningen.",
    )


def _other(reference: Reference, target: AnnexReference, better: AnnexReference) -> DocumentFinding:
    return DocumentFinding(
        code="annex.other",
        severity=Severity.WARNING,
        line=reference.passage.line_at(reference.start),
        item=reference.passage.number,
        found=f"bilag {reference.number}",
        expected=f"bilag {better.number}",
        message=f"Der henvises til bilag {reference.number}, som er «{target.title}», men teksten "
        f"handler om bilag {better.number} «{better.title}». Er nummeret rigtigt?",
    )


def annex_numbers(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """annex.duplicate: one item gives two different annexes the same number.

    Papers in a list may bring annexes of their own: numbers that come again after an annex
    without a number, and more than a few of them, are no mistake.
    """
    for item in document.items:
        found = list(_twice(item))
        if len(found) <= _MOST_TWICE:
            yield from found


def _twice(item: Item) -> Iterable[DocumentFinding]:
    first: dict[int, AnnexReference] = {}
    for annex in item.annexes:
        if annex.number is None:
            first = {}
            continue
        earlier = first.setdefault(annex.number, annex)
        if earlier is not annex and subjects(earlier.title) != subjects(annex.title):
            yield DocumentFinding(
                code="annex.duplicate",
                severity=Severity.ERROR,
                line=annex.line,
                item=item.number,
                found=f"bilag {annex.number}",
                expected="hvert bilag sit eget nummer",
                message=f"To bilag har nummer {annex.number}: «{earlier.title}» og "
                f"«{annex.title}». Giv dem hvert sit nummer, og ret henvisningerne.",
            )
