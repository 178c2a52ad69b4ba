"""Tariff models as values: what a model holds, whatever file or screen it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.parameters import ParameterValue

# Above these a figure is a slip of the keyboard, and products could leave 64 bits.
LARGEST_RATE = 10**9
LARGEST_HOUR = 10**6
LARGEST_SUM = 10**13
FULL_BASIS_POINTS = 10_000


class Kind(StrEnum):
    """How a tariff is put together."""

    LEVELS = "levels"
    BASIS_HOURS = "basis_hours"
    STANDARD_PERCENT = "standard_percent"
    MAIN_SUPPLEMENTS = "main_supplements"
    SUBSCRIPTION = "subscription"
    OBJECTIVE = "objective_basic"


class Per(StrEnum):
    """What a rate is the price of."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class SumPer(StrEnum):
    """Which time a fixed sum pays for: the model's full year, or the period compared."""

    YEAR = "year"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Rate:
    """An amount from a day on; an empty facility or plan means all of them.

    `ore` is øre per day, month or year (`per`), per hour for an hourly rate, and basis points
    (hundredths of a percent) where it is a share or an adjustment. `parameter` is where an hourly
    rate was taken from; None when the model states it itself.
    """

    facility: str
    plan: str
    start: date
    ore: int
    per: Per = Per.DAY
    parameter: ParameterValue | None = None


@dataclass(frozen=True, slots=True)
class SupplementRate:
    """What a supplement costs from a day on."""

    supplement: str
    start: date
    ore: int
    per: Per


@dataclass(frozen=True, slots=True)
class FixedSum:
    """A sum that payers share by a key, whether they use the place or not.

    It is never cut down to days: `per` says which time it pays for, and a comparison remarks when
    the placements' days are of another.
    """

    name: str
    facility: str
    operator: str
    target_group: str
    start: date
    ore: int
    key: str
    per: SumPer


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """The price index the rates were built on, and how far it has carried them."""

    name: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """One way of pricing within a model, for the facilities its rates name."""

    kind: Kind
    rates: tuple[Rate, ...] = ()
    hours: tuple[Rate, ...] = ()
    percents: tuple[Rate, ...] = ()
    sums: tuple[FixedSum, ...] = ()

    @property
    def facilities(self) -> frozenset[str]:
        """The facilities the part prices; the empty name is every facility left over."""
        return frozenset(rate.facility for rate in self.rates) | frozenset(
            one.facility for one in self.sums
        )


@dataclass(frozen=True, slots=True)
class Model:
    """A tariff model with its dated rates, read on one day.

    `days_basis` is the number of days its full year has, by which prices per month and year
    become prices of days. `supplements_included` says that supplements cost nothing extra.
    `facility_groups` names sets of facilities whose basis may be moved together.
    """

    name: str
    on: date
    days_basis: int
    parts: tuple[Part, ...]
    supplements: tuple[SupplementRate, ...] = ()
    supplements_included: bool = False
    keys: Mapping[str, Mapping[str, int]] | None = None
    price_index: PriceIndex | None = None
    facility_groups: Mapping[str, tuple[str, ...]] | None = None
    parameters: tuple[ParameterValue, ...] = ()

    @property
    def unverified(self) -> bool:
        """Whether a rate comes from a parameter nobody has checked against its source."""
        return any(not parameter.is_verified for parameter in self.parameters)


def at_index(model: Model, index: PriceIndex) -> Model:
    """Return the model as it would have been on another index: every amount times their ratio.

    Each rate is rounded once, a half up. Percentages and keys are no prices and stay. A model
    that says nothing of its index stays as it is.
    """
    if model.price_index is None or model.price_index == index:
        return model
    ratio = Fraction(index.factor) / Fraction(model.price_index.factor)

    def scaled(ore: int) -> int:
        return divide_half_up(ore * ratio.numerator, ratio.denominator)

    parts = tuple(
        replace(
            part,
            rates=tuple(replace(rate, ore=scaled(rate.ore)) for rate in part.rates),
            hours=tuple(replace(rate, ore=scaled(rate.ore)) for rate in part.hours),
            sums=tuple(replace(one, ore=scaled(one.ore)) for one in part.sums),
        )
        for part in model.parts
    )
    supplements = tuple(replace(rate, ore=scaled(rate.ore)) for rate in model.supplements)
    return replace(model, parts=parts, supplements=supplements, price_index=index)
