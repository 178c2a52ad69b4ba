"""The text of a judged file with Danish places, so that nothing in it can hide from the guard."""

from collections.abc import Iterator
from dataclasses import dataclass

from rammevaerk.exchange.errors import Objection, UnreadableFile
from rammevaerk.exchange.file_kinds import FileKind
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.filetype import decode_text, recognise
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.pdf import pdf_texts
from rammevaerk.exchange.plaintext.lines import csv_lines, text_lines
from rammevaerk.exchange.plaintext.packages import package_texts
from rammevaerk.exchange.quoting import quoted

__all__ = ["TextPlace", "UnreadableFile", "read_places"]

LONGEST_TEXT = 20_000_000


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A piece of text and where it stands: "side 3", "ark «Status», celle C5"."""

    place: str
    text: str


def read_places(content: bytes, name: str) -> Iterator[TextPlace]:
    """Yield every text of the file: visible or hidden, in headers, notes, comments, properties.

    A number stored as nine digits in a cell is followed by the same number with the zero that the
    spreadsheet dropped; a long number in a table has its headers in front, and a number broken
    over lines, paragraphs or two cells comes as one piece. `UnreadableFile` when the file is
    damaged, or holds more than 20 million characters. Pictures are not read: a scanned page
    yields nothing.
    """
    length, before = 0, ("", "")
    try:
        for place, text in _texts(content, name):
            if (place, text) == before:
                continue
            before = place, text
            length += len(text)
            if length > LONGEST_TEXT:
                raise Objection("har for meget tekst til at blive læst. Del den op.", "too-long")
            if text.strip():
                yield TextPlace(place, text)
    except Objection as objection:
        shown = quoted(safe_name(name), 80)
        raise UnreadableFile(f"Filen {shown} {objection.predicate_da}") from objection


def _texts(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    match recognise(content, name):
        case FileKind.PDF:
            yield from pdf_texts(content, LONGEST_TEXT)
        case FileKind.CSV:
            yield from csv_lines(decode_text(content))
        case FileKind.TEXT:
            yield from text_lines(decode_text(content))
        case kind:
            yield from package_texts(Package(content), kind)
