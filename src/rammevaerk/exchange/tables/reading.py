"""The five tables of a settlement read from a folder, strictly and with every fault named."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rammevaerk.engine.findings import Severity
from rammevaerk.engine.settlement.inputs import KEYS, SettlementTables
from rammevaerk.engine.table_findings import TableFinding
from rammevaerk.engine.tables import IntArray
from rammevaerk.exchange.system_reasons import reason_da
from rammevaerk.exchange.tables import keys
from rammevaerk.exchange.tables.columns import KINDS, Kind
from rammevaerk.exchange.tables.faults import (
    Fault,
    TableFile,
    Trouble,
    UnusableTables,
    findings_of,
    table_error,
)
from rammevaerk.exchange.tables.folder import find_tables
from rammevaerk.exchange.tables.texts import TextColumn

_NO_ROWS_DA = "Tabellen har ingen rækker"


@dataclass(frozen=True, slots=True)
class ReadTables:
    """The tables, what was noticed on the way, and the file of each table."""

    tables: SettlementTables
    findings: tuple[TableFinding, ...]
    files: dict[str, TableFile]


@dataclass(slots=True)
class _Reading:
    """What is known so far of all five tables."""

    files: dict[str, TableFile]
    keys: dict[tuple[str, str], TextColumn | IntArray]
    numbers: dict[tuple[str, str], IntArray]
    problems: list[TableFinding]
    troubles: list[Trouble]
    notes: list[TableFinding]


def read_tables(folder: Path) -> ReadTables:
    """Read facilities, tariffs, placements, absences and supplements, each CSV or Parquet.

    `UnusableTables` carries every fault of every table; nothing is guessed. The format is
    docs/tables.md.
    """
    reading = _Reading({}, {}, {}, [], [], [])
    for table, path in find_tables(folder).items():
        try:
            _read(table, path, reading)
        except UnusableTables as error:
            reading.problems += error.findings
            reading.files.setdefault(table, TableFile(path, _no_line))
    problems = reading.problems + findings_of(reading.troubles)
    if problems:
        raise UnusableTables(problems, reading.files)
    tables = _joined(reading)
    return ReadTables(tables, (*reading.notes, *_without_rows(tables)), reading.files)


def _without_rows(tables: SettlementTables) -> list[TableFinding]:
    """Tell of tables whose emptiness leaves nothing to settle; no absences is nothing odd."""
    return [
        TableFinding("tables.no-rows", Severity.NOTE, table, 0, "", "", f"{_NO_ROWS_DA}, {so}.")
        for table, column, so in (
            ("facilities", tables.facilities.facility, "så intet ophold har et tilbud"),
            ("tariffs", tables.tariffs.facility, "så intet ophold har en pris"),
            ("placements", tables.placements.placement, "så der er intet ophold at afregne"),
        )
        if not len(column)
    ]


def _no_line(_row: int) -> int | None:
    return None


def _read(table: str, path: Path, reading: _Reading) -> None:
    if path.suffix.lower() == ".csv":
        _read_csv(table, path, reading)
    else:
        _read_parquet(table, path, reading)


def _read_csv(table: str, path: Path, reading: _Reading) -> None:
    # Imported here: a folder of Parquet files does without, and starts sooner.
    from rammevaerk.exchange.tables.csv_files import read_csv

    try:
        content = path.read_bytes()
    except OSError as error:
        text = f"{path.name} kan ikke læses: {reason_da(error)}."
        raise UnusableTables([table_error("unreadable-file", table, text)], {}) from error
    found = read_csv(table, path.name, content)
    reading.files[table] = TableFile(path, found.line)
    _note_extra(table, found.extra, reading)
    manners = found.manners_da + _take(table, found.columns, reading, danish=found.danish)
    if manners:
        text = f"Filen er læst sådan: {'; '.join(manners)}."
        reading.notes.append(TableFinding("tables.read-as", Severity.NOTE, table, 0, "", "", text))


def _read_parquet(table: str, path: Path, reading: _Reading) -> None:
    from rammevaerk.exchange.tables.parquet_files import read_parquet

    found = read_parquet(table, path)
    reading.files[table] = TableFile(path, _no_line)
    _note_extra(table, found.extra, reading)
    reading.troubles += found.troubles
    _take(table, found.columns, reading, danish=False)


def _note_extra(table: str, extra: list[str], reading: _Reading) -> None:
    for name in extra:
        shown = f"Kolonnen «{name}»" if name else "En kolonne uden navn"
        text = f"{shown} hører ikke til tabellen og er ikke brugt."
        reading.notes.append(
            TableFinding("tables.extra-column", Severity.WARNING, table, 0, name, "", text)
        )


def _take(
    table: str,
    columns: Mapping[str, TextColumn | IntArray],
    reading: _Reading,
    *,
    danish: bool,
) -> list[str]:
    """Put columns in their places, texts read as what they hold; return how they were read."""
    texts = {}
    for name, column in columns.items():
        if KINDS[table][name] is Kind.KEY:
            reading.keys[table, name] = column
            if isinstance(column, TextColumn):
                _add_faults(table, name, column, keys.faults_in(column), reading)
        elif isinstance(column, TextColumn):
            texts[name] = column
        else:
            reading.numbers[table, name] = column
    return _take_texts(table, texts, reading, danish=danish) if texts else []


def _take_texts(
    table: str, texts: Mapping[str, TextColumn], reading: _Reading, *, danish: bool
) -> list[str]:
    # Imported here: a folder of Parquet files does without, and starts sooner.
    from rammevaerk.exchange.tables.cells import manner_of, plainly, read_odd

    kinds = KINDS[table]
    read = {
        name: (column, kinds[name], plainly(name, column, kinds[name], danish=danish))
        for name, column in texts.items()
    }
    manner = manner_of(read, danish=danish)
    manners: set[str] = set()
    for name, (column, kind, cells) in read.items():
        faults = read_odd(name, column, kind, cells, manner)
        manners |= cells.manners_da
        _add_faults(table, name, column, faults, reading)
        reading.numbers[table, name] = column.spread(cells.values)
    return sorted(manners)


def _add_faults(
    table: str, name: str, column: TextColumn, faults: dict[int, Fault], reading: _Reading
) -> None:
    if not faults:
        return
    by_text: dict[Fault, list[int]] = {}
    for text, fault in faults.items():
        by_text.setdefault(fault, []).append(text)
    for fault, found in by_text.items():
        marked = np.zeros(len(column.starts), np.bool_)
        marked[found] = True
        rows = np.flatnonzero(column.spread(marked))
        if len(rows):
            reading.troubles.append(
                Trouble(fault.code, table, name, rows, _Sentence(column, fault))
            )


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is wrong with the cell of a row."""

    column: TextColumn
    fault: Fault

    def __call__(self, row: int) -> str:
        # Imported here: it is needed only when something is wrong.
        from rammevaerk.exchange.quoting import quoted

        if self.fault is Fault.EMPTY:
            return f"Cellen {self.fault.predicate_da}."
        return f"{quoted(self.column.of_row(row), 40)} {self.fault.predicate_da}."


def _joined(reading: _Reading) -> SettlementTables:
    domains = {}
    for key, tables in KEYS.items():
        domains[key], codes = keys.shared([reading.keys[table, key] for table in tables])
        reading.numbers |= {
            (table, key): column for table, column in zip(tables, codes, strict=True)
        }
    return SettlementTables.from_numbers(
        {place: np.ascontiguousarray(values) for place, values in reading.numbers.items()},
        domains,
    )
