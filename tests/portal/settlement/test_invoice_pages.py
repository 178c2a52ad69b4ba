"""The pages of invoices as people use them: preview, issue, register, one, credit, needs."""

import io
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from invoice_samples import (
    AT,
    DAY,
    a_statement,
    agreed_run,
    in_the_trail,
    lines_for,
    officer,
    organisation,
    party,
    placements,
)
from python_calamine import CalamineWorkbook
from reading_pages import html, words
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.settlement.models import (
    BillingJob,
    Invoice,
    InvoiceDocument,
    LineAnswer,
    LineStanding,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.operations.billing_jobs import start_issuing
from rammevaerk.portal.settlement.operations.documents import make_documents
from rammevaerk.portal.settlement.operations.issuing import issue_agreed
from rammevaerk.portal.settlement.queries.invoice_needs import invoice_needs


@pytest.fixture
def run(world: World) -> SettlementRun:
    """A run of Egenby's, agreed by Naboby and by two others."""
    made = agreed_run(payers=1, lines=2)
    party("naboby", 5, format="peppol")
    lines_for(a_statement(made, "naboby"), placements("egenby", "naboby", 3))
    in_the_trail()
    return made


@pytest.fixture
def invoice(world: World, run: SettlementRun) -> Invoice:
    """Naboby's."""
    issue_agreed(run, by=officer(world), at=AT)
    make_documents(run, by=officer(world), at=AT)
    return Invoice.objects.get(run=run, payer__key="naboby")


def seller(world: World) -> Client:
    return world.client(Role.TARIFF_OFFICER, "egenby")


def address(name: str, **row: Any) -> str:
    return reverse(f"settlement:{name}", kwargs={key: one.pk for key, one in row.items()})


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def test_a_run_is_shown_and_issued_as_it_was_shown(
    world: World, run: SettlementRun, django_capture_on_commit_callbacks: Any
) -> None:
    client, page = seller(world), address("run_invoices", run_id=run)
    shown = client.get(page)
    assert "Udsted 2 regninger med datoen" in words(shown)
    assert "Egenby" in words(shown)
    form = {"handling": "udsted", "seen": hidden(html(shown), "seen")}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("run_issue", run_id=run), form)
    said = words(client.get(page))
    assert "Ingen aftalte linjer venter på en regning" in said
    assert "Der er ikke valgt et sted, hvor e-regninger afleveres" in said
    assert Invoice.objects.filter(run=run).count() == 2
    job = BillingJob.objects.get(run=run)
    assert (job.state, job.total) == ("done", 2)


def test_what_changed_since_it_was_shown_is_not_issued(world: World, run: SettlementRun) -> None:
    client = seller(world)
    seen = hidden(html(client.get(address("run_invoices", run_id=run))), "seen")
    first = LineStanding.objects.filter(line__statement__run=run).order_by("pk").first()
    assert first is not None
    LineStanding.objects.filter(pk=first.pk).update(state="disputed")
    form = {"handling": "udsted", "seen": seen}
    answer = client.post(address("run_issue", run_id=run), form, follow=True)
    assert "er ændret, mens du så på det" in words(answer)
    assert not Invoice.objects.filter(run=run).exists()


def test_work_under_way_is_shown_with_how_far_it_is(world: World, run: SettlementRun) -> None:
    BillingJob.objects.create(
        run=run, kind="issue", day=DAY, done=3, total=7, step="Udsteder regninger", started_at=AT
    )
    client = seller(world)
    shown = client.get(address("run_invoices", run_id=run))
    assert "Udsteder regninger 3 af 7." in words(shown)
    form = {"handling": "udsted", "seen": ""}
    with pytest.raises(ValidationError, match="allerede i gang"):
        start_issuing(run, by=officer(world), at=AT)
    assert client.post(address("run_issue", run_id=run), form).status_code == 302


def test_a_run_says_what_waits_with_whom(world: World, run: SettlementRun) -> None:
    lines_for(a_statement(run, "kunde-7"), placements("egenby", "kunde-7", 2), "open")
    said = words(seller(world).get(address("run_invoices", run_id=run)))
    assert "Afventer køber Kunde-7 10. april 2026 (overskredet) 2" in said


def test_what_lacks_details_is_told_with_a_way_to_mend_it(world: World, run: SettlementRun) -> None:
    party("naboby", 5, gln="")
    said = words(seller(world).get(address("run_invoices", run_id=run)))
    assert "Køber mangler et EAN-nummer" in said
    assert "Udsted 1 regning med datoen" in said


def test_a_statement_is_invoiced_alone_by_its_seller(
    world: World, run: SettlementRun, django_capture_on_commit_callbacks: Any
) -> None:
    statement = Statement.objects.get(run=run, payer__key="naboby")
    client = seller(world)
    shown = client.get(address("statement_invoices", statement_id=statement))
    form = {"handling": "udsted", "seen": hidden(html(shown), "seen")}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("statement_issue", statement_id=statement), form)
    assert [one.payer.key for one in Invoice.objects.filter(run=run)] == ["naboby"]


def test_both_sides_see_an_invoice_and_nobody_else(world: World, invoice: Invoice) -> None:
    page = address("invoice", invoice_id=invoice)
    for role, key, status in (
        (Role.TARIFF_OFFICER, "egenby", 200),
        (Role.PROVIDER, "egenby", 200),
        (Role.BUYER, "naboby", 200),
        (Role.SECRETARIAT, "sekretariatet", 200),
        (Role.SECRETARIAT, "fjernsekretariatet", 404),
        (Role.READER, "egenby", 404),
        (Role.TARIFF_OFFICER, "fjernby", 404),
    ):
        assert world.client(role, key).get(page).status_code == status, (role, key)


def test_an_invoice_reads_as_it_was_issued(world: World, invoice: Invoice) -> None:
    said = words(world.client(Role.BUYER, "naboby").get(address("invoice", invoice_id=invoice)))
    assert f"Regning {invoice.label}" in said
    assert "R-naboby-0" in said
    assert "E-regningen overholder de officielle regler" in said
    # How it is handed over is the seller's affair.
    assert "Aflevering" not in said
    assert "Kreditér" not in said


def test_an_invoice_is_fetched_for_people_and_for_machines(world: World, invoice: Invoice) -> None:
    client = world.client(Role.BUYER, "naboby")
    pdf = client.get(address("invoice_pdf", invoice_id=invoice))
    assert pdf.content.startswith(b"%PDF")
    assert invoice.label in pdf["Content-Disposition"]
    xml = client.get(address("invoice_xml", invoice_id=invoice))
    assert xml.content == bytes(invoice.documents.get().content)
    assert invoice.label.encode() in xml.content
    book = client.get(address("invoice_workbook", invoice_id=invoice))
    assert CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names


def test_a_changed_row_gives_no_paper(world: World, invoice: Invoice) -> None:
    with connection.cursor() as cursor:
        for trigger in ("no_update", "no_change"):
            drop = f'DROP TRIGGER IF EXISTS "settlement_invoice_{trigger}"'
            cursor.execute(
                drop if connection.vendor == "sqlite" else f"{drop} ON settlement_invoice"
            )
        cursor.execute("UPDATE settlement_invoice SET reference = 'X' WHERE id = %s", [invoice.pk])
    page = address("invoice_pdf", invoice_id=invoice)
    answer = seller(world).get(page, follow=True)
    assert "svarer ikke til det fingeraftryk" in words(answer)


def test_an_invoice_is_credited_on_its_page(world: World, invoice: Invoice) -> None:
    client, page = seller(world), address("invoice_credit", invoice_id=invoice)
    assert "for 3 linjer" in words(client.get(page))
    assert client.post(page, {"reason": ""}).status_code == 422
    refused = client.post(page, {"reason": "Borger 010190-1234"})
    assert refused.status_code == 422
    answer = client.post(page, {"reason": "Forkert takst"}, follow=True)
    note = Invoice.objects.get(credits=invoice)
    assert f"Kreditnota {note.label}" in words(answer)
    assert f"Tager beløb tilbage fra {invoice.label}" in words(answer)
    told = words(client.get(address("invoice", invoice_id=invoice)))
    assert "Regningen er krediteret" in told
    again = client.post(page, {"reason": "En gang til"})
    assert again.status_code == 422
    assert "allerede krediteret" in words(again)


def test_the_register_is_filtered_and_summed_and_fetched(world: World, invoice: Invoice) -> None:
    client, page = seller(world), reverse("settlement:invoices")
    everything = words(client.get(page))
    assert "Tilsammen" in everything
    for query, there in (
        ({"q": invoice.label}, True),
        ({"q": "r-naboby-1"}, True),
        ({"q": "findes ikke"}, False),
        ({"art": "credit"}, False),
        ({"maaned": "2026-03"}, True),
        ({"maaned": "2026-13"}, True),
        ({"betaler": str(invoice.payer_id)}, True),
        ({"betaler": "x"}, True),
        ({"tilstand": "valid"}, True),
        ({"tilstand": "handed_over"}, False),
        ({"koersel": str(invoice.run_id)}, True),
    ):
        assert (invoice.label in words(client.get(page, query))) is there, query
    book = client.get(reverse("settlement:invoices_workbook"), {"q": invoice.label})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    [_head, row] = rows.to_python()
    assert row[0] == invoice.label
    assert row[9] == invoice.total_ore / 100


def test_e_invoices_that_are_not_valid_or_not_taken_need_the_seller(
    world: World, invoice: Invoice, tmp_path: Any, settings: Any
) -> None:
    def told() -> list[str]:
        return [one.title for one in invoice_needs(officer(world), on=DAY)]

    before = [one for one in told() if "er ikke valideret" in one]
    assert before
    assert not [one for one in told() if "er klar" in one]
    settings.INVOICE_HAND_OVER = str(tmp_path)
    assert "1 e-regning er klar til at blive afleveret" in told()
    assert invoice_needs(world.actor(Role.BUYER, "naboby"), on=DAY) == []


def test_agreed_lines_need_the_seller(world: World, run: SettlementRun) -> None:
    [need] = [
        one
        for one in invoice_needs(officer(world), on=DAY)
        if one.url == address("run_invoices", run_id=run)
    ]
    assert need.title == "5 aftalte linjer for marts 2026 kan faktureres"


def test_in_a_run_that_the_secretariat_makes_each_seller_issues_its_own(
    world: World, run: SettlementRun
) -> None:
    run.owner = organisation("sekretariatet")
    run.save()
    titles = {one.note: one.url for one in invoice_needs(officer(world), on=DAY)}
    statement = Statement.objects.get(run=run, payer__key="naboby")
    page = address("statement_invoices", statement_id=statement)
    assert titles["Naboby"] == page
    assert "Udsted 1 regning med datoen" in words(seller(world).get(page))
    assert seller(world).get(address("run_invoices", run_id=run)).status_code == 404


def test_a_conceded_line_is_no_longer_called_disputed(world: World, run: SettlementRun) -> None:
    statement = a_statement(run, "kunde-7")
    lines_for(statement, placements("egenby", "kunde-7", 3), "disputed")
    first = SettlementLine.objects.filter(statement=statement).order_by("pk").first()
    assert first is not None
    for verdict in ("disputed", "conceded"):
        LineAnswer.objects.create(line=first, verdict=verdict, reason="3. marts", at=AT)
    said = words(seller(world).get(address("run_invoices", run_id=run)))
    waiting = said.split("Det, der venter", 1)[1]
    assert re.search(r"Bestridt – .*? 2 [\d.,]+ Sælger retter – .*? 1 ", waiting)


def test_what_is_issued_is_counted_in_words(world: World, run: SettlementRun) -> None:
    issue_agreed(run, by=officer(world), at=AT)
    issued = words(seller(world).get(address("run_invoices", run_id=run)))
    issued = issued.split("Udstedt", 1)[1]
    assert "2 regninger" in issued
    assert "0 kreditnotaer" in issued
    assert "Ingen e-regning endnu Se 2 regninger" in issued


def test_e_invoices_that_a_run_lacks_are_made_together(
    world: World, run: SettlementRun, django_capture_on_commit_callbacks: Any
) -> None:
    issue_agreed(run, by=officer(world), at=AT)
    assert not InvoiceDocument.objects.filter(invoice__run=run).exists()
    client = seller(world)
    assert "Dan og validér 2 e-regninger, der mangler" in words(
        client.get(address("run_invoices", run_id=run))
    )
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("run_issue", run_id=run), {"handling": "dan"})
    assert InvoiceDocument.objects.filter(invoice__run=run).count() == 2
    assert BillingJob.objects.get(run=run).state == "done"
    after = client.get(address("run_invoices", run_id=run))
    assert "der mangler" not in words(after)
    again = client.post(address("run_issue", run_id=run), {"handling": "dan"}, follow=True)
    assert "Alle regninger har en e-regning." in words(again)
