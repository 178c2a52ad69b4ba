"""The rules of tariffs: what they refuse, and what they show of themselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.cap import (
    CapLine,
    CapTerms,
    CapVerdict,
    SupplementTurnover,
    Unmet,
    agreed_terms,
    check_cap,
    unmet_reduction,
)
from rammevaerk.engine.tariffs.components import split_tariff
from rammevaerk.engine.tariffs.cost_base import ComponentKind, CostKind, CostLine, cost_base
from rammevaerk.engine.tariffs.day_rate import (
    DaysBasis,
    Price,
    PriceUnit,
    Volume,
    convert,
    day_rate,
    days_in,
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
    Dispensation,
    Occupancy,
    OccupancyKind,
    judge_occupancy,
    mean_occupancy,
)
from rammevaerk.engine.tariffs.price_index import (
    IndexChoice,
    IndexEstimate,
    IndexTable,
    chain,
    chain_for,
)
from rammevaerk.engine.tariffs.reserve import Reserve, ReserveUse, use_reserve
from rammevaerk.engine.tariffs.rounding import (
    Rounding,
    exact_kroner_da,
    fraction_text_da,
    round_amount,
    share_text_da,
)
from rammevaerk.engine.tariffs.surplus import regulate_surplus
from rammevaerk.engine.trace import Trace

PARAMETERS = Parameters.load()
NORDJYLLAND = AgreementRules("nordjylland", PARAMETERS)
MIDTJYLLAND = AgreementRules("midtjylland", PARAMETERS)
HOVEDSTADEN = AgreementRules("hovedstaden", PARAMETERS)
YEAR = date(2025, 1, 1)
PLACES = Volume(PriceUnit.DAY, Fraction(10), Fraction(95, 100), DaysBasis.CALENDAR)
COST = CostLine("Løn", CostKind.DIRECT, 100_00)


def account(year: int, surplus: int) -> YearAccount:
    return YearAccount(year, 8_000_000_00, 8_000_000_00 + surplus, 8_000_000_00)


def hours() -> ServiceHours:
    return ServiceHours(1200, 240, 120, 240)


def occupancy(percent: int) -> Occupancy:
    return Occupancy(Fraction(percent, 100), OccupancyKind.DAY_AND_NIGHT)


def cap_terms(unmet: Unmet) -> CapTerms:
    return CapTerms("K", 2022, 2023, Fraction(1), Fraction(0), unmet)


def estimate(growth: str) -> IndexEstimate:
    return IndexEstimate("pl", 2025, Fraction(growth), YEAR, "skøn")


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda: cost_base([], YEAR), "cost"),
        (lambda: cost_base([replace(COST, ore=-1)], YEAR), "cost.amount"),
        (lambda: cost_base([replace(COST, vat_ore=100_01)], YEAR), "cost.vat"),
        (
            lambda: cost_base([COST, replace(COST, component=ComponentKind.BASIS)], YEAR),
            "cost.component",
        ),
        (lambda: cost_base([COST, replace(COST, kind=CostKind.SURPLUS)], YEAR), "cost"),
        (lambda: day_rate(1, replace(PLACES, occupancy=None), 2025, Rounding.DOWN_ORE),
         "occupancy.budgeted"),
        (lambda: day_rate(1, replace(PLACES, occupancy=Fraction(0)), 2025, Rounding.DOWN_ORE),
         "occupancy.budgeted"),
        (lambda: day_rate(1, replace(PLACES, places=None), 2025, Rounding.DOWN_ORE), "places"),
        (lambda: day_rate(1, replace(PLACES, quantity=Fraction(1)), 2025, Rounding.DOWN_ORE),
         "quantity"),
        (lambda: day_rate(1, replace(PLACES, days_basis=None), 2025, Rounding.DOWN_ORE),
         "days_basis"),
        (lambda: day_rate(1, replace(PLACES, unit=PriceUnit.MONTH), 2025, Rounding.DOWN_ORE),
         "days_basis"),
        (lambda: day_rate(1, replace(PLACES, unit=PriceUnit.DAY_ATTENDED), 2025, Rounding.DOWN_ORE),
         "days_basis"),
        (lambda: day_rate(1, replace(PLACES, unit=PriceUnit.KM), 2025, Rounding.DOWN_ORE),
         "quantity"),
        (lambda: day_rate(1, Volume(PriceUnit.KM), 2025, Rounding.DOWN_ORE), "quantity"),
        (lambda: days_in(2025, DaysBasis.OPENING_DAYS), "opening_days"),
        (lambda: days_in(2025, DaysBasis.OPENING_DAYS, 367), "opening_days"),
        (lambda: days_in(2025, DaysBasis.CALENDAR, 225), "opening_days"),
        (lambda: split_tariff([], Rounding.NEAREST_ORE, YEAR), "component"),
        (lambda: ServiceHours(1, 2, -3, 4), "hours.documentation"),
        (lambda: service_per_day(hours(), HourRate(0, 2025), YEAR), "hour_rate"),
        (lambda: YearAccount(2023, 0, 1, 1), "tariff_base"),
        (lambda: YearAccount(2023, 1, -1, 1), "result"),
        (lambda: regulate_surplus(account(2023, -1), NORDJYLLAND, 0), "result"),
        (lambda: regulate_surplus(account(2023, 1), NORDJYLLAND), "set_aside"),
        (lambda: regulate_surplus(account(2023, 1), NORDJYLLAND, 2), "set_aside"),
        (lambda: regulate_surplus(account(2023, 1), MIDTJYLLAND, 0), "set_aside"),
        (lambda: regulate_deficit(account(2023, 0), NORDJYLLAND, 0), "result"),
        (lambda: regulate_deficit(account(2023, -1), NORDJYLLAND, 1), "added"),
        (lambda: regulate_deficit(account(2023, -1), MIDTJYLLAND, 0), "added"),
        (
            lambda: use_reserve([], ReserveUse("K", "T", True, 2024, 0), NORDJYLLAND),
            "use.amount",
        ),
        (lambda: equalise([FacilityExcess("T", "K", "G", 1)] * 2, "midtjylland", YEAR), "facility"),
        (lambda: Dispensation(Fraction(1), " ", YEAR), "dispensation.decision"),
        (
            lambda: mean_occupancy({2024: Fraction(1)}, NORDJYLLAND, 2025),
            "occupancy.actual.2023",
        ),
        (
            lambda: mean_occupancy({2024: Fraction(0), 2023: Fraction(1)}, NORDJYLLAND, 2025),
            "occupancy.actual.2024",
        ),
        (
            lambda: judge_occupancy(replace(occupancy(95), budgeted=None), NORDJYLLAND, 2025),
            "occupancy.budgeted",
        ),
        (lambda: IndexTable((estimate("0.01"), estimate("0.02"))), "index"),
        (lambda: IndexTable((estimate("-1"),)), "index"),
        (lambda: IndexChoice("K", Period(YEAR, None), (), "fordi", "punkt 1"), "index.series"),
        (
            lambda: IndexChoice("K", Period(YEAR, None), ("pl", "pl"), "fordi", "punkt 1"),
            "index.series",
        ),
        (
            lambda: chain(IndexTable((estimate("0.01"),)), ["pl", "pl"], 2024, 2025, YEAR),
            "index.series",
        ),
        (lambda: IndexChoice("K", Period(YEAR, None), ("pl",), "", "punkt 1"), "index.reason"),
        (
            lambda: chain_for(
                IndexTable((estimate("0.01"),)),
                [IndexChoice("K", Period(YEAR, None), ("pl",), "fordi", "punkt 1")] * 2,
                "K",
                2024,
                2025,
                YEAR,
            ),
            "index.choice",
        ),
        (lambda: CapLine("A", "Y", PriceUnit.DAY, Fraction(1), None, None), "basket"),
        (lambda: CapLine("A", "Y", PriceUnit.DAY, Fraction(-1), 1, 1), "basket"),
        (lambda: CapTerms("K", 2022, 2023, Fraction(0), Fraction(0)), "cap.index"),
        (lambda: CapTerms("K", 2022, 2023, Fraction(1), Fraction(1)), "cap"),
        (lambda: Unmet("K", 2022, Fraction(1)), "cap"),
        (lambda: cap_terms(Unmet("K", 2021, Fraction(1, 98))), "base_year"),
        (lambda: cap_terms(Unmet("L", 2022, Fraction(1, 98))), "cap.earlier"),
        (lambda: agreed_terms(HOVEDSTADEN, "K", 2015, 2018, Fraction(1)), "base_year"),
        (lambda: SupplementTurnover(2023, 2, 1).share, "supplements"),
        (lambda: develop([], YEAR), "lines"),
        (
            lambda: DevelopmentLine("A", "Y", PriceUnit.DAY, Fraction(1), None, Fraction(1), 1),
            "lines",
        ),
        (
            lambda: DevelopmentLine("A", "Y", PriceUnit.DAY, Fraction(-1), 1, Fraction(1), 1),
            "lines",
        ),
    ],
)  # fmt: skip
def test_impossible_input_names_its_field(ask: Callable[[], object], field: str) -> None:
    with pytest.raises(TariffError) as refused:
        ask()
    assert refused.value.field == field
    assert refused.value.reason_da.endswith(".")


@pytest.mark.parametrize(
    ("factor", "reason", "field"), [(0, "fordi", "factor"), (12, " ", "reason")]
)
def test_a_conversion_needs_a_factor_and_a_reason(factor: int, reason: str, field: str) -> None:
    price = Price(280_00, PriceUnit.DAY, Fraction(280_00), Rounding.NEAREST_ORE, Trace())
    with pytest.raises(TariffError) as refused:
        convert(price, PriceUnit.MONTH, Fraction(factor), reason, Rounding.NEAREST_ORE)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("volume", "units"),
    [
        (Volume(PriceUnit.MONTH, Fraction(10), Fraction(19, 20)), 114),
        (Volume(PriceUnit.HOUR, quantity=Fraction(114)), 114),
        (
            Volume(PriceUnit.DAY_ATTENDED, Fraction(1), Fraction(1), DaysBasis.OPENING_DAYS, 114),
            114,
        ),
    ],
)
def test_every_unit_has_its_own_divisor(volume: Volume, units: int) -> None:
    found = day_rate(1140_00, volume, 2025, Rounding.NEAREST_ORE)
    assert (found.ore, found.unit) == (1140_00 // units, volume.unit)


@pytest.mark.parametrize(
    ("year", "basis", "opening", "days"),
    [
        (2024, DaysBasis.CALENDAR, None, 366),
        (2025, DaysBasis.CALENDAR, None, 365),
        (2100, DaysBasis.CALENDAR, None, 365),
        (2024, DaysBasis.FIXED_365, None, 365),
        (2025, DaysBasis.OPENING_DAYS, 225, 225),
    ],
)
def test_the_days_of_a_year(year: int, basis: DaysBasis, opening: int | None, days: int) -> None:
    assert days_in(year, basis, opening) == days


@pytest.mark.parametrize(
    ("exact", "rounding", "ore"),
    [
        ("1/2", Rounding.NEAREST_ORE, 1),
        ("-1/2", Rounding.NEAREST_ORE, -1),
        ("99/100", Rounding.DOWN_ORE, 0),
        ("50", Rounding.NEAREST_KRONE, 100),
        ("4999/100", Rounding.NEAREST_KRONE, 0),
    ],
)
def test_roundings_by_name(exact: str, rounding: Rounding, ore: int) -> None:
    assert round_amount(Fraction(exact), rounding) == ore


def test_exact_numbers_are_written_in_danish_and_never_pretend() -> None:
    assert fraction_text_da(Fraction(6935, 2)) == "3.467,5"
    assert fraction_text_da(Fraction(-1, 3)) == "-0,333333…"
    assert share_text_da(Fraction(19, 20)) == "95 %"
    assert share_text_da(Fraction(1, 3)) == "33,3333… %"
    assert exact_kroner_da(Fraction(230713)) == "2.307,13 kr."
    assert exact_kroner_da(Fraction(800_000_000) / Fraction(6935, 2)) == "2.307,1377… kr."


def test_overhead_and_civil_servant_pension_are_lines_of_their_own() -> None:
    lines = [
        CostLine("Løn", CostKind.DIRECT, 5_000_00),
        CostLine("Pension", CostKind.PENSION, 200_00),
        CostLine("Administration", CostKind.OVERHEAD, 300_00, source="budget 2025"),
        CostLine("Renter", CostKind.INTEREST, 50_00),
        CostLine("Salg", CostKind.OTHER_INCOME, 100_00),
        CostLine("Underskud 2023", CostKind.DEFICIT, 25_00),
    ]
    found = cost_base(lines, YEAR)
    assert (found.costs_ore, found.tariff_base_ore, found.net_ore) == (5_550_00, 5_450_00, 5_475_00)
    shown = {step.label_da: step.value for step in found.trace}
    assert shown["Heraf overhead"] == 300_00
    assert shown["Overhead i forhold til direkte omkostninger"] == "6 %"
    assert shown["Salg (andre indtægter)"] == -100_00
    assert shown["Underskud 2023 (efterregulering af underskud)"] == 25_00


def test_the_trace_says_rule_edition_parameter_version_and_source() -> None:
    found = regulate_surplus(account(2023, 770_000_00), NORDJYLLAND, 400_000_00)
    kept = next(step for step in found.trace if step.label_da == "Beholdes")
    assert (kept.rule, kept.edition) == ("tariffs.surplus.nordjylland", date(2018, 1, 1))
    assert kept.source == "nordjylland-surplus"
    (limit,) = kept.parameters
    assert (limit.key, limit.is_verified) == ("tariffs/nordjylland/surplus_limit", False)
    assert NORDJYLLAND.on("surplus_limit", date(2019, 1, 1)).is_verified
    # The year N+2 itself has not been read anywhere.
    assert found.trace.unverified


def test_the_hourly_price_carries_its_wage_level() -> None:
    rate = hour_rate_on(PARAMETERS, "tariffs/hour_rate", date(2025, 7, 1))
    assert (rate.ore, rate.wage_level) == (308_00, 2025)
    part = service_per_day(hours(), rate, date(2025, 7, 1))
    assert (part.exact_ore, part.minutes_per_week) == (1_320_00, 1800)
    labels = [step.label_da for step in part.trace]
    assert labels[:4] == [
        "Borgertimer (minutter om ugen)",
        "Organisatoriske opgaver (minutter om ugen)",
        "Dokumentation (minutter om ugen)",
        "Ferie og fravær (minutter om ugen)",
    ]
    assert not part.trace.unverified


def test_a_reserve_is_used_oldest_first_and_an_expired_one_is_left() -> None:
    reserves = [Reserve("K", 2023, 50), Reserve("K", 2018, 70), Reserve("K", 2020, 30)]
    found = use_reserve(reserves, ReserveUse("K", "T", True, 2024, 60), NORDJYLLAND)
    assert found.accepted
    assert [one.left_ore for one in found.reserves] == [20, 70, 0]
    # What has expired is no reserve any more.
    shown = {step.label_da: step.value for step in found.trace}
    assert (shown["Rest af hensættelser"], shown["Bortfaldet ubrugt"]) == (20, 70)
    assert [(one.code, one.found) for one in found.findings] == [("reserve.lapsed", "0,70 kr.")]


def test_arrears_hold_against_the_year_they_were_measured_in() -> None:
    assert cap_terms(Unmet("K", 2022, Fraction(1, 98))).unmet_share == Fraction(1, 98)
    assert cap_terms(Unmet("K", 2021, Fraction(0))).unmet_share == 0  # nothing lacks


def test_the_trace_of_a_cap_says_whose_base_year_it_is() -> None:
    line = CapLine("A", "Y", PriceUnit.DAY, Fraction(1), 1, 1)
    known = check_cap([line], agreed_terms(HOVEDSTADEN, "K", 2014, 2018, Fraction(1)))
    assert known.trace.steps[0].parameters[0].key == "tariffs/hovedstaden/cap_base_year"
    stated = check_cap([line], agreed_terms(MIDTJYLLAND, "K", 2022, 2023, Fraction(1)))
    assert "oplyst" in str(stated.trace.steps[0].value)


@pytest.mark.parametrize(
    ("decided", "years", "verdict"),
    [
        (date(2024, 12, 31), (), "approved"),
        (date(2025, 1, 1), (), "needs_approval"),  # of the next tariff year
        (date(2023, 12, 31), (), "needs_approval"),  # of the tariff year before
        (date(2022, 5, 1), (2024, 2025), "approved"),
        (date(2024, 5, 1), (2026,), "needs_approval"),
        (date(2025, 12, 31), (2025,), "approved"),
        (date(2026, 1, 1), (2025,), "needs_approval"),
    ],
)
def test_a_dispensation_is_for_a_tariff_year(
    decided: date, years: tuple[int, ...], verdict: str
) -> None:
    leave = Dispensation(Fraction(93, 100), "punkt 4", decided, years)
    judged = judge_occupancy(replace(occupancy(93), dispensation=leave), NORDJYLLAND, 2025)
    assert judged.verdict.value == verdict


def test_a_basket_of_two_units_cannot_be_summed() -> None:
    day = CapLine("A", "Y", PriceUnit.DAY, Fraction(1), 1, 1)
    terms = CapTerms("K", 2022, 2023, Fraction(1), Fraction(0))
    with pytest.raises(TariffError, match=r"døgn, måned"):
        check_cap([day, replace(day, facility="B", unit=PriceUnit.MONTH)], terms)
    with pytest.raises(TariffError, match="to gange"):
        check_cap([day, day], terms)


def test_nothing_to_compare_is_undecided_not_kept() -> None:
    new = CapLine("A", "Y", PriceUnit.DAY, Fraction(1), 1, None)
    found = check_cap([new], CapTerms("K", 2022, 2023, Fraction(1), Fraction(0)))
    assert (found.verdict, found.level, found.excess_ore) == (CapVerdict.UNDECIDED, None, None)
    with pytest.raises(TariffError, match="ikke afgjort"):
        unmet_reduction(found)


def test_a_development_of_two_units_or_one_service_twice_is_refused() -> None:
    row = DevelopmentLine("A", "Y", PriceUnit.DAY, Fraction(1), 1, Fraction(1), 1)
    with pytest.raises(TariffError, match="flere enheder"):
        develop([row, replace(row, facility="B", unit=PriceUnit.MONTH)], YEAR)
    with pytest.raises(TariffError, match="to gange"):
        develop([row, row], YEAR)
    with pytest.raises(TariffError, match="ingen pladser før"):
        develop([replace(row, places_before=Fraction(0), tariff_before_ore=None)], YEAR)
    gone = replace(row, facility="B", places_after=Fraction(0), tariff_after_ore=None)
    with pytest.raises(TariffError, match="ingen pladser efter"):
        develop([gone], YEAR)
    never = replace(gone, facility="C", places_before=Fraction(0), tariff_before_ore=None)
    assert develop([row, never], YEAR).change_ore == 0
