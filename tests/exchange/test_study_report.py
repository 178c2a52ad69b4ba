"""A study's files: amounts are numbers, texts are texts, and what is not shown is not in them."""

import io
import struct
import zipfile
import zlib
from datetime import date

import docx
import pytest
from python_calamine import CalamineWorkbook

from rammevaerk.exchange.study_report import (
    Heading,
    HeadingKind,
    Picture,
    ReportTable,
    StudyReport,
    write_word,
    write_workbook,
)

FORMULA = '=HYPERLINK("https://example.org")'


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        sealed = kind + data
        return struct.pack(">I", len(data)) + sealed + struct.pack(">I", zlib.crc32(sealed))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\x00" + b"\xff" * width for _row in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def report() -> StudyReport:
    headings = (
        Heading("Betaler"),
        Heading("Indskrivninger", HeadingKind.COUNT),
        Heading("Ændring (kr.)", HeadingKind.ORE),
    )
    rows = ((FORMULA, 12_345, -123_456_789), ("Samsø", None, None), ("+1", 0, 0))
    return StudyReport(
        title="Studie",
        sentence="Summen er 0.",
        organisation="Viborg Kommune",
        made_on=date(2026, 11, 22),
        notes=("En note",),
        tables=(
            ReportTable("Sammenfatning", "Sammenfatning", headings, rows, ("I alt", 1, 2)),
            ReportTable("Tom", "Ingen", headings, ()),
            ReportTable("Lang", "Kun i Excel", headings, rows, in_word=False),
        ),
        pictures=(Picture("Bredt", png(40, 4)), Picture("Højt", png(4, 40))),
    )


def test_the_workbook_has_a_sheet_for_each_table_with_exact_amounts() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_workbook(report())))
    assert book.sheet_names == ["Sammenfatning", "Tom", "Lang"]
    cells = book.get_sheet_by_name("Lang").to_python()
    assert [FORMULA, 12345.0, -1234567.89] in cells
    assert ["Samsø", "skjult", "skjult"] in cells
    assert ["+1", 0.0, 0.0] in cells


def test_nothing_in_the_workbook_is_a_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(write_workbook(report()))) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "/sheet" in name]
    assert sheets
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_the_document_has_sentence_tables_and_pictures_that_fit() -> None:
    file = docx.Document(io.BytesIO(write_word(report())))
    texts = [one.text for one in file.paragraphs]
    assert "Summen er 0." in texts
    assert "Kun i Excel" not in texts
    assert "Ingen rækker." in texts
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows] == [
        ["Betaler", "Indskrivninger", "Ændring (kr.)"],
        [FORMULA, "12.345", "-1.234.567,89"],
        ["Samsø", "skjult", "skjult"],
        ["+1", "0", "0,00"],
        ["I alt", "1", "0,02"],
    ]
    sizes = [(shape.width.cm, shape.height.cm) for shape in file.inline_shapes]
    assert all(width <= 19.1 and height <= 10.6 for width, height in sizes)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert write_workbook(report()) == write_workbook(report())
    assert write_word(report()) == write_word(report())


def test_a_row_that_does_not_fit_its_headings_is_a_slip_of_ours() -> None:
    with pytest.raises(ValueError, match="1 cells"):
        ReportTable("A", "A", (Heading("x"), Heading("y")), (("1",),))
