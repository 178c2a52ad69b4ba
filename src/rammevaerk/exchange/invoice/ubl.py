"""What OIOUBL and Peppol share: UBL elements, exact amounts, and a line's quantity and price."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import etree
from lxml.etree import _Element as Element

from rammevaerk.exchange.invoice.paper import InvoicePaper, InvoiceRow

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"

CURRENCY = "DKK"
# Momsloven § 13, stk. 1, nr. 2: social care and assistance is exempt from VAT.
EXEMPTION_DA = "Momsfri efter momslovens § 13, stk. 1, nr. 2"
# What stands where a format demands a reference and the buyer has given none.
NO_REFERENCE = "n/a"
# UN/ECE recommendation 20, and in the list of OIOUBL; another word is a property of the item.
UNIT_CODES: Mapping[str, str] = {
    "døgn": "DAY",
    "time": "HUR",
    "måned": "MON",
    "uge": "WEE",
    "år": "ANN",
    "stk.": "EA",
    "": "C62",
}
# Names of the properties by which a reader finds what a line's own elements cannot hold.
REFERENCE_DA, QUANTITY_DA, UNIT_DA = "Borgerens reference", "Antal", "Enhed"


@dataclass(frozen=True, slots=True)
class Pricing:
    """A line as UBL has it: hundredths of a unit times whole øre gives the amount exactly."""

    quantity: int
    unit_code: str
    price_ore: int
    amount_ore: int
    # What the elements above do not say: properties by name.
    properties: Mapping[str, str]


def root(paper: InvoicePaper) -> Element:
    """Return the empty document, an Invoice or a CreditNote."""
    credit = paper.kind == "credit"
    namespace = CREDIT_NOTE if credit else INVOICE
    # None is how lxml names the namespace without a prefix.
    spaces = {None: namespace, "cac": CAC, "cbc": CBC}
    return etree.Element(f"{{{namespace}}}{'CreditNote' if credit else 'Invoice'}", nsmap=spaces)


def put(parent: Element, name: str, text: str, **attributes: str) -> None:
    """Add a basic component with its text on one line."""
    etree.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = " ".join(text.split())


def put_if(parent: Element, name: str, text: str, **attributes: str) -> None:
    """Add a basic component unless there is nothing to say: UBL has no empty elements."""
    if text.strip():
        put(parent, name, text, **attributes)


def group(parent: Element, name: str) -> Element:
    """Add an aggregate component and return it."""
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def put_amount(parent: Element, name: str, ore: int) -> None:
    """Add an amount in kroner with two decimals and its currency."""
    put(parent, name, hundredths(ore), currencyID=CURRENCY)


def hundredths(value: int) -> str:
    """Return a whole number of hundredths as a decimal: -105 is "-1.05"."""
    whole, rest = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{whole}.{rest:02d}"


def put_period(parent: Element, start: date | None, end: date | None) -> None:
    """Add an InvoicePeriod; UBL's last day is inside it, ours is the day after."""
    if start is None or end is None:
        return
    period = group(parent, "InvoicePeriod")
    put(period, "StartDate", start.isoformat())
    put(period, "EndDate", (end - timedelta(days=1)).isoformat())


def put_billing_reference(parent: Element, paper: InvoicePaper) -> None:
    """Say which invoice a credit note takes back."""
    if not paper.credits:
        return
    document = group(group(parent, "BillingReference"), "InvoiceDocumentReference")
    put(document, "ID", paper.credits)
    if paper.credits_issued_on:
        put(document, "IssueDate", paper.credits_issued_on.isoformat())


def put_account(means: Element, paper: InvoicePaper, note: str) -> None:
    """Add the seller's Danish account: registration number and account number."""
    account = group(means, "PayeeFinancialAccount")
    put(account, "ID", paper.seller.bank_account)
    put_if(account, "PaymentNote", note)
    put(group(account, "FinancialInstitutionBranch"), "ID", paper.seller.bank_registration)


def put_line(parent: Element, paper: InvoicePaper, row: InvoiceRow, pricing: Pricing) -> Element:
    """Add a line as far as its period, and return it."""
    credit = paper.kind == "credit"
    line = group(parent, "CreditNoteLine" if credit else "InvoiceLine")
    put(line, "ID", str(row.position))
    if QUANTITY_DA in pricing.properties:
        put(line, "Note", f"{pricing.properties[QUANTITY_DA]} {row.unit}".strip())
    name = "CreditedQuantity" if credit else "InvoicedQuantity"
    put(line, name, hundredths(pricing.quantity), unitCode=pricing.unit_code)
    put_amount(line, "LineExtensionAmount", pricing.amount_ore)
    put_period(line, row.start, row.end)
    return line


def put_properties(item: Element, properties: Mapping[str, str]) -> None:
    """Add an item's properties."""
    for name, value in properties.items():
        at = group(item, "AdditionalItemProperty")
        put(at, "Name", name)
        put(at, "Value", value)


def put_price(line: Element, pricing: Pricing) -> None:
    """Add the price of one unit."""
    price = group(line, "Price")
    put_amount(price, "PriceAmount", pricing.price_ore)
    put(price, "BaseQuantity", "1", unitCode=pricing.unit_code)


def priced(paper: InvoicePaper, row: InvoiceRow) -> Pricing:
    """Return quantity and price of a row such that quantity × price is exactly its amount.

    A price is never negative in UBL, so that the quantity bears the sign. An amount that is no
    whole number of øre for each unit (a basis, a service and a supplement together) is one piece
    at its full price; what it counts then stands in the properties.
    """
    quantity, amount = paper.sign * row.quantity, paper.sign * row.amount_ore
    properties = {REFERENCE_DA: row.reference} if row.reference else {}
    code = UNIT_CODES.get(row.unit, UNIT_CODES[""])
    if row.unit not in UNIT_CODES:
        properties[UNIT_DA] = row.unit
    if quantity != 0 and amount * 100 % quantity == 0 and amount * quantity >= 0:
        return Pricing(quantity, code, amount * 100 // quantity, amount, properties)
    properties[QUANTITY_DA] = hundredths(quantity).replace(".", ",")
    if row.unit:
        properties[UNIT_DA] = row.unit
    one = -100 if amount < 0 else 100
    return Pricing(one, UNIT_CODES[""], abs(amount), amount, properties)


def serialised(document: Element) -> bytes:
    """Return the document as UTF-8 with its declaration."""
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
