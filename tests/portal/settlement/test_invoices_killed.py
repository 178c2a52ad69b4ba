"""Issuing that is killed at any moment and begun again: the same invoices, none twice, no gap."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from subprocess_portal import Installations, Portal

PROGRAM = Path(__file__).parent / "invoice_program.py"
KILLS = 20
SEED = 20261122


@dataclass
class Books:
    """An installation with a run that waits to be invoiced."""

    portal: Portal

    def do(self, *arguments: str) -> str:
        return self.portal.program(PROGRAM, *arguments)

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.do("tell"))
        return found


@pytest.fixture(scope="module")
def copies(installations: Installations) -> Callable[[], Books]:
    """Makes installations that are alike, from one that is built once."""
    original = Books(installations.fresh())
    original.do("build")
    return lambda: Books(installations.copy(original.portal))


def test_killed_at_twenty_moments_and_repeated_the_invoices_are_the_same(
    copies: Callable[[], Books],
) -> None:
    disturbed, undisturbed = copies(), copies()
    statements = undisturbed.do("issue").strip()
    wanted = undisturbed.told()
    said = disturbed.do("kill", str(SEED), str(KILLS), statements)
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
