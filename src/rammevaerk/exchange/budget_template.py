"""The workbook that a budget is written in: its sheets and columns, and the empty one."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

import xlsxwriter

from rammevaerk.engine.tariffs.cost_base import COMPONENTS_DA, KINDS_DA, ComponentKind, CostKind
from rammevaerk.engine.tariffs.day_rate import UNITS_DA
from rammevaerk.engine.tariffs.rounding import ROUNDINGS_DA

BUDGET_SHEET = "Budget"
MOST_ROWS = 500
_READY_ROWS = 60
_GUIDE = (
    ("Arket «Budget»", "Skriv værdien i kolonne B. Det, der ikke bruges, står tomt."),
    ("Beløb", "I kroner, altid positive; slagsen siger, om de trækkes fra. Fx 1.234,50."),
    ("Procenter", "Som procent, fx 96,5 %."),
    ("Overhead", "Som beløb, eller som andel af de direkte omkostninger; ikke begge dele."),
    ("Tillæg", "Har enten en fast pris eller en omkostning og en ventet mængde."),
    ("Timer", "Minutter om ugen."),
    ("Priser", "Priser, der er fastsat direkte og ikke regnes ud af budgettet."),
    ("Rækker", f"Hvert ark læses til og med række {MOST_ROWS}."),
)


class CellSort(Enum):
    """What a cell is to hold."""

    TEXT = auto()
    CHOICE = auto()
    AMOUNT = auto()
    PERCENT = auto()
    NUMBER = auto()
    WHOLE = auto()
    FLAG = auto()
    DAY = auto()
    YEARS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A value of the budget: what it is called, where it goes, and what it is."""

    label: str
    key: str
    sort: CellSort = CellSort.TEXT
    choices: Mapping[str, str] = field(default_factory=dict)
    help: str = ""


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet of rows: each becomes a table of the budget under `key`."""

    name: str
    key: str
    columns: tuple[Column, ...]


_UNITS = {unit.value: text for unit, text in UNITS_DA.items()}
_DAYS = {
    "calendar": "kalenderåret (365 eller 366)",
    "fixed_365": "365 dage",
    "opening_days": "åbningsdage",
}
_PARTS = {
    kind.value: text for kind, text in COMPONENTS_DA.items() if kind is not ComponentKind.SUPPLEMENT
}
_KINDS = {
    kind.value: text
    for kind, text in KINDS_DA.items()
    if kind not in {CostKind.SURPLUS, CostKind.DEFICIT}
}
_PRICED = {
    "whole": "helhedstakst",
    "basis": "basistakst",
    "service": "ydelsestakst",
    "hour": "timepris",
    "supplement": "tillægstakst",
    "objective": "objektiv finansiering",
    "ground": "grundtakst",
    "subscription": "abonnement",
}
FIELDS = (
    Column("Enhed", "unit", CellSort.CHOICE, _UNITS, "Det, der betales for én af."),
    Column("Dagebasis", "days_basis", CellSort.CHOICE, _DAYS, "Kun ved døgn og fremmødedag."),
    Column("Åbningsdage", "opening_days", CellSort.WHOLE, help="Kun ved dagebasis åbningsdage."),
    Column("Pladser", "places", CellSort.NUMBER),
    Column("Ventet mængde", "quantity", CellSort.NUMBER, help="Kun ved time, km, forløb og år."),
    Column("Afrunding", "rounding", CellSort.CHOICE, {k.value: v for k, v in ROUNDINGS_DA.items()}),
    Column(
        "Slags tilbud",
        "occupancy.kind",
        CellSort.CHOICE,
        {"day_and_night": "døgn- og dagtilbud", "short_stay": "korte ophold, akut og aflastning"},
    ),
    Column("Forudsat belægning", "occupancy.budgeted", CellSort.PERCENT),
    Column("Vist på Tilbudsportalen", "occupancy.portal", CellSort.PERCENT),
    Column("Dispensation til", "occupancy.dispensation.occupancy", CellSort.PERCENT),
    Column("Dispensationens beslutning", "occupancy.dispensation.decision"),
    Column("Dispensation besluttet den", "occupancy.dispensation.decided", CellSort.DAY),
    Column("Dispensation gælder takstårene", "occupancy.dispensation.years", CellSort.YEARS),
    Column("Brug regionens timepris", "hour_rate.known", CellSort.FLAG, help="ja eller nej"),
    Column("Timepris", "hour_rate.amount", CellSort.AMOUNT),
    Column("Timeprisens lønniveau (år)", "hour_rate.wage_level", CellSort.WHOLE),
    Column("Timeprisens kilde", "hour_rate.source"),
)
TABLES = (
    TableSheet(
        "Omkostninger",
        "cost",
        (
            Column("Post", "label"),
            Column("Slags", "kind", CellSort.CHOICE, _KINDS),
            Column("Beløb", "amount", CellSort.AMOUNT),
            Column("Andel af direkte", "share_of_direct", CellSort.PERCENT),
            Column("Heraf moms", "vat", CellSort.AMOUNT),
            Column("Del af taksten", "component", CellSort.CHOICE, _PARTS),
            Column("Kilde", "source"),
        ),
    ),
    TableSheet(
        "Faktisk belægning",
        "occupancy.actual",
        (Column("År", "year", CellSort.WHOLE), Column("Belægning", "share", CellSort.PERCENT)),
    ),
    TableSheet(
        "Tidligere år",
        "result",
        (
            Column("Regnskabsår", "year", CellSort.WHOLE),
            Column("Takstgrundlag", "tariff_base", CellSort.AMOUNT),
            Column("Indtægter", "income", CellSort.AMOUNT),
            Column("Udgifter", "costs", CellSort.AMOUNT),
            Column("Hensat", "set_aside", CellSort.AMOUNT),
            Column("Udlignet", "equalised", CellSort.AMOUNT),
            Column("Allerede reguleret", "regulated", CellSort.AMOUNT),
            Column("Reguleres i", "regulate_in", CellSort.WHOLE),
            Column("Del af taksten", "component", CellSort.CHOICE, _PARTS),
        ),
    ),
    TableSheet(
        "Brug af hensat",
        "reserve_use",
        (Column("Beløb", "amount", CellSort.AMOUNT), Column("Omfattet", "covered", CellSort.FLAG)),
    ),
    TableSheet(
        "Tillæg",
        "supplement",
        (
            Column("Betegnelse", "label"),
            Column("Enhed", "unit", CellSort.CHOICE, _UNITS),
            Column("Fast pris", "price", CellSort.AMOUNT),
            Column("Omkostning", "cost", CellSort.AMOUNT),
            Column("Ventet mængde", "quantity", CellSort.NUMBER),
        ),
    ),
    TableSheet(
        "Timer",
        "hours",
        (
            Column("Niveau", "label"),
            Column("Borgertimer", "citizen", CellSort.WHOLE),
            Column("Organisatoriske opgaver", "organisation", CellSort.WHOLE),
            Column("Dokumentation", "documentation", CellSort.WHOLE),
            Column("Ferie og fravær", "holiday_absence", CellSort.WHOLE),
        ),
    ),
)
PRICES = TableSheet(
    "Priser",
    "price",
    (
        Column("Takstdel", "component", CellSort.CHOICE, _PRICED),
        Column("Betegnelse", "label"),
        Column("Pris", "amount", CellSort.AMOUNT),
        Column("Enhed", "unit", CellSort.CHOICE, {**_UNITS, "piece": "stk."}),
        Column("Dagebasis", "days_basis", CellSort.CHOICE, _DAYS),
        Column("Belægning", "occupancy", CellSort.PERCENT),
    ),
)
_FORMATS = {
    CellSort.AMOUNT: "#,##0.00",
    CellSort.PERCENT: "0.##%",
    CellSort.DAY: "yyyy-mm-dd",
}


def write_template(*, at: datetime) -> bytes:
    """Return the empty workbook; the same moment gives the same bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(
            {"title": "Takstbudget", "created": at.astimezone(UTC).replace(tzinfo=None)}
        )
        looks = _Looks(book)
        _write_fields(book, looks)
        for table in (*TABLES, PRICES):
            _write_table(book, table, looks)
        _write_guide(book, looks)
    return buffer.getvalue()


class _Looks:
    """The formats of the workbook."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format(
            {"bold": True, "bg_color": "#1A3E5C", "font_color": "#FFFFFF", "text_wrap": True}
        )
        self.quiet = book.add_format({"font_color": "#595959", "text_wrap": True})
        self.bold = book.add_format({"bold": True, "valign": "top"})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._cells = {
            sort: book.add_format({"num_format": text}) for sort, text in _FORMATS.items()
        }

    def cell(self, sort: CellSort) -> Any:
        return self._cells.get(sort)


def _write_fields(book: Any, looks: _Looks) -> None:
    sheet = book.add_worksheet(BUDGET_SHEET)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 48, looks.quiet)
    for at, text in enumerate(("Felt", "Værdi", "Hjælp")):
        sheet.write_string(0, at, text, looks.head)
    for number, one in enumerate(FIELDS, start=1):
        sheet.write_string(number, 0, one.label)
        sheet.write_blank(number, 1, None, looks.cell(one.sort))
        sheet.write_string(number, 2, one.help)
        _offer(sheet, (number, 1, number, 1), one)
    sheet.freeze_panes(1, 1)


def _write_table(book: Any, table: TableSheet, looks: _Looks) -> None:
    sheet = book.add_worksheet(table.name)
    for at, one in enumerate(table.columns):
        width = 34 if one.key in {"label", "source"} else 20
        sheet.set_column(at, at, width, looks.cell(one.sort))
        sheet.write_string(0, at, one.label, looks.head)
        _offer(sheet, (1, at, _READY_ROWS, at), one)
    sheet.freeze_panes(1, 0)


def _offer(sheet: Any, area: tuple[int, int, int, int], column: Column) -> None:
    words = list(column.choices.values())
    if column.sort is CellSort.FLAG:
        words = ["ja", "nej"]
    # A list with a comma in a word cannot be written in the cell; the reader knows the words.
    if words and not any("," in word for word in words):
        sheet.data_validation(*area, {"validate": "list", "source": words})


def _write_guide(book: Any, looks: _Looks) -> None:
    sheet = book.add_worksheet("Vejledning")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for number, (name, text) in enumerate(_GUIDE):
        sheet.write_string(number, 0, name, looks.bold)
        sheet.write_string(number, 1, text, looks.plain)
