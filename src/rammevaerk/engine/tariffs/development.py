"""How the average tariff developed: what prices did and what the mix of places did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.day_rate import UNITS_DA, PriceUnit
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import allot, exact_kroner_da
from rammevaerk.engine.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class DevelopmentLine:
    """A service in two years; no places in a year means that it was not there, with no tariff."""

    facility: str
    service: str
    unit: PriceUnit
    places_before: Fraction
    tariff_before_ore: int | None
    places_after: Fraction
    tariff_after_ore: int | None

    def __post_init__(self) -> None:
        for places, tariff in (
            (self.places_before, self.tariff_before_ore),
            (self.places_after, self.tariff_after_ore),
        ):
            if places < 0 or (tariff is not None and tariff < 0):
                raise TariffError("lines", f"{self.facility}, {self.service}: et tal er negativt.")
            if (places > 0) != (tariff is not None):
                raise TariffError(
                    "lines", f"{self.facility}, {self.service}: pladser og takst følges ad."
                )


@dataclass(frozen=True, slots=True)
class LineDevelopment:
    """What one service did to the average: by its price, and by its weight."""

    of: DevelopmentLine
    price_ore: int
    structure_ore: int


@dataclass(frozen=True, slots=True)
class Development:
    """The average tariff before and after; the effects of all lines sum to `change_ore` exactly."""

    before_ore: int
    after_ore: int
    price_ore: int
    structure_ore: int
    lines: tuple[LineDevelopment, ...]
    trace: Trace

    @property
    def change_ore(self) -> int:
        """The change of the rounded averages."""
        return self.after_ore - self.before_ore


# share before, share after, tariff before, tariff after, average before: price, structure
EffectsRule = Rule[
    [Fraction, Fraction, int | None, int | None, Fraction], tuple[Fraction, Fraction]
]
EFFECTS: EffectsRule = Rule("tariffs.development")


@EFFECTS.edition(date(2014, 1, 1), source="hovedstaden-price-development")
def _(
    before: Fraction, after: Fraction, first: int | None, last: int | None, average: Fraction
) -> tuple[Fraction, Fraction]:
    """A price effect only where there are two prices; all else is structure."""
    if first is not None and last is not None:
        return after * (last - first), (after - before) * (first - average)
    if last is not None:
        return Fraction(0), after * (last - average)
    if first is not None:
        return Fraction(0), -before * (first - average)
    return Fraction(0), Fraction(0)


def develop(lines: Sequence[DevelopmentLine], day: date) -> Development:
    """Split the change of the average tariff per place into price and structure.

    With s for a service's share of the places and a for the average before: price is
    s_after · (p_after - p_before) for services present in both years; structure is
    (s_after - s_before) · (p_before - a), where a new service counts its first price and a closed
    one its last. Exactly, these sum to the change; the øre of the rounded averages are spread
    over the effects by largest remainder. The source splits so without giving its formula; this
    one is ours. `day` finds the rule.
    """
    _check(lines)
    edition = EFFECTS.on(day)
    before = _places(lines, after=False)
    after = _places(lines, after=True)
    average = sum((one.places_before * (one.tariff_before_ore or 0) for one in lines), Fraction(0))
    average /= before
    now = sum((one.places_after * (one.tariff_after_ore or 0) for one in lines), Fraction(0))
    now /= after
    exact = [
        effect
        for one in lines
        for effect in edition.calculate(
            one.places_before / before,
            one.places_after / after,
            one.tariff_before_ore,
            one.tariff_after_ore,
            average,
        )
    ]
    ends = _rounded(average), _rounded(now)
    spread = allot(exact, ends[1] - ends[0])
    found = tuple(
        LineDevelopment(one, spread[2 * at], spread[2 * at + 1]) for at, one in enumerate(lines)
    )
    price, structure = sum(spread[::2]), sum(spread[1::2])
    unit = UNITS_DA[lines[0].unit]
    steps = (
        Step(f"Gennemsnit før, pr. {unit}", exact_kroner_da(average), "text"),
        Step(f"Gennemsnit efter, pr. {unit}", exact_kroner_da(now), "text"),
        step("Priseffekt", price, "ore", edition),
        step("Struktureffekt", structure, "ore", edition),
        Step("Ændring i alt", ends[1] - ends[0], "ore"),
    )
    return Development(ends[0], ends[1], price, structure, found, Trace(steps))


def _check(lines: Sequence[DevelopmentLine]) -> None:
    keys = [(one.facility, one.service) for one in lines]
    if len(set(keys)) < len(keys):
        raise TariffError("lines", "samme ydelse står to gange.")
    if len({one.unit for one in lines}) > 1:
        raise TariffError("lines", "ydelserne har flere enheder; omregn dem først.")
    for after in (False, True):
        if _places(lines, after=after) == 0:
            year = "efter" if after else "før"
            raise TariffError("lines", f"der er ingen pladser {year}.")


def _places(lines: Sequence[DevelopmentLine], *, after: bool) -> Fraction:
    return sum((one.places_after if after else one.places_before for one in lines), Fraction(0))


def _rounded(exact: Fraction) -> int:
    return divide_half_up(exact.numerator, exact.denominator)
