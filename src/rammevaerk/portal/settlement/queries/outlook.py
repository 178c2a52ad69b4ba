"""A buyer's year of spend against its budget, kept until something that bears on it changes."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Min

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import last_change
from rammevaerk.portal.placements.queries.buying import (
    cooperations_paid_in,
    ends_of,
    paid_placements,
)
from rammevaerk.portal.placements.queries.settling import services_paid_by
from rammevaerk.portal.settlement.calculate.forecast import (
    MONTHS,
    Outlook,
    SettledLine,
    expected_lines,
    outlook_of,
)
from rammevaerk.portal.settlement.calculate.gathering import gather
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import after_month, months_from
from rammevaerk.portal.settlement.calculate.truth import TrueLine
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine, SpendBudget

State = LineStanding.State
# A line that was invoiced and then taken back counts with the line that took it back.
COUNTED = (State.OPEN, State.AGREED, State.DISPUTED, State.INVOICED, State.CREDITED, State.INTERNAL)
# What changes what is expected: of placements, prices, places and lines.
_BEARING = (
    Action.PLACEMENT_RUN,
    Action.PLACEMENT_REQUEST,
    Action.TERMS_MANAGE,
    Action.TARIFF_PUBLISH,
    Action.TARIFF_DECIDE,
    Action.TARIFF_REPORT,
    Action.FACILITY_MANAGE,
    Action.PLACES_REPORT,
    Action.CONTRACT_BUY,
    Action.CONTRACT_SELL,
    Action.SETTLEMENT_RUN,
    Action.INVOICE_ISSUE,
)
_KEPT = 32


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an outlook follows from: whose, which months, the day, and the last changes."""

    organisation_id: int
    first: date
    count: int
    today: date
    circles: tuple[int, ...]
    seals: tuple[str, ...]

    @property
    def end(self) -> date:
        """The first day after the months."""
        return after_month(self.first, self.count)


def outlook(organisation_id: int, year: int, *, on: date) -> Outlook:
    """An organisation's months from January of the year until a year from the day.

    Asks nobody's leave: the page is the organisation's own. Kept by the process until something
    is done that bears on it, or the day is over.
    """
    first = date(year, 1, 1)
    count = max(MONTHS, (on.year - year) * MONTHS + on.month - 1 + MONTHS)
    circles = sorted(cooperations_paid_in(organisation_id, first, after_month(first, count)))
    # What concerns a placement belongs to no single cooperation in the trail.
    seals = tuple(last_change(one, _BEARING) for one in (None, *circles))
    return _worked_out(_Asked(organisation_id, first, count, on, tuple(circles), seals))


@lru_cache(maxsize=_KEPT)
def _worked_out(asked: _Asked) -> Outlook:
    payer, first, end = asked.organisation_id, asked.first, asked.end
    services = services_paid_by(payer, first, end)
    ends = ends_of(payer, on=asked.today)
    expected: list[TrueLine] = []
    unsettled = 0
    own = paid_placements(payer)
    for circle in asked.circles:
        scope = Scope(circle, payer_id=payer, service_ids=services, placement_ids=own)
        snapshot = gather(scope, months_from(first, asked.count))
        lines, settled = expected_lines(snapshot, payer, ends)
        expected += lines
        unsettled += len(settled.findings)
    return outlook_of(first, asked.count, settled_lines(payer, first, end), expected, unsettled)


def settled_lines(organisation_id: int, first: date, end: date) -> list[SettledLine]:
    """What has been settled for a payer in [first, end) and counts."""
    rows = SettlementLine.objects.filter(
        statement__payer_id=organisation_id,
        valid_from__gte=first,
        valid_from__lt=end,
        standing__state__in=COUNTED,
    ).order_by()
    return [
        SettledLine(
            placement,
            part,
            day.replace(day=1),
            ore,
            stands=reverses is None and state != State.CREDITED,
        )
        for placement, part, day, ore, reverses, state in rows.values_list(
            "placement_id", "part", "valid_from", "total_ore", "reverses_id", "standing__state"
        )
    ]


def first_settled(organisation_id: int) -> date | None:
    """The first month of which anything was settled here for a payer; None before there is one."""
    rows = SettlementLine.objects.filter(
        statement__payer_id=organisation_id, standing__state__in=COUNTED
    )
    day: date | None = rows.aggregate(first=Min("valid_from"))["first"]
    return day.replace(day=1) if day else None


def budget_of(actor: Actor, year: int) -> SpendBudget | None:
    """What the actor's organisation has set aside for a year: the newest word holds."""
    rows = visible(SpendBudget.objects.all(), actor, Action.INVOICE_CONTROL)
    own = rows.filter(organisation_id=actor.organisation_id or 0, year=year)
    return own.order_by("-registered_at", "-pk").first()


def budgets_of(actor: Actor, year: int) -> list[SpendBudget]:
    """Every word about a year's budget, the newest first."""
    rows = visible(SpendBudget.objects.all(), actor, Action.INVOICE_CONTROL)
    own = rows.filter(organisation_id=actor.organisation_id or 0, year=year)
    return list(own.order_by("-registered_at", "-pk"))
