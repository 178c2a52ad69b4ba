"""Two tariff models over the same placements: before, after and change for everybody concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.errors import AmountOverflow
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.money import OreArray
from rammevaerk.engine.tables import IntArray, shared_domain
from rammevaerk.engine.tariffs.models import (
    Coded,
    Contribution,
    Model,
    Placements,
    Prices,
    price,
)
from rammevaerk.engine.tariffs.remarks import HourSource, hour_sources, remarks

_LARGEST = int(np.iinfo(np.int64).max)
_WHO = ("facility", "operator", "payer", "target_group")


@dataclass(frozen=True, slots=True, eq=False)
class GroupTable:
    """Sums per group in the order of `labels`; a label has one text per key it is made of.

    `count` is the number of placements with days on either side.
    """

    labels: tuple[tuple[str, ...], ...]
    count: IntArray
    before: OreArray
    after: OreArray
    change: OreArray

    def as_rows(self, names: Sequence[str]) -> list[dict[str, str | int]]:
        """Return plain rows, ready for JSON, the keys under the names given."""
        figures = zip(
            self.count.tolist(),
            self.before.tolist(),
            self.after.tolist(),
            self.change.tolist(),
            strict=True,
        )
        return [
            {
                **dict(zip(names, label, strict=True)),
                "placements": count,
                "before_ore": before,
                "after_ore": after,
                "change_ore": change,
            }
            for label, (count, before, after, change) in zip(self.labels, figures, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Identity:
    """Two figures, reached by different ways, that must be the same to the øre."""

    name_da: str
    left: int
    right: int

    @property
    def difference(self) -> int:
        """What must read zero."""
        return self.left - self.right

    def as_dict(self) -> dict[str, str | int]:
        """Return plain values, ready for JSON."""
        return {
            "name_da": self.name_da,
            "left_ore": self.left,
            "right_ore": self.right,
            "difference_ore": self.difference,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What two models cost, row by row and in sums, all in øre.

    A row is a placement, or a payer's share of a fixed sum; the first `len(placements)` rows are
    the placements. `before`, `after` and `change` have one entry per row. `hours` are the
    hourly rates the models price by, each with the rule it comes from.
    """

    names: tuple[str, str]
    keys: NDArray[Any]
    facility: Coded
    operator: Coded
    payer: Coded
    target_group: Coded
    before: OreArray
    after: OreArray
    change: OreArray
    prices: tuple[Prices, Prices]
    by: dict[str, GroupTable]
    by_payer_and_group: GroupTable
    identities: tuple[Identity, ...]
    hours: tuple[HourSource, ...]
    findings: tuple[Finding, ...]

    @property
    def total(self) -> tuple[int, int, int]:
        """Before, after and change of everything."""
        return int(self.before.sum()), int(self.after.sum()), int(self.change.sum())

    @property
    def holds(self) -> bool:
        """Whether every identity reads zero."""
        return all(identity.difference == 0 for identity in self.identities)

    def rows(self) -> list[dict[str, str | int]]:
        """Return every row with its keys and figures, ready for JSON."""
        columns = [getattr(self, name) for name in _WHO]
        texts = [[column.text(code) for code in range(len(column))] for column in columns]
        codes = [column.codes.tolist() for column in columns]
        figures = (self.before.tolist(), self.after.tolist(), self.change.tolist())
        return [
            {
                "placement": str(key),
                **{name: texts[at][codes[at][row]] for at, name in enumerate(_WHO)},
                "before_ore": figures[0][row],
                "after_ore": figures[1][row],
                "change_ore": figures[2][row],
            }
            for row, key in enumerate(self.keys.tolist())
        ]


def compare(
    before_model: Model, after_model: Model, placements: Placements, after: Placements | None = None
) -> Comparison:
    """Price the placements by both models and set the results against each other.

    `after` is the placements as the second model meets them, row by row beside `placements`
    (`placement_pair`), when they changed at the same time. `UnpricedPlacements` carries the
    findings of both models when a price is missing.
    """
    met = placements if after is None else after
    prices = price(before_model, placements), price(after_model, met)
    rows = _Rows(placements, prices)
    change = rows.after - rows.before
    used = np.zeros(len(rows.keys), bool)
    used[: len(placements)] = (placements.days > 0) | (met.days > 0)
    figures = rows.before, rows.after, change
    by = {name: group_table([rows.who[name]], used, figures) for name in _WHO}
    by_both = group_table([rows.who["payer"], rows.who["target_group"]], used, figures)
    return Comparison(
        names=(before_model.name, after_model.name),
        keys=rows.keys,
        **rows.who,
        before=rows.before,
        after=rows.after,
        change=change,
        prices=prices,
        by=by,
        by_payer_and_group=by_both,
        identities=_identities(rows, figures, by, by_both, prices),
        hours=hour_sources((before_model, after_model)),
        findings=remarks(before_model, after_model, placements, met),
    )


class _Rows:
    """The placements with the shares of fixed sums set below them, in shared keys."""

    def __init__(self, placements: Placements, prices: tuple[Prices, Prices]) -> None:
        shares = [one for side in prices for one in side.contributions]
        places = {key: at for at, key in enumerate(dict.fromkeys(map(_share_key, shares)))}
        lasting = list(places)
        size = len(placements)
        self.keys = np.concatenate(
            [placements.keys, np.array([f"{key[0]}, {key[4]}" for key in lasting], dtype=object)]
        )
        self.who = {
            name: _extended(getattr(placements, name), [key[at] for key in lasting])
            for at, name in enumerate(_WHO, start=1)
            for at in [_PLACE_IN_KEY[name]]
        }
        sides = []
        for side in prices:
            amounts = np.zeros(size + len(lasting), np.int64)
            amounts[:size] = side.total
            for one in side.contributions:
                amounts[size + places[_share_key(one)]] += one.ore
            _require_room(amounts)
            sides.append(amounts)
        self.before, self.after = sides


_PLACE_IN_KEY = {"facility": 1, "operator": 2, "target_group": 3, "payer": 4}


def _share_key(one: Contribution) -> tuple[str, str, str, str, str]:
    return one.name, one.facility, one.operator, one.target_group, one.payer


def _extended(column: Coded, more: list[str]) -> Coded:
    """The column with more keys set below it, all numbered in one domain."""
    if not more:
        return column
    known = [column.text(code) for code in range(len(column))]
    domain, [old, new] = shared_domain([known, more])
    return Coded(np.concatenate([old[column.codes], new]), domain)


def _require_room(amounts: OreArray) -> None:
    largest = int(np.abs(amounts).max(initial=0))
    if 2 * largest * max(amounts.size, 1) > _LARGEST:
        raise AmountOverflow("the sum of all placements")


def group_table(
    columns: Sequence[Coded], used: NDArray[np.bool_], figures: tuple[OreArray, OreArray, OreArray]
) -> GroupTable:
    """Sum the figures by the keys of one or more columns; groups without rows are left out."""
    cell = np.zeros(used.size, np.int64)
    size = 1
    for column in columns:
        cell = cell * len(column) + column.codes
        size *= len(column)
    held = np.flatnonzero(np.bincount(cell, minlength=size))
    labels = []
    sizes = [len(column) for column in columns]
    for codes in zip(*np.unravel_index(held, sizes), strict=True):
        labels.append(
            tuple(column.text(int(code)) for column, code in zip(columns, codes, strict=True))
        )
    before, after, change = (_sums(cell, size, values)[held] for values in figures)
    return GroupTable(
        tuple(labels), _sums(cell, size, used.astype(np.int64))[held], before, after, change
    )


def _sums(cell: IntArray, size: int, values: OreArray) -> OreArray:
    sums = np.zeros(size, np.int64)
    np.add.at(sums, cell, values)  # bincount would weigh in floating point
    return sums


def _identities(
    rows: _Rows,
    figures: tuple[OreArray, OreArray, OreArray],
    by: dict[str, GroupTable],
    by_both: GroupTable,
    prices: tuple[Prices, Prices],
) -> tuple[Identity, ...]:
    before, after, change = figures
    worst = int(np.abs(before + change - after).max(initial=0))
    found = [
        Identity("største afvigelse på en række: før + ændring - efter", worst, 0),
        Identity(
            "i alt: før + ændring = efter", int(before.sum() + change.sum()), int(after.sum())
        ),
    ]
    for name_da, side, amounts in (("før", prices[0], before), ("efter", prices[1], after)):
        parts = int(side.basis.sum() + side.service.sum() + side.supplement.sum())
        shares = sum(one.ore for one in side.contributions)
        found.append(
            Identity(
                f"{name_da}: basis + service + tillæg + bidrag = i alt",
                parts + shares,
                int(amounts.sum()),
            )
        )
    tables = {
        **{_WHO_DA[name]: table for name, table in by.items()},
        "betaler × målgruppe": by_both,
    }
    for name_da, table in tables.items():
        for column_da, sums, values in (
            ("før", table.before, before),
            ("efter", table.after, after),
            ("ændring", table.change, change),
        ):
            found.append(
                Identity(
                    f"{column_da} pr. {name_da} = {column_da} i alt",
                    int(sums.sum()),
                    int(values.sum()),
                )
            )
    found.append(
        Identity(
            "køberes merudgift = sælgeres merindtægt",
            int(by["payer"].change.sum()),
            int(by["operator"].change.sum()),
        )
    )
    return (*found, _trade(rows, change))


_WHO_DA = {
    "facility": "tilbud",
    "operator": "driftsherre",
    "payer": "betaler",
    "target_group": "målgruppe",
}


def _trade(rows: _Rows, change: OreArray) -> Identity:
    """The same between organisations only: what one pays itself is no trade."""
    payer, operator = rows.who["payer"], rows.who["operator"]
    _, [payers, operators] = shared_domain(
        [[column.text(code) for code in range(len(column))] for column in (payer, operator)]
    )
    bought = (
        payers[payer.codes] != operators[operator.codes] if len(rows.keys) else np.empty(0, bool)
    )
    by_buyer = _sums(payer.codes[bought], len(payer), change[bought])
    by_seller = _sums(operator.codes[bought], len(operator), change[bought])
    return Identity(
        "køb hos andre: køberes merudgift = sælgeres merindtægt",
        int(by_buyer.sum()),
        int(by_seller.sum()),
    )
