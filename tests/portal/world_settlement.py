"""Placements and settlement of the small world: one row of every model for each bargain.

A bargain has a seller, a buyer and a payer. At home there is one where the neighbour buys and pays,
one where it sells, one where it only pays, and one that concerns nobody else.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction
from world_tariffs import REGISTERED

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.catalogue.models import Paragraph, Service
from rammevaerk.portal.placements.models import (
    Absence,
    Citizen,
    Contract,
    ContractApproval,
    ContractTemplate,
    ContractVersion,
    Delivery,
    GoalFollowUp,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PlacementStep,
    PriceChoice,
    SettlementTerms,
    Stay,
    SupplementGrant,
    TemplateClause,
)
from rammevaerk.portal.settlement.models import (
    BillingJob,
    BillingParty,
    BuyerRecord,
    ClaimWatch,
    ControlMonth,
    HandOver,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    InvoiceSeries,
    IrregularitySign,
    LineAnswer,
    LineStanding,
    ReceivedInvoice,
    ReceivedLine,
    RunSnapshot,
    SettlementLine,
    SettlementRun,
    SignFollowUp,
    SignSearch,
    SpecialPayment,
    SpendBudget,
    Statement,
)

if TYPE_CHECKING:
    from world import World

CAME = date(2025, 1, 15)
MONTH = date(2025, 2, 1)
MIDDLE = date(2025, 2, 15)
AFTER = date(2025, 3, 1)
DAY_ORE = 245_000
# Sellers, buyers and payers of placements: the second only buys, the third only pays.
BARGAINS = {
    "home": (
        ("egenby", "naboby", "naboby"),
        ("naboby", "egenby", "naboby"),
        ("naboby", "naboby", "egenby"),
        ("naboby", "naboby", "naboby"),
    ),
    "foreign": (("fjernby", "fjernby", "fjernby"),),
}
# Who is billed by whom.
BILLED = {
    "home": (("egenby", "naboby"), ("naboby", "egenby"), ("naboby", "naboby")),
    "foreign": (("fjernby", "fjernby"),),
}
# Synthetic: 13 digits, the last a check digit.
GLN = {"egenby": "5790000000005", "naboby": "5790000000012", "fjernby": "5790000000029"}


@dataclass(frozen=True)
class Keeping:
    """The side that rows are made for, and how they are written down in the world."""

    world: "World"
    side: str
    word: str
    cooperation: Cooperation

    def keep(self, *rows: models.Model, **parties: str) -> None:
        for row in rows:
            self.world.keep(row, side=self.side, **parties)

    def organisation(self, key: str) -> Organisation:
        return Organisation.objects.get(key=key)


def build_settlement(
    world: "World", side: str, cooperation: Cooperation, word: str, how: dict[str, Any]
) -> None:
    """Templates once, terms and billing for each member, and each bargain with all its rows."""
    of = Keeping(world, side, word, cooperation)
    members = sorted({one for bargain in BARGAINS[side] for one in bargain})
    template = _template(of)
    for key in members:
        _of_member(of, key)
    made = [
        _placement(of, number, bargain, template) for number, bargain in enumerate(BARGAINS[side])
    ]
    for number, (seller, payer) in enumerate(BILLED[side], start=1):
        placement = next(
            one
            for one in made
            if (one.service.facility.reporter.key, _payer_of(one)) == (seller, payer)
        )
        _billed(of, number, seller, payer, placement)
    for key in members:
        _bought(of, key, next(one for one in made if _payer_of(one) == key))
    _signs(of, members[-1], made[0])
    _recorded(cooperation, how)


def _payer_of(placement: Placement) -> str:
    return placement.payers.get().payer.key


def _template(of: Keeping) -> ContractTemplate:
    template = ContractTemplate.objects.create(
        cooperation=of.cooperation, key="standard-voksne", version="2025", audience="adults",
        title=f"{of.word} standardkontrakt", source=f"{of.word} kilde", valid_from=CAME,
        published_at=REGISTERED,
    )  # fmt: skip
    clause = TemplateClause.objects.create(
        template=template, position=1, key="parter", heading=f"{of.word} parter",
        text=f"{of.word} aftale mellem {{sælger}} og {{køber}}.",
    )  # fmt: skip
    of.keep(template, clause)
    return template


def _of_member(of: Keeping, key: str) -> None:
    organisation = of.organisation(key)
    terms = SettlementTerms.objects.create(
        service=_service(key), day_count="calendar", absence_full_days=30, absence_basis_pct=100,
        absence_service_pct=50, valid_from=date(2025, 1, 1), source=f"{of.word} aftale",
        registered_at=REGISTERED,
    )  # fmt: skip
    party = BillingParty.objects.create(
        organisation=organisation, keeper=organisation, name=f"{of.word} bogholderi i {key}",
        cvr="29189846", gln=GLN[key], street=f"{of.word} gade 1", postal_code="8000", city=of.word,
        contact=f"{of.word} bogholder", email=f"{of.word.lower()}@example.org",
        bank_registration="0001", bank_account="1234567890", valid_from=date(2025, 1, 1),
    )  # fmt: skip
    series = InvoiceSeries.objects.create(operator=organisation, year=2025, last=3)
    budget = SpendBudget.objects.create(
        organisation=organisation, year=2025, amount_ore=500_000_000, note=f"{of.word} budget",
        registered_at=REGISTERED,
    )  # fmt: skip
    of.keep(terms, party, series, budget, organisation=key)


def _service(key: str) -> Service:
    return Service.objects.get(facility__key=f"{key}-bosted")


def _placement(
    of: Keeping, number: int, bargain: tuple[str, str, str], template: ContractTemplate
) -> Placement:
    seller, buyer, payer = bargain
    service, acting = _service(seller), of.organisation(buyer)
    citizen = Citizen.objects.create(
        cooperation=of.cooperation, keeper=acting, pseudonym=f"{of.word}-{number}",
        birth_month=date(1990, 5, 1),
    )  # fmt: skip
    placement = Placement.objects.create(
        service=service, citizen=citizen, buyer=acting, reference=f"{of.word}-{number}",
        buyer_reference=f"{of.word} sag {number}", paragraph=Paragraph.objects.get(key="sel-108"),
        state="admitted", wanted_from=CAME, need=f"{of.word} behov", offered_from=CAME,
        created_at=REGISTERED, synthetic=True,
    )  # fmt: skip
    parties = {"organisation": seller, "buyer": buyer, "payer": payer}
    of.keep(citizen, placement, **parties)
    of.keep(*_periods(of, number, placement, of.organisation(payer)), **parties)
    of.keep(*_goals(of, placement), **parties)
    of.keep(*_contract(of, placement, template), **parties)
    return placement


def _periods(of: Keeping, number: int, placement: Placement, payer: Organisation) -> list[Any]:
    of_it: dict[str, Any] = {"placement": placement, "registered_at": REGISTERED}
    return [
        PlacementStep.objects.create(
            **of_it, from_state="accepted", to_state="admitted", on=CAME,
            note=f"{of.word} indskrivning", by_label=f"{of.word} leder",
        ),
        Stay.objects.create(
            **of_it, service=placement.service, citizen=placement.citizen, place=number + 1,
            way="residence", valid_from=datetime.combine(CAME, time(14)), reason=f"{of.word} ind",
        ),
        PayerPeriod.objects.create(
            **of_it, payer=payer, acting=placement.buyer, ground="rsl-9-1",
            evidence=f"{of.word} bopæl", valid_from=CAME,
        ),
        Hours.objects.create(
            **of_it, citizen_minutes=1_200, documentation_minutes=60, valid_from=CAME,
            reason=f"{of.word} visitation",
        ),
        PriceChoice.objects.create(**of_it, component="whole", valid_from=CAME),
        Absence.objects.create(
            **of_it, reason="home", note=f"{of.word} weekend", valid_from=date(2025, 4, 4),
            valid_to=date(2025, 4, 7),
        ),
        SupplementGrant.objects.create(
            **of_it, label=f"{of.word} ledsagelse", valid_from=CAME, reason=f"{of.word} grund",
        ),
        Delivery.objects.create(
            **of_it, month=MONTH, component="supplement", label=f"{of.word} ledsagelse",
            quantity=725, note=f"{of.word} timer",
        ),
        Notice.objects.create(
            **of_it, side="buyer", given_on=date(2025, 5, 20), reason=f"{of.word} flytning",
            rule="placements/notice", clause=f"{of.word} punkt 12", ends_on=date(2030, 7, 1),
        ),
    ]  # fmt: skip


def _goals(of: Keeping, placement: Placement) -> list[Any]:
    goal = PlacementGoal.objects.create(
        placement=placement, position=1, text=f"{of.word} mål", area=f"{of.word} tema",
        agreed_on=CAME, follow_up_by=date(2025, 7, 15),
    )  # fmt: skip
    follow_up = GoalFollowUp.objects.create(
        goal=goal, on=date(2025, 4, 15), progression=3, note=f"{of.word} vurdering",
        by_label=f"{of.word} pædagog", registered_at=REGISTERED,
    )  # fmt: skip
    return [goal, follow_up]


def _contract(of: Keeping, placement: Placement, template: ContractTemplate) -> list[Any]:
    contract = Contract.objects.create(
        placement=placement, number=f"K-{placement.reference}", template=template,
        valid_from=CAME, created_at=REGISTERED, under_way="sent",
        draft={
            "number": 0, "valid_from": CAME.isoformat(), "valid_to": None, "fields": {},
            "clauses": {}, "summary": "",
        },
    )  # fmt: skip
    content = {
        "fields": {"seller": of.word, "buyer": of.word},
        "clauses": [
            {
                "key": "parter",
                "heading": f"{of.word} parter",
                "text": f"{of.word} aftale mellem {of.word} og {of.word}.",
                "deviates": False,
                "reason": "",
            }
        ],
        "summary": f"{of.word} kontrakt",
    }
    version = ContractVersion.objects.create(
        contract=contract, number=0, valid_from=CAME, content=content, sha256=_print(content),
        sent_at=REGISTERED, sent_by_label=f"{of.word} myndighed",
    )  # fmt: skip
    approval = ContractApproval.objects.create(
        version=version, side="buyer", approved=True, reason=f"{of.word} ja",
        by_label=f"{of.word} myndighed", at=REGISTERED,
    )  # fmt: skip
    return [contract, version, approval]


def _billed(of: Keeping, number: int, seller: str, payer: str, placement: Placement) -> None:
    """A run of the seller's with a statement for the payer: one line invoiced, one to answer."""
    operator, buyer = of.organisation(seller), of.organisation(payer)
    run = SettlementRun.objects.create(
        cooperation=of.cooperation, owner=operator, operator=operator, number=number, month=MONTH,
        claimed_on=date(2025, 3, 3), state="reviewed", step=f"{of.word} trin",
        engine_version="1.0", rules_sha256="0" * 64, result_sha256="0" * 64, created_at=REGISTERED,
    )  # fmt: skip
    content = _no_tables()
    stored = RunSnapshot.objects.create(
        run=run, content=content, sha256=sha256(content).hexdigest(), rows=0, stored_at=REGISTERED
    )
    watch = ClaimWatch.objects.create(
        cooperation=of.cooperation, owner=operator, on=date(2025, 3, 3), done=True,
        failure=f"{of.word} fejl", created_at=REGISTERED,
    )  # fmt: skip
    of.keep(run, stored, watch, organisation=seller)
    statement = Statement.objects.create(
        run=run, operator=operator, reporter=operator, payer=buyer, state="open", lines_count=2,
        days=28, total_ore=28 * DAY_ORE, answer_by=date(2025, 3, 17),
    )  # fmt: skip
    of.keep(statement, organisation=seller, payer=payer)
    first = _line(of, statement, placement, (MONTH, MIDDLE), "invoiced")
    _line(of, statement, placement, (MIDDLE, AFTER), "open")
    special = SpecialPayment.objects.create(
        cooperation=of.cooperation, operator=operator, reporter=operator, payer=buyer,
        kind="health", month=MONTH, label=f"{of.word} ydelse", data={}, registered_at=REGISTERED,
    )  # fmt: skip
    of.keep(special, organisation=seller, payer=payer)
    answer = LineAnswer.objects.create(
        line=first, verdict="agreed", reason=f"{of.word} enig", by_label=f"{of.word} myndighed",
        at=REGISTERED,
    )  # fmt: skip
    of.keep(answer, organisation=seller, payer=payer)
    _invoice(of, statement, first)


def _no_tables() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w"):
        pass
    return target.getvalue()


def _line(
    of: Keeping,
    statement: Statement,
    placement: Placement,
    period: tuple[date, date],
    state: str,
) -> SettlementLine:
    days = (period[1] - period[0]).days
    line = SettlementLine.objects.create(
        statement=statement, kind="stay", placement=placement, service=placement.service,
        part=f"{placement.reference}/1", text=f"{of.word} ophold", valid_from=period[0],
        valid_to=period[1], days=days, basis_ore=days * DAY_ORE, total_ore=days * DAY_ORE,
    )  # fmt: skip
    waits = {"waits_for": statement.payer, "due_on": statement.answer_by}
    standing = LineStanding.objects.create(
        line=line, claim=f"{placement.reference}:stay", valid_from=period[0], valid_to=period[1],
        state=state, **(waits if state == "open" else {}),
    )  # fmt: skip
    of.keep(line, standing, organisation=statement.reporter.key, payer=statement.payer.key)
    return line


def _invoice(of: Keeping, statement: Statement, line: SettlementLine) -> None:
    seller, payer = statement.reporter, statement.payer
    number = statement.run.number
    parties = {
        "seller": {"name": f"{of.word} sælger", "cvr": "29189846", "gln": GLN[seller.key]},
        "buyer": {"name": f"{of.word} køber", "cvr": "29189846", "gln": GLN[payer.key]},
    }
    invoice = Invoice.objects.create(
        **parties, cooperation=of.cooperation, run=statement.run, operator=statement.operator,
        reporter=seller, payer=payer, kind="invoice", year=2025, number=number,
        label=f"{of.word}-{seller.key[0]}-{number}", month=MONTH, issued_on=date(2025, 3, 18),
        due_on=date(2025, 4, 17), reference=f"{of.word} reference", total_ore=line.total_ore,
        key=f"{of.side}/{statement.pk}", sha256="0" * 64, issued_at=REGISTERED,
    )  # fmt: skip
    billed = InvoiceLine.objects.create(
        invoice=invoice, position=1, line=line, text=f"{of.word} ophold",
        reference=line.placement.reference, amount_ore=line.total_ore,
    )  # fmt: skip
    content = f"<Invoice>{of.word}</Invoice>".encode()
    document = InvoiceDocument.objects.create(
        invoice=invoice, format="oioubl", content=content, sha256=sha256(content).hexdigest(),
        outcome="unvalidated", made_at=REGISTERED,
    )  # fmt: skip
    handed = HandOver.objects.create(
        document=document, attempt=1, channel="folder", destination=f"{of.word} mappe",
        outcome="handed_over", receipt=f"{of.word} kvittering", at=REGISTERED,
    )  # fmt: skip
    of.keep(invoice, billed, document, handed, organisation=seller.key, payer=payer.key)
    job = BillingJob.objects.create(
        run=statement.run, invoice=invoice, kind="hand_over", state="done",
        day=date(2025, 3, 18), done=1, total=1, step=f"{of.word} trin", failure=f"{of.word} fejl",
        started_at=REGISTERED, finished_at=REGISTERED,
    )  # fmt: skip
    of.keep(job, organisation=seller.key)


def _bought(of: Keeping, key: str, placement: Placement) -> None:
    """What the buyer keeps for itself: its own days, and an invoice that came from outside."""
    payer, seller = of.organisation(key), placement.service.facility.reporter
    own = BuyerRecord.objects.create(
        payer=payer, placement=placement, valid_from=datetime.combine(CAME, time(15)),
        source=f"{of.word} fagsystem", registered_at=REGISTERED,
    )  # fmt: skip
    of.keep(own, organisation=seller.key, payer=key)
    received = ReceivedInvoice.objects.create(
        payer=payer, seller_cvr="29189846", seller_name=f"{of.word} sælger", seller=seller,
        label=f"{of.word} 17", issued_on=date(2025, 3, 18), total_ore=DAY_ORE,
        file_name=f"{of.word}.xml", sha256="0" * 64, format="oioubl", received_at=REGISTERED,
    )  # fmt: skip
    line = ReceivedLine.objects.create(
        invoice=received, position=1, text=f"{of.word} ophold", reference=placement.reference,
        placement=placement, valid_from=MONTH, valid_to=date(2025, 2, 2), quantity=100,
        amount_ore=DAY_ORE,
    )  # fmt: skip
    controlled = ControlMonth.objects.create(
        payer=payer, month=MONTH, state="done", expected_ore=28 * DAY_ORE, charged_ore=DAY_ORE,
        sellers=[
            {
                "key": str(seller.pk), "name": f"{of.word} sælger", "expected": 28 * DAY_ORE,
                "charged": DAY_ORE, "causes": {"days": -27 * DAY_ORE}, "placements": 1,
                "differing": 1,
            }
        ],
        content=b"", asked_at=REGISTERED, calculated_at=REGISTERED,
    )  # fmt: skip
    of.keep(received, line, controlled, organisation=key)


def _signs(of: Keeping, key: str, placement: Placement) -> None:
    """Signs of irregularity: a buyer's own, which no circle reaches, and the secretariat's."""
    payer, facility = of.organisation(key), placement.service.facility
    for whose, party, side in (
        ({"organisation": payer}, key, ""),
        ({"cooperation": of.cooperation}, "", of.side),
    ):
        search = SignSearch.objects.create(
            **whose, first=MONTH, end=AFTER, state="done", found=1, failure=f"{of.word} fejl",
            asked_at=REGISTERED, finished_at=REGISTERED,
        )  # fmt: skip
        sign = IrregularitySign.objects.create(
            **whose, facility=facility, placement=placement if party else None, kind="hours",
            key=f"{placement.pk}", place=f"{of.word} sted", found=f"{of.word} tal",
            expected=f"{of.word} median", proof=[[f"{of.word} bevis", of.word]],
            found_at=REGISTERED,
        )  # fmt: skip
        done = SignFollowUp.objects.create(
            sign=sign, state="explained", reason=f"{of.word} forklaring", on=AFTER,
            by_label=f"{of.word} myndighed", at=REGISTERED,
        )  # fmt: skip
        for row in (search, sign, done):
            of.world.keep(row, organisation=party, side=side)


def _print(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _recorded(cooperation: Cooperation, how: dict[str, Any]) -> None:
    """Rows that no operation made stand in the trail as rows that were loaded together do."""
    kinds = [
        one for app in ("placements", "settlement") for one in apps.get_app_config(app).get_models()
    ]
    with transaction.atomic():
        record(
            how["by"], Action.PLACEMENT_RUN, cooperation, at=how["at"],
            before=snapshot(cooperation),
            loaded={one._meta.label_lower: prints_of(one._default_manager.all()) for one in kinds},
        )  # fmt: skip
