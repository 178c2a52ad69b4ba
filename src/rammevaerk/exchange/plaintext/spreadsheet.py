"""The texts of an Excel workbook: cells, formulas and notes of every sheet, hidden ones too."""

from collections.abc import Iterator

from rammevaerk.exchange.package import Package
from rammevaerk.exchange.plaintext.numbers import as_written
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
    for found in workbook.contents(sheet):
        if isinstance(found, SheetNote):
            yield f"{label}, {found.place}", found.text
        elif isinstance(found, Cell):
            for text in _cell_texts(found):
                yield f"{label}, celle {found.place}" + (" (skjult)" * found.hidden), text


def _cell_texts(cell: Cell) -> Iterator[str]:
    if cell.formula:
        yield cell.formula
    if cell.kind in {CellKind.NUMBER, CellKind.DATE}:
        yield from as_written(cell.text)
    else:
        yield cell.text
