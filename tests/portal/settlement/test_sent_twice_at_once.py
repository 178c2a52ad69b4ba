"""A double click, or two colleagues with the same letter: what is sent twice is registered once."""

import json
from pathlib import Path

import pytest
from subprocess_portal import Installations

PROGRAM = Path(__file__).parent / "sent_twice_race.py"
Races = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def told(installations: Installations) -> Races:
    """What came of every race."""
    found: Races = json.loads(installations.fresh().program(PROGRAM))
    return found


@pytest.mark.parametrize("what", ["special", "enquiry", "first_budget", "word_on_a_sign"])
def test_what_is_sent_three_times_in_one_moment_is_registered_once(told: Races, what: str) -> None:
    once = {"came": ["done", "refused", "refused"], "held": 1}
    assert told[what] == [once] * len(told[what])
