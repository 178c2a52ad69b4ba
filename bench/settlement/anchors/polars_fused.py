"""Polars' best forms: signed pieces joined with price segments, and cumulative prices gathered."""

from typing import Any

import polars as pl
from bench.settlement.anchors.polars_forms import (
    SUMS,
    Native,
    months_of,
    settle_fused,
    settle_gathered,
)
from bench.settlement.generate import Data, arrow_numbers

__all__ = ["columns", "load", "settle_fused", "settle_gathered"]


def load(data: Data) -> Native:
    """The tables as frames."""
    tables: dict[str, pl.DataFrame] = {}
    for name, arrow in arrow_numbers(data).items():
        frame = pl.from_arrow(arrow)
        assert isinstance(frame, pl.DataFrame)  # noqa: S101 - from_arrow makes series too
        tables[name] = frame
    return Native(tables, months_of(data.months.starts().tolist()), data.days)


def columns(made: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines and totals as NumPy columns."""
    lines, totals = made
    wanted = lines.select("placement", "month", *SUMS)
    return (
        {name: wanted[name].to_numpy() for name in wanted.columns},
        {name: totals[name].to_numpy() for name in totals.columns},
    )
