"""Issuing what is agreed as numbered invoices and credit notes: each whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record
from rammevaerk.portal.access.bulk import store_rows
from rammevaerk.portal.access.policy import Actor, require_grant
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement.models import (
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    LineStanding,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.queries.bills import Bill, bills, ready_statements
from rammevaerk.portal.settlement.queries.papers import paper_from, paper_print

_ACTION = Action.INVOICE_ISSUE
_State = LineStanding.State
# What still waits for somebody: while there is any, a statement is not invoiced.
WAITING = (_State.DRAFT, _State.OPEN, _State.DISPUTED, _State.AGREED)
# How many ids stand in one question to the database.
_MANY = 5_000

# How far: done, of how many. Called in the transaction that stored what was done.
Tick = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Issued:
    """What came of issuing a run: the invoices, and why others could not be made."""

    invoices: tuple[Invoice, ...]
    findings: tuple[Finding, ...]


class _Changed(Exception):
    """Somebody has done something with the lines since they were found."""


def issue_agreed(
    run: SettlementRun,
    *,
    by: Actor,
    at: datetime,
    day: date | None = None,
    statement: Statement | None = None,
    tick: Tick | None = None,
) -> Issued:
    """Issue what is agreed of a run as invoices and credit notes, dated `day`.

    Each is a transaction of its own: number, invoice, lines and standings. Stopped anywhere and
    done again, it gives the same invoices as undisturbed. One that cannot be made is a finding;
    the others go on. Refused for a run of which the actor may invoice no statement.
    """
    require_grant(by, _ACTION)
    statements = ready_statements(run, by, statement)
    made: list[Invoice] = []
    findings: list[Finding] = []
    planned = bills(statements, day=day or day_of(at))
    for done, bill in enumerate(planned, start=1):
        if bill.problem:
            findings.append(bill.problem)
            continue
        try:
            with transaction.atomic():
                made.append(_issue(bill, by=by, at=at))
                if tick:
                    tick(done, len(planned))
        except _Changed:
            continue
        except ValidationError as problem:
            findings.append(_refused(bill, problem))
    close_invoiced(run, by=by, at=at)
    return Issued(tuple(made), tuple(findings))


def _refused(bill: Bill, problem: ValidationError) -> Finding:
    place = f"{bill.operator} → {bill.payer}"
    return Finding("invoice.refused", Severity.ERROR, place, " ".join(problem.messages))


def _issue(bill: Bill, *, by: Actor, at: datetime) -> Invoice:
    lock_run(bill.invoice.run_id)
    standings = locked_standings([*bill.line_ids, *bill.reversed_ids])
    billed, taken_back = standings_of(standings, bill.line_ids)
    if any(one.state != _State.AGREED for one in billed):
        raise _Changed
    return store_bill(bill.invoice, bill.lines, billed, taken_back, by=by, at=at)


def lock_run(run_id: int) -> SettlementRun:
    """The run as it is stored now: who answers, issues or credits lines of it waits for others."""
    return SettlementRun.objects.select_for_update().get(pk=run_id)


def locked_standings(line_ids: Sequence[int]) -> list[LineStanding]:
    """The standings of the lines, in one order for everybody, until the transaction ends."""
    found: list[LineStanding] = []
    for ids in _in_parts(sorted(line_ids)):
        rows = LineStanding.objects.select_for_update().filter(line_id__in=ids)
        found += rows.order_by("line_id")
    return found


def standings_of(
    standings: Sequence[LineStanding], line_ids: Sequence[int]
) -> tuple[list[LineStanding], list[LineStanding]]:
    """Those of the lines, and the others."""
    wanted = set(line_ids)
    return (
        [one for one in standings if one.line_id in wanted],
        [one for one in standings if one.line_id not in wanted],
    )


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _MANY):
        yield ids[first : first + _MANY]


def store_bill(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    standings: Sequence[LineStanding],
    taken_back: Sequence[LineStanding] = (),
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Invoice:
    """Give an invoice the next number and store it with its lines and what they now stand as.

    `invoice.label` holds what its number begins with. `standings` are those of its lines and
    `taken_back` those of the lines that these reverse, all locked in the open transaction.
    """
    series = _next_number(invoice.operator_id, invoice.year)
    invoice.number = series.last
    invoice.label = f"{invoice.label}-{series.last:06}"
    invoice.issued_at, invoice.issued_by_id = at, by.person_id
    invoice.sha256 = paper_print(paper_from(invoice, lines))
    store_rows([invoice])
    for line in lines:
        line.invoice = invoice
    store_rows(lines)
    _release(taken_back, at)
    _stand(standings, _State.INVOICED)
    _stand(taken_back, _State.CREDITED)
    record(
        by,
        _ACTION,
        invoice,
        at=at,
        reason=reason,
        loaded={
            "settlement.invoiceseries": prints_of([series]),
            "settlement.invoiceline": prints_of(lines),
            "settlement.linestanding": prints_of([*standings, *taken_back]),
        },
    )
    return invoice


def _next_number(operator_id: int, year: int) -> InvoiceSeries:
    """The operator's series with the next number taken; given back if the invoice is not stored."""
    rows = InvoiceSeries.objects.select_for_update()
    series, _made = rows.get_or_create(operator_id=operator_id, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series


def _stand(standings: Sequence[LineStanding], state: str) -> None:
    for ids in _in_parts([one.pk for one in standings]):
        LineStanding.objects.filter(pk__in=ids).update(state=state, waits_for=None, due_on=None)
    for one in standings:
        one.state, one.waits_for_id, one.due_on = state, None, None


def _release(standings: Sequence[LineStanding], at: datetime) -> None:
    """Let the days of what is taken back be billed again, where that has not happened yet."""
    held = [one for one in standings if one.released_at is None]
    for ids in _in_parts([one.pk for one in held]):
        LineStanding.objects.filter(pk__in=ids).update(released_at=at)
    for one in held:
        one.released_at = at


@transaction.atomic
def close_invoiced(run: SettlementRun, *, by: Actor, at: datetime) -> None:
    """Let the statements of which nothing waits any more be invoiced, and then the run."""
    waiting = LineStanding.objects.filter(line__statement=OuterRef("pk"), state__in=WAITING)
    billed = LineStanding.objects.filter(
        line__statement=OuterRef("pk"), state__in=(_State.INVOICED, _State.CREDITED)
    )
    rows = Statement.objects.select_for_update(of=("self",)).filter(run=run)
    held = lock_run(run.pk)
    done = list(
        rows.filter(~Exists(waiting), Exists(billed))
        .exclude(state=Statement.State.INVOICED)
        .order_by("pk")
    )
    Statement.objects.filter(pk__in=[one.pk for one in done]).update(state=Statement.State.INVOICED)
    for one in done:
        one.state = Statement.State.INVOICED
    ends = held.state in {RunState.REVIEWED, RunState.AGREED} and _all_invoiced(held)
    if ends:
        held.state = RunState.INVOICED
        held.save(update_fields=["state"])
    if done or ends:
        loaded = {"settlement.statement": prints_of(done)} if done else None
        record(by, _ACTION, held, at=at, loaded=loaded)
    run.state = held.state


def _all_invoiced(run: SettlementRun) -> bool:
    waiting = LineStanding.objects.filter(line__statement__run=run, state__in=WAITING)
    return not waiting.exists() and Invoice.objects.filter(run=run).exists()
