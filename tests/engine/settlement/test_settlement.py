"""The engine against the slow reference, and the identities that any settlement keeps."""

from datetime import date
from typing import Any

import pytest
from engine.settlement import day_by_day
from engine.settlement.random_tables import random_tables

from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement, settle
from rammevaerk.engine.table_findings import stops_figures

PERIOD = Months.parse("2024-02..2026-03")


def lines_of(found: Settlement) -> dict[tuple[Any, str], tuple[int, ...]]:
    lines, names = found.lines, found.months.names()
    return {
        (found.domains["placement"].label(int(lines.placement[at])), names[lines.month[at]]): (
            int(lines.days[at]),
            int(lines.basis_ore[at]),
            int(lines.service_ore[at]),
            int(lines.supplement_ore[at]),
            int(lines.total_ore[at]),
        )
        for at in range(len(lines))
    }


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("rounding", list(Rounding))
def test_every_line_is_what_counting_day_by_day_gives(seed: int, rounding: Rounding) -> None:
    rows = random_tables(seed)
    found = settle(SettlementTables.from_rows(rows), PERIOD, rounding=rounding)
    expected = day_by_day.settle(
        rows, date(2024, 2, 1), date(2026, 4, 1), by_day=rounding is Rounding.DAY
    )
    assert not stops_figures(found.findings)
    assert expected
    assert lines_of(found) == expected
