"""Files judged by what they hold, never by what they are called."""

import io
import re
from typing import BinaryIO

from rammevaerk.exchange.errors import ENCRYPTED_DA, Objection, RefusedFile
from rammevaerk.exchange.file_kinds import ANNEX_KINDS, FileKind, kinds_da
from rammevaerk.exchange.file_names import extension_of, safe_name
from rammevaerk.exchange.office_package import kind_of_package, refuse_dangers
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.pdf import refuse_pdf_dangers
from rammevaerk.exchange.quoting import quoted

__all__ = ["ANNEX_KINDS", "FileKind", "RefusedFile", "judge", "recognise", "safe_name"]

MEGABYTE = 1024 * 1024
SIZE_LIMIT = 20 * MEGABYTE
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
# Only what may stand before a PDF by accident; more would let a file be two kinds at once.
_PDF_START = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x00]{0,64}%PDF-")
_FOREIGN_STARTS = (
    (b"MZ", "et Windows-program"),
    (b"\x7fELF", "et program"),
    (b"\xcf\xfa\xed\xfe", "et program"),
    (b"\xca\xfe\xba\xbe", "et program"),
    (b"#!", "et script"),
    (b"\x89PNG", "et billede (PNG)"),
    (b"\xff\xd8\xff", "et billede (JPEG)"),
    (b"GIF8", "et billede (GIF)"),
    (b"BM", "et billede (BMP)"),
    (b"II*\x00", "et billede (TIFF)"),
    (b"MM\x00*", "et billede (TIFF)"),
    (b"RIFF", "en billed-, lyd- eller videofil"),
    (b"\x00\x00\x00", "en billed-, lyd- eller videofil"),
    (b"ID3", "en lydfil"),
    (b"{\\rtf", "et RTF-dokument"),
    (b"7z\xbc\xaf", "et 7z-arkiv"),
    (b"Rar!", "et RAR-arkiv"),
    (b"\x1f\x8b", "et gzip-arkiv"),
    (b"%!PS", "en PostScript-fil"),
    (b"SQLite format 3", "en database"),
)
_LEGACY = (
    ("WordDocument", "er i det gamle Word-format (doc). {save} som docx, og prøv igen."),
    ("Workbook", "er i det gamle Excel-format (xls). {save} som xlsx, og prøv igen."),
    (
        "PowerPoint Document",
        "er i det gamle PowerPoint-format (ppt). {save} som pptx, og prøv igen.",
    ),
    ("__substg1.0", "er en mail fra Outlook (msg). Gem mailen som PDF, og prøv igen."),
)
_SAVE_DA = "Åbn filen, vælg «Gem som», gem den"
_MARKUP = re.compile(
    r"\s*(?:<\?php|<\?xml|<!doctype|<html|<svg|<script|<head|<body|<!--|<%)", re.IGNORECASE
)
_SCRIPT = re.compile(r"<script\b|<svg\b|<iframe\b|javascript:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def judge(
    content: bytes | BinaryIO,
    name: str,
    *,
    allowed: frozenset[FileKind] = ANNEX_KINDS,
    limit: int = SIZE_LIMIT,
) -> FileKind:
    """Say what kind of file `content` is, or raise `RefusedFile` with the reason in Danish.

    The content decides; `name` is only asked whether it agrees. An open file is read from its
    start, and left there. `limit` is in bytes.
    """
    shown = f"Filen {quoted(safe_name(name), 80)} "
    data = _within_limit(content, shown, limit)
    try:
        kind = recognise(data, name)
        _require_allowed(kind, allowed)
        _require_agreeing_name(kind, name)
    except Objection as objection:
        raise RefusedFile(shown + objection.predicate_da, objection.code) from objection
    return kind


def recognise(data: bytes, name: str) -> FileKind:
    """Say what `data` is and that nothing dangerous is in it; `Objection` otherwise.

    `name` is used for one thing: which of the two text kinds plain text is.
    """
    if _PDF_START.match(data):
        refuse_pdf_dangers(data)
        return FileKind.PDF
    if data.startswith(_ZIP_STARTS):
        package = Package(data)
        kind = kind_of_package(package)
        refuse_dangers(package)
        return kind
    if data.startswith(_OLE):
        raise _legacy_objection(data)
    _refuse_foreign(data)
    decode_text(data)
    return FileKind.CSV if extension_of(name) == "csv" else FileKind.TEXT


def decode_text(data: bytes) -> str:
    """Return plain text from UTF-8 or, failing that, Windows' western alphabet (cp1252)."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        _refuse_markup(text)
        return text
    raise Objection(
        "er hverken ren tekst eller en af de filtyper, der kan bruges. "
        "Gem tekst og CSV som UTF-8, eller gem filen som PDF, docx eller xlsx.",
        "not-text",
    )


def _within_limit(content: bytes | BinaryIO, shown: str, limit: int) -> bytes:
    if isinstance(content, bytes):
        size, data = len(content), content
    else:
        size = content.seek(0, io.SEEK_END) or content.tell()
        content.seek(0)
        data = content.read(limit) if size <= limit else b""
        content.seek(0)
    if size == 0:
        raise RefusedFile(f"{shown}er tom (0 byte). Vælg den rigtige fil, og prøv igen.", "empty")
    if size > limit:
        raise RefusedFile(
            f"{shown}fylder {_megabytes_da(size)}; en fil må højst fylde {_limit_da(limit)}. "
            "Gør den mindre, fx ved at komprimere billederne, eller del den i flere filer.",
            "too-large",
        )
    return data


def _megabytes_da(size: int) -> str:
    """One decimal, rounded up, so that a file just over the limit never seems to be on it."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths // 10},{tenths % 10} MB"


def _limit_da(limit: int) -> str:
    if limit % MEGABYTE == 0:
        return f"{limit // MEGABYTE} MB"
    tenths = limit * 10 // MEGABYTE
    return f"{tenths // 10},{tenths % 10} MB" if tenths else f"{limit} byte"


def _require_allowed(kind: FileKind, allowed: frozenset[FileKind]) -> None:
    if kind not in allowed:
        raise Objection(
            f"er {kind.indefinite_da}, som ikke kan bruges her. "
            f"Vælg en fil af typen {kinds_da(allowed)}.",
            "wrong-type",
        )


def _require_agreeing_name(kind: FileKind, name: str) -> None:
    found = extension_of(name)
    if found == kind.extension:
        return
    said = f"men navnet ender på «.{found}»" if found else "men navnet har ingen endelse"
    raise Objection(
        f"er efter sit indhold {kind.indefinite_da}, {said}. Er indholdet det rigtige, så giv "
        f"filen endelsen «.{kind.extension}»; ellers vælg den rigtige fil.",
        "name-mismatch",
    )


def _refuse_foreign(data: bytes) -> None:
    label = next((label for start, label in _FOREIGN_STARTS if data.startswith(start)), "")
    if data[4:8] == b"ftyp":
        label = "en billed-, lyd- eller videofil"
    # Two letters are too few to call a text a bitmap or a program.
    if label and (data[:2] not in {b"BM", b"MZ"} or b"\x00" in data[:512]):
        raise _foreign_objection(label)


def _foreign_objection(label: str) -> Objection:
    return Objection(
        f"er efter sit indhold {label}, uanset hvad den hedder. Her kan bruges "
        f"{kinds_da(ANNEX_KINDS)}. Gem indholdet som en af dem, og prøv igen.",
        "wrong-type",
    )


def _refuse_markup(text: str) -> None:
    if _MARKUP.match(text) or _SCRIPT.search(text):
        raise _foreign_objection("en webside, SVG, XML eller et script")


def _legacy_objection(data: bytes) -> Objection:
    if _has_stream(data, "EncryptedPackage"):
        return Objection(ENCRYPTED_DA, "encrypted")
    for stream, predicate in _LEGACY:
        if _has_stream(data, stream):
            return Objection(predicate.format(save=_SAVE_DA), "legacy")
    return Objection(
        "er i et ældre Windows-format, som ikke kan læses. Gem den som PDF, docx, xlsx eller "
        "pptx, og prøv igen.",
        "legacy",
    )


def _has_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in data
