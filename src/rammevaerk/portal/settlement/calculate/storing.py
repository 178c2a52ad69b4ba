"""A snapshot as one file: zipped Parquet and JSON, the same bytes for the same content."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any, TypeVar

import pyarrow as pa
from pyarrow.parquet import read_table

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.settlement.corrections import LineFacts
from rammevaerk.engine.settlement.inputs import COLUMNS, SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.exchange.tables.inputs import (
    inputs_as_parquet,
    inputs_from_parquet,
    parquet_of,
)
from rammevaerk.portal.settlement.calculate.snapshot import (
    Part,
    QuantityRow,
    Snapshot,
    SnapshotService,
    SpecialRow,
    Standing,
)

RowT = TypeVar("RowT")
# What a stored snapshot is written as; a later layout gets a number of its own.
LAYOUT = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FACTS = [field.name for field in fields(LineFacts) if field.name != "key"]
_STANDING = ["line_id", "kind", "placement_id", "service_id", "reporter_id", "state"]


def packed(snapshot: Snapshot) -> bytes:
    """Write a snapshot as a zip file."""
    files = {
        "snapshot.json": _json(_header(snapshot)),
        **inputs_as_parquet(snapshot.tables),
        "parts.parquet": _rows(snapshot.parts, Part),
        "quantities.parquet": _rows(snapshot.quantities, QuantityRow),
        "standing.parquet": _standing(snapshot.standing),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=6)
    return target.getvalue()


def unpacked(content: bytes) -> Snapshot:
    """Read what `packed` wrote; ValueError when it is another layout than we know."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if "snapshot.json" not in files:
        raise ValueError("Grundlaget er tomt.")
    header = json.loads(files["snapshot.json"])
    if header["layout"] != LAYOUT:
        raise ValueError(f"Grundlaget er skrevet i udgave {header['layout']}, som ikke kendes.")
    tables = {f"{table}.parquet": files[f"{table}.parquet"] for table in COLUMNS}
    return Snapshot(
        months=Months(*header["months"]),
        billed_from=date.fromisoformat(header["billed_from"]),
        claimed_on=date.fromisoformat(header["claimed_on"]),
        tables=inputs_from_parquet(tables),
        parts=_read(files["parts.parquet"], Part),
        services={row["pk"]: SnapshotService(**row) for row in header["services"]},
        quantities=_read(files["quantities.parquet"], QuantityRow),
        special=tuple(
            SpecialRow(**{**row, "month": date.fromisoformat(row["month"])})
            for row in header["special"]
        ),
        standing=_read_standing(files["standing.parquet"]),
        findings=tuple(
            Finding(**{**row, "severity": Severity(row["severity"])}) for row in header["findings"]
        ),
        names={int(key): name for key, name in header["names"].items()},
        since={int(key): date.fromisoformat(day) for key, day in header["since"].items()},
    )


def unpacked_part(content: bytes, key: str) -> tuple[SettlementTables, str, str]:
    """The engine's tables alone, with the rounding and the plan of one part: for a single proof.

    KeyError when the snapshot has no such part.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = {f"{table}.parquet": archive.read(f"{table}.parquet") for table in COLUMNS}
        parts = read_table(
            io.BytesIO(archive.read("parts.parquet")),
            columns=["rounding"],
            filters=[("key", "=", key)],
        )
        plans = read_table(
            io.BytesIO(tables["placements.parquet"]),
            columns=["plan"],
            filters=[("placement", "=", key)],
        )
    if not parts.num_rows or not plans.num_rows:
        raise KeyError(key)
    rounding, plan = parts.column("rounding")[0].as_py(), plans.column("plan")[0].as_py()
    return inputs_from_parquet(tables), rounding, str(plan)


def _header(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "layout": LAYOUT,
        "months": [snapshot.months.first, snapshot.months.count],
        "billed_from": snapshot.billed_from.isoformat(),
        "claimed_on": snapshot.claimed_on.isoformat(),
        "services": [asdict(one) for one in snapshot.services.values()],
        "special": [{**asdict(one), "month": one.month.isoformat()} for one in snapshot.special],
        "findings": [one.as_dict() for one in snapshot.findings],
        "names": {str(key): name for key, name in snapshot.names.items()},
        "since": {str(key): day.isoformat() for key, day in snapshot.since.items()},
    }


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


_TYPES = {"str": pa.string(), "int": pa.int64(), "date": pa.date32(), "bool": pa.bool_()}


def _rows(rows: Sequence[Any], kind: type[Any]) -> bytes:
    return parquet_of(
        {
            field.name: pa.array(
                [getattr(row, field.name) for row in rows], _TYPES[_type_name(field.type)]
            )
            for field in fields(kind)
        }
    )


def _type_name(kind: Any) -> str:
    return kind if isinstance(kind, str) else str(kind.__name__)


def _read(content: bytes, kind: type[RowT]) -> tuple[RowT, ...]:
    columns = read_table(io.BytesIO(content)).to_pydict()
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return tuple(kind(*row) for row in zip(*(columns[name] for name in names), strict=True))


def _standing(rows: Sequence[Standing]) -> bytes:
    columns: dict[str, Any] = {
        name: pa.array(
            [getattr(row, name) for row in rows],
            pa.string() if name in {"kind", "state"} else pa.int64(),
        )
        for name in _STANDING
    }
    for name in _FACTS:
        kind = (
            pa.string()
            if name in {"claim", "month", "part"}
            else pa.date32()
            if name in {"first", "end"}
            else pa.int64()
        )
        columns[f"facts_{name}"] = pa.array([getattr(row.facts, name) for row in rows], kind)
    return parquet_of(columns)


def _read_standing(content: bytes) -> tuple[Standing, ...]:
    columns = read_table(io.BytesIO(content)).to_pydict()
    found = []
    for at in range(len(columns["line_id"])):
        facts = {name: columns[f"facts_{name}"][at] for name in _FACTS}
        line_id, *own = (columns[name][at] for name in _STANDING)
        standing = Standing(line_id, LineFacts(**facts, key=line_id), *own)
        found.append(standing)
    return tuple(found)
