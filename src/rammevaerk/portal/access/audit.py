"""The audit trail: what was done, by whom, before and after, each record sealed to the last.

The seal of a record is the SHA-256 of the previous seal and the record's own content. A chain
cannot show that its tail is missing, so its head is also written to the row ``AuditHead`` and,
once the change is committed, to a file outside the database (``AUDIT_HEAD_FILE``).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import models, transaction

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.models import AuditHead, AuditRecord
from rammevaerk.portal.access.policy import Actor, cooperation_of

GENESIS = "0" * 64
# The part of a record's "after" that holds the fingerprints of rows stored together.
LOADED = "loaded"
_PRINT_LENGTH = 16
Snapshot = Mapping[str, Any]


def snapshot(row: models.Model) -> dict[str, Any]:
    """The stored columns of a row as JSON values, without what a model excludes."""
    found: dict[str, Any] = {}
    for name, field in _audited(row.__class__):
        value = getattr(row, name)
        # Most values are what they are: rows are stored by the ten thousand.
        if value is None or type(value) in _AS_IT_IS:
            found[name] = value
        else:
            odd = hasattr(value, "sort_code")
            found[name] = _plain(field.value_to_string(row) if odd else value)
    return found


_AS_IT_IS = frozenset({int, bool, str})


@cache
def _audited(model: type[models.Model]) -> "tuple[tuple[str, models.Field[Any, Any]], ...]":
    """The names and fields of a model's columns, without those it excludes."""
    hidden: set[str] = getattr(model, "audit_exclude", set())
    fields = model._meta.concrete_fields  # noqa: SLF001
    return tuple((one.attname, one) for one in fields if one.attname not in hidden)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, dict | list):
        # A database may order a JSON column's names otherwise than they were written.
        return canonical(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


# Made once: a coder that differs from the usual one is else made anew for each row.
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(content: Any) -> str:
    """The one JSON text of a content: sorted keys, no spaces, Danish letters as they are."""
    return _CANONICAL.encode(content)


def seal(record: AuditRecord) -> str:
    """The seal that the record's content and its predecessor's seal give."""
    content = {
        field.attname: _plain(getattr(record, field.attname))
        for field in AuditRecord._meta.concrete_fields  # noqa: SLF001
        if field.attname != "hash"
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def record(
    by: Actor,
    action: Action,
    target: models.Model,
    *,
    at: datetime,
    before: Snapshot | None = None,
    removed: bool = False,
    reason: str = "",
    loaded: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Seal one thing that was done. Call it inside the transaction that did it.

    ``loaded`` are rows stored together, as ``prints_of`` has them: the record answers for them.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit record belongs to the transaction of what it records")
    head = _locked_head()
    entry = AuditRecord(
        sequence=head.sequence + 1,
        at=at,
        person_id=by.person_id,
        actor_label=by.label[:200],
        organisation_id=by.organisation_id,
        cooperation_id=cooperation_of(target),
        role=by.role or "",
        action=action,
        target_type=target._meta.label_lower,  # noqa: SLF001
        target_id=str(target.pk),
        target_label=str(getattr(target, "audit_label", target))[:300],
        before=canonical(before) if before is not None else "",
        after="" if removed else canonical(_with_loaded(snapshot(target), loaded)),
        reason=reason,
        previous_hash=head.hash,
    )
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save()
    _write_head_when_committed()
    return entry


def _with_loaded(after: dict[str, Any], loaded: Mapping[str, Any] | None) -> dict[str, Any]:
    return after | ({LOADED: canonical(loaded)} if loaded else {})


def prints_of(rows: Iterable[models.Model]) -> dict[str, Any]:
    """Stored rows of one model: which columns, and each row's fingerprint over them by its id."""
    found: dict[str, str] = {}
    columns: list[str] = []
    for row in rows:
        content = snapshot(row)
        columns = columns or list(content)
        found[str(row.pk)] = row_print(content)
    return {"columns": columns, "rows": found}


def row_print(content: Mapping[str, Any]) -> str:
    """The fingerprint of a row's columns."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:_PRINT_LENGTH]


def _locked_head() -> AuditHead:
    # SQLite's IMMEDIATE transaction already lets one writer in at a time.
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    return head or AuditHead(id=1, sequence=0, hash=GENESIS)


def _write_head_when_committed() -> None:
    """Once for a transaction, however many records it holds."""
    waiting = transaction.get_connection().run_on_commit
    # One that waits in a savepoint that is given up is forgotten with it.
    if not any(work is write_head for _savepoints, work, _robust in waiting):
        transaction.on_commit(write_head)


def write_head() -> None:
    """Write the committed head to the file outside the database, unless it stands there.

    Lines are ``sequence seal``. A transaction with many records writes one line.
    """
    head = AuditHead.objects.get(pk=1)
    path = Path(settings.AUDIT_HEAD_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if last_written(file) < head.sequence:
            file.write(f"{head.sequence} {head.hash}\n".encode())
            file.flush()
            os.fsync(file.fileno())


def last_written(file: BinaryIO) -> int:
    """The sequence of the last whole line; 0 for a file without one."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 400))
    lines = [line.split() for line in file.read().splitlines(keepends=True) if line[-1:] == b"\n"]
    return int(lines[-1][0]) if lines and lines[-1] and lines[-1][0].isdigit() else 0
