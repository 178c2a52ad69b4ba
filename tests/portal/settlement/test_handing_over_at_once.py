"""An e-invoice that several workers hand over at the same moment is sent once."""

import json
from pathlib import Path

from subprocess_portal import Installations

RACE = Path(__file__).parent / "hand_over_race.py"


def test_what_three_hand_over_at_once_is_sent_once(installations: Installations) -> None:
    found = json.loads(installations.fresh().program(RACE))
    assert found["sent"] == 1
    assert found["rows"] == [[1, "handed_over"]]
    already = "Regningen er allerede afleveret: HTTP 201"
    assert found["told"] == ["HTTP 201", already, already]
