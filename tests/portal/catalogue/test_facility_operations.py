"""Making and correcting facilities and what hangs on them: who may, and what must hold."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from register_samples import OPENED, bosted, facility, service
from world import AT, HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Cooperation, Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import Approval, Facility, Service
from rammevaerk.portal.catalogue.operations.services import seen_of

NEW_YEAR = date(2026, 1, 1)


def values(**more: Any) -> dict[str, Any]:
    own = Organisation.objects.get(key="egenby")
    return {
        "operator": own, "reporter": own, "municipality": own, "ownership": "municipal",
        "kind": "residential", "name": "Åhuset", "valid_from": OPENED, **more,
    }  # fmt: skip


def circle() -> Cooperation:
    return Cooperation.objects.get(key="home")


def fields(problem: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(problem.value.message_dict)


def test_a_new_facility_gets_a_key_of_its_name_and_a_record(world: World) -> None:
    first = operations.add_facility(circle(), values(), **HOW)
    second = operations.add_facility(circle(), values(), **HOW)
    assert (first.key, second.key) == ("aahuset", "aahuset-2")
    assert AuditRecord.objects.filter(target_id=str(first.pk), action="facility.manage").exists()


def test_an_operator_makes_only_facilities_it_reports_itself(world: World) -> None:
    how = {"by": world.actor(Role.PROVIDER, "egenby"), "at": AT}
    operations.add_facility(circle(), values(), **how)
    count = Facility.objects.count()
    neighbour = Organisation.objects.get(key="naboby")
    with pytest.raises(Refused):
        operations.add_facility(circle(), values(reporter=neighbour), **how)
    with pytest.raises(Refused):
        operations.add_facility(Cooperation.objects.get(key="foreign"), values(), **how)
    reader = {**how, "by": world.actor(Role.READER, "egenby")}
    with pytest.raises(Refused):
        operations.add_facility(circle(), values(), **reader)
    assert Facility.objects.count() == count


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cvr", "29189847"),
        ("cvr", "2918984"),
        ("p_number", "123456789"),
        ("p_number", "abcdefghij"),
        ("portal_id", "12a"),
        ("portal_id", "123456789"),
        ("valid_to", OPENED),
    ],
)
def test_a_number_or_period_that_cannot_be_is_refused_at_its_field(
    world: World, column: str, value: Any
) -> None:
    with pytest.raises(ValidationError) as problem:
        operations.add_facility(circle(), values(**{column: value}), **HOW)
    assert fields(problem) == {column}


def test_a_p_number_that_is_a_cpr_number_by_its_control_digit_is_refused(world: World) -> None:
    # 07.07.61, a date, with the control digit that fits it.
    with pytest.raises(ValidationError) as problem:
        operations.add_facility(circle(), values(p_number="070761" + "4285"), **HOW)
    assert fields(problem) == {"p_number"}
    assert "4285" not in str(problem.value)


def test_it_lies_in_a_municipality(world: World) -> None:
    office = Organisation.objects.get(key="sekretariatet")
    with pytest.raises(ValidationError) as problem:
        operations.add_facility(circle(), values(municipality=office), **HOW)
    assert fields(problem) == {"municipality_id"}


def test_operator_and_legal_form_are_never_corrected(world: World) -> None:
    for change in ({"operator_id": 1}, {"ownership": "private"}):
        with pytest.raises(ValidationError, match="nyt tilbud følger"):
            operations.revise_facility(bosted(), change, **HOW)


def test_a_facility_cannot_open_after_its_services(world: World) -> None:
    with pytest.raises(ValidationError) as problem:
        operations.revise_facility(bosted(), {"valid_from": date(2024, 1, 1)}, **HOW)
    assert fields(problem) == {"valid_from"}
    assert operations.revise_facility(bosted(), {"valid_from": date(2019, 1, 1)}, **HOW)


def test_two_editors_do_not_overwrite_each_other(world: World) -> None:
    row = bosted()
    seen = operations.fingerprint(row)
    operations.revise_facility(row, {"phone": "12345678"}, seen=seen, **HOW)
    with pytest.raises(operations.RevisionConflict):
        operations.revise_facility(row, {"name": "Andet"}, seen=seen, **HOW)
    assert bosted().name == "Hjemlig bosted i egenby"


def test_another_operator_s_facility_is_not_for_me(world: World) -> None:
    how = {"by": world.actor(Role.PROVIDER, "egenby"), "at": AT}
    theirs = bosted("naboby")
    for work in (
        lambda: operations.revise_facility(theirs, {"phone": "1"}, **how),
        lambda: operations.add_department(theirs, {"name": "A", "valid_from": NEW_YEAR}, **how),
        lambda: operations.set_paragraphs(theirs.services.get(), [], on=NEW_YEAR, **how),
        lambda: operations.set_capacity(
            theirs.services.get(), places=1, covered=1, valid_from=NEW_YEAR, **how
        ),
    ):
        with pytest.raises(Refused):
            work()


def test_a_department_and_a_service_lie_inside_what_holds_them(world: World) -> None:
    row = facility(world, "Kort levetid", valid_to=NEW_YEAR)
    with pytest.raises(ValidationError) as problem:
        operations.add_department(row, {"name": "Før", "valid_from": date(2019, 1, 1)}, **HOW)
    assert fields(problem) == {"valid_from"}
    part = {"name": "Huset", "valid_from": date(2021, 1, 1), "valid_to": NEW_YEAR}
    department = operations.add_department(row, part, **HOW)
    with pytest.raises(ValidationError) as problem:
        service(row, "For længe")
    assert fields(problem) == {"valid_to"}
    with pytest.raises(ValidationError) as problem:
        service(row, "Før afdelingen", department=department, valid_to=NEW_YEAR)
    assert fields(problem) == {"valid_from"}
    assert not Service.objects.filter(facility=row).exists()


def test_a_service_takes_a_department_of_its_own_facility_only(world: World) -> None:
    with pytest.raises(ValidationError) as problem:
        service(bosted(), "Fejl", department=bosted("naboby").departments.get())
    assert fields(problem) == {"department_id"}


@pytest.mark.parametrize(("youngest", "oldest"), [(18, 18), (18, 5), (200, None), (0, 500)])
def test_ages_that_cannot_be_are_refused(world: World, youngest: int, oldest: int | None) -> None:
    with pytest.raises(ValidationError):
        service(bosted(), "Alder", age_from=youngest, age_to=oldest)


def test_law_and_groups_change_from_a_day_and_the_past_stays(world: World) -> None:
    held = bosted().services.get()
    old = held.paragraphs.get()
    new = world.rows[type(old.paragraph)][1].row
    assert operations.set_paragraphs(held, [new.pk], on=NEW_YEAR, **HOW)
    rows = {row.paragraph_id: (row.valid_from, row.valid_to) for row in held.paragraphs.all()}
    assert rows[old.paragraph_id] == (OPENED, NEW_YEAR)
    assert rows[new.pk] == (NEW_YEAR, None)
    assert not operations.set_paragraphs(held, [new.pk], on=NEW_YEAR, **HOW)
    # Said again of the same day, it is corrected and leaves no empty period.
    operations.set_paragraphs(held, [old.paragraph_id, new.pk], on=NEW_YEAR, **HOW)
    assert held.paragraphs.filter(valid_to=None).count() == 2


def test_the_main_group_is_one_of_the_chosen(world: World) -> None:
    held = bosted().services.get()
    group = held.target_groups.get().target_group_id
    with pytest.raises(ValidationError):
        operations.set_target_groups(held, [], main_id=group, on=NEW_YEAR, **HOW)
    operations.set_target_groups(held, [group], main_id=None, on=NEW_YEAR, **HOW)
    assert [row.is_main for row in held.target_groups.order_by("valid_from")] == [True, False]


def test_a_choice_made_on_what_somebody_changed_meanwhile_is_refused(world: World) -> None:
    held = bosted().services.get()
    seen = seen_of(held, "paragraph_id")
    operations.set_paragraphs(held, [], on=NEW_YEAR, seen=seen, **HOW)
    with pytest.raises(ValidationError, match="En anden har ændret"):
        operations.set_paragraphs(held, [1], on=NEW_YEAR, seen=seen, **HOW)


def test_law_from_a_day_when_the_service_is_not_given_is_refused(world: World) -> None:
    with pytest.raises(ValidationError) as problem:
        operations.set_paragraphs(bosted().services.get(), [], on=date(2019, 1, 1), **HOW)
    assert fields(problem) == {"on"}


def test_a_new_approval_ends_the_one_in_force(world: World) -> None:
    row = bosted()
    told = {"status": "conditions", "authority": "Socialtilsyn", "valid_from": NEW_YEAR}
    operations.add_approval(row, told, **HOW)
    periods = Approval.objects.filter(facility=row).order_by("valid_from")
    assert list(periods.values_list("valid_from", "valid_to")) == [
        (OPENED, NEW_YEAR),
        (NEW_YEAR, None),
    ]
    with pytest.raises(ValidationError) as problem:
        operations.add_approval(row, told, **HOW)
    assert fields(problem) == {"valid_from"}
