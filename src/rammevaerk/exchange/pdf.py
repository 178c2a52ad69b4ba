"""PDF files: opened one at a time, refused when they hide something, read page by page."""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pypdfium2
import pypdfium2.raw as pdfium

from rammevaerk.exchange.errors import DAMAGED_DA, ENCRYPTED_DA, Objection

PAGE_LIMIT = 3_000
_ANNOTATION_KEYS = (b"Contents", b"T", b"V", b"DV", b"TU", b"Subj", b"RC")
_METADATA_DA = {
    "Title": "titel",
    "Author": "forfatter",
    "Subject": "emne",
    "Keywords": "nøgleord",
    "Creator": "lavet med",
    "Producer": "fremstillet af",
}
T = TypeVar("T")
# PDFium keeps global state and may only be entered by one thread at a time.
_PDFIUM = threading.Lock()


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pdfium.FPDF_ERR_PASSWORD:
                raise Objection(ENCRYPTED_DA, "encrypted") from error
            raise Objection(DAMAGED_DA, "corrupt") from error
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise Objection(DAMAGED_DA, "corrupt") from error
        finally:
            document.close()


def refuse_pdf_dangers(data: bytes) -> None:
    """Raise `Objection` for a damaged or locked PDF, and for one with files or scripts inside."""
    with _opened(data) as document:
        if len(document) == 0:
            raise Objection(DAMAGED_DA, "corrupt")
        if document.count_attachments():
            raise Objection(
                "har andre filer vedhæftet inde i sig. Læg dem op hver for sig, og gem "
                "PDF-filen uden dem.",
                "embedded-object",
            )
        if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            raise Objection(
                "indeholder et program (JavaScript). Udskriv den til en ny PDF-fil, og prøv igen.",
                "macros",
            )


def each_page(data: bytes, read: Callable[[pypdfium2.PdfPage], T], most: int) -> list[T]:
    """Return what `read` makes of each page, in one go; `Objection` beyond `most` pages."""
    with _opened(data) as document:
        if len(document) > most:
            raise Objection(
                f"har flere end {most} sider og kan ikke læses igennem. Del den op.", "too-long"
            )
        found = []
        for index in range(len(document)):
            page = document[index]
            try:
                found.append(read(page))
            finally:
                page.close()
        return found


def pdf_texts(data: bytes, longest: int) -> list[tuple[str, str]]:
    """Return (Danish place, text) for pages, notes, form fields, bookmarks and properties.

    Read in one go, since the lock may not be held while a caller thinks; stops with `Objection`
    at `longest` characters or 3,000 pages. A page that is only a picture has no text.
    """
    found: list[tuple[str, str]] = []
    with _opened(data) as document:
        if len(document) > PAGE_LIMIT:
            raise Objection(
                f"har flere end {PAGE_LIMIT} sider og kan ikke læses igennem. Del den op.",
                "too-long",
            )
        length = 0
        for place, text in _texts(document):
            length += len(text)
            if length > longest:
                raise Objection("har for meget tekst til at blive læst. Del den op.", "too-long")
            found.append((place, text))
    return found


def _texts(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, str]]:
    for key, value in document.get_metadata_dict(skip_empty=True).items():
        yield f"dokumentegenskaben {_METADATA_DA.get(key, key)}", value
    for bookmark in document.get_toc():
        yield "bogmærke", bookmark.get_title()
    for index in range(len(document)):
        page = document[index]
        try:
            yield from _page_texts(page, index + 1)
        finally:
            page.close()


def _page_texts(page: pypdfium2.PdfPage, number: int) -> Iterator[tuple[str, str]]:
    text_page = page.get_textpage()
    try:
        yield f"side {number}", text_page.get_text_range()
    finally:
        text_page.close()
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        try:
            for key in _ANNOTATION_KEYS:
                yield f"side {number}, note eller felt {index + 1}", _value(annotation, key)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _value(annotation: object, key: bytes) -> str:
    """Ask PDFium twice, as it wants: for the length in bytes, then for the UTF-16 text."""
    length = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = ctypes.create_string_buffer(length)
    units = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetStringValue(annotation, key, units, length)
    return buffer.raw[:length].decode("utf-16-le", "replace").rstrip("\x00")
