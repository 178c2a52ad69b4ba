"""Meetings announced twice in a document: other hours, another place or another day."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.documents.consistency.days import (
    Mention,
    days_by_line,
    days_named,
    meeting_day,
    mentions,
)
from rammevaerk.engine.documents.consistency.events import (
    EVENT,
    Appointment,
    appointments,
)
from rammevaerk.engine.documents.consistency.passages import Passage, passages
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import akin, fold
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity


def hours_and_places(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """schedule.differs: two items give one meeting different hours or places.

    A passage that moves or shortens the meeting is right against all others; what its own item
    said before is then explained. Meetings of different bodies on one day are not compared.
    """
    by_day: dict[date, list[Appointment]] = {}
    reported: set[int] = set()
    known = list(appointments(document))
    for other in known:
        earlier = by_day.setdefault(other.day, [])
        for one in earlier:
            if _one_meeting(one, other):
                wrong, right = (one, other) if other.changed and not one.changed else (other, one)
                if wrong.mention.line in reported:
                    continue
                if difference := _difference(wrong, right, known):
                    reported.add(wrong.mention.line)
                    yield _differs(wrong, right, *difference)
        earlier.append(other)


def _one_meeting(one: Appointment, other: Appointment) -> bool:
    if one.mention.passage.item == other.mention.passage.item:
        return False
    return not one.bodies or not other.bodies or bool(one.bodies & other.bodies)


def _difference(
    wrong: Appointment, right: Appointment, known: list[Appointment]
) -> tuple[str, str] | None:
    """Return what differs, found and expected; not what the item of either one itself changes."""
    changes = [*_changes(wrong, known), *_changes(right, known)]
    found, expected = [], []
    hours = wrong.hours and right.hours and wrong.hours != right.hours
    if hours and not any(change.hours for change in changes):
        found.append(f"kl. {wrong.hours}")
        expected.append(f"kl. {right.hours}")
    place = wrong.place and right.place and not _same_place(wrong.place, right.place)
    if place and not any(change.place for change in changes):
        found.append(wrong.place)
        expected.append(right.place)
    return (", ".join(found), ", ".join(expected)) if found else None


def _changes(one: Appointment, known: list[Appointment]) -> list[Appointment]:
    """Return the other passages of the same item that move or shorten the meeting of `one`."""
    if one.changed:
        return []
    return [
        other
        for other in known
        if other.changed
        and other.day == one.day
        and other.mention.passage.item == one.mention.passage.item
    ]


# What many places are called: it tells two of them apart only where nothing else does.
_ANY_HOUSE = re.compile(
    r"\w*(?:hus(?:et)?|lokale\w*|sal(?:en)?|skole\w*|center|centret|centeret|hotel(?:let)?|kommune|"
    r"kontor\w*|kantine\w*|m[øo]de\w*|i)|r.?dhus(?:et)?"
)


def _same_place(one: str, other: str) -> bool:
    names, others = (fold(text).replace(",", " ").split() for text in (one, other))
    named, also = ([word for word in words if not _ANY_HOUSE.fullmatch(word)]
                   for words in (names, others))  # fmt: skip
    if not named or not also:
        return True  # "mødelokale 4" may be in any house
    return any(a == b or akin(a, b) for a in named for b in also)


def _differs(wrong: Appointment, right: Appointment, found: str, expected: str) -> DocumentFinding:
    day = date_text_da(wrong.day)
    moved = "er ændret til" if right.changed else "er"
    return DocumentFinding(
        code="schedule.differs",
        severity=Severity.ERROR,
        line=wrong.mention.line,
        item=wrong.mention.passage.number,
        found=f"{day}: {found}",
        expected=expected,
        message=f"Mødet den {day} står her med {found}, men {moved} {expected} "
        f"(linje {right.mention.line}). Ret det ene sted.",
    )


_NAMED = re.compile(
    r"\b(?P<event>\w{3,}(?:m(?:ø|o|oe|g|a|e|ga|eg)det|dagen|konferencen|seminaret|workshoppen|"
    r"h(?:ø|o|g|a)ringen|dr\w{1,2}ftelsen))\b(?:\s+[\w.]+){0,5}\s*$",
    re.IGNORECASE,
)
_ONE_OF_MANY = re.compile(
    r"\b(?:seneste|sidste|forrige|tidligere|f\w{1,2}rste|and(?:et|en)|tredje|to|flere|flytte\w*|"
    r"flytning\w*|fra|oprindelig\w*|udskudt|udskyd\w*|rykke\w*|erstatter|ikke|[æa]?e?ndre\w*|"
    r"enten|eller|alternativt|mandagen|onsdagen)\b",
    re.IGNORECASE,
)


def event_days(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """schedule.day-differs: one named event ("dialogmødet") is announced for two days to come.

    Only events in the definite form; days before the meeting, events that are moved and one of
    several ("det første temamøde") are left out.
    """
    day = meeting_day(document)
    known: dict[tuple[str, date], Mention] = {}
    for mention in days_named(document):
        name, when = _event_name(mention), mention.near(day)
        if not name or when is None or (day is not None and when < day):
            continue
        for (other_name, other_day), other in known.items():
            if akin(name, other_name) and when != other_day:
                yield _two_days(name, mention, other, when, other_day)
                break
        known.setdefault((name, when), mention)


def _event_name(mention: Mention) -> str:
    match = _NAMED.search(mention.before())
    around = f"{mention.before()}{mention.raw}{mention.after()}"
    if not match or _ONE_OF_MANY.search(around):
        return ""
    return fold(match["event"])


def _two_days(
    name: str, mention: Mention, other: Mention, when: date, other_day: date
) -> DocumentFinding:
    return DocumentFinding(
        code="schedule.day-differs",
        severity=Severity.WARNING,
        line=mention.line,
        item=mention.passage.number,
        found=date_text_da(when),
        expected=date_text_da(other_day),
        message=f"Her står {date_text_da(when)}, men på linje {other.line} står samme møde "
        f"til {date_text_da(other_day)}. Ret den ene dato.",
    )


_NEXT = re.compile(
    r"\bn(?:æ|ae|ee|e|z|ze|zx)ste\s+(?:\w+\s+){0,2}?m(?:ø|o|oe|g|a|e|ga|eg)de(?:\s+i\s+"
    r"(?P<body>[A-ZÆØÅ][\w-]+))?\b",
    re.IGNORECASE,
)


def next_meetings(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """schedule.next-meeting: the next meeting is not among the listed meetings of its body.

    The list is one with a heading that names the body and a year ("Møder i KKR i 2026"), or the
    column of a table under the name of the body, with the year in the title. It must have a day
    in the year of the next meeting.
    """
    listed = [*_lists(document), *_columns(document)]
    day = meeting_day(document)
    for mention in days_named(document):
        bodies = [match["body"] for match in _NEXT.finditer(mention.before()) if match["body"]]
        when = mention.near(day)
        if not bodies or not when:
            continue
        days = [
            (other, line)
            for (body, _), entries in listed
            if body == fold(bodies[-1])
            for other, line in entries
            if other.year == when.year
        ]
        if days and when not in [other for other, _ in days]:
            yield _not_listed(mention, when, days)


def _lists(document: MeetingDocument) -> Iterator[tuple[tuple[str, int], list[tuple[date, int]]]]:
    """Give each list of meetings: its body and line, and its days with their lines."""
    named = days_by_line(document)
    yield from _told_lists(document)
    head: tuple[str, int, int] | None = None
    days: list[tuple[date, int]] = []
    for passage in passages(document):
        if passage.bullet and head:
            days += [
                (day, mention.line)
                for mention in named.get(passage.line, ())
                if (day := mention.in_year(mention.year or head[2]))
            ]
            continue
        if head and days:
            yield head[:2], days
        head, days = _list_head(passage.text, passage.line), []
    if head and days:
        yield head[:2], days


_TOLD = re.compile(
    r"(?:\b(?P<owner>[A-ZÆØÅ][\w-]{2,}?)s?\s+|\b)m(?:ø|o|oe|g|a|e|ga|eg)der(?:ne)?\s+"
    r"(?:i\s+(?P<body>[A-ZÆØÅ][\w-]+)\s+)?i\s+(?P<year>20[0-9]{2})\b"
)


def _told_lists(
    document: MeetingDocument,
) -> Iterator[tuple[tuple[str, int], list[tuple[date, int]]]]:
    """Give the lists told in a sentence: "KKR's møder i 2026 er den 3. marts og den 5. juni"."""
    named = days_by_line(document)
    for passage in passages(document):
        for match in _TOLD.finditer(passage.text) if passage.line in named else ():
            body, (start, end) = match["body"] or match["owner"], passage.sentence_at(match.start())
            days = [
                (day, mention.line)
                for mention in named[passage.line]
                if start <= mention.start < end
                and (day := mention.in_year(mention.year or int(match["year"])))
            ]
            if body and len(days) > 1:
                yield (fold(body.rstrip("'’")), passage.line), days


def _columns(document: MeetingDocument) -> Iterator[tuple[tuple[str, int], list[tuple[date, int]]]]:
    """Give each column of a table that lists meetings, as `_lists` does."""
    for table in document.tables:
        item = document.item_at(table.line)
        year = re.search(r"\b20[0-9]{2}\b", f"{table.title} {item.title if item else ''}")
        for column, name in enumerate(table.header if year else ()):
            texts = [
                Passage(row[column], item, (0,), (line,))
                for line, row in zip(table.row_lines, table.rows, strict=False)
                if column < len(row)
            ]
            days = [
                (day, mention.line)
                for mention in mentions(texts)
                if year and (day := mention.in_year(mention.year or int(year.group())))
            ]
            if days:
                yield (fold(name.strip()), table.line), days


def _list_head(text: str, line: int) -> tuple[str, int, int] | None:
    match = re.search(
        r"\b(?:i|for)\s+(?P<body>[A-ZÆØÅ][\w-]+)\s+(?:i\s+)?(?P<year>20[0-9]{2})", text
    )
    if not match or not EVENT.search(text) or len(text) > 90:
        return None
    return fold(match["body"]), line, int(match["year"])


def _not_listed(mention: Mention, when: date, days: list[tuple[date, int]]) -> DocumentFinding:
    listed = ", ".join(date_text_da(day) for day, _ in days)
    return DocumentFinding(
        code="schedule.next-meeting",
        severity=Severity.WARNING,
        line=mention.line,
        item=mention.passage.number,
        found=date_text_da(when),
        expected=listed,
        message=f"Næste møde står til {date_text_da(when)}, men mødeplanen på linje {days[0][1]} "
        f"har {listed}. Ret det ene sted.",
    )
