"""Whether two settlements are the same: every column of every line and total, to the øre."""

from collections.abc import Mapping
from typing import Any

import numpy as np

LINE_KEYS = ("placement", "month")
TOTAL_KEYS = ("payer", "operator", "month")
SUMS = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")

Columns = Mapping[str, Any]


class Differs(Exception):
    """Two formulations do not give the same øre; nothing is then worth measuring."""


def check_same(name: str, found: tuple[Columns, Columns], expected: tuple[Columns, Columns]) -> int:
    """Compare lines and totals whatever their order; `Differs` says what is not the same.

    Returns the number of lines.
    """
    for what, keys, own, other in zip(
        ("lines", "totals"), (LINE_KEYS, TOTAL_KEYS), found, expected, strict=True
    ):
        # Column by column: two whole settlements of a nation are not copied side by side.
        order, other_order = _order(own, keys), _order(other, keys)
        if len(order) != len(other_order):
            raise Differs(f"{name}: {len(order)} {what}, not {len(other_order)}")
        for column in (*keys, *SUMS):
            left, right = np.asarray(own[column])[order], np.asarray(other[column])[other_order]
            wrong = np.flatnonzero(left != right)
            if len(wrong):
                at = wrong[0]
                where = ", ".join(f"{key} {own[key][order[at]]}" for key in keys)
                raise Differs(
                    f"{name}: {len(wrong)} {what} differ in {column}; at {where}:"
                    f" {left[at]}, not {right[at]}"
                )
    return len(found[0]["month"])


def _order(columns: Columns, keys: tuple[str, ...]) -> np.ndarray:
    cell = np.zeros(len(columns[keys[0]]), np.int64)
    for key in keys:
        values = np.asarray(columns[key])
        cell *= int(values.max(initial=0)) + 1
        cell += values
    if (cell[1:] > cell[:-1]).all():
        return np.arange(len(cell))
    return np.argsort(cell, kind="stable")
