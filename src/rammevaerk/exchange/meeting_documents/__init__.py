"""Agendas and minutes read from text, Word and PDF: items, decisions, annexes, tables, doubts."""

from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.exchange.errors import Objection, RefusedFile, UnreadableFile
from rammevaerk.exchange.file_kinds import FileKind
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.filetype import decode_text, judge
from rammevaerk.exchange.meeting_documents.lines import Source, source_from_text
from rammevaerk.exchange.meeting_documents.pdf_source import source_from_pdf
from rammevaerk.exchange.meeting_documents.reading import read_source
from rammevaerk.exchange.meeting_documents.word_source import source_from_word
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.quoting import quoted

__all__ = ["KINDS", "RefusedFile", "UnreadableFile", "read", "read_text"]

KINDS = frozenset({FileKind.TEXT, FileKind.DOCX, FileKind.PDF})
LONGEST_TEXT = 2_000_000  # characters
MOST_LINES = 100_000


def read(content: bytes, name: str) -> MeetingDocument:
    """Return what a file says as an agenda or minutes, and what the reader was unsure of.

    `RefusedFile` when the file is none of txt, docx and pdf, or is dangerous; `UnreadableFile`
    when it is damaged, has no text, or far too much of it. Both say why in Danish.
    """
    kind = judge(content, name, allowed=KINDS)
    try:
        source = _source(content, kind)
        if len(source.lines) > MOST_LINES:
            raise Objection("har for mange linjer til at blive læst. Del den op.", "too-long")
    except Objection as objection:
        shown = quoted(safe_name(name), 80)
        raise UnreadableFile(f"Filen {shown} {objection.predicate_da}") from objection
    return read_source(source)


def read_text(text: str) -> MeetingDocument:
    """Return what a plain text says as an agenda or minutes."""
    return read_source(source_from_text(text))


def _source(content: bytes, kind: FileKind) -> Source:
    if kind is FileKind.PDF:
        return source_from_pdf(content)
    if kind is FileKind.DOCX:
        return source_from_word(Package(content))
    text = decode_text(content)
    if len(text) > LONGEST_TEXT:
        raise Objection("har for meget tekst til at blive læst. Del den op.", "too-long")
    if not text.strip():
        raise Objection("har ingen tekst. Vælg den rigtige fil, og prøv igen.", "no-text")
    return source_from_text(text)
