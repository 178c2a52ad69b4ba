"""The buyer's citizens, commitments and year: settled, expected, and against the budget."""

import io
from datetime import date
from typing import Any

import pytest
from agreeing_samples import AT, MAY, Agreement, buyer
from django.core.exceptions import PermissionDenied, ValidationError
from python_calamine import CalamineWorkbook
from reading_pages import words
from run_samples import BEGAN, Home
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.placements.models import Notice, Placement
from rammevaerk.portal.placements.queries.buying import bought
from rammevaerk.portal.settlement.calculate.forecast import evenly
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import months_from
from rammevaerk.portal.settlement.calculate.truth import settle_scope
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine, SpendBudget
from rammevaerk.portal.settlement.operations.budgets import register_budget
from rammevaerk.portal.settlement.queries import outlook as kept
from rammevaerk.portal.settlement.queries.outlook import budget_of, first_settled, outlook
from rammevaerk.portal.settlement.views.buying import sentence_da

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 10)
PRICE = 100_000


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Rows made straight, as here, leave nothing in the trail that would tell of a change."""
    kept._worked_out.cache_clear()


@pytest.fixture
def alone(world: World) -> Organisation:
    """A municipality that pays for nobody else than the test says."""
    return Organisation.objects.get(key="udenfor")


def home(key: str = "eneste") -> Home:
    return Home(key=key).build()


def by_month(found: Any) -> dict[int, tuple[int, int]]:
    return {one.month.month: (one.settled_ore, one.expected_ore) for one in found.of_year(2025)}


def test_what_goes_on_is_expected_to_go_on(world: World, alone: Organisation) -> None:
    home().admit(MAY, payer="udenfor")
    found = outlook(alone.pk, 2025, on=TODAY)
    months = by_month(found)
    assert months[4] == (0, 0)
    assert months[5] == (0, 31 * PRICE)
    assert months[12] == (0, 31 * PRICE)
    assert found.total(2025) == 245 * PRICE
    # A year from the day is looked at, whatever the year.
    assert found.months[-1].month == date(2026, 5, 1)


def test_a_placement_costs_no_more_than_until_it_is_expected_to_end(
    world: World, alone: Organisation
) -> None:
    made = home()
    first, second, third = (made.admit(MAY, payer="udenfor") for _ in range(3))
    Placement.objects.filter(pk=first.pk).update(expected_to=date(2025, 8, 11))
    Placement.objects.filter(pk=second.pk).update(expected_to=date(2025, 12, 1))
    Notice.objects.create(
        placement=second, side="buyer", given_on=TODAY, rule="placements/notice",
        ends_on=date(2025, 9, 1), registered_at=BEGAN,
    )  # fmt: skip
    # What is past is expected of nobody who is still there.
    Placement.objects.filter(pk=third.pk).update(expected_to=date(2025, 6, 1))
    found = outlook(alone.pk, 2025, on=TODAY).by_placement
    assert sum(found[first.pk].values()) == (31 + 30 + 31 + 10) * PRICE
    assert sum(found[second.pk].values()) == (31 + 30 + 31 + 31) * PRICE
    assert found[third.pk][date(2025, 12, 1)] == 31 * PRICE


def test_the_end_of_a_stay_in_full_days_is_counted_from_its_own_clock(
    world: World, alone: Organisation
) -> None:
    made = Home(key="herberg", terms={"day_count": "hotel"}).build()
    placement = made.admit(MAY, payer="udenfor")
    Placement.objects.filter(pk=placement.pk).update(expected_to=date(2025, 7, 11))
    found = outlook(alone.pk, 2025, on=TODAY).by_placement[placement.pk]
    assert found == {MAY: 31 * PRICE, date(2025, 6, 1): 30 * PRICE, date(2025, 7, 1): 10 * PRICE}


def test_what_is_settled_counts_as_it_was_settled_and_once(
    world: World, alone: Organisation
) -> None:
    made = home()
    made.admit(MAY, payer="udenfor")
    made.run(MAY, months_back=0)
    # A draft is not yet said to the payer.
    assert by_month(outlook(alone.pk, 2025, on=TODAY))[5] == (0, 31 * PRICE)
    line = SettlementLine.objects.get(statement__payer=alone)
    type(line.standing).objects.filter(line=line).update(state="open")
    kept._worked_out.cache_clear()
    found = outlook(alone.pk, 2025, on=TODAY)
    assert by_month(found)[5] == (31 * PRICE, 0)
    assert by_month(found)[6] == (0, 30 * PRICE)
    assert found.total(2025) == 245 * PRICE


def test_what_was_credited_by_hand_is_expected_again(world: World, alone: Organisation) -> None:
    made = home()
    made.admit(MAY, payer="udenfor")
    made.run(MAY, months_back=0)
    line = SettlementLine.objects.get(statement__payer=alone)
    back = SettlementLine.objects.create(
        statement=line.statement, kind="stay", placement=line.placement, service=line.service,
        part=line.part, valid_from=line.valid_from, valid_to=line.valid_to, days=-line.days,
        basis_ore=-line.basis_ore, total_ore=-line.total_ore, reverses=line,
    )  # fmt: skip
    LineStanding.objects.filter(line=line).update(state="credited", released_at=BEGAN)
    LineStanding.objects.create(
        line=back, claim=f"reverse:{line.pk}", valid_from=line.valid_from, valid_to=line.valid_to,
        state="invoiced",
    )  # fmt: skip
    found = outlook(alone.pk, 2025, on=TODAY)
    assert by_month(found)[5] == (0, 31 * PRICE)
    assert found.total(2025) == 245 * PRICE


def test_what_is_kept_is_made_again_when_something_changes(
    world: World, alone: Organisation
) -> None:
    made = home()
    made.admit(MAY, payer="udenfor")
    first = outlook(alone.pk, 2025, on=TODAY)
    assert outlook(alone.pk, 2025, on=TODAY) is first
    made.run(MAY, months_back=0)
    assert outlook(alone.pk, 2025, on=TODAY) is not first


def test_it_comes_to_what_the_settlement_itself_comes_to(world: World) -> None:
    made = Agreement(3)
    made.home.admit(date(2025, 2, 3))
    naboby = Organisation.objects.get(key="naboby")
    Notice.objects.all().delete()
    scope = Scope(made.home.cooperation.pk, payer_id=naboby.pk)
    truth = settle_scope(scope, months_from(date(2025, 1, 1), 12))
    expected: dict[int, int] = {}
    for line in truth.lines:
        if line.placement_id:
            expected[line.placement_id] = expected.get(line.placement_id, 0) + line.total_ore
    found = outlook(naboby.pk, 2025, on=date(2024, 12, 31))
    own = {one.pk for one in made.placements}
    totals = {
        pk: sum(ore for month, ore in months.items() if month.year == 2025)
        for pk, months in found.by_placement.items()
    }
    assert {pk: totals[pk] for pk in own} == {pk: expected[pk] for pk in own}


def test_the_newest_word_on_a_budget_holds_and_the_others_stay(world: World) -> None:
    naboby = Organisation.objects.get(key="naboby")
    actor = buyer(world)
    held = budget_of(actor, 2025)
    assert held is not None
    register_budget(naboby.pk, 2025, 7_000, seen=held.pk, by=actor, at=AT)
    found = budget_of(actor, 2025)
    assert found is not None
    assert found.amount_ore == 7_000
    assert SpendBudget.objects.filter(organisation=naboby, year=2025).count() == 2
    with pytest.raises(ValidationError, match="En anden har registreret"):
        register_budget(naboby.pk, 2025, 8_000, seen=held.pk, by=actor, at=AT)
    with pytest.raises(ValidationError, match="allerede det samme"):
        register_budget(naboby.pk, 2025, 7_000, seen=found.pk, by=actor, at=AT)
    with pytest.raises(ValidationError, match="højst 5 år"):
        register_budget(naboby.pk, 2099, 7_000, seen=None, by=actor, at=AT)
    egenby = Organisation.objects.get(key="egenby")
    with pytest.raises(PermissionDenied):
        register_budget(egenby.pk, 2027, 7_000, seen=None, by=actor, at=AT)
    officer = world.actor(Role.TARIFF_OFFICER, "naboby")
    with pytest.raises(PermissionDenied):
        register_budget(naboby.pk, 2026, 7_000, seen=None, by=officer, at=AT)
    assert not SpendBudget.objects.filter(organisation=egenby, year=2027).exists()


def test_a_budget_is_spread_evenly_to_the_last_oere() -> None:
    assert evenly(1_000)[-1] == 1_000
    assert evenly(1_205)[0] == 101


@pytest.mark.parametrize(
    ("total", "budget", "told"),
    [
        (1_320_000_000, 1_000_000_000, "Året ender 3,2 mio. kr. over budgettet."),
        (900_000_000, 1_000_000_000, "Året ender 1,0 mio. kr. under budgettet."),
        (5, 5, "Året ender præcis på budgettet."),
        (250_000_000, None, "Året ender på 2,5 mio. kr. Der er ikke registreret noget budget."),
    ],
)
def test_the_sentence_says_how_the_year_ends(total: int, budget: int | None, told: str) -> None:
    assert sentence_da(total, budget) == told


def test_a_buyer_sees_its_own_citizens_and_those_it_only_pays_for(world: World) -> None:
    found = {one.reference: one for one in bought(buyer(world), on=TODAY)}
    assert {one.reference for one in found.values() if one.pays} == {
        "Hjemlig-0",
        "Hjemlig-1",
        "Hjemlig-3",
    }
    assert not found["Hjemlig-2"].pays
    one = found["Hjemlig-0"]
    assert (one.since, one.minutes, one.goals_due) == (date(2025, 1, 15), 1_260, date(2025, 7, 15))
    assert one.contract is not None
    assert bought(world.actor(Role.SECRETARIAT, "sekretariatet"), on=TODAY) == []


def test_the_buyers_pages_hold_together(world: World) -> None:
    client = world.client(Role.BUYER, "naboby")
    page = words(client.get("/oekonomi/koeb/"))
    assert "Mine borgere" in page
    assert "Hjemlig-0" in page
    assert "FREMMED" not in page
    assert "Ingen borgere passer til valget" in words(client.get("/oekonomi/koeb/?q=findesikke"))
    assert "opsagt, betales til og med 30. juni 2030" in words(
        client.get("/oekonomi/koeb/?vis=slutter")
    )
    assert "koster" in words(client.get("/oekonomi/koeb/forpligtelser/"))
    forecast = words(client.get("/oekonomi/koeb/forbrug/?aar=2026"))
    assert "Der er ikke registreret noget budget" in forecast
    place = "/oekonomi/koeb/budget/?aar=2026"
    assert client.post(place, {"amount": "-5", "note": "", "seen": ""}).status_code == 422
    assert client.post(place, {"amount": "1.000.000,00", "seen": ""}).status_code == 302
    assert "budgettet" in words(client.get("/oekonomi/koeb/forbrug/?aar=2026"))
    late = client.post(place, {"amount": "2.000.000,00", "seen": ""})
    assert late.status_code == 422
    assert "En anden har registreret" in words(late)
    for name in ("borgere", "forpligtelser"):
        content = client.get(f"/oekonomi/koeb/{name}.xlsx").content
        assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("role", [Role.TARIFF_OFFICER, Role.PROVIDER, Role.READER, Role.DIRECTOR])
def test_who_does_not_buy_has_no_buyers_pages(world: World, role: Role) -> None:
    client = world.client(role, "naboby")
    for place in ("", "forpligtelser/", "forbrug/", "budget/", "borgere.xlsx"):
        assert client.get(f"/oekonomi/koeb/{place}").status_code == 403


def test_months_before_the_first_settled_here_are_not_said_to_wait(
    world: World, alone: Organisation
) -> None:
    made = home()
    made.admit(date(2025, 3, 1), payer="udenfor")
    assert first_settled(alone.pk) is None
    made.run(MAY, months_back=0)
    # A draft is not yet said to the payer.
    assert first_settled(alone.pk) is None
    LineStanding.objects.filter(line__statement__payer=alone).update(state="open")
    kept._worked_out.cache_clear()
    assert first_settled(alone.pk) == MAY
    page = world.client(Role.BUYER, "naboby").get("/oekonomi/koeb/forbrug/?aar=2025")
    naboby = first_settled(Organisation.objects.get(key="naboby").pk)
    assert naboby is not None
    rows = page.context["months"]
    assert [row["before"] for row in rows] == [row["month"] < naboby for row in rows]
    assert page.context["before"] > 0
    parts = (page.context[name] for name in ("before", "settled", "expected"))
    assert sum(parts) == page.context["total"]
    assert "ligger før den første afregning her" in words(page)
