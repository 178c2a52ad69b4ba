"""An e-invoice of either format read back: also those that others wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from lxml.etree import _Element as Element

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.engine.money import format_kroner
from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.invoice import ubl
from rammevaerk.exchange.invoice.paper import (
    LARGEST_QUANTITY,
    MOST_ROWS,
    Format,
    InvoicePaper,
    InvoiceParty,
    InvoiceRow,
    Kind,
    ReadInvoice,
    is_gln,
    positions,
)
from rammevaerk.exchange.invoice.tree import parse
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.safe_xml import local_name

_SPACES = {"cac": ubl.CAC, "cbc": ubl.CBC}
_KINDS: dict[str, Kind] = {
    f"{{{ubl.INVOICE}}}Invoice": "invoice",
    f"{{{ubl.CREDIT_NOTE}}}CreditNote": "credit",
}
_GLN_SCHEMES = frozenset({"0088", "GLN", "EAN"})
_CVR_SCHEMES = frozenset({"0184", "DK:CVR", "DK:SE"})
_UNITS = {code: word for word, code in ubl.UNIT_CODES.items()}
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,13}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_LONGEST_REFERENCE = 60
# Numbers of their own, which may look like a CPR number.
_OTHER_NUMBERS = frozenset(
    {
        "CompanyID",
        "EndpointID",
        "UUID",
        "PaymentID",
        "InstructionID",
        "EmbeddedDocumentBinaryObject",
    }
)
# Amounts and quantities have one of these.
_MEASURES = frozenset({"currencyID", "unitCode"})
_HUNDRED = Decimal(100)


@dataclass(slots=True)
class _Reading:
    """What has been found wrong: what is missing stops, what is odd is told."""

    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_xml(content: bytes, name: str) -> ReadInvoice:
    """Return the invoice; `RefusedFile` when the file is none, or holds a CPR number."""
    document = parse(content, name)
    kind = _KINDS.get(str(document.tag))
    if kind is None:
        raise RefusedFile("Filen er hverken en UBL-regning eller en kreditnota.", "not-invoice")
    found = _format(document)
    _refuse_cpr(document)
    reading = _Reading()
    paper = _paper(document, kind, found, reading)
    if reading.missing:
        listed = ", ".join(reading.missing[:20])
        raise RefusedFile(f"E-regningen mangler eller har en fejl i: {listed}.", "incomplete")
    _compare(document, paper, reading)
    return ReadInvoice(paper, found, tuple(reading.remarks))


def _format(document: Element) -> Format:
    custom = _text(document, "cbc:CustomizationID")
    if custom.startswith("OIOUBL"):
        return Format.OIOUBL
    if custom.startswith("urn:cen.eu:en16931"):
        return Format.PEPPOL
    raise RefusedFile(
        f"Formatet {quoted(custom)} kendes ikke. Regningen skal være OIOUBL 2.1 eller Peppol BIS "
        "Billing 3.",
        "unknown-format",
    )


def _refuse_cpr(document: Element) -> None:
    for element in document.iter():
        local = local_name(element)
        if local in _OTHER_NUMBERS or not _MEASURES.isdisjoint(element.attrib):
            continue
        above = element.getparent()
        if above is not None and local_name(above).endswith("FinancialAccount"):
            continue
        if found := find_cpr(element.text or ""):
            raise RefusedFile(
                f"Der står et CPR-nummer ({found[0].masked}) i feltet {local} i e-regningen. Bed "
                "afsenderen om regningen uden, og skriv i stedet indskrivningens reference.",
                "cpr",
            )


def _paper(document: Element, kind: Kind, found: Format, reading: _Reading) -> InvoicePaper:
    if _text(document, "cbc:DocumentCurrencyCode") not in {"", ubl.CURRENCY}:
        reading.missing.append("valutaen, som skal være DKK")
    start, end = _period(document, "regningens periode", reading)
    sign = -1 if kind == "credit" else 1
    due = _text(document, "cbc:DueDate") or _text(document, "cac:PaymentMeans/cbc:PaymentDueDate")
    payable = _text(document, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    credited = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:"
    return InvoicePaper(
        kind=kind,
        number=_wanted(_text(document, "cbc:ID"), "nummeret", reading),
        issued_on=_day(_text(document, "cbc:IssueDate"), "udstedelsesdatoen", reading) or date.max,
        due_on=_day(due, "betalingsdagen", reading) if due else None,
        start=start,
        end=end,
        seller=_party(document, "AccountingSupplierParty", reading),
        buyer=_party(document, "AccountingCustomerParty", reading),
        reference=_reference(document, found),
        credits=_text(document, f"{credited}ID"),
        credits_issued_on=_maybe_day(_text(document, f"{credited}IssueDate")),
        rows=tuple(_rows(document, kind, reading)),
        total_ore=sign * _hundredths(payable, "beløb i alt", reading),
        note=" ".join(_all_texts(document, "cbc:Note")),
    )


def _reference(document: Element, found: Format) -> str:
    order = _text(document, "cac:OrderReference/cbc:ID")
    contact = "cac:AccountingCustomerParty/cac:Party/cac:Contact/cbc:ID"
    if found is Format.OIOUBL:
        places = (order, _text(document, contact))
    else:
        places = (_text(document, "cbc:BuyerReference"), order)
    return next((one for one in places if one and one.casefold() != ubl.NO_REFERENCE), "")


def _party(document: Element, role: str, reading: _Reading) -> InvoiceParty:
    at = document.find(f"cac:{role}/cac:Party", _SPACES)
    seller = role == "AccountingSupplierParty"
    if at is None:
        reading.missing.append("sælger" if seller else "køber")
        return InvoiceParty("", "")
    account = "cac:PaymentMeans/cac:PayeeFinancialAccount/"
    legal = _text(at, "cac:PartyLegalEntity/cbc:RegistrationName")
    return InvoiceParty(
        name=_text(at, "cac:PartyName/cbc:Name") or legal,
        cvr=_cvr(at),
        gln=_numbered(at, _GLN_SCHEMES),
        street=_street(at),
        postal_code=_text(at, "cac:PostalAddress/cbc:PostalZone"),
        city=_text(at, "cac:PostalAddress/cbc:CityName"),
        contact=_text(at, "cac:Contact/cbc:Name"),
        email=_text(at, "cac:Contact/cbc:ElectronicMail"),
        bank_registration=_text(document, f"{account}cac:FinancialInstitutionBranch/cbc:ID")
        if seller
        else "",
        bank_account=_text(document, f"{account}cbc:ID") if seller else "",
    )


def _street(at: Element) -> str:
    parts = (
        _text(at, f"cac:PostalAddress/cbc:{name}") for name in ("StreetName", "BuildingNumber")
    )
    return " ".join(part for part in parts if part)


def _cvr(at: Element) -> str:
    for place in ("cac:PartyLegalEntity", "cac:PartyTaxScheme"):
        if written := _text(at, f"{place}/cbc:CompanyID"):
            return written.upper().removeprefix("DK").strip()
    return _numbered(at, _CVR_SCHEMES).upper().removeprefix("DK")


def _numbered(at: Element, schemes: frozenset[str]) -> str:
    """The party's number in one of these schemes: where it receives, or what it is known by."""
    for path in ("cbc:EndpointID", "cac:PartyIdentification/cbc:ID"):
        for element in at.iterfind(path, _SPACES):
            if element.get("schemeID", "").upper() in schemes:
                return " ".join((element.text or "").split())
    return ""


def _rows(document: Element, kind: Kind, reading: _Reading) -> Iterator[InvoiceRow]:
    name, count = (
        ("CreditNoteLine", "Credited") if kind == "credit" else ("InvoiceLine", "Invoiced")
    )
    lines = document.findall(f"cac:{name}", _SPACES)
    if not lines or len(lines) > MOST_ROWS:
        reading.missing.append(f"linjerne, som skal være mellem 1 og {MOST_ROWS}")
        return
    sign = -1 if kind == "credit" else 1
    numbers = positions([_number(_text(line, "cbc:ID")) for line in lines])
    for position, line in zip(numbers, lines, strict=True):
        yield _row(line, position, f"cbc:{count}Quantity", sign, reading)


def _row(line: Element, position: int, count: str, sign: int, reading: _Reading) -> InvoiceRow:
    place = f"linje {position}"
    properties = {
        _text(one, "cbc:Name"): _text(one, "cbc:Value")
        for one in line.iterfind("cac:Item/cac:AdditionalItemProperty", _SPACES)
    }
    if ubl.QUANTITY_DA in properties:
        written = properties[ubl.QUANTITY_DA].replace(",", ".")
        unit = properties.get(ubl.UNIT_DA, "")
    else:
        written = _text(line, count)
        unit = properties.get(ubl.UNIT_DA) or _unit(line.find(count, _SPACES))
    start, end = _period(line, f"perioden i {place}", reading)
    return InvoiceRow(
        position=position,
        text=_item_text(line),
        reference=_line_reference(line, properties),
        start=start,
        end=end,
        quantity=sign * _quantity(written or "0", f"antallet i {place}", reading),
        unit=unit,
        amount_ore=sign
        * _hundredths(_text(line, "cbc:LineExtensionAmount"), f"beløbet i {place}", reading),
    )


def _unit(count: Element | None) -> str:
    code = "" if count is None else count.get("unitCode", "")
    return _UNITS.get(code, code)


def _item_text(line: Element) -> str:
    name, *more = _all_texts(line, "cac:Item/cbc:Name") or [""]
    described = [one for one in _all_texts(line, "cac:Item/cbc:Description") if one != name]
    return ". ".join(one for one in (name, *more, *described) if one)


def _line_reference(line: Element, properties: dict[str, str]) -> str:
    """Ours stands in a property of its own; others put it where there was room."""
    if properties.keys() & {ubl.REFERENCE_DA, ubl.QUANTITY_DA, ubl.UNIT_DA}:
        return properties.get(ubl.REFERENCE_DA, "")
    for path in ("cbc:AccountingCost", "cbc:Note"):
        written = _text(line, path)
        if 0 < len(written) <= _LONGEST_REFERENCE:
            return written
    return ""


def _compare(document: Element, paper: InvoicePaper, reading: _Reading) -> None:
    summed = sum(row.amount_ore for row in paper.rows)
    if summed != paper.total_ore:
        total = format_kroner(paper.total_ore)
        reading.remarks.append(
            f"Linjerne giver {format_kroner(summed)}, men regningen lyder på {total} i alt."
        )
    tax = _text(document, "cac:TaxTotal/cbc:TaxAmount")
    if _DECIMAL.fullmatch(tax) and Decimal(tax):
        reading.remarks.append(f"Der er lagt {tax.replace('.', ',')} kr. i moms på.")
    for role, party in (("Sælgers", paper.seller), ("Købers", paper.buyer)):
        if party.gln and not is_gln(party.gln):
            reading.remarks.append(f"{role} EAN-nummer {quoted(party.gln)} er ikke gyldigt.")


def _period(
    parent: Element, place: str, reading: _Reading
) -> tuple[date, date] | tuple[None, None]:
    written = [_text(parent, f"cac:InvoicePeriod/cbc:{one}") for one in ("StartDate", "EndDate")]
    if not all(written):
        return None, None
    start, last = (_day(one, place, reading) for one in written)
    if start is None or last is None or last == date.max or last < start:
        reading.remarks.append(f"Datoerne i {place} kan ikke bruges.")
        return None, None
    return start, last + timedelta(days=1)


def _day(written: str, place: str, reading: _Reading) -> date | None:
    day = _maybe_day(written)
    if day is None:
        reading.missing.append(place)
    return day


def _maybe_day(written: str) -> date | None:
    found = _DAY.fullmatch(written)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _number(written: str) -> int | None:
    return int(written) if re.fullmatch("[0-9]{1,9}", written) else None


def _quantity(written: str, place: str, reading: _Reading) -> int:
    found = _hundredths(written, place, reading)
    if abs(found) > LARGEST_QUANTITY:
        reading.missing.append(place)
    return found


def _hundredths(written: str, place: str, reading: _Reading) -> int:
    """A decimal as whole hundredths; more decimals are rounded half up, and told."""
    if not _DECIMAL.fullmatch(written):
        reading.missing.append(place)
        return 0
    exact = Decimal(written) * _HUNDRED
    whole = exact.to_integral_value(ROUND_HALF_UP)
    if whole != exact:
        reading.remarks.append(f"I {place} er {quoted(written)} rundet af til to decimaler.")
    return int(whole)


def _wanted(text: str, place: str, reading: _Reading) -> str:
    if not text:
        reading.missing.append(place)
    return text


def _text(parent: Element, path: str) -> str:
    return " ".join((parent.findtext(path, "", _SPACES) or "").split())


def _all_texts(parent: Element, path: str) -> list[str]:
    found = (" ".join((one.text or "").split()) for one in parent.iterfind(path, _SPACES))
    return [one for one in found if one]
