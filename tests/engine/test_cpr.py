"""The CPR guard: every written form is found, look-alikes are left alone, work is bounded."""

import re
import string
from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rammevaerk.engine import cpr
from rammevaerk.engine.cpr import CprMatch, find_cpr

# How the six digits of the date and the four of the serial number may be put together.
FORMS = (
    "{date}{serial}",
    "{date}-{serial}",
    "{date} {serial}",
    "{date}  {serial}",
    "{date} - {serial}",
    "{date}\u00a0{serial}",
    "{date}\u2009-\u2009{serial}",
    "{date}\u2013{serial}",
    "{date}\u2011{serial}",
    "{date}\u2212{serial}",
    "{date}-\n{serial}",
    "{date}-\r\n      {serial}",
    "{date}\n{serial}",
    "{date}\u00ad{serial}",
    "{date}-\u200b{serial}",
    "{date}/{serial}",
    "{date}.{serial}",
    "{dd} {mm} {yy} {serial}",
    "{dd}\u00a0{mm}\u00a0{yy}\u00a0{serial}",
    "{dd} {mm} {yy}-{serial}",
    "{dd}-{mm}-{yy}-{serial}",
    "{dd}.{mm}.{yy}-{serial}",
    "{dd}/{mm}/{yy} - {serial}",
    "{dd}\u00ad{mm}\u00ad{yy}\u00ad{serial}",
    "{date}:{serial}",
    "{date}: {serial}",
    "{date}){serial}",
    "{date}) {serial}",
    "{date})-{serial}",
    "{dd}.{mm}.{yy}){serial}",
    "{dd}{mm}{yyyy}-{serial}",
    "{dd}{mm}{yyyy} - {serial}",
    "{dd}.{mm}.{yyyy}-{serial}",
    "{dd}. {mm}. {yyyy}-{serial}",
    "{dd}-{mm}-{yyyy}-{serial}",
    "{dd}\u2011{mm}\u2011{yyyy}\u2011{serial}",
    "{dd}/{mm}/{yyyy}\u2013{serial}",
    "{dd}/{mm} {yyyy}-{serial}",
    "{dd} {mm} {yyyy}-\n{serial}",
    "{dd}.{mm}.{yyyy}:{serial}",
    "{dd}{mm}{yyyy}){serial}",
    "{dd}-{mm}-{yyyy})-{serial}",
)
# Also the way a date and an amount stand, so that more is asked of them.
LOOSE_FORMS = (
    "{dd}{mm}{yyyy} {serial}",
    "{dd}.{mm}.{yyyy} {serial}",
    "{dd}-{mm}-{yyyy}\u00a0{serial}",
    "{dd}/{mm} {yyyy}\n{serial}",
    "{dd} {mm} {yyyy} {serial}",
    "{dd}.{mm}.{yyyy}: {serial}",
    "{dd}.{mm}.{yyyy}) {serial}",
)
SURROUNDINGS = (
    ("", ""),
    ("(", ")"),
    ("cpr:", "."),
    ("CPR-nr.: ", ", født i Viborg"),
    ("Borger ", " flytter"),
    ("I alt 5 ", " og 7 andre"),
    ("første linje\nanden linje\n  ", "\nfjerde linje"),
    ("1;", ";2"),
    ("a,", ",b"),
    ("fil_", ".pdf"),
    ("«", "»"),
)
SCRIPTS = (string.digits, "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")


def century_start(year: int, seventh: int) -> int:
    """The table of the CPR office, written out as ranges."""
    table = {
        **dict.fromkeys((0, 1, 2, 3), ((0, 99, 1900),)),
        **dict.fromkeys((4, 9), ((0, 36, 2000), (37, 99, 1900))),
        **dict.fromkeys((5, 6, 7, 8), ((0, 57, 2000), (58, 99, 1800))),
    }
    return next(century for low, high, century in table[seventh] if low <= year <= high)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    serial = draw(st.integers(0, 9999).map("{:04d}".format))
    year = draw(st.integers(0, 99))
    full_year = century_start(year, int(serial[0])) + year
    day = date(full_year, 1, 1) + timedelta(
        draw(st.integers(0, (date(full_year, 12, 31) - date(full_year, 1, 1)).days))
    )
    replacement = draw(st.sampled_from((0, 0, 0, 60)))
    return f"{day.day + replacement:02d}{day.month:02d}{year:02d}{serial}"


def in_form(number: str, form: str) -> str:
    return form.format(
        date=number[:6],
        dd=number[:2],
        mm=number[2:4],
        yy=number[4:6],
        yyyy=full_year(number),
        serial=number[6:],
    )


def full_year(number: str) -> int:
    year = int(number[4:6])
    return century_start(year, int(number[6])) + year


def control_digit_fits(number: str) -> bool:
    pairs = zip(map(int, number), (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True)
    return sum(digit * weight for digit, weight in pairs) % 11 == 0


@given(numbers(), st.sampled_from(FORMS), st.sampled_from(SURROUNDINGS), st.sampled_from(SCRIPTS))
def test_every_number_is_found_in_every_form_at_its_place(
    number: str, form: str, around: tuple[str, str], script: str
) -> None:
    written = in_form(number, form).translate(str.maketrans(string.digits, script))
    before, after = around
    (found,) = find_cpr(before + written + after)
    last_line = before.rpartition("\n")[2]
    assert found == CprMatch(
        start=len(before),
        end=len(before) + len(written),
        line=before.count("\n") + 1,
        column=len(last_line) + 1,
        masked=f"{number[:6]}-••••",
    )


@given(numbers(), st.sampled_from(LOOSE_FORMS))
def test_a_full_date_a_space_and_four_digits_need_a_further_sign(number: str, form: str) -> None:
    further = (
        control_digit_fits(number)
        or (number.startswith("0101") and full_year(number) < 2000)
        or int(number[:2]) > 60
    )
    found = find_cpr(f"Fra {in_form(number, form)} og frem")
    assert [match.masked for match in found] == [f"{number[:6]}-••••"] * further
    assert len(find_cpr(f"cpr-nr. {in_form(number, form)}")) == 1


@given(numbers(), st.sampled_from(FORMS + LOOSE_FORMS), st.sampled_from((-200, -100, 100, 200)))
def test_a_full_year_of_another_century_than_the_serial_says_is_no_number(
    number: str, form: str, off: int
) -> None:
    assume("{yyyy}" in form)
    other = form.replace("{yyyy}", str(full_year(number) + off))
    assert find_cpr(in_form(number, other)) == []


@given(numbers())
def test_the_masked_form_never_shows_the_last_four(number: str) -> None:
    (found,) = find_cpr(f"{number[:6]}-{number[6:]}")
    assert found.masked == number[:6] + "-••••"
    assert len([sign for sign in found.masked if sign.isdecimal()]) == 6


@given(st.lists(numbers(), max_size=6), st.sampled_from(FORMS[:2]))
def test_all_numbers_of_a_text_are_found_in_order(many: list[str], form: str) -> None:
    text = "\n".join(
        f"Borger: {in_form(number, form)}, plads {at}" for at, number in enumerate(many)
    )
    found = find_cpr(text)
    assert [match.masked[:6] for match in found] == [number[:6] for number in many]
    assert [match.line for match in found] == list(range(1, len(many) + 1))


@given(st.integers(0, 999_999), st.integers(0, 9999))
def test_ten_digits_count_exactly_when_the_date_exists(first: int, serial: int) -> None:
    digits = f"{first:06d}{serial:04d}"
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= 60 if day > 60 else 0
    full_year = century_start(year, int(digits[6])) + year
    exists = 1 <= month <= 12 and 1 <= day <= monthrange(full_year, month)[1]
    assert bool(find_cpr(f"{digits[:6]}-{digits[6:]}")) == exists


@pytest.mark.parametrize(
    ("number", "exists"),
    [
        ("290200-4123", True),  # 2000 was a leap year
        ("290200-0123", False),  # 1900 was not
        ("290204-4123", True),
        ("290204-0123", True),
        ("290201-0123", False),
        ("310490-1234", False),
        ("010165-1234", True),  # without control digit
        ("670290-1234", True),  # replacement number
        ("920290-1234", False),
        ("320190-1234", False),
        ("011390-1234", False),
        ("000190-1234", False),
    ],
)
def test_the_date_decides(number: str, exists: bool) -> None:
    assert bool(find_cpr(number)) == exists


@pytest.mark.parametrize(
    "text",
    [
        "CPR 0101 90 1234",
        "cpr-nummer: 01.01.90.1234",
        "cpr-nr. 0 1 0 1 9 0 1 2 3 4",
        "Personnummer (oplyst): 0101-901234",
        "cpr0101901234",
        "cpr: 31.12.24 1234",
    ],
)
def test_after_its_name_a_number_counts_however_it_is_grouped(text: str) -> None:
    assert len(find_cpr(text)) == 1


TWO = st.integers(0, 99).map("{:02d}".format)
YEARS = st.integers(1950, 2049)
DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))
RECENT = st.dates(date(2000, 1, 1), date(2057, 12, 31))
LOOKALIKES = st.one_of(
    DAYS.map("{:%d.%m.%Y}".format),
    DAYS.map("{:%d-%m-%y}".format),
    DAYS.map("{:%d%m%y}".format),
    DAYS.map("{:%d/%m %Y}".format),
    DAYS.map(date.isoformat),
    st.datetimes().map("{:%Y-%m-%dT%H:%M:%S.%f}".format),
    st.tuples(DAYS, DAYS).map(lambda two: "{:%d.%m.%Y}-{:%d.%m.%Y}".format(*two)),
    st.tuples(DAYS, DAYS).map(lambda two: "{:%d%m%y}-{:%d%m%y}".format(*two)),
    st.tuples(DAYS, DAYS).map(lambda two: "{:%d%m%Y}-{:%d%m%Y}".format(*two)),
    st.tuples(DAYS, DAYS).map(lambda two: "{:%d-%m-%Y} - {:%d-%m-%Y}".format(*two)),
    st.tuples(RECENT, st.times()).map(lambda two: "{:%d.%m.%Y} {:%H%M}".format(*two)),
    st.tuples(RECENT, st.times()).map(lambda two: "{:%d.%m.%Y}-{:%H%M}".format(*two)),
    st.tuples(DAYS, st.times()).map(lambda two: "{:%d.%m.%Y} {:%H:%M}".format(*two)),
    st.integers(10_000_000, 99_999_999).map("tlf. {}".format),
    st.integers(10_000_000, 99_999_999).map("+45{}".format),
    st.integers(10_000_000, 99_999_999).map("+45 {}".format),
    st.integers(10_000_000, 99_999_999).map("CVR {}".format),
    st.lists(TWO, min_size=4, max_size=4).map(" ".join),
    st.lists(TWO, min_size=4, max_size=4).map(lambda pairs: "+45 " + " ".join(pairs)),
    st.integers(0, 10**8 - 1).map("57900{:08d}".format),
    st.tuples(YEARS, st.integers(0, 999_999)).map(lambda case: "{}-{:06d}".format(*case)),
    st.lists(TWO, min_size=3, max_size=3).map(lambda pairs: "1-" + "-".join(pairs)),
    st.lists(TWO, min_size=3, max_size=3).map(lambda pairs: ".".join(pairs) + "-A00-1-20"),
    st.lists(TWO, min_size=3, max_size=3).map(lambda pairs: ".".join(pairs) + "P35"),
    st.integers(0, 10**12).map("{:,}".format).map(lambda amount: amount.replace(",", ".")),
    st.uuids().map(str),
    st.binary(min_size=16, max_size=32).map(bytes.hex).filter(lambda text: not text.isdecimal()),
)


@given(
    st.lists(LOOKALIKES, min_size=1, max_size=8), st.sampled_from((", ", "; ", "\n\n• ", " og "))
)
def test_dates_phones_cvr_ean_and_case_numbers_raise_no_alarm(
    pieces: list[str], joint: str
) -> None:
    assert find_cpr(joint.join(pieces)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sagnr.: 1-22-11-08",
        "Sagsnr. 1-22-11-08-1234",
        "KLE 00.01.00P35",
        "Sagnr.: 27.36.00-A00-1-20",
        "2024-012345",
        "2024-011290 2025-011291",
        "2024-011290\n2024-011291",
        "120524 2024-011291",
        "20 12 10 18 2024",
        "EAN 5798000123456",
        "EAN 5 790001 330552",
        "31.12.24 1045 pladser",
        "12-05-24 8800 Viborg",
        "20240512101112",
        "1.234.567.890",
        "0.0101901234",
        "sha e3b0c4429010190123498fc1c149afbf",
        "ab010190-1234-4aaa-8bbb-0123456789ab",
        "P-nr. 1003388394",
        "reg. 1234 konto 1002801235",
        "Kontonummer 1234 1002801235",
        "4512101218",
        "010190-12345",
        "120524:14000",
        "010190::1234",
        "2024-011290: 2025-011291",
        "01.01.2025 1234",
        "12.05.2024 1400",
        "12.05.2024-1400",
        "01.01.2024-2027",
        "01.01.2025 4500 kr.",  # a rate from 1 January
        "12.05.2024: 4500 kr.",
        "31.12.1989 1045 pladser",
        "31.04.1990-1234",
        "29-02-1900-1234",
        "01.13.1990-1234",
        "01.01-1990-1234",  # no way to write a date
        "01.01.1990-12345",
        "101.01.1990-1234",
        "010119901234",  # like a time stamp
        "01011990-1234-4aaa-8bbb-0123456789ab",
        "01011990-1234-4123-8123-012345678901",
        "1010190-1234",
        "010190-\n\n\n\n\n" + " " * 40 + "1234",
    ],
)
def test_these_look_like_it_and_are_not(text: str) -> None:
    assert find_cpr(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "P-nr. 1003388391",  # the control digit fits
        "konto 0101801235",  # 1 January: may lack the control digit
        "P-nr. 100338-8394",  # written as no P-number is
        "p-nr. cpr 1003388394",
        "kontoret 1002801235",
        "2024-010190-1234.pdf",
        "edc010190-1234",
        "4;0101901234",
        "(010190)1234",
        "010190:1234",
        "01011990-1234",
        "01.01.1990-1234",
        "01-01-1990-1234",
        "01.01.1990 1234",
        "01.07.1998-2010",  # the same as a number written so
        "12.05.2024-4500",
        "61.01.1990 1234",  # a replacement number: no date is written so
        "2024-01011990-1234.pdf",
    ],
)
def test_in_doubt_the_number_is_reported(text: str) -> None:
    assert len(find_cpr(text)) == 1


def test_an_empty_text_holds_nothing() -> None:
    assert find_cpr("") == []


def test_the_list_ends_at_a_thousand() -> None:
    assert len(find_cpr("010190-1234, " * 1_500)) == 1_000


def test_no_pattern_repeats_without_bound() -> None:
    # With every repetition bounded, each place of a text costs at most a constant. The two
    # patterns that are anchored at "$" only ever see a slice of bounded length.
    patterns = [value for value in vars(cpr).values() if isinstance(value, re.Pattern)]
    assert len(patterns) >= 6
    for pattern in patterns:
        bare = re.sub(r"\\.|\[(?:\\.|[^]\\])*\]", "", pattern.pattern)
        assert not re.search(r"[*+]|\{\d*,\}", bare), pattern.pattern


SHORT_PIECES = ("1", "10 ", "1\u200b", "010190 ", "010190)  ", "cpr 1   2 ", "01-", ":1")
LONG_PIECES = ("010190-1239x ", "konto 1002801235 ", "01.01.1990-1234 ", "31.12.1989 1045 ")


@pytest.mark.parametrize(
    "piece",
    [*SHORT_PIECES, *LONG_PIECES],
)
def test_twice_the_text_is_at_most_twice_the_work(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []
    date_exists = cpr._date_exists

    def counted(digits: str) -> bool:
        looked_at.append(len(digits))
        return date_exists(digits)

    monkeypatch.setattr(cpr, "_date_exists", counted)
    find_cpr(piece * 500)
    once = len(looked_at)
    looked_at.clear()
    find_cpr(piece * 1_000)
    assert len(looked_at) <= 2 * once + 2
    assert set(looked_at) <= {10}
