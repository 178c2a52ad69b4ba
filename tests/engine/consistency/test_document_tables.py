from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_minutes import found, item, minutes

from rammevaerk.engine.documents.consistency.funding import money_without_status
from rammevaerk.engine.documents.consistency.numbers import (
    is_blank,
    number_text_da,
    read_number,
    rounded,
)
from rammevaerk.engine.documents.consistency.tables import tables
from rammevaerk.engine.documents.meeting import Kind, MeetingDocument, Table
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity
from rammevaerk.exchange.meeting_documents import read_text


def table(text: str, *below: str) -> MeetingDocument:
    """A document that is one table; cells are divided by bars, the first line is the heading."""
    header, *rows = [
        tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()
    ]
    lines = ["\t".join(row) for row in (header, *rows)]
    one = Table(1, header, tuple(rows), row_lines=tuple(range(2, len(rows) + 2)))
    return MeetingDocument(
        Kind.MINUTES, "", None, "", "", (), (), (), (one,), (*lines, "", *below), ()
    )


def checked(text: str) -> list[DocumentFinding]:
    return found(tables, table(text))


RIGHT = """
Havn       | Faste | Gæster | I alt
Nordhavnen | 1.120 | 30     | 1.150
Sydhavnen  | 90    | -      | 90
Østhavnen  | 60    | 15     | 75
I alt      | 1.270 | 45     | 1.315
"""


def test_a_table_that_adds_up_gives_no_finding() -> None:
    assert checked(RIGHT) == []


def test_a_wrong_cell_is_one_finding_with_every_cell_that_can_be_the_one() -> None:
    (one,) = checked(RIGHT.replace("60    | 15", "80    | 15"))
    assert (one.code, one.line, one.found) == ("table.column-sum", 4, "80")
    assert one.expected.startswith("60 (nu 80, så passer resten); eller ")
    for other in ("1.290 i «I alt» (nu 1.270)", "1.100 i «Nordhavnen» (nu 1.120)",
                  "70 i «Sydhavnen» (nu 90)", "95 i «I alt» (nu 75)"):  # fmt: skip
        assert other in one.expected
    assert "Kolonnen giver 1.290, men der står 1.270" in one.message


def test_a_wrong_total_is_found_with_every_hypothesis() -> None:
    text = "Havn | Pladser\nNord | 120\nSyd | 90\nI alt | 211"
    (one,) = checked(text)
    assert one.found == "211"
    assert one.expected.split("; eller ") == [
        "210 (nu 211, så passer resten)",
        "121 i «Nord» (nu 120, så passer resten)",
        "91 i «Syd» (nu 90, så passer resten)",
    ]


@pytest.mark.parametrize(
    "text",
    [
        # subtotals, and a total of them
        (
            "A | Pladser\nNord | 3\nSyd | 4\nSum havne | 7\nØst | 5\nVest | 6\n"
            "Sum broer | 11\nI alt | 18"
        ),
        # a total that counts the subtotal's rows, and a part of a row
        "A | Pladser\nNord | 30\nheraf gæster | 12\nSyd | 4\nI alt | 34",
        # the total above
        "A | Pladser\nI alt | 9\nNord | 4\nSyd | 5",
        # prices are not added
        "A | Pladser | Takst pr. døgn\nNord | 4 | 100\nSyd | 5 | 200\nI alt | 9 | 156",
        # years are no numbers
        "År | Pladser\n2024 | 4\n2025 | 5\n2026 | 6",
        # unknown cells cannot be added
        "A | Pladser\nNord | 4\nSyd | ikke oplyst\nI alt | 9",
        # amounts with decimals and thousands
        "A | Beløb (kr.)\nNord | 1.200,50\nSyd | 99,25\nI alt | 1.299,75",
        # a list of dates
        "A | Frist\nNord | 1. maj\nSyd | 4. juni\nI alt | 2",
        # an average at the foot
        "A | Gennemsnit | Pladser\nNord | 10 | 1\nSyd | 20 | 2\nSamlet | 16 | 3",
    ],
)
def test_tables_built_otherwise_give_no_finding(text: str) -> None:
    assert checked(text) == []


def test_a_wrong_subtotal_is_found() -> None:
    text = (
        "A | Pladser\nNord | 3\nSyd | 4\nSum havne | 8\nØst | 5\nVest | 6\n"
        "Sum broer | 11\nI alt | 18"
    )
    (one,) = checked(text)
    assert (one.found, one.line) == ("8", 4)
    assert one.expected.startswith("7 (nu 8, så passer resten)")


PERCENT = """
Havn  | Optaget | Pladser | Belægning
Nord  | 30      | 219     | {}
Syd   | 7       | 27      | 26 %
Øst   | 9       | 56      | {}
Vest  | 1       | 8       | {}
I alt | 47      | 310     | 15 %
"""


@pytest.mark.parametrize("nord", ["14 %", "13,7 %", "13,70%"])
@pytest.mark.parametrize("vest", ["12 %", "13 %", "12,5 %"])
def test_every_usual_rounding_of_a_percentage_is_right(nord: str, vest: str) -> None:
    assert checked(PERCENT.format(nord, "16 %", vest)) == []


def test_a_wrong_percentage_is_found_with_the_numbers_that_would_give_it() -> None:
    (one,) = checked(PERCENT.format("14 %", "15 %", "13 %"))
    assert (one.code, one.found, one.line) == ("table.percent", "15 %", 4)
    assert one.expected == "16 (nu 15 %, så passer resten); eller 59–62 i «Pladser» (nu 56)"


def test_a_column_rounded_down_throughout_is_right() -> None:
    rows = [(30, 219, 13), (7, 27, 25), (9, 56, 16), (5, 8, 62), (11, 12, 91), (2, 3, 66)]
    text = "Havn | Optaget | Pladser | Pct.\n" + "\n".join(
        f"H{at} | {part} | {whole} | {percent}" for at, (part, whole, percent) in enumerate(rows)
    )
    assert checked(text) == []


def test_a_row_of_percentages_below_the_total_is_checked() -> None:
    text = (
        "Havn | Optaget | Pladser | Optaget | Pladser\nNord | 30 | 200 | 4 | 70\n"
        "Syd | 0 | 19 | 0 | 2\nI alt | 30 | 219 | 4 | 72\nBelægning i pct. | | 14% | | {}"
    )
    assert checked(text.format("6%")) == []


def test_shares_of_the_total_need_not_add_up_to_a_hundred() -> None:
    text = "A | Antal | Andel\nNord | 1 | 33 %\nSyd | 1 | 33 %\nØst | 1 | 33 %\nI alt | 3 | 100 %"
    assert checked(text) == []


def test_the_change_from_one_year_to_the_next_is_checked() -> None:
    text = (
        "A | 2024 | 2025 | Ændring i pct.\nNord | 100 | 110 | 10\nSyd | 200 | 190 | {}\n"
        "Øst | 50 | 60 | 20\nVest | 80 | 100 | 25"
    )
    assert checked(text.format("-5")) == []
    (one,) = checked(text.format("5"))
    assert one.expected.startswith("-5 (nu 5")


def test_an_empty_cell_that_the_row_needs_is_found_with_both_its_values() -> None:
    text = (
        "A | Kommuner | Region | Private | I alt\nNord | 10 | 2 | 3 | 15\n"
        "Syd | 8 | 6 |  | 23\nØst | 4 | 1 | 5 | 10\nI alt | 23 | 9 | 16 | 48"
    )
    (gap, total) = checked(text)
    assert (gap.code, gap.expected) == (
        "table.missing-cell",
        "9 efter rækkens sum; 8 efter kolonnens sum",
    )
    assert (total.code, total.found) == ("table.column-sum", "23")
    assert total.expected.startswith("9 i «Syd» (nu 8, så passer resten); eller 22 (nu 23)")


def test_rows_with_lost_cells_are_laid_where_their_sums_want_them() -> None:
    text = (
        "Tabel 1: Pladser i havnen\n\nHavn Faste Gæster Lods Samlet\nNord 10 2 3 15\nSyd 8 6 1 15\n"
        "Vest 7 2 4 13\nBro 12 1 2 15\nØst 4 5 9\nMole 6 2 8\nI alt 47 16 12 75\n"
    )
    assert found(tables, read_text(text)) == []
    (one,) = found(tables, read_text(text.replace("I alt 47", "I alt 48")))
    assert one.found == "48"


def test_a_number_whose_last_digit_a_scan_lost_is_only_a_note() -> None:
    text = "Havn Faste Gaester Samlet\nNord 10 2 12\nSyd 8 6 14\nVest 7 8 15\nI alt 25 16 4\n"
    (one,) = found(tables, read_text(text))
    assert (one.severity, one.found) == (Severity.NOTE, "4")
    assert one.expected.startswith("41 (nu 4")


def test_a_difference_that_rounding_can_make_is_only_a_note() -> None:
    text = "A | Beløb (mio. kr.)\nNord | 1,3\nSyd | 2,3\nØst | 3,3\nI alt | {}"
    (small,) = checked(text.format("7,0"))
    (large,) = checked(text.format("7,4"))
    assert (small.severity, large.severity) == (Severity.NOTE, Severity.ERROR)
    assert "afrunding" in small.message


FUNDING = (
    "Kommune | 2025 (mio. kr.) | 2026 (mio. kr.)\nSolrød | 4,50 | 2,25\n"
    "Køge | 3,00 | 3,00\nStevns | 1,00 | 1,25"
)
STATUS = ("Status", "Solrød Kommune", "Broen er i gang.", "Køge:", "Molen er færdig.")


def test_money_without_a_status_is_found() -> None:
    (one,) = found(money_without_status, table(FUNDING, *STATUS))
    assert (one.found, one.line) == ("Stevns", 4)
    assert "1,00 + 1,25 = 2,25" in one.message


@pytest.mark.parametrize(
    "below",
    [
        (*STATUS, "Stevns Kommune", "Givet tilbage."),
        (*STATUS, "Også Stevns er i gang."),
        ("Køge har givet penge tilbage.", "Solrød er i gang."),  # no status row by row
        (),
    ],
)
def test_money_with_a_status_gives_no_finding(below: tuple[str, ...]) -> None:
    assert found(money_without_status, table(FUNDING, *below)) == []


def test_a_row_without_money_needs_no_status() -> None:
    text = FUNDING.replace("1,00 | 1,25", "0,00 | -")
    assert found(money_without_status, table(text, *STATUS)) == []


def test_an_empty_status_in_the_table_is_found() -> None:
    text = (
        "Kommune | Bevilling (kr.) | Status\nSolrød | 400 | I gang\nKøge | 300 | Færdig\n"
        "Stevns | 100 |"
    )
    assert [one.found for one in found(money_without_status, table(text))] == ["Stevns"]
    assert found(money_without_status, table(text + " Opgivet")) == []


def test_a_table_inside_an_item_is_told_with_its_item() -> None:
    text = "Pladserne:\n\nHavn\tPladser\tBroer\nNord\t120\t4\nSyd\t90\t5\nI alt\t211\t9\n"
    document = minutes(item("Kajer", "Tekst."), item("Pladser", text))
    assert [one.item for one in found(tables, document)] == ["1.2"]


@pytest.mark.parametrize(
    ("text", "value", "decimals", "percent"),
    [
        ("1.234,5", Fraction(12345, 10), 1, False),
        ("27,6 mio. kr.", Fraction(276, 10), 1, False),
        ("1 200 kr.", Fraction(1200), 0, False),
        ("1.200.000", Fraction(1200000), 0, False),
        ("40.5", Fraction(405, 10), 1, False),
        ("-17,7 %", Fraction(-177, 10), 1, True),
        ("−5", Fraction(-5), 0, False),
        ("30%:", Fraction(30), 0, True),
        ("10|", Fraction(10), 0, False),
        ("1]", Fraction(1), 0, False),
        ("12*", Fraction(12), 0, False),
        ("10,", Fraction(10), 0, False),
    ],
)
def test_numbers_are_read_as_danes_write_them(
    text: str, value: Fraction, decimals: int, percent: bool
) -> None:
    number = read_number(text)
    assert number is not None
    assert (number.value, number.decimals, number.percent) == (value, decimals, percent)


@pytest.mark.parametrize(
    "text", ["", "-", "1. maj", "kl. 10-12", "2025/26", "1.2345.6", "ca.", "§ 5"]
)
def test_other_cells_are_no_numbers(text: str) -> None:
    assert read_number(text) is None


def test_dashes_and_dots_are_blank() -> None:
    assert all(is_blank(text) for text in ("", " - ", "–", "°", "•"))
    assert not any(is_blank(text) for text in ("0", "ikke oplyst"))


@given(st.integers(-(10**12), 10**12), st.integers(0, 3))
def test_a_number_that_is_written_is_read_again(whole: int, decimals: int) -> None:
    value = Fraction(whole, 10**decimals)
    number = read_number(number_text_da(value, decimals))
    assert number is not None
    assert (number.value, number.decimals) == (value, decimals)


@given(st.fractions(-1000, 1000), st.integers(0, 2))
def test_a_rounding_is_never_further_off_than_half(value: Fraction, decimals: int) -> None:
    half = Fraction(1, 2 * 10**decimals)
    assert 1 <= len(rounded(value, decimals)) <= 2
    assert all(abs(one - value) <= half for one in rounded(value, decimals))
