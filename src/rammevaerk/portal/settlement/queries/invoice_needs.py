"""What of invoices needs somebody: agreed lines without one, e-invoices not valid or not taken."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.channels import configured
from rammevaerk.portal.settlement.models import (
    BillingJob,
    Invoice,
    LineStanding,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.queries.invoices import with_state

_MOST = 12
_ISSUED_FROM = (RunState.REVIEWED, RunState.AGREED)


def invoice_needs(actor: Actor, *, on: date) -> list[Need]:
    """For whoever issues: what can be issued, and what went wrong with what was."""
    if actor.scope(Action.INVOICE_ISSUE) is None:
        return []
    runs = visible(SettlementRun.objects.all(), actor, Action.INVOICE_ISSUE)
    own = [*_of_runs(runs), *_of_statements(actor, runs, on)]
    return [*own, *_stopped(actor), *_not_taken(actor)]


def _of_runs(runs: "QuerySet[SettlementRun]") -> list[Need]:
    """The runs with lines that are agreed and not invoiced."""
    agreed = Count(
        "statements__lines", filter=Q(statements__lines__standing__state=LineStanding.State.AGREED)
    )
    waiting = runs.filter(state__in=_ISSUED_FROM).annotate(agreed=agreed).filter(agreed__gt=0)
    return [
        _to_issue(
            run.agreed,
            run.month,
            _("Kørsel %s") % run.number,
            reverse("settlement:run_invoices", kwargs={"run_id": run.pk}),
        )
        for run in waiting.order_by("month", "number")[:_MOST]
    ]


def _of_statements(actor: Actor, runs: "QuerySet[SettlementRun]", on: date) -> list[Need]:
    """The actor's own statements in runs that somebody else makes for all."""
    agreed = Count("lines", filter=Q(lines__standing__state=LineStanding.State.AGREED))
    rows = visible(Statement.objects.all(), actor, Action.INVOICE_ISSUE)
    rows = rows.filter(run__state__in=_ISSUED_FROM).exclude(run__in=runs.order_by().values("pk"))
    waiting = list(
        rows.annotate(agreed=agreed)
        .filter(agreed__gt=0)
        .select_related("run")
        .order_by("run__month", "pk")[:_MOST]
    )
    names = names_on([one.payer_id for one in waiting], on=on)
    return [
        _to_issue(
            one.agreed,
            one.run.month,
            names[one.payer_id],
            reverse("settlement:statement_invoices", kwargs={"statement_id": one.pk}),
        )
        for one in waiting
    ]


def _to_issue(count: int, month: date, note: str, url: str) -> Need:
    text = ngettext(
        "%(n)s aftalt linje for %(month)s kan faktureres",
        "%(n)s aftalte linjer for %(month)s kan faktureres",
        count,
    )
    return Need(
        title=text % {"n": count, "month": month_text_da(month)},
        url=url,
        kind="awaiting_decision",
        mark=_("Klar til regning"),
        note=note,
    )


def _stopped(actor: Actor) -> list[Need]:
    """Work that stopped and has not been begun again."""
    rows = visible(BillingJob.objects.all(), actor, Action.INVOICE_ISSUE).select_related("run")
    newest: dict[int, BillingJob] = {}
    for job in rows.order_by("-started_at", "-pk")[:100]:
        newest.setdefault(job.run_id, job)
    return [
        Need(
            title=_("%(kind)s af regninger for kørsel %(number)s gik i stå")
            % {"kind": job.get_kind_display(), "number": job.run.number},
            url=reverse("settlement:run_invoices", kwargs={"run_id": job.run_id}),
            kind="late",
            mark=str(job.get_state_display()),
        )
        for job in newest.values()
        if job.state == BillingJob.State.FAILED
    ]


def _not_taken(actor: Actor) -> list[Need]:
    rows: Any = with_state(visible(Invoice.objects.all(), actor, Action.INVOICE_ISSUE))
    counts = (
        rows.order_by()
        .filter(handed=False)
        .aggregate(
            invalid=Count("pk", filter=Q(outcome="invalid")),
            unvalidated=Count("pk", filter=Q(outcome="unvalidated")),
            failed=Count("pk", filter=Q(outcome="valid", tried=True)),
            valid=Count("pk", filter=Q(outcome="valid", tried=False)),
        )
    )
    if configured() is None:
        # With nowhere to hand them over, what is ready waits for nobody.
        counts["valid"] = 0
    words = (
        ("invalid", "late", _("Ugyldig"), _("overholder ikke de officielle regler")),
        ("failed", "late", _("Ikke afleveret"), _("blev ikke taget imod")),
        ("unvalidated", "warning", _("Ikke valideret"), _("er ikke valideret")),
        ("valid", "planned", _("Klar"), _("er klar til at blive afleveret")),
    )
    address = reverse("settlement:invoices")
    return [
        Need(
            title=ngettext("%(n)s e-regning %(what)s", "%(n)s e-regninger %(what)s", counts[state])
            % {"n": counts[state], "what": what},
            url=f"{address}?tilstand={state}",
            kind=kind,
            mark=mark,
        )
        for state, kind, mark, what in words
        if counts[state]
    ]
