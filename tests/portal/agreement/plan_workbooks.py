"""Takes the plan's workbook out, changes it cell by cell as a person would, and hands it in."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agreement_samples import (
    edition_page,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from lxml import etree
from reading_pages import (
    html,
    part,
    secretariat,
    words,
)
from world import World

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


# The world's plan: row 1 has the headers, row 2 initiative 1.1 (egenby), row 3 1.2 (naboby).
FIRST, SECOND, NEW = 2, 3, 4
Changes = dict[tuple[int, str], str | Formula]


def workbook(world: World, client: Client | None = None) -> bytes:
    answer = (client or secretariat(world)).get(edition_page(world, "plan_workbook"))
    assert answer.status_code == 200
    return bytes(answer.content)


def hand_in(world: World, content: bytes, name: str = "plan.xlsx", client: Any = None) -> Any:
    form = {"csrfmiddlewaretoken": "x", "file": SimpleUploadedFile(name, content)}
    return (client or secretariat(world)).post(edition_page(world, "plan_import"), form)


def change(world: World, changes: Changes, **more: Any) -> Any:
    return hand_in(world, edited(workbook(world), changes, **more))


def sealed(answer: HttpResponse) -> str:
    return part(answer, 'name="sealed" value="', '"')


ALL = [f"{kind}-{n}" for kind in ("felt", "ny") for n in range(50)]


def confirm(world: World, seal: str, client: Any = None, take: Sequence[str] = ALL) -> str:
    """Confirm what is chosen, everything unless told, and return what the next page says."""
    page = edition_page(world, "plan_import_confirm")
    form = {"sealed": seal, "take": take}
    answer = (client or secretariat(world)).post(page, form, follow=True)
    return words(answer)


def differences(answer: HttpResponse) -> list[tuple[str, ...]]:
    """Row, initiative, field, before and after of each line of the table of differences."""
    if 'id="changed"' not in html(answer):
        return []
    table = part(answer, 'id="changed"', "</table>").split("<tbody>")[1]
    table = re.sub(r"<td><div class=\"form-group-checkbox\">.*?</td>", "", table)
    texts = re.sub(r"<span class=\"sr-only\">[^<]*</span>", "", table)
    return [
        tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[dh]>", line)[:-1])
        for line in texts.split("</tr>")[:-1]
    ]
