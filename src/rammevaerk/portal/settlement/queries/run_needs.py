"""What of settlement runs needs somebody: drafts, failed runs, a month not settled, old claims."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.engine.money import format_kroner
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.settlement.calculate.claims import LATER, SOON
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import SettlementRun
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.queries.claims import claim_page

_MOST = 12
_MADE = (RunState.WORKING, RunState.DRAFT, RunState.REVIEWED, RunState.AGREED, RunState.INVOICED)


def run_needs(actor: Actor, *, on: date) -> list[Need]:
    """For whoever settles: the gravest first."""
    if actor.scope(Action.SETTLEMENT_RUN) is None:
        return []
    runs = visible(SettlementRun.objects.all(), actor, Action.SETTLEMENT_RUN)
    waiting = runs.filter(state__in=(RunState.DRAFT, RunState.FAILED)).order_by("month", "pk")
    return [
        *_of_claims(actor, on),
        *(_of_run(run) for run in waiting[:_MOST]),
        *_of_month(actor, on),
    ]


def _of_claims(actor: Actor, on: date) -> list[Need]:
    found = claim_page(actor, on=on)
    near = {stage: ore for stage, _days, ore in found.sums if stage in {SOON, LATER} and ore}
    if not near:
        return []
    title = _("%s er ikke afregnet og nærmer sig fristen på 12 måneder") % format_kroner(
        sum(near.values())
    )
    mark = _("under en måned") if SOON in near else _("under tre måneder")
    kind = "late" if SOON in near else "warning"
    return [Need(title, reverse("settlement:claims"), kind, mark)]


def _of_run(run: SettlementRun) -> Need:
    name = _("Kørsel %(number)s, %(month)s") % {
        "number": run.number,
        "month": month_text_da(run.month),
    }
    url = reverse("settlement:run", kwargs={"run_id": run.pk})
    if run.state == RunState.FAILED:
        return Need(name, url, "error", _("kunne ikke beregnes"), run.failure)
    return Need(name, url, "draft", _("gennemgå og send til køberne"))


def _of_month(actor: Actor, on: date) -> list[Need]:
    """Last month, where months before it have been settled here and it has not."""
    month = after_month(on, -1)
    runs = visible(SettlementRun.objects.all(), actor, Action.SETTLEMENT_READ)
    made = runs.filter(state__in=_MADE)
    if not made.filter(month__lt=month).exists() or made.filter(month=month).exists():
        return []
    title = _("%s er ikke afregnet endnu") % month_text_da(month).capitalize()
    return [Need(title, reverse("settlement:runs"), "planned", _("ny kørsel"))]
