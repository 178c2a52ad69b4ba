"""An e-invoice's XML as a tree: refused when it is large, deep or has a document type."""

import io

from lxml.etree import _Element as Element

from rammevaerk.exchange.errors import Objection, RefusedFile
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.safe_xml import walk

MOST_BYTES = 25_000_000
_MOST_ELEMENTS = 2_000_000
# UBL's deepest path is some ten elements.
_DEEPEST = 40
_DOCUMENT_TYPE = tuple("<!DOCTYPE".encode(one) for one in ("ascii", "utf-16-le", "utf-16-be"))


def parse(content: bytes, name: str) -> Element:
    """Return the root of the document; `RefusedFile` when it may not be read, and why.

    No entity is resolved, no document type accepted, nothing fetched.
    """
    shown = f"Filen {quoted(safe_name(name), 80)}"
    if len(content) > MOST_BYTES:
        limit = MOST_BYTES // 1_000_000
        raise RefusedFile(
            f"{shown} er større end {limit} MB. Så stor er en e-regning ikke.", "too-large"
        )
    if any(mark in content for mark in _DOCUMENT_TYPE):
        raise RefusedFile(
            f"{shown} har en dokumenttype (DTD), som kan hente andet indhold ind. En e-regning har "
            "ingen. Bed afsenderen om regningen uden.",
            "document-type",
        )
    try:
        return _root(content, shown)
    except Objection as objection:
        raise RefusedFile(f"{shown} {objection.predicate_da}", objection.code) from objection


def _root(content: bytes, shown: str) -> Element:
    depth = count = 0
    root: Element | None = None
    for event, element in walk(io.BytesIO(content)):
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        depth, count = depth + 1, count + 1
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise RefusedFile(f"{shown} har for mange eller for dybe led til en e-regning.", "deep")
    if root is None:
        raise RefusedFile(f"{shown} er tom.", "empty")
    return root
