"""XML from strangers: no entities, no document type, no network, no giant nodes."""

from collections.abc import Iterator
from typing import IO

from lxml import etree
from lxml.etree import _Element as Element

from rammevaerk.exchange.errors import DAMAGED_DA, Objection


def walk(
    source: IO[bytes], events: tuple[str, ...] = ("start", "end"), tags: tuple[str, ...] = ("*",)
) -> Iterator[tuple[str, Element]]:
    """Yield (event, element) as the XML is read; `Objection` when it is broken or has a DTD.

    `tags` are local names, in any namespace; comments and processing instructions are left out,
    so that the text on both sides of one is read as the one text it is shown as.
    """
    reader = etree.iterparse(
        source,
        events=events,  # type: ignore[arg-type]
        tag=None if tags == ("*",) else tuple(f"{{*}}{tag}" for tag in tags),
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    first = True
    try:
        for event, element in reader:
            if first:
                _refuse_document_type(element)
                first = False
            yield str(event), element
    except etree.XMLSyntaxError as error:
        raise Objection(DAMAGED_DA, "corrupt") from error


def _refuse_document_type(element: Element) -> None:
    """Office files have no DTD; one that has could hide text in its entities."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise Objection(DAMAGED_DA, "corrupt")


def local_name(element: Element) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return the attribute with the local name `name` in any namespace, or ""."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def flag(element: Element, name: str) -> bool:
    """Return an on/off attribute as Office writes them: "1" or "true" is on."""
    return attribute(element, name) in {"1", "true"}


def forget(element: Element) -> None:
    """Free an element that is done with, and the siblings before it."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
