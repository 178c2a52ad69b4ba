"""Time limits: counting months, years and working days, and days that return every year."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum

from rammevaerk.engine.errors import ParameterError
from rammevaerk.engine.holidays_da import holiday_da
from rammevaerk.engine.parameters import ParameterValue

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class Weekdays(Enum):
    """What counts as a "hverdag"; the law does not say whether Saturday does."""

    MONDAY_TO_FRIDAY = frozenset({_SATURDAY, _SUNDAY})
    MONDAY_TO_SATURDAY = frozenset({_SUNDAY})

    def holds(self, day: date) -> bool:
        """Say whether `day` is a working day: in the week's range and no holiday."""
        return day.weekday() not in self.value and not holiday_da(day)


def months_later(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def years_later(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 28 in a common year."""
    return months_later(day, 12 * years)


def weekdays_after(day: date, count: int, weekdays: Weekdays) -> tuple[date, ...]:
    """Return the `count` working days that follow `day`, which itself does not count."""
    following = _days_after(day)
    return tuple(next(found for found in following if weekdays.holds(found)) for _ in range(count))


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _DAY
        yield day


def day_of_year(parameter: ParameterValue, year: int) -> date:
    """Return the day of `year` that a parameter "MM-DD" names; `ParameterError` for another."""
    month, _, day = str(parameter.value).partition("-")
    try:
        return date(year, int(month), int(day))
    except ValueError:
        problem = f"{parameter.key}: {parameter.value!r} is no day of {year} (MM-DD)"
        raise ParameterError((problem,)) from None
