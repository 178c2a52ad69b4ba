"""Whole processes, Parquet to Parquet: the command against a DuckDB and a Polars script."""

import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from bench.settlement.compare import Differs
from bench.settlement.generate import Data, generate, write_folder

HERE = Path(__file__).parent
TABLES = ("lines", "totals")


def commands(data: Data, folder: Path, out: Path) -> dict[str, list[str]]:
    """The command line of each process by its name."""
    python = sys.executable
    first, count = data.months.name(0), str(data.months.count)
    scripts = {
        name: [python, str(HERE / "anchors" / f"{name}_process.py"), str(folder), str(out / name)]
        for name in ("duckdb", "polars")
    }
    found = {name: [*command, first, count] for name, command in scripts.items()}
    settle = [
        str(Path(python).parent / "rammevaerk"), "settle", str(folder), "--period",
        str(data.months), "--format", "parquet",
    ]  # fmt: skip
    return {"rammevaerk": [*settle, "--out", str(out / "rammevaerk")], **found}


def measure(size: int, rounds: int, folder: Path) -> dict[str, list[float]]:
    """Seconds of each process in turn; what they write must be the same."""
    data = generate(size)
    write_folder(data, folder / "in")
    chosen = commands(data, folder / "in", folder)
    seconds: dict[str, list[float]] = {name: [] for name in chosen}
    for nth in range(rounds + 1):
        for name, command in chosen.items():
            begun = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
            took = time.perf_counter() - begun
            if done.returncode:
                raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
            if nth:  # the first one warms the files
                seconds[name].append(took)
    expected = read(folder / "duckdb")
    for name in chosen:
        for table, found in read(folder / name).items():
            if not found.equals(expected[table]):
                raise Differs(f"{name}: {table}.parquet is not what DuckDB wrote")
    return seconds


def read(folder: Path) -> dict[str, pa.Table]:
    """The files of a settlement with whole numbers as int64 and texts plain."""
    found = {}
    for table in TABLES:
        read = pq.ParquetFile(folder / f"{table}.parquet").read()
        fields = [
            pa.field(field.name, pa.string() if field.name == "month" else pa.int64())
            for field in read.schema
        ]
        found[table] = read.cast(pa.schema(fields))
    return found
