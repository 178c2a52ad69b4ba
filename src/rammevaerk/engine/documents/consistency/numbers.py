"""Numbers in the cells of tables, as Danes write them, read exactly."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

# What scanning leaves at the edges of a cell, and marks of footnotes.
_EDGES = " \t|[](){}:;!'’`*°^~"
_NUMBER = re.compile(
    r"(?P<sign>[-−–+]?)\s?(?P<whole>[0-9]{1,3}(?:[.\s][0-9]{3})+|[0-9]+)"
    r"(?:(?P<mark>[,.])(?P<fraction>[0-9]+))?"
)
_UNIT = re.compile(
    r"\s*(?P<unit>%|pct\.?|procent|(?:mio\.?|mia\.?|t\.?)?\s?kr\.?|mio\.?|mia\.?|stk\.?|timer?|"
    r"pladser|dage)\s*$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%|pct|procent", re.IGNORECASE)
_BLANK = re.compile(r"^[\s\-–—−_.·°•|/]*$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is printed: its exact value, its decimals, and whether it is a percentage."""

    value: Fraction
    decimals: int
    percent: bool


def is_blank(text: str) -> bool:
    """Say whether a cell holds nothing, or only a dash for nothing."""
    return bool(_BLANK.match(text))


@lru_cache(maxsize=16384)
def read_number(text: str) -> Number | None:
    """Read a cell; None when it is no number.

    "1.234,5", "27,6 mio. kr.", "19 %", "−5" are numbers. A full stop divides thousands when
    three digits follow and decimals otherwise ("40.5"). Marks of footnotes and stray signs of
    scanning at the edges ("10|", "1]", "30%:") do not matter.
    """
    bare = text.strip().strip(_EDGES).strip()
    bare = re.sub(r"^(?:kr\.?|ca\.?)\s*", "", bare, flags=re.IGNORECASE).rstrip(",")
    unit = _UNIT.search(bare)
    percent = bool(unit and _PERCENT.search(unit["unit"]))
    if unit:
        bare = bare[: unit.start()]
    match = _NUMBER.fullmatch(bare.strip().strip(_EDGES))
    if not match:
        return None
    return _number(match, percent=percent)


def _number(match: re.Match[str], *, percent: bool) -> Number | None:
    whole, fraction = re.sub(r"[.\s]", "", match["whole"]), match["fraction"] or ""
    if match["mark"] == "." and len(fraction) == 3:
        return None  # "1234.567" is neither thousands nor surely decimals
    value = Fraction(int(whole + fraction), 10 ** len(fraction))
    sign = -1 if match["sign"] in {"-", "−", "–"} else 1
    return Number(sign * value, len(fraction), percent)


def number_text_da(value: Fraction, decimals: int, *, grouped: bool = True) -> str:
    """Write a number in Danish with at least `decimals`, more only where it needs them.

    `grouped` puts a full stop between thousands.
    """
    while decimals < 6 and (value * 10**decimals).denominator != 1:
        decimals += 1
    scaled = round(abs(value) * 10**decimals)
    digits = str(scaled).rjust(decimals + 1, "0")
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    if grouped:
        whole = f"{int(whole):,}".replace(",", ".")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole},{fraction}" if decimals else f"{sign}{whole}"


def rounded(value: Fraction, decimals: int) -> set[Fraction]:
    """Return the usual roundings to `decimals`: the nearest, and at a tie the one on each side."""
    unit = Fraction(1, 10**decimals)
    below = value // unit * unit
    if value == below:
        return {value}
    gap = value - below
    if gap * 2 == unit:
        return {below, below + unit}
    return {below} if gap * 2 < unit else {below + unit}
