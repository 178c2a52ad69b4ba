"""Why a change is not zero: parts by cause, in a fixed order, that add up to it exactly."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.tariffs.models import Model, Placements, Prices, at_index, price


@dataclass(frozen=True, slots=True)
class Cause:
    """What one cause did to the total and to each payer, in øre."""

    code: str
    label_da: str
    ore: int
    by_payer: Mapping[str, int]

    def as_dict(self) -> dict[str, object]:
        """Return plain values, ready for JSON."""
        return {
            "code": self.code,
            "label_da": self.label_da,
            "change_ore": self.ore,
            "by_payer_ore": dict(self.by_payer),
        }


def causes(
    before: Model, after: Model, placements: Placements, met: Placements | None = None
) -> tuple[Cause, ...]:
    """Split the change between two models by cause; the parts sum to it, also for each payer.

    One thing is changed at a time, always in this order, so each part is the effect of its cause
    given those before it: (1) the old model's own later versions, priced on the new model's day;
    (2) the model itself, on the old model's price index; (3) the price index; (4) the
    placements that changed in the same period (`met`, row by row beside `placements`).
    """
    later = replace(before, on=after.on)
    same_index = at_index(after, before.price_index) if before.price_index else after
    steps = [
        _by_payer(price(before, placements), placements),
        _by_payer(price(later, placements), placements),
        _by_payer(price(same_index, placements), placements),
        _by_payer(price(after, placements), placements),
    ]
    steps.append(steps[-1] if met is None else _by_payer(price(after, met), met))
    labels = _labels_da(before, after)
    return tuple(
        _cause(code, label, first, second)
        for (code, label), first, second in zip(labels.items(), steps[:-1], steps[1:], strict=True)
    )


def _labels_da(before: Model, after: Model) -> dict[str, str]:
    names = [one.price_index.name if one.price_index else "" for one in (before, after)]
    index = f"valg af prisindeks: {names[1]} i stedet for {names[0]}"
    if not all(names):
        index = "valg af prisindeks: ikke oplyst i begge modeller"
    elif names[0] == names[1]:
        index = "valg af prisindeks: samme i begge modeller"
    return {
        "tariff_versions": (
            f"takster ændret i «{before.name}» fra {date_text_da(before.on)}"
            f" til {date_text_da(after.on)}"
        ),
        "model": f"modellen selv, regnet med prisindekset i «{before.name}»",
        "price_index": index,
        "placements": "indskrivninger ændret i samme periode",
    }


def _by_payer(prices: Prices, placements: Placements) -> dict[str, int]:
    payer = placements.payer
    sums = np.zeros(len(payer), np.int64)
    np.add.at(sums, payer.codes, prices.total)
    found: dict[str, int] = defaultdict(int)
    for code, ore in enumerate(sums.tolist()):
        found[payer.text(code)] += ore
    for share in prices.contributions:
        found[share.payer] += share.ore
    return found


def _cause(code: str, label_da: str, first: Mapping[str, int], second: Mapping[str, int]) -> Cause:
    payers = sorted({*first, *second})
    change = {payer: second.get(payer, 0) - first.get(payer, 0) for payer in payers}
    return Cause(code, label_da, sum(change.values()), change)
