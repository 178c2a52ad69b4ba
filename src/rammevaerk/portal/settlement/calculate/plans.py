"""Which prices a placement is settled by, day by day: a choice of price met by dated tariffs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeVar

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.tariffs.queries.settling import Price, ServicePrices

T = TypeVar("T")
_PERCENT = 100
# So many minutes a week make an hour a day: a price per day goes through the engine's hours.
MINUTES_BY_DAY = 420
WHOLE, BY_DAY, BY_HOUR, ALONE = "helhedstakst", "basis og ydelse", "basis og timer", "basis"
GROUND = "grundtakst"
# Prices that are the whole of what is paid; of a secure unit the rest is paid by all together.
_ENTIRE = {"whole": WHOLE, "ground": GROUND}
# The units that are paid by days out of the month; the rest are counted by the piece.
BY_MONTH = {"month": "month", "year": "year"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a day is priced: `kind` of structure, the label chosen, and the unit of a whole price."""

    kind: str
    label: str
    unit: str = "day"

    @property
    def key(self) -> str:
        """What the engine calls the plan."""
        return f"{self.kind} {self.label}".rstrip()

    @property
    def by_day(self) -> bool:
        """Whether the engine settles it day by day."""
        return self.unit == "day"


@dataclass(frozen=True, slots=True)
class Rates:
    """What a day costs, in øre: the basis, and a service by the day or an hour's price."""

    plan: Plan
    basis_ore: int
    hour_ore: int

    def over_cap(self, pct: int) -> int:
        """The basis on a day with more stays than places."""
        return reduced(self.basis_ore, pct)

    def after(self, basis_pct: int, service_pct: int) -> "Rates":
        """What a day costs after the citizen has left, while the notice runs."""
        hour = reduced(self.hour_ore, service_pct)
        return Rates(self.plan, reduced(self.basis_ore, basis_pct), hour)


def reduced(ore: int, pct: int) -> int:
    """So many percent of a price, rounded half up."""
    return divide_half_up(ore * pct, _PERCENT)


def rates_of(
    component: str, label: str, prices: ServicePrices, first: date, end: date
) -> list[Held[Rates]]:
    """The prices behind a choice in [first, end), version by version; days without are left out."""
    if kind := _ENTIRE.get(component):
        return [
            Held(one.start, one.end, Rates(Plan(kind, label, one.value.unit), one.value.ore, 0))
            for one in prices.get((component, label), [])
        ]
    chosen = {part: _labelled(prices, part, label) for part in ("basis", "service", "hour")}
    found: list[Held[Rates]] = []
    every = [held for one in chosen.values() for held in one]
    first = min([first, *(one.start for one in every)])
    for start, until in spans(every, first, end):
        now = {part: value_on(held, start) for part, held in chosen.items()}
        if rates := _split(label, now):
            found.append(Held(start, until, rates))
    return found


def _labelled(prices: ServicePrices, part: str, label: str) -> list[Held[Price]]:
    """A level's own price where there is one, else the one for all levels."""
    return prices.get((part, label)) or prices.get((part, ""), [])


def _split(label: str, now: Mapping[str, Price | None]) -> Rates | None:
    basis, service, hour = now["basis"], now["service"], now["hour"]
    if basis is None or basis.unit != "day":
        return None
    if service is not None and service.unit == "day":
        return Rates(Plan(BY_DAY, label), basis.ore, service.ore)
    if hour is not None:
        return Rates(Plan(BY_HOUR, label), basis.ore, hour.ore)
    return Rates(Plan(ALONE, label), basis.ore, 0)


def as_plans(rates: Sequence[Held[Rates]]) -> list[Held[Plan]]:
    """The plans by date, versions that follow one another as one."""
    joined: list[Held[Plan]] = []
    for one in rates:
        plan = one.value.plan
        if joined and joined[-1].value == plan and joined[-1].end == one.start:
            joined[-1] = Held(joined[-1].start, one.end, plan)
        else:
            joined.append(Held(one.start, one.end, plan))
    return joined


def minutes_for(plans: Iterable[Held[Plan]], hours: Sequence[Held[int]]) -> list[Held[int]]:
    """The minutes a week the engine multiplies by: the granted ones only where hours are priced."""
    found: list[Held[int]] = []
    for plan in plans:
        if plan.value.kind == BY_HOUR:
            found += [one for held in hours if (one := overlap(held, plan.start, plan.end))]
        else:
            fixed = MINUTES_BY_DAY if plan.value.kind == BY_DAY else 0
            found.append(Held(plan.start, plan.end, fixed))
    return found


def overlap(held: Held[T], start: date, end: date | None) -> Held[T] | None:
    """The part of what is held that lies within [start, end); None when nothing does."""
    first = max(held.start, start)
    ends = [day for day in (held.end, end) if day is not None]
    last = min(ends) if ends else None
    return Held(first, last, held.value) if last is None or last > first else None


def value_on(held: Iterable[Held[T]], day: date) -> T | None:
    """What holds on the day."""
    return next(
        (one.value for one in held if one.start <= day and (one.end is None or day < one.end)),
        None,
    )


def spans(held: Iterable[Held[T]], first: date, end: date) -> list[tuple[date, date]]:
    """The days of [first, end) in pieces within which nothing that is held changes."""
    days = {day for one in held for day in (one.start, one.end) if day is not None}
    inside = sorted(day for day in days if first < day < end)
    return list(pairwise([first, *inside, end]))
