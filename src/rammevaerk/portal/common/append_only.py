"""Rows that are never changed: the database itself refuses UPDATE and DELETE.

A model says so with the class attribute ``append_only = True``. The triggers are put back after
every migrate, since SQLite loses them when a migration rebuilds the table.
"""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "rows of this table are never changed or deleted"


def install_triggers(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Put the triggers of one app's append-only tables in place; does nothing twice."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    for model in sender.get_models():
        table = model._meta.db_table  # noqa: SLF001
        if getattr(model, "append_only", False) and table in present:
            with connection.cursor() as cursor:
                for statement in _statements(connection, table):
                    cursor.execute(statement)


def _statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    if connection.vendor == "postgresql":
        return _postgresql(table)
    return _sqlite(table)


def _sqlite(table: str) -> list[str]:
    return [
        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table}: {REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION rammevaerk_refuse_change() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '%: {REFUSAL}', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
        f'CREATE OR REPLACE TRIGGER "{table}_no_change" BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION rammevaerk_refuse_change()",
        f'CREATE OR REPLACE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION rammevaerk_refuse_change()",
    ]
