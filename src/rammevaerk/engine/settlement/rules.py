"""The rules of a line, each as a formula with its edition and source.

The kernel does the same over whole columns; `explain` walks through them here, day by day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.rule import Rule

# A way of counting, not a law: it holds for any period that is asked about.
_FIRST = date(1900, 1, 1)
_SOURCE = "settlement-description"
HOUR_WEEK = 60 * 7  # minutes per week × øre per hour ÷ this = øre per day


@dataclass(frozen=True, slots=True)
class PayableDay:
    """One day of a stay: its prices in øre, and how many per cent of them count."""

    day: date
    basis_ore: int
    hour_ore: int
    basis_pct: int
    service_pct: int
    supplement_ore: int


OVER_CAP: Rule[[int, int], bool] = Rule("settlement/over_cap")
ABSENCE: Rule[[date, date, int], bool] = Rule("settlement/absence")
BASIS: Rule[[Sequence[PayableDay]], int] = Rule("settlement/basis")
SERVICE_BY_LINE: Rule[[Sequence[PayableDay], int], int] = Rule("settlement/service_by_line")
SERVICE_BY_DAY: Rule[[Sequence[PayableDay], int], int] = Rule("settlement/service_by_day")
SUPPLEMENT: Rule[[Sequence[PayableDay]], int] = Rule("settlement/supplement")


@OVER_CAP.edition(_FIRST, source=_SOURCE)
def over_cap(present: int, cap: int) -> bool:
    """Say whether a day is priced as over the cap: more stays than places."""
    return present > cap


@ABSENCE.edition(_FIRST, source=_SOURCE)
def reduced(day: date, absent_from: date, full_days: int) -> bool:
    """Say whether a day of absence is past those that are paid in full, counted from the first."""
    return (day - absent_from).days >= full_days


@BASIS.edition(_FIRST, source=_SOURCE)
def basis(days: Sequence[PayableDay]) -> int:
    """Øre: the day prices by the per cent that counts, rounded once."""
    return divide_half_up(sum(day.basis_ore * day.basis_pct for day in days), 100)


@SERVICE_BY_LINE.edition(_FIRST, source=_SOURCE)
def service_by_line(days: Sequence[PayableDay], minutes: int) -> int:
    """Øre: minutes a week by the hourly rates of the days, rounded once for the line."""
    rates = sum(day.hour_ore * day.service_pct for day in days)
    return divide_half_up(minutes * rates, 100 * HOUR_WEEK)


@SERVICE_BY_DAY.edition(_FIRST, source=_SOURCE)
def service_by_day(days: Sequence[PayableDay], minutes: int) -> int:
    """Øre: the price of each day rounded first, then the line."""
    prices = [divide_half_up(minutes * day.hour_ore, HOUR_WEEK) for day in days]
    whole = sum(price * day.service_pct for price, day in zip(prices, days, strict=True))
    return divide_half_up(whole, 100)


@SUPPLEMENT.edition(_FIRST, source=_SOURCE)
def supplement(days: Sequence[PayableDay]) -> int:
    """Øre: every supplement of every day; absence does not touch it."""
    return sum(day.supplement_ore for day in days)
