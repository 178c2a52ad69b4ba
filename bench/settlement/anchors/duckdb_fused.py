"""DuckDB's best form: signed pieces of days, one join with the price segments, one GROUP BY.

An absence is a piece with what is taken off, a supplement a piece without a price. Sums of int64
are HUGEINT in DuckDB, which is cast back. The order of the lines is left to whoever asks.
"""

from typing import Any

import duckdb
from bench.settlement.anchors.duckdb_sql import LINES, SEGMENTS, STAYS, TOTALS
from bench.settlement.generate import Data, arrow_numbers


def load(data: Data) -> tuple[duckdb.DuckDBPyConnection, int]:
    """Put the tables into DuckDB's own storage."""
    connection = duckdb.connect()
    for name, arrow in arrow_numbers(data).items():
        connection.register("given", arrow)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608
        connection.unregister("given")
    connection.execute("CREATE TABLE months (month INTEGER, first INTEGER)")
    starts = data.months.starts()[:-1].tolist()
    connection.executemany("INSERT INTO months VALUES (?, ?)", list(enumerate(starts)))
    return connection, data.days


def settle(native: tuple[duckdb.DuckDBPyConnection, int]) -> duckdb.DuckDBPyConnection:
    """Make the tables lines and totals."""
    connection, days = native
    for statement in (STAYS, SEGMENTS, LINES):
        connection.execute(statement, {"days": days})
    connection.execute(TOTALS)
    return connection


def columns(made: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines and totals as NumPy columns."""
    lines = made.sql("SELECT * EXCLUDE (payer, operator) FROM lines").fetchnumpy()
    return lines, made.sql("FROM totals").fetchnumpy()
