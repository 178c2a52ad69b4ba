"""Pricing by a model equals a slow exact reference, and says what it cannot price."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from model_world import NEW, OLD, hours_model, levels_model, model, placement_rows, randoms

from rammevaerk.engine.errors import UnpricedPlacements
from rammevaerk.engine.tariffs.models import (
    Kind,
    Model,
    Part,
    Per,
    PlacementRows,
    PriceIndex,
    Rate,
    at_index,
    general_hour,
    placement_pair,
    placements_of,
    price,
)


def half_up(amount: Fraction) -> int:
    quotient = Decimal(amount.numerator) / Decimal(amount.denominator)
    near = quotient.quantize(Decimal(1), ROUND_HALF_UP)
    # Decimal division is inexact: settle ties and nothing else by the fraction.
    if abs(amount - int(near)) > Fraction(1, 2):
        near += 1 if amount > int(near) else -1
    return int(near)


def found(rates: tuple[Rate, ...], on: date, facility: str, plan: str) -> Rate:
    for wanted in ((facility, plan), (facility, ""), ("", plan), ("", "")):
        fits = [r for r in rates if (r.facility, r.plan) == wanted and r.start <= on]
        if fits:
            return sorted(fits, key=lambda rate: rate.start)[-1]
    raise AssertionError((facility, plan))


def per_day(rate: int, per: Per, basis: int) -> Fraction:
    return Fraction(rate * {Per.DAY: basis, Per.MONTH: 12, Per.YEAR: 1}[per], basis)


def slow_price(one: Model, rows: PlacementRows, at: int) -> tuple[int, int, int]:
    """Basis, service and supplement of one placement, by fractions."""
    facility, plan, days = rows.facility[at], rows.plan[at], rows.days[at]
    supplement = Fraction(0)
    for key, code, used in () if one.supplements_included else rows.supplements:
        if key == rows.placement[at]:
            rate = next(r for r in one.supplements if r.supplement == code)
            supplement += per_day(rate.ore, rate.per, one.days_basis) * used
    part = next(part for part in one.parts if facility in part.facilities)
    if part.kind is Kind.SUBSCRIPTION or days == 0:
        return 0, 0, half_up(supplement)
    rate = found(part.rates, one.on, facility, plan)
    whole = per_day(rate.ore, rate.per, one.days_basis) * days
    basis, service = half_up(whole), 0
    if part.kind is Kind.LEVELS:
        share = found(part.percents, one.on, facility, plan).ore
        basis, service = half_up(Fraction(half_up(whole) * share, 10_000)), half_up(whole)
        service -= basis
    elif part.kind is Kind.STANDARD_PERCENT:
        service = half_up(whole * found(part.percents, one.on, facility, plan).ore / 10_000)
    elif part.kind is Kind.BASIS_HOURS:
        hour = found(part.hours, one.on, facility, plan).ore
        service = half_up(Fraction(rows.minutes[at] * days * hour, 420))
    return basis, service, half_up(supplement)


@settings(max_examples=150, deadline=None)
@given(randoms)
def test_every_component_equals_the_slow_reference(random: Random) -> None:
    rows = placement_rows(random, random.randrange(1, 25))
    one = model(random, "m", NEW)
    prices = price(one, placements_of(rows))
    components = zip(
        prices.basis.tolist(), prices.service.tolist(), prices.supplement.tolist(), strict=True
    )
    for at, priced in enumerate(components):
        assert priced == slow_price(one, rows, at)
    sums = sum(share.ore for share in prices.contributions)
    assert sums == sum(one.ore for part in one.parts for one in part.sums)


def test_only_the_last_version_begun_counts() -> None:
    rows = PlacementRows(["P"], ["Elme"], ["R"], ["A"], ["G"], ["lav"], [0], [10])
    later = replace(levels_model(100, 0), on=date(2026, 1, 1))
    rates = (*later.parts[0].rates, Rate("", "lav", date(2026, 1, 1), 300))
    moved = replace(later, parts=(replace(later.parts[0], rates=rates),))
    assert price(moved, placements_of(rows)).total.tolist() == [3000]
    assert price(replace(moved, on=OLD), placements_of(rows)).total.tolist() == [1000]


def test_a_placement_without_a_rate_is_named_and_stops_the_figures() -> None:
    rows = PlacementRows(["P7"], ["Elme"], ["R"], ["A"], ["G"], ["ukendt"], [0], [10])
    with pytest.raises(UnpricedPlacements) as caught:
        price(levels_model(1, 2), placements_of(rows))
    [finding] = caught.value.findings
    assert finding.target == "placement:P7"
    assert "Elme" in finding.place
    assert "ukendt" in finding.place


def test_a_facility_a_supplement_and_a_payer_without_price_are_three_findings() -> None:
    rows = PlacementRows(
        ["P1", "P2"],
        ["Elme", "Birk"],
        ["R"] * 2,
        ["Odense"] * 2,
        ["G"] * 2,
        [""] * 2,
        [0] * 2,
        [10] * 2,
        [("P1", "taxa", 3)],
    )
    one = model(Random(1), "m", NEW)
    subscription = next(
        part
        for seed in range(99)
        for part in model(Random(seed), "m", NEW).parts
        if part.kind is Kind.SUBSCRIPTION and part.sums[0].facility == "Elme"
    )
    broken = replace(one, parts=(subscription,), supplements_included=False)
    with pytest.raises(UnpricedPlacements) as caught:
        price(broken, placements_of(rows))
    codes = sorted(finding.code for finding in caught.value.findings)
    assert codes == ["model.no-facility", "model.no-key", "model.no-supplement"]


def test_a_placement_without_days_needs_no_rate() -> None:
    rows = PlacementRows(["P"], ["Elme"], ["R"], ["A"], ["G"], ["ukendt"], [9], [0])
    assert price(levels_model(1, 2), placements_of(rows)).total.tolist() == [0]


def test_no_placements_at_all_cost_nothing() -> None:
    empty = PlacementRows([], [], [], [], [], [], [], [])
    assert price(hours_model(1, 2), placements_of(empty)).total.tolist() == []


def test_two_tables_lie_row_by_row_beside_each_other() -> None:
    before = PlacementRows(
        ["P", "Q"], ["E"] * 2, ["R"] * 2, ["A", "B"], ["G"] * 2, ["x"] * 2, [1, 2], [3, 4]
    )
    after = PlacementRows(
        ["Q", "S"], ["E"] * 2, ["R"] * 2, ["C", "B"], ["G"] * 2, ["y"] * 2, [5, 6], [7, 8]
    )
    first, second = placement_pair(before, after)
    assert first.keys.tolist() == second.keys.tolist() == ["P", "Q", "Q", "S"]
    assert first.days.tolist() == [3, 4, 0, 0]
    assert second.days.tolist() == [0, 0, 7, 8]
    assert [first.payer.text(code) for code in first.payer.codes] == ["A", "B", "C", "B"]


def test_another_index_scales_every_amount_once() -> None:
    one = replace(hours_model(100_00, 308_00), price_index=PriceIndex("a", Decimal("1.0")))
    other = at_index(one, PriceIndex("b", Decimal("1.0333")))
    assert other.parts[0].rates[0].ore == 103_33
    assert general_hour(other) == 318_26  # 30800 x 1.0333 = 31825.64
    assert at_index(hours_model(1, 2), PriceIndex("b", Decimal(2))) == hours_model(1, 2)


def test_the_closest_rate_wins() -> None:
    rates = tuple(
        Rate(facility, plan, OLD, ore)
        for ore, (facility, plan) in enumerate(
            [("", ""), ("", "p"), ("E", ""), ("E", "p")], start=1
        )
    )
    part = Part(Kind.MAIN_SUPPLEMENTS, rates=rates)
    one = Model("m", OLD, 365, (part,))
    rows = PlacementRows(
        list("abcd"),
        ["X", "X", "E", "E"],
        ["R"] * 4,
        ["A"] * 4,
        ["G"] * 4,
        ["q", "p", "q", "p"],
        [0] * 4,
        [1] * 4,
    )
    assert price(one, placements_of(rows)).total.tolist() == [1, 2, 3, 4]
