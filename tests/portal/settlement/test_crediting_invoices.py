"""Taking an invoice back: what comes of it, and what is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from invoice_samples import AT, a_run, a_statement, agreed_run, officer, reversal_of
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.settlement.models import (
    Invoice,
    InvoiceSeries,
    LineStanding,
    SettlementLine,
    Statement,
)
from rammevaerk.portal.settlement.operations.crediting import credit_invoice
from rammevaerk.portal.settlement.operations.documents import make_document
from rammevaerk.portal.settlement.operations.issuing import issue_agreed
from rammevaerk.portal.settlement.queries.papers import paper_of, paper_print

State = LineStanding.State


@pytest.fixture
def invoice(world: World) -> Invoice:
    [made] = issue_agreed(agreed_run(payers=1), by=officer(world), at=AT).invoices
    return made


def credited(world: World, invoice: Invoice, reason: str = "Forkert takst") -> Invoice:
    return credit_invoice(invoice, reason=reason, by=officer(world), at=AT)


def test_a_credit_note_takes_everything_back_and_refers_to_the_invoice(
    world: World, invoice: Invoice
) -> None:
    note = credited(world, invoice)
    assert (note.kind, note.credits, note.number) == ("credit", invoice, 2)
    assert note.total_ore == -invoice.total_ore
    assert note.label == "29189846.2026-000002"
    assert {one.text.startswith("Tilbageført: ") for one in note.lines.all()} == {True}
    assert all("Forkert takst" in one.text for one in note.lines.all())
    lines = SettlementLine.objects.filter(statement__run=invoice.run)
    assert lines.aggregate(ore=Sum("total_ore"))["ore"] == 0
    statement = Statement.objects.get(run=invoice.run)
    assert statement.total_ore == 0 - invoice.total_ore
    paper = paper_of(Invoice.objects.get(pk=note.pk))
    assert (paper.credits, paper.credits_issued_on) == (invoice.label, invoice.issued_on)
    assert paper_print(paper) == note.sha256


def test_a_reason_with_signs_that_no_file_can_hold_gives_an_e_invoice_all_the_same(
    world: World, invoice: Invoice
) -> None:
    note = credited(world, invoice, "Fejl\x96 i\x02 taksten")
    assert all("Fejl i taksten" in one.text for one in note.lines.all())
    assert make_document(note, by=officer(world), at=AT).outcome == "unvalidated"


def test_the_days_are_free_to_be_billed_again(world: World, invoice: Invoice) -> None:
    credited(world, invoice)
    old = LineStanding.objects.filter(line__invoice_line__invoice=invoice)
    assert {(one.state, one.released_at) for one in old} == {(State.CREDITED, AT)}
    first = old.order_by("pk")[0]
    again = SettlementLine.objects.create(
        statement=a_statement(a_run(number=901), "kunde-1"), kind="stay", part="x",
        valid_from=first.valid_from, valid_to=first.valid_to, days=31, total_ore=0,
    )  # fmt: skip
    LineStanding.objects.create(
        line=again, claim=first.claim, valid_from=first.valid_from, valid_to=first.valid_to
    )


def test_a_second_credit_is_refused_and_says_which_there_is(world: World, invoice: Invoice) -> None:
    note = credited(world, invoice)
    with pytest.raises(ValidationError, match=f"allerede krediteret: kreditnota {note.label}"):
        credited(world, invoice, "En gang til")
    assert InvoiceSeries.objects.get(operator=invoice.operator, year=2026).last == 2


def test_a_credit_note_is_not_credited(world: World, invoice: Invoice) -> None:
    note = credited(world, invoice)
    with pytest.raises(ValidationError, match="En kreditnota krediteres ikke"):
        credited(world, note)


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_reason_is_asked_for(world: World, invoice: Invoice, reason: str) -> None:
    with pytest.raises(ValidationError, match="Skriv, hvorfor"):
        credited(world, invoice, reason)


def test_a_reason_with_a_cpr_number_leaves_nothing_behind(world: World, invoice: Invoice) -> None:
    with pytest.raises(ValidationError, match="CPR"):
        credited(world, invoice, "Borgeren 010190-1234")
    assert not invoice.credited_by.exists()
    assert SettlementLine.objects.filter(reverses__isnull=False).count() == 0


def test_what_a_later_run_took_back_is_not_taken_back_again(world: World, invoice: Invoice) -> None:
    line = SettlementLine.objects.filter(invoice_line__invoice=invoice).order_by("pk")[0]
    reversal_of(a_statement(a_run(number=901), "kunde-1"), line)
    note = credited(world, invoice)
    assert note.total_ore == -(invoice.total_ore - line.total_ore)
    with pytest.raises(ValidationError, match="allerede krediteret"):
        credited(world, invoice)


def test_only_the_seller_credits(world: World, invoice: Invoice) -> None:
    for by in (world.actor(Role.PROVIDER, "egenby"), officer(world, "naboby")):
        with pytest.raises(Refused):
            credit_invoice(invoice, reason="Nej", by=by, at=AT)


def test_a_credit_stands_in_the_trail(world: World, invoice: Invoice) -> None:
    credited(world, invoice)
    assert {one.code for one in verify()} <= {"audit.no-head-file"}
