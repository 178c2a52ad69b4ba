"""Which day and which agreement a rule of tariffs holds for, and what may be stated besides."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from rammevaerk.engine.errors import NoRuleForDate, UnknownParameter
from rammevaerk.engine.parameter_files import Source
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.periods import Period
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.agreement import AgreementRules, as_share, known_agreements
from rammevaerk.engine.tariffs.cap import (
    CapTerms,
    agreed_terms,
    check_cap,
)
from rammevaerk.engine.tariffs.components import ExactComponent, split_tariff
from rammevaerk.engine.tariffs.cost_base import ComponentKind, CostKind, CostLine, cost_base
from rammevaerk.engine.tariffs.day_rate import (
    DaysBasis,
    PriceUnit,
    Volume,
    day_rate,
)
from rammevaerk.engine.tariffs.deficit import regulate_deficit
from rammevaerk.engine.tariffs.development import DevelopmentLine, develop
from rammevaerk.engine.tariffs.equalisation import FacilityExcess, equalise
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.hours import (
    HourRate,
    ServiceHours,
    hour_rate_on,
    service_per_day,
)
from rammevaerk.engine.tariffs.occupancy import (
    Occupancy,
    OccupancyKind,
    OccupancyVerdict,
    judge_occupancy,
    mean_occupancy,
)
from rammevaerk.engine.tariffs.price_index import (
    IndexTable,
    chain,
)
from rammevaerk.engine.tariffs.reserve import Reserve, ReserveUse, use_reserve
from rammevaerk.engine.tariffs.rounding import (
    Rounding,
)
from rammevaerk.engine.tariffs.surplus import regulate_surplus

PARAMETERS = Parameters.load()
NORDJYLLAND = AgreementRules("nordjylland", PARAMETERS)
MIDTJYLLAND = AgreementRules("midtjylland", PARAMETERS)
YEAR = date(2025, 1, 1)
PLACES = Volume(PriceUnit.DAY, Fraction(10), Fraction(95, 100), DaysBasis.CALENDAR)
COST = CostLine("Løn", CostKind.DIRECT, 100_00)


def account(year: int, surplus: int) -> YearAccount:
    return YearAccount(year, 8_000_000_00, 8_000_000_00 + surplus, 8_000_000_00)


def occupancy(percent: int) -> Occupancy:
    return Occupancy(Fraction(percent, 100), OccupancyKind.DAY_AND_NIGHT)


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        (lambda: cost_base([COST], date(2016, 12, 31)), "tariffs.cost_base"),
        (lambda: day_rate(1, PLACES, 2016, Rounding.NEAREST_ORE), "tariffs.day_rate"),
        (
            lambda: service_per_day(
                ServiceHours(1, 1, 1, 1), HourRate(308_00, 2024), date(2024, 12, 31)
            ),
            "tariffs.service_hours",
        ),
        (lambda: hour_rate_on(PARAMETERS, "tariffs/hour_rate", date(2026, 1, 1)), "hour_rate"),
        (
            lambda: regulate_surplus(account(2017, 1), NORDJYLLAND, 0),
            "tariffs.surplus.nordjylland",
        ),
        (lambda: regulate_surplus(account(2009, 1), MIDTJYLLAND), "tariffs.surplus.midtjylland"),
        (
            lambda: regulate_deficit(account(2017, -1), NORDJYLLAND, 0),
            "tariffs.deficit.nordjylland",
        ),
        (lambda: regulate_deficit(account(2009, -1), MIDTJYLLAND), "tariffs.deficit.midtjylland"),
        (
            lambda: use_reserve(
                [Reserve("K", 2017, 1)], ReserveUse("K", "T", True, 2018, 1), NORDJYLLAND
            ),
            "tariffs.surplus_reserve",
        ),
        (
            lambda: equalise([FacilityExcess("T", "K", "G", 1)], "midtjylland", date(2009, 12, 31)),
            "tariffs.equalisation.midtjylland",
        ),
        (
            lambda: split_tariff(
                [ExactComponent(ComponentKind.BASIS, "basis", Fraction(1))],
                Rounding.NEAREST_ORE,
                date(2019, 12, 31),
            ),
            "tariffs.components",
        ),
        (
            lambda: develop(
                [DevelopmentLine("A", "Y", PriceUnit.DAY, Fraction(1), 1, Fraction(1), 1)],
                date(2013, 12, 31),
            ),
            "tariffs.development",
        ),
        (
            lambda: mean_occupancy({2016: Fraction(1), 2015: Fraction(1)}, NORDJYLLAND, 2017),
            "occupancy_years_back",
        ),
        (
            lambda: chain(IndexTable(()), ["pl"], 2009, 2009, YEAR),
            "tariffs.index_chain",
        ),
        (
            lambda: check_cap([], CapTerms("K", 2014, 2017, Fraction(1), Fraction(0))),
            "tariffs.cap",
        ),
        (
            lambda: agreed_terms(MIDTJYLLAND, "K", 2018, 2022, Fraction(1)),
            "tariffs/midtjylland/cap_reduction",
        ),
        (
            lambda: agreed_terms(MIDTJYLLAND, "K", 2022, 2025, Fraction(1)),
            "tariffs/midtjylland/cap_reduction",
        ),
    ],
)
def test_a_day_outside_validity_has_no_rule(ask: Callable[[], object], key: str) -> None:
    with pytest.raises(NoRuleForDate) as none:
        ask()
    assert key in none.value.key


@pytest.mark.parametrize(
    "ask",
    [
        lambda: regulate_surplus(account(2023, 1), AgreementRules("syddanmark", PARAMETERS)),
        lambda: regulate_deficit(account(2023, -1), AgreementRules("hovedstaden", PARAMETERS)),
        lambda: equalise([FacilityExcess("T", "K", "G", 1)], "nordjylland", YEAR),
    ],
)
def test_an_agreement_without_a_known_rule_borrows_none(ask: Callable[[], object]) -> None:
    with pytest.raises(NoRuleForDate, match=r"kendes ikke|ingen kendt"):
        ask()


def test_a_number_of_one_agreement_is_never_used_for_another() -> None:
    assert known_agreements(PARAMETERS) == [
        "hovedstaden",
        "midtjylland",
        "nordjylland",
        "syddanmark",
    ]
    with pytest.raises(UnknownParameter, match="tariffs/midtjylland/occupancy_minimum"):
        MIDTJYLLAND.on("occupancy_minimum", YEAR)
    with pytest.raises(UnknownParameter, match="tariffs/midtjylland/surplus_years"):
        use_reserve([Reserve("K", 2023, 1)], ReserveUse("K", "T", True, 2024, 1), MIDTJYLLAND)
    judged = judge_occupancy(occupancy(50), MIDTJYLLAND, 2025)
    assert judged.verdict is OccupancyVerdict.UNCHECKED
    assert [one.code for one in judged.findings] == ["occupancy.no-rule"]
    crowded = judge_occupancy(occupancy(101), MIDTJYLLAND, 2025)
    assert [one.code for one in crowded.findings] == [
        "occupancy.above-hundred",
        "occupancy.no-rule",
    ]


def stated(name: str, value: str) -> ParameterValue:
    source = Source("stated", "Brev", "statement", "Brev")
    return ParameterValue(
        f"tariffs/midtjylland/{name}", "", "agreement", "share", Decimal(value),
        Period(date(1900, 1, 1), None), source, None, None, "low", "",
    )  # fmt: skip


def test_what_is_stated_fills_a_gap_and_shows_that_it_is_unverified() -> None:
    given = {"occupancy_minimum": stated("occupancy_minimum", "0.96"),
             "occupancy_maximum": stated("occupancy_maximum", "1")}  # fmt: skip
    judged = judge_occupancy(occupancy(95), AgreementRules("midtjylland", PARAMETERS, given), 2025)
    assert judged.verdict is OccupancyVerdict.NEEDS_APPROVAL
    assert judged.trace.unverified
    inside = judge_occupancy(occupancy(97), AgreementRules("midtjylland", PARAMETERS, given), 2025)
    assert (inside.verdict, inside.findings) == (OccupancyVerdict.ACCEPTED, ())


def test_a_number_that_is_no_share_is_not_taken_for_one() -> None:
    with pytest.raises(TariffError, match="tariffs/nordjylland/surplus_years"):
        as_share(NORDJYLLAND.on("surplus_years", YEAR))


def test_what_is_stated_cannot_contradict_what_is_verified() -> None:
    day = date(2010, 1, 1)
    for value, refused in (("0.06", True), ("0.05", False)):
        given = {"surplus_limit": stated("surplus_limit", value)}
        rules = AgreementRules("midtjylland", PARAMETERS, given)
        if refused:
            with pytest.raises(TariffError, match="efterprøvet"):
                rules.on("surplus_limit", day)
        else:
            assert as_share(rules.on("surplus_limit", day)) == Fraction(1, 20)


def test_the_mean_of_2013_lay_a_year_further_back() -> None:
    years = {2012: Fraction(1), 2011: Fraction(98, 100), 2010: Fraction(92, 100)}
    assert mean_occupancy(years, NORDJYLLAND, 2013)[0] == Fraction(95, 100)
    with pytest.raises(NoRuleForDate):
        mean_occupancy(years, NORDJYLLAND, 2014)
