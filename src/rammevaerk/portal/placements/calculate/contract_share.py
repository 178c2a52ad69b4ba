"""How large a share of contracts is on the standard, by municipality and quarter.

Counts of few contracts are not shown, nor what would give them away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rammevaerk.portal.tariffs.calculate.small_cells import protected

TOTAL = ""
_ALL, _ON, _OFF = "all", "standard", "outside"
NEW, HELD = "new", "held"


@dataclass(frozen=True, slots=True)
class AgreedContract:
    """A contract as the share sees it; `agreed` is the day both had approved."""

    buyer: str
    on_standard: bool
    agreed: date
    begins: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months: its first day and the first day after it."""

    first: date
    after: date

    @property
    def name(self) -> str:
        """ "3. kvartal 2026"."""
        return f"{(self.first.month + 2) // 3}. kvartal {self.first.year}"


@dataclass(frozen=True, slots=True)
class Share:
    """Contracts and those on the standard; None where it is not shown."""

    contracts: int | None
    on_standard: int | None

    @property
    def percent(self) -> int | None:
        """The share in whole percent, half up; None where it is hidden or there are none."""
        if not self.contracts or self.on_standard is None:
            return None
        return (200 * self.on_standard + self.contracts) // (2 * self.contracts)


def quarters_before(day: date, count: int) -> list[Quarter]:
    """The last quarters that had ended by the day, the earliest first."""
    at = _number(day)
    return [Quarter(_first(one), _first(one + 1)) for one in range(at - count, at)]


def _first(number: int) -> date:
    year, quarter = divmod(number, 4)
    return date(year, quarter * 3 + 1, 1)


def shares(
    contracts: Iterable[AgreedContract], quarters: Sequence[Quarter], limit: int
) -> Mapping[tuple[str, str, date], Share]:
    """The share by kind (new in the quarter, held at its end), buyer ("" for all) and quarter."""
    counts = _counted(contracts, quarters)
    buyers = sorted({buyer for _kind, _quarter, buyer, _part in counts})
    lines: list[list[tuple[str, ...]]] = []
    for kind in (NEW, HELD):
        for quarter in quarters:
            at = quarter.first.isoformat()
            for buyer in buyers:
                lines.append([(kind, at, buyer, part) for part in (_ALL, _ON, _OFF)])
            for part in (_ALL, _ON, _OFF):
                lines.append([(kind, at, buyer, part) for buyer in buyers])
    known = {key: counts[key] for line in lines for key in line}
    hidden = protected(known, lines, limit)

    def shown(kind: str, at: str, buyer: str, part: str) -> int | None:
        return None if (kind, at, buyer, part) in hidden else counts[kind, at, buyer, part]

    return {
        (kind, buyer, quarter.first): Share(
            shown(kind, quarter.first.isoformat(), buyer, _ALL),
            shown(kind, quarter.first.isoformat(), buyer, _ON),
        )
        for kind in (NEW, HELD)
        for quarter in quarters
        for buyer in buyers
    }


def _counted(
    contracts: Iterable[AgreedContract], quarters: Sequence[Quarter]
) -> Counter[tuple[str, ...]]:
    counts: Counter[tuple[str, ...]] = Counter()
    # The total is there even when there is nothing.
    for quarter in quarters:
        counts[NEW, quarter.first.isoformat(), TOTAL, _ALL] += 0
    # Many contracts have the same quarters, and nothing else of their days counts.
    alike = Counter(
        (one.buyer, _ON if one.on_standard else _OFF, *_quarters_of(one)) for one in contracts
    )
    for (buyer, part, agreed, begins, ends), many in alike.items():
        for quarter in quarters:
            at = quarter.first.isoformat()
            for kind in _kinds(agreed, begins, ends, _number(quarter.first)):
                for whose in (buyer, TOTAL):
                    counts[kind, at, whose, _ALL] += many
                    counts[kind, at, whose, part] += many
    return counts


def _number(day: date) -> int:
    """The quarters until the one the day lies in, counted from year 0."""
    return day.year * 4 + (day.month - 1) // 3


def _quarters_of(one: AgreedContract) -> tuple[int, int, int | None]:
    ends = _number(one.ends) if one.ends else None
    return _number(one.agreed), _number(one.begins), ends


def _kinds(agreed: int, begins: int, ends: int | None, quarter: int) -> list[str]:
    found = [NEW] if agreed == quarter else []
    if agreed <= quarter and begins <= quarter and (ends is None or ends > quarter):
        found.append(HELD)
    return found
