"""A comparison adds up from every side, for every pair of models."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from model_world import NEW, OLD, hours_model, levels_model, model, placement_rows, randoms

from rammevaerk.engine.errors import AmountOverflow
from rammevaerk.engine.tariffs.causes import causes
from rammevaerk.engine.tariffs.comparison import GroupTable, compare, group_table
from rammevaerk.engine.tariffs.models import (
    Coded,
    FixedSum,
    Kind,
    Model,
    Part,
    PlacementRows,
    Placements,
    SumPer,
    placement_pair,
    placements_of,
    price,
    read_model,
)

Case = tuple[Random, PlacementRows, PlacementRows]


def changed(random: Random, rows: PlacementRows) -> PlacementRows:
    """The same placements some time later: other minutes, other payers, some gone, some new."""
    later = placement_rows(random, len(rows.placement))
    kept = [random.random() < 0.7 for _ in rows.placement]
    keys = [key if keep else f"N{key}" for key, keep in zip(rows.placement, kept, strict=True)]
    renamed = dict(zip(later.placement, keys, strict=True))
    supplements = [(renamed[key], code, days) for key, code, days in later.supplements]
    return replace(later, placement=keys, supplements=supplements)


@settings(max_examples=100, deadline=None)
@given(randoms)
def test_every_identity_reads_zero_for_any_two_models(random: Random) -> None:
    rows = placement_rows(random, random.randrange(1, 30))
    models = model(random, "før", OLD), model(random, "efter", NEW)
    first, second = placement_pair(rows, changed(random, rows))
    found = compare(*models, first, second)
    assert [one for one in found.identities if one.difference] == []
    assert found.holds
    # And by hand, from the rows as they are written out.
    listed = found.rows()
    assert all(int(r["before_ore"]) + int(r["change_ore"]) == r["after_ore"] for r in listed)
    for name, table in found.by.items():
        by_hand: dict[str, int] = {}
        for row in listed:
            by_hand[str(row[name])] = by_hand.get(str(row[name]), 0) + int(row["change_ore"])
        shown = {label[0]: int(ore) for label, ore in zip(table.labels, table.change, strict=True)}
        assert shown == by_hand


@settings(max_examples=100, deadline=None)
@given(randoms)
def test_the_causes_add_up_in_total_and_for_each_payer(random: Random) -> None:
    rows = placement_rows(random, random.randrange(1, 20))
    models = model(random, "før", OLD), model(random, "efter", NEW)
    first, second = placement_pair(rows, changed(random, rows))
    found = compare(*models, first, second)
    parts = causes(*models, first, second)
    assert sum(part.ore for part in parts) == found.total[2]
    for label, ore in zip(found.by["payer"].labels, found.by["payer"].change, strict=True):
        assert sum(part.by_payer.get(label[0], 0) for part in parts) == ore


@settings(max_examples=30, deadline=None)
@given(randoms)
def test_the_order_of_rows_is_irrelevant(random: Random) -> None:
    rows = placement_rows(random, 12)
    order = random.sample(range(12), 12)
    shuffled = PlacementRows(
        *([getattr(rows, name)[at] for at in order] for name in PlacementRows.__slots__[:8]),
        supplements=rows.supplements,
    )
    models = model(random, "før", OLD), model(random, "efter", NEW)
    one, other = (compare(*models, placements_of(each)) for each in (rows, shuffled))
    for name in one.by:
        assert one.by[name].as_rows([name]) == other.by[name].as_rows([name])


def test_a_model_against_itself_changes_nothing() -> None:
    placements = placements_of(placement_rows(Random(3), 20))
    found = compare(levels_model(1_000, 2_000), levels_model(1_000, 2_000), placements)
    assert found.total[2] == 0
    assert not found.change.any()


def test_flat_basis_makes_cheap_placements_dearer_though_the_total_is_neutral() -> None:
    rows = PlacementRows(
        ["P", "Q"],
        ["E"] * 2,
        ["R"] * 2,
        ["A"] * 2,
        ["G"] * 2,
        ["lav", "høj"],
        [1200, 3600],
        [365] * 2,
    )
    found = compare(
        levels_model(1_600_00, 4_800_00), hours_model(1_440_00, 308_00), placements_of(rows)
    )
    assert found.change.tolist() == [720_00 * 365, -720_00 * 365]


def test_different_days_bases_are_remarked() -> None:
    placements = placements_of(placement_rows(Random(3), 5))
    other = replace(hours_model(1, 2), days_basis=366)
    assert [f.code for f in compare(levels_model(1, 2), other, placements).findings] == [
        "models.days-basis"
    ]


LEVELLED = PlacementRows(["P"], ["E"], ["R"], ["A"], ["G"], ["lav"], [0], [365])


def subscription(per: SumPer, basis: int = 365) -> Model:
    one = FixedSum("Abonnement", "E", "R", "G", OLD, 1_000_00, "k", per)
    part = Part(Kind.SUBSCRIPTION, sums=(one,))
    return Model("abonnement", NEW, basis, (part,), keys={"k": {"A": 1}})


def stays(days: list[int]) -> Placements:
    size = len(days)
    keys = [f"P{at}" for at in range(size)]
    columns = [["E"] * size, ["R"] * size, ["A"] * size, ["G"] * size, [""] * size, [0] * size]
    return placements_of(PlacementRows(keys, *columns, days))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("per", "basis", "days", "remarked"),
    [
        (SumPer.YEAR, 365, [90, 31], True),
        (SumPer.YEAR, 365, [90, 365], False),  # one whole year is enough to know the period
        (SumPer.YEAR, 365, [366], False),
        (SumPer.YEAR, 365, [730], True),
        (SumPer.YEAR, 225, [365], True),
        (SumPer.YEAR, 225, [225], False),
        (SumPer.PERIOD, 365, [90], False),
    ],
)
def test_a_sum_for_a_year_beside_other_days_is_remarked(
    per: SumPer, basis: int, days: list[int], remarked: bool
) -> None:
    one = subscription(per, basis)
    found = compare(one, one, stays(days))
    assert [f.code for f in found.findings] == ["models.sum-period"] * 2 * remarked
    assert found.total == (1_000_00, 1_000_00, 0)


def test_sums_of_a_year_and_of_a_period_are_remarked_together() -> None:
    found = compare(subscription(SumPer.YEAR), subscription(SumPer.PERIOD), stays([365]))
    assert [(f.code, f.place) for f in found.findings] == [("models.sum-period", "Modellerne")]
    plain = compare(levels_model(1, 2), subscription(SumPer.YEAR), placements_of(LEVELLED))
    assert plain.findings == ()


HOURS = """
name = "Timer"
kind = "basis_hours"
on = 2025-01-01
days_basis = 365
per = "day"
rate = [{ from = 2025-01-01, rate = 1 }]
hour = [{ from = 2025-01-01, HOUR }]
"""


def test_an_hourly_rate_names_its_rule_or_that_the_model_states_it() -> None:
    ruled = read_model(HOURS.replace("HOUR", 'parameter = "tariffs/hour_rate"'), "a")
    said = read_model(HOURS.replace("HOUR", "rate = 30100"), "b")
    first, second = (one.as_dict() for one in compare(ruled, said, stays([365])).hours)
    rule = ruled.parameters[0]
    assert first["rule"] == {
        "key": "tariffs/hour_rate",
        "value": "308,00 kr. pr. time",
        "version_from": "2025-01-01",
        "source": rule.source.title_da,
        "verified": rule.verified.isoformat() if rule.verified else None,
    }
    assert rule.source.title_da in str(first["source_da"])
    assert "tariffs/hour_rate, version fra 2025-01-01" in str(first["source_da"])
    assert (second["ore"], second["rule"], second["source_da"]) == (
        301_00,
        None,
        "angivet i modellen",
    )


def test_a_sum_beyond_64_bits_is_refused() -> None:
    placements = placements_of(placement_rows(Random(3), 5))
    found = compare(levels_model(1, 2), hours_model(1, 2), placements)
    huge = replace(found.prices[0], basis=np.full(5, 2**61))
    from rammevaerk.engine.tariffs.comparison import _Rows

    with pytest.raises(AmountOverflow):
        _Rows(placements, (huge, found.prices[1]))


def test_groups_of_two_columns_are_named_by_both() -> None:
    placements: Placements = placements_of(placement_rows(Random(8), 40))
    ones = np.ones(40, np.int64)
    columns: list[Coded] = [placements.payer, placements.plan, placements.operator]
    table: GroupTable = group_table(columns, placements.days >= 0, (ones, ones, ones))
    assert sum(table.count.tolist()) == 40
    expected: dict[tuple[str, ...], int] = {}
    for row in range(40):
        label = tuple(column.text(column.codes[row]) for column in columns)
        expected[label] = expected.get(label, 0) + 1
    assert dict(zip(table.labels, table.before.tolist(), strict=True)) == expected


def test_prices_are_the_same_alone_and_in_company() -> None:
    random = Random(5)
    rows, one = placement_rows(random, 30), model(random, "m", NEW)
    together = price(one, placements_of(rows)).total.tolist()
    for at in range(30):
        alone = PlacementRows(
            *([getattr(rows, name)[at]] for name in PlacementRows.__slots__[:8]),
            supplements=[s for s in rows.supplements if s[0] == rows.placement[at]],
        )
        assert price(one, placements_of(alone)).total.tolist() == [together[at]]
