"""The five tables of a settlement as Parquet in memory: written, and read back as they were."""

import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow.parquet import write_table

from rammevaerk.engine.settlement.inputs import CALENDAR, COLUMNS, HOTEL, KEYS, SettlementTables
from rammevaerk.engine.tables import OPEN
from rammevaerk.exchange.tables.columns import KINDS, Kind
from rammevaerk.exchange.tables.reading import read_tables

# The engine's names of the columns, where a file calls them otherwise.
_FIELDS = {"from": "start", "to": "end", "day_count": "hotel"}


def inputs_as_parquet(tables: SettlementTables) -> dict[str, bytes]:
    """Write the tables as Parquet files by name; the same tables always give the same bytes."""
    return {f"{table}.parquet": _written(tables, table) for table in COLUMNS}


def inputs_from_parquet(files: Mapping[str, bytes]) -> SettlementTables:
    """Read tables that `inputs_as_parquet` wrote; `UnusableTables` when they are not such."""
    with TemporaryDirectory(prefix="rammevaerk-") as folder:
        for table in COLUMNS:
            name = f"{table}.parquet"
            (Path(folder) / name).write_bytes(files[name])
        return read_tables(Path(folder)).tables


def parquet_of(columns: Mapping[str, Any]) -> bytes:
    """Write columns as a Parquet file."""
    target = io.BytesIO()
    write_table(pa.table(dict(columns)), target, compression="snappy", store_schema=False)
    return target.getvalue()


def _written(tables: SettlementTables, table: str) -> bytes:
    data = getattr(tables, table)
    return parquet_of(
        {
            name: _column(tables, name, getattr(data, _FIELDS.get(name, name)), table)
            for name in COLUMNS[table]
        }
    )


def _column(tables: SettlementTables, name: str, values: Any, table: str) -> Any:
    if name in KEYS:
        labels = tables.domains[name].labels
        found = labels[values] if len(labels) else np.empty(0, np.int64)
        return pa.array(found.tolist(), pa.int64() if found.dtype.kind in "iu" else pa.string())
    kind = KINDS[table][name]
    if kind is Kind.DAY_COUNT:
        words = np.asarray([CALENDAR, HOTEL])
        return pa.array(words[values].tolist() if len(values) else [], pa.string())
    if kind is Kind.DAY:
        return pa.array(np.where(values == OPEN, 0, values), pa.int32(), mask=values == OPEN).cast(
            pa.date32()
        )
    if kind is Kind.MOMENT:
        return pa.array(np.where(values == OPEN, 0, values), pa.int64(), mask=values == OPEN).cast(
            pa.timestamp("us")
        )
    return pa.array(values, pa.int64())
