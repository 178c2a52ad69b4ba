"""Parties who act on one contract at once: nothing is lost, nothing is done twice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

RACE = Path(__file__).parent / "contract_race.py"


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database of the kind that is tested, gone again afterwards."""
    address = os.environ["RAMMEVAERK_DATABASE"]
    if address == "sqlite":
        yield address
        return
    import psycopg

    name = f"contract_race_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_those_who_act_at_once(database: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "RAMMEVAERK_DATABASE": database,
        "RAMMEVAERK_DATA_DIR": str(tmp_path),
    }
    (tmp_path / "static").mkdir()
    done = subprocess.run(
        [sys.executable, str(RACE)],
        env=environment, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # Both approve: both count, and it is agreed once.
    assert found["both"] == ["done", "done"]
    assert found["agreed"] is True
    # Four of one side: one answer.
    assert found["same"].count("done") == found["answers"] == 1
    assert all("allerede svaret" in one for one in found["same"] if one != "done")
    # One takes back what another approves: either is whole, never both.
    assert found["recalled"].count("done") == 1
    assert found["torn"] in ([True, ""], [False, "draft"])
    # Three contracts for one placement: one.
    assert found["drafts"].count("done") == found["contracts"] == 1
    assert all("allerede på vej" in one for one in found["drafts"] if one != "done")
