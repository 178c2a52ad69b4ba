"""Folders for files that are not done, and the removal of those a killed run left behind.

They hold lines about citizens, so they are not to lie about. A name says which run made the
folder: the machine, the process and when that began, for a number of a process is used again.
"""

import os
import platform
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from zlib import crc32

_NAME = re.compile(r"\.rammevaerk-([0-9a-f]{8})-([0-9]+)-([0-9]+)-[0-9]+")
# Whether a process on another machine still runs cannot be seen; none writes so slowly.
_FORGOTTEN_SECONDS = 24 * 60 * 60


def new_folder(within: Path, mode: int = 0o777) -> Path:
    """Make an empty folder of this run's own; OSError when that cannot be."""
    pid = os.getpid()
    for number in count():
        scratch = within / f".rammevaerk-{_machine()}-{pid}-{_began(pid)}-{number}"
        try:
            scratch.mkdir(mode)
        except FileExistsError:
            continue
        return scratch
    raise AssertionError


@contextmanager
def folder_for_a_while(within: Path) -> Iterator[Path]:
    """Give a folder of this run's own, and remove it with all that is in it."""
    from shutil import rmtree  # as slow to load as a small region is to settle

    scratch = new_folder(within, 0o700)
    try:
        yield scratch
    finally:
        rmtree(scratch, ignore_errors=True)


def remove_left_behind(within: Path) -> None:
    """Remove the folders of runs that are over; what cannot be removed stays."""
    try:
        with os.scandir(within) as entries:
            found = [entry for entry in entries if entry.name.startswith(".rammevaerk-")]
    except OSError:
        return
    for entry in found:
        made = _NAME.fullmatch(entry.name)
        if made and entry.is_dir(follow_symlinks=False) and _is_over(made, Path(entry.path)):
            from shutil import rmtree

            rmtree(entry.path, ignore_errors=True)


def _is_over(made: re.Match[str], folder: Path) -> bool:
    machine, pid, began = made.groups()
    if machine == _machine():
        return not _runs(int(pid), began)
    try:
        latest = max(path.lstat().st_mtime for path in [folder, *folder.rglob("*")])
    except OSError:  # somebody is at work there
        return False
    return time.time() - latest > _FORGOTTEN_SECONDS


def _machine() -> str:
    """What processes can be told apart by their numbers in: a machine, or a container in it."""
    try:
        numbers = os.readlink("/proc/self/ns/pid")
    except OSError:
        numbers = ""
    return f"{crc32(f'{platform.node()} {numbers}'.encode()):08x}"


def _runs(pid: int, began: str) -> bool:
    """Say whether the process that has this number is the one that had it then."""
    now = _began(pid)
    if now != "0":
        return now == began
    if os.name != "posix":  # elsewhere, to ask would be to stop it
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _began(pid: int) -> str:
    """When a process began, in the system's own count; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return "0"
    # Behind the name of the program, which may hold blanks and brackets, comes the state.
    return told.rpartition(")")[2].split()[19]
