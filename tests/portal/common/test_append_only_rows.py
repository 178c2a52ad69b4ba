"""Rows that only grow: the database refuses a change, whoever asks and by whatever way."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from world import World

from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.agreement.models import (
    AnnexVersion,
    Initiative,
    MilestoneDate,
    ParticipationCount,
    StatusEntry,
)
from rammevaerk.portal.common.append_only import install_triggers

GROWING = [AuditRecord, AnnexVersion, MilestoneDate, ParticipationCount, StatusEntry]


@pytest.mark.parametrize("model", GROWING)
def test_no_row_is_changed_or_deleted(world: World, model: type[models.Model]) -> None:
    rows = model._default_manager.all()
    first = rows.first()
    column = {"AuditRecord": "reason", "AnnexVersion": "name", "ParticipationCount": "unit"}.get(
        model.__name__, "source"
    )
    table = model._meta.db_table

    def by_hand(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    before = list(rows.values())
    for change in (
        lambda: rows.update(**{column: "andet"}),
        lambda: rows.filter(pk=first.pk).update(**{column: "andet"}),
        first.save,
        first.delete,
        rows.delete,
        lambda: rows.bulk_update([first], [column]),
        lambda: by_hand(f"UPDATE {table} SET {column} = 'andet'"),
        lambda: by_hand(f"DELETE FROM {table}"),
    ):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            change()
    assert list(model._default_manager.values()) == before


def test_a_row_cannot_be_put_in_the_place_of_another(world: World) -> None:
    entry = StatusEntry.objects.first()
    again = StatusEntry.objects.get(pk=entry.pk)
    again.text = "andet"
    with pytest.raises(DatabaseError), transaction.atomic():
        again.save(force_insert=True)
    if connection.vendor == "sqlite":
        columns = ", ".join(
            "'andet'" if field.column == "text" else f'"{field.column}"'
            for field in StatusEntry._meta.concrete_fields
        )
        # REPLACE deletes the row before it inserts the other one.
        with (
            pytest.raises(DatabaseError, match="never changed or deleted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"REPLACE INTO agreement_statusentry SELECT {columns}"
                " FROM agreement_statusentry WHERE id = %s",
                [entry.pk],
            )
    assert StatusEntry.objects.get(pk=entry.pk).text == entry.text


def test_the_table_cannot_be_emptied_either(world: World) -> None:
    if connection.vendor == "sqlite":
        statement = "DELETE FROM agreement_statusentry WHERE 1 = 1"
    else:
        statement = "TRUNCATE agreement_statusentry"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert StatusEntry.objects.exists()


def test_what_the_history_speaks_of_cannot_be_deleted_from_under_it(world: World) -> None:
    with pytest.raises(models.ProtectedError):
        world.first(Initiative).delete()


def test_the_guard_is_put_back_when_a_table_has_lost_it(world: World) -> None:
    entry = StatusEntry.objects.first()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute('DROP TRIGGER "agreement_statusentry_no_update"')
        else:
            cursor.execute(
                'DROP TRIGGER "agreement_statusentry_no_change" ON agreement_statusentry'
            )
    StatusEntry.objects.filter(pk=entry.pk).update(source="uden vagt")
    for _time in range(2):
        install_triggers(apps.get_app_config("agreement"))
    with pytest.raises(DatabaseError), transaction.atomic():
        StatusEntry.objects.filter(pk=entry.pk).update(source="med vagt")
