"""Bodies that were abolished and yet hold meetings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.documents.consistency.days import Mention, days_by_line, meeting_day
from rammevaerk.engine.documents.consistency.events import EVENT
from rammevaerk.engine.documents.consistency.passages import Passage, passages
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import fold
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity


@dataclass(frozen=True, slots=True)
class _Abolition:
    """A body by one of its names, the day it ended, and where that is known from."""

    name: str
    day: date
    known_from: str

    def named_in(self, text: str) -> bool:
        """Say whether the text names the body; short forms in capitals only as they are."""
        case = 0 if self.name.isupper() else re.IGNORECASE
        name = rf"(?<![\w-]){re.escape(self.name)}(?:s|['’]s?)?(?![\w-])"
        return bool(re.search(name, text, case))


def meetings_after_abolition(
    document: MeetingDocument, register: Register
) -> Iterable[DocumentFinding]:
    """body.abolished: a meeting of a body on a day after it was abolished.

    Abolished according to the register or to the document itself ("X nedlægges med virkning
    fra 2021"). A list of meetings under one heading gives one finding.
    """
    ended = list(dict.fromkeys([*_registered(document, register), *_decided(document)]))
    seen: set[tuple[str, int]] = set()
    for passage, heading, day in _meetings(document):
        for abolition in ended:
            named = abolition.named_in(heading)
            place = (fold(abolition.name)[:12], passage.line)
            if named and day >= abolition.day and place not in seen:
                seen.add(place)
                yield _finding(passage, abolition, day)
    if document.day and document.body:
        for abolition in ended:
            if fold(abolition.name) == fold(document.body) and document.day >= abolition.day:
                yield _own(document, abolition, document.day)


def _registered(document: MeetingDocument, register: Register) -> Iterator[_Abolition]:
    text = "\n".join((document.body, *document.lines))
    for body in register.bodies:
        parent = register.parent_of(body)
        belongs = parent is None or any(
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
            for name in (*parent.names, *parent.short)
        )
        if body.abolished_on and belongs:
            for name in sorted((*body.names, *body.short), key=len):
                yield _Abolition(name, body.abolished_on, "registret over fora")


_BODY = (
    r"(?P<body>[A-ZÆØÅ]\w*(?:udvalget|gruppen|rådet|radet|forum(?:met)?|kredsen|komit[eé]en|"
    r"nævnet|bestyrelsen|netværket|sekretariatet|panelet))"
)
_ENDS = re.compile(
    rf"\b{_BODY}\s+(?:(?:er|blev|bliver|er\s+blevet)\s+)?"
    r"(?:nedl(?:æ|ae|ee|e|ze|zx|a|z)g+es|nedlagt|oph(?:ø|o|g|a)rer|afvikles|oploses|opl\w{1,2}ses)\b"
    r"(?P<rest>(?:[^.;]|(?<=[0-9])\.|(?<=\bpr)\.|(?<=\bd)\.){0,80})",
)
_DOUBT = re.compile(
    r"\b(?:hvorvidt|ikke|eller|foresl\w+|overvej\w*|hvis|kan|skal|b\w{1,2}r|dr\w{1,2}ft\w*|om\s+at)\b"
    r"|\?",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?P<word>fra|pr\.?|per|den|d\.|udgangen\s+af|ultimo|i|med\s+udgangen\s+af)\s+"
    r"(?:(?:den\s+)?(?P<day>[0-9]{1,2}\.\s*\w+\s+20[0-9]{2})|(?:\w+\s+)?(?P<year>20[0-9]{2}))",
    re.IGNORECASE,
)


def _decided(document: MeetingDocument) -> Iterator[_Abolition]:
    for passage in passages(document):
        for match in _ENDS.finditer(passage.text):
            start, end = passage.sentence_at(match.start())
            if (
                _DOUBT.search(passage.text[start : match.end()])
                or passage.text[end - 2 : end] == "?"
            ):
                continue
            day = _end_day(passage, match, document)
            if day:
                line = passage.line_at(match.start())
                yield _Abolition(match["body"], day, f"linje {line}")


def _end_day(passage: Passage, match: re.Match[str], document: MeetingDocument) -> date | None:
    when = _FROM.search(match["rest"])
    if when and when["year"]:
        last = re.match(r"udgangen|ultimo|med", when["word"], re.IGNORECASE)
        return date(int(when["year"]) + bool(last), 1, 1)
    if when:
        for mention in days_by_line(document).get(passage.line, ()):
            if match.start() < mention.start <= match.end():
                return mention.exact
    return document.day if re.search(r"\ber\b|\bblev", match.group()) and not when else None


def _meetings(document: MeetingDocument) -> Iterator[tuple[Passage, str, date]]:
    """Give the days on which a meeting is held, with the words that say whose it is.

    Points of a list are given once, at their heading, with the last of their days.
    """
    meeting, named = meeting_day(document), days_by_line(document)
    heading: Passage | None = None
    last: date | None = None
    for passage in passages(document):
        if passage.bullet and heading:
            year = re.search(r"\b20[0-9]{2}\b", heading.text)
            days = [_listed(mention, year, meeting) for mention in named.get(passage.line, ())]
            last = max([day for day in (*days, last) if day], default=None)
            continue
        if heading and last:
            yield heading, heading.text, last
        heading = passage if EVENT.search(passage.text) and len(passage.text) < 90 else None
        last = None
        for mention in named.get(passage.line, ()):
            day, whose = mention.near(meeting), mention.before()[-70:]
            if day and EVENT.search(whose):
                yield passage, whose, day
    if heading and last:
        yield heading, heading.text, last


def _listed(mention: Mention, year: re.Match[str] | None, meeting: date | None) -> date | None:
    if mention.year is None and year:
        return mention.in_year(int(year.group()))
    return mention.near(meeting)


def _finding(passage: Passage, abolition: _Abolition, day: date) -> DocumentFinding:
    return DocumentFinding(
        code="body.abolished",
        severity=Severity.ERROR,
        line=passage.line,
        item=passage.number,
        found=f"{abolition.name}, møde {date_text_da(day)}",
        expected=f"intet møde efter {date_text_da(abolition.day)}",
        message=f"{abolition.name} er nedlagt fra {date_text_da(abolition.day)} "
        f"({abolition.known_from}), men har her møde den {date_text_da(day)} eller på andre dage "
        "efter det. Slet mødet.",
    )


def _own(document: MeetingDocument, abolition: _Abolition, day: date) -> DocumentFinding:
    return DocumentFinding(
        code="body.abolished",
        severity=Severity.ERROR,
        line=1,
        item="",
        found=f"{document.body}, møde {date_text_da(day)}",
        expected=f"intet møde efter {date_text_da(abolition.day)}",
        message=f"{abolition.name} er nedlagt fra {date_text_da(abolition.day)} "
        f"({abolition.known_from}) og kan ikke holde møde den {date_text_da(day)}.",
    )
