"""The sheet that tells people how a workbook is used and what each column holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_WIDTHS = (32, 16, 82)


@dataclass(frozen=True, slots=True)
class Guide:
    """What stands on the sheet: where the file is from, what to do, and (column, may, holds)."""

    sheet: str
    about: str
    origin: tuple[str, str]
    steps: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str, str]]


def write_guide(book: Any, guide: Guide) -> None:
    """Add the sheet to a workbook that is being written."""
    sheet = book.add_worksheet(guide.sheet)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16})
    heading = book.add_format({"bold": True, "font_size": 12, "bottom": 1})
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, f"Sådan bruges arket «{guide.about}»", title)
    for row, line in enumerate(guide.origin, start=1):
        sheet.write_string(row, 0, line)
    row = 4
    for label, text in guide.steps:
        sheet.write_string(row, 0, label, bold)
        sheet.merge_range(row, 1, row, 2, text, plain)
        sheet.set_row(row, 32)
        row += 1
    for index, label in enumerate(("Kolonne", "Må rettes", "Indhold")):
        sheet.write_string(row + 1, index, label, heading)
    for offset, (name, may, holds) in enumerate(guide.columns, start=row + 2):
        sheet.write_string(offset, 0, name, bold)
        sheet.write_string(offset, 1, may, plain)
        sheet.write_string(offset, 2, holds, plain)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&CSide &P af &N")
