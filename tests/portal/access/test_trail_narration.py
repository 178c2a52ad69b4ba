"""A record of the audit trail as an official reads it: Danish names, labels and dates."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from world import AT, CLERK, HOW, MARK, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access import operations
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.audit import record, snapshot
from rammevaerk.portal.access.models import (
    AuditRecord,
    Organisation,
    OrganisationName,
    RoleAssignment,
)
from rammevaerk.portal.access.narration import Account, Field, account_of, line_of
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.agreement.models import (
    Edition,
    Goal,
    Initiative,
    Milestone,
    MilestoneDate,
    Participation,
    StatusEntry,
)
from rammevaerk.portal.agreement.operations import revise_initiative

SECRETARIAT = Role.SECRETARIAT, "sekretariatet"


def newest_of(row: Any) -> AuditRecord:
    return AuditRecord.objects.filter(
        target_type=row._meta.label_lower, target_id=str(row.pk)
    ).latest("sequence")


def fields_of(account: Account) -> dict[str, Field]:
    return {one.name: one for one in account.fields}


def told(world: World, row: Any) -> dict[str, str]:
    """What the secretariat reads in the newest record of the row, after it was done."""
    account = account_of(newest_of(row), world.actor(*SECRETARIAT))
    return {one.name: one.after for one in account.fields}


def written(row: Any, **columns: Any) -> AuditRecord:
    """A record, not stored, of a row with those columns."""
    entry = newest_of(row)
    entry.before = ""
    entry.after = json.dumps(columns)
    return entry


def test_columns_bear_the_names_that_the_forms_use(world: World) -> None:
    fields = told(world, _status())
    assert fields["Status"] == "I gang"
    assert fields["Statustekst"] == "Hjemlig status"
    assert fields["Status pr."] == "8. april 2025"
    # 09.00 UTC in June is 11.00 in Denmark.
    assert fields["Registreret"] == "2. juni 2025 kl. 11.00"
    assert fields["Kilde"] == "(tomt)"
    assert fields["Initiativ"] == "1.1 Hjemlig initiativ"
    assert "ID" not in fields


def _status() -> StatusEntry:
    return StatusEntry.objects.get(initiative__title="Hjemlig initiativ", initiative__number="1.1")


def test_a_partial_date_is_written_as_precisely_as_it_is_known(world: World) -> None:
    row = MilestoneDate.objects.filter(milestone__initiative=world.first(Initiative)).first()
    fields = told(world, row)
    assert fields["Dato"] == "1. kvartal 2025"
    assert fields["Tilstand"] == "Ventet"
    assert fields["Milepæl"] == "Hjemlig beslutning"


def test_a_period_is_told_with_its_last_day_and_a_truth_with_yes_or_no(world: World) -> None:
    fields = told(world, world.first(Edition))
    assert fields["Gælder fra"] == "1. januar 2025"
    assert fields["Gælder til"] == "til og med 31. december 2026"
    assert fields["Opdigtede data"] == "nej"


def test_an_organisation_bears_its_name_of_the_day_of_the_record(world: World) -> None:
    row = Organisation.objects.get(key="egenby")
    row.names.update(valid_to=date(2025, 6, 1))
    OrganisationName.objects.create(
        organisation=row, kind="official", name="Nyby", valid_from=date(2025, 6, 1)
    )
    participation = world.first(Participation)
    entry = newest_of(participation)
    actor = world.actor(*SECRETARIAT)
    names = []
    for day in (datetime(2025, 5, 31, 21, 59, tzinfo=UTC), datetime(2025, 5, 31, 22, tzinfo=UTC)):
        entry.at = day
        names.append(fields_of(account_of(entry, actor))["Organisation"].after)
    # The Danish day begins two hours before that of UTC.
    assert names == ["Egenby", "Nyby"]


def test_a_row_that_the_reader_may_not_see_is_a_number(world: World) -> None:
    foreign = Goal.objects.get(area__edition=world.first(Edition, "foreign"))
    row = world.first(Initiative)
    entry = written(row, goal_id=foreign.pk, forum_id=row.forum_id, title="T")
    fields = fields_of(account_of(entry, world.actor(*SECRETARIAT)))
    assert fields["Målsætning"].after == f"nr. {foreign.pk}"
    assert fields["Forum"].after == "Hjemlig forum"
    assert MARK not in str(fields)


def test_a_row_that_is_gone_is_a_number(world: World) -> None:
    entry = written(world.first(Initiative), goal_id=987654)
    fields = fields_of(account_of(entry, world.actor(*SECRETARIAT)))
    assert fields["Målsætning"].after == "nr. 987654"


def test_an_administrator_sees_no_person_of_another_organisation(world: World) -> None:
    other = world.person(Role.READER, "naboby")
    own = world.person(Role.READER, "egenby")
    row = RoleAssignment.objects.get(person=own)
    actor = world.actor(Role.ADMINISTRATOR, "egenby")
    people = [
        fields_of(account_of(written(row, person_id=person.pk), actor))["Person"].after
        for person in (other, own)
    ]
    assert people == [f"nr. {other.pk}", own.name]


def test_only_what_changed_stands_out(world: World) -> None:
    row = world.first(Initiative)
    revise_initiative(row, {"title": "Nyt navn", "responsible_id": None}, **HOW)
    account = account_of(newest_of(row), world.actor(*SECRETARIAT))
    assert account.compares
    assert [(one.before, one.after) for one in account.changed] == [
        ("Egenby", "(tomt)"),
        ("Hjemlig initiativ", "Nyt navn"),
    ]
    assert {"Nummer", "Forum", "Rækkefølge"} <= {one.name for one in account.unchanged}


def test_the_reader_is_told_who_did_it_for_whom_and_what_it_was(world: World) -> None:
    row = world.first(Initiative)
    actor = world.actor(*SECRETARIAT)
    revise_initiative(row, {"title": "Nyt navn"}, by=actor, at=AT)
    account = account_of(newest_of(row), actor)
    assert account.organisation == "Sekretariatet"
    assert (account.line.kind, account.line.happened) == ("Initiativ", "ændret")


def test_a_removed_row_is_told_with_what_it_was(world: World) -> None:
    row = Milestone.objects.filter(initiative=world.first(Initiative)).first()
    assert row is not None
    entry = record(CLERK, Action.PLAN_EDIT, row, at=AT, before=snapshot(row), removed=True)
    assert line_of(entry).happened == "fjernet"
    client = world.client(*SECRETARIAT)
    page = client.get(reverse("access:audit_detail", kwargs={"sequence": entry.pk}))
    assert "Hvad der blev fjernet" in page.content.decode()
    assert "Hjemlig beslutning" in page.content.decode()


def test_a_new_password_says_that_no_field_changed_and_why_it_is_there(world: World) -> None:
    person = world.person(Role.READER, "egenby")
    administrator = world.actor(Role.ADMINISTRATOR, "egenby")
    operations.set_password(person, "en ny lang adgangskode", by=administrator, at=AT)
    operations.set_password(person, "en nyere lang adgangskode", by=administrator, at=AT)
    entry = newest_of(person)
    address = reverse("access:audit_detail", kwargs={"sequence": entry.pk})
    page = world.client(Role.ADMINISTRATOR, "egenby").get(address).content.decode()
    assert "Ingen af de felter, du kan se, blev ændret." in page
    assert "Ny adgangskode" in page


@pytest.mark.parametrize("content", ["andet", "[]", '{"title": [1]}', '"tekst"', "1"])
def test_a_record_that_somebody_wrote_over_is_said_to_be_unreadable(
    world: World, content: str
) -> None:
    entry = newest_of(world.first(Initiative))
    entry.after = content
    account = account_of(entry, world.actor(*SECRETARIAT))
    assert not account.readable
    assert account.fields == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("effective_on", "i går", "i går"),
        ("effective_on", 7, "7"),
        ("registered_at", "2025-99-99", "2025-99-99"),
        ("status", "ukendt", "ukendt"),
        ("initiative_id", "x", "nr. x"),
        ("forgotten", "noget", "noget"),
    ],
)
def test_a_value_that_cannot_be_read_stands_as_it_is(
    world: World, column: str, value: Any, text: str
) -> None:
    account = account_of(written(_status(), **{column: value}), world.actor(*SECRETARIAT))
    assert [one.after for one in account.fields] == [text]


def test_a_partial_date_that_cannot_be_read_stands_as_it_is(world: World) -> None:
    row = MilestoneDate.objects.first()
    assert row is not None
    account = account_of(written(row, on="snart"), world.actor(*SECRETARIAT))
    assert [one.after for one in account.fields] == ["snart"]
    stored = PartialDate.from_code("2025-01").sort_code
    account = account_of(written(row, on=stored), world.actor(*SECRETARIAT))
    assert [one.after for one in account.fields] == ["januar 2025"]


@pytest.mark.parametrize("kind", ["agreement.forsvundet", "sludder", "a.b.c", ""])
def test_a_kind_that_no_longer_exists_keeps_its_own_name(world: World, kind: str) -> None:
    entry = written(world.first(Initiative), title="T")
    entry.target_type = kind
    assert line_of(entry).kind == kind
    account = account_of(entry, world.actor(*SECRETARIAT))
    assert [(one.name, one.after) for one in account.fields] == [("title", "T")]


def test_each_kind_of_row_is_asked_for_once(
    world: World, django_assert_max_num_queries: Any
) -> None:
    row = world.first(Initiative)
    other = Organisation.objects.get(key="naboby")
    revise_initiative(row, {"responsible_id": other.pk}, **HOW)
    entry, actor = newest_of(row), world.actor(*SECRETARIAT)
    # Edition, goal and forum once each; the organisations' rows and names.
    with django_assert_max_num_queries(5):
        account = account_of(entry, actor)
    assert [(one.before, one.after) for one in account.changed] == [("Egenby", "Naboby")]


def test_every_record_of_the_world_is_told_without_a_bare_column_or_number(world: World) -> None:
    reader = Actor.system("Prøve")
    # What a row with something to hide is called may tell just that, so it keeps its number.
    hidden = {
        str(model._meta.verbose_name).capitalize()
        for model in apps.get_models()
        if getattr(model, "audit_sensitive", None)
    }
    for entry in AuditRecord.objects.all():
        account = account_of(entry, reader)
        assert account.readable
        for field in account.fields:
            assert "_" not in field.name, (entry.target_type, field.name)
            numbered = field.after.startswith("nr. ") and field.name not in hidden
            assert not numbered, (entry.target_type, field.name)


def test_the_page_keeps_what_is_technical_folded(world: World) -> None:
    entry = newest_of(world.first(Initiative))
    client = world.client(*SECRETARIAT)
    page = client.get(reverse("access:audit_detail", kwargs={"sequence": entry.pk}))
    seen, _details, technical = page.content.decode().partition("<summary>Teknisk</summary>")
    assert entry.hash in technical
    assert entry.hash not in seen
    assert f"agreement.initiative:{entry.target_id}" in technical
