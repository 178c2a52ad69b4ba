"""The rows of a takstfil read cell by cell, with everything to mend placed where it stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.sheets import Cell, CellKind, column_index, column_letter, place_of
from rammevaerk.exchange.tariff_file.cells import CellFault, CellReader, Choices
from rammevaerk.exchange.tariff_file.columns import BY_KEY, NOT_READ_DA
from rammevaerk.exchange.tariff_file.grid import Table, headings
from rammevaerk.exchange.tariff_file.layout import ROW_LIMIT, ROW_LIMIT_DA
from rammevaerk.exchange.tariff_file.mapping import ColumnMap, heading_key
from rammevaerk.exchange.tariff_file.messages import Message, Weight

_DIGITS_ONLY = frozenset({"cvr", "p_number", "portal_id"})


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of the file: its number, its values by column, and what is wrong with its cells.

    `columns` are all that the file has, also those whose cell is empty here; `raw` is what stood
    in the cells, for messages.
    """

    number: int
    values: Mapping[str, str]
    messages: tuple[Message, ...]
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether a cell cannot be used."""
        return any(one.weight is Weight.ERROR for one in self.messages)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file says: its rows, the columns it has by letter, and remarks on it as a whole."""

    sheet: str
    rows: tuple[ReadRow, ...]
    letters: Mapping[str, str]
    headers: Mapping[str, str]
    remarks: tuple[str, ...] = ()

    def message(self, weight: Weight, row: ReadRow, key: str, text_da: str) -> Message:
        """Return a message about a column of a row; about the row when the file has it not."""
        if key not in self.letters:
            return Message(weight, text_da, self.sheet, row.number)
        value = quoted(row.raw[key], 40) if row.raw.get(key) else ""
        place = self.letters[key], self.headers[key]
        return Message(weight, text_da, self.sheet, row.number, *place, value)


def read_rows(table: Table, chosen: ColumnMap, choices: Choices) -> ReadFile:
    """Read the table below its headings; `RefusedFile` when the headings cannot be used.

    A cell that cannot be read is a message of its row; the others are read all the same.
    """
    _refuse_merged_headings(table, chosen)
    places = chosen.places(table)
    _refuse_repeated(table, chosen)
    reader = CellReader(choices, chosen.words)
    tall = _merged_rows(table)
    file = ReadFile(
        table.sheet,
        (),
        {key: column_letter(index) for index, key in places.items()},
        {key: _plain(chosen.columns[key]) for key in places.values()},
        tuple(_remarks(places)),
    )
    numbers = [row for row in sorted(table.rows) if row > chosen.header_row]
    if len(numbers) > ROW_LIMIT:
        raise RefusedFile(
            f"Filen har flere end {ROW_LIMIT_DA} rækker med indhold. Del den i flere, fx en for "
            "hver driftsherre.",
            "too-long",
        )
    rows = [_row(file, reader, number, table.rows[number], places) for number in numbers]
    rows = [_with_merged(file, row, tall.get(row.number, "")) for row in rows]
    return ReadFile(file.sheet, tuple(rows), file.letters, file.headers, file.remarks)


def _row(
    file: ReadFile,
    reader: CellReader,
    number: int,
    cells: Mapping[int, Cell],
    places: Mapping[int, str],
) -> ReadRow:
    values: dict[str, str] = {}
    raw = {key: cells[index].text for index, key in places.items() if index in cells}
    row = ReadRow(number, values, (), raw)
    messages: list[Message] = []
    for index, key in places.items():
        column = BY_KEY[key]
        cell = cells.get(index)
        values[key] = ""
        if cell is None or key == "note":
            continue
        try:
            found = reader.read(_digits(cell) if key in _DIGITS_ONLY else cell, column)
        except CellFault as fault:
            if column.editable or column.names:
                messages.append(file.message(Weight.ERROR, row, key, str(fault)))
                del values[key]
            else:
                values[key] = cell.text.strip()
            continue
        values[key] = found.text
        if found.warning_da and column.editable:
            messages.append(file.message(Weight.WARNING, row, key, found.warning_da))
    return ReadRow(number, values, tuple(messages), raw)


def _plain(heading: str) -> str:
    return " ".join(heading.split()).removesuffix(NOT_READ_DA).strip()


def _digits(cell: Cell) -> Cell:
    """A number such as a CVR number may have become a figure of the spreadsheet's own."""
    return Cell(cell.row, cell.column, CellKind.TEXT, cell.text, None, cell.formula)


def _refuse_repeated(table: Table, chosen: ColumnMap) -> None:
    wanted = {heading_key(heading) for heading in chosen.columns.values()}
    seen: dict[str, int] = {}
    for index, text in headings(table, chosen.header_row).items():
        key = heading_key(text)
        if key in wanted and key in seen:
            letters = f"{column_letter(seen[key])} og {column_letter(index)}"
            raise RefusedFile(
                f"Overskriften {quoted(text)} står to gange, i kolonne {letters}. Slet eller omdøb "
                "den ene, gem filen, og prøv igen.",
                "repeated-heading",
            )
        seen[key] = index


def _refuse_merged_headings(table: Table, chosen: ColumnMap) -> None:
    for merged in table.merged:
        first, last = _span(merged.reference)
        if first[0] <= chosen.header_row <= last[0]:
            raise RefusedFile(
                f"Overskrifterne i cellerne {merged.reference} er flettet, så det er uklart, "
                "hvilken kolonne de hører til. Ophæv fletningen, giv hver kolonne sin egen "
                "overskrift, gem filen, og prøv igen.",
                "merged-heading",
            )


def _merged_rows(table: Table) -> dict[int, str]:
    """The rows that merged cells reach into, with the reference; only rows with content."""
    found: dict[int, str] = {}
    numbers = sorted(table.rows)
    for merged in table.merged:
        first, last = _span(merged.reference)
        for number in numbers[bisect_left(numbers, first[0]) : bisect_right(numbers, last[0])]:
            found.setdefault(number, merged.reference)
    return found


def _span(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    start, _, end = reference.partition(":")
    first = place_of(start) or (1, 0)
    return first, place_of(end) or first


def _with_merged(file: ReadFile, row: ReadRow, reference: str) -> ReadRow:
    if not reference:
        return row
    text = f"Cellerne {reference} er flettet. Ophæv fletningen, så hver celle har sit eget indhold."
    letter = reference.partition(":")[0].rstrip("0123456789")
    keys = {index: key for key, index in _indexes(file).items()}
    header = file.headers.get(keys.get(column_index(letter), ""), "")
    message = Message(Weight.ERROR, text, file.sheet, row.number, letter, header)
    return ReadRow(row.number, row.values, (*row.messages, message), row.raw)


def _indexes(file: ReadFile) -> dict[str, int]:
    return {key: column_index(letter) for key, letter in file.letters.items()}


def _remarks(places: Mapping[int, str]) -> Iterator[str]:
    """What the file has no column for keeps its value; people must know that."""
    there = set(places.values())
    gone = [
        BY_KEY[key].name_da
        for key in ("amount", "unit", "days_basis", "places", "covered", "occupancy", "valid_from")
        if key not in there
    ]
    if gone:
        names = ", ".join(f"«{name}»" for name in gone)
        yield f"Filen har ingen kolonne for {names}; dér er intet ændret."
    if "stamp" not in there:
        yield (
            "Filen siger ikke, hvad der stod i den, da den blev hentet. Alt, der er anderledes end "
            "her, er derfor vist som ændret."
        )
