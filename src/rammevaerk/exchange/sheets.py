"""Excel workbooks read cell by cell: exact values, types, formulas and places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto

from lxml.etree import _Element as Element

from rammevaerk.exchange.errors import DAMAGED_DA, Objection
from rammevaerk.exchange.package import Package, resolved
from rammevaerk.exchange.safe_xml import attribute, flag, forget, local_name, walk

_STRING_LIMIT = 2_000_000
_LONGEST_DAY = 7  # digits of the last day of the calendar, 31 December 9999
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NOT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_LETTER = re.compile(r"[dDyY]|(?<![hH:])[mM]{3,}")
# ECMA-376 part 1, 18.8.30: the number formats that every workbook has; these are dates.
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_SHEET_TAGS = (
    "col",
    "row",
    "mergeCell",
    "oddHeader",
    "oddFooter",
    "evenHeader",
    "evenFooter",
    "firstHeader",
    "firstFooter",
    "formula1",
    "formula2",
    "dataValidation",
    "hyperlink",
)
_NOTE_TAGS = {
    "Header": "sidehoved",
    "Footer": "sidefod",
    "formula1": "datavalidering",
    "formula2": "datavalidering",
}
_NOTE_ATTRIBUTES = ("prompt", "promptTitle", "error", "errorTitle", "tooltip", "display")


class CellKind(Enum):
    """What a cell holds; a date is a number that the workbook shows as a day."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    BOOLEAN = auto()
    ERROR = auto()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook; `hidden` when Excel does not show it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with content: row from 1, column from 0; `text` exact, `day` for dates only."""

    row: int
    column: int
    kind: CellKind
    text: str
    day: date | None = None
    formula: str | None = None
    hidden: bool = False

    @property
    def place(self) -> str:
        """The cell as people name it: "C5"."""
        return f"{column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class MergedCells:
    """Cells drawn as one, "C5:C7"."""

    reference: str

    @property
    def first(self) -> tuple[int, int]:
        """The upper left cell: row from 1, column from 0."""
        return place_of(self.reference.partition(":")[0]) or (1, 0)


@dataclass(frozen=True, slots=True)
class SheetNote:
    """Text that belongs to a sheet but stands in no cell, with its Danish place."""

    place: str
    text: str


def column_letter(index: int) -> str:
    """Return Excel's letters for a column counted from 0: 0 is "A", 26 is "AA"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the column counted from 0 for Excel's letters: "A" is 0, "AA" is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def place_of(reference: str) -> tuple[int, int] | None:
    """Return row (from 1) and column (from 0) of a cell reference such as "C5"."""
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), column_index(found[1])) if found else None


def number_text(written: str) -> str:
    """Return a stored number as digits, with a decimal point: "3.0" and "3E0" are both "3".

    Office stores doubles with up to 17 digits; the shortest text of the same double is the
    number somebody typed.
    """
    try:
        exact = Decimal(repr(float(written)))
    except ValueError:
        return written
    if not exact.is_finite():
        return written
    return f"{exact:f}".removesuffix(".0") if exact else "0"


class Workbook:
    """A workbook in a judged package: its sheets, shared texts and date formats."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = _workbook_part(package)
        self._targets = dict(self._relationships())
        self.starts_1904 = False
        self.sheets = tuple(self._read_sheets())
        self._texts = list(self._read_shared_texts())
        self._date_styles = self._read_date_styles()

    def contents(self, sheet: Sheet) -> Iterator[Cell | MergedCells | SheetNote]:
        """Yield everything on the sheet in order, skipping empty cells; holds one row at a time."""
        with self._package.open(sheet.part) as source:
            yield from _SheetReader(self).read(source)

    def cell(self, element: Element, row: int, column: int, hidden: bool) -> Cell | None:
        """Return the cell that a <c> element describes, or None when it is empty."""
        kind, written = attribute(element, "t") or "n", ""
        formula: str | None = None
        for child in element:
            match local_name(child):
                case "f":
                    formula = child.text or ""
                case "v":
                    written = child.text or ""
                case "is":
                    written = _joined_texts(child)
        if not written and formula is None:
            return None
        found, text, day = self._value(kind, written, attribute(element, "s"))
        return Cell(row, column, found, text, day, formula, hidden)

    def _value(self, kind: str, written: str, style: str) -> tuple[CellKind, str, date | None]:
        match kind:
            case "s":
                return CellKind.TEXT, self._shared(written), None
            case "str" | "inlineStr":
                return CellKind.TEXT, _unescaped(written), None
            case "b":
                return CellKind.BOOLEAN, written, None
            case "e":
                return CellKind.ERROR, written, None
            case "d":
                day = _iso_day(written)
                return (CellKind.DATE if day else CellKind.TEXT), written, day
        number = number_text(written)
        day = self._day(number) if style in self._date_styles else None
        return (CellKind.DATE if day else CellKind.NUMBER), number, day

    def _shared(self, index: str) -> str:
        if not index.isdecimal() or int(index) >= len(self._texts):
            raise Objection(DAMAGED_DA, "corrupt")
        return self._texts[int(index)]

    def _day(self, number: str) -> date | None:
        """Excel counts days from 1900 with a 29 February 1900 that never was, or from 1904."""
        whole = number.partition(".")[0]
        # Also keeps out 1e99999999, a number that would take hours to write out.
        serial = int(whole) if whole.isdecimal() and len(whole) <= _LONGEST_DAY else 0
        if self.starts_1904:
            start = date(1904, 1, 1)
        else:
            start = date(1899, 12, 31) if serial < 60 else date(1899, 12, 30)
        in_calendar = 0 < serial != 60 and serial <= (date.max - start).days
        return start + timedelta(days=serial) if in_calendar else None

    def _relationships(self) -> Iterator[tuple[str, str]]:
        folder, _, name = self._part.rpartition("/")
        with self._package.open(f"{folder}/_rels/{name}.rels".lstrip("/")) as source:
            for _, link in walk(source, ("end",), ("Relationship",)):
                yield attribute(link, "Id"), resolved(self._part, attribute(link, "Target"))

    def _read_sheets(self) -> Iterator[Sheet]:
        with self._package.open(self._part) as source:
            for _, element in walk(source, ("end",), ("workbookPr", "sheet")):
                if local_name(element) == "workbookPr":
                    self.starts_1904 = flag(element, "date1904")
                    continue
                part = self._targets.get(attribute(element, "id"), "")
                hidden = attribute(element, "state") in {"hidden", "veryHidden"}
                if part.lower().endswith(".xml") and "chartsheet" not in part.lower():
                    yield Sheet(attribute(element, "name"), part, hidden)

    def _part_named(self, ending: str) -> str | None:
        found = (part for part in self._targets.values() if part.lower().endswith(ending))
        return next((part for part in found if self._package.has(part)), None)

    def _read_shared_texts(self) -> Iterator[str]:
        part = self._part_named("sharedstrings.xml")
        if part is None:
            return
        with self._package.open(part) as source:
            for count, (_, element) in enumerate(walk(source, ("end",), ("si",))):
                if count >= _STRING_LIMIT:
                    raise Objection("har for mange tekster til at blive læst.", "too-long")
                yield _unescaped(_joined_texts(element))
                forget(element)

    def _read_date_styles(self) -> frozenset[str]:
        part = self._part_named("styles.xml")
        if part is None:
            return frozenset()
        dates = {str(number) for number in _BUILT_IN_DATES}
        styles: list[str] = []
        with self._package.open(part) as source:
            for _, element in walk(source, ("end",), ("numFmt", "cellXfs")):
                if local_name(element) == "cellXfs":
                    styles = [attribute(child, "numFmtId") for child in element]
                elif _shows_a_day(attribute(element, "formatCode")):
                    dates.add(attribute(element, "numFmtId"))
        return frozenset(str(index) for index, number in enumerate(styles) if number in dates)


class _SheetReader:
    """Walks one sheet and keeps track of where it is; `r` on rows and cells is optional."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._row = 0
        self._hidden_columns: set[int] = set()

    def read(self, source: object) -> Iterator[Cell | MergedCells | SheetNote]:
        # One event for each row: sheets with a million empty rows are common.
        for _, element in walk(source, ("end",), _SHEET_TAGS):  # type: ignore[arg-type]
            name = local_name(element)
            if name == "row":
                yield from self._cells(element)
                forget(element)
            elif name == "col":
                self._hide(element)
            else:
                yield from _beside_cells(name, element)

    def _hide(self, column: Element) -> None:
        if flag(column, "hidden"):
            first, last = int(attribute(column, "min")), int(attribute(column, "max"))
            self._hidden_columns.update(range(first - 1, min(last, 16_384)))

    def _cells(self, row: Element) -> Iterator[Cell]:
        self._row = int(row.get("r") or self._row + 1)
        row_hidden, column = row.get("hidden") in {"1", "true"}, -1
        for element in row.iterchildren("{*}c"):
            here = place_of(element.get("r") or "") or (self._row, column + 1)
            column = here[1]
            if len(element):
                hidden = row_hidden or column in self._hidden_columns
                cell = self._workbook.cell(element, *here, hidden)
                if cell is not None:
                    yield cell


def _workbook_part(package: Package) -> str:
    with package.open("_rels/.rels") as source:
        for _, link in walk(source, ("end",), ("Relationship",)):
            if attribute(link, "Type").endswith("/officeDocument"):
                return resolved("", attribute(link, "Target"))
    raise Objection(DAMAGED_DA, "corrupt")


def _beside_cells(name: str, element: Element) -> Iterator[MergedCells | SheetNote]:
    if name == "mergeCell":
        yield MergedCells(attribute(element, "ref"))
        return
    for ending, place in _NOTE_TAGS.items():
        if name.endswith(ending) and element.text:
            yield SheetNote(place, element.text)
    for key in _NOTE_ATTRIBUTES:
        if attribute(element, key):
            place = attribute(element, "sqref") or attribute(element, "ref")
            yield SheetNote(f"hjælpetekst ved {place}", _unescaped(attribute(element, key)))


def _joined_texts(element: Element) -> str:
    """Join the runs of a rich text; phonetic help (rPh) is not part of it."""
    texts = []
    for child in element:
        if local_name(child) == "t":
            texts.append(child.text or "")
        elif local_name(child) == "r":
            texts.append(_joined_texts(child))
    return "".join(texts)


def _unescaped(text: str) -> str:
    """Office writes characters that XML cannot hold as _xHHHH_ (ECMA-376 part 1, 22.9.2.19).

    They are UTF-16 units: two may make one character, and half of one is unreadable.
    """
    if not _ESCAPED.search(text):
        return text
    units = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _iso_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _shows_a_day(format_code: str) -> bool:
    return bool(_DATE_LETTER.search(_NOT_IN_FORMAT.sub("", format_code)))
