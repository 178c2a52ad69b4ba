"""What was left to be filled in: placeholders, empty dates and facts without a value."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from rammevaerk.engine.date_words import MONTHS_DA
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.documents.placeholders import find_placeholders
from rammevaerk.engine.findings import Severity

# In the text of a scan or PDF, "(link)" is a link whose address the text does not show.
_MERE_LINK = re.compile(r"[(\[]\s*link(?:\s+her)?\s*[)\]]", re.IGNORECASE)
_MOST_STACKED = 12
_FIGURES = re.compile(r"[0-9]{1,2}[.:/-] ?[0-9a-z]")
_MONTHS = "|".join(MONTHS_DA)
_EMPTY = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b(?:den|d\.)\s*(?:[._…?]{{1,}}|x{{1,2}}\.?)\s*(?:{_MONTHS})\b",
        r"\b(?:den|d\.)\s*(?:[._…?]{2,}|/)\s*(?:20(?:[0-9]{2}|[._…?x]{2})|[._…]{2,})",
        r"\b(?:den|d\.)\s*[0-9]{1,2}\.\s*(?:[_…?]{1,}|\.{3,})",
        rf"\b[0-9]{{1,2}}\.\s?(?:{_MONTHS})\s+(?:20(?:[._…?]{{2,}}|x{{2}})|[_…?]{{2,}})",
        r"\bkl\.?\s*(?:[_…?]{1,}|\.{3,}|x{1,2}(?:[.:]x{1,2})?)(?!\w)",
        r"\(\s*(?:kl\.|dato|den|d\.|link\s*:|s\.|side|bilag|punkt|nr\.?)\s*\)",
        r"^\s*(?:dato|m(?:ø|o|g)dedato|tid|tidspunkt|sted|m(?:ø|o|g)dested|frist|deadline)\s*:\s*(?:[-–_.…]*)\s*$",
        r"\b(?:bilag|punkt|afsnit|tabel|side)\s+(?:x{1,2}|\?+|[_…]+|\[\s*\])(?!\w)",
    )
)


def fillings(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """text.placeholder: something was left to be filled in; one finding per line.

    A bare "(link)" is not one: in text taken from a PDF the address behind it is not shown.
    """
    for number, text in enumerate(document.lines, start=1):
        raw = [
            found.raw for found in find_placeholders(text) if not _MERE_LINK.fullmatch(found.raw)
        ]
        raw += [
            match.group().strip()
            for form in _EMPTY
            for match in form.finditer(text)
            if not _goes_on(document, number, match)
        ]
        kept = [one for one in dict.fromkeys(raw) if not _inside_another(one, raw)]
        if kept:
            item = document.item_at(number)
            listed = ", ".join(f"«{one}»" for one in kept)
            yield DocumentFinding(
                code="text.placeholder",
                severity=Severity.WARNING,
                line=number,
                item=item.number if item else "",
                found="; ".join(kept),
                expected="den endelige tekst",
                message=f"Her står stadig en pladsholder: {listed}. Udfyld den, eller slet den.",
            )


def _goes_on(document: MeetingDocument, number: int, match: re.Match[str]) -> bool:
    """Say whether a label at the end of its line ("Dato:") has its value on the next one."""
    if not match.group().rstrip().endswith(":"):
        return False
    after = next((text for text in document.lines[number : number + 2] if text.strip()), "")
    if after and not after.rstrip().endswith(":"):
        return True
    return _is_stacked(document.lines[number : number + _MOST_STACKED])


def _is_stacked(below: Sequence[str]) -> bool:
    """Labels right below each other may have their values below them, in the same order."""
    filled = list(takewhile(str.strip, below))
    labels = len(list(takewhile(_is_label, filled)))
    values = filled[labels : 2 * labels + 1]
    whole = len(values) > labels > 0 and not any(map(_is_label, values))
    return whole and any(_FIGURES.search(value) for value in values)


def _is_label(text: str) -> bool:
    return text.rstrip().endswith(":")


def _inside_another(one: str, all_of_them: list[str]) -> bool:
    return any(one != other and one in other for other in all_of_them)
