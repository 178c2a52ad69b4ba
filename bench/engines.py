"""The engine handed out in buckets: `python -m bench.engines [STAYS]`; Spark where there is Java.

A pool of processes against one process, and the kernel on Spark against Spark's own SQL, which gets
its price segments for nothing and makes totals only. Everybody has to give the same øre; the JSON
written has the seconds of each round. Spark's first round is told apart: it starts its workers.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from bench.settlement.anchors import engine_kernels as engine
from bench.settlement.anchors.duckdb_fused import load as load_duckdb
from bench.settlement.anchors.duckdb_sql import LINES, SEGMENTS, STAYS, TOTALS
from bench.settlement.compare import SUMS, TOTAL_KEYS
from bench.settlement.generate import Data, generate, settlement_tables

from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement, Totals, settle
from rammevaerk.exchange.buckets import join_buckets, settle_bucket, write_buckets

BUCKETS, WORKERS, ROUNDS = 16, 2, 4
# What DuckDB and Spark call differently.
SPARK_WORDS = (
    ("CREATE OR REPLACE TEMP TABLE lines AS", ""),
    ("CREATE OR REPLACE TEMP TABLE totals AS", ""),
    ('"from"', "`from`"),
    ('"to"', "`to`"),
    ("//", "div"),
)


def bucket_done(folder: Path, months: Months, number: int) -> str:
    """Settle one bucket with the compiled kernel, Parquet to Parquet; its findings."""
    return settle_bucket(folder, number, months, Rounding.LINE, engine.compiled())[1]


def pool_rounds(data: Data, expected: Settlement, folder: Path) -> dict[str, list[float]]:
    """The same buckets by one process and by a pool that is already there, in turn."""
    tables = settlement_tables(data)
    count = write_buckets(tables, folder, BUCKETS)
    task = partial(bucket_done, folder, data.months)
    seconds: dict[str, list[float]] = {"one process": [], f"pool of {WORKERS}": []}
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        ways: dict[str, Callable[[], list[str]]] = {
            "one process": lambda: [task(number) for number in range(count)],
            f"pool of {WORKERS}": lambda: list(pool.map(task, range(count))),
        }
        for nth in range(ROUNDS + 1):
            for name, way in ways.items():
                took, told = timed(way)
                if nth:  # the first one starts the processes and loads the kernel
                    seconds[name].append(took)
                made = join_buckets(tables, folder, data.months, Rounding.LINE, told)
                require_same(name, made.totals, expected.totals)
    return seconds


def spark_rounds(data: Data, expected: Settlement, folder: Path) -> dict[str, list[float]]:
    """The kernel on Spark, tables to lines and totals, against SQL, files to totals; in turn."""
    from rammevaerk.exchange.spark import settle_on_spark, start_session

    tables = settlement_tables(data)
    write_segments(data, folder)
    session = start_session()
    session.conf.set("spark.sql.shuffle.partitions", str(BUCKETS))
    for path in folder.glob("*.parquet"):
        session.read.parquet(str(path)).createOrReplaceTempView(path.stem)
    seconds: dict[str, list[float]] = {"kernel on Spark": [], "Spark SQL, totals only": []}
    for _ in range(ROUNDS):
        work = folder / "work"
        work.mkdir()
        took, made = timed(
            lambda work=work: settle_on_spark(
                tables, data.months, work=work, compiled=True, buckets=BUCKETS, session=session
            )
        )
        shutil.rmtree(work)
        seconds["kernel on Spark"].append(took)
        require_same("kernel on Spark", made.totals, expected.totals)
        took, rows = timed(lambda: spark_totals(session, data.days))
        seconds["Spark SQL, totals only"].append(took)
        require_same("Spark SQL", sql_totals(rows), expected.totals)
    session.stop()
    return seconds


def write_segments(data: Data, folder: Path) -> None:
    """Write what Spark's SQL starts from: stays with their days, and price segments."""
    connection, days = load_duckdb(data)
    with closing(connection):
        for statement in (STAYS, SEGMENTS):
            connection.execute(statement, {"days": days})
        for table in ("stays", "segments", "absences", "supplements"):
            connection.execute(f"COPY {table} TO '{folder / table}.parquet'")


def spark_totals(session: Any, days: int) -> list[Any]:
    """DuckDB's form in Spark's words."""
    lines, totals = LINES.replace("$days", str(days)), TOTALS
    for duckdb, spark in SPARK_WORDS:
        lines, totals = lines.replace(duckdb, spark), totals.replace(duckdb, spark)
    session.sql(lines).createOrReplaceTempView("lines")
    rows: list[Any] = session.sql(totals).collect()
    return rows


def sql_totals(rows: list[Any]) -> Totals:
    """Rows of (payer, operator, month, sums), sorted; keys count from 1 in the tables."""
    columns = np.asarray(sorted(rows), np.int64).T
    return Totals(columns[0] - 1, columns[1] - 1, *columns[2:])


def require_same(name: str, found: Totals, expected: Totals) -> None:
    """Stop when a column of the totals is not the same."""
    for column in (*TOTAL_KEYS, *SUMS):
        if not np.array_equal(getattr(found, column), getattr(expected, column)):
            raise SystemExit(f"{name}: the totals differ in {column}")


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds on the clock, and the result."""
    begun = time.perf_counter()
    found = run()
    return time.perf_counter() - begun, found


def main(size: int, *, spark: bool) -> None:
    """Measure and write JSON."""
    data = generate(size)
    expected = settle(settlement_tables(data), data.months, kernel=engine.compiled())
    found: dict[str, Any] = {"size": size, "lines": len(expected.lines)}
    for name, measure in (("pool", pool_rounds), ("spark", spark_rounds)):
        if name == "pool" or spark:
            with tempfile.TemporaryDirectory() as folder:
                found[name] = measure(data, expected, Path(folder))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", type=int, default=600_000, help="number of stays")
    options = parser.parse_args()
    main(options.size, spark=bool(find_spec("pyspark") and shutil.which("java")))
