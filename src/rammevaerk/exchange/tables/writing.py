"""What a settlement makes, as files: lines, totals and findings, all of them or none."""

import os
from collections.abc import Callable, Mapping, Sequence
from errno import EISDIR
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rammevaerk.engine.settlement.settle import Settlement
from rammevaerk.engine.table_findings import TableFinding
from rammevaerk.engine.tables import Domain
from rammevaerk.exchange.tables.scratch import new_folder, remove_left_behind

FORMATS = ("csv", "parquet")
AMOUNTS = ("basis_ore", "service_ore", "supplement_ore", "total_ore")
# The tables in the order in which they are put in place: where lines are, the others are too.
TABLES = ("findings", "totals", "lines")
FINDING_COLUMNS = ("code", "severity", "table", "row", "column", "key", "message")
# Repeat a few values; the key of a stay repeats too little for a dictionary to pay.
_REPEATED = ("month", "payer", "operator", "code", "severity", "table", "column")

Columns = Mapping[str, Any]


def write_settlement(
    settlement: Settlement, findings: Sequence[TableFinding], folder: Path, form: str
) -> list[Path]:
    """Write lines, totals and findings into a folder as "csv" or "parquet"; return their paths.

    Nothing stands in the folder under these names before all three are written, and what an
    earlier run left there goes; a run that is stopped never leaves a part of a file, nor files
    of two runs. What killed runs left half done, here and beside, is removed first. OSError when
    the folder cannot be written.
    """
    tables = {
        "lines": line_columns(settlement),
        "totals": total_columns(settlement),
        "findings": finding_columns(findings),
    }
    return _put_in_place(folder, tables, form, _write_csv if form == "csv" else _write_parquet)


def line_columns(settlement: Settlement) -> Columns:
    """Return the table lines as Arrow arrays by name."""
    lines, domains = settlement.lines, settlement.domains
    return {
        "placement": _keys(lines.placement, domains["placement"]),
        "month": _months(lines.month, settlement),
        "days": _numbers(lines.days),
        **{name: _numbers(getattr(lines, name)) for name in AMOUNTS},
    }


def total_columns(settlement: Settlement) -> Columns:
    """Return the table totals as Arrow arrays by name."""
    totals, domains = settlement.totals, settlement.domains
    return {
        "payer": _keys(totals.payer, domains["payer"]),
        "operator": _keys(totals.operator, domains["operator"]),
        "month": _months(totals.month, settlement),
        "days": _numbers(totals.days),
        **{name: _numbers(getattr(totals, name)) for name in AMOUNTS},
    }


def finding_columns(findings: Sequence[TableFinding]) -> Columns:
    """Return the table findings as Arrow arrays by name; row 0 is a table as a whole."""
    rows = [finding.as_dict() for finding in findings]
    return {
        name: _numbers(np.asarray([row[name] for row in rows], np.int64))
        if name == "row"
        else _texts([str(row[name]) for row in rows])
        for name in FINDING_COLUMNS
    }


def _numbers(values: NDArray[Any]) -> Any:
    # By its buffer: pa.array would first look for pandas, and load it where it is installed.
    values = np.ascontiguousarray(values)
    kind = pa.int32() if values.dtype == np.int32 else pa.int64()
    if values.dtype not in (np.int32, np.int64):
        values = values.astype(np.int64)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _keys(codes: NDArray[Any], domain: Domain) -> Any:
    if domain.labels.dtype.kind != "U":
        return _numbers(domain.labels[codes])
    return _chosen(codes, _label_texts(domain.labels))


def _months(index: NDArray[Any], settlement: Settlement) -> Any:
    return _chosen(index, _texts(settlement.months.names()))


def _chosen(codes: NDArray[Any], texts: Any) -> Any:
    places = _numbers(codes.astype(np.int32, copy=False))
    return pa.DictionaryArray.from_arrays(places, texts, safe=False)


def _texts(texts: Sequence[str]) -> Any:
    words = [text.encode() for text in texts]
    lengths = np.asarray([len(word) for word in words], np.int64)
    return _text_array(lengths, b"".join(words))


def _label_texts(labels: NDArray[Any]) -> Any:
    """Return an array of text as Arrow has it; at once where every letter is ASCII."""
    if not len(labels):
        return _texts([])
    letters = labels.view(np.uint32).reshape(len(labels), -1)
    if int(letters.max()) > 127:
        return _texts(labels.tolist())
    there = letters != 0
    return _text_array(there.sum(axis=1), letters[there].astype(np.uint8))


def _text_array(lengths: NDArray[np.int64], data: Any) -> Any:
    ends = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(data)]
    return pa.StringArray.from_buffers(len(lengths), *buffers[1:])


def _put_in_place(
    folder: Path, tables: Mapping[str, Columns], form: str, write: Callable[[Path, Columns], None]
) -> list[Path]:
    new = not folder.exists()
    if new:
        folder.parent.mkdir(parents=True, exist_ok=True)
    else:
        _require_no_folder_in_the_way(folder)
        remove_left_behind(folder)
    remove_left_behind(folder.resolve().parent)
    scratch = new_folder(folder.parent if new else folder)
    names = [f"{table}.{form}" for table in TABLES]
    try:
        for table, name in zip(TABLES, names, strict=True):
            write(scratch / name, tables[table])
        if new:
            scratch.rename(folder)
        else:
            _replace(folder, scratch, names)
    finally:
        _remove(scratch, names)
    return [folder / name for name in reversed(names)]


def _require_no_folder_in_the_way(folder: Path) -> None:
    """Refuse before anything is deleted, when a folder has a name that a file is to have."""
    for table in TABLES:
        for form in FORMATS:
            path = folder / f"{table}.{form}"
            if path.is_dir() and not path.is_symlink():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))


def _remove(scratch: Path, names: Sequence[str]) -> None:
    # Not by shutil: to load it takes as long as to settle a small region.
    for name in names:
        (scratch / name).unlink(missing_ok=True)
    if scratch.exists():
        scratch.rmdir()


def _replace(folder: Path, scratch: Path, names: Sequence[str]) -> None:
    # First away with the old: files of two runs side by side would be worse than none.
    for table in reversed(TABLES):
        for form in FORMATS:
            (folder / f"{table}.{form}").unlink(missing_ok=True)
    for name in names:
        os.replace(scratch / name, folder / name)


def _write_parquet(path: Path, columns: Columns) -> None:
    from pyarrow.parquet import write_table

    write_table(
        _table(columns),
        path,
        compression="snappy",
        use_dictionary=[name for name in columns if name in _REPEATED],
        store_schema=False,
    )


def _table(columns: Columns) -> Any:
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def _write_csv(path: Path, columns: Columns) -> None:
    from pyarrow.csv import WriteOptions, write_csv

    plain = {
        name: column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for name, column in columns.items()
    }
    with path.open("wb") as file:
        file.write((",".join(columns) + "\n").encode())
        options = WriteOptions(include_header=False, quoting_style=_quoting(columns))
        write_csv(_table(plain), file, options)


def _quoting(columns: Columns) -> str:
    """Quote texts only where one of them holds a sign that means something in CSV."""
    signs = (ord(","), ord('"'), ord("\n"), ord("\r"))
    for column in columns.values():
        texts = column.dictionary if pa.types.is_dictionary(column.type) else column
        if pa.types.is_string(texts.type):
            letters = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
            if np.isin(letters, signs).any():
                return "needed"
    return "none"
