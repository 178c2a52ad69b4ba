"""A workbook read back: every row as the plan writes it, or every problem with its cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rammevaerk.exchange.action_plan.rows import COLUMNS, READ_ONLY_DA, Column, PlanRow, normalised
from rammevaerk.exchange.action_plan.workbook.cells import CellReader, UnreadableCell
from rammevaerk.exchange.action_plan.workbook.layout import (
    EXPORT_KEYS,
    EXPORT_SHEET,
    FORMAT,
    PLAN_SHEET,
    PRINTS_SHEET,
    ROW_LIMIT,
    ROW_LIMIT_DA,
)
from rammevaerk.exchange.action_plan.workbook.problems import Problems
from rammevaerk.exchange.errors import Objection, RefusedFile
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.filetype import FileKind, judge
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.sheets import (
    Cell,
    MergedCells,
    Sheet,
    SheetNote,
    Workbook,
    column_letter,
)

_HEADER_ROW = 1
_OTHER_FILE_DA = "Hent handlingsplanen som Excel igen, og før dine rettelser over i den nye fil."


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of the file: Excel's row number, and the row as the plan writes it."""

    row_number: int
    row: PlanRow

    @property
    def filled(self) -> list[tuple[str, str]]:
        """The columns' names and texts, without the empty ones."""
        texts = [(column.name_da, str(getattr(self.row, column.key))) for column in COLUMNS]
        return [(name, text) for name, text in texts if text]


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """What a workbook says: its rows, which export it is, and a fingerprint of each cell then.

    `exported` is initiative_id → column key → fingerprint; `exported_at` and `as_of` are ISO text.
    """

    rows: tuple[ReadRow, ...]
    agreement: str
    edition: str
    as_of: str
    exported_at: str
    fingerprint: str
    exported: Mapping[str, Mapping[str, str]]


def read(
    content: bytes,
    *,
    statuses: Sequence[str],
    forums: Sequence[str],
    name: str = "handlingsplan.xlsx",
) -> ReadPlan:
    """Read a workbook that `write` made and people have worked in; saved by any program.

    `RefusedFile` when it is no readable xlsx file at all, `BrokenWorkbook` with every problem
    when the file is one but something in it cannot be used.
    """
    judge(content, name, allowed=frozenset({FileKind.XLSX}))
    try:
        package = Package(content)
        book = Workbook(package)
        problems = Problems(PLAN_SHEET)
        sheets = _required_sheets(package, book, problems)
        table = _Table(CellReader(statuses, forums), problems)
        rows = table.read(book.contents(sheets[PLAN_SHEET]))
        facts = _facts(book.contents(sheets[EXPORT_SHEET]), problems)
        problems.raise_if_any()
        prints = _prints(book.contents(sheets[PRINTS_SHEET]))
    except Objection as objection:
        shown = quoted(safe_name(name), 80)
        raise RefusedFile(f"Filen {shown} {objection.predicate_da}", objection.code) from objection
    return ReadPlan(rows=rows, exported=prints, **facts)


def _required_sheets(package: Package, book: Workbook, problems: Problems) -> dict[str, Sheet]:
    found = {sheet.name: sheet for sheet in book.sheets}
    if any(member.lower().startswith("xl/externallinks/") for member in package.names):
        problems.add(
            "Projektmappen henter værdier fra en anden fil. Vælg Data, Rediger kæder, Bryd kæden, "
            "og gem igen."
        )
    if PLAN_SHEET not in found:
        there = ", ".join(quoted(sheet.name) for sheet in book.sheets if not sheet.hidden)
        problems.add(f"Arket «{PLAN_SHEET}» mangler; filen har {there}. Giv arket sit navn igen.")
    elif EXPORT_SHEET not in found or PRINTS_SHEET not in found:
        problems.add(f"Filens skjulte ark med oplysninger om udtrækket mangler. {_OTHER_FILE_DA}")
    problems.raise_if_any()
    return found


@dataclass(slots=True)
class _Table:
    """Reads the plan's sheet in one pass, row by row, and notes problems as it goes."""

    reader: CellReader
    problems: Problems
    _columns: dict[int, Column] = field(default_factory=dict)
    _headers: list[Cell] = field(default_factory=list)
    _rows: dict[int, dict[str, str]] = field(default_factory=dict)
    _broken: set[tuple[int, str]] = field(default_factory=set)

    def read(self, contents: Iterator[Cell | MergedCells | SheetNote]) -> tuple[ReadRow, ...]:
        """Return the rows with any text; problems are in `problems`."""
        for found in contents:
            if isinstance(found, MergedCells):
                self._merged(found)
            elif isinstance(found, SheetNote):
                continue
            elif found.row == _HEADER_ROW:
                self._headers.append(found)
            elif not self._take(found):
                break
        if not self._columns:
            self._name_columns()
        return tuple(self._checked_rows())

    def _merged(self, merged: MergedCells) -> None:
        row, index = merged.first
        column = self._columns.get(index)
        self.problems.add(
            f"Cellerne {merged.reference} er flettet. Ophæv fletningen, så hver celle har sit eget "
            "indhold.",
            row=row,
            letter=column_letter(index),
            header=column.header if column else "",
        )

    def _take(self, cell: Cell) -> bool:
        """Read one cell below the headers; False when there are too many rows to go on."""
        if not self._columns:
            self._name_columns()
        column = self._columns.get(cell.column)
        if column is None:
            self._outside(cell)
            return True
        text = self._text(cell, column)
        if text or (cell.row, column.key) in self._broken:
            if cell.row not in self._rows and len(self._rows) >= ROW_LIMIT:
                self.problems.add(
                    f"Arket har flere end {ROW_LIMIT_DA} rækker med indhold. Del filen op.",
                    row=cell.row,
                )
                return False
            self._rows.setdefault(cell.row, {})[column.key] = text
        return True

    def _text(self, cell: Cell, column: Column) -> str:
        try:
            return self.reader.text(cell, column)
        except UnreadableCell as error:
            self._broken.add((cell.row, column.key))
            self.problems.add(
                str(error),
                row=cell.row,
                letter=column_letter(cell.column),
                header=column.header,
            )
            return ""

    def _outside(self, cell: Cell) -> None:
        if cell.text.strip() or cell.formula is not None:
            self.problems.add(
                "Der står noget uden for tabellen, som ikke kan læses ind. Slet det, eller flyt "
                "det til et andet ark.",
                row=cell.row,
                letter=column_letter(cell.column),
            )

    def _name_columns(self) -> None:
        """Find each column by its header, wherever it has been moved to; raise when one fails."""
        by_name = {_header_key(column.header): column for column in COLUMNS}
        for cell in self._headers:
            key = _header_key(cell.text)
            column = by_name.get(key)
            if cell.formula is not None or (key and column is None):
                self._unknown_header(cell)
            elif column is not None and column in self._columns.values():
                self.problems.add(
                    f"Kolonnen «{column.name_da}» står der to gange. Slet den ene.",
                    row=_HEADER_ROW,
                    letter=column_letter(cell.column),
                    header=column.header,
                )
            elif column is not None:
                self._columns[cell.column] = column
        for column in COLUMNS:
            if column not in self._columns.values():
                self.problems.add(
                    f"Kolonnen «{column.name_da}» mangler i række {_HEADER_ROW}. Giv den sin "
                    f"overskrift igen. {_OTHER_FILE_DA}",
                    row=_HEADER_ROW,
                    header=column.header,
                )
        self.problems.raise_if_any()

    def _unknown_header(self, cell: Cell) -> None:
        self.problems.add(
            f"Overskriften {quoted(cell.text)} kendes ikke. Giv kolonnen sit oprindelige navn, "
            "eller slet den.",
            row=_HEADER_ROW,
            letter=column_letter(cell.column),
        )

    def _checked_rows(self) -> Iterator[ReadRow]:
        seen: dict[str, int] = {}
        for number, texts in sorted(self._rows.items()):
            row = PlanRow(**{column.key: texts.get(column.key, "") for column in COLUMNS})
            self._require(number, row, texts)
            key = row.initiative_id
            if key and key in seen:
                self._note(
                    "initiative_id",
                    number,
                    f"Nøglen {quoted(key)} står også i række {seen[key]}. Slet den ene række, "
                    "eller tøm nøglen, hvis rækken er et nyt initiativ.",
                )
            seen.setdefault(key, number)
            yield ReadRow(number, row)

    def _require(self, number: int, row: PlanRow, texts: Mapping[str, str]) -> None:
        for column in COLUMNS:
            wanted = column.required and (column.editable or not row.initiative_id)
            if wanted and not texts.get(column.key) and (number, column.key) not in self._broken:
                self._note(
                    column.key,
                    number,
                    f"{column.name_da} er tom. Udfyld den, eller slet hele rækken.",
                )

    def _note(self, key: str, row: int, message_da: str) -> None:
        index, column = next((i, c) for i, c in self._columns.items() if c.key == key)
        self.problems.add(message_da, row=row, letter=column_letter(index), header=column.header)


def _header_key(text: str) -> str:
    name = " ".join(text.split()).casefold()
    return name.removesuffix(READ_ONLY_DA.casefold()).strip()


def _facts(
    contents: Iterator[Cell | MergedCells | SheetNote], problems: Problems
) -> dict[str, str]:
    cells = {
        (cell.row, cell.column): normalised(cell.text)
        for cell in contents
        if isinstance(cell, Cell) and cell.row <= len(EXPORT_KEYS)
    }
    facts = {
        cells.get((row, 0), ""): cells.get((row, 1), "") for row in range(1, len(EXPORT_KEYS) + 1)
    }
    if facts.get("format") != FORMAT:
        problems.add(f"Filen er ikke et udtræk af handlingsplanen. {_OTHER_FILE_DA}")
    return {key: facts.get(key, "") for key in EXPORT_KEYS if key != "format"}


def _prints(contents: Iterator[Cell | MergedCells | SheetNote]) -> dict[str, dict[str, str]]:
    rows: dict[int, dict[int, str]] = {}
    for cell in contents:
        if isinstance(cell, Cell) and cell.row <= ROW_LIMIT + 1:
            rows.setdefault(cell.row, {})[cell.column] = cell.text
    heads = rows.pop(_HEADER_ROW, {})
    return {
        normalised(cells.get(0, "")): {
            heads[index]: text for index, text in cells.items() if index and index in heads
        }
        for cells in rows.values()
    }
