"""What must hold for every tariff, whatever the figures."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.cap import CapLine, CapTerms, CapVerdict, check_cap, unmet_reduction
from rammevaerk.engine.tariffs.components import ExactComponent, split_tariff
from rammevaerk.engine.tariffs.cost_base import ComponentKind, CostKind, CostLine, cost_base
from rammevaerk.engine.tariffs.day_rate import DaysBasis, PriceUnit, Volume, day_rate
from rammevaerk.engine.tariffs.deficit import regulate_deficit
from rammevaerk.engine.tariffs.development import DevelopmentLine, develop
from rammevaerk.engine.tariffs.equalisation import FacilityExcess, equalise
from rammevaerk.engine.tariffs.price_index import (
    IndexChoice,
    IndexEstimate,
    IndexTable,
    chain,
    chain_for,
    index_series,
)
from rammevaerk.engine.tariffs.reserve import Reserve, ReserveUse, use_reserve
from rammevaerk.engine.tariffs.rounding import Rounding, allot, round_amount, step_of
from rammevaerk.engine.tariffs.surplus import regulate_surplus

PARAMETERS = Parameters.load()
DAY = date(2025, 1, 1)
NORDJYLLAND = AgreementRules("nordjylland", PARAMETERS)
MIDTJYLLAND = AgreementRules("midtjylland", PARAMETERS)

ore = st.integers(0, 10**12)
positive_ore = st.integers(1, 10**12)
fractions = st.fractions(-(10**9), 10**9, max_denominator=10**6)
roundings = st.sampled_from(Rounding)


@given(st.lists(fractions, min_size=1, max_size=9), roundings)
def test_rounded_components_sum_to_the_rounded_total(
    exact: list[Fraction], rounding: Rounding
) -> None:
    parts = [ExactComponent(ComponentKind.BASIS, str(at), one) for at, one in enumerate(exact)]
    found = split_tariff(parts, rounding, DAY)
    assert found.total_ore == round_amount(sum(exact, Fraction(0)), rounding)
    assert sum(one.ore for one in found.components) == found.total_ore
    step = step_of(rounding)
    assert all(abs(one.ore - one.exact_ore) <= step for one in found.components)
    moved = sum(one.moved_ore for one in found.components)
    assert moved == found.total_ore - sum(one.alone_ore for one in found.components)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9))
def test_amounts_already_whole_are_never_moved(whole: list[int]) -> None:
    assert allot([Fraction(one) for one in whole], sum(whole)) == whole


@pytest.mark.parametrize(("total", "step"), [(5, 1), (-1, 1), (150, 100)])
def test_a_total_that_is_no_rounded_sum_is_refused(total: int, step: int) -> None:
    with pytest.raises(ValueError, match="rounded sum"):
        allot([Fraction(1, 2), Fraction(3, 2)], total, step)


@given(
    positive_ore,
    st.integers(1, 500),
    st.integers(1, 1100),
    st.sampled_from([2023, 2024]),
    roundings,
)
def test_a_day_rate_is_one_rounding_of_the_exact_quotient(
    net: int, places: int, occupancy: int, year: int, rounding: Rounding
) -> None:
    volume = Volume(PriceUnit.DAY, Fraction(places), Fraction(occupancy, 1000), DaysBasis.CALENDAR)
    found = day_rate(net, volume, year, rounding)
    days = 366 if year == 2024 else 365
    assert found.exact_ore * places * occupancy * days == net * 1000
    assert found.ore == round_amount(found.exact_ore, rounding)


lines = st.lists(
    st.builds(
        CostLine,
        st.just("Linje"),
        st.sampled_from(CostKind),
        ore,
        component=st.sampled_from([ComponentKind.BASIS, ComponentKind.SERVICE]),
    ),
    min_size=1,
    max_size=12,
)


@given(lines)
def test_a_cost_base_is_the_sum_of_its_lines_and_of_its_components(budget: list[CostLine]) -> None:
    net = sum(line.signed_ore for line in budget)
    assume(net > 0)
    found = cost_base(budget, date(2025, 1, 1))
    assert found.net_ore == net == sum(found.by_component.values())
    assert cost_base(budget[::-1], date(2025, 1, 1)).net_ore == net


@given(positive_ore, ore, ore, st.data())
def test_set_aside_and_regulated_are_the_surplus(
    base: int, income: int, costs: int, data: st.DataObject
) -> None:
    assume(income >= costs)
    account = YearAccount(2023, base, income, costs)
    surplus = income - costs
    limit = base * 5 // 100
    set_aside = data.draw(st.integers(0, min(surplus, limit)))
    chosen = regulate_surplus(account, NORDJYLLAND, set_aside)
    assert chosen.kept_ore + chosen.regulated_ore == surplus
    assert 20 * chosen.may_keep_ore <= base
    fixed = regulate_surplus(account, MIDTJYLLAND)
    assert fixed.kept_ore + fixed.regulated_ore == surplus
    assert fixed.regulated_ore == max(0, surplus - limit)


@given(positive_ore, ore, ore, st.data())
def test_borne_and_added_are_the_deficit(
    base: int, income: int, costs: int, data: st.DataObject
) -> None:
    assume(income < costs)
    account = YearAccount(2023, base, income, costs)
    most = max(0, costs - income - base * 5 // 100)
    chosen = regulate_deficit(account, NORDJYLLAND, data.draw(st.integers(0, most)))
    assert chosen.borne_ore + chosen.added_ore == costs - income
    assert chosen.may_add_ore == most
    fixed = regulate_deficit(account, MIDTJYLLAND)
    assert (fixed.borne_ore + fixed.added_ore, fixed.added_ore) == (costs - income, most)


excesses = st.lists(
    st.tuples(
        st.sampled_from(["Region", "Kommune"]),
        st.sampled_from(["Voksne", "Børn"]),
        st.integers(-(10**9), 10**9),
    ),
    max_size=12,
)


@given(excesses, st.randoms())
def test_equalisation_moves_nothing_between_groups_and_loses_nothing(
    rows: list[tuple[str, str, int]], shuffler: object
) -> None:
    results = [
        FacilityExcess(f"T{at:02}", operator, group, excess)
        for at, (operator, group, excess) in enumerate(rows)
    ]
    found = equalise(results, "midtjylland", date(2023, 1, 1)).facilities
    for key in {(one.operator, one.main_target_group) for one in results}:
        group = [one for one in found if (one.of.operator, one.of.main_target_group) == key]
        assert sum(one.regulated_ore for one in group) == sum(one.of.excess_ore for one in group)
        assert sum(one.equalised_ore for one in group) == 0
        signs = {one.regulated_ore > 0 for one in group if one.regulated_ore}
        assert len(signs) <= 1
    for one in found:
        assert one.of.excess_ore * one.regulated_ore >= 0
        assert abs(one.regulated_ore) <= abs(one.of.excess_ore)
    shuffled = list(results)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    again = equalise(shuffled, "midtjylland", date(2023, 1, 1)).facilities
    assert {one.of.facility: one for one in again} == {one.of.facility: one for one in found}


@given(st.lists(st.tuples(st.integers(2018, 2024), ore), max_size=5), st.integers(2018, 2030), ore)
def test_a_reserve_loses_exactly_what_is_used(
    aside: list[tuple[int, int]], year: int, wanted: int
) -> None:
    assume(wanted > 0)
    reserves = [Reserve("K", from_year, left) for from_year, left in aside]
    use = ReserveUse("K", "T", True, year, wanted)
    found = use_reserve(reserves, use, NORDJYLLAND)
    usable = sum(one.left_ore for one in reserves if one.year < year <= one.year + 5)
    before, after = (sum(one.left_ore for one in some) for some in (reserves, found.reserves))
    assert found.accepted == (usable >= wanted)
    assert before - after == (wanted if found.accepted else 0)
    assert all(one.left_ore >= 0 for one in found.reserves)


places = st.fractions(0, 1000, max_denominator=10)
tariffs = st.integers(1, 10**7)


@st.composite
def developments(draw: st.DrawFn) -> list[DevelopmentLine]:
    found = []
    for at in range(draw(st.integers(1, 8))):
        before, after = draw(places), draw(places)
        found.append(
            DevelopmentLine(
                f"T{at}",
                "Ydelse",
                PriceUnit.DAY,
                before,
                draw(tariffs) if before else None,
                after,
                draw(tariffs) if after else None,
            )
        )
    assume(any(one.places_before for one in found) and any(one.places_after for one in found))
    return found


@given(developments())
def test_price_and_structure_are_the_change(rows: list[DevelopmentLine]) -> None:
    found = develop(rows, DAY)
    assert found.price_ore + found.structure_ore == found.change_ore
    assert found.change_ore == found.after_ore - found.before_ore
    assert sum(one.price_ore for one in found.lines) == found.price_ore
    assert sum(one.structure_ore for one in found.lines) == found.structure_ore


@given(developments())
def test_unchanged_tariffs_have_no_price_effect(rows: list[DevelopmentLine]) -> None:
    same = [
        DevelopmentLine("T", str(at), one.unit, one.places_before, tariff, one.places_after, tariff)
        for at, one in enumerate(rows)
        if (tariff := one.tariff_before_ore) and one.places_after
    ]
    assume(same)
    assert {one.price_ore for one in develop(same, DAY).lines} == {0}


@given(developments())
def test_unchanged_places_have_no_structure_effect(rows: list[DevelopmentLine]) -> None:
    same = [
        DevelopmentLine("T", str(at), one.unit, one.places_before, first, one.places_before, last)
        for at, one in enumerate(rows)
        if (first := one.tariff_before_ore) and (last := one.tariff_after_ore)
    ]
    assume(same)
    assert {one.structure_ore for one in develop(same, DAY).lines} == {0}


@given(
    st.lists(st.tuples(st.integers(1, 100), tariffs, tariffs), min_size=1, max_size=8),
    st.fractions("1/2", 2, max_denominator=1000),
    st.fractions(0, "1/10", max_denominator=1000),
)
def test_the_cap_s_verdict_excess_and_arrears_agree(
    rows: list[tuple[int, int, int]], index: Fraction, reduction: Fraction
) -> None:
    basket = [
        CapLine(f"T{at}", "Y", PriceUnit.DAY, Fraction(count), now, base)
        for at, (count, now, base) in enumerate(rows)
    ]
    found = check_cap(basket, CapTerms("K", 2022, 2023, index, reduction))
    now = sum(count * tariff for count, tariff, _ in rows)
    reference = sum(count * base for count, _, base in rows) * index
    assert found.level == now / reference
    assert (found.verdict is CapVerdict.KEPT) == (now <= (1 - reduction) * reference)
    assert (unmet_reduction(found).share == 0) == (found.verdict is CapVerdict.KEPT)
    # Meeting the arrears later brings the level to exactly what was allowed.
    assert found.level * (1 - unmet_reduction(found).share) == min(found.level, found.allowed)


growths = st.fractions("-1/10", "1/5", max_denominator=1000)


@given(st.lists(growths, min_size=6, max_size=6), st.data())
def test_chains_multiply_invert_and_rebase(rates: list[Fraction], data: st.DataObject) -> None:
    known = date(2020, 1, 1)
    table = IndexTable(
        tuple(IndexEstimate("pl", 2021 + at, rate, known, "skøn") for at, rate in enumerate(rates))
    )
    year = st.integers(2020, 2026)
    one, two, three = data.draw(year), data.draw(year), data.draw(year)

    def factor(start: int, end: int) -> Fraction:
        return chain(table, ["pl"], start, end, known).factor

    assert factor(one, two) * factor(two, three) == factor(one, three)
    assert factor(one, one) == 1
    first = index_series(table, ["pl"], one, range(2020, 2027), known).numbers
    second = index_series(table, ["pl"], two, range(2020, 2027), known).numbers
    assert (first[one], second[two]) == (100, 100)
    assert all(second[at] == 100 * first[at] / first[two] for at in range(2020, 2027))
    choices = [IndexChoice("K", Period(date(2020, 1, 1), None), ("pl",), "fordi", "punkt 1")]
    assert chain_for(table, choices, "K", one, two, known).factor == factor(one, two)
