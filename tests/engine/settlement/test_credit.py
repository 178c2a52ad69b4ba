"""A settlement, its full credit and the settlement made anew come to the new one."""

from collections import Counter
from typing import Any

import pytest
from engine.settlement.random_tables import random_tables

from rammevaerk.engine.settlement.credit import credited
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Settlement, settle

PERIOD = Months.parse("2024-02..2026-03")
AMOUNTS = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")


def by_key(found: Settlement, part: str, *keys: str) -> Counter[tuple[Any, ...]]:
    """The amounts of lines or totals by their keys, as they are written."""
    table = getattr(found, part)
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in range(len(table)):
        key = tuple(
            found.months.name(int(table.month[row]))
            if name == "month"
            else found.domains[name].label(int(getattr(table, name)[row]))
            for name in keys
        )
        for amount in AMOUNTS:
            sums[(*key, amount)] += int(getattr(table, amount)[row])
    return sums


def together(*parts: Counter[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    sums: Counter[tuple[Any, ...]] = Counter()
    for part in parts:
        for key, amount in part.items():
            sums[key] += amount
    return {key: amount for key, amount in sums.items() if amount}


@pytest.mark.parametrize("seed", range(200, 208))
@pytest.mark.parametrize(
    ("part", "keys"),
    [("lines", ("placement", "month")), ("totals", ("payer", "operator", "month"))],
)
def test_run_credit_and_new_run_come_to_the_new_run(
    seed: int, part: str, keys: tuple[str, ...]
) -> None:
    rows = random_tables(seed)
    first = settle(SettlementTables.from_rows(rows), PERIOD)
    for row in rows["tariffs"]:
        row["hour_ore"] += 111  # what was found to be wrong three months later
    rows["placements"].pop()
    again = settle(SettlementTables.from_rows(rows), PERIOD)
    parts = [by_key(one, part, *keys) for one in (first, credited(first), again)]
    assert parts[0] != parts[2]
    assert together(*parts) == together(parts[2])


def test_a_credit_of_a_credit_is_the_first_again() -> None:
    first = settle(SettlementTables.from_rows(random_tables(5)), PERIOD)
    again = credited(credited(first))
    assert (again.lines.total_ore == first.lines.total_ore).all()
    assert (again.totals.days == first.totals.days).all()
