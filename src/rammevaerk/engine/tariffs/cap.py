"""The cap (takstaftale): an operator's tariffs on the same basket, against the base year's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.parameters import ParameterValue
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.agreement import AgreementRules, as_share
from rammevaerk.engine.tariffs.day_rate import UNITS_DA, PriceUnit
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import exact_kroner_da, fraction_text_da, share_text_da
from rammevaerk.engine.trace import Step, Trace


class BasketStatus(StrEnum):
    """Whether a service can be compared with the base year; only `SAME` is in the basket."""

    SAME = "same"
    NEW = "new"
    CLOSED = "closed"
    RESTRUCTURED = "restructured"


_STATUS_DA = {
    BasketStatus.NEW: "nye",
    BasketStatus.CLOSED: "lukkede",
    BasketStatus.RESTRUCTURED: "omlagte",
}


class CapVerdict(StrEnum):
    """Whether the cap is kept; undecided when nothing can be compared."""

    KEPT = "kept"
    EXCEEDED = "exceeded"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class CapLine:
    """A service with its places and tariff in year N and its tariff in the base year.

    A missing base tariff makes it new, a missing tariff of year N closed.
    """

    facility: str
    service: str
    unit: PriceUnit
    places: Fraction
    tariff_ore: int | None
    base_tariff_ore: int | None
    restructured: bool = False

    def __post_init__(self) -> None:
        now, base = self.tariff_ore, self.base_tariff_ore
        if (now or 0) < 0 or (base or 0) < 0 or self.places.numerator < 0:
            raise TariffError("basket", f"{self.facility}, {self.service}: et tal er negativt.")
        if now is None and base is None:
            raise TariffError(
                "basket", f"{self.facility}, {self.service}: ingen af årene har takst."
            )

    @property
    def status(self) -> BasketStatus:
        """New and closed follow from the tariffs; restructured is stated."""
        if self.base_tariff_ore is None:
            return BasketStatus.NEW
        if self.tariff_ore is None:
            return BasketStatus.CLOSED
        return BasketStatus.RESTRUCTURED if self.restructured else BasketStatus.SAME


@dataclass(frozen=True, slots=True)
class SupplementTurnover:
    """What an operator took in supplements and in all, in one year; outside the basket."""

    year: int
    supplements_ore: int
    turnover_ore: int

    @property
    def share(self) -> Fraction:
        """Supplements as a share of the turnover."""
        if self.turnover_ore <= 0 or not 0 <= self.supplements_ore <= self.turnover_ore:
            raise TariffError(
                "supplements", f"omsætningen i {self.year} kan ikke rumme tillæggene."
            )
        return Fraction(self.supplements_ore, self.turnover_ore)


@dataclass(frozen=True, slots=True)
class Unmet:
    """What an operator lacks of an earlier cap, as a share of its level in that cap's `year`."""

    operator: str
    year: int
    share: Fraction

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise TariffError("cap", "det, der mangler, er mindst nul og under hundrede procent.")


@dataclass(frozen=True, slots=True)
class CapTerms:
    """What was agreed: base year, year N, the index factor between them, reduction, arrears.

    `unmet` is what an earlier cap lacks (see `unmet_reduction`); as it is a share of the level in
    that cap's year, the base year must be that year. `parameter` is where `reduction` comes from,
    `base_parameter` the base year that it holds against, where the agreement's is known.
    """

    operator: str
    base_year: int
    year: int
    index_factor: Fraction
    reduction: Fraction
    unmet: Unmet | None = None
    parameter: ParameterValue | None = None
    base_parameter: ParameterValue | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.reduction < 1:
            raise TariffError("cap", "en nedsættelse er mindst nul og under hundrede procent.")
        if self.index_factor <= 0:
            raise TariffError("cap.index", "indekset er ikke over nul.")
        if self.base_parameter and self.base_year != whole(self.base_parameter):
            raise TariffError(
                "base_year",
                f"aftalens nedsættelse for {self.year} gælder i forhold til "
                f"{whole(self.base_parameter)}, ikke {self.base_year}.",
            )
        if self.unmet:
            self._check_unmet(self.unmet)

    def _check_unmet(self, unmet: Unmet) -> None:
        if unmet.operator != self.operator:
            raise TariffError(
                "cap.earlier", f"det, der mangler, er {unmet.operator}s, ikke {self.operator}s."
            )
        if unmet.share and unmet.year != self.base_year:
            raise TariffError(
                "base_year",
                f"det, der mangler fra en tidligere takstaftale, er en andel af niveauet i "
                f"{unmet.year}; basisåret skal derfor være {unmet.year}, ikke {self.base_year}.",
            )

    @property
    def unmet_share(self) -> Fraction:
        """What is lacking from an earlier cap; nothing when there was none."""
        return self.unmet.share if self.unmet else Fraction(0)


@dataclass(frozen=True, slots=True)
class CapOutcome:
    """How an operator stands.

    `level` is Σ places·tariff over Σ places·base tariff·index, `allowed` the highest it may be,
    both exact and None/whole as the verdict says. `excess_ore` is what Σ places·tariff is above
    the allowed, per unit of the basket (below is negative). `apart` are the services outside the
    basket by status.
    """

    terms: CapTerms
    verdict: CapVerdict
    level: Fraction | None
    allowed: Fraction
    excess_ore: int | None
    basket: tuple[CapLine, ...]
    apart: dict[BasketStatus, tuple[CapLine, ...]]
    trace: Trace


def agreed_terms(
    rules: AgreementRules,
    operator: str,
    base_year: int,
    year: int,
    index_factor: Fraction,
    unmet: Unmet | None = None,
) -> CapTerms:
    """Return the terms with the reduction that the agreement has fixed for `year`.

    `NoRuleForDate` or `UnknownParameter` when it is not known, `TariffError` when it holds against
    another base year. Where the agreement's base year is not known, the stated one is used and
    the trace says so.
    """
    day = date(year, 1, 1)
    found, base = rules.on("cap_reduction", day), rules.find("cap_base_year", day)
    return CapTerms(operator, base_year, year, index_factor, as_share(found), unmet, found, base)


# reduction, unmet: the highest level allowed
ALLOWED_LEVEL: Rule[[Fraction, Fraction], Fraction] = Rule("tariffs.cap")


@ALLOWED_LEVEL.edition(date(2018, 1, 1), source="agreement-2023-2024")
def _(reduction: Fraction, unmet: Fraction) -> Fraction:
    """The new reduction comes on top of what the earlier one lacked."""
    return (1 - reduction) * (1 - unmet)


def unmet_reduction(earlier: CapOutcome) -> Unmet:
    """Return what an earlier cap lacks as a share of the level reached; keeping it gives zero.

    From a level of 0.98 with 0.97 allowed, prices must still fall by 1/98.
    """
    if earlier.level is None:
        raise TariffError("cap.earlier", "den tidligere takstaftale er ikke afgjort.")
    kept = earlier.verdict is CapVerdict.KEPT
    share = Fraction(0) if kept else 1 - earlier.allowed / earlier.level
    return Unmet(earlier.terms.operator, earlier.terms.year, share)


def check_cap(
    lines: Sequence[CapLine],
    terms: CapTerms,
    supplements: Sequence[SupplementTurnover] = (),
) -> CapOutcome:
    """Judge an operator's tariffs of year N against the cap.

    Only services present in both years and not restructured are compared, weighted by the places
    of year N. `TariffError` for a service twice and for different units in one basket.
    """
    _check(lines)
    edition = ALLOWED_LEVEL.on(date(terms.year, 1, 1))
    allowed = edition.calculate(terms.reduction, terms.unmet_share)
    by_status: dict[BasketStatus, list[CapLine]] = {status: [] for status in BasketStatus}
    for one in lines:
        by_status[one.status].append(one)
    basket = tuple(by_status[BasketStatus.SAME])
    apart = {status: tuple(by_status[status]) for status in _STATUS_DA}
    now = _weighed((one.places, one.tariff_ore or 0) for one in basket)
    base = _weighed((one.places, one.base_tariff_ore or 0) for one in basket)
    reference = base * terms.index_factor
    level = now / reference if reference else None
    excess = now - allowed * reference
    verdict = CapVerdict.UNDECIDED
    if level is not None:
        verdict = CapVerdict.KEPT if level <= allowed else CapVerdict.EXCEEDED
    used = (terms.parameter,) if terms.parameter else ()
    steps = [
        *_basket_steps(basket, terms, now, base),
        Step(
            "Prisniveau på samme kurv",
            "kan ikke opgøres" if level is None else _share(level),
            "text",
        ),
        step("Højst tilladt", _share(allowed), "text", edition, *used),
        *_apart_steps(apart, supplements),
    ]
    rounded = None if level is None else divide_half_up(excess.numerator, excess.denominator)
    return CapOutcome(terms, verdict, level, allowed, rounded, basket, apart, Trace(tuple(steps)))


def _weighed(pairs: Iterable[tuple[Fraction, int]]) -> Fraction:
    """The sum of places times øre: whole numbers for each denominator, of which there are few."""
    sums: dict[int, int] = defaultdict(int)
    for places, ore in pairs:
        sums[places.denominator] += places.numerator * ore
    return sum((Fraction(each, below) for below, each in sums.items()), Fraction(0))


def _check(lines: Sequence[CapLine]) -> None:
    keys = Counter((one.facility, one.service) for one in lines)
    twice = next((key for key, count in keys.items() if count > 1), None)
    if twice:
        raise TariffError("basket", f"{twice[0]}, {twice[1]} står to gange.")
    units = {one.unit for one in lines if one.status is BasketStatus.SAME}
    if len(units) > 1:
        named = ", ".join(sorted(UNITS_DA[unit] for unit in units))
        raise TariffError("basket", f"kurven har flere enheder ({named}); omregn dem først.")


def _share(value: Fraction) -> str:
    return share_text_da(value)


def _basket_steps(
    basket: Sequence[CapLine], terms: CapTerms, now: Fraction, base: Fraction
) -> list[Step]:
    return [
        _base_year_step(terms),
        Step("Ydelser i kurven", len(basket), "count"),
        Step(f"Pladser gange takst {terms.year}", exact_kroner_da(now), "text"),
        Step(f"Pladser gange takst {terms.base_year}", exact_kroner_da(base), "text"),
        Step("Indeks mellem årene", fraction_text_da(terms.index_factor, 8), "text"),
        Step("Aftalt nedsættelse", _share(terms.reduction), "text"),
        Step("Mangler fra en tidligere aftale", _share(terms.unmet_share), "text"),
    ]


def _base_year_step(terms: CapTerms) -> Step:
    if terms.base_parameter:
        return Step("Basisår", str(terms.base_year), "text", parameters=(terms.base_parameter,))
    return Step("Basisår", f"{terms.base_year}, oplyst; aftalens er ikke kendt her", "text")


def _apart_steps(
    apart: dict[BasketStatus, tuple[CapLine, ...]], supplements: Sequence[SupplementTurnover]
) -> list[Step]:
    steps = [
        Step(
            f"Uden for kurven, {_STATUS_DA[status]}",
            "; ".join(f"{one.facility}, {one.service}" for one in found) or "ingen",
            "text",
        )
        for status, found in apart.items()
    ]
    return steps + [
        Step(f"Tillægstaksters andel af omsætningen {one.year}", _share(one.share), "text")
        for one in supplements
    ]
