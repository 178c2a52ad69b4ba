"""Tables that cannot be settled: each fault is named with table, row, line and column."""

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from table_samples import (
    arrow_table,
    csv_text,
    sample,
    with_column,
    write_csv,
    write_parquet,
)

from rammevaerk.exchange.tables.faults import UnusableTables
from rammevaerk.exchange.tables.reading import read_tables


def refused(folder: Path) -> UnusableTables:
    with pytest.raises(UnusableTables) as caught:
        read_tables(folder)
    return caught.value


def codes(error: UnusableTables) -> list[tuple[str, str, int, str]]:
    return [
        (one.code.removeprefix("tables."), one.table, one.row, one.column) for one in error.findings
    ]


BAD_CELLS = [
    ("tariffs", "basis_ore", "12.5", "decimals"),
    ("tariffs", "basis_ore", "61700.0", "decimals"),
    ("tariffs", "basis_ore", '"617,00"', "ore-or-kroner"),
    ("tariffs", "hour_ore", "1.234", "thousands-or-decimals"),
    ("tariffs", "hour_ore", '"1,234"', "ore-or-kroner"),
    ("tariffs", "hour_ore", "6.17E+04", "scientific"),
    ("tariffs", "hour_ore", "1e5", "scientific"),
    ("tariffs", "hour_ore", "9223372036854775808", "too-large"),
    ("tariffs", "hour_ore", "1" + "0" * 40, "too-large"),
    ("tariffs", "hour_ore", "", "empty-cell"),
    ("tariffs", "hour_ore", "NaN", "not-number"),
    ("tariffs", "hour_ore", "NULL", "not-number"),
    ("tariffs", "hour_ore", "308 kr.", "not-number"),
    ("tariffs", "hour_ore", "0x1F", "not-number"),
    ("tariffs", "hour_ore", "--5", "not-number"),
    ("tariffs", "hour_ore", "-", "not-number"),
    ("tariffs", "hour_ore", "٣٠٨", "not-number"),
    ("tariffs", "valid_from", "2025-02-31", "no-such-day"),
    ("tariffs", "valid_from", "2025-13-01", "no-such-day"),
    ("tariffs", "valid_from", "0000-01-01", "no-such-day"),
    ("tariffs", "valid_from", "2025-01-01T00:00", "time-in-date"),
    ("tariffs", "valid_from", "2025-01-01 08:00", "time-in-date"),
    ("tariffs", "valid_from", "", "empty-cell"),
    ("tariffs", "valid_from", "01-02-2025", "day-or-month"),
    ("tariffs", "valid_from", "31-12-25", "short-year"),
    ("tariffs", "valid_from", "45658", "serial-date"),
    ("tariffs", "valid_from", "145658", "not-date"),
    ("tariffs", "hour_ore", "100 000", "blanks-in-number"),
    ("tariffs", "hour_ore", "1\u00a0000\u00a0000", "blanks-in-number"),
    ("tariffs", "hour_ore", '"1\u202f000,50"', "blanks-in-number"),
    ("tariffs", "hour_ore", "10 00", "not-number"),
    ("placements", "start", "45721.5", "serial-date"),
    ("placements", "start", '"45721,833333"', "serial-date"),
    ("placements", "payer", "  ", "blank-key"),
    ("placements", "payer", "\u00a0\u3000", "blank-key"),
    ("tariffs", "valid_from", "januar 2025", "not-date"),
    ("placements", "start", "2025-03-01", "no-time"),
    ("placements", "start", "2025-03-01T24:00", "no-such-time"),
    ("placements", "start", "2025-03-01T12:60", "no-such-time"),
    ("placements", "start", "2025-02-30T12:00", "no-such-day"),
    ("placements", "start", "2025-03-01T12:00Z", "time-zone"),
    ("placements", "start", "2025-03-01T12:00:00+01:00", "time-zone"),
    ("placements", "start", "2025-03-01T12:00:00.0000001", "too-fine"),
    ("placements", "start", "i morgen", "not-moment"),
    ("placements", "start", "", "empty-cell"),
    ("placements", "minutes_per_week", "37,5", "cells-in-row"),
    ("placements", "payer", "", "empty-cell"),
    ("placements", "payer", "x" * 201, "long-key"),
    ("placements", "payer", "a\x07b", "control-character"),
    ("facilities", "day_count", "Kalender", "not-day-count"),
    ("facilities", "cap", "mange", "not-number"),
]


@pytest.mark.parametrize(("table", "column", "text", "code"), BAD_CELLS)
def test_a_bad_cell_in_csv_is_named(
    tmp_path: Path, table: str, column: str, text: str, code: str
) -> None:
    rows = sample()
    rows[table][1][column] = text
    error = refused(write_csv(tmp_path, rows))
    if code == "cells-in-row":
        assert codes(error) == [(code, table, 2, "")]
        assert "Linje 3 har 8 celler, men der er 7 kolonnenavne." in str(error)
    else:
        assert codes(error) == [(code, table, 2, column)]
        assert str(error).startswith(f"{table}.csv, række 2 (linje 3), kolonnen {column}: ")


UTC = pa.timestamp("us", tz="UTC")
BAD_COLUMNS = [
    ("tariffs", "basis_ore", pa.array([61700.0, 61700.5]), "column-type", 1),
    ("tariffs", "basis_ore", pa.array([61700.0, float("nan")]), "column-type", 1),
    ("tariffs", "basis_ore", pa.array([True, False]), "column-type", 1),
    ("tariffs", "basis_ore", pa.array(["61700", "12.5"]), "decimals", 2),
    ("tariffs", "basis_ore", pa.array([61700, None]), "empty-cell", 2),
    ("tariffs", "basis_ore", pa.array([1, 2**63], pa.uint64()), "too-large", 2),
    ("tariffs", "valid_from", pa.array([20000, 20001]), "column-type", 1),
    ("tariffs", "valid_from", pa.array([date(2025, 1, 1), None]), "empty-cell", 2),
    (
        "tariffs",
        "valid_from",
        pa.array([datetime(2025, 1, 1), datetime(2025, 1, 1, 8)]),
        "time-in-date",
        2,
    ),
    ("tariffs", "valid_from", pa.array([20000, 4_000_000], pa.date32()), "no-such-day", 2),
    ("placements", "start", pa.array([date(2025, 3, 1), date(2025, 3, 2)]), "no-time", 1),
    ("placements", "start", pa.array([datetime(2025, 3, 1), None], UTC), "time-zone", 1),
    ("placements", "start", pa.array([1, 1000], pa.timestamp("ns")), "too-fine", 1),
    ("placements", "start", pa.array([0, 10**18], pa.timestamp("us")), "no-such-day", 2),
    ("placements", "start", pa.array([29_000_000, 29_000_001]), "column-type", 1),
    ("placements", "payer", pa.array(["Ribe", None]), "empty-cell", 2),
    ("placements", "payer", pa.array([1.0, 2.0]), "column-type", 1),
    ("placements", "payer", pa.array([b"Ribe", b"\xe6"], pa.binary()), "control-character", 2),
    ("placements", "payer", pa.array([[1], [2]]), "column-type", 1),
]


@pytest.mark.parametrize(("table", "column", "values", "code", "row"), BAD_COLUMNS)
def test_a_bad_column_in_parquet_is_named(
    tmp_path: Path, table: str, column: str, values: pa.Array, code: str, row: int
) -> None:
    error = refused(write_parquet(tmp_path, **{table: with_column(table, column, values)}))
    assert codes(error)[0] == (code, table, row, column)
    assert str(error).startswith(f"{table}.parquet, række {row}, kolonnen {column}: ")


def test_all_faults_are_told_at_once_and_after_a_hundred_only_counted(tmp_path: Path) -> None:
    rows = sample()
    first = rows["placements"][0]
    rows["placements"] = [first | {"start": "x", "minutes_per_week": "y"} for _ in range(80)]
    rows["facilities"][0]["cap"] = "z"
    error = refused(write_csv(tmp_path, rows))
    assert len(error.findings) == 101
    assert codes(error)[0] == ("not-number", "facilities", 1, "cap")
    assert codes(error)[1:3] == [
        ("not-number", "placements", 1, "minutes_per_week"),
        ("not-moment", "placements", 1, "start"),
    ]
    assert str(error).endswith("Og 61 celler mere, der ikke kan bruges.")


def test_missing_columns_are_named_with_those_there_are(tmp_path: Path) -> None:
    text = csv_text(sample()["absences"], "absences").replace("from", "fra")
    error = refused(write_csv(tmp_path / "csv", absences=text))
    assert codes(error) == [("missing-column", "absences", 0, "from")]
    assert "placement, fra, to" in str(error)
    table = arrow_table(sample()["absences"], "absences").drop_columns(["placement", "to"])
    error = refused(write_parquet(tmp_path / "parquet", absences=table))
    assert codes(error) == [
        ("missing-column", "absences", 0, "placement"),
        ("missing-column", "absences", 0, "to"),
    ]


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    error = refused(write_csv(tmp_path, absences="placement,from,to,from\nP1,x,y,z\n"))
    assert codes(error) == [("repeated-column", "absences", 0, "from")]


def test_missing_and_ambiguous_files_are_all_named(tmp_path: Path) -> None:
    folder = write_csv(tmp_path)
    (folder / "tariffs.csv").unlink()
    (folder / "absences.parquet").write_bytes(b"")
    (folder / "placements.csv").unlink()
    (folder / "placements.csv").mkdir()
    (folder / "supplements.csv").unlink()
    (folder / "supplements.csv").symlink_to("supplements.csv")
    error = refused(folder)
    assert codes(error) == [
        ("missing-file", "tariffs", 0, ""),
        ("not-a-file", "placements", 0, ""),
        ("two-files", "absences", 0, ""),
        ("unreadable-file", "supplements", 0, ""),
    ]
    assert "absences.csv og absences.parquet findes begge" in str(error)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert codes(refused(tmp_path / "nowhere")) == [("no-folder", "", 0, "")]
    (tmp_path / "file").write_bytes(b"x")
    assert codes(refused(tmp_path / "file")) == [("no-folder", "", 0, "")]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"sep=;\n"])
def test_an_empty_file_is_said(tmp_path: Path, content: bytes) -> None:
    error = refused(write_csv(tmp_path, absences=content))
    assert codes(error) == [("empty-file", "absences", 0, "")]


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("a.txt", "x")
    return held.getvalue()


@pytest.mark.parametrize("content", [zipped(), b"PAR1" + bytes(90), b"a,b\n1,\x00\n", b"%PDF-1.7"])
def test_a_file_that_only_is_called_csv_is_refused(tmp_path: Path, content: bytes) -> None:
    error = refused(write_csv(tmp_path, absences=content))
    assert codes(error) == [("not-csv", "absences", 0, "")]


@pytest.mark.parametrize("keep", [0, 4, 30, -8, -1])
def test_a_cut_off_parquet_file_is_refused(tmp_path: Path, keep: int) -> None:
    path = write_parquet(tmp_path) / "placements.parquet"
    path.write_bytes(path.read_bytes()[:keep])
    assert codes(refused(tmp_path)) == [("not-parquet", "placements", 0, "")]


def test_a_row_with_too_few_or_too_many_cells_is_named_by_its_line(tmp_path: Path) -> None:
    text = "placement,from,to\nP1,2025-01-01,2025-01-02\n\nP1,2025-01-01\nP1,,,\n"
    error = refused(write_csv(tmp_path, absences=text))
    assert [(one.row, one.message[:7]) for one in error.findings] == [
        (2, "Linje 4"),
        (3, "Linje 5"),
    ]


DAYS = "2025-01-01,2025-01-02"
LOOSE_MARKS = [
    (f'P0,{DAYS}\n"P1,{DAYS}\nP1,{DAYS}\n', ["Linje 3: anførselstegnet foran cellen bliver al"]),
    (f'"P0","{DAYS}\n', ["Linje 2: anførselstegnet foran cellen bliver aldrig lukket"]),
    (f'"K"x,{DAYS}\n', ['Linje 2: efter anførselstegnene om «"K"» står «x». ']),
    (f'"K" ,{DAYS}\r\n"L"y\r\n', ["Linje 2: efter", "Linje 3: efter"]),
    (f'"K,{DAYS}\nL,{DAYS}\n"M",{DAYS}\n', ['Linje 2: efter anførselstegnene om «"K,2025']),
]


@pytest.mark.parametrize(("rows", "told"), LOOSE_MARKS)
def test_a_loose_quotation_mark_is_named_with_its_line(
    tmp_path: Path, rows: str, told: list[str]
) -> None:
    error = refused(write_csv(tmp_path, absences="placement,from,to\n" + rows))
    assert [one.code for one in error.findings] == ["tables.quotation-mark"] * len(told)
    for finding, begins in zip(error.findings, told, strict=True):
        assert finding.message.startswith(begins)


def test_an_unclosed_mark_says_how_a_key_with_a_separator_is_written(tmp_path: Path) -> None:
    text = 'placement;from;to\n"P1;2025-01-01;2025-01-02\n'
    assert '"Nord;Syd"' in str(refused(write_csv(tmp_path, absences=text)))


@pytest.mark.parametrize("key", ['"P,1"', '"P""1"', '"""P1"""', 'P"1', 'P"1"x', '"P\'1"', '""""'])
def test_marks_around_a_whole_cell_or_within_one_are_well(tmp_path: Path, key: str) -> None:
    rows = sample()
    rows["placements"][0]["payer"] = rows["placements"][1]["payer"] = key
    (payer,) = read_tables(write_csv(tmp_path, rows)).tables.domains["payer"].labels.tolist()
    assert [payer] == next(csv.reader([key]))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("P1,2025-01-01,2025-01-02,", "Linje 2 har 4 celler, men der er 3 kolonnenavne. Hører et"),
        ("P1", "Linje 2 har 1 celle, men der er 3 kolonnenavne. Sæt et komma for hver celle"),
    ],
)
def test_a_wrong_number_of_cells_says_what_to_do(tmp_path: Path, row: str, said: str) -> None:
    assert said in str(refused(write_csv(tmp_path, absences=f"placement,from,to\n{row}\n")))


def test_a_sign_that_is_no_text_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(write_csv(tmp_path, absences=b"placement,from,to\nP1,2025-01-01,\x00\n"))
    assert "absences.csv, linje 2: her står et tegn, der ikke er tekst" in str(error)


@pytest.mark.parametrize("long", ["x" * 200_000, "x" * 3_000_000])
def test_a_giant_cell_is_told_and_no_traceback(tmp_path: Path, long: str) -> None:
    rows = sample()
    rows["placements"][0]["payer"] = long
    found = [one.code for one in refused(write_csv(tmp_path, rows)).findings]
    assert found in (["tables.long-key"], ["tables.not-csv"])
    refused(write_csv(tmp_path, absences=long))


def test_one_cell_more_is_counted_in_the_singular(tmp_path: Path) -> None:
    rows = sample()
    rows["placements"] = [rows["placements"][0] | {"start": "x"} for _ in range(101)]
    assert str(refused(write_csv(tmp_path, rows))).endswith("Og 1 celle mere, der ikke kan bruges.")


def test_a_number_of_a_person_is_masked_in_messages(tmp_path: Path) -> None:
    rows = sample()
    rows["facilities"][0]["cap"] = "-".join(["010190", "1" * 4])
    assert "1111" not in str(refused(write_csv(tmp_path, rows)))


def test_a_line_break_within_a_cell_moves_the_lines_not_the_rows(tmp_path: Path) -> None:
    rows = sample()
    rows["placements"][0]["payer"] = '"Es\nbjerg"'
    rows["placements"][1]["start"] = "x"
    error = refused(write_csv(tmp_path, rows))
    assert codes(error) == [
        ("control-character", "placements", 1, "payer"),
        ("not-moment", "placements", 2, "start"),
    ]
    assert "række 2 (linje 4)" in str(error)
