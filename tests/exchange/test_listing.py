"""A list as a workbook: values exact, text as text, the same bytes for the same list."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from rammevaerk.exchange.listing import ColumnKind, ListColumn, Value, write_listing

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
COLUMNS = (
    ListColumn("Tilbud"),
    ListColumn("Pladser (antal)", ColumnKind.WHOLE),
    ListColumn("Dagspris (kr.)", ColumnKind.ORE),
    ListColumn("Belægning", ColumnKind.BASIS_POINTS),
    ListColumn("Lukket", ColumnKind.DAY),
)


def written(*rows: tuple[Value, ...], title: str = "Tilbud") -> bytes:
    return write_listing(title, COLUMNS, rows, about=[("Opgjort pr.", "1. marts 2026")], at=AT)


def sheet(content: bytes, name: str = "Tilbud") -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def test_values_come_out_exact_and_under_their_headings() -> None:
    rows = sheet(written(("Åhuset", 1234, 245_050, 9_750, date(2026, 1, 1)), ("Tom", *[None] * 4)))
    assert rows[0] == ["Tilbud", "Pladser (antal)", "Dagspris (kr.)", "Belægning", "Lukket"]
    assert rows[1] == ["Åhuset", 1234, 2450.5, 0.975, date(2026, 1, 1)]
    assert rows[2][0] == "Tom"
    assert set(rows[2][1:]) == {""}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+45 12",
        "-5",
        "@SUM(A1)",
        "{=A1}",
        "https://example.org/",
        "<r>x</r>",
        "\t=1",
        "mailto:a@b.dk",
    ],
)
def test_text_is_text_whatever_it_begins_with(text: str) -> None:
    content = written((text, None, None, None, None))
    assert str(sheet(content)[1][0]).strip() == text.strip()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    assert not [name for name in names if "externalLink" in name or "vba" in name]


def test_the_same_list_gives_the_same_bytes() -> None:
    assert written(("A", 1, 1, 1, None)) == written(("A", 1, 1, 1, None))


def test_a_sheet_says_what_the_list_is() -> None:
    assert sheet(written(), "Om listen")[-1] == ["Opgjort pr.", "1. marts 2026"]


def test_a_title_that_is_no_sheet_name_is_made_one() -> None:
    content = written(title="Tilbud: [alle] / af dem, som er nævnt i aftalens bilag")
    names = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    assert names[0] == "Tilbud alle af dem, som er nævn"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    assert len(str(sheet(written(("x" * 40_000, None, None, None, None)))[1][0])) == 32_767


def test_a_row_that_does_not_fit_the_columns_is_a_slip_of_ours() -> None:
    with pytest.raises(ValueError, match="zip"):
        written(("A", 1))
