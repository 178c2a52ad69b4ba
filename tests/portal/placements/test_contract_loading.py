"""Many contracts at once: with versions and approvals as they were, filled from placements."""

from datetime import date, timedelta
from typing import Any

import pytest
from contract_samples import BEGINS, SYSTEM, moment, placed, templates
from django.core.exceptions import ValidationError
from world import World

from rammevaerk.portal.access.models import Cooperation
from rammevaerk.portal.placements.calculate.contract_text import fingerprint_of
from rammevaerk.portal.placements.models import Contract, ContractVersion
from rammevaerk.portal.placements.operations import load_contracts
from rammevaerk.portal.placements.queries.contracts import holding, stage_of
from rammevaerk.portal.tariffs.models import Tariff

STANDARD = ("voksne-inden-for", "2.0")
OCTOBER = date(2025, 10, 1)
YES = [
    {"side": "buyer", "by_label": "Køber", "at": moment(2025, 6, 3, 9)},
    {"side": "seller", "by_label": "Sælger", "at": moment(2025, 6, 4, 9)},
]


def load(*entries: dict[str, Any]) -> dict[str, int]:
    home = Cooperation.objects.get(key="home")
    return load_contracts(home, entries, **SYSTEM)


def entry(reference: str, **more: Any) -> dict[str, Any]:
    return {"placement": reference, "template": STANDARD, "valid_from": BEGINS, **more}


def test_contracts_with_addenda_as_they_were(world: World) -> None:
    templates()
    placed("2025-AA33-BB44")
    changed = {"opsigelse": {"heading": "Opsigelse", "text": "Tre måneder.", "reason": "Aftalt"}}
    found = load(
        entry(
            "2025-AA33-BB44",
            versions=[
                {"fields": {"payment_days": "21"}, "clauses": changed, "approvals": YES},
                {"valid_from": OCTOBER, "summary": "Flere timer", "approvals": YES},
            ],
        )
    )
    assert found == {"kontrakter": 1, "kontraktversioner": 2, "kontraktgodkendelser": 4}
    contract = Contract.objects.get(number="K-2025-AA33-BB44")
    assert (contract.agreed_at, contract.under_way) == (moment(2025, 6, 4, 9), "")
    first, second = ContractVersion.objects.filter(contract=contract).order_by("number")
    assert holding(contract, BEGINS) == first
    assert holding(contract, OCTOBER) == second
    assert first.deviations == second.deviations == 1
    assert second.content["fields"]["payment_days"] == "21"
    assert first.content["fields"]["hours_total"] == "17 timer"
    assert second.content["fields"]["hours_total"] == "15 timer"
    assert first.sha256 == fingerprint_of(contract.number, 0, BEGINS, first.content)


def test_each_contract_has_the_price_of_its_own_day(world: World) -> None:
    templates()
    placement = placed("2025-AA33-BB44")
    placed("2025-AA33-BB45")
    tariff = Tariff.objects.get(
        service=placement.service, component="whole", label="", superseded_at=None
    )
    tariff.valid_to, tariff.amount_ore = OCTOBER, 100_000
    tariff.save()
    tariff.pk, tariff.valid_from, tariff.valid_to, tariff.amount_ore = None, OCTOBER, None, 120_000
    tariff.save(force_insert=True)
    days = [BEGINS, OCTOBER - timedelta(days=1), OCTOBER, OCTOBER + timedelta(days=9)]
    versions = [{"valid_from": day, "approvals": YES} for day in days[:3]]
    load(
        entry("2025-AA33-BB44", versions=versions),
        entry("2025-AA33-BB45", valid_from=days[3], versions=[{"approvals": YES}]),
    )
    own = ContractVersion.objects.filter(contract__number__startswith="K-2025-AA33")
    found = own.order_by("valid_from")
    prices = [one.content["fields"]["price"] for one in found]
    assert [price.rpartition(" ")[0][-8:] for price in prices] == [
        "1.000,00", "1.000,00", "1.200,00", "1.200,00"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("versions", "stage", "under_way"),
    [
        ([], "Kladde", "draft"),
        ([{"approvals": YES[:1]}], "Til godkendelse", "sent"),
        (
            [{"approvals": [*YES[:1], {**YES[1], "approved": False, "reason": "Nej"}]}],
            "Kladde",
            "draft",
        ),
        ([{"approvals": YES}, {"valid_from": OCTOBER, "approvals": []}], "Gælder", "sent"),
    ],
)
def test_how_far_a_contract_is(
    world: World, versions: list[dict[str, Any]], stage: str, under_way: str
) -> None:
    templates()
    placed("2025-AA33-BB44")
    load(entry("2025-AA33-BB44", versions=versions))
    contract = Contract.objects.get(number="K-2025-AA33-BB44")
    assert stage_of(contract, BEGINS).text == stage
    assert contract.under_way == under_way
    assert (contract.draft is not None) == (under_way != "")


def test_all_or_none(world: World) -> None:
    templates()
    placed("2025-AA33-BB44")
    before = Contract.objects.count()
    good = entry("2025-AA33-BB44", versions=[{"approvals": YES}])
    for bad, said in (
        (entry("findes-ikke"), "kendes ikke"),
        (entry("2025-AA33-BB44", template=("x", "1")), "kendes ikke"),
        (entry("2025-AA33-BB44", template=None), "regel"),
        (entry("2025-AA33-BB44", number="K-010190-1234"), "CPR"),
        (
            entry("2025-AA33-BB44", versions=[{"fields": {"content": "010190-1234"}}], number="X"),
            "CPR",
        ),
    ):
        with pytest.raises(ValidationError, match=said):
            load(good, bad)
        assert Contract.objects.count() == before
