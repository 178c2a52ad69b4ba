"""Two people answer the same lines at the same moment: one wins, and the other is told why."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from subprocess_portal import Portal

PROGRAM = Path(__file__).parent / "agree_race.py"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What came of every race, on the kind of database that these tests are run on."""
    portal = Portal(tmp_path_factory.mktemp("race"))
    server = os.environ["RAMMEVAERK_TEST_DATABASE"]
    name = f"agreeing_{uuid.uuid4().hex}"
    if connection.vendor == "sqlite":
        portal.environment["RAMMEVAERK_DATABASE"] = "sqlite"
    else:
        _execute(server, f'CREATE DATABASE "{name}"')
        own = urlsplit(server)._replace(path=f"/{name}").geturl()
        portal.environment["RAMMEVAERK_DATABASE"] = own
    portal.run("migrate", "-v0")
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        env=portal.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    yield json.loads(done.stdout)
    if connection.vendor != "sqlite":
        _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(server: str, text: str) -> None:
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(text)


def test_of_two_who_agree_to_all_lines_one_does_it(told: dict[str, Any]) -> None:
    for race in told["both_agree_to_all"]:
        assert race == {
            "came": ["done 30", "refused ValidationError"],
            "states": ["agreed"],
            "answers": 30,
        }


def test_a_line_is_agreed_or_disputed_and_the_other_is_told(told: dict[str, Any]) -> None:
    for race in told["one_agrees_and_one_objects"]:
        assert race["answers"] == 1
        if race["states"] == ["agreed"]:
            assert race["came"] == ["done 1", "refused RevisionConflict"]
        else:
            assert race["states"] == ["disputed"]
            assert race["came"] == ["refused ValidationError", "done disputed"]


def test_the_run_is_agreed_when_the_last_two_statements_are_answered_at_once(
    told: dict[str, Any],
) -> None:
    for race in told["the_last_of_two_statements"]:
        assert race == {"came": ["done 2", "done 2"], "run": "agreed", "statements": 2}


def test_a_line_is_disputed_or_invoiced_never_both(told: dict[str, Any]) -> None:
    for race in told["one_objects_while_the_other_invoices"]:
        if race["states"] == ["invoiced"]:
            assert (race["came"], race["invoices"]) == (["refused ValidationError", "done 1"], 1)
        else:
            assert race["states"] == ["disputed"]
            assert (race["came"], race["invoices"]) == (["done disputed", "done 0"], 0)


def test_two_words_about_one_citizen_never_both_hold(told: dict[str, Any]) -> None:
    for race in told["two_register_the_same_citizen"]:
        assert race["held"] == 1
        assert not any(one.startswith("broke") for one in race["came"])
        assert any(one.startswith("done") for one in race["came"])


def test_the_trail_knows_every_row(told: dict[str, Any]) -> None:
    assert told["odd"] == []
