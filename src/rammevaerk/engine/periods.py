"""Civil dates: half-open periods, dates known only to month, quarter or year, read from text."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rammevaerk.engine.date_words import MONTHS_DA, date_text_da
from rammevaerk.engine.errors import EmptyPeriod, OpenPeriod, UnreadableDate

_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LONGEST_TEXT = 60
_MONTH_NUMBER = {
    name[:length]: number
    for number, name in enumerate(MONTHS_DA, start=1)
    for length in {3, len(name)}
} | {"sept": 9}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` up to, not including, `end`; an `end` of None means still open."""

    start: date
    end: date | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise EmptyPeriod(self.start, self.end)

    def contains(self, day: date) -> bool:
        """Say whether `day` lies inside; the day `end` itself does not."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Say whether the two periods have at least one day in common."""
        return (other.end is None or self.start < other.end) and (
            self.end is None or other.start < self.end
        )

    def intersection(self, other: "Period") -> "Period | None":
        """Return the days the two periods share, or None when they share no day."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return Period(max(self.start, other.start), min(ends, default=None))

    def adjoins(self, other: "Period") -> bool:
        """Say whether one period ends on the day the other starts."""
        return self.end == other.start or other.end == self.start

    def days(self) -> int:
        """Count the days; `OpenPeriod` when there is no end."""
        return (self._closed_end() - self.start).days

    @property
    def last(self) -> date:
        """The last day inside ("til og med" on a screen); `OpenPeriod` when there is no end."""
        return self._closed_end() - _DAY

    def _closed_end(self) -> date:
        if self.end is None:
            raise OpenPeriod(self.start)
        return self.end


class Precision(StrEnum):
    """How exactly a date is known, the finest first."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS_IN = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.YEAR: 12}


def _unit_start(day: date, precision: Precision) -> date:
    if precision is Precision.DAY:
        return day
    months = _MONTHS_IN[precision]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _unit_end(first: date, precision: Precision) -> date:
    if precision is Precision.DAY:
        return first + _DAY
    month_index = first.year * 12 + first.month - 1 + _MONTHS_IN[precision]
    return date(month_index // 12, month_index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with the precision it was given: a day, a month, a quarter or a year.

    `first` is the first day of the unit. Anything else, and any year outside 1900-2199, is
    refused with `UnreadableDate`.
    """

    first: date
    precision: Precision

    def __post_init__(self) -> None:
        if not _FIRST_YEAR <= self.first.year <= _LAST_YEAR:
            raise UnreadableDate(self.first.isoformat(), _year_problem(self.first.isoformat()))
        if _unit_start(self.first, self.precision) != self.first:
            text = self.first.isoformat()
            reason = f"{text} er ikke den første dag i sin periode ({self.precision})"
            raise UnreadableDate(text, reason)

    @property
    def period(self) -> Period:
        """All the days the date may mean."""
        return Period(self.first, _unit_end(self.first, self.precision))

    @property
    def last(self) -> date:
        """The last day inside the unit."""
        return self.period.last

    def passed(self, on: date) -> bool:
        """Say whether every day of the unit lies before `on`."""
        return self.last < on

    @property
    def code(self) -> str:
        """The date for machines: "2024-09-20", "2025-01", "2025-Q1" or "2027"."""
        first = self.first
        match self.precision:
            case Precision.DAY:
                return first.isoformat()
            case Precision.MONTH:
                return f"{first.year}-{first.month:02d}"
            case Precision.QUARTER:
                return f"{first.year}-Q{first.month // 3 + 1}"
            case Precision.YEAR:
                return str(first.year)

    @classmethod
    def from_code(cls, code: str) -> "PartialDate":
        """Read what `code` wrote; `UnreadableDate` for anything else."""
        for pattern, read in _CODES:
            match = pattern.fullmatch(code)
            if match:
                return read(code, match)
        raise UnreadableDate(code, f"{_quoted(code)} er ikke en datokode")

    @property
    def sort_code(self) -> str:
        """Last day inside and precision ("2025-03-31:quarter"): text order is order of end."""
        return f"{self.last.isoformat()}:{self.precision}"

    @classmethod
    def from_sort_code(cls, sort_code: str) -> "PartialDate":
        """Read what `sort_code` wrote; `UnreadableDate` for anything else."""
        last, _, precision = sort_code.partition(":")
        try:
            unit = Precision(precision)
            found = cls(_unit_start(date.fromisoformat(last), unit), unit)
        except ValueError:
            found = None
        if found is None or found.sort_code != sort_code:
            raise UnreadableDate(sort_code, f"{_quoted(sort_code)} er ikke en datokode")
        return found

    def text_da(self) -> str:
        """Return the date as Danes write it: "20. september 2024", "1. kvartal 2025"."""
        first = self.first
        match self.precision:
            case Precision.DAY:
                return date_text_da(first)
            case Precision.MONTH:
                return f"{MONTHS_DA[first.month - 1]} {first.year}"
            case Precision.QUARTER:
                return f"{first.month // 3 + 1}. kvartal {first.year}"
            case Precision.YEAR:
                return str(first.year)


def parse_partial_date_da(text: str) -> PartialDate:
    """Read a date as Danes write it, to the day, month, quarter or year.

    Numbers are read day, month, year; a year of two digits is 2000-2069. A date that does not
    exist, or cannot be read in one way only, is `UnreadableDate` with a Danish sentence.
    """
    tidy = " ".join(text.split())
    if len(tidy) <= _LONGEST_TEXT:
        for pattern, read in (*_CODES, *_FORMS):
            match = pattern.fullmatch(tidy)
            if match:
                return read(tidy, match)
    hint = "skriv fx 20. september 2024, januar 2025, 1. kvartal 2025 eller 2027"
    raise UnreadableDate(text, f"{_quoted(tidy)} kan ikke læses som en dato: {hint}")


def parse_due_da(text: str) -> PartialDate:
    """Read a time limit as minutes write it: a date, or the beginning, middle or end of a unit.

    «primo», «medio» and «ultimo» are the thirds of the unit that follows, and the answer is what
    is left when the third is over: of a month its 10th, 20th or last day; of a quarter its first,
    second or third month; of a year January, June or December. «senest», «i løbet af» and «inden
    udgangen af» add nothing to what they stand before. The caller keeps the words beside it.
    """
    tidy = " ".join(text.split())
    plain = _LIMIT.sub("", tidy)
    third = _THIRD.fullmatch(plain) if len(tidy) <= _LONGEST_TEXT else None
    if third is None:
        return parse_partial_date_da(plain)
    unit = parse_partial_date_da(third["unit"])
    if unit.precision is Precision.DAY:
        reason = f"{_quoted(tidy)} kan ikke læses: «{third['word']}» hører til en måned eller et år"
        raise UnreadableDate(text, reason)
    return _third_of(unit, ("primo", "medio", "ultimo").index(third["word"].casefold()))


def _third_of(unit: PartialDate, place: int) -> PartialDate:
    year, month = unit.first.year, unit.first.month
    match unit.precision:
        case Precision.QUARTER:
            return PartialDate(date(year, month + place, 1), Precision.MONTH)
        case Precision.YEAR:
            return PartialDate(date(year, (1, 6, 12)[place], 1), Precision.MONTH)
    day = (10, 20, monthrange(year, month)[1])[place]
    return PartialDate(date(year, month, day), Precision.DAY)


def _quoted(text: str) -> str:
    return f"«{text[:_LONGEST_TEXT]}{'…' if len(text) > _LONGEST_TEXT else ''}»"


def _year_problem(text: str) -> str:
    return f"{_quoted(text)} kan ikke bruges: årstallet skal ligge i {_FIRST_YEAR}-{_LAST_YEAR}"


def _year(text: str, digits: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        if year > 69:
            reason = f"{_quoted(text)} er ikke entydig: skriv årstallet med fire cifre"
            raise UnreadableDate(text, reason)
        return 2000 + year
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise UnreadableDate(text, _year_problem(text))
    return year


def _month(text: str, written: str) -> int:
    if written.isdecimal():
        month = int(written)
        if not 1 <= month <= 12:
            reason = f"{_quoted(text)} findes ikke: der er ingen måned nummer {month}"
            raise UnreadableDate(text, reason)
        return month
    known = _MONTH_NUMBER.get(written.rstrip(".").casefold())
    if known is None:
        reason = f"{_quoted(text)} kan ikke læses som en dato: «{written}» er ikke en måned"
        raise UnreadableDate(text, reason)
    return known


def _read_day(text: str, match: re.Match[str]) -> PartialDate:
    year, month = _year(text, match["year"]), _month(text, match["month"])
    day, length = int(match["day"]), monthrange(year, month)[1]
    if not 1 <= day <= length:
        reason = f"{_quoted(text)} findes ikke: {MONTHS_DA[month - 1]} {year} har {length} dage"
        raise UnreadableDate(text, reason)
    return PartialDate(date(year, month, day), Precision.DAY)


def _read_month(text: str, match: re.Match[str]) -> PartialDate:
    year = _year(text, match["year"])
    return PartialDate(date(year, _month(text, match["month"]), 1), Precision.MONTH)


def _read_quarter(text: str, match: re.Match[str]) -> PartialDate:
    quarter = int(match["quarter"])
    if not 1 <= quarter <= 4:
        raise UnreadableDate(text, f"{_quoted(text)} findes ikke: et år har 4 kvartaler")
    year = _year(text, match["year"])
    return PartialDate(date(year, 3 * quarter - 2, 1), Precision.QUARTER)


def _read_year(text: str, match: re.Match[str]) -> PartialDate:
    return PartialDate(date(_year(text, match["year"]), 1, 1), Precision.YEAR)


_Reader = Callable[[str, re.Match[str]], PartialDate]


def _forms(*pairs: tuple[str, _Reader]) -> list[tuple[re.Pattern[str], _Reader]]:
    return [(re.compile(pattern, re.IGNORECASE), read) for pattern, read in pairs]


# [0-9] rather than \d: digits of other scripts are refused, not quietly understood.
_CODES = _forms(
    (r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})", _read_day),
    (r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})", _read_month),
    (r"(?P<year>[0-9]{4})-Q(?P<quarter>[0-9])", _read_quarter),
    (r"(?P<year>[0-9]{4})", _read_year),
)
_THIRD = re.compile(r"(?P<word>primo|medio|ultimo) (?P<unit>.+)", re.IGNORECASE)
_LIMIT = re.compile(r"^(?:senest|i løbet af|inden udgangen af) ", re.IGNORECASE)
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_NUMBERS = r"(?P<day>[0-9]{1,2})%s(?P<month>[0-9]{1,2})%s" + _YEAR
_FORMS = _forms(
    (r"(?P<quarter>[0-9]{1,2})\. ?(?:kvartal|kvt\.?) (?P<year>[0-9]{4})", _read_quarter),
    (r"[QK](?P<quarter>[0-9]) (?P<year>[0-9]{4})", _read_quarter),
    (r"(?:den |d\. ?)?(?P<day>[0-9]{1,2})\.? ?(?P<month>[a-zæøå]+\.?) " + _YEAR, _read_day),
    (_NUMBERS % (" ?/ ?", "(?: ?[-/] ?| )"), _read_day),
    (_NUMBERS % (r"\. ?", r"\. ?"), _read_day),
    (_NUMBERS % ("-", "-"), _read_day),
    (r"(?P<month>[a-zæøå]+\.?) (?P<year>[0-9]{4})", _read_month),
)
