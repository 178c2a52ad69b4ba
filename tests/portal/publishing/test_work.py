"""The worker: does what is queued, and what a killed one left."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

# The worker closes its connections, and with it a test's open transaction; the tables that are
# never emptied cannot be emptied after a test without one. SQLite in memory survives it.
pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the worker closes the connection of the test"
)
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
done: list[str] = []


@task
def remember(word: str) -> None:
    """Something to do."""
    done.append(word)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


@pytest.mark.django_db
@override_settings(TASKS=QUEUE)
def test_the_worker_does_what_is_queued_and_stops_when_asked_to() -> None:
    remember.enqueue("skov")
    assert done == []
    call_command("work", "--batch")
    assert done == ["skov"]


@pytest.mark.django_db
@override_settings(TASKS=QUEUE)
def test_what_a_killed_worker_left_is_done_again() -> None:
    remember.enqueue("mark")
    DBTaskResult.objects.get().claim("den, der blev dræbt")
    call_command("work", "--batch", "--among-others")
    assert done == []
    call_command("work", "--batch")
    assert done == ["mark"]
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
