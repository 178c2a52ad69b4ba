"""What services cost, as the app of tariffs says it: the catalogue lies below and cannot ask.

`tariffs` registers its answer when it is loaded; without it no price is shown.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from rammevaerk.portal.access.policy import Actor


@dataclass(frozen=True, slots=True)
class DayPrice:
    """From the cheapest to the dearest of a service's prices for a day and night, or a day."""

    low_ore: int
    high_ore: int


@dataclass(frozen=True, slots=True)
class PriceText:
    """One price as it is read: "Helhedstakst, niveau 2", 245.000 øre, "døgn"; where it is told."""

    label: str
    amount_ore: int
    unit: str
    url: str = ""


# In one query each: the day prices of all services the actor may see, and the prices of some.
DayPrices = Callable[[Actor, date], Mapping[int, DayPrice]]
PriceTexts = Callable[[Actor, Collection[int], date], Mapping[int, list[PriceText]]]

_sources: list[tuple[DayPrices, PriceTexts]] = []


def register(day_prices: DayPrices, price_texts: PriceTexts) -> None:
    """Say who knows the prices; the last one to say so is asked."""
    _sources[:] = [(day_prices, price_texts)]


def day_prices(actor: Actor, *, on: date) -> Mapping[int, DayPrice]:
    """The day price of every service the actor may see that has one, by service."""
    return _sources[0][0](actor, on) if _sources else {}


def price_texts(
    actor: Actor, service_ids: Collection[int], *, on: date
) -> Mapping[int, list[PriceText]]:
    """The prices of these services on the day, in the order they are read."""
    return _sources[0][1](actor, service_ids, on) if _sources else {}
