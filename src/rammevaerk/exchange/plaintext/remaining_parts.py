"""The parts of an Office package that no reader knows: searched all the same."""

from collections.abc import Iterator
from urllib.parse import unquote

from lxml.etree import _Element as Element

from rammevaerk.exchange.package import Package
from rammevaerk.exchange.plaintext.numbers import as_written
from rammevaerk.exchange.safe_xml import attribute, forget, local_name, walk

# Looks and wiring: they hold numbers of the program's own, and no words of a person.
_WITHOUT_TEXT = (
    "[content_types].xml",
    "styles.xml",
    "stylewitheffects.xml",
    "fonttable.xml",
    "numbering.xml",
    "websettings.xml",
    "presprops.xml",
    "viewprops.xml",
    "tablestyles.xml",
    "calcchain.xml",
    "metadata.xml",
)
_JOINED = frozenset({"p", "si", "is", "comment"})
_LABELS = (
    ("customxml/", "skjulte data i dokumentet"),
    ("xl/comments", "kommentarer i regnearket"),
    ("xl/threadedcomments/", "kommentarer i regnearket"),
    ("xl/drawings/", "tekstboks eller figur i regnearket"),
    ("xl/pivot", "pivottabellens gemte data"),
    ("xl/externallinks/", "gemte værdier fra en anden projektmappe"),
    ("xl/workbook", "navne i projektmappen"),
    ("xl/tables/", "tabel i regnearket"),
    ("word/glossary/", "autotekst"),
    ("ppt/slidelayouts/", "diaslayout"),
    ("ppt/slidemasters/", "diasmaster"),
    ("ppt/slides/", "dias uden for rækkefølgen"),
    ("ppt/notesslides/", "noter"),
    ("ppt/comments", "kommentarer"),
)
_PROPERTIES = {
    "title": "titel",
    "creator": "forfatter",
    "subject": "emne",
    "keywords": "nøgleord",
    "description": "kommentarer",
    "lastModifiedBy": "sidst gemt af",
    "category": "kategori",
    "Company": "firma",
    "Manager": "leder",
}
_TELLING_ATTRIBUTES = (
    "v",
    "val",
    "name",
    "descr",
    "title",
    "caption",
    "prompt",
    "displayName",
    "author",
)
_OWN_NUMBERS = frozenset({"axId", "crossAx", "rsid", "rsidRoot", "sldId", "docId", "creationId"})


def remaining_texts(package: Package, handled: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (Danish place, text) for every XML part that is not in `handled`, and for links."""
    for name in package.names:
        lower = name.lower()
        if name in handled or lower.endswith(_WITHOUT_TEXT):
            continue
        if lower.endswith(".rels"):
            yield from _links(package, name)
        elif lower.startswith("docprops/") and lower.endswith(".xml"):
            yield from _properties(package, name)
        elif lower.endswith((".xml", ".vml")) and "/theme/" not in lower:
            yield from _part(package, name, _label(name, lower))


def _label(name: str, lower: str) -> str:
    known = next((label for start, label in _LABELS if lower.startswith(start)), "")
    if known:
        return known
    return "diagram" if "/charts/" in lower else f"en skjult del af filen ({name})"


def _part(package: Package, name: str, label: str) -> Iterator[tuple[str, str]]:
    """Every text by itself, and runs of text joined to the paragraph they are shown as."""
    runs: list[str] = []
    with package.open(name) as source:
        for _, element in walk(source, ("end",)):
            found = local_name(element)
            if found in _OWN_NUMBERS:
                continue
            place = label + _cell(element)
            for key in _TELLING_ATTRIBUTES:
                yield from _each(place, attribute(element, key))
            if found == "t":
                runs.append(element.text or "")
            elif found in _JOINED:
                yield place, "".join(runs)
                runs.clear()
            else:
                yield from _each(place, element.text or "")
            if len(element):
                forget(element)


def _each(place: str, text: str) -> Iterator[tuple[str, str]]:
    for written in as_written(text):
        yield place, written


def _cell(element: Element) -> str:
    """The cell that a comment in a workbook stands at."""
    for holder in (element, *element.iterancestors()):
        if local_name(holder) in {"comment", "threadedComment"}:
            return f", celle {attribute(holder, 'ref')}" if attribute(holder, "ref") else ""
    return ""


def _properties(package: Package, name: str) -> Iterator[tuple[str, str]]:
    with package.open(name) as source:
        for _, element in walk(source, ("end",)):
            parent = element.getparent()
            own_name = attribute(parent, "name") if parent is not None else ""
            found = local_name(element)
            label = f"dokumentegenskaben {own_name or _PROPERTIES.get(found, found)}"
            yield from _each(label, element.text or "")
            if own_name:
                yield label, own_name


def _links(package: Package, name: str) -> Iterator[tuple[str, str]]:
    with package.open(name) as source:
        for _, link in walk(source, ("end",), ("Relationship",)):
            if attribute(link, "TargetMode").lower() == "external":
                yield "link", unquote(attribute(link, "Target"))
