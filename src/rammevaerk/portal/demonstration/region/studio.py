"""The region's change of tariff model on 1 January 2025, scaled to the fall that was told.

The agenda of the autumn of 2025 says: with 308 kr. an hour, the same placements cost 27.6 million
kr. less in a full year than the day before. Everything beneath that figure is invented: which
homes, which levels, how many hours. What the agenda names as causes is there too: the region kept
the original price index, and single tariffs were changed at the same time.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.tariffs.comparison import compare
from rammevaerk.engine.tariffs.models import PlacementRows, placements_of, read_model
from rammevaerk.portal.demonstration.region.chance import drawn
from rammevaerk.portal.demonstration.region.homes import Home
from rammevaerk.portal.demonstration.region.offers import offers
from rammevaerk.portal.demonstration.region.prices import (
    HOUR_ORE,
    LEVELS,
    index_to,
    level_ore,
    restructured_from,
)

FALL_ORE = -27_600_000_00
_HOUR = HOUR_ORE[2025]
_YEAR, _MINUTES = 365, 7 * 60
_BY_HOURS, _SINGLE = "Timer", "Enkeltmandsprojekt"
_SINGLE_MINUTES = 12 * 7 * 60  # somebody beside him twelve hours a day
_COLUMNS = (
    "placement", "facility", "operator", "payer", "target_group", "plan", "minutes_per_week",
    "days",
)  # fmt: skip
# Homes whose tariffs were changed on the same day for reasons of their own, in thousandths.
_CHANGED_TOO = {0: -22, 3: -31, 6: -18, 9: -27, 12: 15}
_LEVEL_WEIGHTS = {"Niveau 1": 26, "Niveau 2": 34, "Niveau 3": 26, "Niveau 4": 14}


@dataclass(frozen=True, slots=True)
class Placed:
    """One placement: where it is, who pays, its level before and its minutes a week after."""

    key: str
    home: Home
    payer: str
    plan: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Names:
    """What stands in the table: payers with their weights, target groups by key, the operator."""

    payers: Mapping[str, int]
    groups: Mapping[str, str]
    operator: str


class Change:
    """The placements at the region's homes and the two models over them."""

    def __init__(self, homes: Sequence[Home], names: Names) -> None:
        stays = [one for one in homes if one.is_regional and one.pattern == "home"]
        self.names = names
        # Homes that change model with the year; the others did so a year before.
        self.changing = [one for one in stays if restructured_from(one) == 2025]
        self.pilots = [one for one in stays if restructured_from(one) == 2024]
        self.ratio = _rounded(index_to(2025, True) / index_to(2025, False))
        self.placed = self._drawn()
        hours = _SINGLE_MINUTES * _HOUR // _MINUTES
        self.single = level_ore(self.changing[-1], "Niveau 4", 2025) * 5 - hours
        self.basis = self._neutral()
        self._meet()

    # --- what there is before anything is fitted ---

    def _drawn(self) -> list[Placed]:
        rows = [placed for home in (*self.changing, *self.pilots) for placed in self._at(home)]
        # One lives on his own, at a price of his own.
        last = next(at for at, one in enumerate(rows) if one.home is self.changing[-1])
        rows[last] = replace(rows[last], plan=_SINGLE, minutes=_SINGLE_MINUTES)
        return [replace(one, key=f"I{at:05d}") for at, one in enumerate(rows, start=1)]

    def _at(self, home: Home) -> Iterator[Placed]:
        places = sum(one.places for one in offers(home) if one.setting == "day_and_night")
        for place in range(places):
            dice = home.dice(f"placed/{place}")
            level = drawn(dice, _LEVEL_WEIGHTS)
            # Hours that cost a good half of the level's tariff, more or less.
            usual = level_ore(home, level, 2025) * 54 // 100 * _MINUTES // _HOUR
            minutes = usual * dice.randint(75, 125) // 100 // 15 * 15
            plan = level if restructured_from(home) == 2025 else _BY_HOURS
            yield Placed("", home, drawn(dice, self.names.payers), plan, minutes)

    def _neutral(self) -> dict[str, int]:
        """Øre a day, so that each home takes in what it did, on the original index."""
        found = {}
        for home in self.pilots:
            found[home.key] = level_ore(home, "Niveau 2", 2025) * 46 // 100
        for at, home in enumerate(self.changing):
            rows = [one for one in self.placed if one.home is home and one.plan != _SINGLE]
            levels = sum(level_ore(home, one.plan, 2025) for one in rows)
            whole = Fraction(levels * (1_000 + _CHANGED_TOO.get(at, 0)), 1_000)
            hours = Fraction(sum(one.minutes for one in rows) * _HOUR, _MINUTES)
            basis = (whole - hours) / len(rows)
            found[home.key] = divide_half_up(basis.numerator, basis.denominator)
        return found

    # --- fitted to the fall, in whole øre ---

    def _gap(self) -> int:
        before, after = read_model(self.before(), "før"), read_model(self.after(), "efter")
        return FALL_ORE - compare(before, after, placements_of(self.rows())).total[2]

    def _meet(self) -> None:
        """Move the basis of the changing homes until the change is the one that was told.

        An øre a day is 365 øre a year for everybody at a home. So a few placements first have a
        minute more a week, until 365 divides what is left; then every home's basis takes its
        part, the smallest home what that leaves, and the one who lives alone the last øre.
        """
        minute = divide_half_up(_YEAR * _HOUR, _MINUTES)
        gap = self._gap()
        odd = next(count for count in range(_YEAR) if (gap - count * minute) % _YEAR == 0)
        for at in range(odd):
            self.placed[at] = replace(self.placed[at], minutes=self.placed[at].minutes + 1)
        left = self._gap() // _YEAR
        count = {home.key: self._count(home) for home in self.changing}
        each, left = divmod(left, sum(count.values()))
        for key in count:
            self.basis[key] += each
        smallest = min(count, key=lambda key: count[key])
        more, left = divmod(left, count[smallest])
        self.basis[smallest] += more
        self.single += left

    def _count(self, home: Home) -> int:
        return sum(one.home is home and one.plan != _SINGLE for one in self.placed)

    # --- as the studio takes them in ---

    def rows(self) -> PlacementRows:
        table = [self._row(one) for one in self.placed]
        columns = dict(zip(_COLUMNS, zip(*table, strict=True), strict=False))
        minutes = [one.minutes for one in self.placed]
        return PlacementRows(**columns, minutes=minutes, days=[_YEAR] * len(table))

    def as_csv(self) -> bytes:
        """The placements as a table of a folder of placements."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows((*self._row(one), one.minutes, _YEAR) for one in self.placed)
        return text.getvalue().encode()

    def _row(self, one: Placed) -> tuple[str, ...]:
        group = self.names.groups[one.home.group]
        return (one.key, one.home.name, self.names.operator, one.payer, group, one.plan)

    def before(self) -> str:
        """The old model on its last day: levels, and hours at the homes that tried them first."""
        rates = [
            _rate(home.name, level, 2024, _times(level_ore(home, level, 2025), self.ratio))
            for home in self.changing
            for level in LEVELS
        ]
        for at, moved in _CHANGED_TOO.items():
            home = self.changing[at]
            factor = self.ratio * Fraction(1_000 + moved, 1_000)
            rates += [
                _rate(home.name, level, 2025, _times(level_ore(home, level, 2025), factor))
                for level in LEVELS
            ]
        single = _times(level_ore(self.changing[-1], "Niveau 4", 2025) * 5, self.ratio)
        rates.append(_rate(self.changing[-1].name, _SINGLE, 2024, single))
        basis = [
            _rate(home.name, "", 2024, _times(self.basis[home.key], self.ratio))
            for home in self.pilots
        ]
        return _model(
            "Niveauer til 31. december 2024",
            "2024-12-31",
            ("med tillæg for trepartsaftalen", self.ratio),
            _part("levels", rates, 'share = [{ from = 2024-01-01, percent = "45 %" }]'),
            _part("basis_hours", basis, _hour(2024, _times(_HOUR, self.ratio))),
        )

    def after(self) -> str:
        """The new model on its first day."""
        rates = [
            _rate(home.name, "", 2025, self.basis[home.key])
            for home in (*self.changing, *self.pilots)
        ]
        rates.append(_rate(self.changing[-1].name, _SINGLE, 2025, self.single))
        return _model(
            "Basistakst og timer a 308 kr. fra 1. januar 2025",
            "2025-01-01",
            ("oprindelig", Fraction(1)),
            _part("basis_hours", rates, _hour(2025, _HOUR)),
        )


def _rounded(ratio: Fraction) -> Fraction:
    """A factor with the eight decimals that a model file can hold."""
    return Fraction(divide_half_up(ratio.numerator * 10**8, ratio.denominator), 10**8)


def _times(ore: int, factor: Fraction) -> int:
    exact = ore * factor
    return divide_half_up(exact.numerator, exact.denominator)


def _rate(facility: str, plan: str, year: int, ore: int) -> str:
    named = f', plan = "{plan}"' if plan else ""
    return f'  {{ facility = "{facility}"{named}, from = {year}-01-01, rate = {ore} }},'


def _hour(year: int, ore: int) -> str:
    return f"hour = [{{ from = {year}-01-01, rate = {ore} }}]"


def _part(kind: str, rates: Sequence[str], extra: str) -> str:
    return "\n".join(["[[part]]", f'kind = "{kind}"', extra, "rate = [", *rates, "]"])


def _model(name: str, on: str, index: tuple[str, Fraction], *parts: str) -> str:
    shown = f"{index[1].numerator * 10**8 // index[1].denominator:09d}"
    factor = f"{shown[:-8]},{shown[-8:]}"
    head = [
        f'name = "{name}"',
        f"on = {on}",
        "days_basis = 365",
        'per = "day"',
        f'price_index = {{ name = "{index[0]}", factor = "{factor}" }}',
    ]
    return "\n\n".join(["\n".join(head), *parts]) + "\n"
