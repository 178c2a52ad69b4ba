"""A handed-in takstfil compared with what is here, as rows to be shown and confirmed."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.plaintext import read_places
from rammevaerk.exchange.tariff_file.columns import EDITABLE, Row
from rammevaerk.exchange.tariff_file.difference import Difference, Kind, RowChange, compare
from rammevaerk.exchange.tariff_file.grid import Facts, TariffWorkbook
from rammevaerk.exchange.tariff_file.identity import PriceBook
from rammevaerk.exchange.tariff_file.mapping import ColumnMap, own_map, saved_map_fits
from rammevaerk.exchange.tariff_file.messages import Weight
from rammevaerk.exchange.tariff_file.reading import ReadFile, read_rows
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.fields import CprFound
from rammevaerk.portal.tariffs.models import Component, TariffFile, TariffFileRow
from rammevaerk.portal.tariffs.price_lines import PriceLine, problems_of
from rammevaerk.portal.tariffs.queries.file_rows import Sources, book_of, rows_of
from rammevaerk.portal.tariffs.queries.file_words import choices

_LONGEST_TITLE = 400
_MOST_MESSAGES = 20
_COLUMN_OF = {"amount_ore": "amount"}


class UnknownColumns(Exception):
    """No row of the file has headings that we know; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file comes to: its rows to show, and what is said of it as a whole."""

    rows: list[TariffFileRow]
    summary: dict[str, Any]


def refuse_cpr(content: bytes, name: str, known: Collection[str]) -> None:
    """Raise CprFound with the place of a CPR number; `known` are the P-numbers that are ours."""
    for place in read_places(content, name):
        found = [
            match
            for match in find_cpr(place.text)
            if re.sub(r"\D", "", place.text[match.start : match.end]) not in known
        ]
        if found:
            raise CprFound(found, where=place.place)


def column_map(book: TariffWorkbook, saved: Collection[ColumnMap]) -> ColumnMap:
    """How the file is read: one of the saved maps that fits, or our own headings.

    UnknownColumns when there is neither.
    """
    for one in saved:
        if fitting := saved_map_fits(book, one):
            return fitting
    found = own_map(book)
    if found is None:
        raise UnknownColumns
    return found


def require_year(facts: Facts, file: TariffFile, region: str) -> None:
    """Raise RefusedFile for an export of another year or another region."""
    if facts.own and facts.year != str(file.year):
        text = _(
            "Filen er takstfilen for %(theirs)s, men du har valgt %(year)s. Vælg det rigtige år,"
            " eller hent filen for %(year)s."
        )
        raise RefusedFile(text % {"theirs": facts.year[:10], "year": file.year}, "wrong-year")
    if facts.own and facts.region != region:
        text = _("Filen er takstfilen for %(theirs)s, ikke for %(region)s.")
        raise RefusedFile(text % {"theirs": facts.region[:80], "region": region}, "wrong-region")


def propose(
    file: TariffFile,
    book: TariffWorkbook,
    chosen: ColumnMap,
    sources: Sources,
    *,
    by: Actor,
    tick: Callable[[int, int], None],
) -> Proposal:
    """Compare the file with the sources; `tick` is told how many rows of how many are done."""
    facts = book.facts()
    read = read_rows(book.table(chosen.sheet), chosen, choices())
    total = len(read.rows)
    tick(total // 3, total)
    prices = book_of(sources, rows_of(sources), by)
    tick(total // 2, total)
    exported = facts.keys if facts.own else None
    found = compare(prices, read, judge=faults_of, exported=exported)
    tick(total * 4 // 5, total)
    ids = {one.key: one.service.pk for one in sources.services}
    rows = [_as_row(file, prices, one, ids) for one in found.rows]
    return Proposal(rows, _summary(found, read, chosen))


def _summary(found: Difference, read: ReadFile, chosen: ColumnMap) -> dict[str, Any]:
    counts = Counter(str(one.kind) for one in found.rows)
    return {
        "read": len(read.rows),
        "unchanged": found.unchanged,
        "counts": dict(counts),
        "cells": sum(len(one.cells) for one in found.rows if one.kind in {Kind.NEW, Kind.CHANGED}),
        "remarks": list(read.remarks),
        "sheet": chosen.sheet[:100],
    }


def faults_of(row: Row) -> dict[str, str]:
    """What makes a changed price unusable, by column of the file."""
    if not row.get("unit"):
        return {"unit": _("Enheden er tom. Vælg den fra listen.")}
    problems = problems_of(line_from(row))
    return {_COLUMN_OF.get(name, name): text for name, text in problems.items()}


def line_from(row: Row) -> PriceLine:
    """The price that a row of the file states."""
    occupancy = row.get("occupancy", "")
    return PriceLine(
        component=row["component"],
        label=row["label"],
        unit=row["unit"],
        amount_ore=int(Decimal(row["amount"]) * 100),
        days_basis=row.get("days_basis", ""),
        occupancy=int(Decimal(occupancy) * 100) if occupancy else None,
    )


def seen_of(row: Row) -> str:
    """The fingerprint of what stands here in the cells that a file may change."""
    cells = "\x1f".join(row.get(column.key, "") for column in EDITABLE)
    return hashlib.sha256(cells.encode()).hexdigest()[:16]


def _as_row(
    file: TariffFile, book: PriceBook, change: RowChange, ids: Mapping[str, int]
) -> TariffFileRow:
    identity = change.identity
    service = ids.get(identity.service_key) if identity else None
    ready = change.kind in {Kind.NEW, Kind.CHANGED}
    return TariffFileRow(
        file=file,
        number=change.number,
        kind=change.kind,
        service_id=service,
        title=_title(book, change)[:_LONGEST_TITLE],
        content=json.dumps(_content(change), ensure_ascii=False),
        warned=any(one.weight is Weight.WARNING for one in change.messages) or change.overtaken,
        # What somebody else has changed since is taken only where a person says so.
        chosen=ready and not change.overtaken,
    )


def _content(change: RowChange) -> dict[str, Any]:
    identity = change.identity
    keys = [column.key for column in EDITABLE]
    return {
        "service": identity.service_key if identity else "",
        "component": identity.component if identity else "",
        "label": identity.label if identity else "",
        "start": identity.start if identity else "",
        "cells": [[one.column, one.before, one.after, one.overtaken] for one in change.cells],
        "after": {key: change.after[key] for key in keys if change.after.get(key)},
        "messages": [one.as_dict() for one in change.messages[:_MOST_MESSAGES]],
        "seen": seen_of(change.before),
    }


def _title(book: PriceBook, change: RowChange) -> str:
    identity = change.identity
    if identity is None:
        return _("Række %s") % change.number
    facts = book.services[identity.service_key]
    known = identity.component in Component.values
    part = str(Component(identity.component).label) if known else ""
    price = " ".join(word for word in (part, identity.label) if word)
    named = (facts.facility, facts.department, facts.name, price)
    return ", ".join(part for part in named if part)


def known_numbers(sources: Sources) -> set[str]:
    """The P-numbers that are ours: of ten digits, as a CPR number is."""
    return set(_numbers(sources))


def _numbers(sources: Sources) -> Iterator[str]:
    for one in sources.services:
        yield one.facility.p_number
        if one.service.department:
            yield one.service.department.p_number
