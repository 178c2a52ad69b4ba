"""An invoice as people see it: a tagged PDF, and a workbook that other programs open."""

from dataclasses import replace

import pypdfium2
import pytest
from invoice_papers import BUYER, paper
from libreoffice import converted

from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.invoice.pdf import write_pdf
from rammevaerk.exchange.invoice.reading import read_invoice, read_invoices
from rammevaerk.exchange.invoice.workbook import write_workbook


def text_of(content):
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


def test_the_pdf_is_tagged_danish_and_says_everything():
    content = write_pdf(paper())
    for mark in (b"/StructTreeRoot", b"/Lang(da-DK)", b"<pdfuaid:part>1</pdfuaid:part>"):
        assert mark in content
    said = text_of(content)
    for words in (
        "Regning 791-2026-000042",
        "Region Midtjylland",
        "CVR-nummer 29190925",
        f"EAN-nummer {BUYER.gln}",
        "2. april 2026",
        "1. marts 2026 - 31. marts 2026",
        "PO-17",
        "Ophold med tillæg & støtte",
        "I-000124",
        "27 døgn",
        "7,25 time",
        "12.345,67 kr.",
        "46.243,67 kr.",
        "Momsfri efter momslovens § 13, stk. 1, nr. 2.",
        "Reg.nr. 0216, konto 4069123456",
        "1. maj 2026",
    ):
        assert words in said


def test_the_pdf_of_a_credit_note_refers_back_and_asks_for_no_payment():
    said = text_of(write_pdf(paper("credit")))
    assert "Krediterer regning 791-2026-000007 af 2. marts 2026" in said
    assert "-46.243,67 kr." in said
    assert "konto" not in said


def test_a_long_invoice_goes_on_over_pages_with_the_head_of_its_table():
    rows = tuple(replace(paper().rows[0], position=at) for at in range(1, 121))
    content = write_pdf(paper(rows=rows))
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    assert len(pages) > 2
    assert all("Borgerens" in page for page in pages[:-1])


def test_what_looks_like_markup_comes_out_as_it_was_written():
    row = replace(paper().rows[0], text="#panic() *x* $y$ [z] <a>")
    assert "#panic() *x* $y$ [z] <a>" in text_of(write_pdf(paper(rows=(row,))))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_libreoffice_opens_the_workbook_and_what_it_saves_is_read_again(kind, tmp_path):
    both = [paper(), replace(paper("credit"), number="791-2026-000043")]
    content = write_workbook(both)
    if kind == "ods":
        steps = tmp_path / "ods"
        steps.mkdir()
        content = converted(content, "regninger.xlsx", "ods", steps)
        tmp_path = tmp_path / "back"
        tmp_path.mkdir()
        content = converted(content, "regninger.ods", "xlsx", tmp_path)
    else:
        content = converted(content, "regninger.xlsx", "xlsx", tmp_path)
    assert [one.paper for one in read_invoices(content, "regninger.xlsx")] == both


def test_one_invoice_is_asked_for_and_several_are_refused():
    both = [paper(), replace(paper(), number="2")]
    with pytest.raises(RefusedFile, match="har 2 regninger"):
        read_invoice(write_workbook(both), "regninger.xlsx")


def test_a_formula_is_written_as_text():
    row = replace(paper().rows[0], text="=1+1", reference="@SUM(A1)")
    found = read_invoice(write_workbook([paper(rows=(row,))]), "regninger.xlsx")
    assert found.paper.rows[0] == row
