"""Run alone, in a database of its own: parties who act on contracts at once, told as JSON."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import django


def main() -> None:
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent)]
    django.setup()
    from at_once import at_once
    from contract_samples import BEGINS, buyer, drafted, placed, seller, sent, templates
    from django.core.exceptions import ValidationError
    from world import build_world

    from rammevaerk.portal.access.saving import RevisionConflict
    from rammevaerk.portal.placements.models import Contract, ContractApproval
    from rammevaerk.portal.placements.operations.contract_answers import answer_contract
    from rammevaerk.portal.placements.operations.contracts import draft_contract, recall_contract

    world = build_world()
    buys, sells = buyer(world), seller(world)
    template = templates()["voksne-inden-for"]

    def raced(*works: Callable[[], object]) -> list[str]:
        return sorted(say(one) for one in at_once(*works))

    def say(one: object) -> str:
        if isinstance(one, ValidationError):
            return " ".join(one.messages)
        if isinstance(one, RevisionConflict):
            return "conflict"
        return repr(one) if isinstance(one, Exception) else "done"

    def under_approval(reference: str) -> tuple[Contract, object]:
        contract = drafted(world, placement=placed(reference))
        return contract, sent(contract, buys)

    found: dict[str, object] = {}
    contract, version = under_approval("2025-AA33-BB44")
    found["both"] = raced(
        lambda: answer_contract(version, "buyer", approved=True, **buys),  # type: ignore[arg-type]
        lambda: answer_contract(version, "seller", approved=True, **sells),  # type: ignore[arg-type]
    )
    contract.refresh_from_db()
    found["agreed"] = contract.agreed_at is not None and contract.under_way == ""
    _same, twice = under_approval("2025-AA33-BB46")
    found["same"] = raced(
        *[lambda: answer_contract(twice, "buyer", approved=True, **buys)] * 4  # type: ignore[arg-type]
    )
    found["answers"] = ContractApproval.objects.filter(version=twice).count()
    torn, last = under_approval("2025-AA33-BB47")
    answer_contract(last, "buyer", approved=True, **buys)  # type: ignore[arg-type]
    found["recalled"] = raced(
        lambda: recall_contract(torn, **buys),
        lambda: answer_contract(last, "seller", approved=True, **sells),  # type: ignore[arg-type]
    )
    torn.refresh_from_db()
    found["torn"] = [torn.agreed_at is not None, torn.under_way]
    placement = placed("2025-AA33-BB49")
    found["drafts"] = raced(
        *[lambda: draft_contract(placement, template, valid_from=BEGINS, **buys)] * 3
    )
    found["contracts"] = Contract.objects.filter(placement=placement).count()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
