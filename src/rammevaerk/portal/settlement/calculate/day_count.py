"""What it is worth whether days are counted as calendar days or full 24 hours, for a scope."""

from datetime import date

from rammevaerk.engine.settlement.day_count_effect import CountEffect, day_count_effect
from rammevaerk.engine.settlement.settle import Rounding
from rammevaerk.portal.settlement.calculate.gathering import gather
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import Snapshot, months_from


def effect_of(scope: Scope, month: date, count: int = 1) -> tuple[CountEffect, Snapshot]:
    """Settle the same placements both ways; the stays are cut anew for each."""
    months = months_from(month, count)
    calendar = gather(scope, months, hotel=False)
    hotel = gather(scope, months, hotel=True)
    by_day = {
        part.key
        for part in (*calendar.parts, *hotel.parts)
        if Rounding(part.rounding) is Rounding.DAY
    }
    return day_count_effect(calendar.tables, hotel.tables, months, by_day=by_day), calendar
