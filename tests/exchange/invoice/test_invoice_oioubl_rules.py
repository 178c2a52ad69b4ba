"""Our OIOUBL invoices against the official rules, where their folder is configured."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from invoice_papers import changed, may_be_written, paper, papers

from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.paper import Format
from rammevaerk.exchange.invoice.validation import Outcome, validate

KINDS = pytest.mark.parametrize("kind", ["invoice", "credit"])
SUPPLIER, CUSTOMER = (
    "cac:AccountingSupplierParty/cac:Party",
    "cac:AccountingCustomerParty/cac:Party",
)


@pytest.fixture(scope="session")
def rules():
    folder = os.environ.get("RAMMEVAERK_OIOUBL_RULES", "")
    if not folder:
        pytest.skip(
            "the official OIOUBL rules are no part of this project: lay "
            "OIOUBL_Invoice_Schematron.xsl and OIOUBL_CreditNote_Schematron.xsl in a folder and "
            "name it in RAMMEVAERK_OIOUBL_RULES"
        )
    return Path(folder)


def broken_rules(content, rules):
    found = validate(content, Format.OIOUBL, rules)
    assert found.outcome is Outcome.INVALID
    return {problem.id.replace("CRN", "INV") for problem in found.problems}


@KINDS
def test_the_official_rules_find_nothing(kind, rules):
    found = validate(write_oioubl(paper(kind)), Format.OIOUBL, rules)
    assert (found.outcome, found.problems, found.warnings) == (Outcome.VALID, (), ())
    assert found.rules_label.startswith("OIOUBL")
    assert len(found.rules_sha256) == 64


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("cac:LegalMonetaryTotal/cbc:PayableAmount", "1.00", "F-INV133"),
        ("cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "1.00", "F-INV126"),
        (f"{SUPPLIER}/cbc:EndpointID", None, "F-INV031"),
        (f"{CUSTOMER}/cbc:EndpointID", None, "F-INV044"),
        (f"{CUSTOMER}/cbc:EndpointID", "579800000001", "F-LIB181"),
        (f"{CUSTOMER}/cac:Contact/cbc:ID", None, "F-INV051"),
        ("cbc:DocumentCurrencyCode", "EUR", "F-INV014"),
        ("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID", "Exempt", "F-LIB309"),
        ("cac:PaymentMeans/cbc:PaymentMeansCode", "77", "F-LIB100"),
        ("cbc:ProfileID", "Procurement-Guess-1.0", "F-LIB302"),
    ],
)
def test_a_broken_invoice_is_refused_by_its_rule(path, text, rule, rules):
    assert rule in broken_rules(changed(write_oioubl(paper()), path, text), rules)


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("cac:LegalMonetaryTotal/cbc:PayableAmount", "1.00", "F-INV079"),
        (f"{SUPPLIER}/cbc:EndpointID", None, "F-INV028"),
        (f"{CUSTOMER}/cbc:EndpointID", "579800000001", "F-LIB181"),
        ("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID", "Exempt", "F-LIB309"),
    ],
)
def test_a_broken_credit_note_is_refused_by_its_rule(path, text, rule, rules):
    assert rule in broken_rules(changed(write_oioubl(paper("credit")), path, text), rules)


def test_the_hash_is_of_the_rules_and_the_same_for_both_kinds(rules):
    found = {
        validate(write_oioubl(paper(kind)), Format.OIOUBL, rules).rules_sha256
        for kind in ("invoice", "credit")
    }
    assert len(found) == 1


def test_a_long_number_and_no_reference_hold(rules):
    one = replace(paper(), number="791-2026-000042-tillæg-3", reference="")
    assert validate(write_oioubl(one), Format.OIOUBL, rules).outcome is Outcome.VALID


@settings(max_examples=60, deadline=None)
@given(one=papers())
def test_any_paper_that_may_be_written_holds(one, rules):
    assume(may_be_written(one))
    found = validate(write_oioubl(one), Format.OIOUBL, rules)
    assert (found.outcome, found.problems) == (Outcome.VALID, ())
