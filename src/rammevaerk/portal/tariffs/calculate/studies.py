"""Two tariff models over one set of placements: worked out once, then moved by its levers.

Everything is the engine's; this module keeps what it has worked out. The key of what is kept is
the content itself (the models' text and the placements' fingerprints), so it is never out of
date, and only the last few are kept.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rammevaerk.engine.errors import NoNeutralRate
from rammevaerk.engine.money import OreArray
from rammevaerk.engine.tables import IntArray
from rammevaerk.engine.tariffs.causes import Cause, causes
from rammevaerk.engine.tariffs.comparison import Comparison, GroupTable, Identity, compare
from rammevaerk.engine.tariffs.models import Model, placement_pair, placements_of, read_model
from rammevaerk.engine.tariffs.models.content import LARGEST_HOUR, LARGEST_RATE
from rammevaerk.engine.tariffs.zero_sum import (
    Effects,
    Neutral,
    RateTables,
    ZeroSum,
    effects,
    least_money_moved,
    solve_basis,
    solve_hour,
)
from rammevaerk.exchange.placement_files import unpacked
from rammevaerk.portal.common import documents

KEPT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A comparison with all that its levers need: each what-if is then a few look-ups."""

    before: Model
    after: Model
    found: Comparison
    causes: tuple[Cause, ...]
    moved: Effects
    tables: RateTables
    counts: IntArray
    longest: int

    @property
    def identities(self) -> tuple[Identity, ...]:
        """What must read zero, with what the causes add up to."""
        parts = sum(part.ore for part in self.causes)
        change = self.found.total[2]
        return *self.found.identities, Identity("årsagerne = ændringen i alt", parts, change)


@lru_cache(maxsize=KEPT)
def prepare(before: str, after: str, sha256: str, after_sha256: str) -> Prepared:
    """Compare two models (TOML) over stored placements.

    `UnusableModel`, `UnpricedPlacements` and `DamagedDocument` say why it cannot be done; a
    refusal is not kept.
    """
    first, second = read_model(before, "Model før"), read_model(after, "Model efter")
    rows = unpacked(documents.fetch(sha256))
    placements, met = placements_of(rows), None
    if after_sha256:
        placements, met = placement_pair(rows, unpacked(documents.fetch(after_sha256)))
    found = compare(first, second, placements, met)
    moved = effects(found, second, placements if met is None else met)
    return Prepared(
        before=first,
        after=second,
        found=found,
        causes=causes(first, second, placements, met),
        moved=moved,
        tables=moved.hours.prepare(),
        counts=_counts(found, moved),
        longest=int(placements.days.max(initial=0)),
    )


def _counts(found: Comparison, moved: Effects) -> IntArray:
    """Placements per payer × target group, in the order of the levers' tables."""
    counts = np.zeros(moved.shape, np.int64)
    payers = {name: at for at, name in enumerate(moved.payers)}
    groups = {name: at for at, name in enumerate(moved.groups)}
    both = found.by_payer_and_group
    for (payer, group), count in zip(both.labels, both.count.tolist(), strict=True):
        counts[payers[payer], groups[group]] = count
    return counts


@dataclass(frozen=True, slots=True)
class Levers:
    """An hourly rate in øre, and øre per day more or less on the basis."""

    hour: int
    basis: int = 0


def bounds(prepared: Prepared) -> dict[str, tuple[int, int]]:
    """How far each lever goes, both ends included; an hourly rate only where the model has one."""
    rates = {"hour": (0, LARGEST_HOUR)} if prepared.moved.hour is not None else {}
    return {**rates, "basis": (prepared.moved.lowest, LARGEST_RATE)}


def as_they_are(prepared: Prepared) -> Levers:
    """The levers of the second model itself."""
    return Levers(prepared.moved.hour or 0)


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """What is paid after with the levers moved, and the change in all."""

    payer: GroupTable
    target_group: GroupTable
    both: GroupTable

    @property
    def total(self) -> tuple[int, int, int]:
        """Before, after and change of everything."""
        table = self.payer
        return int(table.before.sum()), int(table.after.sum()), int(table.change.sum())


def what_if(prepared: Prepared, levers: Levers) -> WhatIf:
    """Every payer and target group at an hourly rate and a change of basis."""
    moved = prepared.moved
    before = moved.before.reshape(moved.shape)
    after = moved.fixed + prepared.tables.service(levers.hour) + moved.days * levers.basis
    after = after.reshape(moved.shape)
    payers = tuple((name,) for name in moved.payers)
    groups = tuple((name,) for name in moved.groups)
    held = (prepared.counts > 0) | (before != 0) | (after != 0)
    cells = tuple(
        (moved.payers[row], moved.groups[column]) for row, column in np.argwhere(held).tolist()
    )
    counts = prepared.counts
    return WhatIf(
        payer=_table(payers, counts.sum(axis=1), before.sum(axis=1), after.sum(axis=1)),
        target_group=_table(groups, counts.sum(axis=0), before.sum(axis=0), after.sum(axis=0)),
        both=_table(cells, counts[held], before[held], after[held]),
    )


def _table(
    labels: tuple[tuple[str, ...], ...], count: IntArray, before: OreArray, after: OreArray
) -> GroupTable:
    return GroupTable(labels, count, before, after, after - before)


@dataclass(frozen=True, slots=True)
class Solved:
    """What would make the change zero by each lever; a problem in words where nothing does."""

    hour: ZeroSum | None
    basis: ZeroSum | None
    neutral: Neutral | None
    problems: tuple[str, ...]


def solve(prepared: Prepared, levers: Levers, payer: str = "") -> Solved:
    """Find the zero-sum rate, the zero-sum basis at the rate held, and a neutral payer if asked."""
    moved = prepared.moved
    problems: list[str] = []
    hour = basis = neutral = None
    try:
        hour = solve_hour(moved)
    except NoNeutralRate as error:
        problems.append(error.reason_da)
    try:
        basis = solve_basis(moved, levers.hour)
    except NoNeutralRate as error:
        problems.append(error.reason_da)
    if payer:
        try:
            neutral = least_money_moved(moved, payer)
        except NoNeutralRate as error:
            problems.append(error.reason_da)
    return Solved(hour, basis, neutral, tuple(dict.fromkeys(problems)))
