"""Many placements and terms at once: all or none, one line in the trail, fast enough."""

from datetime import date, datetime
from time import process_time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from placement_samples import NOW
from world import HOW, World

from rammevaerk.portal.access.audit import snapshot
from rammevaerk.portal.access.models import AuditRecord, Cooperation
from rammevaerk.portal.catalogue.models import Facility, PlaceCapacity, Service
from rammevaerk.portal.placements.models import (
    Citizen,
    GoalFollowUp,
    Placement,
    SettlementTerms,
    Stay,
)
from rammevaerk.portal.placements.operations import load_placements, load_terms

CAME = datetime.fromisoformat("2025-03-01T20:00")


def entry(number: int, **more: Any) -> dict[str, Any]:
    return {
        "service": "stort/ophold",
        "citizen": {"pseudonym": f"PRV-{number:05}", "birth_month": date(1990, 5, 1)},
        "buyer": "naboby",
        "paragraph": "sel-108",
        "reference": f"P-{number:05}",
        "state": "admitted",
        "wanted_from": date(2025, 3, 1),
        "synthetic": True,
        "stays": [{"place": number, "valid_from": CAME}],
        "payers": [{"payer": "naboby", "ground": "rsl-9-3", "valid_from": date(2025, 3, 1)}],
        "hours": [{"citizen_minutes": 1200, "valid_from": date(2025, 3, 1)}],
        "prices": [{"component": "whole", "valid_from": date(2025, 3, 1)}],
        "absences": [
            {"reason": "home", "valid_from": date(2025, 4, 1), "valid_to": date(2025, 4, 3)}
        ],
        "supplements": [{"label": "Nat", "valid_from": date(2025, 3, 1)}],
        "deliveries": [
            {"month": date(2025, 4, 1), "component": "supplement", "label": "km", "quantity": 100}
        ],
        "goals": [
            {
                "position": 1,
                "text": "Handler ind",
                "agreed_on": date(2025, 3, 1),
                "follow_up_by": date(2025, 9, 1),
                "follow_ups": [{"on": date(2025, 5, 1), "progression": 3}],
            }
        ],
        "steps": [{"to_state": "admitted", "on": date(2025, 3, 1)}],
        **more,
    }


def big(places: int) -> Service:
    """A facility of its own with so many places."""
    own = Facility.objects.get(key="egenby-bosted")
    columns = {
        name: value
        for name, value in snapshot(own).items()
        if name not in ("id", "key", "name", "valid_from")
    }
    facility = Facility.objects.create(
        **columns, key="stort", name="Stort bosted", valid_from=own.valid_from
    )
    service = Service.objects.create(
        facility=facility, key="ophold", name="Ophold", setting="day_and_night",
        audience="adults", age_from=18, valid_from=own.valid_from,
    )  # fmt: skip
    PlaceCapacity.objects.create(
        service=service, places=places, covered=places, valid_from=own.valid_from,
        registered_at=NOW,
    )  # fmt: skip
    return service


def home() -> Cooperation:
    return Cooperation.objects.get(key="home")


def test_a_load_stores_everything_with_one_line_in_the_trail(world: World) -> None:
    big(10)
    before = AuditRecord.objects.count()
    counts = load_placements(home(), [entry(1), entry(2)], **HOW)
    assert counts["indskrivninger"] == counts["ophold"] == counts["opfølgninger på mål"] == 2
    assert AuditRecord.objects.count() == before + 1
    row = Placement.objects.get(reference="P-00001")
    assert row.stays.get().way == "residence"
    assert row.citizen.keeper.key == "naboby"
    assert row.payers.get().acting.key == "naboby"
    assert GoalFollowUp.objects.get(goal__placement=row).by_label == "Prøvedata"


def test_a_citizen_may_have_several_placements(world: World) -> None:
    big(10)
    later = entry(2, stays=[], citizen=entry(1)["citizen"])
    load_placements(home(), [entry(1), later], **HOW)
    load_placements(home(), [entry(3, stays=[], citizen=entry(1)["citizen"])], **HOW)
    assert Citizen.objects.get(pseudonym="PRV-00001").placements.count() == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"service": "ukendt/ydelse"}, "ukendt/ydelse"),
        ({"buyer": "ingen"}, "ingen"),
        ({"paragraph": "sel-0"}, "sel-0"),
        ({"stays": [{"place": 1, "valid_from": CAME}]}, "strider mod"),
        ({"need": "010190-1234"}, "CPR"),
        ({"hours": [{"citizen_minutes": -1, "valid_from": CAME.date()}]}, "visiterede timer"),
        ({"hours": [{"citizen_minutes": 30_000, "valid_from": CAME.date()}]}, "strider mod"),
    ],
)
def test_a_load_with_an_error_stores_nothing(
    world: World, wrong: dict[str, Any], said: str
) -> None:
    big(10)
    with pytest.raises(ValidationError, match="(?i)" + said):
        load_placements(home(), [entry(1), entry(2, **wrong)], **HOW)
    assert not Placement.objects.filter(reference__startswith="P-").exists()
    assert not Citizen.objects.filter(pseudonym__startswith="PRV-").exists()


def test_a_thousand_placements_load_in_a_few_seconds(world: World) -> None:
    big(1000)
    began = process_time()
    load_placements(home(), [entry(number) for number in range(1, 1001)], **HOW)
    # Of our own time: ten thousand are to take well under half a minute.
    assert process_time() - began < 10
    assert Stay.objects.filter(service__facility__key="stort").count() == 1000


def test_terms_are_loaded_and_may_not_overlap(world: World) -> None:
    big(10)
    told = {
        "service": "stort/ophold", "day_count": "hotel", "absence_full_days": 14,
        "absence_basis_pct": 100, "absence_service_pct": 0, "valid_from": date(2025, 1, 1),
        "source": "Aftale",
    }  # fmt: skip
    assert load_terms(home(), [told], **HOW) == {"afregningsvilkår": 1}
    with pytest.raises(ValidationError, match="strider mod"):
        load_terms(home(), [told], **HOW)
    assert SettlementTerms.objects.filter(service__facility__key="stort").count() == 1
