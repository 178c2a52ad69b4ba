"""Writers at once, each a process of its own with real commits: one wins, and the chain holds."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

HERE = Path(__file__).parent
WRITERS = 8


class Installation:
    """A database and a data folder of their own, on the kind of database the run is on."""

    def __init__(self, folder: Path, database: str) -> None:
        self.environment = {
            **{key: value for key, value in os.environ.items() if "RAMMEVAERK" not in key},
            "DJANGO_SETTINGS_MODULE": "rammevaerk.portal.settings",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), *filter(None, sys.path)]),
            "RAMMEVAERK_DATA_DIR": str(folder),
            "RAMMEVAERK_DATABASE": database,
            "RAMMEVAERK_MANIFEST_STATIC": "false",
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(HERE / "concurrent_writer.py"), *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def output(self, *arguments: str) -> list[str]:
        return finished(self.start(*arguments))

    def command(self, *arguments: str) -> str:
        """Run ``rammevaerk`` and return what it says."""
        return subprocess.run(
            [sys.executable, "-m", "rammevaerk", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout


def finished(process: "subprocess.Popen[str]") -> list[str]:
    """Let the program run to its end and return the lines it says from there."""
    output, errors = process.communicate("go\n", timeout=120)
    assert process.returncode == 0, errors
    return output.splitlines()


def make_ready(process: "subprocess.Popen[str]") -> None:
    """Wait until the program waits for its line."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]


def at_once(installation: Installation, *commands: tuple[str, str]) -> list[str]:
    """Start the programs, and let them all go when each is ready; returns what came of it."""
    with ExitStack() as stack:
        processes = [stack.enter_context(installation.start(*command)) for command in commands]
        for process in processes:
            make_ready(process)
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        return [line for process in processes for line in finished(process)]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation with its tables."""
    if connection.vendor == "sqlite":
        installation = Installation(tmp_path, "sqlite")
        installation.command("migrate", "-v0")
        yield installation
        return
    server = os.environ["RAMMEVAERK_TEST_DATABASE"]
    name = f"writers_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(f'CREATE DATABASE "{name}"')
        installation = Installation(tmp_path, urlsplit(server)._replace(path=f"/{name}").geturl())
        installation.command("migrate", "-v0")
        yield installation
        maintenance.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def installation(fresh: Installation) -> Installation:
    """An installation with the world in it."""
    assert fresh.output("build") == ["built"]
    return fresh


def test_of_writers_at_once_one_wins_and_the_chain_holds(installation: Installation) -> None:
    before = int(installation.output("check")[-1].split()[0])

    outcomes = at_once(installation, ("status", "den ene"), ("status", "den anden"))
    assert sorted(outcomes) in (
        ["conflict with den anden", "stored"],
        ["conflict with den ene", "stored"],
    )

    confirmed = at_once(installation, *[("confirm", "")] * 3)
    assert sorted(confirmed) == ["refused", "refused", "stored"]

    writers = [("many", f"skriver {n}") for n in range(WRITERS)]
    assert at_once(installation, *writers) == ["stored"] * WRITERS
    # One status, one confirmed cell, and every one of the many: no gap, no fork, nothing lost.
    assert installation.output("check") == [f"{before + 1 + 1 + WRITERS * 6} records"]
    assert "records hold" in installation.command("audit", "verify")


def test_a_load_that_is_killed_leaves_nothing_and_can_be_done_again(fresh: Installation) -> None:
    with fresh.start("load", "400") as process:
        make_ready(process)
        process.kill()
    assert fresh.output("check") == ["0 records"]
    assert "The demonstration data is loaded." in fresh.command("demonstrate", "--without-citizens")
    assert "holds data already" in fresh.command("demonstrate", "--without-citizens")
    assert "records hold" in fresh.command("audit", "verify")
