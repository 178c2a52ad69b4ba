"""What a run bills: the truth less what stands, within the limit for claims.

A preview, a run and a replay are this one function over a snapshot.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.findings import Finding, Severity, sort_findings
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.operators import OperatorKind
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.claims import ClaimState, claim_made
from rammevaerk.engine.settlement.corrections import LineFacts, changes
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.tables import DAY_US, day_number
from rammevaerk.portal.settlement.calculate.snapshot import (
    NO_SERVICE,
    Snapshot,
    Standing,
    after_month,
    first_of,
    month_of,
    months_from,
)
from rammevaerk.portal.settlement.calculate.truth import (
    Settled,
    TrueLine,
    settle_snapshot,
)

_DAY = timedelta(days=1)
_PUBLIC = {"municipal", "regional"}
_KINDS = {
    "municipal": OperatorKind.MUNICIPAL,
    "regional": OperatorKind.REGIONAL,
    "independent": OperatorKind.PRIVATE_WITH_AGREEMENT,
    "private": OperatorKind.PRIVATE,
}
_LONGEST_CAUSE = 300
# Basis and service of a line are each rounded once, by half an øre at most.
_ROUNDED = 1
# What is in the accounts: taken back by a line of its own, never just replaced.
BOOKED = frozenset({"invoiced", "internal"})
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line to bill, and why it comes now where its month is an earlier one."""

    line: TrueLine
    cause: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A standing line that is taken back, and why: by a line of its own once it was booked."""

    standing: Standing
    cause: str

    @property
    def by_a_line(self) -> bool:
        """Whether a reversing line is needed; one neither invoiced nor internal is replaced."""
        return self.standing.state in BOOKED


@dataclass(frozen=True, slots=True)
class Billing:
    """What a run makes: lines to bill and lines to take back, with the findings."""

    settled: Settled
    lines: tuple[BilledLine, ...]
    taken: tuple[Taken, ...]
    findings: tuple[Finding, ...]

    @property
    def total_ore(self) -> int:
        """What the run comes to: its lines less those it takes back by a line."""
        back = sum(one.standing.facts.total_ore for one in self.taken if one.by_a_line)
        return sum(one.line.total_ore for one in self.lines) - back

    @property
    def sha256(self) -> str:
        """The fingerprint of every figure: the same input gives the same one, at any time."""
        return _fingerprint(self)


def bill(snapshot: Snapshot) -> Billing:
    """Say what a snapshot bills; asks no database."""
    settled = settle_snapshot(snapshot)
    limit = claim_limit(snapshot)
    standing = {one.line_id: one for one in snapshot.standing}
    here = replace(
        settled, lines=tuple(line for line in settled.lines if settled_here(snapshot, line))
    )
    truth = [line.facts() for line in here.lines]
    late: list[Finding] = []
    if limit is not None:
        truth = list(_within_limit(here, limit, late))
    found = changes((one.facts for one in snapshot.standing), truth)
    stood = {(one.facts.claim, one.facts.month) for one in snapshot.standing}
    lines = []
    for facts in found.added:
        place = facts.claim, facts.month
        # A line of the run's own month that nothing stood for needs no reason.
        fresh = facts.first >= snapshot.billed_from and place not in stood
        lines.append(BilledLine(facts.key, "" if fresh else found.causes[place][:_LONGEST_CAUSE]))
    taken = tuple(
        Taken(standing[facts.key], found.causes[facts.claim, facts.month])
        for facts in found.reversed
    )
    findings = sort_findings([*settled.findings, *late])
    return Billing(settled, tuple(lines), taken, tuple(findings))


def settled_here(snapshot: Snapshot, line: TrueLine) -> bool:
    """Whether a line is of a month that its service is settled here, or asked to be."""
    since = snapshot.since.get(line.service_id or NO_SERVICE)
    return since is None or line.first >= since


def claim_limit(snapshot: Snapshot) -> date | None:
    """The first day public sellers may still claim; None when the whole period may be."""
    first = date.fromordinal(date(1970, 1, 1).toordinal() + snapshot.months.first_day)
    day, parameters = first, Parameters.load()
    last = min(snapshot.claimed_on, after_month(first, snapshot.months.count) - _DAY)
    low, high = first.toordinal(), last.toordinal() + 1
    # Days only get less late as they come: halve until the first in time is found.
    while low < high:
        middle = (low + high) // 2
        day = date.fromordinal(middle)
        if _too_late(day, snapshot.claimed_on, parameters):
            low = middle + 1
        else:
            high = middle
    return None if low == first.toordinal() else date.fromordinal(low)


def _too_late(day: date, made: date, parameters: Parameters) -> bool:
    try:
        claim = claim_made(day, made, OperatorKind.MUNICIPAL, parameters)
    except NoRuleForDate:
        # Before the rule is known, twelve months are long gone.
        return True
    return claim.state is ClaimState.TOO_LATE


def seller_kind(ownership: str) -> OperatorKind:
    """The kind of seller behind a facility's legal form; a special payment is a public one's."""
    return _KINDS.get(ownership, OperatorKind.REGIONAL)


def _bound(snapshot: Snapshot, line: TrueLine) -> bool:
    if line.service_id is None:
        return True
    return snapshot.services[line.service_id].ownership in _PUBLIC


def _within_limit(settled: Settled, limit: date, late: list[Finding]) -> Iterable[LineFacts]:
    """The truth as far as it may be claimed: before the limit, only what stands already."""
    snapshot = settled.snapshot
    groups: defaultdict[Place, list[LineFacts]] = defaultdict(list)
    for line in settled.lines:
        # A claim's month is taken as one: its later lines go with the ones before the limit.
        if first_of(line.month) >= limit or not _bound(snapshot, line):
            yield line.facts()
        else:
            groups[line.claim, line.month].append(line.facts())
    standing: defaultdict[Place, list[LineFacts]] = defaultdict(list)
    for one in snapshot.standing:
        standing[one.facts.claim, one.facts.month].append(one.facts)
    reached = any(month == month_of(limit) for _claim, month in groups)
    cut = _lines_from(snapshot, limit) if reached else {}
    refused: defaultdict[_Refused, list[tuple[int, int]]] = defaultdict(list)
    for place, facts in groups.items():
        yield from _claimable(facts, standing.get(place, []), cut.get(place, []), limit, refused)
    late += _late_findings(snapshot, refused, limit)


# Of whom, and whether for the days before the limit or for a month that reaches over it.
_Refused = tuple[str, bool]


def _claimable(
    truth: Sequence[LineFacts],
    standing: Sequence[LineFacts],
    cut: Sequence[LineFacts],
    limit: date,
    refused: dict[_Refused, list[tuple[int, int]]],
) -> Iterable[LineFacts]:
    """What may be claimed of a claim's month that reaches back before the limit."""
    if Counter(truth) == Counter(standing):
        return truth
    payers = {one.payer for one in standing}
    more = _sum(truth) - _sum(standing)
    if standing and more <= 0 and {one.payer for one in truth} <= payers:
        return truth
    if standing and max(one.end for one in standing) > min(
        (one.first for one in cut), default=date.max
    ):
        # Days after the limit stand together with days before it.
        if _same_before(truth, cut, standing, limit):
            return truth
        # What stands for the days before is not known by itself: the claim is left as it is.
        refused[_who(truth), True].append((_days(truth) - _days(standing), more))
        return standing
    kept = [*standing, *cut]
    lost = _days(truth) - _days(kept), _sum(truth) - _sum(kept)
    if lost != (0, 0):
        refused[_who(truth), False].append(lost)
    return kept


def _same_before(
    truth: Sequence[LineFacts],
    cut: Sequence[LineFacts],
    standing: Sequence[LineFacts],
    limit: date,
) -> bool:
    """Whether each payer's days before the limit are as they stand: all that is new is in time.

    What stands for those days is taken to be their share of its lines.
    """
    payers = {one.payer for one in (*truth, *standing)}
    for payer in payers:
        true, later, stands = (
            [one for one in lines if one.payer == payer] for lines in (truth, cut, standing)
        )
        days = sum(_days_before(one, limit) for one in stands)
        ore = sum((_share_before(one, limit) for one in stands), Fraction())
        if _days(true) - _days(later) != days:
            return False
        if abs(_sum(true) - _sum(later) - ore) > _ROUNDED * (len(true) + len(later) + len(stands)):
            return False
    return True


def _days_before(one: LineFacts, limit: date) -> int:
    # What is priced by the piece has no days: it belongs to the last day of its month.
    return min(one.days, max(0, (min(one.end, limit) - one.first).days))


def _share_before(one: LineFacts, limit: date) -> Fraction:
    if not one.days:
        return Fraction(one.total_ore if one.end <= limit else 0)
    return Fraction(one.total_ore * _days_before(one, limit), one.days)


def _who(facts: Sequence[LineFacts]) -> str:
    return facts[0].claim.partition(":")[0]


def _sum(facts: Iterable[LineFacts]) -> int:
    return sum(one.total_ore for one in facts)


def _days(facts: Iterable[LineFacts]) -> int:
    return sum(one.days for one in facts)


def _late_findings(
    snapshot: Snapshot, refused: Mapping[_Refused, Sequence[tuple[int, int]]], limit: date
) -> Iterator[Finding]:
    """What is too late, facility by facility."""
    services = {part.reference: part.service_id for part in snapshot.parts}
    services |= {row.reference: row.service_id for row in snapshot.quantities}
    by_place: defaultdict[_Refused, list[str]] = defaultdict(list)
    for who, over in refused:
        service = snapshot.services.get(services.get(who, 0))
        by_place[service.facility if service else who, over].append(who)
    for (place, over), several in sorted(by_place.items()):
        lost = [one for who in several for one in refused[who, over]]
        days, ore = sum(one for one, _ in lost), sum(one for _, one in lost)
        told = "1 indskrivning" if len(several) == 1 else f"{len(several)} indskrivninger"
        since, amount = date_text_da(limit), format_kroner(ore)
        if over:
            yield Finding(
                "run.over-limit",
                Severity.WARNING,
                place,
                f"En rettelse på {amount} ({told}) er ikke med i kørslen: den rører også døgn før "
                f"{since}, som ikke kan kræves længere. Kræv særskilt det, der hører til døgnene "
                f"fra {since}, før fristen også er ude for dem.",
            )
            continue
        yield Finding(
            "run.too-late",
            Severity.WARNING,
            place,
            f"{days} døgn før {since} ({told}) kan ikke kræves længere: fristen er 12 måneder "
            f"efter hjælpen. {amount} er ikke med i kørslen.",
        )


def cut_lines(snapshot: Snapshot, on: date) -> dict[Place, list[LineFacts]]:
    """What may still be claimed on a day of the month that the limit then lies in."""
    limit = claim_limit(replace(snapshot, claimed_on=on))
    return _lines_from(snapshot, limit) if limit is not None else {}


def _lines_from(snapshot: Snapshot, limit: date) -> dict[Place, list[LineFacts]]:
    """The lines of the limit's month with the days before it cut away, for public sellers."""
    cut = replace(
        snapshot,
        months=months_from(limit, 1),
        special=(),
        tables=cut_tables(snapshot.tables, limit),
        quantities=tuple(
            replace(row, first=max(row.first, limit)) if row.basis != "piece" else row
            for row in snapshot.quantities
            if row.end > limit and month_of(row.first) == month_of(limit)
        ),
    )
    found: defaultdict[Place, list[LineFacts]] = defaultdict(list)
    month = month_of(limit)
    for line in settle_snapshot(cut).lines:
        if line.month == month and line.end > limit and _bound(snapshot, line):
            found[line.claim, line.month].append(line.facts())
    return found


def cut_tables(tables: SettlementTables, limit: date) -> SettlementTables:
    """Let every part that begins before the limit begin on it, at its own time of day."""
    placements, facilities = tables.placements, tables.facilities
    at_limit = day_number(limit) * DAY_US
    hotel = np.zeros(len(tables.domains["facility"]), np.int64)
    hotel[facilities.facility] = facilities.hotel
    time_of_day = np.where(hotel[placements.facility] == 1, placements.start % DAY_US, 0)
    early = placements.start < at_limit
    moved = np.where(early, at_limit + time_of_day, placements.start)
    # A part that was over by then has no day left.
    moved = np.minimum(moved, placements.end)
    return replace(tables, placements=replace(placements, start=moved))


def _fingerprint(billing: Billing) -> str:
    digest = hashlib.sha256()
    rows = [_row(one.line, one.cause) for one in billing.lines]
    rows += [_taken_row(one) for one in billing.taken]
    for row in sorted(rows, key=json.dumps):
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _row(line: TrueLine, cause: str) -> list[str | int]:
    return [
        "+",
        line.kind,
        line.claim,
        line.part,
        line.first.isoformat(),
        line.end.isoformat(),
        line.payer_id,
        line.operator_id,
        line.reporter_id,
        line.days,
        line.quantity,
        line.unit,
        line.unit_price_ore,
        line.basis_ore,
        line.service_ore,
        line.supplement_ore,
        line.text,
        cause,
    ]


def _taken_row(one: Taken) -> list[str | int]:
    facts = one.standing.facts
    return [
        "-" if one.by_a_line else "x",
        one.standing.kind,
        facts.claim,
        facts.part,
        facts.first.isoformat(),
        facts.end.isoformat(),
        int(facts.payer),
        int(facts.operator),
        one.standing.reporter_id,
        facts.days,
        facts.quantity,
        facts.basis_ore,
        facts.service_ore,
        facts.supplement_ore,
        one.cause,
    ]
