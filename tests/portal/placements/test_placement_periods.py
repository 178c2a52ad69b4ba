"""What is agreed by date: hours, payer, price, supplements, deliveries, absence and notice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from placement_samples import (
    FROM,
    NOW,
    TODAY,
    admitted,
    buyer,
    moment,
    self_referred,
    seller,
    service,
)
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.forms.fields import WeeklyHoursField, hours_text
from rammevaerk.portal.placements.models import Absence, Hours, PayerPeriod, Placement
from rammevaerk.portal.placements.queries.record import record_of
from rammevaerk.portal.placements.queries.register import placements_of
from rammevaerk.portal.placements.queries.words import choices_on
from rammevaerk.portal.tariffs.models import Tariff

LATER = NOW + timedelta(days=1)


def held(rows: Any) -> list[Any]:
    return list(rows.filter(superseded_at__isnull=True).order_by("valid_from"))


def price(component: str, label: str, unit: str, ore: int = 10_000) -> Tariff:
    return Tariff.objects.create(
        service=service(), component=component, label=label, unit=unit, amount_ore=ore,
        days_basis="calendar" if unit == "day" else "", valid_from=date(2025, 1, 1),
        registered_at=datetime(2025, 1, 2, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("20:30", 1230), ("20,5", 1230), ("20 t. 30 min.", 1230), ("20", 1200), ("", 0),
     ("336", 20160), ("0", 0), ("1 time", None), ("20:75", None), ("½", None)],
)  # fmt: skip
def test_hours_are_written_as_people_write_them(text: str, minutes: int | None) -> None:
    field = WeeklyHoursField()
    if minutes is None:
        with pytest.raises(ValidationError, match="intet timetal"):
            field.clean(text)
        return
    assert field.clean(text) == minutes
    assert field.clean(hours_text(minutes)) == minutes


def test_minus_one_and_five_hundred_hours_are_refused_and_say_why() -> None:
    with pytest.raises(ValidationError, match="-1 er under nul"):
        WeeklyHoursField().clean("-1")
    with pytest.raises(ValidationError, match=r"500 timer om ugen er flere end de 336"):
        WeeklyHoursField().clean("500")


def test_hours_together_have_a_limit_too(world: World) -> None:
    row = admitted(world)
    minutes = {"citizen_minutes": 300 * 60, "documentation_minutes": 40 * 60}
    with pytest.raises(ValidationError, match="340 timer om ugen"):
        operations.set_hours(row, minutes, valid_from=FROM, by=seller(world), at=LATER)
    with pytest.raises(ValidationError, match="under 0"):
        operations.set_hours(
            row, {"citizen_minutes": -60}, valid_from=FROM, by=seller(world), at=LATER
        )
    assert [one.minutes for one in held(row.hours)] == [1200]


def test_new_hours_hold_from_their_day_and_the_old_stay_to_be_seen(world: World) -> None:
    row = admitted(world)
    operations.set_hours(
        row, {"citizen_minutes": 600}, valid_from=date(2025, 5, 15), by=buyer(world), at=LATER
    )
    spans = [(one.minutes, one.valid_from, one.valid_to) for one in held(row.hours)]
    assert spans == [
        (1200, FROM, date(2025, 5, 15)),
        (600, date(2025, 5, 15), None),
    ]
    assert Hours.objects.filter(placement=row, superseded_at=LATER).get().valid_to is None
    before = record_of(row, on=TODAY, known=NOW)
    assert [one.minutes for one in before.hours.rows] == [1200]
    assert before.hours.rows[0].valid_to is None


def test_hours_for_a_while_give_the_days_after_back(world: World) -> None:
    row = admitted(world)
    operations.set_hours(
        row, {"citizen_minutes": 600}, valid_from=date(2025, 5, 10), valid_to=date(2025, 5, 20),
        by=buyer(world), at=LATER,
    )  # fmt: skip
    assert [(one.minutes, one.valid_from) for one in held(row.hours)] == [
        (1200, FROM),
        (600, date(2025, 5, 10)),
        (1200, date(2025, 5, 20)),
    ]


def test_one_who_only_pays_sees_it_and_changes_nothing(world: World) -> None:
    row = Placement.objects.get(buyer__key="naboby", payers__payer__key="egenby")
    payer = buyer(world, "egenby")
    assert row in placements_of(payer)
    told = {"given_on": TODAY}
    with pytest.raises(Refused):
        operations.set_hours(row, {"citizen_minutes": 60}, valid_from=FROM, by=payer, at=LATER)
    with pytest.raises(Refused):
        operations.give_notice(row, told, by=payer, at=LATER)


def test_another_pays_from_the_middle_of_a_month(world: World) -> None:
    row = admitted(world)
    egenby = Organisation.objects.get(key="egenby")
    told = {
        "payer_id": egenby.pk,
        "acting_id": row.buyer_id,
        "ground": "rsl-9-1",
        "evidence": "Folkeregister 17. maj",
        "valid_from": date(2025, 5, 17),
    }
    operations.change_payer(row, told, by=buyer(world), at=LATER)
    spans = [(one.payer.key, one.valid_from, one.valid_to) for one in held(row.payers)]
    assert spans == [
        ("naboby", FROM, date(2025, 5, 17)),
        ("egenby", date(2025, 5, 17), None),
    ]
    with pytest.raises(ValidationError, match="folkeregister"):
        operations.change_payer(row, {**told, "evidence": ""}, by=buyer(world), at=LATER)
    with pytest.raises(ValidationError, match="findes ikke"):
        operations.change_payer(row, {**told, "payer_id": 0}, by=buyer(world), at=LATER)


def test_the_acting_municipality_of_today_is_the_buyer(world: World) -> None:
    row = admitted(world)
    egenby = Organisation.objects.get(key="egenby")
    told = {
        "payer_id": egenby.pk, "acting_id": egenby.pk, "ground": "rsl-9-1",
        "evidence": "Bosat i egenby", "valid_from": date(2025, 6, 1),
    }  # fmt: skip
    operations.change_payer(row, told, by=buyer(world), at=LATER)
    row.refresh_from_db()
    assert row.buyer_id == egenby.pk
    with pytest.raises(Refused):
        operations.change_payer(row, told, by=buyer(world), at=LATER)


def test_only_decided_prices_are_chosen(world: World) -> None:
    row = admitted(world)
    price("basis", "Niveau 2", "day")
    operations.set_price(
        row, ("basis", "Niveau 2"), valid_from=date(2025, 6, 1), by=seller(world), at=LATER
    )
    assert [one.label for one in held(row.prices)] == ["", "Niveau 2"]
    with pytest.raises(ValidationError, match="ikke besluttet"):
        operations.set_price(
            row, ("whole", "Niveau 9"), valid_from=FROM, by=seller(world), at=LATER
        )


def test_a_supplement_is_granted_with_a_reason_and_ended(world: World) -> None:
    row = admitted(world)
    price("supplement", "Nattevagt", "day")
    told = {"label": "Nattevagt", "valid_from": date(2025, 5, 5), "reason": "Uro om natten"}
    grant = operations.grant_supplement(row, told, by=buyer(world), at=LATER)
    with pytest.raises(ValidationError, match="hvorfor"):
        operations.grant_supplement(row, {**told, "reason": " "}, by=buyer(world), at=LATER)
    with pytest.raises(ValidationError, match="ikke besluttet"):
        operations.grant_supplement(row, {**told, "label": "Andet"}, by=buyer(world), at=LATER)
    operations.end_supplement(grant, valid_to=date(2025, 5, 20), by=buyer(world), at=LATER)
    assert held(row.supplements)[0].valid_to == date(2025, 5, 20)
    with pytest.raises(ValidationError, match="ændret imens"):
        operations.end_supplement(grant, valid_to=date(2025, 5, 21), by=buyer(world), at=LATER)


def test_a_month_s_quantity_is_said_once_and_said_anew(world: World) -> None:
    row = admitted(world)
    price("supplement", "Ledsagelse", "hour")
    told = {"month": date(2025, 5, 1), "price": ("supplement", "Ledsagelse"), "quantity": 725}
    operations.deliver(row, told, by=seller(world), at=LATER)
    operations.deliver(row, {**told, "quantity": 800}, by=seller(world), at=LATER)
    assert row.deliveries.get(superseded_at__isnull=True).quantity == 800
    assert operations.deliver(row, {**told, "quantity": 0}, by=seller(world), at=LATER) is None
    assert not row.deliveries.filter(superseded_at__isnull=True).exists()
    with pytest.raises(ValidationError, match="har ikke den pris"):
        operations.deliver(row, {**told, "price": ("whole", "")}, by=seller(world), at=LATER)
    with pytest.raises(Refused):
        operations.deliver(row, told, by=buyer(world), at=LATER)


def away(world: World, row: Placement, first: date, back: date | None = None) -> Absence:
    told = {"reason": "home", "valid_from": first, "valid_to": back}
    return operations.register_absence(row, told, by=seller(world), at=NOW)


def test_absence_lies_within_the_stay_and_never_twice(world: World) -> None:
    row = admitted(world)
    away(world, row, date(2025, 5, 5), date(2025, 5, 8))
    with pytest.raises(ValidationError, match=r"kom først den 1. maj 2025"):
        away(world, row, date(2025, 4, 30))
    with pytest.raises(ValidationError, match=r"i forvejen registreret som fraværende fra 5. maj"):
        away(world, row, date(2025, 5, 7))
    with pytest.raises(ValidationError, match="dagen efter"):
        away(world, row, date(2025, 5, 20), date(2025, 5, 20))
    away(world, row, date(2025, 5, 8))
    operations_end = {"moment": moment(date(2025, 5, 30)), "by": seller(world), "at": LATER}
    operations.discharge(row, **operations_end)
    with pytest.raises(ValidationError, match=r"slutter 31. maj 2025"):
        away(world, row, date(2025, 5, 31))


def test_one_who_comes_back_the_same_day_was_never_away(world: World) -> None:
    row = admitted(world)
    absence = away(world, row, TODAY)
    assert operations.end_absence(absence, on=TODAY, by=seller(world), at=LATER) is None
    assert not held(row.absences)
    with pytest.raises(ValidationError, match="rettet imens"):
        operations.end_absence(absence, on=TODAY, by=seller(world), at=LATER)


def test_a_late_correction_supersedes_and_both_can_be_seen(world: World) -> None:
    row = admitted(world)
    absence = away(world, row, date(2025, 5, 5), date(2025, 5, 8))
    seen = operations.fingerprint(absence)
    values = {"valid_to": date(2025, 5, 12)}
    operations.correct_absence(absence, values, seen=seen, by=seller(world), at=LATER)
    assert [one.valid_to for one in held(row.absences)] == [date(2025, 5, 12)]
    before = record_of(row, on=TODAY, known=NOW).absences.rows
    assert [one.valid_to for one in before] == [date(2025, 5, 8)]
    with pytest.raises(operations.RevisionConflict):
        operations.correct_absence(absence, values, seen=seen, by=seller(world), at=LATER)


def test_absence_taken_back_must_say_why(world: World) -> None:
    row = admitted(world)
    absence = away(world, row, date(2025, 5, 5))
    with pytest.raises(ValidationError, match="hvorfor"):
        operations.cancel_absence(absence, reason="", by=seller(world), at=LATER)
    operations.cancel_absence(absence, reason="Forkert borger", by=seller(world), at=LATER)
    assert not held(row.absences)


def test_a_buyer_s_notice_runs_out_by_the_agreement(world: World) -> None:
    row = admitted(world)
    told = {"given_on": date(2025, 5, 20), "reason": "Flytter"}
    notice = operations.give_notice(row, told, by=buyer(world), at=NOW)
    assert (notice.side, notice.rule, notice.ends_on, notice.unverified) == (
        "buyer", "contract/notice_months", date(2025, 7, 1), True,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="sagt op i forvejen"):
        operations.give_notice(row, told, by=seller(world), at=NOW)
    with pytest.raises(Refused):
        operations.withdraw_notice(notice, by=seller(world), at=NOW)
    operations.withdraw_notice(notice, by=buyer(world), at=NOW)
    notice.refresh_from_db()
    assert notice.withdrawn_at == NOW


def test_a_seller_s_notice_asks_for_the_contract_s_own_words(world: World) -> None:
    row = admitted(world)
    told: dict[str, Any] = {"given_on": date(2025, 5, 20)}
    with pytest.raises(ValidationError, match="varsel, som kontrakten har"):
        operations.give_notice(row, told, by=seller(world), at=NOW)
    told["agreed"] = {"form": "days", "length": 14, "clause": "punkt 12"}
    notice = operations.give_notice(row, told, by=seller(world), at=NOW)
    assert (notice.ends_on, notice.clause) == (date(2025, 6, 4), "punkt 12")


def test_what_is_agreed_holds_until_a_notice_has_run_out(world: World) -> None:
    row = admitted(world)
    notice = operations.give_notice(row, {"given_on": date(2025, 5, 20)}, by=buyer(world), at=NOW)
    operations.discharge(row, moment=moment(date(2025, 5, 25)), by=seller(world), at=NOW)
    for rows in (row.payers, row.hours, row.prices):
        assert held(rows)[0].valid_to == notice.ends_on
    assert row.stays.get(superseded_at__isnull=True).valid_to == moment(date(2025, 5, 25))


def test_a_buyer_gives_no_notice_of_a_stay_that_the_leader_decides_about(world: World) -> None:
    row = self_referred(world)
    with pytest.raises(ValidationError, match="Lederen bestemmer"):
        operations.give_notice(row, {"given_on": TODAY}, by=buyer(world), at=NOW)


def test_goals_are_followed_up_until_they_are_reached(world: World) -> None:
    row = admitted(world)
    told = {
        "text": "Handler selv ind", "area": "Hverdag", "agreed_on": FROM,
        "follow_up_by": date(2025, 6, 1),
    }  # fmt: skip
    goal = operations.set_goal(row, told, by=buyer(world), at=NOW)
    how = {"by": seller(world), "at": NOW}
    with pytest.raises(ValidationError, match="senest følges op igen"):
        operations.follow_up(goal, on=TODAY, progression=3, **how)
    with pytest.raises(ValidationError, match="fra 1 til 5"):
        operations.follow_up(goal, on=TODAY, progression=6, **how)
    with pytest.raises(ValidationError, match="til i dag"):
        operations.follow_up(goal, on=TODAY + timedelta(days=1), progression=5, **how)
    operations.follow_up(goal, on=TODAY, progression=3, next_by=date(2025, 9, 1), **how)
    goal.refresh_from_db()
    assert (goal.state, goal.follow_up_by) == ("open", date(2025, 9, 1))
    operations.follow_up(goal, on=TODAY, progression=5, **how)
    goal.refresh_from_db()
    assert goal.state == "reached"
    with pytest.raises(ValidationError, match="afsluttet"):
        operations.follow_up(goal, on=TODAY, progression=5, **how)
    assert PayerPeriod.objects.filter(placement=row).count() == 1


def test_a_month_of_two_payers_has_a_quantity_for_each(world: World) -> None:
    row = admitted(world)
    price("supplement", "Ledsagelse", "hour")
    mine, theirs = (Organisation.objects.get(key=key).pk for key in ("naboby", "egenby"))
    told = {"month": date(2025, 5, 1), "price": ("supplement", "Ledsagelse"), "quantity": 725}
    operations.deliver(row, told, by=seller(world), at=LATER)
    moved = {
        "payer_id": theirs, "acting_id": mine, "ground": "agreed", "evidence": "Aftale",
        "valid_from": date(2025, 5, 16),
    }  # fmt: skip
    operations.change_payer(row, moved, by=buyer(world), at=LATER)
    with pytest.raises(ValidationError, match="Del mængden"):
        operations.deliver(row, told, by=seller(world), at=LATER)
    outside = Organisation.objects.get(key="udenfor").pk
    with pytest.raises(ValidationError, match="betaler ikke i måneden"):
        operations.deliver(row, {**told, "payer_id": outside}, by=seller(world), at=LATER)
    for payer, quantity in ((mine, 400), (theirs, 325)):
        own = {**told, "payer_id": payer, "quantity": quantity}
        operations.deliver(row, own, by=seller(world), at=LATER)
    rows = row.deliveries.filter(superseded_at__isnull=True).order_by("quantity")
    assert [(one.payer_id, one.quantity) for one in rows] == [(theirs, 325), (mine, 400)]
    page = world.client(Role.PROVIDER, "egenby").get(f"/tilbud/indskrivninger/{row.pk}/leverance/")
    assert 'name="payer_id"' in page.content.decode()


def test_the_acting_municipality_changes_when_its_day_has_come(world: World) -> None:
    row = admitted(world)
    payer, other = (Organisation.objects.get(key=key).pk for key in ("naboby", "egenby"))
    later = date(2025, 7, 1)
    told = {
        "payer_id": payer, "acting_id": other, "ground": "agreed", "evidence": "Flytter",
        "valid_from": later, "valid_to": date(2025, 8, 1),
    }  # fmt: skip
    operations.change_payer(row, told, by=buyer(world), at=NOW)
    assert operations.follow_acting(at=NOW) == 0

    def acting(day: date) -> tuple[int, int]:
        moved = operations.follow_acting(at=datetime.combine(day, NOW.time(), tzinfo=UTC))
        row.refresh_from_db()
        return moved, row.buyer_id

    assert acting(date(2025, 6, 30)) == (0, payer)
    assert acting(later) == (1, other)
    assert acting(later) == (0, other)
    # After its last day whoever acted before does again.
    assert acting(date(2025, 8, 1)) == (1, payer)


def test_the_basic_price_of_a_secure_unit_can_be_chosen(world: World) -> None:
    row = admitted(world)
    price("ground", "", "day", 550_000)
    price("objective", "", "day", 330_000)
    assert ("ground", "") in {
        one.key for one in choices_on(seller(world), row.service_id, on=TODAY)
    }
    operations.set_price(row, ("ground", ""), valid_from=TODAY, by=seller(world), at=NOW)
    assert held(row.prices)[-1].component == "ground"
    with pytest.raises(ValidationError, match="ikke besluttet"):
        operations.set_price(row, ("objective", ""), valid_from=TODAY, by=seller(world), at=NOW)
