"""Model fields: the guard stands at the database, and a partial date sorts by its last day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from world import AT, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.models import Cooperation, Person
from rammevaerk.portal.agreement.models import (
    Edition,
    Goal,
    Initiative,
    MilestoneDate,
    StatusEntry,
)
from rammevaerk.portal.common.fields import CprFound, PartialDateField, refuse_cpr

CPR = "010190-1234"


# --- text without CPR numbers ---


def test_the_refusal_says_where_and_never_the_number() -> None:
    with pytest.raises(CprFound) as refusal:
        refuse_cpr(f"En linje\nen til\nog borger {CPR} her", where="side 3")
    (message,) = refusal.value.messages
    assert "010190-•••• (side 3, linje 3, tegn 11)" in message
    assert "Intet er gemt." in message
    assert CPR not in message
    assert refusal.value.code == "cpr"


def test_the_refusal_counts_the_others() -> None:
    with pytest.raises(CprFound, match="og 2 steder mere"):
        refuse_cpr(f"{CPR} og 020290-1234 og 0303901234")


@pytest.mark.parametrize(
    "text", ["", "27-71-42-52-21", "Sag 2025-00123", "8. april 2025", "CVR 29189846", "ærø"]
)
def test_what_is_no_cpr_number_goes_through(text: str) -> None:
    refuse_cpr(text)


def test_checking_the_row_names_the_field(world: World) -> None:
    row = world.first(Initiative)
    row.title, row.description = f"Om {CPR}", f"Se\n{CPR}"
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert set(refusal.value.message_dict) == {"title", "description"}


def test_no_way_into_the_database_goes_past_the_guard(world: World) -> None:
    row, goal = world.first(Initiative), world.first(Initiative).goal
    for write in (
        lambda: Cooperation.objects.create(key="ny", name=f"Om {CPR}"),
        lambda: Cooperation(key="ny", name=f"Om {CPR}").save(),
        lambda: Goal.objects.bulk_create([Goal(area=goal.area, position=9, text=CPR)]),
        lambda: Goal.objects.filter(pk=goal.pk).update(text=CPR),
        lambda: Goal.objects.update_or_create(pk=goal.pk, defaults={"text": CPR}),
        lambda: Goal.objects.bulk_update([Goal(pk=goal.pk, text=CPR)], ["text"]),
        lambda: Initiative.objects.filter(pk=row.pk).update(title=f"a {CPR}"),
        lambda: Person.objects.update(name=CPR),
    ):
        with pytest.raises(CprFound), transaction.atomic():
            write()
    assert not Goal.objects.filter(text__contains=CPR).exists()
    assert not Initiative.objects.filter(title__contains=CPR).exists()


def test_a_text_has_its_longest_length_for_operations_too(world: World) -> None:
    goal = world.first(Initiative).goal
    goal.text = "x" * 2000
    goal.full_clean()
    goal.text += "x"
    with pytest.raises(ValidationError, match="2000"):
        goal.full_clean()


def test_a_text_may_hold_what_danish_officials_write(world: World) -> None:
    text = "Æblegrød – «citat» 🙂 §\u00a08, stk.\u00a02\n\t½ €"
    goal = world.first(Initiative).goal
    goal.text = text
    goal.full_clean()
    goal.save()
    assert Goal.objects.get(pk=goal.pk).text == text


# --- dates as precise as they are known ---

CODES = [
    "2024-12",
    "2024-12-31",
    "2025-01-01",
    "2025-03",
    "2025-Q1",
    "2025-06-15",
    "2025",
    "2026-Q2",
]


def dated(world: World, codes: list[str]) -> None:
    milestone = world.first(Initiative).milestones.get()
    for code in codes:
        MilestoneDate.objects.create(
            milestone=milestone,
            state="planned",
            on=PartialDate.from_code(code),
            registered_at=AT,
        )


def test_dates_come_back_as_they_were(world: World) -> None:
    dated(world, CODES)
    found = set(MilestoneDate.objects.values_list("on", flat=True))
    assert found >= {PartialDate.from_code(code) for code in CODES}


def test_dates_are_ordered_by_their_last_day(world: World) -> None:
    dated(world, list(reversed(CODES)))
    ordered = [one.on for one in MilestoneDate.objects.order_by("on") if one.on]
    last_days = [on.last for on in ordered]
    assert last_days == sorted(last_days)
    assert len(ordered) > len(CODES)


def test_dates_can_be_looked_up(world: World) -> None:
    dated(world, CODES)
    home = MilestoneDate.objects.filter(milestone__initiative=world.first(Initiative))
    exact = home.filter(on=PartialDate.from_code("2025-03"))
    assert [one.on.code for one in exact] == ["2025-03"]
    upto = home.filter(on__lte=PartialDate.from_code("2025-01-01")).order_by("on")
    assert [one.on.code for one in upto] == ["2024-12-31", "2024-12", "2025-01-01"]
    assert (
        home.filter(on__in=[PartialDate.from_code("2025"), PartialDate.from_code("2026")]).count()
        == 1
    )


def test_a_date_that_is_not_known_is_none_and_an_empty_column(world: World) -> None:
    edition = world.first(Edition)
    assert edition.approval_deadline is None
    assert Edition.objects.filter(pk=edition.pk, approval_deadline="").exists()
    edition.approval_deadline = PartialDate.from_code("2024-12")
    edition.full_clean()
    edition.save()
    edition.refresh_from_db()
    assert edition.approval_deadline == PartialDate.from_code("2024-12")
    edition.approval_deadline = None
    edition.save()
    edition.refresh_from_db()
    assert edition.approval_deadline is None


def test_a_partial_date_is_told_to_the_audit_trail_as_it_stands_in_the_column(
    world: World,
) -> None:
    edition = world.first(Edition)
    field = edition._meta.get_field("approval_deadline")
    edition.approval_deadline = PartialDate.from_code("2025-Q1")
    assert field.value_to_string(edition) == "2025-03-31:quarter"
    edition.approval_deadline = None
    assert field.value_to_string(edition) == ""


def test_a_column_spoilt_by_hand_is_not_taken_for_a_date() -> None:
    field = PartialDateField("dato")
    assert field.to_python("2025-03-31:quarter") == PartialDate.from_code("2025-Q1")
    assert field.to_python("") is None
    for text in ("2025-03-30:quarter", "i går", "2025-03-31", "2025-13-01:day"):
        with pytest.raises(ValueError, match=r".+"):
            field.to_python(text)


# --- the day a row was registered ---


def test_the_clock_keeps_the_microsecond(world: World) -> None:
    entry = StatusEntry.objects.create(
        initiative=world.first(Initiative),
        status="approved",
        effective_on=date(2025, 5, 1),
        registered_at=AT.replace(microsecond=123456),
    )
    assert StatusEntry.objects.get(pk=entry.pk).registered_at.microsecond == 123456


def test_a_status_that_is_no_choice_is_refused_by_the_check_of_the_row(world: World) -> None:
    entry = StatusEntry(
        initiative=world.first(Initiative),
        status="flyttet",
        effective_on=date(2025, 5, 1),
        registered_at=AT,
    )
    with pytest.raises(ValidationError):
        entry.full_clean()


def test_a_period_that_ends_before_it_begins_is_refused_by_the_database(world: World) -> None:
    edition = world.first(Edition)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(valid_to=edition.valid_from)
