"""What must hold of any settlement, whatever the tables."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from engine.settlement.random_tables import random_tables
from engine.settlement.test_settlement import lines_of

from rammevaerk.engine.settlement.compiled import price_compiled
from rammevaerk.engine.settlement.explain import NoLine, explain
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.kernel import Kernel, price_blocks
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.prepare import LineOrder, prepare
from rammevaerk.engine.settlement.settle import Lines, Rounding, Settlement, settle
from rammevaerk.engine.settlement.subset import of_facility

PERIOD = Months.parse("2024-02..2026-03")
SEEDS = range(100, 112)


def settled(rows: dict[str, Any], months: Months = PERIOD, **more: Any) -> Settlement:
    return settle(SettlementTables.from_rows(rows), months, **more)


def same(one: Settlement, other: Settlement) -> bool:
    return all(
        np.array_equal(getattr(getattr(one, part), name), getattr(getattr(other, part), name))
        for part in ("lines", "totals")
        for name in getattr(one, part).__slots__
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_is_irrelevant(seed: int) -> None:
    rows = random_tables(seed)
    found = settled(rows)
    for table in rows.values():
        Random(seed + 1).shuffle(table)
    assert same(settled(rows), found)


def sorted_by(lines: Lines, *keys: np.ndarray) -> dict[str, list[int]]:
    order = np.lexsort(keys[::-1])
    return {name: getattr(lines, name)[order].tolist() for name in Lines.__slots__}


def in_order(lines: Lines) -> dict[str, list[int]]:
    return {name: getattr(lines, name).tolist() for name in Lines.__slots__}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rounding", list(Rounding))
@pytest.mark.parametrize("kernel", [price_blocks, price_compiled])
@pytest.mark.parametrize("threads", [1, 3])
def test_lines_by_facility_are_those_by_placement_sorted(
    seed: int, rounding: Rounding, kernel: Kernel, threads: int
) -> None:
    rows = random_tables(seed, facilities=9, placements=60)
    tables = SettlementTables.from_rows(rows)
    plain = settle(tables, PERIOD, rounding=rounding)
    found = settle(
        tables,
        PERIOD,
        rounding=rounding,
        kernel=kernel,
        threads=threads,
        line_order=LineOrder.FACILITY,
    )
    facility_of = np.zeros(len(tables.domains["placement"]), np.int64)
    facility_of[tables.placements.placement] = tables.placements.facility
    operator_of = np.zeros(len(tables.domains["facility"]), np.int64)
    operator_of[tables.facilities.facility] = tables.facilities.operator
    facility = facility_of[plain.lines.placement]
    by_facility = sorted_by(
        plain.lines, operator_of[facility], facility, plain.lines.placement, plain.lines.month
    )
    assert in_order(found.lines) == by_facility
    assert sorted_by(found.lines, found.lines.placement, found.lines.month) == in_order(plain.lines)
    assert by_facility != in_order(plain.lines)
    assert same(replace(plain, lines=found.lines), found)
    assert [one.as_dict() for one in found.findings] == [one.as_dict() for one in plain.findings]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_is_irrelevant_to_lines_by_facility(seed: int) -> None:
    rows = random_tables(seed)
    found = settled(rows, line_order=LineOrder.FACILITY)
    for table in rows.values():
        Random(seed + 1).shuffle(table)
    assert same(settled(rows, line_order=LineOrder.FACILITY), found)


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_by_facility_stand_in_the_order_in_which_they_are_priced(seed: int) -> None:
    tables = SettlementTables.from_rows(random_tables(seed))
    stays = prepare(tables, PERIOD, line_order=LineOrder.FACILITY).stays
    assert (stays.line_start[1:] == (stays.line_start + stays.lines)[:-1]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_are_the_sums_of_the_lines(seed: int) -> None:
    rows = random_tables(seed)
    found = settled(rows)
    stays = {row["placement"]: row for row in rows["placements"]}
    operators = {row["facility"]: row["operator"] for row in rows["facilities"]}
    sums: Counter[tuple[Any, ...]] = Counter()
    for (placement, month), amounts in lines_of(found).items():
        stay = stays[placement]
        for at, amount in enumerate(amounts):
            sums[stay["payer"], operators[stay["facility"]], month, at] += amount
    totals, months = found.totals, found.months.names()
    told = Counter(
        {
            (
                found.domains["payer"].label(int(totals.payer[row])),
                found.domains["operator"].label(int(totals.operator[row])),
                months[totals.month[row]],
                at,
            ): int(getattr(totals, name)[row])
            for row in range(len(totals))
            for at, name in enumerate(
                ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")
            )
        }
    )
    assert told == sums
    order = list(zip(totals.payer, totals.operator, totals.month, strict=True))
    assert order == sorted(set(order))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rounding", list(Rounding))
def test_the_compiled_kernel_gives_the_same_figures(seed: int, rounding: Rounding) -> None:
    rows = random_tables(seed)
    assert same(
        settled(rows, rounding=rounding), settled(rows, rounding=rounding, kernel=price_compiled)
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("threads", [2, 7])
def test_threads_and_progress_change_nothing(seed: int, threads: int) -> None:
    rows = random_tables(seed, facilities=9, placements=60)
    shares: list[float] = []
    found = settled(rows, threads=threads, progress=shares.append)
    assert same(settled(rows), found)
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_facility_settled_alone_has_exactly_its_lines_of_the_full_run(seed: int) -> None:
    rows = random_tables(seed)
    tables = SettlementTables.from_rows(rows)
    full = lines_of(settle(tables, PERIOD))
    alone: dict[Any, Any] = {}
    for code in range(len(tables.domains["facility"])):
        alone |= lines_of(settle(of_facility(tables, code).tables, PERIOD))
    assert alone == full


@pytest.mark.parametrize("seed", SEEDS)
def test_a_period_split_at_a_month_has_the_same_lines(seed: int) -> None:
    rows = random_tables(seed)
    parts = [settled(rows, Months.parse(text)) for text in ("2024-02..2025-01", "2025-02..2026-03")]
    assert lines_of(parts[0]) | lines_of(parts[1]) == lines_of(settled(rows))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_calendar_stay_split_at_midnight_costs_the_same_to_the_rounding(seed: int) -> None:
    rows = random_tables(seed)
    for row in rows["facilities"]:
        row["day_count"] = "calendar"
    whole = lines_of(settled(rows))
    split = []
    for row in rows["placements"]:
        cut = datetime.combine(row["start"].date(), time()) + timedelta(days=200)
        if row["end"] is not None and row["end"] <= cut:
            split.append(row)
            continue
        split += [{**row, "end": cut}, {**row, "placement": row["placement"] + "b", "start": cut}]
    children = {
        table: [
            {**row, "placement": name}
            for row in rows[table]
            for name in (row["placement"], row["placement"] + "b")
            if any(one["placement"] == name for one in split)
        ]
        for table in ("absences", "supplements")
    }
    parts: Counter[tuple[str, str, int]] = Counter()
    for (placement, month), amounts in lines_of(
        settled({**rows, "placements": split, **children})
    ).items():
        for at, amount in enumerate(amounts):
            parts[placement.removesuffix("b"), month, at] += amount
    for (placement, month), amounts in whole.items():
        days, basis, service, supplement, _total = (parts[placement, month, at] for at in range(5))
        assert (days, supplement) == (amounts[0], amounts[3])
        # Two roundings instead of one: each at most half an øre from the exact amount.
        assert abs(basis - amounts[1]) <= 1
        assert abs(service - amounts[2]) <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_twice_the_rates_is_twice_the_cost_where_nothing_is_rounded(seed: int) -> None:
    rows = random_tables(seed)
    for row in rows["placements"]:
        row["minutes_per_week"] = row["minutes_per_week"] // 420 * 420
    for row in rows["facilities"]:
        row["absence_basis_pct"] = row["absence_service_pct"] = 100
    once = lines_of(settled(rows))
    for table, names in (
        ("tariffs", ("basis_ore", "basis_over_cap_ore", "hour_ore")),
        ("supplements", ("ore_per_day",)),
    ):
        for row in rows[table]:
            row |= {name: 2 * row[name] for name in names}
    assert lines_of(settled(rows)) == {
        key: (days, *(2 * amount for amount in amounts)) for key, (days, *amounts) in once.items()
    }


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rounding", list(Rounding))
def test_every_line_can_be_explained_day_by_day(seed: int, rounding: Rounding) -> None:
    tables = SettlementTables.from_rows(random_tables(seed, placements=12))
    for (placement, month), amounts in lines_of(settle(tables, PERIOD, rounding=rounding)).items():
        found = explain(tables, placement, month, rounding=rounding)
        assert (
            found.days,
            found.basis_ore,
            found.service_ore,
            found.supplement_ore,
            found.total_ore,
        ) == amounts
        assert all(step.source or step.rule or "I alt" in step.label_da for step in found.trace)


def test_a_stay_without_a_line_says_why() -> None:
    rows = random_tables(1)
    rows["placements"][0] |= {"plan": "ukendt", "start": datetime(2025, 1, 1), "end": None}
    tables = SettlementTables.from_rows(rows)
    with pytest.raises(NoLine, match="ingen takst"):
        explain(tables, rows["placements"][0]["placement"], "2025-03")
    with pytest.raises(NoLine, match="findes ikke"):
        explain(tables, "nogen", "2025-03")
