"""A buyer's own list of when citizens came and left: read from xlsx or CSV, and as a template."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import Precision, parse_partial_date_da
from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.listing import ListColumn, write_listing
from rammevaerk.exchange.quoting import quoted, without_cpr
from rammevaerk.exchange.sheets import Cell, CellKind, column_letter
from rammevaerk.exchange.tariff_file.grid import HEAD_ROWS, Table, TariffWorkbook, headings

ROW_LIMIT = 20_000
# A day without a time of day: the citizen is counted as there that day, and as gone by night.
NOON = time(12)
_MINUTES = 24 * 60
_NAMES: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "borgerens reference", "indskrivning", "vores reference"),
    "case": ("jeres sagsnummer", "sagsnummer", "købers reference", "sagsnr."),
    "came": ("kom", "ankomst", "fra", "startdato", "indskrevet"),
    "came_at": ("kom kl.", "ankomst kl.", "fra kl."),
    "left": ("gik", "afgang", "til", "slutdato", "udskrevet"),
    "left_at": ("gik kl.", "afgang kl.", "til kl."),
    "away": ("fravær fra", "fravær fra og med"),
    "back": ("tilbage", "tilbage den", "fravær til"),
}
_TEMPLATE = (
    ListColumn("Reference", width=18),
    ListColumn("Jeres sagsnummer", width=20),
    ListColumn("Kom", width=18),
    ListColumn("Gik", width=18),
    ListColumn("Fravær fra", width=16),
    ListColumn("Tilbage", width=16),
)
_CLOCK = re.compile(r"(.*?)[ T,]+(?:kl\.? ?)?([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?", re.I)
_TIME = re.compile(r"(?:kl\.? ?)?([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?", re.I)


@dataclass(frozen=True, slots=True)
class ReadStay:
    """One stay of a file: the row it begins in, who it is of, and what could not be read."""

    row: int
    reference: str
    case: str
    start: datetime | None
    end: datetime | None
    absences: tuple[tuple[date, date | None], ...]
    problems: tuple[str, ...]


class _Fault(Exception):
    """A cell that cannot be read; the text says why and what to do."""


def read_buyer_days(content: bytes, name: str) -> list[ReadStay]:
    """Read a list of stays; `RefusedFile` in Danish for a file or headings that cannot be used.

    A row with the same reference and arrival as one above it only adds an absence to that stay.
    Problems are told row by row, and the other rows are read all the same.
    """
    book = TariffWorkbook(content, name)
    table, header, places = _table(book)
    numbers = [number for number in sorted(table.rows) if number > header]
    if len(numbers) > ROW_LIMIT:
        raise RefusedFile("Filen har flere end 20.000 rækker. Del den i flere.", "too-long")
    stays: list[ReadStay] = []
    at: dict[tuple[str, str, datetime | None], int] = {}
    for number in numbers:
        cells = {key: table.rows[number].get(index) for key, index in places.items()}
        if not any(cell and cell.text.strip() for cell in cells.values()):
            continue
        one = _stay(number, cells, places)
        key = (one.reference, one.case, one.start)
        if one.start and key in at and one.absences:
            stays[at[key]] = _joined(stays[at[key]], one)
            continue
        at.setdefault(key, len(stays))
        stays.append(one)
    if not stays:
        raise RefusedFile("Filen har ingen rækker under overskrifterne.", "empty")
    return stays


def write_template(rows: Sequence[Sequence[str]], *, at: datetime) -> bytes:
    """Return a workbook to fill in: reference, own case number, came, left, absence."""
    about = [
        ("Kom og Gik", "Dag og klokkeslæt, fx 01-03-2026 14:30. Gik er tom, mens borgeren er der."),
        ("Uden klokkeslæt", "En dag uden klokkeslæt læses som kl. 12.00."),
        ("Fravær", "Første dag væk og dagen, borgeren er tilbage. Flere fravær: gentag rækken."),
        ("CPR-nummer", "Må ikke stå i filen. Brug referencen."),
    ]
    return write_listing("Egne døgn", _TEMPLATE, rows, about=about, at=at)


def _table(book: TariffWorkbook) -> tuple[Table, int, dict[str, int]]:
    for sheet in book.sheet_names:
        head = book.head(sheet)
        for row in sorted(head.rows)[:HEAD_ROWS]:
            places = _places(headings(head, row))
            if {"reference", "case"} & set(places) and "came" in places:
                return book.table(sheet), row, places
    raise RefusedFile(
        "Filen har ingen række med overskrifterne «Reference» (eller «Jeres sagsnummer») og "
        "«Kom». Hent skabelonen, og brug dens overskrifter.",
        "no-headings",
    )


def _places(found: Mapping[int, str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, text in found.items():
        for key, names in _NAMES.items():
            if text.casefold() in names:
                places.setdefault(key, index)
    return places


def _stay(number: int, cells: Mapping[str, Cell | None], places: Mapping[str, int]) -> ReadStay:
    problems: list[str] = []

    def tried(key: str, read: object) -> object:
        cell = cells.get(key)
        if cell is None or not cell.text.strip():
            return None
        try:
            return read(cell)  # type: ignore[operator]
        except _Fault as fault:
            problems.append(f"Kolonne {column_letter(places[key])}: {fault}")
            return None

    came, left = tried("came", _moment), tried("left", _moment)
    came_at, left_at = tried("came_at", _clock), tried("left_at", _clock)
    away, back = tried("away", _day), tried("back", _day)
    if came is None and not problems:
        problems.append("Der mangler en dag under «Kom».")
    if back is not None and away is None:
        problems.append(
            "Der står, hvornår borgeren er tilbage, men ikke, hvornår fraværet begynder."
        )
    return ReadStay(
        number,
        _text(cells.get("reference")),
        _text(cells.get("case")),
        _at(came, came_at),
        _at(left, left_at),
        ((away, back),) if away is not None else (),  # type: ignore[arg-type]
        tuple(problems),
    )


def _text(cell: Cell | None) -> str:
    return " ".join(cell.text.split())[:60] if cell else ""


def _at(found: object, clock: object) -> datetime | None:
    if not isinstance(found, tuple):
        return None
    day, own = found
    return datetime.combine(day, own or (clock if isinstance(clock, time) else NOON))


def _joined(first: ReadStay, more: ReadStay) -> ReadStay:
    return ReadStay(
        first.row,
        first.reference,
        first.case,
        first.start,
        first.end or more.end,
        tuple(dict.fromkeys((*first.absences, *more.absences))),
        (*first.problems, *more.problems),
    )


def _moment(cell: Cell) -> tuple[date, time | None]:
    if cell.kind is CellKind.DATE and cell.day:
        rest = cell.text.partition(".")[2]
        return cell.day, _of_day(Decimal(f"0.{rest}")) if rest.isdecimal() else None
    text = cell.text.strip()
    found = _CLOCK.fullmatch(text)
    if found:
        return _written_day(found[1]), _of_clock(found[2], found[3], text)
    return _written_day(text), None


def _day(cell: Cell) -> date:
    return _moment(cell)[0]


def _clock(cell: Cell) -> time:
    text = cell.text.strip()
    if cell.kind is CellKind.NUMBER and text.startswith(("0.", "0")):
        return _of_day(Decimal(text))
    found = _TIME.fullmatch(text)
    if not found:
        raise _Fault(f"{quoted(text, 30)} er intet klokkeslæt. Skriv fx 14:30.")
    return _of_clock(found[1], found[2], text)


def _of_clock(hour: str, minute: str, text: str) -> time:
    if int(hour) > 23 or int(minute) > 59:
        raise _Fault(f"{quoted(text, 30)} er intet klokkeslæt. Skriv fx 14:30.")
    return time(int(hour), int(minute))


def _of_day(share: Decimal) -> time:
    """A share of a day, as a spreadsheet keeps a time."""
    minutes = min(int((share * _MINUTES).to_integral_value()), _MINUTES - 1)
    return time(*divmod(minutes, 60))


def _written_day(text: str) -> date:
    try:
        found = parse_partial_date_da(text.strip())
    except UnreadableDate as error:
        reason = without_cpr(error.reason_da).rstrip(".")
        raise _Fault(f"{reason[:1].upper()}{reason[1:]}. Ret datoen.") from error
    if found.precision is not Precision.DAY:
        raise _Fault(f"{quoted(text, 30)} er ikke en bestemt dag. Skriv fx 01-03-2026.")
    return found.first


def moments_da(start: datetime, end: datetime | None) -> tuple[str, str]:
    """A stay's moments as the template has them."""
    return f"{start:%d-%m-%Y %H:%M}", f"{end:%d-%m-%Y %H:%M}" if end else ""
