"""Special places in psychiatry: days of a stay, unused places, and what municipalities pay.

Stays are paid per day by the citizen's municipality; places that stand unused are paid by all
municipalities of the region by population. The two have rates of their own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.findings import Finding, Severity, sort_findings
from rammevaerk.engine.money import divide_down
from rammevaerk.engine.parameter_types import share
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.settlement.special.objective import share_by_weight
from rammevaerk.engine.steps import days_by_rate, rate_steps, rate_total, step
from rammevaerk.engine.trace import Step, Trace

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlaceStay:
    """One stay in a special place: in on `start`, out on `end` (None while it lasts).

    `elsewhere` are the days admitted to another ward, as half-open periods.
    """

    place: str
    start: date
    end: date | None
    elsewhere: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise UnfitCase(
                f"Opholdet på {self.place} slutter {date_text_da(self.end)}, før det begynder "
                f"{date_text_da(self.start)}."
            )


STAY_DAYS: Rule[[PlaceStay, date], tuple[date, ...]] = Rule("special.place_stay_days")
UNUSED: Rule[[int, int, int], int] = Rule("special.place_unused")


# The order is from 2020; the yearly regulation of its rate has run since 2018.
@STAY_DAYS.edition(date(2018, 1, 1), source="order-special-places-2020")
def _days_without_the_last(stay: PlaceStay, until: date) -> tuple[date, ...]:
    end = stay.end or max(until, stay.start)
    every = (stay.start + at * _DAY for at in range((end - stay.start).days))
    days = tuple(day for day in every if not any(away.contains(day) for away in stay.elsewhere))
    # At least one day per stay; while it lasts, nobody knows that it will have no other.
    return (stay.start,) if stay.end and not days else days


@UNUSED.edition(date(2018, 1, 1), source="order-special-places-2020")
def _created_less_used(created: int, remarked: int, used: int) -> int:
    return created - remarked - used


@dataclass(frozen=True, slots=True)
class UsedPlace:
    """What one stay costs the citizen's municipality in a period."""

    days: tuple[date, ...]
    amount_ore: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class PlaceDay:
    """How the places of a region stood on one day."""

    day: date
    created: int
    remarked: int
    used: int
    unused: int


@dataclass(frozen=True, slots=True)
class UnusedPlaces:
    """The unused places of a period, day by day."""

    days: tuple[PlaceDay, ...]
    trace: Trace
    findings: tuple[Finding, ...]

    @property
    def place_days(self) -> int:
        """Unused places added over the days."""
        return sum(day.unused for day in self.days)


@dataclass(frozen=True, slots=True)
class UnusedPayment:
    """What each municipality pays for unused places; the shares add up to the amount."""

    amount_ore: int
    shares_ore: Mapping[str, int]
    trace: Trace


def stay_days(stay: PlaceStay, period: Period) -> tuple[date, ...]:
    """Return the days of a stay within a period that has an end.

    The day of admission counts, the day it ends does not, days in another ward do not, and a stay
    has at least one. The days are the stay's own, so splitting a period changes none of them.
    `NoRuleForDate` for a stay that began before the rule.
    """
    edition = STAY_DAYS.on(stay.start)
    until = period.last + _DAY
    return tuple(day for day in edition.calculate(stay, until) if period.contains(day))


def used_place_payment(stay: PlaceStay, period: Period, parameters: Parameters) -> UsedPlace:
    """Price the days of a stay, each at the rate of its own day.

    `NoRuleForDate` when a day has no published rate.
    """
    edition = STAY_DAYS.on(stay.start)
    days = stay_days(stay, period)
    rates = days_by_rate(parameters, "special/place_used_rate", ((day, 1) for day in days))
    priced = rate_steps(rates, "Opholdsdage", edition)
    amount = rate_total(rates)
    counted = step(f"Opholdsdage på {stay.place}", len(days), "days", edition)
    total = step("Betaling for opholdet", amount, "ore", edition)
    return UsedPlace(days, amount, Trace((counted, *priced, total)))


def unused_places(
    stays: Iterable[PlaceStay], created: int, remarked: int, period: Period, parameters: Parameters
) -> UnusedPlaces:
    """Count the unused places of each day: created less re-marked less used.

    A place is used on a day that counts in a stay there; so the day a stay ends is unused unless
    somebody else comes in, and so are days in another ward. `UnfitCase` when more are re-marked
    than the law allows or more are used than there are, `NoRuleForDate` when places are re-marked
    before that was possible.
    """
    edition = UNUSED.on(period.start)
    taken = Counter(
        (day, place)
        for place, day in ((stay.place, day) for stay in stays for day in stay_days(stay, period))
    )
    used = Counter(day for day, _ in taken)
    every = [period.start + at * _DAY for at in range(period.days())]
    limits = [_remark_limit(created, remarked, day, parameters) for day in every]
    days = tuple(_place_day(day, created, remarked, used[day]) for day in every)
    count = sum(day.unused for day in days)
    counted = step("Ubenyttede pladser lagt sammen over dagene", count, "count", edition)
    shown = [limit for limit in limits[:1] if limit is not None]
    return UnusedPlaces(days, Trace((*shown, counted)), tuple(sort_findings(_double(taken))))


def unused_place_payment(
    days: Sequence[PlaceDay], populations: Mapping[str, int], parameters: Parameters
) -> UnusedPayment:
    """Price unused places, each day at its rate, and share the whole by population to the øre.

    The amount is shared once, so the shares of a month are not the sum of daily roundings.
    """
    if not days:
        raise UnfitCase("Der er ingen dage at opgøre ubenyttede pladser for.")
    edition = UNUSED.on(min(day.day for day in days))
    counts = ((day.day, day.unused) for day in days)
    rates = days_by_rate(parameters, "special/place_unused_rate", counts)
    priced = rate_steps(rates, "Ubenyttede pladsdage", edition)
    amount = rate_total(rates)
    shares = share_by_weight(amount, populations)
    total = step("Betaling for ubenyttede pladser i alt", amount, "ore", edition)
    shared = step("Fordelt efter folketal", shares, "ore", edition)
    return UnusedPayment(amount, shares, Trace((*priced, total, shared)))


def _remark_limit(created: int, remarked: int, day: date, parameters: Parameters) -> Step | None:
    if remarked == 0:
        return None
    limit = parameters.on("special/place_remark_share", day)
    numerator, denominator = share(limit).as_integer_ratio()
    most = divide_down(created * numerator, denominator)
    if not 0 <= remarked <= most:
        raise UnfitCase(
            f"{remarked} af {created} pladser er ommærket, men højst {limit.text_da()} "
            f"({most} pladser) må være det."
        )
    edition = UNUSED.on(day)
    return step("Pladser, der højst kan ommærkes", most, "count", edition, limit)


def _place_day(day: date, created: int, remarked: int, used: int) -> PlaceDay:
    unused = UNUSED.on(day).calculate(created, remarked, used)
    if unused < 0:
        raise UnfitCase(
            f"Den {date_text_da(day)} er {used} pladser brugt, men der er kun {created} oprettet "
            f"og {remarked} af dem ommærket."
        )
    return PlaceDay(day, created, remarked, used, unused)


def _double(taken: Mapping[tuple[date, str], int]) -> Iterable[Finding]:
    for (day, place), stays in taken.items():
        if stays > 1:
            yield Finding(
                code="special.place-used-twice",
                severity=Severity.WARNING,
                place=f"Særlig plads {place}, {date_text_da(day)}",
                message="Flere ophold tæller dagen på samme plads; pladsen regnes brugt én gang. "
                "Ret opholdenes dage, hvis de ikke begge er rigtige.",
                found=f"{stays} ophold",
                expected="1 ophold",
            )
