"""What a changed takstfil says: exactly the cells that were changed, row by row."""

from datetime import date

import pytest
from takstfil_samples import (
    ROWS,
    changed,
    difference,
    exported,
    facts,
    only,
    price,
    said,
    table,
)

from rammevaerk.exchange.tariff_file.difference import Kind
from rammevaerk.exchange.tariff_file.messages import Weight


def cells(found: object) -> list[tuple[str, str, str]]:
    return [(c.column, c.before, c.after) for row in found.rows for c in row.cells]  # type: ignore[attr-defined]


def test_three_changed_cells_are_exactly_these_three() -> None:
    found = difference(
        changed(
            {(0, "amount"): 1300.25, (0, "reason"): "Løn", (1, "unit"): "time", (2, "places"): 14}
        )
    )
    assert cells(found) == [
        ("amount", "1234.50", "1300.25"),
        ("reason", "", "Løn"),
        ("unit", "day", "hour"),
        ("places", "12", "14"),
    ]
    assert [row.kind for row in found.rows] == [Kind.CHANGED] * 3
    assert found.unchanged == 1


def test_an_old_file_does_not_undo_what_was_changed_here_since() -> None:
    now = (price(amount="1400.00", reason="Ny aftale"), *ROWS[1:])
    assert difference(exported(ROWS), now).rows == ()


def test_a_cell_changed_on_both_sides_is_marked() -> None:
    now = (price(amount="1400.00"), *ROWS[1:])
    found = only(difference(changed({(0, "amount"): 1300}), now))
    assert [(one.before, one.after, one.overtaken) for one in found.cells] == [
        ("1400.00", "1300.00", True)
    ]


def test_another_s_row_that_was_changed_is_refused_and_an_unchanged_one_is_not() -> None:
    found = difference(changed({(0, "amount"): 1300, (3, "amount"): 1}))
    assert [row.kind for row in found.rows] == [Kind.CHANGED, Kind.FAULT]
    assert "Rækken hører til naboby" in said(found.rows[1])
    assert difference(changed({(0, "amount"): 1300})).unchanged == 3


def test_a_row_that_is_gone_is_shown_and_another_s_is_not() -> None:
    found = difference(exported(ROWS[1:3]), ROWS)
    assert found.rows == ()  # the file never held them
    without = changed({}, ROWS[1:3])
    gone = [row for row in difference(without, ROWS).rows if row.kind is Kind.GONE]
    assert [row.before["key"] for row in gone] == [ROWS[0]["key"]]


def test_a_new_price_names_its_service_and_needs_no_key() -> None:
    blank = {"key": "", "stamp": "", "label": "Weekend", "component": "supplement", "amount": "50"}
    edits: dict[tuple[int, str], object] = {(0, key): text for key, text in blank.items()}
    found = difference(changed({**edits, (0, "valid_from"): None}, (price(), *ROWS)))
    new = only(found)
    assert new.kind is Kind.NEW
    assert new.identity is not None
    assert new.identity.key == "moellen/ophold|supplement|Weekend|2027-01-01"
    assert ("amount", "", "50.00") in cells(found)


def test_a_new_day_makes_a_new_version_and_the_old_one_is_not_gone() -> None:
    found = only(difference(changed({(0, "valid_from"): date(2027, 7, 1), (0, "amount"): 1300})))
    assert found.identity is not None
    assert found.identity.start == "2027-07-01"
    assert {one.column for one in found.cells} == {"amount", "valid_from"}


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("1.300,25", "1300.25"),
        ("1300.25", "1300.25"),
        ("1,300.25", "1300.25"),
        ("1 300,25 kr.", "1300.25"),
        ("1.300.000", "1300000.00"),
        ("kr. 1.300,-", "1300.00"),
        (1300.25, "1300.25"),
    ],
)
def test_a_number_is_read_as_it_can_only_be_meant(written: object, wanted: str) -> None:
    found = only(difference(changed({(0, "amount"): written})))
    assert found.after["amount"] == wanted
    if written in {"1300.25", "1,300.25"}:
        assert "læst som 1.300,25" in said(found)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("1.300", "Tallet kan læses på to måder: 1300 eller 1,300"),
        ("1,300", "to måder"),
        ("-5", "negativt"),
        (-5, "negativt"),
        ("12,345", "to måder"),
        ("1234,567", "flere end to decimaler"),
        ("mange", "ikke et tal"),
        (1e15, "for stort"),
        (date(2027, 1, 1), "lavet tallet om til en dato"),
        ("\u0662\u0668\u0660\u0660", "ikke et tal"),
    ],
)
def test_a_number_that_is_none_or_two_is_asked_about(written: object, told: str) -> None:
    found = only(difference(changed({(0, "amount"): written})))
    assert found.kind is Kind.FAULT
    assert told in said(found)
    (message,) = [one for one in found.messages if one.weight is Weight.ERROR]
    assert message.place_da.startswith("ark «Takster», celle K2 (Takst (kr.)")


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("unit", "dogn", "Mente du «døgn»?"),
        ("days_basis", "364 dage", "Mente du «365 dage»"),
        ("valid_from", "31-02-2027", "findes ikke"),
        ("valid_from", date(2028, 1, 1), "ligger ikke i 2027"),
        ("occupancy", 0.975, "Mente du 97,50?"),
        ("covered", 13, "højst være omfattet 12"),
        ("places", 2.5, "helt tal"),
        ("component", "Tillægstakst", "Det kan ikke ændres i en række, der står der"),
        ("label", "Andet", "Det kan ikke ændres"),
        ("key", "vås", "er ikke en nøgle"),
        ("key", ROWS[0]["key"].replace("2027", "2025"), "fra takstfilen for «2025», ikke 2027"),
        ("key", ROWS[0]["key"].replace("01-01", "13-45"), "er ikke en nøgle"),
        ("key", ROWS[0]["key"].replace("moellen", "borte"), "findes ikke i 2027"),
        ("amount", "", "Taksten er tom"),
    ],
)
def test_a_cell_that_cannot_be_used_stops_its_row(column: str, value: object, told: str) -> None:
    found = difference(changed({(0, column): value, (2, "amount"): 1300}))
    assert [row.kind for row in found.rows if row.number in {2, 4}] == [Kind.FAULT, Kind.CHANGED]
    assert told in said(found.rows[0])


def test_a_tariff_from_before_the_service_or_after_it_is_refused() -> None:
    content = changed({(0, "valid_from"): date(2027, 2, 1), (0, "amount"): 1})
    late = facts("moellen/ophold", opens=date(2027, 3, 1))
    assert "begyndte først 01-03-2027" in said(only(difference(content, ROWS, late)))
    early = facts("moellen/ophold", closes=date(2027, 1, 15))
    assert "er lukket 15-01-2027" in said(only(difference(content, ROWS, early)))


def test_a_day_of_an_earlier_year_is_refused_where_it_was_written() -> None:
    content = changed({(0, "valid_from"): date(2026, 7, 1), (0, "amount"): 1})
    assert "Dagen ligger før 2027" in said(only(difference(content)))
    alone = only(difference(changed({(0, "valid_from"): date(2026, 7, 1)})))
    assert alone.kind is Kind.FAULT
    assert "Dagen ligger før 2027" in said(alone)


def test_a_reason_without_a_change_is_said_not_to_be_kept() -> None:
    found = only(difference(changed({(0, "reason"): "Ny overenskomst"})))
    assert found.kind is Kind.REMARK
    assert "uden en ændring gemmes ikke" in said(found)


def test_the_same_price_twice_stops_both_rows() -> None:
    content = changed({(0, "amount"): 1}, (price(), *ROWS))
    found = difference(content)
    assert [(row.number, row.kind) for row in found.rows] == [(2, Kind.FAULT), (3, Kind.FAULT)]
    assert "står også i række 3" in said(found.rows[0])


def test_places_at_odds_in_two_rows_of_a_service_stop_both() -> None:
    found = difference(changed({(0, "places"): 14, (1, "places"): 15}))
    assert {row.kind for row in found.rows} == {Kind.FAULT}
    assert "noget andet i række 3" in said(found.rows[0])


def test_a_cell_that_is_not_read_is_told_of_and_left() -> None:
    found = only(difference(changed({(0, "paragraphs"): "SEL § 170", (0, "decision"): "Rådet"})))
    assert found.kind is Kind.REMARK
    assert "«SEL § 170» findes ikke som lovgrundlag. Mente du «SEL § 10" in said(found)
    assert "her står stadig «Byrådet»" in said(found)


def test_a_large_change_and_one_without_a_reason_are_warned_of() -> None:
    found = only(difference(changed({(0, "amount"): 123450})))
    assert found.kind is Kind.CHANGED
    assert "mere end halvdelen" in said(found)
    assert "Skriv en ændringsårsag" in said(found)


def test_a_blocked_day_cannot_be_changed() -> None:
    blocked = facts("moellen/ophold", blocked={"2027-01-01": "Indberetningen er sendt."})
    found = difference(changed({(0, "amount"): 1, (1, "places"): 13}), ROWS, blocked)
    assert [row.kind for row in found.rows] == [Kind.FAULT, Kind.CHANGED]
    assert "Indberetningen er sendt." in said(found.rows[0])


def test_a_file_without_keys_is_matched_by_its_names() -> None:
    rows = [["Moellen", "Ophold", "Helhedstakst", 1300], ["Mollen", "Ophold", "Helhedstakst", 1]]
    content = table(["Tilbud", "Ydelse", "Takstdel", "Takst (kr.)"], *rows, above=2)
    found = difference(content)
    assert [row.kind for row in found.rows][:2] == [Kind.CHANGED, Kind.FAULT]
    assert [(one.column, one.after) for one in found.rows[0].cells] == [("amount", "1300.00")]
    assert "Mente du «Moellen»?" in said(found.rows[1])
