"""Two admissions to the last place at once: one wins, and the others are told why."""

import json
from pathlib import Path

from subprocess_portal import Installations

RACE = Path(__file__).parent / "last_place_race.py"


def test_of_those_who_are_admitted_to_a_place_at_once_one_gets_it(
    installations: Installations,
) -> None:
    found = json.loads(installations.fresh().program(RACE))
    assert len(found["admitted"]) == found["stays"] == 1
    assert len(found["told"]) == 3
    for text in found["told"]:
        assert f"Plads 7 er taget af {found['admitted'][0]}" in text
        assert "Ledige pladser: 2, 3, 4" in text
