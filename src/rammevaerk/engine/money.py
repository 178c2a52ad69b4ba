"""Money is whole øre: named roundings, exact splits, and kroner as Danes write them."""

import re
from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.errors import AmountOverflow, MoneyError, UnreadableAmount

OreArray = NDArray[np.int64]

ORE_PER_KRONE = 100
_LARGEST = int(np.iinfo(np.int64).max)
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_PLAIN = re.compile(r"[0-9]+")
_UNIT = re.compile(r"kr\.? ?(?=[-−0-9])|(?<=[-0-9]) ?kr\.?$", re.IGNORECASE)


@overload
def divide_half_up(numerator: int, denominator: int) -> int: ...


@overload
def divide_half_up(numerator: OreArray, denominator: int | OreArray) -> OreArray: ...


def divide_half_up(numerator: int | OreArray, denominator: int | OreArray) -> int | OreArray:
    """Divide and round to the nearest whole number, a half away from zero.

    Exact for every integer; arrays are int64 and stay int64. `MoneyError` for a denominator that
    is not positive or an array of another type.
    """
    _require_positive(denominator)
    if isinstance(numerator, int) and isinstance(denominator, int):
        size = (2 * abs(numerator) + denominator) // (2 * denominator)
        return size if numerator >= 0 else -size
    return _divide_array_half_up(_as_int64(numerator), denominator)


def _divide_array_half_up(numerator: OreArray, denominator: int | OreArray) -> OreArray:
    if numerator.size and int(numerator.min()) < -_LARGEST:
        raise AmountOverflow("the size of the smallest int64")
    divisor = _as_int64(denominator)
    size = np.abs(numerator)
    quotient = size // divisor
    remainder = size - quotient * divisor
    # Not 2 * remainder >= divisor: that product may not fit.
    rounded = quotient + (remainder >= divisor - remainder)
    signed: OreArray = np.where(numerator < 0, -rounded, rounded)
    return signed


@overload
def divide_down(numerator: int, denominator: int) -> int: ...


@overload
def divide_down(numerator: OreArray, denominator: int | OreArray) -> OreArray: ...


def divide_down(numerator: int | OreArray, denominator: int | OreArray) -> int | OreArray:
    """Divide and keep the whole part, never above the exact quotient (−7 / 2 is −4).

    Counts what is only paid when whole, such as the full 24 hours of a "hoteldøgn".
    """
    _require_positive(denominator)
    if isinstance(numerator, int) and isinstance(denominator, int):
        return numerator // denominator
    return _as_int64(numerator) // _as_int64(denominator)


def round_to_krone(ore: int) -> int:
    """Round øre to whole kroner (still in øre), a half away from zero.

    Used where a rate is laid down in whole kroner, such as the ministry's fixed yearly rates.
    """
    return divide_half_up(ore, ORE_PER_KRONE) * ORE_PER_KRONE


def multiply(amounts: OreArray, factors: int | OreArray) -> OreArray:
    """Multiply int64 arrays; `AmountOverflow` when any product could leave int64."""
    left, right = _as_int64(amounts), _as_int64(factors)
    if _largest_size(left) * _largest_size(right) > _LARGEST:
        raise AmountOverflow("a product")
    return left * right


def split_by_weight(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to whole-number weights so that the parts add up to it.

    Largest remainder: every part is first rounded towards zero, and the øre left over go one each
    to the parts that lost the most. Ties go to the part that stands first, so callers sort by a
    lasting key (the municipality code) when the order must not matter. A negative total is split
    as the positive one with the sign turned. `MoneyError` when a weight is negative or no weight
    is positive.
    """
    scale = sum(weights)
    if any(weight < 0 for weight in weights):
        raise MoneyError("a weight is negative")
    if scale == 0:
        raise MoneyError("no weight is positive, so nobody can bear the total")
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * weight, scale) for weight in weights]
    parts = [whole for whole, _ in shares]
    left_over = abs(total) - sum(parts)
    # sorted() is stable: equal remainders keep the order of the list.
    by_loss = sorted(range(len(shares)), key=lambda at: -shares[at][1])
    for at in by_loss[:left_over]:
        parts[at] += 1
    return [sign * part for part in parts]


def split_equally(total: int, parts: int) -> list[int]:
    """Split `total` into `parts` amounts at most one øre apart, the larger ones first."""
    if parts < 1:
        raise MoneyError(f"a total cannot be split into {parts} parts")
    return split_by_weight(total, [1] * parts)


def format_kroner(ore: int) -> str:
    """Return øre as Danish text: 123450 is "1.234,50 kr."."""
    kroner, rest = divmod(abs(ore), ORE_PER_KRONE)
    grouped = f"{kroner:,}".replace(",", ".")
    return f"{'-' if ore < 0 else ''}{grouped},{rest:02d} kr."


def parse_kroner(text: str) -> int:
    """Read kroner as Danes write them ("1.234,50 kr.", "kr. 308", "100,-") and return øre.

    A dot groups thousands and a comma stands before two digits of øre; anything else, and an
    amount beyond 64 bits, is `UnreadableAmount` with a Danish reason.
    """
    body = _UNIT.sub("", " ".join(text.split()), count=1).strip()
    sign = -1 if body[:1] in {"-", "−"} else 1
    kroner, comma, ore = (body[1:] if sign < 0 else body).partition(",")
    if comma and ore not in {"-", "–"} and not re.fullmatch("[0-9]{2}", ore):
        raise UnreadableAmount(text, "efter kommaet skal der stå to cifre for øre")
    if not (_PLAIN.fullmatch(kroner) or _GROUPED.fullmatch(kroner)):
        raise UnreadableAmount(text, _kroner_problem(kroner))
    digits = kroner.replace(".", "")
    if len(digits) > len(str(_LARGEST)):
        raise UnreadableAmount(text, "det er for stort")
    amount = int(digits) * ORE_PER_KRONE + (int(ore) if ore.isdigit() else 0)
    if amount > _LARGEST:
        raise UnreadableAmount(text, "det er for stort")
    return sign * amount


def _kroner_problem(kroner: str) -> str:
    if re.fullmatch(r"[0-9.]*\.[0-9]*", kroner):
        return "punktum skiller kun tusinder (1.234); øre skrives efter komma (1.234,50)"
    return "skriv fx 1.234,50 kr."


def _require_positive(denominator: int | OreArray) -> None:
    smallest = denominator if isinstance(denominator, int) else int(denominator.min(initial=1))
    if smallest <= 0:
        raise MoneyError(f"cannot divide by {smallest}: a divisor is positive")


def _as_int64(values: int | OreArray) -> OreArray:
    if isinstance(values, int):
        if abs(values) > _LARGEST:
            raise AmountOverflow(str(values))
        return np.asarray(values, dtype=np.int64)
    if values.dtype != np.int64:
        raise MoneyError(f"money is int64, not {values.dtype}")
    return values


def _largest_size(values: OreArray) -> int:
    if not values.size:
        return 0
    return max(abs(int(values.min())), abs(int(values.max())))
