"""What a run makes, stored in one transaction, and given back when the run is discarded."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from rammevaerk import __version__
from rammevaerk.engine.parameters import Parameters
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement.calculate.billing import BilledLine, Billing, Taken
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.calculate.storing import packed
from rammevaerk.portal.settlement.models import (
    LineStanding,
    RunSnapshot,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.operations.answers import answer_by, bring_up_to_date
from rammevaerk.portal.settlement.operations.reversing import reversing_line
from rammevaerk.portal.settlement.operations.run_requests import RunRequest
from rammevaerk.portal.settlement.queries.standing import standing_rows

_ACTION = Action.SETTLEMENT_RUN
_State = LineStanding.State
_BATCH = 1_000
_MANY = 5_000
# So many findings are kept; hundreds alike say no more.
_MOST_FINDINGS = 1_000
_Key = tuple[int, int, int]


class Overtaken(Exception):
    """The lines that stand are no longer those the run was made over."""


def store_billing(run: SettlementRun, billing: Billing, *, by: Actor, at: datetime) -> None:
    """Store a run's lines and what it takes back; nothing when it is no longer being made.

    Overtaken when lines that stand have changed since they were read. ValidationError names the
    run that has claimed the days meanwhile.
    """
    content = packed(billing.settled.snapshot)
    try:
        with transaction.atomic():
            held = _locked(run, billing)
            if held is not None:
                _store(held, billing, content, by=by, at=at)
    except IntegrityError as clash:
        raise ValidationError(_clash(run, billing)) from clash


def _locked(run: SettlementRun, billing: Billing) -> SettlementRun | None:
    """The run, locked with every other whose lines stand, so that none of them changes."""
    request = RunRequest.of_run(run)
    first = after_month(request.month, -request.months_back)
    services = billing.settled.snapshot.services
    rows = standing_rows(request.scope, services.keys(), first, after_month(request.month))
    others = set(rows.order_by().values_list("line__statement__run_id", flat=True).distinct())
    runs = SettlementRun.objects.select_for_update().filter(pk__in=others | {run.pk})
    held = {one.pk: one for one in runs.order_by("pk")}[run.pk]
    if held.state != RunState.WORKING:
        return None
    now = set(rows.order_by().values_list("line_id", "state"))
    if now != {(one.line_id, one.state) for one in billing.settled.snapshot.standing}:
        raise Overtaken
    return held


def _store(
    run: SettlementRun, billing: Billing, content: bytes, *, by: Actor, at: datetime
) -> None:
    before = snapshot(run)
    loaded: dict[type[models.Model], list[Any]] = defaultdict(list)
    _release(run, billing.taken, loaded, by=by, at=at)
    old = _old_lines(billing.taken)
    statements = _statements(run, billing, old)
    taken_back = [(old[one.standing.line_id], one.cause) for one in _by_line(billing)]
    Statement.objects.bulk_create(statements.values(), batch_size=_BATCH)
    lines = [
        *(_line(statements, one) for one in billing.lines),
        *(
            reversing_line(line, statements[_key(line.statement)], cause)
            for line, cause in taken_back
        ),
    ]
    SettlementLine.objects.bulk_create(lines, batch_size=_BATCH)
    claims = [one.line.claim for one in billing.lines]
    claims += [f"reverse:{one.standing.line_id}" for one in _by_line(billing)]
    standings = [
        LineStanding(
            line=line, claim=claim, valid_from=line.valid_from, valid_to=line.valid_to,
            state=_State.DRAFT,
        )
        for line, claim in zip(lines, claims, strict=True)
    ]  # fmt: skip
    LineStanding.objects.bulk_create(standings, batch_size=_BATCH)
    stored = RunSnapshot(
        run=run, content=content, sha256=hashlib.sha256(content).hexdigest(),
        rows=billing.settled.snapshot.rows, stored_at=at,
    )  # fmt: skip
    stored.save(force_insert=True)
    loaded[Statement] += list(statements.values())
    loaded[SettlementLine] += lines
    loaded[LineStanding] += standings
    loaded[RunSnapshot].append(stored)
    _finish(run, billing, before, loaded, by=by, at=at)


def _finish(
    run: SettlementRun,
    billing: Billing,
    before: Mapping[str, Any],
    loaded: Mapping[type[models.Model], Sequence[Any]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    run.state = RunState.DRAFT
    run.failure = run.step = ""
    run.done = run.total = len(loaded[SettlementLine])
    run.engine_version = __version__
    run.rules_sha256 = Parameters.load().rules_hash()
    run.result_sha256 = billing.sha256
    run.findings = [one.as_dict() for one in billing.findings[:_MOST_FINDINGS]]
    run.save()
    record(by, _ACTION, run, at=at, before=before, loaded=_prints(loaded))


def _prints(loaded: Mapping[type[models.Model], Sequence[Any]]) -> dict[str, Any]:
    return {
        model._meta.label_lower: prints_of(rows)  # noqa: SLF001
        for model, rows in loaded.items()
        if rows
    }


def _by_line(billing: Billing) -> Iterator[Taken]:
    return (one for one in billing.taken if one.by_a_line)


def _old_lines(taken: Iterable[Taken]) -> dict[int, SettlementLine]:
    ids = [one.standing.line_id for one in taken if one.by_a_line]
    found: dict[int, SettlementLine] = {}
    for part in _parts(ids):
        rows = SettlementLine.objects.filter(pk__in=part).select_related("statement")
        found |= {row.pk: row for row in rows}
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _MANY):
        yield ids[first : first + _MANY]


def _statements(
    run: SettlementRun, billing: Billing, old: Mapping[int, SettlementLine]
) -> dict[_Key, Statement]:
    """One for each operator, reporter and payer, with the sums of its lines."""
    sums: defaultdict[_Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    figures = [(_key(one.line), one.line.days, one.line.total_ore) for one in billing.lines]
    figures += [(_key(row.statement), -row.days, -row.total_ore) for row in old.values()]
    for key, days, ore in figures:
        own = sums[key]
        own[0], own[1], own[2] = own[0] + 1, own[1] + days, own[2] + ore
    return {
        key: Statement(
            run=run, operator_id=key[0], reporter_id=key[1], payer_id=key[2],
            lines_count=count, days=days, total_ore=ore,
        )
        for key, (count, days, ore) in sorted(sums.items())
    }  # fmt: skip


def _key(row: Any) -> _Key:
    return row.operator_id, row.reporter_id, row.payer_id


def _line(statements: Mapping[_Key, Statement], one: BilledLine) -> SettlementLine:
    line = one.line
    return SettlementLine(
        statement=statements[_key(line)],
        kind=line.kind,
        placement_id=line.placement_id,
        service_id=line.service_id,
        part=line.part,
        text=line.text,
        valid_from=line.first,
        valid_to=line.end,
        days=line.days,
        quantity=line.quantity,
        unit=line.unit,
        unit_price_ore=line.unit_price_ore,
        basis_ore=line.basis_ore,
        service_ore=line.service_ore,
        supplement_ore=line.supplement_ore,
        total_ore=line.total_ore,
        cause=one.cause,
        unverified=line.unverified,
    )


def _release(
    run: SettlementRun,
    taken: Sequence[Taken],
    loaded: dict[type[models.Model], list[Any]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Free the days of the lines taken back, so that new ones can have them."""
    touched: set[int] = set()
    for part in _parts([one.standing.line_id for one in taken]):
        rows = LineStanding.objects.filter(line_id__in=part).select_for_update(of=("self",))
        for one in rows.select_related("line").order_by("pk"):
            one.released_at, one.taken_by = at, run
            if one.state not in (_State.INVOICED, _State.INTERNAL):
                one.state, one.waits_for_id, one.due_on = _State.REPLACED, None, None
                touched.add(one.line.statement_id)
            loaded[LineStanding].append(one)
    LineStanding.objects.bulk_update(
        loaded[LineStanding], ["released_at", "taken_by", "state", "waits_for", "due_on"],
        batch_size=500,
    )  # fmt: skip
    _sum_again(touched, by=by, at=at)


def _sum_again(statement_ids: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Let statements say what their lines come to now, and whose turn it is."""
    rows = Statement.objects.select_for_update(of=("self",)).filter(pk__in=list(statement_ids))
    for statement in rows.select_related("run").order_by("pk"):
        before = snapshot(statement)
        left = SettlementLine.objects.filter(statement=statement).exclude(
            standing__state__in=(_State.REPLACED, _State.DISCARDED)
        )
        sums = left.aggregate(
            count=models.Count("pk"), days=models.Sum("days"), ore=models.Sum("total_ore")
        )
        statement.lines_count = sums["count"]
        statement.days, statement.total_ore = sums["days"] or 0, sums["ore"] or 0
        statement.save(update_fields=["lines_count", "days", "total_ore"])
        record(by, _ACTION, statement, at=at, before=before)
        bring_up_to_date(statement.run, [statement], by=by, at=at, action=_ACTION)


def open_standings(run: SettlementRun, last_day: date) -> list[LineStanding]:
    """Let every line of a locked run's draft wait for its payer until the day; returns them.

    A line whose payer is the seller waits for nobody: it is settled internally there and then.
    """
    rows = LineStanding.objects.filter(line__statement__run=run).select_for_update(of=("self",))
    found: list[LineStanding] = []
    by_payer: dict[int, list[int]] = defaultdict(list)
    for one in rows.select_related("line__statement").order_by("pk"):
        if one.state == _State.DRAFT and one.line.statement.internal:
            one.state = _State.INTERNAL
            found.append(one)
        elif one.state == _State.DRAFT:
            one.state, one.due_on = _State.OPEN, last_day
            one.waits_for_id = one.line.statement.payer_id
            by_payer[one.waits_for_id].append(one.pk)
            found.append(one)
    for payer, ids in by_payer.items():
        for part in _parts(ids):
            LineStanding.objects.filter(pk__in=part).update(
                state=_State.OPEN, waits_for=payer, due_on=last_day
            )
    for part in _parts([one.pk for one in found if one.state == _State.INTERNAL]):
        LineStanding.objects.filter(pk__in=part).update(state=_State.INTERNAL)
    return found


def give_back(run: SettlementRun, reason: str, *, by: Actor, at: datetime) -> None:
    """Let a locked run's lines hold no more, and those it took back hold again."""
    before = snapshot(run)
    own = list(
        LineStanding.objects.filter(line__statement__run=run)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    for one in own:
        one.state, one.waits_for_id, one.due_on = _State.DISCARDED, None, None
        one.released_at = one.released_at or at
    _update(own, ["state", "waits_for", "due_on", "released_at"])
    back = list(
        LineStanding.objects.filter(taken_by=run)
        .select_for_update(of=("self",))
        .select_related("line__statement")
        .order_by("pk")
    )
    for one in back:
        one.released_at = one.taken_by = None
        if one.state == _State.REPLACED:
            _stand_again(one, answer_by(day_of(at)))
    _update(back, ["state", "waits_for", "due_on", "released_at", "taken_by"])
    run.state = RunState.DISCARDED
    run.save(update_fields=["state"])
    loaded = {"settlement.linestanding": prints_of([*own, *back])} if own or back else None
    record(by, _ACTION, run, at=at, before=before, reason=reason[:300], loaded=loaded)
    _sum_again({one.line.statement_id for one in back}, by=by, at=at)


def _update(rows: Sequence[LineStanding], columns: Sequence[str]) -> None:
    LineStanding.objects.bulk_update(rows, list(columns), batch_size=500)


def _stand_again(one: LineStanding, last_day: date) -> None:
    """A line that was replaced before it was invoiced waits for the buyer again."""
    statement = one.line.statement
    if statement.state == Statement.State.DRAFT:
        one.state = _State.DRAFT
        return
    one.state, one.waits_for_id, one.due_on = _State.OPEN, statement.payer_id, last_day


def _clash(run: SettlementRun, billing: Billing) -> str:
    claims = list({one.line.claim for one in billing.lines})
    for part in range(0, len(claims), _MANY):
        other = (
            LineStanding.objects.filter(
                claim__in=claims[part : part + _MANY], released_at__isnull=True
            )
            .exclude(line__statement__run=run)
            .select_related("line__statement__run")
            .order_by("-pk")
            .first()
        )
        if other is not None:
            return _("%s har i mellemtiden afregnet nogle af de samme dage. Prøv igen.") % (
                other.line.statement.run
            )
    return _("Nogen har afregnet nogle af de samme dage i mellemtiden. Prøv igen.")
