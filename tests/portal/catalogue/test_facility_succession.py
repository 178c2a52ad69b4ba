"""One facility goes on as another: what is carried over, what is refused, what can be undone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from succession_samples import (
    DAY,
    by,
    closure,
    facility,
    legal_form,
    merger,
    organisation,
    places,
    service,
    split,
    successors,
    takeover,
)
from world import AT, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue import following, operations
from rammevaerk.portal.catalogue.models import (
    Approval,
    Facility,
    FacilitySuccession,
    PlaceCapacity,
    Service,
    SuccessionKind,
    Vacancy,
)
from rammevaerk.portal.catalogue.operations import NewFacility, Share
from rammevaerk.portal.tariffs.models import TariffReport

EVE = DAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def no_reports_under_way(world: World) -> None:
    """What becomes of those is tried with the tariffs."""
    TariffReport.objects.update(state="withdrawn")


def everything() -> dict[str, list[Any]]:
    """All rows of the catalogue and of tariffs, to see that nothing is left behind."""
    from django.apps import apps

    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for app in ("catalogue", "tariffs")
        for model in apps.get_app_config(app).get_models()
    }


def refusal(problem: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(problem.value.messages)


def test_a_change_of_legal_form_closes_the_old_and_opens_the_new(world: World) -> None:
    event = operations.succeed(legal_form(), **by(world))
    old, (new,) = facility(), successors(event)
    assert old.valid_to == new.valid_from == DAY
    assert new.name in old.closing_reason
    assert (new.ownership, new.operator_id) == ("municipal", old.operator_id)
    assert (new.municipality_id, new.address) == (old.municipality_id, old.address)
    assert (event.contracts, event.tariffs) == ("reissue", "continue")
    link = FacilitySuccession.objects.get(event=event)
    assert (link.predecessor_id, link.successor_id, link.on) == (old.pk, new.pk, DAY)


def test_services_places_law_groups_and_ages_go_on_from_the_day(world: World) -> None:
    before = service(facility())
    event = operations.succeed(legal_form(), **by(world))
    (new,) = successors(event)
    after = service(new)
    assert Service.objects.get(pk=before.pk).valid_to == after.valid_from == DAY
    assert (after.name, after.setting, after.age_from) == ("Hjemlig ophold", "day_and_night", 18)
    assert after.department is not None
    assert (after.department.facility_id, after.department.key) == (new.pk, "huset")
    for rows in (after.paragraphs, after.target_groups):
        assert [row.valid_from for row in rows.all()] == [DAY]
    for rows in (before.paragraphs, before.target_groups):
        assert [row.valid_to for row in rows.all()] == [DAY]
    assert (places(facility(), EVE), places(facility(), DAY)) == (10, 0)
    assert (places(new, EVE), places(new, DAY)) == (0, 10)


def test_what_was_believed_before_can_still_be_seen(world: World) -> None:
    operations.succeed(legal_form(), **by(world))
    rows = PlaceCapacity.objects.filter(service=service(facility()))
    assert {(row.valid_to, row.superseded_at) for row in rows} == {(None, AT), (DAY, None)}


def test_the_successor_awaits_an_approval_of_its_own(world: World) -> None:
    event = operations.succeed(legal_form(), **by(world))
    (new,) = successors(event)
    approval = Approval.objects.get(facility=new)
    assert (approval.status, approval.authority) == ("pending", "Hjemlig tilsyn")
    assert [row.valid_to for row in facility().approvals.all()] == [DAY]


def test_a_takeover_keeps_the_places_open_to_others(world: World) -> None:
    assert operations.succeed(takeover(), **by(world)).must_stay_available


def test_to_stray_from_a_rule_needs_a_reason(world: World) -> None:
    for change in ({"must_stay_available": False}, {"contracts": "novate"}, {"tariffs": "new"}):
        with pytest.raises(ValidationError) as problem:
            operations.succeed(takeover(**change), **by(world))
        assert set(problem.value.message_dict) == {"deviation"}
    strayed = takeover(must_stay_available=False, deviation="Ingen andre bruger dem.")
    assert not operations.succeed(strayed, **by(world)).must_stay_available


def test_only_a_public_authority_takes_over(world: World) -> None:
    taker = NewFacility("Fondens bosted", operator_id=organisation("sekretariatet").pk)
    with pytest.raises(ValidationError, match="Kun en kommune eller en region"):
        operations.succeed(takeover(successors=(taker,)), **by(world))
    private = NewFacility("X", operator_id=organisation("naboby").pk, ownership="private")
    with pytest.raises(ValidationError, match="selv offentligt"):
        operations.succeed(takeover(successors=(private,)), **by(world))


def test_a_change_must_change_what_it_is_called_for(world: World) -> None:
    with pytest.raises(ValidationError, match="samme ejerform"):
        operations.succeed(legal_form(successors=(NewFacility("Det samme"),)), **by(world))
    plan = takeover(kind=SuccessionKind.OPERATOR, successors=(NewFacility("Det samme"),))
    with pytest.raises(ValidationError, match="samme driftsherre"):
        operations.succeed(plan, **by(world))


def test_a_change_of_operator_has_a_new_operator(world: World) -> None:
    event = operations.succeed(takeover(kind=SuccessionKind.OPERATOR), **by(world))
    assert [one.operator.key for one in successors(event)] == ["naboby"]
    assert not event.must_stay_available


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on": date(2020, 1, 1)}, "on"),
        ({"on": date(2010, 1, 1)}, "on"),
        ({"on": date(2226, 1, 1)}, "on"),
        ({"decision": "  "}, "decision"),
        ({"reason": ""}, "reason"),
        ({"successors": ()}, "successors"),
    ],
)
def test_what_is_missing_or_impossible_is_said_at_its_field(
    world: World, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as problem:
        operations.succeed(legal_form(**change), **by(world))
    assert set(problem.value.message_dict) == {field}


def test_a_facility_goes_over_once_only(world: World) -> None:
    operations.succeed(legal_form(), **by(world))
    with pytest.raises(ValidationError, match="går allerede over til Ny skole"):
        operations.succeed(takeover(), **by(world))


def test_a_closed_facility_does_not_go_over(world: World) -> None:
    Facility.objects.filter(pk=facility().pk).update(valid_to=date(2025, 7, 1))
    with pytest.raises(ValidationError, match=r"lukket fra 1\. juli 2025"):
        operations.succeed(takeover(), **by(world))


def test_a_chain_never_runs_in_a_ring(world: World) -> None:
    first = Facility.objects.get(key="egenby-foer")
    Facility.objects.filter(pk=first.pk).update(valid_to=None)
    first.refresh_from_db()
    plan = takeover(kind=SuccessionKind.MERGER, successors=(first,))
    with pytest.raises(ValidationError, match="løbe i ring"):
        operations.succeed(plan, **by(world))


def test_who_is_to_close_itself_takes_nothing_over_before_that(world: World) -> None:
    home, other = facility(), facility("naboby")
    later = closure(facility=other, on=date(2027, 1, 1))
    operations.close_facility(later, **by(world))
    plan = merger(predecessors=(home,), successors=(facility("naboby"),))
    with pytest.raises(ValidationError, match=r"lukker selv 1\. januar 2027"):
        operations.succeed(plan, **by(world))


def test_a_merger_adds_the_places(world: World) -> None:
    event = operations.succeed(merger(), **by(world))
    (new,) = successors(event)
    assert places(new, DAY) == 20
    assert [one.key for one in new.services.order_by("key")] == ["ophold", "ophold-2"]
    assert FacilitySuccession.objects.filter(event=event).count() == 2
    assert {facility(key).valid_to for key in ("egenby", "naboby")} == {DAY}


def test_a_merger_may_add_to_a_service_that_is_there(world: World) -> None:
    home, other = facility(), facility("naboby")
    share = Share(service(home).pk, into_id=service(other).pk)
    plan = merger(predecessors=(home,), successors=(other,), shares=(share,))
    operations.succeed(plan, **by(world))
    assert (places(other, EVE), places(other, DAY)) == (10, 20)
    assert other.services.count() == 1
    assert Facility.objects.get(pk=other.pk).valid_to is None


def test_a_split_divides_the_places(world: World) -> None:
    one = service(facility())
    plan = split(Share(one.pk, 0, 7), Share(one.pk, 1, 3))
    north, south = successors(operations.succeed(plan, **by(world)))
    assert (places(north, DAY), places(south, DAY)) == (7, 3)
    covered = PlaceCapacity.objects.filter(service__facility__in=[north, south])
    assert sum(row.covered for row in covered) == 10


@pytest.mark.parametrize("counts", [(7, 4), (7, 2), (0, 0), (10,), (11,)])
def test_parts_that_do_not_add_up_are_refused(world: World, counts: tuple[int, ...]) -> None:
    one = service(facility())
    plan = split(*(Share(one.pk, part, count) for part, count in enumerate(counts)))
    if sum(counts) == 10:
        operations.succeed(plan, **by(world))
        return
    with pytest.raises(ValidationError, match=r"har 10 pladser 1\. januar 2026, men delene giver"):
        operations.succeed(plan, **by(world))


def test_a_split_loses_no_service(world: World) -> None:
    with pytest.raises(ValidationError, match="delene giver 0"):
        operations.succeed(split(), **by(world))


def test_a_chosen_service_may_end(world: World) -> None:
    event = operations.succeed(legal_form(shares=()), **by(world))
    (new,) = successors(event)
    assert not new.services.exists()
    assert service(facility()).valid_to == DAY
    assert "1 ydelse ophører." in [one.text for one in operations.outcome_of(event)][1]


def test_a_foreign_service_is_no_share(world: World) -> None:
    plan = split(Share(service(facility("naboby")).pk, 0), Share(service(facility()).pk, 9))
    with pytest.raises(ValidationError, match="hører ikke til"):
        operations.succeed(plan, **by(world))


def test_a_service_that_has_not_begun_goes_as_it_is(world: World) -> None:
    home = facility()
    coming = Service.objects.create(
        facility=home, key="nyt", name="Nyt hus", setting="day", audience="adults", age_from=18,
        valid_from=date(2026, 5, 1),
    )  # fmt: skip
    PlaceCapacity.objects.create(
        service=coming, places=4, covered=4, valid_from=date(2026, 5, 1), registered_at=AT
    )
    event = operations.succeed(legal_form(), **by(world))
    (new,) = successors(event)
    coming.refresh_from_db()
    assert coming.facility_id == new.pk
    assert (places(new, DAY), places(new, date(2026, 5, 1))) == (10, 14)
    operations.undo_event(event, reason="Fejl", **by(world))
    coming.refresh_from_db()
    assert coming.facility_id == home.pk


def test_places_to_come_go_on_too(world: World) -> None:
    operations_places(service(facility()), 12, date(2026, 7, 1), world)
    (new,) = successors(operations.succeed(legal_form(), **by(world)))
    assert (places(new, DAY), places(new, date(2026, 7, 1))) == (10, 12)
    assert places(facility(), date(2026, 7, 1)) == 0


def operations_places(one: Service, count: int, day: date, world: World) -> None:
    from rammevaerk.portal.catalogue.operations.places import set_capacity

    set_capacity(one, places=count, covered=count, valid_from=day, **by(world))


class TestRights:
    def test_the_operator_decides_over_its_own(self, world: World) -> None:
        operations.succeed(legal_form(), **by(world, Role.PROVIDER, "egenby"))

    def test_nobody_decides_over_another_s(self, world: World) -> None:
        for role, key in ((Role.PROVIDER, "naboby"), (Role.READER, "egenby")):
            with pytest.raises(Refused):
                operations.succeed(legal_form(), **by(world, role, key))
            with pytest.raises(Refused):
                operations.close_facility(closure(), **by(world, role, key))

    def test_all_that_merge_must_be_his(self, world: World) -> None:
        with pytest.raises(Refused):
            operations.succeed(merger(), **by(world, Role.PROVIDER, "egenby"))

    def test_the_operator_makes_no_rows_for_another(self, world: World) -> None:
        other = NewFacility("X", ownership="municipal", reporter_id=organisation("naboby").pk)
        plan = legal_form(successors=(other,))
        with pytest.raises(ValidationError, match="Lad sekretariatet"):
            operations.succeed(plan, **by(world, Role.PROVIDER, "egenby"))
        operations.succeed(plan, **by(world))

    def test_cooperations_are_kept_apart(self, world: World) -> None:
        with pytest.raises(Refused):
            operations.succeed(merger(predecessors=(facility(), facility("fjernby"))), **by(world))


class TestUndoing:
    def test_what_was_planned_is_taken_back_whole(self, world: World) -> None:
        one = service(facility())
        plans = [
            legal_form(),
            takeover(),
            merger(),
            split(Share(one.pk, 0, 4), Share(one.pk, 1, 6)),
        ]
        for plan in plans:
            days = (date(2025, 6, 1), EVE, DAY, date(2027, 1, 1))
            before = [places(home, day) for home in plan.predecessors for day in days]
            count = Facility.objects.count()
            event = operations.succeed(plan, **by(world))
            operations.undo_event(event, reason="Byrådet ombestemte sig", **by(world))
            after = [places(home, day) for home in plan.predecessors for day in days]
            assert (after, Facility.objects.count()) == (before, count)
            for home in plan.predecessors:
                home.refresh_from_db()
                assert (home.valid_to, home.closing_reason) == (None, "")
                assert {row.valid_to for row in home.approvals.all()} == {None}
                assert service(home).valid_to is None

    def test_the_event_stays_to_be_seen(self, world: World) -> None:
        event = operations.succeed(legal_form(), **by(world))
        operations.undo_event(event, reason="Ombestemt", **by(world))
        event.refresh_from_db()
        assert (event.undone_at, event.undone_because) == (AT, "Ombestemt")
        with pytest.raises(ValidationError, match="allerede fortrudt"):
            operations.undo_event(event, reason="Igen", **by(world))

    def test_a_joining_is_taken_back_too(self, world: World) -> None:
        home, other = facility(), facility("naboby")
        share = Share(service(home).pk, into_id=service(other).pk)
        plan = merger(predecessors=(home,), successors=(other,), shares=(share,))
        event = operations.succeed(plan, **by(world))
        operations.undo_event(event, reason="Ombestemt", **by(world))
        assert (places(home, DAY), places(other, DAY)) == (10, 10)

    def test_what_was_said_of_the_time_before_the_day_stays(self, world: World) -> None:
        event = operations.succeed(legal_form(), **by(world))
        operations_places(service(facility()), 8, date(2025, 9, 1), world)
        operations.undo_event(event, reason="Ombestemt", **by(world))
        assert places(facility(), EVE) == 8
        assert places(facility(), DAY) == 10

    def test_what_has_happened_is_history(self, world: World) -> None:
        event = operations.succeed(legal_form(on=date(2025, 6, 1)), **by(world))
        with pytest.raises(ValidationError, match="Datoen er kommet"):
            operations.undo_event(event, reason="Fejl", **by(world))

    def test_what_others_built_on_it_stands_in_the_way(self, world: World) -> None:
        event = operations.succeed(legal_form(), **by(world))
        (new,) = successors(event)
        Vacancy.objects.create(service=service(new), free=1, as_of=DAY, registered_at=AT)
        before = everything()
        with pytest.raises(ValidationError, match="der er siden indberettet"):
            operations.undo_event(event, reason="Fejl", **by(world))
        assert everything() == before

    def test_it_needs_a_reason_and_the_right(self, world: World) -> None:
        event = operations.succeed(legal_form(), **by(world))
        with pytest.raises(ValidationError, match="hvorfor det fortrydes"):
            operations.undo_event(event, reason=" ", **by(world))
        with pytest.raises(Refused):
            operations.undo_event(event, reason="X", **by(world, Role.PROVIDER, "naboby"))


def test_a_correction_changes_only_what_was_said(world: World) -> None:
    event = operations.succeed(legal_form(), **by(world))
    operations.revise_event(event, {"decision": "Byrådet 16. september 2025"}, **by(world))
    event.refresh_from_db()
    assert event.decision == "Byrådet 16. september 2025"
    assert AuditRecord.objects.filter(target_type="catalogue.facilityevent").exclude(before="")
    with pytest.raises(ValidationError, match="Fortryd, og plan på ny"):
        operations.revise_event(event, {"on": DAY}, **by(world))


class FailingFollower:
    """Ends in an error after everything else has been done."""

    name = "zz-failing"
    subject = "Prøve"

    def remaining(self, service_ids: Any, on: date) -> list[str]:
        return []

    def follow(self, passage: following.Passage, **how: Any) -> following.Followed:
        raise ValidationError("Kontrakterne kan ikke følge med.")

    def undo(self, effects: Any, **how: Any) -> None:
        raise AssertionError


@pytest.fixture
def failing() -> Iterator[None]:
    following.register(FailingFollower())
    yield
    del following._followers["zz-failing"]


def test_a_follower_that_fails_leaves_nothing_behind(world: World, failing: None) -> None:
    plans = [legal_form(), merger()]
    before = everything()
    for plan in plans:
        with pytest.raises(ValidationError, match="kan ikke følge med"):
            operations.succeed(plan, **by(world))
    with pytest.raises(ValidationError, match="kan ikke følge med"):
        operations.close_facility(closure(), **by(world))
    assert everything() == before


def test_a_rehearsal_says_what_follows_and_does_nothing(world: World) -> None:
    plan = legal_form()
    before = everything()
    outcome = operations.rehearse(plan, **by(world))
    assert everything() == before
    texts = {one.subject: one.text for one in outcome}
    assert "10 pladser" in texts["Pladser"]
    assert "kapitel 6.5" in texts["Over- og underskud"]
    assert [one.text for one in outcome] == [
        one.text for one in operations.outcome_of(operations.succeed(plan, **by(world)))
    ]


class TestClosure:
    def test_all_ends_on_the_day_and_nothing_follows(self, world: World) -> None:
        event = operations.close_facility(closure(), **by(world))
        home = facility()
        assert (home.valid_to, home.closing_reason) == (DAY, "For få borgere")
        assert service(home).valid_to == DAY
        assert (places(home, EVE), places(home, DAY)) == (10, 0)
        assert not home.successions.exists()
        assert event.closed_id == home.pk

    def test_it_can_be_undone_before_the_day(self, world: World) -> None:
        event = operations.close_facility(closure(), **by(world))
        operations.undo_event(event, reason="Ombestemt", **by(world))
        assert (facility().valid_to, places(facility(), DAY)) == (None, 10)

    def test_what_begins_later_must_be_ended_too(self, world: World) -> None:
        operations_places(service(facility()), 12, date(2026, 7, 1), world)
        with pytest.raises(ValidationError, match=r"12 pladser fra 1\. juli 2026") as problem:
            operations.close_facility(closure(), **by(world))
        assert set(problem.value.message_dict) == {"end_what_remains"}
        operations.close_facility(closure(end_what_remains=True), **by(world))
        assert places(facility(), date(2026, 7, 1)) == 0

    def test_residents_have_three_months_to_the_first_working_day(self, world: World) -> None:
        told = date(2025, 9, 1)
        assert operations.rehearse_closure(closure(residents_told_on=told), **by(world))
        late = closure(residents_told_on=told + timedelta(days=1))
        with pytest.raises(ValidationError, match=r"senest 1\. september 2025") as problem:
            operations.close_facility(late, **by(world))
        assert set(problem.value.message_dict) == {"deviation"}
        operations.close_facility(replace(late, deviation="Alle er flyttet."), **by(world))

    def test_residents_need_not_be_told_before_it_is_time(self, world: World) -> None:
        operations.close_facility(closure(residents_told_on=None), **by(world))

    def test_a_day_offer_has_no_residents(self, world: World) -> None:
        Facility.objects.filter(pk=facility().pk).update(kind="day")
        soon = closure(on=date(2025, 6, 10), residents_told_on=None)
        outcome = operations.rehearse_closure(soon, **by(world))
        assert "Beboerne" not in [one.subject for one in outcome]

    def test_it_is_presented_or_said_why_not(self, world: World) -> None:
        with pytest.raises(ValidationError, match="forelagt for DASSOS"):
            operations.close_facility(closure(presented_to=""), **by(world))

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"on": date(2019, 1, 1)}, "on"),
            ({"reason": ""}, "reason"),
            ({"decision": ""}, "decision"),
            ({"presented_on": date(2030, 1, 1)}, "presented_on"),
        ],
    )
    def test_what_is_missing_is_said_at_its_field(
        self, world: World, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(ValidationError) as problem:
            operations.close_facility(closure(**change), **by(world))
        assert field in problem.value.message_dict

    def test_a_closed_facility_is_not_closed_again(self, world: World) -> None:
        operations.close_facility(closure(), **by(world))
        with pytest.raises(ValidationError, match="Fortryd lukningen først"):
            operations.close_facility(closure(on=date(2026, 6, 1)), **by(world))
