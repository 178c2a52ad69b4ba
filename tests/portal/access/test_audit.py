"""The audit trail: what it records, and that no change by hand goes unseen."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from subprocess_portal import Installations
from world import AT, CLERK, HOW, World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.audit import record, seal, snapshot, write_head
from rammevaerk.portal.access.models import (
    AuditHead,
    AuditRecord,
    Organisation,
    OrganisationSuccession,
)
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Initiative, StatusEntry


@pytest.fixture
def trail(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose head is written to a file of its own."""
    monkeypatch.setattr(settings, "AUDIT_HEAD_FILE", tmp_path / "audit-head.log")
    write_head()
    return world


def unguarded(statement: str, *values: object) -> None:
    """Change the database as somebody with the file in hand could: past the triggers."""
    table = "access_auditrecord" if "access_auditrecord" in statement else "agreement_statusentry"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for verb in ("update", "delete"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"')
        cursor.execute(statement, values)


def codes() -> set[tuple[str, str]]:
    return {(one.code, one.place) for one in verify()}


def test_an_untouched_trail_holds(trail: World) -> None:
    assert verify() == []


def test_every_operation_leaves_one_record_with_before_and_after(trail: World) -> None:
    row = trail.first(Initiative)
    count = AuditRecord.objects.count()
    actor = trail.actor(Role.SECRETARIAT, "sekretariatet")
    operations.revise_initiative(row, {"title": "Ny titel"}, by=actor, at=AT)
    newest = AuditRecord.objects.first()
    assert AuditRecord.objects.count() == count + 1
    assert newest.action == Action.PLAN_EDIT
    assert '"title":"Hjemlig initiativ"' in newest.before
    assert '"title":"Ny titel"' in newest.after
    assert newest.person_id == actor.person_id
    assert newest.organisation_id == actor.organisation_id
    assert newest.cooperation_id == row.edition.agreement.cooperation_id


def test_saving_what_stands_already_leaves_no_record(trail: World) -> None:
    row = trail.first(Initiative)
    count = AuditRecord.objects.count()
    assert not operations.revise_initiative(row, {"title": row.title}, **HOW)
    assert AuditRecord.objects.count() == count


@pytest.mark.parametrize(
    "column", ["actor_label", "action", "target_label", "before", "after", "reason", "hash"]
)
def test_a_changed_record_is_named(trail: World, column: str) -> None:
    unguarded(f"UPDATE access_auditrecord SET {column} = 'andet' WHERE sequence = 7")
    assert ("audit.changed", "spor nr. 7") in codes()


def test_a_record_that_was_changed_and_sealed_again_breaks_the_chain(trail: World) -> None:
    entry = AuditRecord.objects.get(sequence=7)
    entry.actor_label = "En anden"
    sealed = seal(entry)
    unguarded(
        "UPDATE access_auditrecord SET actor_label = %s, hash = %s WHERE sequence = 7",
        entry.actor_label,
        sealed,
    )
    assert ("audit.relinked", "spor nr. 8") in codes()


def test_a_removed_record_is_named(trail: World) -> None:
    unguarded("DELETE FROM access_auditrecord WHERE sequence = 7")
    messages = [one.message for one in verify()]
    assert "Spor nr. 7 mangler." in messages


def test_a_cut_off_tail_is_found_by_the_head_in_the_database(trail: World) -> None:
    last = AuditHead.objects.get().sequence
    unguarded("DELETE FROM access_auditrecord WHERE sequence > %s", last - 2)
    found = [one for one in verify() if one.code == "audit.truncated"]
    assert any(f"{last - 1}–{last}" in one.message for one in found)


def test_a_tail_cut_off_with_its_head_is_found_by_the_file(trail: World) -> None:
    last = AuditHead.objects.get().sequence
    kept = AuditRecord.objects.get(sequence=last - 2)
    unguarded("DELETE FROM access_auditrecord WHERE sequence > %s", kept.sequence)
    AuditHead.objects.update(sequence=kept.sequence, hash=kept.hash)
    found = [one for one in verify() if one.code == "audit.truncated"]
    assert [one.message for one in found] == [f"Spor nr. {last} er fjernet fra databasen."]


def test_a_missing_head_file_is_found(trail: World) -> None:
    Path(settings.AUDIT_HEAD_FILE).unlink()
    assert "audit.no-head-file" in {code for code, _place in codes()}


def test_a_row_changed_past_the_operations_is_named(trail: World) -> None:
    row = trail.first(Initiative)
    Initiative.objects.filter(pk=row.pk).update(title="Ændret i hånden")
    found = next(one for one in verify() if one.code == "audit.row-changed")
    assert found.place == f"initiativ nr. {row.pk}"
    assert "title" in found.message


def test_an_append_only_row_changed_in_the_file_is_named(trail: World) -> None:
    entry = StatusEntry.objects.first()
    unguarded("UPDATE agreement_statusentry SET text = 'andet' WHERE id = %s", entry.pk)
    assert ("audit.row-changed", f"status nr. {entry.pk}") in codes()


def test_a_row_inserted_without_a_record_is_named(trail: World) -> None:
    organisation = Organisation.objects.create(
        key="snydeby", kind="municipality", valid_from=AT.date()
    )
    assert ("audit.unrecorded", f"organisation nr. {organisation.pk}") in codes()


def test_a_column_that_no_longer_holds_a_date_is_named_and_not_a_crash(trail: World) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL itself refuses a column of a wrong type")
    unguarded("UPDATE access_auditrecord SET at = 'i går' WHERE sequence = 7")
    assert "spor nr. 7" in {place for _code, place in codes()}


def test_the_database_refuses_to_change_or_delete_a_record(trail: World) -> None:
    for change in (
        lambda: AuditRecord.objects.filter(sequence=7).update(reason="x"),
        lambda: AuditRecord.objects.filter(sequence=7).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_a_record_outside_a_transaction_is_a_programming_error() -> None:
    organisation = Organisation(key="enby", kind="municipality", valid_from=AT.date())
    with pytest.raises(RuntimeError):
        record(CLERK, Action.PLAN_EDIT, organisation, at=AT)


def test_snapshot_leaves_out_the_password(trail: World) -> None:
    person = trail.person(Role.READER, "egenby")
    assert "password" not in snapshot(person)
    assert "name" in snapshot(person)


def test_the_seal_covers_the_moment_to_the_microsecond(trail: World) -> None:
    entry = AuditRecord.objects.get(sequence=7)
    before = seal(entry)
    entry.at = datetime(2025, 6, 2, 9, 0, 0, 1, tzinfo=UTC)
    assert seal(entry) != before


def test_the_command_passes_and_fails_with_an_exit_code(
    trail: World, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("audit", "verify")
    assert "records hold" in capsys.readouterr().out
    unguarded("UPDATE access_auditrecord SET reason = 'andet' WHERE sequence = 7")
    with pytest.raises(SystemExit):
        call_command("audit", "verify")
    assert "spor nr. 7" in capsys.readouterr().out


@pytest.mark.sqlite
def test_one_byte_changed_in_the_file_is_named(installations: Installations) -> None:
    """The whole of it, on a file of its own: load, change one byte of the file, verify."""
    portal = installations.fresh()
    portal.run("demonstrate", "--without-citizens")
    portal.run("audit", "verify")
    with sqlite3.connect(portal.database) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        label = database.execute(
            "SELECT target_label FROM access_auditrecord WHERE target_label LIKE '%Botilbudsteams%'"
            " ORDER BY sequence LIMIT 1"
        ).fetchone()[0]
        sequence = database.execute(
            "SELECT sequence FROM access_auditrecord WHERE target_label = ?"
            " ORDER BY sequence LIMIT 1",
            [label],
        ).fetchone()[0]
    content = portal.database.read_bytes()
    place = content.find(f"agreement.initiative{_initiative_id(portal, sequence)}{label}".encode())
    assert place > 0
    changed = place + len("agreement.initiative")
    portal.database.write_bytes(content[:changed] + b"9" + content[changed + 1 :])
    failed = portal.run("audit", "verify", fine=False)
    assert failed.returncode == 1
    assert f"spor nr. {sequence}:" in failed.stdout


def _initiative_id(portal: object, sequence: int) -> str:
    with sqlite3.connect(portal.database) as database:  # type: ignore[attr-defined]
        row = database.execute(
            "SELECT target_id FROM access_auditrecord WHERE sequence = ?", [sequence]
        ).fetchone()
    return str(row[0])


def test_a_row_in_a_table_that_no_record_mentions_is_named(trail: World) -> None:
    first, second = Organisation.objects.all()[:2]
    row = OrganisationSuccession.objects.create(
        predecessor=first, successor=second, on=AT.date(), kind="merger"
    )
    assert "audit.unrecorded" in {code for code, _place in codes()}
    assert str(row.pk) in next(one for one in verify() if one.code == "audit.unrecorded").place


def test_a_transaction_writes_the_head_once_however_many_records_it_holds(trail: World) -> None:
    # What the world left waiting is never done: the test's own transaction is given up.
    connection.run_on_commit.clear()
    row = trail.first(Initiative)

    def waiting() -> int:
        return [work for _savepoints, work, _robust in connection.run_on_commit].count(write_head)

    # What waits in a savepoint that is given up is forgotten with it, and asked for again.
    with transaction.atomic():
        record(CLERK, Action.PLAN_EDIT, row, at=AT)
        assert waiting() == 1
        transaction.set_rollback(True)
    assert waiting() == 0
    with transaction.atomic():
        record(CLERK, Action.PLAN_EDIT, row, at=AT)
    record(CLERK, Action.PLAN_EDIT, row, at=AT)
    assert waiting() == 1


def test_verifying_reads_many_records_at_once(trail: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert not {one.code for one in verify()} & {"audit.unreadable", "audit.removed"}
        return len(captured)

    few = queries()
    for _again in range(20):
        record(CLERK, Action.PLAN_EDIT, trail.first(Initiative), at=AT)
    assert queries() == few
