"""How a row of this app is stored: checked, saved and recorded in one go."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import canonical, record, snapshot
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Actor, authorise

RowT = TypeVar("RowT", bound=models.Model)


class RevisionConflict(Exception):
    """The row is another than the one the person had before him; carries it as it is now."""

    def __init__(self, row: models.Model) -> None:
        self.row = row
        super().__init__(str(row))


def fingerprint(row: models.Model) -> str:
    """What a form remembers of a row, to tell whether somebody has changed it since."""
    return hashlib.sha256(canonical(snapshot(row)).encode()).hexdigest()[:16]


def refuse_changed(row: models.Model, seen: str | None) -> None:
    """Raise RevisionConflict when the row is not the one that was seen; None skips the check."""
    if seen is not None and seen != fingerprint(row):
        raise RevisionConflict(row)


def lock_seen(row: RowT, action: Action, *, seen: str | None, by: Actor) -> RowT:
    """The row as it is stored now, locked, when the actor may change it and has seen it so.

    ``seen`` is the fingerprint of the row the person had before him: RevisionConflict when
    somebody has changed it since.
    """
    authorise(by, action, row)
    # Fetched again under the lock: another may have changed it since the view read it.
    stored = type(row)._default_manager.select_for_update().get(pk=row.pk)  # noqa: SLF001
    refuse_changed(stored, seen)
    return stored


def take_turn(organisation_id: int) -> None:
    """Let one at a time, in this transaction, register for the organisation.

    What looks for the same row before it makes one sees what another has made meanwhile. Rows that
    only point to the organisation do not wait.
    """
    rows = Organisation.objects.select_for_update(no_key=True)
    rows.filter(pk=organisation_id).values_list("pk").get()


def store_new(row: RowT, action: Action, *, by: Actor, at: datetime, reason: str = "") -> RowT:
    """Check, insert and record a new row; ValidationError says which field is wrong."""
    _check(row)
    _write(lambda: row.save(force_insert=True))
    record(by, action, row, at=at, reason=reason)
    return row


def store_changes(
    row: RowT, values: Mapping[str, Any], action: Action, *, by: Actor, at: datetime
) -> bool:
    """Bring the row to the values; says whether anything changed. No change leaves no trace."""
    before = snapshot(row)
    for name, value in values.items():
        setattr(row, name, value)
    if snapshot(row) == before:
        return False
    _check(row)
    _write(lambda: row.save(update_fields=list(values)))
    record(by, action, row, at=at, before=before)
    return True


def store_removal(row: models.Model, action: Action, *, by: Actor, at: datetime) -> None:
    """Record what the row said and that it is gone, and delete it."""
    record(by, action, row, at=at, before=snapshot(row), removed=True)
    row.delete()


class Keeper:
    """Brings rows in line with the entries of a register, and records each that changed."""

    def __init__(self, action: Action, *, by: Actor, at: datetime) -> None:
        self.count = 0
        self._action, self._by, self._at = action, by, at

    def keep(self, model: type[RowT], key: Mapping[str, Any], values: Mapping[str, Any]) -> RowT:
        """The row with this key, made or changed to bear these values."""
        row = model._default_manager.filter(**key).first()  # noqa: SLF001
        before = snapshot(row) if row else None
        row = row or model(**key)
        for field, value in values.items():
            setattr(row, field, value)
        if before is not None and snapshot(row) == before:
            return row
        row.full_clean()
        row.save()
        record(self._by, self._action, row, at=self._at, before=before)
        self.count += 1
        return row


def _check(row: models.Model) -> None:
    """As full_clean, but a number that is taken is said at the number's own field."""
    try:
        row.full_clean()
    except ValidationError as problem:
        errors = problem.error_dict
        for one in errors.pop(NON_FIELD_ERRORS, []):
            name, refusal = _at_field(row, one)
            errors.setdefault(name, []).append(refusal)
        raise ValidationError(errors) from problem


def _at_field(row: models.Model, problem: ValidationError) -> tuple[str, ValidationError]:
    # The last column of a constraint is the one a person chose; those before it say within what.
    columns = (problem.params or {}).get("unique_check", [""])
    name = columns[-1] if problem.code == "unique_together" else ""
    if not name or row._meta.get_field(name).is_relation:  # noqa: SLF001
        return NON_FIELD_ERRORS, problem
    text = _("«%s» bruges allerede. Vælg et andet.") % getattr(row, name)
    return name, ValidationError(text, code="unique")


def _write(save: Callable[[], None]) -> None:
    # Between the check and the write somebody else may have stored the same.
    try:
        with transaction.atomic():
            save()
    except IntegrityError as clash:
        raise ValidationError(
            _("Nogen har gemt det samme eller noget, der strider mod det, imens. Prøv igen.")
        ) from clash
