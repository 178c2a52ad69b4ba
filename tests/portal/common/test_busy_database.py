"""A database that others keep busy is told of; other problems are left to be problems."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.http import HttpResponse
from django.test import RequestFactory
from psycopg import errors

from rammevaerk.portal.common.busy import BusyDatabase

PAGE = BusyDatabase(lambda _request: HttpResponse())


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """A database that another is writing in."""
    place = tmp_path / "busy.sqlite3"
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("CREATE TABLE row (id INTEGER)")
        other.execute("BEGIN IMMEDIATE")
        yield place


def test_who_cannot_write_is_asked_to_try_again(written: Path) -> None:
    with (
        closing(sqlite3.connect(written, timeout=0)) as own,
        pytest.raises(OperationalError) as caught,
        DatabaseWrapper({}).wrap_database_errors,
    ):
        own.execute("INSERT INTO row VALUES (1)")
    answer = PAGE.process_exception(RequestFactory().post("/"), caught.value)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "send det igen" in answer.content.decode()


@pytest.mark.parametrize("kind", [errors.DeadlockDetected, errors.LockNotAvailable])
def test_so_is_who_was_chosen_to_give_way(kind: type[Exception]) -> None:
    problem = OperationalError("given way")
    problem.__cause__ = kind()
    answer = PAGE.process_exception(RequestFactory().post("/"), problem)
    assert answer is not None
    assert answer.status_code == 503


def test_other_problems_stay_problems() -> None:
    request = RequestFactory().post("/")
    for problem in (OperationalError("no such table: row"), ValueError("database is locked")):
        assert PAGE.process_exception(request, problem) is None
