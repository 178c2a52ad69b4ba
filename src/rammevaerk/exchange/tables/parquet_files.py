"""Parquet files: columns of whole numbers, dates and date-times as they lie, keys as text."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow.parquet import ParquetFile

from rammevaerk.engine.settlement.inputs import COLUMNS, KEYS
from rammevaerk.engine.tables import DAY_US, OPEN, IntArray
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.system_reasons import reason_da
from rammevaerk.exchange.tables.columns import MAY_BE_EMPTY, Kind, kind_of
from rammevaerk.exchange.tables.faults import (
    Fault,
    Trouble,
    UnusableTables,
    require_columns,
    table_error,
)
from rammevaerk.exchange.tables.texts import TextColumn, from_arrow, nulls, whole_numbers

_UNITS_US = {"s": 1_000_000, "ms": 1000, "us": 1}
_MS_PER_DAY = 86_400_000
# The days of Python's calendar, 1 January of the year 1 to 31 December 9999.
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """The columns of a Parquet file: int64 where its types say what they mean, otherwise text."""

    columns: dict[str, IntArray | TextColumn]
    troubles: list[Trouble]
    extra: list[str]


def read_parquet(table: str, path: Path) -> ParquetTable:
    """Read a table's file; `UnusableTables` when it is no Parquet file with the columns."""
    try:
        file = ParquetFile(path)
        names = file.schema_arrow.names
        require_columns(table, names)
        found = _with_dictionaries(path, file, table).read(columns=list(COLUMNS[table]))
    except (pa.ArrowException, OSError) as error:
        raise _refuse("not-parquet", table, unread_da(path.name, error)) from error
    columns: dict[str, IntArray | TextColumn] = {}
    troubles: list[Trouble] = []
    for name in COLUMNS[table]:
        column = found.column(name)
        if is_text(column.type):
            columns[name] = from_arrow(_laid_out(column))
        else:
            columns[name] = _numbers(table, name, column, troubles)
    return ParquetTable(columns, troubles, [name for name in names if name not in COLUMNS[table]])


def unread_da(name: str, error: Exception) -> str:
    """Return why a Parquet file could not be read: what is known in Danish, the rest as it is."""
    if isinstance(error, OSError) and error.errno:
        return f"{name} kan ikke læses: {reason_da(error)}."
    said = quoted((str(error) or type(error).__name__).splitlines()[0], 200)
    return (
        f"{name} kan ikke læses som Parquet; filen er beskadiget eller en anden slags. "
        f"Læseren siger på engelsk: {said}"
    )


def _laid_out(column: Any) -> Any:
    """Turn texts that Arrow only points at into texts that lie one after another."""
    if pa.types.is_string_view(column.type):
        return column.cast(pa.large_string())
    return column.cast(pa.large_binary()) if pa.types.is_binary_view(column.type) else column


def _with_dictionaries(path: Path, file: ParquetFile, table: str) -> ParquetFile:
    """Open the file so that each key of text is read once, however many rows repeat it."""
    schema = file.schema_arrow
    words = [key for key in KEYS if key in COLUMNS[table] and is_text(schema.field(key).type)]
    return ParquetFile(path, metadata=file.metadata, read_dictionary=words) if words else file


def _refuse(code: str, table: str, message: str, column: str = "") -> UnusableTables:
    return UnusableTables([table_error(code, table, message, column)], {})


def is_text(kind: Any) -> bool:
    """Say whether an Arrow type holds text, also by way of a dictionary."""
    types = pa.types
    words = kind.value_type if types.is_dictionary(kind) else kind
    return bool(
        types.is_string(words)
        or types.is_large_string(words)
        or types.is_binary(words)
        or types.is_large_binary(words)
        or types.is_string_view(words)
        or types.is_binary_view(words)
    )


def _numbers(table: str, name: str, column: Any, troubles: list[Trouble]) -> IntArray:
    """Return a column that is not text as int64; what cannot be goes into `troubles`."""
    if not len(column):
        return np.empty(0, np.int64)  # without rows, a type says nothing
    kind = kind_of(name)
    convert = _converter(kind, column.type)
    empty = np.concatenate([nulls(chunk) for chunk in column.chunks])
    if convert is None and empty.all() and name in MAY_BE_EMPTY:
        return np.full(len(column), OPEN)
    if convert is None:
        text = f"Kolonnen har typen {column.type}, men der skal stå {kind.value}."
        troubles.append(_trouble("column-type", table, name, np.zeros(1, np.int64), text))
        return np.zeros(len(column), np.int64)
    raw = [whole_numbers(chunk) for chunk in column.chunks]
    values, bad = convert(raw[0] if len(raw) == 1 else np.concatenate(raw))
    for fault, rows in bad.items():
        found = np.flatnonzero(rows & ~empty)
        if len(found):
            text = f"Værdien {fault.predicate_da}."
            troubles.append(_trouble(fault.code, table, name, found, text))
    if not empty.any():
        return values
    if name not in MAY_BE_EMPTY:
        text = f"Cellen {Fault.EMPTY.predicate_da}."
        troubles.append(_trouble(Fault.EMPTY.code, table, name, np.flatnonzero(empty), text))
    return np.where(empty, OPEN, values)


def _trouble(code: str, table: str, column: str, rows: IntArray, text: str) -> Trouble:
    code = code if code.startswith("tables.") else f"tables.{code}"
    return Trouble(code, table, column, rows, lambda _row: text)


_Converted = tuple[IntArray, dict[Fault, NDArray[np.bool_]]]


def _converter(kind: Kind, found: Any) -> Callable[[IntArray], _Converted] | None:
    """Return how an Arrow type becomes what a column holds; None when it does not."""
    if kind in {Kind.KEY, Kind.NUMBER, Kind.ORE} and pa.types.is_integer(found):
        return _unsigned if str(found) == "uint64" else _as_they_are
    if kind not in {Kind.DAY, Kind.MOMENT}:
        return None
    if pa.types.is_date(found):
        to_days = _days if str(found) == "date32[day]" else _days_of_ms
        return to_days if kind is Kind.DAY else _days_without_time
    if not pa.types.is_timestamp(found):
        return None
    if found.tz is not None:
        return _zoned
    if kind is Kind.DAY:
        return lambda raw: _days_of_moments(*_moments(raw, found.unit))
    return lambda raw: _moments(raw, found.unit)


def _as_they_are(raw: IntArray) -> _Converted:
    return raw, {}


def _unsigned(raw: IntArray) -> _Converted:
    return raw, {Fault.TOO_LARGE: raw < 0}


def _days(raw: IntArray) -> _Converted:
    return raw, {Fault.NO_SUCH_DAY: (raw < _FIRST_DAY) | (raw > _LAST_DAY)}


def _days_of_ms(raw: IntArray) -> _Converted:
    days, bad = _days(raw // _MS_PER_DAY)
    return days, {**bad, Fault.TIME_IN_DATE: raw % _MS_PER_DAY != 0}


def _days_without_time(raw: IntArray) -> _Converted:
    return raw, {Fault.NO_TIME: np.ones(len(raw), np.bool_)}


def _zoned(raw: IntArray) -> _Converted:
    return raw, {Fault.ZONE: np.ones(len(raw), np.bool_)}


def _moments(raw: IntArray, unit: str) -> _Converted:
    bad = {}
    if unit == "ns":
        values = raw // 1000
        bad[Fault.TOO_FINE] = values * 1000 != raw
    else:
        factor = _UNITS_US[unit]
        values = raw * factor
        first, last = _FIRST_DAY * DAY_US // factor, (_LAST_DAY + 1) * DAY_US // factor
        bad[Fault.NO_SUCH_DAY] = (raw < first) | (raw >= last)
    return values, bad


def _days_of_moments(values: IntArray, bad: dict[Fault, NDArray[np.bool_]]) -> _Converted:
    return values // DAY_US, {**bad, Fault.TIME_IN_DATE: values % DAY_US != 0}
