"""A number broken over lines, paragraphs or cells is seen; ordinary tables of figures are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office_samples import excel, open_document, word

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.exchange.plaintext import read_places
from rammevaerk.exchange.plaintext.breaks import unbroken

P_NUMBER = "1003388394"  # the control digit does not fit, the date exists


def reports(content: bytes, name: str) -> list[str]:
    """One place for each number found."""
    return [found.place for found in read_places(content, name) for _ in find_cpr(found.text)]


def texts(content: bytes, name: str) -> list[tuple[str, str]]:
    return [(found.place, found.text) for found in read_places(content, name)]


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def sheet(*rows: tuple[object, ...]) -> bytes:
    return excel(
        {
            f"{chr(65 + column)}{row}": value
            for row, cells in enumerate(rows, 1)
            for column, value in enumerate(cells)
        },
        sheet="Tal",
    )


def calc(*rows: tuple[object, ...]) -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, str):
            return (
                '<table:table-cell office:value-type="string">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )

    inner = "".join(
        f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>" for cells in rows
    )
    return open_document("spreadsheet", f'<table:table table:name="Tal">{inner}</table:table>')


@pytest.mark.parametrize("name", ["note.txt", "tal.csv"])
@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (("Intet", "Født 010190-", "1234 her", "Intet"), ["linje 2-3"]),
        (("010190", "1234"), ["linje 1-2"]),
        (("010190", "-", "1234"), ["linje 1-3"]),
        (("010190-", "", "1234"), ["linje 1-3"]),
        (("010190-1234 og 020290-", "1234 og 030390-1234"), ["linje 1-2"] * 3),
        (("010190-1234", "020290-1234"), ["linje 1", "linje 2"]),
        (("010190-", "1234", "020290-", "1234"), ["linje 1-2", "linje 3-4"]),
        (("Mødet 12.05.2024", "1045 borgere"), []),
    ],
)
def test_a_number_broken_over_lines_is_reported_once(name, lines, places):
    assert reports(csv(*lines), name) == places


def test_the_last_figure_of_a_row_and_the_first_of_the_next_are_no_number():
    assert reports(csv("Antal;Dato", "7;150524", "2025;160524", "2026;170524"), "tal.csv") == []
    assert reports(csv("Note;Nr.", '"Født 010190-', '1234";7'), "tal.csv") == ["linje 2-3"]
    assert reports(csv("Note;Nr.", "7;Født 010190-", "1234;7"), "tal.csv") == ["linje 2-3"]


def test_the_word_that_announces_a_number_may_stand_on_the_line_above():
    assert reports(csv("CPR:", "0101 90 1234"), "note.txt") == ["linje 1-2"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["010190-", "1234", "010190-1234", "", "-", "a b", "CPR"])))
def test_no_line_is_lost_or_comes_twice(lines):
    pieces = list(unbroken([(f"linje {number}", text) for number, text in enumerate(lines, 1)]))
    assert "\n".join(text for _, text in pieces) == "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["010190-", "1234", "010190 1234", "", " ", "x", "cpr", "0101 90"]))
)
def test_the_lines_together_say_what_the_whole_text_says(lines):
    text = "\n".join(lines)
    pieces = unbroken([("", line) for line in lines])
    assert sum(len(find_cpr(piece)) for _, piece in pieces) >= len(find_cpr(text))


def test_a_number_broken_over_paragraphs_is_reported_once():
    assert reports(word("Født 010190-", "1234 her", "010290-1234"), "notat.docx") == [
        "afsnit 1-2",
        "afsnit 3",
    ]
    body = "<text:p>010190-</text:p><text:p>1234</text:p>"
    assert reports(open_document("text", body), "notat.odt") == ["afsnit 1-2"]


HALVES = ("010190", "1234")


def test_a_number_in_two_cells_is_seen_in_every_kind_of_table():
    assert reports(sheet(("Født", "Løbenr."), HALVES), "tal.xlsx") == ["ark «Tal», celle A2 og B2"]
    assert reports(calc(("Født", "Løbenr."), HALVES), "tal.ods") == ["ark «Tal», celle A2 og B2"]
    assert reports(csv("Født;Løbenr.", '"010190";1234'), "tal.csv") == ["linje 2, kolonne 1 og 2"]
    assert reports(sheet(("Nr.", "010190-", 1, 2), ("a", "010190", "-1234")), "tal.xlsx") == [
        "ark «Tal», celle B2 og C2"
    ]


# 211062-5629 and the others fit modulus 11; stored as figures they have lost their zeros.
COLUMN = ((211062, 5629), (70761, 4285), (10190, 1), (20290, 10))


def test_columns_of_figures_are_numbers_when_most_of_them_can_be():
    fitting = [row for row in COLUMN[:3] if row]
    assert len(reports(sheet(("Dato", "Tal"), *fitting), "tal.xlsx")) == 3
    spoilt = [*fitting, (311299, 1), (311298, 5), (311297, 7), (120524, 8000)]
    assert reports(sheet(("Dato", "Tal"), *spoilt), "tal.xlsx") == []


def test_a_header_that_says_cpr_makes_one_row_enough():
    assert reports(sheet(("Dato", "Tal"), COLUMN[0]), "tal.xlsx") == []
    assert reports(sheet(("CPR-nr.", ""), COLUMN[0]), "tal.xlsx") == ["ark «Tal», celle A2 og B2"]


@pytest.mark.parametrize(
    "rows",
    [
        [("Dato", "Kl.")] + [(f"{day:02}0524", f"{day * 37 % 2400:04}") for day in range(1, 29)],
        [("Dato", "Beløb")] + [(f"{day}1124", str(1000 + 613 * day)) for day in range(10, 24)],
        [("Borgere", "Pladser")] + [(110_000 + 997 * n, 1000 + 53 * n) for n in range(40)],
        [("År", "Antal"), ("2024", "010190"), ("2025", "110290")],
        [("Sagsnr.", "Side"), ("010190", "tekst"), ("1234", "010190")],
    ],
    ids=["times", "amounts", "figures", "years", "not-side-by-side"],
)
@pytest.mark.parametrize(
    "write", [sheet, calc, lambda *rows: csv(*(";".join(map(str, r)) for r in rows))]
)
def test_ordinary_tables_are_left_alone(rows, write):
    content = write(*rows)
    name = {b"PK\x03\x04": "tal.xlsx"}.get(content[:4], "tal.csv")
    name = "tal.ods" if write is calc else name
    assert reports(content, name) == []


@pytest.mark.parametrize("header", ["P-nr.", "P-nummer", "Produktionsenhed", "Kontonr."])
def test_other_numbers_under_their_header_are_left_alone(header):
    rows = [("Botilbud", header), ("Skovly", P_NUMBER), ("Ukendt", "ukendt"), ("Engen", P_NUMBER)]
    as_figures = [(name, int(cell) if cell.isdecimal() else cell) for name, cell in rows]
    lines = [";".join(row) for row in rows]
    for content, name in (
        (sheet(*rows), "tal.xlsx"),
        (sheet(*as_figures), "tal.xlsx"),
        (calc(*rows), "tal.ods"),
        (calc(*as_figures), "tal.ods"),
        (csv(*lines), "tal.csv"),
        (csv(*(line.replace(";", "\t") for line in lines)), "tal.csv"),
    ):
        assert reports(content, name) == [], name
        assert any(f"{header}: {P_NUMBER}" in text for _, text in texts(content, name)), name


def test_the_words_may_stand_in_front_or_under_a_title():
    assert reports(sheet(("P-nr.", P_NUMBER)), "tal.xlsx") == []
    rows = (("Tilbud i regionen", ""), ("Navn", "P-nr."), ("Skovly", P_NUMBER))
    assert reports(sheet(*rows), "tal.xlsx") == []


def test_a_header_hides_no_number_that_has_been_issued():
    for number in ("0101901234", "2110625629", "211062-5629"):
        assert reports(sheet(("P-nr.",), (number,)), "tal.xlsx") == ["ark «Tal», celle A2"]
        assert reports(csv("P-nr.;Navn", f"{number};Skovly"), "tal.csv") == ["linje 2"]
    assert reports(csv("Navn;P-nr.", f"{P_NUMBER};Skovly"), "tal.csv") == ["linje 2"]


def test_a_first_row_of_data_is_not_repeated_below_as_a_header():
    rows = (("Anna 010190-1234",), (2110625629,), (20_000_000_001,))
    assert reports(sheet(*rows), "tal.xlsx") == ["ark «Tal», celle A1", "ark «Tal», celle A2"]


def test_the_same_text_at_the_same_place_comes_once():
    assert reports(calc((2110625629,)), "tal.ods") == ["ark «Tal», celle A1"]


def test_a_zero_dropped_from_csv_is_put_back():
    assert reports(csv("Navn;Nr.", "Anna;101901234"), "tal.csv") == ["linje 2"]
