"""A contract that says something of its own about absence: told of before the run is sent."""

from datetime import date
from typing import Any

import pytest
from run_samples import BEGAN, CLERK, Home
from world import World

from rammevaerk.portal.placements.models import (
    Contract,
    ContractApproval,
    ContractTemplate,
    ContractVersion,
    Placement,
    SettlementTerms,
)
from rammevaerk.portal.settlement.operations.runs import preview, replay

MAY = date(2025, 5, 1)
FILLED = "de første 5 dage betales fuldt; derefter 100 pct. af basistaksten og 50 pct. af ydelsen"
STANDARD = {"key": "fravaer", "heading": "Fravær", "text": f"Der betales sådan: {FILLED}."}


def contract(placement: Placement, clause: dict[str, Any], **more: Any) -> ContractVersion:
    """One that both have approved, with a clause."""
    template = ContractTemplate.objects.filter(cooperation__key="home").first()
    made = Contract.objects.create(
        placement=placement, number=f"K-{placement.reference}", valid_from=date(2025, 1, 1),
        template=None if more.pop("outside", False) else template, outside_reason="Eget papir",
        agreed_at=None if more.get("sides") == () else BEGAN, created_at=BEGAN,
    )  # fmt: skip
    return version(made, clause, **more)


def version(
    of: Contract,
    clause: dict[str, Any],
    *,
    number: int = 0,
    begins: date = date(2025, 1, 1),
    filled: str = FILLED,
    sides: tuple[str, ...] = ("buyer", "seller"),
) -> ContractVersion:
    content = {
        "fields": {"absence": filled},
        "clauses": [{"deviates": False, "reason": "", **clause}],
        "summary": "",
    }
    row = ContractVersion.objects.create(
        contract=of, number=number, valid_from=begins, content=content, sha256="0" * 64,
        sent_at=BEGAN, sent_by_label="Myndighed",
    )  # fmt: skip
    for side in sides:
        ContractApproval.objects.create(
            version=row, side=side, approved=True, by_label="Nogen", at=BEGAN
        )
    return row


@pytest.fixture
def away(world: World) -> tuple[Home, Placement]:
    """Somebody who is away in the middle of May."""
    home = Home().build()
    placement = home.admit(date(2025, 2, 1))
    home.absent(placement, date(2025, 5, 8), date(2025, 5, 20))
    return home, placement


def told(home: Home) -> list[str]:
    found = preview(home.request(MAY, months_back=0), by=CLERK).findings
    return [one.place for one in found if one.code == "run.contract-absence"]


OWN = {**STANDARD, "text": "Der betales ikke under fravær.", "deviates": True, "reason": "Aftalt"}


def test_a_contract_on_the_standard_follows_the_terms(away: tuple[Home, Placement]) -> None:
    home, placement = away
    contract(placement, STANDARD)
    assert told(home) == []


@pytest.mark.parametrize(
    ("clause", "more"),
    [
        (OWN, {}),
        ({**STANDARD, "key": "andet", "text": "Intet betales."}, {"outside": True}),
        (STANDARD, {"filled": FILLED.replace("første 5", "første 30")}),
    ],
)
def test_a_contract_with_terms_of_its_own_is_told_of(
    away: tuple[Home, Placement], clause: dict[str, Any], more: dict[str, Any]
) -> None:
    home, placement = away
    contract(placement, clause, **more)
    assert told(home) == [f"{placement.reference}, {home.facility.name}"]


def test_what_is_not_agreed_not_begun_or_about_something_else_is_not(
    away: tuple[Home, Placement],
) -> None:
    home, placement = away
    first = contract(placement, {**OWN, "key": "pris", "heading": "Pris"}, filled="")
    version(first.contract, OWN, number=1, begins=date(2025, 6, 1))
    version(first.contract, OWN, number=2, begins=date(2025, 3, 1), sides=("buyer",))
    assert told(home) == []
    version(first.contract, OWN, number=3, begins=date(2025, 3, 1))
    assert len(told(home)) == 1


def test_nobody_away_nothing_told_and_the_amount_is_by_the_terms(world: World) -> None:
    home = Home().build()
    placement = home.admit(date(2025, 2, 1))
    contract(placement, OWN)
    assert told(home) == []
    home.absent(placement, date(2025, 5, 8), date(2025, 5, 20))
    run = home.run(MAY, months_back=0)
    [finding] = [one for one in run.findings if one["code"] == "run.contract-absence"]
    assert "5 døgn fuldt" in finding["message"]
    assert "ikke under fravær" not in finding["message"]
    # A stored run is what it was, whatever a contract says later.
    SettlementTerms.objects.filter(service=home.service).update(absence_full_days=30)
    assert replay(run, by=CLERK).same
