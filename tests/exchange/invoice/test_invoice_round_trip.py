"""What is written is read back as the same paper, øre for øre, in every form."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from invoice_papers import SPACES, changed, may_be_written, paper, papers
from lxml import etree

from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.paper import Format, InvoiceRow, as_written
from rammevaerk.exchange.invoice.peppol import write_peppol
from rammevaerk.exchange.invoice.reading import read_invoice, read_invoices
from rammevaerk.exchange.invoice.workbook import write_workbook

WRITERS = [
    pytest.param(write_oioubl, Format.OIOUBL, id="oioubl"),
    pytest.param(write_peppol, Format.PEPPOL, id="peppol"),
    pytest.param(lambda one: write_workbook([one]), Format.WORKBOOK, id="xlsx"),
]
EACH = pytest.mark.parametrize(("write", "form"), WRITERS)
XML = pytest.mark.parametrize(("write", "form"), WRITERS[:2])
NAMES = {Format.WORKBOOK: "regning.xlsx"}


def read(content, form):
    found = read_invoice(content, NAMES.get(form, "regning.xml"))
    assert found.format is form
    return found


@EACH
@pytest.mark.parametrize("kind", ["invoice", "credit"])
def test_it_is_read_back_without_remarks(write, form, kind):
    found = read(write(paper(kind)), form)
    assert (found.paper, found.remarks) == (paper(kind), ())


@EACH
@settings(max_examples=120, deadline=None)
@given(one=papers())
def test_any_paper_is_read_back(write, form, one):
    assume(may_be_written(one))
    assert read(write(one), form).paper == as_written(one)


@EACH
def test_the_same_paper_gives_the_same_bytes(write, form):
    assert write(paper()) == write(paper())


@XML
@settings(max_examples=80, deadline=None)
@given(one=papers())
def test_quantity_times_price_is_the_amount_of_every_line_and_all_are_the_total(write, form, one):
    assume(may_be_written(one))
    document = etree.fromstring(write(one))
    summed = 0
    for line in document.iterfind("cac:*", SPACES):
        if not line.tag.endswith("Line"):
            continue
        quantity, price, amount = (
            int(line.xpath(f"string({path})", namespaces=SPACES).replace(".", ""))
            for path in (
                "cbc:InvoicedQuantity | cbc:CreditedQuantity",
                "cac:Price/cbc:PriceAmount",
                "cbc:LineExtensionAmount",
            )
        )
        assert quantity != 0
        assert price >= 0
        assert quantity * price == amount * 100
        summed += amount
    total = document.findtext("cac:LegalMonetaryTotal/cbc:PayableAmount", "", SPACES)
    assert summed == int(total.replace(".", "")) == abs(one.total_ore)


@XML
def test_days_that_no_whole_price_fits_are_one_piece_with_the_days_in_words(write, form):
    document = etree.fromstring(write(paper()))
    line = document.findall("cac:InvoiceLine", SPACES)[1]
    assert line.findtext("cbc:Note", "", SPACES) == "27,00 døgn"
    assert line.findtext("cbc:InvoicedQuantity", "", SPACES) == "1.00"
    assert line.findtext("cac:Price/cbc:PriceAmount", "", SPACES) == "12345.67"


@XML
def test_a_credit_note_shows_positive_amounts_and_is_read_as_negative(write, form):
    content = write(paper("credit"))
    total = etree.fromstring(content).findtext(
        "cac:LegalMonetaryTotal/cbc:PayableAmount", "", SPACES
    )
    assert total == "46243.67"
    assert read(content, form).paper.total_ore == -4_624_367


@XML
def test_spaces_and_line_breaks_of_texts_are_written_as_one_space(write, form):
    row = replace(paper().rows[0], text="Ophold \n\t i\u00a0marts ")
    assert read(write(paper(rows=(row,))), form).paper.rows[0].text == "Ophold i marts"


@EACH
def test_a_line_of_an_earlier_month_widens_the_period_of_the_invoice(write, form):
    early = replace(paper().rows[0], start=paper().start.replace(month=1), position=9)
    found = read(write(paper(rows=(*paper().rows, early))), form).paper
    assert (found.start, found.end) == (early.start, paper().end)


def test_several_invoices_of_a_workbook_come_in_their_order():
    both = [paper(), replace(paper("credit"), number="791-2026-000043")]
    found = read_invoices(write_workbook(both), "regninger.xlsx")
    assert [one.paper for one in found] == both


@XML
def test_an_amount_in_all_that_the_lines_do_not_give_is_told(write, form):
    content = changed(write(paper()), "cac:LegalMonetaryTotal/cbc:PayableAmount", "1000.00")
    found = read(content, form)
    assert found.paper.total_ore == 100_000
    assert found.remarks == (
        "Linjerne giver 46.243,67 kr., men regningen lyder på 1.000,00 kr. i alt.",
    )


@XML
def test_vat_and_a_wrong_gln_are_told(write, form):
    content = changed(write(paper()), "cac:TaxTotal/cbc:TaxAmount", "250.00")
    path = "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID"
    content = changed(content, path, "5798000000011")
    assert read(content, form).remarks == (
        "Der er lagt 250,00 kr. i moms på.",
        "Købers EAN-nummer «5798000000011» er ikke gyldigt.",
    )


def test_what_others_write_otherwise_is_read_too():
    content = write_peppol(
        paper(rows=(InvoiceRow(1, "Døgn", "", None, None, 700, "døgn", 70_000),))
    )
    content = content.replace(
        b"</cbc:ID>\n    <cbc:InvoicedQ", b"</cbc:ID><cbc:Note>Borger 17</cbc:Note><cbc:InvoicedQ"
    )
    content = content.replace(
        b"<cbc:Name>D\xc3\xb8gn<",
        b"<cbc:Description>Uge 10</cbc:Description><cbc:Name>D\xc3\xb8gn<",
    )
    content = content.replace(b">700.00<", b">700.0000<").replace(
        b"2026-04-02<", b"2026-04-02+02:00<"
    )
    content = content.replace(b"<cbc:BuyerReference>PO-17</cbc:BuyerReference>", b"")
    found = read(content, Format.PEPPOL)
    line = found.paper.rows[0]
    assert (line.text, line.reference, line.amount_ore) == ("Døgn. Uge 10", "Borger 17", 70_000)
    assert (found.paper.reference, found.remarks) == ("", ())
    assert found.paper.issued_on == paper().issued_on


def test_more_than_two_decimals_are_rounded_and_told():
    content = write_peppol(
        paper(rows=(InvoiceRow(1, "Døgn", "", None, None, 700, "døgn", 70_000),))
    )
    content = content.replace(b'DKK">700.00</cbc:LineE', b'DKK">700.005</cbc:LineE')
    found = read(content, Format.PEPPOL)
    assert found.paper.rows[0].amount_ore == 70_001
    assert found.remarks[0] == "I beløbet i linje 1 er «700.005» rundet af til to decimaler."


@XML
def test_lines_of_others_with_the_same_number_are_counted_instead(write, form):
    content = changed(write(paper()), "cac:InvoiceLine/cbc:ID", "2")
    assert [row.position for row in read(content, form).paper.rows] == [1, 2, 3, 4, 5]
