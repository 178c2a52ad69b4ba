"""Statements between sellers and buyers, their lines, and what waits for whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.settlement.models import (
    LineAnswer,
    LineStanding,
    SettlementLine,
    Statement,
)
from rammevaerk.portal.settlement.models.runs import RunState

State = LineStanding.State
WAITING = (State.OPEN, State.DISPUTED)
# How many lines of a statement wait for somebody, and the first day they are due.
Waiting = Mapping[int, tuple[int, date | None]]
# A conceded line is still disputed in the database, an upheld one open.
_TELLING = (
    (State.DISPUTED, LineAnswer.Verdict.CONCEDED),
    (State.OPEN, LineAnswer.Verdict.UPHELD),
)
# What a line is called and how its tag looks.
TAGS: Mapping[str, str] = {
    State.DRAFT: "draft",
    State.OPEN: "awaiting_decision",
    State.AGREED: "done",
    State.DISPUTED: "warning",
    State.INVOICED: "completed",
    State.INTERNAL: "completed",
    State.REPLACED: "stopped",
    State.CREDITED: "stopped",
    State.DISCARDED: "dropped",
}
STATEMENT_TAGS: Mapping[str, str] = {
    Statement.State.DRAFT: "draft",
    Statement.State.OPEN: "awaiting_decision",
    Statement.State.ANSWERED: "done",
    Statement.State.INVOICED: "completed",
    Statement.State.INTERNAL: "completed",
}


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """What a list of statements is narrowed by; empty values do not narrow."""

    month: date | None = None
    operator_id: int | None = None
    payer_id: int | None = None
    state: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement in a list, with how its lines stand and what waits for the reader."""

    statement: Statement
    operator: str
    payer: str
    counts: Mapping[str, int]
    waiting: int
    due_on: date | None
    overdue: bool

    @property
    def tag(self) -> str:
        """The kind of its tag."""
        return STATEMENT_TAGS[self.statement.state]

    def count(self, state: str) -> int:
        """How many lines stand so."""
        return self.counts.get(state, 0)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of statements: ids in order, and sums of all of them."""

    ids: tuple[int, ...]
    lines: int
    days: int
    total_ore: int


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A line that the parties disagree on, with whose turn it is and what was said last."""

    line: SettlementLine
    standing: LineStanding
    operator: str
    payer: str
    owner: str
    overdue: bool
    verdict: str
    verdict_label: str
    day: date | None
    reason: str


def statements_of(actor: Actor) -> "QuerySet[Statement]":
    """The statements the actor may see; those of a run that was discarded count no more."""
    return visible(
        Statement.objects.exclude(run__state=RunState.DISCARDED), actor, Action.SETTLEMENT_READ
    )


def waiting_for(actor: Actor) -> Q:
    """The standings that it is the actor's turn to answer.

    Who runs for everybody may answer for the sellers whose lines he settled.
    """
    mine, others = _waiting(actor)
    return mine | others


def _waiting(actor: Actor) -> tuple[Q, Q]:
    """The turn of the actor's organisation, and of those it runs for."""
    own = actor.organisation_id or 0
    run = Q(state=State.DISPUTED, line__statement__run__owner_id=own) & ~Q(waits_for_id=own)
    return Q(state__in=WAITING, waits_for_id=own), run


def waiting_by_statement(actor: Actor) -> Waiting:
    """How many lines wait for the actor on each statement, and the first day they are due."""
    if actor.organisation_id is None:
        return {}
    waiting: dict[int, tuple[int, date | None]] = {}
    # Two questions that an index answers each; a line is in one of them.
    for one in _waiting(actor):
        rows = LineStanding.objects.filter(one).order_by()
        found = rows.values_list("line__statement_id").annotate(n=Count("pk"), due=Min("due_on"))
        for pk, count, due in found:
            more, first = waiting.get(pk, (0, None))
            days = [day for day in (due, first) if day]
            waiting[pk] = (count + more, min(days, default=None))
    seen = set(statements_of(actor).filter(pk__in=waiting).values_list("pk", flat=True))
    return {pk: found for pk, found in waiting.items() if pk in seen}


def list_statements(actor: Actor, narrowed: StatementFilter, waiting: Waiting) -> Listed:
    """The statements that fit, what waits for the actor first, then the newest."""
    rows = statements_of(actor)
    for column, value in (
        ("run__month", narrowed.month),
        ("operator_id", narrowed.operator_id),
        ("payer_id", narrowed.payer_id),
        ("state", narrowed.state),
    ):
        if value:
            rows = rows.filter(**{column: value})
    found = list(
        rows.order_by("-run__month", "-run__number", "pk").values_list(
            "pk", "lines_count", "days", "total_ore"
        )
    )
    if narrowed.mine:
        found = [row for row in found if row[0] in waiting]
    # Sorting is steady: within what waits, and within the rest, the newest stays first.
    found.sort(key=lambda row: (row[0] not in waiting, waiting.get(row[0], (0, None))[1] or _LAST))
    return Listed(
        tuple(row[0] for row in found),
        *(sum(row[at] for row in found) for at in (1, 2, 3)),
    )


_LAST = date.max


def statement_rows(
    actor: Actor, ids: Collection[int], waiting: Waiting, *, on: date
) -> list[StatementRow]:
    """Some statements with how their lines stand, in the order of the ids."""
    rows = {
        row.pk: row for row in statements_of(actor).filter(pk__in=list(ids)).select_related("run")
    }
    counts = counts_by_statement(rows)
    parties = {one for row in rows.values() for one in (row.operator_id, row.payer_id)}
    names = names_on(list(parties), on=on, short=True)
    return [
        StatementRow(
            row,
            names.get(row.operator_id, ""),
            names.get(row.payer_id, ""),
            counts.get(pk, {}),
            (held := waiting.get(pk, (0, None)))[0],
            held[1],
            held[1] is not None and held[1] < on,
        )
        for pk in ids
        if (row := rows.get(pk)) is not None
    ]


def counts_by_statement(ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many lines of each statement stand how."""
    rows = LineStanding.objects.filter(line__statement_id__in=list(ids)).order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    grouped = rows.values_list("line__statement_id", "state").annotate(n=Count("pk"))
    for pk, state, count in grouped:
        found[pk][state] = count
    return found


def months_of(actor: Actor) -> list[date]:
    """The months that there are statements of, the newest first."""
    rows = statements_of(actor).order_by("-run__month").values_list("run__month", flat=True)
    return list(rows.distinct())


def parties_of(actor: Actor, column: str, *, on: date) -> list[tuple[int, str]]:
    """The organisations in a column of the actor's statements, by name."""
    ids = statements_of(actor).order_by().values_list(column, flat=True).distinct()
    names = names_on(list(ids), on=on, short=True)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


@dataclass(frozen=True, slots=True)
class Standing:
    """How the lines of a statement stand together: count and øre by state."""

    counts: Mapping[str, int] = field(default_factory=dict)
    ore: Mapping[str, int] = field(default_factory=dict)

    def rows(self) -> list[tuple[str, str, str, int, int]]:
        """State, its word, the kind of its tag, lines and øre, in the order of the work."""
        return [
            (state, str(State(state).label), TAGS[state], self.counts[state], self.ore[state])
            for state in State.values
            if state in self.counts
        ]


def standing_of(statement: Statement) -> Standing:
    """How the lines of a statement that the actor may see stand."""
    rows = LineStanding.objects.filter(line__statement=statement).order_by()
    found = rows.values_list("state").annotate(n=Count("pk"), ore=Sum("line__total_ore"))
    listed = list(found)
    return Standing(
        {state: count for state, count, _ore in listed},
        {state: ore or 0 for state, _count, ore in listed},
    )


def lines_of(statement: Statement) -> "QuerySet[SettlementLine]":
    """The lines of a statement that the actor has been found to see, with what names them."""
    rows = SettlementLine.objects.filter(statement=statement).select_related(
        "standing", "placement", "service__facility"
    )
    return rows.order_by("part", "valid_from", "pk")


def any_made_up(statement_ids: Iterable[int]) -> bool:
    """Whether a line of the statements is of a placement that is made up."""
    rows = SettlementLine.objects.filter(statement_id__in=list(statement_ids))
    return rows.filter(placement__synthetic=True).exists()


def answers_to(line: SettlementLine) -> list[LineAnswer]:
    """What was said of a line, the newest first."""
    return list(line.answers.order_by("-at", "-id"))


def newest_answers(line_ids: Collection[int]) -> dict[int, LineAnswer]:
    """What was said last of each line."""
    rows = LineAnswer.objects.filter(line_id__in=list(line_ids)).order_by("at", "id")
    return {row.line_id: row for row in rows}


def with_last_said(rows: "QuerySet[LineStanding]") -> Any:
    """Standings with `said`: the last verdict where it tells more than the state, else empty."""
    newest = LineAnswer.objects.filter(line_id=OuterRef("line_id")).order_by("-at", "-id")
    last = newest.values("verdict")[:1]
    return rows.annotate(last=Subquery(last)).annotate(
        said=Case(
            *(When(state=state, last=verdict, then=Value(verdict)) for state, verdict in _TELLING),
            default=Value(""),
        )
    )


def standing_text(state: str, verdict: str) -> str:
    """How a line stands, in words that also tell what was said last."""
    told = (state, verdict) in _TELLING
    return str(LineAnswer.Verdict(verdict).label if told else State(state).label)


def _disputes(actor: Actor) -> "QuerySet[LineStanding]":
    """Standings in dispute: the seller's turn, or the buyer's after the seller stood by it."""
    rows = LineStanding.objects.filter(line__statement__in=statements_of(actor).values("pk"))
    upheld = LineAnswer.objects.filter(verdict=LineAnswer.Verdict.UPHELD).values("line_id")
    return rows.filter(Q(state=State.DISPUTED) | Q(state=State.OPEN, line_id__in=upheld))


def disputes_of(actor: Actor) -> "QuerySet[LineStanding]":
    """The lines in dispute that wait for the actor, the first due first."""
    if actor.organisation_id is None:
        return LineStanding.objects.none()
    return _disputes(actor).filter(waiting_for(actor)).order_by("due_on", "line_id")


def all_disputes(actor: Actor) -> "QuerySet[LineStanding]":
    """Every line in dispute that the actor may see, the first due first."""
    return _disputes(actor).order_by("due_on", "line_id")


def dispute_rows(standings: Iterable[LineStanding], *, on: date) -> list[DisputeRow]:
    """Lines in dispute as they are listed."""
    keys = [row.line_id for row in standings]
    lines = SettlementLine.objects.select_related(
        "standing", "statement__run", "placement", "service__facility"
    ).in_bulk(keys)
    said = newest_answers(keys)
    parties: set[int] = set()
    for line in lines.values():
        waits = line.standing.waits_for_id
        parties |= {
            line.statement.operator_id,
            line.statement.payer_id,
            *([waits] if waits else []),
        }
    names = names_on(list(parties), on=on, short=True)
    return [_dispute_row(lines[pk], said.get(pk), names, on) for pk in keys]


def _dispute_row(
    line: Any, said: LineAnswer | None, names: Mapping[int, str], on: date
) -> DisputeRow:
    standing = line.standing
    return DisputeRow(
        line=line,
        standing=standing,
        operator=names.get(line.statement.operator_id, ""),
        payer=names.get(line.statement.payer_id, ""),
        owner=names.get(standing.waits_for_id or 0, ""),
        overdue=standing.due_on is not None and standing.due_on < on,
        verdict=said.verdict if said else "",
        verdict_label=str(said.get_verdict_display()) if said else "",
        day=said.day if said else None,
        reason=said.reason if said else "",
    )
