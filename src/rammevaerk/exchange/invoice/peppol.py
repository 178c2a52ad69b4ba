"""Peppol BIS Billing 3 (EN 16931) with the Danish rules of its rule set."""

from lxml.etree import _Element as Element

from rammevaerk.exchange.invoice import ubl
from rammevaerk.exchange.invoice.paper import InvoicePaper, InvoiceParty, as_written, refuse_unfit
from rammevaerk.exchange.invoice.ubl import group, put, put_amount, put_if

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_CVR, _GLN = "0184", "0088"
_EXEMPT = "E"
# Payment to a Danish account; rule DK-R-005 does not allow the international code 30.
_TO_ACCOUNT = "42"


def write_peppol(paper: InvoicePaper) -> bytes:
    """Return the paper as Peppol BIS Billing 3; `RefusedPaper` when it cannot become one."""
    refuse_unfit(paper)
    paper = as_written(paper)
    document = ubl.root(paper)
    _head(document, paper)
    _party(group(document, "AccountingSupplierParty"), paper.seller)
    _party(group(document, "AccountingCustomerParty"), paper.buyer)
    _payment(document, paper)
    _totals(document, paper)
    for row in paper.rows:
        pricing = ubl.priced(paper, row)
        line = ubl.put_line(document, paper, row, pricing)
        item = group(line, "Item")
        put(item, "Name", row.text)
        _exempt(group(item, "ClassifiedTaxCategory"))
        ubl.put_properties(item, pricing.properties)
        ubl.put_price(line, pricing)
    return ubl.serialised(document)


def _head(document: Element, paper: InvoicePaper) -> None:
    credit = paper.kind == "credit"
    put(document, "CustomizationID", CUSTOMIZATION)
    put(document, "ProfileID", _PROFILE)
    put(document, "ID", paper.number)
    put(document, "IssueDate", paper.issued_on.isoformat())
    if not credit and paper.due_on:
        put(document, "DueDate", paper.due_on.isoformat())
    put(document, "CreditNoteTypeCode" if credit else "InvoiceTypeCode", "381" if credit else "380")
    put_if(document, "Note", paper.note)
    put(document, "DocumentCurrencyCode", ubl.CURRENCY)
    put(document, "BuyerReference", paper.reference or ubl.NO_REFERENCE)
    ubl.put_period(document, paper.start, paper.end)
    ubl.put_billing_reference(document, paper)


def _party(parent: Element, party: InvoiceParty) -> None:
    at = group(parent, "Party")
    cvr = f"DK{party.cvr}"
    put(at, "EndpointID", party.gln or cvr, schemeID=_GLN if party.gln else _CVR)
    put(group(at, "PartyName"), "Name", party.name)
    address = group(at, "PostalAddress")
    put(address, "StreetName", party.street)
    put(address, "CityName", party.city)
    put(address, "PostalZone", party.postal_code)
    put(group(address, "Country"), "IdentificationCode", "DK")
    tax = group(at, "PartyTaxScheme")
    put(tax, "CompanyID", cvr)
    put(group(tax, "TaxScheme"), "ID", "VAT")
    legal = group(at, "PartyLegalEntity")
    put(legal, "RegistrationName", party.name)
    put(legal, "CompanyID", cvr, schemeID=_CVR)
    if party.contact or party.email:
        contact = group(at, "Contact")
        put_if(contact, "Name", party.contact)
        put_if(contact, "ElectronicMail", party.email)


def _payment(document: Element, paper: InvoicePaper) -> None:
    means = group(document, "PaymentMeans")
    put(means, "PaymentMeansCode", _TO_ACCOUNT)
    if paper.kind == "credit" and paper.due_on:
        put(means, "PaymentDueDate", paper.due_on.isoformat())
    put(means, "PaymentID", paper.number)
    ubl.put_account(means, paper, note="")


def _totals(document: Element, paper: InvoicePaper) -> None:
    total = paper.sign * paper.total_ore
    tax = group(document, "TaxTotal")
    put_amount(tax, "TaxAmount", 0)
    part = group(tax, "TaxSubtotal")
    put_amount(part, "TaxableAmount", total)
    put_amount(part, "TaxAmount", 0)
    _exempt(group(part, "TaxCategory"), reason=ubl.EXEMPTION_DA)
    money = group(document, "LegalMonetaryTotal")
    for name in ("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount"):
        put_amount(money, name, total)
    put_amount(money, "PayableAmount", total)


def _exempt(category: Element, reason: str = "") -> None:
    put(category, "ID", _EXEMPT)
    put(category, "Percent", "0")
    put_if(category, "TaxExemptionReason", reason)
    put(group(category, "TaxScheme"), "ID", "VAT")
