"""The days a text names: day and month, perhaps a year and a weekday, and what they can mean."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rammevaerk.engine.date_words import MONTHS_DA, date_text_da
from rammevaerk.engine.documents.consistency.memory import once_per_document
from rammevaerk.engine.documents.consistency.passages import Passage, cells, passages
from rammevaerk.engine.documents.meeting import MeetingDocument

WEEKDAYS_DA = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
# The last two as they are scanned.
_WEEKDAY = r"(?P<weekday>mandag|tirsdag|onsdag|torsdag|fredag|l[øogea0]rdag|s[øogea0]ndag)"
_MONTH = rf"(?P<month>{'|'.join(MONTHS_DA)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|okt|nov|dec)\b\.?)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:\b{_WEEKDAY}\s*,?\s+(?:den|d\.)?\s*)?(?<![0-9.,:/-])"
        rf"(?P<day>[0-9]{{1,2}})\.?\s?{_MONTH}(?!\w)(?:,?\s+(?P<year>[12][0-9]{{3}})(?![0-9]))?",
        rf"(?:\b{_WEEKDAY}\s*,?\s+(?:den|d\.)?\s*)?(?<![\w./-])"
        r"(?P<day>[0-9]{1,2})(?P<mark>[./-])\s?(?P<month>[0-9]{1,2})(?P=mark)\s?"
        r"(?P<year>(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9]|[./-][0-9]|-?[A-ZÆØÅ][0-9]{2}-)",
        rf"(?:\b{_WEEKDAY}\s*,?\s+(?:den|d\.)?\s*)?(?<![\w./-])"
        r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})(?:\s*[- ]\s*(?P<year>20[0-9]{2}))?(?![0-9/-])",
    )
)
_NEAR = timedelta(days=200)
_FAR = 600  # letters of a sentence, before and after a day, that can tell what it is


@dataclass(frozen=True, slots=True)
class Mention:
    """A day named at `start` up to `end` in a passage; `year` is None where none is written."""

    passage: Passage
    start: int
    end: int
    day: int
    month: int
    year: int | None
    weekday: int | None
    raw: str

    @property
    def line(self) -> int:
        """The line it stands on."""
        return self.passage.line_at(self.start)

    def in_year(self, year: int) -> date | None:
        """Return the date in `year`, or None when there is no such day."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    @property
    def exact(self) -> date | None:
        """The date, where the year is written and the day exists."""
        return None if self.year is None else self.in_year(self.year)

    def near(self, day: date | None) -> date | None:
        """Return the date, without a year the one nearest to `day`; None when not known."""
        if self.year is not None or day is None:
            return self.exact
        possible = (self.in_year(day.year + shift) for shift in (-1, 0, 1))
        return min((one for one in possible if one), key=lambda one: abs(one - day), default=None)

    def text_da(self) -> str:
        """Return the day as it would be written in full."""
        exact = self.exact
        if exact:
            return date_text_da(exact)
        month = MONTHS_DA[self.month - 1] if 1 <= self.month <= 12 else str(self.month)
        return f"{self.day}. {month}" + (f" {self.year}" if self.year else "")

    def sentence(self) -> tuple[int, int]:
        """Return the span of the sentence it stands in."""
        return self.passage.sentence_at(self.start)

    def before(self) -> str:
        """Return the sentence up to the mention; of a very long one the nearest part."""
        return self.passage.text[max(self.sentence()[0], self.start - _FAR) : self.start]

    def after(self) -> str:
        """Return the sentence from the mention on; of a very long one the nearest part."""
        return self.passage.text[self.end : min(self.sentence()[1], self.end + _FAR)]


def mentions(texts: Iterable[Passage]) -> Iterator[Mention]:
    """Give the days that passages name, in order; days that do not exist are given too."""
    for passage in texts:
        found: dict[int, Mention] = {}
        taken = bytearray(len(passage.text))
        for number, form in enumerate(_FORMS):
            for match in form.finditer(passage.text):
                clear = not any(taken[match.start() : match.end()])
                mention = _mention(passage, match)
                likely = number == 0 or 1 <= mention.month <= 12 or match["weekday"]
                if clear and likely and mention.day:
                    found[match.start()] = mention
                    taken[match.start() : match.end()] = b"x" * len(match.group())
        yield from (found[start] for start in sorted(found))


@once_per_document
def days_named(document: MeetingDocument) -> tuple[Mention, ...]:
    """Return the days that the running text names, in order."""
    return tuple(mentions(passages(document)))


@once_per_document
def days_by_line(document: MeetingDocument) -> dict[int, tuple[Mention, ...]]:
    """Return the days that the running text names by the first line of their passages."""
    found: dict[int, tuple[Mention, ...]] = {}
    for mention in days_named(document):
        line = mention.passage.line
        found[line] = (*found.get(line, ()), mention)
    return found


@once_per_document
def days_in_cells(document: MeetingDocument) -> tuple[Mention, ...]:
    """Return the days that the cells of tables name, in order."""
    return tuple(mentions(cells(document)))


def _mention(passage: Passage, match: re.Match[str]) -> Mention:
    written = match["year"]
    year = int(written) + (2000 if len(written) == 2 else 0) if written else None
    weekday = match["weekday"]
    return Mention(
        passage=passage,
        start=match.start(),
        end=match.end(),
        day=int(match["day"]),
        month=_month(match["month"]),
        year=year,
        weekday=None if weekday is None else _weekday(weekday),
        raw=match.group().strip(),
    )


def _month(written: str) -> int:
    if written.isdecimal():
        return int(written)
    start = written.casefold()[:3]
    return 1 + next(at for at, name in enumerate(MONTHS_DA) if name.startswith(start))


def _weekday(written: str) -> int:
    folded = written.casefold()
    if folded.endswith("rdag") and folded.startswith("l"):
        return 5
    return WEEKDAYS_DA.index(folded) if folded in WEEKDAYS_DA else 6


@once_per_document
def meeting_day(document: MeetingDocument) -> date | None:
    """Return the day of the meeting, or the last day told of in the past when none is known."""
    if document.day is not None:
        return document.day
    told = [mention.exact for mention in days_named(document) if mention.exact and is_told(mention)]
    return max(told, default=None)


def years_near(mention: Mention, document: MeetingDocument) -> list[int]:
    """Return the years a day without a year can lie in: those within 200 days of the meeting."""
    day = document.day
    if day is None:
        written = Counter(other.year for other in days_named(document) if other.year is not None)
        return sorted(year for year in written if year)
    possible = ((day.year + shift, mention.in_year(day.year + shift)) for shift in (-1, 0, 1))
    return [year for year, one in possible if one and abs(one - day) <= _NEAR]


_PAST_VERB = (
    r"(?:blev|var|havde|fik|gik|kom|gav|tog|holdt|indgik|fandt|traf|sagde|lagde|bad|vedtog|"
    r"(?!allerede\b|sted\b|stede\b)\w{3,}(?:ede|gav|tog|holdt)|besluttede|godkendte|sendte|mødtes)"
)
_FRONT = re.compile(
    r"^\W*(?:p(?:å|a|&|4|A)|den|d\.|ved|i|under|til|efterf\S{1,3}lgende|desuden|derudover|også)\b"
    r"(?:\s+\S+){0,9}\s*$|^\W*$",
    re.IGNORECASE,
)
_THEN_PAST = re.compile(rf"^\)?,?\s*(?:\([^)]*\)\s*)?{_PAST_VERB}\b", re.IGNORECASE)
_HAS_DONE = re.compile(
    r"\b(?:har|havde|blev)\b(?:\s+\S+){0,6}?\s+\w{3,}(?:et|t)\b(?:\s+\S+){0,3}\s+(?:den|d\.)\s*$"
    r"|\b(?:seneste|sidste|forrige)\s+(?:\S+\s+){1,4}(?:den|d\.)\s*$",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:skal|vil|kan|bedes|forvent\w+|ventes|planl\S{1,3}gge\w*|planlagt|frist\w*|senest|"
    r"n(?:æ|ae|ee|e|z|ze)ste|kommende|afholdes|holdes|flyttes|udskydes|udskudt|rykkes|flyttet|"
    r"rykket|indkald\w+|inviter\w+|aftalt|fastsat|fastlagt|booket|berammet|til)\b",
    re.IGNORECASE,
)


def is_told(mention: Mention) -> bool:
    """Say whether the sentence surely tells of the day as past.

    Either the day stands in front and a verb in the past follows at once ("På mødet den 3. maj
    2024 besluttede …"), or it follows "har godkendt" or "seneste møde" and nothing in the
    sentence looks ahead.
    """
    before, after = mention.before(), mention.after()
    if _FRONT.match(before) and _THEN_PAST.match(after):
        return True
    return bool(_HAS_DONE.search(before)) and not _AHEAD.search(before) and not _AHEAD.search(after)
