"""A facility's tariff as a whole: what enters it, what does not, and what stops it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.cost_base import ComponentKind, CostKind, CostLine
from rammevaerk.engine.tariffs.day_rate import DaysBasis, PriceUnit, Volume
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.facility import (
    FacilityTariff,
    ServiceLevel,
    SupplementPrice,
    TariffBudget,
    facility_tariff,
)
from rammevaerk.engine.tariffs.hours import HourRate, ServiceHours
from rammevaerk.engine.tariffs.occupancy import Occupancy, OccupancyKind
from rammevaerk.engine.tariffs.regulation import YearResult
from rammevaerk.engine.tariffs.reserve import ReserveUse
from rammevaerk.engine.tariffs.rounding import Rounding

PARAMETERS = Parameters.load()
DEFICIT = YearAccount(2023, 8_000_000_00, 7_400_000_00, 8_000_000_00)
SURPLUS = YearAccount(2023, 8_000_000_00, 8_418_000_00, 7_648_000_00)
ZERO = YearAccount(2022, 8_000_000_00, 1, 1)
LEVEL = ServiceLevel("Niveau 1", ServiceHours(60, 0, 0, 0))


def budget() -> TariffBudget:
    """Ten places, every day of 2025, fully used: each 36,500 kr. costs 10 kr. a day."""
    return TariffBudget(
        facility="Tilbud A",
        operator="Kommune A",
        agreement="midtjylland",
        year=2025,
        rounding=Rounding.NEAREST_ORE,
        volume=Volume(PriceUnit.DAY, Fraction(10), days_basis=DaysBasis.CALENDAR),
        occupancy=Occupancy(Fraction(1), OccupancyKind.DAY_AND_NIGHT),
        lines=(CostLine("Løn", CostKind.DIRECT, 3_650_000_00),),
    )


def tariff(**changes: object) -> FacilityTariff:
    return facility_tariff(replace(budget(), **changes), PARAMETERS)  # type: ignore[arg-type]


def price(**changes: object) -> int:
    found = tariff(**changes).price
    assert found
    return found.ore


def test_without_more_it_is_cost_by_days() -> None:
    assert price() == 1_000_00


def test_a_deficit_beyond_the_limit_raises_the_tariff_two_years_later_and_only_then() -> None:
    results = (YearResult(DEFICIT),)
    # 600,000 less 5 % of 8,000,000 is 200,000: 54.79 kr. a day.
    assert price(results=results) == 1_054_79
    assert price(results=(YearResult(replace(DEFICIT, year=2022)),)) == 1_000_00


def test_what_was_equalised_is_not_regulated_too() -> None:
    assert price(results=(YearResult(DEFICIT, equalised_ore=200_000_00),)) == 1_000_00
    assert price(results=(YearResult(SURPLUS, equalised_ore=5_000_00),)) == 900_00


def test_a_repayment_can_be_brought_forward() -> None:
    early = YearResult(replace(SURPLUS, year=2024), regulate_in=2025)
    assert price(results=(early,)) == 898_63
    assert price(results=(replace(early, regulate_in=None),)) == 1_000_00


def test_a_surplus_whose_last_year_has_passed_stops_the_tariff_until_it_is_accounted_for() -> None:
    old = YearResult(replace(SURPLUS, year=2022))
    found = tariff(results=(old,))
    first = found.findings[0]
    assert (first.code, first.found) == ("result.overdue-surplus", "370.000,00 kr.")
    assert not found.usable
    part = tariff(results=(replace(old, regulated_ore=369_999_99),))
    assert part.findings[0].found == "0,01 kr."
    assert price(results=(replace(old, regulated_ore=370_000_00),)) == 1_000_00


def test_what_was_regulated_earlier_is_not_regulated_again() -> None:
    assert price(results=(YearResult(SURPLUS, regulated_ore=5_000_00),)) == 900_00
    early = YearResult(replace(SURPLUS, year=2023), regulate_in=2024)
    assert tariff(results=(early,)).findings[0].code == "result.overdue-surplus"


def test_an_overdue_surplus_may_be_regulated_late_but_not_unseen() -> None:
    late = YearResult(replace(SURPLUS, year=2022), regulate_in=2025)
    found = tariff(results=(late,))
    assert found.findings[0].code == "result.late"
    assert found.price
    assert found.price.ore == 898_63


def test_a_deficit_is_never_charged_late() -> None:
    with pytest.raises(TariffError, match="underskuddet skal hæve en takst fra 2023 til 2024"):
        tariff(results=(YearResult(replace(DEFICIT, year=2022), regulate_in=2025),))


def test_an_overdue_deficit_is_left_out_aloud() -> None:
    found = tariff(results=(YearResult(replace(DEFICIT, year=2022)),))
    assert found.findings[0].code == "result.overdue-deficit"


def test_a_deficit_is_brought_forward_where_the_agreement_says_at_the_latest() -> None:
    early = YearResult(replace(DEFICIT, year=2024), regulate_in=2025)
    assert price(results=(early,)) == 1_054_79
    assert price(results=(replace(early, regulate_in=None),)) == 1_000_00
    occupancy = Occupancy(Fraction(1), OccupancyKind.SHORT_STAY)
    with pytest.raises(TariffError, match="kun et overskud"):
        tariff(agreement="nordjylland", occupancy=occupancy, results=(early,))


def test_a_component_below_zero_stops_the_tariff_by_its_name() -> None:
    found = tariff(
        lines=(
            replace(budget().lines[0], component=ComponentKind.BASIS),
            CostLine("Løn", CostKind.DIRECT, 1_00, component=ComponentKind.SERVICE),
            CostLine("Salg", CostKind.OTHER_INCOME, 1_01, component=ComponentKind.SERVICE),
        )
    )
    wrong = found.findings[0]
    assert (wrong.code, wrong.found) == ("component.negative", "-0,01 kr.")
    assert "ydelsestakst" in wrong.place
    assert not found.usable


def test_a_result_of_zero_needs_no_decision() -> None:
    nordjylland = {"agreement": "nordjylland", "results": (YearResult(ZERO),)}
    occupancy = replace(
        Occupancy(Fraction(97, 100), OccupancyKind.DAY_AND_NIGHT),
        actual={2023: Fraction(97, 100), 2024: Fraction(97, 100)},
    )
    found = tariff(**nordjylland, occupancy=occupancy)
    assert found.usable
    assert found.findings == ()


def test_the_mean_cannot_be_judged_without_the_years_before() -> None:
    found = tariff(
        agreement="nordjylland", occupancy=Occupancy(Fraction(97, 100), OccupancyKind.DAY_AND_NIGHT)
    )
    assert [one.code for one in found.findings] == ["occupancy.mean-unknown"]
    assert found.usable


def test_a_reserve_spent_does_not_change_the_tariff() -> None:
    occupancy = Occupancy(Fraction(1), OccupancyKind.SHORT_STAY)
    account = replace(SURPLUS, year=2020)
    use = ReserveUse("Kommune A", "Tilbud A", True, 2025, 400_000_00)
    plain = {"agreement": "nordjylland", "occupancy": occupancy}
    kept = (YearResult(account, set_aside_ore=400_000_00, regulated_ore=370_000_00),)
    assert price(**plain, results=kept, reserve_uses=(use,)) == price(**plain)
    found = tariff(**plain, results=kept, reserve_uses=(use, replace(use, ore=1)))
    assert [one.code for one in found.findings if one.code.startswith("reserve")] == [
        "reserve.no-reserve"
    ]
    assert found.price is None


def test_hours_per_day_are_added_to_a_published_basis() -> None:
    rate = HourRate(308_00, 2025, source="brev")
    found = tariff(levels=(LEVEL,), hour_rate=rate)
    assert found.levels["Niveau 1"].total_ore == 1_044_00
    assert found.levels["Niveau 1"].components[0].ore == 1_000_00


def test_a_price_per_month_needs_no_days() -> None:
    volume = Volume(PriceUnit.MONTH, Fraction(10))
    found = tariff(volume=volume).price
    assert found
    assert found.ore == 30_416_67
    assert found.text_da() == "30.416,67 kr. pr. måned"


def test_an_agreement_s_target_for_overhead_is_shown_beside_the_line() -> None:
    found = tariff(
        agreement="hovedstaden",
        year=2023,
        lines=(*budget().lines, CostLine("Administration", CostKind.OVERHEAD, 1_00)),
    )
    (target,) = [one for one in found.trace if one.label_da == "Aftalens mål for overhead"]
    assert target.value == "6 %"
    assert not any("overhead" in one.code for one in found.findings)


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda: tariff(occupancy=None), "occupancy.budgeted"),
        (lambda: tariff(results=(YearResult(SURPLUS), YearResult(DEFICIT))), "result[2].year"),
        (lambda: tariff(results=(YearResult(ZERO, set_aside_ore=1),)), "result[1].set_aside"),
        (lambda: tariff(results=(YearResult(ZERO, added_ore=1),)), "result[1].added"),
        (lambda: tariff(results=(YearResult(DEFICIT, set_aside_ore=0),)), "result[1].set_aside"),
        (lambda: tariff(results=(YearResult(DEFICIT, regulate_in=2026),)), "result[1].regulate_in"),
        (lambda: tariff(results=(YearResult(replace(SURPLUS, year=2025)),)), "result[1].year"),
        (lambda: tariff(results=(YearResult(replace(ZERO, year=2026)),)), "result[1].year"),
        (
            lambda: tariff(results=(YearResult(SURPLUS, regulated_ore=370_000_01),)),
            "result[1].regulated",
        ),
        (lambda: tariff(results=(YearResult(ZERO, regulated_ore=1),)), "result[1].regulated"),
        (lambda: tariff(results=(YearResult(SURPLUS, regulate_in=2026),)), "result[1].regulate_in"),
        (lambda: tariff(results=(YearResult(SURPLUS, equalised_ore=-1),)), "result[1].equalised"),
        (lambda: tariff(supplements=(SupplementPrice("A", PriceUnit.KM),)), "supplement"),
        (
            lambda: tariff(supplements=(SupplementPrice("A", PriceUnit.KM, 1),) * 2),
            "supplement[2].label",
        ),
        (lambda: tariff(levels=(LEVEL, LEVEL)), "hours[2].label"),
        (lambda: tariff(levels=(LEVEL,)), "hour_rate"),
        (
            lambda: tariff(
                levels=(LEVEL,),
                lines=(replace(budget().lines[0], component=ComponentKind.SERVICE),),
            ),
            "hours",
        ),
        (
            lambda: tariff(
                levels=(LEVEL,),
                volume=Volume(
                    PriceUnit.DAY, Fraction(10), None, DaysBasis.OPENING_DAYS, opening_days=225
                ),
            ),
            "hours",
        ),
        (
            lambda: tariff(
                reserve_uses=(ReserveUse("Kommune A", "Tilbud A", True, 2025, 0),),
            ),
            "reserve_use[1]",
        ),
    ],
)
def test_what_cannot_be_is_named_by_its_field(ask: Callable[[], object], field: str) -> None:
    with pytest.raises(TariffError) as refused:
        ask()
    assert refused.value.field == field


def test_a_year_before_the_rules_has_no_tariff() -> None:
    with pytest.raises(NoRuleForDate, match=r"tariffs\.cost_base har ingen regel den 1\. januar"):
        tariff(year=2016)


def test_every_step_of_a_rule_names_its_edition_and_source() -> None:
    found = tariff(results=(YearResult(DEFICIT),))
    ruled = [step for step in found.trace if step.rule]
    assert {step.rule for step in ruled} == {
        "tariffs.cost_base",
        "tariffs.day_rate",
        "tariffs.deficit.midtjylland",
    }
    assert all(step.edition and step.source in PARAMETERS.sources for step in ruled)
    assert found.trace.unverified
