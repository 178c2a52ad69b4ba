"""What a killed run left half done is removed by the next, and nothing else is."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rammevaerk.exchange.tables.scratch import (
    folder_for_a_while,
    new_folder,
    remove_left_behind,
)

KILLED = """
import os, signal, sys
from pathlib import Path
from rammevaerk.exchange.tables.scratch import new_folder
made = new_folder(Path(sys.argv[1]))
(made / "0").mkdir()
(made / "0" / "lines.csv").write_text("P1")
print(made, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def left_behind(within: Path) -> Path:
    """Make a folder in a process that is then killed."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(within)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, done.stderr
    return Path(done.stdout.strip())


def aged(folder: Path, seconds: int) -> None:
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (time.time() - seconds,) * 2)


def test_a_folder_of_a_killed_run_goes_and_what_runs_stays(tmp_path: Path) -> None:
    gone, mine = left_behind(tmp_path), new_folder(tmp_path)
    (tmp_path / ".rammevaerk-notes").mkdir()
    (tmp_path / "lines.csv").write_text("x", "utf-8")
    remove_left_behind(tmp_path)
    assert not gone.exists()
    assert {path.name for path in tmp_path.iterdir()} == {
        mine.name,
        ".rammevaerk-notes",
        "lines.csv",
    }


def test_the_number_of_a_process_used_again_is_another_process(tmp_path: Path) -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("the system does not tell when a process began")
    mine = new_folder(tmp_path)
    old = mine.with_name(re.sub(r"-([0-9]+)-0$", r"-\g<1>9-0", mine.name))
    old.mkdir()
    remove_left_behind(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [mine.name]


def test_a_folder_of_another_machine_goes_after_a_day_without_writing(tmp_path: Path) -> None:
    other = tmp_path / ".rammevaerk-00000000-1-1-0"
    other.mkdir()
    (other / "lines.csv").write_text("x", "utf-8")
    aged(other, 23 * 3600)
    remove_left_behind(tmp_path)
    assert other.exists()
    aged(other, 25 * 3600)
    remove_left_behind(tmp_path)
    assert not other.exists()


def test_a_link_with_such_a_name_is_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    gone = left_behind(tmp_path)
    name = gone.name
    remove_left_behind(tmp_path)
    (tmp_path / name).symlink_to(kept)
    remove_left_behind(tmp_path)
    assert kept.exists()


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_left_behind(tmp_path / "nowhere")


def test_a_folder_for_a_while_is_removed_whatever_happens(tmp_path: Path) -> None:
    def fails(work: Path) -> None:
        (work / "0").mkdir()
        (work / "1").read_bytes()

    with pytest.raises(FileNotFoundError), folder_for_a_while(tmp_path) as work:
        fails(work)
    assert list(tmp_path.iterdir()) == []
