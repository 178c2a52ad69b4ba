"""Checking the audit trail: its chain, its end, and the rows it speaks of."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models
from django.utils.translation import gettext as _

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.portal.access.audit import (
    GENESIS,
    LOADED,
    canonical,
    row_print,
    seal,
    snapshot,
)
from rammevaerk.portal.access.models import AuditHead, AuditRecord

_BATCH = 500


def verify() -> list[Finding]:
    """Every sign that something was changed, removed or cut off by hand; empty when all is well."""
    last_states: dict[tuple[str, str], tuple[int, str]] = {}
    seals: dict[int, str] = {}
    found = list(_chain(last_states, seals))
    found += _head(seals)
    found += _written_heads(seals)
    found += _rows(last_states)
    return found


def _broken(code: str, place: str, message: str, *, found: str = "", expected: str = "") -> Finding:
    return Finding(f"audit.{code}", Severity.ERROR, place, message, found, expected)


def _chain(
    last_states: dict[tuple[str, str], tuple[int, str]], seals: dict[int, str]
) -> Iterator[Finding]:
    """Walk the records in order; fill in what each row was last said to be."""
    expected, previous = 1, GENESIS
    for sequence, entry in _records():
        place = _("spor nr. %s") % sequence
        if sequence != expected:
            missing = f"{expected}" if sequence == expected + 1 else f"{expected}–{sequence - 1}"
            yield _broken("removed", place, _("Spor nr. %s mangler.") % missing)
        if entry is None:
            yield _broken("unreadable", place, _("Sporet kan ikke læses; rækken er ændret."))
            expected = sequence + 1
            continue
        computed = seal(entry)
        if entry.hash != computed:
            yield _broken(
                "changed",
                place,
                _("Sporets indhold svarer ikke til dets segl; rækken er ændret."),
                found=entry.hash,
                expected=computed,
            )
        elif sequence == expected and entry.previous_hash != previous:
            yield _broken("relinked", place, _("Sporet hænger ikke sammen med det forrige."))
        seals[sequence] = entry.hash
        last_states[entry.target_type, entry.target_id] = (sequence, entry.after)
        last_states |= _loaded(sequence, entry.after)
        expected, previous = sequence + 1, entry.hash


def _loaded(sequence: int, after: str) -> dict[tuple[str, str], tuple[int, str]]:
    """What a record says of rows that were stored together: their fingerprints, as states."""
    if f'"{LOADED}":' not in after:
        return {}
    try:
        tables = json.loads(json.loads(after)[LOADED])
        return {
            (kind, key): (sequence, canonical({LOADED: said, "columns": told["columns"]}))
            for kind, told in tables.items()
            for key, said in told["rows"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        # The seal has already told that the record was changed.
        return {}


def _records() -> Iterator[tuple[int, AuditRecord | None]]:
    """Every record in order, many at a time; None for one that cannot be read."""
    rows = AuditRecord.objects.order_by("sequence")
    sequences = list(rows.values_list("sequence", flat=True))
    for at in range(0, len(sequences), _BATCH):
        batch = sequences[at : at + _BATCH]
        try:
            found = {row.sequence: row for row in rows.filter(sequence__in=batch)}
        except (ValueError, TypeError, OverflowError, DatabaseError):
            found = {}
        for sequence in batch:
            # What a batch does not give is tried by itself.
            yield sequence, found.get(sequence) or _read(sequence)


def _read(sequence: int) -> AuditRecord | None:
    try:
        return AuditRecord.objects.get(sequence=sequence)
    except (ValueError, TypeError, OverflowError, DatabaseError):
        return None


def _head(seals: dict[int, str]) -> Iterator[Finding]:
    head = AuditHead.objects.filter(pk=1).first()
    last = max(seals, default=0)
    place = _("sporets ende")
    if head is None:
        if seals:
            yield _broken("no-head", place, _("Rækken, der viser sporets ende, mangler."))
    elif head.sequence > last:
        yield _broken(
            "truncated",
            place,
            _("Sporet er kortet af: spor nr. %(first)s–%(end)s mangler.")
            % {"first": last + 1, "end": head.sequence},
        )
    elif head.sequence < last or head.hash != seals[last]:
        yield _broken("head", place, _("Sporets ende passer ikke til spor nr. %s.") % last)


def _written_heads(seals: dict[int, str]) -> Iterator[Finding]:
    """Compare with the file outside the database: it must never know more than the database."""
    path = Path(settings.AUDIT_HEAD_FILE)
    if not path.exists():
        if seals:
            yield _broken(
                "no-head-file", path.name, _("Filen med sporets ende mangler; er den flyttet?")
            )
        return
    for number, line in enumerate(path.read_text("ascii", errors="replace").splitlines(), 1):
        place = _("%(file)s, linje %(line)s") % {"file": path.name, "line": number}
        parts = line.split()
        if len(parts) != 2 or not parts[0].isdigit():
            yield _broken("head-file", place, _("Linjen kan ikke læses."), found=line[:80])
        elif int(parts[0]) not in seals:
            yield _broken("truncated", place, _("Spor nr. %s er fjernet fra databasen.") % parts[0])
        elif seals[int(parts[0])] != parts[1]:
            yield _broken("head-file", place, _("Spor nr. %s har fået et andet segl.") % parts[0])


def _rows(last_states: dict[tuple[str, str], tuple[int, str]]) -> Iterator[Finding]:
    """Compare the rows themselves with what the trail last said of them."""
    by_type: dict[str, dict[str, tuple[int, str]]] = {}
    for (kind, key), state in last_states.items():
        by_type.setdefault(kind, {})[key] = state
    # Every table of ours, so that a row in one the trail never mentions is found as well.
    for model in apps.get_models():
        if hasattr(model, "access") and model not in (AuditRecord, AuditHead):
            yield from _rows_of(model, by_type.get(model._meta.label_lower, {}))  # noqa: SLF001


def _rows_of(model: type[models.Model], states: dict[str, tuple[int, str]]) -> Iterator[Finding]:
    label = str(model._meta.verbose_name)  # noqa: SLF001
    manager = model._default_manager  # noqa: SLF001
    present = {str(key) for key in manager.values_list("pk", flat=True)}
    readable = _all_at_once(model)
    for key in sorted(present | set(states)):
        place = _("%(label)s nr. %(key)s") % {"label": label, "key": key}
        sequence, after = states.get(key, (0, ""))
        if not sequence:
            yield _broken("unrecorded", place, _("Rækken findes, men intet spor nævner den."))
        elif bool(after) != (key in present):
            text = _("Rækken er fjernet uden spor.") if after else _("Rækken er kommet igen.")
            yield _broken("row-removed", place, text)
        elif after and (odd := _difference(model, key, after, readable.get(key))):
            yield _broken(
                "row-changed",
                place,
                _("Rækken svarer ikke til spor nr. %(sequence)s: %(fields)s.")
                % {"sequence": sequence, "fields": odd},
            )


def _all_at_once(model: type[models.Model]) -> dict[str, models.Model]:
    """The rows by key; none when one of them cannot be read, so that each is tried by itself."""
    try:
        return {str(row.pk): row for row in model._default_manager.iterator()}  # noqa: SLF001
    except (ValueError, TypeError, ValidationError, DatabaseError):
        return {}


def _difference(model: type[models.Model], key: str, after: str, row: models.Model | None) -> str:
    """The names of the columns that differ from the trail's last word; empty when none does."""
    try:
        now = snapshot(row or model._default_manager.get(pk=key))  # noqa: SLF001
        said: dict[str, Any] = json.loads(after)
    except (ValueError, TypeError, ValidationError, DatabaseError):
        return _("rækken kan ikke læses")
    if LOADED in said and "columns" in said:
        return _printed_difference(said, now)
    # Columns that a later version added or dropped are not the trail's to judge.
    return ", ".join(
        name for name in said if name in now and canonical(now[name]) != canonical(said[name])
    )


def _printed_difference(said: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Of a row stored together with others only the fingerprint is known: that, but not what."""
    columns = said["columns"]
    if any(name not in now for name in columns):
        return ""
    same = row_print({name: now[name] for name in columns}) == said[LOADED]
    return "" if same else _("fingeraftrykket fra indlæsningen")


def unsound_file() -> str:
    """What SQLite itself says of a damaged file; empty when sound or on another database."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(3)")
        rows = [row[0] for row in cursor.fetchall()]
    return "" if rows == ["ok"] else "; ".join(rows)
