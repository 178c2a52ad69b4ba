"""Placements, terms and contracts follow a facility that goes on as another, or closes."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from contract_samples import agreed, buyer, drafted, placed, seller
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from world import AT, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import Facility, FacilityEvent, Service, SuccessionKind
from rammevaerk.portal.catalogue.operations import ClosurePlan, NewFacility, Share, SuccessionPlan
from rammevaerk.portal.placements.models import (
    Contract,
    ContractVersion,
    Hours,
    Placement,
    SettlementTerms,
    Stay,
)
from rammevaerk.portal.placements.operations.contracts import begin_addendum
from rammevaerk.portal.placements.operations.ending import discharge
from rammevaerk.portal.placements.queries.contracts import holding, stage_of
from rammevaerk.portal.placements.queries.day import day_of_provider
from rammevaerk.portal.tariffs.models import TariffReport

DAY = date(2026, 1, 1)
EVE = DAY - timedelta(days=1)
MIDNIGHT = datetime.combine(DAY, time.min)
CAME = datetime(2025, 7, 1, 14, 0)  # noqa: DTZ001 - a moment on the Danish clock
LATER = AT + timedelta(days=30)


def secretary(world: World) -> dict[str, Any]:
    return {"by": world.actor(Role.SECRETARIAT, "sekretariatet"), "at": AT}


def home() -> Facility:
    return Facility.objects.get(key="egenby-bosted")


def service_of(facility: Facility) -> Service:
    return Service.objects.get(facility=facility, key="ophold")


def succeed(world: World, **more: Any) -> FacilityEvent:
    wanted: dict[str, Any] = {
        "kind": SuccessionKind.LEGAL_FORM, "on": DAY, "predecessors": (home(),),
        "successors": (NewFacility("Ny", ownership="independent"),),
        "decision": "Byrådet", "reason": "Prøve", "contracts": "novate",
        "deviation": "Det er aftalt.", **more,
    }  # fmt: skip
    return operations.succeed(SuccessionPlan(**wanted), **secretary(world))


def living(reference: str = "2025-KR47-MP36", place: int = 7) -> Placement:
    """A citizen who lives at the home facility."""
    placement = placed(reference, state="admitted")
    Stay.objects.create(
        placement=placement, service=placement.service, citizen=placement.citizen, place=place,
        way="residence", valid_from=CAME, registered_at=AT,
    )  # fmt: skip
    return placement


def believed(rows: Any) -> list[tuple[Any, Any]]:
    found = rows.filter(superseded_at__isnull=True).order_by("valid_from")
    return [(row.valid_from, row.valid_to) for row in found]


def continued(old: Placement) -> Placement:
    return Placement.objects.get(continues=old)


def test_a_stay_goes_on_at_the_successor_from_the_day(world: World) -> None:
    old = living()
    event = succeed(world)
    new = continued(old)
    successor = Facility.objects.filter(origins__event=event).distinct().get()
    assert new.service == service_of(successor)
    assert (new.citizen, new.buyer, new.state) == (old.citizen, old.buyer, "admitted")
    assert believed(old.stays) == [(CAME, MIDNIGHT)]
    assert believed(new.stays) == [(MIDNIGHT, None)]
    assert new.stays.get().place == 7
    assert believed(old.hours)[-1] == (date(2025, 10, 1), DAY)
    assert [row.minutes for row in Hours.objects.filter(placement=new)] == [900]
    assert believed(new.payers) == believed(new.supplements) == [(DAY, None)]
    assert [goal.text for goal in new.goals.all()] == ["Kan selv handle ind."]
    assert believed(SettlementTerms.objects.filter(service=new.service)) == [(DAY, None)]
    assert "1 indskrivning" in event.outcome or "indskrivninger fortsætter" in event.outcome


def test_a_contract_is_novated_without_being_new(world: World) -> None:
    old = living()
    contract = agreed(world, placement=old)
    succeed(world)
    new = continued(old)
    contract.refresh_from_db()
    assert (contract.valid_to, stage_of(contract, DAY).text) == (DAY, "Ophørt")
    following = Contract.objects.get(placement=new)
    assert following.agreed_at == contract.agreed_at
    assert holding(following, EVE) is None
    held = holding(following, DAY)
    assert held is not None
    assert held.content["fields"]["facility"] == "Ny"
    assert held.content["summary"].startswith("Fortsætter K-2025-KR47-MP36")
    assert {one.by_label for one in held.approvals.all()} == {"Følger af efterfølgelsen"}


def test_a_contract_may_be_made_anew(world: World) -> None:
    old = living()
    contract = agreed(world, placement=old)
    begin_addendum(contract, valid_from=DAY, summary="x", **buyer(world))
    succeed(world, contracts="reissue")
    contract.refresh_from_db()
    assert (contract.valid_to, contract.under_way) == (DAY, "")
    following = Contract.objects.get(placement=continued(old))
    assert (following.under_way, following.agreed_at) == ("draft", None)
    assert following.template == contract.template
    assert ContractVersion.objects.filter(contract=following).count() == 0


def test_a_draft_goes_along(world: World) -> None:
    old = living()
    contract = drafted(world, placement=old)
    succeed(world)
    contract.refresh_from_db()
    assert (contract.placement, contract.under_way) == (continued(old), "draft")


def test_what_is_to_come_goes_along_as_it_is(world: World) -> None:
    later = placed("2026-AA33-BB44", offered_from=date(2026, 2, 1), wanted_from=date(2026, 2, 1))
    before = placed("2026-AA33-CC44")
    event = succeed(world)
    successor = Facility.objects.filter(origins__event=event).distinct().get()
    for row, service in ((later, service_of(successor)), (before, service_of(home()))):
        row.refresh_from_db()
        assert row.service == service


def test_when_the_day_has_come_all_that_is_open_goes_along(world: World) -> None:
    asked = placed("2026-AA33-DD44", state="enquiry", offered_from=None)
    plan = SuccessionPlan(
        kind=SuccessionKind.LEGAL_FORM, on=DAY, predecessors=(home(),),
        successors=(NewFacility("Ny", ownership="independent"),), decision="Byrådet",
        reason="Prøve", contracts="novate", deviation="Det er aftalt.",
    )  # fmt: skip
    when = datetime(2026, 1, 2, 9, tzinfo=AT.tzinfo)
    event = operations.succeed(plan, **{**secretary(world), "at": when})
    successor = Facility.objects.filter(origins__event=event).distinct().get()
    asked.refresh_from_db()
    assert asked.wanted_from < DAY
    assert asked.service == service_of(successor)


def test_the_provider_is_told_to_confirm_what_a_succession_ended(world: World) -> None:
    old = living()
    succeed(world)
    new = continued(old)
    actor = world.actor(Role.PROVIDER, "egenby")
    before = day_of_provider(actor, on=EVE, now=datetime.combine(EVE, time(9)))
    assert before.left_behind == ()
    found = day_of_provider(actor, on=DAY, now=datetime.combine(DAY, time(9)))
    told = {one.placement: (one.day, one.goes_on) for one in found.left_behind}
    assert told[old] == (DAY, new.reference)
    address = reverse("placements:discharge", kwargs={"placement_id": old.pk})
    page = world.client(Role.PROVIDER, "egenby").get(address)
    assert page.context["form"].initial == {"moment": DAY, "clock": time.min}
    discharge(old, moment=MIDNIGHT, by=actor, at=datetime(2026, 1, 2, 9, tzinfo=AT.tzinfo))
    found = day_of_provider(actor, on=DAY, now=datetime.combine(DAY, time(9)))
    assert old not in [one.placement for one in found.left_behind]
    assert believed(old.stays) == [(CAME, MIDNIGHT)]
    assert believed(new.stays) == [(MIDNIGHT, None)]


def test_places_are_shared_between_the_parts_of_a_split(world: World) -> None:
    TariffReport.objects.update(state="withdrawn")
    for row in Stay.objects.filter(service=service_of(home())):
        row.valid_to = datetime.combine(EVE, time(10))
        row.save()
    olds = [living(f"2025-KR47-MP{n}{n}", place=n) for n in (3, 4, 6)]
    event = succeed(
        world,
        kind=SuccessionKind.SPLIT,
        successors=(NewFacility("Nord"), NewFacility("Syd")),
        shares=(Share(service_of(home()).pk, 0, 2), Share(service_of(home()).pk, 1, 8)),
    )
    parts = list(Facility.objects.filter(origins__event=event).distinct().order_by("pk"))
    where = [continued(old).service.facility for old in olds]
    assert where == [parts[0], parts[0], parts[1]]


class TestUndoing:
    def test_everything_is_as_it_was(self, world: World) -> None:
        old = living()
        contract = agreed(world, placement=old)
        later = placed("2026-AA33-BB44", offered_from=DAY, wanted_from=DAY)
        moving = drafted(world, placement=later)
        event = succeed(world)
        new = continued(old)
        how = {**secretary(world), "at": LATER}
        operations.undo_event(event, reason="Fejl", **how)
        new.refresh_from_db()
        assert (new.state, believed(new.stays), new.service) == ("withdrawn", [], old.service)
        assert believed(old.stays) == [(CAME, None)]
        assert believed(old.hours) == [
            (date(2025, 7, 1), date(2025, 10, 1)),
            (date(2025, 10, 1), None),
        ]
        contract.refresh_from_db()
        assert (contract.valid_to, contract.ended_reason) == (None, "")
        assert holding(contract, DAY) is not None
        for row in (later, moving):
            row.refresh_from_db()
        assert (later.service, moving.placement) == (old.service, later)
        assert moving.draft is not None
        assert believed(SettlementTerms.objects.filter(service=old.service)) == [
            (date(2025, 1, 1), None)
        ]

    def test_not_when_the_citizen_has_left_the_successor(self, world: World) -> None:
        old = living()
        event = succeed(world)
        Placement.objects.filter(continues=old).update(state="discharged")
        with pytest.raises(ValidationError, match="er ændret siden"):
            operations.undo_event(event, reason="Fejl", **{**secretary(world), "at": LATER})


def test_one_who_leaves_before_does_not_go_on(world: World) -> None:
    old = living()
    agreed(world, placement=old)
    succeed(world)
    new = continued(old)
    moment = datetime(2025, 8, 1, 10, 0)  # noqa: DTZ001 - a moment on the Danish clock
    discharge(old, moment=moment, reason="Flytter", **seller(world, AT + timedelta(days=90)))
    new.refresh_from_db()
    assert (new.state, believed(new.stays)) == ("withdrawn", [])
    following = Contract.objects.get(placement=new)
    assert stage_of(following, DAY).text == "Opgivet"


class TestClosure:
    def plan(self, **more: Any) -> ClosurePlan:
        TariffReport.objects.update(state="withdrawn")
        told = date(2025, 6, 1)
        return ClosurePlan(
            home(), DAY, "Byrådet", "Lukker", "DASSOS", residents_told_on=told, **more
        )

    def test_stays_and_contracts_end_on_the_day(self, world: World) -> None:
        old = living()
        contract = agreed(world, placement=old)
        operations.close_facility(self.plan(), **secretary(world))
        contract.refresh_from_db()
        assert believed(old.stays) == [(CAME, MIDNIGHT)]
        assert not Placement.objects.filter(continues=old).exists()
        assert (contract.valid_to, contract.ended_reason) == (DAY, "Ydelsen ophører.")

    def test_what_is_to_come_must_be_ended_too(self, world: World) -> None:
        later = placed("2026-AA33-BB44", offered_from=DAY, wanted_from=DAY)
        with pytest.raises(ValidationError, match="2026-AA33-BB44"):
            operations.close_facility(self.plan(), **secretary(world))
        operations.close_facility(self.plan(end_what_remains=True), **secretary(world))
        later.refresh_from_db()
        assert later.state == "withdrawn"


def test_no_stay_is_believed_at_the_old_service_from_the_day(world: World) -> None:
    living()
    succeed(world)
    beyond = Q(valid_to__isnull=True) | Q(valid_to__gt=MIDNIGHT)
    rows = Stay.objects.filter(beyond, service=service_of(home()), superseded_at__isnull=True)
    assert list(rows) == []
