"""A handed-in file as sheets of cells: only rows with content, and never more than fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from rammevaerk.exchange.errors import Objection, RefusedFile
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.filetype import FileKind, judge
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.sheets import Cell, MergedCells, Sheet, SheetNote, Workbook
from rammevaerk.exchange.tariff_file.csv_file import read_csv
from rammevaerk.exchange.tariff_file.layout import (
    EXPORT_KEYS,
    EXPORT_SHEET,
    FORMAT,
    KEY_COLUMN,
    PRICE_SHEET,
    ROW_LIMIT,
    ROW_LIMIT_DA,
)

HEAD_ROWS = 40
_MOST_COLUMNS = 200
_MOST_CELLS = 1_000_000
# Each is told of; a file with more has been told enough.
_MOST_MERGED = 500
_CSV_SHEET = ""
KINDS = frozenset({FileKind.XLSX, FileKind.CSV})


@dataclass(slots=True)
class Table:
    """The cells of one sheet by row (from 1) and column (from 0), and what is merged there."""

    sheet: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[MergedCells] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an exported workbook says of itself; all empty for any other file."""

    own: bool = False
    year: str = ""
    region: str = ""
    operator: str = ""
    exported_at: str = ""
    keys: frozenset[str] = frozenset()


class TariffWorkbook:
    """A file that was judged to be xlsx or csv, read sheet by sheet when asked for."""

    def __init__(self, content: bytes, name: str) -> None:
        """Open the file; `RefusedFile` in Danish for what may not or cannot be read."""
        self._shown = quoted(safe_name(name), 80)
        kind = judge(content, name, allowed=KINDS)
        self._content = content
        self._book: Workbook | None = None
        self._heads: dict[str, Table] = {}
        self._tables: dict[str, Table] = {}
        if kind is FileKind.XLSX:
            with self._placed():
                package = Package(content)
                _refuse_links(package)
                self._book = Workbook(package)

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """The sheets that people see; a CSV file has one without a name."""
        if self._book is None:
            return (_CSV_SHEET,)
        return tuple(sheet.name for sheet in self._book.sheets if not sheet.hidden)

    def head(self, sheet: str) -> Table:
        """Return the first rows of a sheet, enough to find its headings."""
        if sheet in self._heads:
            return self._heads[sheet]
        table = self._heads[sheet] = Table(sheet)
        with self._placed():
            early = takewhile(
                lambda found: not isinstance(found, Cell) or len(table.rows) <= HEAD_ROWS,
                self._contents(sheet),
            )
            for found in early:
                _keep(found, table)
        return table

    def table(self, sheet: str) -> Table:
        """Return all of a sheet; `RefusedFile` when there are more rows than can be read in."""
        if sheet in self._tables:
            return self._tables[sheet]
        table, cells = Table(sheet), 0
        with self._placed():
            for found in self._contents(sheet):
                cells += _keep(found, table)
                if len(table.rows) > ROW_LIMIT + HEAD_ROWS or cells > _MOST_CELLS:
                    raise Objection(
                        f"har flere end {ROW_LIMIT_DA} rækker med indhold. Del den i flere, fx en "
                        "for hver driftsherre.",
                        "too-long",
                    )
        self._tables[sheet] = table
        return table

    def facts(self) -> Facts:
        """Return what the hidden sheet of an export says."""
        if self._book is None or EXPORT_SHEET not in {one.name for one in self._book.sheets}:
            return Facts()
        table = self.table(EXPORT_SHEET)
        said = {
            cells[0].text: cells[1].text
            for row, cells in table.rows.items()
            if row <= len(EXPORT_KEYS) and {0, 1} <= set(cells)
        }
        if said.get("format") != FORMAT:
            return Facts()
        keys = frozenset(
            cells[KEY_COLUMN].text for cells in table.rows.values() if KEY_COLUMN in cells
        )
        known = {name: said.get(name, "") for name in ("year", "region", "operator", "exported_at")}
        return Facts(own=True, keys=keys, **known)

    def _contents(self, sheet: str) -> Iterator[Cell | MergedCells | SheetNote]:
        if self._book is None:
            yield from read_csv(self._content)
            return
        yield from self._book.contents(self._named(sheet))

    def _named(self, name: str) -> Sheet:
        assert self._book is not None  # noqa: S101 - only asked for workbooks
        for sheet in self._book.sheets:
            if sheet.name == name:
                return sheet
        raise Objection(f"har ikke noget ark, der hedder {quoted(name)}.", "no-sheet")

    def _placed(self) -> "_Placed":
        return _Placed(self._shown)


class _Placed:
    """Turns an objection into a refusal that names the file."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, Objection):
            text = f"Filen {self._shown} {error.predicate_da}"
            raise RefusedFile(text, error.code) from error


def first_sheets(names: tuple[str, ...]) -> list[str]:
    """Return the sheets in the order they are looked for headings: ours first."""
    return sorted(names, key=lambda name: name != PRICE_SHEET)


def headings(table: Table, row: int) -> Mapping[int, str]:
    """Return the texts of a row by column."""
    return {
        index: " ".join(cell.text.split())
        for index, cell in sorted(table.rows.get(row, {}).items())
        if cell.text.strip()
    }


def _keep(found: Cell | MergedCells | SheetNote, table: Table) -> int:
    if isinstance(found, MergedCells) and len(table.merged) < _MOST_MERGED:
        table.merged.append(found)
    elif isinstance(found, Cell):
        content = found.text.strip() or found.formula is not None
        if content and found.column < _MOST_COLUMNS:
            table.rows.setdefault(found.row, {})[found.column] = found
            return 1
    return 0


def _refuse_links(package: Package) -> None:
    if any(member.lower().startswith("xl/externallinks/") for member in package.names):
        raise Objection(
            "henter værdier fra en anden fil. Vælg Data, Rediger kæder, Bryd kæden, gem filen, og "
            "prøv igen.",
            "external-links",
        )
