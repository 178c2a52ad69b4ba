"""The folder of the five tables: which file each table stands in."""

import os
import stat
from pathlib import Path

from rammevaerk.engine.settlement.inputs import COLUMNS
from rammevaerk.engine.table_findings import TableFinding
from rammevaerk.exchange.system_reasons import reason_da
from rammevaerk.exchange.tables.faults import UnusableTables, table_error

SUFFIXES = (".csv", ".parquet")


def find_tables(folder: Path) -> dict[str, Path]:
    """Return the file of each table; `UnusableTables` says all that is missing or ambiguous."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        text = f"Mappen {folder} kan ikke læses: {reason_da(error)}."
        raise UnusableTables([table_error("no-folder", "", text)], {}) from error
    found: dict[str, Path] = {}
    problems: list[TableFinding] = []
    for table in COLUMNS:
        wanted = {table + suffix for suffix in SUFFIXES}
        there = [name for name in names if name.lower() in wanted]
        problem = _problem(folder, table, there)
        if problem:
            problems.append(problem)
        else:
            found[table] = folder / there[0]
    if problems:
        raise UnusableTables(problems, {})
    return found


def _problem(folder: Path, table: str, there: list[str]) -> TableFinding | None:
    if not there:
        text = f"Filen {table}.csv eller {table}.parquet findes ikke i mappen {folder}."
        return table_error("missing-file", table, text)
    if len(there) > 1:
        text = f"{' og '.join(there)} findes begge, så det er uklart, hvilken der gælder. Fjern én."
        return table_error("two-files", table, text)
    path = folder / there[0]
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        text = f"{path.name} kan ikke læses: {reason_da(error)}."
        return table_error("unreadable-file", table, text)
    if stat.S_ISREG(mode):
        return None
    kind = "en mappe" if stat.S_ISDIR(mode) else "ikke en almindelig fil"
    return table_error("not-a-file", table, f"{path.name} er {kind}.")
