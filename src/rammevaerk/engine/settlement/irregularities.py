"""Signs of irregularity for people to look into; none of them says that anything is wrong."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import TypeVar

from rammevaerk.engine.date_words import MONTHS_DA, date_text_da
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import divide_half_up, format_kroner
from rammevaerk.engine.parameter_types import share, whole
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace

_Case = TypeVar("_Case")
_SOURCE = "dassos-2025-autumn"
_FIRST = date(2019, 1, 1)


@dataclass(frozen=True, slots=True)
class OccupancyMonth:
    """The places of a facility in a month and the days paid for there.

    `place_days` is the places approved, counted over the days of the month.
    """

    facility: str
    name: str
    month: date
    place_days: int
    paid_days: int


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One price of a service that became another on a day; `expected` is the price development."""

    service: str
    name: str
    on: date
    before_ore: int
    after_ore: int
    expected: Fraction


@dataclass(frozen=True, slots=True)
class PaidSum:
    """What was paid for a facility's stays in a period, and what of it was supplements."""

    facility: str
    name: str
    first: date
    total_ore: int
    supplement_ore: int


@dataclass(frozen=True, slots=True)
class GrantedHours:
    """The minutes a week of a stay, and what makes stays comparable (form, paragraph, group)."""

    placement: str
    name: str
    alike: str
    minutes: int


@dataclass(frozen=True, slots=True)
class PaidDays:
    """Days [first, end) that a citizen is paid for at a facility."""

    placement: str
    citizen: str
    facility: str
    first: date
    end: date


@dataclass(frozen=True, slots=True)
class Sign:
    """A finding with figure, comparison and explanation, and the steps behind it."""

    finding: Finding
    trace: Trace


OVER: Rule[[Fraction, Fraction], bool] = Rule("irregularity.over")
APART: Rule[[int, Sequence[int], Fraction, Fraction], bool] = Rule("irregularity.apart")


@OVER.edition(_FIRST, source=_SOURCE)
def _over(figure: Fraction, limit: Fraction) -> bool:
    """Whether a figure is more than the limit; the limit itself is not."""
    return figure > limit


@APART.edition(_FIRST, source=_SOURCE)
def _apart(value: int, others: Sequence[int], distance: Fraction, part: Fraction) -> bool:
    """Whether a value is far from the median of the others, both by their spread and by a share."""
    # In halves and quarters of a minute, so that thousands of stays are compared as whole numbers.
    middle = _twice_median(others)
    spread = _twice_median([abs(2 * other - middle) for other in others])
    away = abs(2 * value - middle)
    return 2 * away > distance * spread and away > part * middle


def _twice_median(values: Sequence[int]) -> int:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] + ordered[~half]


def occupancy_over(months: Iterable[OccupancyMonth], parameters: Parameters) -> list[Sign]:
    """Facilities with more days paid for than their places have, month by month."""

    def judge(one: OccupancyMonth) -> Sign | None:
        limit = parameters.on("irregularity/occupancy_share", one.month)
        figure = Fraction(one.paid_days, one.place_days) if one.place_days else None
        if figure is not None and not _exceeds(figure, limit, one.month):
            return None
        if figure is None and not one.paid_days:
            return None
        when = f"{MONTHS_DA[one.month.month - 1]} {one.month.year}"
        return _sign(
            "occupancy",
            f"{one.name}, {when}",
            "Der er betalt for flere døgn, end der er godkendte pladser til. Det kan være en "
            "aftalt overbelægning, en plads der ikke er registreret, eller døgn der er betalt to "
            "gange.",
            (
                f"{one.paid_days} betalte døgn"
                + (f", {_pct(figure)}" if figure is not None else ""),
                f"højst {one.place_days} døgn, {limit.text_da()}",
            ),
            one.facility,
            (one.month, [limit]),
        )

    return _signs(judge, months)


def price_jumps(steps: Iterable[PriceStep], parameters: Parameters) -> list[Sign]:
    """Prices that rose by more than the price development and the limit."""

    def judge(one: PriceStep) -> Sign | None:
        limit = parameters.on("irregularity/price_jump_share", one.on)
        if one.before_ore <= 0:
            return None
        rise = Fraction(one.after_ore - one.before_ore, one.before_ore)
        if not _exceeds(rise - one.expected, limit, one.on):
            return None
        return _sign(
            "price-jump",
            f"{one.name}, {date_text_da(one.on)}",
            "Taksten er steget mere end pris- og lønudviklingen. Det kan skyldes et underskud fra "
            "tidligere år, en ændret ydelse eller færre pladser at dele udgiften på; se "
            "takstens begrundelse.",
            (
                f"{format_kroner(one.before_ore)} → {format_kroner(one.after_ore)}, {_pct(rise)}",
                f"prisudvikling {_pct(one.expected)} og højst {limit.text_da()} derudover",
            ),
            one.service,
            (one.on, [limit]),
        )

    return _signs(judge, steps)


def supplement_heavy(sums: Iterable[PaidSum], parameters: Parameters) -> list[Sign]:
    """Facilities where supplements are a large part of what is paid."""

    def judge(one: PaidSum) -> Sign | None:
        limit = parameters.on("irregularity/supplement_share", one.first)
        if one.total_ore <= 0:
            return None
        part = Fraction(one.supplement_ore, one.total_ore)
        if not _exceeds(part, limit, one.first):
            return None
        return _sign(
            "supplement-share",
            one.name,
            "En stor del af betalingen er tillæg. Det kan svare til borgernes behov, men også til "
            "at taksten ikke dækker den ydelse, tilbuddet er godkendt til.",
            (
                f"{format_kroner(one.supplement_ore)} af {format_kroner(one.total_ore)}, "
                f"{_pct(part)}",
                f"højst {limit.text_da()}",
            ),
            one.facility,
            (one.first, [limit]),
        )

    return _signs(judge, sums)


def hours_unlike(stays: Iterable[GrantedHours], on: date, parameters: Parameters) -> list[Sign]:
    """Stays with far more or fewer hours than comparable ones, itself not among them."""
    least = parameters.on("irregularity/comparable_minimum", on)
    distance = parameters.on("irregularity/hours_distance", on)
    part = parameters.on("irregularity/hours_share", on)
    limits = Fraction(share(distance)), Fraction(share(part))
    alike: defaultdict[str, list[GrantedHours]] = defaultdict(list)
    for stay in stays:
        alike[stay.alike].append(stay)
    found = []
    for group in alike.values():
        if len(group) <= whole(least):
            continue
        minutes = sorted(stay.minutes for stay in group)
        # Stays with the same hours have the same others beside them.
        middles: dict[int, Fraction | None] = {}
        for stay in group:
            if stay.minutes not in middles:
                others = list(minutes)
                others.remove(stay.minutes)
                apart = APART.on(on).calculate(stay.minutes, others, *limits)
                middles[stay.minutes] = Fraction(_twice_median(others), 2) if apart else None
            middle = middles[stay.minutes]
            if middle is None:
                continue
            found.append(
                _sign(
                    "hours",
                    stay.name,
                    "De visiterede timer ligger langt fra sammenlignelige ophold. Det kan svare "
                    "til borgerens behov; se visitationen.",
                    (
                        f"{_hours_da(Fraction(stay.minutes))} om ugen",
                        f"median {_hours_da(middle)} af {len(group) - 1} sammenlignelige ophold",
                    ),
                    stay.placement,
                    (on, [least, distance, part]),
                )
            )
    return _in_order(found)


def paid_twice(stays: Iterable[PaidDays], on: date, parameters: Parameters) -> list[Sign]:
    """Citizens paid for at the same time twice in one facility, or in two.

    In one facility every common day counts; in two, as many as the parameter says are a move.
    """
    moving = parameters.on("irregularity/overlap_days", on)
    by_citizen: defaultdict[str, list[PaidDays]] = defaultdict(list)
    for stay in stays:
        by_citizen[stay.citizen].append(stay)
    found = []
    for own in by_citizen.values():
        for one, other in combinations(sorted(own, key=lambda one: (one.first, one.placement)), 2):
            first, end = max(one.first, other.first), min(one.end, other.end)
            days = (end - first).days
            same = one.facility == other.facility
            if days > (0 if same else whole(moving)):
                found.append(_twice(one, other, first, days, (on, [moving])))
    return _in_order(found)


def _twice(
    one: PaidDays,
    other: PaidDays,
    first: date,
    days: int,
    rests_on: tuple[date, list[ParameterValue]],
) -> Sign:
    same = one.facility == other.facility
    moving = rests_on[1][0]
    message = (
        "Den samme borger er betalt to gange i samme tilbud. Se, om en indskrivning er registreret "
        "to gange."
        if same
        else "Den samme borger er betalt i to tilbud på samme tid. Det kan være aflastning eller "
        "en plads, der holdes; ellers mangler en udskrivning."
    )
    places = one.facility if same else f"{one.facility} og {other.facility}"
    twice = one.placement == other.placement
    who = one.placement if twice else f"{one.placement} og {other.placement}"
    return _sign(
        "double-charge" if same else "overlap",
        f"{who}: {places}",
        message,
        (
            f"{days} fælles døgn fra {date_text_da(first)}",
            "ingen fælles døgn" if same else f"højst {moving.text_da()}, når borgeren flytter",
        ),
        one.placement,
        (rests_on[0], [] if same else rests_on[1]),
    )


def _exceeds(figure: Fraction, limit: ParameterValue, on: date) -> bool:
    return OVER.on(on).calculate(figure, Fraction(share(limit)))


def _sign(
    code: str,
    place: str,
    message: str,
    figures: tuple[str, str],
    target: str,
    rests_on: tuple[date, list[ParameterValue]],
) -> Sign:
    """A warning with its figure and what it is held up against."""
    found, expected = figures
    on, parameters = rests_on
    edition = (APART if code == "hours" else OVER).on(on)
    finding = Finding(
        code=f"irregularity.{code}",
        severity=Severity.WARNING,
        place=place,
        message=message,
        found=found,
        expected=expected,
        target=target,
    )
    steps = (
        step("Fundet", found, "text", edition),
        step("Holdt op mod", expected, "text", edition, *parameters),
    )
    return Sign(finding, Trace(steps))


def _signs(judge: Callable[[_Case], Sign | None], cases: Iterable[_Case]) -> list[Sign]:
    return _in_order([sign for case in cases if (sign := judge(case)) is not None])


def _in_order(signs: Iterable[Sign]) -> list[Sign]:
    return sorted(signs, key=lambda sign: (sign.finding.code, sign.finding.place))


def _pct(part: Fraction) -> str:
    """A share in per cent with one decimal, rounded half up: «104,5 %»."""
    tenths = divide_half_up(1000 * part.numerator, part.denominator)
    whole_part, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole_part},{rest} %"


def _hours_da(minutes: Fraction) -> str:
    """Minutes as hours with one decimal: «12,5 timer»."""
    tenths = divide_half_up(10 * minutes.numerator, 60 * minutes.denominator)
    return f"{tenths // 10},{tenths % 10} timer"
