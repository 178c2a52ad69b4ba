"""What goes out as a takstfil comes in again as the same, whatever people have written."""

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from libreoffice import converted
from office_samples import member
from takstfil_samples import CHOICES, ROWS, difference, document, exported, price, read

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.exchange.tariff_file.cells import canonical_text
from rammevaerk.exchange.tariff_file.columns import COLUMNS, stamp_of
from rammevaerk.exchange.tariff_file.csv_file import armed, disarmed, write_csv
from rammevaerk.exchange.tariff_file.grid import TariffWorkbook
from rammevaerk.exchange.tariff_file.writing import write

CODES_IN_A_ROW = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
BEGINNINGS = ("=1+1", "+45", "-7", "@SUM(A1)", "\t=1", "'=1", "''-2", "'apostrof", "<r>x</r>")
TEXTS = st.one_of(
    st.sampled_from(BEGINNINGS),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60),
    st.lists(st.sampled_from(["æøå", "\n", " ", ";", '"', "=", "'", "🌲"]), max_size=8).map(
        "".join
    ),
)
KRONER = st.integers(0, 10**9).map(lambda ore: f"{ore // 100}.{ore % 100:02}")


@pytest.mark.parametrize("name", ["takstfil.xlsx", "takstfil.csv"])
def test_an_unchanged_file_changes_nothing(name: str) -> None:
    content = exported() if name.endswith("xlsx") else write_csv(document())
    found = difference(content, name=name)
    assert found.rows == ()
    assert found.unchanged == len(ROWS)


@settings(deadline=None, max_examples=60)
@given(
    facility=TEXTS,
    label=st.text("abcæøå |=+-12;'", max_size=30),
    reason=TEXTS,
    amount=KRONER,
    places=st.integers(0, 10_000).map(str),
)
def test_every_text_and_number_comes_back(
    facility: str, label: str, reason: str, amount: str, places: str
) -> None:
    facility, label, reason = (canonical_text(one) for one in (facility, label, reason))
    assume(not any(map(CODES_IN_A_ROW.search, (facility, label, reason))))
    rows = (
        price(
            label=label, facility=facility, reason=reason, amount=amount, places=places, covered="0"
        ),
    )
    for content, name in ((write(document(rows)), "a.xlsx"), (write_csv(document(rows)), "a.csv")):
        (row,) = read(content, name).rows
        assert not row.messages
        expected = {**rows[0], "stamp": stamp_of(rows[0])}
        assert {key: row.values[key] for key in expected if key != "note"} == {
            key: text for key, text in expected.items() if key != "note"
        }


def test_an_unchanged_file_that_libreoffice_saved_changes_nothing(tmp_path: Path) -> None:
    rows = (price(reason="=HYPERLINK(1)", facility="-æøå\nto linjer"), *ROWS[1:])
    content = converted(exported(rows), "takstfil.xlsx", "xlsx", tmp_path)
    found = difference(content, rows)
    assert found.rows == ()
    assert found.unchanged == len(rows)


def test_what_begins_like_a_formula_is_no_formula_in_the_workbook() -> None:
    content = exported((price(reason="=1+1", decision="@x"),))
    assert "<f>" not in member(content, "xl/worksheets/sheet1.xml")
    assert "=1+1" in member(content, "xl/sharedStrings.xml")


@pytest.mark.parametrize("text", [*BEGINNINGS, "almindelig", "", "'", "a=b"])
def test_no_cell_of_the_csv_can_be_run(text: str) -> None:
    assert armed(disarmed(text)) == text
    assert disarmed(text)[:1] not in set("=+-@\t\r")


def test_the_csv_is_what_excel_opens_in_denmark() -> None:
    content = write_csv(document())
    assert content.startswith(b"\xef\xbb\xbf")
    head, first, *_rest = content.decode("utf-8-sig").split("\r\n")
    assert head.split(";")[:3] == ["Driftsherre", "Ejerform", "Tilbud"]
    assert "1.234,50" in first.split(";")


def test_the_workbook_is_laid_out_for_its_users() -> None:
    sheet = member(exported(), "xl/worksheets/sheet1.xml")
    assert '<pane xSplit="3" ySplit="1"' in sheet
    assert "<autoFilter" in sheet
    assert sheet.count('type="list"') == sum(
        column.key in CHOICES and (column.editable or column.names) for column in COLUMNS
    )
    names = re.findall(r'<sheet name="([^"]+)"', member(exported(), "xl/workbook.xml"))
    assert names == ["Takster", "Vejledning", "Fund", "Lister", "Udtræk"]


def test_the_findings_and_the_facts_of_the_export_are_in_the_workbook() -> None:
    fault = Finding("x.y", Severity.ERROR, "Møllen", "=Taksten mangler", target="a")
    content = write(document(findings=[fault], operator="Egenby"))
    assert "=Taksten mangler" in member(content, "xl/sharedStrings.xml")
    assert "Takstfil 2027, Egenby" in member(content, "docProps/core.xml")
    facts = TariffWorkbook(content, "a.xlsx").facts()
    assert (facts.own, facts.year, facts.region, facts.operator) == (True, "2027", "Midt", "Egenby")
    assert facts.keys == {row["key"] for row in ROWS}


def test_the_same_document_gives_the_same_bytes() -> None:
    assert exported() == exported()
