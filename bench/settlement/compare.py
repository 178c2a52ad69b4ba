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
        left, right = _sorted(own, keys), _sorted(other, keys)
        for column in (*keys, *SUMS):
            if len(left[column]) != len(right[column]):
                raise Differs(f"{name}: {len(left[column])} {what}, not {len(right[column])}")
            wrong = np.flatnonzero(left[column] != right[column])
            if len(wrong):
                at = wrong[0]
                where = ", ".join(f"{key} {left[key][at]}" for key in keys)
                raise Differs(
                    f"{name}: {len(wrong)} {what} differ in {column}; at {where}:"
                    f" {left[column][at]}, not {right[column][at]}"
                )
    return len(found[0]["month"])


def _sorted(columns: Columns, keys: tuple[str, ...]) -> dict[str, np.ndarray]:
    arrays = {name: np.asarray(columns[name]).astype(np.int64) for name in (*keys, *SUMS)}
    cell = arrays[keys[0]]
    for key in keys[1:]:
        cell = cell * (int(arrays[key].max(initial=0)) + 1) + arrays[key]
    if (cell[1:] > cell[:-1]).all():
        return arrays
    order = np.argsort(cell, kind="stable")
    return {name: column[order] for name, column in arrays.items()}
