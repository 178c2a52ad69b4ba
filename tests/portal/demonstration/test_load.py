"""The demonstration in the portal: what its files say, people who can log in, loaded only once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from data_files import DATA, EDITIONS, read
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from rammevaerk.portal.access.models import (
    AuditRecord,
    Cooperation,
    Organisation,
    Person,
    RoleAssignment,
)
from rammevaerk.portal.access.queries import is_empty
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.agreement.models import (
    Edition,
    Initiative,
    InitiativeSuccession,
    MilestoneDate,
    Participation,
    ParticipationCount,
    StatusEntry,
)
from rammevaerk.portal.demonstration import load
from rammevaerk.portal.demonstration.load import load_demonstration

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, loaded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demonstration(at=AT, with_citizens=False)
        yield
        transaction.set_rollback(True)


def entries(kind: str) -> list[dict[str, object]]:
    """Every initiative and sub-initiative of the files, with the entries of one kind."""
    found: list[dict[str, object]] = []

    def walk(initiative: dict[str, object]) -> None:
        found.extend(initiative.get(kind, ()))  # type: ignore[arg-type]
        for sub in initiative.get("sub", ()):  # type: ignore[attr-defined]
            walk(sub)

    for path in EDITIONS:
        for area in read(path).get("area", ()):
            for goal in area.get("goal", ()):
                for initiative in goal.get("initiative", ()):
                    walk(initiative)
    return found


def test_every_entry_of_the_files_is_a_row() -> None:
    participations = [one for path in EDITIONS for one in read(path).get("participation", ())]
    assert Edition.objects.count() == len(EDITIONS)
    assert StatusEntry.objects.count() == len(entries("status"))
    assert MilestoneDate.objects.count() == sum(
        ("planned" in one) + ("reached" in one) for one in entries("milestone")
    )
    assert InitiativeSuccession.objects.count() == sum(1 for _one in entries("predecessors"))
    assert Participation.objects.count() == len(participations)
    assert ParticipationCount.objects.count() == sum(
        len(one.get("count", ())) for one in participations
    )
    assert Cooperation.objects.count() == len(list(DATA.glob("*/cooperation.toml")))


def test_the_four_editions_of_midtjylland_follow_one_another() -> None:
    editions = list(Edition.objects.filter(slug__startswith="midtjylland").order_by("valid_from"))
    assert [one.label for one in editions] == ["2019-20", "2021-22", "2023-24", "2025-26"]
    for earlier, later in pairwise(editions):
        assert earlier.valid_to == later.valid_from
    # 19 municipalities and the region.
    assert {one.parties.count() for one in editions} == {20}


def test_what_was_loaded_holds_against_its_own_trail() -> None:
    # The file outside the database is written on commit, which never comes here.
    assert {one.code for one in verify()} <= {"audit.no-head-file"}
    assert set(AuditRecord.objects.values_list("actor_label", flat=True)) == {"Demonstrationsdata"}


def test_it_is_loaded_into_an_empty_installation_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert not is_empty()
    before = AuditRecord.objects.count()
    call_command("demonstrate")
    assert "holds data already" in capsys.readouterr().out
    assert AuditRecord.objects.count() == before


def test_a_broken_file_loads_nothing_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "read_register", lambda: [{"key": "ny", "kind": "rige"}])
    before = AuditRecord.objects.count(), Organisation.objects.count()
    with pytest.raises(KeyError):
        load_demonstration(at=AT, with_citizens=False)
    assert (AuditRecord.objects.count(), Organisation.objects.count()) == before


def test_the_people_are_roles_and_not_persons_and_can_log_in(settings: Settings) -> None:
    people = list(Person.objects.all())
    assert len(people) > 8
    for person in people:
        assert person.email.endswith("@demo.example")
        assert "(demo)" in person.name
    for person in people[:2]:
        client = Client()
        form = {"username": person.email, "password": settings.DEMONSTRATION_PASSWORD}
        assert client.post(reverse("access:log_in"), form).status_code == 302


def test_the_command_lists_the_people(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demonstration_people")
    printed = capsys.readouterr().out
    assert settings.DEMONSTRATION_PASSWORD in printed
    for email in Person.objects.values_list("email", flat=True):
        assert email in printed


def test_every_page_opens_for_every_person_of_the_demonstration() -> None:
    editions = Edition.objects.filter(slug__startswith="midtjylland")
    newest = Initiative.objects.filter(edition__label="2025-26")
    addresses = [
        reverse(f"agreement:{name}", args=[edition.slug])
        for edition in editions
        for name in ("edition", "plan", "plan_findings", "participation")
    ]
    addresses += [reverse("agreement:initiative", args=[row.pk]) for row in newest[:4]]
    addresses += ["/", reverse("agreement:editions"), reverse("access:organisations")]
    for email in ("sekretariat@demo.example", "laeser.horsens@demo.example"):
        person = Person.objects.get(email=email)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for address in addresses:
            assert client.get(address).status_code == 200, address


def test_nordjylland_sees_nothing_of_midtjylland() -> None:
    assignment = RoleAssignment.objects.filter(
        organisation__cooperations__cooperation__key="nordjylland"
    ).first()
    if assignment is None:
        pytest.fail("the demonstration has nobody of the other cooperation")
    client = Client()
    client.force_login(assignment.person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("agreement:editions")).content.decode()
    assert "Midtjylland" not in page
    for edition in Edition.objects.filter(slug__startswith="midtjylland"):
        assert client.get(reverse("agreement:plan", args=[edition.slug])).status_code == 404


def test_nothing_in_it_lies_in_the_future_of_its_loading() -> None:
    assert not StatusEntry.objects.filter(effective_on__gt=AT.date()).exists()
    assert not MilestoneDate.objects.filter(effective_on__gt=AT.date()).exists()
    assert not ParticipationCount.objects.filter(as_of__gt=AT.date()).exists()
    # It can be loaded on the day it speaks of last, and never before it.
    last = max(StatusEntry.objects.values_list("effective_on", flat=True))
    assert date(2025, 4, 8) <= last <= AT.date() - timedelta(days=1)
