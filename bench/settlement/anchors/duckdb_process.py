"""Parquet to Parquet with DuckDB: `python duckdb_process.py FOLDER OUT FIRST_MONTH MONTHS`.

A whole process: what a DuckDB user would run from cron. The SQL is that of duckdb_fused.
"""

import sys
from datetime import date
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent))

from duckdb_sql import LINES, SEGMENTS, STAYS, TOTALS

DAY = "(({0} - DATE '{1}'))::INTEGER"
MINUTE = "((epoch_us({0}) // 60000000) - {2})::INTEGER"
TABLES = {
    "facilities": {"day_count": "(day_count = 'hotel')::INTEGER"},
    "tariffs": {"valid_from": DAY},
    "placements": {"start": MINUTE, '"end"': MINUTE},
    "absences": {'"from"': DAY, '"to"': DAY},
    "supplements": {'"from"': DAY, '"to"': DAY},
}
OUTPUT = {
    "lines": "placement, name AS month, days, basis_ore, service_ore, supplement_ore, total_ore",
    "totals": "payer, operator, name AS month, days, basis_ore, service_ore, supplement_ore,"
    " total_ore",
}
ORDER = {"lines": "placement, month", "totals": "payer, operator, month"}


def main(folder: Path, out: Path, first_month: str, count: int) -> None:
    """Settle the tables of a folder."""
    out.mkdir(parents=True, exist_ok=True)
    year, month = map(int, first_month.split("-"))
    starts = [
        date(year + (month - 1 + n) // 12, (month - 1 + n) % 12 + 1, 1) for n in range(count + 1)
    ]
    minutes = (starts[0] - date(1970, 1, 1)).days * 1440
    run = duckdb.connect().execute
    for table, changed in TABLES.items():
        columns = ", ".join(
            f"{how.format(name, starts[0], minutes)} AS {name}" for name, how in changed.items()
        )
        run(
            f"CREATE VIEW {table} AS SELECT * REPLACE ({columns})"  # noqa: S608
            f" FROM read_parquet('{folder / table}.parquet')"
        )
    run("CREATE TABLE months (month INTEGER, first INTEGER, name VARCHAR)")
    values = ", ".join(
        f"({n}, {(day - starts[0]).days}, '{day:%Y-%m}')" for n, day in enumerate(starts[:-1])
    )
    run(f"INSERT INTO months VALUES {values}")  # noqa: S608
    days = {"days": (starts[-1] - starts[0]).days}
    for statement in (STAYS, SEGMENTS, LINES):
        run(statement, days)
    run(TOTALS)
    for table, columns in OUTPUT.items():
        run(
            f"COPY (SELECT {columns} FROM {table} JOIN months USING (month)"  # noqa: S608
            f" ORDER BY {ORDER[table]}) TO '{out / table}.parquet'"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
