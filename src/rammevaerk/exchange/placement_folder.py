"""A folder of placements to compare tariff models on: CSV or Parquet, every fault with its row."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rammevaerk.engine.tariffs.models.placements import (
    LARGEST_DAYS,
    LARGEST_MINUTES,
    PlacementRows,
)
from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.system_reasons import reason_da

_KEYS = ("placement", "facility", "operator", "payer", "target_group", "plan")
_NUMBERS = {"minutes_per_week": LARGEST_MINUTES, "days": LARGEST_DAYS}
_COLUMNS = {
    "placements": (*_KEYS, *_NUMBERS),
    "supplements": ("placement", "supplement", "days"),
}
# A facility with one price needs no plan; everything else must stand there.
_MAY_BE_EMPTY = frozenset({"plan"})
_SUFFIXES = (".csv", ".parquet")
_SEPARATORS = {",": "komma", ";": "semikolon", "\t": "tabulator"}
_WHOLE = re.compile(r"[0-9]{1,18}")
_TOLD = 100


class UnusablePlacements(ExchangeError):
    """Tables of placements that cannot be used: every problem with file, row and column."""

    def __init__(self, problems: Sequence[str]) -> None:
        shown = list(problems[:_TOLD])
        if len(problems) > _TOLD:
            shown.append(f"Og {len(problems) - _TOLD} fejl mere.")
        self.problems = tuple(shown)
        super().__init__("\n".join(shown))


@dataclass(frozen=True, slots=True)
class PlacementFolder:
    """The placements, and how they were when the second model took over, if that differs.

    `notes` says how a file was read that is not written as the tables ask; `places` gives file
    and row of each placement, for messages.
    """

    before: PlacementRows
    after: PlacementRows | None
    notes: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)


def read_placement_folder(folder: Path) -> PlacementFolder:
    """Read placements, supplements and, when they changed, placements_after and supplements_after.

    One file per table, `.csv` (comma, semicolon or tab; UTF-8 or cp1252) or `.parquet`.
    Supplements may be left out. `UnusablePlacements` tells every problem.
    """
    reading = _Reading(folder)
    before = reading.rows("")
    after = reading.rows("_after") if reading.has("placements_after") else None
    if after is not None and reading.has("supplements") != reading.has("supplements_after"):
        reading.problems.append(
            f"{folder}: når der er en placements_after, skal der enten være både supplements og "
            "supplements_after eller ingen af dem."
        )
    if after is None and reading.has("supplements_after"):
        reading.problems.append(f"{folder}: supplements_after står uden placements_after.")
    if reading.problems or before is None:
        raise UnusablePlacements(reading.problems)
    return PlacementFolder(before, after, tuple(reading.notes), reading.places)


@dataclass(slots=True)
class _Reading:
    folder: Path
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def has(self, table: str) -> bool:
        return any((self.folder / f"{table}{suffix}").exists() for suffix in _SUFFIXES)

    def rows(self, side: str) -> PlacementRows | None:
        """The placements of one side with their supplements; None when there are problems."""
        table = self._table("placements", side)
        if table is None:
            return None
        name, columns = table
        texts = {key: self._keys(name, key, columns[key]) for key in _KEYS}
        numbers = {key: self._numbers(name, key, columns[key]) for key in _NUMBERS}
        if not texts["placement"]:
            self.problems.append(f"{name}: tabellen har ingen rækker.")
            return None
        first: dict[str, int] = {}
        for row, key in enumerate(texts["placement"], start=1):
            if key and first.setdefault(key, row) != row:
                text = f"{quoted(key)} står også i række {first[key]}"
                self._say(name, row, "placement", text)
        for key, row in first.items():
            self.places.setdefault(key, f"{name}, række {row}")
        return PlacementRows(
            **texts,
            minutes=numbers["minutes_per_week"],
            days=numbers["days"],
            supplements=self._supplements(side, first),
        )

    def _supplements(self, side: str, known: dict[str, int]) -> list[tuple[str, str, int]]:
        if not self.has(f"supplements{side}"):
            return []
        table = self._table("supplements", side)
        if table is None:
            return []
        name, columns = table
        placements = self._keys(name, "placement", columns["placement"])
        for row, key in enumerate(placements, start=1):
            if key and key not in known:
                text = f"{quoted(key)} findes ikke i placements{side}"
                self._say(name, row, "placement", text)
        codes = self._keys(name, "supplement", columns["supplement"])
        days = self._numbers(name, "days", columns["days"])
        return list(zip(placements, codes, days, strict=True))

    def _table(self, table: str, side: str) -> tuple[str, dict[str, list[Any]]] | None:
        """The file's name and the columns asked for, as text or whole numbers."""
        there = [
            path
            for suffix in _SUFFIXES
            if (path := self.folder / f"{table}{side}{suffix}").exists()
        ]
        if len(there) != 1:
            what = "findes ikke" if not there else "findes som både CSV og Parquet; fjern den ene"
            self.problems.append(f"{self.folder}: {table}{side}.csv eller .parquet {what}.")
            return None
        path = there[0]
        try:
            if path.suffix == ".csv":
                columns, manners = _read_csv(path)
            else:
                columns, manners = _read_parquet(path), []
        except OSError as error:
            self.problems.append(f"{path.name}: kan ikke læses: {reason_da(error)}.")
            return None
        except UnusablePlacements as error:
            self.problems += error.problems
            return None
        if manners:
            self.notes.append(f"{path.name}: Filen er læst sådan: {'; '.join(manners)}.")
        missing = [one for one in _COLUMNS[table] if one not in columns]
        for column in missing:
            self.problems.append(
                f"{path.name}, kolonnen {column}: mangler; filen har "
                f"{quoted(', '.join(columns), 200)}."
            )
        return None if missing else (path.name, columns)

    def _keys(self, name: str, column: str, cells: Sequence[Any]) -> list[str]:
        texts = []
        for row, cell in enumerate(cells, start=1):
            text = "" if cell is None else str(cell).strip()
            if isinstance(cell, float | bool):
                self._say(name, row, column, f"{quoted(text)} er hverken tekst eller et helt tal")
            elif not text and column not in _MAY_BE_EMPTY:
                self._say(name, row, column, "er tom")
            texts.append(text)
        return texts

    def _numbers(self, name: str, column: str, cells: Sequence[Any]) -> list[int]:
        largest = _NUMBERS[column]
        numbers = []
        for row, cell in enumerate(cells, start=1):
            text = "" if cell is None else str(cell).strip()
            number = int(text) if _WHOLE.fullmatch(text) else -1
            if number < 0:
                self._say(name, row, column, f"{quoted(text)} er ikke et helt tal")
            elif number > largest:
                self._say(name, row, column, f"{number} er mere end {largest}")
            numbers.append(number if 0 <= number <= largest else 0)
        return numbers

    def _say(self, name: str, row: int, column: str, what_da: str) -> None:
        self.problems.append(f"{name}, række {row}, kolonnen {column}: {what_da}.")


def _read_csv(path: Path) -> tuple[dict[str, list[Any]], list[str]]:
    """Read all columns as text, and tell what was recognised.

    Rows count from 1 below the heading, blank lines not counted.
    """
    text, manners = _decoded(path)
    heading = text.split("\n", 1)[0]
    above = 0
    if heading.lower().startswith("sep="):  # Excel's own way to say it
        text = text.partition("\n")[2]
        heading = text.split("\n", 1)[0]
        above = 1
    separator = max(_SEPARATORS, key=heading.count)
    if separator != ",":
        manners.append(f"{_SEPARATORS[separator]} mellem kolonnerne")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    began = 1
    try:
        for row in reader:
            if row:
                rows.append(row)
            began = reader.line_num + 1
    except csv.Error as error:
        message = f"{path.name}, linje {began + above}: {_broken_da(str(error), separator)}"
        raise UnusablePlacements([message]) from None
    while rows and not any(cell.strip() for cell in rows[-1]):  # Excel's empty last rows
        rows.pop()
    if not rows:
        raise UnusablePlacements([f"{path.name}: er tom."])
    names = [name.strip() for name in rows[0]]
    _require_shape(path, names, rows[1:])
    return {name: [row[at] for row in rows[1:]] for at, name in enumerate(names)}, manners


def _decoded(path: Path) -> tuple[str, list[str]]:
    content = path.read_bytes()
    if b"\x00" in content:
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        message = (
            f"{path.name}, linje {line}: her står et tegn, der ikke er tekst (tegn nr. 0). Gem "
            "tabellen som CSV (UTF-8)."
        )
        raise UnusablePlacements([message])
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\ufffd" in text:
        message = f"{path.name}: alfabetet kan ikke ses. Gem tabellen som CSV (UTF-8)."
        raise UnusablePlacements([message])
    return text, ["Windows' vesteuropæiske alfabet (cp1252)"]


def _broken_da(said: str, separator: str) -> str:
    if "unexpected end" in said:
        what = "et anførselstegn bliver aldrig lukket. Fjern det, eller sæt et efter cellen også"
    elif "expected after" in said:
        what = "efter en celle i anførselstegn står der mere. Sæt anførselstegn om hele cellen"
    elif "field larger" in said:
        return "en celle er alt for lang; mangler der et anførselstegn efter en celle?"
    else:
        return f"er ikke gyldig CSV. Læseren siger på engelsk: {quoted(said)}"
    return (
        f"{what}. Hører et {_SEPARATORS[separator]} til en nøgle, skal hele nøglen stå i "
        f'anførselstegn: "Nord{separator}Syd".'
    )


def _require_shape(path: Path, names: list[str], rows: list[list[str]]) -> None:
    problems = [
        f"{path.name}: kolonnen {one} står to gange." for one in {*names} if names.count(one) > 1
    ]
    problems += [
        f"{path.name}, række {at}: har {len(row)} {'celle' if len(row) == 1 else 'celler'}, men "
        f"der er {len(names)} {'kolonne' if len(names) == 1 else 'kolonner'}. Sæt anførselstegn om "
        "en celle med skilletegn i, og et skilletegn for hver tom celle."
        for at, row in enumerate(rows, start=1)
        if len(row) != len(names)
    ]
    if problems:
        raise UnusablePlacements(sorted(problems))


def _read_parquet(path: Path) -> dict[str, list[Any]]:
    import pyarrow as pa  # heavy, and a folder of CSV does without
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except pa.ArrowException as error:
        said = quoted((str(error) or type(error).__name__).splitlines()[0], 200)
        message = (
            f"{path.name}: er ikke en gyldig Parquet-fil; den er beskadiget eller en anden slags. "
            f"Læseren siger på engelsk: {said}"
        )
        raise UnusablePlacements([message]) from None
    names = table.column_names
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise UnusablePlacements([f"{path.name}: kolonnen {one} står to gange." for one in twice])
    return {name: table.column(name).to_pylist() for name in names}
