"""Corrections: what to take back and what to add, so that what is billed becomes the truth."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rammevaerk.engine.money import format_kroner


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a line bills: days [first, end) of a claim in a month, who pays whom, and the øre.

    `claim` is what the days are billed as; `month` is "2026-03". `part` and `key` only name the
    line (the part of the stay; whatever the caller finds it by): lines that differ in nothing else
    bill the same.
    """

    claim: str
    month: str
    part: str = field(compare=False)
    first: date
    end: date
    payer: int | str
    operator: int | str
    days: int
    basis_ore: int
    service_ore: int
    supplement_ore: int
    quantity: int = 0
    key: Any = field(default=None, compare=False)

    @property
    def total_ore(self) -> int:
        """Basis, service and supplement together."""
        return self.basis_ore + self.service_ore + self.supplement_ore

    def turned(self) -> "LineFacts":
        """Return the line that takes this one back: the same with every figure's sign turned."""
        return replace(
            self,
            days=-self.days,
            basis_ore=-self.basis_ore,
            service_ore=-self.service_ore,
            supplement_ore=-self.supplement_ore,
            quantity=-self.quantity,
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """Standing lines to take back, as they stand, and true lines to add.

    `causes` says in Danish, by (claim, month), why: «31 døgn er blevet til 28».
    """

    reversed: tuple[LineFacts, ...]
    added: tuple[LineFacts, ...]
    causes: Mapping[tuple[str, str], str]

    def __bool__(self) -> bool:
        return bool(self.reversed or self.added)


def changes(standing: Iterable[LineFacts], truth: Iterable[LineFacts]) -> Changes:
    """Return what turns the standing lines into the true ones, by claim and month.

    Where the two are equal nothing is touched; otherwise every standing line of the claim and month
    is taken back and every true one added. So standing − reversed + added is the truth, and a
    second application changes nothing.
    """
    old, new = _by_claim(standing), _by_claim(truth)
    reversed_: list[LineFacts] = []
    added: list[LineFacts] = []
    causes: dict[tuple[str, str], str] = {}
    for place in sorted(old.keys() | new.keys()):
        before, after = old.get(place, []), new.get(place, [])
        if Counter(before) == Counter(after):
            continue
        reversed_ += before
        added += after
        causes[place] = _cause_da(before, after)
    return Changes(tuple(reversed_), tuple(added), causes)


def _by_claim(lines: Iterable[LineFacts]) -> dict[tuple[str, str], list[LineFacts]]:
    found: defaultdict[tuple[str, str], list[LineFacts]] = defaultdict(list)
    for line in lines:
        found[line.claim, line.month].append(line)
    for group in found.values():
        group.sort(key=lambda line: (line.first, line.end))
    return dict(found)


def _cause_da(before: list[LineFacts], after: list[LineFacts]) -> str:
    """Say what is otherwise: who pays, the days, the quantity, the price; all that is."""
    if not before:
        return "Ikke afregnet før"
    if not after:
        return "Skulle ikke have været afregnet"
    reasons = [
        *_reason("ny betaler", [_who(before), _who(after)], show=False),
        *_reason("{} døgn er blevet til {}", [_sum(before, "days"), _sum(after, "days")]),
        *_reason("andre datoer", [_dates(before), _dates(after)], show=False),
        *_reason("ændret mængde", [_sum(before, "quantity"), _sum(after, "quantity")], show=False),
        *_money_reasons(before, after),
    ]
    text = ", ".join(reasons) or "delt på en anden måde"
    return text[0].upper() + text[1:]


def _money_reasons(before: list[LineFacts], after: list[LineFacts]) -> list[str]:
    names = {"basis_ore": "basis", "service_ore": "ydelse", "supplement_ore": "tillæg"}
    return [
        f"{noun} {format_kroner(old)} er blevet til {format_kroner(new)}"
        for name, noun in names.items()
        if (old := _sum(before, name)) != (new := _sum(after, name))
    ]


def _reason(text: str, pair: list[Any], *, show: bool = True) -> list[str]:
    if pair[0] == pair[1]:
        return []
    return [text.format(*pair) if show else text]


def _sum(lines: list[LineFacts], name: str) -> int:
    return sum(int(getattr(line, name)) for line in lines)


def _who(lines: list[LineFacts]) -> list[tuple[int | str, int | str]]:
    return [(line.payer, line.operator) for line in lines]


def _dates(lines: list[LineFacts]) -> list[tuple[date, date]]:
    return [(line.first, line.end) for line in lines]
