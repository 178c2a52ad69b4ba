"""The whole economy of a cooperation over years: what all places cost at their tariffs, and why.

A service costs the price of a place for a year (the engine's `year_price`) times its places times
the occupancy that its tariff assumes. Services that are paid by the hour in any of the years are
left out of all of them: what a place costs does not follow from their prices, and the years must
be of the same. Nothing here is an account: it is the tariffs' own level.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.tariffs.basket import PricePart, YearOfPlace, year_price
from rammevaerk.engine.tariffs.day_rate import PriceUnit
from rammevaerk.engine.tariffs.development import Development, DevelopmentLine, develop
from rammevaerk.engine.tariffs.price_index import IndexNumbers, MissingEstimate, index_series
from rammevaerk.engine.tariffs.registers import IndexRegister
from rammevaerk.portal.catalogue.queries.facts import ServiceFact

FULL = 10_000  # hundredths of a percent
BUDGETED = "budgeted"
HOUR = "hour"
GROUPINGS = ("ownership", "kind", "reporter_id")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a service costs in a year, and what that is made of; amounts in øre.

    `assumed_full` says that no occupancy is reported.
    """

    service: ServiceFact
    year: int
    price_ore: int
    places: int
    points: int
    ore: int
    assumed_full: bool

    @property
    def occupied(self) -> Fraction:
        """The places in use on average."""
        return Fraction(self.places * self.points, FULL)


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of a year; `citizens` is None where nobody has reported any."""

    ore: int
    places: int
    services: int
    occupied: Fraction
    citizens: int | None = None
    supplements_ore: int | None = None
    turnover_ore: int | None = None

    @property
    def average_ore(self) -> int:
        """The mean cost of a place in use for a year."""
        if not self.occupied:
            return 0
        exact = Fraction(self.ore) / self.occupied
        return divide_half_up(exact.numerator, exact.denominator)


@dataclass(frozen=True, slots=True)
class Step:
    """From one year to the next: the change and its drivers, which add up to it.

    Price and structure are the engine's effects on the mean cost of a place, times the places in
    use after; volume is the rest, that there are more or fewer places in use.
    """

    first: int
    last: int
    development: Development
    change_ore: int
    price_ore: int
    structure_ore: int

    @property
    def volume_ore(self) -> int:
        """What more or fewer places in use did."""
        return self.change_ore - self.price_ore - self.structure_ore


@dataclass(frozen=True, slots=True, eq=False)
class Economy:
    """Everything the overview shows; `groups` by grouping, key and year."""

    years: tuple[int, ...]
    costs: tuple[Cost, ...]
    by_hour: tuple[ServiceFact, ...]
    totals: Mapping[int, Figures]
    groups: Mapping[str, Mapping[str, Mapping[int, Figures]]]
    steps: tuple[Step, ...]
    index: IndexNumbers | None
    index_unverified: bool
    # The series and the year without an estimate, when that is why there is no index.
    index_missing: tuple[str, int] | None = None

    def average_index(self, year: int) -> Fraction | None:
        """The mean cost of a place as an index number, the first year with any being 100."""
        first = next((one for one in self.years if one in self.totals), None)
        if first is None or year not in self.totals or not self.totals[first].average_ore:
            return None
        return Fraction(100 * self.totals[year].average_ore, self.totals[first].average_ore)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the economy is worked out from, as read."""

    services: Sequence[ServiceFact]
    prices: Mapping[tuple[int, int], Sequence[PricePart]]
    places: Mapping[tuple[int, int], int]
    occupancy: Mapping[int, Mapping[tuple[int, str], int]]
    citizens: Mapping[tuple[int, int], int] = field(default_factory=dict)
    supplements: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def work_out(
    facts: Facts,
    years: Sequence[int],
    year_of_place: YearOfPlace,
    register: IndexRegister,
    series: tuple[str, ...],
    *,
    known_on: date,
) -> Economy:
    """Work out the economy of the years; the price index is that of `series`, as known then."""
    by_hour = _paid_by_hour(facts, years)
    left = {one.id for one in by_hour}
    costs = tuple(
        cost
        for year in years
        for cost in _costs(facts, year, year_of_place)
        if cost.service.id not in left
    )
    totals = {year: one for year, one in _sums(costs, facts).items() if one.occupied}
    index, missing = _index(register, series, totals, known_on)
    return Economy(
        years=tuple(years),
        costs=costs,
        by_hour=by_hour,
        totals=totals,
        groups={name: _grouped(costs, facts, name) for name in GROUPINGS},
        steps=tuple(_steps(costs, totals)),
        index=index,
        index_unverified=bool(totals)
        and register.unverified(series, min(totals) + 1, max(totals), known_on),
        index_missing=missing,
    )


def _index(
    register: IndexRegister, series: tuple[str, ...], totals: Mapping[int, Figures], known_on: date
) -> tuple[IndexNumbers | None, tuple[str, int] | None]:
    """The price index over the same years, or the series and the year that has no estimate."""
    if not totals:
        return None, None
    base, last = min(totals), max(totals)
    try:
        return index_series(register.table, series, base, range(base, last + 1), known_on), None
    except MissingEstimate as problem:
        return None, (problem.series, problem.year)


def _paid_by_hour(facts: Facts, years: Sequence[int]) -> tuple[ServiceFact, ...]:
    """The services with an hourly price in any of the years."""
    return tuple(
        service
        for service in facts.services
        if any(
            part.component == HOUR
            for year in years
            for part in facts.prices.get((service.id, year), ())
        )
    )


def _costs(facts: Facts, year: int, year_of_place: YearOfPlace) -> Iterable[Cost]:
    for service in facts.services:
        if not service.given_on(date(year, 1, 1)):
            # What opens in the year may follow what is counted already.
            continue
        price = year_price(facts.prices.get((service.id, year), ()), year_of_place)
        places = facts.places.get((service.id, year), 0)
        if price is None or not places:
            continue
        told = facts.occupancy.get(service.id, {}).get((year, BUDGETED))
        points = FULL if told is None else told
        ore = divide_half_up(price * places * points, FULL)
        yield Cost(service, year, price, places, points, ore, told is None)


def _figures(
    costs: Sequence[Cost], citizens: int | None, supplements: tuple[int, int] | None
) -> Figures:
    return Figures(
        ore=sum(cost.ore for cost in costs),
        places=sum(cost.places for cost in costs),
        services=len(costs),
        # One denominator for all, so that the sum is of whole numbers.
        occupied=Fraction(sum(cost.places * cost.points for cost in costs), FULL),
        citizens=citizens,
        supplements_ore=supplements[0] if supplements else None,
        turnover_ore=supplements[1] if supplements else None,
    )


def _sums(costs: Sequence[Cost], facts: Facts) -> dict[int, Figures]:
    by_year: dict[int, list[Cost]] = defaultdict(list)
    for cost in costs:
        by_year[cost.year].append(cost)
    citizens: dict[int, int] = defaultdict(int)
    for (_facility, year), count in facts.citizens.items():
        citizens[year] += count
    supplements: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (_operator, year), pair in facts.supplements.items():
        supplements[year].append(pair)
    return {
        year: _figures(some, citizens.get(year), _added(supplements.get(year)))
        for year, some in by_year.items()
    }


def _added(pairs: Sequence[tuple[int, int]] | None) -> tuple[int, int] | None:
    if not pairs:
        return None
    return sum(first for first, _second in pairs), sum(second for _first, second in pairs)


def _grouped(costs: Sequence[Cost], facts: Facts, grouping: str) -> dict[str, dict[int, Figures]]:
    cells: dict[tuple[str, int], list[Cost]] = defaultdict(list)
    for cost in costs:
        cells[str(getattr(cost.service, grouping)), cost.year].append(cost)
    group_of = {one.facility_id: str(getattr(one, grouping)) for one in facts.services}
    citizens: dict[tuple[str, int], int] = defaultdict(int)
    for (facility_id, year), count in facts.citizens.items():
        if facility_id in group_of:
            citizens[group_of[facility_id], year] += count
    found: dict[str, dict[int, Figures]] = defaultdict(dict)
    for (key, year), some in cells.items():
        pair = facts.supplements.get((int(key), year)) if grouping == "reporter_id" else None
        found[key][year] = _figures(some, citizens.get((key, year)), pair)
    return dict(found)


def _steps(costs: Sequence[Cost], totals: Mapping[int, Figures]) -> Iterable[Step]:
    by_year: dict[int, dict[int, Cost]] = defaultdict(dict)
    for cost in costs:
        by_year[cost.year][cost.service.id] = cost
    years = sorted(totals)
    for first, last in pairwise(years):
        found = develop(_lines(by_year[first], by_year[last]), date(last, 1, 1))
        after = totals[last].occupied
        yield Step(
            first=first,
            last=last,
            development=found,
            change_ore=totals[last].ore - totals[first].ore,
            price_ore=_times(after, found.price_ore),
            structure_ore=_times(after, found.structure_ore),
        )


def _times(places: Fraction, ore: int) -> int:
    exact = places * ore
    return divide_half_up(exact.numerator, exact.denominator)


def _lines(before: Mapping[int, Cost], after: Mapping[int, Cost]) -> list[DevelopmentLine]:
    """The services of both years, weighed by places in use; only shares count, so whole numbers."""
    lines = []
    for pk in sorted({*before, *after}):
        first, last = _side(before.get(pk)), _side(after.get(pk))
        if first != _NOTHING or last != _NOTHING:
            service = (after.get(pk) or before[pk]).service
            unit = PriceUnit.YEAR
            lines.append(DevelopmentLine(service.facility_key, service.key, unit, *first, *last))
    return lines


_NOTHING: tuple[Fraction, int | None] = (Fraction(0), None)


def _side(cost: Cost | None) -> tuple[Fraction, int | None]:
    if cost is None or not cost.points:
        return _NOTHING
    return Fraction(cost.places * cost.points), cost.price_ore
