"""One cell that is not written plainly: what it can only mean, or why it cannot be told."""

import re
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.tables import DAY_US, day_number
from rammevaerk.exchange.tables.columns import Kind
from rammevaerk.exchange.tables.faults import Fault

_WHOLE = re.compile(r"(-?)([0-9]+)")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+")
_GROUPED_TWICE = re.compile(
    r"-?[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|-?[0-9.]+\.[0-9]{3},[0-9]+"
)
_COMMA_TAIL = re.compile(r"(?P<whole>-?[0-9][0-9.]*),(?P<tail>[0-9]+)")
_DECIMALS = re.compile(r"-?[0-9]*\.[0-9]*")
_SCIENTIFIC = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]+")
_ISO = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_DANISH = r"(?P<day>[0-9]{1,2})(?P<sign>[-./])(?P<month>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4})"
_CLOCK = (
    r"(?:T|,? (?:kl\.? ?)?)(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})"
    r"(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
)
_ZONE = r"(?P<zone> ?(?:Z|UTC|[-+][0-9]{2}(?::?[0-9]{2})?))?"
_DATES = tuple(re.compile(f"{form}(?:{_CLOCK}{_ZONE})?") for form in (_ISO, _DANISH))
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2}(?: .*)?")
_BLANKS = re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?")
# Days since 1900 as Excel counts them, from the year 1954 to 2119, and the time as a fraction.
_SERIAL = re.compile(r"[2-7][0-9]{4}(?:[.,][0-9]+)?")
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is written, where a cell alone does not tell.

    `day_first`: day before month in "01-02-2025". `thousands`: the columns in which another cell
    shows that a dot groups thousands.
    """

    day_first: bool = False
    thousands: frozenset[str] = frozenset()


def number(text: str, *, ore: bool, thousands: bool) -> int | Fault:
    """Read a whole number; `thousands` says that dots are known to group thousands."""
    plain = text
    if _BLANKS.fullmatch(text):
        return Fault.BLANKS
    if comma := _COMMA_TAIL.fullmatch(text):
        fault = _comma_fault(comma["tail"], ore=ore)
        if fault:
            return fault
        plain = comma["whole"]
    if _GROUPED.fullmatch(plain):
        if not (thousands or shows_thousands(text)):
            return Fault.THOUSANDS
        plain = plain.replace(".", "")
    if found := _WHOLE.fullmatch(plain):
        if len(found[2].lstrip("0")) > _LONGEST_NUMBER:
            return Fault.TOO_LARGE
        return int(plain)
    if _SCIENTIFIC.fullmatch(text):
        return Fault.SCIENTIFIC
    return Fault.DECIMALS if _DECIMALS.fullmatch(plain) else Fault.NOT_NUMBER


def _comma_fault(tail: str, *, ore: bool) -> Fault | None:
    if ore:
        return Fault.ORE_DECIMALS
    if len(tail) == 3:
        return Fault.THOUSANDS
    return Fault.DECIMALS if tail.strip("0") else None


def shows_thousands(text: str) -> bool:
    """Say whether a number can only be one in which dots group thousands."""
    return _GROUPED_TWICE.fullmatch(text) is not None


def order_of_day(text: str) -> int:
    """Say what "31-12-2025" shows: 1 that the day stands first, -1 that the month does, 0 none."""
    found = _DATES[1].fullmatch(text)
    if not found:
        return 0
    first, second = int(found["day"]), int(found["month"])
    return (12 < first <= 31) - (12 < second <= 31)


def day(text: str, manner: Manner) -> int | Fault:
    """Read a date as a day number."""
    found = _matched(text)
    if isinstance(found, Fault):
        return Fault.NOT_DATE if found is Fault.NOT_MOMENT else found
    number = _day_number(found, manner)
    if isinstance(number, Fault) or found["hour"] is None:
        return number
    return Fault.TIME_IN_DATE


def moment(text: str, manner: Manner) -> int | Fault:
    """Read a date with a time as microseconds."""
    found = _matched(text)
    if isinstance(found, Fault):
        return found
    number = _day_number(found, manner)
    if isinstance(number, Fault):
        return number
    if found["hour"] is None:
        return Fault.NO_TIME
    if found["zone"]:
        return Fault.ZONE
    clock = _clock(found)
    return clock if isinstance(clock, Fault) else number * DAY_US + clock


def _matched(text: str) -> re.Match[str] | Fault:
    for form in _DATES:
        if found := form.fullmatch(text):
            return found
    if _SERIAL.fullmatch(text):
        return Fault.SERIAL_DATE
    return Fault.SHORT_YEAR if _SHORT_YEAR.fullmatch(text) else Fault.NOT_MOMENT


def _day_number(found: re.Match[str], manner: Manner) -> int | Fault:
    if found.re is _DATES[1] and not manner.day_first:
        return Fault.DAY_OR_MONTH
    try:
        return day_number(date(int(found["year"]), int(found["month"]), int(found["day"])))
    except ValueError:
        return Fault.NO_SUCH_DAY


def _clock(found: re.Match[str]) -> int | Fault:
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        return Fault.NO_SUCH_TIME
    fraction = (found["fraction"] or "").rstrip("0")
    if len(fraction) > 6:
        return Fault.TOO_FINE
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + int(fraction.ljust(6, "0"))


def spelled(text: str, kind: Kind, manner: Manner, column: str) -> int | Fault:
    """Read a cell that holds a number, a date or a date-time."""
    if kind is Kind.DAY:
        return day(text, manner)
    if kind is Kind.MOMENT:
        return moment(text, manner)
    return number(text, ore=kind is Kind.ORE, thousands=column in manner.thousands)
