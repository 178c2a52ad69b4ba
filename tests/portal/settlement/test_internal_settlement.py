"""What a seller owes itself: a cost that is seen, answered by itself and never invoiced."""

from datetime import date

import pytest
from run_samples import CLERK, Home, agree_all, noon
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.placements.models import Placement, Stay
from rammevaerk.portal.settlement.models import (
    BillingParty,
    Invoice,
    LineStanding,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.operations import runs
from rammevaerk.portal.settlement.operations.control import calculate
from rammevaerk.portal.settlement.operations.issuing import issue_agreed
from rammevaerk.portal.settlement.queries.bills import bills, internal_of
from rammevaerk.portal.settlement.queries.outlook import settled_lines
from rammevaerk.portal.settlement.queries.statements import waiting_by_statement

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
State = LineStanding.State


def sent(home: Home, *payers: str) -> SettlementRun:
    for payer in payers:
        home.admit(MARCH, payer=payer)
    run = home.run(MARCH, months_back=0)
    runs.review(run, by=CLERK, at=noon(APRIL))
    run.refresh_from_db()
    return run


def statement(run: SettlementRun, payer: str) -> Statement:
    return Statement.objects.get(run=run, payer__key=payer)


def test_own_citizens_are_answered_at_once_and_wait_for_nobody(world: World) -> None:
    run = sent(Home().build(), "egenby", "naboby")
    own = statement(run, "egenby")
    assert (own.state, own.answered_at, own.answer_by) == ("internal", noon(APRIL), None)
    standing = LineStanding.objects.get(line__statement=own)
    assert (standing.state, standing.waits_for_id, standing.due_on) == ("internal", None, None)
    assert own.pk not in waiting_by_statement(world.actor(Role.BUYER, "egenby"))
    assert run.state == "reviewed"


def test_the_rest_is_invoiced_and_the_run_is_done(world: World) -> None:
    home = Home().build()
    run = sent(home, "egenby", "naboby")
    agree_all(run)
    statements = run.statements.all()
    assert [bill.invoice.payer.key for bill in bills(statements, day=APRIL)] == ["naboby"]
    held = internal_of(statements)
    assert (held.lines, held.total_ore) == (1, 3_100_000)
    done = issue_agreed(run, by=CLERK, at=noon(date(2025, 4, 20)))
    assert (len(done.invoices), done.findings) == (1, ())
    run.refresh_from_db()
    assert run.state == "invoiced"
    assert not Invoice.objects.filter(run=run, payer__key="egenby").exists()
    assert statement(run, "egenby").state == "internal"


def test_a_run_of_own_citizens_only_is_done_when_it_is_sent(world: World) -> None:
    home = Home().build()
    run = sent(home, "egenby")
    assert run.state == "invoiced"
    # The next month can be run at once.
    assert home.run(APRIL, months_back=1).state == "draft"


def test_the_cost_is_seen_and_never_expected_on_a_bill(world: World) -> None:
    sent(Home().build(), "egenby")
    own = Organisation.objects.get(key="egenby")
    lines = settled_lines(own.pk, MARCH, APRIL)
    assert sum(one.ore for one in lines if one.month == MARCH) == 3_100_000
    references = {one.reference for one in calculate(own.pk, [MARCH], on=APRIL)[MARCH]}
    assert "proevehjem-001" not in references


def test_a_late_change_is_a_reversal_and_a_new_line(world: World) -> None:
    home = Home().build()
    first = sent(home, "egenby")
    placement = Placement.objects.get(reference="proevehjem-001")
    Stay.objects.filter(placement=placement).update(
        valid_to=noon(date(2025, 3, 10)).replace(tzinfo=None)
    )
    second = home.run(APRIL)
    runs.review(second, by=CLERK, at=noon(date(2025, 5, 2)))
    rows = SettlementLine.objects.filter(statement__run=second).order_by("total_ore")
    assert [(one.total_ore, one.standing.state) for one in rows] == [
        (-3_100_000, State.INTERNAL),
        (1_000_000, State.INTERNAL),
    ]
    assert statement(first, "egenby").total_ore == 3_100_000
    lines = settled_lines(placement.buyer_id, MARCH, APRIL)
    assert sum(one.ore for one in lines if one.placement_id == placement.pk) == 1_000_000


def test_who_reports_for_another_operator_owes_it_as_others_do(world: World) -> None:
    home = Home().build()
    other = Organisation.objects.get(key="fjernby")
    home.facility.operator = other
    home.facility.save()
    run = sent(home, "egenby")
    assert statement(run, "egenby").state == "open"


def test_pages_say_that_it_is_internal(world: World) -> None:
    home = Home().build()
    run = sent(home, "egenby", "naboby")
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    assert BillingParty.objects.exists()
    for address in (
        f"/oekonomi/afregning/koersler/{run.pk}/",
        f"/oekonomi/regninger/koersel/{run.pk}/",
        f"/oekonomi/afregning/opgoerelser/{statement(run, 'egenby').pk}/",
        "/oekonomi/afregning/opgoerelser/",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert "ntern afregning" in response.content.decode(), address
