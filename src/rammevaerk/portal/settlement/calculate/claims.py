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
from rammevaerk.portal.settlement.calculate.snapshot import Snapshot
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
    """Add up what a snapshot's months have that stands on no line, as on a day."""
    stands = {(one.facts.claim, one.facts.month) for one in snapshot.standing}
    settled = settle_snapshot(snapshot)
    open_lines = [line for line in settled.lines if (line.claim, line.month) not in stands]
    cut = cut_lines(snapshot, on)
    sums: defaultdict[tuple[int, int, str], list[Any]] = defaultdict(lambda: [0, 0, None, set()])
    for line in open_lines:
        for stage, days, ore, last in _staged(snapshot, line, cut, on):
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
