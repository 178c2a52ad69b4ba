"""Since when services are settled here: what was settled in another system before is not ours."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Min

from rammevaerk.portal.catalogue.queries.settling import SettledService
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine, SettlementRun
from rammevaerk.portal.settlement.models.runs import RunState

HELD = (RunState.DRAFT, RunState.REVIEWED, RunState.AGREED, RunState.INVOICED)
_COVERS = ("joint", "owner_id", "operator_id", "facility_id")


def settled_since(
    cooperation_id: int, services: Sequence[SettledService], month: date
) -> dict[int, date]:
    """The first month of each service, no later than `month`, that a run which stands covers.

    A service that no such run covers is not among them. A month that somebody asked for is
    settled here too, where there was anything to bill in it.
    """
    runs = (
        SettlementRun.objects.filter(
            cooperation_id=cooperation_id, state__in=HELD, month__lte=month
        )
        .order_by()
        .values_list(*_COVERS)
        .annotate(first=Min("month"))
    )
    found: dict[int, date] = {}
    for joint, owner, operator, facility, first in runs:
        for one in services:
            covered = (
                (joint or one.reporter_id == owner)
                and operator in (None, one.operator_id)
                and facility in (None, one.facility_id)
            )
            if covered:
                found[one.pk] = min(first, found.get(one.pk, first))
    if not found:
        return found
    lines = (
        SettlementLine.objects.filter(
            service_id__in=list(found),
            valid_from__lt=max(found.values()),
            statement__run__state__in=HELD,
        )
        .exclude(standing__state=LineStanding.State.DISCARDED)
        .order_by()
        .values_list("service_id")
        .annotate(first=Min("valid_from"))
    )
    for service_id, day in lines:
        found[service_id] = min(found[service_id], day.replace(day=1))
    return found


def months_between(first: date, month: date) -> int:
    """How many months after the first one the other comes."""
    return (month.year - first.year) * 12 + month.month - first.month
