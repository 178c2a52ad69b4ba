"""What a stored run came to, added up from its lines."""

import hashlib
from dataclasses import dataclass

from django.db.models import Count, Sum

from rammevaerk.portal.settlement.models import RunSnapshot, SettlementLine, SettlementRun


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines and øre of a run as it was made, whatever became of the lines since."""

    lines: int
    total_ore: int


def made_figures(run: SettlementRun) -> Figures:
    """The lines the run itself made; a reversal added later by a credit note is none of them."""
    rows = SettlementLine.objects.filter(statement__run=run)
    # A credit note by hand reverses the run's own lines; the run itself only those of others.
    rows = rows.exclude(reverses__statement__run=run)
    found = rows.aggregate(lines=Count("pk"), ore=Sum("total_ore"))
    return Figures(found["lines"], found["ore"] or 0)


def sound(stored: RunSnapshot, content: bytes) -> bool:
    """Whether the bytes are those that were stored."""
    return hashlib.sha256(content).hexdigest() == stored.sha256
