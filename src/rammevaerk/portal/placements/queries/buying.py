"""A buyer's citizens: those it decides about or pays for, wherever they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Min, Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.placements.models import (
    Contract,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PlacementState,
    Stay,
)
from rammevaerk.portal.placements.queries.contracts import Stage, stage_of

_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class Bought:
    """A citizen's placement as its buyer looks at it on a day; `pays` says whether it pays now."""

    pk: int
    reference: str
    case: str
    pseudonym: str
    facility: str
    service: str
    state: str
    since: date | None
    minutes: int | None
    pays: bool
    buyer_id: int
    expected_to: date | None
    notice_ends: date | None
    contract: Stage | None
    goals_due: date | None
    synthetic: bool

    @property
    def state_text(self) -> str:
        """The state in words."""
        return str(PlacementState(self.state).label)

    @property
    def ends_on(self) -> date | None:
        """The first day it is not expected to be paid for: notice before what is expected."""
        return self.notice_ends or self.expected_to


def bought(actor: Actor, *, on: date) -> list[Bought]:
    """The agreed and running placements that the actor's organisation decides or pays for."""
    rows = _own(actor, on).filter(state__in=(PlacementState.ACCEPTED, PlacementState.ADMITTED))
    return _described(rows, actor, on)


def asked_for(actor: Actor, *, on: date) -> int:
    """How many enquiries of the actor's organisation still wait for an agreement."""
    states = (PlacementState.ENQUIRY, PlacementState.OFFERED)
    return _own(actor, on).filter(state__in=states).count()


def ends_of(payer_id: int, *, on: date) -> dict[int, date]:
    """When running placements are expected to end, by notice or else by what was agreed.

    Days that have gone by are no longer expected of anybody who is still there.
    """
    own = Placement.objects.filter(pk__in=paid_placements(payer_id))
    expected = {
        pk: day
        for pk, day in own.filter(expected_to__gt=on).values_list("pk", "expected_to")
        if day
    }
    given = Notice.objects.filter(
        withdrawn_at__isnull=True, ends_on__gt=on, placement__in=own.values("pk")
    )
    return expected | dict(given.values_list("placement_id", "ends_on"))


def paid_placements(payer_id: int) -> "QuerySet[Any]":
    """The ids of the placements that an organisation pays or has paid for, as believed now."""
    rows = PayerPeriod.objects.filter(payer_id=payer_id, superseded_at__isnull=True)
    return rows.order_by().values("placement_id")


def buys_made_up(organisation_id: int | None) -> bool:
    """Whether a placement that an organisation decides or pays for is made up."""
    own = Q(buyer_id=organisation_id) | Q(pk__in=paid_placements(organisation_id or 0))
    return Placement.objects.filter(own, synthetic=True).exists()


def cooperations_paid_in(payer_id: int, first: date, end: date) -> list[int]:
    """The cooperations with facilities where an organisation pays for somebody in [first, end)."""
    rows = PayerPeriod.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        superseded_at__isnull=True,
        payer_id=payer_id,
        valid_from__lt=end,
    ).order_by()
    return list(
        rows.values_list("placement__service__facility__cooperation_id", flat=True).distinct()
    )


def _own(actor: Actor, on: date) -> "QuerySet[Placement]":
    paid = PayerPeriod.objects.filter(
        in_force(on), superseded_at__isnull=True, payer_id=actor.organisation_id
    )
    rows = Placement.objects.filter(
        Q(buyer_id=actor.organisation_id) | Q(pk__in=paid.values("placement_id"))
    )
    return visible(rows, actor, Action.PLACEMENT_READ)


_COLUMNS = (
    "pk",
    "reference",
    "buyer_reference",
    "citizen__pseudonym",
    "service__facility__name",
    "service__name",
    "state",
    "buyer_id",
    "expected_to",
    "synthetic",
)
_FOUR_KINDS = (
    F("citizen_minutes")
    + F("organisation_minutes")
    + F("documentation_minutes")
    + F("absence_minutes")
)
_CONTRACT = ("placement_id", "agreed_at", "under_way", "valid_from", "valid_to")


def _described(rows: "QuerySet[Placement]", actor: Actor, on: date) -> list[Bought]:
    found = list(rows.order_by("reference").values_list(*_COLUMNS))
    ids = [row[0] for row in found]
    now = Q(superseded_at__isnull=True)
    holding = now & in_force(on)
    hours = Hours.objects.filter(holding).annotate(week=_FOUR_KINDS)
    paid = PayerPeriod.objects.filter(holding)
    notices = Notice.objects.filter(withdrawn_at__isnull=True)
    came = _values(Stay.objects.filter(now).order_by("valid_from"), ids, "valid_from")
    minutes, payers = _values(hours, ids, "week"), _values(paid, ids, "payer_id")
    ends, contracts, goals = _values(notices, ids, "ends_on"), _contracts(ids), _goals(ids)
    stages = {pk: stage_of(one, on) for pk, one in contracts.items()}
    described = []
    for pk, name, case, who, place, service, state, buyer_id, expected, synthetic in found:
        payer = payers.get(pk)
        described.append(
            Bought(
                pk=pk,
                reference=name,
                case=case,
                pseudonym=who,
                facility=place,
                service=service,
                state=state,
                since=came[pk].date() if pk in came else None,
                minutes=minutes.get(pk),
                pays=payer is not None and payer == actor.organisation_id,
                buyer_id=buyer_id,
                expected_to=expected,
                notice_ends=ends.get(pk),
                contract=stages.get(pk),
                goals_due=goals.get(pk),
                synthetic=synthetic,
            )
        )
    return described


def _values(rows: "QuerySet[Any]", ids: list[int], column: str) -> dict[int, Any]:
    """A column of the last row of each placement, in the order of the rows."""
    kept: dict[int, Any] = {}
    for some in _parts(ids):
        chosen = rows.filter(placement_id__in=some)
        kept |= dict(chosen.values_list("placement_id", column))
    return kept


def _contracts(ids: list[int]) -> dict[int, Contract]:
    """The contract of each placement that was agreed last, or else the one being made."""
    kept: dict[int, Contract] = {}
    rows = Contract.objects.only(*_CONTRACT).order_by(F("agreed_at").asc(nulls_first=True), "pk")
    for some in _parts(ids):
        kept |= {row.placement_id: row for row in rows.filter(placement_id__in=some)}
    return kept


def _goals(ids: list[int]) -> dict[int, date]:
    """The first day on which an open goal of each placement is to be followed up."""
    due: dict[int, date] = {}
    rows = PlacementGoal.objects.filter(state=PlacementGoal.State.OPEN).order_by()
    for some in _parts(ids):
        found = rows.filter(placement_id__in=some).values_list("placement_id")
        due |= dict(found.annotate(day=Min("follow_up_by")))
    return due


def _parts(ids: list[int]) -> Iterable[list[int]]:
    return (ids[at : at + _AT_A_TIME] for at in range(0, len(ids), _AT_A_TIME))
