"""The world of two cooperations, made once for each process and put back for each test."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from world import World, build_world

Tables = dict[str, list[tuple[Any, ...]]]
_built: list[tuple[World, Tables]] = []


@pytest.fixture(autouse=True)
def own_head_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test commits must not stand in the head file that another one verifies."""
    monkeypatch.setattr(settings, "AUDIT_HEAD_FILE", tmp_path / "audit-head.log")


@pytest.fixture
def world(db: None) -> World:
    """A world of the test's own: the same rows with the same ids, every time."""
    if not _built:
        built = build_world()
        _built.append((deepcopy(built), _rows()))
    else:
        built = deepcopy(_built[0][0])
        _put_back(_built[0][1])
    # PostgreSQL alters no table that still has foreign keys to check.
    connection.check_constraints()
    return built


def _rows() -> Tables:
    """Every row of ours, as the database has it."""
    names = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if "rammevaerk" in model.__module__
    ]
    with connection.cursor() as cursor:
        tables: Tables = {}
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            tables[name] = cursor.fetchall()
    return tables


def _put_back(tables: Tables) -> None:
    with connection.cursor() as cursor:
        for name, rows in tables.items():
            if rows:
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
