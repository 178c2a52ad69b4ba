"""The invented facilities as entries that the catalogue loads: facility, approval and buyers."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rammevaerk.portal.demonstration.region.chance import drawn
from rammevaerk.portal.demonstration.region.homes import REGION, Home, read, registered_numbers
from rammevaerk.portal.demonstration.region.offers import offers
from rammevaerk.portal.demonstration.region.services import (
    address,
    departments,
    only_own,
    p_number,
    services,
)

Entry = dict[str, Any]
_SUPERVISION = "Socialtilsyn Midt"
# Approvals that end within six months of 22 November 2026.
_ENDING = {
    "bosted-0671-municipal-1": date(2027, 2, 1),
    "bosted-0791-municipal-6": date(2027, 3, 1),
    "bosted-0751-private-4": date(2027, 4, 1),
    "bosted-0657-private-6": date(2027, 5, 1),
    "bosted-0615-private-1": date(2027, 5, 15),
}
_SHARPENED = "bosted-0766-private-5"
_USED_IN = range(2022, 2026)


def facility_entries(folder: Path, found: Sequence[Home]) -> list[Entry]:
    """The entries of all facilities with what hangs on them."""
    words = read(folder, "words")
    weights = {one["municipality"]: one["weight"] for one in words["place"]}
    outside = {one["municipality"]: one["weight"] for one in words["outside"]}
    numbers = registered_numbers(folder)
    return [
        {**_entry(home, weights, outside), "cvr": numbers.get(home.operator, "")} for home in found
    ]


def _entry(home: Home, weights: dict[str, int], outside: dict[str, int]) -> Entry:
    return {
        "key": home.key,
        "name": home.name,
        "operator": home.operator,
        "reporter": home.reporter,
        "municipality": home.municipality,
        "ownership": home.ownership,
        "kind": home.kind,
        "reach": home.reach,
        "address": address(home),
        "p_number": p_number(home),
        "portal_id": f"99{home.dice('portal').randint(0, 99_999):05d}",
        "description": home.description,
        "valid_from": home.opened,
        "valid_to": home.closed,
        "closing_reason": home.closing_reason,
        "synthetic": True,
        "department": departments(home),
        "service": services(home),
        "approval": _approvals(home),
        "use": _uses(home, weights, outside),
        "origin": list(home.origins),
    }


def _approvals(home: Home) -> list[Entry]:
    if home.pattern in ("day", "school", "communication", "childrens_house", "treatment"):
        authority = "Den stedlige kommune"
    else:
        authority = _SUPERVISION
    places = sum(one.places for one in offers(home) if one.setting != "day")
    common: Entry = {"authority": authority, "places": places or None}
    whole = common | {"status": "approved", "valid_from": home.opened, "valid_to": home.closed}
    if home.key in _ENDING:
        return [whole | {"valid_to": _ENDING[home.key], "decision": "Tidsbegrænset godkendelse"}]
    if home.key == _SHARPENED:
        sharp, over = date(2026, 9, 1), date(2027, 3, 1)
        terms = "Fast leder alle hverdage; nye indskrivninger kun med tilsynets samtykke."
        return [
            whole | {"valid_to": sharp},
            common | {"status": "sharpened", "valid_from": sharp, "valid_to": over, "terms": terms,
                      "decision": "Afgørelse af 24. august 2026 (opdigtet)"},
        ]  # fmt: skip
    if home.key == "staevnens-skole-og-botilbud":
        whole |= {"decision": "Ny godkendelse ved overgangen til kommunen"}
    if home.dice("approval").random() < 0.03:
        terms = "Der skal være en plan for nattevagternes kompetencer."
        return [whole | {"status": "conditions", "terms": terms}]
    return [whole]


def _uses(home: Home, weights: dict[str, int], outside: dict[str, int]) -> list[Entry]:
    """How many citizens each buyer had there, year by year."""
    dice = home.dice("uses")
    citizens = round(sum(one.places for one in offers(home)) * 0.95) or 240
    own = home.municipality if home.operator == REGION else home.reporter
    if only_own(home):
        shares = {own: 1.0}
    else:
        buyers = {**weights, **(outside if home.is_regional else {})}
        wanted = min(len(buyers), 12 if home.is_regional else dice.randint(2, 7))
        chosen = {own}
        while len(chosen) < wanted:
            chosen.add(drawn(dice, buyers))
        rest = sorted(chosen - {own})
        parts = {own: 0.35 if home.is_regional else 0.55}
        total = sum(buyers[one] for one in rest)
        shares = parts | {one: (1 - parts[own]) * buyers[one] / total for one in rest}
    rows = []
    for year in _USED_IN:
        if home.opened > date(year, 12, 31) or (home.closed and home.closed <= date(year, 1, 1)):
            continue
        for buyer, share in shares.items():
            count = round(citizens * share + dice.uniform(-0.4, 0.6))
            if count > 0:
                rows.append({"buyer": buyer, "year": year, "citizens": count,
                             "source": f"Opgørelse for {year} (opdigtet)"})  # fmt: skip
    return rows
