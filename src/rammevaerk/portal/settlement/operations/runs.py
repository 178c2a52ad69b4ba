"""Settlement runs: previewed, made in the background, sent to the buyers, discarded, replayed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk import __version__
from rammevaerk.engine.errors import EngineError
from rammevaerk.engine.parameters import Parameters
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import actor_of
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement import tasks
from rammevaerk.portal.settlement.calculate.billing import Billing, bill
from rammevaerk.portal.settlement.calculate.storing import unpacked
from rammevaerk.portal.settlement.models import (
    Invoice,
    LineStanding,
    RunSnapshot,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.operations.answers import answer_by
from rammevaerk.portal.settlement.operations.run_requests import (
    RunRequest,
    check_request,
    refuse_second,
    snapshot_for,
)
from rammevaerk.portal.settlement.operations.run_storing import (
    Overtaken,
    give_back,
    open_standings,
    store_billing,
)

_ACTION = Action.SETTLEMENT_RUN
_log = logging.getLogger(__name__)
_State = LineStanding.State
_TRIES = 3
MAY_BE_DISCARDED = (RunState.DRAFT, RunState.REVIEWED, RunState.AGREED, RunState.FAILED)


def preview(request: RunRequest, *, by: Actor, known: datetime | None = None) -> Billing:
    """What the run would bill: the same function over the same rows, with nothing stored."""
    check_request(request, by=by)
    return bill(snapshot_for(request, known=known))


@transaction.atomic
def start(request: RunRequest, *, by: Actor, at: datetime) -> SettlementRun:
    """Begin a run in the background; ValidationError names the run that has the same days."""
    check_request(request, by=by)
    refuse_second(request)
    last = SettlementRun.objects.filter(owner_id=request.owner_id).aggregate(last=Max("number"))
    run = SettlementRun(
        cooperation_id=request.cooperation_id,
        owner_id=request.owner_id,
        joint=request.joint,
        operator_id=request.operator_id,
        facility_id=request.facility_id,
        number=(last["last"] or 0) + 1,
        month=request.month,
        claimed_on=request.claimed_on,
        months_back=request.months_back,
        created_at=at,
        created_by_id=by.person_id,
        assignment_id=by.assignment_id,
    )
    store_new(run, _ACTION, by=by, at=at)
    transaction.on_commit(lambda: tasks.make_run.enqueue(run.pk))
    return run


def work(run_id: int, *, at: datetime) -> None:
    """Make a run that was begun. Stopped anywhere and begun again, it comes to the same.

    Nothing of it is stored before all of it is, in one transaction.
    """
    run = SettlementRun.objects.get(pk=run_id)
    if run.state != RunState.WORKING:
        return
    by = _actor(run, at)
    try:
        for attempt in range(1, _TRIES + 1):
            try:
                _make(run, by=by, at=at)
            except Overtaken:
                # Somebody answered or issued a line meanwhile: look again at what stands.
                if attempt == _TRIES:
                    raise
            else:
                return
    except Overtaken:
        _fail(run, _("Linjer ændres, mens kørslen laves. Prøv igen om lidt."), by=by, at=at)
    except ValidationError as problem:
        _fail(run, " ".join(problem.messages), by=by, at=at)
    except (PermissionDenied, EngineError) as problem:
        _fail(run, str(problem), by=by, at=at)
    except Exception:
        text = _("Der skete en fejl, som ikke er din. Prøv igen; hjælper det ikke, så sig til.")
        _fail(run, text, by=by, at=at)
        raise


def _make(run: SettlementRun, *, by: Actor, at: datetime) -> None:
    request = RunRequest.of_run(run)
    check_request(request, by=by)

    def tick(done: int, total: int) -> None:
        _progress(run, done, total, _("Læser indskrivninger"))

    made = snapshot_for(request, tick=tick)
    _progress(run, len(made.parts), len(made.parts), _("Beregner"))
    billing = bill(made)
    _progress(run, len(billing.lines), len(billing.lines), _("Gemmer"))
    store_billing(run, billing, by=by, at=at)


def _progress(run: SettlementRun, done: int, total: int, step: str) -> None:
    SettlementRun.objects.filter(pk=run.pk).update(done=done, total=total, step=step)


def _actor(run: SettlementRun, at: datetime) -> Actor:
    """Who began it, in the role of then; a command on the machine when nobody did."""
    assignment: Any = run.assignment
    if assignment is None:
        return Actor.system(_("Afregning")) if run.created_by_id is None else Actor(label="")
    found = actor_of(assignment.person, on=day_of(at), assignment_id=assignment.pk)
    return found if found.assignment_id == assignment.pk else Actor(label=found.label)


@transaction.atomic
def _fail(run: SettlementRun, message: str, *, by: Actor, at: datetime) -> None:
    stored = SettlementRun.objects.select_for_update().get(pk=run.pk)
    if stored.state == RunState.WORKING:
        values = {"state": RunState.FAILED, "failure": message[:1000]}
        store_changes(stored, values, _ACTION, by=by, at=at)


@transaction.atomic
def begin_again(run: SettlementRun, *, by: Actor, at: datetime) -> None:
    """Have a run made that failed or stands still."""
    stored = lock_seen(run, _ACTION, seen=None, by=by)
    if stored.state not in {RunState.WORKING, RunState.FAILED}:
        raise ValidationError(_("Kørslen er allerede lavet."))
    if stored.state == RunState.FAILED:
        refuse_second(RunRequest.of_run(stored))
    values = {"state": RunState.WORKING, "failure": "", "assignment_id": by.assignment_id}
    store_changes(stored, {**values, "created_by_id": by.person_id}, _ACTION, by=by, at=at)
    transaction.on_commit(lambda: tasks.make_run.enqueue(stored.pk))


@transaction.atomic
def cancel(run: SettlementRun, *, by: Actor, at: datetime) -> None:
    """Give up a run that is being made: nothing of it is stored."""
    stored = lock_seen(run, _ACTION, seen=None, by=by)
    if stored.state != RunState.WORKING:
        raise ValidationError(_("Kørslen er allerede lavet. Kassér den i stedet."))
    store_changes(stored, {"state": RunState.DISCARDED}, _ACTION, by=by, at=at)


@transaction.atomic
def review(run: SettlementRun, *, seen: str | None = None, by: Actor, at: datetime) -> None:
    """Send a draft's statements to the buyers, who answer line by line by a day.

    What a seller owes itself is answered at once; a run of nothing else is done.
    """
    stored = lock_seen(run, _ACTION, seen=seen, by=by)
    if stored.state != RunState.DRAFT:
        raise ValidationError(
            _("Kørslen kan ikke sendes: den står som «%s».") % stored.get_state_display().lower()
        )
    before = snapshot(stored)
    last_day = answer_by(day_of(at))
    statements = list(stored.statements.select_for_update().order_by("pk"))
    for statement in statements:
        if statement.internal:
            statement.state, statement.answered_at = Statement.State.INTERNAL, at
        else:
            statement.state, statement.answer_by = Statement.State.OPEN, last_day
    Statement.objects.bulk_update(statements, ["state", "answer_by", "answered_at"], batch_size=500)
    standings = open_standings(stored, last_day)
    stored.state = _after_review(standings)
    stored.save(update_fields=["state"])
    loaded = {
        "settlement.statement": prints_of(statements),
        "settlement.linestanding": prints_of(standings),
    }
    record(by, _ACTION, stored, at=at, before=before, loaded=loaded if standings else None)


def _after_review(standings: Sequence[LineStanding]) -> RunState:
    """Where a run stands that has been sent to the buyers."""
    if any(one.state == _State.OPEN for one in standings):
        return RunState.REVIEWED
    # Without a line there is nothing to agree about; of internal ones there is nothing to invoice.
    return RunState.INVOICED if standings else RunState.AGREED


@transaction.atomic
def discard(
    run: SettlementRun, *, reason: str = "", seen: str | None = None, by: Actor, at: datetime
) -> None:
    """Throw a run away while nobody has been billed: its days are free, and what it took stands."""
    stored = lock_seen(run, _ACTION, seen=seen, by=by)
    if stored.state not in MAY_BE_DISCARDED:
        raise ValidationError(
            _("Kørslen kan ikke kasseres: den står som «%s».") % stored.get_state_display().lower()
        )
    billed = LineStanding.objects.filter(
        line__statement__run=stored, state__in=(_State.INVOICED, _State.CREDITED)
    )
    if billed.exists() or Invoice.objects.filter(run=stored).exists():
        raise ValidationError(
            _("Der er udstedt regninger fra kørslen. Ret i stedet indskrivningen; næste kørsel ")
            + _("krediterer og afregner på ny.")
        )
    later = LineStanding.objects.filter(line__statement__run=stored, taken_by__isnull=False)
    if first := later.select_related("taken_by").first():
        raise ValidationError(
            _("%s har rettet linjer i kørslen. Kassér den først.") % first.taken_by
        )
    give_back(stored, reason, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored run settled again from its snapshot, beside what it came to then."""

    sha256_then: str
    sha256_now: str
    snapshot_sound: bool
    total_then_ore: int
    total_now_ore: int
    lines_then: int
    lines_now: int
    engine_then: str
    engine_now: str
    rules_then: str
    rules_now: str

    @property
    def same(self) -> bool:
        """Whether every figure is the same."""
        return self.snapshot_sound and self.sha256_then == self.sha256_now

    @property
    def difference_ore(self) -> int:
        """How much more it comes to now."""
        return self.total_now_ore - self.total_then_ore


def replay(run: SettlementRun, *, by: Actor) -> Replay:
    """Settle a run's stored snapshot again; changes nothing.

    ValidationError when it has none, or one that can no longer be read.
    """
    from rammevaerk.portal.settlement.queries.run_figures import made_figures, sound

    authorise(by, Action.SETTLEMENT_READ, run)
    stored = RunSnapshot.objects.filter(run=run).first()
    if stored is None:
        raise ValidationError(_("Kørslen har intet grundlag: den er ikke lavet færdig."))
    content = bytes(stored.content)
    try:
        billing = bill(unpacked(content))
    except (ValueError, KeyError, OSError) as problem:
        raise ValidationError(_("Kørslens grundlag kan ikke læses: %s") % problem) from problem
    then = made_figures(run)
    return Replay(
        sha256_then=run.result_sha256,
        sha256_now=billing.sha256,
        snapshot_sound=sound(stored, content),
        total_then_ore=then.total_ore,
        total_now_ore=billing.total_ore,
        lines_then=then.lines,
        lines_now=len(billing.lines) + sum(1 for one in billing.taken if one.by_a_line),
        engine_then=run.engine_version,
        engine_now=__version__,
        rules_then=run.rules_sha256,
        rules_now=Parameters.load().rules_hash(),
    )
