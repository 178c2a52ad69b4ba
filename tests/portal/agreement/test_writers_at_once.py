"""Writers at once, each a process of its own with real commits: one wins, and the chain holds."""

import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from subprocess_portal import Installations, Portal

HERE = Path(__file__).parent
WRITERS = 8


@dataclass
class Writers:
    """A portal whose rows are written by programs that run at the same time."""

    portal: Portal

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(HERE / "concurrent_writer.py"), *arguments],
            env=self.portal.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def output(self, *arguments: str) -> list[str]:
        return finished(self.start(*arguments))


def finished(process: "subprocess.Popen[str]") -> list[str]:
    """Let the program run to its end and return the lines it says from there."""
    output, errors = process.communicate("go\n", timeout=120)
    assert process.returncode == 0, errors
    return output.splitlines()


def make_ready(process: "subprocess.Popen[str]") -> None:
    """Wait until the program waits for its line."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]


def at_once(installation: Writers, *commands: tuple[str, str]) -> list[str]:
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
def fresh(installations: Installations) -> Writers:
    return Writers(installations.fresh())


@pytest.fixture
def installation(fresh: Writers) -> Writers:
    """An installation with the world in it."""
    assert fresh.output("build") == ["built"]
    return fresh


def test_of_writers_at_once_one_wins_and_the_chain_holds(installation: Writers) -> None:
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
    assert "records hold" in installation.portal.run("audit", "verify").stdout


def test_a_load_that_is_killed_leaves_nothing_and_can_be_done_again(fresh: Writers) -> None:
    with fresh.start("load", "400") as process:
        make_ready(process)
        process.kill()
    assert fresh.output("check") == ["0 records"]
    assert (
        "The demonstration data is loaded."
        in fresh.portal.run("demonstrate", "--without-citizens").stdout
    )
    assert "holds data already" in fresh.portal.run("demonstrate", "--without-citizens").stdout
    assert "records hold" in fresh.portal.run("audit", "verify").stdout
