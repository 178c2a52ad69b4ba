"""One line with everything each party has of its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.settlement.reconcile import StayRecord
from rammevaerk.portal.placements.queries.reconciling import presence
from rammevaerk.portal.settlement.calculate.buyer_claims import claim_of, moment_text_da
from rammevaerk.portal.settlement.calculate.effects import Effect
from rammevaerk.portal.settlement.calculate.reconciliation import (
    Comparison,
    Day,
    as_records,
    days_of,
    month_after,
)
from rammevaerk.portal.settlement.models import BuyerRecord
from rammevaerk.portal.settlement.models.lines import LineKind
from rammevaerk.portal.settlement.queries.effects import effects_of
from rammevaerk.portal.settlement.queries.line_rows import compared_line
from rammevaerk.portal.settlement.queries.reconciliation import (
    comparisons,
    counting_for,
    known_of,
    moments_of,
    records_of,
)


@dataclass(frozen=True, slots=True)
class StayText:
    """A stay as a party has it, in words; `pk` of a row that the buyer can correct."""

    came: str
    left: str
    away: tuple[str, ...]
    source: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class LineSides:
    """What the seller and the buyer have of the placement in the line's month."""

    comparison: Comparison | None
    effect: Effect | None
    seller: list[StayRecord]
    buyer: list[BuyerRecord]
    days: list[Day]
    hotel: bool

    def seller_texts(self) -> list[StayText]:
        """The seller's stays in words."""
        return [_text(one.start, one.end, one.absences) for one in self.seller]

    def buyer_texts(self) -> list[StayText]:
        """The buyer's stays in words."""
        claims = [(row, claim_of(row)) for row in self.buyer]
        return [_text(one.start, one.end, one.absences, row.source, row.pk) for row, one in claims]


def _away(first: date, back: date | None) -> str:
    """Absence in words, with both its days: the day the citizen is back is none of them."""
    if back is None:
        return _("fra %s, er væk endnu") % date_text_da(first)
    return _("%(first)s til og med %(last)s") % {
        "first": date_text_da(first),
        "last": date_text_da(back - timedelta(days=1)),
    }


def _text(
    start: datetime,
    end: datetime | None,
    absences: Sequence[tuple[date, date | None]],
    source: str = "",
    pk: int | None = None,
) -> StayText:
    away = tuple(_away(first, back) for first, back in absences)
    left = moment_text_da(end) if end else _("er der stadig")
    return StayText(moment_text_da(start), left, away, source, pk)


def sides_of(line: Any) -> LineSides | None:
    """Both sides of a line for a stay; None for a line that has no days to compare.

    `line` has its statement and run; the actor has been found to see it.
    """
    if line.kind != LineKind.STAY or line.reverses_id or line.placement_id is None:
        return None
    statement, one = line.statement, compared_line(line)
    known = known_of(statement)
    counting = counting_for([one], known=known)[line.pk]
    first, end = one.month, month_after(one.month)
    here = presence([line.placement_id], statement.payer_id, first, end, known=known)
    seller = here.records(line.placement_id, counting)
    own = moments_of(statement.payer_id, [line.placement_id]).get(line.placement_id, [])
    buyer = as_records(own, counting)
    comparison = comparisons(statement, [line.pk]).get(line.pk)
    differences = comparison.differences if comparison else ()
    anyhow = comparison is not None and comparison.paid_anyhow
    worth = effects_of(statement, [one]) if differences and not anyhow else {}
    return LineSides(
        comparison,
        worth.get(line.pk),
        seller,
        records_of(statement.payer_id, [line.placement_id]).get(line.placement_id, []),
        days_of(seller, buyer, differences, first, end) if own else [],
        counting.hotel,
    )
