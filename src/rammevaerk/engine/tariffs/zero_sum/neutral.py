"""The smallest change of hourly rate and basis that makes one payer neutral, in whole øre."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.errors import NoNeutralRate
from rammevaerk.engine.tables import IntArray
from rammevaerk.engine.tariffs.models.content import LARGEST_HOUR
from rammevaerk.engine.tariffs.zero_sum.effects import Effects
from rammevaerk.engine.tariffs.zero_sum.solving import allocate, first_at_least
from rammevaerk.engine.tariffs.zero_sum.statistic import HourLine

MONEY, COMPENSATED = "money", "compensated"
LARGEST_MOVE = 10**8  # øre per day; beyond it sums over all days could leave 64 bits
_BLOCK = 1 << 16
# What is minimised, in order, and at the end the rate and the basis that do it.
_Choice = tuple[int, ...]
_MINIMISED_DA = {
    MONEY: "færrest kroner flyttet i alt: |ændring ved timepris| + |ændring ved basis|",
    COMPENSATED: "mindst rest for betaleren, når basis holder den samlede ændring nærmest nul; "
    "blandt lige gode den mindst ændrede timepris",
}


@dataclass(frozen=True, slots=True)
class Neutral:
    """A new hourly rate and a change of basis that leave one payer as before.

    `residual` is the payer's change then, `total` everybody's; `moved` is what the two changes
    move in all, gross. `closing` are the payers' lines that bring the payer to zero and, where
    the total is kept, the total too.
    """

    payer: str
    minimised_da: str
    hour: int
    hour_change: int
    basis_change: int
    residual: int
    total: int
    moved: int
    closing: Mapping[str, int]

    def as_dict(self) -> dict[str, object]:
        """Return plain values, ready for JSON."""
        return {
            "payer": self.payer,
            "minimised_da": self.minimised_da,
            "hour_ore": self.hour,
            "hour_change_ore": self.hour_change,
            "basis_change_ore": self.basis_change,
            "payer_residual_ore": self.residual,
            "total_change_ore": self.total,
            "moved_ore": self.moved,
            "closing_ore": dict(self.closing),
        }


@dataclass(frozen=True, slots=True)
class _Side:
    """A payer's, or everybody's, change: rest + service(hour) + days × basis."""

    rest: int
    days: int
    line: HourLine

    def at(self, hours: IntArray) -> IntArray:
        return self.rest + self.line.services(hours)


def least_money_moved(effects: Effects, payer: str, within: int | None = None) -> Neutral:
    """Make a payer neutral by the hourly rate and the basis together, moving the least money.

    Minimised exactly over all whole øre: the gross L1 change |Σ service − Σ service now| +
    Σ days · |basis|; among equals the smaller residual, then the smaller change of rate. The
    payer's change may be `within` øre from zero, by default half of what one øre of basis is to
    the payer. The total is not kept. `NoNeutralRate` when nothing comes that near.
    """
    hour, mine, everybody = _sides(effects, payer)
    slack = mine.days // 2 if within is None else within
    now = everybody.line.service(hour)

    def best_of(hours: IntArray) -> _Choice | None:
        needed = -mine.at(hours)
        low = np.maximum(-((slack - needed) // mine.days), effects.lowest)
        high = np.minimum((needed + slack) // mine.days, LARGEST_MOVE)
        basis = np.clip(0, low, np.maximum(low, high))
        moved = np.abs(everybody.line.services(hours) - now) + everybody.days * np.abs(basis)
        residual = np.abs(mine.days * basis - needed)
        return _least(low <= high, (moved, residual, np.abs(hours - hour)), hours, basis)

    found = best_of(np.array([hour], np.int64))
    for hours in _hours(everybody.line, hour, None if found is None else found[0]):
        found = _lesser(found, best_of(hours))
    if found is None:
        raise NoNeutralRate(
            f"Ingen timepris og basis i hele øre bringer {payer} inden for {slack} øre af nul."
        )
    return _result(effects, payer, MONEY, found[-2], found[-1])


def compensated(effects: Effects, payer: str) -> Neutral:
    """Make a payer neutral by the hourly rate while the basis keeps the total at zero.

    For every hourly rate the basis is the whole øre per day that leaves the total nearest zero.
    Of all rates, the one that leaves the payer nearest zero is taken; among equals the smallest
    change of rate. The closing lines bring both to zero. `NoNeutralRate` when the payer is
    dearer off, or cheaper, at every such rate.
    """
    hour, mine, everybody = _sides(effects, payer)
    found: _Choice | None = None
    signs: set[int] = set()
    for hours in _hours(everybody.line, hour, None):
        needed = -everybody.at(hours)
        basis = (2 * needed + everybody.days) // (2 * everybody.days)
        allowed = (basis >= effects.lowest) & (basis <= LARGEST_MOVE)
        residual = mine.at(hours) + mine.days * np.where(allowed, basis, 0)
        signs.update(np.unique(np.sign(residual[allowed])).tolist())
        keys = np.abs(residual), np.abs(hours - hour)
        found = _lesser(found, _least(allowed, keys, hours, basis))
    # One sign alone: zero is not passed anywhere, so what is nearest is not near.
    if found is None or signs in ({1}, {-1}):
        raise NoNeutralRate(
            f"{payer} kan ikke blive neutral: ingen timepris, der opvejes af basis uden negativ "
            "takst, fører fra dyrere til billigere."
        )
    return _result(effects, payer, COMPENSATED, found[-2], found[-1])


def _sides(effects: Effects, payer: str) -> tuple[int, _Side, _Side]:
    if effects.hour is None:
        raise NoNeutralRate("Model nr. 2 har ingen timepris, der gælder alle tilbud.")
    cells = effects.of_payer(payer)
    mine, everybody = (
        _Side(
            int((effects.fixed[chosen] - effects.before[chosen]).sum()),
            int(effects.days[chosen].sum()),
            effects.hours.line(chosen),
        )
        for chosen in (cells, np.ones(cells.size, bool))
    )
    if mine.days == 0:
        raise NoNeutralRate(f"{payer} har ingen indskrivninger med en basistakst, der kan flyttes.")
    return effects.hour, mine, everybody


def _hours(line: HourLine, now: int, moved: int | None) -> Iterator[IntArray]:
    """The hourly rates worth trying, in blocks: those that by themselves move no more money."""
    low, high = 0, LARGEST_HOUR
    if moved is not None:
        service = line.service(now)
        low = first_at_least(line.service, service - moved, 0, now)
        high = first_at_least(line.service, service + moved + 1, now, LARGEST_HOUR) - 1
    for begin in range(low, high + 1, _BLOCK):
        yield np.arange(begin, min(begin + _BLOCK, high + 1), dtype=np.int64)


def _least(
    allowed: NDArray[np.bool_], keys: tuple[IntArray, ...], hours: IntArray, basis: IntArray
) -> _Choice | None:
    """The choice with the least keys, compared one after the other; then the lowest rate."""
    at = np.flatnonzero(allowed)
    for key in keys:
        if at.size:
            at = at[key[at] == key[at].min()]
    if not at.size:
        return None
    first = int(at[0])
    return (*(int(key[first]) for key in keys), int(hours[first]), int(basis[first]))


def _lesser(one: _Choice | None, other: _Choice | None) -> _Choice | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _result(effects: Effects, payer: str, method: str, hour: int, basis: int) -> Neutral:
    now = effects.hour or 0
    weights = effects.payers_after(hour, basis)
    by_payer = weights - effects.payers_before()
    names = effects.payers
    residual, total = int(by_payer[names.index(payer)]), int(by_payer.sum())
    line = effects.line
    moved = abs(line.service(hour) - line.service(now)) + int(effects.days.sum()) * abs(basis)
    closing = {payer: -residual}
    if method == COMPENSATED and len(names) > 1:
        others = [name for name in names if name != payer]
        kept = np.delete(weights, names.index(payer))
        closing.update(zip(others, allocate(residual - total, kept), strict=True))
    return Neutral(
        payer=payer,
        minimised_da=_MINIMISED_DA[method],
        hour=hour,
        hour_change=hour - now,
        basis_change=basis,
        residual=residual,
        total=total,
        moved=moved,
        closing=closing,
    )
