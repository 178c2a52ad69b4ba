"""Issuing that is killed at any moment and begun again: the same invoices, none twice, no gap."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from subprocess_portal import Portal

PROGRAM = Path(__file__).parent / "invoice_program.py"
KILLS = 20
SEED = 20261122


class Books:
    """An installation with a run that waits to be invoiced, on the database of these tests."""

    def __init__(self, folder: Path, database: str = "sqlite") -> None:
        self.folder = folder
        self.portal = Portal(folder)
        self.portal.environment["RAMMEVAERK_DATABASE"] = database

    def do(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(PROGRAM), *arguments],
            env=self.portal.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.do("tell"))
        return found


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Books]]:
    """Makes installations that are alike, from one that is built once."""
    folder = tmp_path_factory.mktemp("books")
    made = Copies(folder)
    made.original.portal.run("migrate", "-v0")
    made.original.do("build")
    yield made.copy
    made.clear()


class Copies:
    """An installation and its copies, on the kind of database that these tests are run on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.names = folder, []
        self.server = os.environ["RAMMEVAERK_TEST_DATABASE"]
        self.original = self._made("template1")

    def copy(self) -> Books:
        if connection.vendor != "sqlite":
            return self._made(self.names[0])
        place = self.folder / uuid.uuid4().hex
        shutil.copytree(self.original.folder, place)
        return Books(place)

    def _made(self, template: str) -> Books:
        name = f"invoices_{uuid.uuid4().hex}"
        place = self.folder / name
        place.mkdir()
        if connection.vendor == "sqlite":
            return Books(place)
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.names.append(name)
        return Books(place, urlsplit(self.server)._replace(path=f"/{name}").geturl())

    def _execute(self, text: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as maintenance:
            maintenance.execute(text)

    def clear(self) -> None:
        for name in self.names:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_killed_at_twenty_moments_and_repeated_the_invoices_are_the_same(
    copies: Callable[[], Books],
) -> None:
    disturbed, undisturbed = copies(), copies()
    seconds = undisturbed.do("issue").strip()
    wanted = undisturbed.told()
    said = disturbed.do("kill", str(SEED), str(KILLS), seconds)
    found = disturbed.told()
    assert said.startswith(f"{KILLS} killed"), said
    for name, rows in wanted.items():
        assert found[name] == rows, name
    assert found["jobs"] == [["done", ""]]
    made = [label for label, _sha, _outcome in found["documents"]]
    assert len(made) == len(set(made))
    sound(found)


def sound(told: dict[str, Any]) -> None:
    """No line twice, no gap in the numbers, nothing without a trail."""
    billed = [line for _label, _position, line in told["lines"]]
    assert len(set(billed)) == len(billed) > 200
    numbers = [label for label, *_rest in told["invoices"] if label.startswith("29189846")]
    assert numbers == [f"29189846.2026-{n:06}" for n in range(1, len(numbers) + 1)]
    assert told["odd"] == []


def test_of_three_who_issue_at_once_each_invoice_is_made_by_one(
    copies: Callable[[], Books],
) -> None:
    one, other = copies(), copies()
    other.do("issue")
    said = one.do("race", "issue", "issue", "issue").splitlines()
    made = [int(line.split()[1]) for line in said]
    told, wanted = one.told(), other.told()
    assert sum(made) == sum(1 for *_facts, run in wanted["invoices"] if run == 900)
    assert told["invoices"] == wanted["invoices"]
    sound(told)


def test_of_three_who_begin_at_once_one_does_and_the_others_are_told(
    copies: Callable[[], Books],
) -> None:
    books = copies()
    books.do("idle")
    said = sorted(books.do("race", "begin", "begin", "begin").splitlines())
    assert said[-1] == "begin: working"
    assert all("allerede i gang" in line for line in said[:-1])


def test_of_three_who_credit_at_once_one_does_while_another_issues(
    copies: Callable[[], Books],
) -> None:
    books = copies()
    said = sorted(books.do("race", "credit", "issue", "credit", "credit").splitlines())
    assert said.count("credit: credit") == 1, said
    assert sum("allerede" in line for line in said) == 2
    assert "issued" in said[-1]
    sound(books.told())
