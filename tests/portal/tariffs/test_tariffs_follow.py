"""Tariffs follow a facility that goes on as another, and end with one that closes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from world import AT, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilityEvent,
    Service,
    SuccessionKind,
)
from rammevaerk.portal.catalogue.operations import (
    ClosurePlan,
    NewFacility,
    Share,
    SuccessionPlan,
)
from rammevaerk.portal.tariffs.models import Tariff, TariffReport
from rammevaerk.portal.tariffs.queries.prices import prices_by_service

DAY = date(2026, 1, 1)
EVE = DAY - timedelta(days=1)
LATER = AT + timedelta(days=30)


def secretary(world: World) -> Actor:
    return world.actor(Role.SECRETARIAT, "sekretariatet")


def home() -> Facility:
    return Facility.objects.get(key="egenby-bosted")


def the_service(facility: Facility) -> Service:
    return Service.objects.get(facility=facility, key="ophold")


def succeed(world: World, **more: object) -> FacilityEvent:
    wanted = {
        "kind": SuccessionKind.LEGAL_FORM,
        "on": DAY,
        "predecessors": (home(),),
        "successors": (NewFacility("Ny", ownership="independent"),),
        "decision": "Byrådet",
        "reason": "Prøve",
        **more,
    }
    return operations.succeed(SuccessionPlan(**wanted), by=secretary(world), at=AT)  # type: ignore[arg-type]


def successor(event: FacilityEvent) -> Facility:
    return Facility.objects.filter(origins__event=event).distinct().get()


def prices(world: World, service: Service, on: date, **more: object) -> list[int]:
    found = prices_by_service(secretary(world), [service.pk], on=on, **more)  # type: ignore[arg-type]
    return [row.amount_ore for row in found[service.pk]]


def test_the_same_price_goes_on_from_the_day(world: World) -> None:
    old = the_service(home())
    event = succeed(world)
    new = the_service(successor(event))
    assert (prices(world, old, EVE), prices(world, old, DAY)) == ([245_000], [])
    assert (prices(world, new, EVE), prices(world, new, DAY)) == ([], [245_000])
    row = Tariff.objects.get(service=new)
    assert (row.unit, row.days_basis, row.occupancy) == ("day", "calendar", 9_700)
    assert (row.decision, row.report_id) == ("Hjemlig byråd", None)
    assert "Hjemlig bosted i egenby" in row.reason


def test_what_was_known_before_can_still_be_looked_up(world: World) -> None:
    old = the_service(home())
    succeed(world)
    before = AT - timedelta(hours=1)
    assert prices(world, old, DAY, known=before) == [245_000]


def test_tariffs_may_end_without_going_on(world: World) -> None:
    event = succeed(world, tariffs="new", deviation="Nye takster er besluttet.")
    assert prices(world, the_service(home()), EVE) == [245_000]
    assert prices(world, the_service(successor(event)), DAY) == []


def test_a_split_gives_each_part_the_price(world: World) -> None:
    TariffReport.objects.update(state="withdrawn")
    old = the_service(home())
    event = succeed(
        world,
        kind=SuccessionKind.SPLIT,
        successors=(NewFacility("Nord"), NewFacility("Syd")),
        shares=(Share(old.pk, 0, 4), Share(old.pk, 1, 6)),
    )
    for facility in Facility.objects.filter(origins__event=event):
        assert prices(world, the_service(facility), DAY) == [245_000]


def test_places_that_join_a_service_take_its_price(world: World) -> None:
    TariffReport.objects.update(state="withdrawn")
    other = Facility.objects.get(key="naboby-bosted")
    Tariff.objects.filter(service__facility=other).update(amount_ore=300_000)
    into = the_service(other)
    event = succeed(
        world,
        kind=SuccessionKind.MERGER,
        successors=(other,),
        shares=(Share(the_service(home()).pk, into_id=into.pk),),
    )
    assert prices(world, into, DAY) == [300_000]
    assert "gælder dennes takster" in event.outcome


def test_prices_decided_ahead_go_on_too(world: World) -> None:
    old = the_service(home())
    Tariff.objects.filter(service=old).update(valid_to=date(2027, 1, 1))
    row = Tariff.objects.get(service=old)
    row.pk, row.amount_ore, row.valid_from, row.valid_to = None, 260_000, date(2027, 1, 1), None
    row.save(force_insert=True)
    new = the_service(successor(succeed(world)))
    assert prices(world, new, date(2026, 12, 31)) == [245_000]
    assert prices(world, new, date(2027, 1, 1)) == [260_000]
    assert prices(world, old, date(2027, 1, 1)) == []


class TestReportsUnderWay:
    def test_they_go_on_at_the_successor(self, world: World) -> None:
        report = TariffReport.objects.get(service=the_service(home()))
        event = succeed(world)
        report.refresh_from_db()
        assert report.service_id == the_service(successor(event)).pk
        operations.undo_event(event, reason="Fejl", by=secretary(world), at=LATER)
        report.refresh_from_db()
        assert report.service_id == the_service(home()).pk

    def test_they_stand_in_the_way_of_what_changes_the_service(self, world: World) -> None:
        plan = ClosurePlan(
            home(), DAY, "Byrådet", "Lukker", "DASSOS", residents_told_on=date(2025, 6, 1)
        )
        with pytest.raises(ValidationError, match="takstindberetning på vej"):
            operations.close_facility(plan, by=secretary(world), at=AT)
        assert home().valid_to is None


class TestUndoing:
    def test_the_old_price_holds_again(self, world: World) -> None:
        old = the_service(home())
        event = succeed(world)
        operations.undo_event(event, reason="Fejl", by=secretary(world), at=LATER)
        assert prices(world, old, EVE) == prices(world, old, DAY) == [245_000]
        current = Tariff.objects.filter(service=old, superseded_at=None)
        assert [(row.valid_from, row.valid_to) for row in current] == [(date(2025, 1, 1), None)]
        # What was believed in between stays to be seen.
        assert prices(world, old, DAY, known=AT + timedelta(days=1)) == []

    def test_a_price_decided_in_between_stays_until_the_day(self, world: World) -> None:
        old = the_service(home())
        event = succeed(world)
        row = Tariff.objects.get(service=old, superseded_at=None)
        Tariff.objects.filter(pk=row.pk).update(superseded_at=LATER)
        row.pk, row.amount_ore, row.registered_at = None, 250_000, LATER
        row.save(force_insert=True)
        operations.undo_event(event, reason="Fejl", by=secretary(world), at=LATER)
        assert (prices(world, old, EVE), prices(world, old, DAY)) == ([250_000], [245_000])

    def test_a_new_decision_of_the_successor_stands_in_the_way(self, world: World) -> None:
        event = succeed(world)
        Tariff.objects.filter(service=the_service(successor(event))).update(superseded_at=LATER)
        with pytest.raises(ValidationError, match="besluttet nye takster"):
            operations.undo_event(event, reason="Fejl", by=secretary(world), at=LATER)


class TestClosure:
    def plan(self, **more: object) -> ClosurePlan:
        TariffReport.objects.update(state="withdrawn")
        told = date(2025, 6, 1)
        return ClosurePlan(
            home(),
            DAY,
            "Byrådet",
            "Lukker",
            "DASSOS",
            residents_told_on=told,
            **more,  # type: ignore[arg-type]
        )

    def test_tariffs_end_on_the_day(self, world: World) -> None:
        operations.close_facility(self.plan(), by=secretary(world), at=AT)
        old = the_service(home())
        assert (prices(world, old, EVE), prices(world, old, DAY)) == ([245_000], [])

    def test_tariffs_to_come_must_be_ended_too(self, world: World) -> None:
        old = the_service(home())
        Tariff.objects.filter(service=old).update(valid_from=date(2026, 3, 1))
        with pytest.raises(ValidationError, match=r"takst for .* fra 1\. marts 2026"):
            operations.close_facility(self.plan(), by=secretary(world), at=AT)
        operations.close_facility(self.plan(end_what_remains=True), by=secretary(world), at=AT)
        assert not Tariff.objects.filter(service=old, superseded_at=None).exists()
