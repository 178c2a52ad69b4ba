"""A buyer's word for when a citizen came and left: what it may be, and what clashes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da

MOST_ABSENCES = 30
FIRST_DAY = date(1990, 1, 1)
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Claim:
    """One stay as the buyer has it: moments on the Danish clock, absences [from, back)."""

    placement_id: int
    start: datetime
    end: datetime | None
    absences: tuple[tuple[date, date | None], ...] = ()

    def columns(self) -> dict[str, Any]:
        """The columns of the row that keeps it."""
        return {
            "placement_id": self.placement_id,
            "valid_from": self.start,
            "valid_to": self.end,
            "absences": [
                [first.isoformat(), back.isoformat() if back else None]
                for first, back in self.absences
            ],
        }


def claim_of(row: Any) -> Claim:
    """A stored row as a claim."""
    absences = tuple(
        (date.fromisoformat(first), date.fromisoformat(back) if back else None)
        for first, back in row.absences
    )
    return Claim(row.placement_id, row.valid_from, row.valid_to, absences)


def problem_of(claim: Claim, *, today: date) -> str:
    """What is wrong with a claim, as a Danish sentence; empty when nothing is."""
    start, end = claim.start, claim.end
    if start.date() < FIRST_DAY or max(start, end or start).date() > today + _AHEAD:
        return _("Datoerne skal ligge mellem %(first)s og et år frem.") % {
            "first": date_text_da(FIRST_DAY)
        }
    if end is not None and end <= start:
        return _("Borgeren kan ikke være gået, før borgeren kom: kom %(start)s, gik %(end)s.") % {
            "start": moment_text_da(start),
            "end": moment_text_da(end),
        }
    if len(claim.absences) > MOST_ABSENCES:
        return _("Der kan højst være %s fravær i et ophold.") % MOST_ABSENCES
    return _absence_problem(claim)


def _absence_problem(claim: Claim) -> str:
    ordered = sorted(claim.absences, key=lambda one: one[0])
    for first, back in ordered:
        if back is not None and back <= first:
            return _("Fraværet fra %s slutter, før det begynder.") % date_text_da(first)
        if first < claim.start.date() or (claim.end and first > claim.end.date()):
            return _("Fraværet fra %s ligger uden for opholdet.") % date_text_da(first)
    for one, after in pairwise(ordered):
        if one[1] is None or one[1] > after[0]:
            return _("To fravær overlapper den %s.") % date_text_da(after[0])
    return ""


def moment_text_da(at: datetime) -> str:
    """A moment on the Danish clock: «1. marts 2026 kl. 14.30»."""
    return f"{date_text_da(at.date())} kl. {at:%H.%M}"


def overlap(one: Claim, other: Claim) -> bool:
    """Whether two claims are for the same citizen and share time."""
    return (
        one.placement_id == other.placement_id
        and (other.end is None or one.start < other.end)
        and (one.end is None or one.end > other.start)
    )


def clash_of(claims: Sequence[Claim]) -> str:
    """Which two of the claims overlap, as a Danish sentence; empty when none do."""
    by_placement: dict[int, list[Claim]] = {}
    for one in claims:
        by_placement.setdefault(one.placement_id, []).append(one)
    for several in by_placement.values():
        for one, after in pairwise(sorted(several, key=lambda claim: claim.start)):
            if overlap(one, after):
                return _("To ophold for den samme borger overlapper den %s.") % date_text_da(
                    after.start.date()
                )
    return ""


def overlapping(claims: Mapping[int, Sequence[Claim]]) -> set[int]:
    """The placements of which two claims overlap."""
    return {placement for placement, several in claims.items() if clash_of(several)}
