"""An invoice from any file we can read: an e-invoice of either format, or a workbook."""

from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.invoice.paper import ReadInvoice, RefusedPaper, refuse_cpr
from rammevaerk.exchange.invoice.workbook import read_workbook
from rammevaerk.exchange.invoice.xml_reading import read_xml
from rammevaerk.exchange.quoting import quoted

_ZIP = b"PK\x03\x04"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_invoice(content: bytes, name: str) -> ReadInvoice:
    """Return the one invoice of a file; `RefusedFile` says in Danish why it cannot be taken in."""
    found = read_invoices(content, name)
    if len(found) != 1:
        raise RefusedFile(
            f"Filen {quoted(safe_name(name), 80)} har {len(found)} regninger. Læg dem op hver for "
            "sig.",
            "several",
        )
    return found[0]


def read_invoices(content: bytes, name: str) -> tuple[ReadInvoice, ...]:
    """Return the invoices of a file: an XML file has one, a workbook may have several."""
    try:
        if content.startswith(_ZIP):
            return read_workbook(content, name)
        read = _xml(content, name)
        refuse_cpr(read.paper)
    except RefusedPaper as refused:
        raise RefusedFile(refused.reason_da, "cpr") from refused
    return (read,)


def _xml(content: bytes, name: str) -> ReadInvoice:
    start = content[:1_000].lstrip()
    if not start.startswith((b"<", *_MARKS)):
        raise RefusedFile(
            f"Filen {quoted(safe_name(name), 80)} er hverken en e-regning (XML) eller et "
            "Excel-ark (.xlsx).",
            "not-invoice",
        )
    return read_xml(content, name)
