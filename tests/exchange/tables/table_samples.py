"""A small folder of tables, written as CSV or Parquet in the ways the tests need."""

import copy
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rammevaerk.engine.settlement.inputs import COLUMNS

Rows = dict[str, list[dict[str, Any]]]
D, M = date, datetime

SAMPLE: Rows = {
    "facilities": [
        {
            "facility": "Åkanden",
            "operator": "Ribe",
            "day_count": "calendar",
            "cap": 2,
            "absence_full_days": 3,
            "absence_basis_pct": 90,
            "absence_service_pct": 50,
        },
        {
            "facility": "Birken",
            "operator": "Varde",
            "day_count": "hotel",
            "cap": 12,
            "absence_full_days": 0,
            "absence_basis_pct": 100,
            "absence_service_pct": 0,
        },
    ],
    "tariffs": [
        {
            "facility": facility,
            "plan": "a",
            "valid_from": D(2025, 1, 1),
            "basis_ore": 61700,
            "basis_over_cap_ore": 55530,
            "hour_ore": 30800,
        }
        for facility in ("Åkanden", "Birken")
    ],
    "placements": [
        {
            "placement": "P1",
            "facility": "Åkanden",
            "payer": "Esbjerg",
            "plan": "a",
            "minutes_per_week": 2220,
            "start": M(2025, 3, 1, 20, 0),
            "end": M(2025, 3, 31, 9, 30),
        },
        {
            "placement": "P2",
            "facility": "Birken",
            "payer": "Ribe",
            "plan": "a",
            "minutes_per_week": 600,
            "start": M(2025, 2, 1, 0, 0),
            "end": None,
        },
    ],
    "absences": [{"placement": "P1", "from": D(2025, 3, 10), "to": D(2025, 3, 20)}],
    "supplements": [{"placement": "P2", "from": D(2025, 3, 1), "to": None, "ore_per_day": 12345}],
}


def sample() -> Rows:
    """Return rows of the five tables that a test may change."""
    return copy.deepcopy(SAMPLE)


def iso(value: Any) -> str:
    """Return a cell as the tables ask for it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return str(value)


def csv_text(rows: Sequence[Mapping[str, Any]], table: str, separator: str = ",") -> str:
    """Return rows as CSV; values that are text stand as they are."""
    columns = list(rows[0]) if rows else list(COLUMNS[table])
    lines = [columns, *([iso(row[name]) for name in columns] for row in rows)]
    return "".join(separator.join(line) + "\n" for line in lines)


def write_csv(folder: Path, rows: Rows | None = None, **texts: str | bytes) -> Path:
    """Write a folder of CSV files; `texts` gives the content of single tables instead."""
    folder.mkdir(exist_ok=True)
    for table, found in (rows or sample()).items():
        content = texts.get(table, csv_text(found, table))
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{table}.csv").write_bytes(raw)
    return folder


def arrow_table(rows: Sequence[Mapping[str, Any]], table: str) -> pa.Table:
    """Return rows as an Arrow table with the types that fit their columns best."""
    types = {"start": pa.timestamp("us"), "end": pa.timestamp("us")}
    types |= dict.fromkeys(("from", "to", "valid_from"), pa.date32())
    return pa.table(
        {
            name: pa.array([row[name] for row in rows], types.get(name) if rows else pa.string())
            for name in COLUMNS[table]
        }
    )


def write_parquet(folder: Path, rows: Rows | None = None, **tables: pa.Table) -> Path:
    """Write a folder of Parquet files; `tables` gives single tables as Arrow tables instead."""
    folder.mkdir(exist_ok=True)
    for table, found in (rows or sample()).items():
        pq.write_table(tables.get(table, arrow_table(found, table)), folder / f"{table}.parquet")
    return folder


def with_column(table: str, column: str, values: pa.Array) -> pa.Table:
    """Return a sample table with one column replaced."""
    found = arrow_table(SAMPLE[table], table)
    return found.set_column(found.column_names.index(column), column, values)
