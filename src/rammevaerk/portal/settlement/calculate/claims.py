"""Days given and not yet billed, by how near their limit of twelve months is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.claims import ClaimState, claim_waiting
from rammevaerk.engine.settlement.corrections import LineFacts
from rammevaerk.portal.settlement.calculate.billing import cut_lines, seller_kind, settled_here
from rammevaerk.portal.settlement.calculate.snapshot import Snapshot, Standing
from rammevaerk.portal.settlement.calculate.truth import TrueLine, settle_snapshot

MONTHS_SEEN = 14
LATE, SOON, LATER, IN_TIME, FREE = "late", "soon", "later", "in_time", "free"
# Before the first month settled here: another system may have billed it.
ELSEWHERE = "elsewhere"
# The gravest first.
STAGES = (LATE, SOON, LATER, IN_TIME, FREE, ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Unbilled:
    """What one payer has not been billed by one operator, at one distance from the limit."""

    operator_id: int
    payer_id: int
    stage: str
    days: int
    ore: int
    last_day: date | None
    placements: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "operator": self.operator_id,
            "payer": self.payer_id,
            "stage": self.stage,
            "days": self.days,
            "ore": self.ore,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "placements": self.placements,
        }


def unbilled(snapshot: Snapshot, on: date) -> list[Unbilled]:
    """Add up what a snapshot's months have that stands on no line, as on a day.

    With it what lines stand too low: days or prices that came to be known after they were billed.
    """
    stands = {(one.facts.claim, one.facts.month) for one in snapshot.standing}
    lines = settle_snapshot(snapshot).lines
    cut = cut_lines(snapshot, on)
    sums: defaultdict[tuple[int, int, str], list[Any]] = defaultdict(lambda: [0, 0, None, set()])
    found = [
        (line, row)
        for line in lines
        if (line.claim, line.month) not in stands
        for row in _staged(snapshot, line, cut, on)
    ]
    held = [line for line in lines if (line.claim, line.month) in stands]
    for line, days, ore in _too_low(held, snapshot.standing):
        stage, last = _stage(snapshot, line, line.first, on)
        found.append((line, (stage, days, ore, last)))
    for line, (stage, days, ore, last) in found:
        own = sums[line.operator_id, line.payer_id, stage]
        own[0] += days
        own[1] += ore
        own[2] = min(filter(None, (own[2], last)), default=None)
        own[3].add(line.reference or line.claim)
    rows = [
        Unbilled(operator, payer, stage, days, ore, last, len(who))
        for (operator, payer, stage), (days, ore, last, who) in sums.items()
        if ore or days
    ]
    return sorted(rows, key=lambda row: (STAGES.index(row.stage), -row.ore))


def _too_low(
    lines: Iterable[TrueLine], standing: Iterable[Standing]
) -> Iterator[tuple[TrueLine, int, int]]:
    """The first line of each month and payer that owes more than stands, with days and øre of it.

    Where a month has got another payer, the new one owes it all; the old one's credit is no claim.
    """
    billed: defaultdict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for one in standing:
        own = billed[one.facts.claim, one.facts.month, one.facts.operator, one.facts.payer]
        own[0] += one.facts.days
        own[1] += one.facts.total_ore
    true: defaultdict[Any, list[TrueLine]] = defaultdict(list)
    for line in lines:
        true[line.claim, line.month, line.operator_id, line.payer_id].append(line)
    for key, owed in true.items():
        days, ore = billed[key]
        more = sum(line.total_ore for line in owed) - ore
        if more > 0:
            longer = sum(line.days for line in owed) - days
            yield min(owed, key=lambda line: line.first), max(longer, 0), more


def _staged(
    snapshot: Snapshot, line: TrueLine, cut: dict[tuple[str, str], list[LineFacts]], on: date
) -> Iterator[tuple[str, int, int, date | None]]:
    """A line's days and øre by stage; one that reaches over the limit is parted there."""
    stage, last = _stage(snapshot, line, line.first, on)
    if not settled_here(snapshot, line):
        yield ELSEWHERE, line.days, line.total_ore, last
        return
    left = _of_line(cut.get((line.claim, line.month), []), line)
    if stage != LATE or left is None:
        yield stage, line.days, line.total_ore, last
        return
    yield LATE, line.days - left.days, line.total_ore - left.total_ore, last
    later, last = _stage(snapshot, line, left.first, on)
    yield later, left.days, left.total_ore, last


def _of_line(facts: Iterable[LineFacts], line: TrueLine) -> LineFacts | None:
    return next((one for one in facts if one.part == line.part and one.end == line.end), None)


def _stage(snapshot: Snapshot, line: TrueLine, first: date, on: date) -> tuple[str, date | None]:
    ownership = snapshot.services[line.service_id].ownership if line.service_id else "regional"
    parameters = Parameters.load()
    try:
        claim = claim_waiting(first, on, seller_kind(ownership), parameters)
    except NoRuleForDate:
        return LATE, None
    if claim.state is ClaimState.WARNED:
        gravest = any(found.severity == "warning" for found in claim.findings)
        return (SOON if gravest else LATER), claim.last_day
    found = {
        ClaimState.NO_LIMIT: FREE,
        ClaimState.IN_TIME: IN_TIME,
        ClaimState.TOO_LATE: LATE,
    }
    return found[claim.state], claim.last_day
