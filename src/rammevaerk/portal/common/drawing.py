"""Draws a description of a chart as SVG that our pages may hold, and as a picture for documents.

`vl_convert` draws in this process, without network and without a script in the page. What it draws
is made fit for our pages: no size of its own, no style, each mark with its words, reachable by
pointer and keyboard.
"""

import hashlib
import json
import re
from typing import Any

import vl_convert
from django.core.cache import cache
from django.utils.safestring import SafeString
from lxml import etree

FONT = "IBM Plex Sans, Liberation Sans, Arial, sans-serif"
INK = "#1a1a1a"
# Above this many a chart is read as a shape and its table line by line.
KEYBOARD_MARKS = 60

_VERSION = "6.4"
_NUMBERS = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " kr."]}
_SVG = "{http://www.w3.org/2000/svg}"
_LONG_FRACTION = re.compile(r"-?\d+\.\d{3,}")
_CONTROL = dict.fromkeys(range(32))
_ALLOWED = frozenset({"svg", "g", "path", "line", "rect", "text", "tspan", "circle"})


def without_control_characters(text: str) -> str:
    """The text without what XML has no way to write."""
    return text.translate(_CONTROL)


def start_renderer() -> None:
    """Draw something small: the first chart of a process takes half a second more than the next."""
    figure = {"field": "at", "type": "quantitative"}
    spec = {"data": {"values": [{"at": 1}]}, "mark": "bar", "encoding": {"x": figure}}
    _raw(spec)


def drawn(title: str, spec: dict[str, Any]) -> SafeString:
    """Draw, or find what was drawn from the very same description before."""
    written = json.dumps([_VERSION, title, spec], sort_keys=True)
    key = f"chart:{hashlib.sha256(written.encode()).hexdigest()}"
    svg = cache.get(key)
    if svg is None:
        svg = _fit_for_page(_raw(spec), title)
        # Content decides the key, so what is found under it is never out of date.
        cache.set(key, svg, timeout=None)
    return SafeString(svg)


def _raw(spec: dict[str, Any]) -> str:
    return vl_convert.vegalite_to_svg(
        spec, vl_version=_VERSION, allowed_base_urls=[], format_locale=_NUMBERS
    )


def picture(svg: str) -> bytes:
    """A drawn chart as PNG, twice its size on screen."""
    return bytes(vl_convert.svg_to_png(str(svg), scale=2))


def _fit_for_page(raw: str, title: str) -> str:
    """Only shapes and words, no size of its own, each mark named and within reach."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(raw.encode(), parser)
    for element in list(root.iter()):
        if _wanted(element):
            _plain(element)
        else:
            _drop(element)
    marks = [element for element in root.iter() if element.get("aria-label")]
    within_reach = len(marks) <= KEYBOARD_MARKS
    for mark in marks:
        _named(mark, within_reach=within_reach)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    # What lies inside an "img" is hidden from screen readers, so it must not take the focus.
    root.set("role", "graphics-document" if within_reach else "img")
    root.set("class", "chart-svg")
    head = etree.Element(f"{_SVG}title")
    head.text = title
    root.insert(0, head)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _wanted(element: Any) -> bool:
    """Whether it is a shape or words that show."""
    if not isinstance(element.tag, str) or element.tag.removeprefix(_SVG) not in _ALLOWED:
        return False
    return element.get("opacity") != "0" and element.get("d") != ""


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _plain(element: Any) -> None:
    """Take away what the page's rules forbid, what is said in English, and false precision."""
    for name in ("style", "aria-roledescription", "role", "class"):
        element.attrib.pop(name, None)
    for name in ("d", "transform", "x", "y", "x2", "y2"):
        value = element.get(name)
        if value is not None:
            element.set(name, _LONG_FRACTION.sub(lambda found: f"{float(found[0]):.2f}", value))


def _named(mark: Any, *, within_reach: bool) -> None:
    """A mark's words: as its name, for the pointer, and beside it when it has the focus."""
    said = mark.get("aria-label")
    name = etree.SubElement(mark, f"{_SVG}title")
    name.text = said
    if not within_reach:
        return
    mark.set("role", "img")
    mark.set("tabindex", "0")
    mark.set("class", "chart-mark")
    place = mark.get("transform")
    if place is None:
        return
    hint = etree.Element(f"{_SVG}text", attrib={"aria-hidden": "true", "visibility": "hidden"})
    hint.set("class", "chart-hint")
    for key, value in (("transform", place), ("y", "-12"), ("text-anchor", "middle")):
        hint.set(key, value)
    hint.set("font-family", FONT)
    hint.set("font-size", "13px")
    hint.set("fill", INK)
    hint.text = said
    mark.addnext(hint)
