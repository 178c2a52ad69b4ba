"""A worker that is killed while it makes a run: all of it or nothing, and the same in the end."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from subprocess_portal import Installations, Portal

# It looks into the file itself.
pytestmark = pytest.mark.sqlite

PLACEMENTS = 60
KILLS = 5
SEED = Path(__file__).parent / "run_seed.py"
# What was made, without when.
MADE = (
    "SELECT number, month, state, result_sha256, rules_sha256 FROM settlement_settlementrun"
    " ORDER BY owner_id, number",
    "SELECT statement_id, part, valid_from, valid_to, total_ore, reverses_id, cause"
    " FROM settlement_settlementline ORDER BY part, valid_from, total_ore, statement_id",
    "SELECT claim, valid_from, valid_to, state, released_at IS NULL, taken_by_id"
    " FROM settlement_linestanding ORDER BY claim, valid_from, state, line_id",
    "SELECT operator_id, payer_id, lines_count, days, total_ore FROM settlement_statement"
    " ORDER BY id",
    "SELECT sha256, rows FROM settlement_runsnapshot ORDER BY run_id",
    "SELECT action, target_type, target_id FROM access_auditrecord ORDER BY sequence",
)


def asked(portal: Portal, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(portal.database, timeout=30) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture
def waiting(installations: Installations) -> Portal:
    portal = installations.fresh()
    portal.program(SEED, str(PLACEMENTS))
    return portal


def _state(portal: Portal) -> tuple[str, int]:
    ((pk, state),) = asked(
        portal, "SELECT id, state FROM settlement_settlementrun ORDER BY id DESC LIMIT 1"
    )
    ((lines,),) = asked(
        portal,
        "SELECT count(*) FROM settlement_settlementline l JOIN settlement_statement s"
        f" ON s.id = l.statement_id WHERE s.run_id = {pk}",
    )
    return str(state), int(str(lines))


def test_killed_at_any_moment_and_begun_again_it_ends_the_same(
    waiting: Portal, installations: Installations
) -> None:
    undisturbed = installations.copy(waiting)
    began = time.monotonic()
    undisturbed.run("work", "--batch")
    took = time.monotonic() - began
    state, lines = _state(undisturbed)
    # A month of everybody, five reversals of March, and what is still to be paid of it.
    assert state == "draft"
    assert lines > PLACEMENTS

    command = [sys.executable, "-m", "rammevaerk", "work", "--batch"]
    for kill in range(KILLS):
        worker = subprocess.Popen(command, env=waiting.environment, stderr=subprocess.DEVNULL)
        time.sleep(took * (0.45 + 0.5 * kill / KILLS))
        worker.kill()
        worker.wait()
        assert _state(waiting) in {("working", 0), ("draft", lines)}
    waiting.run("work", "--batch")
    for question in MADE:
        assert asked(waiting, question) == asked(undisturbed, question)
