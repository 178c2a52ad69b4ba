"""A placement ready for a contract, and contracts brought as far as a test wants them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from world import AT, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.models import Paragraph, Service
from rammevaerk.portal.placements.calculate.contract_text import fingerprint_of
from rammevaerk.portal.placements.models import (
    Citizen,
    Contract,
    ContractTemplate,
    ContractVersion,
    Hours,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PriceChoice,
    SupplementGrant,
)
from rammevaerk.portal.placements.operations import load_templates
from rammevaerk.portal.placements.operations.contract_answers import answer_contract
from rammevaerk.portal.placements.operations.contracts import draft_contract, send_contract
from rammevaerk.portal.placements.queries.contract_drafts import draft_day, drafted_content

BEGINS = date(2025, 7, 1)
SYSTEM = {"by": Actor.system("Prøve"), "at": AT}


def buyer(world: World, at: datetime = AT) -> dict[str, Any]:
    return {"by": world.actor(Role.BUYER, "naboby"), "at": at}


def seller(world: World, at: datetime = AT) -> dict[str, Any]:
    return {"by": world.actor(Role.PROVIDER, "egenby"), "at": at}


def templates() -> dict[str, ContractTemplate]:
    """The four standard contracts of the home cooperation."""
    load_templates(Cooperation.objects.get(key="home"), **SYSTEM)
    rows = ContractTemplate.objects.filter(cooperation__key="home", version="2.0")
    return {row.key: row for row in rows}


def placed(reference: str = "2025-KR47-MP36", **changes: Any) -> Placement:
    """A citizen whom the neighbour wants to place at the home facility."""
    home = Service.objects.get(facility__key="egenby-bosted")
    naboby = Organisation.objects.get(key="naboby")
    citizen = Citizen.objects.create(
        cooperation=Cooperation.objects.get(key="home"), keeper=naboby,
        pseudonym=f"P-{reference[-8:]}", birth_month=date(1990, 5, 1),
    )  # fmt: skip
    placement = Placement.objects.create(
        **{
            "service": home, "citizen": citizen, "buyer": naboby, "reference": reference,
            "paragraph": Paragraph.objects.get(key="sel-108"), "state": "accepted",
            "wanted_from": BEGINS, "offered_from": BEGINS, "created_at": AT,
            "buyer_reference": "Sag 12", **changes,
        }
    )  # fmt: skip
    since = {"placement": placement, "registered_at": AT, "valid_from": BEGINS}
    PayerPeriod.objects.create(**since, payer=naboby, acting=naboby, ground="rsl-9-1")
    Hours.objects.create(
        **since, citizen_minutes=750, organisation_minutes=120, documentation_minutes=60,
        absence_minutes=90, valid_to=date(2025, 10, 1),
    )  # fmt: skip
    later = {**since, "valid_from": date(2025, 10, 1)}
    Hours.objects.create(**later, citizen_minutes=900)
    PriceChoice.objects.create(**since, component="whole")
    SupplementGrant.objects.create(**since, label="Nattevagt")
    PlacementGoal.objects.create(
        placement=placement, position=1, text="Kan selv handle ind.", agreed_on=BEGINS,
        follow_up_by=date(2025, 10, 1),
    )  # fmt: skip
    return placement


def drafted(world: World, **more: Any) -> Contract:
    placement = more.pop("placement", None) or placed()
    template = more.pop("template", None) or templates()["voksne-inden-for"]
    return draft_contract(placement, template, valid_from=BEGINS, **more, **buyer(world))


def shown(contract: Contract) -> str:
    """The fingerprint of the text that a person who sends the draft has before him."""
    contract.refresh_from_db()
    number = contract.draft["number"]
    return fingerprint_of(contract.number, number, draft_day(contract), drafted_content(contract))


def sent(contract: Contract, how: dict[str, Any]) -> ContractVersion:
    return send_contract(contract, seen=shown(contract), **how)


def agreed(world: World, **more: Any) -> Contract:
    """A contract that both have approved."""
    contract = drafted(world, **more)
    approve_both(world, sent(contract, buyer(world)))
    contract.refresh_from_db()
    return contract


def approve_both(world: World, version: ContractVersion) -> None:
    later = AT + timedelta(minutes=5)
    answer_contract(version, "buyer", approved=True, **buyer(world, later))
    answer_contract(version, "seller", approved=True, **seller(world, later))


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]
