"""Periods and partial dates: half-open identities, codes, Danish text."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import EmptyPeriod, OpenPeriod, UnreadableDate
from rammevaerk.engine.periods import (
    PartialDate,
    Period,
    Precision,
    parse_due_da,
    parse_partial_date_da,
)

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(DAYS)
    length = draw(st.none() | st.integers(1, 400))
    return Period(start, None if length is None else start + timedelta(length))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(DAYS)
    precision = draw(st.sampled_from(Precision))
    month = {
        Precision.DAY: day.month,
        Precision.MONTH: day.month,
        Precision.QUARTER: (day.month - 1) // 3 * 3 + 1,
        Precision.YEAR: 1,
    }[precision]
    return PartialDate(date(day.year, month, day.day if precision == "day" else 1), precision)


@given(periods(), DAYS)
def test_a_period_holds_its_start_but_not_its_end(period: Period, day: date) -> None:
    assert period.contains(period.start)
    assert period.end is None or not period.contains(period.end)
    assert period.contains(day) == (
        day >= period.start and (period.end is None or day < period.end)
    )


@given(periods(), periods(), DAYS)
def test_the_intersection_holds_exactly_the_days_of_both(a: Period, b: Period, day: date) -> None:
    shared = a.intersection(b)
    assert shared == b.intersection(a)
    assert (shared is not None) == a.overlaps(b) == b.overlaps(a)
    assert (a.contains(day) and b.contains(day)) == (shared is not None and shared.contains(day))


@given(periods(), st.integers(1, 399))
def test_a_cut_period_adjoins_itself_and_loses_no_day(period: Period, at: int) -> None:
    cut = period.start + timedelta(at)
    assume(period.end is None or cut < period.end)
    left, right = Period(period.start, cut), Period(cut, period.end)
    assert left.adjoins(right)
    assert right.adjoins(left)
    assert not left.overlaps(right)
    if period.end is not None:
        assert left.days() + right.days() == period.days()


def test_periods_with_a_day_between_do_not_adjoin() -> None:
    march = Period(date(2025, 3, 1), date(2025, 4, 1))
    assert not march.adjoins(Period(date(2025, 4, 2), None))
    assert not Period(date(2025, 4, 2), None).adjoins(Period(date(2025, 6, 2), None))


def test_last_is_the_day_shown_as_til_og_med() -> None:
    assert Period(date(2025, 1, 1), date(2027, 1, 1)).last == date(2026, 12, 31)


@pytest.mark.parametrize("end", [date(2025, 1, 1), date(2024, 12, 31)])
def test_a_period_without_a_day_is_refused(end: date) -> None:
    with pytest.raises(EmptyPeriod) as refused:
        Period(date(2025, 1, 1), end)
    assert isinstance(refused.value, ValueError)
    assert (refused.value.start, refused.value.end) == (date(2025, 1, 1), end)


def test_an_open_period_has_neither_length_nor_last_day() -> None:
    period = Period(date(2025, 1, 1), None)
    with pytest.raises(OpenPeriod):
        period.days()
    with pytest.raises(OpenPeriod):
        _ = period.last


@given(partial_dates())
def test_every_code_reads_back(day: PartialDate) -> None:
    assert PartialDate.from_code(day.code) == day
    assert PartialDate.from_sort_code(day.sort_code) == day
    assert parse_partial_date_da(day.text_da()) == day
    assert parse_partial_date_da(day.code) == day


@given(st.lists(partial_dates()))
def test_sort_codes_sort_by_the_last_day(days: list[PartialDate]) -> None:
    by_code = sorted(days, key=lambda day: day.sort_code)
    lasts = [day.last for day in by_code]
    assert lasts == sorted(lasts)


@given(partial_dates(), DAYS)
def test_a_date_has_passed_when_none_of_its_days_is_left(day: PartialDate, on: date) -> None:
    assert day.passed(on) == (day.period.end is not None and day.period.end <= on)
    assert not day.passed(day.last)
    assert day.passed(day.last + timedelta(1))
    assert day.period.contains(day.first)
    assert day.period.last == day.last


@pytest.mark.parametrize(
    ("first", "precision", "code", "sort_code", "text"),
    [
        (date(2024, 9, 20), "day", "2024-09-20", "2024-09-20:day", "20. september 2024"),
        (date(2025, 1, 1), "month", "2025-01", "2025-01-31:month", "januar 2025"),
        (date(2025, 1, 1), "quarter", "2025-Q1", "2025-03-31:quarter", "1. kvartal 2025"),
        (date(2025, 10, 1), "quarter", "2025-Q4", "2025-12-31:quarter", "4. kvartal 2025"),
        (date(2027, 1, 1), "year", "2027", "2027-12-31:year", "2027"),
        (date(2024, 2, 1), "month", "2024-02", "2024-02-29:month", "februar 2024"),
    ],
)
def test_the_forms_of_a_partial_date(
    first: date, precision: str, code: str, sort_code: str, text: str
) -> None:
    day = PartialDate(first, Precision(precision))
    assert (day.code, day.sort_code, day.text_da()) == (code, sort_code, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20. september 2024", "2024-09-20"),
        ("  20.\u00a0September  2024 ", "2024-09-20"),
        ("d. 20. sept. 2024", "2024-09-20"),
        ("den 20 september 24", "2024-09-20"),
        ("20/9/24", "2024-09-20"),
        ("20/9-24", "2024-09-20"),
        ("20/9 2024", "2024-09-20"),
        ("20-09-2024", "2024-09-20"),
        ("20.09.2024", "2024-09-20"),
        ("20. 9. 24", "2024-09-20"),
        ("2024-09-20", "2024-09-20"),
        ("29. februar 2024", "2024-02-29"),
        ("jan. 2025", "2025-01"),
        ("Januar 2025", "2025-01"),
        ("maj 2025", "2025-05"),
        ("1. kvartal 2025", "2025-Q1"),
        ("1.kvt. 2025", "2025-Q1"),
        ("Q1 2025", "2025-Q1"),
        ("2027", "2027"),
    ],
)
def test_dates_as_danes_write_them_are_read(text: str, code: str) -> None:
    assert parse_partial_date_da(text).code == code


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31. februar 2025", "«31. februar 2025» findes ikke: februar 2025 har 28 dage"),
        ("29/2/25", "«29/2/25» findes ikke: februar 2025 har 28 dage"),
        ("0. maj 2024", "«0. maj 2024» findes ikke: maj 2024 har 31 dage"),
        ("1/13/2024", "«1/13/2024» findes ikke: der er ingen måned nummer 13"),
        ("2024-00", "«2024-00» findes ikke: der er ingen måned nummer 0"),
        ("5. kvartal 2025", "«5. kvartal 2025» findes ikke: et år har 4 kvartaler"),
        ("1/1/99", "«1/1/99» er ikke entydig: skriv årstallet med fire cifre"),
        ("ultimo 2024", "«ultimo 2024» kan ikke læses som en dato: «ultimo» er ikke en måned"),
        ("3024", "«3024» kan ikke bruges: årstallet skal ligge i 1900-2199"),
    ],
)
def test_an_impossible_date_is_refused_with_a_danish_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_partial_date_da(text)
    assert refused.value.reason_da == reason == str(refused.value)
    assert refused.value.text == text


@pytest.mark.parametrize("text", ["", "snart", "2024/09/20", "٢٠٢٧", "20.9", "x" * 9_999])
def test_what_is_no_date_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UnreadableDate, match=r"skriv fx 20[.] september 2024") as refused:
        parse_partial_date_da(text)
    assert len(refused.value.reason_da) < 200


@pytest.mark.parametrize("code", ["2024-9-20", "20. maj 2024", "2025-Q5", "", "2024-02-30"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(UnreadableDate):
        PartialDate.from_code(code)


@pytest.mark.parametrize(
    "code", ["2025-03-30:quarter", "2025-03-31:week", "2025-03-31", "x:day", "20250331:day"]
)
def test_what_is_no_sort_code_is_refused(code: str) -> None:
    with pytest.raises(UnreadableDate):
        PartialDate.from_sort_code(code)


@pytest.mark.parametrize(
    ("first", "precision"),
    [
        (date(2025, 1, 2), Precision.MONTH),
        (date(2025, 2, 1), Precision.QUARTER),
        (date(2025, 4, 1), Precision.YEAR),
        (date(1899, 1, 1), Precision.DAY),
        (date(2200, 1, 1), Precision.YEAR),
    ],
)
def test_a_partial_date_begins_its_unit_in_a_known_year(first: date, precision: Precision) -> None:
    with pytest.raises(UnreadableDate):
        PartialDate(first, precision)


def test_a_day_is_written_out_in_danish() -> None:
    assert date_text_da(date(2025, 4, 8)) == "8. april 2025"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ultimo 2022", "2022-12"),
        ("Medio 2026", "2026-06"),
        ("primo 2026", "2026-01"),
        ("primo december 2025", "2025-12-10"),
        ("medio  december 2025", "2025-12-20"),
        ("ultimo februar 2024", "2024-02-29"),
        ("ultimo dec. 2025", "2025-12-31"),
        ("primo 2. kvartal 2026", "2026-04"),
        ("ultimo Q4 2026", "2026-12"),
        ("senest 1. maj 2026", "2026-05-01"),
        ("inden udgangen af 2026", "2026"),
        ("i løbet af 2027", "2027"),
        ("senest ultimo marts 2026", "2026-03-31"),
        ("1. kvartal 2026", "2026-Q1"),
    ],
)
def test_a_time_limit_as_minutes_write_it_is_read(text: str, code: str) -> None:
    assert parse_due_da(text).code == code


@given(partial_dates())
def test_a_date_is_a_time_limit_as_it_is(day: PartialDate) -> None:
    assert parse_due_da(day.text_da()) == day


@given(partial_dates())
def test_the_thirds_of_a_unit_come_in_order_and_stay_inside_it(unit: PartialDate) -> None:
    assume(unit.precision is not Precision.DAY)
    thirds = [parse_due_da(f"{word} {unit.text_da()}") for word in ("primo", "medio", "ultimo")]
    lasts = [third.last for third in thirds]
    assert lasts == sorted(set(lasts))
    assert all(unit.period.contains(third.first) for third in thirds)
    assert lasts[-1] == unit.last


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "ultimo 20. december 2025",
            "«ultimo 20. december 2025» kan ikke læses: «ultimo» hører til en måned eller et år",
        ),
        ("ultimo marts", "«marts» kan ikke læses som en dato: skriv fx 20. september 2024"),
        ("ultimo", "«ultimo» kan ikke læses som en dato: skriv fx 20. september 2024"),
        ("snarest muligt", "skriv fx 20. september 2024"),
        ("ultimo " + "x" * 9_999, "skriv fx 20. september 2024"),
    ],
)
def test_a_time_limit_that_cannot_be_read_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_due_da(text)
    assert reason in refused.value.reason_da
