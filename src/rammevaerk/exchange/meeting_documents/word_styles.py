"""Which paragraphs of a Word document are headings, and the numbers that Word counts itself."""

import re
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase

from lxml.etree import _Element as Element

from rammevaerk.exchange.package import Package
from rammevaerk.exchange.safe_xml import attribute, walk

_HEADING_NAME = re.compile(r"(?:heading|overskrift) ?([1-9])\Z", re.IGNORECASE)
_LEVEL = re.compile(r"%([1-9])")
_BULLET = "• "
_DEEPEST = 9
_LETTERS = {"lowerLetter": ascii_lowercase, "upperLetter": ascii_uppercase}


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: its heading level or 0, and the list it belongs to."""

    heading: int = 0
    list_id: str = ""
    list_level: int = 0
    base: str = ""


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class WordStyles:
    """Styles and lists of one document; counts the lists' numbers as paragraphs are read."""

    styles: dict[str, Style] = field(default_factory=dict)
    _lists: dict[str, str] = field(default_factory=dict)
    _levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> "WordStyles":
        """Read the styles and lists of a package; a document may have neither."""
        found = cls()
        if package.has("word/styles.xml"):
            with package.open("word/styles.xml") as source:
                for _, element in walk(source, ("end",), ("style",)):
                    found.styles[attribute(element, "styleId")] = _style(element)
        if package.has("word/numbering.xml"):
            with package.open("word/numbering.xml") as source:
                for _, element in walk(source, ("end",), ("abstractNum", "num")):
                    found._take_list(element)
        return found

    def heading(self, style: str) -> int:
        """Return the heading level of a style or of the one it is based on; 0 for none."""
        for _ in range(_DEEPEST):
            known = self.styles.get(style)
            if known is None or known.heading:
                return known.heading if known else 0
            style = known.base
        return 0

    def list_of(self, style: str) -> tuple[str, int]:
        """Return the list that a style puts its paragraphs in, and the level; "" for none."""
        for _ in range(_DEEPEST):
            known = self.styles.get(style)
            if known is None or known.list_id:
                return (known.list_id, known.list_level) if known else ("", 0)
            style = known.base
        return "", 0

    def prefix(self, list_id: str, level: int) -> str:
        """Count a paragraph of a list and return what Word shows in front: "1.2 ", "• "."""
        abstract = self._lists.get(list_id, "")
        levels = self._levels.get(abstract, {})
        if level not in levels or not 0 <= level < _DEEPEST:
            return ""
        own = levels[level]
        if own.kind == "none":
            return ""
        counts = self._counts.setdefault(abstract, [0] * _DEEPEST)
        counts[level] = counts[level] + 1 if counts[level] else own.start
        counts[level + 1 :] = [0] * (_DEEPEST - level - 1)
        if own.kind == "bullet":
            return _BULLET
        shown = _LEVEL.sub(lambda found: self._shown(levels, counts, int(found[1]) - 1), own.text)
        return f"{shown} " if shown.strip() else ""

    def _shown(self, levels: dict[int, _Level], counts: list[int], level: int) -> str:
        value = counts[level] or 1
        letters = _LETTERS.get(levels.get(level, _Level()).kind, "")
        return letters[(value - 1) % len(letters)] if letters else str(value)

    def _take_list(self, element: Element) -> None:
        if str(element.tag).endswith("}num"):
            target = _child_value(element, "abstractNumId")
            self._lists[attribute(element, "numId")] = target
            return
        levels = {}
        for level in element.iterfind("{*}lvl"):
            number = _whole(attribute(level, "ilvl"))
            start = _whole(_child_value(level, "start")) or 1
            kind = _child_value(level, "numFmt") or "decimal"
            levels[number] = _Level(kind, _child_value(level, "lvlText"), start)
        self._levels[attribute(element, "abstractNumId")] = levels


def _style(element: Element) -> Style:
    name = _HEADING_NAME.match(_child_value(element, "name"))
    outline = element.find("{*}pPr/{*}outlineLvl")
    heading = int(name[1]) if name else 0
    if not heading and outline is not None:
        level = _whole(attribute(outline, "val"))
        heading = level + 1 if level < _DEEPEST else 0
    numbering = element.find("{*}pPr/{*}numPr")
    list_id = _child_value(numbering, "numId") if numbering is not None else ""
    level = _whole(_child_value(numbering, "ilvl")) if numbering is not None else 0
    return Style(heading, list_id, level, _child_value(element, "basedOn"))


def _child_value(element: Element, name: str) -> str:
    child = element.find(f"{{*}}{name}")
    return attribute(child, "val") if child is not None else ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def paragraph_list(properties: Element | None) -> tuple[str, int] | None:
    """Return list and level that a paragraph's own properties name; None when they name none."""
    numbering = properties.find("{*}numPr") if properties is not None else None
    if numbering is None:
        return None
    return _child_value(numbering, "numId"), _whole(_child_value(numbering, "ilvl"))


def paragraph_style(properties: Element | None) -> str:
    """Return the style a paragraph's properties name, or ""."""
    return _child_value(properties, "pStyle") if properties is not None else ""
