"""The numbers of the items as they are printed: lost, twice, or out of order."""

import re
from collections.abc import Iterable
from itertools import pairwise

from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.meeting import Item, MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity


def lost_numbers(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """item.number-lost: items whose number stands nowhere, while that of others does.

    One finding names them all: a reference to such an item leads nowhere for a reader.
    """
    items = [item for item in document.items if "." in item.number]
    printed = {
        match.group("number")
        for text in document.lines
        if (match := re.match(r"^\s*(?P<number>[0-9]{1,2}\.[0-9]{1,2})\.?(?:\s|$)", text))
    }
    lost = [item for item in items if item.number not in printed]
    if lost and len(lost) < len(items):
        numbers = ", ".join(item.number for item in lost)
        yield DocumentFinding(
            code="item.number-lost",
            severity=Severity.NOTE,
            line=lost[0].line,
            item=lost[0].number,
            found="intet nummer",
            expected=numbers,
            message=f"Disse punkter har ikke deres nummer ved titlen: {numbers}. Skriv det, så "
            "henvisninger til dem kan følges.",
        )


def number_order(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """item.duplicate: two items have the same number."""
    first: dict[str, Item] = {}
    for _, item in pairwise([None, *document.items]):
        if item is None or not item.number:
            continue
        earlier = first.setdefault(item.number, item)
        if earlier is not item and "." in item.number:
            yield DocumentFinding(
                code="item.duplicate",
                severity=Severity.ERROR,
                line=item.line,
                item=item.number,
                found=f"punkt {item.number}",
                expected="hvert punkt sit eget nummer",
                message=f"To punkter har nummer {item.number}: «{earlier.title}» og "
                f"«{item.title}». Giv dem hvert sit.",
            )
