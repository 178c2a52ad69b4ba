"""Periods that may not overlap: the database itself refuses, whoever writes.

A model with ``valid_from`` and ``valid_to`` says so with the class attribute
``no_overlap = ("seat_id", "kind")``: of the rows that agree on those columns, one holds at a time.
With ``no_overlap_while = "superseded_at"`` only rows where that column is empty count: what was
believed before may stand beside what is believed now. ``no_overlap_also`` is further such tuples.
"""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections

REFUSAL = "two periods of this table overlap"
# A power of two: the bits of a key's hash that name its lock.
_LOCKS = 512


def install_triggers(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Put the triggers of one app's tables in place; does nothing twice."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    for model in sender.get_models():
        table = model._meta.db_table  # noqa: SLF001 - Django's documented name for the options
        if table not in present:
            continue
        make = _postgresql if connection.vendor == "postgresql" else _sqlite
        current = getattr(model, "no_overlap_while", "")
        with connection.cursor() as cursor:
            for at, columns in enumerate(keys_of(model)):
                name = f"{table}_no_overlap{at or ''}"
                for statement in make(table, name, columns, current):
                    cursor.execute(statement)


def keys_of(model: type[Any]) -> list[tuple[str, ...]]:
    """The columns within which the model's periods may not overlap, key by key."""
    first: tuple[str, ...] = getattr(model, "no_overlap", ())
    return [columns for columns in (first, *getattr(model, "no_overlap_also", ())) if columns]


def _clash(table: str, columns: tuple[str, ...], current: str) -> str:
    same = " AND ".join(f'o."{column}" = NEW."{column}"' for column in columns)
    if current:
        same += f' AND o."{current}" IS NULL AND NEW."{current}" IS NULL'
    return (
        f'SELECT 1 FROM "{table}" o WHERE o.id <> NEW.id AND {same} '  # noqa: S608 - our own names
        "AND (NEW.valid_to IS NULL OR o.valid_from < NEW.valid_to) "
        "AND (o.valid_to IS NULL OR o.valid_to > NEW.valid_from)"
    )


def _sqlite(table: str, name: str, columns: tuple[str, ...], current: str) -> list[str]:
    return [
        f'CREATE TRIGGER IF NOT EXISTS "{name}_{verb.lower()}" AFTER {verb} ON '
        f'"{table}" WHEN EXISTS ({_clash(table, columns, current)}) '
        f"BEGIN SELECT RAISE(ABORT, '{table}: {REFUSAL}'); END"
        for verb in ("INSERT", "UPDATE")
    ]


def _postgresql(table: str, name: str, columns: tuple[str, ...], current: str) -> list[str]:
    key = " || ':' || ".join(f'NEW."{column}"' for column in columns)
    return [
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $$ BEGIN '
        # Two who write the same key wait; the second then sees the first's row. Locks stand
        # in shared memory until the end: many keys stored at once share a few hundred.
        f"PERFORM pg_advisory_xact_lock(hashtext('{name}'), "
        f"hashtext(':' || {key}) & {_LOCKS - 1}); "
        f"IF EXISTS ({_clash(table, columns, current)}) THEN "
        f"RAISE EXCEPTION '{table}: {REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NULL; END $$ LANGUAGE plpgsql",
        f'CREATE OR REPLACE TRIGGER "{name}" AFTER INSERT OR UPDATE ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    ]
