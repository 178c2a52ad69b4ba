"""Takstfiler that were handed in, and their rows as they are shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, QuerySet, When

from rammevaerk.exchange.tariff_file.cells import shown
from rammevaerk.exchange.tariff_file.columns import BY_KEY
from rammevaerk.exchange.tariff_file.messages import Message
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.tariffs.models import TariffFile, TariffFileRow
from rammevaerk.portal.tariffs.queries.file_words import choices

_KINDS = TariffFileRow.Kind


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell before and after, as a Dane writes it."""

    name: str
    before: str
    after: str
    overtaken: bool
    number: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the difference."""

    row: TariffFileRow
    cells: list[CellView]
    messages: list[Message]

    @property
    def overtaken(self) -> bool:
        return any(one.overtaken for one in self.cells)

    @property
    def choosable(self) -> bool:
        return self.row.kind in {_KINDS.NEW, _KINDS.CHANGED, _KINDS.GONE}


def files_of(actor: Actor) -> "QuerySet[TariffFile]":
    """The files the actor may see, newest first."""
    return visible(TariffFile.objects.all(), actor, Action.TARIFF_READ).select_related(
        "organisation", "uploaded_by"
    )


def rows_shown(
    file: TariffFile, actor: Actor, *, kind: str = "", text: str = "", warned: bool = False
) -> "QuerySet[TariffFileRow]":
    """The rows of a file that fit, in the order of the file; those not in it come last."""
    rows = _rows_of(file, actor)
    if kind:
        rows = rows.filter(kind=kind)
    if warned:
        rows = rows.filter(warned=True)
    if text:
        rows = rows.filter(title__icontains=text)
    absent = Case(When(kind=_KINDS.GONE, then=1), default=0)
    return rows.order_by(absent, "number", "id")


def counts_of(file: TariffFile, actor: Actor) -> dict[str, int]:
    """How many rows there are of each kind, how many are chosen, and what came of them."""
    rows = _rows_of(file, actor).order_by()
    found = dict(rows.values_list("kind").annotate(Count("pk")))
    outcomes = dict(rows.values_list("outcome").annotate(Count("pk")))
    return {
        **{str(kind): found.get(kind, 0) for kind in _KINDS.values},
        "all": sum(found.values()),
        "warned": rows.filter(warned=True).count(),
        "chosen": rows.filter(chosen=True).count(),
        "chosen_gone": rows.filter(chosen=True, kind=_KINDS.GONE).count(),
        "stored": outcomes.get(TariffFileRow.Outcome.STORED, 0),
        "refused": outcomes.get(TariffFileRow.Outcome.REFUSED, 0),
    }


def _rows_of(file: TariffFile, actor: Actor) -> "QuerySet[TariffFileRow]":
    # Who sees the file sees its rows: asked of one file, not of each of its 20,000 rows.
    seen = visible(TariffFile.objects.filter(pk=file.pk), actor, Action.TARIFF_READ)
    return TariffFileRow.objects.filter(file__in=seen)


def row_view(row: TariffFileRow) -> RowView:
    """A stored row as it is shown."""
    content = json.loads(row.content)
    lists = choices()
    return RowView(
        row,
        [_cell(one, lists) for one in content["cells"]],
        [Message(**one) for one in content["messages"]],
    )


def _cell(stored: list[Any], lists: Mapping[str, Any]) -> CellView:
    key, before, after, overtaken = stored
    column = BY_KEY[key]
    return CellView(
        column.name_da,
        shown(before, column, lists),
        shown(after, column, lists),
        overtaken,
        key in {"amount", "places", "covered", "occupancy"},
    )


def summary_of(file: TariffFile) -> dict[str, Any]:
    """What was said of the file as a whole when it was read."""
    return json.loads(file.proposal) if file.proposal else {}


def operators_of(actor: Actor, cooperation_id: int, at: Any) -> list[tuple[int, str]]:
    """The operators of the services the actor may see, by name."""
    services = services_of(actor, on=None).filter(facility__cooperation_id=cooperation_id)
    ids = list(services.order_by().values_list("facility__operator_id", flat=True).distinct())
    names = names_on(ids, on=day_of(at), short=True)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())
