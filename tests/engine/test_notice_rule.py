"""When a placement that was given notice of is no longer paid for."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.deadlines import Weekdays
from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.notice import (
    AgreedNotice,
    NoticeForm,
    NoticeSide,
    notice_end,
    resident_notice_end,
)
from rammevaerk.engine.parameters import Parameters

RULES = Parameters.load()
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@settings(deadline=None)
@given(given_on=days, side=st.sampled_from([NoticeSide.BUYER]))
def test_the_running_month_and_one_more_are_paid_in_full(given_on: date, side: NoticeSide) -> None:
    found = notice_end(given_on, side, "sel-107", RULES)
    assert found.ends_on.day == 1
    assert 29 <= (found.ends_on - given_on).days <= 62
    month = (found.ends_on.year - given_on.year) * 12 + found.ends_on.month - given_on.month
    assert month == 2
    assert found.unverified
    assert found.trace.unverified
    assert found.rule == "contract/notice_months"


@settings(deadline=None)
@given(given_on=days, form=st.sampled_from(NoticeForm), length=st.integers(0, 24))
def test_a_contract_s_own_notice_is_counted_as_it_says_and_longer_is_later(
    given_on: date, form: NoticeForm, length: int
) -> None:
    def ends(number: int) -> date:
        agreed = AgreedNotice(form, number, "Punkt 12")
        return notice_end(given_on, NoticeSide.SELLER, "sel-110", RULES, agreed=agreed).ends_on

    assert ends(length) > given_on
    if length:
        assert ends(length) > ends(length - 1)
    if form is NoticeForm.DAYS:
        assert ends(length) == given_on + timedelta(days=length + 1)


@settings(deadline=None)
@given(given_on=days)
def test_a_resident_moves_on_the_first_working_day_of_a_month_three_months_on(
    given_on: date,
) -> None:
    found = resident_notice_end(given_on, RULES)
    weekdays = Weekdays.MONDAY_TO_FRIDAY
    assert weekdays.holds(found.ends_on)
    before = [found.ends_on.replace(day=day) for day in range(1, found.ends_on.day)]
    assert not any(weekdays.holds(day) for day in before)
    assert 90 - 2 <= (found.ends_on - given_on).days <= 92 + 35
    assert not found.unverified


@pytest.mark.parametrize(
    ("side", "paragraph", "acute", "key"),
    [
        (NoticeSide.BUYER, "sel-110", False, "contract/notice_short_days"),
        (NoticeSide.BUYER, "sel-109", False, "contract/notice_short_days"),
        (NoticeSide.BUYER, "sel-107", True, "contract/notice_short_days"),
        (NoticeSide.SELLER, "sel-107", False, "contract/notice_seller_months"),
        (NoticeSide.DEATH, "sel-107", False, "contract/notice_death_days"),
    ],
)
def test_what_is_not_known_asks_for_the_contract(
    side: NoticeSide, paragraph: str, acute: bool, key: str
) -> None:
    with pytest.raises(NoRuleForDate, match="Vælges i hver kontrakt") as raised:
        notice_end(date(2026, 3, 14), side, paragraph, RULES, acute=acute)
    assert raised.value.key == key


def test_the_steps_say_the_last_day_that_is_paid_for() -> None:
    found = notice_end(date(2026, 3, 14), NoticeSide.BUYER, "sel-107", RULES)
    assert found.ends_on == date(2026, 5, 1)
    assert found.trace.steps[-1].label_da == (
        "Første dag uden betaling (der betales til og med 30. april 2026)"
    )
    death = AgreedNotice(NoticeForm.DAYS, 14, "Kontraktens punkt 9")
    found = notice_end(date(2026, 3, 14), NoticeSide.DEATH, "sel-108", RULES, agreed=death)
    assert (found.ends_on, found.rule, found.clause, found.unverified) == (
        date(2026, 3, 29),
        "contract",
        "Kontraktens punkt 9",
        False,
    )


def test_a_notice_of_minus_one_month_or_of_a_century_is_refused() -> None:
    for length in (-1, 25):
        with pytest.raises(UnfitCase):
            AgreedNotice(NoticeForm.MONTHS, length, "")
    with pytest.raises(UnfitCase):
        AgreedNotice(NoticeForm.DAYS, 732, "")
