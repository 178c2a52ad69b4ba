"""Small meeting documents of our own for the tests of the rules."""

from rammevaerk.engine.documents.consistency import Register, Rule, check
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.exchange.meeting_documents import read_text

HEAD = "Referat af møde i Styregruppen for Havnesamarbejdet\n\nDato: 12. marts 2026\n\n"


def minutes(
    *items: str, section: str = "1. Beslutningspunkter", head: str = HEAD
) -> MeetingDocument:
    """Minutes of 12 March 2026; each item begins with its title, numbers are put before."""
    body = "\n\n".join(f"1.{at} {item.strip()}" for at, item in enumerate(items, start=1))
    return read_text(f"{head}{section}\n\n{body}\n")


def item(title: str, text: str, *, points: str = "- Drøfter sagen", annexes: str = "") -> str:
    """One item with a presentation, a recommendation and perhaps a list of annexes."""
    listed = f"\n\nBilag\n{annexes}" if annexes else ""
    return (
        f"{title}\nVed Lone Rasmussen\n\nSagsfremstilling\n{text}{listed}\n\n"
        f"Indstilling\nAt Styregruppen:\n{points}\n\nReferat\nDrøftet."
    )


def found(
    rule: Rule, document: MeetingDocument, register: Register | None = None
) -> list[DocumentFinding]:
    """What one rule finds."""
    return list(rule(document, register or Register()))


def pairs(findings: list[DocumentFinding]) -> list[tuple[str, str]]:
    """What stands there and what follows, of each finding."""
    return [(one.found, one.expected) for one in findings]


def codes(document: MeetingDocument, register: Register | None = None) -> list[str]:
    """The codes of all findings of all rules."""
    return [one.code for one in check(document, register or Register())]
