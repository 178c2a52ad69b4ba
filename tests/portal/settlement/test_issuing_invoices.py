"""Issuing what is agreed: which invoices come, with which numbers, and what stays behind."""

import time

import pytest
from django.db.models import Sum
from invoice_samples import (
    AFTER,
    AT,
    DAY,
    HOW,
    MONTH,
    a_run,
    a_statement,
    agreed_run,
    billed,
    in_the_trail,
    lines_for,
    officer,
    party,
    placements,
    reversal_of,
)
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.placements.models import Placement, SettlementTerms
from rammevaerk.portal.settlement.models import (
    Invoice,
    InvoiceSeries,
    LineStanding,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.operations.documents import make_document
from rammevaerk.portal.settlement.operations.issuing import issue_agreed
from rammevaerk.portal.settlement.queries.bills import bills, ready_statements
from rammevaerk.portal.settlement.queries.papers import paper_of, paper_print

State = LineStanding.State


def issued(run: SettlementRun) -> list[Invoice]:
    return list(Invoice.objects.filter(run=run).order_by("number"))


def test_each_payer_gets_one_invoice_with_the_next_number(world: World) -> None:
    run = agreed_run(payers=3, lines=4)
    by = officer(world)
    done = issue_agreed(run, by=by, at=AT)
    made = issued(run)
    assert list(done.invoices) == made
    assert done.findings == ()
    assert [one.label for one in made] == [f"29189846.2026-{n:06}" for n in (1, 2, 3)]
    assert [one.number for one in made] == [1, 2, 3]
    assert InvoiceSeries.objects.get(operator=run.operator, year=2026).last == 3
    for one in made:
        lines = SettlementLine.objects.filter(statement__run=run, statement__payer=one.payer)
        assert one.total_ore == lines.aggregate(ore=Sum("total_ore"))["ore"]
        assert sorted(billed(one)) == sorted(lines.values_list("pk", "total_ore"))
        assert (one.issued_on, one.month, one.kind) == (DAY, MONTH, "invoice")
    standings = LineStanding.objects.filter(line__statement__run=run)
    assert set(standings.values_list("state", flat=True)) == {State.INVOICED}
    run.refresh_from_db()
    assert run.state == "invoiced"
    assert {one.state for one in Statement.objects.filter(run=run)} == {"invoiced"}


def test_what_is_shown_before_is_what_is_issued(world: World) -> None:
    run = agreed_run(payers=2, lines=3)
    by = officer(world)
    shown = bills(ready_statements(run, by), day=DAY)
    made = issue_agreed(run, by=by, at=AT).invoices
    assert [(one.invoice.payer_id, one.invoice.total_ore, one.invoice.due_on) for one in shown] == [
        (one.payer_id, one.total_ore, one.due_on) for one in made
    ]
    assert [[(b.text, b.reference, b.amount_ore) for b in one.lines] for one in shown] == [
        [(b.text, b.reference, b.amount_ore) for b in one.lines.order_by("position")]
        for one in made
    ]


def test_issued_again_nothing_more_comes(world: World) -> None:
    run = agreed_run()
    by = officer(world)
    issue_agreed(run, by=by, at=AT)
    before = [(one.pk, one.sha256) for one in issued(run)]
    assert issue_agreed(run, by=by, at=AT).invoices == ()
    assert [(one.pk, one.sha256) for one in issued(run)] == before
    assert InvoiceSeries.objects.get(operator=run.operator, year=2026).last == 2


def test_only_agreed_lines_are_invoiced_and_the_rest_later_by_another(world: World) -> None:
    run = agreed_run(payers=1, lines=3)
    disputed, other = LineStanding.objects.filter(line__statement__run=run).order_by("pk")[:2]
    LineStanding.objects.filter(pk=disputed.pk).update(state=State.DISPUTED)
    LineStanding.objects.filter(pk=other.pk).update(state=State.OPEN)
    by = officer(world)
    [first] = issue_agreed(run, by=by, at=AT).invoices
    assert len(billed(first)) == 1
    run.refresh_from_db()
    assert run.state == "agreed"
    LineStanding.objects.filter(pk__in=[disputed.pk, other.pk]).update(state=State.AGREED)
    [second] = issue_agreed(run, by=by, at=AT).invoices
    assert (second.number, len(billed(second))) == (2, 2)
    run.refresh_from_db()
    assert run.state == "invoiced"


@pytest.mark.parametrize(("grouping", "count"), [("payer", 1), ("facility", 1), ("placement", 3)])
def test_the_payer_chooses_how_lines_are_gathered(world: World, grouping: str, count: int) -> None:
    run = agreed_run(payers=0)
    party("kunde-1", 1, grouping=grouping)
    rows = placements("egenby", "kunde-1", 3)
    lines_for(a_statement(run, "kunde-1"), rows)
    made = issue_agreed(run, by=officer(world), at=AT).invoices
    assert len(made) == count
    if grouping == "placement":
        wanted = {one.buyer_reference or one.reference for one in rows}
        assert {one.reference for one in made} == wanted
    else:
        assert made[0].reference == "Bogholderiet"


def test_a_payer_without_details_is_a_finding_and_the_others_go_on(world: World) -> None:
    run = agreed_run(payers=3, lines=1)
    party("kunde-1", 1, gln="")
    party("kunde-2", 2, valid_from=AFTER.replace(month=6))
    done = issue_agreed(run, by=officer(world), at=AT)
    assert [one.payer.key for one in done.invoices] == ["kunde-3"]
    assert [one.number for one in done.invoices] == [1]
    assert [one.code for one in done.findings] == ["invoice.unfit", "invoice.no-buyer"]
    assert "EAN-nummer" in done.findings[0].message
    party("kunde-1", 1)
    party("kunde-2", 2)
    assert [one.number for one in issue_agreed(run, by=officer(world), at=AT).invoices] == [2, 3]


def test_signs_that_no_file_can_hold_are_left_out_of_an_invoice(world: World) -> None:
    """They come along unseen when text is pasted, and nobody can take them out afterwards."""
    run = agreed_run(payers=1, lines=1)
    party("kunde-1", 1, grouping="placement", city="Kunde\x02by")
    line = SettlementLine.objects.get(statement__run=run)
    Placement.objects.filter(pk=line.placement_id).update(buyer_reference="Sag\x96\u202e 7")
    [made] = issue_agreed(run, by=officer(world), at=AT).invoices
    assert made.reference == "Sag 7"
    assert made.lines.get().text.endswith("Jeres reference: Sag 7")
    assert make_document(made, by=officer(world), at=AT).outcome == "unvalidated"


def test_an_operator_without_an_account_gets_no_invoice_out(world: World) -> None:
    run = agreed_run(payers=1)
    party("egenby", 0, bank_account="")
    done = issue_agreed(run, by=officer(world), at=AT)
    assert done.invoices == ()
    assert "kontonummer" in done.findings[0].message
    assert not InvoiceSeries.objects.filter(operator=run.operator, year=2026).exists()


def test_a_reversed_line_gives_a_credit_note_that_refers_back(world: World) -> None:
    run = agreed_run(payers=1, lines=2)
    by = officer(world)
    [invoice] = issue_agreed(run, by=by, at=AT).invoices
    old = SettlementLine.objects.filter(statement__run=run).order_by("pk")[0]
    later = a_run(number=901)
    statement = a_statement(later, "kunde-1")
    reversal = reversal_of(statement, old)
    new = SettlementLine.objects.create(
        statement=statement, kind="stay", placement=old.placement, service=old.service,
        part=old.part, valid_from=old.valid_from, valid_to=old.valid_to, days=31,
        basis_ore=5_000, total_ore=5_000, cause="Fravær registreret senere",
    )  # fmt: skip
    LineStanding.objects.create(
        line=new, claim=f"{old.placement.reference}:stay", valid_from=MONTH, valid_to=AFTER,
        state="agreed",
    )  # fmt: skip
    again, note = issue_agreed(later, by=by, at=AT).invoices
    assert (again.kind, again.total_ore, again.number) == ("invoice", 5_000, 2)
    assert (note.kind, note.total_ore, note.credits) == ("credit", -old.total_ore, invoice)
    assert billed(note) == [(reversal.pk, -old.total_ore)]
    assert note.lines.get().text.startswith("Tilbageført: Ophold")
    standing = LineStanding.objects.get(line=old)
    assert (standing.state, standing.released_at) == (State.CREDITED, AT)
    assert LineStanding.objects.get(line=reversal).state == State.INVOICED


def test_the_days_to_pay_within_follow_the_terms_and_never_pass_the_rule(world: World) -> None:
    run = agreed_run(payers=1)
    by = officer(world)
    [plain] = bills(ready_statements(run, by), day=DAY)
    assert (plain.invoice.due_on - DAY).days == 30
    rows = SettlementTerms.objects.filter(service__facility__operator__key="egenby")
    rows.update(payment_days=14)
    [short] = bills(ready_statements(run, by), day=DAY)
    assert (short.invoice.due_on - DAY).days == 14


def test_the_fingerprint_is_of_what_the_stored_rows_say(world: World) -> None:
    run = agreed_run(payers=1)
    [made] = issue_agreed(run, by=officer(world), at=AT).invoices
    stored = Invoice.objects.get(pk=made.pk)
    paper = paper_of(stored)
    assert paper_print(paper) == stored.sha256
    assert (paper.number, paper.total_ore) == (stored.label, stored.total_ore)
    assert (paper.start, paper.end) == (MONTH, AFTER)
    assert {one.quantity for one in paper.rows} == {3100}
    stored.total_ore += 1
    assert paper_print(paper_of(stored)) != made.sha256


def test_everything_issued_stands_in_the_trail(world: World) -> None:
    run = agreed_run()
    issue_agreed(run, by=officer(world), at=AT)
    assert {one.code for one in verify()} <= {"audit.no-head-file"}


def test_only_the_seller_and_the_secretariat_issue(world: World) -> None:
    run = agreed_run(payers=1)
    for role in (Role.BUYER, Role.PROVIDER, Role.READER):
        with pytest.raises(Refused):
            issue_agreed(run, by=world.actor(role, "egenby"), at=AT)
    assert issue_agreed(run, by=officer(world, "naboby"), at=AT).invoices == ()
    foreign = world.actor(Role.SECRETARIAT, "fjernsekretariatet")
    assert issue_agreed(run, by=foreign, at=AT).invoices == ()
    home = world.actor(Role.SECRETARIAT, "sekretariatet")
    assert len(issue_agreed(run, by=home, at=AT).invoices) == 1


# Of PostgreSQL `make bench-month` asks it, with the whole demonstration.
@pytest.mark.sqlite
def test_ten_thousand_lines_take_seconds(world: World) -> None:
    run = agreed_run(payers=0)
    for number in range(1, 101):
        party(f"kunde-{number}", number)
        lines_for(a_statement(run, f"kunde-{number}"), placements("egenby", f"kunde-{number}", 100))
    in_the_trail()
    began = time.process_time()
    done = issue_agreed(run, **HOW)
    took = time.process_time() - began
    assert len(done.invoices) == 100
    assert took < 20, took
