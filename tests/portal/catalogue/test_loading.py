"""Many facilities at once, and the national lists: all of it or nothing, once in the trail."""

import hashlib
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.bulk import fingerprint_of
from rammevaerk.portal.access.models import AuditRecord, Cooperation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilitySuccession,
    FacilityUse,
    OccupancyFigure,
    Paragraph,
    ParagraphSuccession,
    PlaceCapacity,
    Service,
    TargetGroup,
)
from rammevaerk.portal.catalogue.operations import load_facilities, load_vocabulary
from rammevaerk.portal.catalogue.operations.vocabulary import read_vocabulary

OPENED = date(2020, 1, 1)


@pytest.fixture
def home(world: World) -> Cooperation:
    load_vocabulary(**HOW)
    return Cooperation.objects.get(key="home")


def entry(key: str, **more: Any) -> dict[str, Any]:
    """A facility with one of everything, as a list from elsewhere has it."""
    service = {
        "key": "ophold", "name": "Længerevarende ophold", "setting": "day_and_night",
        "audience": "adults", "age_from": 18, "valid_from": OPENED, "department": "huset",
        "paragraph": [{"key": "sel-108", "valid_from": OPENED}],
        "target_group": [{"key": "autismespektrum", "is_main": True, "valid_from": OPENED}],
        "capacity": [{"places": 12, "covered": 12, "valid_from": OPENED}],
        "occupancy": [{"year": 2024, "kind": "actual", "basis_points": 9_650}],
        "vacancy": [{"free": 1, "as_of": TODAY}],
    }  # fmt: skip
    return {
        "key": key, "name": f"Bostedet {key}", "operator": "egenby", "reporter": "egenby",
        "municipality": "egenby", "ownership": "municipal", "kind": "residential",
        "valid_from": OPENED, "service": [service],
        "department": [{"key": "huset", "name": "Huset", "valid_from": OPENED}],
        "approval": [{"status": "approved", "authority": "Tilsynet", "valid_from": OPENED}],
        "use": [{"buyer": "naboby", "year": 2024, "citizens": 4}],
        **more,
    }  # fmt: skip


def test_everything_of_an_entry_is_a_row_and_the_trail_has_one_line(home: Cooperation) -> None:
    origin = {
        "predecessor": "hus-a", "on": date(2024, 1, 1), "kind": "takeover", "contracts": "novate",
        "tariffs": "continue",
    }  # fmt: skip
    entries = [entry("hus-a"), entry("hus-b", origin=[origin])]
    before = AuditRecord.objects.count()
    counts = load_facilities(home, entries, **HOW)
    assert counts["tilbud"] == 2
    service = Service.objects.get(facility__key="hus-b")
    assert service.department is not None
    assert service.department.key == "huset"
    assert [one.paragraph.key for one in service.paragraphs.all()] == ["sel-108"]
    assert [one.target_group.key for one in service.target_groups.all()] == ["autismespektrum"]
    assert PlaceCapacity.objects.get(service=service).places == 12
    assert OccupancyFigure.objects.get(service=service).registered_at == HOW["at"]
    assert FacilityUse.objects.get(facility__key="hus-a").citizens == 4
    assert FacilitySuccession.objects.get(successor__key="hus-b").predecessor.key == "hus-a"
    [line] = AuditRecord.objects.order_by("sequence")[before:]
    assert line.target_type == "access.cooperation"
    assert fingerprint_of(entries) in line.reason
    assert "2 tilbud" in line.reason


def test_the_fingerprint_is_of_the_entries_and_nothing_else() -> None:
    one, other = [{"a": 1, "b": OPENED}], [{"b": OPENED, "a": 1}]
    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of(one) != fingerprint_of([{"a": 2, "b": OPENED}])
    assert fingerprint_of([]) == hashlib.sha256().hexdigest()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operator": "findes-ikke"}, "findes-ikke"),
        ({"name": ""}, "række 2"),
        ({"kind": "slot"}, "række 2"),
        ({"name": "Bor nu 0101901234 her"}, "CPR"),
        ({"cvr": "123"}, "facility_cvr_eight"),
        ({"key": "hus-a"}, "Intet er gemt"),
        ({"valid_to": OPENED}, "facility_period"),
        ({"use": [{"buyer": "ingen", "year": 2024, "citizens": 4}]}, "ingen"),
    ],
)
def test_one_wrong_row_and_nothing_is_stored(
    home: Cooperation, wrong: dict[str, Any], said: str
) -> None:
    before = Facility.objects.count(), AuditRecord.objects.count()
    with pytest.raises(ValidationError) as refusal:
        load_facilities(home, [entry("hus-a"), {**entry("hus-b"), **wrong}], **HOW)
    assert said in " ".join(refusal.value.messages)
    assert (Facility.objects.count(), AuditRecord.objects.count()) == before


def test_places_of_one_service_may_not_overlap_here_either(home: Cooperation) -> None:
    double = entry("hus-a")
    double["service"][0]["capacity"] *= 2
    with pytest.raises(ValidationError):
        load_facilities(home, [double], **HOW)
    assert not Facility.objects.filter(key="hus-a").exists()


@pytest.mark.parametrize("role", [Role.TARIFF_OFFICER, Role.PROVIDER, Role.READER])
def test_whoever_manages_only_his_own_cannot_load_for_all(
    world: World, home: Cooperation, role: Role
) -> None:
    with pytest.raises(Refused):
        load_facilities(home, [entry("hus-a")], by=world.actor(role, "egenby"), at=HOW["at"])


def test_the_secretariat_loads_for_its_own_circle_only(world: World, home: Cooperation) -> None:
    secretary = world.actor(Role.SECRETARIAT, "sekretariatet")
    load_facilities(home, [entry("hus-a")], by=secretary, at=HOW["at"])
    foreign = Cooperation.objects.get(key="foreign")
    with pytest.raises(Refused):
        load_facilities(foreign, [entry("hus-c")], by=secretary, at=HOW["at"])


# --- the national lists ---


def test_loading_the_lists_again_changes_nothing(home: Cooperation) -> None:
    before = AuditRecord.objects.count()
    assert load_vocabulary(**HOW) == 0
    assert AuditRecord.objects.count() == before


def test_a_row_that_was_changed_is_brought_back_in_line(home: Cooperation) -> None:
    Paragraph.objects.filter(key="sel-107").update(title="Noget andet")
    assert load_vocabulary(**HOW) == 1
    assert Paragraph.objects.get(key="sel-107").title == "Midlertidigt botilbud"


def test_nobody_s_role_gives_the_right_to_change_the_lists(world: World) -> None:
    for role in Role:
        who = "sekretariatet" if role is Role.SECRETARIAT else "egenby"
        with pytest.raises(Refused):
            load_vocabulary(by=world.actor(role, who), at=HOW["at"])


def test_every_entry_is_a_row_with_a_source_and_what_follows_begins_where_it_ends(
    home: Cooperation,
) -> None:
    content = read_vocabulary("paragraphs")
    assert all(one["source"].strip() for one in content["paragraph"])
    keys = {one["key"] for one in content["paragraph"]}
    assert keys <= set(Paragraph.objects.values_list("key", flat=True))
    positions = [one["position"] for one in content["paragraph"]]
    assert len(set(positions)) == len(positions)
    for link in ParagraphSuccession.objects.filter(predecessor__key__in=keys):
        assert link.successor.valid_from == link.on
        # SEL § 101 goes on for adults; everything else ended that day.
        assert link.predecessor.valid_to == link.on or link.predecessor.key == "sel-101"
        assert link.note


def test_a_target_group_stands_under_its_main_group(home: Cooperation) -> None:
    group = TargetGroup.objects.get(key="hjerneskade-erhvervet")
    assert group.parent is not None
    assert group.parent.key == "kognitiv-funktionsnedsaettelse"
    assert group.position > group.parent.position
