"""Tables in plain text whose cells are parted by tabs, bars, wide gaps or nothing but a total."""

import pytest

from rammevaerk.engine.documents.meeting import Table
from rammevaerk.exchange.meeting_documents import read_text

ONE_ITEM = """Referat

DASSOS

Møde den 3. marts 2026

1.1 Økonomi

Ved sekretariatet

Sagsfremstilling

{}

Indstilling

At DASSOS:
- Godkender budgettet
"""


def tables(text: str) -> tuple[Table, ...]:
    return read_text(ONE_ITEM.format(text)).tables


def test_a_single_item_keeps_its_number_and_has_its_table() -> None:
    document = read_text(ONE_ITEM.format("By\tPladser\nNord\t12\nSyd\t18\nI alt\t30"))
    (item,) = document.items
    assert (item.number, item.title, item.presenters) == ("1.1", "Økonomi", ("sekretariatet",))
    assert item.recommendation == ("Godkender budgettet",)
    assert [len(table.rows) for table in document.tables] == [3]


def test_whatever_stands_between_tabs_is_a_cell() -> None:
    (table,) = tables(
        "By\tPladser\tBeløb\tAndel\tStatus\n"
        "Nord\t1 200\t27,6 mio. kr.\t40 %\tI gang\n"
        "Syd og Øst\t-\t1.800.000 kr.\t60 %\t\n"
    )
    assert table.header == ("By", "Pladser", "Beløb", "Andel", "Status")
    assert table.rows == (
        ("Nord", "1 200", "27,6 mio. kr.", "40 %", "I gang"),
        ("Syd og Øst", "", "1.800.000 kr.", "60 %", ""),
    )


@pytest.mark.parametrize(
    "text",
    [
        "By\t\tPladser\nNord\t\t12\nSyd og Øst\t18\nI alt\t\t30",  # tabs until it looks right
        "| By | Pladser |\n|---|---|\n| Nord | 12 |\n| Syd og Øst | 18 |\n| I alt | 30 |",
        "By             Pladser\nNord           12\nSyd og Øst     18\nI alt          30",
        "Nord 12\nSyd og Øst 18\nI alt 30",
        "- Nord: 12\n- Syd og Øst: 18\n- I alt: 30",
    ],
)
def test_one_column_of_numbers_is_a_table(text: str) -> None:
    (table,) = tables(text)
    assert table.data == (("Nord", "12"), ("Syd og Øst", "18"))
    assert table.totals == (("I alt", "30"),)


def test_years_in_a_heading_are_no_numbers() -> None:
    (table,) = tables("By\t2024\t2025\tI alt\nNord\t3\t4\t7\nSyd\t5\t6\t11\nI alt\t8\t10\t18")
    assert table.header == ("By", "2024", "2025", "I alt")
    assert len(table.rows) == 3


def test_a_total_with_cells_left_out_stands_under_the_columns_that_it_sums_up() -> None:
    (table,) = tables(
        "By\tSager\tPris\tI alt\nNord\t10\t200\t2.000\nSyd\t20\t200\t4.000\nSum\t30\t6.000"
    )
    assert table.totals == (("Sum", "30", "", "6.000"),)


@pytest.mark.parametrize(
    "text",
    [
        "Indledning\t2\nØkonomi\t4\nNæste skridt\t7",  # a table of contents
        "Punkt\tSide\nIndledning\t2\nØkonomi\t4",
        "Velkomst\t10.00\nFrokost\t12.00\nAfslutning\t15.30",  # a programme
        "Anne Holm\tLund Kommune\nBo Vang\tNordby Kommune",
        "Dato:\t12. maj 2025\nFrist:\t1. maj 2025",
        "Nord 12\nSyd 18\nVest 4",
        "Der er 12 i Nord og 18\nSyd har i alt 30",
    ],
)
def test_other_lines_in_columns_are_no_table(text: str) -> None:
    assert tables(text) == ()
