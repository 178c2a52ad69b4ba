"""Columns of text read strictly as numbers, dates and date-times."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.settlement.inputs import CALENDAR, HOTEL
from rammevaerk.engine.tables import OPEN, IntArray
from rammevaerk.exchange.tables import layouts
from rammevaerk.exchange.tables.columns import MAY_BE_EMPTY, Kind
from rammevaerk.exchange.tables.faults import Fault
from rammevaerk.exchange.tables.layouts import Layout
from rammevaerk.exchange.tables.spellings import Manner, order_of_day, shows_thousands, spelled
from rammevaerk.exchange.tables.texts import TextColumn

_LONGEST_PLAIN = 19
_LONGEST_DATE = 32
_MINUS, _ZERO = ord("-"), ord("0")
_ISO = {Kind.DAY: (layouts.ISO_DAY,), Kind.MOMENT: layouts.ISO_MOMENTS}
_DANISH = {Kind.DAY: (layouts.DANISH_DAY,), Kind.MOMENT: layouts.DANISH_MOMENTS}
_DAY_FIRST_DA = "datoer som dag-måned-år"

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """What the texts of a column mean; `odd` are the texts that are not written plainly.

    `manners_da` says how texts were understood that are written in a Danish way.
    """

    values: IntArray
    odd: IntArray
    manners_da: set[str]


def plainly(name: str, column: TextColumn, kind: Kind, *, danish: bool) -> Cells:
    """Read the texts that are written as the tables ask, and with `danish` days first too."""
    values = np.zeros(len(column.starts), np.int64)
    known = np.zeros(len(column.starts), np.bool_)
    manners: set[str] = set()
    if name in MAY_BE_EMPTY:
        known = column.lengths == 0
        values[known] = OPEN
    if kind in {Kind.NUMBER, Kind.ORE}:
        _plain_numbers(column, values, known)
    elif kind is Kind.DAY_COUNT:
        _day_counts(column, values, known)
    else:
        _plain_dates(column, kind, _ISO[kind], values, known)
        iso = int(known.sum())
        if danish:
            _plain_dates(column, kind, _DANISH[kind], values, known)
        if int(known.sum()) > iso:
            manners.add(_DAY_FIRST_DA)
    return Cells(values, np.flatnonzero(~known), manners)


def _plain_numbers(column: TextColumn, values: IntArray, known: Mask) -> None:
    for texts, cells in column.by_length(_LONGEST_PLAIN):
        if not cells.shape[1]:
            continue
        minus = cells[:, 0] == _MINUS
        digits = cells - np.uint8(_ZERO)
        digits[minus, 0] = 0
        good = (digits <= 9).all(axis=1) & (cells.shape[1] - minus > 0)
        good &= cells.shape[1] - minus < _LONGEST_PLAIN
        found = np.zeros(len(cells), np.int64)
        for at in range(cells.shape[1]):
            found = found * 10 + digits[:, at] * good
        values[texts] = np.where(minus, -found, found)
        known[texts] = good


def _day_counts(column: TextColumn, values: IntArray, known: Mask) -> None:
    for number, word in enumerate((CALENDAR, HOTEL)):
        letters = np.frombuffer(word.encode(), np.uint8)
        for texts, cells in column.by_length(len(word)):
            if cells.shape[1] == len(word):
                same = texts[(cells == letters).all(axis=1)]
                values[same], known[same] = number, True


def _plain_dates(
    column: TextColumn, kind: Kind, forms: Sequence[Layout], values: IntArray, known: Mask
) -> None:
    read = layouts.days if kind is Kind.DAY else layouts.moments
    for texts, cells in column.by_length(_LONGEST_DATE):
        for form in forms:
            if cells.shape[1] == len(form.pattern):
                found, good = read(form, cells)
                values[texts[good]], known[texts[good]] = found[good], True


def manner_of(columns: Mapping[str, tuple[TextColumn, Kind, Cells]], *, danish: bool) -> Manner:
    """See in the cells that are not written plainly how the whole file is written.

    `danish` says that semicolons have shown it already; otherwise a day above 12 in front, and
    none in second place, shows that days come before months.
    """
    orders: set[int] = set()
    thousands: set[str] = set()
    for name, (column, kind, cells) in columns.items():
        texts = (column.text(int(odd)) for odd in cells.odd)
        if kind in {Kind.DAY, Kind.MOMENT}:
            orders |= {order_of_day(text.strip()) for text in texts}
        elif any(shows_thousands(text.strip()) for text in texts):
            thousands.add(name)
    return Manner(danish or (1 in orders and -1 not in orders), frozenset(thousands))


def read_odd(
    name: str, column: TextColumn, kind: Kind, cells: Cells, manner: Manner
) -> dict[int, Fault]:
    """Read the other texts into `cells`; return those that cannot be read, with why."""
    faults: dict[int, Fault] = {}
    for odd in cells.odd.tolist():
        text = column.text(odd)
        found = _one(name, text.strip(), kind, manner)
        if isinstance(found, Fault):
            faults[odd] = found
        else:
            cells.values[odd] = found
            cells.manners_da.update(_manners_da(text, kind))
    return faults


def _one(name: str, text: str, kind: Kind, manner: Manner) -> int | Fault:
    if not text:
        return OPEN if name in MAY_BE_EMPTY else Fault.EMPTY
    if kind is Kind.DAY_COUNT:
        return Fault.NOT_DAY_COUNT
    return spelled(text, kind, manner, name)


def _manners_da(text: str, kind: Kind) -> Iterator[str]:
    plain = text.strip()
    if plain != text:
        yield "mellemrum om tal og datoer er fjernet"
    if kind in {Kind.DAY, Kind.MOMENT}:
        if plain and not plain[:4].isdigit():
            yield _DAY_FIRST_DA
        return
    if "," in plain:
        yield "decimaler, der alle er nul, er skåret væk"
    if "." in plain:
        yield "punktum mellem tusinder"
