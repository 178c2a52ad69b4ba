"""Checking a published table of shares: which row disagrees with the others, and the repair.

Each row says that its amount is one common rate times its count, rounded. A row so allows a small
interval of rates; the rate that most rows allow is the table's, and a row that does not allow it
is wrong in its count or in its amount.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor

from rammevaerk.engine.findings import Finding, Severity, sort_findings
from rammevaerk.engine.money import ORE_PER_KRONE, format_kroner

_Rates = tuple[Fraction, Fraction]
_HALF = Fraction(1, 2)
_MOST_REPAIRS = 3  # of each kind; more means that the rounding is too coarse to tell


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One printed row: who, how many, what it pays, and its share in percent when printed."""

    name: str
    count: int
    amount_ore: int
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to make a wrong row agree, and how many printed percentages then hold."""

    row: PublishedRow
    percents_that_hold: int


@dataclass(frozen=True, slots=True)
class PublishedCheck:
    """The common rate (øre per one of the count), the rows that disagree, and their repairs.

    `repairs` has the likeliest first: the one under which most printed percentages hold.
    `rate` is None when no rate is allowed by more rows than any other.
    """

    rate: Fraction | None
    wrong: tuple[PublishedRow, ...]
    repairs: tuple[tuple[Repair, ...], ...]
    findings: tuple[Finding, ...]


def check_published_shares(
    rows: Sequence[PublishedRow], rounded_to_ore: int = ORE_PER_KRONE
) -> PublishedCheck:
    """Find the rows whose rate disagrees with that of most others.

    `rounded_to_ore` is what the printed amounts are rounded to: 100 for whole kroner. More than
    half of the rows must agree, otherwise there is nothing to hold a row up against.
    """
    usable = [row for row in rows if row.count > 0]
    empty = [_without_count(row) for row in rows if row.count <= 0]
    common, agreeing = _common_rates(usable, rounded_to_ore)
    if common is None or 2 * agreeing <= len(usable):
        found = sort_findings([_no_common_rate(len(usable)), *empty])
        return PublishedCheck(None, (), (), tuple(found))
    wrong = tuple(row for row in usable if not _meets(_bounds(row, rounded_to_ore), common))
    repairs = tuple(_repairs(rows, row, common, rounded_to_ore) for row in wrong)
    findings = [_finding(row, found) for row, found in zip(wrong, repairs, strict=True)]
    middle = (common[0] + common[1]) / 2
    return PublishedCheck(middle, wrong, repairs, tuple(sort_findings([*findings, *empty])))


def _bounds(row: PublishedRow, rounded_to: int) -> _Rates:
    return (
        Fraction(2 * row.amount_ore - rounded_to, 2 * row.count),
        Fraction(2 * row.amount_ore + rounded_to, 2 * row.count),
    )


def _meets(one: _Rates, other: _Rates) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _common_rates(rows: Iterable[PublishedRow], rounded_to: int) -> tuple[_Rates | None, int]:
    """Return the rates that most rows allow (None when two groups are as large), and how many."""
    edges: list[tuple[Fraction, int]] = []
    for row in rows:
        low, high = _bounds(row, rounded_to)
        # At the same rate an interval opens (-1) before another closes (+1): both allow it.
        edges += [(low, -1), (high, 1)]
    edges.sort()
    most, open_now, ties = 0, 0, 0
    best: _Rates | None = None
    for at, (rate, change) in enumerate(edges):
        open_now -= change
        if change < 0 and open_now >= most:
            ties = 1 if open_now > most else ties + 1
            most, best = open_now, (rate, edges[at + 1][0])
    return (best if ties == 1 else None), most


def _repairs(
    rows: Sequence[PublishedRow], wrong: PublishedRow, common: _Rates, rounded_to: int
) -> tuple[Repair, ...]:
    low, high = common
    amounts = range(
        floor(wrong.count * low / rounded_to + _HALF),
        floor(wrong.count * high / rounded_to + _HALF) + 1,
    )
    half = Fraction(rounded_to, 2)
    counts = range(
        ceil((wrong.amount_ore - half) / high), floor((wrong.amount_ore + half) / low) + 1
    )
    candidates = [replace(wrong, count=count) for count in counts[:_MOST_REPAIRS]]
    candidates += [
        replace(wrong, amount_ore=amount * rounded_to) for amount in amounts[:_MOST_REPAIRS]
    ]
    found = [
        Repair(row, _percents_that_hold([row if one is wrong else one for one in rows]))
        for row in candidates
    ]
    return tuple(sorted(found, key=lambda repair: -repair.percents_that_hold))


def _percents_that_hold(rows: Sequence[PublishedRow]) -> int:
    total = sum(row.count for row in rows)
    return sum(
        1
        for row in rows
        if row.percent is not None
        and (Decimal(100 * row.count) / total).quantize(row.percent, ROUND_HALF_UP) == row.percent
    )


def _finding(row: PublishedRow, repairs: Sequence[Repair]) -> Finding:
    return Finding(
        code="objective.row-disagrees",
        severity=Severity.ERROR,
        place=row.name,
        message="Rækkens beløb pr. antal er ikke det samme som de andre rækkers. "
        "Enten antallet eller beløbet er forkert; spørg den, der har offentliggjort tabellen.",
        found=_row_da(row),
        expected=" eller ".join(_row_da(repair.row) for repair in repairs),
    )


def _row_da(row: PublishedRow) -> str:
    return f"antal {row.count} og {format_kroner(row.amount_ore)}"


def _without_count(row: PublishedRow) -> Finding:
    return Finding(
        code="objective.row-without-count",
        severity=Severity.ERROR,
        place=row.name,
        message="Rækken har intet antal at fordele efter; ret antallet.",
        found=_row_da(row),
    )


def _no_common_rate(rows: int) -> Finding:
    return Finding(
        code="objective.no-common-rate",
        severity=Severity.ERROR,
        place="Hele tabellen",
        message="Der er ikke ét beløb pr. antal, som over halvdelen af rækkerne har. "
        "Kontrollér, at kolonnerne er læst rigtigt.",
        found=f"{rows} rækker",
    )
