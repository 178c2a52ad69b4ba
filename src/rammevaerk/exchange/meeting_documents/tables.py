"""The tables of a document, real ones and those in plain text, in one form and with doubts."""

from collections.abc import Iterable, Sequence

from rammevaerk.engine.documents.meeting import TOTAL_LABEL, Table, Unsure
from rammevaerk.exchange.meeting_documents.lines import Line, RealTable
from rammevaerk.exchange.meeting_documents.table_alignment import (
    Habits,
    aligned,
    aligned_total,
    habits_of,
)
from rammevaerk.exchange.meeting_documents.table_rows import Row, TextTable
from rammevaerk.exchange.meeting_documents.text_tables import header_cells, width

_TABLE_WORD = "tabel"


def table_of(found: TextTable) -> tuple[Table, list[Unsure]]:
    """Return a table of the text, its rows aligned under their columns, and what was doubtful."""
    columns = width(found.rows)
    labelled = any(row.label for row in found.rows)
    doubts: list[Unsure] = []
    header = _header(found, columns, doubts)
    rows = _rows(found, columns - labelled, labelled, doubts)
    lines = tuple(row.line for row in found.rows)
    title = found.title.text if found.title else ""
    return Table(found.first_line, header, rows, title, lines), doubts


def _header(found: TextTable, columns: int, doubts: list[Unsure]) -> tuple[str, ...]:
    if found.head:
        return found.head
    for line in reversed(found.header):
        cells = header_cells(line.text, columns)
        if cells:
            return cells
    if found.header:
        text = " ".join(line.text for line in found.header)
        doubts.append(
            Unsure(
                found.first_line,
                f"Tabellens overskrift kunne ikke deles i {columns} kolonner, og står samlet.",
            )
        )
        return (text,)
    doubts.append(Unsure(found.first_line, "Tabellen har ingen overskrift, der kunne læses."))
    return ()


def _rows(
    found: TextTable, columns: int, labelled: bool, doubts: list[Unsure]
) -> tuple[tuple[str, ...], ...]:
    cells = [row.cells for row in found.rows]
    percent = _percent_columns(cells, columns)
    habits = habits_of(cells, columns, percent)
    done: list[tuple[str, ...]] = []
    data: list[tuple[str, ...]] = []
    for row in found.rows:
        total = bool(TOTAL_LABEL.search(row.label))
        laid = _row(row, habits, data if total else (), doubts)
        if not total and len(laid) == habits.columns:
            data.append(laid)
        done.append((row.label,) * labelled + laid)
    return tuple(done)


def _row(
    row: Row, habits: Habits, summed: Sequence[tuple[str, ...]], doubts: list[Unsure]
) -> tuple[str, ...]:
    """Return a row under its columns; one that sums up the rows `summed` by their sums."""
    columns = habits.columns
    found = aligned_total(row.cells, habits, summed) if summed else aligned(row.cells, habits)
    name = f"«{row.label}»" if row.label else f"på linje {row.line}"
    if found.ways == 0:
        what = f"Rækken {name} har {len(row.cells)} celler, som ikke passer under kolonnerne."
        doubts.append(Unsure(row.line, what))
    elif found.ways > 1:
        missing = columns - len(row.cells)
        what = (
            f"Rækken {name} mangler {missing} {'celle' if missing == 1 else 'celler'}; cellerne "
            f"kan stå på {found.ways} måder, og én af dem er valgt."
        )
        doubts.append(Unsure(row.line, what))
    return found.cells


def _percent_columns(rows: Sequence[tuple[str, ...]], columns: int) -> frozenset[int]:
    """The columns that hold percentages in every whole row that has something there."""
    whole = [row for row in rows if len(row) == columns]
    found = set()
    for at in range(columns):
        cells = [row[at] for row in whole if row[at]]
        if cells and all("%" in cell for cell in cells):
            found.add(at)
    return frozenset(found)


def real_table(table: RealTable, before: Iterable[Line]) -> Table:
    """Return a table of the file itself; a title is the line above that begins with "Tabel"."""
    title = next((line.text for line in before if line.text.lower().startswith(_TABLE_WORD)), "")
    return Table(table.lines[0], table.rows[0], table.rows[1:], title, table.lines[1:])
