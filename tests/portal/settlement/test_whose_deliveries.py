"""What was delivered in a month of two payers is split by those who know, never guessed."""

from datetime import date
from typing import Any

import pytest
from run_samples import BEGAN, CLERK, Home
from world import World

from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.placements.models import Delivery, PayerPeriod, Placement
from rammevaerk.portal.settlement.operations import runs

pytestmark = pytest.mark.django_db
MARCH = date(2025, 3, 1)
CHANGE = date(2025, 3, 11)


@pytest.fixture
def home(world: World) -> Home:
    prices = {("whole", "", "day"): 100_000, ("supplement", "Kørsel", "km"): 400}
    return Home(prices=prices).build()


def shared(home: Home) -> Placement:
    placement = home.admit(MARCH)
    PayerPeriod.objects.filter(placement=placement).update(valid_to=CHANGE)
    own = Organisation.objects.get(key="egenby")
    PayerPeriod.objects.create(
        placement=placement, payer=own, acting=own, ground="rsl-9-1", valid_from=CHANGE,
        registered_at=BEGAN,
    )  # fmt: skip
    return placement


def drove(placement: Placement, km: int, payer: str | None = None) -> None:
    Delivery.objects.create(
        placement=placement, month=MARCH, component="supplement", label="Kørsel",
        quantity=km * 100, payer=Organisation.objects.get(key=payer) if payer else None,
        registered_at=BEGAN,
    )  # fmt: skip


def driven(home: Home) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
    seen = runs.preview(home.request(MARCH), by=CLERK)
    keys = dict(Organisation.objects.values_list("pk", "key"))
    lines = [one.line for one in seen.lines if one.line.kind == "quantity"]
    return (
        [(keys[one.payer_id], one.first, one.end, one.total_ore) for one in lines],
        {one.code: one.message for one in seen.findings},
    )


def test_a_month_of_two_payers_asks_for_a_split(home: Home) -> None:
    drove(shared(home), 100)
    lines, told = driven(home)
    assert lines == []
    assert "Registrér den delt" in told["run.delivery-payer"]


def test_each_payer_pays_his_own(home: Home) -> None:
    placement = shared(home)
    drove(placement, 60, "naboby")
    drove(placement, 40, "egenby")
    lines, told = driven(home)
    assert lines == [
        ("naboby", MARCH, CHANGE, 24_000),
        ("egenby", CHANGE, date(2025, 4, 1), 16_000),
    ]
    assert told == {}
    # The days of each are billed once, by two lines of one claim.
    assert home.run(MARCH).state == "draft"


def test_one_who_does_not_pay_in_the_month_is_told_of(home: Home) -> None:
    placement = home.admit(MARCH)
    drove(placement, 60, "udenfor")
    lines, told = driven(home)
    assert lines == []
    assert "ikke betaler i måneden" in told["run.delivery-payer"]


def test_what_nobody_pays_in_the_month_is_told_of_as_that(home: Home) -> None:
    placement = home.admit(date(2025, 2, 1), date(2025, 2, 10))
    PayerPeriod.objects.filter(placement=placement).update(valid_to=date(2025, 2, 11))
    drove(placement, 60)
    lines, told = driven(home)
    assert lines == []
    assert "Er borgeren udskrevet, så tag leverancen tilbage" in told["run.delivery-payer"]
    assert set(told) == {"run.delivery-payer"}


@pytest.mark.parametrize("unit", ["day_attended", "course"])
def test_who_is_paid_for_by_the_piece_and_had_nothing_is_told_of(world: World, unit: str) -> None:
    visited = Home(key="vaerksted", prices={("whole", "", unit): 40_000}).build()
    came, away, old = (visited.admit(day) for day in (MARCH, MARCH, date(2025, 1, 5)))
    visited.absent(away, date(2025, 2, 20), None)
    visited.admit(date(2025, 2, 3), date(2025, 2, 27))
    seen = runs.preview(visited.request(MARCH), by=CLERK)
    # A course is paid when it begins; who was away all month had nothing to pay for.
    whose = [came] if unit == "course" else [came, old]
    (told,) = seen.findings
    assert (told.code, told.severity) == ("run.no-delivery", "warning")
    assert f"({', '.join(one.reference for one in whose)})" in told.message
    assert "i 03-2025" in told.message
    for one in whose:
        Delivery.objects.create(
            placement=one, month=MARCH, component="whole", quantity=100, registered_at=BEGAN
        )
    seen = runs.preview(visited.request(MARCH), by=CLERK)
    assert seen.findings == ()
    assert len(seen.lines) == len(whose)


def test_a_month_of_one_payer_is_whole(home: Home) -> None:
    drove(home.admit(date(2025, 3, 10)), 100)
    lines, _told = driven(home)
    assert lines == [("naboby", MARCH, date(2025, 4, 1), 40_000)]


def test_the_basic_price_of_a_secure_unit_is_settled_by_the_day(world: World) -> None:
    secure = Home(
        key="sikret", component="ground",
        prices={("ground", "", "day"): 550_000, ("objective", "", "day"): 330_000},
    ).build()  # fmt: skip
    secure.admit(MARCH, date(2025, 3, 10))
    seen = runs.preview(secure.request(MARCH), by=CLERK)
    assert [(one.line.days, one.line.total_ore) for one in seen.lines] == [(10, 5_500_000)]
    assert seen.findings == ()
