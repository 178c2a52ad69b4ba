"""Price indices: yearly estimates with revisions, chained by product, chosen per operator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.periods import Period
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import fraction_text_da, share_text_da
from rammevaerk.engine.trace import Step, Trace


class MissingEstimate(TariffError):
    """Nothing is known of a series in a year: carries which."""

    def __init__(self, series: str, year: int, known_on: date) -> None:
        self.series = series
        self.year = year
        super().__init__(
            f"index.{series}.{year}",
            f"der er intet skøn for {series} i {year}, som var kendt {date_text_da(known_on)}.",
        )


@dataclass(frozen=True, slots=True)
class IndexEstimate:
    """What a series was said, on the day `published`, to grow from the year before `year`.

    A later estimate of the same year is a revision; the earlier one stays. `growth` is a share.
    """

    series: str
    year: int
    growth: Fraction
    published: date
    source: str

    @property
    def label_da(self) -> str:
        """What a step of a chain calls it."""
        return f"{self.series} {self.year}, skøn af {date_text_da(self.published)}"


@dataclass(frozen=True, slots=True)
class IndexChoice:
    """Which series an operator regulates by in a period, why, and who decided it.

    Several series (such as an addition from a three-party agreement) are each a factor.
    """

    operator: str
    period: Period
    series: tuple[str, ...]
    reason_da: str
    decision: str

    def __post_init__(self) -> None:
        if not self.series:
            raise TariffError("index.series", f"valget for {self.operator} har ingen serie.")
        _refuse_twice(self.series)
        if not (self.reason_da.strip() and self.decision.strip()):
            raise TariffError(
                "index.reason", f"valget for {self.operator} skal have begrundelse og beslutning."
            )


def _refuse_twice(series: Sequence[str]) -> None:
    twice = next((name for name in series if list(series).count(name) > 1), None)
    if twice is not None:
        raise TariffError("index.series", f"serien «{twice}» står to gange og ville tælle dobbelt.")


@dataclass(frozen=True, slots=True)
class IndexChain:
    """The exact factor that lifts a price from one year's level to another's."""

    from_year: int
    to_year: int
    factor: Fraction
    trace: Trace


@dataclass(frozen=True, slots=True)
class IndexNumbers:
    """Exact index numbers by year, `base_year` being 100."""

    base_year: int
    numbers: Mapping[int, Fraction]
    trace: Trace


@dataclass(frozen=True, slots=True)
class IndexTable:
    """All estimates of all series, revisions included; two of one day and year are refused."""

    estimates: tuple[IndexEstimate, ...]

    def __post_init__(self) -> None:
        keys = [(one.series, one.year, one.published) for one in self.estimates]
        if len(set(keys)) < len(keys):
            raise TariffError("index", "samme serie har to skøn for samme år fra samme dag.")
        if any(one.growth <= -1 for one in self.estimates):
            raise TariffError(
                "index", "en vækst på minus hundrede procent eller mere er ikke et skøn."
            )

    def growth(self, series: str, year: int, known_on: date) -> IndexEstimate:
        """Return the latest published by `known_on`; `MissingEstimate` when there is none."""
        known = [
            one
            for one in self.estimates
            if (one.series, one.year) == (series, year) and one.published <= known_on
        ]
        if not known:
            raise MissingEstimate(series, year, known_on)
        return max(known, key=lambda one: one.published)


CHAIN: Rule[[tuple[Fraction, ...]], Fraction] = Rule("tariffs.index_chain")


@CHAIN.edition(date(2010, 1, 1), source="kl-price-index")
def _(growths: tuple[Fraction, ...]) -> Fraction:
    """The product of the years, never the sum of their percentages."""
    factor = Fraction(1)
    for growth in growths:
        factor *= 1 + growth
    return factor


def chain(
    table: IndexTable, series: Sequence[str], from_year: int, to_year: int, known_on: date
) -> IndexChain:
    """Return the factor from one year's price level to another's; backwards it is the inverse.

    `TariffError` when a series stands there twice: it would count double.
    """
    _refuse_twice(series)
    years = range(min(from_year, to_year) + 1, max(from_year, to_year) + 1)
    picked = [(year, tuple(series)) for year in years]
    return _chained(table, picked, from_year, to_year, known_on)


def chain_for(
    table: IndexTable,
    choices: Iterable[IndexChoice],
    operator: str,
    from_year: int,
    to_year: int,
    known_on: date,
) -> IndexChain:
    """Return the factor by the series the operator had chosen for each year.

    The choice in force on 1 January of a year governs that year's growth. `TariffError` when a
    year has no choice or two.
    """
    own = [choice for choice in choices if choice.operator == operator]
    years = range(min(from_year, to_year) + 1, max(from_year, to_year) + 1)
    picked, steps = [], []
    for year in years:
        choice = _choice(own, operator, year)
        picked.append((year, choice.series))
        text = f"{' og '.join(choice.series)}: {choice.reason_da}"
        steps.append(Step(f"Valg af indeks {year}", text, "text", source=choice.decision))
    found = _chained(table, picked, from_year, to_year, known_on)
    return IndexChain(from_year, to_year, found.factor, Trace((*steps, *found.trace)))


def _choice(own: Sequence[IndexChoice], operator: str, year: int) -> IndexChoice:
    inside = [choice for choice in own if choice.period.contains(date(year, 1, 1))]
    if len(inside) != 1:
        problem = "ikke valgt indeks" if not inside else "valgt indeks to gange"
        raise TariffError("index.choice", f"{operator} har {problem} for {year}.")
    return inside[0]


def _chained(
    table: IndexTable,
    picked: Sequence[tuple[int, tuple[str, ...]]],
    from_year: int,
    to_year: int,
    known_on: date,
) -> IndexChain:
    edition = CHAIN.on(date(min(from_year, to_year), 1, 1))
    used = [table.growth(name, year, known_on) for year, series in picked for name in series]
    forwards = edition.calculate(tuple(one.growth for one in used))
    factor = forwards if to_year >= from_year else 1 / forwards
    steps = [
        Step(
            one.label_da,
            share_text_da(one.growth),
            "text",
            source=one.source,
        )
        for one in used
    ]
    label = f"Fra {from_year}- til {to_year}-niveau, før afrunding"
    steps.append(step(label, fraction_text_da(factor, 8), "text", edition))
    return IndexChain(from_year, to_year, factor, Trace(tuple(steps)))


def index_series(
    table: IndexTable, series: Sequence[str], base_year: int, years: range, known_on: date
) -> IndexNumbers:
    """Return index numbers with `base_year` as 100; another base year rebases the series."""
    chains = [chain(table, series, base_year, year, known_on) for year in years]
    return IndexNumbers(
        base_year,
        {one.to_year: 100 * one.factor for one in chains},
        Trace(tuple(step for one in chains for step in one.trace)),
    )
