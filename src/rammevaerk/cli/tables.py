"""What the commands on a folder of tables share: the argument, the reading and the findings."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rammevaerk.cli.arguments import path
from rammevaerk.engine.table_findings import TableFinding
from rammevaerk.exchange.tables.faults import TableFile, UnusableTables, sentence_da
from rammevaerk.exchange.tables.reading import ReadTables, read_tables

_SHOWN = 20


def add_tables(command: argparse.ArgumentParser) -> None:
    """Declare the folder of tables and the rounding."""
    command.add_argument(
        "folder",
        type=path,
        metavar="MAPPE",
        help="facilities, tariffs, placements, absences og supplements som csv eller parquet",
    )
    command.add_argument(
        "--rounding",
        choices=("line", "day"),
        default="line",
        help="afrund servicen én gang pr. linje (line), eller hvert døgns pris først (day)",
    )


def read_or_say_why(folder: Path) -> ReadTables | None:
    """Read the tables; None when they cannot be used, and then every reason has been written."""
    try:
        return read_tables(folder)
    except UnusableTables as error:
        for sentence in error.sentences_da():
            sys.stderr.write(f"{sentence}\n")
        return None


def write_findings(findings: Sequence[TableFinding], files: dict[str, TableFile]) -> None:
    """Write the first findings on stderr, each with file, row and line."""
    for finding in findings[:_SHOWN]:
        sys.stderr.write(f"{sentence_da(finding, files)}\n")
    if len(findings) > _SHOWN:
        sys.stderr.write(f"… og {len(findings) - _SHOWN} fund mere\n")
