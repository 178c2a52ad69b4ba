"""Every model says what its rows belong to, guards its text, and keeps what it promises to keep."""

import pytest
from django.db import connection, models
from work_tree import append_only_models, our_models

from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import (
    CivilMomentField,
    Guarded,
    GuardedJSONField,
    GuardedTextField,
    PartialDateField,
)

EACH = pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
EACH_APPEND_ONLY = pytest.mark.parametrize(
    "model", append_only_models(), ids=lambda model: model._meta.label
)

# Rows that no role reaches by organisation or cooperation.
BELONGS_TO_NONE = {
    "access.AuditHead": "one row for the whole installation; pages show it, nobody acts on it",
    "catalogue.Paragraph": "national vocabulary, the same for everybody",
    "catalogue.ParagraphSuccession": "national vocabulary, the same for everybody",
    "catalogue.TargetGroup": "national vocabulary, the same for everybody",
}

# Text columns that may stand without the CPR guard, each with the reason why none can get in.
UNGUARDED = {
    "access.Organisation.key": "from the register's data files, in the work tree and reviewed",
    "access.Organisation.code": "the database takes four digits or nothing",
    "access.Organisation.cvr": "eight characters, and checked as a CVR number",
    "access.Cooperation.key": "from the register's data files, in the work tree and reviewed",
    "access.Person.password": "a hash, made by Django",
    "access.AuditRecord.actor_label": "copied from Person.name, or named by a command",
    "access.AuditRecord.role": "copied from a role, a fixed vocabulary",
    "access.AuditRecord.action": "copied from Action, a fixed vocabulary",
    "access.AuditRecord.target_type": "a model's label",
    "access.AuditRecord.target_id": "a primary key",
    "access.AuditRecord.target_label": "composed of columns that are guarded themselves",
    "access.AuditRecord.before": "the columns of a row, guarded there",
    "access.AuditRecord.after": "the columns of a row, guarded there",
    "access.AuditRecord.previous_hash": "a SHA-256",
    "access.AuditRecord.hash": "a SHA-256",
    "access.AuditHead.hash": "a SHA-256",
    "agreement.AnnexVersion.media_type": "found from the file's content, a fixed list",
    "agreement.AnnexVersion.sha256": "a SHA-256",
    "meetings.ItemAnnexVersion.media_type": "found from the file's content, a fixed list",
    "meetings.ItemAnnexVersion.sha256": "a SHA-256",
    "meetings.Dispatch.content": "the columns of an agenda's rows, guarded there",
    "meetings.Dispatch.sha256": "a SHA-256",
    "meetings.Excerpt.content": "the columns of a decision and its item, guarded there",
    "meetings.Excerpt.sha256": "a SHA-256",
    "meetings.Obligation.condition": "a key of the registry of conditions",
    "meetings.CalendarFeed.token_sha256": "a SHA-256",
    "catalogue.Facility.cvr": "the database takes eight digits or nothing",
    "catalogue.Facility.p_number": "the database takes ten digits or nothing; operations ask on",
    "catalogue.Facility.portal_id": "the database takes at most eight digits or nothing",
    "catalogue.Department.p_number": "as a facility's",
    "catalogue.Department.portal_id": "as a facility's",
    "catalogue.FacilityEvent.effects": "ids of rows, as JSON",
    "placements.ContractVersion.sha256": "a SHA-256",
    "placements.Delivery.component": "the database takes one of two words",
    "placements.PriceChoice.component": "the database takes one of two words",
    "settlement.BillingJob.findings": "codes and messages of the engine, which knows references",
    "settlement.BillingParty.bank_account": "the database takes ten digits; operations ask on",
    "settlement.BillingParty.bank_registration": "the database takes four digits or nothing",
    "settlement.BillingParty.cvr": "the database takes eight digits",
    "settlement.BillingParty.gln": "the database takes thirteen digits or nothing",
    "settlement.BillingParty.postal_code": "the database takes four digits",
    "settlement.ClaimWatch.rows": "sums and references",
    "settlement.ControlMonth.sha256": "a SHA-256",
    "settlement.Invoice.buyer": "the columns of a billing party, guarded there",
    "settlement.Invoice.key": "composed of ids, so that the same invoice is found again",
    "settlement.Invoice.seller": "the columns of a billing party, guarded there",
    "settlement.Invoice.sha256": "a SHA-256",
    "settlement.InvoiceDocument.problems": "what the rules say of a document made of guarded rows",
    "settlement.InvoiceDocument.rules_sha256": "a SHA-256",
    "settlement.InvoiceDocument.sha256": "a SHA-256",
    "settlement.IrregularitySign.key": "composed of ids and a month",
    "settlement.IrregularitySign.proof": "sums, months and references",
    "settlement.LineStanding.claim": "a placement's reference, guarded there, and a kind",
    "settlement.ReceivedInvoice.format": "found from the file's content, a fixed list",
    "settlement.ReceivedInvoice.seller_cvr": "eight characters, and checked as a CVR number",
    "settlement.ReceivedInvoice.sha256": "a SHA-256",
    "settlement.RunSnapshot.sha256": "a SHA-256",
    "settlement.SettlementLine.unit": "a price's unit, a fixed vocabulary",
    "settlement.BuyerRecord.absences": "pairs of dates",
    "settlement.SettlementRun.engine_version": "written by the engine",
    "settlement.SettlementRun.findings": "as those of a billing job",
    "settlement.SettlementRun.result_sha256": "a SHA-256",
    "settlement.SettlementRun.rules_sha256": "a SHA-256",
    "tariffs.PlacementSet.sha256": "a SHA-256",
    "tariffs.PlacementSet.after_sha256": "a SHA-256",
    "tariffs.TariffFile.sha256": "a SHA-256",
    "tariffs.TariffReportStep.content_hash": "a SHA-256",
}


def resolve(model: type[models.Model], path: str) -> tuple[models.Field, bool]:
    """The field at the end of a look-up path, and whether a to-many relation is crossed."""
    *steps, last = path.split("__")
    many = False
    for step in steps:
        relation = model._meta.get_field(step)
        many = many or relation.one_to_many or relation.many_to_many
        model = relation.related_model
    return model._meta.get_field(last), many


@EACH
def test_every_model_says_what_its_rows_belong_to(model: type[models.Model]) -> None:
    assert isinstance(model.access, AccessPath)
    belongs = bool(model.access.organisation or model.access.cooperation)
    assert belongs is (model._meta.label not in BELONGS_TO_NONE)


def paths_of(model: type[models.Model]) -> dict[str, type[models.Model]]:
    """Each look-up path of a model's access, with the model whose id it must end in."""
    access = model.access
    several = access.organisation or ()
    own = (several,) if isinstance(several, str) else several
    paths = dict.fromkeys((*own, *(one for side in access.sides.values() for one in side)))
    return {
        **dict.fromkeys(paths, Organisation),
        **({access.cooperation: Cooperation} if access.cooperation else {}),
    }


@EACH
def test_the_paths_lead_to_the_ids_of_their_owners(model: type[models.Model]) -> None:
    for path, owner in paths_of(model).items():
        field, _ = resolve(model, path)
        reached = field.related_model if field.is_relation else field.model
        assert field.is_relation or field.primary_key, path
        assert reached is owner, path


@EACH
def test_a_side_is_one_of_the_parties_that_see_the_row(model: type[models.Model]) -> None:
    access = model.access
    for action, side in access.sides.items():
        assert side, action
        assert set(side) <= set(access.organisation or ()), action


@EACH
def test_a_path_over_a_to_many_relation_says_so(model: type[models.Model]) -> None:
    assert model.access.many is any(resolve(model, path)[1] for path in paths_of(model))


def text_columns() -> dict[str, models.Field]:
    """Every column that holds text without a fixed list of values."""
    return {
        f"{model._meta.label}.{field.name}": field
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and not isinstance(field, PartialDateField | CivilMomentField)
    }


def test_free_text_is_guarded_against_cpr_numbers() -> None:
    open_to_anything = {
        name
        for name, field in text_columns().items()
        if not isinstance(field, Guarded | GuardedJSONField) and name not in UNGUARDED
    }
    assert open_to_anything == set()


def test_no_exception_outlives_its_column() -> None:
    columns = text_columns()
    gone = {name for name in UNGUARDED if name not in columns}
    guarded = {
        name
        for name in UNGUARDED.keys() - gone
        if isinstance(columns[name], Guarded | GuardedJSONField)
    }
    assert (gone, guarded) == (set(), set())


def test_guarded_text_has_an_end() -> None:
    endless = {
        name
        for name, field in text_columns().items()
        if isinstance(field, GuardedTextField) and not field.max_length
    }
    assert endless == set()


@EACH
def test_nothing_that_others_refer_to_is_deleted_with_them(model: type[models.Model]) -> None:
    rules = {
        field.name: field.remote_field.on_delete
        for field in model._meta.concrete_fields
        if field.is_relation
    }
    assert {name for name, rule in rules.items() if rule is not models.PROTECT} == set()


def test_these_tables_only_grow() -> None:
    assert {model._meta.label for model in append_only_models()} == {
        "access.AuditRecord",
        "agreement.AnnexVersion",
        "agreement.MilestoneDate",
        "agreement.ParticipationCount",
        "agreement.StatusEntry",
        "catalogue.OccupancyFigure",
        "catalogue.PublishedCount",
        "catalogue.Vacancy",
        "meetings.Approval",
        "meetings.Charter",
        "meetings.Decision",
        "meetings.Excerpt",
        "meetings.FinalMinutes",
        "meetings.MeetingMove",
        "meetings.ItemAnnexVersion",
        "meetings.Dispatch",
        "placements.ContractApproval",
        "placements.ContractVersion",
        "placements.GoalFollowUp",
        "placements.PlacementStep",
        "settlement.HandOver",
        "settlement.Invoice",
        "settlement.InvoiceDocument",
        "settlement.InvoiceLine",
        "settlement.LineAnswer",
        "settlement.RunSnapshot",
        "settlement.SettlementLine",
        "settlement.SignFollowUp",
        "settlement.SpendBudget",
        "tariffs.IndexEstimate",
        "tariffs.OccupancyDispensation",
        "tariffs.PlacementSet",
        "tariffs.SupplementTurnover",
        "tariffs.TariffModel",
        "tariffs.TariffReportStep",
    }


@EACH_APPEND_ONLY
def test_the_triggers_of_an_append_only_table_are_in_the_database(
    model: type[models.Model], db: None
) -> None:
    events = {event for table, event in triggers() if table == model._meta.db_table}
    assert {"UPDATE", "DELETE"} <= events


def test_no_other_table_has_triggers(db: None) -> None:
    tables = {model._meta.db_table for model in append_only_models()}
    assert {table for table, _event in triggers()} == tables


def triggers() -> set[tuple[str, str]]:
    """Table and event of every trigger that refuses a write; those AFTER one compare periods."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT event_object_table, event_manipulation FROM information_schema.triggers"
                " WHERE action_timing = 'BEFORE'"
            )
            return set(cursor.fetchall())
        cursor.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {
            (table, text.split(" BEFORE ")[1].split()[0])
            for table, text in cursor.fetchall()
            if " BEFORE " in text
        }
