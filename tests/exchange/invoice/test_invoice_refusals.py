"""Invoices that may not be written or taken in: CPR numbers, bombs, entities, and nonsense."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from invoice_papers import changed, gln, paper, with_text

from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.invoice import tree
from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.paper import RefusedPaper, is_cvr, is_gln
from rammevaerk.exchange.invoice.pdf import write_pdf
from rammevaerk.exchange.invoice.peppol import write_peppol
from rammevaerk.exchange.invoice.reading import read_invoice
from rammevaerk.exchange.invoice.workbook import write_workbook

CPR = "010190" + "-" + "1234"
WRITERS = [write_oioubl, write_peppol, write_pdf, lambda one: write_workbook([one])]
EACH = pytest.mark.parametrize("write", WRITERS, ids=["oioubl", "peppol", "pdf", "xlsx"])
XML = pytest.mark.parametrize("write", WRITERS[:2], ids=["oioubl", "peppol"])
PLACES = [
    "number",
    "reference",
    "note",
    "row.text",
    "row.reference",
    "row.unit",
    "seller.name",
    "seller.contact",
    "buyer.contact",
    "buyer.street",
    "buyer.email",
]


def reason(content, name="regning.xml"):
    with pytest.raises(RefusedFile) as refused:
        read_invoice(content, name)
    assert CPR not in refused.value.reason_da
    return refused.value.reason_da


@EACH
@pytest.mark.parametrize("place", PLACES)
def test_a_cpr_number_is_never_written(write, place):
    with pytest.raises(RefusedPaper) as refused:
        write(with_text(place, f"vedr. {CPR}"))
    assert "CPR-nummer (010190-••••)" in refused.value.reason_da
    assert CPR not in str(refused.value)


@XML
@pytest.mark.parametrize(
    "path",
    [
        "cbc:Note",
        "cbc:ID",
        "cac:InvoiceLine/cbc:Note",
        "cac:InvoiceLine/cac:Item/cbc:Name",
        "cac:InvoiceLine/cac:Item/cac:AdditionalItemProperty/cbc:Value",
        "cac:AccountingCustomerParty/cac:Party/cac:Contact/cbc:Name",
    ],
)
def test_a_received_invoice_with_a_cpr_number_is_refused(write, path):
    assert "CPR-nummer (010190-••••)" in reason(changed(write(paper()), path, f"Borger {CPR}"))


def test_a_received_workbook_with_a_cpr_number_is_refused():
    content = write_workbook([with_text("row.text", "KENDEORD")])
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"KENDEORD", CPR.encode()))
    assert "CPR-nummer" in reason(packed.getvalue(), "regning.xlsx")


def test_an_account_number_is_no_cpr_number():
    account = "0101901234"
    one = replace(paper(), seller=replace(paper().seller, bank_account=account))
    for write in WRITERS[:2]:
        assert read_invoice(write(one), "a.xml").paper.seller.bank_account == account


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(12))
    + b"]><Invoice>&m;</Invoice>"
)
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&x;</Invoice>'
)
NETWORK = EXTERNAL.replace(b"file:///etc/passwd", b"http://127.0.0.1:9/x")
PARAMETER = b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>'


@pytest.mark.parametrize("content", [BOMB, EXTERNAL, NETWORK, PARAMETER])
@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_a_document_type_is_refused_and_nothing_of_it_read(content, encoding):
    said = reason(content.decode("ascii").encode(encoding))
    assert said.startswith("Filen «regning.xml» har en dokumenttype (DTD)")
    assert "root:" not in said


def test_an_entity_without_a_document_type_is_refused():
    assert "beskadiget" in reason(b"<Invoice>&x;</Invoice>")


def test_a_huge_file_is_refused_before_it_is_read():
    said = reason(b"<" + b"a" * tree.MOST_BYTES)
    assert said.startswith("Filen «regning.xml» er større end 25 MB")


def test_a_deep_file_and_one_of_endless_elements_are_refused(monkeypatch):
    assert "for dybe led" in reason(b"<a>" * 60 + b"</a>" * 60)
    monkeypatch.setattr(tree, "_MOST_ELEMENTS", 1_000)
    assert "for mange" in reason(b"<a>" + b"<b/>" * 1_001 + b"</a>")


def test_a_workbook_that_unpacks_to_a_giant_is_refused():
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_workbook([paper()]))) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            more = b" " * 300_000_000 if name == "xl/sharedStrings.xml" else b""
            new.writestr(name, old.read(name) + more)
    assert reason(packed.getvalue(), "regning.xlsx")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "hverken en e-regning"),
        (b"%PDF-1.7", "hverken en e-regning"),
        (b"Nummer;Bel\xf8b", "hverken en e-regning"),
        (b"<a", "beskadiget"),
        (b"<html><body/></html>", "hverken en UBL-regning eller en kreditnota"),
        (
            b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
            "Formatet «» kendes ikke",
        ),
        (b"PK\x03\x04 no", ""),
    ],
)
def test_what_is_no_invoice_is_refused(content, said):
    assert said in reason(content)


@XML
@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("cbc:ID", None, "nummeret"),
        ("cbc:IssueDate", "2026-02-30", "udstedelsesdatoen"),
        ("cbc:DocumentCurrencyCode", "EUR", "valutaen, som skal være DKK"),
        ("cac:LegalMonetaryTotal/cbc:PayableAmount", "1e9", "beløb i alt"),
        ("cac:LegalMonetaryTotal/cbc:PayableAmount", "NaN", "beløb i alt"),
        ("cac:InvoiceLine/cbc:LineExtensionAmount", "9" * 30, "beløbet i linje 1"),
        ("cac:InvoiceLine/cbc:InvoicedQuantity", "mange", "antallet i linje 1"),
        ("cac:InvoiceLine/cbc:InvoicedQuantity", "9" * 9, "antallet i linje 1"),
        ("cac:AccountingSupplierParty", None, "sælger"),
    ],
)
def test_what_an_e_invoice_lacks_is_named(write, path, text, said):
    assert said in reason(changed(write(paper()), path, text))


# A workbook may hold what others have sent, as it was.
@pytest.mark.parametrize("write", WRITERS[:3], ids=["oioubl", "peppol", "pdf"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"total_ore": 1}, "giver ikke"),
        ({"rows": (), "total_ore": 0}, "ingen linjer"),
        ({"rows": (paper().rows[0],) * 2, "total_ore": 6_200_000}, "samme nummer"),
        ({"kind": "credit"}, "forkerte fortegn"),
        ({"due_on": None}, "Betalingsdagen"),
        ({"due_on": date(2026, 4, 1)}, "Betalingsdagen"),
        ({"end": date(2026, 3, 1)}, "regningens periode"),
        ({"number": " "}, "mangler et nummer"),
        ({"note": "lyd\x07"}, "tegn i bemærkningen"),
    ],
)
def test_a_paper_that_does_not_hang_together_is_not_written(write, change, said):
    with pytest.raises(RefusedPaper, match=said):
        write(replace(paper(), **change))


@pytest.mark.parametrize(
    ("role", "change", "said"),
    [
        ("seller", {"cvr": "29190926"}, "Sælgers CVR-nummer «29190926»"),
        ("seller", {"bank_account": ""}, "kontonummer"),
        ("buyer", {"gln": ""}, "Køber mangler et EAN-nummer"),
        ("buyer", {"gln": "5798000000011"}, "Købers EAN-nummer «5798000000011»"),
        ("buyer", {"street": ""}, "Køber mangler navn eller adresse"),
    ],
)
def test_a_party_that_lacks_something_is_named(role, change, said):
    one = replace(paper(), **{role: replace(getattr(paper(), role), **change)})
    with pytest.raises(RefusedPaper, match=said):
        write_peppol(one)


def test_a_credit_note_says_what_it_credits():
    with pytest.raises(RefusedPaper, match="hvilken regning"):
        write_peppol(replace(paper("credit"), credits=""))


def test_the_check_digit_of_a_location_number_is_asked():
    good = gln("579800000001")
    assert is_gln(good)
    others = {good[:-1] + digit for digit in "0123456789"} - {good}
    assert not any(is_gln(one) for one in others)
    assert not any(is_gln(one) for one in ("", "57980000", good + "0", f" {good[1:]}", "５" * 13))
    assert is_cvr("29190925")
    assert not is_cvr("29190926")
