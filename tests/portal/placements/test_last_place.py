"""Two admissions to the last place at once: one wins, and the others are told why."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

RACE = Path(__file__).parent / "last_place_race.py"


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database of the kind that is tested, gone again afterwards."""
    address = os.environ["RAMMEVAERK_DATABASE"]
    if address == "sqlite":
        yield address
        return
    import psycopg

    name = f"race_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def race(database: str, folder: Path) -> dict[str, Any]:
    environment = {
        **os.environ,
        "RAMMEVAERK_DATABASE": database,
        "RAMMEVAERK_DATA_DIR": str(folder),
    }
    (folder / "static").mkdir()
    done = subprocess.run(
        [sys.executable, str(RACE)],
        env=environment, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_of_those_who_are_admitted_to_a_place_at_once_one_gets_it(
    database: str, tmp_path: Path
) -> None:
    found = race(database, tmp_path)
    assert len(found["admitted"]) == found["stays"] == 1
    assert len(found["told"]) == 3
    for text in found["told"]:
        assert f"Plads 7 er taget af {found['admitted'][0]}" in text
        assert "Ledige pladser: 2, 3, 4" in text
