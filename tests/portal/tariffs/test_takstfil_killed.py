"""A worker that is killed while it stores a takstfil: the next one ends where it should."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from subprocess_portal import Installations, Portal

# It looks into the file itself.
pytestmark = pytest.mark.sqlite

SERVICES = 16
SEED = Path(__file__).parent / "takstfil_seed.py"
# What was stored, without when: everything a person could tell the two ends apart by.
STORED = (
    "SELECT service_id, valid_from, state, content, reason FROM tariffs_tariffreport ORDER BY 1, 2",
    "SELECT service_id, places, covered, valid_from, superseded_at IS NULL"
    " FROM catalogue_placecapacity ORDER BY 1, 4, 2, 5",
    "SELECT number, outcome, note FROM tariffs_tarifffilerow ORDER BY 1",
    "SELECT state, done, total FROM tariffs_tarifffile ORDER BY id",
    "SELECT action, target_type, target_id FROM access_auditrecord ORDER BY sequence",
)


def asked(portal: Portal, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(portal.database, timeout=30) as connection:
        return connection.execute(question).fetchall()


def done(portal: Portal) -> int:
    (count,) = asked(portal, "SELECT done FROM tariffs_tarifffile WHERE name = 'mange.xlsx'")[0]
    return int(str(count))


@pytest.fixture
def waiting(installations: Installations) -> Portal:
    """A portal with a takstfil that is confirmed and waits for its worker."""
    portal = installations.fresh()
    portal.program(SEED, str(SERVICES), "2")
    return portal


def test_killed_in_the_middle_and_begun_again_it_ends_the_same(
    waiting: Portal, installations: Installations
) -> None:
    undisturbed = installations.copy(waiting)
    undisturbed.run("work", "--batch")

    command = [sys.executable, "-m", "rammevaerk", "work", "--batch"]
    worker = subprocess.Popen(command, env=waiting.environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while done(waiting) < 6 and time.monotonic() < until:
        time.sleep(0.01)
    worker.kill()
    worker.wait()
    assert 6 <= done(waiting) < 2 * SERVICES
    waiting.run("work", "--batch")
    for question in STORED:
        assert asked(waiting, question) == asked(undisturbed, question)
    assert done(waiting) == 2 * SERVICES
