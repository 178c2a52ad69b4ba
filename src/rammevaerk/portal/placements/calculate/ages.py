"""Ages of people whose day of birth is not known, only the month."""

import calendar
from datetime import date


def age_of(born: date, day: date) -> int:
    """Whole years on the day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def ages_on(birth_month: date, day: date) -> tuple[int, int]:
    """The youngest and the oldest that one born in the month may be on the day."""
    last = calendar.monthrange(birth_month.year, birth_month.month)[1]
    return age_of(birth_month.replace(day=last), day), age_of(birth_month, day)


def may_be(birth_month: date, day: date, age_from: int, age_to: int | None) -> bool:
    """Whether one born in the month may be of the ages on the day; `age_to` is the first too old.

    In the month of a birthday both are possible, and the benefit of the doubt is given.
    """
    youngest, oldest = ages_on(birth_month, day)
    return oldest >= age_from and (age_to is None or youngest < age_to)
