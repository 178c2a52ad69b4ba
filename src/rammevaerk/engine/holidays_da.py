"""Danish holidays, computed from Easter; which days they are has changed, so by edition."""

from datetime import date, timedelta
from functools import cache

from rammevaerk.engine.rule import Rule

HOLIDAYS: Rule[[int], dict[date, str]] = Rule("holidays.days")
_DAYS_FROM_EASTER = {
    -3: "skærtorsdag",
    -2: "langfredag",
    0: "påskedag",
    1: "2. påskedag",
    39: "Kristi himmelfartsdag",
    49: "pinsedag",
    50: "2. pinsedag",
}
_PRAYER_DAY = {26: "store bededag"}
_FIXED = {(1, 1): "nytårsdag", (12, 25): "juledag", (12, 26): "2. juledag"}


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous computus of Meeus)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - shift + 15) % 30
    leap_years, rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - moon - rest) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _holidays(year: int, from_easter: dict[int, str]) -> dict[date, str]:
    easter = easter_sunday(year)
    moving = {easter + timedelta(days=days): name for days, name in from_easter.items()}
    fixed = {date(year, month, day): name for (month, day), name in _FIXED.items()}
    # Ascension Day is at the earliest 30 April: no moving day meets a fixed one.
    return dict(sorted((moving | fixed).items()))


@HOLIDAYS.edition(date(1900, 1, 1), source="church-holidays")
def _with_prayer_day(year: int) -> dict[date, str]:
    return _holidays(year, _DAYS_FROM_EASTER | _PRAYER_DAY)


@HOLIDAYS.edition(date(2024, 1, 1), source="bill-prayer-day-2023")
def _without_prayer_day(year: int) -> dict[date, str]:
    return _holidays(year, _DAYS_FROM_EASTER)


@cache
def _of_year(year: int) -> dict[date, str]:
    return HOLIDAYS.on(date(year, 1, 1)).calculate(year)


def holiday_da(day: date) -> str:
    """Return the name of the holiday on `day`, or "" when it is none.

    Days that many have off without a law (5 June, 24 and 31 December) are no holidays here:
    counting them as working days gives the earlier, careful limit.
    """
    return _of_year(day.year).get(day, "")
