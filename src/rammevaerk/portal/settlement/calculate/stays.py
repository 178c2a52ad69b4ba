"""Stays of a placement put together so that no day is in two, and what is held of their days."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.placements.queries.tails import StayRow

_DAY = timedelta(days=1)


def joined(stays: Sequence[StayRow], hotel_on: Callable[[StayRow], bool]) -> list[StayRow]:
    """The stays of a placement so that no day is in two: moves between places are one stay.

    Two that touch the same calendar day are one stay where whole days are counted; at another
    service the later one begins when the day is over.
    """
    found: list[StayRow] = []
    for row in sorted(stays, key=lambda one: one.start):
        before = found[-1] if found else None
        if before is None or before.end is None:
            found.append(row)
            continue
        hotel = hotel_on(row)
        free = before.end if hotel else _midnight_after(before.end)
        if row.start > before.end and row.start >= free:
            found.append(row)
        elif row.service_id == before.service_id:
            found[-1] = StayRow(row.placement_id, row.service_id, before.start, row.end)
        elif row.end is None or row.end > free:
            found.append(StayRow(row.placement_id, row.service_id, max(row.start, free), row.end))
    return found


def _midnight_after(moment: datetime) -> datetime:
    day = moment.date() if moment.time() == time.min else moment.date() + _DAY
    return datetime.combine(day, time.min)


def covers(held: Sequence[Held[Any]], first: date, end: date | None) -> bool:
    at = first
    for one in sorted(held, key=lambda held: held.start):
        if one.start > at:
            return False
        if one.end is None:
            return True
        at = max(at, one.end)
    return end is not None and at >= end
