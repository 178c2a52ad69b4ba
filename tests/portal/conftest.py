"""The world of two cooperations, made once for each process and put back for each test."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker
from subprocess_portal import Installations
from world import World, build_world

# What is written in files, read out of them, or worked out from what was read: the database only
# keeps it.
ABOUT_FILES = {
    *("test_papers", "test_papers_closed", "test_sending_agendas", "test_reading_in"),
    *("test_reading_confirmed", "test_plan_files_in", "test_studio_numbers"),
    *("test_control_of_charges", "test_irregularity_signs", "test_run_histories"),
    *("test_takstfil_in", "test_takstfil_out", "test_takstfil_columns_chosen"),
    *("test_report_files", "test_studio_making", "test_counting"),
}
# Apps with no periods that may not overlap but one, and no SQL of their own.
PLAIN_APPS = {"agreement", "meetings", "publishing"}
# Of those apps, what is asked of both: writers at once, odd signs, the findings of a command.
OF_BOTH = {"test_writers_at_once", "test_hostile_strings", "test_findings_command", "test_bodies"}
LONGEST = {
    *("test_every_url", "test_in_use", "test_takstfil_large", "test_hostile_strings"),
    *("test_writers_at_once", "test_invoices_killed", "test_agreeing_at_once"),
}
Inserts = list[tuple[str, list[tuple[Any, ...]]]]
_built: list[tuple[bytes, Inserts]] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # No test has both marks: it would be asked of none.
        if _of_sqlite(item):
            item.add_marker(pytest.mark.sqlite)
        elif _of_postgresql(item):
            item.add_marker(pytest.mark.postgresql)
    # The longest modules first, so that no worker waits for another at the end; the rest as they
    # came.
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def _of_sqlite(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    asks = fixtures & {"db", "installations"} or item.get_closest_marker("django_db")
    return (
        not asks or item.path.stem in ABOUT_FILES or item.get_closest_marker("sqlite") is not None
    )


def _of_postgresql(item: pytest.Item) -> bool:
    # On SQLite every page is asked for anyway: by the walk over every address, and in the browser.
    stem = item.path.stem
    plain = item.path.parent.name in PLAIN_APPS and stem not in OF_BOTH
    return plain or stem.endswith(("_page", "_pages"))


@pytest.fixture(autouse=True)
def own_head_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test commits must not stand in the head file that another one verifies."""
    monkeypatch.setattr(settings, "AUDIT_HEAD_FILE", tmp_path / "audit-head.log")


@pytest.fixture(scope="module", autouse=True)
def planned_as_empty(request: pytest.FixtureRequest) -> None:
    """What other modules' tests gave up still takes room; PostgreSQL would plan for those rows."""
    if connection.vendor == "postgresql":
        request.getfixturevalue("django_db_setup")
        blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM")


@pytest.fixture(scope="session")
def installations(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installations]:
    """Portals of their own, for what is tried with several processes and real commits."""
    # pytest-django makes no database where no test that was chosen asks for one.
    waiting = not str(connection.settings_dict["NAME"]).startswith(("test_", "file:memory"))
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False) if waiting else []
    made = Installations(tmp_path_factory.mktemp("installations"))
    yield made
    made.clear()
    with django_db_blocker.unblock():
        teardown_databases(databases, verbosity=0)


@pytest.fixture
def world(db: None) -> World:
    """A world of the test's own: the same rows with the same ids, every time."""
    if not _built:
        built: World = build_world()
        _built.append((pickle.dumps(built), _inserts()))
    else:
        built = pickle.loads(_built[0][0])
        _put_back(_built[0][1])
    # PostgreSQL alters no table that still has foreign keys to check.
    connection.check_constraints()
    return built


def _inserts() -> Inserts:
    """What puts every row of ours back, as the database has it now."""
    names = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if "rammevaerk" in model.__module__
    ]
    found: Inserts = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            if rows := cursor.fetchall():
                marks = ", ".join(["%s"] * len(rows[0]))
                found.append((f'INSERT INTO "{name}" VALUES ({marks})', rows))
    if connection.vendor == "postgresql":
        # A journey to the server and back for each table takes longer than its rows do.
        compose = connection.ops.compose_sql
        return [(";".join(compose(insert, row) for insert, rows in found for row in rows), [])]
    return found


def _put_back(inserts: Inserts) -> None:
    with connection.cursor() as cursor:
        for insert, rows in inserts:
            if rows:
                cursor.executemany(insert, rows)
            else:
                cursor.execute(insert)
