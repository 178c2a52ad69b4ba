"""Placements as columns of whole numbers, as the models price them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.tables import Domain, IntArray, shared_domain

LARGEST_DAYS = 3_660
LARGEST_MINUTES = 7 * 24 * 60

Keys = Sequence[int] | Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of keys as places in a domain."""

    codes: IntArray
    domain: Domain

    def __len__(self) -> int:
        return len(self.domain)

    def text(self, code: int) -> str:
        """Return a key as text."""
        return str(self.domain.label(code))


@dataclass(frozen=True, slots=True, eq=False)
class SupplementDays:
    """Supplements in use: the row of the placement, which one, and on how many days."""

    row: IntArray
    supplement: Coded
    days: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """Placements with the days they count in the period (the full-year effect).

    All columns have one entry per placement; days are int64 of 0 to `LARGEST_DAYS`, minutes per
    week int64 of 0 to `LARGEST_MINUTES`. `plan` is the plan, level or service the price is
    looked up by.
    """

    keys: NDArray[Any]
    facility: Coded
    operator: Coded
    payer: Coded
    target_group: Coded
    plan: Coded
    minutes: IntArray
    days: IntArray
    supplements: SupplementDays

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class PlacementRows:
    """Placements as they were read, row by row; supplements are (placement, code, days)."""

    placement: Sequence[str]
    facility: Sequence[str]
    operator: Sequence[str]
    payer: Sequence[str]
    target_group: Sequence[str]
    plan: Sequence[str]
    minutes: Sequence[int]
    days: Sequence[int]
    supplements: Sequence[tuple[str, str, int]] = ()


def _who(rows: PlacementRows) -> list[tuple[str, str, str, str, str]]:
    """What makes a row of each placement."""
    columns = (rows.placement, rows.facility, rows.operator, rows.payer, rows.target_group)
    return list(zip(*columns, strict=True))


def placements_of(rows: PlacementRows) -> Placements:
    """Number the keys of placements read from a table."""
    return placement_pair(rows, rows)[0]


def placement_pair(before: PlacementRows, after: PlacementRows) -> tuple[Placements, Placements]:
    """Lay two tables of placements row by row beside each other, with the same keys.

    A row is a placement at one facility, operator, payer and target group. One that is only on
    the other side has no days here; a placement that changed payer is two rows.
    """
    first, second = _who(before), _who(after)
    order = {who: at for at, who in enumerate(dict.fromkeys([*first, *second]))}
    columns = list(zip(*order, strict=True)) if order else [()] * 5
    facility, operator, payer, group = (_coded(column) for column in columns[1:])
    plans, plan_codes = _shared([before.plan, after.plan])
    codes = [code for rows in (before, after) for _, code, _ in rows.supplements]
    supplements, [all_codes] = _shared([codes])
    pair = []
    begun = 0
    for rows, who, plan in ((before, first, plan_codes[0]), (after, second, plan_codes[1])):
        at = np.array([order[one] for one in who], np.int64)
        count = len(rows.supplements)
        used = Coded(all_codes[begun : begun + count], supplements)
        begun += count
        row_of = {key: order[one] for key, one in zip(rows.placement, who, strict=True)}
        pair.append(
            Placements(
                keys=np.array(columns[0], dtype=object),
                facility=facility,
                operator=operator,
                payer=payer,
                target_group=group,
                plan=Coded(_spread(len(order), at, plan), plans),
                minutes=_spread(len(order), at, np.array(rows.minutes, np.int64)),
                days=_spread(len(order), at, np.array(rows.days, np.int64)),
                supplements=SupplementDays(
                    np.array([row_of[key] for key, _, _ in rows.supplements], np.int64),
                    used,
                    np.array([days for _, _, days in rows.supplements], np.int64),
                ),
            )
        )
    return pair[0], pair[1]


def _coded(column: Sequence[str]) -> Coded:
    domain, [codes] = _shared([column])
    return Coded(codes, domain)


def _shared(columns: Sequence[Sequence[str]]) -> tuple[Domain, list[IntArray]]:
    """`shared_domain` of long columns with few different keys: each is looked at once."""
    keys = list(dict.fromkeys(key for column in columns for key in column))
    domain, [numbers] = shared_domain([keys])
    code = dict(zip(keys, numbers.tolist(), strict=True))
    return domain, [
        np.fromiter((code[key] for key in column), np.int64, len(column)) for column in columns
    ]


def _spread(size: int, at: IntArray, values: IntArray) -> IntArray:
    spread = np.zeros(size, np.int64)
    spread[at] = values
    return spread
