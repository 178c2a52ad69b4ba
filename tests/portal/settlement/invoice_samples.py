"""Runs whose lines are agreed, made straight as rows: what issuing begins from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from world import CLERK, World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.register import load_organisations
from rammevaerk.portal.catalogue.models import Paragraph, Service
from rammevaerk.portal.placements.models import Citizen, Placement
from rammevaerk.portal.settlement.models import (
    BillingParty,
    InvoiceLine,
    LineStanding,
    SettlementLine,
    SettlementRun,
    Statement,
)

AT = datetime(2026, 4, 3, 8, 30, tzinfo=UTC)
DAY = date(2026, 4, 3)
MONTH, AFTER = date(2026, 3, 1), date(2026, 4, 1)
DAY_ORE = 123_457
HOW: dict[str, Any] = {"by": CLERK, "at": AT}
State = LineStanding.State
CVR = ("29189846", "29189609", "29189668", "29189641", "29189897", "29189927")


def gln(number: int) -> str:
    """A location number with its check digit."""
    first = f"579{number:09}"
    odd = sum(int(sign) * (3 if at % 2 else 1) for at, sign in enumerate(first))
    return f"{first}{-odd % 10}"


def organisation(key: str) -> Organisation:
    """The organisation of the key; made, as a municipality, where it is missing."""
    if not Organisation.objects.filter(key=key).exists():
        since = date(2007, 1, 1)
        name = [{"name": key.title(), "kind": "official", "valid_from": since}]
        entry = {"key": key, "kind": "municipality", "valid_from": since, "name": name}
        load_organisations([entry], **HOW)
    return Organisation.objects.get(key=key)


def party(key: str, number: int, **more: Any) -> BillingParty:
    """How an organisation is billed from 2026 on."""
    row = organisation(key)
    values = {
        "keeper": row, "name": f"{key.title()} Kommune", "cvr": CVR[number % len(CVR)],
        "gln": gln(number), "street": "Torvet 1", "postal_code": "8800", "city": "Viborg",
        "contact": "Bogholderiet", "email": "bogholderi@example.org",
        "bank_registration": "0001", "bank_account": "1234567",
        "valid_from": date(2025, 12, 1), **more,
    }  # fmt: skip
    stored = BillingParty.objects.filter(organisation=row).first() or BillingParty(organisation=row)
    for name, value in values.items():
        setattr(stored, name, value)
    stored.save()
    return stored


def placements(seller: str, payer: str, count: int) -> list[Placement]:
    """Placements of the payer's citizens at the seller's facility."""
    service = Service.objects.filter(facility__operator__key=seller).order_by("pk").first()
    assert service is not None
    buyer, paragraph = organisation(payer), Paragraph.objects.get(key="sel-108")
    citizens = Citizen.objects.bulk_create(
        [
            Citizen(
                cooperation_id=service.facility.cooperation_id, keeper=buyer,
                pseudonym=f"{payer[:12]}-{number}", birth_month=date(1990, 5, 1),
            )
            for number in range(count)
        ]
    )  # fmt: skip
    return Placement.objects.bulk_create(
        [
            Placement(
                service=service, citizen=one, buyer=buyer, reference=f"R-{one.pseudonym}",
                buyer_reference=f"Sag {one.pk}" if one.pk % 3 == 0 else "", paragraph=paragraph,
                state="admitted", wanted_from=MONTH, created_at=AT, synthetic=True,
            )
            for one in citizens
        ]
    )  # fmt: skip


def a_run(seller: str = "egenby", number: int = 900, **more: Any) -> SettlementRun:
    """A reviewed run of the seller's for March 2026."""
    operator = organisation(seller)
    return SettlementRun.objects.create(
        cooperation=Cooperation.objects.get(key="home"), owner=operator, operator=operator,
        number=number, month=MONTH, claimed_on=DAY, state="agreed", created_at=AT, **more,
    )  # fmt: skip


def a_statement(run: SettlementRun, payer: str, **more: Any) -> Statement:
    return Statement.objects.create(
        run=run, operator=run.operator, reporter=run.owner, payer=organisation(payer),
        state="answered", **more,
    )  # fmt: skip


def lines_for(
    statement: Statement, rows: Sequence[Placement], state: str = "agreed"
) -> list[SettlementLine]:
    """A line of the month for each placement, standing as it is said."""
    days = (AFTER - MONTH).days
    lines = SettlementLine.objects.bulk_create(
        [
            SettlementLine(
                statement=statement, kind="stay", placement=one, service=one.service,
                part=f"{one.reference}/1", valid_from=MONTH, valid_to=AFTER, days=days,
                basis_ore=days * DAY_ORE + at, total_ore=days * DAY_ORE + at,
            )
            for at, one in enumerate(rows)
        ]
    )  # fmt: skip
    LineStanding.objects.bulk_create(
        [
            LineStanding(
                line=one, claim=f"{one.placement.reference}:stay", valid_from=MONTH,
                valid_to=AFTER, state=state,
                waits_for=statement.payer if state == "open" else None,
                due_on=DAY + timedelta(days=7) if state in {"open", "disputed"} else None,
            )
            for one in lines
        ]
    )  # fmt: skip
    return lines


def reversal_of(statement: Statement, line: SettlementLine) -> SettlementLine:
    """A line of a later run that takes a billed one back, agreed; the old one's days are free."""
    made = SettlementLine.objects.create(
        statement=statement, kind=line.kind, placement=line.placement, service=line.service,
        part=line.part, valid_from=line.valid_from, valid_to=line.valid_to, days=-line.days,
        basis_ore=-line.basis_ore, total_ore=-line.total_ore, reverses=line,
        cause="Fravær registreret senere",
    )  # fmt: skip
    LineStanding.objects.create(
        line=made, valid_from=line.valid_from, valid_to=line.valid_to, state="agreed"
    )
    LineStanding.objects.filter(line=line).update(released_at=AT)
    return made


def agreed_run(payers: int = 2, lines: int = 3, seller: str = "egenby") -> SettlementRun:
    """A run with a statement for each payer, all agreed, and everybody's billing details."""
    party(seller, 0)
    run = a_run(seller)
    for number in range(1, payers + 1):
        key = f"kunde-{number}"
        party(key, number)
        lines_for(a_statement(run, key), placements(seller, key, lines))
    in_the_trail()
    return run


def in_the_trail() -> None:
    """Rows that no operation made stand in the trail as rows that were loaded together do."""
    cooperation = Cooperation.objects.get(key="home")
    kinds = [one for app in ("placements", "settlement") for one in models_of(app)]
    with transaction.atomic():
        record(
            CLERK, Action.SETTLEMENT_RUN, cooperation, at=AT, before=snapshot(cooperation),
            loaded={one._meta.label_lower: prints_of(one._default_manager.all()) for one in kinds},
        )  # fmt: skip


def models_of(app: str) -> list[Any]:
    return list(apps.get_app_config(app).get_models())


def billed(invoice: Any) -> list[tuple[int, int]]:
    """The settlement lines on an invoice with their amounts."""
    rows = InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    return list(rows.values_list("line_id", "amount_ore"))


def officer(world: World, key: str = "egenby") -> Actor:
    """The seller's tariff officer."""
    return world.actor(Role.TARIFF_OFFICER, key)
