"""How a row of this app is stored: checked, saved and recorded in one go."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import canonical, record, snapshot
from rammevaerk.portal.access.policy import Actor

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


def store_new(row: RowT, action: Action, *, by: Actor, at: datetime, reason: str = "") -> RowT:
    """Check, insert and record a new row; ValidationError says which field is wrong."""
    row.full_clean()
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
    row.full_clean()
    _write(lambda: row.save(update_fields=list(values)))
    record(by, action, row, at=at, before=before)
    return True


def _write(save: Callable[[], None]) -> None:
    # Between the check and the write somebody else may have stored the same.
    try:
        with transaction.atomic():
            save()
    except IntegrityError as clash:
        raise ValidationError(
            _("Nogen har gemt det samme eller noget, der strider mod det, imens. Prøv igen.")
        ) from clash
