"""Rows of two times (when they hold, when they were believed): ended on a day, and put back.

For models with `valid_from`, `valid_to`, `registered_at`, `superseded_at` and `no_overlap`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes, store_new

RowT = TypeVar("RowT", bound=Model)
# The row that was ended, and the one that says how long it held; None when it never did.
Ended = tuple[int, int | None]


def holding_from(day: date) -> Q:
    """Rows that are believed now and hold on the day or later."""
    return Q(superseded_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def twin(row: RowT, **changes: Any) -> RowT:
    """A row like this one, not stored, with the changes."""
    model = type(row)
    columns = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields  # noqa: SLF001
        if not field.primary_key
    }
    return model(**{**columns, **changes})


def end_rows(
    rows: "QuerySet[RowT]", on: date, action: Action, *, by: Actor, at: datetime
) -> list[Ended]:
    """Let what is believed hold no longer than to the day; the old rows stay to be seen."""
    ended: list[Ended] = []
    for row in rows.filter(holding_from(on)).select_for_update(of=("self",)).order_by("pk"):
        store_changes(row, {"superseded_at": at}, action, by=by, at=at)
        kept = None
        if row.valid_from < on:  # type: ignore[attr-defined]
            rest = twin(row, valid_to=on, registered_at=at, superseded_at=None)
            kept = store_new(rest, action, by=by, at=at)
        ended.append((row.pk, kept.pk if kept else None))
    return ended


def restore_rows(
    model: type[Model], ended: Iterable[Ended], on: date, action: Action, *, by: Actor, at: datetime
) -> None:
    """Let what `end_rows` ended hold again, unless something else was said of its days since."""
    manager = model._default_manager  # noqa: SLF001
    for old_id, kept_id in ended:
        old: Any = manager.get(pk=old_id)
        kept: Any = manager.filter(pk=kept_id).first()
        begins = old.valid_from if kept_id is None else on
        if kept is not None and kept.superseded_at is None and kept.valid_to == on:
            store_changes(kept, {"superseded_at": at}, action, by=by, at=at)
            begins = kept.valid_from
        again = twin(old, valid_from=begins, registered_at=at, superseded_at=None)
        if not _taken(again):
            store_new(again, action, by=by, at=at)


def _taken(row: Any) -> bool:
    same = {name: getattr(row, name) for name in type(row).no_overlap}
    others = type(row)._default_manager.filter(holding_from(row.valid_from), **same)  # noqa: SLF001
    if row.valid_to is not None:
        others = others.filter(valid_from__lt=row.valid_to)
    return others.exists()
