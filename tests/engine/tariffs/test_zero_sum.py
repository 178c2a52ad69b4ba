"""The statistic is exact for every rate, and the solvers find the best whole øre."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_world import (
    FACILITIES,
    NEW,
    OLD,
    hours_model,
    levels_model,
    model,
    placement_rows,
    randoms,
)

from rammevaerk.engine.errors import AmountOverflow, NoNeutralRate
from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.tariffs.comparison import Comparison, compare
from rammevaerk.engine.tariffs.models import Kind, placements_of
from rammevaerk.engine.tariffs.models.content import LARGEST_HOUR
from rammevaerk.engine.tariffs.zero_sum import (
    Effects,
    closest_to_zero,
    compensated,
    count_hours,
    effects,
    least_money_moved,
    solve_basis,
    solve_basis_by_group,
    solve_hour,
)

rates = st.one_of(st.integers(0, 900), st.integers(0, LARGEST_HOUR), st.just(LARGEST_HOUR))


@settings(max_examples=200, deadline=None)
@given(randoms, rates)
def test_the_statistic_gives_what_pricing_every_placement_gives(random: Random, rate: int) -> None:
    size, cells = random.randrange(60), random.randrange(1, 6)
    cell = np.array([random.randrange(cells) for _ in range(size)], np.int64)
    minutes = np.array([random.randrange(10_081) for _ in range(size)], np.int64)
    days = np.array([random.randrange(3_661) for _ in range(size)], np.int64)
    service = divide_half_up(minutes * days * rate, 420)
    expected = [int(service[cell == at].sum()) for at in range(cells)]
    counts = count_hours(cell, cells, minutes, days)
    assert counts.service(rate).tolist() == expected
    assert counts.prepare().service(rate).tolist() == expected
    assert counts.line().service(rate) == sum(expected)
    assert counts.line().services(np.array([rate])).tolist() == [sum(expected)]
    only = np.arange(cells) == 0
    assert counts.line(only).service(rate) == expected[0]


def test_so_many_hours_that_the_dearest_rate_would_overflow_are_refused() -> None:
    cell, huge = np.zeros(1, np.int64), np.array([2**45])
    with pytest.raises(AmountOverflow):
        count_hours(cell, 1, huge, np.array([420]))


class World:
    """Levels against basis and hours over a few placements, and what they cost the slow way."""

    def __init__(self, random: Random) -> None:
        self.placements = placements_of(placement_rows(random, random.randrange(2, 12)))
        self.basis, self.hour = random.randrange(200, 900), random.randrange(50, 400)
        self.before = levels_model(random.randrange(100, 2_000), random.randrange(100, 4_000))
        after = hours_model(self.basis, self.hour)
        self.found: Comparison = compare(self.before, after, self.placements)
        self.moved: Effects = effects(self.found, after, self.placements)
        self.payer = random.choice(self.moved.payers)

    def changes(self, hours: range, steps: range, payer: str | None = None) -> list[int]:
        """The change at every hour, or every step, each placement priced anew."""
        one = self.placements
        mine = np.array([payer in {None, one.payer.text(code)} for code in one.payer.codes], bool)
        product = (one.minutes * one.days)[mine]
        service = divide_half_up(np.multiply.outer(np.array(hours), product), 420).sum(axis=1)
        days = int(one.days[mine].sum())
        basis = (self.basis + np.array(steps)) * days
        changes: list[int] = (service + basis - int(self.found.before[mine].sum())).tolist()
        return changes


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_the_what_if_table_is_the_comparison_made_anew(random: Random) -> None:
    world = World(random)
    moved = world.moved
    hour, step = random.randrange(2_000), random.randrange(-world.basis, 500)
    anew = compare(world.before, hours_model(world.basis + step, hour), world.placements)
    table = anew.by_payer_and_group
    expected = dict(zip(table.labels, table.after.tolist(), strict=True))
    after = moved.after(hour, step)
    names = moved.payers
    for row, payer in enumerate(names):
        for column in range(len(moved.groups)):
            label = payer, moved.groups[column]
            assert int(after[row, column]) == expected.get(label, 0)
    assert int(moved.change(hour, step).sum()) == anew.total[2]


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_the_hourly_rate_found_is_the_best_whole_ore(random: Random) -> None:
    world = World(random)
    moved, changes = world.moved, world.changes(range(6_000), range(1))
    try:
        solved = solve_hour(moved)
    except NoNeutralRate:
        assert min(changes) > 0 or max(changes) < 0 or len({*changes}) == 1
        return
    if solved.best.rate >= 5_900:
        return  # few minutes: the best rate lies beyond what was tried
    now = moved.hour or 0
    best = min(range(6_000), key=lambda hour: (abs(changes[hour]), abs(hour - now), hour))
    assert (solved.best.rate, solved.best.residual) == (best, changes[best])
    assert sum(solved.allocation.values()) == -solved.best.residual
    assert sum(solved.change.values()) == solved.best.residual
    if solved.below is not None:
        assert changes[solved.below.rate] == solved.below.residual < 0
        assert changes[solved.below.rate + 1] >= 0
    if solved.above is not None and solved.above.rate < 6_000:
        assert changes[solved.above.rate] == solved.above.residual > 0
        assert changes[solved.above.rate - 1] <= 0


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_the_basis_found_is_the_best_whole_ore_and_no_price_is_negative(random: Random) -> None:
    world = World(random)
    moved, basis = world.moved, world.basis
    tried = range(-basis, 6_000)
    changes = dict(zip(tried, world.changes(range(world.hour, world.hour + 1), tried), strict=True))
    try:
        solved = solve_basis(moved)
    except NoNeutralRate:
        assert not moved.days.any() or min(changes.values()) > 0
        return
    best = min(tried, key=lambda step: (abs(changes[step]), abs(step), step))
    if solved.best.rate < 5_900:
        assert (solved.best.rate, solved.best.residual) == (best, changes[best])
    assert solved.best.residual + sum(solved.allocation.values()) == 0


@settings(max_examples=40, deadline=None)
@given(randoms)
def test_each_group_of_facilities_gets_its_own_neutral_basis(random: Random) -> None:
    placements = World(random).placements
    groups = {"to": FACILITIES[:2], "en": FACILITIES[2:]}
    after = hours_model(500, 300)
    found = compare(levels_model(900, 1_900), after, placements)
    try:
        solved = solve_basis_by_group(found, after, placements, groups)
    except NoNeutralRate:
        return
    steps = {name: solved[group].best.rate for group, names in groups.items() for name in names}
    anew = compare(
        levels_model(900, 1_900),
        hours_model(500, 300, {name: 500 + step for name, step in steps.items()}),
        placements,
    )
    by = anew.by["facility"]
    change = {label[0]: int(ore) for label, ore in zip(by.labels, by.change, strict=True)}
    for group, names in groups.items():
        left = sum(change.get(name, 0) for name in names)
        assert solved[group].best.residual == left == -sum(solved[group].allocation.values())


@settings(max_examples=25, deadline=None)
@given(randoms)
def test_the_payer_is_made_neutral_by_moving_least_money(random: Random) -> None:
    world = World(random)
    moved, basis, payer = world.moved, world.basis, world.payer
    mine = moved.of_payer(payer)
    days = int(moved.days[mine].sum())
    if not days:
        with pytest.raises(NoNeutralRate):
            least_money_moved(moved, payer)
        return
    hours, now = range(1_500), world.hour
    service = world.changes(hours, range(1))
    own = world.changes(hours, range(1), payer)
    best = None
    for hour in hours:
        change = own[hour]
        for step in {-change // days + near for near in (-1, 0, 1)} | {0}:
            residual = change + days * step
            if abs(residual) <= days // 2 and -basis <= step:
                money = abs(service[hour] - service[now]) + int(moved.days.sum()) * abs(step)
                choice = money, abs(residual), abs(hour - now), hour, step
                best = choice if best is None else min(best, choice)
    try:
        found = least_money_moved(moved, payer)
    except NoNeutralRate:
        assert best is None
        return
    if best is None or found.hour >= 1_500:
        return  # what was tried by hand does not reach so far
    assert (found.moved, abs(found.residual), found.hour, found.basis_change) == (
        best[0],
        best[1],
        best[3],
        best[4],
    )
    assert found.closing == {payer: -found.residual}


@settings(max_examples=25, deadline=None)
@given(randoms)
def test_a_payer_is_made_neutral_while_the_total_stays(random: Random) -> None:
    world = World(random)
    moved, payer, everybody = world.moved, world.payer, int(world.moved.days.sum())
    own = world.changes(range(3_000), range(1), payer)
    days = int(moved.days[moved.of_payer(payer)].sum())
    tried = []
    for hour, change in enumerate(world.changes(range(3_000), range(1))):
        step = (2 * -change + everybody) // (2 * everybody) if everybody else 0
        if everybody and step >= -world.basis:
            tried.append((own[hour] + days * step, abs(hour - world.hour)))
    try:
        found = compensated(moved, payer)
    except NoNeutralRate:
        signs = {(left > 0) - (left < 0) for left, _ in tried}
        assert days == 0 or signs <= {1} or signs <= {-1}
        return
    assert found.basis_change >= -world.basis
    assert abs(found.total) <= everybody
    assert sum(found.closing.values()) == -found.total
    assert found.closing[payer] == -found.residual
    for left, moved_by in tried:
        assert (abs(found.residual), abs(found.hour_change)) <= (abs(left), moved_by)


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=40), st.integers(0, 40))
def test_bisection_finds_what_looking_everywhere_finds(steps: list[int], now: int) -> None:
    values = sorted(steps)
    highest = len(values) - 1
    if values[0] > 0 or values[-1] < 0:
        with pytest.raises(NoNeutralRate):
            closest_to_zero(values.__getitem__, (0, highest), now)
        return
    best, below, above = closest_to_zero(values.__getitem__, (0, highest), now)
    expected = min(range(len(values)), key=lambda at: (abs(values[at]), abs(at - now), at))
    assert (best.rate, best.residual) == (expected, values[expected])
    falls = [at for at in range(len(values)) if values[at] < 0]
    rises = [at for at in range(len(values)) if values[at] > 0]
    assert (below and below.rate) == (falls[-1] if falls else None)
    assert (above and above.rate) == (rises[0] if rises else None)


def test_a_model_without_a_general_hourly_rate_cannot_be_solved_by_hour() -> None:
    placements = placements_of(placement_rows(Random(2), 9))
    after = levels_model(100, 200)
    found = compare(hours_model(100, 200), after, placements)
    moved = effects(found, after, placements)
    with pytest.raises(NoNeutralRate):
        solve_hour(moved)
    with pytest.raises(NoNeutralRate):
        least_money_moved(moved, "Aarhus")
    assert solve_basis(moved).best.residual + sum(solve_basis(moved).allocation.values()) == 0


def test_an_unknown_payer_is_said_to_be_unknown() -> None:
    moved = World(Random(4)).moved
    with pytest.raises(NoNeutralRate, match="Atlantis"):
        compensated(moved, "Atlantis")


@settings(max_examples=40, deadline=None)
@given(randoms)
def test_mixed_models_are_solved_on_what_can_be_moved(random: Random) -> None:
    placements = placements_of(placement_rows(random, 20))
    after = model(random, "efter", NEW)
    found = compare(model(random, "før", OLD), after, placements)
    moved = effects(found, after, placements)
    assert int(moved.change(moved.hour or 0).sum()) == found.total[2]
    if not any(part.kind is Kind.BASIS_HOURS for part in after.parts):
        assert not moved.hours.residues.any()
