"""A record of the audit trail told in Danish: what it was about, and field by field what changed.

Nothing is told that the reader may not see: what a model keeps to some stays hidden, and a row
of another table is named only to whoever may read it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import EngineError
from rammevaerk.portal.access.audit import LOADED
from rammevaerk.portal.access.models import AuditRecord, Organisation
from rammevaerk.portal.access.policy import Actor, access_of, visible
from rammevaerk.portal.access.queries import hidden_columns, model_of, names_on
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.fields import PartialDateField
from rammevaerk.portal.common.templatetags.danish import dato_tid, number

Columns = Mapping[str, Any]
Labels = dict[type[models.Model], dict[Any, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a list: what kind of row it is about, and what became of that row."""

    entry: AuditRecord
    kind: str
    happened: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the recorded row before and after, in words."""

    name: str
    before: str
    after: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A record in full; ``readable`` is False when its content is not what was once written."""

    line: Line
    organisation: str
    fields: list[Field]
    readable: bool

    @property
    def compares(self) -> bool:
        """Whether there is both a before and an after."""
        return bool(self.line.entry.before and self.line.entry.after)

    @property
    def changed(self) -> list[Field]:
        return [one for one in self.fields if one.changed]

    @property
    def unchanged(self) -> list[Field]:
        return [one for one in self.fields if not one.changed]


def line_of(entry: AuditRecord) -> Line:
    """The record as a line of a list; a kind that no longer exists keeps its own name."""
    happened = _("ændret")
    if not entry.before:
        happened = _("oprettet")
    elif not entry.after:
        happened = _("fjernet")
    model = model_of(entry)
    kind = capfirst(str(model._meta.verbose_name)) if model else entry.target_type  # noqa: SLF001
    return Line(entry, kind, happened)


def account_of(entry: AuditRecord, actor: Actor) -> Account:
    """What the record says to this reader. Asks once for each kind of row that it refers to."""
    before, after = _content(entry.before), _content(entry.after)
    day = day_of(entry.at)
    organisation = ""
    if entry.organisation_id:
        organisation = names_on([entry.organisation_id], on=day).get(entry.organisation_id, "")
    return Account(
        line=line_of(entry),
        organisation=organisation,
        fields=_fields(entry, before or {}, after or {}, actor, day),
        readable=before is not None and after is not None,
    )


def _content(text: str) -> Columns | None:
    """The columns of a snapshot; None for a text that is none, since somebody changed it."""
    try:
        content = json.loads(text or "{}")
    except ValueError:
        return None
    # A snapshot holds nothing but texts, whole numbers, truths and nothings.
    fine = isinstance(content, dict) and all(
        value is None or isinstance(value, str | int) for value in content.values()
    )
    return content if fine else None


def _fields(
    entry: AuditRecord, before: Columns, after: Columns, actor: Actor, day: date
) -> list[Field]:
    model = model_of(entry)
    columns = {one.attname: one for one in model._meta.concrete_fields} if model else {}  # noqa: SLF001
    key = model._meta.pk.attname if model else ""  # noqa: SLF001
    hidden = set(hidden_columns(entry, actor))
    # The order of the model, which is that of its forms; then what the model no longer has.
    present = [name for name in columns if name in before or name in after]
    present += [name for name in dict.fromkeys([*before, *after]) if name not in columns]
    # How much was stored with it stands in the record's reason; fingerprints tell nobody anything.
    told = [name for name in present if name not in hidden and name not in (key, LOADED)]
    labels = _labels([columns[name] for name in told if name in columns], before, after, actor, day)
    secret = _("(skjult)")
    fields = []
    for name in present:
        column = columns.get(name)
        if name in hidden:
            fields.append(Field(_name(name, column), secret, secret, changed=False))
        elif name in told:
            old, new = before.get(name), after.get(name)
            fields.append(
                Field(
                    _name(name, column),
                    _text(column, old, labels),
                    _text(column, new, labels),
                    changed=old != new,
                )
            )
    return fields


def _name(name: str, column: models.Field | None) -> str:
    """The field's own name in Danish; for a reference without one, what it refers to."""
    if column is None:
        return name
    own = str(column.verbose_name)
    if column.related_model and own == column.name.replace("_", " "):
        own = str(_related(column)._meta.verbose_name)  # noqa: SLF001
    return capfirst(own)


def _related(column: models.Field) -> type[models.Model]:
    related: Any = column.related_model
    return related


def _labels(
    columns: list[models.Field], before: Columns, after: Columns, actor: Actor, day: date
) -> Labels:
    """What every row that the columns refer to is called, by model and key."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for column in columns:
        if column.related_model:
            values = {before.get(column.attname), after.get(column.attname)}
            keys = {value for value in values if isinstance(value, int)}
            wanted.setdefault(_related(column), set()).update(keys)
    return {model: _labels_of(model, keys, actor, day) for model, keys in wanted.items() if keys}


def _labels_of(
    model: type[models.Model], keys: set[Any], actor: Actor, day: date
) -> dict[Any, str]:
    # What a row with something to hide is called may tell just that.
    if getattr(model, "audit_sensitive", None):
        return {}
    rows = visible(
        model._default_manager.filter(pk__in=keys),  # noqa: SLF001
        actor,
        access_of(model).read,
    )
    if model is Organisation:
        return names_on(list(rows.values_list("pk", flat=True)), on=day)
    # With the rows they are named by, so that a label asks no more.
    return {row.pk: str(getattr(row, "audit_label", row)) for row in rows.select_related()}


def _text(column: models.Field | None, value: Any, labels: Labels) -> str:
    """A stored value as an official writes it; one that cannot be read, as it stands."""
    if value is None or value == "":
        return _("(tomt)")
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if column is None:
        return str(value)
    if column.related_model:
        return labels.get(_related(column), {}).get(value, _("nr. %s") % value)
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    try:
        return _written(column, value)
    except (ValidationError, EngineError, ValueError, TypeError, OverflowError):
        return str(value)


def _written(column: models.Field, value: Any) -> str:
    if isinstance(column, models.DateTimeField):
        return dato_tid(column.to_python(value))
    if isinstance(column, models.DateField):
        return _day(column, column.to_python(value))
    if isinstance(column, PartialDateField):
        found = column.to_python(value)
        return found.text_da() if found else str(value)
    return number(value) if isinstance(value, int) else str(value)


def _day(column: models.Field, day: date) -> str:
    # Periods are kept half-open; people say their last day.
    if column.name.endswith("_to"):
        return _("til og med %s") % date_text_da(day - timedelta(days=1))
    return date_text_da(day)
