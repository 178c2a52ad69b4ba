"""What is priced by the piece, the month or the year: amounts that add up to the whole price."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise

from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.rule import Edition, Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Step, Trace

# A way of counting, not a law: it holds for any period that is asked about.
_FIRST = date(1900, 1, 1)
_SOURCE = "settlement-description"
HUNDREDTHS = 100
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Priced:
    """An amount in øre with the steps behind it."""

    ore: int
    trace: Trace


AMOUNT: Rule[[int, int], int] = Rule("settlement/quantity")
SHARE_OF_WHOLE: Rule[[int, int, int, int], int] = Rule("settlement/part_of_price")


@AMOUNT.edition(_FIRST, source=_SOURCE)
def _amount(hundredths: int, unit_price_ore: int) -> int:
    """Øre: quantity × unit price, rounded once."""
    return divide_half_up(hundredths * unit_price_ore, HUNDREDTHS)


@SHARE_OF_WHOLE.edition(_FIRST, source=_SOURCE)
def _share_of_whole(price_ore: int, before: int, upto: int, of: int) -> int:
    """Øre: the units from `before` up to `upto` of the `of` a price is for.

    The rounded amount up to here less the rounded amount before, so that parts which make up the
    whole have exactly its price, and the first of them is price × units ÷ of, rounded.
    """
    return divide_half_up(price_ore * upto, of) - divide_half_up(price_ore * before, of)


def quantity_amount(hundredths: int, unit_price_ore: int, on: date) -> Priced:
    """Price a quantity (7,25 hours is 725) at so many øre for one; rounded half up, once."""
    edition = AMOUNT.on(on)
    ore = edition.calculate(hundredths, unit_price_ore)
    steps = (
        Step("Pris for én", unit_price_ore, "ore"),
        step(f"{quantity_da(hundredths)} × prisen", ore, "ore", edition),
    )
    return Priced(ore, Trace(steps))


def month_parts(price_ore: int, days: Sequence[int], month: date) -> tuple[Priced, ...]:
    """Price parts of a month, in the order they come: the month's price × days ÷ its days.

    A month that is paid for in full, in however many parts, costs exactly its price. `month` is any
    day of it; `UnfitCase` for more days than it has, or a negative number.
    """
    of = monthrange(month.year, month.month)[1]
    _refuse_beyond(days, of, "dage")
    edition = SHARE_OF_WHOLE.on(month.replace(day=1))
    return _parts(price_ore, days, of, ("Månedens pris", "af månedens", "dage"), edition)


def year_parts(price_ore: int, months: Sequence[int], year: int) -> tuple[Priced, ...]:
    """Price parts of a year's price by whole months, in order: price × months ÷ 12.

    Twelve months in all cost exactly the year's price; `UnfitCase` for more.
    """
    _refuse_beyond(months, _MONTHS, "måneder")
    edition = SHARE_OF_WHOLE.on(date(year, 1, 1))
    return _parts(price_ore, months, _MONTHS, ("Årets pris", "af årets", "måneder"), edition)


def quantity_da(hundredths: int) -> str:
    """Write a quantity as Danes do: 725 is «7,25», 2700 is «27»."""
    whole, rest = divmod(abs(hundredths), HUNDREDTHS)
    text = f"{whole},{rest:02d}".rstrip("0").rstrip(",") if rest else str(whole)
    return f"-{text}" if hundredths < 0 else text


def _refuse_beyond(units: Sequence[int], most: int, noun_da: str) -> None:
    if min(units, default=0) < 0 or sum(units) > most:
        raise UnfitCase(f"Der er {sum(units)} {noun_da}, men højst {most} at betale for.")


def _parts(
    price_ore: int,
    units: Sequence[int],
    of: int,
    words: tuple[str, str, str],
    edition: Edition[[int, int, int, int], int],
) -> tuple[Priced, ...]:
    found = []
    for before, upto in pairwise(accumulate(units, initial=0)):
        ore = edition.calculate(price_ore, before, upto, of)
        label = f"{upto - before} {words[1]} {of} {words[2]}"
        steps = (Step(words[0], price_ore, "ore"), step(label, ore, "ore", edition))
        found.append(Priced(ore, Trace(steps)))
    return tuple(found)
