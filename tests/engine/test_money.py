"""Money: exact division, exact splits, Danish text."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rammevaerk.engine.errors import AmountOverflow, MoneyError, UnreadableAmount
from rammevaerk.engine.money import (
    divide_down,
    divide_half_up,
    format_kroner,
    multiply,
    parse_kroner,
    round_to_krone,
    split_by_weight,
    split_equally,
)

INT64 = np.iinfo(np.int64)
SMALL = st.integers(-(10**15), 10**15)
WIDE = st.integers(int(INT64.min) + 1, int(INT64.max))
DIVISORS = st.integers(1, int(INT64.max))
EXACT = Context(prec=80)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


def slow_half_up(numerator: int, denominator: int) -> int:
    scaled = EXACT.create_decimal(2 * abs(numerator) + denominator)
    size = int(EXACT.divide_int(scaled, EXACT.create_decimal(2 * denominator)))
    return size if numerator >= 0 else -size


@given(SMALL, st.integers(1, 10**6))
def test_rounding_agrees_with_decimal(numerator: int, denominator: int) -> None:
    quotient = EXACT.divide(EXACT.create_decimal(numerator), EXACT.create_decimal(denominator))
    # 80 digits: a quotient of these sizes that is not a half does not come to look like one.
    assert divide_half_up(numerator, denominator) == int(quotient.to_integral_value(ROUND_HALF_UP))
    assert divide_down(numerator, denominator) == int(quotient.to_integral_value(ROUND_FLOOR))


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (25, 10, 3), (-25, 10, -3)],
)
def test_a_half_goes_away_from_zero(numerator: int, denominator: int, expected: int) -> None:
    assert divide_half_up(numerator, denominator) == expected


@given(st.lists(st.tuples(WIDE, DIVISORS), max_size=20))
def test_arrays_agree_with_whole_numbers_to_the_edge_of_int64(pairs: list[tuple[int, int]]) -> None:
    numerators = np.array([pair[0] for pair in pairs], dtype=np.int64)
    divisors = np.array([pair[1] for pair in pairs], dtype=np.int64)
    rounded = divide_half_up(numerators, divisors)
    assert rounded.dtype == np.int64
    assert rounded.tolist() == [slow_half_up(*pair) for pair in pairs]
    assert divide_down(numerators, divisors).tolist() == [n // d for n, d in pairs]


def test_an_array_can_be_divided_by_one_number() -> None:
    minutes = np.array([3_660, 2_880, 1_439], dtype=np.int64)
    assert divide_down(minutes, 1_440).tolist() == [2, 2, 0]
    assert divide_half_up(minutes, 1_440).tolist() == [3, 2, 1]


def test_the_one_number_without_an_opposite_is_refused() -> None:
    with pytest.raises(AmountOverflow):
        divide_half_up(np.array([INT64.min]), 2)


@pytest.mark.parametrize("divide", [divide_half_up, divide_down])
def test_a_divisor_is_positive(divide: object) -> None:
    for divisor in (0, -1):
        with pytest.raises(MoneyError):
            divide(1, divisor)  # type: ignore[operator]
        with pytest.raises(MoneyError):
            divide(np.array([1, 2]), np.array([3, divisor]))  # type: ignore[operator]


@pytest.mark.parametrize("dtype", [np.float64, np.int32])
def test_an_array_of_another_type_is_refused(dtype: type) -> None:
    with pytest.raises(MoneyError, match="money is int64"):
        divide_half_up(np.array([1, 2], dtype=dtype), 2)


def test_a_divisor_beyond_64_bits_is_refused() -> None:
    with pytest.raises(AmountOverflow):
        divide_half_up(np.array([1]), 2**63)


@given(st.lists(WIDE, min_size=1, max_size=5), WIDE)
def test_a_product_is_exact_or_refused(amounts: list[int], factor: int) -> None:
    exact = [amount * factor for amount in amounts]
    fits = max(abs(amount) for amount in amounts) * abs(factor) <= INT64.max
    if fits:
        assert multiply(np.array(amounts, dtype=np.int64), factor).tolist() == exact
    else:
        with pytest.raises(AmountOverflow):
            multiply(np.array(amounts, dtype=np.int64), factor)


def test_nothing_multiplied_is_nothing() -> None:
    assert multiply(np.array([], dtype=np.int64), 7).tolist() == []


@pytest.mark.parametrize(
    ("ore", "expected"), [(149, 100), (150, 200), (-150, -200), (-149, -100), (0, 0)]
)
def test_kroner_are_rounded_a_half_away_from_zero(ore: int, expected: int) -> None:
    assert round_to_krone(ore) == expected


@given(SMALL, WEIGHTS)
def test_the_parts_add_up_and_lie_next_to_the_exact_share(total: int, weights: list[int]) -> None:
    parts = split_by_weight(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert weight or part == 0


@given(SMALL, WEIGHTS)
def test_a_split_agrees_with_a_slow_one_in_fractions(total: int, weights: list[int]) -> None:
    shares = [Fraction(abs(total) * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in shares]
    while sum(parts) < abs(total):
        lost = [share - part for share, part in zip(shares, parts, strict=True)]
        parts[lost.index(max(lost))] += 1
    sign = -1 if total < 0 else 1
    assert split_by_weight(total, weights) == [sign * part for part in parts]


@given(SMALL, WEIGHTS)
def test_the_heavier_never_gets_less_and_ties_favour_the_first(
    total: int, weights: list[int]
) -> None:
    sized = list(zip(weights, map(abs, split_by_weight(total, weights)), strict=True))
    for at, (weight, part) in enumerate(sized):
        for later_weight, later_part in sized[at + 1 :]:
            if weight >= later_weight:
                assert part >= later_part
            else:
                assert part <= later_part


@given(SMALL, WEIGHTS, st.randoms())
def test_the_sizes_of_the_parts_do_not_depend_on_the_order(
    total: int, weights: list[int], random: object
) -> None:
    shuffled = list(weights)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(split_by_weight(total, shuffled)) == sorted(split_by_weight(total, weights))


@given(SMALL, WEIGHTS)
def test_the_split_of_a_credit_mirrors_the_split_of_the_charge(
    total: int, weights: list[int]
) -> None:
    assert split_by_weight(-total, weights) == [-part for part in split_by_weight(total, weights)]


def test_unused_places_are_shared_to_the_ore() -> None:
    # 4 places at 4,055 kr. over two municipalities and the rest, by population in thousands.
    assert split_by_weight(16_220_00, [36, 64, 900]) == [583_92, 1_038_08, 14_598_00]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_cannot_bear_a_total_are_refused(weights: list[int]) -> None:
    with pytest.raises(MoneyError):
        split_by_weight(100, weights)


@given(SMALL, st.integers(1, 60))
def test_equal_parts_differ_by_one_ore_at_most(total: int, count: int) -> None:
    parts = split_equally(total, count)
    assert len(parts) == count
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1
    assert [abs(part) for part in parts] == sorted((abs(part) for part in parts), reverse=True)


def test_nothing_can_be_split_into_no_parts() -> None:
    with pytest.raises(MoneyError):
        split_equally(100, 0)


@given(WIDE)
def test_kroner_written_are_read_back(ore: int) -> None:
    text = format_kroner(ore)
    assert parse_kroner(text) == ore
    assert parse_kroner(text.replace(".", "").replace(" kr", "")) == ore


@pytest.mark.parametrize(
    ("ore", "text"),
    [
        (123450, "1.234,50 kr."),
        (0, "0,00 kr."),
        (-5, "-0,05 kr."),
        (99_900, "999,00 kr."),
        (2_760_000_000, "27.600.000,00 kr."),
    ],
)
def test_kroner_are_written_as_danes_do(ore: int, text: str) -> None:
    assert format_kroner(ore) == text


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("308", 308_00),
        ("308 kr.", 308_00),
        ("kr. 308", 308_00),
        ("KR 308,50", 308_50),
        ("100,-", 100_00),
        ("1.234", 1_234_00),
        ("1234,50 kr", 1_234_50),
        ("−12,05\u00a0kr.", -12_05),
        ("kr. -5", -5_00),
        ("007", 7_00),
    ],
)
def test_kroner_in_other_forms_are_read(text: str, ore: int) -> None:
    assert parse_kroner(text) == ore


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kr.",
        "1,5",
        "1,234",
        "1.23",
        "1234.50",
        "12.34,50",
        "1.234.56,00",
        "--5",
        "1 234",
        "5 kr. kr.",
        "5 kr. 7",
        "1e5",
        "٣",
        "12,3٤",
        "=1+1",
        "92.233.720.368.547.758,08",
        "9" * 500,
    ],
)
def test_what_is_no_amount_is_refused_in_danish(text: str) -> None:
    with pytest.raises(UnreadableAmount) as refused:
        parse_kroner(text)
    assert refused.value.text == text
    assert refused.value.reason_da in str(refused.value)


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        ore = parse_kroner(text)
    except UnreadableAmount:
        return
    assume(ore)
    assert parse_kroner(format_kroner(ore)) == ore
