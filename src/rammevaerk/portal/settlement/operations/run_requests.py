"""What a run is asked to settle, and whether the actor may ask it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.actions import Scope as Reach
from rammevaerk.portal.access.policy import Actor, Decision, Refused, require_grant
from rammevaerk.portal.settlement.calculate.contract_terms import own_terms_findings
from rammevaerk.portal.settlement.calculate.gathering import Tick, gather
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import (
    NO_SERVICE,
    Snapshot,
    after_month,
    months_from,
)
from rammevaerk.portal.settlement.models.runs import RunState, SettlementRun
from rammevaerk.portal.settlement.queries.settled_since import months_between, settled_since
from rammevaerk.portal.settlement.queries.standing import standing_lines

MOST_MONTHS_BACK = 24
_USUAL_BACK = 12
_UNDER_WAY = (RunState.WORKING, RunState.DRAFT, RunState.REVIEWED, RunState.AGREED)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A month to settle, for whom, and how many earlier months are looked through.

    More of them than are settled here (see `usual_back`) are billed for the first time. A `joint`
    request is for the whole cooperation; otherwise for what the owner reports for.
    """

    cooperation_id: int
    owner_id: int
    month: date
    claimed_on: date
    months_back: int = 0
    joint: bool = False
    operator_id: int | None = None
    facility_id: int | None = None

    @property
    def scope(self) -> Scope:
        """The services it covers."""
        return Scope(
            self.cooperation_id,
            reporter_id=None if self.joint else self.owner_id,
            operator_id=self.operator_id,
            facility_id=self.facility_id,
        )

    @classmethod
    def of_run(cls, run: Any) -> "RunRequest":
        """What a stored run was asked."""
        return cls(
            run.cooperation_id,
            run.owner_id,
            run.month,
            run.claimed_on,
            run.months_back,
            run.joint,
            run.operator_id,
            run.facility_id,
        )


def check_request(request: RunRequest, *, by: Actor) -> None:
    """Refused for a scope that is not the actor's; ValidationError for a month that is none."""
    require_grant(by, Action.SETTLEMENT_RUN)
    own = by.scope(Action.SETTLEMENT_RUN) is Reach.OWN
    allowed = (
        by.is_system
        or (own and not request.joint and request.owner_id == by.organisation_id)
        or (not own and request.cooperation_id in by.cooperation_ids)
    )
    if not allowed:
        raise Refused(Decision(False, _("Du kan kun afregne for dine egne tilbud.")))
    if request.month.day != 1:
        raise ValidationError({"month": _("Vælg en måned.")})
    if not 0 <= request.months_back <= MOST_MONTHS_BACK:
        raise ValidationError(
            {"months_back": _("Skriv et antal måneder fra 0 til %s.") % MOST_MONTHS_BACK}
        )
    if not request.scope.services():
        raise ValidationError(_("Der er ingen tilbud at afregne i det valgte."))


def refuse_second(request: RunRequest) -> None:
    """ValidationError naming the run that has the same days under way."""
    wanted = {one.pk for one in request.scope.services()}
    rows = SettlementRun.objects.filter(
        Q(month=request.month) | Q(state=RunState.WORKING),
        cooperation_id=request.cooperation_id,
        state__in=_UNDER_WAY,
    )
    for run in rows.order_by("pk"):
        if wanted & {one.pk for one in RunRequest.of_run(run).scope.services()}:
            raise ValidationError(
                _(
                    "%(run)s har de samme dage og står som «%(state)s». Gør den færdig, eller "
                    "kassér den; intet er begyndt."
                )
                % {"run": run, "state": run.get_state_display().lower()}
            )


def own_since(request: RunRequest) -> dict[int, date]:
    """The first month settled here of each of the request's services that have one."""
    return settled_since(request.cooperation_id, request.scope.services(), request.month)


def usual_back(own: Mapping[int, date], month: date) -> int:
    """How many months a run looks back unasked: to the first settled here, at most a year.

    What was settled in another system before that is not to be settled again.
    """
    return min(
        _USUAL_BACK, max((months_between(first, month) for first in own.values()), default=0)
    )


def billed_since(request: RunRequest, *, new: int | None = None) -> dict[int, date]:
    """The first month that may be billed, by service; `new` months before those settled here.

    Unless said, as many as the request looks back further than it would unasked.
    """
    own, month = own_since(request), request.month
    if new is None:
        new = max(0, request.months_back - usual_back(own, month))
    found = {one.pk: after_month(own.get(one.pk, month), -new) for one in request.scope.services()}
    return {**found, NO_SERVICE: min(found.values(), default=month)}


def snapshot_for(
    request: RunRequest, *, known: datetime | None = None, tick: Tick | None = None
) -> Snapshot:
    """Everything the request is settled from, with the lines that stand now."""
    first = after_month(request.month, -request.months_back)
    end = after_month(request.month)
    services = [one.pk for one in request.scope.services()]
    made = gather(
        request.scope,
        months_from(first, request.months_back + 1),
        known=known,
        billed_from=request.month,
        claimed_on=request.claimed_on,
        standing=standing_lines(request.scope, services, first, end),
        tick=tick,
    )
    # What was agreed of earlier months was held against the contracts then.
    own = own_terms_findings(made.services, request.month, end, known=known)
    return replace(made, since=billed_since(request), findings=(*made.findings, *own))
