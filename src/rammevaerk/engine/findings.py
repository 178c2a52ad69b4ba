"""Findings: what a check saw, where, how serious it is, and what was expected instead."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How serious a finding is, the gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation about data or a document, as a value that can be listed and compared.

    `code` names the check ("plan.passed-date"); `place` and `message` are Danish and meant for
    people; `found` is what stands there, `expected` what follows from the rest; `target` is a
    key for machines ("initiative:17").
    """

    code: str
    severity: Severity
    place: str
    message: str
    found: str = ""
    expected: str = ""
    target: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding as plain text values, ready for JSON."""
        return {name: str(value) for name, value in asdict(self).items()}


def _reading_order(place: str) -> tuple[int | str, ...]:
    # "Initiativ 1.10" comes after "Initiativ 1.9": runs of digits count as numbers.
    pieces = re.split(r"([0-9]{1,15})", place)
    return tuple(int(piece) if at % 2 else piece for at, piece in enumerate(pieces))


def _rank(finding: Finding) -> tuple[object, ...]:
    # Every field takes part, so that equal input in any order gives one and the same list.
    return (
        _GRAVITY[finding.severity],
        _reading_order(finding.place),
        finding.place,
        finding.code,
        finding.target,
        finding.message,
        finding.found,
        finding.expected,
    )


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings gravest first, then by place and code; the order given is irrelevant."""
    return sorted(findings, key=_rank)
