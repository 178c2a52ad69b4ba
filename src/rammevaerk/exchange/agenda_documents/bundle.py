"""A meeting's papers in one zip: the agenda first, then the annexes in the order of the items."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import NamedTuple

from rammevaerk.exchange.file_names import extension_of, safe_name

_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: no clock in the file
_LONGEST_TITLE = 80  # characters; whole paths in Windows hold 260
_READABLE_FILE = 0o100644 << 16
_PARTS = re.compile(r"(\d+)")


class AnnexFile(NamedTuple):
    """One annex; `file_name` is what its file was called, `content` its bytes."""

    item_number: str
    annex_number: str
    title: str
    file_name: str
    content: bytes


def write(
    document_pdf: bytes,
    document_docx: bytes,
    annexes: Iterable[AnnexFile],
    document_name: str = "Dagsorden",
) -> bytes:
    """Return the zip; the same papers give the same bytes.

    Names sort as the meeting goes, in any program: «01 Dagsorden.pdf», «1.2 Bilag 03 Titel.pdf»,
    with as many digits as the longest number of the meeting has. No name has a path in it, and no
    two are the same, also where capitals make no difference.
    """
    ordered = sorted(annexes, key=lambda annex: (_order(annex.item_number), _order_of(annex)))
    digits = _digits(annex.item_number for annex in ordered)
    annex_digits = _digits(annex.annex_number for annex in ordered)
    document = _stem(f"{'0' * digits}1 {document_name}")
    papers = [(f"{document}.pdf", document_pdf), (f"{document}.docx", document_docx)]
    for annex in ordered:
        number = _padded(annex.annex_number, annex_digits)
        words = (_padded(annex.item_number, digits), "Bilag", number, annex.title)
        extension = extension_of(annex.file_name)
        name = _stem(" ".join(filter(None, words)))
        papers.append((f"{name}.{extension}" if extension else name, annex.content))
    return _zipped(papers)


def _order(number: str) -> tuple[tuple[int, str], ...]:
    """A number to sort by, its digits as numbers; what has no number comes last."""
    parts = [part for part in _PARTS.split(number.strip()) if part]
    return tuple((_value(part), part) for part in parts) or ((1 << 64, ""),)


def _order_of(annex: AnnexFile) -> tuple[tuple[tuple[int, str], ...], str]:
    return _order(annex.annex_number), annex.title


def _value(part: str) -> int:
    return int(part[:18]) if part.isdecimal() else -1


def _digits(numbers: Iterable[str]) -> int:
    return max((len(part) for number in numbers for part in _PARTS.findall(number)), default=1)


def _padded(number: str, digits: int) -> str:
    return _PARTS.sub(lambda found: found[0].zfill(digits), number.strip())


def _stem(text: str) -> str:
    """A name without extension, path or dots at the end; a title may have slashes in it."""
    tidy = safe_name(re.sub(r"[/\\]", "-", text)[:_LONGEST_TITLE])
    return re.sub(r"\.{2,}", ".", tidy)


def _zipped(papers: Iterable[tuple[str, bytes]]) -> bytes:
    result = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in papers:
            member = zipfile.ZipInfo(_unused(name, used), _FIRST_MOMENT)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system, member.external_attr = 3, _READABLE_FILE
            target.writestr(member, content)
    return result.getvalue()


def _unused(name: str, used: set[str]) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or " " in extension:
        stem, dot, extension = name, "", ""
    candidate, number = name, 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{stem} ({number}){dot}{extension}"
    used.add(candidate.casefold())
    return candidate
