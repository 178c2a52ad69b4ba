"""Settlement runs: the same figures previewed, made and made again; corrections, never edits."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from run_samples import BEGAN, CLERK, Home, agree_all, billed_ore, invoice_all, noon
from world import World

from rammevaerk.engine.settlement.months import Months
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.placements.models import PayerPeriod, Placement, Stay
from rammevaerk.portal.settlement.calculate.truth import settle_scope
from rammevaerk.portal.settlement.models import (
    LineStanding,
    RunSnapshot,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.operations import runs
from rammevaerk.portal.tariffs.models import Tariff

pytestmark = pytest.mark.django_db
MARCH, APRIL, JUNE = date(2025, 3, 1), date(2025, 4, 1), date(2025, 6, 1)


@pytest.fixture
def home(world: World) -> Home:
    return Home().build()


def test_preview_run_and_replay_come_to_the_same(home: Home) -> None:
    home.admit(date(2025, 3, 3), date(2025, 3, 10))
    home.admit(date(2025, 1, 1), payer="egenby")
    seen = runs.preview(home.request(MARCH), by=CLERK)
    run = home.run(MARCH)
    assert run.state == "draft", run.failure
    assert run.result_sha256 == seen.sha256
    made = SettlementLine.objects.filter(statement__run=run)
    assert sum(made.values_list("total_ore", flat=True)) == seen.total_ore
    # 8 calendar days in March; January to March for the other.
    assert seen.total_ore == (8 + 31 + 28 + 31) * 100_000
    again = runs.replay(run, by=CLERK)
    assert again.same
    assert again.difference_ore == 0
    assert (again.lines_then, again.lines_now) == (4, 4)


def test_a_stay_without_payer_or_price_is_a_finding_and_never_a_zero(home: Home) -> None:
    nobody = home.admit(date(2025, 3, 1))
    PayerPeriod.objects.filter(placement=nobody).update(valid_to=date(2025, 3, 11))
    unpriced = home.admit(date(2025, 3, 1), label="Niveau 9")
    seen = runs.preview(home.request(MARCH), by=CLERK)
    assert seen.total_ore == 10 * 100_000
    told = {one.code: one for one in seen.findings}
    assert "11. marts 2025" in told["run.no-payer"].message
    assert told["run.no-payer"].target == f"placement:{nobody.reference}"
    assert "Niveau 9" in told["run.no-tariff"].message
    assert unpriced.reference not in {one.line.reference for one in seen.lines}


def test_a_service_without_terms_settles_nothing_and_says_where(home: Home) -> None:
    from rammevaerk.portal.placements.models import SettlementTerms

    SettlementTerms.objects.filter(service=home.service).update(valid_to=MARCH)
    home.admit(date(2025, 2, 20))
    seen = runs.preview(home.request(MARCH), by=CLERK)
    assert [one.line.month for one in seen.lines] == ["2025-02"]
    assert [one.code for one in seen.findings] == ["run.no-terms"]


def test_a_change_of_payer_in_mid_month_splits_the_days(home: Home) -> None:
    placement = home.admit(date(2025, 3, 1))
    PayerPeriod.objects.filter(placement=placement).update(valid_to=date(2025, 3, 11))
    own = Organisation.objects.get(key="egenby")
    PayerPeriod.objects.create(
        placement=placement, payer=own, acting=own, ground="rsl-9-1",
        valid_from=date(2025, 3, 11), registered_at=BEGAN,
    )  # fmt: skip
    run = home.run(MARCH)
    lines = SettlementLine.objects.filter(statement__run=run).order_by("valid_from")
    assert [(one.days, one.statement.payer.key) for one in lines] == [
        (10, "naboby"),
        (21, "egenby"),
    ]


def test_terms_that_change_with_the_month_are_followed(home: Home) -> None:
    from rammevaerk.portal.placements.models import SettlementTerms

    SettlementTerms.objects.filter(service=home.service).update(valid_to=APRIL)
    SettlementTerms.objects.create(
        service=home.service, day_count="hotel", absence_full_days=0, absence_basis_pct=100,
        absence_service_pct=100, valid_from=APRIL, source="Ny aftale", registered_at=BEGAN,
    )  # fmt: skip
    home.admit(date(2025, 3, 30), date(2025, 4, 3))
    seen = runs.preview(home.request(APRIL, months_back=1), by=CLERK)
    # Calendar days in March; of April only the full 24 hours that begin at noon on the 1st.
    days = {one.line.month: one.line.days for one in seen.lines}
    assert days == {"2025-03": 2, "2025-04": 1}


def test_a_day_shared_by_two_places_is_paid_once(home: Home) -> None:
    from datetime import datetime

    from rammevaerk.portal.placements.models import Stay

    placement = home.admit(date(2025, 3, 1), datetime(2025, 3, 10, 9, 30))  # noqa: DTZ001
    Stay.objects.create(
        placement=placement, service=home.service, citizen=placement.citizen, place=9,
        way="residence", valid_from=datetime(2025, 3, 10, 9, 30), registered_at=BEGAN,  # noqa: DTZ001
    )  # fmt: skip
    run = home.run(MARCH)
    assert run.state == "draft", run.failure
    lines = SettlementLine.objects.filter(statement__run=run)
    assert sum(one.days for one in lines) == 31


def test_service_by_day_is_less_in_absence_and_basis_is_not(home: Home) -> None:
    other = Home(
        key="delthjem", component="basis", priced_from=date(2024, 1, 1),
        prices={("basis", "", "day"): 70_000, ("service", "", "day"): 30_000},
    ).build()  # fmt: skip
    placement = other.admit(date(2025, 3, 1))
    other.absent(placement, date(2025, 3, 10), date(2025, 3, 20))
    (line,) = runs.preview(other.request(MARCH, months_back=0), by=CLERK).lines
    # Five days in full, then half the service.
    assert (line.line.basis_ore, line.line.service_ore) == (31 * 70_000, 26 * 30_000 + 5 * 15_000)


def test_a_corrected_absence_three_months_back_gives_credits_and_new_lines(home: Home) -> None:
    other = Home(
        key="timehjem", component="basis",
        prices={("basis", "", "day"): 70_000, ("hour", "", "hour"): 40_000},
    ).build()  # fmt: skip
    placement = other.admit(date(2025, 1, 1), minutes=840)
    still = other.admit(date(2025, 1, 1), minutes=840)
    first = other.run(MARCH)
    runs.review(first, by=CLERK, at=noon(APRIL))
    invoice_all(first)
    other.absent(placement, date(2025, 3, 1), date(2025, 3, 21))
    later = other.run(JUNE)
    lines = SettlementLine.objects.filter(statement__run=later, placement=placement)
    back = lines.filter(reverses__isnull=False)
    assert [one.month for one in back] == ["2025-03"]
    assert "ydelse" in back.get().cause.lower()
    assert not SettlementLine.objects.filter(
        statement__run=later, placement=still, valid_from__lt=APRIL
    ).exists()
    runs.review(later, by=CLERK, at=noon(date(2025, 7, 1)))
    invoice_all(later)
    truth = settle_scope(other.request(JUNE).scope, Months.parse("2025-01..2025-06"))
    assert billed_ore(other.service) == truth.total_ore
    assert billed_ore(other.service, placement) == sum(
        one.total_ore for one in truth.lines if one.placement_id == placement.pk
    )
    # Run again over the same: nothing is left to bill.
    third = other.run(JUNE)
    assert not SettlementLine.objects.filter(statement__run=third).exists()


def test_a_line_never_invoiced_is_replaced_and_not_reversed(home: Home) -> None:
    placement = home.admit(date(2025, 3, 1))
    first = home.run(MARCH)
    runs.review(first, by=CLERK, at=noon(APRIL))
    PayerPeriod.objects.filter(placement=placement).update(
        payer=Organisation.objects.get(key="egenby")
    )
    later = home.run(APRIL)
    standing = LineStanding.objects.get(line__statement__run=first)
    assert (standing.state, standing.taken_by) == ("replaced", later)
    assert standing.released_at is not None
    assert not SettlementLine.objects.filter(reverses__isnull=False).exists()
    statement = Statement.objects.get(run=first)
    assert (statement.lines_count, statement.total_ore, statement.state) == (0, 0, "answered")
    assert (
        "betaler"
        in SettlementLine.objects.get(statement__run=later, valid_from__lt=APRIL).cause.lower()
    )
    # Thrown away, the later run lets the first one's line wait for its buyer again.
    runs.discard(later, by=CLERK, at=noon(date(2025, 5, 2)))
    standing.refresh_from_db()
    assert (standing.state, standing.taken_by, standing.released_at) == ("open", None, None)
    assert home.run(APRIL).state == "draft"


def test_a_second_run_of_the_same_days_is_refused_and_names_the_first(home: Home) -> None:
    home.admit(date(2025, 3, 1))
    first = home.run(MARCH)
    with pytest.raises(ValidationError, match=f"Kørsel {first.number}, 2025-03"):
        home.run(MARCH)
    runs.discard(first, by=CLERK, at=noon(APRIL))
    assert home.run(MARCH).state == "draft"


def test_nothing_is_discarded_once_it_is_invoiced(home: Home) -> None:
    home.admit(date(2025, 3, 1))
    run = home.run(MARCH)
    runs.review(run, by=CLERK, at=noon(APRIL))
    LineStanding.objects.filter(line__statement__run=run).update(state="invoiced")
    with pytest.raises(ValidationError, match="udstedt regninger"):
        runs.discard(run, by=CLERK, at=noon(APRIL))


def test_help_given_more_than_twelve_months_ago_is_cut_off_by_the_day(home: Home) -> None:
    home.admit(date(2024, 2, 1), date(2024, 5, 10))
    seen = runs.preview(home.request(APRIL, months_back=13, claimed_on=date(2025, 4, 15)), by=CLERK)
    # 15 April 2024 may be claimed on 15 April 2025; the days before may not.
    assert [(one.line.first, one.line.end) for one in seen.lines] == [
        (date(2024, 4, 15), date(2024, 5, 1)),
        (date(2024, 5, 1), date(2024, 5, 11)),
    ]
    (late,) = seen.findings
    assert late.code == "run.too-late"
    assert "45 døgn før 15. april 2024 (1 indskrivning)" in late.message


def billed_a_year_ago(home: Home, left: date) -> Placement:
    """Somebody there from 1 April 2024, whose April was billed in its time."""
    placement = home.admit(date(2024, 4, 1), left)
    run = home.run(date(2024, 4, 1), months_back=0)
    runs.review(run, by=CLERK, at=noon(date(2024, 5, 2)))
    invoice_all(run)
    return placement


def leaves(placement: Placement, day: date) -> None:
    Stay.objects.filter(placement=placement).update(valid_to=datetime.combine(day, time(10)))


def test_days_in_time_are_billed_also_where_the_month_reaches_back_before_the_limit(
    home: Home,
) -> None:
    placement = billed_a_year_ago(home, date(2024, 4, 20))
    leaves(placement, date(2024, 4, 28))
    seen = runs.preview(home.request(APRIL, claimed_on=date(2025, 4, 15)), by=CLERK)
    # The eight days more are all after 15 April: they can still be claimed.
    assert seen.total_ore == 8 * 100_000
    assert not seen.findings


def test_a_dearer_month_over_the_limit_is_left_as_it_is_and_told_of(home: Home) -> None:
    placement = billed_a_year_ago(home, date(2024, 4, 20))
    Tariff.objects.filter(service=home.service).update(amount_ore=110_000)
    leaves(placement, date(2024, 4, 28))
    seen = runs.preview(home.request(APRIL, claimed_on=date(2025, 4, 15)), by=CLERK)
    assert seen.lines == seen.taken == ()
    (late,) = seen.findings
    assert late.code == "run.over-limit"
    assert "10.800,00 kr." in late.message
    assert "døgnene fra 15. april 2024" in late.message


def test_a_private_seller_is_not_bound_by_the_twelve_months(world: World) -> None:
    home = Home(ownership="private").build()
    home.admit(date(2024, 3, 1), date(2024, 3, 10))
    seen = runs.preview(home.request(APRIL, months_back=13, claimed_on=date(2025, 4, 15)), by=CLERK)
    assert seen.total_ore == 10 * 100_000
    assert not seen.findings


def test_only_one_s_own_facilities_may_be_settled(home: Home) -> None:
    stranger = build_actor(Role.TARIFF_OFFICER, "naboby")
    with pytest.raises(Refused):
        runs.start(home.request(MARCH), by=stranger, at=noon(APRIL))


def build_actor(role: Role, organisation: str) -> object:
    from world import TODAY

    from rammevaerk.portal.access.models import Person
    from rammevaerk.portal.access.queries import actor_of

    person = Person.objects.get(email=f"{role}.{organisation}@example.org")
    return actor_of(person, on=TODAY)


def test_a_spoiled_snapshot_is_told_by_the_replay(home: Home) -> None:
    home.admit(date(2025, 3, 1))
    run = home.run(MARCH)
    stored = RunSnapshot.objects.get(run=run)
    SettlementRun.objects.filter(pk=run.pk).update(result_sha256="0" * 64)
    run.refresh_from_db()
    assert not runs.replay(run, by=CLERK).same
    assert stored.rows > 0


def test_what_a_run_does_stands_in_the_trail(home: Home) -> None:
    home.admit(date(2025, 3, 1))
    run = home.run(MARCH)
    runs.review(run, by=CLERK, at=noon(APRIL))
    later = home.run(APRIL)
    runs.discard(later, by=CLERK, at=noon(date(2025, 5, 2)))
    ours = (
        "afregningskørsel", "opgørelse", "afregningslinje", "linjens stilling", "grundlag",
    )  # fmt: skip
    odd = [one for one in verify() if one.place.startswith(ours)]
    assert odd == []


def test_a_run_may_be_given_up_while_it_is_made(home: Home) -> None:
    home.admit(date(2025, 3, 1))
    run = runs.start(home.request(MARCH), by=CLERK, at=noon(APRIL))
    runs.cancel(run, by=CLERK, at=noon(APRIL))
    runs.work(run.pk, at=noon(APRIL))
    run.refresh_from_db()
    assert run.state == "discarded"
    assert not SettlementLine.objects.filter(statement__run=run).exists()


def test_lines_answered_meanwhile_make_the_run_look_again(home: Home) -> None:
    from rammevaerk.portal.settlement.calculate.billing import bill
    from rammevaerk.portal.settlement.operations.run_requests import snapshot_for
    from rammevaerk.portal.settlement.operations.run_storing import Overtaken, store_billing

    home.admit(date(2025, 3, 1))
    first = home.run(MARCH)
    runs.review(first, by=CLERK, at=noon(APRIL))
    run = runs.start(home.request(APRIL), by=CLERK, at=noon(APRIL))
    billing = bill(snapshot_for(home.request(APRIL)))
    agree_all(first)
    with pytest.raises(Overtaken):
        store_billing(run, billing, by=CLERK, at=noon(APRIL))
    assert not SettlementLine.objects.filter(statement__run=run).exists()
