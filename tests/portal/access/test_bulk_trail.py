"""Rows stored together are answered for by one record: none is unrecorded, a changed one shows."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from world import HOW, World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.bulk import record_load, store_rows
from rammevaerk.portal.access.models import AuditRecord, Cooperation, CooperationMember
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.catalogue.models import TargetGroup

KEYS = [f"gruppe-{number}" for number in range(700)]


@pytest.fixture
def stored(world: World) -> Cooperation:
    cooperation = Cooperation.objects.get(key="home")
    rows: list[Any] = [
        TargetGroup(
            key=key, name=f"Gruppe {key}", audience="both", position=1, valid_from=HOW["at"].date()
        )
        for key in KEYS
    ]
    store_rows(rows)
    entries = [{"key": key} for key in KEYS]
    told = record_load(cooperation, Action.FACILITY_MANAGE, entries, {TargetGroup: rows}, **HOW)
    assert told == {"målgrupper": 700}
    return cooperation


def codes() -> set[str]:
    # Nothing is committed here, so the file outside the database is not written.
    return {one.code for one in verify()} - {"audit.no-head-file"}


def test_rows_stored_together_are_all_in_the_trail(stored: Cooperation) -> None:
    assert TargetGroup.objects.filter(key__in=KEYS).count() == 700
    assert codes() == set()


def test_one_of_them_changed_by_hand_is_found(stored: Cooperation) -> None:
    TargetGroup.objects.filter(key=KEYS[400]).update(name="Noget andet")
    [found] = [one for one in verify() if one.code == "audit.row-changed"]
    assert str(TargetGroup.objects.get(key=KEYS[400]).pk) in found.place


def test_one_of_them_removed_by_hand_is_found(stored: Cooperation) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalogue_targetgroup WHERE key = %s", [KEYS[3]])
    assert codes() == {"audit.row-removed"}


def test_the_record_reads_as_a_change_without_its_fingerprints(
    world: World, stored: Cooperation
) -> None:
    assert CooperationMember.objects.filter(cooperation=stored).exists()
    entry = AuditRecord.objects.first()
    assert entry is not None
    client: Client = world.client(Role.SECRETARIAT, "sekretariatet")
    answer = client.get(reverse("access:audit_detail", args=[entry.sequence]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "700 målgrupper" in page
    assert json.loads(entry.after)["loaded"][:40] not in page
    assert len(page) < 60_000
