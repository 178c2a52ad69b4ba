"""Takstfiler of the small world: fetched, edited cell by cell, handed in and confirmed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from world import World

from rammevaerk.exchange.tariff_file.cells import shown
from rammevaerk.exchange.tariff_file.columns import BY_KEY, COLUMNS
from rammevaerk.exchange.tariff_file.writing import stamped
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Cooperation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.tariffs.models import TariffFile, TariffFileRow
from rammevaerk.portal.tariffs.operations import files
from rammevaerk.portal.tariffs.queries.file_rows import rows_of, sources_of
from rammevaerk.portal.tariffs.queries.file_words import choices

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
YEAR = 2027


def home() -> Cooperation:
    return Cooperation.objects.get(key="home")


def officer(world: World, key: str = "egenby") -> Actor:
    return world.actor(Role.TARIFF_OFFICER, key)


def rows(actor: Actor, year: int = YEAR) -> list[dict[str, str]]:
    return rows_of(sources_of(actor, year, home().pk))


def workbook(
    lines: list[dict[str, str]], edits: Mapping[tuple[int, str], object] | None = None
) -> bytes:
    """Rows as they would be exported, with the cells (row from 0, column) written over."""
    buffer, lists = BytesIO(), choices()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet("Takster")
        for index, column in enumerate(COLUMNS):
            sheet.write_string(0, index, column.header)
        for number, row in enumerate(map(stamped, lines)):
            for index, column in enumerate(COLUMNS):
                text = shown(row.get(column.key, ""), BY_KEY[column.key], lists)
                value = (edits or {}).get((number, column.key), text)
                sheet.write(number + 1, index, value) if value != "" else None
    return buffer.getvalue()


def handed_in(
    content: bytes, by: Actor, name: str = "takstfil.xlsx", year: int = YEAR
) -> TariffFile:
    """Handed in and read: the queue does it at once, as soon as the transaction is through."""
    file = files.hand_in(home().pk, year, content, name, by=by, at=NOW)
    files.read(file.pk, at=NOW)
    file.refresh_from_db()
    return file


def stored(file: TariffFile, by: Actor, **more: Any) -> TariffFile:
    files.confirm(file, by=by, at=NOW, **more)
    files.store(file.pk, at=NOW)
    file.refresh_from_db()
    return file


def kinds(file: TariffFile) -> list[str]:
    return list(TariffFileRow.objects.filter(file=file).values_list("kind", flat=True))


def told(file: TariffFile) -> str:
    return " ".join(TariffFileRow.objects.filter(file=file).values_list("content", flat=True))
