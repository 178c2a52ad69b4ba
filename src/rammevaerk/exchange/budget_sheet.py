"""A facility's budget as a workbook: a template to fill in, and the same read back.

What is read has the keys of a budget file (`tariff_budget`), so that one reader judges both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rammevaerk.engine.money import ORE_PER_KRONE, format_kroner
from rammevaerk.exchange.budget_template import (
    BUDGET_SHEET,
    FIELDS,
    MOST_ROWS,
    PRICES,
    TABLES,
    CellSort,
    Column,
    TableSheet,
    write_template,
)
from rammevaerk.exchange.errors import Objection, RefusedFile
from rammevaerk.exchange.filetype import FileKind, judge
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.sheets import Cell, CellKind, Workbook, column_letter
from rammevaerk.exchange.toml_tables import UnusableTable, read_share, read_toml

_ZIP = b"PK\x03\x04"
_MOST_BYTES = 5_000_000
_MOST_PROBLEMS = 200
_AMOUNTS = frozenset(
    {"amount", "vat", "tariff_base", "income", "costs", "set_aside", "added", "equalised"}
    | {"regulated", "price", "cost"}
)
Rows = dict[int, dict[int, Cell]]


@dataclass(frozen=True, slots=True)
class ReadBudget:
    """What a file says: the budget (None when it has no cost), and prices stated directly.

    A price has the fields component, label, unit, days_basis, amount_ore and occupancy (basis
    points or None).
    """

    budget: Mapping[str, Any] | None
    prices: tuple[Mapping[str, Any], ...] = ()


def write_budget_template(*, at: datetime) -> bytes:
    """Return the empty workbook with lists to choose from and a sheet that explains."""
    return write_template(at=at)


def read_budget_file(content: bytes, name: str) -> ReadBudget:
    """Read the workbook, or a TOML file as ``rammevaerk tariff`` reads it.

    `UnusableTable` has every problem with its place; `RefusedFile` says what may not be taken in.
    """
    if not content.startswith(_ZIP):
        if len(content) > _MOST_BYTES:
            raise RefusedFile("Filen er for stor til at være et budget.", "too-long")
        table, _problems = read_toml(content, name)
        return ReadBudget(_plain(dict(table.items())))
    judge(content, name, allowed=frozenset({FileKind.XLSX}))
    try:
        return _read_workbook(Workbook(Package(content)))
    except Objection as objection:
        raise RefusedFile(f"Filen {objection.predicate_da}", objection.code) from objection


@dataclass(slots=True)
class _Reading:
    """The problems of a workbook so far."""

    problems: list[str] = field(default_factory=list)

    def add(self, sheet: str, cell: str, text: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(f"Arket «{sheet}», celle {cell}: {text}")


def _read_workbook(book: Workbook) -> ReadBudget:
    sheets = {sheet.name.casefold(): sheet for sheet in book.sheets}
    reading = _Reading()
    found: dict[str, Rows] = {}
    for name in (BUDGET_SHEET, *(one.name for one in (*TABLES, PRICES))):
        sheet = sheets.get(name.casefold())
        if sheet is None:
            reading.problems.append(f"Arket «{name}» mangler. Hent skabelonen igen.")
            continue
        found[name] = _rows(iter(book.contents(sheet)), name, reading)
    if reading.problems:
        raise UnusableTable(tuple(reading.problems))
    budget = _fields(found[BUDGET_SHEET], reading)
    for table in TABLES:
        _put(budget, table, list(_table(found[table.name], table, reading)))
    prices = tuple(_price(one) for one in _table(found[PRICES.name], PRICES, reading))
    if reading.problems:
        raise UnusableTable(tuple(reading.problems))
    return ReadBudget(budget if budget.get("cost") else None, prices)


def _rows(contents: Iterator[Any], sheet: str, reading: _Reading) -> Rows:
    """The cells with content by row and column; no more rows than a budget has."""
    rows: Rows = {}
    for one in contents:
        if not isinstance(one, Cell) or not one.text.strip():
            continue
        if one.row > MOST_ROWS:
            reading.problems.append(
                f"Arket «{sheet}» har indhold efter række {MOST_ROWS}. Så mange rækker har et"
                " budget ikke; slet dem, der ikke bruges."
            )
            break
        rows.setdefault(one.row, {})[one.column] = one
    return rows


def _fields(rows: Rows, reading: _Reading) -> dict[str, Any]:
    """The values of the first sheet, by what stands to the left of them."""
    budget: dict[str, Any] = {}
    by_label = {one.label.casefold(): one for one in FIELDS}
    for number, cells in sorted(rows.items()):
        label = cells[0].text.strip() if 0 in cells else ""
        known = by_label.get(label.casefold())
        if known is None or 1 not in cells:
            continue
        value = _value(cells[1], known, BUDGET_SHEET, f"B{number}", reading)
        if value is not None:
            _set(budget, known.key, value)
    rate = budget.get("hour_rate")
    if rate and rate.pop("known", False):
        budget["hour_rate"] = {"parameter": "tariffs/hour_rate"}
    elif rate == {}:
        del budget["hour_rate"]
    return budget


def _set(budget: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for name in above:
        budget = budget.setdefault(name, {})
    budget[last] = value


def _table(rows: Rows, table: TableSheet, reading: _Reading) -> Iterator[dict[str, Any]]:
    head = {cell.text.strip().casefold(): at for at, cell in rows.get(1, {}).items()}
    places = {at: head.get(one.label.casefold()) for at, one in enumerate(table.columns)}
    for at, one in enumerate(table.columns):
        if places[at] is None:
            reading.add(table.name, "1", f"kolonnen «{one.label}» mangler.")
    for number in sorted(row for row in rows if row > 1):
        made: dict[str, Any] = {}
        for at, one in enumerate(table.columns):
            place = places[at]
            if place is None or place not in rows[number]:
                continue
            cell = f"{column_letter(place)}{number}"
            value = _value(rows[number][place], one, table.name, cell, reading)
            if value is not None:
                made[one.key] = value
        if made:
            yield made


def _put(budget: dict[str, Any], table: TableSheet, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    if table.key != "occupancy.actual":
        budget[table.key] = rows
        return
    actual = {str(one["year"]): one["share"] for one in rows if {"year", "share"} <= one.keys()}
    if actual:
        _set(budget, table.key, actual)


def _price(one: Mapping[str, Any]) -> dict[str, Any]:
    share = read_share(one.get("occupancy"))
    amount = one.get("amount", "0,00 kr.")
    return {
        "component": one.get("component", ""),
        "label": one.get("label", ""),
        "unit": one.get("unit", ""),
        "days_basis": one.get("days_basis", ""),
        "amount_ore": int(amount.removesuffix(" kr.").replace(".", "").replace(",", "")),
        "occupancy": None if share is None else int(share * 10_000),
    }


def _value(cell: Cell, column: Column, sheet: str, place: str, reading: _Reading) -> Any:
    """The cell as a budget file has it; None, with a problem, for what cannot be used."""
    if cell.kind is CellKind.ERROR:
        reading.add(sheet, place, "formlen giver en fejl.")
        return None
    text = cell.text.strip()
    found, problem = _READERS[column.sort](cell, text, column)
    if problem:
        reading.add(sheet, place, problem)
        return None
    return found


Read = tuple[Any, str]


def _text(cell: Cell, text: str, _column: Column) -> Read:
    return (cell.day.isoformat() if cell.day else text), ""


def _choice(_cell: Cell, text: str, column: Column) -> Read:
    for value, label in column.choices.items():
        if text.casefold() in {value, label.casefold()}:
            return value, ""
    return None, f"«{text[:40]}» kendes ikke. Vælg mellem {', '.join(column.choices.values())}."


def _number_of(cell: Cell, text: str) -> Decimal | None:
    if cell.kind is CellKind.NUMBER:
        return Decimal(text)
    plain = text.replace(".", "").replace(",", ".") if "," in text else text
    try:
        value = Decimal(plain)
    except ArithmeticError:
        return None
    return value if value.is_finite() else None


def _amount(cell: Cell, text: str, _column: Column) -> Read:
    bare = text.removesuffix("kr.").removeprefix("kr.").strip()
    if cell.kind is not CellKind.NUMBER and "." in bare and "," not in bare:
        bare = _thousands(bare)
    value = _number_of(cell, bare)
    if value is None:
        return None, f"«{text[:40]}» er ikke et beløb. Skriv fx 1.234,50."
    if value < 0:
        return None, "beløbet er negativt. Alle beløb skrives positivt."
    ore = value * ORE_PER_KRONE
    if ore != int(ore):
        return None, f"«{text[:40]}» har brøkdele af en øre. Afrund til to decimaler."
    if ore > 10**15:
        return None, "beløbet er for stort. Er kommaet sat forkert?"
    return format_kroner(int(ore)), ""


def _thousands(text: str) -> str:
    head, *groups = text.split(".")
    if head and len(head) <= 3 and all(len(one) == 3 for one in groups):
        return head + "".join(groups)
    return f"{text}?"


def _percent(cell: Cell, text: str, _column: Column) -> Read:
    # A number is a share as Excel keeps it, 0.96 shown as 96 %.
    if cell.kind is CellKind.NUMBER:
        share = Decimal(text) * 100
        shown = f"{share.normalize():f}".replace(".", ",")
    else:
        shown = text.removesuffix("%").strip()
    if read_share(f"{shown} %") is None:
        return None, f"«{text[:40]}» er ingen procent. Skriv fx 96,5 %."
    return f"{shown} %", ""


def _number(cell: Cell, text: str, _column: Column) -> Read:
    value = _number_of(cell, text)
    if value is None or value < 0 or value >= 10**9:
        return None, f"«{text[:40]}» er intet tal. Skriv fx 10 eller 7,5."
    if value == int(value):
        return int(value), ""
    return f"{value.normalize():f}".replace(".", ","), ""


def _whole(cell: Cell, text: str, _column: Column) -> Read:
    value = _number_of(cell, text)
    if value is None or value != int(value) or not 0 <= value < 10**9:
        return None, f"«{text[:40]}» er ikke et helt tal."
    return int(value), ""


def _flag(_cell: Cell, text: str, _column: Column) -> Read:
    known = {"ja": True, "nej": False, "1": True, "0": False, "sand": True, "falsk": False}
    found = known.get(text.casefold())
    return (found, "") if found is not None else (None, "skriv ja eller nej.")


def _day(cell: Cell, text: str, _column: Column) -> Read:
    if cell.day:
        return cell.day.isoformat(), ""
    try:
        return date.fromisoformat(text).isoformat(), ""
    except ValueError:
        return None, f"«{text[:40]}» er ingen dato. Skriv fx 2026-11-15."


def _years(_cell: Cell, text: str, _column: Column) -> Read:
    parts = text.replace(";", ",").split(",")
    if all(len(one.strip()) == 4 and one.strip().isdecimal() for one in parts):
        return [int(one) for one in parts], ""
    return None, "skriv årstal med komma imellem, fx 2027, 2028."


_READERS = {
    CellSort.TEXT: _text,
    CellSort.CHOICE: _choice,
    CellSort.AMOUNT: _amount,
    CellSort.PERCENT: _percent,
    CellSort.NUMBER: _number,
    CellSort.WHOLE: _whole,
    CellSort.FLAG: _flag,
    CellSort.DAY: _day,
    CellSort.YEARS: _years,
}


def _plain(value: Any, key: str = "") -> Any:
    """A table of a TOML file as JSON holds it: days as text, amounts as kroner."""
    if isinstance(value, Mapping):
        return {name: _plain(item, name) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item, key) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if key in _AMOUNTS and type(value) is int and value >= 0:
        return format_kroner(value)
    return value
