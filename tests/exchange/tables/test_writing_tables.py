"""What a settlement makes, written: exact columns, the same bytes each time, all files or none."""

import csv
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from table_samples import Rows, sample

from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Settlement, settle
from rammevaerk.exchange.tables.writing import write_settlement

MONTHS = Months.parse("2025-03..2025-04")
NAMES = ["lines", "totals", "findings"]
# 600 minutes a week at 308 kr. are 440 kr. a day, 2,220 are 1,628 kr.; P1 is absent for ten days,
# seven of them past the three that are paid in full.
_DAY = (61700, 44000, 12345)
LINES = [
    ["P1", "2025-03", 31, 1869510, 4477000, 0, 6346510],
    *(
        ["P2", month, days, *(days * ore for ore in _DAY), days * sum(_DAY)]
        for month, days in (("2025-03", 31), ("2025-04", 30))
    ),
]


def settled(rows: Rows | None = None) -> Settlement:
    return settle(SettlementTables.from_rows(rows or sample()), MONTHS)


def write(folder: Path, form: str, made: Settlement | None = None) -> list[Path]:
    made = made or settled()
    return write_settlement(made, made.findings, folder, form)


def test_csv_has_the_columns_and_values_of_the_lines(tmp_path: Path) -> None:
    paths = write(tmp_path / "out", "csv")
    assert [path.name for path in paths] == ["lines.csv", "totals.csv", "findings.csv"]
    text = paths[0].read_text("utf-8")
    assert text.splitlines()[0] == (
        "placement,month,days,basis_ore,service_ore,supplement_ore,total_ore"
    )
    rows = [[*row[:2], *map(int, row[2:])] for row in csv.reader(text.splitlines()[1:])]
    assert rows == LINES
    assert paths[1].read_text("utf-8").splitlines()[0] == (
        "payer,operator,month,days,basis_ore,service_ore,supplement_ore,total_ore"
    )
    assert paths[2].read_text("utf-8") == "code,severity,table,row,column,key,message\n"


def test_parquet_holds_what_csv_holds(tmp_path: Path) -> None:
    rows = sample()
    rows["placements"].append(rows["placements"][0] | {"placement": "Ø,1", "facility": "?"})
    made = settled(rows)
    assert made.findings
    texts, tables = write(tmp_path / "csv", "csv", made), write(tmp_path / "pq", "parquet", made)
    for text, table in zip(texts, tables, strict=True):
        found = pq.read_table(table)
        with text.open(encoding="utf-8", newline="") as file:
            head, *lines = csv.reader(file)
        assert head == found.column_names
        assert lines == [[str(value) for value in row.values()] for row in found.to_pylist()]


def test_keys_that_are_numbers_are_written_as_numbers(tmp_path: Path) -> None:
    rows = sample()
    for table in ("placements", "absences", "supplements"):
        for row in rows[table]:
            row["placement"] = {"P1": 9, "P2": 10}[row["placement"]]
    made = settled(rows)
    lines = pq.read_table(write(tmp_path / "pq", "parquet", made)[0])
    assert lines.column("placement").to_pylist() == [9, 10, 10]
    assert write(tmp_path / "csv", "csv", made)[0].read_text("utf-8").splitlines()[1][:2] == "9,"


def test_letters_outside_ascii_are_kept(tmp_path: Path) -> None:
    rows = sample()
    for row in rows["placements"]:
        row["payer"] = "Æblerød " + row["payer"]
    paths = write(tmp_path, "parquet", settled(rows))
    assert pq.read_table(paths[1]).column("payer").to_pylist()[0] == "Æblerød Esbjerg"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_settlement_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    rows = sample()
    one = write(tmp_path / "one", form, settled(rows))
    other = {table: list(reversed(found)) for table, found in rows.items()}
    two = write(tmp_path / "two", form, settled(other))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_new_run_takes_the_place_of_an_old_one_and_leaves_other_files(tmp_path: Path) -> None:
    write(tmp_path, "csv")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    write(tmp_path, "parquet")
    assert sorted(os.listdir(tmp_path)) == sorted(
        [*(f"{name}.parquet" for name in NAMES), "notes.txt"]
    )


def test_a_file_where_the_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        write(tmp_path / "file", "csv")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_with_the_name_of_a_file_is_refused_before_anything_goes(
    tmp_path: Path, form: str
) -> None:
    write(tmp_path, "csv")
    (tmp_path / "totals.csv").unlink()
    (tmp_path / "totals.csv").mkdir()
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(IsADirectoryError, match="totals"):
        write(tmp_path, form)
    assert sorted(os.listdir(tmp_path)) == before
