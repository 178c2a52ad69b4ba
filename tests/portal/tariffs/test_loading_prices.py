"""Many decided prices at once: with both their times, all or nothing, once in the trail."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Cooperation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue.models import Service
from rammevaerk.portal.tariffs.models import SupplementTurnover, Tariff
from rammevaerk.portal.tariffs.operations.loading import load_supplements, load_tariffs

TOLD, MENDED = datetime(2022, 11, 21, tzinfo=UTC), datetime(2023, 2, 14, tzinfo=UTC)
YEAR = {"valid_from": date(2023, 1, 1), "valid_to": date(2024, 1, 1)}


@pytest.fixture
def home(world: World) -> Cooperation:
    return Cooperation.objects.get(key="home")


def price(cooperation: Cooperation, ore: int = 200_000, **more: Any) -> dict[str, Any]:
    service = Service.objects.filter(facility__cooperation=cooperation).order_by("pk")[0]
    return {
        "service": f"{service.facility.key}/{service.key}", "component": "ground", "unit": "day",
        "days_basis": "calendar", "amount_ore": ore, "registered_at": TOLD, **YEAR, **more,
    }  # fmt: skip


def test_a_price_and_what_it_was_mended_from_are_both_kept(home: Cooperation) -> None:
    before = AuditRecord.objects.count()
    entries = [
        price(home, 208_000, superseded_at=MENDED),
        price(home, 200_000, registered_at=MENDED),
    ]
    assert load_tariffs(home, entries, **HOW) == {"takster": 2}
    rows = Tariff.objects.filter(component="ground", valid_from=YEAR["valid_from"])
    assert set(rows.values_list("amount_ore", "superseded_at")) == {
        (208_000, MENDED),
        (200_000, None),
    }
    assert AuditRecord.objects.count() == before + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "hus/findes-ikke"},
        {"unit": "uge"},
        {"days_basis": ""},
        {"amount_ore": -1},
        {"amount_ore": 10**10},
        {"component": "noget"},
        {"valid_to": date(2022, 1, 1)},
        {"occupancy": 30_000},
        {},
    ],
)
def test_one_wrong_price_and_none_is_stored(home: Cooperation, wrong: dict[str, Any]) -> None:
    # The last of them is the same price twice: one holds a day.
    before = Tariff.objects.count()
    with pytest.raises(ValidationError):
        load_tariffs(home, [price(home), {**price(home), **wrong}], **HOW)
    assert Tariff.objects.count() == before


def test_a_service_of_another_circle_is_not_known_here(home: Cooperation) -> None:
    foreign = Cooperation.objects.get(key="foreign")
    with pytest.raises(ValidationError):
        load_tariffs(home, [price(foreign)], **HOW)


def test_decided_prices_are_nobody_s_to_load_but_a_command_s(
    world: World, home: Cooperation
) -> None:
    for role, who in ((Role.SECRETARIAT, "sekretariatet"), (Role.TARIFF_OFFICER, "egenby")):
        with pytest.raises(Refused):
            load_tariffs(home, [price(home)], by=world.actor(role, who), at=HOW["at"])


def test_quarters_are_loaded_together(home: Cooperation) -> None:
    before = SupplementTurnover.objects.count()
    entries: list[dict[str, Any]] = [
        {"operator": "egenby", "year": 2023, "quarter": quarter, "supplements_ore": 5,
         "turnover_ore": 100, "citizens": 1}
        for quarter in (1, 2)
    ]  # fmt: skip
    load_supplements(home, entries, **HOW)
    assert SupplementTurnover.objects.count() == before + 2
    with pytest.raises(ValidationError):
        load_supplements(home, [{**entries[0], "quarter": 5}], **HOW)
