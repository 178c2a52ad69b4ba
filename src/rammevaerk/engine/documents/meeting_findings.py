"""Findings about an agenda or minutes: where they stand, what stands there and what follows."""

from collections.abc import Iterable
from dataclasses import dataclass

from rammevaerk.engine.findings import Severity


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """One observation about a meeting document.

    `code` names the rule ("annex.unknown"); `line` counts from 1 in the text that was read;
    `item` is the number of the agenda item, or "" outside of any. `found` is what stands there
    and `expected` what follows from the rest, every possibility of it; `message` is Danish.
    """

    code: str
    severity: Severity
    line: int
    item: str
    found: str
    expected: str
    message: str

    def as_dict(self) -> dict[str, str | int]:
        """Return the finding in the shape `rammevaerk check --json` prints."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "line": self.line,
            "item": self.item,
            "found": self.found,
            "expected": self.expected,
            "message": self.message,
        }


def in_reading_order(findings: Iterable[DocumentFinding]) -> list[DocumentFinding]:
    """Return the findings by line, then by code and text; the order given is irrelevant."""
    return sorted(
        set(findings),
        key=lambda found: (found.line, found.code, found.found, found.expected, found.message),
    )
