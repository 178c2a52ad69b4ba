"""From enquiry to discharge: who may take which step, what stops it, and what is written down."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from placement_samples import (
    FROM,
    NOW,
    admitted,
    agreed,
    asked,
    buyer,
    moment,
    offered,
    self_referred,
    seller,
    service,
)
from world import World

from rammevaerk.engine.settlement.special.notification import DischargeCondition
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.calculate.pseudonyms import DIGITS, LETTERS
from rammevaerk.portal.placements.models import Placement, PlacementState, Stay


def test_a_placement_goes_from_enquiry_to_discharge_with_every_step_written_down(
    world: World,
) -> None:
    row = admitted(world)
    operations.discharge(row, moment=moment(date(2025, 5, 20)), by=seller(world), at=NOW)
    row.refresh_from_db()
    assert row.state == PlacementState.DISCHARGED
    steps = list(row.steps.values_list("from_state", "to_state", "on"))
    assert steps == [
        ("", "enquiry", NOW.date()),
        ("enquiry", "offered", NOW.date()),
        ("offered", "accepted", NOW.date()),
        ("accepted", "admitted", FROM),
        ("admitted", "discharged", date(2025, 5, 20)),
    ]
    told = row.steps.first()
    assert told is not None
    assert told.by_label.startswith("Hjemlig Myndighed i naboby")
    trail = AuditRecord.objects.filter(target_type="placements.placement", target_id=str(row.pk))
    assert trail.count() == 5


def test_pseudonyms_are_unique_and_hold_no_letters_that_look_alike(world: World) -> None:
    names = {asked(world, buyer_reference=str(at)).citizen.pseudonym for at in range(10)}
    assert len(names) == 10
    assert not set("".join(names)) - set(LETTERS + DIGITS + "-")
    assert not set(LETTERS + DIGITS) & set("01258BDGILOQSUVWZ")


def test_each_side_may_take_only_its_own_steps(world: World) -> None:
    row = asked(world)
    with pytest.raises(Refused):
        operations.offer(row, {"offered_from": FROM}, by=buyer(world), at=NOW)
    with pytest.raises(Refused):
        operations.withdraw(row, reason="x", by=seller(world), at=NOW)
    with pytest.raises(Refused):
        operations.offer(row, {"offered_from": FROM}, by=seller(world, "fjernby"), at=NOW)
    with pytest.raises(Refused):
        operations.decline(row, reason="x", by=seller(world, "naboby"), at=NOW)


def test_a_step_out_of_order_is_refused_and_says_how_far_it_has_come(world: World) -> None:
    row = asked(world)
    with pytest.raises(ValidationError, match="«forespurgt»"):
        operations.admit(row, place=7, moment=moment(FROM), by=seller(world), at=NOW)
    operations.decline(row, reason="Ingen plads", by=seller(world), at=NOW)
    with pytest.raises(ValidationError, match="«afslået»"):
        operations.withdraw(row, reason="Løst", by=buyer(world), at=NOW)


def test_a_no_must_say_why(world: World) -> None:
    with pytest.raises(ValidationError, match="Skriv hvorfor"):
        operations.decline(asked(world), reason=" ", by=seller(world), at=NOW)


@pytest.mark.parametrize(
    ("born", "fits"),
    [
        (date(2007, 5, 1), True),  # 18 in the month that it is asked for
        (date(2007, 6, 1), False),
        (date(1930, 1, 1), True),
    ],
)
def test_the_age_must_be_one_of_the_service_s(world: World, born: date, *, fits: bool) -> None:
    if fits:
        assert asked(world, birth_month=born).state == PlacementState.ENQUIRY
        return
    with pytest.raises(ValidationError, match=r"fra 18 år.*17 år"):
        asked(world, birth_month=born)
    assert not Placement.objects.filter(citizen__birth_month=born).exists()


def test_an_enquiry_is_refused_where_the_service_is_not_given(world: World) -> None:
    with pytest.raises(ValidationError, match=r"findes ikke den 1. maj 2015"):
        asked(world, wanted_from=date(2015, 5, 1))
    with pytest.raises(ValidationError, match="SEL § 108"):
        asked(world, paragraph_id=0)
    with pytest.raises(ValidationError, match="Slutdagen"):
        asked(world, expected_to=FROM)


def test_the_same_enquiry_sent_twice_is_one(world: World) -> None:
    """Sent twice by a double click it would be two citizens with a pseudonym each."""
    first = asked(world)
    for more in ({}, {"citizen": first.citizen}):
        with pytest.raises(ValidationError, match=f"allerede sendt.*{first.reference}"):
            asked(world, **more)
    other = asked(world, buyer_reference="Sag 2")
    assert set(Placement.objects.filter(citizen__keeper=first.buyer, state="enquiry")) >= {
        first,
        other,
    }
    operations.decline(first, reason="Ingen plads", by=seller(world), at=NOW)
    assert asked(world).pk != first.pk


def test_a_citizen_is_chosen_again_by_the_keeper_only(world: World) -> None:
    known = asked(world).citizen
    again = asked(world, citizen=known, buyer_reference="Sag 2")
    assert again.citizen == known
    foreign = operations.enquire(
        service(),
        {
            "birth_month": date(1990, 5, 1),
            "paragraph_id": again.paragraph_id,
            "wanted_from": FROM,
        },
        by=buyer(world, "egenby"),
        at=NOW,
    )
    with pytest.raises(ValidationError, match="findes ikke hos jer"):
        asked(world, citizen=foreign.citizen)


def test_what_is_offered_and_agreed_begins_by_the_day_the_citizen_comes(world: World) -> None:
    row = admitted(world, day=date(2025, 4, 28))
    for rows in (row.payers, row.hours, row.prices):
        first = rows.get(superseded_at__isnull=True)
        assert first.valid_from == date(2025, 4, 28)


def test_a_price_that_is_not_decided_cannot_be_offered(world: World) -> None:
    with pytest.raises(ValidationError, match="ikke besluttet"):
        offered(world, price=("whole", "Niveau 9"))


def test_a_place_beyond_the_number_must_be_said_and_why(world: World) -> None:
    row = agreed(world)
    with pytest.raises(ValidationError, match=r"har 10 pladser.*plads 11 er overbelægning"):
        operations.admit(row, place=11, moment=moment(FROM), by=seller(world), at=NOW)
    operations.admit(
        row, place=11, moment=moment(FROM), over_reason="Akut", by=seller(world), at=NOW
    )
    assert row.stays.get().reason == "Akut"


def test_a_taken_place_is_refused_with_who_has_it_and_which_are_free(world: World) -> None:
    first = admitted(world)
    with pytest.raises(ValidationError) as problem:
        admitted(world)
    said = " ".join(problem.value.messages)
    assert f"Plads 7 er taget af {first.citizen.pseudonym}" in said
    assert "fra 1. maj 2025 kl. 12.00" in said
    assert "Ledige pladser: 2, 3, 4, 5, 6, 8, 9, 10." in said
    assert Stay.objects.filter(place=7).count() == 1


def test_nobody_lives_at_two_places_at_once(world: World) -> None:
    first = admitted(world)
    again = asked(world, citizen=first.citizen)
    told = {"offered_from": FROM}
    operations.offer(again, told, by=seller(world), at=NOW)
    paid = {"payer_id": again.buyer_id, "ground": "rsl-9-1"}
    operations.accept(again, paid, by=buyer(world), at=NOW)
    with pytest.raises(ValidationError, match="har i forvejen plads 7 på"):
        operations.admit(again, place=8, moment=moment(FROM), by=seller(world), at=NOW)


def test_where_a_citizen_lives_is_not_told_to_those_who_may_not_see_it(world: World) -> None:
    home = Placement.objects.get(
        service__facility__reporter__key="naboby", buyer__key="naboby", payers__payer__key="naboby"
    )
    row = asked(world, citizen=home.citizen)
    operations.offer(row, {"offered_from": FROM}, by=seller(world), at=NOW)
    paid = {"payer_id": row.buyer_id, "ground": "rsl-9-1"}
    operations.accept(row, paid, by=buyer(world), at=NOW)
    with pytest.raises(ValidationError) as problem:
        operations.admit(row, place=8, moment=moment(FROM), by=seller(world), at=NOW)
    said = " ".join(problem.value.messages)
    assert "i forvejen indskrevet et andet sted" in said
    assert home.service.facility.name not in said
    assert home.reference not in said


def test_an_arrival_that_has_not_been_is_refused(world: World) -> None:
    row = agreed(world)
    with pytest.raises(ValidationError, match="når det er sket"):
        operations.admit(
            row, place=7, moment=moment(NOW.date() + timedelta(days=1)), by=seller(world), at=NOW
        )


def test_discharge_before_admission_is_refused(world: World) -> None:
    row = admitted(world)
    for when in (moment(date(2025, 4, 30)), moment(FROM)):
        with pytest.raises(ValidationError, match=r"kom 1. maj 2025 kl. 12.00"):
            operations.discharge(row, moment=when, by=seller(world), at=NOW)
    assert row.stays.get().valid_to is None


def test_discharge_ends_absence_and_what_is_agreed(world: World) -> None:
    row = admitted(world)
    told = {"reason": "hospital", "valid_from": date(2025, 5, 10)}
    operations.register_absence(row, told, by=seller(world), at=NOW)
    operations.discharge(row, moment=moment(date(2025, 5, 20)), by=seller(world), at=NOW)
    for rows in (row.payers, row.hours, row.prices, row.absences):
        assert rows.get(superseded_at__isnull=True).valid_to == date(2025, 5, 21)


def test_a_planned_discharge_frees_the_place_and_can_be_taken_back(world: World) -> None:
    row = admitted(world)
    leaving = moment(date(2025, 6, 10))
    operations.discharge(row, moment=leaving, by=seller(world), at=NOW)
    row.refresh_from_db()
    assert row.state == PlacementState.ADMITTED
    assert row.stays.get(superseded_at__isnull=True).valid_to == leaving
    assert row.hours.get().valid_to is None
    operations.unplan(row, by=seller(world), at=NOW)
    assert row.stays.get(superseded_at__isnull=True).valid_to is None


def test_a_discharge_taken_back_restores_what_it_ended(world: World) -> None:
    row = admitted(world)
    told = {"reason": "hospital", "valid_from": date(2025, 5, 10)}
    operations.register_absence(row, told, by=seller(world), at=NOW)
    later = NOW + timedelta(hours=1)
    operations.discharge(row, moment=moment(date(2025, 5, 20)), by=seller(world), at=later)
    after = NOW + timedelta(hours=2)
    with pytest.raises(ValidationError, match="hvorfor"):
        operations.reopen(row, reason="", by=seller(world), at=after)
    operations.reopen(row, reason="Forkert borger", by=seller(world), at=after)
    row.refresh_from_db()
    assert row.state == PlacementState.ADMITTED
    for rows in (row.stays, row.payers, row.hours, row.prices, row.absences):
        assert rows.get(superseded_at__isnull=True).valid_to is None


def test_a_discharge_is_not_taken_back_when_another_has_the_place(world: World) -> None:
    row = admitted(world)
    operations.discharge(row, moment=moment(date(2025, 5, 20)), by=seller(world), at=NOW)
    admitted(world, day=date(2025, 5, 21))
    with pytest.raises(ValidationError, match="Plads 7 er taget"):
        operations.reopen(row, reason="Fejl", by=seller(world), at=NOW)


def test_a_corrected_discharge_moves_the_end_of_what_is_agreed(world: World) -> None:
    row = admitted(world)
    operations.discharge(row, moment=moment(date(2025, 5, 20)), by=seller(world), at=NOW)
    for day in (date(2025, 5, 24), date(2025, 5, 18)):
        stay = row.stays.get(superseded_at__isnull=True)
        operations.correct_stay(
            stay, valid_from=stay.valid_from, valid_to=moment(day), reason="Rettet",
            by=seller(world), at=NOW,
        )  # fmt: skip
        for rows in (row.payers, row.hours, row.prices):
            assert rows.get(superseded_at__isnull=True).valid_to == day + timedelta(days=1)


def test_a_citizen_moves_to_another_place_without_a_gap(world: World) -> None:
    row = admitted(world)
    operations.move(row, place=9, moment=moment(date(2025, 5, 5)), by=seller(world), at=NOW)
    stays = row.stays.filter(superseded_at__isnull=True).values_list(
        "place", "valid_from", "valid_to"
    )
    assert list(stays) == [
        (7, moment(FROM), moment(date(2025, 5, 5))),
        (9, moment(date(2025, 5, 5)), None),
    ]


def test_a_self_referral_is_admitted_by_the_leader_and_must_be_notified(world: World) -> None:
    row = self_referred(world)
    assert row.state == PlacementState.ADMITTED
    # Thursday 29 May is Ascension Day: Friday, Monday, Tuesday. Constitution day is after.
    assert row.notify_by == date(2025, 6, 3)
    assert row.payers.get().payer.key == "naboby"
    with pytest.raises(ValidationError, match=r"28. maj 2025 til i dag"):
        operations.notify(row, on=date(2025, 5, 27), by=seller(world), at=NOW)
    operations.notify(row, on=date(2025, 6, 2), by=seller(world), at=NOW)
    row.refresh_from_db()
    assert row.notified_on == date(2025, 6, 2)


def test_a_buyer_cannot_stop_payment_without_every_condition(world: World) -> None:
    row = self_referred(world)
    told = {"on": NOW.date(), "reason": "Egen bolig", "by": buyer(world), "at": NOW}
    with pytest.raises(ValidationError, match=r"ingen virkning.*underskrevet lejekontrakt"):
        operations.stop_payment(row, met={DischargeCondition.PLAN}, **told)
    notice = operations.stop_payment(row, met=set(DischargeCondition), **told)
    assert notice.ends_on == NOW.date()


def test_a_self_referral_is_for_shelters_only(world: World) -> None:
    other = asked(world)
    told = {
        "birth_month": date(1980, 1, 1),
        "buyer_id": other.buyer_id,
        "paragraph_id": other.paragraph_id,
        "decided_on": FROM,
        "place": 8,
        "moment": moment(FROM),
        "ground": "rsl-9-1",
    }
    with pytest.raises(ValidationError, match="Kun til ophold efter §§ 109 og 110"):
        operations.admit_self_referred(service(), told, by=seller(world), at=NOW)
