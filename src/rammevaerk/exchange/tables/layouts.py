"""Dates and date-times of fixed width, read for many cells at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.tables import DAY_US, IntArray
from rammevaerk.exchange.tables.texts import Bytes

_ZERO = ord("0")
_MINUTE_US = 60_000_000
# Days before each month of a year that begins in March, so that a leap day is the last one.
_MONTH_LENGTHS = np.asarray([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_EPOCH_FROM_MARCH_0 = 719_468
_YEARS_DAYS = 146_097  # of 400 years


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to write a date, "YYYY-MM-DD hh:mm": letters are digits, the rest stands as it is.

    A blank is a blank or a T, and "/" any one of "-", "." and "/", the same one each time.
    """

    pattern: str

    def matches(self, cells: Bytes) -> NDArray[np.bool_]:
        """Say which cells, rows of as many bytes as the pattern, are written so."""
        good = np.ones(len(cells), np.bool_)
        for at, sign in enumerate(self.pattern):
            column = cells[:, at]
            if sign.isalpha():
                good &= (column - np.uint8(_ZERO)) <= 9
            elif sign == " ":
                good &= (column == ord(" ")) | (column == ord("T"))
            elif sign == "/":
                first = cells[:, self.pattern.index("/")]
                good &= (column == first) & ((column - np.uint8(ord("-"))) <= 2)  # - . and /
            else:
                good &= column == ord(sign)
        return good

    def field(self, letter: str, cells: Bytes) -> IntArray:
        """Return the number that stands where the pattern has a letter; 0 when it has none."""
        found = np.zeros(len(cells), np.int64)
        for at, sign in enumerate(self.pattern):
            if sign == letter:
                found = found * 10 + (cells[:, at].astype(np.int64) - _ZERO)
        return found


ISO_DAY = Layout("YYYY-MM-DD")
ISO_MOMENTS = (Layout("YYYY-MM-DD hh:mm"), Layout("YYYY-MM-DD hh:mm:ss"))
DANISH_DAY = Layout("DD/MM/YYYY")
DANISH_MOMENTS = (Layout("DD/MM/YYYY hh:mm"), Layout("DD/MM/YYYY hh:mm:ss"))


def days(layout: Layout, cells: Bytes) -> tuple[IntArray, NDArray[np.bool_]]:
    """Read day numbers; the second array says which of them are days that exist."""
    good = layout.matches(cells)
    found = [layout.field(letter, cells) for letter in "YMD"]
    year, month, day = found
    good &= exists(year, month, day)
    numbers = day_numbers(
        np.where(good, year, 1970), np.where(good, month, 1), np.where(good, day, 1)
    )
    return numbers, good


def moments(layout: Layout, cells: Bytes) -> tuple[IntArray, NDArray[np.bool_]]:
    """Read moments in microseconds; the second array says which of them exist."""
    numbers, good = days(layout, cells)
    hour, minute, second = (layout.field(letter, cells) for letter in "hms")
    good &= (hour < 24) & (minute < 60) & (second < 60)
    clock = (hour * 60 + minute) * _MINUTE_US + second * 1_000_000
    return numbers * DAY_US + np.where(good, clock, 0), good


def exists(year: IntArray, month: IntArray, day: IntArray) -> NDArray[np.bool_]:
    """Say which dates are days of the civil calendar, from the year 1 on."""
    real_month = (month >= 1) & (month <= 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _MONTH_LENGTHS[np.where(real_month, month, 1) - 1] + (leap & (month == 2))
    found: NDArray[np.bool_] = real_month & (year >= 1) & (day >= 1) & (day <= length)
    return found


def day_numbers(year: IntArray, month: IntArray, day: IntArray) -> IntArray:
    """Return civil dates as days since 1 January 1970, by counting from a 1 March."""
    after_march = (month + 9) % 12
    march_year = year - (month <= 2)
    century4 = march_year // 400
    year_of = march_year - century4 * 400
    day_of_year = (153 * after_march + 2) // 5 + day - 1
    day_of = year_of * 365 + year_of // 4 - year_of // 100 + day_of_year
    found: IntArray = century4 * _YEARS_DAYS + day_of - _EPOCH_FROM_MARCH_0
    return found
