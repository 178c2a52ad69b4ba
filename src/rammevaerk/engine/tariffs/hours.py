"""The service part of a tariff: four kinds of hours in the placement times one hourly price."""

from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction

from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import exact_kroner_da
from rammevaerk.engine.trace import Step, Trace

_MINUTES_PER_HOUR = 60
_DAYS_PER_WEEK = 7

HOURS_DA = {
    "citizen": "borgertimer",
    "organisation": "organisatoriske opgaver",
    "documentation": "dokumentation",
    "holiday_absence": "ferie og fravær",
}


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """The service a citizen is granted: whole minutes per week of each of the four kinds."""

    citizen: int
    organisation: int
    documentation: int
    holiday_absence: int

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 0:
                raise TariffError(f"hours.{one.name}", f"{HOURS_DA[one.name]} er under nul.")

    @property
    def minutes_per_week(self) -> int:
        """All four together."""
        return self.citizen + self.organisation + self.documentation + self.holiday_absence


@dataclass(frozen=True, slots=True)
class HourRate:
    """The price of an hour at the wage level of a year, from a parameter or a stated source."""

    ore: int
    wage_level: int
    parameter: ParameterValue | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ServicePart:
    """The service part per day, not rounded."""

    exact_ore: Fraction
    minutes_per_week: int
    rate: HourRate
    trace: Trace


SERVICE_HOURS: Rule[[int, int], Fraction] = Rule("tariffs.service_hours")


@SERVICE_HOURS.edition(date(2025, 1, 1), source="dassos-2025-autumn")
def _(minutes_per_week: int, hour_ore: int) -> Fraction:
    """A seventh of the week's hours, each at the same price."""
    return Fraction(minutes_per_week * hour_ore, _MINUTES_PER_HOUR * _DAYS_PER_WEEK)


def hour_rate_on(parameters: Parameters, key: str, day: date) -> HourRate:
    """Return an hourly price kept as a parameter; its wage level is the year its version begins.

    `NoRuleForDate` when the price of the year is not known.
    """
    found = parameters.on(key, day)
    return HourRate(whole(found), found.period.start.year, found)


def service_per_day(hours: ServiceHours, rate: HourRate, day: date) -> ServicePart:
    """Return the service part of a day by the rule in force on `day`."""
    if rate.ore <= 0:
        raise TariffError("hour_rate", "timeprisen er ikke over nul.")
    edition = SERVICE_HOURS.on(day)
    minutes = hours.minutes_per_week
    exact = edition.calculate(minutes, rate.ore)
    steps = [
        Step(f"{label[0].upper()}{label[1:]} (minutter om ugen)", getattr(hours, name), "count")
        for name, label in HOURS_DA.items()
    ]
    used = (rate.parameter,) if rate.parameter else ()
    steps += [
        Step("Minutter om ugen i alt", minutes, "count"),
        Step(
            f"Timepris i {rate.wage_level}-lønniveau",
            rate.ore,
            "ore_per_hour",
            parameters=used,
            source=rate.source,
        ),
        step("Ydelse pr. døgn før afrunding", exact_kroner_da(exact), "text", edition, *used),
    ]
    return ServicePart(exact, minutes, rate, Trace(tuple(steps)))
