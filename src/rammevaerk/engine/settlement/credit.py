"""Crediting: a settlement with every figure turned, which with the first one comes to nothing."""

from dataclasses import fields, replace
from typing import TypeVar

from rammevaerk.engine.settlement.settle import Lines, Settlement, Totals

T = TypeVar("T", Lines, Totals)
_KEYS = {"placement", "payer", "operator", "month"}


def credited(settled: Settlement) -> Settlement:
    """Return the full credit of a settlement: the same lines and sums with the opposite sign.

    A settlement is never changed. Settled anew, the first, its credit and the new one together
    come to the new one, line by line. The findings are the first one's own, and not repeated.
    """
    return replace(
        settled, lines=_turned(settled.lines), totals=_turned(settled.totals), findings=()
    )


def _turned(columns: T) -> T:
    return replace(
        columns,
        **{
            field.name: -getattr(columns, field.name)
            for field in fields(columns)
            if field.name not in _KEYS
        },
    )
