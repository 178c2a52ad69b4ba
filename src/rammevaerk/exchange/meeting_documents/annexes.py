"""The annexes that an item's own list names, and what in the list is doubtful."""

import re
from collections.abc import Sequence

from rammevaerk.engine.documents.meeting import AnnexReference, Unsure
from rammevaerk.exchange.meeting_documents.blocks import is_prose
from rammevaerk.exchange.meeting_documents.marks import (
    annex_line,
    is_bullet,
    is_lettered,
    without_bullet,
    without_letter,
)
from rammevaerk.exchange.meeting_documents.prose import Written, joined

_LISTED = re.compile(r"(\d{1,2})(?:[.):]|\s[-–]|(?=\s(?:åben|lukket)\b))\s", re.IGNORECASE)
_DOTTED = re.compile(
    r"bilag\s*(?:nr\.?\s*)?(?P<number>\d{1,2}(?:\.\d{1,2})+)\s*[:.–-]*\s+(?P<title>\S.*)",
    re.IGNORECASE,
)
_ACCESS = re.compile(r"\d{1,2}\s(?:åben|lukket)\s+", re.IGNORECASE)
_FULL_LINE = 70
_NONE = re.compile(r"(?:ingen|intet|nej|-|–|0)(?: bilag)?\.?\Z", re.IGNORECASE)
_SEVERAL = re.compile(
    r"(?<=\S)\s*[,;]?\s+(?=bilag(?:\s*nr\.?)?\s*\d{1,3}\s*[:.–—-])"
    r"|(?<=\S)\s*[,;]\s+(?:og\s+)?(?=bilag\s*\d{1,3}\s+(?-i:[A-ZÆØÅ]))",
    re.IGNORECASE,
)
_REFERS = re.compile(r"(?:det )?vedlagt(?:e)?\b|se\b", re.IGNORECASE)


def annexes_of(lines: Sequence[Written]) -> tuple[list[AnnexReference], list[Written]]:
    """Return the annexes of a list, and the running text after it that is not its own."""
    found: list[tuple[int | None, list[str], int]] = []
    for at, line in enumerate(lines):
        entries = _SEVERAL.split(without_bullet(line.text))
        listed = is_bullet(line.text) or is_lettered(line.text) or _LISTED.match(line.text)
        if annex_line(entries[0]) or _DOTTED.match(entries[0]) or listed:
            found += [_entry(entry, line.number) for entry in entries]
        elif _NONE.match(line.text):
            continue
        elif found and not line.gap and not _is_entry(line.text, found[-1]):
            found[-1][1].append(line.text)
        elif line.gap and is_prose(line) and (found or not _REFERS.match(line.text)):
            return _references(found), list(lines[at:])
        else:
            found.append((None, [line.text], line.number))
    return _references(found), []


def _is_entry(text: str, before: tuple[int | None, list[str], int]) -> bool:
    """In a list without numbers or signs, a line is an entry unless the one before was full."""
    number, title, _ = before
    full = len(title[-1]) >= _FULL_LINE or title[-1].endswith(("-", ",", " og"))
    return number is None and text[:1].isupper() and not full


def _entry(text: str, line: int) -> tuple[int | None, list[str], int]:
    dotted = _DOTTED.match(without_bullet(text))
    if dotted:  # "Bilag 2.1" is the first of item 2: a number of its own kind
        return None, [f"{dotted['number']} {dotted['title']}"], line
    named = annex_line(text)
    if named:
        return named[0], [named[1]], line
    pointed = without_bullet(text)
    bare = without_letter(pointed)
    named = annex_line(bare)
    if named:
        return named[0], [named[1]], line
    listed = _LISTED.match(pointed)  # below the heading «Bilag», "2. Budget" is annex 2
    return int(listed[1]) if listed else None, [_ACCESS.sub("", bare, count=1)], line


def _references(found: Sequence[tuple[int | None, list[str], int]]) -> list[AnnexReference]:
    return [
        AnnexReference(number, joined(title).strip(" .;,"), line)
        for number, title, line in found
        if number is not None or joined(title).strip(" .;,")
    ]


def annex_doubts(lists: Sequence[Sequence[AnnexReference]]) -> list[Unsure]:
    """Tell of annexes without a number, and of numbers that begin anew or come out of order.

    `lists` are the annexes item by item. Beginning at 1 in every item is one way of numbering
    them, and told once.
    """
    bare = [annex for annexes in lists for annex in annexes if annex.number is None]
    doubts = [Unsure(annex.line, "Bilaget har intet nummer, der kunne læses.") for annex in bare]
    if bare and len(bare) == sum(map(len, lists)):
        return [Unsure(bare[0].line, "Bilagene har ingen numre i dokumentet.")]
    numbered = [[annex for annex in annexes if annex.number is not None] for annexes in lists]
    numbered = [annexes for annexes in numbered if annexes]
    restarting = [annexes[0] for annexes in numbered[1:] if annexes[0].number == 1]
    if restarting:
        what = "Bilagenes numre begynder forfra i hvert punkt; de løber ikke gennem dagsordenen."
        return [*doubts, Unsure(restarting[0].line, what)]
    last = 0
    for annex in (annex for annexes in numbered for annex in annexes):
        number = annex.number or 0
        if number != last + 1:
            what = f"Bilag {number} kommer efter bilag {last}." if last else ""
            what = what or f"Det første bilag, der blev fundet, har nummer {number}."
            doubts.append(Unsure(annex.line, what))
        last = number
    return doubts
