"""What an event did to rows, kept so that it can be taken back until its day."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes, store_new, store_removal
from rammevaerk.portal.access.two_times import Ended, end_rows, restore_rows

MANAGE = Action.FACILITY_MANAGE
RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that follows: what it is about, and a sentence."""

    subject: str
    text: str


@dataclass
class Effects:
    """The rows made, changed and ended, in the order it was done.

    `made` are rows that only the event brought about: they go with it. `said` are statements of
    two times about rows that were there before: they are superseded instead.
    """

    by: Actor
    at: datetime
    made: list[tuple[str, int]] = field(default_factory=list)
    said: list[tuple[str, int]] = field(default_factory=list)
    changed: list[tuple[str, int, dict[str, list[Any]]]] = field(default_factory=list)
    ended: list[tuple[str, list[Ended]]] = field(default_factory=list)
    followed: dict[str, Any] = field(default_factory=dict)

    def make(self, row: RowT) -> RowT:
        """Store a row that goes again when the event is taken back."""
        stored = store_new(row, MANAGE, by=self.by, at=self.at)
        self.made.append((_label(stored), stored.pk))
        return stored

    def say(self, row: RowT) -> RowT:
        """Store a statement about a row that stays."""
        stored = store_new(row, MANAGE, by=self.by, at=self.at)
        self.said.append((_label(stored), stored.pk))
        return stored

    def change(self, row: Model, values: Mapping[str, Any]) -> None:
        """Change columns of a row that stays."""
        before = {name: getattr(row, name) for name in values}
        store_changes(row, values, MANAGE, by=self.by, at=self.at)
        pairs = {name: [_plain(before[name]), _plain(values[name])] for name in values}
        self.changed.append((_label(row), row.pk, pairs))

    def end(self, rows: "QuerySet[Any]", on: date) -> None:
        """Let statements of two times hold no longer than to the day."""
        pairs = end_rows(rows, on, MANAGE, by=self.by, at=self.at)
        self.ended.append((rows.model._meta.label_lower, pairs))  # noqa: SLF001

    def as_json(self) -> str:
        """As the event keeps it."""
        kept = ("made", "said", "changed", "ended", "followed")
        return json.dumps({name: getattr(self, name) for name in kept}, ensure_ascii=False)


def take_back(text: str, on: date, *, by: Actor, at: datetime) -> None:
    """Undo what the text of an `Effects` says.

    ValidationError when something has been built on it since.
    """
    effects = json.loads(text)
    for label, pk, pairs in reversed(effects.get("changed", [])):
        _change_back(label, pk, pairs, by=by, at=at)
    for label, pk in reversed(effects.get("made", [])):
        _remove(label, pk, by=by, at=at)
    for label, pk in effects.get("said", []):
        row: Any = apps.get_model(label)._default_manager.get(pk=pk)  # noqa: SLF001
        if row.superseded_at is None:
            store_changes(row, {"superseded_at": at}, MANAGE, by=by, at=at)
    for label, ended in reversed(effects.get("ended", [])):
        restore_rows(apps.get_model(label), ended, on, MANAGE, by=by, at=at)


def _remove(label: str, pk: int, *, by: Actor, at: datetime) -> None:
    row = apps.get_model(label)._default_manager.filter(pk=pk).first()  # noqa: SLF001
    if row is None:
        return
    name = f"{row._meta.verbose_name} «{row}»"  # noqa: SLF001
    try:
        store_removal(row, MANAGE, by=by, at=at)
    except ProtectedError as used:
        kinds = sorted({str(one._meta.verbose_name) for one in used.protected_objects})  # noqa: SLF001
        raise ValidationError(
            _("Det kan ikke fortrydes: der er siden indberettet om %(row)s (%(kinds)s).")
            % {"row": name, "kinds": ", ".join(kinds)}
        ) from used


def _change_back(
    label: str, pk: int, pairs: Mapping[str, list[Any]], *, by: Actor, at: datetime
) -> None:
    row: Any = apps.get_model(label)._default_manager.get(pk=pk)  # noqa: SLF001
    if any(_plain(getattr(row, name)) != after for name, (_before, after) in pairs.items()):
        raise ValidationError(
            _("Det kan ikke fortrydes: %(kind)s «%(row)s» er ændret siden.")
            % {"kind": row._meta.verbose_name, "row": row}  # noqa: SLF001
        )
    values = {
        name: row._meta.get_field(name).to_python(before)  # noqa: SLF001
        for name, (before, _after) in pairs.items()
    }
    store_changes(row, values, MANAGE, by=by, at=at)


def _label(row: Model) -> str:
    return row._meta.label_lower  # noqa: SLF001


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
