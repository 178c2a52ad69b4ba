"""Folders of tables, read: CSV, Parquet and rows in memory are one and the same thing."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_samples import (
    Rows,
    arrow_table,
    csv_text,
    sample,
    with_column,
    write_csv,
    write_parquet,
)

from rammevaerk.engine.settlement.inputs import COLUMNS, SettlementTables
from rammevaerk.exchange.tables.csv_files import arrows_own
from rammevaerk.exchange.tables.reading import read_tables


def plain(tables: SettlementTables) -> dict[str, Any]:
    """Return tables as lists, so that two can be compared with =="""
    found: dict[str, Any] = {
        kind: (domain.labels.dtype.kind, domain.labels.tolist())
        for kind, domain in tables.domains.items()
    }
    for table in COLUMNS:
        columns = getattr(tables, table)
        found[table] = {
            field.name: getattr(columns, field.name).tolist() for field in fields(columns)
        }
        assert all(getattr(columns, field.name).dtype == np.int64 for field in fields(columns))
    return found


def test_csv_parquet_and_rows_give_the_same_tables(tmp_path: Path) -> None:
    wanted = plain(SettlementTables.from_rows(sample()))
    for found in (
        read_tables(write_csv(tmp_path / "csv")),
        read_tables(write_parquet(tmp_path / "parquet")),
    ):
        assert plain(found.tables) == wanted
        assert found.findings == ()


KEYS = st.one_of(
    st.lists(st.integers(0, 10**18 - 1), min_size=3, max_size=3, unique=True),
    st.lists(
        st.text(
            st.characters(exclude_categories=("C", "Z"), exclude_characters='",;\ufeff'),
            min_size=1,
            max_size=12,
        ),
        min_size=3,
        max_size=3,
        unique=True,
    ),
    st.just(["007", "7", "70"]),
    st.just([9, 10, 100]),
    st.just(["9", "10", "æ"]),
)
NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1)
DAYS = st.dates()
MOMENTS = st.datetimes().map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def folders(draw: st.DrawFn) -> Rows:
    """Draw rows of all five tables; nothing in them need make sense."""
    keys = {name: draw(KEYS) for name in ("facility", "operator", "plan", "placement", "payer")}

    def cell(column: str) -> Any:
        if column in keys:
            return draw(st.sampled_from(keys[column]))
        if column == "day_count":
            return draw(st.sampled_from(["calendar", "hotel"]))
        if column in {"start", "end"}:
            return draw(MOMENTS | st.none() if column == "end" else MOMENTS)
        if column in {"from", "to", "valid_from"}:
            return draw(DAYS | st.none() if column == "to" else DAYS)
        return draw(NUMBERS)

    return {
        table: [
            {column: cell(column) for column in columns} for _ in range(draw(st.integers(0, 4)))
        ]
        for table, columns in COLUMNS.items()
    }


@given(folders())
@settings(deadline=None, max_examples=60)
def test_whatever_is_written_comes_back_the_same_from_csv_and_parquet(rows: Rows) -> None:
    wanted = plain(SettlementTables.from_rows(rows))
    with TemporaryDirectory() as place:
        for write in (write_csv, write_parquet):
            found = read_tables(write(Path(place) / write.__name__, rows))
            assert plain(found.tables) == wanted
            assert {one.code for one in found.findings} <= {"tables.no-rows"}


@given(st.lists(MOMENTS, min_size=1, max_size=30), st.booleans())
@settings(deadline=None, max_examples=40)
def test_danish_dates_mean_what_iso_dates_mean(moments: list[datetime], padded: bool) -> None:
    rows = sample()
    rows["placements"] = [rows["placements"][0] | {"start": at} for at in moments]
    wanted = plain(SettlementTables.from_rows(rows))
    for row in rows["placements"]:
        at = row["start"]
        day = f"{at:%d-%m}" if padded else f"{at.day}-{at.month}"
        row["start"] = f"{day}-{at.year:04d} {at:%H:%M}"
    with TemporaryDirectory() as place:
        text = csv_text(rows["placements"], "placements", ";")
        found = read_tables(write_csv(Path(place), rows, placements=text))
    assert plain(found.tables) == wanted


def test_the_order_of_columns_does_not_matter_and_others_are_told_of(tmp_path: Path) -> None:
    rows = sample()
    rows["absences"] = [
        {"note": "ferie", "to": row["to"], "from": row["from"], "placement": row["placement"]}
        for row in rows["absences"]
    ]
    wanted = plain(SettlementTables.from_rows(sample()))
    table = pa.table(
        {name: [row[name] for row in rows["absences"]] for name in rows["absences"][0]}
    )
    for folder in (
        write_csv(tmp_path / "csv", rows),
        write_parquet(tmp_path / "parquet", sample(), absences=table),
    ):
        found = read_tables(folder)
        assert plain(found.tables) == wanted
        assert [(one.code, one.table, one.column) for one in found.findings] == [
            ("tables.extra-column", "absences", "note")
        ]


def test_a_table_may_have_no_rows(tmp_path: Path) -> None:
    rows = {table: [] for table in COLUMNS}
    empty = plain(SettlementTables.from_rows(rows))
    assert plain(read_tables(write_csv(tmp_path / "csv", rows)).tables) == empty
    assert plain(read_tables(write_parquet(tmp_path / "parquet", rows)).tables) == empty
    bare = csv_text([], "absences").rstrip()
    assert plain(read_tables(write_csv(tmp_path / "csv", rows, absences=bare)).tables) == empty


def test_a_byte_order_mark_and_windows_line_ends_say_nothing(tmp_path: Path) -> None:
    text = csv_text(sample()["placements"], "placements").replace("\n", "\r\n")
    found = read_tables(write_csv(tmp_path / "a", placements=b"\xef\xbb\xbf" + text.encode()))
    assert plain(found.tables) == plain(SettlementTables.from_rows(sample()))
    assert found.findings == ()


def test_keys_are_numbers_only_where_every_table_has_numbers(tmp_path: Path) -> None:
    rows = sample()
    for table in ("placements", "absences", "supplements"):
        for row in rows[table]:
            row["placement"] = int(row["placement"][1:])
    found = read_tables(write_csv(tmp_path / "whole", rows)).tables.domains["placement"]
    assert found.labels.tolist() == [1, 2]
    rows["supplements"][0]["placement"] = "02"
    found = read_tables(write_csv(tmp_path / "mixed", rows)).tables.domains["placement"]
    assert found.labels.tolist() == ["02", "1", "2"]
    mixed = write_parquet(tmp_path / "parquet", rows)
    assert read_tables(mixed).tables.domains["placement"].labels.tolist() == ["02", "1", "2"]


def test_csv_and_parquet_may_stand_side_by_side(tmp_path: Path) -> None:
    folder = write_csv(tmp_path)
    (folder / "placements.csv").unlink()
    pq.write_table(arrow_table(sample()["placements"], "placements"), folder / "placements.parquet")
    assert plain(read_tables(folder).tables) == plain(SettlementTables.from_rows(sample()))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_parquet_date_time_may_have_any_unit(tmp_path: Path, unit: str) -> None:
    starts = [row["start"] for row in sample()["placements"]]
    table = with_column("placements", "start", pa.array(starts, pa.timestamp(unit)))
    found = read_tables(write_parquet(tmp_path, placements=table))
    assert plain(found.tables) == plain(SettlementTables.from_rows(sample()))


def test_parquet_written_by_others_is_read(tmp_path: Path) -> None:
    """Text for dates, midnights for days, narrow numbers, dictionaries with unused words."""
    rows = sample()
    words = pa.DictionaryArray.from_arrays(pa.array([1, 0], pa.int8()), ["P2", "P1", "unused", "9"])
    placements = arrow_table(rows["placements"], "placements")
    for name, values in {
        "placement": words,
        "minutes_per_week": pa.array([2220, 600], pa.uint16()),
        "start": pa.array(["2025-03-01T20:00", "2025-02-01 00:00:00"]),
        "facility": pa.array(["Åkanden", "Birken"], pa.large_string()),
        "payer": pa.array([b"Esbjerg", b"Ribe"], pa.binary()),
    }.items():
        placements = placements.set_column(placements.column_names.index(name), name, values)
    midnight = pa.array([datetime(2025, 3, 10)], pa.timestamp("ns"))
    folder = write_parquet(
        tmp_path, placements=placements, absences=with_column("absences", "from", midnight)
    )
    assert plain(read_tables(folder).tables) == plain(SettlementTables.from_rows(rows))


@pytest.mark.parametrize("kind", [pa.null(), pa.float64(), pa.string()])
def test_a_column_of_ends_that_are_all_open_may_have_any_type(
    tmp_path: Path, kind: pa.DataType
) -> None:
    rows = sample()
    for row in rows["placements"]:
        row["end"] = None
    placements = arrow_table(rows["placements"], "placements")
    at = placements.column_names.index("end")
    placements = placements.set_column(at, "end", pa.array([None, None], kind))
    found = read_tables(write_parquet(tmp_path, placements=placements))
    assert plain(found.tables) == plain(SettlementTables.from_rows(rows))


def test_without_rows_the_types_of_a_parquet_file_say_nothing(tmp_path: Path) -> None:
    nothing = pa.table({name: pa.nulls(0) for name in COLUMNS["absences"]})
    folder = write_parquet(tmp_path, absences=nothing)
    assert len(read_tables(folder).tables.absences.start) == 0


def test_many_row_groups_are_one_table(tmp_path: Path) -> None:
    rows = sample()
    first = rows["placements"][0]
    rows["placements"] = [
        first | {"placement": f"P{at % 7}", "end": first["end"] if at % 3 else None}
        for at in range(50)
    ]
    folder = write_parquet(tmp_path, rows)
    table = arrow_table(rows["placements"], "placements")
    pq.write_table(table, folder / "placements.parquet", row_group_size=6)
    assert plain(read_tables(folder).tables) == plain(SettlementTables.from_rows(rows))


def test_a_row_can_be_found_again_in_the_file(tmp_path: Path) -> None:
    text = csv_text(sample()["placements"], "placements")
    head, first, second = text.splitlines()
    found = read_tables(write_csv(tmp_path, placements=f"{head}\n\n{first}\n\n\n{second}\n"))
    assert found.files["placements"].place_da(2) == "placements.csv, række 2 (linje 6)"
    assert found.files["facilities"].place_da(2) == "facilities.csv, række 2 (linje 3)"
    parquet = read_tables(write_parquet(tmp_path / "parquet"))
    assert parquet.files["placements"].place_da(2) == "placements.parquet, række 2"


def test_dates_of_a_whole_era_are_read_right(tmp_path: Path) -> None:
    days = [date(1, 1, 1) + timedelta(days=97 * at) for at in range(37_650)]
    rows = sample()
    rows["absences"] = [{"placement": "P1", "from": day, "to": day} for day in days]
    found = read_tables(write_csv(tmp_path, rows)).tables.absences
    assert found.start.tolist() == [(day - date(1970, 1, 1)).days for day in days]


@pytest.mark.parametrize(
    "kind",
    [
        pa.large_string(),
        pa.string_view(),
        pa.binary(),
        pa.large_binary(),
        pa.binary_view(),
        pa.dictionary(pa.int8(), pa.large_string()),
    ],
    ids=str,
)
def test_text_of_every_type_in_parquet_may_be_a_key(tmp_path: Path, kind: pa.DataType) -> None:
    words = ["Ribe", "Ærø, langt ude i det sydfynske øhav"]
    table = with_column("placements", "payer", pa.array(words, kind))
    found = read_tables(write_parquet(tmp_path, placements=table)).tables
    assert found.domains["payer"].labels.tolist() == words
    assert found.placements.payer.tolist() == [0, 1]


@pytest.mark.parametrize("empty", ["facilities", "tariffs", "placements"])
def test_a_table_without_rows_is_told_where_nothing_can_come_of_it(
    tmp_path: Path, empty: str
) -> None:
    rows = sample() | {empty: [], "absences": [], "supplements": []}
    for write in (write_csv, write_parquet):
        found = read_tables(write(tmp_path / write.__name__, rows)).findings
        assert [(one.code, one.severity, one.table, one.row) for one in found] == [
            ("tables.no-rows", "note", empty, 0)
        ]


def test_arrow_keeps_nothing_that_is_pythons() -> None:
    # A thread of Arrow's that lets go of Python's memory while Python closes down aborts.
    content = bytearray(b"P1,Ribe\n" * 1000)
    held = arrows_own(content)
    content.clear()  # an error while anybody still looks into it
    assert held.to_pybytes() == b"P1,Ribe\n" * 1000
