"""One placement, and one row of each table of contracts and settlement that only grows."""

from datetime import date, datetime
from typing import Any

from django.db import models

from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue.models import Paragraph, Service
from rammevaerk.portal.placements.models import (
    Citizen,
    Contract,
    ContractApproval,
    ContractVersion,
    GoalFollowUp,
    Placement,
    PlacementGoal,
    PlacementStep,
)
from rammevaerk.portal.settlement.models import (
    HandOver,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    IrregularitySign,
    LineAnswer,
    RunSnapshot,
    SettlementLine,
    SettlementRun,
    SignFollowUp,
    SpendBudget,
    Statement,
)

MONTH, NEXT_MONTH = date(2025, 2, 1), date(2025, 3, 1)
PRINT = "0" * 64


def placement_of(service: Service, organisation: Organisation, at: datetime) -> Placement:
    """A citizen at the service, bought by the organisation itself."""
    law = Paragraph.objects.create(
        key="sel-108", law="SEL", number="108", position=1, title="Ophold", audience="adults",
        valid_from=date(1998, 7, 1),
    )  # fmt: skip
    citizen = Citizen.objects.create(
        cooperation=service.facility.cooperation, keeper=organisation, pseudonym="P-1",
        birth_month=date(1990, 5, 1),
    )  # fmt: skip
    return Placement.objects.create(
        service=service, citizen=citizen, buyer=organisation, reference="I-1", paragraph=law,
        wanted_from=MONTH, created_at=at,
    )  # fmt: skip


def contract_rows(placement: Placement, at: datetime) -> list[models.Model]:
    """A step, a follow-up, and a contract that one side has approved."""
    goal = PlacementGoal.objects.create(
        placement=placement, position=1, text="Mål", agreed_on=MONTH, follow_up_by=NEXT_MONTH
    )
    contract = Contract.objects.create(
        placement=placement, number="K-1", outside_reason="Egen", valid_from=MONTH, created_at=at
    )
    version = ContractVersion.objects.create(
        contract=contract, number=0, valid_from=MONTH, content={}, sha256=PRINT, sent_at=at,
        sent_by_label="Prøve",
    )  # fmt: skip
    told: dict[str, Any] = {"by_label": "Prøve"}
    return [
        PlacementStep.objects.create(
            placement=placement, to_state="enquiry", on=MONTH, registered_at=at, **told
        ),
        GoalFollowUp.objects.create(goal=goal, on=MONTH, progression=3, registered_at=at, **told),
        version,
        ContractApproval.objects.create(
            version=version, side="buyer", approved=True, at=at, **told
        ),
    ]


def settlement_rows(placement: Placement, at: datetime) -> list[models.Model]:
    """A run with a line that was answered, invoiced and handed over; and a budget."""
    own = placement.buyer
    parties: dict[str, Any] = {"operator": own, "reporter": own, "payer": own}
    run = SettlementRun.objects.create(
        cooperation=placement.service.facility.cooperation, owner=own, number=1, month=MONTH,
        claimed_on=NEXT_MONTH, created_at=at,
    )  # fmt: skip
    statement = Statement.objects.create(run=run, **parties)
    line = SettlementLine.objects.create(
        statement=statement, kind="stay", placement=placement, part="I-1/1", valid_from=MONTH,
        valid_to=NEXT_MONTH, days=28, basis_ore=28, total_ore=28,
    )  # fmt: skip
    invoice = Invoice.objects.create(
        **parties, cooperation=run.cooperation, run=run, kind="invoice", year=2025, number=1,
        label="1", month=MONTH, issued_on=NEXT_MONTH, due_on=NEXT_MONTH, seller={}, buyer={},
        total_ore=28, key="1", sha256=PRINT, issued_at=at,
    )  # fmt: skip
    document = InvoiceDocument.objects.create(
        invoice=invoice, format="oioubl", content=b"<Invoice/>", sha256=PRINT, outcome="valid",
        made_at=at,
    )  # fmt: skip
    sign = IrregularitySign.objects.create(
        organisation=own, facility=placement.service.facility, kind="hours", key="1", place="Sted",
        found="Tal", expected="Median", found_at=at,
    )  # fmt: skip
    return [
        SignFollowUp.objects.create(
            sign=sign, state="open", reason="Grund", on=MONTH, by_label="Prøve", at=at
        ),
        RunSnapshot.objects.create(run=run, content=b"PK", sha256=PRINT, rows=0, stored_at=at),
        line,
        LineAnswer.objects.create(line=line, verdict="agreed", by_label="Prøve", at=at),
        invoice,
        InvoiceLine.objects.create(
            invoice=invoice, position=1, line=line, text="Ophold", amount_ore=28
        ),
        document,
        HandOver.objects.create(
            document=document, attempt=1, channel="folder", destination="Mappe", outcome="failed",
            at=at,
        ),
        SpendBudget.objects.create(organisation=own, year=2025, amount_ore=1, registered_at=at),
    ]  # fmt: skip
