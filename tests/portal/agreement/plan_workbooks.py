"""Changes a plan's workbook as a person in a spreadsheet program would: cell by cell."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Where the columns stand in a workbook nobody has moved them in.
COLUMNS = {
    "initiative_id": "A",
    "number": "B",
    "title": "C",
    "area": "D",
    "goal": "E",
    "forum": "F",
    "parent_number": "G",
    "description": "H",
    "responsible": "I",
    "planned_start": "J",
    "actual_start": "K",
    "next_step": "L",
    "next_step_due": "M",
    "status": "N",
    "status_text": "O",
    "status_date": "P",
}


@dataclass(frozen=True)
class Formula:
    """A cell that computes; `value` is what it showed when it was saved."""

    formula: str
    value: str = ""


def edited(
    workbook: bytes, changes: Mapping[tuple[int, str], str | Formula], without: tuple[int, ...] = ()
) -> bytes:
    """The workbook with cells (row, column key) set, new rows made, and whole rows taken out."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = _plan_sheet(parts)
    tree = etree.fromstring(parts[sheet])
    data = tree.find(f"{{{_SPACE}}}sheetData")
    for (number, key), content in changes.items():
        _set(_cell(_row(data, number), f"{COLUMNS[key]}{number}"), content)
    for row in list(data):
        if int(row.get("r")) in without:
            data.remove(row)
    parts[sheet] = etree.tostring(tree)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content_bytes in parts.items():
            package.writestr(name, content_bytes)
    return buffer.getvalue()


def _plan_sheet(parts: Mapping[str, bytes]) -> str:
    names = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())
    return f"xl/worksheets/sheet{names.index('Handlingsplan') + 1}.xml"


def _row(data: etree._Element, number: int) -> etree._Element:
    for row in data:
        if int(row.get("r")) == number:
            return row
    return etree.SubElement(data, f"{{{_SPACE}}}row", r=str(number))


def _cell(row: etree._Element, reference: str) -> etree._Element:
    for cell in row:
        if cell.get("r") == reference:
            return cell
    cell = etree.Element(f"{{{_SPACE}}}c", r=reference)
    later = [n for n, other in enumerate(row) if other.get("r") > reference]
    row.insert(later[0] if later else len(row), cell)
    return cell


def _set(cell: etree._Element, content: str | Formula) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(content, Formula):
        cell.set("t", "str")
        etree.SubElement(cell, f"{{{_SPACE}}}f").text = content.formula
        etree.SubElement(cell, f"{{{_SPACE}}}v").text = content.value
    elif content:
        cell.set("t", "inlineStr")
        inner = etree.SubElement(cell, f"{{{_SPACE}}}is")
        text = etree.SubElement(inner, f"{{{_SPACE}}}t")
        text.text = content
