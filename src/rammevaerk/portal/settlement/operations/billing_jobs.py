"""Issuing and handing over in the background: begun, followed, and taken up again when stopped."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import actor_of
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement import tasks
from rammevaerk.portal.settlement.models import BillingJob, Invoice, SettlementRun, Statement
from rammevaerk.portal.settlement.operations.documents import lacking, make_documents
from rammevaerk.portal.settlement.operations.handing_over import hand_over_ready
from rammevaerk.portal.settlement.operations.issuing import Tick, issue_agreed, lock_run
from rammevaerk.portal.settlement.queries.bills import bills, print_of, ready_statements
from rammevaerk.portal.settlement.queries.invoices import to_hand_over

_ACTION = Action.INVOICE_ISSUE
_State, _Kind = BillingJob.State, BillingJob.Kind
# So many findings are kept; hundreds alike say no more.
_MOST_FINDINGS = 500


@transaction.atomic
def start_issuing(
    run: SettlementRun,
    statement: Statement | None = None,
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> BillingJob:
    """Have what is agreed issued in the background; dated today however long it takes.

    ``seen`` is `print_of` the bills as the person had them before him. ValidationError when they
    are others now, when nothing is agreed, or when the run's invoices are worked with already.
    """
    authorise(by, _ACTION, statement or run)
    day = day_of(at)
    planned = bills(ready_statements(run, by, statement), day=day)
    if not planned:
        raise ValidationError(_("Der er ingen aftalte linjer, der venter på en regning."))
    if seen is not None and seen != print_of(planned):
        raise ValidationError(
            _("Det, der kan udstedes, er ændret, mens du så på det. Se det igen, og udsted så.")
        )
    job = BillingJob(run=run, statement=statement, kind=_Kind.ISSUE, day=day)
    return _started(job, tasks.issue_invoices, by=by, at=at)


@transaction.atomic
def start_documents(
    run: SettlementRun, statement: Statement | None = None, *, by: Actor, at: datetime
) -> BillingJob:
    """Have the e-invoices made that the run's invoices lack; ValidationError when none does."""
    authorise(by, _ACTION, statement or run)
    if not lacking(run, by, statement).exists():
        raise ValidationError(_("Alle regninger har en e-regning."))
    job = BillingJob(run=run, statement=statement, kind=_Kind.DOCUMENTS, day=day_of(at))
    return _started(job, tasks.make_e_invoices, by=by, at=at)


@transaction.atomic
def start_handing_over(
    run: SettlementRun,
    *,
    invoice: Invoice | None = None,
    statement: Statement | None = None,
    by: Actor,
    at: datetime,
) -> BillingJob:
    """Have the run's valid e-invoices handed over in the background, or only those of a part."""
    authorise(by, _ACTION, invoice or statement or run)
    if not to_hand_over(by, run, invoice=invoice, statement=statement).exists():
        raise ValidationError(
            _("Der er ingen e-regning, som er valideret og ikke er afleveret endnu.")
        )
    job = BillingJob(
        run=run, invoice=invoice, statement=statement, kind=_Kind.HAND_OVER, day=day_of(at)
    )
    return _started(job, tasks.hand_over_invoices, by=by, at=at)


def _started(job: BillingJob, task: Any, *, by: Actor, at: datetime) -> BillingJob:
    # Two who begin at once wait for each other here, so that the second finds the first's job.
    lock_run(job.run_id)
    working = BillingJob.objects.filter(run=job.run, state=_State.WORKING).first()
    if working is not None:
        raise ValidationError(
            _("%(kind)s af kørslens regninger er allerede i gang. Vent, til den er færdig.")
            % {"kind": working.get_kind_display()}
        )
    job.started_at, job.created_by_id = at, by.person_id
    job.assignment_id = by.assignment_id
    store_new(job, _ACTION, by=by, at=at)
    transaction.on_commit(lambda: task.enqueue(job.pk))
    return job


def issue(job_id: int, *, at: datetime) -> None:
    """Issue a job's invoices and make their e-invoices. May be begun again at any time."""

    def work(job: BillingJob, by: Actor) -> Sequence[Finding]:
        tick = _ticker(job, _("Udsteder regninger"))
        issued = issue_agreed(
            job.run, by=by, at=at, day=job.day, statement=job.statement, tick=tick
        )
        return [*issued.findings, *_documents(job, by, at)]

    _carry_out(job_id, work, at=at)


def documents(job_id: int, *, at: datetime) -> None:
    """Make the e-invoices that a job's invoices lack. May be begun again at any time."""
    _carry_out(job_id, lambda job, by: _documents(job, by, at), at=at)


def _documents(job: BillingJob, by: Actor, at: datetime) -> list[Finding]:
    tick = _ticker(job, _("Danner og validerer e-regninger"))
    return make_documents(job.run, statement=job.statement, by=by, at=at, tick=tick)


def hand_over(job_id: int, *, at: datetime) -> None:
    """Hand a job's e-invoices over. May be begun again: what was taken is not sent again."""

    def work(job: BillingJob, by: Actor) -> Sequence[Finding]:
        tick = _ticker(job, _("Afleverer e-regninger"))
        waiting = to_hand_over(by, job.run, invoice=job.invoice, statement=job.statement)
        return hand_over_ready(waiting, by=by, at=at, tick=tick)

    _carry_out(job_id, work, at=at)


def _carry_out(
    job_id: int, work: Callable[[BillingJob, Actor], Sequence[Finding]], *, at: datetime
) -> None:
    rows = BillingJob.objects.select_related("run", "statement", "invoice", "assignment__person")
    job = rows.get(pk=job_id)
    if job.state != _State.WORKING:
        return
    by = actor_of_job(job, at)
    try:
        findings = work(job, by)
    except PermissionDenied as refusal:
        _finish(job, _State.FAILED, [], str(refusal), by=by, at=at)
    except Exception:
        text = _("Der skete en fejl, som ikke er din. Prøv igen; hjælper det ikke, så sig til.")
        _finish(job, _State.FAILED, [], text, by=by, at=at)
        raise
    else:
        _finish(job, _State.DONE, findings, "", by=by, at=at)


def actor_of_job(job: BillingJob, at: datetime) -> Actor:
    """Who began it, in the role of then; with no right at all when he has it no more."""
    assignment: Any = job.assignment
    if assignment is None:
        # Begun by the machine itself, or by somebody who has lost the role: only the first goes on.
        return Actor(label=_("Uden rolle")) if job.created_by_id else Actor.system(_("Systemet"))
    found = actor_of(assignment.person, on=day_of(at), assignment_id=assignment.pk)
    return found if found.assignment_id == assignment.pk else Actor(label=found.label)


def _ticker(job: BillingJob, step: str) -> Tick:
    def tick(done: int, total: int) -> None:
        BillingJob.objects.filter(pk=job.pk).update(done=done, total=total, step=step)

    return tick


@transaction.atomic
def _finish(
    job: BillingJob,
    state: str,
    findings: Sequence[Finding],
    failure: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    stored = BillingJob.objects.select_for_update().get(pk=job.pk)
    if stored.state != _State.WORKING:
        return
    kept = [one.as_dict() for one in findings[:_MOST_FINDINGS]]
    if more := len(findings) - len(kept):
        text = _("Der er %s fund til af samme slags.") % more
        kept.append(Finding("invoice.more", Severity.NOTE, "", text).as_dict())
    values = {"state": state, "failure": failure[:1000], "findings": kept, "finished_at": at}
    store_changes(stored, values, _ACTION, by=by, at=at)
