"""Days that cannot be right: no such day, the wrong weekday, the wrong year."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from rammevaerk.engine.date_words import MONTHS_DA, date_text_da
from rammevaerk.engine.documents.consistency.days import (
    WEEKDAYS_DA,
    Mention,
    days_in_cells,
    days_named,
    is_told,
    meeting_day,
    years_near,
)
from rammevaerk.engine.documents.consistency.events import event_words
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import shared
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity

_BARE_MEETING = re.compile(r"\bm(?:ø|o|oe|g|a|e)de(?:t|ts)?\b[^,;]*$", re.IGNORECASE)
_FAR_AHEAD = 20  # years
_JUST_PASSED = 90  # days: a deadline for the next meeting may lie before this one


def impossible_days(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """date.impossible: a day that no calendar has, such as 31 November."""
    for mention in (*days_named(document), *days_in_cells(document)):
        if not 1 <= mention.month <= 12:
            continue
        year = mention.year or 2000  # without a year, 29 February may exist
        if mention.in_year(year) is None:
            last = max(day for day in range(28, 32) if _exists(year, mention.month, day))
            yield _finding(
                "date.impossible",
                Severity.ERROR,
                mention,
                f"højst {last}. {MONTHS_DA[mention.month - 1]}",
                f"«{mention.raw}» findes ikke: {MONTHS_DA[mention.month - 1]} har {last} dage. "
                "Ret datoen.",
            )


def _exists(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def weekdays(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """date.weekday: the weekday written does not belong to the date.

    Without a year, the date is wrong when no year near the meeting makes it right.
    """
    for mention in (*days_named(document), *days_in_cells(document)):
        if mention.weekday is None:
            continue
        years = [mention.year] if mention.year else years_near(mention, document)
        days = [day for year in years if (day := mention.in_year(year))]
        if days and all(day.weekday() != mention.weekday for day in days):
            right = " eller ".join(
                f"{WEEKDAYS_DA[day.weekday()]} den {date_text_da(day)}" for day in days
            )
            others = _days_with(mention, days[0])
            yield _finding(
                "date.weekday",
                Severity.ERROR,
                mention,
                f"{right}; {others}" if others else right,
                f"«{mention.raw}» passer ikke: den {mention.text_da()} er en "
                f"{WEEKDAYS_DA[days[0].weekday()]} i {days[0].year}. Ret ugedagen eller datoen.",
            )


def _days_with(mention: Mention, day: date) -> str:
    """Name the other dates the weekday fits: the same week, and the years beside."""
    weekday = mention.weekday
    if weekday is None:
        return ""
    near = date.fromordinal(day.toordinal() - day.weekday() + weekday)
    beside = [mention.in_year(day.year + shift) for shift in (-1, 1)]
    fits = [near, *(one for one in beside if one and one.weekday() == weekday)]
    return "eller " + ", ".join(f"{WEEKDAYS_DA[weekday]} den {date_text_da(one)}" for one in fits)


_NEXT = re.compile(
    r"\b(?:n(?:æ|ae|ee|e|z|ze|zx)ste|kommende)\s+(?:\S+\s+){1,5}"
    r"(?:er|bliver|afholdes|holdes|finder\s+sted|ligger)\s+(?:\S+\s+){0,2}(?:den|d\.)?\s*$",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:kan|skal|bedes|meldes|indmeldes|indsendes|sendes|fremsendes|\w*frist(?:en)?|deadline[n]?)\b"
    r"[^.;]*\b(?:senest|inden|er|til)\s+(?:\S+\s+)?(?:den|d\.)?\s*$",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:blev|var|havde|skulle|kunne|fik|har|(?!allerede\b)\w{3,}ede)\b", re.IGNORECASE
)


def years(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """date.year: the year written cannot be right, seen from the day of the meeting.

    A day told of as past lies after the meeting; the next meeting or a deadline lies before it;
    a day lies further ahead than any plan reaches.
    """
    day = document.day
    if day is None:
        return
    for mention in days_named(document):
        found = mention.exact
        if found is None:
            continue
        if problem := _problem(mention, found, day):
            nearest = _nearest(mention, found, day)
            yield _finding(
                "date.year",
                Severity.ERROR,
                mention,
                date_text_da(nearest) if nearest else "",
                f"«{mention.raw}» {problem}, som er den {date_text_da(day)}. Er årstallet rigtigt?",
            )


def _problem(mention: Mention, found: date, day: date) -> str:
    if found > day and is_told(mention):
        return "fortælles som sket, men ligger efter mødet"
    if found.year > day.year + _FAR_AHEAD:
        return f"ligger mere end {_FAR_AHEAD} år efter mødet"
    before = mention.before()
    if found < day and not _PAST.search(before + mention.after()):
        if _DUE.search(before):  # first: «fristen for det næste møde er den …»
            late = (day - found).days > _JUST_PASSED
            return "er en frist, men ligger før mødet" if late else ""
        if _NEXT.search(before):
            return "skal komme efter mødet, men ligger før det"
    return ""


def _nearest(mention: Mention, found: date, day: date) -> date | None:
    """Return the same day of the year nearest to the meeting, on the side it has to be."""
    possible = [one for shift in (-1, 0, 1, 2) if (one := mention.in_year(day.year + shift))]
    if found < day:
        possible = [one for one in possible if one > day]
    elif is_told(mention):
        possible = [one for one in possible if one <= day]
    return min(possible, key=lambda one: abs(one - day), default=None)


def differing_years(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """date.year-differs: one meeting or event has two years, in one item or in two.

    A day without a year counts with the year nearest to the meeting. The first of a month and
    the last of December are left out: they come back every year.
    """
    day = meeting_day(document)
    known: dict[tuple[int, int], dict[tuple[date, tuple[str, ...]], Mention]] = {}
    for mention, words in _events(document):
        one = mention.near(day)
        if one is None:
            continue
        earlier = known.setdefault((mention.day, mention.month), {})
        for (two, other_words), other in earlier.items():
            if one != two and shared(words, other_words):
                wrong, right = _order(mention, other, day)
                expected = right.near(day)
                yield _finding(
                    "date.year-differs",
                    Severity.ERROR,
                    wrong,
                    date_text_da(expected) if expected else right.raw,
                    f"«{wrong.raw}» og «{right.raw}» (linje {right.line}) er samme møde, men med "
                    "to årstal. Ret det ene.",
                )
                break
        earlier.setdefault((one, tuple(words)), mention)


def _events(document: MeetingDocument) -> Iterator[tuple[Mention, list[str]]]:
    for mention in days_named(document):
        words = event_words(mention) or _plain_meeting(mention)
        if words and mention.day != 1 and (mention.day, mention.month) != (31, 12):
            yield mention, words


def _plain_meeting(mention: Mention) -> list[str]:
    """Return a word for a bare "mødet", which means one meeting only inside one item."""
    near = _BARE_MEETING.search(mention.before()[-40:])
    return [f"mødet i {mention.passage.number}"] if near and mention.passage.item else []


def _order(one: Mention, other: Mention, day: date | None) -> tuple[Mention, Mention]:
    """Return the mention more likely wrong first: the one with a year further from the meeting."""

    def far(mention: Mention) -> tuple[bool, int, int]:
        found = mention.near(day)
        away = abs((found - day).days) if found and day else 0
        return mention.year is not None, away, mention.line

    right, wrong = sorted((one, other), key=far)
    return wrong, right


def _finding(
    code: str, severity: Severity, mention: Mention, expected: str, message: str
) -> DocumentFinding:
    return DocumentFinding(
        code=code,
        severity=severity,
        line=mention.line,
        item=mention.passage.number,
        found=mention.raw,
        expected=expected,
        message=message,
    )
