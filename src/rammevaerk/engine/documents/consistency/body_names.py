"""Names of bodies: slips in a long name, two names of one body, another body than before."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rammevaerk.engine.documents.consistency.events import EVENT
from rammevaerk.engine.documents.consistency.passages import Passage, passages
from rammevaerk.engine.documents.consistency.register import Body, Register
from rammevaerk.engine.documents.consistency.spelling import inflected, is_scanned, key
from rammevaerk.engine.documents.consistency.words import akin, distance, fold
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity

_WORD = re.compile(r"[A-ZÆØÅa-zæøå][\wæøå]*(?:-[\wæøå]+)*")
_SHORTEST = 8
_AFTER_NAME = re.compile(r"[A-ZÆØÅ][a-zæøå]+ $")


@dataclass(frozen=True, slots=True)
class _Place:
    line: int
    item: str


def body_spellings(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """name.body-spelling: a long proper name looks like a slip for one the document uses more.

    Both begin and end alike and at most a quarter of the letters differ, or only a letter or
    two; never where inflection or scanning explains it.
    """
    places, inside = _proper_names(document)
    scanned = is_scanned(document)
    by_stem = sorted(places, key=lambda word: (-len(places[word]), word))
    for rare in by_stem:
        for usual in by_stem:
            often = len(places[usual]) >= max(2, 2 * len(places[rare]))
            if often and usual in inside and _slip(rare, usual, scanned=scanned):
                first = places[rare][0]
                yield _finding(
                    "name.body-spelling",
                    first,
                    rare,
                    usual,
                    f"«{rare}» ligner en skrivefejl: ellers står der «{usual}» (første gang på "
                    f"linje {places[usual][0].line}). Ret navnet.",
                )
                break


def _proper_names(document: MeetingDocument) -> tuple[dict[str, list[_Place]], set[str]]:
    """Return the long words with a capital, and those of them that stand inside sentences.

    Words that are also written small, and parts of names in several words, are left out.
    """
    places: dict[str, list[_Place]] = defaultdict(list)
    small: set[str] = set()
    inside: set[str] = set()
    for passage in passages(document):
        starts = {start for start, _ in passage.sentences}
        for match in _WORD.finditer(passage.text):
            word = match.group()
            if word[0].islower():
                small.add(fold(word))
            elif len(word) >= _SHORTEST and not _AFTER_NAME.search(passage.text[: match.start()]):
                places[word].append(_Place(passage.line_at(match.start()), passage.number))
                if not _begins(passage, match.start(), starts):
                    inside.add(word)
    names = {word: found for word, found in places.items() if fold(word) not in small}
    return names, inside & set(names)


def _begins(passage: Passage, at: int, starts: set[int]) -> bool:
    return at in starts or (passage.bullet and passage.text[:at].count(" ") <= 1)


def _slip(rare: str, usual: str, *, scanned: bool) -> bool:
    one, other = fold(rare), fold(usual)
    keys = [key(word, scanned=scanned) for word in (one, other)]
    if inflected(one, other) or keys[0] == keys[1] or inflected(*keys):
        return False
    length = max(len(one), len(other))
    apart = distance(one, other, length // 4)
    if apart > length // 4:
        return False
    alike = one[:5] == other[:5] and one[-5:] == other[-5:]
    if alike and length >= 12:
        return True
    return apart <= (2 if length >= 12 else 1) and one[0] == other[0] and one[-3:] == other[-3:]


def body_aliases(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """name.body-alias: the document calls one body of the register by two of its names.

    A short form beside a full name is no second name; two full names, or two short forms that
    the register calls rivals, are. Nothing is found where one sentence names both.
    """
    texts = passages(document)
    for body in register.bodies:
        for forms in (body.names, body.rivals):
            if len(forms) < 2:
                continue
            found = {form: places for form in forms if (places := _named(texts, form))}
            if len(found) < 2 or _explained(texts, tuple(found)):
                continue
            usual = max(found, key=lambda form: (len(found[form]), -found[form][0].line))
            for form, places in found.items():
                if form != usual:
                    yield _alias(body, form, usual, places[0], found[usual][0])


def _named(texts: Sequence[Passage], form: str) -> list[_Place]:
    name = re.compile(rf"(?<![\w-]){re.escape(form)}(?:s|['’]s?)?(?![\w-])")
    return [
        _Place(passage.line_at(match.start()), passage.number)
        for passage in texts
        for match in name.finditer(passage.text)
    ]


def _explained(texts: Sequence[Passage], forms: tuple[str, ...]) -> bool:
    return any(
        all(form in passage.text[start:end] for form in forms)
        for passage in texts
        for start, end in passage.sentences
    )


def _alias(body: Body, form: str, usual: str, place: _Place, other: _Place) -> DocumentFinding:
    return _finding(
        "name.body-alias",
        place,
        form,
        usual,
        f"«{form}» og «{usual}» (linje {other.line}) er to navne for {body.names[0]}. Brug ét af "
        "dem, eller skriv én gang, at de er det samme.",
    )


_WITH = re.compile(r"\b(?:med|mellem|hos)\s+(?P<who>(?:[^.;:()]|\.(?=\w)){3,120})")
_NAME = re.compile(r"\b[A-ZÆØÅ][\w-]{3,}")
_FOLLOWS = re.compile(
    r"\b(?:op\w{1,4}lgning\w*|status|evaluering|forberedelse\w*|input|referat|tilbagemelding\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Event:
    noun: str
    names: tuple[str, ...]
    place: _Place
    text: str


def counterparts(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """name.counterpart: a named kind of meeting ("dialogmødet") is suddenly one with another body.

    At least two mentions agree whom it is with, one has none of those names, and either that
    name begins like one of theirs or the sentence follows the meeting up. One other mention is
    enough where both are so.
    """
    events = list(_events(document))
    for event in events:
        others = [
            other
            for other in events
            if other is not event and akin(other.noun, event.noun) and other.names
        ]
        names = [name for other in others for name in other.names]
        agreed = [name for name in names if sum(_among(name, one) for one in others) >= 2]
        follows = bool(_FOLLOWS.search(event.text))
        if follows and len(others) == 1:
            agreed = [name for name in names if _close(event, [name])]
        if not agreed or any(_among(name, event) for name in agreed):
            continue
        close = _close(event, agreed)
        if close or (event.names and follows):
            usual, name = close[0] if close else (agreed[0], event.names[0])
            yield _finding(
                "name.counterpart",
                event.place,
                name,
                usual,
                f"Her er mødet med «{name}», men ellers er det med «{usual}». Er navnet rigtigt?",
            )


def _close(event: _Event, names: Sequence[str]) -> list[tuple[str, str]]:
    """List the pairs of one of `names` and one of the event's that begin alike."""
    return [(a, n) for n in event.names for a in names if fold(a)[:5] == fold(n)[:5]]


def _among(name: str, event: _Event) -> bool:
    return any(akin(fold(name), fold(other)) for other in event.names)


def _events(document: MeetingDocument) -> Iterator[_Event]:
    for passage in passages(document):
        for start, end in passage.sentences:
            text = passage.text[start:end]
            for match in EVENT.finditer(text):
                noun = fold(match.group())
                with_whom = _WITH.search(text, match.end(), match.end() + 160)
                if len(noun) < 9 or not with_whom or with_whom.start() > match.end() + 40:
                    continue
                names = tuple(_NAME.findall(with_whom["who"]))
                line = passage.line_at(start + with_whom.start("who"))
                if names:
                    yield _Event(noun, names, _Place(line, passage.number), text)


def _finding(code: str, place: _Place, found: str, expected: str, message: str) -> DocumentFinding:
    return DocumentFinding(
        code=code,
        severity=Severity.WARNING,
        line=place.line,
        item=place.item,
        found=found,
        expected=expected,
        message=message,
    )
