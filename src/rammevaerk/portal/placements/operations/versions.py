"""What holds of a placement from a day: the newer row takes its days, the older keep the rest."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.access.two_times import holding_from, twin

RowT = TypeVar("RowT", bound=Model)


def put(
    rows: "QuerySet[RowT]", new: RowT, action: Action, *, by: Actor, at: datetime, reason: str = ""
) -> RowT:
    """Let the new row hold in its period; what was believed of those days stays, superseded.

    Without an end it holds until what it takes the place of would have ended, or until what is
    next said of. `rows` are those that it may not overlap; call it with their placement locked.
    """
    row: Any = new
    first = row.valid_from
    if row.valid_to is None:
        row.valid_to = _until(rows, first)
    for old in _overlapping(rows, first, row.valid_to):
        store_changes(old, {"superseded_at": at}, action, by=by, at=at)
        for start, end in _left_of(old, first, row.valid_to):
            rest = twin(old, valid_from=start, valid_to=end, registered_at=at, superseded_at=None)
            store_new(rest, action, by=by, at=at)
    return store_new(new, action, by=by, at=at, reason=reason)


def take_away(row: Model, action: Action, *, by: Actor, at: datetime) -> None:
    """What the row says is no longer believed; it stays to be seen."""
    store_changes(row, {"superseded_at": at}, action, by=by, at=at)


def begin_by(rows: "QuerySet[RowT]", day: date, action: Action, *, by: Actor, at: datetime) -> None:
    """Let the first of what is believed hold from the day, when it would have begun later."""
    old: Any = rows.filter(superseded_at__isnull=True).order_by("valid_from").first()
    if old is not None and old.valid_from > day:
        store_changes(old, {"superseded_at": at}, action, by=by, at=at)
        earlier = twin(old, valid_from=day, registered_at=at, superseded_at=None)
        store_new(earlier, action, by=by, at=at)


def last_until(
    rows: "QuerySet[RowT]",
    before: date,
    day: date | None,
    action: Action,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let what was believed to end on `before` hold to another, later day; None is open."""
    for old in rows.filter(superseded_at__isnull=True, valid_to=before):
        store_changes(old, {"superseded_at": at}, action, by=by, at=at)
        longer = twin(old, valid_to=day, registered_at=at, superseded_at=None)
        store_new(longer, action, by=by, at=at)


def _until(rows: "QuerySet[Any]", day: date) -> date | None:
    believed = rows.filter(superseded_at__isnull=True)
    held = believed.filter(holding_from(day), valid_from__lte=day).first()
    if held is not None:
        end: date | None = held.valid_to
        return end
    later = believed.filter(valid_from__gt=day).order_by("valid_from").first()
    return later.valid_from if later is not None else None


def _overlapping(rows: "QuerySet[Any]", first: date, end: date | None) -> list[Any]:
    meant = holding_from(first)
    if end is not None:
        meant &= Q(valid_from__lt=end)
    return list(rows.filter(meant).order_by("valid_from"))


def _left_of(old: Any, first: date, end: date | None) -> Iterable[tuple[date, date | None]]:
    """The days of the old row before and after the new one's."""
    if old.valid_from < first:
        yield old.valid_from, first
    if end is not None and (old.valid_to is None or old.valid_to > end):
        yield end, old.valid_to
