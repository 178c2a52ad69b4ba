"""What must never change does not change: the database itself refuses, whoever asks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from settlement_samples import contract_rows, placement_of, settlement_rows
from work_tree import append_only_models

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import record
from rammevaerk.portal.access.models import Cooperation, Organisation, Person
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.agreement.models import (
    Agreement,
    Annex,
    AnnexVersion,
    DevelopmentArea,
    Edition,
    Goal,
    Initiative,
    Milestone,
    MilestoneDate,
    OwnerForum,
    Participation,
    ParticipationCount,
    StatusEntry,
)
from rammevaerk.portal.catalogue.models import (
    Facility,
    OccupancyFigure,
    PublishedCount,
    Service,
    Vacancy,
)
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Approval,
    Body,
    Charter,
    Decision,
    Dispatch,
    Excerpt,
    FinalMinutes,
    ItemAnnex,
    ItemAnnexVersion,
    Meeting,
    MeetingMove,
    Seat,
)
from rammevaerk.portal.tariffs.models import (
    IndexEstimate,
    OccupancyDispensation,
    PlacementSet,
    SupplementTurnover,
    TariffModel,
    TariffReport,
    TariffReportStep,
)

# Columns of tables that hold no text.
COUNTS = {"waiting", "citizens", "occupancy"}
AT = datetime(2025, 4, 8, 9, 30, tzinfo=UTC)
NEW_YEAR, NEXT = date(2025, 1, 1), date(2027, 1, 1)
EACH = pytest.mark.parametrize("model", append_only_models(), ids=lambda model: model._meta.label)


@pytest.fixture
def rows(db: None) -> dict[str, models.Model]:
    """One row of every append-only table, by the model's label."""
    cooperation = Cooperation.objects.create(key="prøve", name="Prøvesamarbejdet")
    organisation = Organisation.objects.create(
        key="proevested", kind=Organisation.Kind.ASSOCIATION, valid_from=NEW_YEAR
    )
    agreement = Agreement.objects.create(cooperation=cooperation, slug="proeve", title="Aftale")
    edition = Edition.objects.create(
        agreement=agreement, slug="proeve-2025", label="2025-26", title="Aftale 2025-26",
        valid_from=NEW_YEAR, valid_to=NEXT,
    )  # fmt: skip
    with transaction.atomic():
        entry = record(Actor.system("Prøve"), Action.EDITION_MANAGE, edition, at=AT)
    annex = Annex.objects.create(edition=edition, number=1, title="Bilag")
    made = [
        entry,
        AnnexVersion.objects.create(
            annex=annex, version=1, name="bilag.pdf", media_type="application/pdf", size=3,
            sha256="0" * 64, uploaded_at=AT,
        ),
        *plan_rows(edition, organisation),
        *meeting_rows(cooperation, organisation),
        *tariff_rows(cooperation, organisation),
        *contract_rows(placement := placement_of(Service.objects.get(), organisation, AT), AT),
        *settlement_rows(placement, AT),
    ]  # fmt: skip
    return {row._meta.label: row for row in made}


def plan_rows(edition: Edition, organisation: Organisation) -> list[models.Model]:
    area = DevelopmentArea.objects.create(edition=edition, key="a", number=1, title="Område")
    goal = Goal.objects.create(area=area, position=1, text="Et mål")
    forum = OwnerForum.objects.create(
        agreement=edition.agreement, key="f", name="Forum", heading="Forum", position=1
    )
    initiative = Initiative.objects.create(
        edition=edition, goal=goal, forum=forum, number="1.1", position=1, title="Initiativ"
    )
    milestone = Milestone.objects.create(
        initiative=initiative, kind=Milestone.Kind.START, title="Opstart", position=1
    )
    participation = Participation.objects.create(initiative=initiative, organisation=organisation)
    return [
        StatusEntry.objects.create(
            initiative=initiative, status="in_progress", effective_on=NEW_YEAR, registered_at=AT
        ),
        MilestoneDate.objects.create(
            milestone=milestone, state="planned", on=PartialDate.from_code("2025-Q1"),
            registered_at=AT,
        ),
        ParticipationCount.objects.create(
            participation=participation, value=7, unit="borgere", period_from=NEW_YEAR,
            period_to=NEXT, registered_at=AT,
        ),
    ]  # fmt: skip


def meeting_rows(cooperation: Cooperation, organisation: Organisation) -> list[models.Model]:
    body = Body.objects.create(cooperation=cooperation, organisation=organisation, kind="directors")
    meeting = Meeting.objects.create(
        body=body, starts_at=AT, ends_at=AT + timedelta(hours=2), changed_at=AT
    )
    item = AgendaItem.objects.create(body=body, position=1, title="Punkt", purpose="decision")
    annex = ItemAnnex.objects.create(item=item, position=1, title="Bilag")
    seat = Seat.objects.create(
        body=body, organisation=organisation, function="member", valid_from=NEW_YEAR
    )
    person = Person.objects.create(email="proeve@example.org", name="Prøve")
    decision = Decision.objects.create(item=item, revision=1, kind="adopted", registered_at=AT)
    dispatch = Dispatch.objects.create(
        meeting=meeting, kind="minutes", version=1, content="{}", sha256="0" * 64, registered_at=AT
    )
    return [
        Charter.objects.create(
            body=body, version=1, valid_from=NEW_YEAR, text="Opgaver", registered_at=AT
        ),
        MeetingMove.objects.create(
            meeting=meeting, was_at=AT, reason="Sammenfald", registered_at=AT
        ),
        ItemAnnexVersion.objects.create(
            annex=annex, version=1, name="bilag.pdf", media_type="application/pdf", size=3,
            sha256="0" * 64, uploaded_at=AT,
        ),
        dispatch,
        decision,
        Excerpt.objects.create(
            body=body, item=item, decision=decision, year=2025, serial=1, number="2025-001",
            content="{}", sha256="0" * 64, registered_at=AT,
        ),
        Approval.objects.create(
            meeting=meeting, dispatch=dispatch, seat=seat, approves=True, registered_at=AT,
            registered_by=person,
        ),
        FinalMinutes.objects.create(
            meeting=meeting, dispatch=dispatch, source="Ingen indsigelser", registered_at=AT
        ),
    ]  # fmt: skip


def tariff_rows(cooperation: Cooperation, organisation: Organisation) -> list[models.Model]:
    facility = Facility.objects.create(
        cooperation=cooperation,
        operator=organisation,
        reporter=organisation,
        municipality=organisation,
        key="bosted",
        name="Bosted",
        ownership="municipal",
        kind="residential",
        valid_from=NEW_YEAR,
    )
    service = Service.objects.create(
        facility=facility,
        key="ophold",
        name="Ophold",
        setting="day_and_night",
        audience="adults",
        age_from=18,
        valid_from=NEW_YEAR,
    )
    report = TariffReport.objects.create(
        service=service, valid_from=NEW_YEAR, content="{}", created_at=AT, changed_at=AT
    )
    whose = {"cooperation": cooperation, "organisation": organisation, "created_at": AT}
    return [
        OccupancyFigure.objects.create(
            service=service, year=2025, kind="actual", basis_points=9_700, registered_at=AT
        ),
        Vacancy.objects.create(service=service, free=1, as_of=NEW_YEAR, registered_at=AT),
        PublishedCount.objects.create(
            cooperation=cooperation, kind="residential", count=218, source="Tabel",
            as_of=NEW_YEAR, registered_at=AT,
        ),
        TariffReportStep.objects.create(
            report=report, state="draft", at=AT, by_label="Prøve", content_hash="0" * 64
        ),
        SupplementTurnover.objects.create(
            cooperation=cooperation, operator=organisation, year=2025, quarter=1,
            supplements_ore=1, turnover_ore=2, registered_at=AT,
        ),
        IndexEstimate.objects.create(
            cooperation=cooperation, series="trepart", year=2025, growth_points=1,
            published_on=NEW_YEAR, source="Skøn", registered_at=AT, registered_by="Prøve",
        ),
        OccupancyDispensation.objects.create(
            service=service, occupancy=8_000, first_year=2025, last_year=2025,
            decision="Beslutning", decided_on=NEW_YEAR, registered_at=AT, registered_by="Prøve",
        ),
        TariffModel.objects.create(**whose, name="Model", content="x"),
        PlacementSet.objects.create(**whose, name="Sæt", sha256="0" * 64, size=1),
    ]  # fmt: skip


def change_of(model: type[models.Model]) -> tuple[str, object]:
    """A column that can be changed without breaking any other rule, and another value for it."""
    texts = {"source", "name", "actor_label", "reason", "change", "content", "remark", "note"}
    texts |= {"text", "label", "destination", "sha256"}
    columns = model._meta.concrete_fields
    names = [field.name for field in columns]
    written = [one.name for one in columns if isinstance(one, models.CharField | models.TextField)]
    text = next((name for name in written if name in texts), None)
    return (text, "ændret") if text else (next(n for n in names if n in COUNTS), 7)


def save(row: models.Model) -> None:
    setattr(row, *change_of(type(row)))
    row.save()


def update(row: models.Model) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**dict([change_of(type(row))]))


def bulk_update(row: models.Model) -> None:
    name, value = change_of(type(row))
    setattr(row, name, value)
    type(row)._default_manager.bulk_update([row], [name])


def upsert(row: models.Model) -> None:
    name, value = change_of(type(row))
    setattr(row, name, value)
    type(row)._default_manager.bulk_create(
        [row], update_conflicts=True, unique_fields=["pk"], update_fields=[name]
    )


def raw_update(row: models.Model) -> None:
    column, value = change_of(type(row))
    execute(f'UPDATE "{row._meta.db_table}" SET "{column}" = %s', value)


def delete(row: models.Model) -> None:
    row.delete()


def delete_all(row: models.Model) -> None:
    type(row)._default_manager.all().delete()


def raw_delete(row: models.Model) -> None:
    execute(f'DELETE FROM "{row._meta.db_table}"')


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


WAYS = [save, update, bulk_update, upsert, raw_update, delete, delete_all, raw_delete]


def refused(row: models.Model, way: Callable[[models.Model], None]) -> None:
    """Try it, see it refused, and find the row as it was."""
    stored = type(row)._default_manager.filter(pk=row.pk)
    before = stored.values().get()
    # Django itself refuses first where a frozen row is referred to by another one.
    why = "never changed or deleted|referenced through protected foreign keys"
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        way(row)
    assert stored.values().get() == before


def test_every_append_only_table_is_tried(rows: dict[str, models.Model]) -> None:
    assert set(rows) == {model._meta.label for model in append_only_models()}


@EACH
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_of_changing_or_deleting_a_row_succeeds(
    rows: dict[str, models.Model],
    model: type[models.Model],
    way: Callable[[models.Model], None],
) -> None:
    refused(rows[model._meta.label], way)


@EACH
def test_a_row_cannot_be_replaced_or_its_table_emptied(
    rows: dict[str, models.Model], model: type[models.Model]
) -> None:
    def empty(row: models.Model) -> None:
        connection.check_constraints()  # else PostgreSQL refuses for another reason
        execute(f'TRUNCATE TABLE "{row._meta.db_table}" CASCADE')

    def replace(row: models.Model) -> None:
        table, key = row._meta.db_table, row._meta.pk.column
        execute(
            f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}" WHERE "{key}" = %s', row.pk
        )

    refused(rows[model._meta.label], empty if connection.vendor == "postgresql" else replace)


def test_a_row_that_may_change_does(rows: dict[str, models.Model]) -> None:
    assert Annex.objects.update(title="ændret") == 1
