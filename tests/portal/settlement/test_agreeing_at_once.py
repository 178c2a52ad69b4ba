"""Two people answer the same lines at the same moment: one wins, and the other is told why."""

import json
from pathlib import Path
from typing import Any

import pytest
from subprocess_portal import Installations

PROGRAM = Path(__file__).parent / "agree_race.py"


@pytest.fixture(scope="module")
def told(installations: Installations) -> dict[str, Any]:
    """What came of every race."""
    found: dict[str, Any] = json.loads(installations.fresh().program(PROGRAM))
    return found


def test_of_two_who_agree_to_all_lines_one_does_it(told: dict[str, Any]) -> None:
    for race in told["both_agree_to_all"]:
        assert race == {
            "came": ["done 30", "refused ValidationError"],
            "states": ["agreed"],
            "answers": 30,
        }


def test_a_line_is_agreed_or_disputed_and_the_other_is_told(told: dict[str, Any]) -> None:
    for race in told["one_agrees_and_one_objects"]:
        assert race["answers"] == 1
        if race["states"] == ["agreed"]:
            assert race["came"] == ["done 1", "refused RevisionConflict"]
        else:
            assert race["states"] == ["disputed"]
            assert race["came"] == ["refused ValidationError", "done disputed"]


def test_the_run_is_agreed_when_the_last_two_statements_are_answered_at_once(
    told: dict[str, Any],
) -> None:
    for race in told["the_last_of_two_statements"]:
        assert race == {"came": ["done 2", "done 2"], "run": "agreed", "statements": 2}


def test_a_line_is_disputed_or_invoiced_never_both(told: dict[str, Any]) -> None:
    for race in told["one_objects_while_the_other_invoices"]:
        if race["states"] == ["invoiced"]:
            assert (race["came"], race["invoices"]) == (["refused ValidationError", "done 1"], 1)
        else:
            assert race["states"] == ["disputed"]
            assert (race["came"], race["invoices"]) == (["done disputed", "done 0"], 0)


def test_two_words_about_one_citizen_never_both_hold(told: dict[str, Any]) -> None:
    for race in told["two_register_the_same_citizen"]:
        assert race["held"] == 1
        assert not any(one.startswith("broke") for one in race["came"])
        assert any(one.startswith("done") for one in race["came"])


def test_the_trail_knows_every_row(told: dict[str, Any]) -> None:
    assert told["odd"] == []
