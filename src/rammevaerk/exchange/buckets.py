"""A settlement cut into buckets of whole facilities: files for workers, and their results joined.

What a facility costs hangs on all its stays and on nobody else's, so a bucket is settled alone,
by the same function, to the same øre. Numbers of rows in findings are those of the whole tables.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow.parquet import ParquetFile, write_table

from rammevaerk.engine.findings import Severity
from rammevaerk.engine.settlement.inputs import COLUMNS, KEYS, SettlementTables
from rammevaerk.engine.settlement.kernel import Kernel
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Lines, Rounding, Settlement, Totals, settle
from rammevaerk.engine.table_findings import TableFinding, in_order
from rammevaerk.engine.tables import Domain, IntArray

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Some facilities with all that belongs to them, and what they are called in the whole.

    `rows` gives the row, in the whole table, of each row of a table; `codes` the code, in the
    whole domain, of each code of a kind of key.
    """

    tables: SettlementTables
    rows: dict[str, IntArray]
    codes: dict[str, IntArray]


def write_buckets(tables: SettlementTables, folder: Path, wanted: int) -> int:
    """Write at most `wanted` buckets of about as many stays; return how many there are."""
    bucket_of, count = _bucket_of_facility(tables, wanted)
    placement_row = np.full(len(tables.domains["placement"]), -1, dtype=np.int64)
    placement_row[tables.placements.placement] = np.arange(len(tables.placements.placement))
    columns = _columns_of(tables)
    for number in range(count):
        (folder / str(number)).mkdir(parents=True)
    used: dict[str, list[list[IntArray]]] = {key: [[] for _ in range(count)] for key in KEYS}
    for table, found in columns.items():
        bucket = _bucket_of_rows(tables, table, bucket_of, placement_row)
        order = np.argsort(bucket, kind="stable")
        bounds = np.searchsorted(bucket[order], np.arange(count + 1))
        for number in range(count):
            rows = order[bounds[number] : bounds[number + 1]]
            part = {name: column[rows] for name, column in found.items()}
            write_table(pa.table({**part, "row": rows}), _file(folder, number, table))
            for key in part.keys() & KEYS.keys():
                used[key][number].append(np.unique(part[key]))
    for number in range(count):
        for key, parts in used.items():
            codes = np.unique(np.concatenate(parts[number]))
            labels = tables.domains[key].labels[codes]
            text = pa.string() if labels.dtype.kind == "U" else pa.int64()
            names = pa.array(labels.tolist(), text)
            write_table(pa.table({"code": codes, "label": names}), _file(folder, number, key))
    return count


def _file(folder: Path, number: int, name: str) -> Path:
    return folder / str(number) / f"{name}.parquet"


def _columns_of(tables: SettlementTables) -> dict[str, Columns]:
    found = {}
    for table, names in COLUMNS.items():
        data = getattr(tables, table)
        columns = (getattr(data, field.name) for field in fields(data))
        found[table] = dict(zip(names, columns, strict=True))
    return found


def _bucket_of_facility(tables: SettlementTables, wanted: int) -> tuple[IntArray, int]:
    """The bucket of each code of facility; facilities that share a stay's key stay together.

    The same key twice is a finding about both rows, and is only seen by who has both.
    """
    count = len(tables.domains["facility"])
    placements = tables.placements
    times = np.bincount(placements.placement, minlength=len(tables.domains["placement"]))
    twice = np.flatnonzero(times[placements.placement] > 1)
    together = np.arange(count)
    while len(twice):
        least = np.full(len(times), count, dtype=np.int64)
        np.minimum.at(least, placements.placement[twice], together[placements.facility[twice]])
        joined = together.copy()
        np.minimum.at(joined, placements.facility[twice], least[placements.placement[twice]])
        # A facility follows the one it was joined with before.
        joined = np.minimum(joined, joined[together])
        if (joined == together).all():
            break
        together = joined
    stays = np.bincount(together[placements.facility], minlength=count)
    before = np.cumsum(stays) - stays
    bucket = before * wanted // max(1, int(stays.sum()))
    used, number = np.unique(bucket[together], return_inverse=True)
    return number.astype(np.int64), max(1, len(used))


def _bucket_of_rows(
    tables: SettlementTables, table: str, bucket_of: IntArray, placement_row: IntArray
) -> IntArray:
    """The bucket of each row; what belongs to no stay at all goes to the first."""
    data = getattr(tables, table)
    if hasattr(data, "facility"):
        return np.asarray(bucket_of[data.facility])
    row = placement_row[data.placement]
    if not len(tables.placements.facility):
        return np.zeros(len(row), dtype=np.int64)
    return np.where(row >= 0, bucket_of[tables.placements.facility[row]], 0)


def read_bucket(folder: Path, number: int) -> Bucket:
    """Read what `write_buckets` wrote for a bucket."""
    codes, domains = {}, {}
    for key in KEYS:
        read = ParquetFile(_file(folder, number, key)).read()
        codes[key] = _numbers(read, "code")
        text = pa.types.is_string(read.schema.field("label").type)
        labels = np.asarray(read["label"].to_pylist(), str) if text else _numbers(read, "label")
        domains[key] = Domain(labels)
    numbers: dict[tuple[str, str], IntArray] = {}
    rows = {}
    for table, names in COLUMNS.items():
        read = ParquetFile(_file(folder, number, table)).read()
        rows[table] = _numbers(read, "row")
        for name in names:
            column = _numbers(read, name)
            numbers[table, name] = (
                np.searchsorted(codes[name], column).astype(np.int64) if name in KEYS else column
            )
    return Bucket(SettlementTables.from_numbers(numbers, domains), rows, codes)


def _numbers(read: Any, name: str) -> IntArray:
    return np.asarray(read[name].to_numpy(), dtype=np.int64)


def settle_bucket(
    folder: Path, number: int, months: Months, rounding: Rounding, kernel: Kernel
) -> tuple[int, str]:
    """Settle a bucket and write its lines and totals beside its tables.

    Returns the number of lines, and the findings as JSON, as a worker hands them back.
    """
    bucket = read_bucket(folder, number)
    made = settle(bucket.tables, months, rounding=rounding, kernel=kernel)
    lines = _arrays(made.lines)
    lines["placement"] = bucket.codes["placement"][made.lines.placement]
    totals = _arrays(made.totals)
    for key in ("payer", "operator"):
        totals[key] = bucket.codes[key][totals[key]]
    write_table(pa.table(lines), _file(folder, number, "lines"))
    write_table(pa.table(totals), _file(folder, number, "totals"))
    findings = [_of_whole(finding, bucket.rows).as_dict() for finding in made.findings]
    return len(made.lines), json.dumps(findings)


def _arrays(columns: Any) -> Columns:
    return {field.name: getattr(columns, field.name) for field in fields(columns)}


def _of_whole(finding: TableFinding, rows: dict[str, IntArray]) -> TableFinding:
    if not finding.row:
        return finding
    return replace(finding, row=int(rows[finding.table][finding.row - 1]) + 1)


def join_buckets(
    tables: SettlementTables,
    folder: Path,
    months: Months,
    rounding: Rounding,
    findings: Iterable[str],
) -> Settlement:
    """Make one settlement of what `settle_bucket` wrote and returned, bucket by bucket."""
    told = [finding for text in findings for finding in json.loads(text)]
    numbers = sorted(int(path.name) for path in folder.iterdir())
    return Settlement(
        months,
        rounding,
        _joined_lines([_read_arrays(_file(folder, number, "lines")) for number in numbers]),
        _joined_totals([_read_arrays(_file(folder, number, "totals")) for number in numbers]),
        tuple(
            in_order(
                TableFinding(**{**finding, "severity": Severity(finding["severity"])})
                for finding in told
            )
        ),
        dict(tables.domains),
    )


def _read_arrays(path: Path) -> Columns:
    read = ParquetFile(path).read()
    return {name: read[name].to_numpy() for name in read.schema.names}


def _concatenated(parts: list[Columns], names: Iterable[str]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _joined_lines(parts: list[Columns]) -> Lines:
    found = _concatenated(parts, (field.name for field in fields(Lines)))
    # Every bucket is sorted, and a stay is in one of them: what is sorted here are runs.
    order = np.argsort(found["placement"], kind="stable")
    found = {name: column[order] for name, column in found.items()}
    found["placement"] = found["placement"].astype(np.int32)
    found["month"] = found["month"].astype(np.int16)
    found["days"] = found["days"].astype(np.int32)
    return Lines(**found)


def _joined_totals(parts: list[Columns]) -> Totals:
    """Add up what several buckets have of the same payer, operator and month."""
    names = [field.name for field in fields(Totals)]
    found = _concatenated(parts, names)
    keys, sums = names[:3], names[3:]
    order = np.lexsort(tuple(found[key] for key in reversed(keys)))
    found = {name: column[order] for name, column in found.items()}
    begins = np.ones(len(order), bool)
    begins[1:] = np.any([found[key][1:] != found[key][:-1] for key in keys], axis=0)
    first = np.flatnonzero(begins)
    made = {key: found[key][first].astype(np.int64) for key in keys}
    for name in sums:
        made[name] = np.add.reduceat(found[name], first) if len(first) else found[name]
    return Totals(**made)
