"""Lock files name what is installed by hash, and never where it comes from."""

import re
import tomllib
from pathlib import Path

import pytest
from work_tree import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
EACH = pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)


def requirements(lock: Path) -> dict[str, str]:
    """Package name → the whole requirement with its hashes."""
    text = re.sub(r"\\\n", " ", lock.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    return {re.split(r"[=<>~!\[; @]", line)[0].lower(): line for line in lines}


def declared(*places: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["project"]["optional-dependencies"] | project["dependency-groups"]
    wanted = [
        *project["project"]["dependencies"],
        *(one for name in places for one in groups[name]),
    ]
    return {re.split(r"[=<>~!\[; ]", one)[0].lower() for one in wanted}


def test_all_locks_are_there() -> None:
    assert [lock.name for lock in LOCKS] == ["bench.lock", "dev.lock", "portal.lock"]


@EACH
def test_no_lock_holds_an_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*-(i|f|-index-url|-extra-index-url|-find-links)\b", text, re.MULTILINE
    )
    assert not re.search(r"^[\w.-]+ @ ", text, re.MULTILINE)


@EACH
def test_every_requirement_is_pinned_and_has_a_hash(lock: Path) -> None:
    found = requirements(lock)
    assert len(found) > 20
    for name, line in found.items():
        assert re.search(r"==\d", line), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), name


def test_the_locks_hold_everything_the_project_declares() -> None:
    bench, dev, portal = map(requirements, LOCKS)
    assert declared("portal", "invoice", "build") - set(portal) == set()
    assert declared("portal", "invoice", "fast", "spark", "build", "dev") - set(dev) == set()
    assert declared("fast", "spark", "build", "bench") - set(bench) == set()


def test_what_tests_install_is_what_the_portal_runs() -> None:
    bench, dev, portal = (versions(requirements(lock)) for lock in LOCKS)
    assert {name: one for name, one in portal.items() if dev.get(name) != one} == {}
    # What is measured is what is tested.
    assert {name: one for name, one in bench.items() if dev.get(name, one) != one} == {}


def versions(found: dict[str, str]) -> dict[str, str]:
    """Package name → the pinned version, without conditions and hashes."""
    return {name: re.split(r"[;\s]", line)[0] for name, line in found.items()}
