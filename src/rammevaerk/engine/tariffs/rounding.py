"""Exact fractions of øre: rounded once by a named rule, spread so that nothing is lost, shown."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from math import floor, lcm

from rammevaerk.engine.money import ORE_PER_KRONE, divide_half_up, format_kroner

_HIDDEN = "…"  # there are more decimals than are shown


class Rounding(StrEnum):
    """How a price is rounded; no law says which, so whoever states a price states this too."""

    NEAREST_ORE = "nearest_ore"
    NEAREST_KRONE = "nearest_krone"
    DOWN_ORE = "down_ore"


ROUNDINGS_DA = {
    Rounding.NEAREST_ORE: "til nærmeste øre",
    Rounding.NEAREST_KRONE: "til nærmeste krone",
    Rounding.DOWN_ORE: "ned til hele øre",
}


def step_of(rounding: Rounding) -> int:
    """Return the smallest difference in øre between two amounts rounded so."""
    return ORE_PER_KRONE if rounding is Rounding.NEAREST_KRONE else 1


def round_amount(exact: Fraction, rounding: Rounding) -> int:
    """Round exact øre once; a half goes away from zero, as in a settlement."""
    if rounding is Rounding.DOWN_ORE:
        return floor(exact)
    step = step_of(rounding)
    return divide_half_up(exact.numerator, exact.denominator * step) * step


def allot(exact: Sequence[Fraction], total: int, step: int = 1) -> list[int]:
    """Give every exact amount its whole steps so that they add up to `total`.

    Largest remainder: all are rounded down, and the steps left over go one each to those that lost
    the most, the first among equals. `total` must be the sum of `exact` rounded; then no amount is
    more than one step from its exact size. `ValueError` when it is not.
    """
    # In parts of one common denominator everything is whole, which is much faster to sort.
    common = lcm(*(amount.denominator for amount in exact)) * step
    parts = [
        divmod(amount.numerator * (common // (amount.denominator * step)), common)
        for amount in exact
    ]
    down = [whole for whole, _lost in parts]
    left_over, rest = divmod(total - step * sum(down), step)
    if rest or not 0 <= left_over <= len(down):
        raise ValueError(f"{total} is not the rounded sum of the amounts")
    by_loss = sorted(range(len(down)), key=lambda at: -parts[at][1])
    for at in by_loss[:left_over]:
        down[at] += 1
    return [step * whole for whole in down]


def fraction_text_da(value: Fraction, decimals: int = 6) -> str:
    """Write an exact number with Danish comma; … says that more decimals follow."""
    scaled = abs(value) * 10**decimals
    whole, digits = divmod(floor(scaled), 10**decimals)
    text = f"{whole:,}".replace(",", ".")
    tail = f"{digits:0{decimals}d}"
    if scaled.denominator == 1:
        tail = tail.rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{text}{',' if tail else ''}{tail}{_HIDDEN if scaled.denominator > 1 else ''}"


def share_text_da(share: Fraction) -> str:
    """Write a share as percent: 19/20 is "95 %"."""
    return f"{fraction_text_da(100 * share, 4)} %"


def exact_kroner_da(exact: Fraction) -> str:
    """Write exact øre as kroner with four decimals, or two when it is whole øre."""
    if exact.denominator == 1:
        return format_kroner(exact.numerator)
    text = fraction_text_da(exact / ORE_PER_KRONE, 4)
    return f"{text} kr."
