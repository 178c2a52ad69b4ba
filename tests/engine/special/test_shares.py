"""Objective financing, published tables, and a common cost with a floor."""

import random
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rammevaerk.engine.errors import NoRuleForDate, ParameterError, UnfitCase
from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.parameter_files import Parameter
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.special.cost_sharing import family_planning_shares
from rammevaerk.engine.settlement.special.objective import (
    Key,
    Scheme,
    objective_shares,
    share_by_weight,
)
from rammevaerk.engine.settlement.special.published_shares import (
    PublishedRow,
    check_published_shares,
)

RULES = Parameters.load()
DAY = date(2023, 1, 1)
NAMES = st.text("ABCDEFGH", min_size=1, max_size=3)
WEIGHTS = st.dictionaries(NAMES, st.integers(0, 10**6), min_size=1, max_size=19).filter(
    lambda weights: any(weights.values())
)


@given(st.integers(-(10**12), 10**12), WEIGHTS, st.randoms(use_true_random=False))
def test_shares_sum_to_the_total_whatever_the_order(
    total: int, weights: dict[str, int], chance: random.Random
) -> None:
    shares = share_by_weight(total, weights)
    assert sum(shares.values()) == total
    items = list(weights.items())
    chance.shuffle(items)
    assert share_by_weight(total, dict(items)) == shares
    scale = sum(weights.values())
    assert all(abs(shares[name] * scale - total * weights[name]) < scale for name in weights)


@pytest.mark.parametrize("scheme", Scheme)
def test_each_scheme_has_its_key(scheme: Scheme) -> None:
    key = Key(str(RULES.on(f"objective/key_{scheme}", DAY).value))
    found = objective_shares(scheme, 100_00, {"A": 1, "B": 3}, key, DAY, RULES)
    assert found.shares_ore == {"A": 25_00, "B": 75_00}
    assert found.trace.unverified == (scheme is not Scheme.SUPERVISION)
    for other in set(Key) - {key}:
        with pytest.raises(UnfitCase, match=f"men nøglen er {other}"):
            objective_shares(scheme, 100_00, {"A": 1}, other, DAY, RULES)


def test_a_key_nobody_knows_is_an_error_in_the_rules() -> None:
    old = RULES.get("objective/key_secure")
    version = replace(old.versions[0], value="areal")
    changed: dict[str, Parameter] = {**RULES.by_key, old.key: replace(old, versions=(version,))}
    rules = Parameters(RULES.sources, changed)
    with pytest.raises(ParameterError, match="objective/key_secure: 'areal' is no key"):
        objective_shares(Scheme.SECURE, 1, {"A": 1}, Key.CHILDREN, DAY, rules)


def test_objective_financing_before_2022_has_no_rule() -> None:
    with pytest.raises(NoRuleForDate, match=r"objective\.shares"):
        objective_shares(Scheme.SECURE, 1, {"A": 1}, Key.CHILDREN, date(2021, 12, 31), RULES)


@st.composite
def tables(draw: st.DrawFn) -> list[PublishedRow]:
    rate = draw(st.integers(50_000_000, 500_000_000))  # hundred-thousandths of an øre per child
    counts = draw(st.lists(st.integers(3_000, 20_000), min_size=6, max_size=19, unique=True))
    total = sum(counts)
    return [
        PublishedRow(
            f"K{at:02d}",
            count,
            divide_half_up(count * rate, 10**5 * 100) * 100,
            (Decimal(100 * count) / total).quantize(Decimal("0.01"), ROUND_HALF_UP),
        )
        for at, count in enumerate(counts)
    ]


@given(tables())
def test_a_sound_table_has_no_finding(rows: list[PublishedRow]) -> None:
    checked = check_published_shares(rows)
    assert checked.rate is not None
    assert (checked.wrong, checked.findings) == ((), ())


@given(tables(), st.data())
def test_a_row_with_a_wrong_count_is_found_and_mended(
    rows: list[PublishedRow], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    off = data.draw(st.integers(100, 2_000))
    right = rows[at]
    rows[at] = replace(right, count=right.count - off)
    checked = check_published_shares(rows)
    assert checked.wrong == (rows[at],)
    (repairs,) = checked.repairs
    # The printed percentages were made from the right counts, so they all hold again.
    best = [repair.row for repair in repairs if repair.percents_that_hold == len(rows)]
    assert right in best
    assert repairs[0].row in best


@given(tables(), st.data())
def test_a_row_with_a_wrong_amount_is_found_and_mended(
    rows: list[PublishedRow], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    right = rows[at]
    rows[at] = replace(
        right, amount_ore=right.amount_ore + data.draw(st.integers(50, 999)) * 100_00
    )
    checked = check_published_shares(rows)
    assert checked.wrong == (rows[at],)
    assert right in [repair.row for repair in checked.repairs[0]]


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(rows: list[PublishedRow], chance: random.Random) -> None:
    rate = check_published_shares(rows).rate
    chance.shuffle(rows)
    assert check_published_shares(rows).rate == rate


def test_a_row_without_a_count_is_named_and_an_empty_table_has_no_rate() -> None:
    sound = [PublishedRow("A", 10, 100_00), PublishedRow("B", 20, 200_00)]
    checked = check_published_shares([*sound, PublishedRow("C", 0, 100_00)])
    assert checked.rate == 10_00
    assert [(found.code, found.place) for found in checked.findings] == [
        ("objective.row-without-count", "C")
    ]
    nothing = check_published_shares([])
    assert (nothing.rate, nothing.wrong) == (None, ())
    assert [found.code for found in nothing.findings] == ["objective.no-common-rate"]


@given(WEIGHTS, st.data())
def test_the_common_cost_is_shared_whole_and_never_below_the_floor(
    populations: dict[str, int], data: st.DataObject
) -> None:
    joined = data.draw(st.lists(st.sampled_from(sorted(populations)), min_size=1, unique=True))
    assume(sum(populations[name] for name in joined))
    shared = family_planning_shares(populations, joined, DAY, RULES)
    assert sum(shared.shares_ore.values()) == shared.budget_ore
    assert 350_000_00 == shared.floor_ore <= shared.budget_ore <= 700_000_00
    assert set(shared.shares_ore) == set(joined)
    assert shared == family_planning_shares(populations, [*joined[::-1], joined[0]], DAY, RULES)


@given(WEIGHTS, st.data())
def test_above_the_floor_nobody_pays_more_because_others_stay_away(
    populations: dict[str, int], data: st.DataObject
) -> None:
    joined = data.draw(st.lists(st.sampled_from(sorted(populations)), min_size=1, unique=True))
    assume(2 * sum(populations[name] for name in joined) >= sum(populations.values()))
    alone = family_planning_shares(populations, joined, DAY, RULES)
    everyone = family_planning_shares(populations, populations, DAY, RULES)
    assert everyone.budget_ore == 700_000_00
    assert alone.findings == ()
    for name in joined:
        assert abs(alone.shares_ore[name] - everyone.shares_ore[name]) <= 1


def test_a_floor_that_applies_says_so_and_that_the_figures_are_unchecked() -> None:
    shared = family_planning_shares({"A": 1, "B": 9}, ["A"], DAY, RULES)
    (found,) = shared.findings
    assert (found.found, found.expected) == ("70.000,00 kr.", "350.000,00 kr.")
    assert shared.trace.unverified


@pytest.mark.parametrize(
    ("populations", "joined", "reason"),
    [
        ({"A": 1}, [], "Ingen har tilsluttet sig"),
        ({"A": 1}, ["B"], "Folketallet mangler for B"),
        ({"A": 0, "B": 1}, ["A"], "positivt"),
        ({"A": 2, "B": -1}, ["A"], "positivt"),
    ],
)
def test_a_common_cost_nobody_can_bear_is_refused(
    populations: dict[str, int], joined: list[str], reason: str
) -> None:
    with pytest.raises(UnfitCase, match=reason):
        family_planning_shares(populations, joined, DAY, RULES)
