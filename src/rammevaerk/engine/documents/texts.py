"""Danish free text: where its sentences are, and the dates written in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.date_words import MONTHS_DA
from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import PartialDate, Precision

# A full stop after one of these, a single letter among them, does not end a sentence.
_SHORTENED = re.compile(
    r"[a-zæøå]|adm|afd|apr|aug|bl|ca|dec|dr|dvs|eks|ekskl|evt|feb|fx|hhv|iht|ift|inkl|jan|jf|jul|"
    r"jun|kap|kl|kr|kvt|maks|mar|mhp|mht|mia|min|mio|nov|nr|okt|pkt|pr|resp|sept?|stk|tidl|tlf|vedr"
)
_STOP = re.compile(
    r"(?<![.!?])[.!?]+[\"»”')\]]*\s+(?=[\"«“(]*[A-ZÆØÅ0-9])|\n\s*\n\s*|\n\s*(?:[-–•*]\s+)"
)
_ORDINAL_OF = re.compile(rf"(?:{'|'.join(MONTHS_DA)}|kvartal|halvår)\b", re.IGNORECASE)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans [start, end) of the sentences; blank lines and list items also divide.

    A stop after an abbreviation ("ca.", "jf.") or an ordinal ("4. kvartal") does not divide.
    """
    spans, start = [], 0
    for stop in _STOP.finditer(text):
        if stop.start() >= start and not _goes_on(text, stop):
            spans.append((start, stop.end()))
            start = stop.end()
    spans.append((start, len(text)))
    return [(first, last) for first, last in spans if text[first:last].strip()]


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    if not stop.group().startswith("."):
        return False
    before = re.search(r"[\w.]*$", text[max(stop.start() - 40, 0) : stop.start()])
    token = before.group().rsplit(".", 1)[-1].casefold() if before else ""
    if _SHORTENED.fullmatch(token):
        return True
    after = text[stop.end() :]
    ordinal = token.isdecimal() and len(token) <= 2
    return ordinal and (after[:1].isdecimal() or bool(_ORDINAL_OF.match(after)))


@dataclass(frozen=True, slots=True)
class TextDate:
    """A date found at `start` up to `end` in a text, where `raw` is what stands there.

    `when` is the smallest unit that surely holds the end of what is meant: "ultimo 2022" and
    "andet halvår 2022" are the fourth quarter, "foråret 2026" the second. `assumed_year` tells
    that the text names no year at all and that the day it was written decided.
    """

    start: int
    end: int
    when: PartialDate
    raw: str
    assumed_year: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    precision: Precision
    year: int | None
    month: int
    day: int = 1

    def in_year(self, year: int) -> PartialDate | None:
        try:
            return PartialDate(date(year, self.month, self.day), self.precision)
        except (UnreadableDate, ValueError):
            return None  # 31. februar, or a number that only looked like a date


_Reader = Callable[[re.Match[str], int, int], _Candidate]


def find_dates(text: str, *, written_on: date | None = None) -> list[TextDate]:
    """Find the dates of a Danish text, in order, to the day, month, quarter or year.

    A date without a year takes it from a date it is joined to ("i november og december 2024");
    failing that it is the first such date not wholly past on `written_on`; failing that it is
    left out. Years alone count only after a word of time ("i 2027", "senest 2027"), never in
    "Rammeaftale 2025-26". Dates that do not exist are left out.
    """
    found: list[TextDate] = []
    for first, last in sentences(text):
        candidates = list(_candidates(text, first, last))
        for candidate, year in zip(candidates, _years(text, candidates), strict=True):
            assumed = year is None and written_on is not None
            if year is None and written_on is not None:
                when = _next_after(candidate, written_on)
            else:
                when = None if year is None else candidate.in_year(year)
            if when is not None:
                raw = text[candidate.start : candidate.end]
                found.append(TextDate(candidate.start, candidate.end, when, raw, assumed))
    return found


def _years(text: str, candidates: list[_Candidate]) -> list[int | None]:
    """Return each candidate's year: its own, or that of a date it is joined to, later first."""
    years = [candidate.year for candidate in candidates]
    for at in reversed(range(len(candidates) - 1)):
        this, other, year = candidates[at], candidates[at + 1], years[at + 1]
        if years[at] is None and year is not None and _joined(text[this.end : other.start]):
            years[at] = year - ((other.month, other.day) < (this.month, this.day))
    for at in range(1, len(candidates)):
        other, this, year = candidates[at - 1], candidates[at], years[at - 1]
        if years[at] is None and year is not None and _joined(text[other.end : this.start]):
            years[at] = year + ((this.month, this.day) < (other.month, other.day))
    return years


_JOINT = re.compile(r"[,/–-]|\b(?:og|eller|samt|til)\b")
_PARTED = re.compile(r"\b(?:fra|af|siden|efter|baggrund|jf)\b")


def _joined(between: str) -> bool:
    return len(between) <= 60 and bool(_JOINT.search(between)) and not _PARTED.search(between)


def _next_after(candidate: _Candidate, day: date) -> PartialDate | None:
    this_year = candidate.in_year(day.year)
    if this_year is not None and not this_year.passed(day):
        return this_year
    return candidate.in_year(day.year + 1)


def _candidates(text: str, first: int, last: int) -> Iterator[_Candidate]:
    """Give the candidates of one sentence in order; where two overlap, the earlier form wins."""
    found: list[_Candidate] = []
    taken = bytearray(last - first)
    for pattern, read in _FORMS:
        for match in pattern.finditer(text, first, last):
            start, end = match.span("raw")
            if not any(taken[start - first : end - first]):
                taken[start - first : end - first] = b"x" * (end - start)
                found.append(read(match, start, end))
    yield from sorted(found, key=lambda candidate: candidate.start)


def _year(match: re.Match[str]) -> int | None:
    written = match.groupdict().get("year")
    if written is None:
        return None
    return int(written) + (2000 if len(written) == 2 else 0)


def _month(written: str) -> int:
    if written.isdecimal():
        return int(written)
    start = written.casefold()[:3]
    return 1 + next(at for at, name in enumerate(MONTHS_DA) if name.startswith(start))


def _day(match: re.Match[str], start: int, end: int) -> _Candidate:
    month, day = _month(match["month"]), int(match["day"])
    return _Candidate(start, end, Precision.DAY, _year(match), month, day)


def _in_month(match: re.Match[str], start: int, end: int) -> _Candidate:
    return _Candidate(start, end, Precision.MONTH, _year(match), _month(match["month"]))


_NUMBERED = {"første": 1, "andet": 2, "tredje": 3, "fjerde": 4}


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else _NUMBERED[written.casefold()]


def _quarter(match: re.Match[str], start: int, end: int) -> _Candidate:
    month = 3 * _number(match["number"]) - 2
    return _Candidate(start, end, Precision.QUARTER, _year(match), month)


def _half_year(match: re.Match[str], start: int, end: int) -> _Candidate:
    month = 6 * _number(match["number"]) - 2
    return _Candidate(start, end, Precision.QUARTER, _year(match), month)


# First month of the quarter in which each part of a year has surely ended; "vinteren 2025" may
# be the one that ends in 2026, so it belongs to the year after.
_PART_OF_YEAR = {"prim": 1, "medi": 7, "ulti": 10, "forå": 4, "fora": 4, "somm": 7, "efte": 10}


def _part_of_year(match: re.Match[str], start: int, end: int) -> _Candidate:
    month = _PART_OF_YEAR[match["part"].casefold()[:4]]
    return _Candidate(start, end, Precision.QUARTER, _year(match), month)


def _winter(match: re.Match[str], start: int, end: int) -> _Candidate:
    year = int(match["year"]) + 1
    return _Candidate(start, end, Precision.QUARTER, year, 1)


def _whole_year(match: re.Match[str], start: int, end: int) -> _Candidate:
    return _Candidate(start, end, Precision.YEAR, _year(match), 1)


_LONG = "|".join(MONTHS_DA)
_SHORT = r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|okt|nov|dec)\b\.?"
_YEAR = "(?P<year>[12][0-9]{3})(?![0-9])"
_ANY_YEAR = "(?P<year>[12][0-9]{3}|[0-9]{2})(?![0-9])"
# A year that is not half of "2025-26" or "2019-2021".
_LONE_YEAR = r"(?P<year>20[0-9]{2})(?![0-9]|\s?[-–/]\s?[0-9])"
_DAYS = r"(?:[0-9]{1,2}\.?\s?(?:-|–|og|til)\s?)?(?P<day>[0-9]{1,2})"
_NUMBER = "(?P<number>[1-4]|første|andet|tredje|fjerde)"


def _form(pattern: str, read: _Reader) -> tuple[re.Pattern[str], _Reader]:
    return re.compile(pattern, re.IGNORECASE), read


_FORMS = (
    _form(r"(?<![0-9-])(?P<raw>(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9]))"
          r"(?![0-9-])", _day),
    _form(r"(?<![0-9/.-])(?P<raw>(?P<day>[0-9]{1,2})\s?/\s?(?P<month>[0-9]{1,2})\s?[/-]\s?"
          rf"{_ANY_YEAR})(?![/-][0-9])", _day),
    _form(r"(?<![0-9/.-])(?P<raw>(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2}) "
          rf"{_YEAR})", _day),
    _form(r"(?<!punkt )(?<!pkt\. )(?<!afsnit )(?<!kapitel )(?<!version )(?<![0-9.])"
          r"(?P<raw>(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?"
          rf"{_ANY_YEAR})(?!\.[0-9]|-?[A-ZÆØÅ][0-9]{{2}}-)", _day),
    _form(r"(?<![0-9-])(?P<raw>(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-"
          rf"{_ANY_YEAR})(?!-)", _day),
    _form(rf"(?<![0-9])(?P<raw>{_DAYS}\.?\s?(?P<month>{_LONG}|{_SHORT}),?\s+{_YEAR})", _day),
    _form(rf"(?<![0-9])(?P<raw>{_DAYS}\.\s?(?P<month>(?:{_LONG})\b|{_SHORT}))"
          r"(?!\w)", _day),
    _form(rf"(?<!\w)(?P<raw>{_NUMBER}\.?\s?(?:kvartal|kvt\.?)(?:\s+(?:af\s+|i\s+)?{_YEAR})?)",
          _quarter),
    _form(rf"\b(?P<raw>[QK](?P<number>[1-4])[\s-]?{_YEAR})", _quarter),
    _form(r"(?<![0-9])(?P<raw>(?P<year>20[0-9]{2})[\s-]?Q(?P<number>[1-4]))\b", _quarter),
    _form(rf"(?<!\w)(?P<raw>(?P<number>[12]|første|andet)\.?\s?halv(?:å|aa|a)r\s+{_YEAR})",
          _half_year),
    _form(r"\b(?P<raw>(?:(?:primo|medio|ultimo)\s+)?"
          rf"(?P<month>{_LONG}|{_SHORT})(?:\s+måned)?,?\s+{_YEAR})", _in_month),
    _form(r"(?:\b(?:i|inden|senest|til|fra|og|eller|primo|medio|ultimo)\s+|(?<=[a-z])[/–-])"
          rf"(?P<raw>(?P<month>{_LONG}))(?!\w|[-–](?!(?:{_LONG})\b))", _in_month),
    _form(rf"\b(?P<raw>(?P<month>{_LONG}))(?=(?:\s?[/–-]\s?|,?\s+(?:og|eller|samt|til)\s+)"
          rf"(?:{_LONG})\b)", _in_month),
    _form(rf"\b(?P<raw>(?P<part>primo|medio|ultimo|for(?:å|aa|a)r(?:et)?|sommer(?:en)?"
          rf"|efter(?:å|aa|a)r(?:et)?)\s+{_LONE_YEAR})", _part_of_year),
    _form(r"\b(?P<raw>(?:vinter(?:en)?|(?:å|aa)rsskiftet)\s+(?P<year>20[0-9]{2})"
          r"(?:\s?[/–-]\s?(?:20)?[0-9]{2})?)(?![0-9])", _winter),
    _form(r"\b(?:i|inden|senest|ultimo|opstart|start|mod|til|fra|siden|udgangen af|løbet af|"
          rf"(?:å|aa)ret)\s+(?P<raw>{_LONE_YEAR})", _whole_year),
)  # fmt: skip
