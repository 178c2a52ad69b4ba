"""Placements handed in as files, and kept as one Parquet file for each side."""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from rammevaerk.engine.tariffs.models.placements import PlacementRows
from rammevaerk.exchange.errors import Objection
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.placement_folder import (
    PlacementFolder,
    UnusablePlacements,
    read_placement_folder,
)
from rammevaerk.exchange.quoting import quoted

MOST_PLACEMENTS = 200_000
MOST_BYTES = 200 * 1024 * 1024
TABLES = ("placements", "supplements", "placements_after", "supplements_after")
_SUFFIXES = (".csv", ".parquet")
_PARQUET, _ZIP = b"PAR1", b"PK"
_FOLDER_DA = "Filerne"
_TEXTS = ("placement", "facility", "operator", "payer", "target_group", "plan")
_NUMBERS = ("minutes", "days")


def read_placement_files(files: Sequence[tuple[str, bytes]]) -> PlacementFolder:
    """Read files as a folder of placements: a zip of it, or its tables one by one.

    Each file is (name, content). A file alone is the table of placements whatever its name.
    `UnusablePlacements` tells every problem, also more than 200,000 placements.
    """
    tables = _tables(files)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, content in tables.items():
            _require_bounded(name, content)
            (folder / name).write_bytes(content)
        try:
            found = read_placement_folder(folder)
        except UnusablePlacements as error:
            said = [one.replace(f"{folder}", _FOLDER_DA) for one in error.problems]
            raise UnusablePlacements(said) from None
    most = max(len(rows.placement) for rows in (found.before, found.after) if rows is not None)
    if most > MOST_PLACEMENTS:
        raise UnusablePlacements([f"{_FOLDER_DA}: {_too_many_da(most)}"])
    return found


def _too_many_da(count: int) -> str:
    return (
        f"der er {count} rækker; her kan regnes på højst {MOST_PLACEMENTS}. "
        "Brug kommandoen rammevaerk compare til flere."
    )


def _tables(files: Sequence[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files under the names a folder gives them; what a zip holds in place of the zip."""
    loose: list[tuple[str, bytes]] = []
    for name, content in files:
        loose += _unpacked(name, content) if content.startswith(_ZIP) else [(name, content)]
    found: dict[str, bytes] = {}
    problems = []
    for name, content in loose:
        stem = PurePosixPath(safe_name(name)).stem.lower()
        if stem not in TABLES:
            if len(loose) > 1:
                problems.append(f"{quoted(name, 80)}: hedder ikke {', '.join(TABLES)}.")
                continue
            stem = TABLES[0]
        table = stem + (".parquet" if content.startswith(_PARQUET) else ".csv")
        if table in found:
            problems.append(f"{quoted(name, 80)}: tabellen {stem} er lagt op to gange.")
        found[table] = content
    if problems:
        raise UnusablePlacements(problems)
    return found


def _unpacked(name: str, content: bytes) -> list[tuple[str, bytes]]:
    try:
        package = Package(content)
        tables = [one for one in package.names if one.lower().endswith(_SUFFIXES)]
        # A Mac adds shadows of the files that are none of ours.
        kept = [one for one in tables if "__macosx" not in one.lower()]
        read = [(PurePosixPath(one).name, package.read(one)) for one in kept]
    except Objection as objection:
        said = f"{quoted(name, 80)}: {objection.predicate_da}"
        raise UnusablePlacements([said]) from objection
    if not read:
        message = f"{quoted(name, 80)}: har ingen tabeller (csv eller parquet) i sig."
        raise UnusablePlacements([message])
    return read


def _require_bounded(name: str, content: bytes) -> None:
    """A Parquet file says how much it becomes before anything of it is unpacked."""
    if not name.endswith(".parquet"):
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told = pq.ParquetFile(io.BytesIO(content)).metadata
    except (pa.ArrowException, OSError):
        return  # said in Danish by the reader of the folder
    size = sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))
    if size > MOST_BYTES or (name.startswith("placements") and told.num_rows > MOST_PLACEMENTS):
        raise UnusablePlacements([f"{name}: {_too_many_da(told.num_rows)}"])


def packed(rows: PlacementRows) -> bytes:
    """The placements of one side as a Parquet file; the same rows give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    supplements: dict[str, list[dict[str, Any]]] = {key: [] for key in rows.placement}
    for key, code, days in rows.supplements:
        supplements[key].append({"supplement": code, "days": days})
    kind = pa.list_(pa.struct([("supplement", pa.string()), ("days", pa.int64())]))
    columns: dict[str, Any] = {name: pa.array(getattr(rows, name), pa.string()) for name in _TEXTS}
    columns |= {name: pa.array(getattr(rows, name), pa.int64()) for name in _NUMBERS}
    columns["supplements"] = pa.array([supplements[key] for key in rows.placement], kind)
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, compression="zstd")
    return stream.getvalue()


def unpacked(content: bytes) -> PlacementRows:
    """Read what `packed` wrote."""
    import pyarrow.parquet as pq

    table = pq.ParquetFile(io.BytesIO(content)).read()
    columns = {name: table.column(name).to_pylist() for name in (*_TEXTS, *_NUMBERS)}
    held = table.column("supplements").to_pylist()
    return PlacementRows(
        **columns,
        supplements=[
            (key, one["supplement"], one["days"])
            for key, used in zip(columns["placement"], held, strict=True)
            for one in used
        ],
    )
