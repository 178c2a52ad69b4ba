"""What a buyer should be charged beside what it was: causes that add up, line by line."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_pages import words
from received_samples import AT, DAY_ORE, JUNE, MAY, a_home, buyer, line, paper, take_in
from run_samples import Home, agree_all, noon
from world import CLERK, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue.models import PlaceCapacity
from rammevaerk.portal.placements.models import Absence, SettlementTerms, Stay
from rammevaerk.portal.settlement.calculate.charges import Charge, pieces_of
from rammevaerk.portal.settlement.calculate.control import Part
from rammevaerk.portal.settlement.models import (
    BillingParty,
    ControlMonth,
    Invoice,
    SpecialPayment,
)
from rammevaerk.portal.settlement.operations.control import ask_control, calculate, work
from rammevaerk.portal.settlement.operations.issuing import issue_agreed
from rammevaerk.portal.settlement.operations.runs import review
from rammevaerk.portal.settlement.queries.control import (
    changes_since,
    control_of,
    parts_of,
    summed,
)
from rammevaerk.portal.tariffs.models import Tariff

FULL = 31 * DAY_ORE


def parts(reference: str = "", month: date = MAY) -> list[Part]:
    """What Naboby's control of a month finds, of one placement or all."""
    payer = Organisation.objects.get(key="naboby").pk
    found = calculate(payer, [month], on=date(2025, 6, 20))[month]
    return [one for one in found if reference in {"", one.reference}]


def causes(reference: str = "", month: date = MAY) -> dict[str, int]:
    found = summed(parts(reference, month))
    assert sum(one.ore for one in found.causes) == found.charged_ore - found.expected_ore
    return {one.cause: one.ore for one in found.causes}


def test_what_fits_has_no_difference(world: World) -> None:
    _home, (placement,) = a_home()
    take_in(world, paper(line(placement.reference, FULL)))
    (part,) = parts(placement.reference)
    assert (part.expected_ore, part.charged_ore, part.differences) == (FULL, FULL, ())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], {"not_charged": -FULL}),
        ([(33 * DAY_ORE, 33)], {"days": 2 * DAY_ORE}),
        ([(FULL + 500, 31)], {"price": 500}),
        ([(FULL, 31), (FULL, 31)], {"double_charge": FULL}),
    ],
)
def test_a_difference_is_told_by_its_cause(
    world: World, rows: list[tuple[int, int]], expected: dict[str, int]
) -> None:
    _home, (placement,) = a_home()
    lines = [
        line(placement.reference, ore, days, at) for at, (ore, days) in enumerate(rows, start=1)
    ]
    if lines:
        take_in(world, paper(*lines))
    assert causes(placement.reference) == expected


def test_absence_that_was_not_taken_off_is_absence(world: World) -> None:
    home = {
        "component": "basis",
        "prices": {("basis", "", "day"): 60_000, ("service", "", "day"): 40_000},
    }
    house, (placement,) = a_home(**home)
    house.absent(placement, date(2025, 5, 2), date(2025, 5, 22))
    (part,) = parts(placement.reference)
    assert 0 < part.expected_ore < FULL
    take_in(world, paper(line(placement.reference, FULL)))
    assert causes(placement.reference) == {"absence": FULL - part.expected_ore}


def test_an_unknown_citizen_and_a_line_without_days_stand_by_themselves(world: World) -> None:
    _home, (placement,) = a_home()
    undated = line(placement.reference, 700, position=2, start=None, end=None)
    take_in(
        world,
        paper(line("I-UKENDT", 900), line(placement.reference, FULL, position=3)),
        paper(undated, start=None, end=None, number="2025-99"),
    )
    assert causes("I-UKENDT") == {"unknown_citizen": 900}
    assert causes(placement.reference) == {}
    june = causes(placement.reference, JUNE)
    assert june["undated"] == 700


def test_a_credit_note_sets_off_what_it_takes_back(world: World) -> None:
    _home, (placement,) = a_home()
    note = paper(
        line(placement.reference, -FULL, -31), kind="credit", number="2025-18", credits="2025-17",
        credits_issued_on=date(2025, 6, 3),
    )  # fmt: skip
    again = paper(line(placement.reference, FULL), number="2025-19")
    take_in(world, paper(line(placement.reference, FULL)), note, again)
    assert causes(placement.reference) == {}


def test_a_month_billed_as_one_piece_is_the_stay(world: World) -> None:
    _home, (placement,) = a_home()
    one = line(placement.reference, FULL, unit="stk.", quantity=100)
    take_in(world, paper(one))
    assert causes(placement.reference) == {}


def test_a_line_over_two_months_is_shared_out_by_days(world: World) -> None:
    _home, (placement,) = a_home()
    both = line(placement.reference, 61 * DAY_ORE, 61, end=date(2025, 7, 1))
    take_in(world, paper(both, end=date(2025, 7, 1)))
    assert causes(placement.reference) == {}
    assert causes(placement.reference, JUNE) == {}


@given(
    start=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    length=st.integers(1, 700),
    ore=st.integers(-(10**12), 10**12),
    days=st.none() | st.integers(-70_000, 70_000),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_pieces_of_a_charge_give_the_whole(
    start: date, length: int, ore: int, days: int | None
) -> None:
    charge = Charge(
        "received:1", "1", 1, start, None, "S", None, "", start,
        start + timedelta(days=length), days, "day", ore, "",
    )  # fmt: skip
    found = pieces_of(charge)
    assert sum(one.amount_ore for one in found.values()) == ore
    assert sum(one.days or 0 for one in found.values()) == (days or 0)
    assert all(one.first and one.first.replace(day=1) == month for month, one in found.items())


def issued(home: Home) -> list[Invoice]:
    """Naboby's May invoiced in the system."""
    run = home.run(MAY, months_back=0)
    assert run.state == "draft", run.failure or run.findings
    review(run, by=CLERK, at=noon(date(2025, 6, 2)))
    agree_all(run)
    issue_agreed(run, by=CLERK, at=noon(date(2025, 6, 3)), day=date(2025, 6, 3))
    return list(Invoice.objects.filter(run=run))


def test_invoices_issued_here_count_without_being_handed_in(world: World) -> None:
    home, (placement,) = a_home()
    (invoice,) = issued(home)
    assert causes(placement.reference) == {}
    assert parts(placement.reference)[0].charged_ore == FULL
    told = take_in(world, paper(line(placement.reference, FULL), number=invoice.label))
    assert told.stored == []
    assert "udstedt her i systemet" in told.told[0]


def test_the_stored_month_is_what_was_calculated_and_an_invoice_finds_its_part(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    _home, (placement, other) = a_home(2)
    with django_capture_on_commit_callbacks(execute=True):
        (row,) = take_in(world, paper(line(placement.reference, FULL + 100))).stored
    stored = ControlMonth.objects.get(payer__key="naboby", month=MAY)
    assert parts_of(stored) == parts()
    assert stored.charged_ore - stored.expected_ore == sum(
        ore for one in stored.sellers for ore in one["causes"].values()
    )
    found = control_of(f"received:{row.pk}", row.payer_id, [MAY])
    assert [one.reference for one in found.found.parts] == [placement.reference]
    assert (found.invoice_ore, found.others_ore, found.found.difference_ore) == (FULL + 100, 0, 100)
    assert other.reference not in [one.reference for one in found.found.parts]


def test_a_seller_does_not_control_and_a_stranger_sees_no_month(world: World) -> None:
    with pytest.raises(Refused):
        ask_control([MAY], by=world.actor(Role.TARIFF_OFFICER, "egenby"), at=AT)
    (row,) = ask_control([MAY], by=buyer(world), at=AT)
    work([row.pk], at=AT)
    for role, key in ((Role.TARIFF_OFFICER, "egenby"), (Role.SECRETARIAT, "sekretariatet")):
        client = world.client(role, key)
        assert client.get(f"/oekonomi/koeb/kontrol/{row.pk}/").status_code == 404
        assert client.get("/oekonomi/koeb/kontrol/").status_code == 403
    other = world.client(Role.BUYER, "egenby")
    assert other.get(f"/oekonomi/koeb/kontrol/{row.pk}/").status_code == 404


def test_the_pages_open_to_lines_and_ask_no_more_for_more_rows(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    home, placements = a_home(3)
    placements += [home.admit(MAY) for _ in range(6)]
    with django_capture_on_commit_callbacks(execute=True):
        for at, one in enumerate(placements):
            take_in(world, paper(line(one.reference, FULL + at + 1), number=f"2025-{at}"))
    client = world.client(Role.BUYER, "naboby")
    stored = ControlMonth.objects.get(payer__key="naboby", month=MAY)
    page = f"/oekonomi/koeb/kontrol/{stored.pk}/"
    seller = Organisation.objects.get(key="egenby").pk

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    asked(page)
    many = asked(f"{page}?saelger={seller}")
    few = asked(f"{page}?q={placements[0].reference}")
    assert many == few
    text = client.get(f"{page}?saelger={seller}").content.decode()
    assert "Linjer og døgn" in text
    assert all(one.reference in text for one in placements)
    for address in ("/oekonomi/koeb/kontrol/", "/oekonomi/koeb/modtaget/"):
        assert asked(address) < 40
    for address in (f"{page}forskelle.xlsx", "/oekonomi/koeb/kontrol/kontrol.xlsx"):
        assert client.get(address).content[:2] == b"PK"


AT_LEAST = timedelta(minutes=1)


def _absence(home: Home, placement: Any, at: datetime) -> None:
    late = home.absent(placement, date(2025, 5, 2), date(2025, 5, 4))
    Absence.objects.filter(pk=late.pk).update(registered_at=at)


def _stay(_home: Home, placement: Any, at: datetime) -> None:
    Stay.objects.filter(placement=placement).update(superseded_at=at)


def _dearer(home: Home, _placement: Any, at: datetime) -> None:
    Tariff.objects.filter(service=home.service).update(registered_at=at)


def _terms(home: Home, _placement: Any, at: datetime) -> None:
    SettlementTerms.objects.filter(service=home.service).update(registered_at=at)


def _place(home: Home, _placement: Any, at: datetime) -> None:
    PlaceCapacity.objects.filter(service=home.service).update(superseded_at=at)


def _special(home: Home, placement: Any, at: datetime) -> None:
    SpecialPayment.objects.create(
        cooperation=home.cooperation, operator=home.organisation, reporter=home.organisation,
        payer=placement.buyer, kind="health", month=MAY, label="Indsats", registered_at=at,
        data={"day": "2025-05-06", "cost_ore": 12_500_00},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_absence, "indskrivninger"),
        (_stay, "indskrivninger"),
        (_dearer, "takster"),
        (_terms, "afregningsvilkår"),
        (_place, "pladser"),
        (_special, "særlige betalinger"),
    ],
)
def test_a_month_says_what_has_changed_since(
    world: World, change: Any, told: str, django_capture_on_commit_callbacks: Any
) -> None:
    home, (placement,) = a_home()
    with django_capture_on_commit_callbacks(execute=True):
        take_in(world, paper(line(placement.reference, FULL)))
    stored = ControlMonth.objects.get(payer__key="naboby", month=MAY)
    client = world.client(Role.BUYER, "naboby")
    page = f"/oekonomi/koeb/kontrol/{stored.pk}/"
    assert "er ændret siden" not in client.get(page).content.decode()
    assert stored.calculated_at is not None
    change(home, placement, stored.calculated_at + AT_LEAST)
    assert changes_since(stored) == [told]
    assert f"; {told} er ændret siden." in client.get(page).content.decode()


def test_what_came_since_about_another_month_does_not_make_it_old(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    home, (placement,) = a_home()
    with django_capture_on_commit_callbacks(execute=True):
        take_in(world, paper(line(placement.reference, FULL)))
    stored = ControlMonth.objects.get(payer__key="naboby", month=MAY)
    assert stored.calculated_at is not None
    since = stored.calculated_at + AT_LEAST
    later = home.absent(placement, JUNE, date(2025, 6, 4))
    Absence.objects.filter(pk=later.pk).update(registered_at=since)
    Tariff.objects.create(
        service=home.service, component="whole", label="Natvagt", unit="day", amount_ore=110_000,
        valid_from=date(2026, 1, 1), registered_at=since, decision="Byrådet",
    )  # fmt: skip
    stranger = home.admit(MAY, payer="egenby")
    Stay.objects.filter(placement=stranger).update(registered_at=since)
    assert changes_since(stored) == []
    # Where days with too many cost something else, a stranger's stay is one's own affair.
    SettlementTerms.objects.filter(service=home.service).update(over_cap_pct=75)
    assert changes_since(stored) == ["indskrivninger"]


def test_a_special_payment_that_was_registered_is_expected(world: World) -> None:
    home, (placement,) = a_home()
    _special(home, placement, AT)
    found = {one.reference: one for one in parts()}
    [special] = [one for name, one in found.items() if name.startswith("S-")]
    assert special.expected_ore > 0
    assert [one.cause for one in special.differences] == ["not_charged"]
    assert special.expected_ore == special.differences[0].ore * -1
    take_in(world, paper(line(special.reference, special.expected_ore, 1, unit="stk.")))
    assert causes(special.reference) == {}


def test_calculating_again_is_asked_for_on_the_page(world: World) -> None:
    client = world.client(Role.BUYER, "naboby")
    answer = client.post(
        "/oekonomi/koeb/kontrol/beregn/", {"maaned": "2025-05", "tilbage": "https://fjern.example/"}
    )
    assert answer["Location"] == "/oekonomi/koeb/kontrol/"
    assert ControlMonth.objects.filter(payer__key="naboby", month=MAY).exists()


def test_without_a_number_of_ones_own_the_addressee_is_not_judged_but_told(world: World) -> None:
    _home, (placement,) = a_home()
    to_us = paper(line(placement.reference, FULL))
    BillingParty.objects.filter(organisation__key="naboby").delete()
    (row,) = take_in(world, to_us).stored
    assert "CVR-nummer er ikke registreret" in row.remarks[0]


def test_the_first_time_a_control_is_asked_for_is_not_called_again(world: World) -> None:
    home, _placements = a_home()
    (invoice,) = issued(home)
    page = words(
        world.client(Role.BUYER, "naboby").get(f"/oekonomi/koeb/kontrol/regning/{invoice.pk}/")
    )
    assert "Beregn kontrollen" in page
    assert "Beregn igen" not in page
