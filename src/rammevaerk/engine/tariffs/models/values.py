"""Figures in a model file: øre, kroner as text, percentages, dates, each exact or refused."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rammevaerk.engine.errors import UnreadableAmount
from rammevaerk.engine.money import parse_kroner
from rammevaerk.engine.tariffs.models.content import FULL_BASIS_POINTS

_PERCENT = re.compile(r"([-−]?)([0-9]{1,4})(?:,([0-9]{1,2}))? ?%")
_LARGEST_PERCENT = 10 * FULL_BASIS_POINTS
_DECIMALS = -8  # of an index factor; its ratio to another stays a small fraction


class Unfit(Exception):
    """A value that does not fit its key; the text is the end of a Danish sentence."""


def ore(value: object, largest: int) -> int:
    """Read whole øre (30800) or kroner as text ("308,00")."""
    if isinstance(value, str):
        try:
            amount = parse_kroner(value)
        except UnreadableAmount as error:
            raise Unfit(f"«{value}» er ikke et beløb: {error.reason_da}") from None
    elif type(value) is int:
        amount = value
    else:
        raise Unfit(
            f"{_shown(value)} er ikke et beløb: skriv hele øre (30800) eller kroner som tekst "
            '("308,00")'
        )
    if not 0 <= amount <= largest:
        raise Unfit(f"{amount} øre er uden for 0 til {largest} øre")
    return amount


def basis_points(value: object) -> int:
    """Read a percentage as text ("12,5 %") as hundredths of a percent."""
    found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Unfit(f'{_shown(value)} er ikke en procent: skriv fx "12,5 %"')
    sign, whole, part = found.groups()
    size = int(whole) * 100 + int((part or "0").ljust(2, "0"))
    if size > _LARGEST_PERCENT:
        raise Unfit(f"{_shown(value)} er mere end 1.000 %")
    return -size if sign else size


def day(value: object) -> date:
    """Read a TOML date."""
    if type(value) is not date:
        raise Unfit(f"{_shown(value)} er ikke en dato: skriv den uden anførselstegn, 2025-01-01")
    return value


def text(value: object) -> str:
    """Read a name; whole numbers, as many facilities are known by, are names too."""
    if type(value) is int:
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"{_shown(value)} er ikke en tekst")
    return value.strip()


def whole(value: object, smallest: int, largest: int) -> int:
    """Read a whole number within bounds."""
    if type(value) is not int or not smallest <= value <= largest:
        raise Unfit(f"{_shown(value)} er ikke et helt tal fra {smallest} til {largest}")
    return value


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Unfit(f"{_shown(value)} er ikke true eller false")
    return value


def factor(value: object) -> Decimal:
    """Read an index factor: a decimal, or one as text with a comma ("1,0432")."""
    try:
        number = Decimal(value.replace(",", ".") if isinstance(value, str) else str(value))
        exponent = number.as_tuple().exponent
        fits = isinstance(exponent, int) and exponent >= _DECIMALS and 0 < number < 100
    except ArithmeticError:
        fits = False
    if not fits or isinstance(value, bool):
        raise Unfit(f'{_shown(value)} er ikke en faktor: skriv fx "1,0432"')
    return number


def weights(value: object) -> Mapping[str, int]:
    """Read payers and their whole-number weights (inhabitants, shares)."""
    if not isinstance(value, dict) or not value:
        raise Unfit("er ikke en tabel med betalere og hele tal")
    found = {str(name): whole(weight, 0, 10**9) for name, weight in value.items()}
    if not any(found.values()):
        raise Unfit("har ingen betaler med mere end 0")
    return found


def names(value: object) -> tuple[str, ...]:
    """Read a list of names."""
    if not isinstance(value, list) or not value:
        raise Unfit(f"{_shown(value)} er ikke en liste af navne")
    return tuple(text(one) for one in value)


def _shown(value: Any) -> str:
    return f"«{value}»"
