"""The texts of a Word document: main text, headers, footers, notes, comments, text boxes."""

import re
from collections.abc import Iterator

from rammevaerk.exchange.package import Package
from rammevaerk.exchange.plaintext.breaks import unbroken_paragraphs
from rammevaerk.exchange.plaintext.paragraphs import PartReader

_STORIES = (
    (re.compile(r"word/header[0-9]*\.xml"), "sidehoved"),
    (re.compile(r"word/footer[0-9]*\.xml"), "sidefod"),
    (re.compile(r"word/(?:comments|footnotes|endnotes)\.xml"), "noter"),
    (re.compile(r"word/document[0-9]*\.xml"), ""),
)


def wordprocessing_texts(package: Package, handled: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (Danish place, text), main text last; adds the parts read to `handled`."""
    for pattern, label in _STORIES:
        for name in package.names:
            if pattern.fullmatch(name.lower()):
                handled.add(name)
                with package.open(name) as source:
                    yield from unbroken_paragraphs(PartReader(label).read(source))
