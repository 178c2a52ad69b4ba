"""Files that cannot be read as a takstfil: refused with a reason, in bounded work."""

import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from office_samples import OLE_START, changed, excel, member, relationships, zipped
from takstfil_samples import ROWS, difference, document, exported, read, table

from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.tariff_file.columns import COLUMNS
from rammevaerk.exchange.tariff_file.csv_file import separator_of, write_csv
from rammevaerk.exchange.tariff_file.difference import Kind
from rammevaerk.exchange.tariff_file.grid import TariffWorkbook
from rammevaerk.exchange.tariff_file.layout import ROW_LIMIT
from rammevaerk.exchange.tariff_file.mapping import own_map

LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"


def refusal(content: bytes, name: str = "takstfil.xlsx") -> str:
    with pytest.raises(RefusedFile) as refused:
        read(content, name)
    return refused.value.reason_da


def test_macros_links_passwords_and_the_old_format_are_refused() -> None:
    whole = exported()
    assert "makroer" in refusal(changed(whole, {"xl/vbaProject.bin": b"x"}))
    link = relationships(("r1", LINK, "anden.xlsx", True))
    parts = {"xl/externalLinks/externalLink1.xml": "<externalLink/>", "xl/x.rels": link}
    assert "henter værdier fra en anden fil" in refusal(changed(whole, parts))
    secret = OLE_START + "EncryptedPackage".encode("utf-16-le")
    assert "adgangskode" in refusal(secret)
    old = OLE_START + "Workbook".encode("utf-16-le")
    assert "det gamle Excel-format (xls)" in refusal(old, "takstfil.xls")
    assert "en ren tekstfil, som ikke kan bruges" in refusal(b"takster", "takstfil.txt")
    assert "tom" in refusal(b"")


def test_what_is_made_to_explode_is_refused() -> None:
    whole = exported()
    sheet = member(whole, "xl/worksheets/sheet1.xml")
    bomb = sheet.replace("<sheetData>", "<sheetData>" + " " * 40_000_000)
    assert "pakker ud til så meget" in refusal(changed(whole, {"xl/worksheets/sheet1.xml": bomb}))


def test_a_million_empty_rows_are_no_rows() -> None:
    whole = exported()
    sheet = member(whole, "xl/worksheets/sheet1.xml")
    style = '<c r="A{0}" s="3"/>'
    rows = "".join(f'<row r="{at}">{style.format(at)}</row>' for at in range(9, 1_048_577))
    padded = sheet.replace("</sheetData>", rows + "</sheetData>").replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    stored = _replaced(whole, "xl/worksheets/sheet1.xml", padded)
    assert difference(stored).rows == ()


def _replaced(content: bytes, name: str, text: str) -> bytes:
    """Packed only so much that no guard against bombs would stop it."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(buffer, "w") as after:
        for one in before.namelist():
            data = text.encode() if one == name else before.read(one)
            after.writestr(one, data, zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def test_more_rows_than_can_be_read_are_refused_before_they_are_read() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Takster")
        for index, column in enumerate(COLUMNS):
            sheet.write_string(0, index, column.header)
        for number in range(1, ROW_LIMIT + 60):
            sheet.write_number(number, 10, number)
    assert "flere end 20.000 rækker" in refusal(buffer.getvalue())
    lines = "\r\n".join(["Ydelsesnøgle;Takst (kr.)", *["a/b;1,00"] * (ROW_LIMIT + 60)])
    assert "flere end 20.000 rækker" in refusal(lines.encode(), "takstfil.csv")


def test_merged_headings_are_refused_and_merged_rows_are_stopped() -> None:
    sheet = member(exported(), "xl/worksheets/sheet1.xml")

    def merged(reference: str) -> bytes:
        cells = f'</sheetData><mergeCells><mergeCell ref="{reference}"/></mergeCells>'
        text = sheet.replace("</sheetData>", cells)
        return changed(exported(), {"xl/worksheets/sheet1.xml": text})

    assert "Overskrifterne i cellerne K1:L1 er flettet" in refusal(merged("K1:L1"))
    found = difference(merged("K2:K3"))
    assert [row.number for row in found.rows] == [2, 3]
    assert "K2:K3 er flettet" in found.rows[0].messages[0].text_da


def test_a_formula_is_not_taken_for_its_result() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Takster")
        for index, column in enumerate(COLUMNS):
            sheet.write_string(0, index, column.header)
            sheet.write_string(1, index, ROWS[0].get(column.key, "") if index > 30 else "")
        sheet.write_formula(1, 10, "=1+1", None, 2)
    (row,) = read(buffer.getvalue()).rows
    assert any("formel" in message.text_da for message in row.messages)


@pytest.mark.parametrize("stored", ["NaN", "abc", "-inf", "1e999"])
def test_a_stored_number_that_is_none_stops_its_row(stored: str) -> None:
    whole = exported()
    sheet = member(whole, "xl/worksheets/sheet1.xml")
    begun = sheet.index("<v>", sheet.index('<c r="K2"')) + 3
    broken = sheet[:begun] + stored + sheet[sheet.index("</v>", begun) :]
    (row,) = difference(_replaced(whole, "xl/worksheets/sheet1.xml", broken)).rows
    assert (row.number, row.kind) == (2, Kind.FAULT)


def test_moved_columns_are_found_and_missing_ones_are_said() -> None:
    names = ["Takst (kr.)", "Nøgle", "Ydelsesnøgle", "Noget andet"]
    rows = [[1300, ROWS[0]["key"], ROWS[0]["service_key"], "x"]]
    content = table(names, *rows)
    assert "ingen kolonne for «Enhed», «Dagebasis»" in read(content).remarks[0]
    (row, *_gone) = difference(content).rows
    assert [one.column for one in row.cells] == ["amount"]


def test_a_heading_that_was_renamed_or_is_there_twice() -> None:
    renamed = table(["Nøgle", "Prisen"], ["x", 1])
    assert own_map(TariffWorkbook(renamed, "a.xlsx")) is None
    twice = table(["Nøgle", "Takst (kr.)", "takst (kr.)"], ["x", 1, 2])
    assert "står to gange, i kolonne B og C" in refusal(twice)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_with_any_separator_and_alphabet(separator: str) -> None:
    text = f"Nøgle{separator}Takst (kr.)\n{ROWS[0]['key']}{separator}1300\n"
    for alphabet in ("utf-8", "utf-8-sig", "cp1252"):
        (row, *_gone) = difference(text.encode(alphabet), name="a.csv").rows
        assert row.after["amount"] == "1300.00"


def test_commas_in_names_and_amounts_do_not_split_a_file_of_semicolons() -> None:
    names = ["Møllen, Viborg, nord, syd", "Hus, a, b", "Gården"]
    rows = [f"{name};Døgn, lang, ophold;1.300,00" for name in names]
    text = "\n".join(["Takster 2027, Viborg, alle", "Tilbud;Ydelse;Takst", *rows])
    assert separator_of(text) == ";"
    assert separator_of("Tilbud,Takst\nMøllen,1300\n") == ","
    assert separator_of("Takst") == ";"
    several = "\n".join(f'"{";".join("abc"[:n])}";1,00;2,00;3,00' for n in (1, 2, 3))
    assert separator_of(f"Målgrupper;Takst;Pris;Beløb\n{several}") == ";"


def test_csv_that_is_none_is_refused() -> None:
    broken = write_csv(document()) + b'"aldrig lukket;'
    assert "anførselstegn er ikke lukket" in refusal(broken, "takstfil.csv")
    assert "hverken ren tekst" in refusal(b"\x00\x01\x02\x03" * 50, "takstfil.csv")


def test_only_workbooks_and_csv_are_read() -> None:
    assert "er et zip-arkiv" in refusal(zipped({"a.txt": "x"}), "a.zip")
    assert own_map(TariffWorkbook(excel({"A1": "Andet"}), "a.xlsx")) is None
