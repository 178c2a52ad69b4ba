"""A takstfil with other headings than ours: guessed, chosen, and known again next time."""

from takstfil_samples import CHOICES, ROWS, book, no_faults, read, table

from rammevaerk.exchange.tariff_file.difference import Kind, compare
from rammevaerk.exchange.tariff_file.grid import TariffWorkbook
from rammevaerk.exchange.tariff_file.mapping import (
    ColumnMap,
    Place,
    guessed,
    lacking,
    likely_place,
    own_map,
    saved_map_fits,
    unknown_words,
)

THEIRS = ["Leverandør", "Tilbud", "Type", "Pris pr. enhed", "Enhed", "Belægningsprocent"]
LINES = [
    ["Egenby", "Moellen", "Ophold", 1300, "Døgn", 98],
    ["Egenby", "Lunden", "Dag", 50, "Md.", 90],
]
FOREIGN = table(THEIRS, *LINES, above=3)
CHOSEN = ColumnMap(
    "Ark1",
    4,
    {"facility": "Tilbud", "service": "Type", "amount": "Pris pr. enhed", "unit": "Enhed"},
)


def test_the_headings_are_found_below_a_title_and_guessed_by_their_names() -> None:
    opened = TariffWorkbook(FOREIGN, "priser.xlsx")
    assert own_map(opened) is None
    assert likely_place(opened) == Place("Ark1", 4)
    assert guessed(THEIRS) == {
        "facility": "Tilbud",
        "service": "Type",
        "amount": "Pris pr. enhed",
        "unit": "Enhed",
        "occupancy": "Belægningsprocent",
    }


def test_what_must_be_chosen_is_said() -> None:
    assert lacking({"unit": "Enhed"}) == [
        "«Nøgle» eller «Ydelsesnøgle» eller «Ydelse» eller «Tilbud»",
        "«Takst (kr.)»",
    ]
    assert lacking(CHOSEN.columns) == []


def test_the_sender_s_words_are_asked_about_and_then_read() -> None:
    opened = TariffWorkbook(FOREIGN, "priser.xlsx")
    assert unknown_words(opened.table("Ark1"), CHOSEN, CHOICES) == {"unit": (["Md."], 0)}
    words = {"unit": {"md.": "hour"}}
    chosen = ColumnMap(CHOSEN.sheet, CHOSEN.header_row, CHOSEN.columns, words)
    found = compare(book(), read(FOREIGN, "priser.xlsx", chosen), judge=no_faults)
    changes = [row for row in found.rows if row.kind is Kind.CHANGED]
    assert [{one.column: one.after for one in row.cells} for row in changes] == [
        {"amount": "1300.00"},
        {"amount": "50.00", "unit": "hour"},
    ]


def test_a_kept_map_is_used_where_its_headings_are_now() -> None:
    moved = table([*THEIRS[::-1], "Ny"], *[[*line[::-1], ""] for line in LINES], sheet="Priser")
    found = saved_map_fits(TariffWorkbook(moved, "a.xlsx"), CHOSEN)
    assert found is not None
    assert (found.sheet, found.header_row) == ("Priser", 1)
    assert read(moved, "a.xlsx", found).rows[0].values["amount"] == "1300.00"
    other = table(["Tilbud", "Pris"], ["Moellen", 1])
    assert saved_map_fits(TariffWorkbook(other, "a.xlsx"), CHOSEN) is None


def test_what_a_foreign_file_leaves_empty_is_left_as_it_is() -> None:
    content = table(["Tilbud", "Ydelse", "Takst (kr.)", "Pladser"], ["Lunden", "Dag", 1300, ""])
    found = compare(book(), read(content), judge=no_faults)
    (change,) = [row for row in found.rows if row.kind is Kind.CHANGED]
    assert [one.column for one in change.cells] == ["amount"]
    assert change.after["places"] == ROWS[2]["places"]
