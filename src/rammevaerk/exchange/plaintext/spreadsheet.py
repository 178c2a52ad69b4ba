"""The texts of an Excel workbook: cells, formulas, headers and notes of every sheet, hidden too."""

from collections.abc import Iterator

from rammevaerk.exchange.package import Package
from rammevaerk.exchange.plaintext.numbers import as_written
from rammevaerk.exchange.plaintext.tables import Figure, Table
from rammevaerk.exchange.sheets import Cell, CellKind, Sheet, SheetNote, Workbook


def spreadsheet_texts(package: Package, handled: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (Danish place, text) sheet by sheet; adds the parts read to `handled`."""
    workbook = Workbook(package)
    handled.update(name for name in package.names if name.lower().endswith("sharedstrings.xml"))
    for sheet in workbook.sheets:
        handled.add(sheet.part)
        label = f"ark «{sheet.name}»" + (" (skjult)" if sheet.hidden else "")
        yield label, sheet.name
        yield from _sheet_texts(workbook, sheet, label)


def _sheet_texts(workbook: Workbook, sheet: Sheet, label: str) -> Iterator[tuple[str, str]]:
    table = Table()
    for found in workbook.contents(sheet):
        if isinstance(found, SheetNote):
            yield f"{label}, {found.place}", found.text
        elif isinstance(found, Cell):
            words = table.announcement(found.row, found.column, _figure(found, label))
            for text in _cell_texts(found, words):
                yield f"{label}, celle {found.place}" + (" (skjult)" * found.hidden), text
    yield from table.split_numbers()


def _figure(cell: Cell, label: str) -> Figure:
    # A birth date may have become a date of the spreadsheet's own, its last four a figure.
    text = f"{cell.day:%d%m%y}" if cell.day else cell.text
    return Figure(f"{label}, celle", cell.place, text, is_text=cell.kind is CellKind.TEXT)


def _cell_texts(cell: Cell, words: str) -> Iterator[str]:
    if cell.formula:
        yield cell.formula
    if cell.kind in {CellKind.NUMBER, CellKind.DATE}:
        for number in as_written(cell.text):
            yield words + number
    else:
        yield words + cell.text
