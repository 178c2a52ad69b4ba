"""A price per unit: costs shared by the units expected, the unit and the rounding named."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import (
    ROUNDINGS_DA,
    Rounding,
    exact_kroner_da,
    fraction_text_da,
    round_amount,
    share_text_da,
)
from rammevaerk.engine.trace import Step, Trace

_MONTHS = 12
_MOST_DAYS = 366


class PriceUnit(StrEnum):
    """What one pays for one of; a price never changes unit by itself."""

    DAY = "day"
    DAY_ATTENDED = "day_attended"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    KM = "km"
    COURSE = "course"


UNITS_DA = {
    PriceUnit.DAY: "døgn",
    PriceUnit.DAY_ATTENDED: "fremmødedag",
    PriceUnit.MONTH: "måned",
    PriceUnit.YEAR: "år",
    PriceUnit.HOUR: "time",
    PriceUnit.KM: "km",
    PriceUnit.COURSE: "forløb",
}
_BY_PLACE = (PriceUnit.DAY, PriceUnit.DAY_ATTENDED, PriceUnit.MONTH)


class DaysBasis(StrEnum):
    """The days of a year that a price is shared by."""

    CALENDAR = "calendar"
    FIXED_365 = "fixed_365"
    OPENING_DAYS = "opening_days"


@dataclass(frozen=True, slots=True)
class Volume:
    """How much of a unit is expected in a year.

    Days and months follow from places and occupancy; hours, kilometres and courses are stated as
    a `quantity`. What does not belong to the unit must be left out.
    """

    unit: PriceUnit
    places: Fraction | None = None
    occupancy: Fraction | None = None
    days_basis: DaysBasis | None = None
    opening_days: int | None = None
    quantity: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """A rounded price with the exact amount behind it."""

    ore: int
    unit: PriceUnit
    exact_ore: Fraction
    rounding: Rounding
    trace: Trace

    def text_da(self) -> str:
        """Return "2.307,14 kr. pr. døgn"."""
        return f"{format_kroner(self.ore)} pr. {UNITS_DA[self.unit]}"


# § 174 names the costs; that they are shared by the expected use follows from it.
DAY_RATE: Rule[[int, Fraction], Fraction] = Rule("tariffs.day_rate")


@DAY_RATE.edition(date(2017, 1, 1), source="sel-174")
def _(net_ore: int, units: Fraction) -> Fraction:
    """What the tariff must bring in, shared by the units expected; not rounded."""
    return net_ore / units


def days_in(year: int, basis: DaysBasis, opening_days: int | None = None) -> int:
    """Return the days of `year` on a basis; opening days must be stated for theirs only."""
    if basis is DaysBasis.OPENING_DAYS:
        if opening_days is None or not 1 <= opening_days <= _MOST_DAYS:
            raise TariffError("opening_days", "antallet af åbningsdage (1-366) mangler.")
        return opening_days
    if opening_days is not None:
        raise TariffError("opening_days", "åbningsdage hører kun til days_basis = opening_days.")
    return 366 if basis is DaysBasis.CALENDAR and isleap(year) else 365


def expected_units(volume: Volume, year: int) -> tuple[Fraction, Trace]:
    """Return how many units a year is expected to have, and how they were found.

    `TariffError` names the field that is missing, zero or does not belong to the unit.
    """
    if volume.unit in _BY_PLACE:
        return _place_units(volume, year)
    if any((volume.places, volume.occupancy, volume.days_basis, volume.opening_days)):
        raise TariffError(
            "quantity",
            f"en pris pr. {UNITS_DA[volume.unit]} har mængde, ikke pladser og belægning.",
        )
    quantity = _positive(volume.quantity, "quantity", "den ventede mængde")
    text = f"{fraction_text_da(quantity)} {UNITS_DA[volume.unit]}"
    return quantity, Trace((Step("Ventet mængde", text, "text"),))


def _place_units(volume: Volume, year: int) -> tuple[Fraction, Trace]:
    if volume.quantity is not None:
        raise TariffError(
            "quantity",
            f"en pris pr. {UNITS_DA[volume.unit]} har pladser og belægning, ikke mængde.",
        )
    places = _positive(volume.places, "places", "antallet af pladser")
    occupancy = _positive(volume.occupancy, "occupancy.budgeted", "den forudsatte belægning")
    days, label = _days(volume, year)
    units = places * occupancy * days
    trace = Trace(
        (
            Step("Pladser", fraction_text_da(places), "text"),
            Step("Forudsat belægning", share_text_da(occupancy), "text"),
            Step(label, days, "count"),
            Step(f"Ventet antal ({UNITS_DA[volume.unit]})", fraction_text_da(units), "text"),
        )
    )
    return units, trace


def _days(volume: Volume, year: int) -> tuple[int, str]:
    if volume.unit is PriceUnit.MONTH:
        if volume.days_basis or volume.opening_days is not None:
            raise TariffError("days_basis", "en pris pr. måned deles på 12 måneder, ikke på dage.")
        return _MONTHS, "Måneder"
    if volume.days_basis is None:
        raise TariffError("days_basis", "det er ikke sagt, hvilke dage året har.")
    by_opening = volume.days_basis is DaysBasis.OPENING_DAYS
    if volume.unit is PriceUnit.DAY_ATTENDED and not by_opening:
        raise TariffError("days_basis", "en pris pr. fremmødedag deles på åbningsdage.")
    days = days_in(year, volume.days_basis, volume.opening_days)
    return days, "Åbningsdage" if by_opening else f"Dage i {year}"


def _positive(value: Fraction | None, field: str, what_da: str) -> Fraction:
    if value is None:
        raise TariffError(field, f"{what_da} mangler.")
    if value <= 0:
        raise TariffError(field, f"{what_da} er ikke over nul.")
    return value


def exact_rate(net_ore: int, volume: Volume, year: int) -> tuple[Fraction, Trace]:
    """Return the unrounded price of one unit, and how it was found."""
    edition = DAY_RATE.on(date(year, 1, 1))
    units, trace = expected_units(volume, year)
    exact = edition.calculate(net_ore, units)
    return exact, trace.then(
        step(f"Pr. {UNITS_DA[volume.unit]} før afrunding", exact_kroner_da(exact), "text", edition)
    )


def priced(exact: Fraction, unit: PriceUnit, rounding: Rounding, trace: Trace) -> Price:
    """Round an exact price once and say by which rule."""
    ore = round_amount(exact, rounding)
    label = f"Takst pr. {UNITS_DA[unit]}, afrundet {ROUNDINGS_DA[rounding]}"
    return Price(ore, unit, exact, rounding, trace.then(Step(label, ore, "ore")))


def day_rate(net_ore: int, volume: Volume, year: int, rounding: Rounding) -> Price:
    """Return the price of one unit in `year`; `NoRuleForDate` when no rule covers the year."""
    exact, trace = exact_rate(net_ore, volume, year)
    return priced(exact, volume.unit, rounding, trace)


def convert(
    price: Price, unit: PriceUnit, factor: Fraction, reason_da: str, rounding: Rounding
) -> Price:
    """Restate a published price in another unit: `factor` of the old go to one of the new.

    The published, rounded price is what is converted: a month of 30 days, used 2 days of 5, is
    30 · 2/5 days. The reason is shown, for a ratio between units is always a choice.
    """
    if factor <= 0:
        raise TariffError("factor", "omregningen skal være over nul.")
    if not reason_da.strip():
        raise TariffError("reason", "en omregning skal begrundes.")
    label = f"{UNITS_DA[price.unit]} pr. {UNITS_DA[unit]}: {reason_da}"
    trace = price.trace.then(Step(label, fraction_text_da(factor), "text"))
    return priced(price.ore * factor, unit, rounding, trace)
