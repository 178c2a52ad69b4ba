"""OIOUBL 2.1: UBL with the Danish code lists, as NemHandel carries it until 2029."""

from lxml.etree import _Element as Element

from rammevaerk.exchange.invoice import ubl
from rammevaerk.exchange.invoice.paper import (
    InvoicePaper,
    InvoiceParty,
    InvoiceRow,
    as_written,
    refuse_unfit,
)
from rammevaerk.exchange.invoice.ubl import group, put, put_amount, put_if

CUSTOMIZATION = "OIOUBL-2.1"
# Basic billing: an invoice and a credit note, without an order before them.
_PROFILE = "urn:www.nesubl.eu:profiles:profile5:ver2.0"
# OIOUBL's own agency in the code lists.
_AGENCY = "320"
# Payment to a Danish account, and the channel that says so.
_TO_ACCOUNT, _CHANNEL = "42", "DK:BANK"
# The longest text to the receiver of a payment (F-LIB133).
_LONGEST_PAYMENT_NOTE = 20


def write_oioubl(paper: InvoicePaper) -> bytes:
    """Return the paper as OIOUBL 2.1; `RefusedPaper` when it cannot become one."""
    refuse_unfit(paper)
    paper = as_written(paper)
    document = ubl.root(paper)
    _head(document, paper)
    _seller(group(document, "AccountingSupplierParty"), paper.seller)
    _buyer(group(document, "AccountingCustomerParty"), paper)
    _payment(document, paper)
    _totals(document, paper)
    for row in paper.rows:
        _line(document, paper, row)
    return ubl.serialised(document)


def _head(document: Element, paper: InvoicePaper) -> None:
    credit = paper.kind == "credit"
    put(document, "UBLVersionID", "2.1")
    put(document, "CustomizationID", CUSTOMIZATION)
    scheme = {"schemeAgencyID": _AGENCY, "schemeID": "urn:oioubl:id:profileid-1.2"}
    put(document, "ProfileID", _PROFILE, **scheme)
    put(document, "ID", paper.number)
    put(document, "CopyIndicator", "false")
    put(document, "IssueDate", paper.issued_on.isoformat())
    if not credit:
        kinds = {"listAgencyID": _AGENCY, "listID": "urn:oioubl:codelist:invoicetypecode-1.1"}
        put(document, "InvoiceTypeCode", "380", **kinds)
    put_if(document, "Note", paper.note)
    put(document, "DocumentCurrencyCode", ubl.CURRENCY)
    ubl.put_period(document, paper.start, paper.end)
    put(group(document, "OrderReference"), "ID", paper.reference or ubl.NO_REFERENCE)
    ubl.put_billing_reference(document, paper)


def _seller(parent: Element, party: InvoiceParty) -> None:
    at = _party(parent, party)
    tax = group(at, "PartyTaxScheme")
    put(tax, "CompanyID", f"DK{party.cvr}", schemeID="DK:SE")
    _tax_scheme(tax)
    _legal(at, party)
    if party.contact or party.email:
        contact = group(at, "Contact")
        put_if(contact, "Name", party.contact)
        put_if(contact, "ElectronicMail", party.email)


def _buyer(parent: Element, paper: InvoicePaper) -> None:
    at = _party(parent, paper.buyer)
    _legal(at, paper.buyer)
    contact = group(at, "Contact")
    # The «personreference» by which the buyer's own system finds who is to approve it.
    put(contact, "ID", paper.reference or ubl.NO_REFERENCE)
    put_if(contact, "Name", paper.buyer.contact)
    put_if(contact, "ElectronicMail", paper.buyer.email)


def _party(parent: Element, party: InvoiceParty) -> Element:
    at = group(parent, "Party")
    if party.gln:
        number, scheme = party.gln, {"schemeAgencyID": "9", "schemeID": "GLN"}
    else:
        number, scheme = f"DK{party.cvr}", {"schemeID": "DK:CVR"}
    put(at, "EndpointID", number, **scheme)
    put(group(at, "PartyIdentification"), "ID", number, **scheme)
    put(group(at, "PartyName"), "Name", party.name)
    address = group(at, "PostalAddress")
    # Lax, since the house number is not kept apart from the street.
    form = {"listAgencyID": _AGENCY, "listID": "urn:oioubl:codelist:addressformatcode-1.1"}
    put(address, "AddressFormatCode", "StructuredLax", **form)
    put(address, "StreetName", party.street)
    put(address, "CityName", party.city)
    put(address, "PostalZone", party.postal_code)
    put(group(address, "Country"), "IdentificationCode", "DK")
    return at


def _legal(at: Element, party: InvoiceParty) -> None:
    legal = group(at, "PartyLegalEntity")
    put(legal, "RegistrationName", party.name)
    put(legal, "CompanyID", f"DK{party.cvr}", schemeID="DK:CVR")


def _payment(document: Element, paper: InvoicePaper) -> None:
    means = group(document, "PaymentMeans")
    put(means, "ID", "1")
    put(means, "PaymentMeansCode", _TO_ACCOUNT)
    if paper.due_on:
        put(means, "PaymentDueDate", paper.due_on.isoformat())
    channel = {"listAgencyID": _AGENCY, "listID": "urn:oioubl:codelist:paymentchannelcode-1.1"}
    put(means, "PaymentChannelCode", _CHANNEL, **channel)
    fits = len(paper.number) <= _LONGEST_PAYMENT_NOTE
    ubl.put_account(means, paper, note=paper.number if fits else "")
    terms = group(document, "PaymentTerms")
    put(terms, "ID", "1")
    put(terms, "PaymentMeansID", "1")
    put_amount(terms, "Amount", paper.sign * paper.total_ore)


def _totals(document: Element, paper: InvoicePaper) -> None:
    total = paper.sign * paper.total_ore
    _tax_total(document, total)
    money = group(document, "LegalMonetaryTotal")
    put_amount(money, "LineExtensionAmount", total)
    # In OIOUBL this is the tax itself, whatever its name says (F-INV127).
    put_amount(money, "TaxExclusiveAmount", 0)
    put_amount(money, "TaxInclusiveAmount", total)
    put_amount(money, "PayableAmount", total)


def _line(document: Element, paper: InvoicePaper, row: InvoiceRow) -> None:
    pricing = ubl.priced(paper, row)
    line = ubl.put_line(document, paper, row, pricing)
    _tax_total(line, pricing.amount_ore)
    item = group(line, "Item")
    put(item, "Name", row.text)
    ubl.put_properties(item, pricing.properties)
    ubl.put_price(line, pricing)


def _tax_total(parent: Element, taxable_ore: int) -> None:
    tax = group(parent, "TaxTotal")
    put_amount(tax, "TaxAmount", 0)
    part = group(tax, "TaxSubtotal")
    put_amount(part, "TaxableAmount", taxable_ore)
    put_amount(part, "TaxAmount", 0)
    category = group(part, "TaxCategory")
    scheme = {"schemeAgencyID": _AGENCY, "schemeID": "urn:oioubl:id:taxcategoryid-1.1"}
    put(category, "ID", "ZeroRated", **scheme)
    put(category, "Percent", "0")
    put(category, "TaxExemptionReason", ubl.EXEMPTION_DA)
    _tax_scheme(category)


def _tax_scheme(parent: Element) -> None:
    scheme = group(parent, "TaxScheme")
    put(scheme, "ID", "63", schemeAgencyID=_AGENCY, schemeID="urn:oioubl:id:taxschemeid-1.1")
    put(scheme, "Name", "Moms")
