"""The CPR guard: finds Danish personal identification numbers in text, and shows none of them."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

# Every quantifier below is bounded, so the work at each place of the text is bounded too and a
# text of n characters costs a constant times n, whatever stands in it (docs/algorithms/cpr.md).
_UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff]"  # soft hyphen, zero-width spaces and marks
_SPACE = r"[\s\u00ad\u200b-\u200f\u2060\ufeff]"
_DASH = "[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_JOINED_BY_DASH = rf"[)\]]?{_SPACE}{{0,4}}{_DASH}{{1,2}}{_SPACE}{{0,16}}"
_COLON_OR_BRACKET = r"[:)\]]"


def _digits(count: int) -> str:
    return rf"\d(?:{_UNSEEN}{{0,2}}\d){{{count - 1}}}"


# Forms: 0101901234, 010190-1234, 010190 1234 (also across a line break), 010190/1234,
# 010190.1234, 010190:1234 and (010190)1234; and with the date in pairs: 01 01 90 1234,
# 01-01-90-1234, 01.01.90-1234.
_CANDIDATE = re.compile(
    rf"\d(?<!\d\d)(?<!\d{_UNSEEN}\d){_UNSEEN}{{0,2}}(?:"
    rf"{_digits(5)}(?:{_JOINED_BY_DASH}|{_COLON_OR_BRACKET}?{_SPACE}{{0,4}}|[./_]){_digits(4)}"
    rf"|\d(?P<space>\s){_digits(2)}\s{_digits(2)}(?:{_JOINED_BY_DASH}|\s){_digits(4)}"
    rf"|\d(?P<joint>[-./]){_digits(2)}(?P=joint){_digits(2)}"
    rf"(?:{_JOINED_BY_DASH}|{_COLON_OR_BRACKET}){_digits(4)}"
    rf")(?!{_UNSEEN}{{0,2}}\d)"
)
# The date with all four digits of its year: 01011990-1234, 01.01.1990-1234, 01/01 1990-1234.
_FULL_YEAR = re.compile(
    rf"\d(?<!\d\d)(?<!\d{_UNSEEN}\d){_UNSEEN}{{0,2}}\d"
    rf"(?:(?P<joint>(?:(?:{_DASH}|[./]){_SPACE}?|{_SPACE})?){_digits(2)}(?P=joint)"
    rf"|/{_digits(2)}\s)(?P<year>{_digits(4)})"
    rf"(?P<apart>{_JOINED_BY_DASH}|{_COLON_OR_BRACKET}{_SPACE}{{0,4}}|{_SPACE}{{1,4}})"
    rf"{_digits(4)}(?!{_UNSEEN}{{0,2}}\d)"
)
# After the word itself, ten digits count however they are grouped.
_LABEL = r"(?:cpr|person(?:nummer|nr|-nr| nr))"
_BETWEEN = r"[-\s./_\u00ad\u200b-\u200f\u2060\ufeff\u2010-\u2015\u2212\ufe58\ufe63\uff0d]{0,6}"
_LABELLED = re.compile(
    rf"{_LABEL}\D{{0,24}}(?P<number>\d(?:{_BETWEEN}\d){{9}})(?!\d)", re.IGNORECASE
)
_JUST_LABELLED = re.compile(rf"{_LABEL}\D{{0,24}}$", re.IGNORECASE)
# What these words announce is no CPR number, provided that the control digit says so too.
_OTHER_NUMBER = re.compile(
    r"(?:\bp-(?:nr|nummer|enhed)|produktionsenhed|\bkonto(?:nr|nummer)?\b|\breg\.?(?:nr|nummer)?\b)"
    r"[^\d\n]{0,24}(?:\d{4}[^\d\n]{0,16})?$",
    re.IGNORECASE,
)
# Every form has ten of them: most texts have fewer, and are seen to be free of numbers at once.
_DIGIT = re.compile(r"\d")
_HEX_RUN = re.compile(r"[0-9a-f]{16,128}", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# A text with more than this is refused all the same; the list need not be longer.
_MOST_MATCHES = 1_000
_LOOK_BACK, _LOOK_AROUND = 64, 128
_HEX_LETTERS = frozenset("abcdefABCDEF")
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class CprMatch:
    """Where a CPR number stands: offsets, 1-based line and column, and what may be shown of it."""

    start: int
    end: int
    line: int
    column: int
    masked: str


def find_cpr(text: str) -> list[CprMatch]:
    """Return the CPR numbers in the text in order, at most the first thousand.

    A number counts when its date exists in the century its seventh digit gives; the control
    digit is not required, since numbers without it have been issued since 2007. In doubt a number
    is reported: docs/algorithms/cpr.md says which doubts are settled the other way, and why.
    """
    if len(_DIGIT.findall(text)) < len(_WEIGHTS):
        return []
    matches: list[CprMatch] = []
    line, line_start, counted = 1, 0, 0
    for start, end in islice(_disjoint(_spans(text)), _MOST_MATCHES):
        line += text.count("\n", counted, start)
        line_start = max(line_start, text.rfind("\n", counted, start) + 1)
        counted = start
        shown = f"{_ten_digits(text[start:end])[:6]}-••••"
        matches.append(CprMatch(start, end, line, start - line_start + 1, shown))
    return matches


def _disjoint(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    reached = 0
    for start, end in sorted(spans):
        if start >= reached:
            yield start, end
            reached = end


def _spans(text: str) -> Iterator[tuple[int, int]]:
    yield from islice(_candidates(text), _MOST_MATCHES)
    yield from islice(_with_full_year(text), _MOST_MATCHES)
    yield from islice(_labelled(text), _MOST_MATCHES)


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    for found in _CANDIDATE.finditer(text):
        digits = _ten_digits(found[0])
        if _date_exists(digits) and not _is_something_else(text, found, digits):
            yield found.span()


def _with_full_year(text: str) -> Iterator[tuple[int, int]]:
    for found in _FULL_YEAR.finditer(text):
        digits = _ten_digits(found[0])
        if (
            _date_exists(digits)
            and _birth_year(digits) == int(_ascii_digits(found["year"]))
            and not _is_date_and_figure(text, found, digits)
            and not _UUID.match(text, found.start())
        ):
            yield found.span()


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    for found in _LABELLED.finditer(text):
        if _date_exists(_ten_digits(found["number"])):
            yield found.span("number")


def _ten_digits(written: str) -> str:
    digits = _ascii_digits(written)
    # A year written in full gives two digits more, which the number itself does not hold.
    return digits[:4] + digits[6:] if len(digits) == 12 else digits


def _ascii_digits(written: str) -> str:
    digits = "".join(filter(str.isdecimal, written))
    if digits.isascii():
        return digits
    # Any script's digits are understood: full-width, Arabic-Indic …
    return "".join(str(unicodedata.decimal(digit)) for digit in digits)


def _birth_year(digits: str) -> int:
    year, seventh = int(digits[4:6]), int(digits[6])
    if seventh <= 3:
        return 1900 + year
    if seventh in {4, 9}:
        return (2000 if year <= 36 else 1900) + year
    return (2000 if year <= 57 else 1800) + year


def _date_exists(digits: str) -> bool:
    day, month = int(digits[:2]), int(digits[2:4])
    if day > 60:  # a replacement number (erstatningsnummer)
        day -= 60
    return 1 <= month <= 12 and 1 <= day <= monthrange(_birth_year(digits), month)[1]


def _control_digit_fits(digits: str) -> bool:
    return sum(int(digit) * by for digit, by in zip(digits, _WEIGHTS, strict=True)) % 11 == 0


def _is_something_else(text: str, found: re.Match[str], digits: str) -> bool:
    start, end = found.span()
    before = text[max(0, start - _LOOK_BACK) : start]
    after = text[end : end + 2]
    if _JUST_LABELLED.search(before):
        return False
    return (
        _is_longer_chain(found, before, after)
        or _is_case_number(found[0], before, after)
        or _is_decimal_fraction(found[0], before)
        or _is_announced_otherwise(found[0], before, digits)
        or _is_inside_hash(text, start, end)
    )


def _is_longer_chain(found: re.Match[str], before: str, after: str) -> bool:
    # More of the same joint: 1-22-11-08-1234, or a phone number in pairs followed by a year.
    if found["space"]:
        return bool(re.search(r"(?<!\d)\d\d\s$", before))
    if found["joint"]:
        return bool(re.search(rf"\d{re.escape(found['joint'])}$", before)) or _dash_digit(after)
    return False


def _dash_digit(after: str) -> bool:
    return after[:1] == "-" and after[1:].isdecimal()


def _is_case_number(written: str, before: str, after: str) -> bool:
    # Two case numbers in a row, 2024-011290 2025-011291, hold "011290 2025".
    if not re.fullmatch(r"\d{6}:?\s{1,4}(?:19|20)\d\d", written):
        return False
    return bool(re.search(r"(?<!\d)(?:19|20)\d\d-$", before)) or _dash_digit(after)


def _is_decimal_fraction(written: str, before: str) -> bool:
    return written.isdecimal() and bool(re.search(r"(?<!\d)0\.$", before))


def _is_announced_otherwise(written: str, before: str, digits: str) -> bool:
    # Numbers without control digit have so far only been given for birth dates of 1 January.
    if not written.isdecimal() or _control_digit_fits(digits) or digits[:4] == "0101":
        return False
    return bool(_OTHER_NUMBER.search(before))


def _is_date_and_figure(text: str, found: re.Match[str], digits: str) -> bool:
    # "12.05.2024 4500 kr.": with a space between, the number must show itself by its control
    # digit, or be of a kind that may lack it. Births from 2000 on are not: "01.01.2025 4500" is
    # the commonest date of a rate, and the known numbers without control digit are older.
    if not re.search(_SPACE, found["apart"]) or re.search(_DASH, found["apart"]):
        return False
    may_lack_it = digits[:4] == "0101" and _birth_year(digits) < 2000
    if _control_digit_fits(digits) or may_lack_it or int(digits[:2]) > 60:
        return False
    return not _JUST_LABELLED.search(text[max(0, found.start() - _LOOK_BACK) : found.start()])


def _is_inside_hash(text: str, start: int, end: int) -> bool:
    # The ten digits end inside a group of a hash or UUID, so a letter stands next to them.
    if not _HEX_LETTERS.intersection((text[start - 1 : start], text[end : end + 1])):
        return False
    first = max(0, start - _LOOK_AROUND)
    around = text[first : end + _LOOK_AROUND]
    return any(
        run.start() <= start - first and end - first <= run.end()
        for pattern in (_UUID, _HEX_RUN)
        for run in pattern.finditer(around)
    )
