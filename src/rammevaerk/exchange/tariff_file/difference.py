"""What a takstfil would change in the prices of a year: shown before anything is stored."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import chain

from rammevaerk.exchange.tariff_file.columns import (
    EDITABLE,
    PLACE_CELLS,
    PRICE_CELLS,
    Row,
    parts_of_key,
    print_of,
    prints_in,
)
from rammevaerk.exchange.tariff_file.identity import Identity, PriceBook, Unnamed, name_row
from rammevaerk.exchange.tariff_file.messages import Message, Weight
from rammevaerk.exchange.tariff_file.reading import ReadFile, ReadRow
from rammevaerk.exchange.tariff_file.remarks import doubts, untaken

Judge = Callable[[Row], Mapping[str, str]]


class Kind(StrEnum):
    """What a row of the file comes to."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    FAULT = "fault"
    # Nothing changes, but something is to be said.
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell, canonical; `overtaken` when it has been changed here since the export."""

    column: str
    before: str
    after: str
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that changes something or must be told of.

    `after` are the values the row would have, `before` those that are there now; `identity` says
    which price it is, None for a row that names none. `number` is 0 for a row not in the file.
    """

    kind: Kind
    number: int
    identity: Identity | None
    cells: tuple[CellChange, ...] = ()
    messages: tuple[Message, ...] = ()
    before: Row = field(default_factory=dict)
    after: Row = field(default_factory=dict)

    @property
    def overtaken(self) -> bool:
        """Whether taking the file's values would undo what somebody did here since."""
        return any(one.overtaken for one in self.cells)


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows in the file's order, those that are gone last, and how many are as they were."""

    rows: tuple[RowChange, ...]
    unchanged: int

    @property
    def empty(self) -> bool:
        """Whether the file changes nothing; it may be said something of all the same."""
        return not any(row.kind not in {Kind.REMARK} for row in self.rows)


def compare(
    book: PriceBook, read: ReadFile, *, judge: Judge, exported: frozenset[str] | None = None
) -> Difference:
    """Say what the file changes in the prices of the book.

    A cell that still is as it was exported is no change, even when it was changed here since.
    `judge` gives what makes a changed row unusable, by column. `exported` are the keys that were
    in the file when it went out; None when that is not known.
    """
    found = [_Comparison(book, read, judge).row(row) for row in read.rows]
    found = _twice(read, found)
    found = _places_at_odds(read, found)
    gone = _gone(book, read, found, exported)
    told = [one for one in found if one.cells or one.messages]
    still = [one for one in found if not one.cells and one.kind is not Kind.FAULT]
    return Difference((*told, *gone), len(still))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One row at a time against the book."""

    book: PriceBook
    read: ReadFile
    judge: Judge

    def row(self, row: ReadRow) -> RowChange:
        try:
            identity = name_row(self.book, row)
        except Unnamed as fault:
            message = self.read.message(Weight.ERROR, row, fault.column, str(fault))
            return RowChange(Kind.FAULT, row.number, None, (), (*row.messages, message))
        before = self.book.before(identity)
        after, cells = self._changed(row, identity, before)
        messages = [*row.messages, *untaken(self.book, self.read, row, before)]
        change = RowChange(Kind.CHANGED, row.number, identity, cells, (), before, after)
        if not cells:
            if prints_in(row.values.get("stamp", "")):
                messages += self._too_early(row, identity)
            return replace(change, kind=_quiet(messages), messages=tuple(messages))
        messages += doubts(self.book, self.read, row, before, after)
        messages += self._refusals(row, identity, after, cells)
        prices = {one.column for one in cells} - set(PLACE_CELLS)
        kind = Kind.NEW if prices and not before.get("amount") else Kind.CHANGED
        if any(one.weight is Weight.ERROR for one in messages):
            kind = Kind.FAULT
        return replace(change, kind=kind, messages=tuple(messages))

    def _changed(
        self, row: ReadRow, identity: Identity, before: Row
    ) -> tuple[Row, tuple[CellChange, ...]]:
        prints = prints_in(row.values.get("stamp", ""))
        after, cells = dict(before), []
        for column in EDITABLE:
            key = column.key
            if key not in row.values:
                continue
            was, now = before.get(key, ""), row.values[key]
            then, stands = prints.get(key, print_of(was)), print_of(was)
            if not (now or prints):
                # What a file of somebody else's leaves empty, it says nothing of.
                continue
            if key == "valid_from":
                # Before the year's first day is as good as on it.
                now, was = identity.start, max(was, self.book.first_day) if was else was
            if now == was or print_of(row.values[key]) == then:
                continue
            after[key] = now
            cells.append(CellChange(key, was, now, overtaken=stands != then))
        if all(one.column == "reason" for one in cells):
            return before, ()
        after["component"], after["label"] = identity.component, identity.label
        return after, tuple(cells)

    def _refusals(
        self, row: ReadRow, identity: Identity, after: Row, cells: Sequence[CellChange]
    ) -> Iterator[Message]:
        for column, text in self._faults(identity, after, {one.column for one in cells}):
            yield self.read.message(Weight.ERROR, row, column, text)
        yield from self._too_early(row, identity)

    def _too_early(self, row: ReadRow, identity: Identity) -> Iterator[Message]:
        if self._before_the_year(row, identity):
            text = (
                f"Dagen ligger før {self.book.year}, som filen er for. Lad feltet stå tomt, hvis "
                "taksten gælder fra årets første dag."
            )
            yield self.read.message(Weight.ERROR, row, "valid_from", text)

    def _before_the_year(self, row: ReadRow, identity: Identity) -> bool:
        """Whether somebody wrote a day of an earlier year; what stood there is no matter."""
        written = row.values.get("valid_from", "")
        stood = print_of(self.book.before(identity).get("valid_from", ""))
        then = prints_in(row.values.get("stamp", "")).get("valid_from", stood)
        return bool(written) and written < self.book.first_day and print_of(written) != then

    def _faults(
        self, identity: Identity, after: Row, changed: set[str]
    ) -> Iterator[tuple[str, str]]:
        service = self.book.services[identity.service_key]
        if not service.own:
            text = (
                f"Rækken hører til {service.operator}, og du kan ikke ændre den. Sæt den tilbage, "
                "eller bed driftsherren om at rette."
            )
            yield "", text
            return
        prices = changed & {*PRICE_CELLS, "component", "label"}
        yield from _wrong_days(self.book.year, service.opens, service.closes, identity)
        if prices and identity.start in service.blocked:
            yield "amount", service.blocked[identity.start]
        if prices and not after.get("amount"):
            yield "amount", ("Taksten er tom. Skriv den, eller slet rækken, hvis prisen skal udgå.")
        elif prices:
            yield from self.judge(after).items()
        if changed & set(PLACE_CELLS):
            yield from _wrong_places(after)


def _wrong_days(
    year: int, opens: date, closes: date | None, identity: Identity
) -> Iterator[tuple[str, str]]:
    start = date.fromisoformat(identity.start)
    if start.year != year:
        yield (
            "valid_from",
            (
                f"Dagen ligger ikke i {year}, som filen er for. Ret den, eller hent filen for "
                f"{start.year}."
            ),
        )
    elif start < opens:
        yield (
            "valid_from",
            (f"Ydelsen begyndte først {opens:%d-%m-%Y}. Taksten kan tidligst gælde fra den dag."),
        )
    elif closes is not None and start >= closes:
        yield "valid_from", f"Ydelsen er lukket {closes:%d-%m-%Y}. Den kan ikke få en ny takst."


def _wrong_places(after: Row) -> Iterator[tuple[str, str]]:
    places, covered = after.get("places", ""), after.get("covered", "")
    if not places:
        yield "places", "Pladser er tom. Skriv 0, hvis der ingen er."
    elif int(covered or 0) > int(places):
        yield "covered", f"Der kan højst være omfattet {places}, som er pladserne i alt."


def _quiet(messages: Sequence[Message]) -> Kind:
    return Kind.FAULT if any(one.weight is Weight.ERROR for one in messages) else Kind.REMARK


def _twice(read: ReadFile, found: Sequence[RowChange]) -> list[RowChange]:
    """Two rows that say the same price of the same day: neither can be taken."""
    rows: dict[str, list[int]] = defaultdict(list)
    for one in found:
        if one.identity is not None and one.identity.component:
            rows[one.identity.key].append(one.number)
    numbers = {row.number: row for row in read.rows}
    checked = []
    for one in found:
        same = rows[one.identity.key] if one.identity is not None else []
        if len(same) > 1:
            others = ", ".join(f"{number}" for number in same if number != one.number)
            text = (
                f"Samme pris fra samme dag står også i række {others}. Slet den ene, eller giv den "
                "sin egen betegnelse."
            )
            message = read.message(Weight.ERROR, numbers[one.number], "key", text)
            checked.append(_stopped(one, message))
        else:
            checked.append(one)
    return checked


def _places_at_odds(read: ReadFile, found: Sequence[RowChange]) -> list[RowChange]:
    """Two rows of a service that change its places to different numbers: neither can be taken."""
    said: dict[tuple[str, str], dict[tuple[str, str], list[int]]] = defaultdict(dict)
    for one in found:
        if one.identity is not None and _moves_places(one):
            where = one.identity.service_key, one.identity.start
            said[where].setdefault(_places(one), []).append(one.number)
    numbers = {row.number: row for row in read.rows}
    checked = []
    for one in found:
        if one.identity is not None and _moves_places(one):
            others = said[one.identity.service_key, one.identity.start]
            at_odds = [where for places, where in others.items() if places != _places(one)]
            if at_odds:
                rows = ", ".join(f"{row}" for row in sorted(chain(*at_odds))[:5])
                text = (
                    f"Ydelsens pladser er ændret til noget andet i række {rows}. Skriv det samme "
                    "i dem alle."
                )
                message = read.message(Weight.ERROR, numbers[one.number], "places", text)
                checked.append(_stopped(one, message))
                continue
        checked.append(one)
    return checked


def _stopped(change: RowChange, message: Message) -> RowChange:
    return replace(change, kind=Kind.FAULT, messages=(*change.messages, message))


def _moves_places(change: RowChange) -> bool:
    return any(one.column in PLACE_CELLS for one in change.cells)


def _places(change: RowChange) -> tuple[str, str]:
    return change.after.get("places", ""), change.after.get("covered", "")


def _gone(
    book: PriceBook,
    read: ReadFile,
    found: Sequence[RowChange],
    exported: frozenset[str] | None,
) -> Iterator[RowChange]:
    """The sender's prices that were in the file and are not any more."""
    stated = {row.values.get("key", "") for row in read.rows}
    stated |= {one.identity.key for one in found if one.identity is not None}
    operators = {
        book.services[one.identity.service_key].operator
        for one in found
        if one.identity is not None
    }
    for row in book.rows:
        parts = parts_of_key(row["key"])
        if parts is None or not row.get("amount") or row["key"] in stated:
            continue
        service = book.services[parts[0]]
        there = row["key"] in exported if exported is not None else service.operator in operators
        if service.own and there:
            cell = CellChange("amount", row["amount"], "")
            yield RowChange(Kind.GONE, 0, Identity(*parts), (cell,), (), row, {})
