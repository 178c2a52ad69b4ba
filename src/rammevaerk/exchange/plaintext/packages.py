"""Every text of an Office or OpenDocument package, whatever part of it holds it."""

from collections.abc import Iterator

from rammevaerk.exchange.file_kinds import OPEN_DOCUMENT_KINDS, FileKind
from rammevaerk.exchange.office_package import kind_of_package, nested_packages
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.plaintext.open_document import open_document_texts
from rammevaerk.exchange.plaintext.presentation import presentation_texts
from rammevaerk.exchange.plaintext.remaining_parts import remaining_texts
from rammevaerk.exchange.plaintext.spreadsheet import spreadsheet_texts
from rammevaerk.exchange.plaintext.wordprocessing import wordprocessing_texts

_READERS = {
    FileKind.DOCX: wordprocessing_texts,
    FileKind.XLSX: spreadsheet_texts,
    FileKind.PPTX: presentation_texts,
}


def package_texts(package: Package, kind: FileKind) -> Iterator[tuple[str, str]]:
    """Yield (Danish place, text) for a package and for the packages inside it."""
    if kind in OPEN_DOCUMENT_KINDS:
        yield from open_document_texts(package)
    else:
        handled: set[str] = set()
        yield from _READERS[kind](package, handled)
        yield from remaining_texts(package, handled)
    for number, name in enumerate(nested_packages(package), start=1):
        inner = Package(package.read(name))
        for place, text in package_texts(inner, kind_of_package(inner)):
            yield f"indlejret fil {number}, {place}", text
