"""Items under the wrong heading, and recommendations that open with the wrong word."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import fold
from rammevaerk.engine.documents.meeting import Item, MeetingDocument, Section
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity

_DECIDING_SECTION = re.compile(
    r"\bbeslutningspunkt\w*|\bbeslutningssag\w*|\btil\s+beslutning\b(?!\s+og\s+orientering)"
    r"|\bafg\w{1,2}relsespunkt\w*|^\W*[0-9.]*\s*beslutninger\W*$",
    re.IGNORECASE,
)
_ORIENTING_SECTION = re.compile(
    r"\borienteringspunkt\w*|\borienteringssag\w*|\btil\s+(?:orientering|efterretning)\b"
    r"|^\W*[0-9.]*\s*orienteringe?r?\W*$",
    re.IGNORECASE,
)
# What a point asks for, as a verb; the nouns ("drøftelsen", "godkendelsen") ask for nothing.
_DISCUSSES = (
    r"dr\w{1,2}fte[rs]?|forholder\s+sig|giver\s+input|kommer\s+med|bidrager|kommenterer|"
    r"kvalificerer|tilkendegiver|udveksler|overvejer|ser\s+p\S{1,2}|tager\s+stilling"
)
_DECIDES = (
    r"godkende[rs]?|godkendt|beslutte[rs]?|vedtage[rs]?|tiltr\w{1,3}de[rs]?|tilslutte[rs]?|"
    r"udpege[rs]?|bevilge[rs]?|afs\w{1,3}tte[rs]?|bemyndige[rs]?|neds\w{1,3}tte[rs]?|"
    r"v\w{1,3}lge[rs]?|prioritere[rs]?|afg\w{1,2}r(?:es)?|forkaste[rs]?|fasts\w{1,3}tte[rs]?|"
    r"igangs\w{1,3}tte[rs]?|iv\w{1,3}rks\w{1,3}tte[rs]?|indstille[rs]?|anbefale[rs]?|"
    r"aftale[rs]?|bakker\s+op|st\w{1,2}tter|accepterer|underskriver|anmoder?|bede[rs]?|p\w{1,2}l\w{1,3}gger|sender|videresender|frigiver|"
    r"overdrager|forl\w{1,3}nger|nedl\w{1,3}gger"
)
_ASKS = re.compile(rf"\b(?:{_DISCUSSES}|{_DECIDES})\b", re.IGNORECASE)
_RESOLVES = re.compile(rf"\b(?:{_DECIDES})\b", re.IGNORECASE)
_INFORMS = re.compile(
    r"\btil\s+(?:efterretning|orientering)\b|\borientere[rs]?\b|\b(?:gensidig\s+)?orientering\b",
    re.IGNORECASE,
)


def only_orientation(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """section.only-orients: an item among those to be decided asks the meeting for no decision.

    Every point of its recommendation takes something as read or is information; not one
    decides, discusses or asks for an opinion. An item without points is left alone.
    """
    for section, item in _items(document, _DECIDING_SECTION):
        points = [point for point in item.recommendation if point.strip()]
        if points and all(_INFORMS.search(p) and not _asks(p) for p in points):
            yield _misplaced(
                item,
                "section.only-orients",
                "; ".join(points),
                "et orienteringspunkt, eller en indstilling der skal besluttes",
                f"Punktet står under «{section.title}», men der skal ikke besluttes eller drøftes "
                "noget. Flyt det til orienteringspunkterne, eller skriv, hvad der skal besluttes.",
            )


def _asks(point: str) -> bool:
    # What follows "om" or "herunder" is what the information is about.
    head = re.split(
        r"\b(?:orientere[rs]|orientering(?:en)?)\s+(?:om|vedr)\b|,?\s+herunder\b", point
    )
    return bool(_ASKS.search(head[0])) or any(
        re.match(rf".*\b(?:og|samt)\s+(?:{_DISCUSSES}|{_DECIDES})\b", rest, re.IGNORECASE)
        for rest in head[1:]
    )


def orientation_that_decides(
    document: MeetingDocument, register: Register
) -> Iterable[DocumentFinding]:
    """section.decides: an item that is for information asks for a decision."""
    for section, item in _items(document, _ORIENTING_SECTION):
        if _DECIDING_SECTION.search(section.title):
            continue
        deciding = [
            point
            for point in item.recommendation
            if _RESOLVES.search(point) and not _INFORMS.search(point)
        ]
        if deciding:
            yield _misplaced(
                item,
                "section.decides",
                "; ".join(deciding),
                "et beslutningspunkt",
                f"Punktet står under «{section.title}», men indstillingen beder om en beslutning. "
                "Flyt det til beslutningspunkterne, eller ret indstillingen.",
            )


def _items(document: MeetingDocument, headings: re.Pattern[str]) -> Iterator[tuple[Section, Item]]:
    for section in document.sections:
        if headings.search(section.title):
            for item in section.items:
                yield section, item


def _misplaced(item: Item, code: str, found: str, expected: str, message: str) -> DocumentFinding:
    return DocumentFinding(
        code=code,
        severity=Severity.WARNING,
        line=item.line,
        item=item.number,
        found=found,
        expected=expected,
        message=message,
    )


_OPENING = re.compile(r"^\W*(?P<word>[A-ZÆØÅa-zæøå]{1,4})\s+(?P<who>[A-ZÆØÅ][\w-]+)\s*:?\s*$")


def recommendation_openings(
    document: MeetingDocument, register: Register
) -> Iterable[DocumentFinding]:
    """recommendation.opening: "Af udvalget:" where all other items begin "At udvalget:"."""
    openings = [
        (number, match["word"], match["who"])
        for number, text in enumerate(document.lines, start=1)
        if (match := _OPENING.match(text)) and document.item_at(number)
    ]
    for who in dict.fromkeys(name for _, _, name in openings):
        words = Counter(fold(word) for _, word, name in openings if name == who)
        usual, times = words.most_common(1)[0]
        if usual != "at" or times < 2:
            continue
        for number, word, name in openings:
            if name == who and fold(word) != usual:
                item = document.item_at(number)
                yield DocumentFinding(
                    code="recommendation.opening",
                    severity=Severity.NOTE,
                    line=number,
                    item=item.number if item else "",
                    found=f"{word} {who}",
                    expected=f"At {who}",
                    message=f"Indstillingen begynder med «{word} {who}»; alle andre begynder med "
                    f"«At {who}». Ret ordet.",
                )
