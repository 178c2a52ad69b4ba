"""CSV files: alphabet, separator and heading recognised, every cell as text."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.csv

from rammevaerk.engine.settlement.inputs import COLUMNS
from rammevaerk.engine.table_findings import TOLD, TableFinding
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.tables.faults import (
    UnusableTables,
    counted_da,
    require_columns,
    table_error,
)
from rammevaerk.exchange.tables.quotes import check_quotes
from rammevaerk.exchange.tables.texts import TextColumn, from_arrow

_SEPARATORS = {",": "komma", ";": "semikolon", "\t": "tabulator"}
# Letters of western languages, and the dashes, quotes and signs people write; a text in another
# alphabet than cp1252 is full of what is left out.
_WESTERN = frozenset([*range(0xC0, 0x100), *b"\x8a\x8c\x8e\x91\x92\x93\x94\x96\x97\x9a\x9c\x9e"])
_LIKELY = _WESTERN - {0xD7, 0xF7, 0x91, 0x8E} | frozenset(b"\x9f\xa7\xb4\xbd\x80\xb0\xb2\xb3")
_STRANGERS = (
    (b"PK\x03\x04", "et Excel-ark eller et zip-arkiv"),
    (b"PK\x05\x06", "et zip-arkiv"),
    (b"PAR1", "en Parquet-fil"),
    (b"\xd0\xcf\x11\xe0", "et ældre Office-dokument eller en fil med adgangskode"),
    (b"\x1f\x8b", "et gzip-arkiv"),
    (b"%PDF", "en PDF-fil"),
    (b"ARROW1", "en Arrow-fil"),
    (b"SQLite format 3", "en database"),
)
_SIGN = re.compile(rb"[^\r\n]")
# Columns in which nearly every row has a text of its own; the others repeat a few.
_OWN_TEXTS = frozenset({"placement", "start", "end"})


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The columns of a CSV file as text; `manners_da` tells what was recognised."""

    columns: dict[str, TextColumn]
    danish: bool
    manners_da: list[str]
    extra: list[str]
    line: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class _Heading:
    names: list[str]
    separator: str
    start: int  # of the first row, in bytes
    lines: int  # above the first row


def read_csv(table: str, name: str, content: bytes) -> CsvTable:
    """Read a table's file; `UnusableTables` when it is no CSV file with the table's columns.

    `name` is the file's, for messages.
    """
    data, manners = _decoded(table, name, content)
    # Python's reader, which says where a fault is, else stops at a cell of 131,072 signs.
    csv.field_size_limit(max(csv.field_size_limit(), len(data)))
    heading = _heading(table, name, data)
    if heading.separator != ",":
        manners.append(f"{_SEPARATORS[heading.separator]} mellem kolonnerne")
    require_columns(table, heading.names)
    found = _columns(table, name, data, heading)
    count = _rows_with_text(found)
    if count < len(next(iter(found.values()))):
        found = {column: texts.first(count) for column, texts in found.items()}
        manners.append("tomme rækker til sidst er ikke talt med")
    extra = [column for column in heading.names if column not in COLUMNS[table]]
    return CsvTable(found, heading.separator == ";", manners, extra, _line_finder(data, heading))


def _refuse(code: str, table: str, message: str) -> UnusableTables:
    return UnusableTables([table_error(code, table, message)], {})


def _decoded(table: str, name: str, content: bytes) -> tuple[bytes, list[str]]:
    """Return the content as UTF-8 without a mark in front."""
    for start, stranger in _STRANGERS:
        if content.startswith(start):
            text = f"{name} er efter sit indhold {stranger}, ikke CSV. Gem tabellen som CSV."
            raise _refuse("not-csv", table, text)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _from_utf16(table, name, content), ["UTF-16"]
    data = content.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        text = (
            f"{name}, linje {line}: her står et tegn, der ikke er tekst (tegn nr. 0), så det er "
            "ikke en CSV-fil. Gem tabellen som CSV UTF-8."
        )
        raise _refuse("not-csv", table, text)
    if data.isascii():
        return data, []
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _from_cp1252(table, name, data), ["Windows' vesteuropæiske alfabet (cp1252)"]
    return data, []


def _from_utf16(table: str, name: str, content: bytes) -> bytes:
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError:
        text = f"{name} begynder som UTF-16, men er det ikke. Gem den som CSV UTF-8."
        raise _refuse("alphabet", table, text) from None


def _from_cp1252(table: str, name: str, data: bytes) -> bytes:
    strange = [at for at in set(data) if at > 127 and at not in _LIKELY]
    if strange:
        at = min(data.index(bytes([byte])) for byte in strange)
        line = data[:at].count(b"\n") + 1
        text = (
            f"{name}, linje {line}: det kan ikke ses, hvilket alfabet filen "
            f"er skrevet med (tegn nr. {data[at]}). Gem den som CSV UTF-8."
        )
        raise _refuse("alphabet", table, text)
    return data.decode("cp1252").encode()


def _heading(table: str, name: str, data: bytes) -> _Heading:
    """Find the separator under which most of the table's columns are there."""
    first, after = _line_at(data, 0)
    above, only = 1, ""
    if first[:4].lower() == b"sep=" and len(first) == 5:  # Excel's own way to say it
        only, above = chr(first[4]), 2
        first, after = _line_at(data, after)
    if not first.strip():
        text = f"{name} er tom; kolonnenavnene skal stå i første linje: {_asked(table)}."
        raise _refuse("empty-file", table, text)
    best: tuple[int, str, list[str]] = (-1, "", [])
    for separator in [only] if only in _SEPARATORS else _SEPARATORS:
        names = [
            found.strip()
            for found in next(csv.reader([first.decode("utf-8", "replace")], delimiter=separator))
        ]
        hits = len(set(names) & set(COLUMNS[table]))
        if hits > best[0]:
            best = (hits, separator, names)
    return _Heading(best[2], best[1], after, above)


def _line_at(data: bytes, start: int) -> tuple[bytes, int]:
    ends = [at for at in (data.find(b"\n", start), data.find(b"\r", start)) if at >= 0]
    if not ends:
        return data[start:], len(data)
    end = min(ends)
    return data[start:end], end + (2 if data[end : end + 2] == b"\r\n" else 1)


def _asked(table: str) -> str:
    return ", ".join(COLUMNS[table])


def _columns(table: str, name: str, data: bytes, heading: _Heading) -> dict[str, TextColumn]:
    wanted = COLUMNS[table]
    if not _SIGN.search(data, heading.start):
        return {column: from_arrow(pa.chunked_array([], pa.string())) for column in wanted}
    # Numbers stand for the columns: a name that is not ours may be there twice.
    places = {column: str(heading.names.index(column)) for column in wanted}
    few = pa.dictionary(pa.int32(), pa.string())
    types = {
        place: pa.string() if column in _OWN_TEXTS else few for column, place in places.items()
    }
    quotes = b'"' in data
    if quotes:
        check_quotes(table, data, heading.start, heading.lines, heading.separator)
    try:
        found = pa.csv.read_csv(
            arrows_own(memoryview(data)[heading.start :]),
            read_options=pa.csv.ReadOptions(
                column_names=[str(at) for at in range(len(heading.names))], use_threads=True
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=heading.separator,
                quote_char='"' if quotes else False,
                newlines_in_values=quotes,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=types,
                include_columns=list(places.values()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        problems = _misshapen(table, data, heading) or [
            table_error("not-csv", table, _unread_da(name, str(error)))
        ]
        raise UnusableTables(problems, {}) from error
    return {column: from_arrow(found.column(place)) for column, place in places.items()}


def arrows_own(data: bytes | bytearray | memoryview) -> pa.Buffer:
    """Copy bytes into memory that Arrow owns.

    A thread of Arrow's may be the last to let go of it, as late as when Python is closing down,
    and memory that is Python's would then take the whole process with it.
    """
    copy = pa.allocate_buffer(len(data))
    np.frombuffer(copy, np.uint8)[:] = np.frombuffer(data, np.uint8)
    return copy


def _numbered(data: bytes, heading: _Heading) -> Iterator[tuple[int, list[str]]]:
    """Give the rows, each with the line on which it begins; blank lines are no rows."""
    text = io.StringIO(data[heading.start :].decode("utf-8", "replace"), newline="")
    rows = csv.reader(text, delimiter=heading.separator)
    before = heading.lines
    for cells in rows:
        if cells:
            yield before + 1, cells
        before = rows.line_num + heading.lines


def _unread_da(name: str, said: str) -> str:
    if "straddling" in said:
        return (
            f"{name} har en række på over en million tegn, så det er næppe en tabel; gem den igen "
            "som CSV UTF-8."
        )
    first = said.partition("\n")[0]
    return f"{name} kan ikke læses som CSV. Læseren siger på engelsk: {quoted(first, 200)}"


def _misshapen(table: str, data: bytes, heading: _Heading) -> list[TableFinding]:
    """Name the rows that have more or fewer cells than the heading."""
    wanted, count = len(heading.names), 0
    problems: list[TableFinding] = []
    for row, (line, cells) in enumerate(_numbered(data, heading), start=1):
        if len(cells) == wanted:
            continue
        count += 1
        if count <= TOLD:
            text = _cells_da(line, len(cells), wanted, _SEPARATORS[heading.separator])
            problems.append(replace(table_error("cells-in-row", table, text), row=row))
    if count > TOLD:
        rest = counted_da(count - TOLD, "række", "rækker")
        text = f"Og {rest} mere med et forkert antal celler."
        problems.append(table_error("more", table, text))
    return problems


def _cells_da(line: int, count: int, wanted: int, separator_da: str) -> str:
    cells = counted_da(count, "celle", "celler")
    names = counted_da(wanted, "kolonnenavn", "kolonnenavne")
    what = (
        f"Hører et {separator_da} til selve teksten, så sæt anførselstegn om hele cellen; ellers "
        "slet det, der er for meget."
        if count > wanted
        else f"Sæt et {separator_da} for hver celle, der mangler, også de tomme."
    )
    return f"Linje {line} har {cells}, men der er {names}. {what}"


def _line_finder(data: bytes, heading: _Heading) -> Callable[[int], int]:
    """Make what returns the line of a row counted from 1, past blank and broken lines too."""

    @cache
    def lines() -> list[int] | None:
        start = heading.start
        whole = data[start : start + 1] not in {b"\r", b"\n"} and all(
            data.find(sign, start) < 0 for sign in (b'"', b"\n\n", b"\n\r", b"\r\r")
        )
        return None if whole else [line for line, _ in _numbered(data, heading)]

    def line(row: int) -> int:
        found = lines()
        return row + heading.lines if found is None else found[row - 1]

    return line


def _rows_with_text(columns: dict[str, TextColumn]) -> int:
    """Count the rows up to the last that is not empty in every column."""
    count = len(next(iter(columns.values())))
    while count and not any(_length(column, count - 1) for column in columns.values()):
        count -= 1
    return count


def _length(column: TextColumn, row: int) -> int:
    return int(column.lengths[row if column.rows is None else column.rows[row]])
