"""The two ways of counting days, set beside each other in days and øre."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from engine.settlement.random_tables import random_tables

from rammevaerk.engine.settlement.day_count_effect import counted_as, day_count_effect
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, settle

PERIOD = Months.parse("2024-02..2026-03")


@pytest.mark.parametrize("seed", range(300, 306))
def test_each_side_is_the_settlement_of_that_way_of_counting(seed: int) -> None:
    tables = SettlementTables.from_rows(random_tables(seed))
    effect = day_count_effect(tables, tables, PERIOD)
    for hotel, name in ((False, "calendar"), (True, "hotel")):
        totals = settle(counted_as(tables, hotel=hotel), PERIOD).totals
        assert getattr(effect.total, f"{name}_days") == totals.days.sum()
        assert getattr(effect.total, f"{name}_ore") == totals.total_ore.sum()
    assert sum(row.ore for row in effect.rows) == effect.total.ore
    assert sum(row.days for row in effect.rows) == effect.total.days
    assert len({(row.operator, row.payer) for row in effect.rows}) == len(effect.rows)


@pytest.mark.parametrize("seed", range(320, 324))
def test_each_placement_is_rounded_in_its_own_way(seed: int) -> None:
    tables = SettlementTables.from_rows(random_tables(seed))
    keys = [str(one) for one in tables.domains["placement"].labels]
    daily = set(keys[::2])
    effect = day_count_effect(tables, tables, PERIOD, by_day=daily)
    wanted = 0
    for rounding in Rounding:
        lines = settle(counted_as(tables, hotel=True), PERIOD, rounding=rounding).lines
        own = [(keys[code] in daily) is (rounding is Rounding.DAY) for code in lines.placement]
        wanted += int(lines.total_ore[np.array(own)].sum())
    assert effect.total.hotel_ore == wanted
    assert day_count_effect(tables, tables, PERIOD).rows != effect.rows


def test_counting_anew_touches_nothing_else() -> None:
    tables = SettlementTables.from_rows(random_tables(310))
    hotel = counted_as(tables, hotel=True)
    assert np.all(hotel.facilities.hotel == 1)
    assert hotel.placements is tables.placements
    assert not np.all(tables.facilities.hotel == 1)


def test_61_hours_are_four_calendar_days_or_two_hotel_days() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "facilities": [
            {
                "facility": "Hjemmet",
                "operator": "Viborg",
                "day_count": "calendar",
                "cap": 10,
                "absence_full_days": 0,
                "absence_basis_pct": 100,
                "absence_service_pct": 100,
            }
        ],
        "tariffs": [
            {
                "facility": "Hjemmet",
                "plan": "a",
                "valid_from": date(2026, 1, 1),
                "basis_ore": 120_000,
                "basis_over_cap_ore": 120_000,
                "hour_ore": 0,
            }
        ],
        "placements": [
            {
                "placement": "P",
                "facility": "Hjemmet",
                "payer": "Skive",
                "plan": "a",
                "minutes_per_week": 0,
                "start": datetime(2026, 3, 1, 20),
                "end": datetime(2026, 3, 4, 9),
            }
        ],
    }
    tables = SettlementTables.from_rows(rows)
    (row,) = day_count_effect(tables, tables, Months.parse("2026-03")).rows
    assert (row.operator, row.payer) == ("Viborg", "Skive")
    assert (row.calendar_days, row.hotel_days, row.days) == (4, 2, -2)
    assert (row.calendar_ore, row.hotel_ore, row.ore) == (480_000, 240_000, -240_000)
