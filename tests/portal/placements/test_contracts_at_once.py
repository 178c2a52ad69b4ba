"""Parties who act on one contract at once: nothing is lost, nothing is done twice."""

import json
from pathlib import Path

from subprocess_portal import Installations

RACE = Path(__file__).parent / "contract_race.py"


def test_those_who_act_at_once(installations: Installations) -> None:
    found = json.loads(installations.fresh().program(RACE))
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
