"""The buyer's control: every difference has a cause, and the causes add up to the øre."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.settlement.control import (
    ChargedLine,
    ControlCause,
    ExpectedCharge,
    compare_charges,
)

MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 1)
starts = st.integers(0, 50).map(lambda day: MAY + timedelta(days=day))
money = st.integers(0, 10_000_000)


def of_month(first: date, length: int) -> date:
    """So many days on, though not beyond the month: an expected charge lies in one."""
    following = JUNE if first < JUNE else date(2026, 7, 1)
    return min(first + timedelta(days=length), following)


expected_charges = st.builds(
    lambda place, first, length, full, reduction, supplement: ExpectedCharge(
        reference=f"I-{place}",
        citizen=f"B-{place % 2}",
        facility=f"T-{place}",
        first=first,
        end=of_month(first, length),
        days=(of_month(first, length) - first).days,
        stay_ore=full - full * reduction // 100,
        full_ore=full,
        supplement_ore=supplement,
    ),
    st.integers(0, 3),
    starts,
    st.integers(1, 31),
    money,
    st.integers(0, 100),
    st.one_of(st.just(0), money),
)
charged_lines = st.builds(
    lambda key, place, first, length, days, ore, extra: ChargedLine(
        key=str(key),
        reference=f"I-{place}" if place < 4 else "",
        citizen=f"B-{place % 2}" if place < 4 else "",
        facility=f"T-{place}",
        first=first,
        end=first + timedelta(days=length),
        days=days,
        amount_ore=ore,
        extra=extra,
    ),
    st.integers(1, 99),
    st.integers(0, 5),
    starts,
    st.integers(1, 40),
    st.one_of(st.none(), st.integers(-4000, 4000)),
    st.integers(-10_000_000, 10_000_000),
    st.booleans(),
)


@settings(deadline=None)
@given(expected=st.lists(expected_charges, max_size=6), charged=st.lists(charged_lines, max_size=8))
def test_the_causes_add_up_to_what_was_charged_less_what_was_expected(
    expected: list[ExpectedCharge], charged: list[ChargedLine]
) -> None:
    found = compare_charges(expected, charged)
    assert found.expected_ore == sum(one.stay_ore + one.supplement_ore for one in expected)
    assert found.charged_ore == sum(line.amount_ore for line in charged)
    assert sum(one.ore for one in found.differences) == found.charged_ore - found.expected_ore
    assert sum(found.by_cause.values()) == found.charged_ore - found.expected_ore
    assert all(one.ore and one.text_da for one in found.differences)


@settings(deadline=None)
@given(expected=st.lists(expected_charges, max_size=4), charged=st.lists(charged_lines, max_size=5))
def test_a_charge_and_its_credit_leave_no_trace(
    expected: list[ExpectedCharge], charged: list[ChargedLine]
) -> None:
    line = ChargedLine("x", "I-9", "B-0", "T-9", MAY, JUNE, 3100, 12_345)
    credit = replace(line, key="y", days=-3100, amount_ore=-12_345)
    one, other = (compare_charges(expected, lines) for lines in (charged, [line, *charged, credit]))
    assert one == other


EXPECTED = ExpectedCharge("I-1", "B", "Elme", MAY, JUNE, 31, 6_200_000, 6_200_000)
CHARGED = ChargedLine("1", "I-1", "B", "Elme", MAY, JUNE, 3100, 6_200_000)


def causes(expected: list[ExpectedCharge], charged: list[ChargedLine]) -> dict[ControlCause, int]:
    return compare_charges(expected, charged).by_cause


def test_a_bill_as_expected_has_no_difference() -> None:
    assert causes([EXPECTED], [CHARGED]) == {}


def test_three_days_too_many_at_the_expected_price() -> None:
    fewer = replace(
        EXPECTED, end=date(2026, 5, 29), days=28, stay_ore=5_600_000, full_ore=5_600_000
    )
    found = compare_charges([fewer], [CHARGED])
    (one,) = found.differences
    assert (one.cause, one.ore) == (ControlCause.DAYS, 600_000)
    assert one.text_da == "31 døgn er opkrævet, 28 ventet: 3 for mange."


def test_days_and_price_are_told_apart() -> None:
    dearer = replace(CHARGED, days=3000, end=date(2026, 5, 31), amount_ore=30 * 201_000)
    assert causes([EXPECTED], [dearer]) == {
        ControlCause.DAYS: -200_000,
        ControlCause.PRICE: 30_000,
    }


def test_absence_charged_in_full() -> None:
    away = replace(EXPECTED, stay_ore=5_200_000)
    assert causes([away], [CHARGED]) == {ControlCause.ABSENCE: 1_000_000}
    partly = replace(CHARGED, amount_ore=5_500_000)
    assert causes([away], [partly]) == {ControlCause.ABSENCE: 300_000}
    both = replace(CHARGED, amount_ore=6_231_000)
    assert causes([away], [both]) == {ControlCause.ABSENCE: 1_000_000, ControlCause.PRICE: 31_000}


def test_a_citizen_nobody_knows_and_one_who_is_not_charged() -> None:
    stranger = replace(CHARGED, reference="", citizen="")
    assert causes([EXPECTED], [stranger]) == {
        ControlCause.UNKNOWN_CITIZEN: 6_200_000,
        ControlCause.NOT_CHARGED: -6_200_000,
    }


def test_a_month_charged_again_in_part_is_a_double_charge() -> None:
    again = replace(CHARGED, key="2", first=date(2026, 5, 17), days=1500, amount_ore=3_000_000)
    assert causes([EXPECTED], [CHARGED, again]) == {ControlCause.DOUBLE_CHARGE: 3_000_000}


def test_days_charged_while_the_citizen_was_elsewhere() -> None:
    moved = replace(
        EXPECTED, end=date(2026, 5, 21), days=20, stay_ore=4_000_000, full_ore=4_000_000
    )
    new = ExpectedCharge("I-2", "B", "Birk", date(2026, 5, 21), JUNE, 11, 3_300_000, 3_300_000)
    there = ChargedLine("2", "I-2", "B", "Birk", date(2026, 5, 21), JUNE, 1100, 3_300_000)
    assert causes([moved, new], [CHARGED, there]) == {ControlCause.OVERLAP: 2_200_000}


def test_a_supplement_within_the_stay_s_line_or_on_a_line_of_its_own() -> None:
    with_supplement = replace(EXPECTED, supplement_ore=310_000)
    whole = replace(CHARGED, amount_ore=6_510_000)
    extra = replace(CHARGED, key="2", days=None, amount_ore=310_000, extra=True)
    assert causes([with_supplement], [whole]) == {}
    assert causes([with_supplement], [CHARGED, extra]) == {}
    assert causes([with_supplement], [CHARGED]) == {ControlCause.SUPPLEMENT: -310_000}
    assert causes([EXPECTED], [CHARGED, extra]) == {ControlCause.SUPPLEMENT: 310_000}


def test_too_much_in_one_month_and_too_little_in_the_next_do_not_hide_each_other() -> None:
    next_month = replace(EXPECTED, first=JUNE, end=date(2026, 7, 1), days=30)
    lines = [
        replace(CHARGED, amount_ore=6_300_000),
        ChargedLine("2", "I-1", "B", "Elme", JUNE, date(2026, 7, 1), 3000, 6_100_000),
    ]
    found = compare_charges([EXPECTED, next_month], lines)
    assert [(one.month, one.ore) for one in found.differences] == [
        ("2026-05", 100_000),
        ("2026-06", -100_000),
    ]


def test_a_stay_that_was_forgotten_is_not_charged_though_its_supplement_was() -> None:
    expected = ExpectedCharge("I-1", "B-1", "T-1", MAY, JUNE, 31, 5_000_000, 6_200_000, 70_000)
    extra = ChargedLine("1", "I-1", "B-1", "T-1", MAY, JUNE, None, 80_000, extra=True)
    found = compare_charges([expected], [extra])
    assert found.by_cause == {ControlCause.SUPPLEMENT: 10_000, ControlCause.NOT_CHARGED: -5_000_000}
    assert [one.text_da for one in found.differences if one.cause is ControlCause.NOT_CHARGED] == [
        "50.000,00 kr. for opholdet er ventet, men ikke opkrævet."
    ]
