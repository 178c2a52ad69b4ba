"""Zero-sum: the rate or basis that makes a change of model neutral, exactly, in whole øre."""

from rammevaerk.engine.tariffs.zero_sum.effects import Effects, effects
from rammevaerk.engine.tariffs.zero_sum.neutral import Neutral, compensated, least_money_moved
from rammevaerk.engine.tariffs.zero_sum.solving import (
    Candidate,
    ZeroSum,
    closest_to_zero,
    solve_basis,
    solve_basis_by_group,
    solve_hour,
)
from rammevaerk.engine.tariffs.zero_sum.statistic import (
    HourCounts,
    HourLine,
    RateTables,
    count_hours,
)

__all__ = [
    "Candidate",
    "Effects",
    "HourCounts",
    "HourLine",
    "Neutral",
    "RateTables",
    "ZeroSum",
    "closest_to_zero",
    "compensated",
    "count_hours",
    "effects",
    "least_money_moved",
    "solve_basis",
    "solve_basis_by_group",
    "solve_hour",
]
