"""What the parties say of lines: agreed, disputed, upheld, conceded; and whose turn it then is.

Everything locks the run first: two who answer statements of one run wait for each other, so that
the last of them sees that nothing is left open. Invoices are issued under the same lock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.parameters import Parameters
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.bulk import store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import (
    fingerprint,
    refuse_changed,
    store_changes,
    store_new,
)
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement.models import (
    LineAnswer,
    LineStanding,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.queries.reconciliation import agreeable, agreeable_lines

State = LineStanding.State
Verdict = LineAnswer.Verdict
MOST_CHOSEN = 500
_BATCH = 5_000
_ANSWERED_IN = {RunState.REVIEWED, RunState.AGREED, RunState.INVOICED}
# What the buyer may still say yes to, and what he may still object to.
MAY_AGREE = (State.OPEN, State.DISPUTED)
MAY_DISPUTE = (State.OPEN, State.AGREED)


def answer_by(on: date) -> date:
    """The last day to answer for whoever a line waits for from the day."""
    return on + timedelta(days=int(str(Parameters.load().on("settlement/answer_days", on).value)))


@transaction.atomic
def agree_chosen(statement: Statement, seen: Mapping[int, str], *, by: Actor, at: datetime) -> int:
    """Agree to some lines of a statement; returns how many. All of them or none.

    ``seen`` is the fingerprint of each line's standing as the buyer had it before him.
    """
    if not seen:
        raise ValidationError(_("Vælg mindst én linje."))
    if len(seen) > MOST_CHOSEN:
        raise ValidationError(_("Vælg højst %s linjer ad gangen.") % MOST_CHOSEN)
    statement = _locked(statement, Action.SETTLEMENT_ANSWER, by=by)
    rows = _standings(statement).filter(line_id__in=seen).order_by("pk")
    found = list(rows.select_for_update(of=("self",)))
    changed = sum(1 for one in found if fingerprint(one) != seen[one.line_id])
    if changed or len(found) != len(seen):
        raise ValidationError(
            ngettext(
                "%(n)s af linjerne er ændret, mens du så på dem. Se dem igen, og prøv så. "
                "Intet er gemt.",
                "%(n)s af linjerne er ændret, mens du så på dem. Se dem igen, og prøv så. "
                "Intet er gemt.",
                changed or 1,
            )
            % {"n": changed or 1}
        )
    if any(one.state not in MAY_AGREE for one in found):
        raise ValidationError(_("En af linjerne venter ikke på svar længere. Intet er gemt."))
    _agree(statement, found, by=by, at=at)
    return len(found)


@transaction.atomic
def agree_undisputed(statement: Statement, *, seen: str, by: Actor, at: datetime) -> int:
    """Agree to every open line about whose days the parties do not differ; returns how many.

    ``seen`` is `Agreeable.print` as the buyer had it before him: ValidationError when it has
    become another set of lines since.
    """
    statement = _locked(statement, Action.SETTLEMENT_ANSWER, by=by)
    now = agreeable(statement, by)
    if now.print != seen:
        raise ValidationError(
            _(
                "Opgørelsen er ændret, mens du så på den: nu er %(n)s linjer uden forskelle. "
                "Se den igen, og godkend så. Intet er gemt."
            )
            % {"n": now.count}
        )
    if not now.count:
        raise ValidationError(_("Der er ingen åbne linjer uden forskelle at godkende."))
    wanted = set(now.line_ids)
    rows = _standings(statement).filter(state=State.OPEN).order_by("pk")
    found = [one for one in rows.select_for_update(of=("self",)) if one.line_id in wanted]
    _agree(statement, found, by=by, at=at)
    return len(found)


@transaction.atomic
def agree_statements(run: SettlementRun, ids: Collection[int], *, by: Actor, at: datetime) -> int:
    """Agree to what is without differences on many statements of a run; returns how many lines.

    For answers that come from another system: nobody has looked at the lines here. There is one
    line in the trail for all of it.
    """
    stored = _locked_run(run.pk)
    before = snapshot(stored)
    statements = list(
        Statement.objects.select_for_update(of=("self",))
        .filter(run=stored, pk__in=list(ids))
        .order_by("pk")
    )
    for statement in statements:
        authorise(by, Action.SETTLEMENT_ANSWER, statement)
    wanted = agreeable_lines(statements, by)
    open_rows = LineStanding.objects.filter(line__statement__in=statements, state=State.OPEN)
    rows = open_rows.select_for_update(of=("self",)).order_by("pk")
    found = [one for one in rows if one.line_id in wanted]
    if not found:
        return 0
    answers = _say_yes(found, by=by, at=at)
    left = set(open_rows.order_by().values_list("line__statement_id", flat=True).distinct())
    done = [one for one in statements if one.state == Statement.State.OPEN and one.pk not in left]
    for one in done:
        one.state, one.answered_at = Statement.State.ANSWERED, at
    Statement.objects.bulk_update(done, ["state", "answered_at"], batch_size=500)
    loaded = {**_prints(answers, found), Statement._meta.label_lower: prints_of(done)}  # noqa: SLF001
    record(
        by, Action.SETTLEMENT_ANSWER, stored, at=at, before=before, reason=_how_many(len(found)),
        loaded=loaded,
    )  # fmt: skip
    bring_up_to_date(stored, (), by=by, at=at)
    return len(found)


@transaction.atomic
def dispute(
    line: SettlementLine,
    *,
    day: date | None,
    reason: str,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> LineAnswer:
    """Object to a line with a reason, naming a day of its month where it is about one."""
    statement, standing = _one(line, Action.SETTLEMENT_ANSWER, seen, by=by)
    if standing.state not in MAY_DISPUTE:
        raise ValidationError(
            _("Linjen kan ikke bestrides: den er %s.") % standing.get_state_display().lower()
        )
    month = (line.valid_from.year, line.valid_from.month)
    if day is not None and (day.year, day.month) != month:
        raise ValidationError({"day": _("Dagen skal ligge i den måned, linjen er for.")})
    turn = {
        "state": State.DISPUTED,
        "waits_for_id": statement.reporter_id,
        "due_on": answer_by(day_of(at)),
    }
    return _say(statement, standing, Verdict.DISPUTED, turn, reason, day, by=by, at=at)


@transaction.atomic
def uphold(
    line: SettlementLine, *, reason: str, seen: str | None = None, by: Actor, at: datetime
) -> LineAnswer:
    """The seller stands by a disputed line and says why; then it is the buyer's turn again."""
    statement, standing = _disputed(line, seen, by=by)
    turn = {
        "state": State.OPEN,
        "waits_for_id": statement.payer_id,
        "due_on": answer_by(day_of(at)),
    }
    day = _day_in_dispute(line)
    return _say(statement, standing, Verdict.UPHELD, turn, reason, day, by=by, at=at)


@transaction.atomic
def concede(
    line: SettlementLine, *, reason: str = "", seen: str | None = None, by: Actor, at: datetime
) -> LineAnswer:
    """The seller gives the buyer right: it mends the placement, and the next run the line."""
    statement, standing = _disputed(line, seen, by=by)
    if latest_verdict(line) == Verdict.CONCEDED:
        raise ValidationError(_("I har allerede givet køber ret. Ret indskrivningen."))
    turn = {
        "state": State.DISPUTED,
        "waits_for_id": statement.reporter_id,
        "due_on": answer_by(day_of(at)),
    }
    day = _day_in_dispute(line)
    return _say(statement, standing, Verdict.CONCEDED, turn, reason, day, by=by, at=at)


def latest_verdict(line: SettlementLine) -> str:
    """What was said last of a line; empty when nothing was."""
    return line.answers.order_by("-at", "-id").values_list("verdict", flat=True).first() or ""


def bring_up_to_date(
    run: SettlementRun,
    statements: Iterable[Statement],
    *,
    by: Actor,
    at: datetime,
    action: Action = Action.SETTLEMENT_ANSWER,
) -> None:
    """Let the states of statements and of their locked run follow from how the lines stand."""
    for statement in statements:
        if statement.state not in (Statement.State.OPEN, Statement.State.ANSWERED):
            continue
        store_changes(statement, _state_of(statement, at), action, by=by, at=at)
    if run.state not in (RunState.REVIEWED, RunState.AGREED):
        return
    waiting = LineStanding.objects.filter(
        line__statement__run=run, state__in=(State.DRAFT, State.OPEN, State.DISPUTED)
    ).exists()
    state = RunState.REVIEWED if waiting else RunState.AGREED
    store_changes(run, {"state": state}, action, by=by, at=at)


def _state_of(statement: Statement, at: datetime) -> dict[str, Any]:
    if _standings(statement).filter(state=State.OPEN).exists():
        return {"state": Statement.State.OPEN, "answered_at": None}
    return {"state": Statement.State.ANSWERED, "answered_at": statement.answered_at or at}


def _standings(statement: Statement) -> Any:
    return LineStanding.objects.filter(line__statement=statement)


def _locked(statement: Statement, action: Action, *, by: Actor) -> Statement:
    """The statement as it is stored now, with its run locked, where it can still be answered."""
    authorise(by, action, statement)
    run = _locked_run(statement.run_id)
    stored = Statement.objects.select_for_update().get(pk=statement.pk)
    stored.run = run
    return stored


def _locked_run(run_id: int) -> SettlementRun:
    run = SettlementRun.objects.select_for_update().get(pk=run_id)
    if run.state not in _ANSWERED_IN:
        raise ValidationError(
            _("Kørslen står som «%s», så dens linjer kan ikke besvares.")
            % run.get_state_display().lower()
        )
    return run


def _one(
    line: SettlementLine, action: Action, seen: str | None, *, by: Actor
) -> tuple[Statement, LineStanding]:
    statement = _locked(line.statement, action, by=by)
    standing = LineStanding.objects.select_for_update().get(line=line)
    refuse_changed(standing, seen)
    return statement, standing


def _disputed(
    line: SettlementLine, seen: str | None, *, by: Actor
) -> tuple[Statement, LineStanding]:
    statement, standing = _one(line, Action.SETTLEMENT_RUN, seen, by=by)
    if standing.state != State.DISPUTED:
        raise ValidationError(
            _("Linjen er ikke bestridt længere: den er %s.") % standing.get_state_display().lower()
        )
    return statement, standing


def _day_in_dispute(line: SettlementLine) -> date | None:
    said = line.answers.filter(verdict=Verdict.DISPUTED).order_by("-at", "-id")
    return said.values_list("day", flat=True).first()


def _say(
    statement: Statement,
    standing: LineStanding,
    verdict: LineAnswer.Verdict,
    turn: Mapping[str, Any],
    reason: str,
    day: date | None,
    *,
    by: Actor,
    at: datetime,
) -> LineAnswer:
    """Keep what was said of one line, whose turn it is, and what follows for statement and run."""
    if verdict in (Verdict.DISPUTED, Verdict.UPHELD) and not reason.strip():
        raise ValidationError({"reason": _("Skriv hvorfor.")})
    seller = verdict in (Verdict.UPHELD, Verdict.CONCEDED)
    action = Action.SETTLEMENT_RUN if seller else Action.SETTLEMENT_ANSWER
    answer = LineAnswer(
        line_id=standing.line_id, verdict=verdict, day=day, reason=reason, by_label=_label(by),
        by_id=by.person_id, at=at,
    )  # fmt: skip
    store_new(answer, action, by=by, at=at)
    store_changes(standing, turn, action, by=by, at=at)
    bring_up_to_date(statement.run, [statement], by=by, at=at, action=action)
    return answer


def _label(by: Actor) -> str:
    return f"{by.label}, {by.organisation_label}".removesuffix(", ")[:200]


def _agree(statement: Statement, rows: Sequence[LineStanding], *, by: Actor, at: datetime) -> None:
    """Agree to locked standings, with one line in the trail that answers for every row."""
    answers = _say_yes(rows, by=by, at=at)
    before = snapshot(statement)
    for name, value in _state_of(statement, at).items():
        if statement.state in (Statement.State.OPEN, Statement.State.ANSWERED):
            setattr(statement, name, value)
    statement.save(update_fields=["state", "answered_at"])
    record(
        by,
        Action.SETTLEMENT_ANSWER,
        statement,
        at=at,
        before=before,
        reason=_how_many(len(rows)),
        loaded=_prints(answers, rows),
    )
    bring_up_to_date(statement.run, (), by=by, at=at)


def _how_many(count: int) -> str:
    said = ngettext("%(n)s linje er godkendt.", "%(n)s linjer er godkendt.", count)
    return said % {"n": count}


def _prints(answers: Sequence[LineAnswer], rows: Sequence[LineStanding]) -> dict[str, Any]:
    return {
        LineAnswer._meta.label_lower: prints_of(answers),  # noqa: SLF001
        LineStanding._meta.label_lower: prints_of(rows),  # noqa: SLF001
    }


def _say_yes(rows: Sequence[LineStanding], *, by: Actor, at: datetime) -> list[LineAnswer]:
    """Store the answers and how the locked lines then stand."""
    label = _label(by)
    answers = [
        LineAnswer(
            line_id=one.line_id, verdict=Verdict.AGREED, by_label=label, by_id=by.person_id, at=at
        )
        for one in rows
    ]
    store_rows(answers)
    turn = {"state": State.AGREED, "waits_for_id": None, "due_on": None}
    for one in rows:
        for name, value in turn.items():
            setattr(one, name, value)
    keys = [one.pk for one in rows]
    for first in range(0, len(keys), _BATCH):
        LineStanding.objects.filter(pk__in=keys[first : first + _BATCH]).update(**turn)
    return answers
