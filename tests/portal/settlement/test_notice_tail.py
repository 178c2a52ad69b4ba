"""What a notice leaves to be paid after the citizen has left: days of their own, and corrected."""

from datetime import date, datetime

import pytest
from agreeing_samples import AT, Agreement, buyer, civil
from run_samples import BEGAN, CLERK, Home, agree_all, billed_ore, invoice_all, noon
from world import World

from rammevaerk.portal.placements.models import Notice, PayerPeriod, Placement, Stay
from rammevaerk.portal.settlement.calculate.buyer_claims import Claim
from rammevaerk.portal.settlement.models import SettlementLine, SettlementRun
from rammevaerk.portal.settlement.operations import runs
from rammevaerk.portal.settlement.operations.records import keep_claims
from rammevaerk.portal.settlement.queries.bills import bills
from rammevaerk.portal.settlement.queries.line_rows import line_rows
from rammevaerk.portal.settlement.queries.proof import proof_of_line
from rammevaerk.portal.settlement.queries.reconciliation import comparisons

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)
LEFT = date(2025, 3, 10)


@pytest.fixture
def home(world: World) -> Home:
    return Home().build()


def given(placement: Placement, ends_on: date, *, registered: datetime = BEGAN) -> Notice:
    return Notice.objects.create(
        placement=placement, side="buyer", given_on=date(2025, 3, 5), rule="contract",
        ends_on=ends_on, registered_at=registered,
    )  # fmt: skip


def lines_of(run: SettlementRun) -> list[tuple[str, date, date, int, int]]:
    rows = SettlementLine.objects.filter(statement__run=run).order_by("valid_from", "pk")
    return [(one.kind, one.valid_from, one.valid_to, one.days, one.total_ore) for one in rows]


def test_days_from_departure_until_the_notice_runs_out_are_days_of_their_own(home: Home) -> None:
    given(home.admit(MARCH, LEFT), date(2025, 4, 6))
    seen = runs.preview(home.request(APRIL), by=CLERK)
    run = home.run(APRIL)
    assert run.result_sha256 == seen.sha256
    assert lines_of(run) == [
        ("stay", MARCH, date(2025, 3, 11), 10, 1_000_000),
        ("notice", date(2025, 3, 11), APRIL, 21, 2_100_000),
        ("notice", APRIL, date(2025, 4, 6), 5, 500_000),
    ]
    kept = SettlementLine.objects.filter(statement__run=run, kind="notice").first()
    assert kept is not None
    assert kept.unverified
    assert "opsigelsesperioden" in kept.text
    proof = proof_of_line(kept, CLERK)
    assert (proof.problem, proof.total_ore) == ("", kept.total_ore)
    assert runs.replay(run, by=CLERK).same


def test_a_notice_that_was_withdrawn_leaves_nothing(home: Home) -> None:
    notice = given(home.admit(MARCH, LEFT), APRIL)
    Notice.objects.filter(pk=notice.pk).update(withdrawn_at=noon(LEFT))
    assert runs.preview(home.request(MARCH), by=CLERK).total_ore == 10 * 100_000
    before = runs.preview(home.request(MARCH), by=CLERK, known=noon(date(2025, 3, 9)))
    assert before.total_ore == 31 * 100_000


def test_another_in_the_place_ends_what_is_paid_for_it(home: Home) -> None:
    placement = home.admit(MARCH, LEFT)
    given(placement, MAY)
    home.admit(date(2025, 3, 20))
    Stay.objects.filter(placement__reference="proevehjem-002").update(place=1)
    seen = runs.preview(home.request(MARCH), by=CLERK)
    own = [one.line for one in seen.lines if one.line.placement_id == placement.pk]
    assert [(one.kind, one.first, one.end) for one in own] == [
        ("stay", MARCH, date(2025, 3, 11)),
        ("notice", date(2025, 3, 11), date(2025, 3, 20)),
    ]


def test_hotel_days_leave_no_day_out_and_take_none_twice(home: Home) -> None:
    from rammevaerk.portal.placements.models import SettlementTerms

    SettlementTerms.objects.filter(service=home.service).update(day_count="hotel")
    given(home.admit(MARCH, LEFT), APRIL)
    lines = [one.line for one in runs.preview(home.request(MARCH), by=CLERK).lines]
    # From noon on the 1st until ten on the 10th: eight full days, and the 9th is kept.
    assert [(one.kind, one.first, one.end, one.days) for one in lines] == [
        ("stay", MARCH, date(2025, 3, 9), 8),
        ("notice", date(2025, 3, 9), APRIL, 23),
    ]


def test_kept_days_take_up_no_place_and_are_paid_in_full_over_the_cap(home: Home) -> None:
    build = Home(key="fuldt", places=1, terms={"over_cap_pct": 50}).build()
    given(build.admit(MARCH, LEFT), APRIL)
    build.admit(date(2025, 3, 11))
    seen = runs.preview(build.request(MARCH), by=CLERK)
    # Nobody is there twice: 10 days, 21 kept and 21 of the next in another place, all in full.
    assert seen.total_ore == (10 + 21 + 21) * 100_000


def test_terms_may_say_that_less_is_paid(home: Home) -> None:
    build = Home(
        key="mindre", component="basis",
        prices={("basis", "", "day"): 100_000, ("service", "", "day"): 50_000},
        terms={"notice_basis_pct": 100, "notice_service_pct": 0},
    ).build()  # fmt: skip
    given(build.admit(MARCH, LEFT), APRIL)
    lines = [one.line for one in runs.preview(build.request(MARCH), by=CLERK).lines]
    assert [(one.basis_ore, one.service_ore) for one in lines] == [
        (1_000_000, 500_000),
        (2_100_000, 0),
    ]


def test_a_price_by_the_month_goes_on_and_comes_to_the_whole_month(home: Home) -> None:
    build = Home(key="maaned", prices={("whole", "", "month"): 1_000_001}).build()
    given(build.admit(date(2025, 2, 1), LEFT), APRIL)
    lines = runs.preview(build.request(MARCH, months_back=0), by=CLERK).lines
    assert [one.line.days for one in lines] == [10, 21]
    assert sum(one.line.total_ore for one in lines) == 1_000_001
    assert "opsigelsesperioden" in lines[1].line.text


def test_a_stay_that_went_on_instead_is_another_line_for_the_same_money(home: Home) -> None:
    placement = home.admit(MARCH, LEFT)
    notice = given(placement, APRIL)
    first = home.run(MARCH)
    runs.review(first, by=CLERK, at=noon(APRIL))
    agree_all(first)
    invoice_all(first)
    Stay.objects.filter(placement=placement).update(valid_to=None)
    Notice.objects.filter(pk=notice.pk).update(withdrawn_at=noon(APRIL))
    PayerPeriod.objects.filter(placement=placement).update(valid_to=APRIL)
    second = home.run(APRIL)
    assert sorted(row for row in lines_of(second) if row[1] < APRIL) == [
        ("notice", date(2025, 3, 11), APRIL, -21, -2_100_000),
        ("stay", MARCH, date(2025, 3, 11), -10, -1_000_000),
        ("stay", MARCH, APRIL, 31, 3_100_000),
    ]


def test_a_notice_withdrawn_after_the_bill_is_taken_back(home: Home) -> None:
    placement = home.admit(MARCH, LEFT)
    notice = given(placement, APRIL)
    first = home.run(MARCH)
    runs.review(first, by=CLERK, at=noon(APRIL))
    agree_all(first)
    invoice_all(first)
    assert billed_ore(home.service) == 31 * 100_000
    Notice.objects.filter(pk=notice.pk).update(withdrawn_at=noon(APRIL))
    second = home.run(APRIL)
    taken = [row for row in lines_of(second) if row[0] == "notice"]
    assert taken == [("notice", date(2025, 3, 11), APRIL, -21, -2_100_000)]
    assert sum(row[4] for row in lines_of(second)) == -2_100_000


def test_kept_days_are_billed_as_what_they_are(home: Home) -> None:
    given(home.admit(MARCH, LEFT), APRIL)
    run = home.run(MARCH)
    runs.review(run, by=CLERK, at=noon(APRIL))
    agree_all(run)
    (bill,) = bills(run.statements.all(), day=date(2025, 4, 20))
    assert [one.text.split(",")[0] for one in bill.lines] == [
        "Ophold",
        "Tomgangsdage i opsigelsesperioden",
    ]


def test_the_days_beside_each_other_say_which_are_kept_by_the_notice(world: World) -> None:
    made = Agreement(citizens=0)
    left, ends = date(2025, 5, 20), date(2025, 6, 1)
    placement = made.home.admit(MAY, left)
    made.placements = [placement]
    given(placement, ends)
    made.sent()
    keep_claims(
        made.statement, [Claim(placement.pk, civil(1), civil(18), ())], source="Sag",
        by=buyer(world), at=AT,
    )  # fmt: skip
    stay, kept = made.statement.lines.order_by("valid_from")
    found = comparisons(made.statement)
    # The buyer has him gone on the 18th; the 19th and 20th are paid for either way.
    assert kept.pk not in found
    assert [one.day.day for one in found[stay.pk].differences] == [19, 20]
    assert all("opsigelsesperioden" in one.text_da for one in found[stay.pk].differences)
    (row,) = line_rows(made.statement, [stay], found, on=AT.date())
    assert row.effect is None
    later = Claim(placement.pk, civil(1), civil(25), ())
    keep_claims(made.statement, [later], source="Sag", by=buyer(world), at=AT)
    # Days that the seller bills as kept are no days in dispute when the buyer has him there.
    assert comparisons(made.statement)[stay.pk].differences == ()
