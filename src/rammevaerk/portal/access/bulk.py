"""How many rows are stored at once: each checked, all or none, with one line in the trail."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.policy import Actor

_BATCH = 500
_HASHED = (str, int, date)


def store_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model with their columns checked.

    That what they point to exists, that no two clash and that periods are not empty is the
    database's to say: ValidationError for a column names the row, IntegrityError is turned into
    one too. Call it inside a transaction that is given up as a whole.
    """
    if not rows:
        return
    model = type(rows[0])
    _clean(model, rows)
    try:
        with transaction.atomic():
            model._default_manager.bulk_create(rows, batch_size=_BATCH)  # noqa: SLF001
    except IntegrityError as clash:
        raise ValidationError(
            _("%(what)s: en række strider mod en anden eller en regel (%(said)s). Intet er gemt.")
            % {"what": model._meta.verbose_name, "said": clash}  # noqa: SLF001
        ) from clash


def _clean(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """`clean_fields` of every row, but each value of a column looked at once.

    What a column makes of a value does not depend on the row it stands in.
    """
    fields = [one for one in model._meta.concrete_fields if not one.is_relation]  # noqa: SLF001
    known: dict[str, dict[Any, Any]] = {one.attname: {} for one in fields}
    for at, row in enumerate(rows, start=1):
        wrong = {}
        for field in fields:
            name, raw = field.attname, getattr(row, field.attname)
            if field.blank and raw in field.empty_values:
                continue
            seen = known[name]
            # What is equal need not be the same: 1 and True.
            key = (type(raw), raw) if isinstance(raw, _HASHED) else None
            if key is not None and key in seen:
                setattr(row, name, seen[key])
                continue
            try:
                cleaned = field.clean(raw, row)
            except ValidationError as problem:
                wrong[field.name] = problem.error_list
                continue
            setattr(row, name, cleaned)
            if key is not None:
                seen[key] = cleaned
        if wrong:
            raise ValidationError(_told(model, at, ValidationError(wrong)))


def _told(model: type[models.Model], at: int, problem: ValidationError) -> str:
    said = " ".join(f"{name}: {' '.join(texts)}" for name, texts in problem.message_dict.items())
    what = model._meta.verbose_name  # noqa: SLF001
    return _("%(what)s, række %(at)s: %(said)s Intet er gemt.") % {
        "what": str(what).capitalize(),
        "at": at,
        "said": said,
    }


def fingerprint_of(entries: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of entries as plain values: the same entries always give the same."""
    digest = hashlib.sha256()
    for entry in entries:
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, default=str)
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()


def record_load(
    cooperation: models.Model,
    action: Action,
    entries: Iterable[Mapping[str, Any]],
    loaded: Mapping[Any, Sequence[models.Model]],
    *,
    by: Actor,
    at: datetime,
) -> dict[str, int]:
    """One line in the trail of what was loaded into a cooperation; returns how many of what.

    The line holds the fingerprint of every row, so that a row changed by hand is found.
    """
    counts = {str(_meta(model).verbose_name_plural): len(rows) for model, rows in loaded.items()}
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    reason = _("Indlæst samlet: %(told)s. Fingeraftryk (SHA-256): %(print)s") % {
        "told": told,
        "print": fingerprint_of(entries),
    }
    record(
        by,
        action,
        cooperation,
        at=at,
        before=snapshot(cooperation),
        reason=reason,
        loaded={_meta(model).label_lower: prints_of(rows) for model, rows in loaded.items()},
    )
    return counts


def _meta(model: type[models.Model]) -> Any:
    return model._meta  # noqa: SLF001
