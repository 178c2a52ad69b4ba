from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.documents.texts import find_dates, sentences
from rammevaerk.engine.periods import PartialDate, Precision


def codes(text: str, written_on: date | None = None) -> list[str]:
    return [found.when.code for found in find_dates(text, written_on=written_on)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Behandlet 20/9/24 og 1/5 2024", ["2024-09-20", "2024-05-01"]),
        ("Den 19.12.22. Derefter 2024-05-06", ["2022-12-19", "2024-05-06"]),
        (
            "Den 20. september 2024, 1.maj 2024 og 3-4-2025",
            ["2024-09-20", "2024-05-01", "2025-04-03"],
        ),
        ("Kurset 20.-21. september 2024", ["2024-09-21"]),
        ("Klar jan. 2025 eller i maj måned 2025", ["2025-01", "2025-05"]),
        ("1. kvartal 2025, Q2 2025, tredje kvartal 2025", ["2025-Q1", "2025-Q2", "2025-Q3"]),
        ("første halvår 2025 og 2. halvår 2025", ["2025-Q2", "2025-Q4"]),
        ("ultimo 2022, primo 2026, ultimo marts 2021", ["2022-Q4", "2026-Q1", "2021-03"]),
        ("foråret 2026, sommeren 2026 og efteråret 2026", ["2026-Q2", "2026-Q3", "2026-Q4"]),
        ("vinteren 2025/26 og årsskiftet 2026/27", ["2026-Q1", "2027-Q1"]),
        ("Fuldt indfaset i 2027, senest 2028", ["2027", "2028"]),
    ],
)
def test_dates_are_read_as_danes_write_them(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Rammeaftale 2025-26 afløser Rammeaftale 2023-2024",
        "efter §§ 103/104 og § 108, stk. 2",
        "ring på 20-09-24-11 eller 8728 5000",
        "se punkt 1.2.24 og bilag 3",
        "31. februar 2024 og 31/2/24 findes ikke",
        "der er 2024 pladser og 1. prioritet er klar",
        "kommunen har 98 sager, 3/4 af dem fra 2. halvdel",
        "maj-mødet og Maj Hansen",
        "sagsnummer 2024-12345-6",
    ],
)
def test_what_only_looks_like_a_date_is_left_alone(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i november og hos udvalget i december 2024", ["2024-11", "2024-12"]),
        ("november/december 2024", ["2024-11", "2024-12"]),
        ("fra november til januar 2025", ["2024-11", "2025-01"]),
        ("i november 2024 og i januar", ["2024-11", "2025-01"]),
        (
            "den 11. februar, 4. maj og 1. september 2021",
            ["2021-02-11", "2021-05-04", "2021-09-01"],
        ),
        ("drøftes i maj på baggrund af målingen fra januar 2023", ["2023-01"]),
        ("Mødes i maj. Aftalen gælder januar 2023", ["2023-01"]),
    ],
)
def test_a_date_without_year_takes_it_only_from_one_it_is_joined_to(
    text: str, expected: list[str]
) -> None:
    assert codes(text) == expected


def test_a_lone_date_without_year_is_the_next_one_after_the_text_was_written() -> None:
    text = "Gruppen mødes den 4. april og senere i november."
    assert codes(text) == []
    assert codes(text, date(2025, 4, 4)) == ["2025-04-04", "2025-11"]
    assert codes(text, date(2025, 4, 5)) == ["2026-04-04", "2025-11"]
    assert all(found.assumed_year for found in find_dates(text, written_on=date(2025, 4, 5)))
    assert not find_dates("i november 2024", written_on=date(2025, 4, 5))[0].assumed_year


def test_the_place_of_a_date_is_where_it_stands() -> None:
    text = "Svar ventes i november 2024, ikke før."
    found = find_dates(text)[0]
    assert text[found.start : found.end] == found.raw == "november 2024"


def test_sentences_end_neither_at_abbreviations_nor_at_ordinals() -> None:
    text = "Jf. Aftalen fra 4. Kvartal er ca. 10 klar. Næste møde, jf. bilag 2. Slut!"
    assert [text[a:b].strip() for a, b in sentences(text)] == [
        "Jf. Aftalen fra 4. Kvartal er ca. 10 klar.",
        "Næste møde, jf. bilag 2.",
        "Slut!",
    ]


def test_list_items_and_blank_lines_divide_sentences() -> None:
    text = "Emner\n- fælles data\n- fælles ledelse\n\nMøde afholdt"
    assert [text[a:b].strip("\n -") for a, b in sentences(text)] == [
        "Emner",
        "fælles data",
        "fælles ledelse",
        "Møde afholdt",
    ]


@given(st.text(alphabet="a1.! ?\n-A/", max_size=80))
def test_sentences_cover_every_character_but_space_once(text: str) -> None:
    covered = "".join(text[a:b] for a, b in sentences(text))
    assert "".join(covered.split()) == "".join(text.split())
    spans = sentences(text)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(
    st.dates(date(2001, 1, 1), date(2068, 12, 31)),
    st.sampled_from(list(Precision)),
)
def test_every_date_written_out_is_found_again(day: date, precision: Precision) -> None:
    month = {"day": day.month, "month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1}
    first = date(day.year, month.get(precision, 1), day.day if precision is Precision.DAY else 1)
    when = PartialDate(first, precision)
    assert [found.when for found in find_dates(f"Det sker i {when.text_da()}.")] == [when]


@given(st.text(alphabet="0123456789/.- majenov", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for found in find_dates(text, written_on=date(2025, 4, 8)):
        assert text[found.start : found.end] == found.raw


@pytest.mark.parametrize("piece", [".", "1/", "maj og ", "1/1/24 ", "\n", "i 20", "x-"])
def test_long_dull_text_is_read_in_good_time(piece: str) -> None:
    assert len(find_dates(piece * 3_000)) <= 3_000
